import type { Orientation } from '#domain/places.ts';
import { readHeader } from './formats/header.ts';
import type { PictureHeader } from './formats/picture-header.ts';
import { isTakenByAzure, mimeTypeOf, sniff, sniffBytes, type PictureFormat } from './formats/sniff.ts';
import { thumbnailOf } from './redraw.ts';
import {
  limitBytes,
  limitPixels,
  type PictureRead,
  type PictureRefusal,
  type RefusalReason,
} from './picture.ts';

/** Reading a file waits for a disk, a network drive or a cloud folder, not for a hostile picture. */
const readingMs = 15_000;

/** A picture of no size is decoded or refused within this: the two seconds of issue 2, less the way here and back. */
const decodingMs = 1_800;

/**
 * More for honest size: 12 megapixels decode in 45 ms on a laptop, so this allows for a machine fifty times slower.
 * What is damaged is refused by the decoder long before; this bounds only a decoder that does not answer.
 */
const decodingMsPerMegapixel = 200;

/** A progressive JPEG has about ten scans; hundreds of them are an attack on decoders and get no extra time. */
const mostHonestScans = 100;

/**
 * Tells what a file is, and decodes it once, for its true size and a thumbnail. Bytes are judged in order of cost:
 * signature, header, decoder. `setBudget` says how long the next step may take.
 */
export async function readPicture(
  file: Blob,
  name: string,
  setBudget: (ms: number) => void,
): Promise<PictureRead> {
  const refuse = (reason: RefusalReason, facts: Partial<PictureRefusal> = {}): PictureRefusal => {
    return { ok: false, reason, name, bytes: file.size, limitPixels, limitBytes, ...facts };
  };
  if (file.size === 0) return refuse('empty');
  setBudget(readingMs);
  const head = await readBytes(file.slice(0, sniffBytes));
  if (!head) return refuse('unreadable');
  const sniffed = sniff(head);
  if (sniffed.kind === 'unknown') return refuse('not-a-picture');
  if (sniffed.kind === 'unsupported') return refuse('unsupported', { format: sniffed.format });
  if (sniffed.kind !== 'picture') return refuse(sniffed.kind);
  const { format } = sniffed;
  const mimeType = mimeTypeOf(format);
  if (file.size > limitBytes) return refuse('too-many-bytes', { mimeType });

  const bytes = await readBytes(file);
  if (!bytes) return refuse('unreadable', { mimeType });
  setBudget(decodingMs);
  const header = readHeader(format, bytes);
  if (!header) return refuse(undecodable(format), { mimeType });
  const claim = { mimeType, claimedWidthPx: header.widthPx, claimedHeightPx: header.heightPx };
  if (header.widthPx * header.heightPx > limitPixels) return refuse('too-many-pixels', claim);
  if (header.impossible) return refuse('false-header', claim);

  setBudget(decodingBudgetMs(header));
  const blob = new Blob([bytes], { type: mimeType });
  const [attachmentId, bitmap] = await Promise.all([sha256(bytes), decode(blob)]);
  if (!bitmap) return refuse(undecodable(format), claim);
  try {
    const { width: widthPx, height: heightPx } = bitmap;
    if (!isAsClaimed(format, header, bitmap)) {
      return refuse('false-header', { ...claim, actualWidthPx: widthPx, actualHeightPx: heightPx });
    }
    const thumbnail = await thumbnailOf(bitmap);
    const { animated, frames, hasMetadata, hasLocation } = header;
    const orientation = header.orientation as Orientation;
    const found = { orientation, animated, ...(frames === null ? {} : { frames }), hasMetadata, hasLocation };
    const converted = !isTakenByAzure(format);
    return {
      ...{ ok: true, attachmentId, blob, name, mimeType, bytes: bytes.length, widthPx, heightPx },
      ...{ ...found, converted, thumbnail },
    };
  } finally {
    bitmap.close();
  }
}

/** The bytes, or null where the file is gone or its drive refuses. */
async function readBytes(file: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return null;
  }
}

/** Upright; null when the browser cannot. For an animation, its first frame. */
async function decode(blob: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** HEIC and TIFF are decoded by Safari and by nobody else, so there a failure says nothing about the file. */
function undecodable(format: PictureFormat): RefusalReason {
  return format === 'heic' || format === 'tiff' ? format : 'corrupt';
}

function decodingBudgetMs(header: PictureHeader): number {
  if (header.scans > mostHonestScans) return decodingMs;
  return decodingMs + decodingMsPerMegapixel * ((header.widthPx * header.heightPx) / 1e6);
}

/**
 * Upright or on its side, the decoded size is the header's. An icon is a choice of pictures, and a HEIF picture may
 * be cropped by its `clap` property, so these may only be smaller.
 */
function isAsClaimed(format: PictureFormat, header: PictureHeader, bitmap: ImageBitmap): boolean {
  const claimed = [header.widthPx, header.heightPx].sort((a, b) => a - b);
  const actual = [bitmap.width, bitmap.height].sort((a, b) => a - b);
  const isOneOfMany = format === 'ico' || format === 'avif' || format === 'heic';
  return claimed.every((side, index) => {
    const found = actual[index] ?? 0;
    return isOneOfMany ? found <= side : found === side;
  });
}
