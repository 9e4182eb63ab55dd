import type { AssistantMessage } from '#domain/conversation.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import { costOf } from '#domain/money.ts';
import { end } from '#domain/reply.ts';
import { roughTokens } from '#domain/text-tokens.ts';
import type { RunningAnswer } from './schema.ts';

/** Rows that stand for an answer whose tab is gone; answers.ts looks for it. */
const adoptedPrefix = 'left-running:';

/** The message as it is kept: with the text that was saved. */
export function interrupt(message: AssistantMessage, { reply }: RunningAnswer): AssistantMessage {
  const failure = { kind: 'left-running', detail: '' } as const;
  return { ...message, reply: end(reply ?? message.reply, { kind: 'failed', failure }, null) };
}

/** The call was made and may be billed, but nobody heard for how much: what was expected of it, else unknown. */
export function toAdoptedEntry(
  message: AssistantMessage,
  running: RunningAnswer,
  connectionName: string,
): LedgerEntry {
  const { expected } = running;
  const usage = expected
    ? {
        inputTokens: expected.inputTokens,
        outputTokens: roughTokens(running.reply?.text ?? ''),
        cachedTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
        imageTokens: expected.pictureTokens,
      }
    : null;
  const price = expected?.price ?? null;
  return {
    id: `${adoptedPrefix}${message.id}:${running.startedAt}`,
    at: running.startedAt,
    kind: 'chat',
    connectionId: message.connectionId,
    connectionName,
    deployment: message.deployment,
    deploymentType: expected?.deploymentType ?? null,
    model: message.reply.model ?? expected?.model ?? message.deployment,
    conversationId: message.conversationId,
    messageId: message.id,
    outcome: 'interrupted',
    usage,
    units: null,
    estimated: usage !== null,
    price,
    costNanos: usage && price ? costOf(usage, price) : null,
    simulated: message.reply.simulated,
  };
}
