import { describe, expect, test } from 'vitest';
import { corrected, deviation, type Accuracy, type AccuracySample } from '#domain/accuracy.ts';
import { capabilitiesOf, findModel } from '#catalog';

const patches = capabilitiesOf(findModel('gpt-5.4@2026-03-05')!);
const tiles = capabilitiesOf(findModel('gpt-4o@2024-11-20')!);
const noRule = { ...patches, imageTokens: null, imageTokensBy: null };

function sample(change: Partial<AccuracySample>): AccuracySample {
  return {
    at: 0,
    estimatedTextTokens: 100,
    estimatedPictureTokens: 1000,
    pictures: 1,
    billedInputTokens: 1100,
    ...change,
  };
}

function learned(...samples: Partial<AccuracySample>[]): Accuracy {
  return { samples: samples.map(sample) };
}

describe('what bills teach', () => {
  test('the largest deviation is told, as a share of the bill', () => {
    expect(deviation({ samples: [] })).toBeNull();
    expect(deviation(learned({}, { billedInputTokens: 1000 }, { billedInputTokens: 1122 }))).toBeCloseTo(0.1);
    expect(deviation(learned({ billedInputTokens: 0 }))).toBe(0);
  });
});

describe('the next estimate', () => {
  test('is corrected by the median ratio where the rule is not Azure’s own', () => {
    const billed = [1600, 1700, 9100].map((billedInputTokens) => ({ billedInputTokens }));
    const correct = corrected(patches, learned(...billed), [{}])!;
    expect(correct(1000)).toBe(1600);
    expect(correct(0)).toBe(0);
  });

  test('is left alone where Azure publishes the rule, where nothing was learned, and without pictures', () => {
    const off = learned({ billedInputTokens: 1700 });
    expect(corrected(tiles, off, [{}])).toBeNull();
    expect(corrected(patches, null, [{}])).toBeNull();
    expect(corrected(patches, learned({ pictures: 0, estimatedPictureTokens: 0 }), [{}])).toBeNull();
    expect(corrected(patches, off, [])).toBeNull();
  });

  test('says nothing where the rule holds to a rounding step', () => {
    expect(corrected(patches, learned({ billedInputTokens: 1102 }), [{}])).toBeNull();
  });

  test('counts what a picture cost where there is no rule at all', () => {
    const each = [1700, 1704].map((billedInputTokens) => ({
      billedInputTokens,
      estimatedPictureTokens: 0,
    }));
    expect(corrected(noRule, learned(...each), [{}])!(0)).toBe(1602);
  });
});
