import type { DeploymentType } from '#domain/connection.ts';
import type { ModelPrice, TokenRates, UnitPrice } from '#domain/money.ts';
import { isSamePrice, type PriceKey } from '#domain/price-book-changes.ts';
import type { OwnPrice } from '#domain/price-book.ts';
import { amountProblem, isIsoDay, type AmountProblem } from '#domain/price-rules.ts';

export const rateNames = ['input', 'cachedInput', 'cacheWrite', 'output'] as const;
export type RateName = (typeof rateNames)[number];

/** US dollars a million tokens, as typed; null: nothing, NaN: no number. */
export type RateFields = Readonly<Record<RateName, number | null>>;

/** A price being entered. */
export interface PriceFields {
  readonly rates: RateFields;
  readonly longRates: RateFields;
  /** Above this many prompt tokens `longRates` hold. */
  readonly aboveInputTokens: number;
  readonly deploymentType: DeploymentType | null;
  /** ISO day; '' : always. */
  readonly from: string;
}

export type PriceProblem = AmountProblem | 'missing' | 'not-a-day' | 'taken';

export interface PriceProblems {
  readonly rates: Readonly<Record<RateName, PriceProblem | null>>;
  readonly longRates: Readonly<Record<RateName, PriceProblem | null>>;
  readonly from: PriceProblem | null;
}

/** gpt-5.4 and later; the catalogue's rows say the same (prices.ts). */
const longContextTokens = 272_000;

export function toPriceFields(
  price: ModelPrice | null,
  { deploymentType, from }: Pick<PriceKey, 'deploymentType' | 'from'>,
): PriceFields {
  return {
    rates: toRateFields(price),
    longRates: toRateFields(price?.longContext ?? null),
    aboveInputTokens: price?.longContext?.aboveInputTokens ?? longContextTokens,
    deploymentType,
    from: from ?? '',
  };
}

/** @param taken keys of the model's other prices. */
export function priceProblems(
  fields: PriceFields,
  taken: readonly PriceKey[],
  modelId: string,
): PriceProblems {
  const hasLong = rateNames.some((name) => fields.longRates[name] !== null);
  return {
    rates: rateProblems(fields.rates, true),
    longRates: rateProblems(fields.longRates, hasLong),
    from: fromProblem(fields, taken, modelId),
  };
}

export function hasProblem({ rates, longRates, from }: PriceProblems): boolean {
  return from !== null || [rates, longRates].some((some) => rateNames.some((name) => some[name] !== null));
}

/** Of fields without a problem. */
export function toOwnPrice(modelId: string, fields: PriceFields, nowMs: number): OwnPrice {
  const rates = toRates(fields.rates);
  const longRates = toRates(fields.longRates);
  if (!rates) throw new RangeError('A price has an input and an output rate');
  return {
    modelId,
    deploymentType: fields.deploymentType,
    from: fields.from === '' ? null : fields.from,
    price: {
      ...rates,
      ...(longRates ? { longContext: { aboveInputTokens: fields.aboveInputTokens, ...longRates } } : {}),
      ...ownOrigin(nowMs),
    },
  };
}

/** A price of units being entered. */
export function unitPriceProblem(dollars: number | null): PriceProblem | null {
  return dollars === null ? 'missing' : amountProblem(dollars);
}

export function toOwnUnitPrice(
  dollars: number,
  { per, unit }: Pick<UnitPrice, 'per' | 'unit'>,
  nowMs: number,
): UnitPrice {
  return { dollars, per, unit, ...ownOrigin(nowMs) };
}

export function ownOrigin(nowMs: number): { readonly source: 'own'; readonly asOf: string } {
  return { source: 'own', asOf: new Date(nowMs).toISOString().slice(0, 10) };
}

function toRateFields(rates: TokenRates | null): RateFields {
  return {
    input: rates?.inputPerMillion ?? null,
    cachedInput: rates?.cachedInputPerMillion ?? null,
    cacheWrite: rates?.cacheWritePerMillion ?? null,
    output: rates?.outputPerMillion ?? null,
  };
}

function toRates({ input, cachedInput, cacheWrite, output }: RateFields): TokenRates | null {
  if (input === null || output === null) return null;
  return {
    inputPerMillion: input,
    ...(cachedInput === null ? {} : { cachedInputPerMillion: cachedInput }),
    ...(cacheWrite === null ? {} : { cacheWritePerMillion: cacheWrite }),
    outputPerMillion: output,
  };
}

function rateProblems(rates: RateFields, areNeeded: boolean): PriceProblems['rates'] {
  const judge = (name: RateName, isNeeded: boolean): PriceProblem | null => {
    const rate = rates[name];
    if (rate === null) return isNeeded ? 'missing' : null;
    return amountProblem(rate);
  };
  return {
    input: judge('input', areNeeded),
    cachedInput: judge('cachedInput', false),
    cacheWrite: judge('cacheWrite', false),
    output: judge('output', areNeeded),
  };
}

function fromProblem(
  { from, deploymentType }: PriceFields,
  taken: readonly PriceKey[],
  modelId: string,
): PriceProblem | null {
  if (from !== '' && !isIsoDay(from)) return 'not-a-day';
  const key = { modelId, deploymentType, from: from === '' ? null : from };
  return taken.some((other) => isSamePrice(other, key)) ? 'taken' : null;
}
