import { fromText, joined, type Bytes } from './bytes.ts';
import { hasXmpLocation, readExif, toOrientationExif, type Exif } from './exif.ts';
import { plainHeader, type PictureHeader } from './picture-header.ts';

interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly payload: number;
  readonly length: number;
  readonly end: number;
}

/** Deflate cannot shrink more than this (zlib's "Maximum Expansion Factor"). */
const mostDeflate = 1032;
const channelsByColourType: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const textChunks = new Set(['tEXt', 'zTXt', 'iTXt', 'tIME']);

export function readPngHeader(bytes: Bytes): PictureHeader | null {
  if (!bytes.has(12, 'IHDR')) return null;
  const widthPx = bytes.u32be(16);
  const heightPx = bytes.u32be(20);
  const channels = channelsByColourType[bytes.u8(25)];
  if (!channels) return null;
  let compressed = 0;
  let isWhole = false;
  let frames: number | null = null;
  let exif: Exif | null = null;
  let hasMetadata = false;
  let hasLocation = false;
  for (const { type, payload, length, end } of chunksOf(bytes)) {
    if (type === 'IDAT') compressed += length;
    if (type === 'IEND') isWhole = true;
    if (type === 'acTL' && compressed === 0) frames = bytes.u32be(payload);
    if (type === 'eXIf') exif ??= readExif(bytes, payload);
    if (textChunks.has(type)) hasMetadata = true;
    if (type === 'iTXt' && bytes.has(payload, 'XML:com.adobe.xmp')) {
      hasLocation ||= hasXmpLocation(bytes.all.subarray(payload, end));
    }
  }
  if (compressed === 0) return null;
  const needed = heightPx * Math.ceil((widthPx * channels * bytes.u8(24)) / 8);
  return {
    ...plainHeader,
    widthPx,
    heightPx,
    orientation: exif?.orientation ?? 1,
    animated: frames !== null && frames > 1,
    frames,
    hasMetadata: hasMetadata || (exif?.isPersonal ?? false),
    hasLocation: hasLocation || (exif?.hasLocation ?? false),
    // A file that was cut off is damaged rather than false.
    impossible: isWhole && needed > compressed * mostDeflate,
    lossless: true,
  };
}

/** Drops texts, time and EXIF (but for an orientation), and what follows IEND. */
export function stripPng(bytes: Bytes, header: PictureHeader): Uint8Array<ArrayBuffer> {
  const kept: Uint8Array[] = [bytes.all.subarray(0, 8)];
  for (const { type, start, end } of chunksOf(bytes)) {
    if (type === 'eXIf' || textChunks.has(type)) continue;
    kept.push(bytes.all.subarray(start, end));
    if (type === 'IHDR' && header.orientation !== 1) {
      kept.push(toChunk('eXIf', toOrientationExif(header.orientation)));
    }
  }
  return joined(kept);
}

/** Walks up to IEND; a chunk that reaches past the end of the file is the last. */
function* chunksOf(bytes: Bytes): Generator<Chunk> {
  let at = 8;
  while (at + 8 <= bytes.length) {
    const claimed = bytes.u32be(at);
    const type = bytes.text(at + 4, 4);
    const end = Math.min(at + 12 + claimed, bytes.length);
    yield {
      type,
      start: at,
      payload: at + 8,
      length: Math.max(0, Math.min(claimed, bytes.length - at - 8)),
      end,
    };
    if (type === 'IEND') return;
    at = end;
  }
}

function toChunk(type: string, payload: Uint8Array): Uint8Array {
  const body = joined([fromText(type), payload]);
  const frame = new DataView(new ArrayBuffer(8));
  frame.setUint32(0, payload.length);
  frame.setUint32(4, crc32(body));
  return joined([new Uint8Array(frame.buffer, 0, 4), body, new Uint8Array(frame.buffer, 4, 4)]);
}

/** CRC-32 as PNG uses it (ISO 3309); bit by bit, for blocks of a few bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
