import { goOn, leftOutNote, partNote } from '#domain/chat-request.ts';
import { findingsText } from '#domain/findings.ts';
import type { ModelCapabilities } from '#domain/connection.ts';
import { textOf, type Message, type Part, type UserMessage } from '#domain/conversation.ts';
import { estimateRequest, type EstimatedMessage, type Estimating } from '#domain/estimate.ts';
import { toSent, type PlannedPicture } from '#domain/picture-plan.ts';
import type { RequestSettings } from '#domain/settings.ts';
import { roughTokens } from '#domain/text-tokens.ts';
import type { TokenCounter } from '#tokenizer';

export { estimateRequest };

/** A request before it is counted: its texts one a message, in the order in which they are sent. */
export interface Countable extends Omit<EstimatedMessage, 'textTokens'> {
  readonly text: string;
  /** What was found in its pictures; absent or empty: nothing is sent of it. */
  readonly found?: string;
}

/** What is being written, as the message it would become: so that one rule plans its pictures and those before it. */
export function toDraftMessage(parts: readonly Part[]): UserMessage {
  const nowhere = { conversationId: '', parentId: null, seq: 0, createdAt: 0, rev: 0 };
  return { ...nowhere, role: 'user', id: draftMessageId, parts };
}

const draftMessageId = 'draft';

/** The messages of a request, ending with the prompt, with what is being written, or with the answer to go on from. */
export function countables(
  branch: readonly Message[],
  settings: RequestSettings,
  planned: readonly PlannedPicture[],
): readonly Countable[] {
  const system = settings.systemPrompt.trim();
  const plans = new Map<string, PlannedPicture[]>();
  for (const picture of planned) {
    const known = plans.get(picture.messageId);
    if (known) known.push(picture);
    else plans.set(picture.messageId, [picture]);
  }
  return [
    ...(system === '' ? [] : [{ messageId: null, role: 'system' as const, text: system, pictures: [] }]),
    ...branch.map((message) => countable(message, plans.get(message.id) ?? [])),
    ...(branch.at(-1)?.role === 'assistant' ? [continuation] : []),
  ];
}

const continuation: Countable = { messageId: null, role: 'user', text: goOn, pictures: [] };

function countable(message: Message, planned: readonly PlannedPicture[]): Countable {
  const { id, role } = message;
  const messageId = id === draftMessageId ? null : id;
  if (message.role === 'assistant') {
    const { reply } = message;
    const text = reply.withdrawn ? '' : reply.text || reply.refusal;
    return { messageId, role, text, pictures: [] };
  }
  const sent = planned.map((picture) => ({ id: picture.id, picture: toSent(picture) }));
  // The model is told of each picture that is left out, in a few words that are billed as well.
  const notes = sent.filter(({ picture }) => picture === null).map(() => leftOutNote);
  const places = message.parts.flatMap((part) => partNote(part, message.parts) ?? []);
  const found = message.findings ? findingsText(message.findings) : '';
  return {
    messageId,
    role,
    text: [textOf(message), ...notes, ...places].filter((text) => text !== '').join('\n'),
    ...(found === '' ? {} : { found }),
    pictures: sent.flatMap(({ id, picture }) => (picture ? [{ id, picture }] : [])),
  };
}

/** Counts a request by the model's own encoding; a text that was counted before is not counted again. */
export async function countRequest(
  messages: readonly Countable[],
  capabilities: ModelCapabilities,
  counter: TokenCounter,
): Promise<Pick<Estimating, 'messages' | 'textExact'>> {
  const encoding = capabilities.encoding ?? 'o200k_base';
  const counts = await Promise.all(messages.map(({ text }) => counter.count(text, encoding)));
  const found = await Promise.all(
    messages.map(({ found }) => (found === undefined ? null : counter.count(found, encoding))),
  );
  return {
    messages: messages.map((message, at) => ({
      ...message,
      textTokens: counts[at]!.tokens,
      ...findingsTokens(found[at]?.tokens ?? null),
    })),
    textExact: [...counts, ...found].every((count) => count?.exact ?? true),
  };
}

/** Rough figures, at once. */
export function countRoughly(messages: readonly Countable[]): Pick<Estimating, 'messages' | 'textExact'> {
  return {
    messages: messages.map((message) => ({
      ...message,
      textTokens: roughTokens(message.text),
      ...findingsTokens(message.found === undefined ? null : roughTokens(message.found)),
    })),
    textExact: messages.every(({ text, found }) => text === '' && found === undefined),
  };
}

function findingsTokens(tokens: number | null): Pick<EstimatedMessage, 'findings'> {
  return tokens === null ? {} : { findings: { tokens, upTo: false } };
}
