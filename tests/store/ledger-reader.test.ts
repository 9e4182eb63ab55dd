import { expect, onTestFinished, test } from 'vitest';
import type { LedgerFilter } from '#domain/costs.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import { createLedgerReader } from '../../src/store/ledger-reader.ts';
import { anEntry, freshName, open, settled, withDatabase } from './fixtures.ts';

const all: LedgerFilter = {
  from: 0,
  until: Infinity,
  connectionId: null,
  kind: null,
  words: '',
  withSimulated: true,
};
const newest = { by: 'at', descending: true } as const;

function readerOf(name: string) {
  const reader = createLedgerReader({ name, startWorker: (url) => new Worker(url, { type: 'module' }) });
  onTestFinished(() => reader.dispose());
  return reader;
}

function writeRows(name: string, count: number): Promise<void> {
  return withDatabase(
    name,
    (database) =>
      new Promise((done, fail) => {
        const tx = database.transaction('ledger', 'readwrite');
        tx.oncomplete = () => done();
        tx.onerror = () => fail(tx.error ?? new Error('not written'));
        for (let at = 0; at < count; at += 1) {
          tx.objectStore('ledger').put(anEntry({ id: `row-${at}`, at, costNanos: at, model: `m${at % 3}` }));
        }
      }),
  );
}

test('an empty ledger answers, and makes no database where there is none', async () => {
  const name = freshName();
  await open({ name });
  const reader = readerOf(name);
  expect(await reader.extent()).toEqual({ oldestAt: null, hasSimulated: false });
  expect(await reader.page({ filter: all, sort: newest, offset: 0, limit: 10 })).toEqual([]);

  const nowhere = `${name}-nowhere`;
  await expect(readerOf(nowhere).extent()).rejects.toThrow();
  expect((await indexedDB.databases()).map((database) => database.name)).not.toContain(nowhere);
});

test('sums, pages and exports of 20,000 rows agree', async () => {
  const name = freshName();
  await open({ name });
  await writeRows(name, 20_000);
  const reader = readerOf(name);
  const whole = (20_000 * 19_999) / 2;
  const summary = await reader.summary({ starts: [0, 10_000], until: 20_000, withSimulated: true });
  expect(summary.total).toMatchObject({ calls: 20_000, costNanos: whole });
  expect(summary.periods.map(({ calls }) => calls)).toEqual([10_000, 10_000]);
  expect(await reader.sums({ spans: [{ from: 5, until: 7 }], withSimulated: true })).toMatchObject([
    { calls: 2, costNanos: 11 },
  ]);

  const filter = { ...all, words: 'm1' };
  expect(await reader.count(filter)).toBe(6667);
  const page = await reader.page({ filter, sort: newest, offset: 2, limit: 2 });
  expect(page.map(({ at }) => at)).toEqual([19_993, 19_990]);

  const rows = JSON.parse(
    await (await reader.export({ filter: all, format: 'json' })).text(),
  ) as LedgerEntry[];
  expect(rows.reduce((sum, { costNanos }) => sum + costNanos!, 0)).toBe(whole);
  const csv = await (await reader.export({ filter, format: 'csv' })).text();
  expect(csv.split('\r\n')).toHaveLength(6667 + 2);
});

test('rows that come later are there after a refresh', async () => {
  const name = freshName();
  const store = await open({ name });
  await store.addLedgerEntry(anEntry({ id: 'a', at: 1, simulated: true }));
  const reader = readerOf(name);
  expect(await reader.extent()).toEqual({ oldestAt: 1, hasSimulated: true });
  await store.addLedgerEntry(anEntry({ id: 'b', at: 0 }));
  expect(await reader.count(all)).toBe(1);
  reader.refresh();
  expect(await reader.count(all)).toBe(2);
  expect(await reader.extent()).toEqual({ oldestAt: 0, hasSimulated: true });
  expect(await reader.count({ ...all, withSimulated: false })).toBe(1);
});

test('it tells rows that went, or were replaced under an older time, by their number and by their ids', async () => {
  const name = freshName();
  const store = await open({ name });
  for (const at of [100_000, 200_000, 300_000])
    await store.addLedgerEntry(anEntry({ id: `row-${at}`, at, costNanos: at }));
  const reader = readerOf(name);
  const listed = async () =>
    (await reader.page({ filter: all, sort: newest, offset: 0, limit: 9 })).map(({ id, costNanos }) => [
      id,
      costNanos,
    ]);
  expect(await listed()).toHaveLength(3);

  const change = (work: (ledger: IDBObjectStore) => void): Promise<void> =>
    withDatabase(
      name,
      (database) =>
        new Promise((done, fail) => {
          const tx = database.transaction('ledger', 'readwrite');
          tx.oncomplete = () => done();
          tx.onabort = () => fail(tx.error ?? new Error('not written'));
          work(tx.objectStore('ledger'));
        }),
    );
  // One goes without a word, as a row does that stood for a lost tab's answer.
  await change((ledger) => {
    ledger.delete('row-200000');
    ledger.put(anEntry({ id: 'adopted', at: 150_000, costNanos: 1 }));
    ledger.put(anEntry({ id: 'said', at: 400_000, costNanos: 2 }));
  });
  reader.refresh(['said', 'adopted']);
  expect(await listed()).toEqual([
    ['said', 2],
    ['row-300000', 300_000],
    ['adopted', 1],
    ['row-100000', 100_000],
  ]);
  // As many as before, and nobody says which.
  await change((ledger) => {
    ledger.delete('row-300000');
    ledger.put(anEntry({ id: 'other', at: 1, costNanos: 3 }));
  });
  reader.refresh();
  expect((await listed()).map(([id]) => id)).toEqual(['said', 'adopted', 'row-100000', 'other']);
  // The same id with other content.
  await change((ledger) => void ledger.put(anEntry({ id: 'said', at: 2, costNanos: 5 })));
  reader.refresh(['said']);
  expect(await listed()).toEqual([
    ['adopted', 1],
    ['row-100000', 100_000],
    ['said', 5],
    ['other', 3],
  ]);
  expect(await reader.extent()).toMatchObject({ oldestAt: 1 });
});

test('more rows than are looked up one by one come all the same', async () => {
  const name = freshName();
  await open({ name });
  await writeRows(name, 10);
  const reader = readerOf(name);
  expect(await reader.count(all)).toBe(10);
  await writeRows(name, 6000);
  reader.refresh(['row-10']);
  expect(await reader.count(all)).toBe(6000);
});

test('it stands in nobody’s way when the database is deleted, and says so afterwards', async () => {
  const name = freshName();
  const store = await open({ name });
  const reader = readerOf(name);
  await reader.extent();
  store.close();
  await settled(indexedDB.deleteDatabase(name));
  reader.refresh();
  await expect(reader.extent()).rejects.toThrow();
});

test('after `dispose` the next question begins anew', async () => {
  const name = freshName();
  await open({ name });
  const reader = readerOf(name);
  const question = reader.extent();
  reader.dispose();
  await expect(question).rejects.toThrow();
  expect(await reader.extent()).toEqual({ oldestAt: null, hasSimulated: false });
});
