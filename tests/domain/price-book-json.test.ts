import { describe, expect, test } from 'vitest';
import { mostPriceBookBytes, parsePriceBook, toPriceBookJson } from '#domain/price-book-json.ts';
import { emptyPriceBook, type PriceBook } from '#domain/price-book.ts';
import { aModel, aUnitPrice, ownPrice, price } from './price-books.ts';

const today = '2026-11-23';

const book: PriceBook = {
  prices: [
    ownPrice('gpt-4.1@2025-04-14', 1.8, { deploymentType: 'data-zone', from: '2027-01-01' }),
    ownPrice('own:mine', 0.000001, {
      price: price(5, {
        cachedInputPerMillion: 0.5,
        cacheWritePerMillion: 6.25,
        longContext: { aboveInputTokens: 272_000, inputPerMillion: 10, outputPerMillion: 45 },
      }),
    }),
  ],
  meters: [{ meter: 'transcription', price: aUnitPrice(0.006, { per: 1, unit: 'minute' }) }],
  models: [
    aModel('own:mine', 'Mine'),
    aModel('own:视觉', '视觉', {
      imageTokens: { kind: 'tile', id: 't', base: 85, perTile: 170 },
      imageTokensBy: 'openai',
      takesSampling: true,
    }),
    aModel('own:grid', 'Grid', { imageTokens: { kind: 'grid', id: 'g', maxSidePx: 1540, cellPx: 28 } }),
    aModel('own:bare', 'Bare', { imageTokens: null, encoding: null, contextTokens: null }),
  ],
};

function file(content: Record<string, unknown>): string {
  return JSON.stringify({ format: 'sightline-prices', version: 1, ...content });
}

function problemsOf(text: string): readonly string[] {
  const reading = parsePriceBook(text, today);
  return reading.ok ? [] : reading.problems.map(({ path, code }) => `${path} ${code}`.trim());
}

const row = { modelId: 'm', price: { inputPerMillion: 1, outputPerMillion: 2 } };
const model = { id: 'own:m', name: 'M', capabilities: {} };

describe('what is exported comes back as it was', () => {
  test.each([
    ['a full book', book],
    ['an empty one', emptyPriceBook],
  ])('%s', (_, whole) => {
    expect(parsePriceBook(toPriceBookJson(whole), today)).toEqual({ ok: true, book: whole });
  });

  test('it is pretty, and says what it is', () => {
    expect(toPriceBookJson(emptyPriceBook)).toBe(
      '{\n  "format": "sightline-prices",\n  "version": 1,\n  "prices": [],\n  "meters": [],\n  "models": []\n}\n',
    );
  });

  test('a byte order mark is no obstacle', () => {
    expect(parsePriceBook(`\uFEFF${toPriceBookJson(book)}`, today).ok).toBe(true);
  });
});

describe('a file written by hand', () => {
  test('needs no more than model and prices', () => {
    expect(parsePriceBook(file({ prices: [row] }), today)).toEqual({
      ok: true,
      book: {
        prices: [
          {
            modelId: 'm',
            deploymentType: null,
            from: null,
            price: { inputPerMillion: 1, outputPerMillion: 2, source: 'own', asOf: today },
          },
        ],
        meters: [],
        models: [],
      },
    });
  });

  test('what it says of its source is the person’s own once it is taken in; its date stays', () => {
    const priced = { ...row.price, source: 'https://example.com/prices', asOf: '2026-01-31' };
    const reading = parsePriceBook(file({ prices: [{ ...row, price: priced }] }), today);
    expect(reading.ok && reading.book.prices[0]?.price).toMatchObject({ source: 'own', asOf: '2026-01-31' });
  });

  test('a model without abilities is one that nobody knows', () => {
    const reading = parsePriceBook(file({ models: [model] }), today);
    expect(reading.ok && reading.book.models[0]?.capabilities).toMatchObject({
      takesPictures: true,
      maxTokensParam: 'either',
      takesSampling: false,
      imageTokens: null,
      encoding: null,
    });
  });
});

