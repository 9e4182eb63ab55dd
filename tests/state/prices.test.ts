import { beforeAll, describe, expect, test } from 'vitest';
import { emptyPriceBook, type PriceBook } from '#domain/price-book.ts';
import { withModel, withPrice } from '#domain/price-book-changes.ts';
import { modelGroups, toModelOptions } from '#state/model-options.ts';
import { emptyOther, toOtherFields, toOwnCapabilities } from '#state/other-model.ts';
import { PriceEditing } from '#state/price-editing.svelte.ts';
import { hasProblem, priceProblems, toOwnPrice, toPriceFields } from '#state/price-fields.ts';
import { readPriceFile, toPriceFile } from '#state/price-file.ts';
import { concernsPerson, toMeterRows, toPriceRows } from '#state/price-table.ts';
import { Prices } from '#state/prices.svelte.ts';
import { aModel, aUnitPrice, capabilities, ownPrice, price } from '../domain/price-books.ts';
import { aConnection, bench, nowMs } from './connections-fixtures.ts';

const gpt41 = 'gpt-4.1@2025-04-14';
let catalog: typeof import('#catalog');

beforeAll(async () => {
  catalog = await import('#catalog');
});

function rowsOf(change: Partial<Parameters<typeof toPriceRows>[0]> = {}) {
  return toPriceRows({
    catalog,
    book: emptyPriceBook,
    connections: [],
    deploymentType: 'global',
    nowMs,
    ...change,
  });
}

const rowOf = (id: string, change: Parameters<typeof rowsOf>[0] = {}) =>
  rowsOf(change).find((row) => row.id === id)!;

