import { describe, expect, test } from 'vitest';
import { schemes } from '#catalog';
import { unknownModel, type ModelCapabilities } from '#domain/connection.ts';
import type { PicturePart } from '#domain/conversation.ts';
import type { ModelPrice } from '#domain/money.ts';
import type { PictureCost } from '#domain/picture-view.ts';
import { regionCosts, type RegionCosts } from '#domain/region-costs.ts';
import { wholeOf } from '#domain/conversation.ts';

const price: ModelPrice = { inputPerMillion: 2, outputPerMillion: 8, source: 'own', asOf: '2026-11-22' };
const at = (id: string): ModelCapabilities => ({
  ...unknownModel,
  imageTokens: schemes[id as keyof typeof schemes].scheme,
});
const known = (tokens: number, nanos: number | null): PictureCost => ({
  kind: 'known',
  tokens: { min: tokens, max: tokens },
  nanos: nanos === null ? null : { min: nanos, max: nanos },
});
const scan = { widthPx: 2048, heightPx: 4096 };
const column = { left: 0.25, top: 0.5, width: 0.5, height: 0.25 };

describe('a part with the whole at low, against the whole at high', () => {
  test('in tiles: 1024 × 1024 of 2048 × 4096', () => {
    // Part: 768 × 768, 4 tiles, 85 + 4 × 170 = 765; whole at low 85. Whole at high: 768 × 1536, 6 tiles, 1105.
    expect(regionCosts(at('tile-85-170'), price, scan, column)).toEqual({
      part: { cost: known(850, 1_700_000), seen: { widthPx: 768, heightPx: 768 } },
      whole: { cost: known(1105, 2_210_000), seen: { widthPx: 384, heightPx: 384 } },
      gain: 4,
    } satisfies RegionCosts);
  });

  test('in tiles of another price: the flat price of the whole at low is paid beside the part', () => {
    // 2833 + 4 × 5667 = 25501, and 2833; the whole is 2833 + 6 × 5667 = 36835.
    const { part, whole } = regionCosts(at('tile-2833-5667'), price, scan, column);
    expect([part.cost, whole.cost]).toEqual([known(28_334, 56_668_000), known(36_835, 73_670_000)]);
  });

  test('in patches with a budget: the part is seen in its own size, the whole is not', () => {
    // Part: 32 × 32 patches × 1.2, rounded up 1229. Whole at high: 2500 patches at most, 35 × 70 = 2450 × 1.2 = 2940.
    const { part, whole, gain } = regionCosts(at('patch-6'), price, scan, column);
    // Whole at low: 256 × 512, 8 × 16 patches × 1.2 = 153.6, rounded up 154.
    expect(part).toEqual({ cost: known(1229 + 154, 2_766_000), seen: { widthPx: 1024, heightPx: 1024 } });
    expect(whole).toEqual({ cost: known(2940, 5_880_000), seen: { widthPx: 560, heightPx: 560 } });
    expect(gain).toBeCloseTo((1024 / 560) ** 2);
  });

  test('in cells of a grid there is no low: the whole is paid in full beside the part', () => {
    // Whole: 770 × 1540 of 28: 28 columns (27.5), 55 rows, 1540 + 55 = 1595. Part: 1024: 37 × 37 + 37 = 1406.
    const { part, whole } = regionCosts(at('mistral-28px'), price, scan, column);
    expect([part.cost, whole.cost]).toEqual([known(1406 + 1595, 6_002_000), known(1595, 3_190_000)]);
  });

  test('of a small picture, a part shows no more', () => {
    const { gain } = regionCosts(at('tile-85-170'), price, { widthPx: 600, heightPx: 400 }, column);
    expect(gain).toBe(1);
  });
});

describe('what is not known stays unknown', () => {
  test('the price', () => {
    const { part, whole } = regionCosts(at('tile-85-170'), null, scan, column);
    expect([part.cost, whole.cost]).toEqual([known(850, null), known(1105, null)]);
  });

  test('the rule', () => {
    const unknown = { cost: { kind: 'unknown-rule' }, seen: null };
    expect(regionCosts(unknownModel, price, scan, column)).toEqual({
      part: unknown,
      whole: unknown,
      gain: null,
    });
  });

  test('a picture that the service refuses whole can still be asked about in part', () => {
    const narrow = {
      ...unknownModel,
      imageTokens: {
        kind: 'patch',
        id: 'own',
        multiplier: 1,
        autoAs: 'high',
        maxPatches: 100,
        levels: {
          low: { maxSidePx: 256, budget: null },
          high: { maxSidePx: 2048, budget: null },
          original: null,
        },
      },
    } as const satisfies ModelCapabilities;
    const { part, whole, gain } = regionCosts(
      narrow,
      price,
      { widthPx: 1024, heightPx: 1024 },
      { ...column, height: 0.25, width: 0.25 },
    );
    expect(whole).toEqual({ cost: { kind: 'rejected', mostPatches: 100 }, seen: null });
    expect(part.cost).toEqual(known(64 + 64, 256_000));
    expect(gain).toBeNull();
  });
});

test('the whole that a part was cut out of', () => {
  const whole = { kind: 'picture', name: 'scan.png' } as PicturePart;
  expect(wholeOf({ ...whole, crop: column })).toEqual(whole);
  expect(wholeOf(whole)).toBe(whole);
});
