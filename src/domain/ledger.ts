import type { ModelPrice } from './money.ts';
import type { Usage } from './usage.ts';

/** One billed or failed call. Outlives the conversation it belongs to. */
export interface LedgerEntry {
  readonly id: string;
  readonly at: number;
  readonly kind: 'chat' | 'connection-test';
  readonly connectionId: string;
  readonly connectionName: string;
  readonly deployment: string;
  /** Model as the service reported it, or the connection's when it did not. */
  readonly model: string;
  readonly conversationId: string | null;
  readonly messageId: string | null;
  readonly outcome: 'complete' | 'interrupted' | 'stopped' | 'failed' | 'blocked';
  /** Null: none arrived. */
  readonly usage: Usage | null;
  /** The usage is our own estimate (interrupted answers report none). */
  readonly estimated: boolean;
  /** The price row used; yesterday's bill does not change when the table does. */
  readonly price: ModelPrice | null;
  /** Whole nano-dollars; null: unknown. */
  readonly costNanos: number | null;
  readonly simulated: boolean;
}
