import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { Connection, DeploymentType, SecretName } from '#domain/connection.ts';
import type { Conversation, Draft, Message } from '#domain/conversation.ts';
import type { Reply } from '#domain/reply.ts';
import type { Accuracy } from '#domain/accuracy.ts';
import type { Budgets } from '#domain/budget.ts';
import type { LedgerEntry, LedgerKind, Units } from '#domain/ledger.ts';
import type { ModelPrice } from '#domain/money.ts';
import type { KeptAnalysis } from '#domain/picture-analysis.ts';
import type { PriceBook } from '#domain/price-book.ts';
import type { Video } from '#domain/video.ts';

/** Every database, channel, lock and mark of ours starts with this: an origin may be shared with other pages. */
export const databaseName = 'sightline';

/** Today's shape of the database, as the newest step of the ladder leaves it. */
export interface Schema extends DBSchema {
  meta: { key: string; value: Tally | StoredPreferences | StoredBudgets | StoredPriceBook };
  connections: { key: string; value: Connection };
  secrets: { key: [connectionId: string, name: SecretName]; value: SealedSecret };
  keys: { key: string; value: VaultKey };
  conversations: {
    key: string;
    value: StoredConversation;
    /** Walked backwards: newest first, the bin apart. */
    indexes: { newest: [bin: 0 | 1, updatedAt: number] };
  };
  messages: {
    key: string;
    value: StoredMessage;
    indexes: { conversation: [conversationId: string, seq: number]; attachments: string };
  };
  attachments: { key: string; value: StoredAttachment };
  thumbnails: { key: string; value: StoredThumbnail; indexes: { savedAt: number } };
  analyses: { key: string; value: KeptAnalysis; indexes: { picture: string } };
  ledger: {
    key: string;
    value: LedgerEntry;
    indexes: { at: number; conversation: [conversationId: string, at: number] };
  };
  /** What the ledger comes to, in slots: a budget is judged without reading the rows. */
  spending: { key: [slotStart: number, connectionId: string]; value: SpendingSlot };
  accuracy: { key: [connectionId: string, deployment: string]; value: StoredAccuracy };
  videos: { key: string; value: Video };
  posters: { key: string; value: StoredFile };
  /** By fingerprint. */
  'video-files': { key: string; value: StoredFile };
  drafts: { key: string; value: StoredDraft; indexes: { attachments: string } };
  outbox: { key: string; value: RunningAnswer };
}

export type StoreName = StoreNames<Schema>;
export type Connected = IDBPDatabase<Schema>;
export type ReadTransaction = IDBPTransaction<Schema, StoreName[], 'readonly'>;
export type WriteTransaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>;

/** How much there is to lose. Written with what it counts, so that a shortened database has a shortened tally. */
export interface Tally {
  readonly id: 'tally';
  /** Rises with every conversation made, prompt, answer and emptied bin; never falls. */
  readonly generation: number;
  /** Those in the bin included. */
  readonly conversations: number;
}

export interface StoredPreferences {
  readonly id: 'preferences';
  readonly values: Readonly<Record<string, unknown>>;
}

export interface StoredBudgets {
  readonly id: 'budgets';
  readonly budgets: Budgets;
}

export interface StoredPriceBook {
  readonly id: 'price-book';
  readonly book: PriceBook;
}

export interface SpendingSlot {
  /** Epoch milliseconds; a quarter of an hour, so that a day of every time zone begins with a slot. */
  readonly slotStart: number;
  readonly connectionId: string;
  /** Known costs of the ledger rows in this slot. */
  readonly nanos: number;
}

export interface StoredAccuracy extends Accuracy {
  readonly connectionId: string;
  readonly deployment: string;
}

/** An index cannot hold null, so `deletedAt` is there a second time as 0 or 1. */
export interface StoredConversation extends Conversation {
  readonly bin: 0 | 1;
}

/**
 * `attachmentIds` repeats what the parts say, where an index can reach it. Of a message it holds the ids of the
 * analyses too that its findings come from; these never look like an attachment's.
 */
export type StoredMessage = Message & { readonly attachmentIds: readonly string[] };
export type StoredDraft = Draft & { readonly attachmentIds: readonly string[] };

export interface StoredAttachment {
  /** SHA-256 of the bytes, lower-case hex. */
  readonly id: string;
  /** An ArrayBuffer only where the browser would not keep a Blob. */
  readonly blob: Blob | ArrayBuffer;
  readonly mimeType: string;
  readonly bytes: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly createdAt: number;
}

/** Small enough to live inside the database's own pages: shown even when the picture's file is lost. */
export interface StoredThumbnail {
  readonly id: string;
  readonly pixels: ArrayBuffer;
  readonly mimeType: string;
  /** When this picture was last attached; a fresh one may not be in any draft on disk yet. */
  readonly savedAt: number;
}

/** A small picture of a video, or the video itself. */
export interface StoredFile {
  readonly id: string;
  readonly blob: Blob | ArrayBuffer;
  readonly mimeType: string;
  readonly savedAt: number;
}

/** An answer under way. Found at start with nobody holding its lock, it was left running. */
export interface RunningAnswer {
  readonly messageId: string;
  readonly conversationId: string;
  readonly startedAt: number;
  readonly tabId: string;
  /** Absent in records of version 1. */
  readonly expected?: ExpectedCost;
  /** What had come when last saved; absent until the first text. */
  readonly reply?: Reply;
}

/** What a request was expected to cost when it was sent: held against the budgets, and billed should its tab die. */
export interface ExpectedCost {
  readonly connectionId: string;
  readonly deploymentType: DeploymentType;
  readonly model: string;
  readonly inputTokens: number;
  readonly pictureTokens: number;
  readonly price: ModelPrice | null;
  /** With an answer up to its limit; null: unknown. */
  readonly upperNanos: number | null;
  /** What reading its pictures buys, nothing where all is known already; absent: this call does not read them. */
  readonly reading?: readonly Units[];
  /** What is bought with the answer. */
  readonly extras?: readonly { readonly kind: LedgerKind; readonly units: Units }[];
}

export interface SealedSecret {
  readonly connectionId: string;
  readonly name: SecretName;
  readonly format: 1;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

export interface VaultKey {
  readonly id: 'device';
  /** AES-256-GCM, not extractable: a script can use it but not carry it away. */
  readonly key: CryptoKey;
  readonly createdAt: number;
}
