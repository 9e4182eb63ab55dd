/** Prices are US dollars for a million tokens, as Microsoft publishes them. */
export interface ModelPrice {
  readonly inputPerMillion: number;
  /** Absent: cached input is billed as input. */
  readonly cachedInputPerMillion?: number;
  /** Absent: cache writes are billed as input. */
  readonly cacheWritePerMillion?: number;
  readonly outputPerMillion: number;
  /** Above this many prompt tokens the whole request costs these prices (gpt-5.4 and later: 272,000). */
  readonly longContext?: {
    readonly aboveInputTokens: number;
    readonly inputPerMillion: number;
    readonly cachedInputPerMillion?: number;
    readonly cacheWritePerMillion?: number;
    readonly outputPerMillion: number;
  };
  /** Where the price was read and when (ISO date); the person's own price says `own`. */
  readonly source: string;
  readonly asOf: string;
}
