import type { Detail } from './image-tokens.ts';
import type { Reply } from './reply.ts';
import type { Findings } from './findings.ts';
import type { Area, PicturePlan } from './picture-plan.ts';
import type { RequestSettings } from './settings.ts';
import type { Transcript } from './transcript.ts';

/** A conversation as the list shows it. Its messages are records of their own and form a tree. */
export interface Conversation {
  readonly id: string;
  readonly title: string;
  /** A title given by the person is not replaced by the first words of a prompt. */
  readonly titledBy: 'prompt' | 'person';
  readonly connectionId: string | null;
  readonly settings: RequestSettings;
  /** The message at the end of the branch in view. */
  readonly leafId: string | null;
  readonly totals: Totals;
  readonly messageCount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Set while in the bin. */
  readonly deletedAt: number | null;
  readonly rev: number;
}

export interface Totals {
  /** Sum of known costs, whole nano-dollars. */
  readonly costNanos: number;
  /** Answers whose price is not known: shown beside the sum, never counted as 0. */
  readonly unknownCosts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export const noTotals: Totals = { costNanos: 0, unknownCosts: 0, inputTokens: 0, outputTokens: 0 };

export type Message = UserMessage | AssistantMessage;

interface MessageBase {
  readonly id: string;
  readonly conversationId: string;
  /** Null for a first message. Messages with the same parent are alternatives ("2 of 3"). */
  readonly parentId: string | null;
  /** Order within the conversation; clocks can jump, this cannot. */
  readonly seq: number;
  readonly createdAt: number;
  readonly rev: number;
}

export interface UserMessage extends MessageBase {
  readonly role: 'user';
  readonly parts: readonly Part[];
  /** What Image Analysis found in its pictures; absent: it was not asked. */
  readonly findings?: Findings;
  /** The person sends it without having its pictures read, whatever the settings say. */
  readonly skipsReading?: true;
}

export interface AssistantMessage extends MessageBase {
  readonly role: 'assistant';
  /** Which connection and deployment answered. */
  readonly connectionId: string;
  readonly deployment: string;
  readonly reply: Reply;
  /** Pictures of the history that were left out of this request by the person's choice. */
  readonly omittedPictures: number;
  /** What the person chose for the pictures of this request alone; asking again keeps to it. */
  readonly plan?: PicturePlan;
}

export type Part = TextPart | PicturePart | PictureUrlPart | VideoPart | VideoDocumentPart;

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
}

/** A picture whose bytes are in the store. */
export interface PicturePart {
  readonly kind: 'picture';
  /** SHA-256 of the original bytes, lower-case hex: its address in the store. */
  readonly attachmentId: string;
  readonly name: string;
  /** What the bytes are (`image/jpeg`), told from the bytes. */
  readonly mimeType: string;
  readonly bytes: number;
  /** Upright size, EXIF orientation applied. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly detail: Detail;
  /** `fit`: resized to what the model sees when that is smaller; `original`: as it is. */
  readonly size: 'fit' | 'original';
  /** Camera data, position included, is removed even when no resize is due. */
  readonly stripMetadata: boolean;
  /** More than one frame: the service reads the first only. */
  readonly animated: boolean;
  /** Azure takes JPEG, PNG, GIF and WebP; anything else is converted to PNG or JPEG when sent. */
  readonly converted: boolean;
  /** Only this part of it is meant, cut out of the original at its full resolution. The sizes are the whole's. */
  readonly crop?: Area;
  /** It is a frame of a video of this message. */
  readonly frame?: { readonly videoId: string; readonly atSeconds: number };
}

/** A picture the service fetches itself. */
export interface PictureUrlPart {
  readonly kind: 'picture-url';
  readonly url: string;
  readonly detail: Detail;
  /** Known once the person asked for a preview and the host allowed it. */
  readonly widthPx?: number;
  readonly heightPx?: number;
}

/** A video whose frames, the pictures of this message with its id, and whose words go with the question. */
export interface VideoPart {
  readonly kind: 'video';
  readonly videoId: string;
  readonly name: string;
  readonly durationSeconds: number;
  /** Null: without words. */
  readonly transcript: Transcript | null;
  /** Tells whether a file that is picked to play from is the same one. */
  readonly fingerprint: string;
}

