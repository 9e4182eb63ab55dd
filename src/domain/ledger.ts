import type { DeploymentType } from './connection.ts';
import type { ModelPrice, UnitPrice } from './money.ts';
import type { Usage } from './usage.ts';

/** What a call bought. Only `chat`, `connection-test` and `batch` are billed by the token; the rest by units. */
export type LedgerKind = (typeof ledgerKinds)[number];

export const ledgerKinds = [
  'chat',
  'connection-test',
  'batch',
  'ocr-enhancement',
  'grounding-enhancement',
  'image-analysis',
  'video-ingestion',
  'video-query',
  'transcription',
] as const;

/** One billed or failed call. Outlives the conversation it belongs to. */
export interface LedgerEntry {
  readonly id: string;
  /** When the call ended; epoch milliseconds. */
  readonly at: number;
  readonly kind: LedgerKind;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly deployment: string;
  /** Decides the price; null: not a model deployment (Image Analysis, video retrieval). */
  readonly deploymentType: DeploymentType | null;
  /** Model as the service reported it, or the connection's when it did not. */
  readonly model: string;
  readonly conversationId: string | null;
  readonly messageId: string | null;
  readonly outcome: 'complete' | 'interrupted' | 'stopped' | 'failed' | 'blocked';
  /** Null: none arrived, or the call is billed by units. */
  readonly usage: Usage | null;
  /** What was counted instead of tokens. */
  readonly units: Units | null;
  /** The usage is our own estimate (interrupted answers report none). */
  readonly estimated: boolean;
  /** The price row used; yesterday's bill does not change when the table does. */
  readonly price: ModelPrice | null;
  /** Whole nano-dollars; null: unknown. */
  readonly costNanos: number | null;
  readonly simulated: boolean;
}

/** So many of one meter, at the price that held. */
export interface Units {
  /** The meter, such as `image-analysis-read` or `video-ingestion`. */
  readonly meter: string;
  /** Transactions, queries or minutes, as `price.unit` says; minutes may be broken. */
  readonly quantity: number;
  /** Null: unknown. */
  readonly price: UnitPrice | null;
}

/** What stands as the model in the row of something that is bought by units, beside an answer or without one. */
export function serviceOf(kind: LedgerKind): string {
  switch (kind) {
    case 'image-analysis':
      return 'Image Analysis 4.0';
    case 'video-ingestion':
    case 'video-query':
      return 'Video Retrieval';
    default:
      return 'GPT-4 Turbo with Vision';
  }
}
