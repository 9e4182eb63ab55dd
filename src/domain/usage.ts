/** Tokens as the service billed them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Inside `inputTokens`. */
  readonly cachedTokens: number;
  /** Inside `inputTokens`; billed apart from gpt-5.6 on. */
  readonly cacheWriteTokens: number;
  /** Inside `outputTokens`: never added to it. */
  readonly reasoningTokens: number;
  /** Inside `inputTokens`, where the service says so. */
  readonly imageTokens: number | null;
}

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
  readonly price: import('./money.ts').ModelPrice | null;
  /** Whole nano-dollars; null: unknown. */
  readonly costNanos: number | null;
  readonly simulated: boolean;
}
