import type { Bill, BillLine } from './bill.ts';
import { isTokens, type LedgerLine, type LedgerTotals } from './bill-ledger.ts';
import type { Bought, MeterReading } from './bill-meters.ts';
import type { DeploymentType } from './connection.ts';

/** Bill and ledger side by side. */
export interface BillComparison {
  /** By day, dearest first within one. */
  readonly lines: readonly ComparedLine[];
  readonly billNanos: number;
  readonly ours: LedgerTotals;
  /** Bill less ledger; what is unknown counts nothing. */
  readonly differenceNanos: number;
  readonly counts: Readonly<Record<Difference['kind'], number>>;
}

export interface ComparedLine {
  readonly day: string;
  readonly bought: Bought;
  /** Empty: no model is named. */
  readonly model: string;
  readonly deployment: DeploymentType | null;
  /** As Azure writes them; empty where the bill has nothing. */
  readonly meters: readonly string[];
  readonly bill: { readonly costNanos: number; readonly quantity: number | null } | null;
  readonly ours: Pick<
    LedgerLine,
    'costNanos' | 'quantity' | 'calls' | 'unknownCalls' | 'estimatedCalls'
  > | null;
  readonly difference: Difference;
}

export type Difference =
  /** Within one percent, or within a cent. */
  | { readonly kind: 'equal' }
  /** `hourly`: provisioned capacity, which no single call costs. */
  | { readonly kind: 'only-on-bill'; readonly hourly: boolean }
  /** `late`: on the last days of the bill, where usage may still be missing. */
  | { readonly kind: 'only-here'; readonly late: boolean }
  | { readonly kind: 'unknown-price'; readonly calls: number }
  | { readonly kind: 'estimated'; readonly nanos: number; readonly calls: number }
  /** The bill asks this much more, or less, than the ledger says. */
  | { readonly kind: 'dearer' | 'cheaper'; readonly nanos: number; readonly reason: Reason | null };

/** Ratios are the bill's to ours. */
export type Reason =
  | { readonly kind: 'deployment'; readonly billed: DeploymentType; readonly ours: DeploymentType }
  | { readonly kind: 'tier'; readonly tier: 'priority' | 'flex' }
  | { readonly kind: 'long-context' }
  | { readonly kind: 'quantity'; readonly ratio: number }
  | { readonly kind: 'price'; readonly ratio: number; readonly likely: Likely }
  | { readonly kind: 'both'; readonly quantityRatio: number; readonly priceRatio: number }
  /** The bill tells no quantity. */
  | { readonly kind: 'cost'; readonly ratio: number };

/** What usually has a price differ by so much. */
export type Likely = 'zone-or-region' | 'batch' | 'discount' | 'double-rate' | null;

export function compareBill(bill: Bill, ours: readonly LedgerLine[], totals: LedgerTotals): BillComparison {
  const groups = new Map<string, { bill: BillSide[]; ours: LedgerLine[] }>();
  const groupOf = (day: string, bought: Bought, model: string) => {
    const key = `${day}\n${bought}\n${model}`;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { bill: [], ours: [] }));
    return group;
  };
  for (const side of mergeMeters(bill.lines)) {
    const { bought, model } = side.reading;
    groupOf(side.day, bought, bought === 'other' ? side.meters[0]! : model).bill.push(side);
  }
  for (const line of ours) groupOf(line.day, line.bought, line.model).ours.push(line);

  const lateFrom = dayBefore(bill.lastDay, lateDays - 1);
  const lines = [...groups.values()]
    .flatMap((group) => pair(group.bill, group.ours))
    .map((joined) => toLine(joined, lateFrom))
    .sort(byDayAndCost);
  const counts = {
    equal: 0,
    'only-on-bill': 0,
    'only-here': 0,
    'unknown-price': 0,
    estimated: 0,
    dearer: 0,
    cheaper: 0,
  };
  for (const { difference } of lines) counts[difference.kind] += 1;
  return {
    lines,
    billNanos: bill.costNanos,
    ours: totals,
    differenceNanos: bill.costNanos - totals.costNanos,
    counts,
  };
}

/**
 * Usage is there "typically within 8-24 hours", and a billing period closes up to 72 hours after its end (Learn,
 * "Understand Cost Management data", 2023-10-04).
 */
const lateDays = 3;

interface BillSide {
  readonly day: string;
  readonly meters: readonly string[];
  readonly reading: MeterReading;
  readonly costNanos: number;
  readonly quantity: number | null;
}

interface Joined {
  readonly bill: BillSide | null;
  readonly ours: LedgerLine | null;
}

/** Meters that count the same thing (`GPT 5 Inpt Glbl`, `GPT 5 Rsng Inpt Glbl`) are one side of a line. */
function mergeMeters(lines: readonly BillLine[]): readonly BillSide[] {
  const sides = new Map<string, BillSide>();
  for (const { day, meter, reading, costNanos, quantity } of lines) {
    const { bought, model, version, deployment, longContext, tier } = reading;
    const key =
      bought === 'other'
        ? `${day}\n${meter}`
        : [day, bought, model, version, deployment, longContext, tier].join('\n');
    const known = sides.get(key);
    const meters = known?.meters.includes(meter) ? known.meters : [...(known?.meters ?? []), meter];
    sides.set(key, {
      day,
      meters,
      reading,
      costNanos: (known?.costNanos ?? 0) + costNanos,
      quantity: quantity === null || known?.quantity === null ? null : (known?.quantity ?? 0) + quantity,
    });
  }
  return [...sides.values()];
}

