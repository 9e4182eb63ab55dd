/** Numbers, money and times in the words of a locale. Pure; the language room hands out one per language. */
export interface Format {
  number(value: number): string;
  /** US dollars from whole nano-dollars, with enough digits to be true: $0.0096, not $0.01. */
  money(nanos: number): string;
  bytes(value: number): string;
  /** 850 ms, 12.3 s, 2 min 5 s, 24 h. */
  duration(milliseconds: number): string;
  percent(ratio: number): string;
  dateTime(epochMs: number): string;
  /** A calendar day (`2026-10-14`), the same in every time zone. */
  day(isoDate: string): string;
  /** Time today, weekday this week, date otherwise. */
  when(epochMs: number, nowMs: number): string;
  list(words: readonly string[]): string;
  /** Picks the plural form of `count` and puts the grouped number in place of `#`. */
  plural(count: number, forms: { readonly one?: string; readonly other: string }): string;
}

const nanosPerDollar = 1e9;

export function createFormat(locale: string): Format {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const year = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const calendarDay = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const rules = new Intl.PluralRules(locale);

  return {
    number: (value) => whole.format(value),
    money: (nanos) => money(locale, nanos / nanosPerDollar),
    bytes: (value) => bytes(one, value),
    duration: (milliseconds) => duration(locale, milliseconds),
    percent: (ratio) => percent.format(ratio),
    dateTime: (epochMs) => dateTime.format(epochMs),
    day: (isoDate) => calendarDay.format(Date.parse(isoDate)),
    when(epochMs, nowMs) {
      const then = new Date(epochMs);
      const now = new Date(nowMs);
      if (then.toDateString() === now.toDateString()) return time.format(then);
      if (nowMs - epochMs < 6 * 86_400_000 && nowMs > epochMs) return weekday.format(then);
      return (then.getFullYear() === now.getFullYear() ? day : year).format(then);
    },
    list: (words) => list.format(words),
    plural: (count, forms) =>
      ((rules.select(count) === 'one' ? forms.one : undefined) ?? forms.other).replace(
        '#',
        whole.format(count),
      ),
  };
}

/** Below a dollar three significant digits decide, and never fewer than two decimals. */
function money(locale: string, dollars: number): string {
  const size = Math.abs(dollars);
  const decimals = size === 0 || size >= 1 ? 2 : Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(size))));
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: decimals,
  }).format(dollars);
}

function bytes(one: Intl.NumberFormat, value: number): string {
  if (value < 1000) return `${one.format(value)} B`;
  if (value < 1e6) return `${one.format(value / 1e3)} kB`;
  if (value < 1e9) return `${one.format(value / 1e6)} MB`;
  return `${one.format(value / 1e9)} GB`;
}

function duration(locale: string, milliseconds: number): string {
  const unit = (value: number, name: 'millisecond' | 'second' | 'minute' | 'hour', digits: number): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  if (milliseconds < 1000) return unit(Math.round(milliseconds), 'millisecond', 0);
  if (milliseconds < 60_000) return unit(milliseconds / 1000, 'second', 1);
  const seconds = Math.round(milliseconds / 1000);
  if (seconds >= 3600) {
    const minutes = Math.round(seconds / 60);
    const hours = unit(Math.floor(minutes / 60), 'hour', 0);
    return minutes % 60 === 0 ? hours : `${hours} ${unit(minutes % 60, 'minute', 0)}`;
  }
  return `${unit(Math.floor(seconds / 60), 'minute', 0)} ${unit(seconds % 60, 'second', 0)}`;
}
