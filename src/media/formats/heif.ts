import type { Bytes } from './bytes.ts';
import { readExif } from './exif.ts';
import { plainHeader, type PictureHeader } from './picture-header.ts';

interface Box {
  readonly type: string;
  readonly start: number;
  readonly payload: number;
  readonly end: number;
}

/** Where sizes and items are kept; nothing else is entered. `skip` counts bytes before the first inner box. */
const entered: Record<string, { skip: number }> = {
  meta: { skip: 4 },
  iprp: { skip: 0 },
  ipco: { skip: 0 },
  iinf: { skip: 6 },
  moov: { skip: 0 },
  trak: { skip: 0 },
};
const deepest = 4;

/**
 * AVIF and HEIC: the largest `ispe` property is the picture's size (the others belong to tiles and thumbnails),
 * a sequence has its size in `tkhd`. Rotation is left to the decoder, whose answer is taken.
 */
export function readHeifHeader(bytes: Bytes): PictureHeader | null {
  let widthPx = 0;
  let heightPx = 0;
  let hasMetadata = false;
  let hasTrack = false;
  const take = (width: number, height: number) => {
    if (width * height > widthPx * heightPx) [widthPx, heightPx] = [width, height];
  };
  for (const box of boxesOf(bytes, 0, bytes.length, deepest)) {
    if (box.type === 'ispe') take(bytes.u32be(box.payload + 4), bytes.u32be(box.payload + 8));
    if (box.type === 'tkhd') {
      hasTrack = true;
      take(bytes.u16be(box.end - 8), bytes.u16be(box.end - 4));
    }
    if (box.type === 'infe') {
      const item = bytes.text(box.payload, Math.min(64, box.end - box.payload));
      hasMetadata ||= item.includes('Exif') || item.includes('mime');
    }
  }
  if (widthPx === 0) return null;
  return {
    ...plainHeader,
    widthPx,
    heightPx,
    animated: hasTrack,
    hasMetadata,
    hasLocation: hasMetadata && hasExifLocation(bytes),
  };
}

function* boxesOf(bytes: Bytes, from: number, limit: number, depth: number): Generator<Box> {
  let start = from;
  while (start + 8 <= limit) {
    const claimed = bytes.u32be(start);
    const isLarge = claimed === 1;
    const size = isLarge ? bytes.u32be(start + 8) * 2 ** 32 + bytes.u32be(start + 12) : claimed;
    const payload = start + (isLarge ? 16 : 8);
    // 0 means "to the end of the file".
    const end = size === 0 ? limit : Math.min(limit, start + size);
    if (end < payload) return;
    const box = { type: bytes.text(start + 4, 4), start, payload, end };
    yield box;
    const inner = entered[box.type];
    if (inner && depth > 0) yield* boxesOf(bytes, payload + inner.skip, end, depth - 1);
    start = end;
  }
}

/** Items are addressed through tables; the EXIF block is found by its signature instead, a few candidates at most. */
function hasExifLocation(bytes: Bytes): boolean {
  let at = -1;
  for (let tries = 0; tries < 1000; tries++) {
    at = bytes.all.indexOf(0x2a, at + 1);
    if (at < 0) return false;
    const start = bytes.has(at - 2, 'II*\0') ? at - 2 : bytes.has(at - 3, 'MM\0*') ? at - 3 : -1;
    if (start >= 0 && readExifQuietly(bytes, start)) return true;
  }
  return false;
}

function readExifQuietly(bytes: Bytes, start: number): boolean {
  try {
    return readExif(bytes, start)?.hasLocation ?? false;
  } catch {
    return false;
  }
}
