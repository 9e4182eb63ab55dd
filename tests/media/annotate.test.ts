import { expect, test } from 'vitest';
import { polygonOf, unitPoint } from '#domain/places.ts';
import { placeLabels, type Box } from '../../src/media/label-places.ts';
import type { AnnotatedRegion } from '#media';
import {
  bytesIn,
  bytesOf,
  encoded,
  exifSegment,
  openPictures,
  pixelsOf,
  pngChunk,
  together,
  withSegments,
} from './files.ts';

const pink = '#e0148c';

function region(left: number, top: number, width: number, height: number, label = ''): AnnotatedRegion {
  return { polygon: polygonOf({ left, top, width, height }), colour: pink, label };
}

/** Where a picture is pink, in pixels. */
function pinkIn({ data, width }: ImageData): { left: number; right: number; top: number; bottom: number } {
  const found = { left: Infinity, right: -1, top: Infinity, bottom: -1 };
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (red < 190 || green > 70 || blue < 100 || blue > 180) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    found.left = Math.min(found.left, x);
    found.right = Math.max(found.right, x);
    found.top = Math.min(found.top, y);
    found.bottom = Math.max(found.bottom, y);
  }
  return found;
}

async function plain(widthPx: number, heightPx: number, colour: string, type = 'image/png'): Promise<Blob> {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, widthPx, heightPx);
  return canvas.convertToBlob({ type, quality: 0.95 });
}

test.each(['#ffffff', '#000000', pink])(
  'an outline is where its region is, and seen on %s',
  async (colour) => {
    const picture = await plain(700, 400, colour);
    const options = { mimeType: 'image/png', regions: [region(0.2, 0.25, 0.5, 0.5)] };
    const drawn = await openPictures().annotate(picture, options);
    expect(drawn.type).toBe('image/png');
    const pixels = await pixelsOf(drawn);
    expect([pixels.width, pixels.height]).toEqual([700, 400]);
    const at = (x: number, y: number) => [...pixels.data.subarray(4 * (700 * y + x), 4 * (700 * y + x) + 3)];
    if (colour !== pink) {
      const box = pinkIn(pixels);
      for (const [found, meant] of [
        [box.left, 140],
        [box.right, 490],
        [box.top, 100],
        [box.bottom, 300],
      ] as const)
        expect(Math.abs(found - meant)).toBeLessThanOrEqual(2);
    }
    // Across the upper edge there is light and dark beside the colour.
    const across = Array.from({ length: 9 }, (_, step) => at(300, 96 + step));
    expect(across.some((channels) => Math.min(...channels) > 200)).toBe(true);
    expect(across.some((channels) => Math.max(...channels) < 60)).toBe(true);
    expect(across).toContainEqual([224, 20, 140]);
    expect(at(5, 5)).toEqual(
      colour === '#ffffff' ? [255, 255, 255] : colour === pink ? [224, 20, 140] : [0, 0, 0],
    );
  },
);

test('a picture that EXIF turns is drawn upright, with its regions on the upright picture', async () => {
  const jpeg = await bytesIn(await plain(600, 300, '#ffffff', 'image/jpeg'));
  const photo = withSegments(jpeg, exifSegment({ orientation: 6, gps: true }));
  const options = { mimeType: 'image/jpeg', regions: [region(0.1, 0.5, 0.2, 0.1)] };
  const pictures = openPictures();
  const drawn = await pictures.annotate(photo, options);
  expect(await pictures.readPicture(drawn)).toMatchObject({
    widthPx: 300,
    heightPx: 600,
    hasLocation: false,
  });
  const box = pinkIn(await pixelsOf(drawn));
  expect(Math.abs(box.left - 30)).toBeLessThanOrEqual(2);
  expect(Math.abs(box.bottom - 360)).toBeLessThanOrEqual(2);
});

test('labels are drawn, long ones cut short, and a picture too small for one has none', async () => {
  const pictures = openPictures();
  const inkOf = async (blob: Blob) => {
    const { data } = await pixelsOf(blob);
    return data.filter((value, at) => at % 4 === 1 && value < 60).length;
  };
  const picture = await plain(900, 300, '#ffffff');
  const [bare, named, long] = await Promise.all(
    ['', 'Total 42', 'A very long line of text '.repeat(400)].map((label) =>
      pictures.annotate(picture, { mimeType: 'image/png', regions: [region(0.9, 0.9, 0.09, 0.09, label)] }),
    ),
  );
  expect(await inkOf(named!)).toBeGreaterThan((await inkOf(bare!)) + 40);
  expect(await inkOf(long!)).toBeGreaterThan(await inkOf(named!));
  const tiny = await plain(50, 8, '#ffffff');
  const regions = [region(0, 0, 1, 1, 'Total'), { ...region(0, 0, 1, 1), polygon: [unitPoint(0, 0)] }];
  expect((await pixelsOf(await pictures.annotate(tiny, { mimeType: 'image/png', regions }))).width).toBe(50);
});

