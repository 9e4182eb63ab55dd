import type { Usage } from './usage.ts';

/** Prices are US dollars for a million tokens, as Microsoft publishes them; at most six decimals count. */
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

/**
 * What one call cost, in whole nano-dollars (a billionth of a dollar), rounded once at the end. Cached and
 * cache-write tokens are inside the input, reasoning tokens inside the output. Counts that a service cannot mean
 * (negative, more cached than sent) are brought into range; a price that is not a number throws RangeError.
 */
export function costOf(usage: Usage, price: ModelPrice): number {
  const input = wholeTokens(usage.inputTokens);
  const cached = least(wholeTokens(usage.cachedTokens), input);
  const written = least(wholeTokens(usage.cacheWriteTokens), input - cached);
  const rates = ratesFor(input, price);
  return toNanos(
    (input - cached - written) * rates.input +
      cached * rates.cachedInput +
      written * rates.cacheWrite +
      wholeTokens(usage.outputTokens) * rates.output,
  );
}

/**
 * What a request may cost before it is sent, in whole nano-dollars: its input, and its output if the model writes
 * up to its limit. Nothing is assumed to be cached.
 */
export function estimateCost(
  expected: { readonly inputTokens: number; readonly maxOutputTokens: number },
  price: ModelPrice,
): { readonly inputNanos: number; readonly outputNanosUpTo: number } {
  const input = wholeTokens(expected.inputTokens);
  const rates = ratesFor(input, price);
  return {
    inputNanos: toNanos(input * rates.input),
    outputNanosUpTo: toNanos(wholeTokens(expected.maxOutputTokens) * rates.output),
  };
}

/**
 * Pico-dollars a token: a price of $0.0125 a million is 12,500 of them, a whole number. BigInt, because a long
 * request at a high price leaves the range in which a double is exact.
 */
interface Rates {
  readonly input: bigint;
  readonly cachedInput: bigint;
  readonly cacheWrite: bigint;
  readonly output: bigint;
}

function ratesFor(inputTokens: bigint, price: ModelPrice): Rates {
  const { longContext } = price;
  const row = longContext && inputTokens > BigInt(longContext.aboveInputTokens) ? longContext : price;
  return {
    input: toPicos(row.inputPerMillion),
    cachedInput: toPicos(row.cachedInputPerMillion ?? row.inputPerMillion),
    cacheWrite: toPicos(row.cacheWritePerMillion ?? row.inputPerMillion),
    output: toPicos(row.outputPerMillion),
  };
}

function toPicos(dollarsPerMillion: number): bigint {
  return BigInt(Math.round(dollarsPerMillion * 1_000_000));
}

function toNanos(picos: bigint): number {
  return Number((picos + 500n) / 1000n);
}

function wholeTokens(count: number): bigint {
  return Number.isFinite(count) && count > 0 ? BigInt(Math.round(count)) : 0n;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
