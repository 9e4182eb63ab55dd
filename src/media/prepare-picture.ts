import { FailureError } from '#domain/failure.ts';
import { readHeader, withoutMetadata } from './formats/header.ts';
import { uprightSize, type PictureHeader } from './formats/picture-header.ts';
import { isTakenByAzure, mimeTypeOf, sniff, sniffBytes, type PictureFormat } from './formats/sniff.ts';
import { limitPixels, type PictureArea, type PreparedPicture, type PrepareOptions } from './picture.ts';
import { encode, hasTransparency, resized, type SizePx } from './redraw.ts';

/** Near what cameras write; a model sees no difference, and the file is a third of what 1.0 gives. */
const photoQuality = 0.92;

/** Canvas encoders write WebP without loss at exactly 1. */
const losslessQuality = 1;

/**
 * Makes the bytes that are sent. Three ways, the gentlest that serves: the same bytes; the same pixels without
 * metadata; a new encoding, upright and without metadata, at exactly the asked size.
 * Throws `FailureError` for bytes that are gone or cannot be decoded.
 */
export async function preparePicture(blob: Blob, options: PrepareOptions): Promise<PreparedPicture> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const sniffed = sniff(bytes.subarray(0, sniffBytes));
  const format = sniffed.kind === 'picture' ? sniffed.format : null;
  const header = format && readHeader(format, bytes);
  if (!format || !header || header.widthPx * header.heightPx > limitPixels) throw unreadable('not a picture');
  const mimeType = mimeTypeOf(format);
  // A store that was damaged can hand out the wrong bytes: better none than another picture.
  if (mimeType !== options.mimeType) throw unreadable(`${mimeType} instead of ${options.mimeType}`);
  const upright = uprightSize(header);
  const isFitted = !options.fit || isWithin(upright, options.fit);
  if (isFitted && !options.crop && !(options.convert && !isTakenByAzure(format))) {
    const same = { blob, mimeType, ...upright, changed: false };
    if (!options.stripMetadata) return same;
    const stripped = withoutMetadata(format, bytes);
    if (stripped && isEqual(stripped, bytes)) return same;
    if (stripped) return { ...same, blob: new Blob([stripped], { type: mimeType }), changed: true };
  }
  return encodeAnew(
    blob,
    format,
    header,
    isFitted && !options.crop ? null : options.fit,
    options.crop ?? null,
  );
}

async function encodeAnew(
  blob: Blob,
  format: PictureFormat,
  header: PictureHeader,
  fit: SizePx | null,
  crop: PictureArea | null,
): Promise<PreparedPicture> {
  const whole = await createImageBitmap(blob, { imageOrientation: 'from-image' });
  const bitmap = crop ? await cutOut(whole, crop) : whole;
  try {
    const size = fit ?? { widthPx: bitmap.width, heightPx: bitmap.height };
    const canvas = resized(bitmap, size);
    const [type, quality] = encodingOf(format, header, canvas);
    const encoded = await encode(canvas, type, quality);
    return { blob: encoded, mimeType: encoded.type, ...size, changed: true };
  } finally {
    bitmap.close();
  }
}

/** Of the decoded bitmap, which is upright: engines disagree whether a rectangle given while decoding is. */
async function cutOut(bitmap: ImageBitmap, area: PictureArea): Promise<ImageBitmap> {
  const { width, height } = bitmap;
  const left = Math.min(width - 1, Math.max(0, Math.round(area.left * width)));
  const top = Math.min(height - 1, Math.max(0, Math.round(area.top * height)));
  const widthPx = Math.min(width - left, Math.max(1, Math.round(area.width * width)));
  const heightPx = Math.min(height - top, Math.max(1, Math.round(area.height * height)));
  try {
    return await createImageBitmap(bitmap, left, top, widthPx, heightPx);
  } finally {
    bitmap.close();
  }
}

/** JPEG and WebP stay what they are; photos of formats that Azure does not take become JPEG; the rest PNG. */
function encodingOf(format: PictureFormat, header: PictureHeader, canvas: OffscreenCanvas): [string, number] {
  if (format === 'webp') return ['image/webp', header.lossless ? losslessQuality : photoQuality];
  if (format === 'jpeg') return ['image/jpeg', photoQuality];
  const isPhoto = format === 'avif' || format === 'heic';
  return isPhoto && !hasTransparency(canvas) ? ['image/jpeg', photoQuality] : ['image/png', losslessQuality];
}

function isWithin(size: SizePx, fit: SizePx): boolean {
  return size.widthPx <= fit.widthPx && size.heightPx <= fit.heightPx;
}

/** A plain loop: a callback for each of 20 million bytes takes ten times as long. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function unreadable(detail: string): FailureError {
  return new FailureError({ kind: 'picture-unreadable', detail });
}
