/// <reference lib="webworker" />
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
import { createLedgerRows, type LedgerRows } from './ledger-rows.ts';

declare const self: DedicatedWorkerGlobalScope;

let ledger: LedgerRows = createLedgerRows('');
let rows: readonly LedgerEntry[] = [];
/** The last selection: scrolling through a table asks for it over and over. */
let selected: { readonly key: string; readonly rows: readonly LedgerEntry[] } | null = null;
let queue: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'open') ledger = createLedgerRows(data.database);
  else if (data.kind === 'stale') ledger.noteChange(data.ids);
  else queue = queue.then(() => answer(data.query));
});

async function answer(query: Query): Promise<void> {
  try {
    post({ id: query.id, ok: true, answered: await answerTo(query) });
  } catch (thrown) {
    post({ id: query.id, ok: false, detail: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}

async function answerTo(query: Query): Promise<Queries[Query['name']]['answered']> {
  const found = await ledger.upToDate();
  if (found !== rows) selected = null;
  rows = found;
  return answerFromRows(query);
}

function post(message: FromWorker): void {
  self.postMessage(message);
}

function answerFromRows(query: Query): Queries[Query['name']]['answered'] {
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
