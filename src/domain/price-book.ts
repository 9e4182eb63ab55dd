import type { DeploymentType, ModelCapabilities } from './connection.ts';
import type { ModelPrice, UnitPrice } from './money.ts';

/** The person's own prices and models; laid over the published table. */
export interface PriceBook {
  readonly prices: readonly OwnPrice[];
  readonly meters: readonly OwnMeterPrice[];
  readonly models: readonly OwnModel[];
}

/** A price for one model, of the catalogue or the person's own. The newest `from` that has come holds. */
export interface OwnPrice {
  readonly modelId: string;
  /**
   * Null: every type that is billed by the token, Batch among them. One that names the type goes before one that does
   * not.
   */
  readonly deploymentType: DeploymentType | null;
  /** `source` says `own`. */
  readonly price: ModelPrice;
  /** ISO day from which it holds; null: always. */
  readonly from: string | null;
}

/** A price for one of the meters that count units. */
export interface OwnMeterPrice {
  readonly meter: string;
  readonly price: UnitPrice;
}

/** A model the catalogue does not have; any connection may choose it. */
export interface OwnModel {
  /** `own:` and a name; never changes. */
  readonly id: string;
  readonly name: string;
  readonly capabilities: ModelCapabilities;
}

export const emptyPriceBook: PriceBook = { prices: [], meters: [], models: [] };

/** The person's price for a model on a day (epoch milliseconds), or null: the published one holds. */
export function ownPriceOf(
  book: PriceBook,
  modelId: string,
  deploymentType: DeploymentType,
  atMs: number,
): ModelPrice | null {
  return holdingPrice(book, modelId, deploymentType, atMs)?.price ?? null;
}

/** The row of the book that `ownPriceOf` takes the price from. */
export function holdingPrice(
  book: PriceBook,
  modelId: string,
  deploymentType: DeploymentType,
  atMs: number,
): OwnPrice | null {
  const holding = book.prices.filter(
    (own) =>
      own.modelId === modelId &&
      isFor(own.deploymentType, deploymentType) &&
      (own.from === null || Date.parse(own.from) <= atMs),
  );
  const [best] = holding.toSorted(
    (a, b) =>
      Number(b.deploymentType !== null) - Number(a.deploymentType !== null) ||
      (b.from ?? '').localeCompare(a.from ?? ''),
  );
  return best ?? null;
}

/** Capacity paid by the hour has a price by the token only where the person names one for it. */
function isFor(priced: DeploymentType | null, type: DeploymentType): boolean {
  return priced === null ? type !== 'provisioned' : priced === type;
}
