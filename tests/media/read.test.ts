import { expect, test } from 'vitest';
import {
  bytesIn,
  bytesOf,
  difference,
  drawn,
  encoded,
  exifSegment,
  openPictures,
  pixelsOf,
  pngChunk,
  toBmp,
  together,
  withSegments,
} from './files.ts';

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0'));

test.each(['image/jpeg', 'image/png', 'image/webp'])(
  '%s is read whole, under its true type',
  async (mimeType) => {
    const file = await encoded(mimeType, 640, 400);
    const misnamed = new File([file], 'holiday.txt', { type: 'text/plain' });
    const read = await openPictures().readPicture(misnamed);
    if (!read.ok) throw new Error(read.reason);
    expect(read).toMatchObject({
      mimeType,
      name: 'holiday.txt',
      bytes: file.size,
      widthPx: 640,
      heightPx: 400,
      animated: false,
      hasMetadata: false,
      hasLocation: false,
      converted: false,
    });
    expect(read.attachmentId).toBe(
      hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())).join(''),
    );
    expect(read.blob.type).toBe(mimeType);
    expect(await bytesIn(read.blob)).toEqual(await bytesIn(file));
    const thumbnail = await pixelsOf(read.thumbnail);
    expect([thumbnail.width, thumbnail.height]).toEqual([256, 160]);
    const small = new OffscreenCanvas(256, 160).getContext('2d', { willReadFrequently: true })!;
    small.drawImage(drawn(640, 400), 0, 0, 256, 160);
    expect(difference(thumbnail, small.getImageData(0, 0, 256, 160)).mean).toBeLessThan(6);
  },
);

test('a format that Azure does not take is read and marked for conversion', async () => {
  const bmp = toBmp(await pixelsOf(await encoded('image/png', 31, 17)));
  const read = await openPictures().readPicture(bmp);
  expect(read).toMatchObject({ ok: true, mimeType: 'image/bmp', widthPx: 31, heightPx: 17, converted: true });
});

