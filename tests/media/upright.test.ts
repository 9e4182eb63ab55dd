import { commands } from 'vitest/browser';
import { expect, test } from 'vitest';
import { asStored, fromPart, unitPoint, upright, type Orientation } from '#domain/places.ts';
import {
  bytesIn,
  corpusFile,
  difference,
  encoded,
  exifBlock,
  exifSegment,
  openPictures,
  pixelsOf,
  pngChunk,
  together,
  withSegments,
} from './files.ts';

const turned = { fit: null, stripMetadata: false, convert: false, upright: true };
const orientations: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** As a service sees it that knows nothing of EXIF: the segments that say how to turn it are not there. */
async function storedPixelsOf(blob: Blob): Promise<ImageData> {
  const bytes = await bytesIn(blob);
  const isPng = bytes[0] === 0x89;
  const view = new DataView(bytes.buffer);
  const parts: Uint8Array<ArrayBuffer>[] = [bytes.slice(0, isPng ? 8 : 2)];
  for (let at = parts[0]!.length; at < bytes.length;) {
    const isScan = !isPng && bytes[at + 1] === 0xda;
    const length = isPng ? 12 + view.getUint32(at) : 2 + view.getUint16(at + 2);
    const end = isScan ? bytes.length : at + length;
    const isExif = isPng ? view.getUint32(at + 4) === 0x65584966 : bytes[at + 1] === 0xe1;
    if (!isExif) parts.push(bytes.slice(at, end));
    at = end;
  }
  return pixelsOf(new Blob(parts));
}

test('what is sent of every corpus photo has, as stored, the pixels of the upright picture', async (context) => {
  const paths = await commands.listCorpus('images/exif-orientation');
  context.skip(paths === null, 'the corpora are absent: set CORPORA_DIR');
  const pictures = openPictures();
  for (const path of paths!) {
    const file = await corpusFile(path);
    const orientation = Number(/_(\d)/.exec(path)![1]) as Orientation;
    const read = await pictures.readPicture(file);
    expect(read).toMatchObject({ orientation });
    const prepared = await pictures.prepare(file, { ...turned, mimeType: 'image/jpeg' });
    expect([path, prepared.changed]).toEqual([path, orientation !== 1]);
    const [seen, shown] = [await storedPixelsOf(prepared.blob), await pixelsOf(file)];
    expect([seen.width, seen.height]).toEqual([shown.width, shown.height]);
    expect([prepared.widthPx, prepared.heightPx]).toEqual([shown.width, shown.height]);
    const { max, mean } = difference(seen, shown);
    expect(mean, path).toBeLessThan(2.5);
    expect(max, path).toBeLessThan(130);
    if (orientation === 1) continue;
    const untouched = await storedPixelsOf(file);
    if (orientation > 4) expect([untouched.width, untouched.height]).toEqual([shown.height, shown.width]);
    else expect(difference(untouched, shown).mean).toBeGreaterThan(20);
  }
});

/** Stored 160 × 96, grey, with a red square around (0.25, 0.125) of what is stored. */
async function marked(mimeType: string): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(160, 96);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#888';
  context.fillRect(0, 0, 160, 96);
  context.fillStyle = '#e00000';
  context.fillRect(32, 4, 16, 16);
  return bytesIn(await canvas.convertToBlob({ type: mimeType, quality: 1 }));
}

const place = unitPoint(40 / 160, 12 / 96);

/** Middle of what is red, in shares of the picture's sides. */
function markIn({ data, width, height }: ImageData): { x: number; y: number } {
  const sum = { x: 0, y: 0, count: 0 };
  for (let at = 0; at < width * height; at++) {
    const [red = 0, green = 0] = data.subarray(4 * at, 4 * at + 2);
    if (red < 160 || green > 80) continue;
    sum.x += (at % width) + 0.5;
    sum.y += Math.floor(at / width) + 0.5;
    sum.count++;
  }
  expect(sum.count).toBeGreaterThan(200);
  return { x: sum.x / sum.count / width, y: sum.y / sum.count / height };
}

test.each(orientations)('a mark is where the domain says, orientation %i', async (orientation) => {
  const jpeg = withSegments(
    await marked('image/jpeg'),
    exifSegment({ orientation, camera: true, gps: true }),
  );
  const png = await marked('image/png');
  const exif = pngChunk('eXIf', exifBlock({ orientation }));
  const turnedPng = new File([together(png.subarray(0, 33), exif, png.subarray(33))], 'a.png');
  const pictures = openPictures();
  for (const [file, mimeType] of [
    [jpeg, 'image/jpeg'],
    [turnedPng, 'image/png'],
  ] as const) {
    const prepared = await pictures.prepare(file, { ...turned, mimeType });
    expect(prepared).toMatchObject({ mimeType, changed: orientation !== 1 });
    const pixels = await storedPixelsOf(prepared.blob);
    expect([pixels.width, pixels.height]).toEqual(orientation > 4 ? [96, 160] : [160, 96]);
    expect([prepared.widthPx, prepared.heightPx]).toEqual([pixels.width, pixels.height]);
    const [found, expected] = [markIn(pixels), upright(place, orientation)];
    expect(found.x).toBeCloseTo(expected.x, 2);
    expect(found.y).toBeCloseTo(expected.y, 2);
    // Sent as it is, a service that knows nothing of EXIF names the place as it is stored.
    const back = asStored(expected, orientation);
    const stored = markIn(await storedPixelsOf(file));
    expect(stored.x).toBeCloseTo(back.x, 2);
    expect(stored.y).toBeCloseTo(back.y, 2);
    // A part that is cut out lies where it is seen, too.
    const quarter = (share: number) => (share < 0.5 ? 0 : 0.5);
    const crop = { left: quarter(expected.x), top: quarter(expected.y), width: 0.5, height: 0.5 };
    const cut = await pictures.prepare(file, { ...turned, mimeType, crop });
    const part = markIn(await pixelsOf(cut.blob));
    const onWhole = fromPart(unitPoint(part.x, part.y), crop);
    expect(onWhole.x).toBeCloseTo(expected.x, 2);
    expect(onWhole.y).toBeCloseTo(expected.y, 2);
    if (orientation === 1) expect(await bytesIn(prepared.blob)).toEqual(await bytesIn(file));
    else
      expect(await pictures.readPicture(prepared.blob)).toMatchObject({ orientation: 1, hasLocation: false });
  }
});

test('a turned picture that is too large is fitted, and its metadata need not be asked away', async () => {
  const jpeg = await bytesIn(await encoded('image/jpeg', 600, 400));
  const photo = withSegments(jpeg, exifSegment({ orientation: 8 }));
  const fit = { widthPx: 100, heightPx: 150 };
  const prepared = await openPictures().prepare(photo, { ...turned, mimeType: 'image/jpeg', fit });
  expect(prepared).toMatchObject({ ...fit, changed: true });
});
