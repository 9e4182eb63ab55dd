/** How much may be spent. Amounts are whole nano-dollars; null: no limit. */
export interface Budget {
  readonly monthlyNanos: number | null;
  readonly dailyNanos: number | null;
  /** What happens to a request that may go over: the person is asked, or it is not sent. */
  readonly atLimit: 'ask' | 'block';
}

export interface Budgets {
  readonly overall: Budget;
  /** By connection id; on top of the overall budget. */
  readonly connections: Readonly<Record<string, Budget>>;
  /** A single request that may cost more is asked about first; null: never. */
  readonly perRequestNanos: number | null;
}

export const noBudget: Budget = { monthlyNanos: null, dailyNanos: null, atLimit: 'ask' };
export const noBudgets: Budgets = { overall: noBudget, connections: {}, perRequestNanos: null };

/** From this share of a budget on, its line warns (issue 3: "warn at 80 %"). */
export const warnFrom = 0.8;

/** What one budget has seen: paid, and the most that requests under way may still cost. */
export interface Spent {
  readonly dayNanos: number;
  readonly monthNanos: number;
  /** Requests under way in every tab, at their upper estimate. */
  readonly reservedNanos: number;
}

/** One limit, and what stands against it. */
export interface BudgetLine {
  readonly limit: 'monthly' | 'daily';
  /** Null: the overall budget. */
  readonly connectionId: string | null;
  readonly limitNanos: number;
  /** Paid and reserved, without the request that is asked about. */
  readonly usedNanos: number;
  /** The part of it that requests under way may cost at most. */
  readonly reservedNanos: number;
  readonly atLimit: Budget['atLimit'];
}

/** A request is measured against every limit that is set. */
export type BudgetVerdict =
  | { readonly kind: 'within' }
  /** `lines` are those it would break; `ceilingNanos` where the request itself is dearer than asked for. */
  | {
      readonly kind: 'ask' | 'block';
      /** The most this request may cost; null: unknown. */
      readonly upperNanos: number | null;
      readonly lines: readonly BudgetLine[];
      readonly ceilingNanos: number | null;
    };

/** A budget's objection. */
export type OverBudget = Exclude<BudgetVerdict, { kind: 'within' }>;

/** Where a limit stands now: for the bars of the Costs screen and the warning above the composer. */
export function budgetLines(
  budgets: Budgets,
  overall: Spent,
  connection: { readonly id: string; readonly spent: Spent } | null,
): readonly BudgetLine[] {
  return [
    ...linesOf(budgets.overall, overall, null),
    ...(connection
      ? linesOf(budgets.connections[connection.id] ?? noBudget, connection.spent, connection.id)
      : []),
  ];
}

/**
 * Whether a request that costs at most `upperNanos` may be sent. Over a limit means that what is paid, what is under
 * way and this request together exceed it; a limit that is used up stops every further request, even a free one.
 * Null: the price is not known, and only limits that are used up already can speak.
 */
export function judge(
  budgets: Budgets,
  lines: readonly BudgetLine[],
  upperNanos: number | null,
): BudgetVerdict {
  const upper = upperNanos ?? 0;
  const broken = lines.filter(
    ({ usedNanos, limitNanos }) => usedNanos >= limitNanos || usedNanos + upper > limitNanos,
  );
  const { perRequestNanos } = budgets;
  const ceilingNanos = perRequestNanos !== null && upper > perRequestNanos ? perRequestNanos : null;
  if (broken.length === 0 && ceilingNanos === null) return { kind: 'within' };
  const kind = broken.some(({ atLimit }) => atLimit === 'block') ? 'block' : 'ask';
  return { kind, upperNanos, lines: broken, ceilingNanos };
}

/** `near` from 80 % on, `over` from 100 % on. */
export function standing(line: BudgetLine): 'fine' | 'near' | 'over' {
  if (line.usedNanos >= line.limitNanos) return 'over';
  return usedPercent(line) >= warnFrom * 100 ? 'near' : 'fine';
}

/** Whole per cent, rounded down: nothing is called 100 % before it is. A limit of nothing is used up. */
export function usedPercent({ usedNanos, limitNanos }: BudgetLine): number {
  if (limitNanos <= 0) return 100;
  // Nano-dollars times a hundred leave the range in which a double is exact.
  return Number((BigInt(usedNanos) * 100n) / BigInt(limitNanos));
}

function linesOf(budget: Budget, spent: Spent, connectionId: string | null): readonly BudgetLine[] {
  const { monthlyNanos, dailyNanos, atLimit } = budget;
  const line = (limit: BudgetLine['limit'], limitNanos: number, paidNanos: number): BudgetLine => ({
    limit,
    connectionId,
    limitNanos,
    usedNanos: paidNanos + spent.reservedNanos,
    reservedNanos: spent.reservedNanos,
    atLimit,
  });
  return [
    ...(monthlyNanos === null ? [] : [line('monthly', monthlyNanos, spent.monthNanos)]),
    ...(dailyNanos === null ? [] : [line('daily', dailyNanos, spent.dayNanos)]),
  ];
}
