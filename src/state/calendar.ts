import type { SpendingWindow } from '#store';

/** The person's own days and months: local midnights, wherever clocks are put forward or back. */
export function dayStart(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

export function monthStart(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), 1).getTime();
}

/** When the day of `now` is over. */
export function nextDayStart(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** What budgets count from at this moment. */
export function spendingWindow(now: number): SpendingWindow {
  return { dayStart: dayStart(now), monthStart: monthStart(now) };
}
