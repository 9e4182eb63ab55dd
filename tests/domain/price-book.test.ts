import { describe, expect, test } from 'vitest';
import type { ModelPrice } from '#domain/money.ts';
import {
  compareBooks,
  mergeBooks,
  newModelId,
  withMeterPrice,
  withModel,
  withoutModel,
  withoutPrice,
  withPrice,
} from '#domain/price-book-changes.ts';
import { emptyPriceBook, ownPriceOf, type OwnPrice, type PriceBook } from '#domain/price-book.ts';
import { amountProblem, isIsoDay } from '#domain/price-rules.ts';
import { aModel, aUnitPrice, ownPrice } from './price-books.ts';

const at = (day: string): number => Date.parse(`${day}T12:00:00Z`);
const bookOf = (...prices: OwnPrice[]): PriceBook => ({ ...emptyPriceBook, prices });
const inputOf = (found: ModelPrice | null) => found?.inputPerMillion ?? null;

describe('the price that holds', () => {
  test('one that names the deployment type goes before one for all, whatever their days', () => {
    const book = bookOf(
      ownPrice('m', 1, { from: '2026-11-01' }),
      ownPrice('m', 2, { deploymentType: 'data-zone' }),
    );
    expect(inputOf(ownPriceOf(book, 'm', 'global', at('2026-11-22')))).toBe(1);
    expect(inputOf(ownPriceOf(book, 'm', 'data-zone', at('2026-11-22')))).toBe(2);
    expect(ownPriceOf(book, 'other', 'global', at('2026-11-22'))).toBeNull();
  });

  test('the newest that has begun holds, from the first moment of its day in UTC', () => {
    const book = bookOf(
      ownPrice('m', 3, { from: '2027-01-01' }),
      ownPrice('m', 1),
      ownPrice('m', 2, { from: '2026-12-01' }),
    );
    expect(inputOf(ownPriceOf(book, 'm', 'global', at('2026-11-30')))).toBe(1);
    expect(inputOf(ownPriceOf(book, 'm', 'global', Date.parse('2026-12-01T00:00:00Z')))).toBe(2);
    expect(inputOf(ownPriceOf(book, 'm', 'global', at('2027-06-01')))).toBe(3);
    const later = bookOf(ownPrice('m', 3, { from: '2027-01-01' }));
    expect(ownPriceOf(later, 'm', 'global', at('2026-12-31'))).toBeNull();
  });

  test('a price for all is for Batch too, but not for capacity that is paid by the hour', () => {
    const book = bookOf(ownPrice('m', 1));
    expect(inputOf(ownPriceOf(book, 'm', 'global-batch', at('2026-11-22')))).toBe(1);
    expect(ownPriceOf(book, 'm', 'provisioned', at('2026-11-22'))).toBeNull();
    const named = withPrice(book, ownPrice('m', 5, { deploymentType: 'provisioned' }));
    expect(inputOf(ownPriceOf(named, 'm', 'provisioned', at('2026-11-22')))).toBe(5);
  });
});

describe('changes', () => {
  test('a price takes the place of the one of its key, and of the one it was made from', () => {
    const book = bookOf(ownPrice('m', 1), ownPrice('n', 9));
    expect(withPrice(book, ownPrice('m', 2)).prices).toEqual([ownPrice('n', 9), ownPrice('m', 2)]);
    const later = ownPrice('m', 2, { from: '2027-01-01' });
    expect(withPrice(book, later).prices).toHaveLength(3);
    expect(withPrice(book, later, ownPrice('m', 1)).prices).toEqual([ownPrice('n', 9), later]);
    expect(withoutPrice(book, ownPrice('m', 7)).prices).toEqual([ownPrice('n', 9)]);
  });

  test('a meter has one price, or the published one', () => {
    const own = withMeterPrice(emptyPriceBook, 'video-query', aUnitPrice(0.2));
    expect(withMeterPrice(own, 'video-query', aUnitPrice(0.1)).meters).toEqual([
      { meter: 'video-query', price: aUnitPrice(0.1) },
    ]);
    expect(withMeterPrice(own, 'video-query', null)).toEqual(emptyPriceBook);
  });

  test('a model is added, changed where it stands, and takes its prices along', () => {
    const two = withModel(withModel(emptyPriceBook, aModel('own:a', 'A')), aModel('own:b', 'B'));
    const renamed = withModel(two, aModel('own:a', 'Alpha'));
    expect(renamed.models.map(({ name }) => name)).toEqual(['Alpha', 'B']);
    const priced = withPrice(withPrice(renamed, ownPrice('own:a', 1)), ownPrice('own:b', 2));
    expect(withoutModel(priced, 'own:a')).toEqual({
      prices: [ownPrice('own:b', 2)],
      meters: [],
      models: [aModel('own:b', 'B')],
    });
  });

  test.each([
    ['My Model 3.5 (test)', 'own:my-model-3.5-test'],
    ['视觉模型', 'own:视觉模型'],
    ['  ../../ ', 'own:model'],
    ['A'.repeat(500), `own:${'a'.repeat(60)}`],
  ])('%j gets the id %s', (name, id) => {
    expect(newModelId(name, emptyPriceBook)).toBe(id);
  });

  test('no two models have one id', () => {
    let book = emptyPriceBook;
    for (let count = 0; count < 3; count += 1)
      book = withModel(book, aModel(newModelId('Mine', book), 'Mine'));
    expect(book.models.map(({ id }) => id)).toEqual(['own:mine', 'own:mine-2', 'own:mine-3']);
  });
});

