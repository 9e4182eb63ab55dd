import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemes } from '#catalog';
import {
  imageTokenRange,
  imageTokens,
  isTooManyPatches,
  modelSize,
  type Detail,
  type ImageTokenScheme,
  type PatchScheme,
} from '#domain/image-tokens.ts';
import { vectors } from './image-token-vectors.ts';

const all = Object.values(schemes).map((row) => row.scheme);
const details: readonly Detail[] = ['auto', 'low', 'high'];

describe('tokens by the published rules', () => {
  test.each(vectors)('%s %i×%i %s → %i (%s)', (id, widthPx, heightPx, detail, tokens) => {
    // Chat Completions has no detail "original"; a model whose auto means it shows the same sizing.
    const used = detail === 'original' ? { ...patchScheme(id), autoAs: detail } : scheme(id);
    expect(imageTokens(used, widthPx, heightPx, detail === 'original' ? 'auto' : detail)).toBe(tokens);
  });

  // models.md a.1, all four tile models.
  test.each<[number, number, Detail, number, number, number, number]>([
    [4096, 8192, 'low', 85, 2833, 70, 75],
    [2048, 4096, 'high', 1105, 36835, 910, 975],
    [1024, 1024, 'high', 765, 25501, 630, 675],
    [512, 512, 'high', 255, 8500, 210, 225],
    [513, 513, 'high', 765, 25501, 630, 675],
    [1, 1, 'high', 255, 8500, 210, 225],
    [640, 480, 'high', 425, 14167, 350, 375],
    [1000, 1334, 'high', 765, 25501, 630, 675],
    [1920, 1080, 'high', 1105, 36835, 910, 975],
    [3000, 1000, 'high', 1445, 48169, 1190, 1275],
    [8000, 500, 'high', 765, 25501, 630, 675],
    [8000, 500, 'auto', 765, 25501, 630, 675],
  ])('tiles of %i×%i %s', (widthPx, heightPx, detail, ...tokens) => {
    const ids = ['tile-85-170', 'tile-2833-5667', 'tile-70-140', 'tile-75-150'];
    expect(ids.map((id) => imageTokens(scheme(id), widthPx, heightPx, detail))).toEqual(tokens);
  });

  // models.md a.2.
  test.each<[string, number, number, Detail, number]>([
    ['patch-5.4', 1024, 1024, 'high', 1229],
    ['patch-5.6', 1024, 1024, 'high', 1229],
    ['patch-5.4', 2048, 2048, 'high', 3000],
    ['patch-6', 4096, 512, 'high', 2458],
    ['patch-5.6', 4096, 512, 'high', 615],
    ['patch-5.5', 256, 256, 'auto', 77],
    ['patch-5.6', 512, 512, 'auto', 308],
    ['patch-5.5', 768, 768, 'auto', 692],
    ['patch-5.6', 1280, 720, 'auto', 1104],
    ['patch-5.5', 1920, 1080, 'auto', 2448],
    ['patch-6', 2560, 1440, 'high', 2931],
    ['patch-5.6', 2560, 1440, 'high', 2765],
    ['patch-5.6', 3840, 2160, 'high', 2765],
    ['patch-5.6', 4032, 3024, 'auto', 14364],
    ['patch-5.5', 4032, 3024, 'auto', 11868],
    ['patch-5.6', 4032, 3024, 'high', 2942],
    ['patch-5.5', 1920, 1080, 'low', 173],
    ['patch-4.1-mini', 1800, 2400, 'low', 4977],
  ])('patches of %s %i×%i %s → %i', (id, widthPx, heightPx, detail, tokens) => {
    expect(imageTokens(scheme(id), widthPx, heightPx, detail)).toBe(tokens);
  });

  test('the older text: 1800×2400 in 1,536 patches becomes 1056×1408, 1,452 patches', () => {
    const older: PatchScheme = { ...patchScheme('patch-5-mini'), multiplier: 1.62 };
    expect(modelSize(older, 1800, 2400, 'high')).toEqual({ widthPx: 1056, heightPx: 1408 });
    expect(imageTokens(older, 1800, 2400, 'high')).toBe(2353);
  });

  test('a multiplier is decimal: 100 patches × 1.62 are 162 tokens, not 163', () => {
    expect(imageTokens(scheme('patch-4.1-mini'), 320, 320, 'high')).toBe(162);
  });

  test('low is sized as high where a model has no low level', () => {
    const size = [4032, 3024] as const;
    expect(imageTokens(scheme('patch-o4-mini'), ...size, 'low')).toBe(
      imageTokens(scheme('patch-o4-mini'), ...size, 'high'),
    );
  });

  test('a grid pays one token more for each row', () => {
    expect(imageTokens(scheme('mistral-28px'), 280, 56, 'auto')).toBe(10 * 2 + 2);
  });
});