test('an icon is read at its largest size', async () => {
  const png = await bytesIn(await encoded('image/png', 48, 48));
  const list = new DataView(new ArrayBuffer(22));
  list.setUint16(2, 1, true);
  list.setUint16(4, 1, true);
  list.setUint8(6, 48);
  list.setUint8(7, 48);
  list.setUint16(10, 1, true);
  list.setUint16(12, 32, true);
  list.setUint32(14, png.length, true);
  list.setUint32(18, 22, true);
  const read = await openPictures().readPicture(new File([list.buffer, png], 'favicon.ico'));
  expect(read).toMatchObject({
    ok: true,
    mimeType: 'image/x-icon',
    widthPx: 48,
    heightPx: 48,
    converted: true,
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 0])(
  'orientation %i is applied, an invalid one ignored',
  async (orientation) => {
    const plain = await encoded('image/jpeg', 320, 200);
    const turned = withSegments(await bytesIn(plain), exifSegment({ orientation }));
    const read = await openPictures().readPicture(turned);
    const isOnItsSide = orientation >= 5 && orientation <= 8;
    expect(read).toMatchObject({
      ok: true,
      widthPx: isOnItsSide ? 200 : 320,
      heightPx: isOnItsSide ? 320 : 200,
    });
    // An orientation alone says nothing about anybody.
    expect(read).toMatchObject({ hasMetadata: false, hasLocation: false });
  },
);

test('camera data and position are told apart', async () => {
  const pictures = openPictures();
  const jpeg = await bytesIn(await encoded('image/jpeg', 40, 30));
  const read = async (...segments: [number, Uint8Array][]) => {
    const { ok, hasMetadata, hasLocation } = (await pictures.readPicture(
      withSegments(jpeg, ...segments),
    )) as never;
    return { ok, hasMetadata, hasLocation };
  };
  const xmp = (body: string): [number, Uint8Array] => [
    0xe1,
    bytesOf(`http://ns.adobe.com/xap/1.0/\0${body}`),
  ];
  expect(await read(exifSegment({ camera: true }))).toEqual({
    ok: true,
    hasMetadata: true,
    hasLocation: false,
  });
  expect(await read(exifSegment({ camera: true, gps: true }))).toMatchObject({ hasLocation: true });
  expect(await read(xmp('<x:xmpmeta/>'))).toEqual({ ok: true, hasMetadata: true, hasLocation: false });
  expect(await read(xmp('exif:GPSLatitude="1,2N"'))).toMatchObject({ hasMetadata: true, hasLocation: true });
  expect(await read([0xed, bytesOf('Photoshop 3.0\0')])).toMatchObject({
    hasMetadata: true,
    hasLocation: false,
  });
  expect(await read([0xfe, bytesOf('a comment')])).toMatchObject({ hasMetadata: true, hasLocation: false });
});

test('a file that is no picture is refused by what it is', async () => {
  const pictures = openPictures();
  const reasonOf = async (bytes: string) => {
    const read = await pictures.readPicture(new File([bytesOf(bytes)], 'picture.png', { type: 'image/png' }));
    return read.ok ? 'read' : read.reason;
  };
  const brands = (...list: string[]) =>
    `\0\0\0${String.fromCharCode(8 + 4 * (list.length + 1))}ftyp${list[0]}\0\0\0\0${list.slice(1).join('')}`;
  expect({
    empty: await reasonOf(''),
    text: await reasonOf('Dear all, BM'),
    pdf: await reasonOf('%PDF-1.7\n'),
    html: await reasonOf('\n<!DOCTYPE html><p>'),
    svg: await reasonOf('\xef\xbb\xbf<?xml version="1.0"?><!-- a --><svg xmlns="…">'),
    heic: await reasonOf(brands('heic', 'mif1', 'heic')),
    film: await reasonOf(brands('isom', 'mp42')),
    webm: await reasonOf('\x1a\x45\xdf\xa3rest'),
    tiff: await reasonOf('II*\0\x08\0\0\0\0\0'),
    jxl: await reasonOf('\xff\x0a\0\0'),
    avif: await reasonOf(brands('avif', 'mif1')),
    jpeg: await reasonOf('\xff\xd8\xff\xe0\0\x10JFIF'),
    png: await reasonOf('\x89PNG\r\n\x1a\n'),
    gif: await reasonOf('GIF89a\x01\0\x01\0\0\0\0;'),
    webp: await reasonOf('RIFF\x04\0\0\0WEBP'),
  }).toEqual({
    empty: 'empty',
    text: 'not-a-picture',
    pdf: 'pdf',
    html: 'html',
    svg: 'svg',
    heic: 'heic',
    film: 'video',
    webm: 'video',
    tiff: 'tiff',
    jxl: 'unsupported',
    avif: 'corrupt',
    jpeg: 'corrupt',
    png: 'corrupt',
    gif: 'corrupt',
    webp: 'corrupt',
  });
});

test.each(['image/jpeg', 'image/png', 'image/webp'])('a %s that was cut off is refused', async (mimeType) => {
  const whole = await encoded(mimeType, 300, 300);
  const read = await openPictures().readPicture(whole.slice(0, whole.size * 0.6));
  expect(read).toMatchObject({ ok: false, reason: 'corrupt', mimeType });
});

test('a header that its bytes cannot fill is called false, without decoding', async () => {
  const png = await bytesIn(await encoded('image/png', 40, 40));
  const header = png.slice(16, 29);
  new DataView(header.buffer).setUint32(0, 9000);
  new DataView(header.buffer).setUint32(4, 9000);
  const lying = together(png.subarray(0, 8), pngChunk('IHDR', header), png.subarray(33));
  const read = await openPictures().readPicture(new Blob([lying]));
  expect(read).toMatchObject({
    ok: false,
    reason: 'false-header',
    claimedWidthPx: 9000,
    claimedHeightPx: 9000,
  });
});

test('over 100 megapixels nothing is decoded; just under it, all is', { timeout: 60_000 }, async () => {
  const pictures = openPictures();
  const jpeg = await bytesIn(await encoded('image/jpeg', 64, 64));
  expect(await pictures.readPicture(claiming(jpeg, 10_000, 10_001))).toMatchObject({
    ok: false,
    reason: 'too-many-pixels',
    claimedHeightPx: 10_001,
  });
  const canvas = new OffscreenCanvas(10_000, 9_999);
  canvas.getContext('2d')!.fillRect(0, 0, 9_000, 9_000);
  const large = await canvas.convertToBlob({ type: 'image/jpeg' });
  expect(await pictures.readPicture(large)).toMatchObject({ ok: true, widthPx: 10_000, heightPx: 9_999 });
});

test('a JPEG that claims more pixels than its scan can hold is called false', async () => {
  const jpeg = await bytesIn(await encoded('image/jpeg', 64, 64));
  expect(await openPictures().readPicture(claiming(jpeg, 10_000, 10_000))).toMatchObject({
    ok: false,
    reason: 'false-header',
    claimedWidthPx: 10_000,
  });
});

test('a file over 200 MB is refused unread', async () => {
  const head = await encoded('image/png', 8, 8);
  const huge = new Blob([head, ...Array<Blob>(201).fill(new Blob([new Uint8Array(1_000_000)]))]);
  expect(await openPictures().readPicture(huge)).toMatchObject({
    ok: false,
    reason: 'too-many-bytes',
    limitBytes: 200_000_000,
  });
});

test('many pictures at once are read by two workers', async () => {
  const pictures = openPictures();
  expect(pictures.started).toHaveLength(0);
  const files = await Promise.all(
    [100, 200, 300, 400, 500, 600].map((size) => encoded('image/png', size, size)),
  );
  const reads = await Promise.all(files.map((file) => pictures.readPicture(file)));
  expect(reads.map((read) => read.ok && read.widthPx)).toEqual([100, 200, 300, 400, 500, 600]);
  expect(pictures.started).toHaveLength(2);
});

function claiming(jpeg: Uint8Array, widthPx: number, heightPx: number): Blob {
  const copy = jpeg.slice();
  const frame = copy.findIndex((byte, index) => byte === 0xff && copy[index + 1] === 0xc0);
  new DataView(copy.buffer).setUint16(frame + 5, heightPx);
  new DataView(copy.buffer).setUint16(frame + 7, widthPx);
  return new Blob([copy]);
}
