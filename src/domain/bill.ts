import { findColumns, pickCells, type BillCells } from './bill-columns.ts';
import { readMeter, secondsIn, unitsIn, type MeterReading } from './bill-meters.ts';
import {
  decideMark,
  decideOrder,
  hintOfMark,
  openOrder,
  toBillionths,
  toDay,
  type DayOrder,
  type DecimalMark,
} from './bill-values.ts';

/** What Azure says was bought: one line a day and meter, oldest first. */
export interface Bill {
  /** Of all rows, other services' too; days are in UTC. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly lines: readonly BillLine[];
  readonly costNanos: number;
  readonly currency: BillCurrency;
  /** Rows of other services, and their sum. */
  readonly leftOut: { readonly rows: number; readonly costNanos: number };
  /** Rows whose day or amount could not be read. */
  readonly unreadableRows: number;
}

export interface BillLine {
  readonly day: string;
  /** As Azure writes it. */
  readonly meter: string;
  readonly product: string;
  readonly reading: MeterReading;
  readonly costNanos: number;
  /** Tokens or transactions, or minutes of video and sound; null: the file does not tell. */
  readonly quantity: number | null;
}

export interface BillCurrency {
  /** What the account is billed in, as a code; '': the file does not say, and dollars are assumed. */
  readonly billed: string;
  /** Which column the dollars were read from. */
  readonly from: 'billed-cost' | 'dollar-column' | 'pricing-column';
}

/** Why a file cannot be compared. */
export type BillProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-csv'; readonly what: 'web-page' | 'json' | 'workbook' | 'parquet' | 'other' }
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limitBytes: number }
  | {
      readonly kind: 'columns-missing';
      readonly missing: readonly NeededColumn[];
      readonly found: readonly string[];
    }
  | { readonly kind: 'no-rows' }
  /** Not one row could be read; a value that was found instead. */
  | { readonly kind: 'unreadable'; readonly column: 'day' | 'cost'; readonly found: string }
  /** Billed in another currency, with no column in dollars. */
  | { readonly kind: 'currency'; readonly codes: readonly string[] };

export type NeededColumn = 'day' | 'meter' | 'cost';

export type BillReading =
  { readonly ok: true; readonly bill: Bill } | { readonly ok: false; readonly problem: BillProblem };

