import type { DeploymentType } from '#domain/connection.ts';
import { scalePrice, type ModelPrice } from '#domain/money.ts';
import type { CatalogModel } from './model.ts';
import { prices, type PriceRow } from './prices.ts';
import { meters2026, modelsDev, type Source } from './source.ts';

/**
 * The price at a moment (milliseconds since 1970) for a type of deployment, or null: unknown, which is never 0. Only
 * Global is published for every model; the others follow from it by `deploymentFactors`.
 */
export function priceOf(
  model: CatalogModel,
  atMs: number,
  deploymentType: DeploymentType = 'global',
): ModelPrice | null {
  const global = pricesOf(model).find((row) => holdsAt(row, atMs))?.price ?? null;
  return global && priceOfType(global, deploymentType);
}

/** A Global price as another type of deployment asks it; provisioned capacity is paid by the hour, not by the token. */
export function priceOfType(global: ModelPrice, deploymentType: DeploymentType): ModelPrice {
  const { factor, why } = deploymentFactors[deploymentType];
  return factor === 1 ? global : scalePrice(global, factor, why);
}

/**
 * models.md, "Current prices": Data Zone and regional deployments are typically a tenth dearer (some regions 20 to
 * 32 %), Batch half where a meter exists. A factor is right for most and is marked in the price's source.
 */
export const deploymentFactors: Readonly<
  Record<DeploymentType, { factor: number; why: string; from: Source }>
> = {
  global: { factor: 1, why: '', from: meters2026 },
  'data-zone': { factor: 1.1, why: 'Data Zone, typically +10 %', from: meters2026 },
  regional: { factor: 1.1, why: 'regional, typically +10 %', from: meters2026 },
  provisioned: { factor: 0, why: 'provisioned, paid by the hour', from: meters2026 },
  'global-batch': { factor: 0.5, why: 'Batch, half', from: meters2026 },
  'data-zone-batch': { factor: 0.55, why: 'Batch in a Data Zone, half of +10 %', from: meters2026 },
};

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
