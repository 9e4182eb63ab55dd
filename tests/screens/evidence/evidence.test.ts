import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands, page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Evidence, EvidencePicture, Region } from '#domain/evidence.ts';
import { boundsOf, polygonOf } from '#domain/places.ts';
import EvidenceInFrame from './EvidenceInFrame.svelte';
import { corpusFile } from '../../media/files.ts';
import { noPictures } from '../chat/draft.svelte.ts';
import { expectAccessible, picture, speakWhole } from '../chat/records.ts';

beforeAll(() => speakWhole('en'));
beforeEach(async () => {
  vi.clearAllMocks();
  await page.viewport(1200, 900);
});

const verbs = {
  onlight: vi.fn(),
  onpin: vi.fn(),
  onask: vi.fn(),
  ondraw: vi.fn(),
  onsave: vi.fn(() => Promise.resolve()),
  onclose: vi.fn(),
};

const region = (change: Partial<Region> & Pick<Region, 'id'>): Region => ({
  layer: 'line',
  text: 'Total $120',
  polygon: polygonOf({ left: 0.1, top: 0.2, width: 0.3, height: 0.05 }),
  confidence: null,
  number: 1,
  ...change,
});

const regions: readonly Region[] = [
  region({ id: 'a' }),
  region({
    id: 'b',
    text: 'Thank you',
    number: 2,
    polygon: polygonOf({ left: 0.6, top: 0.9, width: 0.3, height: 0.05 }),
  }),
  region({
    id: 'c',
    layer: 'object',
    text: 'chair',
    number: 3,
    confidence: 0.9,
    polygon: polygonOf({ left: 0.5, top: 0.4, width: 0.4, height: 0.4 }),
  }),
  region({
    id: 'd',
    layer: 'object',
    text: 'cup',
    number: null,
    confidence: 0.2,
    polygon: polygonOf({ left: 0.55, top: 0.5, width: 0.1, height: 0.1 }),
  }),
  region({ id: 'e', layer: 'word', text: 'Total', number: null, confidence: 0.99 }),
];

const onPicture = (
  all: readonly Region[],
  part = picture('scan.png', { widthPx: 400, heightPx: 300 }),
): EvidencePicture => ({
  id: 'p/0',
  part,
  analysedSize: null,
  regions: all,
});

async function drawn(widthPx = 400, heightPx = 300): Promise<string> {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#f4f0e8';
  context.fillRect(0, 0, widthPx, heightPx);
  return URL.createObjectURL(await canvas.convertToBlob());
}

async function show(
  change: {
    evidence?: Partial<Evidence>;
    url?: string | null;
    lit?: ReadonlySet<string>;
    pinned?: { regionId: string } | null;
  } = {},
) {
  const url = change.url === undefined ? await drawn() : change.url;
  const evidence: Evidence = {
    pictures: [onPicture(regions)],
    marks: [{ start: 0, end: 3, regionIds: ['a'], kind: 'citation' }],
    trouble: null,
    ...change.evidence,
  };
  return render(EvidenceInFrame, {
    evidence,
    pictures: { ...noPictures, full: () => Promise.resolve(url) },
    simulated: true,
    lit: change.lit ?? new Set<string>(),
    pinned: change.pinned ?? null,
    ...verbs,
  });
}

const list = () => page.getByRole('list', { name: 'Regions' });
const names = (): string[] =>
  list()
    .getByRole('button')
    .elements()
    .map((row) => row.querySelector('.name')!.textContent);

