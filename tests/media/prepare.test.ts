import { commands } from 'vitest/browser';
import { expect, test } from 'vitest';
import {
  bytesIn,
  bytesOf,
  corpusFile,
  difference,
  drawn,
  encoded,
  exifBlock,
  exifSegment,
  openPictures,
  pixelsOf,
  pngChunk,
  riffChunk,
  toBmp,
  together,
  withSegments,
} from './files.ts';

const asIs = { fit: null, stripMetadata: false, convert: false };

test.each(['image/jpeg', 'image/png', 'image/webp'])(
  '%s that needs nothing is sent byte for byte',
  async (mimeType) => {
    const pictures = openPictures();
    const file = await encoded(mimeType, 300, 200);
    for (const fit of [null, { widthPx: 300, heightPx: 200 }, { widthPx: 2048, heightPx: 2048 }]) {
      const prepared = await pictures.prepare(file, { ...asIs, mimeType, fit });
      expect(prepared).toMatchObject({ mimeType, widthPx: 300, heightPx: 200, changed: false });
      expect(await bytesIn(prepared.blob)).toEqual(await bytesIn(file));
    }
    // Asked to remove metadata of which there is none.
    const stripped = await pictures.prepare(file, { ...asIs, mimeType, stripMetadata: true });
    expect(stripped.changed).toBe(false);
    expect(await bytesIn(stripped.blob)).toEqual(await bytesIn(file));
  },
);

test.each([
  ['image/jpeg', 768, 511],
  ['image/png', 333, 221],
  ['image/webp', 1, 1],
  ['image/png', 767, 511],
])('%s is fitted to exactly %i × %i, in its own format', async (mimeType, widthPx, heightPx) => {
  const file = await encoded(mimeType, 1500, 998);
  const prepared = await openPictures().prepare(file, { ...asIs, mimeType, fit: { widthPx, heightPx } });
  expect(prepared).toMatchObject({ mimeType, widthPx, heightPx, changed: true });
  expect(prepared.blob.type).toBe(mimeType);
  const pixels = await pixelsOf(prepared.blob);
  expect([pixels.width, pixels.height]).toEqual([widthPx, heightPx]);
  if (widthPx > 1)
    expect(difference(pixels, await pixelsOf(await drawnAs(widthPx, heightPx))).mean).toBeLessThan(4);
});

test('a fine pattern is averaged, not sampled', async () => {
  const canvas = new OffscreenCanvas(2000, 1000);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 2000, 1000);
  context.fillStyle = '#000';
  for (let x = 0; x < 2000; x += 2) context.fillRect(x, 0, 1, 1000);
  const blob = await canvas.convertToBlob();
  const fit = { widthPx: 683, heightPx: 341 };
  const prepared = await openPictures().prepare(blob, { ...asIs, mimeType: 'image/png', fit });
  const { data } = await pixelsOf(prepared.blob);
  const greys = data.filter((_, index) => index % 4 === 0);
  expect(Math.min(...greys.slice(0, 50_000))).toBeGreaterThan(90);
  expect(Math.max(...greys.slice(0, 50_000))).toBeLessThan(165);
});

test('transparency survives a fit', async () => {
  const file = await encoded('image/png', 400, 400, { alpha: true });
  const fit = { widthPx: 100, heightPx: 100 };
  const prepared = await openPictures().prepare(file, { ...asIs, mimeType: 'image/png', fit });
  const { data } = await pixelsOf(prepared.blob);
  expect(data[4 * (100 * 90 + 90) + 3]).toBe(0);
  expect(data[3]).toBe(255);
});

test('a turned photo is fitted upright, without its metadata', async () => {
  const jpeg = await bytesIn(await encoded('image/jpeg', 600, 400));
  const photo = withSegments(jpeg, exifSegment({ orientation: 6, camera: true, gps: true }));
  const pictures = openPictures();
  const options = { ...asIs, mimeType: 'image/jpeg', fit: { widthPx: 200, heightPx: 300 } };
  const prepared = await pictures.prepare(photo, options);
  const read = await pictures.readPicture(prepared.blob);
  expect(read).toMatchObject({
    ok: true,
    widthPx: 200,
    heightPx: 300,
    hasMetadata: false,
    hasLocation: false,
  });
  // Turned clockwise, the blue quarter (bottom left) comes to the top left.
  const { data } = await pixelsOf(prepared.blob);
  const at = 4 * (200 * 20 + 20);
  expect(data[at + 2]).toBeGreaterThan(data[at] + 80);
});

const profile = bytesOf('ICC_PROFILE\0\x01\x01not a real one');

