import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findModel, priceOf, routedPrice, routerFee } from '#catalog';
import { costOf, estimateCost, type ModelPrice } from '#domain/money.ts';
import type { Usage } from '#domain/usage.ts';

const today = Date.parse('2026-11-22T12:00:00Z');

describe('published examples (models.md c and d)', () => {
  test.each<[string, string, Partial<Usage>, number]>([
    [
      'o1, Azure sample',
      'o1@2024-12-17',
      { inputTokens: 20, outputTokens: 1843, reasoningTokens: 448 },
      110_880_000,
    ],
    [
      'o1 with cached input, Azure sample: $0.10401',
      'o1@2024-12-17',
      { inputTokens: 1566, cachedTokens: 1408, outputTokens: 1518, reasoningTokens: 576 },
      104_010_000,
    ],
    ['vision-preview, seed', 'gpt-4@vision-preview', { inputTokens: 1156, outputTokens: 80 }, 13_960_000],
    [
      'vision-preview with enhancements, tokens',
      'gpt-4@vision-preview',
      { inputTokens: 816, outputTokens: 49 },
      9_630_000,
    ],
    [
      'vision-preview with video, tokens',
      'gpt-4@vision-preview',
      { inputTokens: 2068, outputTokens: 341 },
      30_910_000,
    ],
    ['gpt-6-astra, measured header', 'gpt-6-astra@2026-09-03', { inputTokens: 12, outputTokens: 5 }, 370_000],
    ['gpt-4o-mini, one picture', 'gpt-4o-mini@2024-07-18', { inputTokens: 25501 }, 3_825_150],
    ['gpt-4o, the same picture', 'gpt-4o@2024-08-06', { inputTokens: 765 }, 1_912_500],
  ])('%s', (_, id, tokens, nanos) => {
    expect(costOf(usage(tokens), priced(id))).toBe(nanos);
  });
});

describe('rules', () => {
  const sol = priced('gpt-5.6-sol@2026-07-09');

  test('exactly 272,000 tokens are short, one more makes the whole request long', () => {
    expect(costOf(usage({ inputTokens: 272_000, outputTokens: 1000 }), sol)).toBe(
      272_000 * 4000 + 1000 * 20_000,
    );
    expect(costOf(usage({ inputTokens: 272_001, outputTokens: 1000 }), sol)).toBe(
      272_001 * 8000 + 1000 * 30_000,
    );
  });

  test('long requests have rates of their own for the cache', () => {
    const tokens = usage({ inputTokens: 300_000, cachedTokens: 100_000, cacheWriteTokens: 50_000 });
    expect(costOf(tokens, sol)).toBe(150_000 * 8000 + 100_000 * 800 + 50_000 * 10_000);
  });

  test('cache writes are inside the input and billed apart where a price is known', () => {
    const tokens = usage({ inputTokens: 1000, cachedTokens: 300, cacheWriteTokens: 200 });
    expect(costOf(tokens, sol)).toBe(500 * 4000 + 300 * 400 + 200 * 5000);
    expect(costOf(tokens, own({ inputPerMillion: 4, outputPerMillion: 20 }))).toBe(1000 * 4000);
  });

  test('without a cached price, cached input costs what input costs', () => {
    const tokens = usage({ inputTokens: 1000, cachedTokens: 900 });
    expect(costOf(tokens, priced('gpt-4o@2024-05-13'))).toBe(1000 * 5000);
  });

  test('a cached price of nothing is nothing, not the input price', () => {
    const free = own({ inputPerMillion: 5, cachedInputPerMillion: 0, outputPerMillion: 15 });
    expect(costOf(usage({ inputTokens: 1000, cachedTokens: 1000 }), free)).toBe(0);
  });

  test('reasoning tokens are already in the output', () => {
    const price = priced('gpt-5@2025-08-07');
    expect(costOf(usage({ outputTokens: 500, reasoningTokens: 500 }), price)).toBe(
      costOf(usage({ outputTokens: 500 }), price),
    );
  });

  test('counts that cannot be meant do not turn into a refund', () => {
    const price = priced('gpt-4o@2024-08-06');
    expect(costOf(usage({ inputTokens: 100, cachedTokens: 500, cacheWriteTokens: 500 }), price)).toBe(
      100 * 1250,
    );
    expect(costOf(usage({ inputTokens: -5, outputTokens: Number.NaN }), price)).toBe(0);
  });

  test('a price that is not a number is refused rather than billed', () => {
    expect(() => costOf(usage({}), own({ inputPerMillion: Number.NaN, outputPerMillion: 1 }))).toThrow(
      RangeError,
    );
  });

  test('half a nano-dollar is rounded once, at the end', () => {
    const tiny = own({ inputPerMillion: 0.0005, outputPerMillion: 0.0005 });
    expect(costOf(usage({ inputTokens: 1 }), tiny)).toBe(1);
    expect(costOf(usage({ inputTokens: 1, outputTokens: 1 }), tiny)).toBe(1);
  });

  test('agrees with integer arithmetic for any price of four decimals', () => {
    const tokens = fc.integer({ min: 0, max: 1_000_000 });
    const tenThousandths = fc.integer({ min: 0, max: 6_000_000 });
    fc.assert(
      fc.property(tokens, tokens, tenThousandths, tenThousandths, (input, output, inPrice, outPrice) => {
        const price = own({ inputPerMillion: inPrice / 10_000, outputPerMillion: outPrice / 10_000 });
        const tenthNanos = BigInt(input) * BigInt(inPrice) + BigInt(output) * BigInt(outPrice);
        expect(costOf(usage({ inputTokens: input, outputTokens: output }), price)).toBe(
          Number((tenthNanos + 5n) / 10n),
        );
      }),
    );
  });
});

describe('before sending', () => {
  test('input as it is, output up to the limit', () => {
    expect(
      estimateCost({ inputTokens: 1156, maxOutputTokens: 4096 }, priced('gpt-4@vision-preview')),
    ).toEqual({ inputNanos: 11_560_000, outputNanosUpTo: 122_880_000 });
  });

  test('a long prompt makes the output dearer as well', () => {
    expect(estimateCost({ inputTokens: 272_001, maxOutputTokens: 10 }, priced('gpt-5.5@2026-04-24'))).toEqual(
      { inputNanos: 272_001 * 10_000, outputNanosUpTo: 450_000 },
    );
  });
});

test('model-router: the answering model, and the router’s fee on the whole prompt', () => {
  const price = routedPrice(priced('gpt-5-mini@2025-08-07'));
  const fee = routerFee.inputPerMillion * 1000;
  expect(costOf(usage({ inputTokens: 1000, cachedTokens: 400, outputTokens: 100 }), price)).toBe(
    600 * 250 + 400 * 25 + 1000 * fee + 100 * 2000,
  );
  const long = routedPrice(priced('gpt-5.5@2026-04-24'));
  expect(costOf(usage({ inputTokens: 300_000 }), long)).toBe(300_000 * (10_000 + fee));
});

function usage(some: Partial<Usage>): Usage {
  return {
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    imageTokens: null,
    ...some,
  };
}

function own(rates: Omit<ModelPrice, 'source' | 'asOf'>): ModelPrice {
  return { ...rates, source: 'own', asOf: '2026-11-22' };
}

function priced(id: string): ModelPrice {
  const model = findModel(id);
  const price = model && priceOf(model, today);
  if (!price) throw new Error(`No price for ${id}`);
  return price;
}
