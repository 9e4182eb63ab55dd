import fc from 'fast-check';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { noBudgets } from '#domain/budget.ts';
import { Budgeting } from '#state/budgets.svelte.ts';
import { dayStart, monthStart, nextDayStart, spendingWindow } from '#state/calendar.ts';
import type { ExpectedCost, Store } from '#store';
import { aFirstPrompt, anEntry, freshName, open } from '../store/fixtures.ts';

const dollars = (amount: number): number => Math.round(amount * 1e9);
/** The tests' own midday, wherever they run. */
const midday = new Date(2026, 10, 22, 12).getTime();
const minuteMs = 60_000;

afterEach(() => void vi.useRealTimers());

function clockAt(start: number) {
  let now = start;
  return {
    now: () => now,
    set: (epochMs: number) => (now = epochMs),
    breathe: () => Promise.resolve(),
    onFrame: (draw: () => void) => draw(),
    wasHiddenSince: () => false,
  };
}

function budgetingOn(store: Store, clock = clockAt(midday)): Budgeting {
  const budgeting = new Budgeting({ store, clock });
  onTestFinished(() => budgeting.close());
  return budgeting;
}

const paid = (id: string, costNanos: number | null, change: Partial<ReturnType<typeof anEntry>> = {}) =>
  anEntry({ id, costNanos, at: midday - minuteMs, ...change });

const expectedCost = (upperNanos: number | null): ExpectedCost => ({
  connectionId: 'connection-1',
  deploymentType: 'global',
  model: 'gpt-4.1',
  inputTokens: 1000,
  pictureTokens: 0,
  price: null,
  upperNanos,
});

