import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeBudgets,
  hasLimit,
  limitText,
  mostLimitNanos,
  mostPressing,
  readLimit,
} from '#domain/budget-limits.ts';
import {
  budgetLines,
  judge,
  noBudget,
  noBudgets,
  standing,
  usedPercent,
  type Budget,
  type BudgetLine,
  type Budgets,
  type Spent,
} from '#domain/budget.ts';

const dollars = (amount: number): number => Math.round(amount * 1e9);
const unspent: Spent = { dayNanos: 0, monthNanos: 0, reservedNanos: 0 };
const budget = (change: Partial<Budget>): Budget => ({ ...noBudget, ...change });
const overall = (change: Partial<Budget>): Budgets => ({ ...noBudgets, overall: budget(change) });

function line(change: Partial<BudgetLine> = {}): BudgetLine {
  return {
    limit: 'monthly',
    connectionId: null,
    limitNanos: dollars(5),
    usedNanos: 0,
    reservedNanos: 0,
    atLimit: 'ask',
    ...change,
  };
}

const anyNanos = fc.integer({ min: 0, max: mostLimitNanos });
const anyLine: fc.Arbitrary<BudgetLine> = fc.record({
  limit: fc.constantFrom('monthly', 'daily'),
  connectionId: fc.option(fc.constantFrom('a', 'b')),
  limitNanos: anyNanos,
  usedNanos: anyNanos,
  reservedNanos: fc.constant(0),
  atLimit: fc.constantFrom('ask', 'block'),
});
const anyLines = fc.array(anyLine, { maxLength: 4 });
const anyBudgets: fc.Arbitrary<Budgets> = fc
  .option(anyNanos)
  .map((perRequestNanos) => ({ ...noBudgets, perRequestNanos }));
const anyUpper = fc.option(anyNanos);
const severity = { within: 0, ask: 1, block: 2 } as const;

describe('lines', () => {
  test('nothing is measured where nothing is limited', () => {
    expect(budgetLines(noBudgets, unspent, { id: 'a', spent: unspent })).toEqual([]);
  });

  test('each limit has its own, and what is under way counts in all', () => {
    const budgets: Budgets = {
      ...overall({ monthlyNanos: dollars(5), dailyNanos: dollars(1) }),
      connections: { a: budget({ dailyNanos: dollars(2), atLimit: 'block' }) },
    };
    const spent = { dayNanos: dollars(0.25), monthNanos: dollars(3), reservedNanos: dollars(0.5) };
    const own = { dayNanos: dollars(0.1), monthNanos: dollars(1), reservedNanos: 0 };
    const lines = budgetLines(budgets, spent, { id: 'a', spent: own });
    expect(lines).toEqual([
      line({ usedNanos: dollars(3.5), reservedNanos: dollars(0.5) }),
      line({
        limit: 'daily',
        limitNanos: dollars(1),
        usedNanos: dollars(0.75),
        reservedNanos: dollars(0.5),
      }),
      line({
        limit: 'daily',
        connectionId: 'a',
        limitNanos: dollars(2),
        usedNanos: dollars(0.1),
        atLimit: 'block',
      }),
    ]);
    expect(budgetLines(budgets, spent, { id: 'b', spent: own })).toHaveLength(2);
    expect(budgetLines(budgets, spent, null)).toHaveLength(2);
  });
});