/** A whole file at once. Large ones are read in slices, by the three functions that this one uses. */
export function parseBill(records: readonly (readonly string[])[]): BillReading {
  const found = findColumns(records);
  if (!found.ok) return found;
  const rows = records.slice(found.columns.headerAt + 1);
  const reading = readBill(rows.map((row) => pickCells(found.columns, row)));
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

/** Reads the rows below the header; yields after every slice of them, so that a page can do something else. */
export function* readBill(rows: readonly BillCells[]): Generator<undefined, BillReading, undefined> {
  const style = yield* findStyle(rows);
  if ('problem' in style) return refused(style.problem);
  const { mark, order, from } = style;
  const lines = new Map<string, OpenLine>();
  const days = { first: '9999', last: '' };
  const sums = { all: 0n, leftOut: 0n, leftOutRows: 0, unreadable: 0 };
  let unread: BillProblem | null = null;

  for (const [index, row] of rows.entries()) {
    if (index % sliceRows === 0) yield;
    const text = costText(row, from);
    // Forecasts and lines between blocks have no cost.
    if (text.trim() === '') continue;
    const cost = toBillionths(text, mark);
    const day = toDay(row.day, order);
    if (cost === null || day === null) {
      sums.unreadable += 1;
      unread ??=
        cost === null
          ? { kind: 'unreadable', column: 'cost', found: text }
          : { kind: 'unreadable', column: 'day', found: row.day };
      continue;
    }
    if (day < days.first) days.first = day;
    if (day > days.last) days.last = day;
    if (isOurs(row)) {
      sums.all += cost;
      addRow(lines, day, row, cost, mark);
    } else {
      sums.leftOut += cost;
      sums.leftOutRows += 1;
    }
  }
  if (days.last === '') return refused(unread ?? { kind: 'no-rows' });
  return {
    ok: true,
    bill: {
      firstDay: days.first,
      lastDay: days.last,
      lines: [...lines.values()].map(closeLine).sort(byDayAndMeter),
      costNanos: Number(sums.all),
      currency: { billed: style.billed, from },
      leftOut: { rows: sums.leftOutRows, costNanos: Number(sums.leftOut) },
      unreadableRows: sums.unreadable,
    },
  };
}

/** Rows that take a few milliseconds. */
const sliceRows = 250;

interface Style {
  readonly mark: DecimalMark;
  readonly order: DayOrder;
  readonly billed: string;
  readonly from: BillCurrency['from'];
}

/** How this file writes numbers and days, and where its dollars are: told by all rows together. */
function* findStyle(
  rows: readonly BillCells[],
): Generator<undefined, Style | { readonly problem: BillProblem }, undefined> {
  const hints = { '.': 0, ',': 0, 'comma-or-group': 0 };
  const firsts = new Set<number>();
  const seconds = new Set<number>();
  const codes = new Set<string>();
  const pricing = new Set<string>();
  const has = { cost: false, dollars: false, pricingCost: false };
  for (const [index, row] of rows.entries()) {
    if (index % sliceRows === 0) yield;
    for (const column of ['cost', 'dollars', 'pricingCost', 'quantity'] as const) {
      if (row[column] === '') continue;
      if (column !== 'quantity') has[column] = true;
      const hint = hintOfMark(row[column]);
      if (hint) hints[hint] += 1;
    }
    const open = openOrder(row.day);
    if (open) {
      firsts.add(open[0]);
      seconds.add(open[1]);
    }
    if (row.currency.trim() !== '') codes.add(row.currency.trim().toUpperCase());
    if (row.pricingCost !== '') pricing.add(row.pricingCurrency.trim().toUpperCase());
  }
  const isDollars = [...codes].every((code) => code === 'USD');
  const inDollars = pricing.size === 1 && pricing.has('USD');
  const billed = [...codes].join(', ');
  const read = { mark: decideMark(hints), order: decideOrder(firsts, seconds), billed };
  const isTold = codes.size > 0 || !has.dollars;
  if (has.cost && isDollars && isTold) return { ...read, from: 'billed-cost' };
  if (has.dollars) return { ...read, from: 'dollar-column' };
  if (has.pricingCost && inDollars) return { ...read, from: 'pricing-column' };
  return { problem: has.cost ? { kind: 'currency', codes: [...codes] } : { kind: 'no-rows' } };
}

interface OpenLine {
  readonly day: string;
  readonly meter: string;
  readonly product: string;
  readonly reading: MeterReading;
  cost: bigint;
  /** In billionths. */
  quantity: bigint | null;
}

function addRow(
  lines: Map<string, OpenLine>,
  day: string,
  row: BillCells,
  cost: bigint,
  mark: DecimalMark,
): void {
  const key = `${day}\n${row.meter}\n${row.product}`;
  let line = lines.get(key);
  if (!line) {
    const { meter, product } = row;
    const reading = readMeter(meter, `${row.service} ${product}`);
    line = { day, meter, product, reading, cost: 0n, quantity: 0n };
    lines.set(key, line);
  }
  line.cost += cost;
  const quantity = quantityOf(row, line.reading, mark);
  line.quantity = line.quantity === null || quantity === null ? null : line.quantity + quantity;
}

function quantityOf(row: BillCells, { bought }: MeterReading, mark: DecimalMark): bigint | null {
  const quantity = row.quantity === '' ? null : toBillionths(row.quantity, mark);
  const isTime = bought === 'video-ingestion' || bought === 'transcription';
  const times = isTime ? secondsIn(row.measure) : unitsIn(row.measure);
  if (quantity === null || times === null) return null;
  const counted = quantity * BigInt(times);
  return isTime ? counted / 60n : counted;
}

function closeLine({ day, meter, product, reading, cost, quantity }: OpenLine): BillLine {
  const counted = quantity === null ? null : Number(quantity) / 1e9;
  return { day, meter, product, reading, costNanos: Number(cost), quantity: counted };
}

function byDayAndMeter(a: BillLine, b: BillLine): number {
  return a.day === b.day ? (a.meter < b.meter ? -1 : 1) : a.day < b.day ? -1 : 1;
}

/** Azure AI Search is not meant: its category is `Azure Cognitive Search`. */
const ourServices = /openai|foundry|cognitive ?services|computer vision|\bai vision|azure ai services/i;

/** Without a column that names the service, a meter of tokens or pictures must do. */
function isOurs({ service, meter, product }: BillCells): boolean {
  if (service !== '') return ourServices.test(service);
  if (ourServices.test(product)) return true;
  const { bought, model } = readMeter(meter, product);
  // `Data Transfer Out` is no output of a model.
  return bought !== 'other' && (model === '' || /\btokens?\b/i.test(meter));
}

function costText(row: BillCells, from: BillCurrency['from']): string {
  return from === 'billed-cost' ? row.cost : from === 'dollar-column' ? row.dollars : row.pricingCost;
}

function refused(problem: BillProblem): { readonly ok: false; readonly problem: BillProblem } {
  return { ok: false, problem };
}