/** A video that video retrieval has in an index: the service looks into it by itself. */
export interface VideoDocumentPart {
  readonly kind: 'video-document';
  /** Of the library. */
  readonly videoId: string;
  readonly name: string;
  readonly documentId: string;
  readonly indexName: string;
}

export type AnyPicturePart = PicturePart | PictureUrlPart;

/** What is being written, with everything attached: survives reloads. One a conversation, one for a new one. */
export interface Draft {
  /** Conversation id, or `new`. */
  readonly id: string;
  readonly text: string;
  /** Frames of videos among them. */
  readonly pictures: readonly AnyPicturePart[];
  readonly videos?: readonly (VideoPart | VideoDocumentPart)[];
  /** Settings and connection chosen before the conversation exists. */
  readonly settings: RequestSettings | null;
  readonly connectionId: string | null;
  /** Set while editing an earlier prompt: its new branch starts at that message's parent. */
  readonly editing: string | null;
  /** For the next request only: what it does with earlier pictures. */
  readonly plan: PicturePlan;
  /** This prompt goes without having its pictures read first. */
  readonly skipsReading?: true;
  readonly updatedAt: number;
}

/** The branch that ends at `leafId`, first message first; empty where the leaf is unknown. */
export function branchTo(messages: readonly Message[], leafId: string | null): readonly Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: Message[] = [];
  for (let at = leafId === null ? undefined : byId.get(leafId); at;) {
    branch.push(at);
    // A damaged record must not send us round for ever.
    byId.delete(at.id);
    at = at.parentId === null ? undefined : byId.get(at.parentId);
  }
  return branch.reverse();
}

/** The alternatives of every message, oldest first: messages of the same role with the same parent. */
export function alternatives(messages: readonly Message[]): ReadonlyMap<string, readonly string[]> {
  const families = new Map<string, string[]>();
  for (const message of messages) {
    const family = `${message.parentId ?? ''}/${message.role}`;
    const known = families.get(family);
    if (known) known.push(message.id);
    else families.set(family, [message.id]);
  }
  const byMessage = new Map<string, readonly string[]>();
  for (const family of families.values()) for (const id of family) byMessage.set(id, family);
  return byMessage;
}

/** Where a branch ends when one follows the newest child from `fromId` on. */
export function leafUnder(messages: readonly Message[], fromId: string): string {
  const newestChild = new Map<string, Message>();
  for (const message of messages) {
    if (message.parentId === null) continue;
    const known = newestChild.get(message.parentId);
    if (!known || known.seq < message.seq) newestChild.set(message.parentId, message);
  }
  let leaf = fromId;
  for (let next = newestChild.get(leaf); next; next = newestChild.get(leaf)) {
    newestChild.delete(leaf);
    leaf = next.id;
  }
  return leaf;
}

/** The next free place in a conversation's order. */
export function nextSeq(messages: readonly Message[]): number {
  return messages.reduce((highest, message) => Math.max(highest, message.seq), 0) + 1;
}

/** First words of a prompt, cut at a word where there are words. */
export function titleOf(text: string, fallback: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return fallback;
  const characters = Array.from(line);
  if (characters.length <= titleLength) return line;
  const cut = characters.slice(0, titleLength).join('');
  const lastSpace = cut.lastIndexOf(' ');
  return `${lastSpace > titleLength / 2 ? cut.slice(0, lastSpace) : cut}…`;
}

/** What fits a 260 px sidebar in 13 px type, with some to spare for narrow letters. */
const titleLength = 60;

/** The picture that a part was cut out of; a whole one as it is. */
export function wholeOf(part: PicturePart): PicturePart {
  const { crop, ...whole } = part;
  return crop ? whole : part;
}

export function isPicture(part: Part): part is AnyPicturePart {
  return part.kind === 'picture' || part.kind === 'picture-url';
}

export function textOf(message: UserMessage): string {
  return message.parts
    .filter((part) => part.kind === 'text')
    .map((part) => part.text)
    .join('\n');
}

/** Pictures of a branch, oldest first. */
export function picturesOf(messages: readonly Message[]): readonly AnyPicturePart[] {
  return messages.flatMap((message) => (message.role === 'user' ? message.parts.filter(isPicture) : []));
}