describe('judging a request', () => {
  test('it may use a limit to the last nano, and not one more', () => {
    const lines = [line({ usedNanos: dollars(4.9) })];
    expect(judge(noBudgets, lines, dollars(0.1))).toEqual({ kind: 'within' });
    expect(judge(noBudgets, lines, dollars(0.1) + 1)).toEqual({
      kind: 'ask',
      upperNanos: dollars(0.1) + 1,
      lines,
      ceilingNanos: null,
    });
  });

  test('a limit that is used up stops what is free, and what nobody knows the price of', () => {
    const lines = [line({ usedNanos: dollars(5), atLimit: 'block' })];
    expect(judge(noBudgets, lines, 0).kind).toBe('block');
    expect(judge(noBudgets, lines, null)).toMatchObject({ kind: 'block', upperNanos: null });
    expect(judge(noBudgets, [line()], null)).toEqual({ kind: 'within' });
  });

  test('a limit of nothing lets nothing through', () => {
    expect(judge(noBudgets, [line({ limitNanos: 0 })], 0).kind).toBe('ask');
  });

  test('one limit that blocks is enough, whatever the others ask', () => {
    const ask = line({ usedNanos: dollars(6) });
    const block = line({ limit: 'daily', limitNanos: dollars(1), usedNanos: dollars(1), atLimit: 'block' });
    expect(judge(noBudgets, [ask, block], 0)).toMatchObject({ kind: 'block', lines: [ask, block] });
    expect(judge(noBudgets, [ask, { ...block, usedNanos: 0 }], 0)).toMatchObject({
      kind: 'ask',
      lines: [ask],
    });
  });

  test('a single request is asked about above its ceiling, not at it', () => {
    const budgets = { ...noBudgets, perRequestNanos: dollars(0.1) };
    expect(judge(budgets, [], dollars(0.1))).toEqual({ kind: 'within' });
    expect(judge(budgets, [], dollars(0.14))).toEqual({
      kind: 'ask',
      upperNanos: dollars(0.14),
      lines: [],
      ceilingNanos: dollars(0.1),
    });
    expect(judge(budgets, [], null)).toEqual({ kind: 'within' });
  });

  test('is never "within" where a limit would be exceeded, and always where none is', () => {
    fc.assert(
      fc.property(anyBudgets, anyLines, anyUpper, (budgets, lines, upper) => {
        const exceeds = lines.some(
          ({ usedNanos, limitNanos }) =>
            usedNanos >= limitNanos || BigInt(usedNanos) + BigInt(upper ?? 0) > BigInt(limitNanos),
        );
        const tooDear = budgets.perRequestNanos !== null && (upper ?? 0) > budgets.perRequestNanos;
        expect(judge(budgets, lines, upper).kind === 'within').toBe(!exceeds && !tooDear);
      }),
    );
  });

  test('blocks only where a limit that blocks is exceeded', () => {
    fc.assert(
      fc.property(anyBudgets, anyLines, anyUpper, (budgets, lines, upper) => {
        const verdict = judge(budgets, lines, upper);
        if (verdict.kind === 'within') return;
        expect(verdict.lines.some(({ atLimit }) => atLimit === 'block')).toBe(verdict.kind === 'block');
      }),
    );
  });

  test('a dearer request, or one after more was spent, is never judged more gently', () => {
    fc.assert(
      fc.property(
        anyBudgets,
        anyLines,
        anyUpper,
        anyNanos,
        fc.array(anyNanos),
        (budgets, lines, upper, dearer, spent) => {
          const now = severity[judge(budgets, lines, upper).kind];
          const later = lines.map((one, at) => ({ ...one, usedNanos: one.usedNanos + (spent[at] ?? 0) }));
          expect(severity[judge(budgets, lines, (upper ?? 0) + dearer).kind]).toBeGreaterThanOrEqual(now);
          expect(severity[judge(budgets, later, upper).kind]).toBeGreaterThanOrEqual(now);
        },
      ),
    );
  });

  test('ten requests at once cannot slip under together: each counts those before it', () => {
    fc.assert(
      fc.property(anyNanos, fc.array(anyNanos, { maxLength: 10 }), (limitNanos, uppers) => {
        const budgets = overall({ monthlyNanos: limitNanos, atLimit: 'block' });
        const reserved = uppers.reduce((sum, upper) => {
          const lines = budgetLines(budgets, { ...unspent, reservedNanos: sum }, null);
          return judge(budgets, lines, upper).kind === 'within' ? sum + upper : sum;
        }, 0);
        expect(reserved).toBeLessThanOrEqual(limitNanos);
      }),
    );
  });
});

