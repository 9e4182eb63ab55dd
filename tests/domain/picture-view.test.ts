import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capabilitiesOf, findModel, schemes } from '#catalog';
import type { ModelCapabilities } from '#domain/connection.ts';
import { imageTokens, modelSize, type Detail, type ImageTokenScheme } from '#domain/image-tokens.ts';
import { estimateCost, type ModelPrice } from '#domain/money.ts';
import {
  autoMeaning,
  cellCount,
  detailCosts,
  details,
  pictureCost,
  pictureView,
  savingAt,
  type PictureView,
} from '#domain/picture-view.ts';

const all: readonly ImageTokenScheme[] = Object.values(schemes).map((row) => row.scheme);
const capabilities = capabilitiesOf(findModel('gpt-4.1@2025-04-14')!);
const price: ModelPrice = { inputPerMillion: 2.5, outputPerMillion: 10, source: 'own', asOf: '2026-11-22' };

describe('what the model sees', () => {
  test('2048 × 4096 in tiles: 768 × 1536, 2 × 3, the last column half a tile wide', () => {
    expect(view('tile-85-170', 2048, 4096, 'high')).toEqual({
      seen: { widthPx: 768, heightPx: 1536 },
      grid: { kind: 'tile', sidePx: 512, columns: 2, rows: 3, lastColumnPx: 256, lastRowPx: 512 },
      tokens: 1105,
      sum: { kind: 'tiles', base: 85, tiles: 6, perTile: 170 },
      autoAs: 'high',
      mostPatches: null,
    } satisfies PictureView);
  });

  test('1024 × 1024 in tiles: 4 of them, 85 + 4 × 170 = 765', () => {
    const { seen, grid, sum, tokens } = view('tile-85-170', 1024, 1024, 'auto');
    expect(seen).toEqual({ widthPx: 768, heightPx: 768 });
    expect(cellCount(grid!)).toBe(4);
    expect(sum).toEqual({ kind: 'tiles', base: 85, tiles: 4, perTile: 170 });
    expect(tokens).toBe(765);
  });

  test('low on a tile model: one small picture at a flat price, in no tiles', () => {
    const { seen, grid, sum, tokens } = view('tile-2833-5667', 4096, 8192, 'low');
    expect(seen).toEqual({ widthPx: 256, heightPx: 512 });
    expect(grid).toBeNull();
    expect(sum).toEqual({ kind: 'flat', base: 2833 });
    expect(tokens).toBe(2833);
  });

  test('2048 × 2048 in patches: 1600 × 1600, 2,500 of them × 1.2 = 3,000', () => {
    const { seen, grid, sum, tokens, autoAs } = view('patch-5.4', 2048, 2048, 'high');
    expect(seen).toEqual({ widthPx: 1600, heightPx: 1600 });
    expect(grid).toMatchObject({ kind: 'patch', sidePx: 32, columns: 50, rows: 50 });
    expect(sum).toEqual({ kind: 'patches', patches: 2500, multiplier: 1.2 });
    expect(tokens).toBe(3000);
    expect(autoAs).toBe('high');
  });

  test('1,024 patches × 1.2 = 1,229, and a photo in its original size has 11,970', () => {
    expect(view('patch-5.4', 1024, 1024, 'high')).toMatchObject({
      sum: { kind: 'patches', patches: 1024, multiplier: 1.2 },
      tokens: 1229,
    });
    const photo = view('patch-6', 4032, 3024, 'auto');
    expect(photo.grid).toMatchObject({ columns: 126, rows: 95, lastColumnPx: 32, lastRowPx: 16 });
    expect(photo.sum).toMatchObject({ patches: 11_970 });
    expect(photo).toMatchObject({ tokens: 14_364, autoAs: 'original' });
  });

  test('a single pixel is one narrow cell', () => {
    const one = { columns: 1, rows: 1, lastColumnPx: 1, lastRowPx: 1 };
    expect(view('tile-85-170', 1, 1, 'high')).toMatchObject({ grid: { ...one, sidePx: 512 }, tokens: 255 });
    expect(view('patch-5.5', 1, 1, 'high')).toMatchObject({ grid: { ...one, sidePx: 32 }, tokens: 2 });
  });

  test('a grid pays one token more for each row', () => {
    expect(view('mistral-28px', 280, 56, 'auto')).toMatchObject({
      grid: { kind: 'cell', sidePx: 28, columns: 10, rows: 2 },
      sum: { kind: 'rows', cells: 20, rows: 2 },
      tokens: 22,
      autoAs: 'any',
    });
  });

  test('auto is what the rule counts it as; a level that is not there is high', () => {
    expect(autoMeaning(scheme('patch-5.5'))).toBe('original');
    expect(autoMeaning(scheme('patch-5.2'))).toBe('high');
    const patch = scheme('patch-5.2');
    if (patch.kind === 'patch') expect(autoMeaning({ ...patch, autoAs: 'original' })).toBe('high');
  });

  test('the cells cover the picture exactly, and their sum is what imageTokens says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.constantFrom(...details),
        side(),
        side(),
        (anyScheme, detail, widthPx, heightPx) => {
          const { seen, grid, sum, tokens } = pictureView(anyScheme, widthPx, heightPx, detail);
          expect(tokens).toBe(imageTokens(anyScheme, widthPx, heightPx, detail));
          expect(seen).toEqual(modelSize(anyScheme, widthPx, heightPx, detail));
          expect(total(sum)).toBe(tokens);
          if (!grid) {
            expect([anyScheme.kind, detail]).toEqual(['tile', 'low']);
            return;
          }
          const { sidePx, columns, rows, lastColumnPx, lastRowPx } = grid;
          expect((columns - 1) * sidePx + lastColumnPx).toBe(seen.widthPx);
          expect((rows - 1) * sidePx + lastRowPx).toBe(seen.heightPx);
          for (const last of [lastColumnPx, lastRowPx]) {
            expect(last).toBeGreaterThan(0);
            expect(last).toBeLessThanOrEqual(sidePx);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('what it costs', () => {
  const photo = { widthPx: 4032, heightPx: 3024 };

  test('tokens and dollars at low, high and auto; auto is the same as high on tiles', () => {
    const costs = detailCosts(model('tile-85-170'), price, photo);
    expect(costs).toEqual([
      { detail: 'low', cost: known(85, 212_500), sameAs: null },
      { detail: 'high', cost: known(765, 1_912_500), sameAs: null },
      { detail: 'auto', cost: known(765, 1_912_500), sameAs: 'high' },
    ]);
  });

  test('low is not always cheaper: dearer on patch-5.4, the same on patch-5.2', () => {
    const tokensOf = (id: string) =>
      detailCosts(model(id), null, photo).map(({ cost }) => cost.kind === 'known' && cost.tokens.max);
    expect(tokensOf('patch-5.4')).toEqual([3687, 2942, 2942]);
    expect(tokensOf('patch-5.2')).toEqual([3687, 3687, 3687]);
    expect(detailCosts(model('patch-5.2'), null, photo).map(({ sameAs }) => sameAs)).toEqual([
      null,
      'low',
      'low',
    ]);
  });

  test('an unknown price leaves the tokens known', () => {
    expect(pictureCost(model('tile-85-170'), null, photo, 'low')).toEqual({
      kind: 'known',
      tokens: { min: 85, max: 85 },
      nanos: null,
    });
  });

  test('an unknown size costs a range, and none where it makes no difference', () => {
    expect(pictureCost(model('tile-85-170'), price, null, 'high')).toEqual({
      kind: 'known',
      tokens: { min: 255, max: 1445 },
      nanos: { min: 637_500, max: 3_612_500 },
    });
    expect(pictureCost(model('tile-85-170'), price, null, 'low')).toEqual(known(85, 212_500));
    expect(detailCosts(model('tile-85-170'), price, null).map(({ sameAs }) => sameAs)).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('what cannot be counted says why', () => {
    expect(pictureCost({ ...model('patch-6'), imageTokens: null }, price, photo, 'low')).toEqual({
      kind: 'unknown-rule',
    });
    expect(pictureCost({ ...model('patch-6'), takesPictures: false }, price, photo, 'low')).toEqual({
      kind: 'no-pictures',
    });
    const huge = { widthPx: 8000, heightPx: 8000 };
    expect(pictureCost(model('patch-6'), price, huge, 'auto')).toEqual({
      kind: 'rejected',
      mostPatches: 30_000,
    });
    expect(pictureCost(model('patch-6'), price, huge, 'high').kind).toBe('known');
    expect(view('patch-6', 8000, 8000, 'auto').mostPatches).toBe(30_000);
    expect(detailCosts(model('patch-6'), price, huge)[2]!.sameAs).toBeNull();
  });

  test('dollars are those of the request estimate, to the nano', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.constantFrom(...details),
        side(),
        side(),
        (rule, detail, w, h) => {
          const cost = pictureCost(
            { ...capabilities, imageTokens: rule },
            price,
            { widthPx: w, heightPx: h },
            detail,
          );
          if (cost.kind !== 'known') return;
          const inputTokens = imageTokens(rule, w, h, detail);
          expect(cost.tokens).toEqual({ min: inputTokens, max: inputTokens });
          expect(cost.nanos?.max).toBe(estimateCost({ inputTokens, maxOutputTokens: 0 }, price).inputNanos);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a saving worth a word', () => {
  const photo = { widthPx: 4032, heightPx: 3024 };

  test('high costs 13 times low, and auto the same', () => {
    const tall = { widthPx: 2048, heightPx: 4096 };
    const low = [{ detail: 'low', times: 13, savedTokens: 1020 }];
    expect(savingAt(model('tile-85-170'), tall, 'high')).toEqual(low);
    expect(savingAt(model('tile-85-170'), tall, 'auto')).toEqual(low);
    expect(savingAt(model('tile-85-170'), tall, 'low')).toBeNull();
  });

  test('auto in its original size: high comes before low, being nearer', () => {
    expect(savingAt(model('patch-5.6'), photo, 'auto')).toEqual([
      { detail: 'high', times: 14_364 / 2942, savedTokens: 14_364 - 2942 },
      { detail: 'low', times: 14_364 / 231, savedTokens: 14_364 - 231 },
    ]);
  });

  test('nothing where low is dearer or the same, nor where it is a matter of a few tokens', () => {
    for (const detail of details) {
      expect(savingAt(model('patch-5.4'), photo, detail)).toBeNull();
      expect(savingAt(model('patch-5.2'), photo, detail)).toBeNull();
      // 255 against 85: three times, and 170 tokens.
      expect(savingAt(model('tile-85-170'), { widthPx: 512, heightPx: 512 }, detail)).toBeNull();
    }
    expect(savingAt(model('tile-85-170'), null, 'high')).toBeNull();
    expect(savingAt({ ...model('tile-85-170'), imageTokens: null }, photo, 'high')).toBeNull();
    expect(savingAt(model('patch-6'), { widthPx: 8000, heightPx: 8000 }, 'auto')).toBeNull();
  });

  test('is always real', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.constantFrom(...details),
        side(),
        side(),
        (rule, chosen, w, h) => {
          const saving = savingAt(
            { ...capabilities, imageTokens: rule },
            { widthPx: w, heightPx: h },
            chosen,
          );
          const now = imageTokens(rule, w, h, chosen);
          for (const { detail, times, savedTokens } of saving ?? []) {
            const then = imageTokens(rule, w, h, detail);
            expect(now - then).toBe(savedTokens);
            expect(savedTokens).toBeGreaterThanOrEqual(200);
            expect(now / then).toBe(times);
            expect(times).toBeGreaterThanOrEqual(2);
          }
          expect(new Set(saving?.map((one) => one.savedTokens)).size).toBe(saving?.length ?? 0);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

function total(sum: PictureView['sum']): number {
  switch (sum.kind) {
    case 'flat':
      return sum.base;
    case 'tiles':
      return sum.base + sum.tiles * sum.perTile;
    case 'patches':
      return Math.ceil((sum.patches * Math.round(sum.multiplier * 100)) / 100);
    case 'rows':
      return sum.cells + sum.rows;
  }
}

function known(tokens: number, nanos: number) {
  return { kind: 'known', tokens: { min: tokens, max: tokens }, nanos: { min: nanos, max: nanos } };
}

/** Everyday sizes, extremes, and the neighbourhood of the rules' numbers. */
function side(): fc.Arbitrary<number> {
  const edges = [1, 28, 32, 512, 768, 1024, 1536, 1600, 2048, 6000];
  return fc.oneof(
    fc.integer({ min: 1, max: 12_000 }),
    fc
      .tuple(fc.constantFrom(...edges), fc.integer({ min: -2, max: 2 }))
      .map(([at, by]) => Math.max(1, at + by)),
  );
}

function view(id: string, widthPx: number, heightPx: number, detail: Detail): PictureView {
  return pictureView(scheme(id), widthPx, heightPx, detail);
}

function model(id: string): ModelCapabilities {
  return { ...capabilities, imageTokens: scheme(id) };
}

function scheme(id: string): ImageTokenScheme {
  const found = all.find((one) => one.id === id);
  if (!found) throw new Error(`No scheme ${id}`);
  return found;
}
