import { joined, type Bytes } from './bytes.ts';
import { hasXmpLocation } from './exif.ts';
import { plainHeader, type PictureHeader } from './picture-header.ts';

type BlockKind = 'frame' | 'comment' | 'application' | 'other' | 'end';

interface Block {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
}

/** Application blocks a decoder acts on: loop counts and colour profiles. */
const keptApplications = ['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'];

export function readGifHeader(bytes: Bytes): PictureHeader | null {
  let widthPx = bytes.u16le(6);
  let heightPx = bytes.u16le(8);
  let frames = 0;
  let hasMetadata = false;
  let hasLocation = false;
  for (const block of blocksOf(bytes)) {
    if (block.kind === 'frame') {
      // A first frame larger than the screen enlarges the picture in every browser.
      if (frames === 0) {
        widthPx = Math.max(widthPx, bytes.u16le(block.start + 1) + bytes.u16le(block.start + 5));
        heightPx = Math.max(heightPx, bytes.u16le(block.start + 3) + bytes.u16le(block.start + 7));
      }
      frames++;
    } else if (isDropped(bytes, block)) {
      hasMetadata = true;
      if (bytes.has(block.start + 3, 'XMP Data')) {
        hasLocation ||= hasXmpLocation(bytes.all.subarray(block.start, block.end));
      }
    }
  }
  if (frames === 0) return null;
  return {
    ...plainHeader,
    widthPx,
    heightPx,
    animated: frames > 1,
    frames,
    hasMetadata,
    hasLocation,
    lossless: true,
  };
}

/** Drops comments, XMP and private application blocks, and what follows the trailer. */
export function stripGif(bytes: Bytes): Uint8Array<ArrayBuffer> | null {
  const kept: Uint8Array[] = [bytes.all.subarray(0, afterScreen(bytes))];
  let isWhole = false;
  for (const block of blocksOf(bytes)) {
    if (!isDropped(bytes, block)) kept.push(bytes.all.subarray(block.start, block.end));
    isWhole = block.kind === 'end';
  }
  return isWhole ? joined(kept) : null;
}

function isDropped(bytes: Bytes, { kind, start }: Block): boolean {
  if (kind === 'comment') return true;
  return kind === 'application' && !keptApplications.some((name) => bytes.has(start + 3, name));
}

/** Walks the blocks; stops at the trailer, at the end of the file, or at a byte that starts no block. */
function* blocksOf(bytes: Bytes): Generator<Block> {
  let start = afterScreen(bytes);
  while (start < bytes.length) {
    const introducer = bytes.u8(start);
    if (introducer === 0x3b) {
      yield { kind: 'end', start, end: start + 1 };
      return;
    }
    const isFrame = introducer === 0x2c;
    if ((!isFrame && introducer !== 0x21) || start + (isFrame ? 10 : 2) > bytes.length) return;
    const data = isFrame ? start + 10 + colourTableLength(bytes.u8(start + 9)) + 1 : start + 2;
    const end = afterSubBlocks(bytes, data);
    yield { kind: isFrame ? 'frame' : extensionKind(bytes.u8(start + 1)), start, end };
    start = end;
  }
}

function extensionKind(label: number): BlockKind {
  return label === 0xfe ? 'comment' : label === 0xff ? 'application' : 'other';
}

function afterSubBlocks(bytes: Bytes, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = bytes.u8(at);
    at += 1 + length;
    if (length === 0) return at;
  }
  return bytes.length;
}

function afterScreen(bytes: Bytes): number {
  return 13 + colourTableLength(bytes.u8(10));
}

function colourTableLength(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