describe('where a limit stands', () => {
  test.each([
    [dollars(3.99), 'fine', 79],
    [dollars(4) - 1, 'fine', 79],
    [dollars(4), 'near', 80],
    [dollars(5) - 1, 'near', 99],
    [dollars(5), 'over', 100],
    [dollars(5.1), 'over', 102],
  ] as const)('%i nano-dollars of $5 are %s, %i %%', (usedNanos, expected, percent) => {
    expect(standing(line({ usedNanos }))).toBe(expected);
    expect(usedPercent(line({ usedNanos }))).toBe(percent);
  });

  test('a limit of nothing is used up', () => {
    expect(standing(line({ limitNanos: 0 }))).toBe('over');
    expect(usedPercent(line({ limitNanos: 0 }))).toBe(100);
  });

  test('per cent are exact for every amount, and say 100 only when it is', () => {
    // From a microdollar on: the per cent of less are no safe integers themselves.
    const anyLimit = fc.integer({ min: 1000, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(anyNanos, anyLimit, (usedNanos, limitNanos) => {
        const percent = BigInt(usedPercent(line({ usedNanos, limitNanos })));
        expect(percent * BigInt(limitNanos) <= BigInt(usedNanos) * 100n).toBe(true);
        expect((percent + 1n) * BigInt(limitNanos) > BigInt(usedNanos) * 100n).toBe(true);
      }),
    );
  });

  test('the line to warn of is the one that will be felt first', () => {
    const fine = line({ usedNanos: dollars(1) });
    const near = line({ usedNanos: dollars(4.2) });
    const nearer = line({ usedNanos: dollars(4.9) });
    const over = line({ usedNanos: dollars(9) });
    const blocks = line({ usedNanos: dollars(5), atLimit: 'block' });
    expect(mostPressing([fine])).toBeNull();
    expect(mostPressing([fine, near, nearer])).toBe(nearer);
    expect(mostPressing([nearer, over, near])).toBe(over);
    expect(mostPressing([over, blocks])).toBe(blocks);
  });
});

describe('changing budgets', () => {
  const kept: Budgets = {
    overall: budget({ monthlyNanos: 1 }),
    connections: { a: budget({ dailyNanos: 2 }) },
    perRequestNanos: 3,
  };

  test('what is not named stays', () => {
    expect(changeBudgets(kept, {})).toEqual(kept);
    expect(changeBudgets(kept, { overall: { dailyNanos: 4 } })).toEqual({
      ...kept,
      overall: budget({ monthlyNanos: 1, dailyNanos: 4 }),
    });
    expect(changeBudgets(kept, { perRequestNanos: null }).perRequestNanos).toBeNull();
    expect(changeBudgets(kept, { connections: { b: { monthlyNanos: 5 } } }).connections).toEqual({
      a: budget({ dailyNanos: 2 }),
      b: budget({ monthlyNanos: 5 }),
    });
  });

  test('a connection without a limit is forgotten, unless it says what happens at one', () => {
    expect(changeBudgets(kept, { connections: { a: { dailyNanos: null } } }).connections).toEqual({});
    const blocking = changeBudgets(kept, { connections: { a: { dailyNanos: null, atLimit: 'block' } } });
    expect(blocking.connections).toEqual({ a: budget({ atLimit: 'block' }) });
    expect(hasLimit(blocking.connections['a'])).toBe(false);
  });
});

describe('a typed limit', () => {
  test.each([
    ['5', 5_000_000_000],
    ['5.', 5_000_000_000],
    ['05.00', 5_000_000_000],
    ['.25', 250_000_000],
    ['0.1', 100_000_000],
    ['0.000000001', 1],
    ['1e-9', 1],
    ['1.5E3', 1_500_000_000_000],
    ['0.0000000010', 1],
    ['123456.123456789', 123_456_123_456_789],
    ['1000000', mostLimitNanos],
    ['0', 0],
    ['-0', 0],
    [' 7 ', 7_000_000_000],
    ['', null],
    ['  ', null],
  ])('"%s" is %s nano-dollars', (text, nanos) => {
    expect(readLimit(text)).toEqual({ ok: true, nanos });
  });

  test.each([
    ['five', 'not-a-number'],
    ['.', 'not-a-number'],
    ['-', 'not-a-number'],
    ['1,000', 'not-a-number'],
    ['$5', 'not-a-number'],
    ['1e', 'not-a-number'],
    ['Infinity', 'not-a-number'],
    ['-1', 'negative'],
    ['0.0000000001', 'too-fine'],
    ['1.0000000001', 'too-fine'],
    ['1000000.000000001', 'too-much'],
    ['1e999', 'too-much'],
    ['9'.repeat(400), 'too-much'],
  ])('"%s" is %s', (text, problem) => {
    expect(readLimit(text)).toEqual({ ok: false, problem });
  });

  test('every limit is written so that it is read back to the nano', () => {
    fc.assert(
      fc.property(anyNanos, (nanos) => {
        expect(readLimit(limitText(nanos))).toEqual({ ok: true, nanos });
      }),
    );
    expect(limitText(null)).toBe('');
    expect([0, 1, 100_000_000, 5_000_000_000].map(limitText)).toEqual(['0', '0.000000001', '0.1', '5']);
  });

  test('whatever else is typed is refused, not thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (text) => {
        const limit = readLimit(text);
        if (limit.ok && limit.nanos !== null) expect(Number.isSafeInteger(limit.nanos)).toBe(true);
      }),
    );
  });
});
