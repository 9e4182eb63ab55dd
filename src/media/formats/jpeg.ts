import { fromText, joined, type Bytes } from './bytes.ts';
import { hasXmpLocation, readExif, toOrientationExif, type Exif } from './exif.ts';
import { plainHeader, type PictureHeader } from './picture-header.ts';

/** One marker segment: `[start, end)` with marker and length, and for a scan its entropy-coded bytes too. */
interface Segment {
  readonly marker: number;
  readonly start: number;
  /** Where the payload begins. */
  readonly payload: number;
  readonly end: number;
}

const startOfScan = 0xda;
const endOfImage = 0xd9;
const comment = 0xfe;

/**
 * With Huffman codes no block of 8 × 8 takes less: one bit for its DC value, and in sequential frames one for the
 * end of block. Decoders fill what is missing with grey, so a false size shows here or nowhere.
 */
const fewestBitsPerBlock = new Map([
  [0xc0, 2],
  [0xc1, 2],
  [0xc2, 1],
]);

export function readJpegHeader(bytes: Bytes): PictureHeader | null {
  let header: PictureHeader | null = null;
  let exif: Exif | null = null;
  let hasMetadata = false;
  let hasLocation = false;
  let scans = 0;
  let scanBytes = 0;
  let isWhole = false;
  let bitsPerBlock = 0;
  for (const segment of segmentsOf(bytes)) {
    const { marker, payload } = segment;
    if (isFrame(marker) && !header) {
      const lossless = (marker & 3) === 3;
      header = {
        ...plainHeader,
        lossless,
        heightPx: bytes.u16be(payload + 1),
        widthPx: bytes.u16be(payload + 3),
      };
      bitsPerBlock = fewestBitsPerBlock.get(marker) ?? 0;
    }
    if (marker === startOfScan) {
      scans++;
      scanBytes += segment.end - payload;
    }
    if (marker === endOfImage) isWhole = true;
    if (isExif(bytes, segment)) {
      const found = readExif(bytes, payload + 6);
      exif ??= found;
      hasMetadata ||= found?.isPersonal ?? false;
      hasLocation ||= found?.hasLocation ?? false;
    } else if (isXmp(bytes, segment)) {
      hasMetadata = true;
      hasLocation ||= hasXmpLocation(bytes.all.subarray(payload, segment.end));
    } else if (marker === comment || (marker === 0xed && bytes.has(payload, 'Photoshop'))) {
      hasMetadata = true;
    }
  }
  // A frame without a scan holds no pixel.
  if (!header || scans === 0) return null;
  const blocks = Math.ceil(header.widthPx / 8) * Math.ceil(header.heightPx / 8);
  // A file that was cut off is damaged rather than false.
  const impossible = isWhole && scanBytes * 8 < blocks * bitsPerBlock;
  return { ...header, orientation: exif?.orientation ?? 1, hasMetadata, hasLocation, scans, impossible };
}

/**
 * Keeps what the pixels need: tables, frames, scans, JFIF, ICC profiles, Adobe's colour transform. An orientation
 * other than upright stays as an EXIF block of one entry. What follows the end (previews, motion photos) goes.
 */
export function stripJpeg(bytes: Bytes, header: PictureHeader): Uint8Array<ArrayBuffer> {
  const kept: Uint8Array[] = [bytes.all.subarray(0, 2)];
  let orientation: Uint8Array | null = header.orientation === 1 ? null : toExifSegment(header.orientation);
  for (const segment of segmentsOf(bytes)) {
    const isFirst = kept.length === 1;
    // EXIF stands before everything but JFIF.
    if (orientation && !(isFirst && segment.marker === 0xe0)) {
      kept.push(orientation);
      orientation = null;
    }
    if (isKept(bytes, segment)) kept.push(bytes.all.subarray(segment.start, segment.end));
  }
  return joined(kept);
}

function isKept(bytes: Bytes, { marker, payload }: Segment): boolean {
  if (marker === comment) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  return (
    (marker === 0xe0 && bytes.has(payload, 'JFIF\0')) ||
    (marker === 0xe2 && bytes.has(payload, 'ICC_PROFILE\0')) ||
    (marker === 0xee && bytes.has(payload, 'Adobe'))
  );
}

function toExifSegment(orientation: number): Uint8Array {
  const block = toOrientationExif(orientation);
  const length = block.length + 8;
  return joined([fromText(`\xff\xe1${String.fromCharCode(length >> 8, length & 255)}Exif\0\0`), block]);
}

/** Start-of-frame markers: C0 to CF without the tables DHT (C4), JPG (C8) and DAC (CC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function isExif(bytes: Bytes, { marker, payload }: Segment): boolean {
  return marker === 0xe1 && bytes.has(payload, 'Exif\0');
}

function isXmp(bytes: Bytes, { marker, payload }: Segment): boolean {
  return marker === 0xe1 && bytes.has(payload, 'http://ns.adobe.com/x');
}

/** Walks from SOI to EOI or to the end of the file; each step moves forward. */
function* segmentsOf(bytes: Bytes): Generator<Segment> {
  let at = 2;
  while (at + 1 < bytes.length) {
    if (bytes.u8(at) !== 0xff) {
      // Decoders skip stray bytes between segments, so this does too.
      at = bytes.all.indexOf(0xff, at);
      if (at < 0) return;
      continue;
    }
    const marker = bytes.u8(at + 1);
    if (marker === 0xff || marker === 0) {
      at++;
      continue;
    }
    if (marker === endOfImage) {
      yield { marker, start: at, payload: at + 2, end: at + 2 };
      return;
    }
    if (hasNoLength(marker)) {
      yield { marker, start: at, payload: at + 2, end: at + 2 };
      at += 2;
      continue;
    }
    if (at + 4 > bytes.length) return;
    const length = bytes.u16be(at + 2);
    if (length < 2) return;
    const headEnd = Math.min(at + 2 + length, bytes.length);
    const end = marker === startOfScan ? endOfScan(bytes, headEnd) : headEnd;
    yield { marker, start: at, payload: at + 4, end };
    at = end;
  }
}

/** TEM and the restart markers stand alone. */
function hasNoLength(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** Entropy-coded bytes end at the first marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Bytes, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.all.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes.u8(at + 1);
    if (next === 0xff) at += 1;
    else if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at += 2;
    else return at;
  }
}
