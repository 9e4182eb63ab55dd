import { describe, expect, test } from 'vitest';
import { findModel, meterPrice, priceOf, type MeterId } from '#catalog';
import { schemes } from '#catalog';
import { imageTokens } from '#domain/image-tokens.ts';
import { costOf, costOfUnits } from '#domain/money.ts';
import type { Usage } from '#domain/usage.ts';

/**
 * The Learn page "Use GPT-4 Turbo with Vision", special pricing information (azure-docs@0af0f2ef, 2024-01-02), to the
 * last digit, from the catalogue's own rows.
 */
const price = priceOf(findModel('gpt-4@vision-preview')!, Date.UTC(2024, 0, 2))!;
const scheme = schemes['tile-85-170'].scheme;

function tokens(inputTokens: number, outputTokens: number): number {
  const usage: Usage = {
    inputTokens,
    outputTokens,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    imageTokens: null,
  };
  return costOf(usage, price);
}

function units(meter: MeterId, quantity: number): number {
  return costOfUnits(quantity, meterPrice(meter)!);
}

const enhancements = units('ocr-enhancement', 1) + units('grounding-enhancement', 1);

describe('the page’s price examples', () => {
  test('the example picture with both enhancements costs $0.00955', () => {
    const picture = imageTokens(scheme, 512, 512, 'high');
    expect(picture).toBe(170 + 85);
    expect(tokens(100 + picture, 100) + enhancements).toBe(9_550_000);
  });

  test('the example video costs $0.03025, and $0.15 once for its index', () => {
    const findFrames = tokens(100 + 700, 0) + units('video-query', 1);
    expect(findFrames).toBe(8_250_000);
    const frames = 20 * imageTokens(scheme, 512, 512, 'low');
    expect(tokens(frames + 100, 0)).toBe(18_000_000);
    expect(tokens(100, 0) + findFrames + tokens(frames + 100, 0) + tokens(0, 100)).toBe(30_250_000);
    expect(units('video-ingestion', 3)).toBe(150_000_000);
  });
});

describe('the page’s three usages', () => {
  test.each([
    ['a picture', tokens(1156, 80), 13_960_000],
    ['a picture with OCR and grounding', tokens(816, 49) + enhancements, 12_630_000],
    ['a video with its query', tokens(2068, 341) + units('video-query', 1), 31_160_000],
  ])('%s', (_what, nanos, expected) => expect(nanos).toBe(expected));
});

describe('units', () => {
  test('broken minutes are counted to the millisecond, and rounded once', () => {
    const perMinute = meterPrice('video-ingestion')!;
    expect(costOfUnits(0.5, perMinute)).toBe(25_000_000);
    expect(costOfUnits(1 / 3, perMinute)).toBe(16_650_000);
    expect(costOfUnits(0, perMinute)).toBe(0);
    expect(costOfUnits(-3, perMinute)).toBe(0);
  });

  test('Image Analysis becomes cheaper by the month’s quantity', () => {
    expect(meterPrice('image-analysis-group-1')!.dollars).toBe(1);
    expect(meterPrice('image-analysis-group-1', 999_999)!.dollars).toBe(1);
    expect(meterPrice('image-analysis-group-1', 1_000_000)!.dollars).toBe(0.65);
    expect(meterPrice('image-analysis-group-1', 2e9)!.dollars).toBe(0.4);
    expect(meterPrice('image-analysis-group-2', 5_000_000)!.dollars).toBe(0.6);
  });

  test('what has no published price has none', () => expect(meterPrice('transcription')).toBeNull());
});
