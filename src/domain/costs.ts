import type { LedgerEntry, LedgerKind } from './ledger.ts';
import { costParts } from './money.ts';

/** What money was spent on. */
export type CostPart = (typeof stackedParts)[number];

/** In the order in which a chart stacks them. */
export const stackedParts = [
  'input',
  'cached',
  'cache-write',
  'output',
  'enhancements',
  'image-analysis',
  'video',
  'transcription',
] as const;

/**
 * What some rows come to. Nano-dollars are whole, so plain additions are exact as long as a sum stays under nine
 * million dollars (2^53 nanos).
 */
export interface CostSum {
  /** Known costs only. */
  readonly costNanos: number;
  readonly calls: number;
  /** Calls of unknown price: shown beside the sum, never counted as 0. */
  readonly unknownCalls: number;
  readonly estimatedCalls: number;
  /** Inside `costNanos`. */
  readonly simulatedNanos: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface PeriodSum extends CostSum {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly parts: Readonly<Record<CostPart, number>>;
}

export interface NamedSum extends CostSum {
  readonly key: string;
  readonly name: string;
}

export interface CostSummary {
  readonly total: CostSum;
  /** Every period of the range, empty ones too, oldest first. */
  readonly periods: readonly PeriodSum[];
  /** Dearest first, here and below. */
  readonly models: readonly NamedSum[];
  readonly connections: readonly NamedSum[];
  /** `key`: the conversation's id, empty for calls that belong to none. */
  readonly conversations: readonly NamedSum[];
  readonly kinds: readonly NamedSum[];
}

/** `from` inclusive, `until` exclusive; epoch milliseconds. Null and empty text: all. */
export interface LedgerFilter {
  readonly from: number;
  readonly until: number;
  readonly connectionId: string | null;
  readonly kind: LedgerKind | null;
  /** All of them in model, deployment or connection, in any case. */
  readonly words: string;
  readonly withSimulated: boolean;
}

export interface LedgerSort {
  readonly by: 'at' | 'cost' | 'input' | 'output' | 'model' | 'connection' | 'kind';
  readonly descending: boolean;
}

export const noCosts: CostSum = {
  costNanos: 0,
  calls: 0,
  unknownCalls: 0,
  estimatedCalls: 0,
  simulatedNanos: 0,
  inputTokens: 0,
  outputTokens: 0,
};

/**
 * Sums rows by periods and names. `starts`: where the periods begin, ascending; rows before the first or from `until`
 * on are left out. Where days begin, and how long they are, is the caller's.
 */
export function summarize(
  entries: Iterable<LedgerEntry>,
  starts: readonly number[],
  until: number,
): CostSummary {
  const total = emptySum();
  const periods = starts.map((start) => ({ ...emptySum(), start, parts: emptyParts() }));
  const models = new Map<string, Named>();
  const connections = new Map<string, Named>();
  const conversations = new Map<string, Named>();
  const kinds = new Map<string, Named>();
  for (const entry of entries) {
    const period = entry.at < until ? periods[periodAt(starts, entry.at)] : undefined;
    if (!period) continue;
    add(total, entry);
    add(period, entry);
    addParts(period.parts, entry);
    add(named(models, entry.model, entry.model), entry);
    // The newest name of a connection that was renamed comes last.
    const connection = named(connections, entry.connectionId, entry.connectionName);
    connection.name = entry.connectionName;
    add(connection, entry);
    add(named(conversations, entry.conversationId ?? '', ''), entry);
    add(named(kinds, entry.kind, entry.kind), entry);
  }
  return {
    total,
    periods,
    models: dearestFirst(models),
    connections: dearestFirst(connections),
    conversations: dearestFirst(conversations),
    kinds: dearestFirst(kinds),
  };
}

/** What rows between two moments come to; `until` exclusive. */
export function sumBetween(entries: Iterable<LedgerEntry>, from: number, until: number): CostSum {
  const sum = emptySum();
  for (const entry of entries) if (entry.at >= from && entry.at < until) add(sum, entry);
  return sum;
}

/** A row's cost by what was bought: the parts add up to it to the nano. */
export function partsOf(entry: LedgerEntry): Readonly<Partial<Record<CostPart, number>>> {
  const { costNanos, usage, price } = entry;
  if (!costNanos) return {};
  const whole = wholePart[entry.kind];
  if (whole) return { [whole]: costNanos };
  if (!usage || !price) return { input: costNanos };
  const { inputNanos, cachedNanos, cacheWriteNanos, outputNanos } = costParts(usage, price);
  // A row that was rounded by an earlier version, or edited: what does not fit the split counts as input.
  const rest = costNanos - inputNanos - cachedNanos - cacheWriteNanos - outputNanos;
  return {
    input: inputNanos + rest,
    cached: cachedNanos,
    'cache-write': cacheWriteNanos,
    output: outputNanos,
  };
}

/** What a forecast goes by. */
export interface Pace {
  /** Since the month began. */
  readonly spentNanos: number;
  /** In the last days, also those of the month before: two weeks, or as long as there are rows. */
  readonly recentNanos: number;
  readonly recentMs: number;
  /** Until the month ends. */
  readonly leftMs: number;
}

/** What the month comes to at its end, should the last days' pace go on. Null: there is nothing to go by. */
export function forecast({ spentNanos, recentNanos, recentMs, leftMs }: Pace): number | null {
  if (recentMs <= 0 || recentNanos === 0) return spentNanos === 0 ? null : spentNanos;
  return spentNanos + Math.round((recentNanos / recentMs) * Math.max(0, leftMs));
}

/** Whether a row is among those asked for. */
export function matcher(filter: LedgerFilter): (entry: LedgerEntry) => boolean {
  const { from, until, connectionId, kind, withSimulated } = filter;
  const words = filter.words.toLowerCase().split(/\s+/u).filter(Boolean);
  return (entry) =>
    entry.at >= from &&
    entry.at < until &&
    (connectionId === null || entry.connectionId === connectionId) &&
    (kind === null || entry.kind === kind) &&
    (withSimulated || !entry.simulated) &&
    (words.length === 0 || holdsAll(entry, words));
}

/** Orders rows; those that are equal by it are ordered by time and id, so that pages do not overlap. */
export function compareEntries({ by, descending }: LedgerSort): (a: LedgerEntry, b: LedgerEntry) => number {
  const sign = descending ? -1 : 1;
  const compare = comparisons[by];
  return (a, b) => sign * (compare(a, b) || a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

type Comparison = (a: LedgerEntry, b: LedgerEntry) => number;

const byText =
  (text: (entry: LedgerEntry) => string): Comparison =>
  (a, b) => {
    const [one, other] = [text(a), text(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  };

const comparisons: Readonly<Record<LedgerSort['by'], Comparison>> = {
  at: (a, b) => a.at - b.at,
  // Unknown costs come before none at all.
  cost: (a, b) => (a.costNanos ?? -1) - (b.costNanos ?? -1),
  input: (a, b) => (a.usage?.inputTokens ?? -1) - (b.usage?.inputTokens ?? -1),
  output: (a, b) => (a.usage?.outputTokens ?? -1) - (b.usage?.outputTokens ?? -1),
  model: byText(({ model }) => model),
  connection: byText(({ connectionName }) => connectionName),
  kind: byText(({ kind }) => kind),
};

/** Kinds whose rows are for one thing only. */
const wholePart: Readonly<Partial<Record<LedgerKind, CostPart>>> = {
  'ocr-enhancement': 'enhancements',
  'grounding-enhancement': 'enhancements',
  'image-analysis': 'image-analysis',
  'video-ingestion': 'video',
  'video-query': 'video',
  transcription: 'transcription',
};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Sum = Mutable<CostSum>;
type Named = Mutable<NamedSum>;

function emptySum(): Sum {
  return { ...noCosts };
}

function emptyParts(): Record<CostPart, number> {
  return Object.fromEntries(stackedParts.map((part) => [part, 0])) as Record<CostPart, number>;
}

function add(sum: Sum, entry: LedgerEntry): void {
  sum.calls += 1;
  if (entry.costNanos === null) sum.unknownCalls += 1;
  else sum.costNanos += entry.costNanos;
  if (entry.estimated) sum.estimatedCalls += 1;
  if (entry.simulated) sum.simulatedNanos += entry.costNanos ?? 0;
  sum.inputTokens += entry.usage?.inputTokens ?? 0;
  sum.outputTokens += entry.usage?.outputTokens ?? 0;
}

function addParts(parts: Record<CostPart, number>, entry: LedgerEntry): void {
  for (const [part, nanos] of Object.entries(partsOf(entry))) parts[part as CostPart] += nanos;
}

function named(sums: Map<string, Named>, key: string, name: string): Named {
  let sum = sums.get(key);
  if (!sum) sums.set(key, (sum = { ...emptySum(), key, name }));
  return sum;
}

function dearestFirst(sums: ReadonlyMap<string, NamedSum>): readonly NamedSum[] {
  return [...sums.values()].sort((a, b) => b.costNanos - a.costNanos || b.calls - a.calls);
}

/** The last period that begins at or before a moment; -1: none does. */
function periodAt(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function holdsAll(entry: LedgerEntry, words: readonly string[]): boolean {
  const text = `${entry.model} ${entry.deployment} ${entry.connectionName}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
