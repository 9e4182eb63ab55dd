/** What keeps a figure from being a price. */
export type AmountProblem = 'not-a-number' | 'negative' | 'too-fine' | 'too-much';

/** A dollar a token is beyond every price there is; above it, a slip is more likely than a price. */
export const mostDollars = 1_000_000;

/** Judges a price in dollars. Costs are worked out in millionths of a dollar a million tokens: no finer ones count. */
export function amountProblem(dollars: number): AmountProblem | null {
  if (!Number.isFinite(dollars)) return 'not-a-number';
  if (dollars < 0) return 'negative';
  if (dollars > mostDollars) return 'too-much';
  // The nearest double to a whole number of millionths, which is what six decimals are read as.
  return Math.round(dollars * 1_000_000) / 1_000_000 === dollars ? null : 'too-fine';
}

/** A day that the calendar has, as `2026-11-22`. */
export function isIsoDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const atMs = Date.parse(text);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(text);
}
