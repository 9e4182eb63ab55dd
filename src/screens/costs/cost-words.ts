import { stackedParts, type CostPart, type CostSum, type PeriodSum } from '#domain/costs.ts';
import { m } from '#language';
import type { Period } from './costs-contract.ts';

/** "$1.20 + 3 of unknown price". */
export function sumText(sum: CostSum): string {
  const { known, unknown } = sumWords(sum);
  return known === null ? (unknown ?? '') : unknown === null ? known : `${known} ${unknown}`;
}

/** The two halves of a sum. Nothing known but calls of unknown price is no $0.00. */
export function sumWords(sum: CostSum): { readonly known: string | null; readonly unknown: string | null } {
  const words = m().costs;
  const amount = words.format.money(sum.costNanos);
  const known = sum.estimatedCalls > 0 ? words.sum.about(amount) : amount;
  if (sum.unknownCalls === 0) return { known, unknown: null };
  if (sum.costNanos === 0) return { known: null, unknown: words.sum.unknown(sum.unknownCalls) };
  return { known, unknown: words.sum.plusUnknown(sum.unknownCalls) };
}

/** A period in full; `end` is the first moment that is no part of it. */
export function periodName(period: Period, start: number, end: number, withYear: boolean): string {
  const { format } = m().costs;
  if (period === 'month') return format.month(start);
  if (period === 'week') return withYear ? format.daysOfYear(start, end) : format.days(start, end);
  return withYear ? format.day(start) : format.shortDay(start);
}

/** Years are named where there are two of them. */
export function needsYear(periods: readonly PeriodSum[]): boolean {
  const [first, last] = [periods[0], periods.at(-1)];
  return !!first && !!last && new Date(first.start).getFullYear() !== new Date(last.start).getFullYear();
}

/** The parts that anything was spent on, in stacking order. */
export function boughtParts(periods: readonly PeriodSum[]): readonly CostPart[] {
  return stackedParts.filter((part) => periods.some(({ parts }) => parts[part] !== 0));
}
