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

/** Price of something that is counted in units instead of tokens. */
export interface UnitPrice {
  /** US dollars for `per` units: $1.50 per 1,000 transactions. */
  readonly dollars: number;
  readonly per: number;
  readonly unit: 'transaction' | 'query' | 'minute';
  readonly source: string;
  readonly asOf: string;
}

/** What so many units cost, in whole nano-dollars, rounded once at the end. */
export function costOfUnits(quantity: number, { dollars, per }: UnitPrice): number {
  if (!Number.isFinite(quantity) || quantity <= 0) return 0;
  // Minutes are counted to the millisecond, so that both factors are whole.
  const milliUnits = BigInt(Math.round(quantity * 1000));
  const nanosPerThousand = BigInt(Math.round(dollars * 1_000_000_000));
  const divisor = BigInt(Math.round(per)) * 1000n;
  return Number((milliUnits * nanosPerThousand + divisor / 2n) / divisor);
}

/** The same price times a factor: a region's surcharge, a batch's half, a discount. To a millionth of a dollar. */
export function scalePrice(price: ModelPrice, factor: number, why: string): ModelPrice {
  const scale = (rates: TokenRates): TokenRates => ({
    inputPerMillion: scaled(rates.inputPerMillion, factor),
    outputPerMillion: scaled(rates.outputPerMillion, factor),
    ...(rates.cachedInputPerMillion === undefined
      ? {}
      : { cachedInputPerMillion: scaled(rates.cachedInputPerMillion, factor) }),
    ...(rates.cacheWritePerMillion === undefined
      ? {}
      : { cacheWritePerMillion: scaled(rates.cacheWritePerMillion, factor) }),
  });
  const { longContext } = price;
  return {
    ...price,
    ...scale(price),
    ...(longContext ? { longContext: { ...longContext, ...scale(longContext) } } : {}),
    source: `${price.source}; ${why}`,
  };
}

/** The part of a price row that is asked for again above the long-context limit. */
export type TokenRates = Pick<
  ModelPrice,
  'inputPerMillion' | 'cachedInputPerMillion' | 'cacheWritePerMillion' | 'outputPerMillion'
>;

/** A call's cost by what was bought. The parts add up to `costOf` to the nano: what rounding leaves is input's. */
export interface CostParts {
  readonly inputNanos: number;
  readonly cachedNanos: number;
  readonly cacheWriteNanos: number;
  readonly outputNanos: number;
}

export function costParts(usage: Usage, price: ModelPrice): CostParts {
  const { cached, written, output, rates } = shares(usage, price);
  const cachedNanos = toNanos(cached * rates.cachedInput);
  const cacheWriteNanos = toNanos(written * rates.cacheWrite);
  const outputNanos = toNanos(output * rates.output);
  const inputNanos = costOf(usage, price) - cachedNanos - cacheWriteNanos - outputNanos;
  return { inputNanos, cachedNanos, cacheWriteNanos, outputNanos };
}

/**
 * What one call cost, in whole nano-dollars (a billionth of a dollar), rounded once at the end. Cached and
 * cache-write tokens are inside the input, reasoning tokens inside the output. Counts that a service cannot mean
 * (negative, more cached than sent) are brought into range; a price that is not a number throws RangeError.
 */
export function costOf(usage: Usage, price: ModelPrice): number {
  const { plain, cached, written, output, rates } = shares(usage, price);
  return toNanos(
    plain * rates.input + cached * rates.cachedInput + written * rates.cacheWrite + output * rates.output,
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

function shares(usage: Usage, price: ModelPrice) {
  const input = wholeTokens(usage.inputTokens);
  const cached = least(wholeTokens(usage.cachedTokens), input);
  const written = least(wholeTokens(usage.cacheWriteTokens), input - cached);
  const output = wholeTokens(usage.outputTokens);
  return { plain: input - cached - written, cached, written, output, rates: ratesFor(input, price) };
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

function scaled(dollarsPerMillion: number, factor: number): number {
  return Math.round(dollarsPerMillion * factor * 1_000_000) / 1_000_000;
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