test('labels stay inside the picture and never lie over one another', () => {
  const picture = { widthPx: 1000, heightPx: 700 };
  const labels = Array.from({ length: 400 }, (_, at) => ({
    size: { widthPx: 40 + (at % 7) * 12, heightPx: 16 },
    around: { left: (at * 137) % 990, top: (at * 89) % 690, widthPx: 10 + (at % 50), heightPx: 10 },
  }));
  const places = placeLabels(labels, [], picture, 3).filter((box): box is Box => box !== null);
  expect(places.length).toBeGreaterThan(250);
  places.forEach((box, at) => {
    expect(box.left >= 0 && box.left + box.widthPx <= 1000).toBe(true);
    expect(box.top >= 0 && box.top + box.heightPx <= 700).toBe(true);
    const over = places.slice(at + 1).filter((other) => {
      const apart = box.left + box.widthPx <= other.left || other.left + other.widthPx <= box.left;
      return !apart && box.top < other.top + other.heightPx && other.top < box.top + box.heightPx;
    });
    expect(over).toEqual([]);
  });
  // In the corners there is room too.
  const corner = { left: 995, top: 0, widthPx: 5, heightPx: 5 };
  const label = { size: { widthPx: 60, heightPx: 16 }, around: corner };
  expect(placeLabels([label], [corner], picture, 3)).toMatchObject([{ left: 940 }]);
});

test('of many small regions none is hidden under a label; of few, a label is worth more', () => {
  const picture = { widthPx: 600, heightPx: 400 };
  const size = { widthPx: 50, heightPx: 14 };
  const lines = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ left: 10, top: 10 + at * 14, widthPx: 580, heightPx: 12 }));
  const placesOf = (around: readonly Box[]) =>
    placeLabels(
      around.map((one) => ({ size, around: one })),
      around,
      picture,
      2,
    ).filter((box) => box !== null);
  expect(placesOf(lines(25)).length).toBeGreaterThan(20);
  const words = lines(25).flatMap((line) =>
    Array.from({ length: 10 }, (_, at) => ({ ...line, left: 10 + at * 58, widthPx: 54 })),
  );
  for (const label of placesOf(words))
    for (const word of words)
      expect(
        label.top >= word.top + word.heightPx ||
          word.top >= label.top + label.heightPx ||
          label.left >= word.left + word.widthPx ||
          word.left >= label.left + label.widthPx,
      ).toBe(true);
});

test('5,000 regions on a newspaper page are drawn within a few seconds', async () => {
  const page = await plain(3000, 4200, '#f4f1e8');
  const regions = Array.from({ length: 5000 }, (_, at) => {
    const [column, row] = [at % 50, Math.floor(at / 50)];
    return region(column / 50 + 0.002, row / 100 + 0.001, 0.015, 0.006, `word ${at}`);
  });
  const startedAt = performance.now();
  const drawn = await openPictures().annotate(page, { mimeType: 'image/png', regions });
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect(drawn.size).toBeGreaterThan(100_000);
});

test('where there is no canvas of that size, it fails and says so; the next picture is served', async () => {
  const pictures = openPictures();
  const wide = await stripe(70_000, 4);
  const failure = { kind: 'picture-unreadable' };
  const regions = [region(0, 0, 1, 1, 'all')];
  await expect(pictures.annotate(wide, { mimeType: 'image/png', regions })).rejects.toMatchObject({
    failure,
  });
  const gif = new Blob([bytesOf('GIF89a')]);
  await expect(pictures.annotate(gif, { mimeType: 'image/gif', regions })).rejects.toMatchObject({ failure });
  const other = await encoded('image/png', 30, 30);
  await expect(pictures.annotate(other, { mimeType: 'image/jpeg', regions })).rejects.toMatchObject({
    failure,
  });
  expect((await pictures.annotate(other, { mimeType: 'image/png', regions })).type).toBe('image/png');
});

test('a part of a picture as a small one: at most 256 pixels, never enlarged, upright', async () => {
  const pictures = openPictures();
  const jpeg = await bytesIn(await encoded('image/jpeg', 1200, 800));
  // Turned clockwise, its quarters are blue and red above, yellow and green below.
  const photo = withSegments(jpeg, exifSegment({ orientation: 6 }));
  const cut = (crop: { left: number; top: number; width: number; height: number }) =>
    pictures.cutThumbnail(photo, { mimeType: 'image/jpeg', crop });
  const quarter = await cut({ left: 0.5, top: 0, width: 0.5, height: 0.5 });
  expect(quarter.type).toBe('image/webp');
  const pixels = await pixelsOf(quarter);
  expect([pixels.width, pixels.height]).toEqual([171, 256]);
  const [red = 0, green = 0, blue = 0] = pixels.data.subarray(4 * (171 * 5 + 160));
  expect(red).toBeGreaterThan(Math.max(green, blue) + 100);
  const small = await pixelsOf(await cut({ left: 0.1, top: 0.1, width: 0.05, height: 0.025 }));
  expect([small.width, small.height]).toEqual([40, 30]);
  const nothing = cut({ left: 2, top: 2, width: 0, height: 0 });
  expect((await pixelsOf(await nothing)).width).toBe(1);
});

/** A PNG wider than any canvas; no canvas can write it. */
async function stripe(widthPx: number, heightPx: number): Promise<Blob> {
  const ihdr = new Uint8Array(13);
  const view = new DataView(ihdr.buffer);
  view.setUint32(0, widthPx);
  view.setUint32(4, heightPx);
  ihdr[8] = 8;
  const rows = new Blob([new Uint8Array((widthPx + 1) * heightPx)]);
  const packed = new Response(rows.stream().pipeThrough(new CompressionStream('deflate')));
  const idat = new Uint8Array(await packed.arrayBuffer());
  const chunks = [pngChunk('IHDR', ihdr), pngChunk('IDAT', idat), pngChunk('IEND', new Uint8Array())];
  return new Blob([together(Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...chunks)]);
}