describe('two books', () => {
  const mine: PriceBook = {
    prices: [ownPrice('a', 1), ownPrice('b', 2), ownPrice('own:x', 3)],
    meters: [{ meter: 'video-query', price: aUnitPrice(1) }],
    models: [aModel('own:x', 'X'), aModel('own:y', 'Y')],
  };
  const added: PriceBook = {
    prices: [ownPrice('a', 10), ownPrice('b', 2), ownPrice('c', 4)],
    meters: [{ meter: 'video-query', price: aUnitPrice(2) }],
    models: [aModel('own:y', 'Why')],
  };

  test('what is the same replaces nothing, in whatever order its fields were written', () => {
    const reversed = JSON.parse(
      JSON.stringify(mine, (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      ),
    ) as PriceBook;
    expect(compareBooks(mine, reversed)).toEqual({
      prices: 4,
      models: 2,
      replacing: 0,
      missingPrices: 0,
      missingModels: [],
    });
  });

  test('what an import would do is counted', () => {
    expect(compareBooks(mine, added)).toEqual({
      prices: 4,
      models: 1,
      replacing: 3,
      missingPrices: 1,
      missingModels: [aModel('own:x', 'X')],
    });
    expect(compareBooks(emptyPriceBook, added)).toMatchObject({ prices: 4, replacing: 0, missingPrices: 0 });
  });

  test('merging keeps mine and takes the added where they differ', () => {
    expect(mergeBooks(mine, added)).toEqual({
      prices: [ownPrice('own:x', 3), ownPrice('a', 10), ownPrice('b', 2), ownPrice('c', 4)],
      meters: added.meters,
      models: [aModel('own:x', 'X'), aModel('own:y', 'Why')],
    });
    expect(mergeBooks(emptyPriceBook, added)).toEqual(added);
    expect(mergeBooks(mine, emptyPriceBook)).toEqual(mine);
  });
});

describe('what a price may be', () => {
  test.each([
    [0, null],
    [0.000001, null],
    [0.1 + 0.2, 'too-fine'],
    [0.3, null],
    [2.345678, null],
    [2.3456789, 'too-fine'],
    [0.0000001, 'too-fine'],
    [-0.01, 'negative'],
    [Number.NaN, 'not-a-number'],
    [Number.POSITIVE_INFINITY, 'not-a-number'],
    [1_000_000, null],
    [1_000_000.01, 'too-much'],
  ])('%d: %s', (dollars, problem) => {
    expect(amountProblem(dollars)).toBe(problem);
  });

  test('every price of up to six decimals passes as a JSON number and as typed', () => {
    for (let millionths = 1; millionths < 10_000_000; millionths += 7919) {
      expect(amountProblem(Number((millionths / 1e6).toFixed(6)))).toBeNull();
    }
  });

  test.each([
    ['2026-11-22', true],
    ['2028-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['2026-11', false],
    ['22.11.2026', false],
    ['', false],
  ])('%j is a day: %s', (text, is) => {
    expect(isIsoDay(text)).toBe(is);
  });
});