test.each([undefined, 1, 3, 6, 8])(
  'a JPEG of orientation %s loses metadata and no pixel',
  async (orientation) => {
    const jpeg = await bytesIn(await encoded('image/jpeg', 320, 200));
    const tags =
      orientation === undefined ? { camera: true, gps: true } : { orientation, camera: true, gps: true };
    const photo = withSegments(
      jpeg,
      exifSegment(tags),
      [0xe1, bytesOf('http://ns.adobe.com/xap/1.0/\0exif:GPSLatitude')],
      [0xed, bytesOf('Photoshop 3.0\0secret place')],
      [0xfe, bytesOf('secret comment')],
      [0xe2, bytesOf('MPF\0secret preview')],
      [0xe2, profile],
    );
    const trailing = new File([photo, 'secret film'], photo.name);
    const pictures = openPictures();
    const options = { ...asIs, mimeType: 'image/jpeg', stripMetadata: true };
    const prepared = await pictures.prepare(trailing, options);
    const isOnItsSide = orientation !== undefined && orientation > 4;
    expect(prepared).toMatchObject({
      changed: true,
      widthPx: isOnItsSide ? 200 : 320,
      heightPx: isOnItsSide ? 320 : 200,
    });
    expect(difference(await pixelsOf(prepared.blob), await pixelsOf(photo)).max).toBe(0);
    const text = String.fromCharCode(...(await bytesIn(prepared.blob)));
    expect(text).not.toContain('secret');
    expect(text).not.toContain('GPS');
    expect(text).toContain('not a real one');
    expect(await pictures.readPicture(prepared.blob)).toMatchObject({
      hasMetadata: false,
      hasLocation: false,
    });
    const again = await pictures.prepare(prepared.blob, options);
    expect(again.changed).toBe(false);
  },
);

test('a PNG loses texts, time, EXIF and what follows its end', async () => {
  const png = await bytesIn(await encoded('image/png', 60, 40));
  const extras = together(
    pngChunk('tEXt', bytesOf('Comment\0secret')),
    pngChunk('iTXt', bytesOf('XML:com.adobe.xmp\0\0\0\0\0exif:GPSLatitude secret')),
    pngChunk('zTXt', bytesOf('secret\0\0x')),
    pngChunk('tIME', Uint8Array.of(7, 233, 1, 1, 1, 1, 1)),
    pngChunk('eXIf', exifBlock({ orientation: 6, camera: true, gps: true })),
  );
  const file = new File(
    [together(png.subarray(0, 33), extras, png.subarray(33), bytesOf('secret'))],
    'a.png',
  );
  const pictures = openPictures();
  const before = await pictures.readPicture(file);
  expect(before).toMatchObject({ hasMetadata: true, hasLocation: true });
  const prepared = await pictures.prepare(file, { ...asIs, mimeType: 'image/png', stripMetadata: true });
  expect(prepared.changed).toBe(true);
  expect(String.fromCharCode(...(await bytesIn(prepared.blob)))).not.toContain('secret');
  const after = await pictures.readPicture(prepared.blob);
  expect(after).toMatchObject({ ok: true, hasMetadata: false, hasLocation: false });
  expect(before.ok && after.ok && [after.widthPx, after.heightPx]).toEqual(
    before.ok && [before.widthPx, before.heightPx],
  );
  expect([prepared.widthPx, prepared.heightPx]).toEqual(before.ok && [before.widthPx, before.heightPx]);
  expect(difference(await pixelsOf(prepared.blob), await pixelsOf(file)).max).toBe(0);
});

test('a WebP loses EXIF and XMP, and its flags and length say so', async () => {
  const webp = await bytesIn(await encoded('image/webp', 60, 40));
  const image = webp.slice(12);
  // Chromium writes the extended form, with a colour profile: flags 0x20, to which EXIF and XMP are added.
  expect(image[8]).toBe(0x20);
  image[8] = 0x2c;
  const exif = riffChunk('EXIF', exifBlock({ camera: true, gps: true }));
  const body = together(bytesOf('WEBP'), image, exif, riffChunk('XMP ', bytesOf('secret!')));
  const file = new File([riffChunk('RIFF', body), 'secret'], 'a.webp');
  const pictures = openPictures();
  expect(await pictures.readPicture(file)).toMatchObject({
    ok: true,
    hasMetadata: true,
    hasLocation: true,
    widthPx: 60,
  });
  const prepared = await pictures.prepare(file, { ...asIs, mimeType: 'image/webp', stripMetadata: true });
  const bytes = await bytesIn(prepared.blob);
  expect(String.fromCharCode(...bytes)).not.toContain('secret');
  expect(new DataView(bytes.buffer).getUint32(4, true)).toBe(bytes.length - 8);
  expect(bytes[20]).toBe(0x20);
  expect(await pictures.readPicture(prepared.blob)).toMatchObject({
    ok: true,
    hasMetadata: false,
    hasLocation: false,
  });
  expect(difference(await pixelsOf(prepared.blob), await pixelsOf(file)).max).toBe(0);
});

