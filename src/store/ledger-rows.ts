import { openDB } from 'idb';
import { compareEntries } from '#domain/costs.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import type { Connected, Schema } from './schema.ts';

/** The ledger's rows in memory, oldest first, as the database had them when they were last read. */
export interface LedgerRows {
  /** Reads what changed since. Rejects where the database cannot be read; the next call tries again. */
  upToDate(): Promise<readonly LedgerEntry[]>;
  /** These rows came, went or were replaced; without ids: any may have been. */
  noteChange(ids: readonly string[] | null): void;
}

/** Rows read in one go: a transaction short enough that no write waits for it. */
const readAtOnce = 5000;

const byTime = compareEntries({ by: 'at', descending: false });

/** Holds no connection between two readings: an upgrade, or a deletion, waits for nobody here. */
export function createLedgerRows(database: string): LedgerRows {
  let rows: readonly LedgerEntry[] | null = null;
  /** Ids of rows that changed; null: any may have. */
  let changed: Set<string> | null = null;

  return {
    async upToDate() {
      if (rows && changed?.size === 0) return rows;
      const known = rows;
      const noted = changed;
      // What is noted from here on may come too late for this reading.
      changed = new Set();
      try {
        rows = await connected((opened) => (known ? readChanged(opened, known, noted) : readAll(opened)));
        return rows;
      } catch (thrown) {
        changed = null;
        throw thrown;
      }
    },
    noteChange(ids) {
      if (ids === null) changed = null;
      for (const id of ids ?? []) changed?.add(id);
    },
  };

  async function connected<T>(work: (opened: Connected) => Promise<T>): Promise<T> {
    const opened = await openDB<Schema>(database, undefined, {
      // Never made and never upgraded from here: that is the page's.
      upgrade(_database, _from, _to, transaction) {
        transaction.done.catch(() => undefined);
        transaction.abort();
      },
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
    try {
      return await work(opened);
    } finally {
      opened.close();
    }
  }
}

/** By primary key: many rows may share a time, and a page must not end among them. */
async function readAll(opened: Connected): Promise<readonly LedgerEntry[]> {
  const read: LedgerEntry[] = [];
  let after: IDBKeyRange | null = null;
  for (;;) {
    const page: LedgerEntry[] = await opened.getAll('ledger', after, readAtOnce);
    read.push(...page);
    const last = page.at(-1);
    if (!last || page.length < readAtOnce) return read.sort(byTime);
    after = IDBKeyRange.lowerBound(last.id, true);
  }
}

/**
 * A row that stood for a lost tab's answer comes under an older time, and goes without a word when the answer ends
 * after all: where the number of rows does not come out right, and where nobody said what changed, their ids are
 * compared, which takes a fifth of the time that reading all of them does.
 */
async function readChanged(
  opened: Connected,
  known: readonly LedgerEntry[],
  changed: ReadonlySet<string> | null,
): Promise<readonly LedgerEntry[]> {
  const rows = new Map(known.map((entry) => [entry.id, entry]));
  const { store } = opened.transaction('ledger');
  const readRow = async (id: string): Promise<void> => {
    const entry = await store.get(id);
    if (entry) rows.set(id, entry);
    else rows.delete(id);
  };
  await Promise.all([...(changed ?? [])].map(readRow));
  if (!changed || (await store.count()) !== rows.size) {
    const ids = new Set(await store.getAllKeys());
    for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id);
    const missing = [...ids].filter((id) => !rows.has(id));
    if (missing.length > readAtOnce) return readAll(opened);
    await Promise.all(missing.map(readRow));
  }
  return [...rows.values()].sort(byTime);
}
