import type { CostSummary, CostSum, LedgerFilter, LedgerSort } from '#domain/costs.ts';
import type { LedgerEntry } from '#domain/ledger.ts';

/** What the ledger is asked, and what it answers: messages between the page and its worker. */
export interface Queries {
  /** Oldest row's time; null: there is none. And whether any row is simulated. */
  extent: { asked: null; answered: { readonly oldestAt: number | null; readonly hasSimulated: boolean } };
  summary: {
    asked: {
      readonly starts: readonly number[];
      readonly until: number;
      readonly withSimulated: boolean;
    };
    answered: CostSummary;
  };
  /** A sum for each span. */
  sums: {
    asked: {
      readonly spans: readonly { readonly from: number; readonly until: number }[];
      readonly withSimulated: boolean;
    };
    answered: readonly CostSum[];
  };
  count: { asked: LedgerFilter; answered: number };
  page: {
    asked: {
      readonly filter: LedgerFilter;
      readonly sort: LedgerSort;
      readonly offset: number;
      readonly limit: number;
    };
    answered: readonly LedgerEntry[];
  };
  export: { asked: { readonly filter: LedgerFilter; readonly format: 'csv' | 'json' }; answered: Blob };
}

export type QueryName = keyof Queries;

export type Query = {
  [Name in QueryName]: { readonly id: number; readonly name: Name; readonly asked: Queries[Name]['asked'] };
}[QueryName];

/** `stale`: these rows came or went (null: any may have); the next query reads them first. */
export type ToWorker =
  | { readonly kind: 'open'; readonly database: string }
  | { readonly kind: 'stale'; readonly ids: readonly string[] | null }
  | { readonly kind: 'query'; readonly query: Query };

export type FromWorker =
  | { readonly id: number; readonly ok: true; readonly answered: unknown }
  | { readonly id: number; readonly ok: false; readonly detail: string };