describe('the evidence panel', () => {
  test('lists what was found with its text and place, what is cited first', async () => {
    await show();
    await expect.poll(names).toEqual(['[1] Total $120', '[2] Thank you', '[3] chair']);
    const row = list().getByRole('button', { name: /chair/ });
    await expect.element(row).toHaveTextContent('object · right · 90%');
    await expect.element(page.getByRole('region', { name: 'Evidence' })).toHaveTextContent('Simulated');
  });

  test('layers, the threshold and a search decide what is seen', async () => {
    await show();
    await page.getByRole('checkbox', { name: /^Words/ }).click();
    await expect.poll(names).toContain('Total');
    await page.getByRole('slider', { name: 'At least as sure as' }).fill('10');
    await expect.poll(names).toContain('cup');
    await page.getByRole('checkbox', { name: /^Objects/ }).click();
    await expect.poll(names).not.toContain('cup');
    // What the answer cites is never hidden.
    await page.getByRole('checkbox', { name: /^Text lines/ }).click();
    await expect.poll(names).toEqual(['[1] Total $120', 'Total']);
    await page.getByRole('searchbox', { name: 'Find in the regions' }).fill('nothing like it');
    await expect.element(page.getByText('No region matches.', { exact: false })).toBeVisible();
  });

  test('rows light and pin, by mouse and by keys', async () => {
    await show();
    await list()
      .getByRole('button', { name: /Thank you/ })
      .hover();
    expect(verbs.onlight).toHaveBeenLastCalledWith(['b']);
    await list()
      .getByRole('button', { name: /Thank you/ })
      .click();
    expect(verbs.onpin).toHaveBeenLastCalledWith('b');
    await userEvent.keyboard('{ArrowDown}');
    expect(verbs.onlight).toHaveBeenLastCalledWith(['c']);
    await userEvent.keyboard('{Enter}');
    expect(verbs.onpin).toHaveBeenLastCalledWith('c');
    await userEvent.keyboard('{Home}{Enter}');
    expect(verbs.onpin).toHaveBeenLastCalledWith('a');
  });

  test('what is pinned can be asked about, and let go', async () => {
    await show({ pinned: { regionId: 'c' } });
    await page.getByRole('button', { name: 'Ask about this' }).click();
    expect(verbs.onask).toHaveBeenCalledWith('p/0', regions[2]);
    await page.getByRole('button', { name: 'Let go' }).click();
    expect(verbs.onpin).toHaveBeenLastCalledWith(null);
    await expect
      .element(list().getByRole('button', { name: /chair/ }))
      .toHaveAttribute('aria-pressed', 'true');
  });

  test('files are asked for with what is shown, and a failure is said', async () => {
    await show();
    await page.getByRole('button', { name: 'Save evidence' }).click();
    await page.getByRole('menuitem', { name: 'Evidence (JSON)' }).click();
    expect(verbs.onsave).toHaveBeenCalledWith('json', {
      layers: ['line', 'object'],
      leastConfidence: 0.4,
      pictureId: 'p/0',
    });
    verbs.onsave.mockRejectedValueOnce({ failure: { kind: 'picture-missing', detail: 'scan.png' } });
    await page.getByRole('button', { name: 'Save evidence' }).click();
    await page.getByRole('menuitem', { name: 'Annotated picture (PNG)' }).click();
    await expect.element(page.getByText('picture', { exact: false }).first()).toBeVisible();
    await expect.poll(() => document.querySelector('.notice')?.textContent ?? '').not.toBe('');
  });

  test('without its bytes a picture says so, and its regions are listed all the same', async () => {
    await show({ url: null });
    await expect
      .element(page.getByText('The picture is not in this browser any more.', { exact: false }))
      .toBeVisible();
    expect(names()).toHaveLength(3);
  });

  test('trouble of the enhancement is said', async () => {
    await show({ evidence: { trouble: 'PartialSuccess' } });
    await expect.element(page.getByText('PartialSuccess', { exact: false })).toBeVisible();
  });

  test.each(['light', 'dark'])('axe finds nothing in the %s theme', async (theme) => {
    document.documentElement.dataset['theme'] = theme;
    await show({ pinned: { regionId: 'a' }, lit: new Set(['b']) });
    await expect.poll(names).toHaveLength(3);
    await expectAccessible(document.body);
    delete document.documentElement.dataset['theme'];
  });

  test('five thousand words are a window of rows, and the last can be reached', async () => {
    const words = Array.from({ length: 5_000 }, (_, at) =>
      region({
        id: `w${String(at)}`,
        text: `word ${String(at)}`,
        number: null,
        polygon: polygonOf({
          left: (at % 50) / 50,
          top: Math.floor(at / 50) / 100,
          width: 0.015,
          height: 0.006,
        }),
      }),
    );
    await show({ evidence: { pictures: [onPicture(words)], marks: [] } });
    await expect.poll(() => names().length).toBeGreaterThan(0);
    expect(names().length).toBeLessThan(60);
    list().getByRole('button').first().element().focus();
    await userEvent.keyboard('{End}');
    await expect.poll(names).toContain('word 4999');
    expect(document.querySelectorAll('.stage path').length).toBeLessThan(10);
  });
});

