import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { noCosts } from '#domain/costs.ts';
import { Costs } from '#state/costs.svelte.ts';
import { fittingPeriod, spanOf, startsOf } from '#state/cost-ranges.ts';
import { aConversation, anEntry } from '../store/fixtures.ts';
import { createWorld, type World } from './desk-fixtures.ts';

const at = (...parts: [number, number, number?, number?]): number =>
  new Date(parts[0], parts[1] - 1, parts[2] ?? 1, parts[3] ?? 0).getTime();
const now = at(2026, 11, 23, 14);

describe('ranges', () => {
  test.each([
    ['today', at(2026, 11, 23), at(2026, 11, 24)],
    ['7-days', at(2026, 11, 17), at(2026, 11, 24)],
    ['30-days', at(2026, 10, 25), at(2026, 11, 24)],
    ['this-month', at(2026, 11), at(2026, 12)],
    ['last-month', at(2026, 10), at(2026, 11)],
    ['12-months', at(2025, 12), at(2026, 12)],
    ['all', at(2024, 2, 29), at(2026, 11, 24)],
  ] as const)('%s', (preset, from, until) => {
    expect(spanOf(preset, now, at(2024, 2, 29, 9))).toEqual({ from, until });
  });

  test('periods fill a span; only the first may be cut', () => {
    const span = { from: at(2026, 10, 28), until: at(2026, 12, 3) };
    expect(startsOf(span, 'month')).toEqual([at(2026, 10, 28), at(2026, 11), at(2026, 12)]);
    const weeks = startsOf(span, 'week');
    expect(weeks[0]).toBe(span.from);
    expect(weeks.slice(1).map((start) => new Date(start).getDay())).toEqual([1, 1, 1, 1, 1]);
    expect(startsOf(span, 'day')).toHaveLength(36);
    expect(startsOf({ from: 5, until: 5 }, 'day')).toEqual([]);
  });

  test('a year of days has one bar a day, also where clocks change', () => {
    const starts = startsOf(spanOf('12-months', now, null), 'day');
    expect(starts).toHaveLength(365);
    expect(new Set(starts.map((start) => new Date(start).getHours()))).toEqual(new Set([0]));
  });

  test('the period fits the span', () => {
    expect(fittingPeriod(spanOf('30-days', now, null))).toBe('day');
    expect(fittingPeriod(spanOf('12-months', now, null))).toBe('week');
    expect(fittingPeriod(spanOf('all', now, at(2020, 1)))).toBe('month');
  });
});