describe('the table', () => {
  test('has every published model once, and unknown where nothing is published', () => {
    const rows = rowsOf();
    expect(rows.map(({ id }) => id).toSorted()).toEqual(catalog.models.map(({ id }) => id).toSorted());
    expect(rowOf('claude-opus-5@1').price).toBeNull();
    expect(rowOf(gpt41)).toMatchObject({
      kind: 'published',
      price: { inputPerMillion: 2, cachedInputPerMillion: 0.5, outputPerMillion: 8 },
      own: null,
      published: { asOf: '2026-08-05', until: null, isUncertain: false },
    });
    expect(rowOf('gpt-6-sol@2026-09-22').published?.isUncertain).toBe(true);
    expect(rowOf('gpt-5.6-sol@2026-07-09').published?.until).toBe('2026-11-30');
    expect(rowOf('model-router@2025-11-18').kind).toBe('router');
    expect(rowOf('o1@2024-12-17').isRetired).toBe(true);
    expect(rows.some(concernsPerson)).toBe(false);
  });

  test('what connections use comes first, then what the person priced or added', () => {
    const book: PriceBook = {
      ...emptyPriceBook,
      prices: [ownPrice('gpt-5@2025-08-07', 1), ownPrice('gone@1', 2)],
      models: [aModel('own:mine', 'Mine')],
    };
    const other = { kind: 'other', name: 'Theirs', capabilities, price: price(3) } as const;
    const connections = [
      aConnection({ name: 'Contoso' }),
      aConnection({ id: 'b', name: 'Fabrikam' }),
      aConnection({ id: 'c', name: 'Gateway', model: other }),
    ];
    const rows = rowsOf({ book, connections });
    expect(rows.filter(concernsPerson).map(({ id, kind, usedBy }) => [id, kind, usedBy])).toEqual([
      ['connection:c', 'of-connection', ['Gateway']],
      [gpt41, 'published', ['Contoso', 'Fabrikam']],
      ['own:mine', 'own-model', []],
      ['gpt-5@2025-08-07', 'published', []],
      ['gone@1', 'unknown-model', []],
    ]);
    expect(rows[0]?.price?.inputPerMillion).toBe(3);
  });

  test('own prices hold in their type and time; the others are listed beside them', () => {
    const book: PriceBook = {
      ...emptyPriceBook,
      prices: [
        ownPrice(gpt41, 1),
        ownPrice(gpt41, 1.5, { deploymentType: 'data-zone' }),
        ownPrice(gpt41, 0.5, { from: '2027-01-01' }),
      ],
    };
    const row = rowOf(gpt41, { book });
    expect(row.price?.inputPerMillion).toBe(1);
    expect(row.otherOwn.map(({ price: { inputPerMillion } }) => inputPerMillion)).toEqual([1.5, 0.5]);
    expect(rowOf(gpt41, { book, deploymentType: 'data-zone' }).price?.inputPerMillion).toBe(1.5);
    expect(rowOf(gpt41, { book, nowMs: Date.parse('2027-02-01') }).price?.inputPerMillion).toBe(0.5);
  });

  test('other types are worked out from Global, capacity by the hour is said to be', () => {
    expect(rowOf(gpt41, { deploymentType: 'data-zone' }).price?.inputPerMillion).toBe(2.2);
    expect(rowOf(gpt41, { deploymentType: 'global-batch' }).price?.inputPerMillion).toBe(1);
    expect(rowOf(gpt41, { deploymentType: 'data-zone' }).published?.source).not.toContain('Data Zone');
    expect(rowOf(gpt41, { deploymentType: 'provisioned' }).isHourly).toBe(true);
    const book = { ...emptyPriceBook, prices: [ownPrice(gpt41, 1, { deploymentType: 'provisioned' })] };
    expect(rowOf(gpt41, { book, deploymentType: 'provisioned' })).toMatchObject({
      isHourly: false,
      price: { inputPerMillion: 1 },
    });
  });

  test('the table and the bill name the same price', async () => {
    const on = await bench();
    await on.prices.save({
      ...emptyPriceBook,
      prices: [ownPrice(gpt41, 1), ownPrice('own:mine', 7)],
      models: [aModel('own:mine', 'Mine')],
    });
    for (const deploymentType of ['global', 'data-zone', 'regional', 'global-batch'] as const) {
      const rows = rowsOf({ book: on.prices.book, deploymentType });
      for (const { id, kind, price: shown } of rows) {
        if (kind === 'router') continue;
        const billed = await on.connections.price({ model: { kind: 'catalog', id }, deploymentType });
        expect(billed, `${id} ${deploymentType}`).toEqual(shown);
      }
    }
    const discounted = { model: { kind: 'catalog', id: gpt41 }, discountPercent: 12.5 } as const;
    expect((await on.connections.price(discounted))?.inputPerMillion).toBe(0.875);
  });

  test('meters have their steps, or the person’s price', () => {
    const book = { ...emptyPriceBook, meters: [{ meter: 'video-query', price: aUnitPrice(0.2) }] };
    const rows = toMeterRows({ catalog, book });
    expect(rows.map(({ id }) => id)).toEqual(catalog.meters.map(({ id }) => id));
    expect(rows.find(({ id }) => id === 'video-query')?.own?.dollars).toBe(0.2);
    expect(rows.find(({ id }) => id === 'image-analysis-group-1')?.steps).toHaveLength(4);
    expect(rows.find(({ id }) => id === 'transcription')?.steps).toEqual([]);
  });
});

