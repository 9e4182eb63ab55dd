export type PictureFormat = 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP' | 'ICO' | 'TIFF';

export interface PictureHeader {
  readonly format: PictureFormat;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Format and stored size, told from the first bytes as Azure does; null: none of the four it takes. */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    ? readPng(view)
    : startsWith(bytes, [0xff, 0xd8, 0xff])
      ? readJpeg(view)
      : ascii(bytes, 0, 4) === 'GIF8'
        ? readGif(view)
        : ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP'
          ? readWebp(view, ascii(bytes, 12, 16))
          : null;
  return size && size.widthPx > 0 && size.heightPx > 0 ? size : null;
}

/** The others that Image Analysis takes beside the four (MPO begins as a JPEG does). */
export function readRarePictureHeader(bytes: Uint8Array): PictureHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size =
    ascii(bytes, 0, 2) === 'BM'
      ? readBmp(view)
      : startsWith(bytes, [0, 0, 1, 0])
        ? readIco(view)
        : startsWith(bytes, [0x49, 0x49, 42, 0]) || startsWith(bytes, [0x4d, 0x4d, 0, 42])
          ? readTiff(view)
          : null;
  return size && size.widthPx > 0 && size.heightPx > 0 ? size : null;
}

function readBmp(view: DataView): PictureHeader | null {
  if (view.byteLength < 26) return null;
  // A negative height: the rows begin at the top.
  return { format: 'BMP', widthPx: view.getInt32(18, true), heightPx: Math.abs(view.getInt32(22, true)) };
}

/** A side of 256 is written as 0. */
function readIco(view: DataView): PictureHeader | null {
  if (view.byteLength < 8) return null;
  return { format: 'ICO', widthPx: view.getUint8(6) || 256, heightPx: view.getUint8(7) || 256 };
}

function readTiff(view: DataView): PictureHeader | null {
  const little = view.getUint8(0) === 0x49;
  const directory = view.byteLength < 8 ? Infinity : view.getUint32(4, little);
  if (directory + 2 > view.byteLength) return null;
  const sides = new Map<number, number>();
  for (let entry = 0; entry < view.getUint16(directory, little); entry += 1) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > view.byteLength) break;
    const isShort = view.getUint16(at + 2, little) === 3;
    const value = isShort ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
    sides.set(view.getUint16(at, little), value);
  }
  return { format: 'TIFF', widthPx: sides.get(256) ?? 0, heightPx: sides.get(257) ?? 0 };
}

function readPng(view: DataView): PictureHeader | null {
  if (view.byteLength < 24) return null;
  return { format: 'PNG', widthPx: view.getUint32(16), heightPx: view.getUint32(20) };
}

function readGif(view: DataView): PictureHeader | null {
  if (view.byteLength < 10) return null;
  return { format: 'GIF', widthPx: view.getUint16(6, true), heightPx: view.getUint16(8, true) };
}

/** Walks the segments to the frame header; the others in 0xc0…0xcf define tables. */
function readJpeg(view: DataView): PictureHeader | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
    } else if (isFrameHeader(marker)) {
      return { format: 'JPEG', heightPx: view.getUint16(at + 5), widthPx: view.getUint16(at + 7) };
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
  return null;
}

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readWebp(view: DataView, chunk: string): PictureHeader | null {
  if (view.byteLength < 30) return null;
  switch (chunk) {
    case 'VP8 ':
      return {
        format: 'WebP',
        widthPx: view.getUint16(26, true) & 0x3fff,
        heightPx: view.getUint16(28, true) & 0x3fff,
      };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { format: 'WebP', widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { format: 'WebP', widthPx: uint24(view, 24) + 1, heightPx: uint24(view, 27) + 1 };
    default:
      return null;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
