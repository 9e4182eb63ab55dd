import { FailureError } from '#domain/failure.ts';
import { readHeader } from './formats/header.ts';
import type { PictureHeader } from './formats/picture-header.ts';
import { mimeTypeOf, sniff, sniffBytes, type PictureFormat } from './formats/sniff.ts';
import { limitPixels, type PictureArea } from './picture.ts';
import { openCanvas } from './redraw.ts';

export interface CheckedPicture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: PictureFormat;
  readonly header: PictureHeader;
  readonly mimeType: string;
}

/**
 * What was read once is looked at again before it is decoded: a store that was damaged can hand out the wrong bytes,
 * and no picture is better than another one. Throws a FailureError, `picture-unreadable`.
 */
export async function checkPicture(blob: Blob, expectedType: string): Promise<CheckedPicture> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const sniffed = sniff(bytes.subarray(0, sniffBytes));
  const format = sniffed.kind === 'picture' ? sniffed.format : null;
  const header = format && readHeader(format, bytes);
  if (!format || !header || header.widthPx * header.heightPx > limitPixels) throw unreadable('not a picture');
  const mimeType = mimeTypeOf(format);
  if (mimeType !== expectedType) throw unreadable(`${mimeType} instead of ${expectedType}`);
  return { bytes, format, header, mimeType };
}

/** For an animation, its first frame. */
export function decodeUpright(blob: Blob): Promise<ImageBitmap> {
  return createImageBitmap(blob, { imageOrientation: 'from-image' });
}

/**
 * Drawn, and not cut by `createImageBitmap`: of a bitmap that EXIF turned by a quarter, Chromium 156 gives the part that
 * lies there when it is turned the other way.
 */
export function cutOut(bitmap: ImageBitmap, area: PictureArea): OffscreenCanvas {
  const { width, height } = bitmap;
  const left = Math.min(width - 1, Math.max(0, Math.round(area.left * width)));
  const top = Math.min(height - 1, Math.max(0, Math.round(area.top * height)));
  const widthPx = Math.min(width - left, Math.max(1, Math.round(area.width * width)));
  const heightPx = Math.min(height - top, Math.max(1, Math.round(area.height * height)));
  const { canvas, context } = openCanvas({ widthPx, heightPx });
  context.drawImage(bitmap, -left, -top);
  return canvas;
}

function unreadable(detail: string): FailureError {
  return new FailureError({ kind: 'picture-unreadable', detail });
}
