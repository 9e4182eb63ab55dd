/// <reference lib="webworker" />
import { openDB } from 'idb';
import {
  compareEntries,
  matcher,
  summarize,
  sumBetween,
  type LedgerFilter,
  type LedgerSort,
} from '#domain/costs.ts';
import { ledgerColumns, toCsv, toLedgerRecord } from '#domain/ledger-export.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import type { FromWorker, Queries, Query, ToWorker } from './ledger-query.ts';
import type { Schema } from './schema.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Rows read in one go: a transaction short enough that no write waits for it. */
const readAtOnce = 5000;

let database = '';
let rows: readonly LedgerEntry[] = [];
let isStale = true;
/** The last selection: scrolling through a table asks for it over and over. */
let selected: { readonly key: string; readonly rows: readonly LedgerEntry[] } | null = null;
let queue: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'open') database = data.database;
  else if (data.kind === 'stale') isStale = true;
  else queue = queue.then(() => answer(data.query));
});

async function answer(query: Query): Promise<void> {
  try {
    if (isStale) await readAll();
    post({ id: query.id, ok: true, answered: answerTo(query) });
  } catch (thrown) {
    post({ id: query.id, ok: false, detail: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}

function post(message: FromWorker): void {
  self.postMessage(message);
}

function answerTo(query: Query): Queries[Query['name']]['answered'] {
  switch (query.name) {
    case 'extent':
      return { oldestAt: rows[0]?.at ?? null, hasSimulated: rows.some(({ simulated }) => simulated) };
    case 'summary': {
      const { starts, until, withSimulated } = query.asked;
      return summarize(billed(withSimulated), starts, until);
    }
    case 'sums': {
      const { spans, withSimulated } = query.asked;
      return spans.map(({ from, until }) => sumBetween(billed(withSimulated), from, until));
    }
    case 'count':
      return rows.filter(matcher(query.asked)).length;
    case 'page': {
      const { filter, sort, offset, limit } = query.asked;
      return select(filter, sort).slice(offset, offset + limit);
    }
    case 'export':
      return toBlob(query.asked);
  }
}

function billed(withSimulated: boolean): readonly LedgerEntry[] {
  return withSimulated ? rows : rows.filter(({ simulated }) => !simulated);
}

function select(filter: LedgerFilter, sort: LedgerSort): readonly LedgerEntry[] {
  const key = JSON.stringify([filter, sort]);
  if (selected?.key !== key) {
    selected = { key, rows: rows.filter(matcher(filter)).sort(compareEntries(sort)) };
  }
  return selected.rows;
}

/** Oldest first, as a ledger is read. */
function toBlob({ filter, format }: Queries['export']['asked']): Blob {
  const wanted = rows.filter(matcher(filter));
  if (format === 'json') {
    return new Blob([JSON.stringify(wanted, null, 1)], { type: 'application/json' });
  }
  const csv = toCsv([ledgerColumns, ...wanted.map(toLedgerRecord)]);
  return new Blob([csv], { type: 'text/csv;charset=utf-8' });
}

/**
 * All rows, oldest first. Rows that stand for a lost tab's answer are replaced under older times, so nothing short of
 * reading all of them is sure to be right; 100,000 take well under a second here, where nobody waits for a frame.
 */
async function readAll(): Promise<void> {
  isStale = false;
  // Never made and never upgraded from here: that is the page's.
  const opened = await openDB<Schema>(database, undefined, {
    upgrade: (_database, _from, _to, transaction) => transaction.abort(),
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
  try {
    const read: LedgerEntry[] = [];
    let after: IDBKeyRange | null = null;
    for (;;) {
      const page: LedgerEntry[] = await opened.getAll('ledger', after, readAtOnce);
      read.push(...page);
      const last = page.at(-1);
      if (!last || page.length < readAtOnce) break;
      after = IDBKeyRange.lowerBound(last.id, true);
    }
    rows = read.sort(compareEntries({ by: 'at', descending: false }));
    selected = null;
  } catch (thrown) {
    isStale = true;
    throw thrown;
  } finally {
    opened.close();
  }
}
