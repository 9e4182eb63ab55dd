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
