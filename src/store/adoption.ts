import type { AssistantMessage, Message } from '#domain/conversation.ts';
import { findingsText } from '#domain/findings.ts';
import { serviceOf, type LedgerEntry, type LedgerKind, type Units } from '#domain/ledger.ts';
import { costOf, costOfUnits } from '#domain/money.ts';
import { end } from '#domain/reply.ts';
import { roughTokens } from '#domain/text-tokens.ts';
import type { RunningAnswer } from './schema.ts';

/** Rows that stand for an answer whose tab is gone; answers.ts looks for it. */
export const adoptedPrefix = 'left-running:';

/** The message as it is kept: with the text that was saved. */
export function interrupt(message: AssistantMessage, { reply }: RunningAnswer): AssistantMessage {
  const failure = { kind: 'left-running', detail: '' } as const;
  return { ...message, reply: end(reply ?? message.reply, { kind: 'failed', failure }, null) };
}

/**
 * What was bought as far as we know: nobody heard what is billed. Findings are written down before the question is
 * sent, so where the prompt has none its pictures were still being read, and no answer was asked for.
 */
export function toAdoptedEntries(
  message: AssistantMessage,
  running: RunningAnswer,
  connectionName: string,
  prompt: Message | undefined,
): readonly LedgerEntry[] {
  const { reading, extras = [] } = running.expected ?? {};
  const findings = prompt?.role === 'user' ? prompt.findings : undefined;
  const isRead = reading !== undefined && findings !== undefined;
  const isAsked = reading === undefined || isRead;
  const inText = isRead ? roughTokens(findingsText(findings)) : 0;
  const common = commonOf(message, running, connectionName);
  return [
    ...(isAsked ? [chatEntry(common, message, running, inText)] : []),
    ...(reading ?? []).map((units) => boughtEntry(common, 'image-analysis', units, isRead)),
    ...(isAsked ? extras : []).map(({ kind, units }) => boughtEntry(common, kind, units, false)),
  ];
}

type Common = ReturnType<typeof commonOf>;

function commonOf(message: AssistantMessage, { startedAt }: RunningAnswer, connectionName: string) {
  const { id, connectionId, deployment, conversationId, reply } = message;
  return {
    id: `${adoptedPrefix}${id}:${startedAt}`,
    at: startedAt,
    ...{ connectionId, connectionName, deployment, conversationId, messageId: id },
    outcome: 'interrupted',
    simulated: reply.simulated,
  } as const satisfies Partial<LedgerEntry>;
}

/** The call was made and may be billed: for what was expected of it, else unknown. */
function chatEntry(
  common: Common,
  message: AssistantMessage,
  { expected, reply }: RunningAnswer,
  findingsTokens: number,
): LedgerEntry {
  const usage = expected
    ? {
        inputTokens: expected.inputTokens + findingsTokens,
        outputTokens: roughTokens(reply?.text ?? ''),
        cachedTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
        imageTokens: expected.pictureTokens,
      }
    : null;
  const price = expected?.price ?? null;
  return {
    ...common,
    kind: 'chat',
    deploymentType: expected?.deploymentType ?? null,
    model: message.reply.model ?? expected?.model ?? message.deployment,
    usage,
    units: null,
    estimated: usage !== null,
    price,
    costNanos: usage && price ? costOf(usage, price) : null,
  };
}

/** Until all of it was done, what was to be done: at most so much was paid. */
function boughtEntry(common: Common, kind: LedgerKind, units: Units, isDone: boolean): LedgerEntry {
  const { meter, quantity, price } = units;
  return {
    ...common,
    id: `${common.id}:${meter}`,
    kind,
    deploymentType: null,
    model: serviceOf(kind),
    outcome: isDone ? 'complete' : 'interrupted',
    usage: null,
    units,
    estimated: !isDone,
    price: null,
    costNanos: price && costOfUnits(quantity, price),
  };
}
