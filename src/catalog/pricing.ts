import type { ModelPrice } from '#domain/money.ts';
import type { CatalogModel } from './model.ts';
import { prices, type PriceRow } from './prices.ts';
import { modelsDev, type Source } from './source.ts';

/** The published price at a moment (milliseconds since 1970), or null: unknown, which is never 0. */
export function priceOf(model: CatalogModel, atMs: number): ModelPrice | null {
  return pricesOf(model).find((row) => holdsAt(row, atMs))?.price ?? null;
}

/** All price rows of a model, oldest first; empty where none is known. */
export function pricesOf(model: CatalogModel): readonly PriceRow[] {
  return prices[model.id] ?? [];
}

/**
 * What model-router asks for the prompt, on top of the price of the model it chose. Learn says only "charged for
 * input prompts at the rate listed on the pricing page"; the number is a third party's.
 */
export const routerFee: Source & { readonly inputPerMillion: number; readonly confidence: 'low' } = {
  inputPerMillion: 0.14,
  confidence: 'low',
  ...modelsDev,
};

/** The price of a request that model-router passed on: that of the model which answered, plus the router's fee. */
export function routedPrice(price: ModelPrice): ModelPrice {
  return {
    ...price,
    ...plusFee(price),
    ...(price.longContext ? { longContext: { ...price.longContext, ...plusFee(price.longContext) } } : {}),
    source: `${price.source}; router: ${routerFee.source}`,
  };
}

type InputRates = Pick<ModelPrice, 'inputPerMillion' | 'cachedInputPerMillion' | 'cacheWritePerMillion'>;

/** The router reads the whole prompt, so cached tokens pay the fee as well. */
function plusFee({ inputPerMillion, cachedInputPerMillion, cacheWritePerMillion }: InputRates): InputRates {
  const fee = routerFee.inputPerMillion;
  return {
    inputPerMillion: inputPerMillion + fee,
    ...(cachedInputPerMillion === undefined ? {} : { cachedInputPerMillion: cachedInputPerMillion + fee }),
    ...(cacheWritePerMillion === undefined ? {} : { cacheWritePerMillion: cacheWritePerMillion + fee }),
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

function holdsAt({ from, until }: PriceRow, atMs: number): boolean {
  if (from !== null && atMs < Date.parse(from)) return false;
  return until === null || atMs < Date.parse(until) + DAY_MS;
}
