import {
  budgetLines,
  judge,
  noBudgets,
  type Budgets,
  type BudgetVerdict,
  type Spent,
} from '#domain/budget.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import type { Room } from './room.ts';
import type { ExpectedCost, ReadTransaction, SpendingSlot, WriteTransaction } from './schema.ts';

export interface SpendingVerbs {
  /** As the person set them; no limits at first. */
  readBudgets(): Promise<Budgets>;
  /** Changes what is stored in one step, so that two tabs that change different limits keep both. */
  changeBudgets(toNext: (stored: Budgets) => Budgets): Promise<Budgets>;
  /** Paid since the given moments, and the most that requests under way in any tab may still cost. */
  readSpent(query: SpentQuery): Promise<SpentAnswer>;
}

export interface SpentQuery extends SpendingWindow {
  readonly connectionId: string | null;
}

/** The beginnings of the person's day and month; epoch milliseconds, on a quarter of an hour. */
export interface SpendingWindow {
  readonly dayStart: number;
  readonly monthStart: number;
}

export interface SpentAnswer {
  readonly overall: Spent;
  /** Of the connection asked about. */
  readonly connection: Spent | null;
}

/** All time zones differ from UTC by whole quarters of an hour. */
const slotMs = 15 * 60 * 1000;

export function spendingVerbs({ database, announce }: Room): SpendingVerbs {
  return {
    readBudgets: () => database.read(['meta'], readBudgets),

    changeBudgets: (toNext) =>
      database.write(['meta'], async (tx, afterwards) => {
        const budgets = toNext(await readBudgets(tx));
        await tx.objectStore('meta').put({ id: 'budgets', budgets });
        afterwards(() => announce({ kind: 'budgets', id: 'budgets' }));
        return budgets;
      }),

    readSpent: (query) => database.read(['spending', 'outbox'], (tx) => readSpent(tx, query)),
  };
}

/**
 * Whether the budgets let a request pass. Called in the transaction that writes down its beginning: transactions over
 * one store wait for each other across tabs, so that no two requests can both find the last dollar.
 */
export async function judgeRequest(
  tx: WriteTransaction,
  expected: Pick<ExpectedCost, 'connectionId' | 'upperNanos'>,
  window: SpendingWindow,
): Promise<BudgetVerdict> {
  const budgets = await readBudgets(tx);
  const { connectionId, upperNanos } = expected;
  const { overall, connection } = await readSpent(tx, { ...window, connectionId });
  const own = connection && { id: connectionId, spent: connection };
  return judge(budgets, budgetLines(budgets, overall, own), upperNanos);
}

/** Counts a row in its slot; `times` -1 takes a replaced one out again. */
export async function countSpending(tx: WriteTransaction, entry: LedgerEntry, times: 1 | -1): Promise<void> {
  const { connectionId, costNanos } = entry;
  if (!costNanos) return;
  const slots = tx.objectStore('spending');
  const slotStart = Math.floor(entry.at / slotMs) * slotMs;
  const stored = await slots.get([slotStart, connectionId]);
  await slots.put({ slotStart, connectionId, nanos: (stored?.nanos ?? 0) + times * costNanos });
}

async function readBudgets(tx: ReadTransaction | WriteTransaction): Promise<Budgets> {
  const stored = await (tx as ReadTransaction).objectStore('meta').get('budgets');
  return stored?.id === 'budgets' ? stored.budgets : noBudgets;
}

async function readSpent(
  tx: ReadTransaction | WriteTransaction,
  { dayStart, monthStart, connectionId }: SpentQuery,
): Promise<SpentAnswer> {
  const reading = tx as ReadTransaction;
  const from = IDBKeyRange.lowerBound([Math.min(dayStart, monthStart)]);
  const slots = await reading.objectStore('spending').getAll(from);
  const running = (await reading.objectStore('outbox').getAll()).flatMap(({ expected }) => expected ?? []);
  const sum = (isMeant: (id: string) => boolean): Spent => {
    const meant = slots.filter((slot) => isMeant(slot.connectionId));
    return {
      dayNanos: nanosSince(meant, dayStart),
      monthNanos: nanosSince(meant, monthStart),
      reservedNanos: running
        .filter((one) => isMeant(one.connectionId))
        .reduce((nanos, { upperNanos }) => nanos + (upperNanos ?? 0), 0),
    };
  };
  return {
    overall: sum(() => true),
    connection: connectionId === null ? null : sum((id) => id === connectionId),
  };
}

function nanosSince(slots: readonly SpendingSlot[], start: number): number {
  return slots.reduce((nanos, slot) => (slot.slotStart >= start ? nanos + slot.nanos : nanos), 0);
}
