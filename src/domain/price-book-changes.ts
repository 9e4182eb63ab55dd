import type { DeploymentType } from './connection.ts';
import type { UnitPrice } from './money.ts';
import type { OwnModel, OwnPrice, PriceBook } from './price-book.ts';

/** No two prices of a book have the same one. */
export interface PriceKey {
  readonly modelId: string;
  readonly deploymentType: DeploymentType | null;
  readonly from: string | null;
}

/** Adds a price, in place of the one of the same key, and of the one it was made from. */
export function withPrice(book: PriceBook, price: OwnPrice, insteadOf: PriceKey | null = null): PriceBook {
  const stay = book.prices.filter(
    (one) => !isSamePrice(one, price) && !(insteadOf && isSamePrice(one, insteadOf)),
  );
  return { ...book, prices: [...stay, price] };
}

export function withoutPrice(book: PriceBook, key: PriceKey): PriceBook {
  return { ...book, prices: book.prices.filter((one) => !isSamePrice(one, key)) };
}

/** Null: the published price holds again. */
export function withMeterPrice(book: PriceBook, meter: string, price: UnitPrice | null): PriceBook {
  const stay = book.meters.filter((one) => one.meter !== meter);
  return { ...book, meters: price ? [...stay, { meter, price }] : stay };
}

/** Adds a model, or changes the one with its id. */
export function withModel(book: PriceBook, model: OwnModel): PriceBook {
  const isKnown = book.models.some(({ id }) => id === model.id);
  return {
    ...book,
    models: isKnown ? book.models.map((one) => (one.id === model.id ? model : one)) : [...book.models, model],
  };
}

/** Its prices go with it. */
export function withoutModel(book: PriceBook, id: string): PriceBook {
  return {
    ...book,
    models: book.models.filter((model) => model.id !== id),
    prices: book.prices.filter(({ modelId }) => modelId !== id),
  };
}

/** An id that no model of the book has: connections keep it, so it stays when the name changes. */
export function newModelId(name: string, book: PriceBook): string {
  const slug =
    name
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, mostSlugLetters) || 'model';
  const isTaken = (id: string): boolean => book.models.some((model) => model.id === id);
  let id = `own:${slug}`;
  for (let count = 2; isTaken(id); count += 1) id = `own:${slug}-${String(count)}`;
  return id;
}

/** Both books in one; where they differ, `added` holds. */
export function mergeBooks(mine: PriceBook, added: PriceBook): PriceBook {
  const addedModels = new Map(added.models.map((model) => [model.id, model]));
  const missing = missingFrom(mine, added);
  return {
    prices: [...missing.prices, ...added.prices],
    meters: [...missing.meters, ...added.meters],
    // In their old order: nothing moves in a list because of an import.
    models: [
      ...mine.models.map((model) => addedModels.get(model.id) ?? model),
      ...added.models.filter(({ id }) => !mine.models.some((model) => model.id === id)),
    ],
  };
}

/** What taking a book in would do. Prices are those of models and of meters. */
export interface BookComparison {
  readonly prices: number;
  readonly models: number;
  /** As many of them stand in place of others. */
  readonly replacing: number;
  /** Mine that the book does not have: they go only when it replaces mine as a whole. */
  readonly missingPrices: number;
  readonly missingModels: readonly OwnModel[];
}

export function compareBooks(mine: PriceBook, added: PriceBook): BookComparison {
  const before = byKey(mine);
  const replaced = [...byKey(added)].filter(
    ([key, row]) => before.has(key) && !isAlike(before.get(key), row),
  );
  const missing = missingFrom(mine, added);
  return {
    prices: added.prices.length + added.meters.length,
    models: added.models.length,
    replacing: replaced.length,
    missingPrices: missing.prices.length + missing.meters.length,
    missingModels: missing.models,
  };
}

export function isSamePrice(a: PriceKey, b: PriceKey): boolean {
  return priceKey(a) === priceKey(b);
}

/** A text of its own for each price of a book. */
export function priceKey({ modelId, deploymentType, from }: PriceKey): string {
  return JSON.stringify([modelId, deploymentType, from]);
}

const mostSlugLetters = 60;

/** What is in `mine` alone. */
function missingFrom(mine: PriceBook, added: PriceBook): PriceBook {
  const there = byKey(added);
  return {
    prices: mine.prices.filter((price) => !there.has(`price ${priceKey(price)}`)),
    meters: mine.meters.filter(({ meter }) => !there.has(`meter ${meter}`)),
    models: mine.models.filter(({ id }) => !there.has(`model ${id}`)),
  };
}

function byKey({ prices, meters, models }: PriceBook): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ...prices.map((price) => [`price ${priceKey(price)}`, price] as const),
    ...meters.map((row) => [`meter ${row.meter}`, row] as const),
    ...models.map((model) => [`model ${model.id}`, model] as const),
  ]);
}

/** By what they hold, in whatever order it was written. */
function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [mine, others] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return (
    mine.length === others.size &&
    mine.every(([key, value]) => others.has(key) && isAlike(value, others.get(key)))
  );
}