test(
  'every corpus picture stays the same, pixel by pixel, without its metadata',
  { timeout: 60_000 },
  async (context) => {
    const paths = await commands.listCorpus('images');
    context.skip(paths === null, 'the corpora are absent: set CORPORA_DIR');
    const pictures = openPictures();
    let changed = 0;
    for (const path of paths!) {
      const read = await pictures.readPicture(await corpusFile(path));
      // A canvas is at most 65,535 wide in theory and 32,767 in many a browser: these two are compared elsewhere.
      if (!read.ok || Math.max(read.widthPx, read.heightPx) > 30_000) continue;
      const { mimeType } = read;
      const prepared = await pictures.prepare(read.blob, { ...asIs, mimeType, stripMetadata: true });
      expect([path, prepared.mimeType]).toEqual([path, mimeType]);
      const after = await pictures.readPicture(prepared.blob);
      expect(after, path).toMatchObject({ ok: true, hasMetadata: false, hasLocation: false });
      expect(after.ok && after.frames, path).toBe(read.frames);
      if (prepared.changed) changed++;
      expect(difference(await pixelsOf(prepared.blob), await pixelsOf(read.blob)).max, path).toBe(0);
    }
    expect(changed).toBeGreaterThan(10);
  },
);

test('a BMP is converted to PNG, the same to the pixel', async () => {
  const bmp = toBmp(drawn(50, 30).getContext('2d')!.getImageData(0, 0, 50, 30));
  const prepared = await openPictures().prepare(bmp, { ...asIs, mimeType: 'image/bmp', convert: true });
  expect(prepared).toMatchObject({ mimeType: 'image/png', widthPx: 50, heightPx: 30, changed: true });
  expect(difference(await pixelsOf(prepared.blob), await pixelsOf(bmp)).max).toBe(0);
});

test('an animation is fitted to its first frame, as a PNG', async (context) => {
  context.skip((await commands.listCorpus('images')) === null, 'the corpora are absent: set CORPORA_DIR');
  const file = await corpusFile('images/gif/image-rs/anim/large-gif-anim-combine.gif');
  const pictures = openPictures();
  expect(await pictures.readPicture(file)).toMatchObject({ animated: true, converted: false });
  const fit = { widthPx: 512, heightPx: 512 };
  const prepared = await pictures.prepare(file, { ...asIs, mimeType: 'image/gif', fit });
  expect(prepared).toMatchObject({ mimeType: 'image/png', ...fit, changed: true });
});

test('bytes that are no picture, cut off, or not what was attached fail as plain data', async () => {
  const pictures = openPictures();
  const options = { ...asIs, mimeType: 'image/png', fit: { widthPx: 1, heightPx: 1 } };
  const unreadable = { failure: { kind: 'picture-unreadable' } };
  const png = await encoded('image/png', 300, 300);
  await expect(pictures.prepare(new Blob(['no']), options)).rejects.toMatchObject(unreadable);
  await expect(pictures.prepare(png.slice(0, 500), options)).rejects.toMatchObject(unreadable);
  await expect(pictures.prepare(png, { ...options, mimeType: 'image/jpeg' })).rejects.toMatchObject(
    unreadable,
  );
});

test('a picture whose file is gone says so, and the next one is served', async () => {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle('lost.png', { create: true });
  const png = await encoded('image/png', 30, 30);
  const writer = await handle.createWritable();
  await writer.write(png);
  await writer.close();
  const lost = await handle.getFile();
  await folder.removeEntry('lost.png');
  const pictures = openPictures();
  const missing = { failure: { kind: 'picture-missing' } };
  const options = { ...asIs, mimeType: 'image/png' };
  await expect(pictures.prepare(lost, options)).rejects.toMatchObject(missing);
  await expect(pictures.toDataUrl(lost, 'image/png')).rejects.toMatchObject(missing);
  expect(await pictures.readPicture(lost)).toMatchObject({
    ok: false,
    reason: 'unreadable',
    name: 'lost.png',
  });
  expect(await pictures.prepare(png, options)).toMatchObject({ changed: false });
});

/** Two by two pixels, the smallest AVIF that libavif writes. */
const avif =
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxp' +
  'YmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAAB' +
  'AABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQ0MAAAA' +
  'ABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVtZGF0EgAKCBgANogQEAwgMg8f8D///8WfhwB8+ErK42A=';

test('an AVIF is read, and converted to a JPEG where nothing is transparent', async () => {
  const pictures = openPictures();
  const read = await pictures.readPicture(
    new File([bytesOf(atob(avif))], 'photo.jpg', { type: 'image/jpeg' }),
  );
  expect(read).toMatchObject({ ok: true, mimeType: 'image/avif', widthPx: 2, heightPx: 2, converted: true });
  if (!read.ok) return;
  const prepared = await pictures.prepare(read.blob, { ...asIs, mimeType: 'image/avif', convert: true });
  expect(prepared).toMatchObject({ mimeType: 'image/jpeg', widthPx: 2, heightPx: 2, changed: true });
  expect(difference(await pixelsOf(prepared.blob), await pixelsOf(read.blob)).max).toBeLessThan(8);
});

test('a format that Azure takes is not converted', async () => {
  const png = await encoded('image/png', 30, 30);
  const prepared = await openPictures().prepare(png, { ...asIs, mimeType: 'image/png', convert: true });
  expect(prepared.changed).toBe(false);
});

async function drawnAs(widthPx: number, heightPx: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  canvas.getContext('2d')!.drawImage(drawn(1500, 998), 0, 0, widthPx, heightPx);
  return canvas.convertToBlob();
}
