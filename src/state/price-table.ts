import type { CatalogModel } from '#catalog';
import type { Connection, DeploymentType } from '#domain/connection.ts';
import type { ModelPrice, UnitPrice } from '#domain/money.ts';
import { isSamePrice } from '#domain/price-book-changes.ts';
import { holdingPrice, type OwnModel, type OwnPrice, type PriceBook } from '#domain/price-book.ts';

type Catalog = typeof import('#catalog');

/** What the table of prices is made from. */
export interface PriceTableParts {
  readonly catalog: Catalog;
  readonly book: PriceBook;
  readonly connections: readonly Connection[];
  /** Prices of this type of deployment, on this day. */
  readonly deploymentType: DeploymentType;
  readonly nowMs: number;
}

/** A model, and what its tokens cost. */
export interface PriceRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly kind:
    | 'published'
    /** The person's own model. */
    | 'own-model'
    /** Costs as the model that answers, and a fee: nothing to enter. */
    | 'router'
    /** Described in a connection, its price with it. */
    | 'of-connection'
    /** The person's price for a model that nobody knows (any more). */
    | 'unknown-model';
  readonly isRetired: boolean;
  /** Names of the connections that ask it. */
  readonly usedBy: readonly string[];
  /** What holds, of the person's or as published; null: unknown. */
  readonly price: ModelPrice | null;
  /** Capacity is paid by the hour; the token costs nothing. */
  readonly isHourly: boolean;
  /** The person's own that holds; null: the published one does. */
  readonly own: OwnPrice | null;
  /** The person's that hold at another time or for another type of deployment. */
  readonly otherOwn: readonly OwnPrice[];
  readonly published: PublishedPrice | null;
}

/** What Microsoft asks; for other types than Global worked out from it. */
export interface PublishedPrice {
  readonly price: ModelPrice;
  /** Where the Global price was read. */
  readonly source: string;
  /** A day, a month or a year. */
  readonly asOf: string;
  /** Last day on which it is known to hold. */
  readonly until: string | null;
  readonly isUncertain: boolean;
}

/** Something counted in units, and what they cost. */
export interface MeterPriceRow {
  readonly id: string;
  readonly unit: UnitPrice['unit'];
  readonly own: UnitPrice | null;
  /** By the month's quantity, from few to many; empty: unknown. */
  readonly steps: readonly { readonly from: number; readonly price: UnitPrice }[];
  readonly isUncertain: boolean;
  readonly isRetired: boolean;
}

/** Models that connections ask first, then those with a price of the person's own, then the others, newest first. */
export function toPriceRows(parts: PriceTableParts): readonly PriceRow[] {
  const { catalog, book, connections } = parts;
  const known = new Set([...catalog.models, ...book.models].map(({ id }) => id));
  const strays = new Set(book.prices.map(({ modelId }) => modelId).filter((id) => !known.has(id)));
  const rows = [
    ...connections.flatMap((connection) => toConnectionRows(parts, connection)),
    ...book.models.map((model) => toOwnRow(parts, model)),
    ...catalog.models.map((model) => toPublishedRow(parts, model)).toReversed(),
    ...[...strays].map((id) => toStrayRow(parts, id)),
  ];
  return rows.toSorted((a, b) => rank(a) - rank(b));
}

/** Whether a person has to do with a row: the others are shown when asked for. */
export function concernsPerson(row: PriceRow): boolean {
  return rank(row) < 2;
}

export function toMeterRows({
  catalog,
  book,
}: Pick<PriceTableParts, 'catalog' | 'book'>): readonly MeterPriceRow[] {
  return catalog.meters.map(({ id, unit, steps, confidence, retired }) => ({
    id,
    unit,
    own: book.meters.find(({ meter }) => meter === id)?.price ?? null,
    steps,
    isUncertain: confidence !== 'high',
    isRetired: retired,
  }));
}

function rank(row: PriceRow): number {
  if (row.usedBy.length > 0) return 0;
  return row.own || row.otherOwn.length > 0 || row.kind === 'own-model' ? 1 : 2;
}

function toPublishedRow(parts: PriceTableParts, model: CatalogModel): PriceRow {
  const { catalog, nowMs } = parts;
  const published = publishedPrice(parts, model);
  const isRouter = model.imageTokens === 'routed';
  return {
    ...ownPrices(parts, model.id, published?.price ?? null),
    id: model.id,
    name: model.model,
    version: model.version,
    kind: isRouter ? 'router' : 'published',
    isRetired: catalog.statusOf(model, nowMs) === 'retired',
    usedBy: usersOf(parts, model.id),
    published,
  };
}

function toOwnRow(parts: PriceTableParts, { id, name }: OwnModel): PriceRow {
  return { ...toStrayRow(parts, id), name, kind: 'own-model' };
}

function toStrayRow(parts: PriceTableParts, id: string): PriceRow {
  return {
    ...ownPrices(parts, id, null),
    id,
    name: id,
    version: '',
    kind: 'unknown-model',
    isRetired: false,
    usedBy: usersOf(parts, id),
    published: null,
  };
}

function toConnectionRows({ deploymentType }: PriceTableParts, connection: Connection): readonly PriceRow[] {
  const { model, id, name } = connection;
  if (model.kind !== 'other') return [];
  return [
    {
      id: `connection:${id}`,
      name: model.name,
      version: '',
      kind: 'of-connection',
      isRetired: false,
      usedBy: [name],
      price: model.price,
      isHourly: deploymentType === 'provisioned',
      own: null,
      otherOwn: [],
      published: null,
    },
  ];
}

function ownPrices(
  { book, deploymentType, nowMs }: PriceTableParts,
  id: string,
  published: ModelPrice | null,
) {
  const own = holdingPrice(book, id, deploymentType, nowMs);
  return {
    own,
    otherOwn: book.prices.filter((price) => price.modelId === id && !(own && isSamePrice(price, own))),
    price: own?.price ?? published,
    isHourly: deploymentType === 'provisioned' && !own,
  };
}

function publishedPrice(
  { catalog, deploymentType, nowMs }: PriceTableParts,
  model: CatalogModel,
): PublishedPrice | null {
  const price = catalog.priceOf(model, nowMs, deploymentType);
  const global = catalog.priceOf(model, nowMs);
  const row = catalog.pricesOf(model).find((one) => one.price === global);
  if (!price || !row) return null;
  return {
    price,
    source: row.price.source,
    asOf: row.price.asOf,
    until: row.until,
    isUncertain: row.confidence === 'low',
  };
}

function usersOf({ connections }: PriceTableParts, modelId: string): readonly string[] {
  return connections
    .filter(({ model }) => model.kind === 'catalog' && model.id === modelId)
    .map(({ name }) => name);
}
