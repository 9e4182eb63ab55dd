import { monthStart, nextDayStart, dayStart } from './calendar.ts';

export type RangePreset =
  'today' | '7-days' | '30-days' | 'this-month' | 'last-month' | '12-months' | 'all' | 'custom';

export type Period = 'day' | 'week' | 'month';

/** Epoch milliseconds; `until` exclusive. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** The days a preset means now, in the person's own calendar; all of them whole days, today included. */
export function spanOf(preset: Exclude<RangePreset, 'custom'>, now: number, oldestAt: number | null): Span {
  const until = nextDayStart(now);
  switch (preset) {
    case 'today':
      return { from: dayStart(now), until };
    case '7-days':
      return { from: addDays(dayStart(now), -6), until };
    case '30-days':
      return { from: addDays(dayStart(now), -29), until };
    case 'this-month':
      return { from: monthStart(now), until: addMonths(monthStart(now), 1) };
    case 'last-month':
      return { from: addMonths(monthStart(now), -1), until: monthStart(now) };
    case '12-months':
      return { from: addMonths(monthStart(now), -11), until: addMonths(monthStart(now), 1) };
    case 'all':
      return { from: dayStart(oldestAt ?? now), until };
  }
}

/** Where the periods of a span begin; the first one begins with the span, even in the middle of a week or month. */
export function startsOf({ from, until }: Span, period: Period): readonly number[] {
  const starts: number[] = [];
  for (let start = from; start < until; start = nextPeriod(start, period)) starts.push(start);
  return starts;
}

/** The period that fits a span: bars that can be told apart. */
export function fittingPeriod({ from, until }: Span): Period {
  const days = (until - from) / dayMs;
  if (days <= 92) return 'day';
  return days <= 366 ? 'week' : 'month';
}

export function addMonths(monthStartMs: number, months: number): number {
  const date = new Date(monthStartMs);
  return new Date(date.getFullYear(), date.getMonth() + months, 1).getTime();
}

/** By the calendar: a day on which clocks change has 23 or 25 hours. */
export function addDays(dayStartMs: number, days: number): number {
  const date = new Date(dayStartMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

const dayMs = 24 * 60 * 60 * 1000;

function nextPeriod(start: number, period: Period): number {
  switch (period) {
    case 'day':
      return nextDayStart(start);
    case 'week': {
      // Monday is the first day (ISO 8601).
      const sinceMonday = (new Date(start).getDay() + 6) % 7;
      return addDays(dayStart(start), 7 - sinceMonday);
    }
    case 'month':
      return addMonths(monthStart(start), 1);
  }
}