/** Where the pinned outline is, in shares of the picture that is drawn. */
function outlineOnPicture(): readonly number[] | null {
  const [outline, image] = [document.querySelector('path.pinned'), document.querySelector('.world img')];
  if (!outline || !image || document.querySelector('.world.moving')) return null;
  const [a, b] = [outline.getBoundingClientRect(), image.getBoundingClientRect()];
  return [(a.left - b.left) / b.width, (a.top - b.top) / b.height, a.width / b.width, a.height / b.height];
}

describe('on the picture', () => {
  test.each([1, 2, 5])('a region is where it should be after zooming in %i times', async (times) => {
    await show({ pinned: { regionId: 'c' } });
    for (let at = 0; at < times; at += 1) await page.getByRole('button', { name: 'Zoom in' }).click();
    const { left, top, width, height } = boundsOf(regions[2]!.polygon);
    await expect
      .poll(() => outlineOnPicture()?.map((value) => Math.round(value * 200) / 200))
      .toEqual([left, top, width, height].map((value) => Math.round(value * 200) / 200));
  });

  test('every photo of the corpus stands upright under its regions', async (context) => {
    const paths = await commands.listCorpus('images/exif-orientation');
    context.skip(paths === null, 'the corpora are absent: set CORPORA_DIR');
    for (const path of paths!) {
      const file = await corpusFile(path);
      const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const part = picture('scan.png', { widthPx: bitmap.width, heightPx: bitmap.height });
      const url = URL.createObjectURL(file);
      const { unmount } = await show({
        url,
        evidence: { pictures: [onPicture(regions, part)] },
        pinned: { regionId: 'c' },
      });
      const { left, top, width, height } = boundsOf(regions[2]!.polygon);
      await expect
        .poll(() => outlineOnPicture()?.map((value) => value.toFixed(2)), { message: path })
        .toEqual([left, top, width, height].map((value) => value.toFixed(2)));
      const image = document.querySelector<HTMLImageElement>('.world img')!;
      await image.decode();
      // The browser turned it as it was measured: nothing is stretched.
      expect([image.naturalWidth, image.naturalHeight], path).toEqual([bitmap.width, bitmap.height]);
      await unmount();
    }
  });

  test('the smallest region under the pointer is lit, a press pins it, and labels do not overlap', async () => {
    await show();
    await expect.poll(() => document.querySelectorAll('.labels span').length).toBeGreaterThan(1);
    const boxes = [...document.querySelectorAll('.labels span')].map((label) =>
      label.getBoundingClientRect(),
    );
    for (const [at, a] of boxes.entries())
      for (const b of boxes.slice(at + 1))
        expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);

    const stage = document.querySelector('.stage')!;
    const image = document.querySelector('.world img')!.getBoundingClientRect();
    const from = stage.getBoundingClientRect();
    const position = {
      x: image.left - from.left + image.width * 0.7,
      y: image.top - from.top + image.height * 0.6,
    };
    await userEvent.hover(stage, { position });
    expect(verbs.onlight).toHaveBeenLastCalledWith(['c']);
    await userEvent.click(stage, { position });
    expect(verbs.onpin).toHaveBeenLastCalledWith('c');
  });
});
