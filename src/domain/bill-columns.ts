import type { BillProblem, NeededColumn } from './bill.ts';

/** Where the columns stand; -1: not in this file. */
export interface BillColumns {
  /** The row of the header, from 0. */
  readonly headerAt: number;
  readonly at: Readonly<Record<ColumnName, number>>;
  readonly services: readonly number[];
  readonly owners: readonly number[];
  readonly products: readonly number[];
}

/** What counts of one row. */
export interface BillCells {
  readonly day: string;
  readonly meter: string;
  /** What decides whether the row is one of ours; '' where the file has no such column. */
  readonly service: string;
  readonly product: string;
  readonly cost: string;
  readonly dollars: string;
  readonly pricingCost: string;
  readonly pricingCurrency: string;
  readonly currency: string;
  readonly quantity: string;
  readonly measure: string;
}

/**
 * Names of columns, in lower case without spaces and signs, best first: Enterprise and Microsoft Customer Agreement,
 * pay-as-you-go, FOCUS 1.0 to 1.2 (learn.microsoft.com, cost-management-billing/dataset-schema, read 2026-11), older
 * exports, and what Cost analysis downloads.
 */
const columnNames = {
  day: ['date', 'usagedate', 'usagedatetime', 'chargeperiodstart'],
  meter: ['metername', 'meter', 'skumeter', 'xskumetername'],
  cost: ['costinbillingcurrency', 'cost', 'pretaxcost', 'billedcost', 'extendedcost'],
  dollars: ['costinusd', 'costusd', 'pretaxcostusd', 'xbilledcostinusd'],
  pricingCost: ['costinpricingcurrency'],
  pricingCurrency: ['pricingcurrency', 'pricingcurrencycode', 'xpricingcurrency'],
  currency: ['billingcurrencycode', 'billingcurrency', 'currency', 'currencycode'],
  quantity: ['quantity', 'usagequantity', 'consumedquantity'],
  measure: ['unitofmeasure', 'consumedunit'],
} as const;

type ColumnName = keyof typeof columnNames;

const serviceNames = ['metercategory', 'xskumetercategory', 'servicename'];
/** Asked where the categories are empty or absent. */
const ownerNames = ['consumedservice', 'resourcetype', 'xresourcetype', 'resourceid', 'instanceid'];
const productNames = ['metersubcategory', 'xskumetersubcategory', 'servicetier', 'productname', 'product'];

/** A header may have lines of the portal's above it. */
const headerWithin = 20;

/** Finds the columns by their names, in the first rows of a file. */
export function findColumns(
  records: readonly (readonly string[])[],
):
  | { readonly ok: true; readonly columns: BillColumns }
  | { readonly ok: false; readonly problem: BillProblem } {
  const first = records.find((record) => record.some((cell) => cell.trim() !== ''));
  if (!first) return refused({ kind: 'empty' });
  const what = looksLike(first.join(',').trim().toLowerCase());
  if (what) return refused({ kind: 'not-csv', what });

  const candidates = records.slice(0, headerWithin).map(readHeader);
  const best = candidates.reduce((a, b) => (b.known > a.known ? b : a));
  const missing = missingIn(best.columns.at);
  if (missing.length === 0) return { ok: true, columns: best.columns };
  if (best.known === 0 && first.length < 2) return refused({ kind: 'not-csv', what: 'other' });
  const named = best.known === 0 ? first : records[best.columns.headerAt]!;
  const found = named.map((name) => name.replace(/^\ufeff/, '').trim()).filter((name) => name !== '');
  return refused({ kind: 'columns-missing', missing, found });
}

export function pickCells(
  { at, services, owners, products }: BillColumns,
  row: readonly string[],
): BillCells {
  const cell = (index: number): string => (index < 0 ? '' : (row[index] ?? ''));
  const join = (indices: readonly number[]): string => indices.map(cell).join(' ').trim();
  const product = products.map(cell).find((name) => name !== '') ?? '';
  return {
    day: cell(at.day),
    meter: cell(at.meter).trim() || product,
    service: join(services) || join(owners),
    product,
    cost: cell(at.cost),
    dollars: cell(at.dollars),
    pricingCost: cell(at.pricingCost),
    pricingCurrency: cell(at.pricingCurrency),
    currency: cell(at.currency),
    quantity: cell(at.quantity),
    measure: cell(at.measure),
  };
}

function readHeader(record: readonly string[], headerAt: number) {
  const names = record.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const find = (wanted: readonly string[]): number =>
    wanted.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const all = (wanted: readonly string[]): readonly number[] =>
    wanted.map((name) => names.indexOf(name)).filter((at) => at >= 0);
  const at = Object.fromEntries(
    Object.entries(columnNames).map(([column, wanted]) => [column, find(wanted)]),
  ) as Record<ColumnName, number>;
  const columns: BillColumns = {
    headerAt,
    at,
    services: all(serviceNames),
    owners: all(ownerNames),
    products: all(productNames),
  };
  return { columns, known: Object.values(at).filter((index) => index >= 0).length };
}

function missingIn(at: BillColumns['at']): readonly NeededColumn[] {
  const missing: NeededColumn[] = [];
  if (at.day < 0) missing.push('day');
  if (at.meter < 0) missing.push('meter');
  if (at.cost < 0 && at.dollars < 0 && at.pricingCost < 0) missing.push('cost');
  return missing;
}

function looksLike(start: string): 'web-page' | 'json' | 'workbook' | 'parquet' | null {
  if (/^\ufeff?<(!doctype|html|\?xml|head|body)/.test(start)) return 'web-page';
  if (/^\ufeff?[{[]/.test(start)) return 'json';
  if (start.startsWith('pk\u0003\u0004')) return 'workbook';
  return start.startsWith('par1') ? 'parquet' : null;
}

function refused(problem: BillProblem): { readonly ok: false; readonly problem: BillProblem } {
  return { ok: false, problem };
}