describe('what cannot be taken in is refused with its place', () => {
  const withPrice = (change: Record<string, unknown>) =>
    file({ prices: [row, { ...row, modelId: 'n', price: { ...row.price, ...change } }] });
  const withCapabilities = (change: Record<string, unknown>) =>
    file({ models: [{ ...model, capabilities: change }] });

  test.each([
    ['no JSON', '{', ['not-json']],
    ['nothing', '', ['not-json']],
    ['JSON of something else', '[]', ['unknown-format']],
    ['another format', file({ format: 'prices' }), ['unknown-format']],
    ['a later version', file({ version: 2 }), ['version unknown-version']],
    ['a list that is none', file({ prices: {} }), ['prices not-a-list']],
    [
      'a row that is none',
      file({ prices: [row, null, []] }),
      ['prices[1] not-a-record', 'prices[2] not-a-record'],
    ],
    ['a price that is missing', file({ prices: [{ modelId: 'm' }] }), ['prices[0].price missing']],
    ['a negative price', withPrice({ inputPerMillion: -1 }), ['prices[1].price.inputPerMillion negative']],
    [
      'seven decimals',
      withPrice({ outputPerMillion: 0.1234567 }),
      ['prices[1].price.outputPerMillion too-fine'],
    ],
    [
      'a price as text',
      withPrice({ inputPerMillion: '1' }),
      ['prices[1].price.inputPerMillion not-a-number'],
    ],
    [
      'no price at all',
      withPrice({ inputPerMillion: null }),
      ['prices[1].price.inputPerMillion not-a-number'],
    ],
    ['too much', withPrice({ inputPerMillion: 1e9 }), ['prices[1].price.inputPerMillion too-much']],
    [
      'a slip in a name',
      withPrice({ cachedInputPerMilion: 1 }),
      ['prices[1].price.cachedInputPerMilion unknown-field'],
    ],
    ['a date that is none', withPrice({ asOf: '2026-02-30' }), ['prices[1].price.asOf not-a-day']],
    [
      'long prices without a limit',
      withPrice({ longContext: row.price }),
      ['prices[1].price.longContext.aboveInputTokens missing'],
    ],
    [
      'an unknown type and day',
      file({ prices: [{ ...row, deploymentType: 'Global', from: '1.1.2027' }] }),
      ['prices[0].deploymentType unknown-deployment-type', 'prices[0].from not-a-day'],
    ],
    [
      'the same price twice',
      file({ prices: [row, { ...row, modelId: 'n' }, { ...row, deploymentType: null, from: null }] }),
      ['prices[2] duplicate'],
    ],
    [
      'a meter twice, and a unit that is none',
      file({
        meters: [
          { meter: 'a', price: { dollars: 1, per: 1, unit: 'query' } },
          { meter: 'a', price: { dollars: 2, per: 1000, unit: 'query' } },
        ],
      }),
      ['meters[1] duplicate'],
    ],
    [
      'units that are none',
      file({ meters: [{ meter: 'a', price: { dollars: 1, per: 0, unit: 'hour' } }] }),
      ['meters[0].price.per not-a-count', 'meters[0].price.unit not-a-choice'],
    ],
    ['an own id twice', file({ models: [model, model] }), ['models[1] duplicate']],
    [
      'an id of the catalogue’s',
      file({ models: [{ ...model, id: 'gpt-4.1@2025-04-14' }] }),
      ['models[0].id not-an-own-id'],
    ],
    ['an id with a slash', file({ models: [{ ...model, id: 'own:../x' }] }), ['models[0].id not-an-own-id']],
    ['a name of nothing', file({ models: [{ ...model, name: '  ' }] }), ['models[0].name not-a-text']],
    [
      'a price for a model that is not there',
      file({ prices: [{ ...row, modelId: 'own:gone' }] }),
      ['prices[0].modelId unknown-model'],
    ],
    [
      'abilities that are none',
      withCapabilities({ streams: 'yes', maxPictures: 1.5, takesSampling: 'never', encoding: 'p50k_base' }),
      [
        'models[0].capabilities.takesSampling not-a-choice',
        'models[0].capabilities.streams not-a-flag',
        'models[0].capabilities.maxPictures not-a-count',
        'models[0].capabilities.encoding not-a-choice',
      ],
    ],
    [
      'a picture rule that would divide by nothing',
      withCapabilities({ imageTokens: { kind: 'grid', id: 'g', maxSidePx: 1000, cellPx: 0 } }),
      ['models[0].capabilities.imageTokens.cellPx not-a-count'],
    ],
    [
      'a picture rule of another kind',
      withCapabilities({ imageTokens: { kind: 'hexagon' } }),
      ['models[0].capabilities.imageTokens not-a-choice'],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('a file of more than a megabyte, unread', () => {
    expect(problemsOf(file({ prices: [], padding: 'x'.repeat(mostPriceBookBytes) }))).toEqual(['too-large']);
  });

  test('of very many problems the first hundred', () => {
    expect(problemsOf(file({ prices: Array.from({ length: 5000 }, () => 1) }))).toHaveLength(100);
  });

  test('nesting without end ends', () => {
    expect(problemsOf('['.repeat(500_000)).length).toBe(1);
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    expect(problemsOf(`{"format":"sightline-prices","version":1,"prices":${deep}}`)).toEqual([
      'prices not-a-list',
    ]);
  });
});

describe('keys that reach for prototypes', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    '%s is a field like any other unknown one',
    (key) => {
      const hostile = `{"${key}":{"inputPerMillion":1,"polluted":true}}`;
      expect(problemsOf(`{"format":"sightline-prices","version":1,"${key}":{"polluted":true}}`)).toEqual([
        `${key} unknown-field`,
      ]);
      expect(
        problemsOf(`{"format":"sightline-prices","version":1,"prices":[{"modelId":"m","price":${hostile}}]}`),
      ).toEqual([
        `prices[0].price.${key} unknown-field`,
        'prices[0].price.inputPerMillion missing',
        'prices[0].price.outputPerMillion missing',
      ]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  test('a model may be called so and nothing comes of it', () => {
    const named = file({
      prices: [{ ...row, modelId: '__proto__' }],
      models: [{ ...model, name: '__proto__' }],
    });
    const reading = parsePriceBook(named, today);
    expect(reading.ok && reading.book.prices[0]?.modelId).toBe('__proto__');
    expect(({} as Record<string, unknown>)['inputPerMillion']).toBeUndefined();
  });
});
