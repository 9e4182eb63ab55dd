/** Periods and sums as the Costs screen writes them. Periods are those of the person's own clock. */
export interface CostFormat {
  /** As `Format.money`; a chart of a year asks for thousands of them, so nothing is built anew. */
  money(nanos: number): string;
  /** A mark on an axis whose marks are `stepNanos` apart: all of them get the same number of decimals. */
  mark(nanos: number, stepNanos: number): string;
  /** Nov 12 */
  shortDay(epochMs: number): string;
  /** Nov 12, 2026 */
  day(epochMs: number): string;
  /** Nov 9 – 15; `end` is the first moment that is no part of it. */
  days(epochMs: number, end: number): string;
  /** Nov 9 – 15, 2026 */
  daysOfYear(epochMs: number, end: number): string;
  /** 2026 */
  year(epochMs: number): string;
  /** Nov */
  shortMonth(epochMs: number): string;
  /** November 2026 */
  month(epochMs: number): string;
  /** 10:15 AM */
  time(epochMs: number): string;
}

const nanosPerDollar = 1e9;

export function createCostFormat(locale: string): CostFormat {
  const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const shortMonth = new Intl.DateTimeFormat(locale, { month: 'short' });
  const year = new Intl.DateTimeFormat(locale, { year: 'numeric' });
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const dollars = dollarsOf(locale);

  return {
    money(nanos) {
      const size = Math.abs(nanos) / nanosPerDollar;
      const most = size === 0 || size >= 1 ? 2 : Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(size))));
      return dollars(nanos / nanosPerDollar, 2, most);
    },
    mark(nanos, stepNanos) {
      const step = stepNanos / nanosPerDollar;
      const decimals = step >= 1 ? 0 : Math.min(9, Math.max(2, Math.ceil(-Math.log10(step) - 1e-9)));
      return dollars(nanos / nanosPerDollar, decimals, decimals);
    },
    shortDay: (epochMs) => shortDay.format(epochMs),
    day: (epochMs) => day.format(epochMs),
    days: (epochMs, end) => shortDay.formatRange(epochMs, end - 1),
    daysOfYear: (epochMs, end) => day.formatRange(epochMs, end - 1),
    year: (epochMs) => year.format(epochMs),
    shortMonth: (epochMs) => shortMonth.format(epochMs),
    month: (epochMs) => month.format(epochMs),
    time: (epochMs) => time.format(epochMs),
  };
}

function dollarsOf(locale: string): (dollars: number, least: number, most: number) => string {
  const formats = new Map<string, Intl.NumberFormat>();
  return (dollars, least, most) => {
    const key = `${String(least)}-${String(most)}`;
    let format = formats.get(key);
    if (!format) {
      format = new Intl.NumberFormat(locale, {
        style: 'currency',
        currency: 'USD',
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: least,
        maximumFractionDigits: most,
      });
      formats.set(key, format);
    }
    return format.format(dollars);
  };
}