describe('the size the model sees', () => {
  test.each<[string, number, number, Detail, number, number]>([
    ['tile-85-170', 2048, 4096, 'high', 768, 1536],
    ['tile-85-170', 1000, 1334, 'high', 768, 1024],
    ['tile-85-170', 1920, 1080, 'auto', 1365, 768],
    ['tile-85-170', 3000, 1000, 'high', 2048, 682],
    ['tile-85-170', 8000, 500, 'high', 2048, 128],
    ['tile-85-170', 4096, 8192, 'low', 256, 512],
    ['tile-85-170', 640, 480, 'high', 640, 480],
    ['patch-5.4', 2048, 2048, 'high', 1600, 1600],
    ['patch-5.5', 1920, 1080, 'low', 512, 288],
    ['patch-6', 4032, 3024, 'auto', 4032, 3024],
    ['patch-5.5', 8000, 10, 'auto', 6000, 8],
  ])('%s %i×%i %s → %i×%i', (id, widthPx, heightPx, detail, seenWidthPx, seenHeightPx) => {
    expect(modelSize(scheme(id), widthPx, heightPx, detail)).toEqual({
      widthPx: seenWidthPx,
      heightPx: seenHeightPx,
    });
  });

  test('costs the tokens of the original, is never larger, keeps the shape', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.constantFrom(...details),
        sideOfPicture(),
        sideOfPicture(),
        (anyScheme, detail, widthPx, heightPx) => {
          const seen = modelSize(anyScheme, widthPx, heightPx, detail);
          expect(Number.isInteger(seen.widthPx) && Number.isInteger(seen.heightPx)).toBe(true);
          expect(seen.widthPx).toBeGreaterThanOrEqual(1);
          expect(seen.heightPx).toBeGreaterThanOrEqual(1);
          expect(seen.widthPx).toBeLessThanOrEqual(widthPx);
          expect(seen.heightPx).toBeLessThanOrEqual(heightPx);
          expect(imageTokens(anyScheme, seen.widthPx, seen.heightPx, detail)).toBe(
            imageTokens(anyScheme, widthPx, heightPx, detail),
          );
          expect(modelSize(anyScheme, seen.widthPx, seen.heightPx, detail)).toEqual(seen);
          // At most two roundings, each of less than a pixel of either side: |w'·h − h'·w| stays below both.
          const skew = Math.abs(seen.widthPx * heightPx - seen.heightPx * widthPx);
          expect(skew).toBeLessThanOrEqual(2 * Math.max(widthPx, heightPx));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test('a picture on its side costs the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all.filter((one) => one.kind !== 'grid')),
        fc.constantFrom(...details),
        sideOfPicture(),
        sideOfPicture(),
        (anyScheme, detail, widthPx, heightPx) => {
          expect(imageTokens(anyScheme, widthPx, heightPx, detail)).toBe(
            imageTokens(anyScheme, heightPx, widthPx, detail),
          );
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('agrees with the guide as it is written, in floating point', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all.filter((one) => one.kind === 'patch')),
        sideOfPicture(),
        sideOfPicture(),
        (patches, widthPx, heightPx) => {
          const { maxSidePx, budget } = patches.levels.high ?? { maxSidePx: 0, budget: 0 };
          expect(imageTokens(patches, widthPx, heightPx, 'high')).toBe(
            Math.ceil(asWritten(widthPx, heightPx, maxSidePx, budget) * patches.multiplier - 1e-6),
          );
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('limits and ranges', () => {
  test('rejects more than 30,000 patches, and only where nothing reduces the picture', () => {
    expect(isTooManyPatches(scheme('patch-6'), 32 * 200, 32 * 150, 'auto')).toBe(false);
    expect(isTooManyPatches(scheme('patch-6'), 32 * 200 + 1, 32 * 150, 'auto')).toBe(true);
    expect(isTooManyPatches(scheme('patch-6'), 32 * 200 + 1, 32 * 150, 'high')).toBe(false);
    expect(isTooManyPatches(scheme('tile-85-170'), 60_000, 60_000, 'auto')).toBe(false);
  });

  test('every picture is within the range of its scheme', () => {
    expect(imageTokenRange(scheme('tile-85-170'), 'high')).toEqual({ min: 255, max: 1445 });
    expect(imageTokenRange(scheme('tile-85-170'), 'low')).toEqual({ min: 85, max: 85 });
    expect(imageTokenRange(scheme('patch-5.4'), 'high')).toEqual({ min: 2, max: 3000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.constantFrom(...details),
        sideOfPicture(),
        sideOfPicture(),
        (anyScheme, detail, widthPx, heightPx) => {
          fc.pre(!isTooManyPatches(anyScheme, widthPx, heightPx, detail));
          const tokens = imageTokens(anyScheme, widthPx, heightPx, detail);
          const { min, max } = imageTokenRange(anyScheme, detail);
          expect(tokens).toBeGreaterThanOrEqual(min);
          expect(tokens).toBeLessThanOrEqual(max);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

/** Everyday sizes, extremes, and the neighbourhood of every number in the rules. */
function sideOfPicture(): fc.Arbitrary<number> {
  const edges = [1, 28, 32, 512, 768, 1024, 1536, 1540, 2048, 6000, 65_535];
  return fc.oneof(
    fc.integer({ min: 1, max: 12_000 }),
    fc.integer({ min: 1, max: 100_000 }),
    fc
      .tuple(fc.constantFrom(...edges), fc.integer({ min: -2, max: 2 }))
      .map(([edge, by]) => Math.max(1, edge + by)),
  );
}

/** models.md a.2, steps 1 to 3, as they stand. */
function asWritten(widthPx: number, heightPx: number, maxSidePx: number, budget: number | null): number {
  let [w, h] = [widthPx, heightPx];
  const longest = Math.max(w, h);
  if (longest > maxSidePx) {
    const scale = maxSidePx / longest;
    [w, h] = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  }
  const patches = Math.ceil(w / 32) * Math.ceil(h / 32);
  if (budget === null || patches <= budget) return patches;
  const s = Math.sqrt((1024 * budget) / (w * h));
  const a = s * Math.min(wholeShare((w * s) / 32), wholeShare((h * s) / 32));
  return Math.ceil(Math.floor(w * a) / 32) * Math.ceil(Math.floor(h * a) / 32);
}

function wholeShare(cells: number): number {
  return Math.floor(cells) / cells;
}

function scheme(id: string): ImageTokenScheme {
  const found = all.find((one) => one.id === id);
  if (!found) throw new Error(`No scheme ${id}`);
  return found;
}

function patchScheme(id: string): PatchScheme {
  const found = scheme(id);
  if (found.kind !== 'patch') throw new Error(`${id} is not a patch scheme`);
  return found;
}
