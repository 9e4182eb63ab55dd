import { goOn, leftOutNote, partNote, videoLeftOutNote, videoNotes } from '#domain/chat-request.ts';
import { findingsText } from '#domain/findings.ts';
import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import { textOf, type Message, type Part, type UserMessage } from '#domain/conversation.ts';
import { estimateRequest, type EstimatedMessage, type Estimating } from '#domain/estimate.ts';
import { pictureId, toSent, type PlannedPicture } from '#domain/picture-plan.ts';
import type { RequestSettings } from '#domain/settings.ts';
import { roughTokens } from '#domain/text-tokens.ts';
import { videoChatAt, videoOf, videoPromptTokens, type SentVideo } from '#domain/video-chat.ts';
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

/** The video that a request goes with, as far as it can be told without the store; null: none. */
export function plannedVideo(
  branch: readonly Message[],
  planned: readonly PlannedPicture[],
  connection: Connection | null,
  capabilities: ModelCapabilities | null,
): SentVideo | null {
  if (!connection || !capabilities) return null;
  const pictured = planned.filter((picture) => toSent(picture) !== null);
  const video = videoOf(branch, new Set(pictured.map(({ messageId }) => messageId)));
  return video && videoChatAt(connection, capabilities, true).kind === 'available' ? video : null;
}

/** The messages of a request, ending with the prompt, with what is being written, or with the answer to go on from. */
export function countables(
  branch: readonly Message[],
  settings: RequestSettings,
  planned: readonly PlannedPicture[],
  video: SentVideo | null,
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
    ...branch.map((message) => countable(message, plans.get(message.id) ?? [], video)),
    ...(branch.at(-1)?.role === 'assistant' ? [continuation] : []),
  ];
}

const continuation: Countable = { messageId: null, role: 'user', text: goOn, pictures: [] };

function countable(message: Message, planned: readonly PlannedPicture[], video: SentVideo | null): Countable {
  const { id, role } = message;
  const messageId = id === draftMessageId ? null : id;
  if (message.role === 'assistant') {
    const { reply } = message;
    const text = reply.withdrawn ? '' : reply.text || reply.refusal;
    return { messageId, role, text, pictures: [] };
  }
  // Beside a video no picture goes.
  const sent = planned.map((picture) => ({ id: picture.id, picture: video ? null : toSent(picture) }));
  // The model is told of each picture that is left out, in a few words that are billed as well.
  const notes = sent.filter(({ picture }) => picture === null).map(() => leftOutNote);
  const videos = message.parts.flatMap((part) =>
    part.kind === 'video-document' && part !== video?.part ? [videoLeftOutNote(part.name)] : [],
  );
  const places = message.parts.flatMap((part) => partNote(part, message.parts) ?? []);
  const shown = new Set(sent.flatMap((one) => (one.picture ? [one.id] : [])));
  const films = videoNotes(message.parts, (place) => shown.has(pictureId(id, place)));
  const found = message.findings ? findingsText(message.findings) : '';
  return {
    messageId,
    role,
    text: [textOf(message), ...notes, ...videos, ...places, ...films]
      .filter((text) => text !== '')
      .join('\n'),
    ...(found === '' ? {} : { found }),
    pictures: sent.flatMap(({ id, picture }) => (picture ? [{ id, picture }] : [])),
    ...(video?.messageId === id ? { video: { name: video.part.name, tokens: videoPromptTokens } } : {}),
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
