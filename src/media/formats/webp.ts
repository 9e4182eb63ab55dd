import { joined, type Bytes } from './bytes.ts';
import { hasXmpLocation, readExif, toOrientationExif, type Exif } from './exif.ts';
import { plainHeader, type PictureHeader } from './picture-header.ts';

interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly payload: number;
  /** Past the padding byte. */
  readonly end: number;
}

const exifFlag = 0x08;
const xmpFlag = 0x04;
const animationFlag = 0x02;

export function readWebpHeader(bytes: Bytes): PictureHeader | null {
  let size: { widthPx: number; heightPx: number } | null = null;
  let frames = 0;
  let animated = false;
  let lossless = false;
  let exif: Exif | null = null;
  let hasXmp = false;
  let hasLocation = false;
  for (const { type, payload, end } of chunksOf(bytes)) {
    if (type === 'VP8X') {
      animated = (bytes.u8(payload) & animationFlag) !== 0;
      size ??= { widthPx: bytes.u24le(payload + 4) + 1, heightPx: bytes.u24le(payload + 7) + 1 };
    } else if (type === 'VP8 ') {
      size ??= readLossySize(bytes, payload);
    } else if (type === 'VP8L') {
      size ??= readLosslessSize(bytes, payload);
      lossless = true;
    } else if (type === 'ANMF') {
      frames++;
    } else if (type === 'EXIF') {
      exif ??= readExif(bytes, bytes.has(payload, 'Exif\0\0') ? payload + 6 : payload);
    } else if (type === 'XMP ') {
      hasXmp = true;
      hasLocation ||= hasXmpLocation(bytes.all.subarray(payload, end));
    }
  }
  if (!size) return null;
  return {
    ...plainHeader,
    ...size,
    orientation: exif?.orientation ?? 1,
    animated: animated && frames > 1,
    frames: animated ? frames : null,
    hasMetadata: hasXmp || (exif?.isPersonal ?? false),
    hasLocation: hasLocation || (exif?.hasLocation ?? false),
    lossless,
  };
}

/** Drops EXIF (but for an orientation) and XMP, clears their flags, mends the RIFF length, cuts what follows. */
export function stripWebp(bytes: Bytes, header: PictureHeader): Uint8Array<ArrayBuffer> {
  const isTurned = header.orientation !== 1;
  const kept: Uint8Array[] = [bytes.all.slice(0, 12)];
  for (const { type, start, end } of chunksOf(bytes)) {
    if (type === 'EXIF' || type === 'XMP ') continue;
    const chunk = bytes.all.slice(start, end);
    if (type === 'VP8X') chunk[8] = ((chunk[8] ?? 0) & ~(exifFlag | xmpFlag)) | (isTurned ? exifFlag : 0);
    kept.push(chunk);
  }
  if (isTurned) kept.push(toChunk('EXIF', toOrientationExif(header.orientation)));
  const all = joined(kept);
  new DataView(all.buffer).setUint32(4, all.length - 8, true);
  return all;
}

/** A VP8 key frame begins with a 3-byte tag, 9D 01 2A, then 14 bits of width and of height (RFC 6386, 9.1). */
function readLossySize(bytes: Bytes, at: number) {
  if (!bytes.has(at + 3, '\x9d\x01\x2a')) return null;
  return { widthPx: bytes.u16le(at + 6) & 0x3fff, heightPx: bytes.u16le(at + 8) & 0x3fff };
}

/** VP8L: the byte 2F, then 14 bits of width less one and 14 of height less one (RFC 9649, 3.4). */
function readLosslessSize(bytes: Bytes, at: number) {
  if (bytes.u8(at) !== 0x2f) return null;
  const bits = bytes.u32le(at + 1);
  return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Walks to the end that RIFF claims, or of the file when that is nearer. */
function* chunksOf(bytes: Bytes): Generator<Chunk> {
  const limit = Math.min(bytes.length, 8 + bytes.u32le(4));
  let start = 12;
  while (start + 8 <= limit) {
    const length = bytes.u32le(start + 4);
    const end = Math.min(limit, start + 8 + length + (length & 1));
    yield { type: bytes.text(start, 4), start, payload: start + 8, end };
    start = end;
  }
}

function toChunk(type: string, payload: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(8 + payload.length + (payload.length & 1));
  for (let index = 0; index < 4; index++) chunk[index] = type.charCodeAt(index);
  new DataView(chunk.buffer).setUint32(4, payload.length, true);
  chunk.set(payload, 8);
  return chunk;
}