describe('a price being entered', () => {
  const begun = toPriceFields(price(2, { longContext: { aboveInputTokens: 128_000, ...price(4) } }), {
    deploymentType: 'data-zone',
    from: '2027-01-01',
  });
  const problemsIn = (change: Partial<typeof begun>, taken = [ownPrice('m', 1)]) =>
    priceProblems({ ...begun, ...change }, taken, 'm');

  test('comes back as it was', () => {
    expect(toOwnPrice('m', begun, nowMs)).toEqual({
      modelId: 'm',
      deploymentType: 'data-zone',
      from: '2027-01-01',
      price: {
        inputPerMillion: 2,
        outputPerMillion: 8,
        longContext: { aboveInputTokens: 128_000, inputPerMillion: 4, outputPerMillion: 16 },
        source: 'own',
        asOf: '2026-11-22',
      },
    });
    expect(hasProblem(problemsIn({}))).toBe(false);
  });

  test('needs input and output; each amount is judged', () => {
    const rates = { input: null, cachedInput: -1, cacheWrite: 0.0000001, output: Number.NaN };
    expect(problemsIn({ rates }).rates).toEqual({
      input: 'missing',
      cachedInput: 'negative',
      cacheWrite: 'too-fine',
      output: 'not-a-number',
    });
  });

  test('long-context prices come whole or not at all', () => {
    const none = { input: null, cachedInput: null, cacheWrite: null, output: null };
    expect(hasProblem(problemsIn({ longRates: none }))).toBe(false);
    expect(toOwnPrice('m', { ...begun, longRates: none }, nowMs).price.longContext).toBeUndefined();
    expect(problemsIn({ longRates: { ...none, cachedInput: 1 } }).longRates).toMatchObject({
      input: 'missing',
      output: 'missing',
    });
  });

  test('a day must be one, and no price may stand twice', () => {
    expect(problemsIn({ from: '2027-02-30' }).from).toBe('not-a-day');
    expect(problemsIn({ from: '', deploymentType: null }).from).toBe('taken');
    expect(problemsIn({ from: '' }).from).toBeNull();
  });
});

describe('editing', () => {
  async function editor() {
    const on = await bench();
    const editing = new PriceEditing(on);
    await editing.load();
    return { ...on, editing };
  }

  test('a change is kept, seen by other tabs, and can be taken back', async () => {
    const { editing, store, prices } = await editor();
    const elsewhere = new Prices(store);
    await editing.change((book) => withPrice(book, ownPrice(gpt41, 1)));
    expect((await store.readPriceBook()).prices).toHaveLength(1);
    await expect.poll(() => elsewhere.book.prices).toHaveLength(1);
    expect(editing.rows.find(({ id }) => id === gpt41)?.own).not.toBeNull();
    expect(editing.canUndo).toBe(true);
    await editing.undo();
    expect(prices.book).toEqual(emptyPriceBook);
    expect(editing.canUndo).toBe(false);
  });

  test('changes at once do not undo each other, here or in another tab', async () => {
    const { editing, store } = await editor();
    const [first, second] = [new Prices(store), new Prices(store)];
    await first.save(withModel(emptyPriceBook, aModel('own:theirs', 'Theirs')));
    await Promise.all([
      editing.change((book) => withPrice(book, ownPrice('a', 1))),
      editing.change((book) => withPrice(book, ownPrice('b', 2))),
    ]);
    const book = await store.readPriceBook();
    expect([book.prices.length, book.models.length]).toEqual([2, 1]);
    await second.save(emptyPriceBook);
    await expect.poll(() => editing.canUndo).toBe(false);
  });

  test('what could not be kept rejects, and the next change goes on', async () => {
    const on = await bench();
    let broken = true;
    const prices = new Prices({
      ...on.store,
      savePriceBook: (book) => (broken ? Promise.reject(new Error('no room')) : on.store.savePriceBook(book)),
    });
    const editing = new PriceEditing({ ...on, prices });
    await expect(editing.change((book) => withPrice(book, ownPrice('a', 1)))).rejects.toThrow('no room');
    expect(editing.canUndo).toBe(false);
    broken = false;
    await editing.change((book) => withPrice(book, ownPrice('b', 1)));
    expect(prices.book.prices.map(({ modelId }) => modelId)).toEqual(['b']);
  });

  test('the filter finds names, versions and connections; without one, what concerns the person', async () => {
    const { editing, connections } = await editor();
    expect(editing.visible).toEqual([]);
    await connections.save(aConnection());
    expect(editing.visible.map(({ id }) => id)).toEqual([gpt41]);
    editing.search('MINI 2025');
    expect(editing.visible.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['gpt-5-mini@2025-08-07', 'gpt-4.1-mini@2025-04-14', 'o4-mini@2025-04-16']),
    );
    editing.search('contoso');
    expect(editing.visible.map(({ id }) => id)).toEqual([gpt41]);
    editing.search(' ');
    editing.showAll(true);
    expect(editing.visible).toHaveLength(catalog.models.length);
  });

  test('strangers of a file, and users of models, are told', async () => {
    const { editing, connections } = await editor();
    await connections.save(aConnection({ model: { kind: 'catalog', id: 'own:mine' } }));
    const mine = aModel('own:mine', 'Mine');
    expect(editing.usersOf([mine])).toEqual(['Contoso']);
    const book: PriceBook = {
      prices: [ownPrice(gpt41, 1), ownPrice('own:mine', 1), ownPrice('gpt-9', 1)],
      meters: [
        { meter: 'video-query', price: aUnitPrice(1) },
        { meter: 'steam', price: aUnitPrice(1) },
      ],
      models: [mine],
    };
    expect(editing.strangersIn(book)).toBe(2);
    await editing.takeIn(book, 'replace');
    await editing.takeIn({ ...emptyPriceBook, prices: [ownPrice('x', 1)] }, 'merge');
    expect(editing.book.prices).toHaveLength(4);
    await editing.takeIn(emptyPriceBook, 'replace');
    expect(editing.book).toEqual(emptyPriceBook);
  });
});

