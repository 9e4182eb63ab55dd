import type { PictureFormat } from './picture-size.ts';
import { rasterPng } from './png-pixels.ts';
import { createReducer, reductionFor, type Raster, type ReducedRaster } from './reduce.ts';
import type { SimulatorOptions } from './surroundings.ts';

/** The picture at full size or reduced by a whole factor, on white; null: its pixels cannot be read here. */
export async function readRaster(
  bytes: Uint8Array<ArrayBuffer>,
  format: PictureFormat,
  decode: SimulatorOptions['decode'],
): Promise<ReducedRaster | null> {
  if (hasCanvas()) return rasterByCanvas(bytes);
  if (format === 'PNG') return rasterPng(bytes);
  const whole = decode?.(bytes, format) ?? null;
  return whole && reduce(whole);
}

export function hasCanvas(): boolean {
  return typeof createImageBitmap === 'function' && typeof OffscreenCanvas === 'function';
}

async function rasterByCanvas(bytes: Uint8Array<ArrayBuffer>): Promise<ReducedRaster | null> {
  try {
    // What Azure does with EXIF is not documented; the app sends upright bytes only.
    const bitmap = await createImageBitmap(new Blob([bytes]), { imageOrientation: 'from-image' });
    const { width: ofWidthPx, height: ofHeightPx } = bitmap;
    const factor = reductionFor(ofWidthPx, ofHeightPx);
    const widthPx = Math.max(1, Math.floor(ofWidthPx / factor));
    const heightPx = Math.max(1, Math.floor(ofHeightPx / factor));
    const context = new OffscreenCanvas(widthPx, heightPx).getContext('2d', { willReadFrequently: true });
    if (context) {
      context.fillStyle = 'white';
      context.fillRect(0, 0, widthPx, heightPx);
      context.imageSmoothingQuality = 'high';
      context.drawImage(bitmap, 0, 0, ofWidthPx / factor, ofHeightPx / factor);
    }
    bitmap.close();
    const rgba = context?.getImageData(0, 0, widthPx, heightPx).data;
    return rgba ? { widthPx, heightPx, rgba, factor, ofWidthPx, ofHeightPx } : null;
  } catch {
    return null;
  }
}

function reduce({ widthPx: ofWidthPx, heightPx: ofHeightPx, rgba }: Raster): ReducedRaster {
  const factor = reductionFor(ofWidthPx, ofHeightPx);
  const reducer = createReducer(ofWidthPx, ofHeightPx, factor);
  for (let y = 0; y < ofHeightPx; y += 1)
    reducer.addRow(rgba.subarray(y * ofWidthPx * 4, (y + 1) * ofWidthPx * 4));
  return reducer.done();
}
