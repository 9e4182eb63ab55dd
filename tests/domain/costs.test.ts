import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareEntries,
  forecast,
  matcher,
  partsOf,
  stackedParts,
  summarize,
  sumBetween,
  type LedgerFilter,
} from '#domain/costs.ts';
import { ledgerKinds } from '#domain/ledger.ts';
import { costOf } from '#domain/money.ts';
import { aPrice, aRow } from './ledger-rows.ts';

const usage = {
  inputTokens: 1000,
  outputTokens: 100,
  cachedTokens: 400,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  imageTokens: null,
};

describe('a summary', () => {
  const rows = [
    aRow({ at: 5, usage, price: aPrice, costNanos: costOf(usage, aPrice) }),
    aRow({ at: 10, costNanos: null, model: 'other', conversationId: null }),
    aRow({ at: 14, costNanos: 7, estimated: true, simulated: true, connectionName: 'Renamed' }),
    aRow({ at: 25, costNanos: 1_000_000, kind: 'ocr-enhancement', connectionId: 'c2' }),
    aRow({ at: 30, costNanos: 1e9 }),
  ];
  const summary = summarize(rows, [0, 10, 20], 30);

  test('has every period, empty ones too, and nothing from outside the range', () => {
    expect(summary.periods.map(({ start, calls }) => [start, calls])).toEqual([
      [0, 1],
      [10, 2],
      [20, 1],
    ]);
    expect(summary.total.calls).toBe(4);
    expect(summarize([], [0, 10], 20).periods).toHaveLength(2);
    expect(summarize(rows, [], 30).total.calls).toBe(0);
  });

  test('counts unknown prices apart, and says what is estimated and simulated', () => {
    expect(summary.total).toEqual({
      costNanos: 2_200_000 + 7 + 1_000_000,
      calls: 4,
      unknownCalls: 1,
      estimatedCalls: 1,
      simulatedNanos: 7,
      inputTokens: 1000,
      outputTokens: 100,
    });
  });

  test('sums by name, dearest first, under the newest name of a connection', () => {
    expect(summary.connections.map(({ key, name, calls }) => [key, name, calls])).toEqual([
      ['c1', 'Renamed', 3],
      ['c2', 'Contoso', 1],
    ]);
    expect(summary.models.map(({ key }) => key)).toEqual(['gpt-4.1-2025-04-14', 'other']);
    expect(summary.conversations.map(({ key, calls }) => [key, calls])).toEqual([
      ['v1', 3],
      ['', 1],
    ]);
    expect(summary.kinds.map(({ key }) => key)).toEqual(['chat', 'ocr-enhancement']);
  });

  test('stacks what was bought', () => {
    expect(summary.periods[0]!.parts).toMatchObject({ input: 1_200_000, cached: 200_000, output: 800_000 });
    expect(summary.periods[2]!.parts.enhancements).toBe(1_000_000);
  });

  test('puts each row into its own day, also where a day has 23 or 25 hours', () => {
    const hour = 3_600_000;
    // Berlin, 2026: midnights around 29 March and 25 October, as the calendar of that place gives them.
    for (const [midnights, hours] of [
      [[Date.UTC(2026, 2, 27, 23), Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22)], 23],
      [[Date.UTC(2026, 9, 23, 22), Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23)], 25],
    ] as const) {
      const [, start, end] = midnights;
      const hourly = Array.from({ length: 80 }, (_, at) =>
        aRow({ at: midnights[0] + at * hour, costNanos: 1 }),
      );
      const { periods, total } = summarize(hourly, midnights, end + 24 * hour);
      expect((end - start) / hour).toBe(hours);
      expect(periods.map(({ costNanos }) => costNanos)).toEqual([24, hours, 24]);
      expect(total.calls).toBe(48 + hours);
    }
  });

  test('sums over 100,000 random rows are exact', () => {
    const random = fc.sample(fc.nat(4_000_000_000), { numRuns: 100_000, seed: 7 });
    const many = random.map((costNanos, at) => aRow({ at, costNanos, model: `m${costNanos % 7}` }));
    const exact = random.reduce((sum, nanos) => sum + BigInt(nanos), 0n);
    const { total, periods, models } = summarize(many, [0, 30_000, 60_000], 100_000);
    const add = (sums: readonly { readonly costNanos: number }[]): bigint =>
      sums.reduce((sum, { costNanos }) => sum + BigInt(costNanos), 0n);
    expect(BigInt(total.costNanos)).toBe(exact);
    expect(add(periods)).toBe(exact);
    expect(add(models)).toBe(exact);
    const parts = periods.flatMap((period) =>
      stackedParts.map((part) => ({ costNanos: period.parts[part] })),
    );
    expect(add(parts)).toBe(exact);
    expect(BigInt(sumBetween(many, 0, 30_000).costNanos)).toBe(BigInt(periods[0]!.costNanos));
  });
});

