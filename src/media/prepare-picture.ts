import { checkPicture, cutOut, decodeUpright } from './checked-picture.ts';
import { withoutMetadata } from './formats/header.ts';
import { uprightSize, type PictureHeader } from './formats/picture-header.ts';
import { isTakenByAzure, type PictureFormat } from './formats/sniff.ts';
import type { PictureArea, PreparedPicture, PrepareOptions } from './picture.ts';
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
  const { bytes, format, header, mimeType } = await checkPicture(blob, options.mimeType);
  const upright = uprightSize(header);
  const isFitted = !options.fit || isWithin(upright, options.fit);
  const isTurned = options.upright === true && header.orientation !== 1;
  if (isFitted && !options.crop && !isTurned && !(options.convert && !isTakenByAzure(format))) {
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
  const bitmap = await decodeUpright(blob);
  try {
    const meant = crop ? cutOut(bitmap, crop) : bitmap;
    const size = fit ?? { widthPx: meant.width, heightPx: meant.height };
    const canvas = resized(meant, size);
    const [type, quality] = encodingOf(format, header, canvas);
    const encoded = await encode(canvas, type, quality);
    return { blob: encoded, mimeType: encoded.type, ...size, changed: true };
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