describe('the figures', () => {
  async function opened(world: World): Promise<Costs> {
    const costs = new Costs({ ...world.services, clock: { ...world.services.clock, now: () => now } });
    await costs.open();
    return costs;
  }

  test('today, this month and the range; they follow what is written', async () => {
    const world = await createWorld();
    const add = (id: string, when: number, costNanos: number | null, change = {}) =>
      world.store.addLedgerEntry(anEntry({ id, at: when, costNanos, conversationId: null, ...change }));
    await add('today', now - 1, 1e9);
    await add('this month', at(2026, 11, 2), 2e9);
    await add('last month', at(2026, 10, 31), 4e9);
    await add('unknown', now - 2, null);
    const costs = await opened(world);
    expect(costs.problem).toBeNull();
    expect(costs.overview!.today).toMatchObject({ costNanos: 1e9, unknownCalls: 1 });
    expect(costs.overview!.month.costNanos).toBe(3e9);
    expect(costs.overview!.forecastNanos).toBeGreaterThan(3e9);
    expect(costs.summary!.total.costNanos).toBe(7e9);
    expect(costs.summary!.periods).toHaveLength(30);

    await add('later', now, 8e9);
    await expect.poll(() => costs.summary!.total.costNanos).toBe(15e9);
    costs.setRange('last-month');
    await expect.poll(() => costs.summary!.total.costNanos).toBe(4e9);
    costs.setRange('all');
    await expect.poll(() => costs.summary!.total.costNanos).toBe(15e9);
    expect(costs.from).toBe(at(2026, 10, 31));
    costs.setPeriod('month');
    await expect.poll(() => costs.summary!.periods).toHaveLength(2);
    costs.close();
  });

  test('the table’s rows, and an export that comes to what the screen says', async () => {
    const world = await createWorld();
    for (let row = 0; row < 30; row += 1)
      await world.store.addLedgerEntry(
        anEntry({
          id: `row-${row}`,
          at: now - row,
          costNanos: row * 1e6,
          simulated: row % 2 === 0,
          model: `m${row % 3}`,
        }),
      );
    const costs = await opened(world);
    expect(costs.rowCount).toBe(30);
    expect((await costs.rows(0, 2)).map(({ id }) => id)).toEqual(['row-0', 'row-1']);
    costs.setSort({ by: 'cost', descending: true });
    expect((await costs.rows(0, 2)).map(({ id }) => id)).toEqual(['row-29', 'row-28']);
    costs.setFilter({ words: 'M2' });
    await expect.poll(() => costs.rowCount).toBe(10);
    costs.setFilter({ words: '' });
    costs.setWithSimulated(false);
    await expect.poll(() => costs.rowCount).toBe(15);
    expect(costs.hasSimulated).toBe(true);

    const rows = JSON.parse(await (await costs.exportLedger('json')).text()) as { costNanos: number }[];
    expect(rows.reduce((sum, { costNanos }) => sum + costNanos, 0)).toBe(costs.summary!.total.costNanos);
    const csv = await (await costs.exportLedger('csv')).text();
    const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
    const exact = data.reduce((sum, record) => sum + BigInt(record['cost (USD)']!.replace('.', '')), 0n);
    expect(exact).toBe(BigInt(costs.summary!.total.costNanos));
    const version = costs.version;
    costs.setSort({ by: 'at', descending: false });
    expect(costs.version).toBeGreaterThan(version);
    costs.close();
  });

  test('a screen that is opened again shows what was written while it was not there', async () => {
    const world = await createWorld();
    // As the porch does: one reader for everybody.
    const reader = await world.services.loadLedgerReader();
    const services = { ...world.services, loadLedgerReader: async () => reader };
    await world.store.addLedgerEntry(anEntry({ id: 'before', at: now - 2, costNanos: 1 }));
    const first = await opened({ ...world, services });
    first.close();
    await world.store.addLedgerEntry(anEntry({ id: 'meanwhile', at: now - 1, costNanos: 2 }));
    const second = await opened({ ...world, services });
    expect(second.summary!.total.costNanos).toBe(3);
    expect(second.rowCount).toBe(2);
    second.close();
  });

  test('rows that keep coming put the figures off only for a moment', async () => {
    const world = await createWorld();
    const costs = await opened(world);
    let written = 0;
    const seen = new Set<number>();
    const until = performance.now() + 1500;
    while (performance.now() < until) {
      await world.store.addLedgerEntry(anEntry({ id: `row-${written}`, at: now - written, costNanos: 1 }));
      written += 1;
      seen.add(costs.summary!.total.costNanos);
      await new Promise((later) => setTimeout(later, 20));
    }
    expect(seen.size).toBeGreaterThan(1);
    await expect.poll(() => costs.summary!.total.costNanos).toBe(written);
    costs.close();
  });

  test('titles of all conversations that still exist; they follow', async () => {
    const world = await createWorld();
    for (let one = 0; one < 300; one += 1) {
      const id = `conversation-${one}`;
      await world.store.saveConversation(aConversation({ id, title: `Title ${one}` }));
      await world.store.addLedgerEntry(anEntry({ id, at: now - one, conversationId: id }));
    }
    await world.store.addLedgerEntry(anEntry({ id: 'gone', at: now - 1, conversationId: 'gone' }));
    await world.store.addLedgerEntry(anEntry({ id: 'none', at: now - 1, conversationId: null }));
    const costs = await opened(world);
    expect(costs.summary!.conversations).toHaveLength(302);
    expect(costs.titles.size).toBe(300);
    expect(costs.titles.get('conversation-299')).toBe('Title 299');
    expect(costs.titles.has('gone')).toBe(false);

    await world.store.renameConversation('conversation-299', 'Renamed');
    await expect.poll(() => costs.titles.get('conversation-299')).toBe('Renamed');
    await world.store.binConversation('conversation-299');
    await expect.poll(() => costs.titles.has('conversation-299')).toBe(false);
    costs.close();
  });

  test('an empty ledger is empty, and one that cannot be read says so and can be tried again', async () => {
    const world = await createWorld();
    const costs = await opened(world);
    expect(costs.summary!.total).toEqual(noCosts);
    expect(costs.overview!.forecastNanos).toBeNull();
    costs.close();

    let broken = true;
    const failing = new Costs({
      ...world.services,
      loadLedgerReader: () =>
        broken ? Promise.reject(new Error('no chunk')) : world.services.loadLedgerReader(),
    });
    await failing.open();
    expect(failing.problem).not.toBeNull();
    expect(failing.summary).toBeNull();
    broken = false;
    await failing.open();
    expect(failing.problem).toBeNull();
    expect(failing.summary).not.toBeNull();
    failing.close();
  });
});