describe('files', () => {
  test('what is written can be read, in a file named by the day', async () => {
    const book = withPrice(emptyPriceBook, ownPrice(gpt41, 1.234567));
    const { blob, name } = toPriceFile(book, nowMs);
    expect(name).toBe('sightline-prices-2026-11-22.json');
    expect(await readPriceFile(blob, nowMs)).toEqual({ ok: true, book });
  });

  test('a file that is too large is not opened, one that cannot be read says so', async () => {
    const large = { size: 1_000_001, text: () => Promise.reject(new Error('opened')) } as unknown as Blob;
    const [tooLarge] = [await readPriceFile(large, nowMs)];
    expect(tooLarge).toEqual({ ok: false, problems: [{ path: '', code: 'too-large' }] });
    const gone = { size: 1, text: () => Promise.reject(new DOMException('gone')) } as unknown as Blob;
    expect(await readPriceFile(gone, nowMs)).toEqual({
      ok: false,
      problems: [{ path: '', code: 'unreadable' }],
    });
  });
});

describe('models to choose from', () => {
  test('the person’s own come in a group of their own', () => {
    const options = toModelOptions(catalog, nowMs, [aModel('own:mine', 'Mine', { takesPictures: false })]);
    expect(options[0]).toMatchObject({ id: 'own:mine', group: 'own', takesPictures: false, checkedOn: null });
    expect(options).toHaveLength(catalog.models.length + 1);
    expect(modelGroups[0]).toBe('own');
  });

  test('whatever ends within 180 days is being retired, whatever the table called it', () => {
    const groupOf = (id: string, atMs: number) =>
      toModelOptions(catalog, atMs).find((option) => option.id === id)?.group;
    const day = 24 * 60 * 60 * 1000;
    const end = Date.parse('2027-09-02');
    const id = 'gpt-5.4@2026-03-05';
    expect(groupOf(id, end - 181 * day)).toBe('current');
    expect(groupOf(id, end - 180 * day)).toBe('retiring');
    expect(groupOf(id, end - 1)).toBe('retiring');
    expect(groupOf(id, end)).toBe('retired');
    expect(groupOf('Kimi-K2.5@1', nowMs)).toBe('retiring');
    // Deprecated, however far its end.
    expect(groupOf('gpt-4.1@2025-04-14', Date.parse('2026-06-01'))).toBe('retiring');
  });
});

describe('abilities of an own model', () => {
  test('what the fields do not show is kept from the model they were copied from', () => {
    const fields = toOtherFields({ name: 'Mine', capabilities, price: null });
    expect(toOwnCapabilities(fields, capabilities)).toEqual(capabilities);
    expect(toOwnCapabilities({ ...fields, takesSampling: false, jsonMode: false }, capabilities)).toEqual({
      ...capabilities,
      takesSampling: false,
      jsonMode: false,
      jsonModeWithPictures: false,
    });
    expect(toOwnCapabilities(emptyOther, null)).toMatchObject({ encoding: null, imageTokens: null });
  });
});
