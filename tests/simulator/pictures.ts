import { deflateSync } from 'node:zlib';

export type Colour = readonly [red: number, green: number, blue: number];

/** A real PNG in vertical stripes of equal width; with `tooBig` bytes of ballast where a size is needed. */
export function png(widthPx: number, heightPx: number, stripes: readonly Colour[], ballastBytes = 0): Buffer {
  const row = Buffer.alloc(1 + widthPx * 3);
  for (let x = 0; x < widthPx; x += 1) {
    row.set(stripes[Math.floor((x * stripes.length) / widthPx)]!, 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({ length: heightPx }, () => row));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(ballastBytes > 0 ? [chunk('teXt', Buffer.alloc(ballastBytes))] : []),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  // The checksum is left zero: nothing here reads it.
  return Buffer.concat([length, Buffer.from(type, 'latin1'), content, Buffer.alloc(4)]);
}

/** Headers of the other formats, with the size where each keeps it. */
export function jpegHeader(widthPx: number, heightPx: number): Buffer {
  const exif = Buffer.from([0xff, 0xe1, 0x00, 0x0a, 1, 2, 3, 4, 5, 6, 7, 8]);
  const frame = Buffer.from([0xff, 0xc2, 0x00, 0x11, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  frame.writeUInt16BE(heightPx, 5);
  frame.writeUInt16BE(widthPx, 7);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), exif, frame]);
}

export function gifHeader(widthPx: number, heightPx: number): Buffer {
  const bytes = Buffer.from('GIF89a\0\0\0\0\0\0\0', 'latin1');
  bytes.writeUInt16LE(widthPx, 6);
  bytes.writeUInt16LE(heightPx, 8);
  return bytes;
}

export function webpHeader(widthPx: number, heightPx: number): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.write('RIFF', 0, 'latin1');
  bytes.write('WEBPVP8X', 8, 'latin1');
  bytes.writeUIntLE(widthPx - 1, 24, 3);
  bytes.writeUIntLE(heightPx - 1, 27, 3);
  return bytes;
}

export function dataUrl(bytes: Buffer, type = 'image/png'): string {
  return `data:${type};base64,${bytes.toString('base64')}`;
}
