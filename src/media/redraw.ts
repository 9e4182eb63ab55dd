import { FailureError } from '#domain/failure.ts';

export interface SizePx {
  readonly widthPx: number;
  readonly heightPx: number;
}

const thumbnailPx = 256;
const thumbnailQuality = 0.8;

/** A WebP of at most 256 pixels a side. */
export async function thumbnailOf(bitmap: ImageBitmap | OffscreenCanvas): Promise<Blob> {
  const size = fittedInto({ widthPx: bitmap.width, heightPx: bitmap.height }, thumbnailPx);
  // The browser's own resize is ten times as quick as a canvas that smooths.
  const small = await createImageBitmap(bitmap, {
    resizeWidth: size.widthPx,
    resizeHeight: size.heightPx,
    resizeQuality: 'high',
  });
  const thumbnail = await encode(redraw(small, size), 'image/webp', thumbnailQuality);
  small.close();
  return thumbnail;
}

/** The size with its longer side at most `sidePx`, never enlarged, at least one pixel each way. */
function fittedInto(size: SizePx, sidePx: number): SizePx {
  const scale = Math.min(1, sidePx / Math.max(size.widthPx, size.heightPx));
  return {
    widthPx: Math.max(1, Math.round(size.widthPx * scale)),
    heightPx: Math.max(1, Math.round(size.heightPx * scale)),
  };
}

/** Draws in one step: Chromium's smoothing averages by mipmaps, good enough for a thumbnail. */
export function redraw(picture: ImageBitmap | OffscreenCanvas, size: SizePx): OffscreenCanvas {
  const { canvas, context } = openCanvas(size);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, size.widthPx, size.heightPx);
  return canvas;
}

/** Throws a FailureError where this device has none of that size. */
export function openCanvas({ widthPx, heightPx }: SizePx): {
  readonly canvas: OffscreenCanvas;
  readonly context: OffscreenCanvasRenderingContext2D;
} {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  // Its pixels are read back at once for encoding, so they stay out of the GPU.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context)
    throw new FailureError({ kind: 'picture-unreadable', detail: `no canvas of ${widthPx} × ${heightPx}` });
  return { canvas, context };
}

/**
 * Draws at exactly the given size, halving until less than half is left to go: every pixel counts in every engine,
 * also in those whose smoothing looks at four neighbours only, so fine print and patterns do not flicker away.
 */
export function resized(bitmap: ImageBitmap | OffscreenCanvas, size: SizePx): OffscreenCanvas {
  let picture: ImageBitmap | OffscreenCanvas = bitmap;
  for (;;) {
    const half = {
      widthPx: Math.max(size.widthPx, Math.ceil(picture.width / 2)),
      heightPx: Math.max(size.heightPx, Math.ceil(picture.height / 2)),
    };
    const isLast = half.widthPx === size.widthPx && half.heightPx === size.heightPx;
    if (isLast) return redraw(picture, size);
    picture = redraw(picture, half);
  }
}

/** Encodes in the asked type, or in PNG where the browser cannot: the Blob's `type` tells. No metadata is written. */
export async function encode(canvas: OffscreenCanvas, mimeType: string, quality: number): Promise<Blob> {
  return canvas.convertToBlob({ type: mimeType, quality });
}

/** Whether any pixel is not opaque; looked at in bands, so that a large picture is not copied whole. */
export function hasTransparency(canvas: OffscreenCanvas): boolean {
  const context = canvas.getContext('2d');
  const bandPx = Math.max(1, Math.floor(1_000_000 / canvas.width));
  for (let top = 0; context && top < canvas.height; top += bandPx) {
    const { data } = context.getImageData(0, top, canvas.width, Math.min(bandPx, canvas.height - top));
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  }
  return false;
}
