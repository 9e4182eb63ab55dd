import { asCapabilities } from './capabilities-json.ts';
import { deploymentTypes } from './connection.ts';
import {
  asAmount,
  asChoice,
  asCount,
  asDay,
  asListOf,
  asNullOr,
  asPositiveCount,
  asRecord,
  asText,
  isRecord,
  refuse,
  type Place,
  type Reader,
  type ReadingProblemCode,
} from './json-reading.ts';
import type { ModelPrice, UnitPrice } from './money.ts';
import { priceKey } from './price-book-changes.ts';
import type { OwnMeterPrice, OwnModel, OwnPrice, PriceBook } from './price-book.ts';

/** A longer file is not read: a book with every model there is takes a tenth of it. */
export const mostPriceBookBytes = 1_000_000;

/** A book as people exchange it. */
export function toPriceBookJson({ prices, meters, models }: PriceBook): string {
  return `${JSON.stringify({ format, version: 1, prices, meters, models }, null, 2)}\n`;
}

export type PriceBookReading =
  | { readonly ok: true; readonly book: PriceBook }
  /** In the order in which they were found; of very many, the first. */
  | { readonly ok: false; readonly problems: readonly PriceBookProblem[] };

export interface PriceBookProblem {
  /** As JavaScript would write it: `prices[3].price.inputPerMillion`; '' is the file as a whole. */
  readonly path: string;
  readonly code: ReadingProblemCode;
}

/**
 * Reads a file that a person gives. Nothing in it is taken on trust: what comes back was built anew, from known fields.
 * @param asOf ISO day for prices that do not say when they were known.
 */
export function parsePriceBook(text: string, asOf: string): PriceBookReading {
  const problems: PriceBookProblem[] = [];
  const at: Place = {
    path: '',
    report(path, code) {
      if (problems.length < mostProblems) problems.push({ path, code });
    },
  };
  const book = readBook(text, at, asOf);
  // Only a whole list has the places that its problems are named by.
  if (book && problems.length === 0) reportContradictions(book, at);
  return book && problems.length === 0 ? { ok: true, book } : { ok: false, problems };
}

const format = 'sightline-prices';
const mostProblems = 100;

function readBook(text: string, at: Place, asOf: string): PriceBook | undefined {
  if (text.length > mostPriceBookBytes) return refuse(at, 'too-large');
  const value = parseJson(text);
  if (value === undefined) return refuse(at, 'not-json');
  if (!isRecord(value) || value['format'] !== format) return refuse(at, 'unknown-format');
  if (value['version'] !== 1) return refuse({ ...at, path: 'version' }, 'unknown-version');
  const read = asRecord(
    { format: asText(100), version: asCount },
    {
      prices: asListOf(asOwnPrice(asOf)),
      meters: asListOf(asOwnMeterPrice(asOf)),
      models: asListOf(asOwnModel),
    },
  )(value, at);
  return read && { prices: read.prices ?? [], meters: read.meters ?? [], models: read.models ?? [] };
}

/** Undefined, which JSON never is, where the text is no JSON. */
function parseJson(text: string): unknown {
  try {
    // Some editors leave a byte order mark at the front.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function asOwnPrice(asOf: string): Reader<OwnPrice> {
  const read = asRecord(
    { modelId: asText(200), price: asModelPrice(asOf) },
    { deploymentType: asNullOr(asChoice(deploymentTypes, 'unknown-deployment-type')), from: asNullOr(asDay) },
  );
  return (value, at) => {
    const price = read(value, at);
    return price && { ...price, deploymentType: price.deploymentType ?? null, from: price.from ?? null };
  };
}

function asModelPrice(asOf: string): Reader<ModelPrice> {
  const needed = { inputPerMillion: asAmount, outputPerMillion: asAmount };
  const optional = { cachedInputPerMillion: asAmount, cacheWritePerMillion: asAmount };
  const longContext = asRecord({ aboveInputTokens: asCount, ...needed }, optional);
  const read = asRecord(needed, { ...optional, longContext, ...asOrigin });
  return (value, at) => {
    const price = read(value, at);
    return price && { ...price, source: 'own', asOf: price.asOf ?? asOf };
  };
}

function asOwnMeterPrice(asOf: string): Reader<OwnMeterPrice> {
  const read = asRecord(
    { dollars: asAmount, per: asPositiveCount, unit: asChoice(['transaction', 'query', 'minute']) },
    asOrigin,
  );
  const price: Reader<UnitPrice> = (value, at) => {
    const unitPrice = read(value, at);
    return unitPrice && { ...unitPrice, source: 'own', asOf: unitPrice.asOf ?? asOf };
  };
  return asRecord({ meter: asText(100), price }, {});
}

/** Whatever a file says: what a person takes in is their own price. */
const asOrigin = { source: asText(1000), asOf: asDay };

const asOwnModel: Reader<OwnModel> = asRecord(
  {
    id: (value, at) =>
      typeof value === 'string' && /^own:[\p{L}\p{N}.-]{1,80}$/u.test(value)
        ? value
        : refuse(at, 'not-an-own-id'),
    name: asText(200),
    capabilities: asCapabilities,
  },
  {},
);

function reportContradictions({ prices, meters, models }: PriceBook, { report }: Place): void {
  const reportTwice = (list: string, keys: readonly string[]): void => {
    const seen = new Set<string>();
    for (const [index, key] of keys.entries()) {
      if (seen.has(key)) report(`${list}[${String(index)}]`, 'duplicate');
      seen.add(key);
    }
  };
  reportTwice('prices', prices.map(priceKey));
  reportTwice(
    'meters',
    meters.map(({ meter }) => meter),
  );
  reportTwice(
    'models',
    models.map(({ id }) => id),
  );
  const known = new Set(models.map(({ id }) => id));
  for (const [index, { modelId }] of prices.entries()) {
    if (modelId.startsWith('own:') && !known.has(modelId)) {
      report(`prices[${String(index)}].modelId`, 'unknown-model');
    }
  }
}
