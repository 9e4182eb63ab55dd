import type { CostSummary, CostSum, LedgerFilter } from '#domain/costs.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import { storageFailed } from './failures.ts';
import workerUrl from './ledger.worker.ts?worker&url';
import type { FromWorker, Queries, Query, QueryName, ToWorker } from './ledger-query.ts';
import { databaseName } from './schema.ts';

/**
 * Questions about the whole ledger, answered in a worker that keeps all rows: the page stays free however many there
 * are. Every answer holds what was committed before the last `refresh`. Rejects with a FailureError, `storage-failed`.
 */
export interface LedgerReader {
  extent(): Promise<Queries['extent']['answered']>;
  summary(asked: Queries['summary']['asked']): Promise<CostSummary>;
  sums(asked: Queries['sums']['asked']): Promise<readonly CostSum[]>;
  count(filter: LedgerFilter): Promise<number>;
  page(asked: Queries['page']['asked']): Promise<readonly LedgerEntry[]>;
  export(asked: Queries['export']['asked']): Promise<Blob>;
  /** These rows came, went or were replaced; without ids: any may have been. The next question reads them. */
  refresh(ids?: readonly string[]): void;
  /** Ends the worker; open and later questions reject. */
  dispose(): void;
}

export interface LedgerReaderOptions {
  readonly startWorker: (url: string) => Worker;
  /** Of the database; the app's own unless a test gives another. */
  readonly name?: string;
}

export function createLedgerReader({ startWorker, name = databaseName }: LedgerReaderOptions): LedgerReader {
  const open = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;

  function start(): Worker {
    const started = startWorker(workerUrl);
    started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      const waiting = open.get(data.id);
      open.delete(data.id);
      if (data.ok) waiting?.done(data.answered);
      else waiting?.fail(storageFailed(data.detail));
    });
    const fail = (): void => end('The worker that reads the ledger ended.');
    started.addEventListener('error', fail);
    started.addEventListener('messageerror', fail);
    tell(started, { kind: 'open', database: name });
    return started;
  }

  /** The next question starts a new one. */
  function end(reason: string): void {
    worker?.terminate();
    worker = null;
    for (const { fail } of open.values()) fail(storageFailed(reason));
    open.clear();
  }

  function ask<Name extends QueryName>(
    name: Name,
    asked: Queries[Name]['asked'],
  ): Promise<Queries[Name]['answered']> {
    return new Promise((done, fail) => {
      try {
        worker ??= start();
      } catch (thrown) {
        fail(storageFailed(String(thrown)));
        return;
      }
      lastId += 1;
      open.set(lastId, { done: done as (answered: unknown) => void, fail });
      tell(worker, { kind: 'query', query: { id: lastId, name, asked } as Query });
    });
  }

  return {
    extent: () => ask('extent', null),
    summary: (asked) => ask('summary', asked),
    sums: (asked) => ask('sums', asked),
    count: (filter) => ask('count', filter),
    page: (asked) => ask('page', asked),
    export: (asked) => ask('export', asked),
    refresh(ids) {
      if (worker) tell(worker, { kind: 'stale', ids: ids ?? null });
    },
    dispose: () => end('The ledger is not read any more.'),
  };
}

function tell(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

interface Waiting {
  readonly done: (answered: unknown) => void;
  readonly fail: (failure: unknown) => void;
}