describe('days and months are the person’s own', () => {
  test('a moment lies in its day and in its month', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date(2024, 0, 1), max: new Date(2034, 0, 1) }),
        (date) => {
          const now = date.getTime();
          expect(dayStart(now)).toBeLessThanOrEqual(now);
          expect(nextDayStart(now)).toBeGreaterThan(now);
          expect(new Date(dayStart(now)).getDate()).toBe(date.getDate());
          expect(dayStart(nextDayStart(now))).toBe(nextDayStart(now));
          expect(dayStart(nextDayStart(now) - 1)).toBe(dayStart(now));
          expect(monthStart(now)).toBeLessThanOrEqual(dayStart(now));
          expect(new Date(monthStart(now)).getDate()).toBe(1);
          expect(new Date(monthStart(now)).getMonth()).toBe(date.getMonth());
          // The store counts in quarters of an hour.
          expect(dayStart(now) % (15 * minuteMs)).toBe(0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('budgets', () => {
  test('there are none at first; what is saved is there for every tab', async () => {
    const name = freshName();
    const here = budgetingOn(await open({ name }));
    const there = budgetingOn(await open({ name }));
    await Promise.all([here.load(), there.load()]);
    expect(here.budgets).toEqual(noBudgets);
    expect(here.lines).toEqual([]);

    await here.save({ overall: { monthlyNanos: dollars(5) } });
    expect(here.budgets.overall.monthlyNanos).toBe(dollars(5));
    await expect.poll(() => there.budgets.overall.monthlyNanos).toBe(dollars(5));
    await expect.poll(() => there.lines).toHaveLength(1);
  });

  test('two changes at once keep both, in one tab and in two', async () => {
    const name = freshName();
    const store = await open({ name });
    const here = budgetingOn(store);
    const there = budgetingOn(await open({ name }));
    await Promise.all([here.load(), there.load()]);
    await Promise.all([
      here.save({ overall: { monthlyNanos: 1 } }),
      here.save({ overall: { dailyNanos: 2 } }),
      there.save({ connections: { a: { dailyNanos: 4 } } }),
      here.save({ perRequestNanos: 3 }),
    ]);
    expect(await store.readBudgets()).toEqual({
      overall: { monthlyNanos: 1, dailyNanos: 2, atLimit: 'ask' },
      connections: { a: { monthlyNanos: null, dailyNanos: 4, atLimit: 'ask' } },
      perRequestNanos: 3,
    });
  });

  test('what cannot be kept is said, changes nothing, and hinders nothing after it', async () => {
    const store = await open();
    let broken = true;
    const budgeting = budgetingOn({
      ...store,
      changeBudgets: (toNext) => (broken ? Promise.reject(new Error('full')) : store.changeBudgets(toNext)),
    });
    await budgeting.load();
    await expect(budgeting.save({ perRequestNanos: 1 })).rejects.toThrow('full');
    expect(budgeting.budgets).toEqual(noBudgets);
    broken = false;
    await budgeting.save({ perRequestNanos: 2 });
    expect(budgeting.budgets.perRequestNanos).toBe(2);
  });
});

describe('lines', () => {
  test('follow what is paid, today and this month, whatever kind of call it was', async () => {
    const store = await open();
    const budgeting = budgetingOn(store);
    await budgeting.save({ overall: { monthlyNanos: dollars(5), dailyNanos: dollars(1), atLimit: 'block' } });
    await budgeting.load();
    await store.addLedgerEntry(paid('a', dollars(0.25)));
    await store.addLedgerEntry(paid('b', dollars(0.5), { kind: 'connection-test', simulated: true }));
    await store.addLedgerEntry(paid('unknown', null));
    await store.addLedgerEntry(paid('yesterday', dollars(2), { at: dayStart(midday) - 1 }));
    await store.addLedgerEntry(paid('last month', dollars(9), { at: monthStart(midday) - 1 }));
    await expect
      .poll(() => budgeting.lines.map(({ limit, usedNanos }) => [limit, usedNanos]))
      .toEqual([
        ['monthly', dollars(2.75)],
        ['daily', dollars(0.75)],
      ]);
  });

  test('are those of the connection in view, or of all that have a limit', async () => {
    const store = await open();
    const budgeting = budgetingOn(store);
    await budgeting.save({
      overall: { monthlyNanos: dollars(5) },
      connections: { 'connection-1': { dailyNanos: dollars(1) }, other: { monthlyNanos: dollars(2) } },
    });
    await store.addLedgerEntry(paid('a', dollars(0.25)));
    await store.addLedgerEntry(paid('b', dollars(0.5), { connectionId: 'other' }));
    const shown = () => budgeting.lines.map((line) => [line.connectionId, line.limit, line.usedNanos]);
    const overall = [null, 'monthly', dollars(0.75)];
    const first = ['connection-1', 'daily', dollars(0.25)];

    await budgeting.refresh('connection-1');
    expect(shown()).toEqual([overall, first]);
    await budgeting.refresh('a stranger');
    expect(shown()).toEqual([overall]);
    await budgeting.refreshAll();
    expect(shown()).toEqual([overall, first, ['other', 'monthly', dollars(0.5)]]);
    await Promise.all([budgeting.refresh('other'), budgeting.refresh('connection-1')]);
    expect(shown()).toEqual([overall, first]);
  });

  test('count what is under way in another tab at its upper estimate', async () => {
    const name = freshName();
    const budgeting = budgetingOn(await open({ name }));
    await budgeting.save({ overall: { monthlyNanos: dollars(5) } });
    await budgeting.load();
    const elsewhere = await open({ name });
    await elsewhere.savePrompt(
      aFirstPrompt({ outbox: { startedAt: midday, tabId: 'tab-2', expected: expectedCost(dollars(0.4)) } }),
    );
    await expect
      .poll(() => budgeting.lines[0])
      .toMatchObject({ usedNanos: dollars(0.4), reservedNanos: dollars(0.4) });
  });

  test('ask nothing of the ledger where nothing is limited', async () => {
    const store = await open();
    const readSpent = vi.fn((query) => store.readSpent(query));
    const budgeting = budgetingOn({ ...store, readSpent });
    await budgeting.refresh('connection-1');
    expect(readSpent).not.toHaveBeenCalled();
    await store.changeBudgets(() => ({ ...noBudgets, overall: { ...noBudgets.overall, dailyNanos: 1 } }));
    await expect.poll(() => budgeting.lines).toHaveLength(1);
    expect(readSpent).toHaveBeenCalledWith({ ...spendingWindow(midday), connectionId: null });
  });

  test('a day begins anew at the person’s midnight, also when the computer slept through it', async () => {
    const store = await open();
    const clock = clockAt(nextDayStart(midday) - 60 * minuteMs);
    const budgeting = budgetingOn(store, clock);
    await budgeting.save({ overall: { dailyNanos: dollars(1), monthlyNanos: dollars(5) } });
    await store.addLedgerEntry(paid('today', dollars(0.75), { at: clock.now() }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await budgeting.load();
    const used = () => budgeting.lines.map(({ usedNanos }) => usedNanos);
    expect(used()).toEqual([dollars(0.75), dollars(0.75)]);

    // Ten minutes by the timer, nine hours by the clock.
    clock.set(nextDayStart(midday) + 8 * 60 * minuteMs);
    vi.advanceTimersByTime(10 * minuteMs);
    await vi.waitFor(() => expect(used()).toEqual([dollars(0.75), 0]));
  });

  test('what cannot be read leaves what is in view; a closed one reads no more', async () => {
    const store = await open();
    const readBudgets = vi.fn(() => store.readBudgets());
    const budgeting = budgetingOn({ ...store, readBudgets });
    await budgeting.save({ overall: { monthlyNanos: dollars(5) } });
    await budgeting.load();
    readBudgets.mockRejectedValueOnce(new Error('gone'));
    await store.addLedgerEntry(paid('a', dollars(1)));
    await expect.poll(() => readBudgets).toHaveBeenCalledTimes(2);
    expect(budgeting.lines[0]?.usedNanos).toBe(0);
    await budgeting.load();
    expect(budgeting.lines[0]?.usedNanos).toBe(dollars(1));

    budgeting.close();
    await store.addLedgerEntry(paid('b', dollars(1)));
    await store.readBudgets();
    expect(readBudgets).toHaveBeenCalledTimes(3);
  });
});