/** Best fitting pairs first; what finds no partner stays alone. */
function pair(bill: readonly BillSide[], ours: readonly LedgerLine[]): readonly Joined[] {
  const fits = bill
    .flatMap((side) => ours.map((line) => ({ side, line, fit: fitOf(side.reading, line) })))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit || b.side.costNanos - a.side.costNanos);
  const taken = new Set<BillSide | LedgerLine>();
  const joined: Joined[] = [];
  for (const { side, line } of fits) {
    if (taken.has(side) || taken.has(line)) continue;
    taken.add(side).add(line);
    joined.push({ bill: side, ours: line });
  }
  return [
    ...joined,
    ...bill.filter((side) => !taken.has(side)).map((side) => ({ bill: side, ours: null })),
    ...ours.filter((line) => !taken.has(line)).map((line) => ({ bill: null, ours: line })),
  ];
}

/** 0: two versions of a model, which are two meters. What one side leaves open may fit anything. */
function fitOf(reading: MeterReading, line: LedgerLine): number {
  const isOneVersion = reading.version === line.version;
  if (!isOneVersion && reading.version !== null && line.version !== null) return 0;
  return (
    1 +
    (isOneVersion ? 1 : 0) +
    (reading.deployment === line.deployment ? 4 : 0) +
    (reading.longContext === line.longContext ? 8 : 0) +
    (reading.tier === null ? 2 : 0)
  );
}

function toLine({ bill, ours }: Joined, lateFrom: string): ComparedLine {
  const { day } = (bill ?? ours)!;
  return {
    day,
    bought: bill?.reading.bought ?? ours!.bought,
    model: ours ? (isTokens(ours.bought) ? ours.name : '') : (bill?.reading.model ?? ''),
    deployment: bill?.reading.deployment ?? ours?.deployment ?? null,
    meters: bill?.meters ?? [],
    bill: bill && { costNanos: bill.costNanos, quantity: bill.quantity },
    ours,
    difference: nameDifference(bill, ours, day >= lateFrom),
  };
}

const equalWithin = { ratio: 0.01, nanos: 10_000_000 };

function nameDifference(bill: BillSide | null, ours: LedgerLine | null, late: boolean): Difference {
  if (ours && ours.unknownCalls > 0) return { kind: 'unknown-price', calls: ours.unknownCalls };
  if (!ours) return { kind: 'only-on-bill', hourly: bill?.reading.deployment === 'provisioned' };
  if (!bill) return { kind: 'only-here', late };
  const nanos = bill.costNanos - ours.costNanos;
  const larger = Math.max(Math.abs(bill.costNanos), Math.abs(ours.costNanos));
  if (Math.abs(nanos) <= Math.max(larger * equalWithin.ratio, equalWithin.nanos)) return { kind: 'equal' };
  if (ours.estimatedCalls > 0) return { kind: 'estimated', nanos, calls: ours.estimatedCalls };
  const kind = nanos > 0 ? 'dearer' : 'cheaper';
  return { kind, nanos: Math.abs(nanos), reason: reasonOf(bill, ours) };
}

/** Null: nothing can be told, because one side costs nothing. */
function reasonOf(bill: BillSide, ours: LedgerLine): Reason | null {
  const { deployment, tier, longContext } = bill.reading;
  const costRatio = bill.costNanos / ours.costNanos;
  const quantityRatio = bill.quantity === null || ours.quantity === 0 ? null : bill.quantity / ours.quantity;
  // Where the tokens differ, the price is not what needs a reason.
  if (quantityRatio !== null && !isOne(quantityRatio)) {
    const priceRatio = costRatio / quantityRatio;
    return isOne(priceRatio) || !Number.isFinite(priceRatio)
      ? { kind: 'quantity', ratio: quantityRatio }
      : { kind: 'both', quantityRatio, priceRatio };
  }
  if (tier !== null) return { kind: 'tier', tier };
  if (longContext && !ours.longContext) return { kind: 'long-context' };
  if (deployment !== null && ours.deployment !== null && deployment !== ours.deployment) {
    return { kind: 'deployment', billed: deployment, ours: ours.deployment };
  }
  if (!Number.isFinite(costRatio) || costRatio <= 0) return null;
  if (quantityRatio === null) return { kind: 'cost', ratio: costRatio };
  return { kind: 'price', ratio: costRatio, likely: likelyFor(costRatio) };
}

function isOne(ratio: number): boolean {
  return Math.abs(ratio - 1) <= 0.01;
}

/** Data Zone and regional prices are a tenth to a third above Global, Batch is half (models.md, "Current prices"). */
function likelyFor(ratio: number): Likely {
  if (ratio >= 1.05 && ratio <= 1.35) return 'zone-or-region';
  if (ratio >= 0.48 && ratio <= 0.56) return 'batch';
  if (ratio >= 1.9 && ratio <= 2.1) return 'double-rate';
  return ratio < 1 ? 'discount' : null;
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

function byDayAndCost(a: ComparedLine, b: ComparedLine): number {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  return sizeOf(b) - sizeOf(a);
}

function sizeOf({ bill, ours }: ComparedLine): number {
  return Math.max(bill?.costNanos ?? 0, ours?.costNanos ?? 0);
}