test('the parts of a row add up to its cost, whatever it is', () => {
  const tokens = fc.nat(2_000_000);
  fc.assert(
    fc.property(
      tokens,
      tokens,
      tokens,
      fc.constantFrom(...ledgerKinds),
      fc.nat(5),
      (input, output, cached, kind, off) => {
        const used = { ...usage, inputTokens: input, outputTokens: output, cachedTokens: cached };
        const costNanos = costOf(used, aPrice) + off;
        const parts = partsOf(aRow({ kind, usage: used, price: aPrice, costNanos }));
        expect(Object.values(parts).reduce((sum, nanos) => sum + nanos, 0)).toBe(costNanos);
      },
    ),
  );
  expect(partsOf(aRow({ costNanos: null }))).toEqual({});
  expect(partsOf(aRow({ costNanos: 5 }))).toEqual({ input: 5 });
});

describe('the ledger', () => {
  const all: LedgerFilter = {
    from: 0,
    until: 100,
    connectionId: null,
    kind: null,
    words: '',
    withSimulated: true,
  };

  test.each<[string, Partial<LedgerFilter>, boolean]>([
    ['all', {}, true],
    ['from is inside', { from: 50 }, true],
    ['until is not', { until: 50 }, false],
    ['connection', { connectionId: 'c2' }, false],
    ['kind', { kind: 'batch' }, false],
    ['words in any case and order', { words: ' contoso  GPT-4.1 ' }, true],
    ['words that are not there', { words: 'contoso gpt-5' }, false],
    ['simulated', { withSimulated: false }, false],
  ])('%s', (_what, change, found) => {
    expect(matcher({ ...all, ...change })(aRow({ at: 50, simulated: true }))).toBe(found);
  });

  test('orders by any column, unknown costs below all known ones, and equal rows always alike', () => {
    const rows = [
      aRow({ id: 'b', costNanos: 5 }),
      aRow({ id: 'a', costNanos: 5 }),
      aRow({ id: 'c', costNanos: null }),
      aRow({ id: 'd', costNanos: 0 }),
    ];
    const ids = (descending: boolean) =>
      rows.toSorted(compareEntries({ by: 'cost', descending })).map(({ id }) => id);
    expect(ids(false)).toEqual(['c', 'd', 'a', 'b']);
    expect(ids(true)).toEqual(['b', 'a', 'd', 'c']);
  });
});

describe('a forecast', () => {
  const day = 86_400_000;

  test('adds what the last days’ pace makes of the time that is left', () => {
    const pace = { spentNanos: 10e9, recentNanos: 14e9, recentMs: 14 * day, leftMs: 5 * day };
    expect(forecast(pace)).toBe(15e9);
    expect(forecast({ ...pace, leftMs: 0 })).toBe(10e9);
  });

  test('says nothing where there is nothing to go by', () => {
    expect(forecast({ spentNanos: 0, recentNanos: 0, recentMs: day, leftMs: day })).toBeNull();
    expect(forecast({ spentNanos: 3, recentNanos: 0, recentMs: day, leftMs: day })).toBe(3);
  });
});
