/** How a file writes numbers and days. Azure writes `1234.5` and ISO or US dates; a spreadsheet rewrites both. */
export type DecimalMark = '.' | ',';

/** What one number says about its file's decimal mark: surely a dot, surely a comma, or either (`1,234`). */
export type MarkHint = DecimalMark | 'comma-or-group' | null;

export function hintOfMark(text: string): MarkHint {
  const number = text.trim().replace(/e[+-]?\d+$/i, '');
  const dots = number.split('.').length - 1;
  const commas = number.split(',').length - 1;
  if (dots + commas === 0) return null;
  if (dots > 0 && commas > 0) return number.lastIndexOf('.') > number.lastIndexOf(',') ? '.' : ',';
  const mark = dots > 0 ? '.' : ',';
  const other = dots > 0 ? ',' : '.';
  if (dots + commas > 1) return other;
  const [before = '', after = ''] = number.replace(/^[^\d.,]+/, '').split(mark);
  // Groups have three digits behind the mark, and one to three, never a lone zero, before it.
  const mayGroup = /^\d{3}\D*$/.test(after) && /^[1-9]\d{0,2}$/.test(before);
  if (!mayGroup) return mark;
  return mark === ',' ? 'comma-or-group' : null;
}

export function decideMark(hints: Readonly<Record<Exclude<MarkHint, null>, number>>): DecimalMark {
  if (hints['.'] !== hints[',']) return hints['.'] > hints[','] ? '.' : ',';
  // Azure never groups, and a spreadsheet does only when told to.
  return hints['comma-or-group'] > 0 && hints['.'] === 0 ? ',' : '.';
}

/**
 * A decimal number in billionths (of a dollar: nano-dollars), exactly; half a billionth is rounded up in size. Null:
 * not a number in this writing. `1.2E-05` and `(0.5)` are numbers: exports and spreadsheets write them.
 */
export function toBillionths(text: string, mark: DecimalMark): bigint | null {
  const bare = text.replace(/[\s\u00a0\u202f$€£¥']/g, '').replace('\u2212', '-');
  const match = (mark === '.' ? withDot : withComma).exec(bare);
  if (!match) return null;
  const [, open, sign, whole = '', fraction = '', exponent = '0', close] = match;
  if ((open === undefined) !== (close === undefined)) return null;
  const digits = whole.replace(/[.,]/g, '') + fraction;
  const power = 9 - fraction.length + Number(exponent);
  // No money has more digits; without a bound, `1e999999999` would fill the memory.
  if (digits === '' || digits.length > 40 || Math.abs(power) > 60) return null;
  const size = shift(BigInt(digits), power);
  return sign === '-' || open !== undefined ? -size : size;
}

const withDot = /^(\()?([+-])?(\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:\.(\d*))?(?:e([+-]?\d{1,3}))?(\))?$/i;
const withComma = /^(\()?([+-])?(\d+|[1-9]\d{0,2}(?:\.\d{3})+)?(?:,(\d*))?(?:e([+-]?\d{1,3}))?(\))?$/i;

function shift(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (digits + divisor / 2n) / divisor;
}

/** A day as it stands in the file; `order` says which of the first two numbers of `11/01/2026` is the month. */
export type DayOrder = 'month-first' | 'day-first';

/** The first two numbers of a day whose order is open (`11/01/2026`), or null. */
export function openOrder(text: string): readonly [number, number] | null {
  const match = slashed.exec(text.trim());
  return match && [Number(match[1]), Number(match[2])];
}

/**
 * Azure writes the month first; a spreadsheet of another country does not. A number above 12 is a day, and a bill has
 * more different days than months.
 */
export function decideOrder(firsts: ReadonlySet<number>, seconds: ReadonlySet<number>): DayOrder {
  const hasDay = (numbers: ReadonlySet<number>): boolean => [...numbers].some((number) => number > 12);
  if (hasDay(firsts) !== hasDay(seconds)) return hasDay(firsts) ? 'day-first' : 'month-first';
  return firsts.size > seconds.size ? 'day-first' : 'month-first';
}

/** The calendar day as `2026-11-01`; null where none is told. Azure's days are days in UTC. */
export function toDay(text: string, order: DayOrder): string | null {
  const trimmed = text.trim();
  const iso = yearFirst.exec(trimmed) ?? compact.exec(trimmed);
  if (iso) return day(iso[1]!, iso[2]!, iso[3]!);
  const dotted = dayFirst.exec(trimmed);
  if (dotted) return day(dotted[3]!, dotted[2]!, dotted[1]!);
  const open = slashed.exec(trimmed);
  if (!open) return null;
  return order === 'month-first' ? day(open[3]!, open[1]!, open[2]!) : day(open[3]!, open[2]!, open[1]!);
}

const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[T\s])/;
const compact = /^(\d{4})(\d{2})(\d{2})$/;
const dayFirst = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:$|\s)/;
const slashed = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?:$|[T\s])/;

function day(year: string, month: string, date: string): string | null {
  const full = year.length === 2 ? `20${year}` : year;
  const iso = `${full}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const at = Date.parse(`${iso}T00:00:00Z`);
  // Engines turn 31 February into March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== iso ? null : iso;
}
