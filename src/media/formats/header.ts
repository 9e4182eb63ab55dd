import { toBytes, type Bytes } from './bytes.ts';
import { readBmpHeader } from './bmp.ts';
import { readGifHeader, stripGif } from './gif.ts';
import { readHeifHeader } from './heif.ts';
import { readIcoHeader } from './ico.ts';
import { readJpegHeader, stripJpeg } from './jpeg.ts';
import type { PictureHeader } from './picture-header.ts';
import { readPngHeader, stripPng } from './png.ts';
import type { PictureFormat } from './sniff.ts';
import { readTiffHeader } from './tiff.ts';
import { readWebpHeader, stripWebp } from './webp.ts';

const readers: Record<PictureFormat, (bytes: Bytes) => PictureHeader | null> = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  gif: readGifHeader,
  webp: readWebpHeader,
  avif: readHeifHeader,
  heic: readHeifHeader,
  bmp: readBmpHeader,
  ico: readIcoHeader,
  tiff: readTiffHeader,
};

type Stripper = (bytes: Bytes, header: PictureHeader) => Uint8Array<ArrayBuffer> | null;

const strippers: Partial<Record<PictureFormat, Stripper>> = {
  jpeg: stripJpeg,
  png: stripPng,
  gif: stripGif,
  webp: stripWebp,
};

/** Reads the header of any bytes in linear time; null when it is damaged or claims no pixel. Never throws. */
export function readHeader(format: PictureFormat, all: Uint8Array<ArrayBuffer>): PictureHeader | null {
  const header = orNull(() => readers[format](toBytes(all)));
  return header && header.widthPx > 0 && header.heightPx > 0 ? header : null;
}

/**
 * The same pixels, bit for bit, without EXIF, XMP, IPTC, comments and whatever follows the picture's end; colour
 * profiles and the orientation stay. Null when the structure does not allow it (then encode anew). Never throws.
 */
export function withoutMetadata(
  format: PictureFormat,
  all: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | null {
  const header = readHeader(format, all);
  return header && orNull(() => strippers[format]?.(toBytes(all), header) ?? null);
}

function orNull<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
