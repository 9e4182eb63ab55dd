import { noBudget, standing, usedPercent, type Budget, type BudgetLine, type Budgets } from './budget.ts';

/** The line to warn of, from 80 % on: what blocks comes before what asks, then the fullest; null: none. */
export function mostPressing(lines: readonly BudgetLine[]): BudgetLine | null {
  const urgency = (line: BudgetLine): number =>
    standing(line) === 'over' ? (line.atLimit === 'block' ? 2 : 1) : 0;
  const [first] = lines
    .filter((line) => standing(line) !== 'fine')
    .sort((a, b) => urgency(b) - urgency(a) || usedPercent(b) - usedPercent(a));
  return first ?? null;
}

export function hasLimit(budget: Budget | undefined): boolean {
  return budget !== undefined && (budget.monthlyNanos !== null || budget.dailyNanos !== null);
}

/** What a person changed; the rest stays. */
export interface BudgetChange {
  readonly overall?: Partial<Budget>;
  /** By connection id. */
  readonly connections?: Readonly<Record<string, Partial<Budget>>>;
  readonly perRequestNanos?: number | null;
}

/** A connection's budget that says nothing any more is not kept. */
export function changeBudgets(budgets: Budgets, change: BudgetChange): Budgets {
  const { overall, connections = {}, perRequestNanos = budgets.perRequestNanos } = change;
  const changed = Object.entries(connections).map(
    ([id, part]) => [id, { ...(budgets.connections[id] ?? noBudget), ...part }] as const,
  );
  const all = Object.entries({ ...budgets.connections, ...Object.fromEntries(changed) });
  return {
    overall: { ...budgets.overall, ...overall },
    connections: Object.fromEntries(
      all.filter(([, budget]) => hasLimit(budget) || budget.atLimit !== noBudget.atLimit),
    ),
    perRequestNanos,
  };
}

/** A limit as a person typed it, in dollars. Empty: no limit. */
export type TypedLimit =
  | { readonly ok: true; readonly nanos: number | null }
  | { readonly ok: false; readonly problem: LimitProblem };

export type LimitProblem = 'not-a-number' | 'negative' | 'too-fine' | 'too-much';

/** A million dollars: sums of nano-dollars stay exact far beyond it. */
export const mostLimitNanos = 1_000_000_000_000_000;

/** Exact to the nano-dollar: the digits are read, never a double made of them. */
export function readLimit(text: string): TypedLimit {
  if (text.trim() === '') return { ok: true, nanos: null };
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(text.trim()) ?? [];
  if (whole + fraction === '') return { ok: false, problem: 'not-a-number' };
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return { ok: true, nanos: 0 };
  if (sign === '-') return { ok: false, problem: 'negative' };
  const zeros = 9 + Number(exponent) - fraction.length + digits.length - significant.length;
  if (significant.length + zeros > String(mostLimitNanos).length) return { ok: false, problem: 'too-much' };
  if (zeros < 0) return { ok: false, problem: 'too-fine' };
  const nanos = Number(significant + '0'.repeat(zeros));
  return nanos > mostLimitNanos ? { ok: false, problem: 'too-much' } : { ok: true, nanos };
}

/** What `readLimit` reads back as the same: "5", "0.1", "0.000000001". */
export function limitText(nanos: number | null): string {
  if (nanos === null) return '';
  const fraction = nanos % nanosPerDollar;
  const decimals = String(fraction).padStart(9, '0').replace(/0+$/, '');
  return `${(nanos - fraction) / nanosPerDollar}${decimals && `.${decimals}`}`;
}

const nanosPerDollar = 1_000_000_000;
