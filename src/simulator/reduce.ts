/** All pixels of a picture: red, green, blue and alpha, 0 to 255 each, row by row from the top. */
export interface Raster {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** A raster that may be smaller than its picture by a whole factor. */
export interface ReducedRaster extends Raster {
  readonly factor: number;
  /** Size of the picture itself, as its pixels are shown. */
  readonly ofWidthPx: number;
  readonly ofHeightPx: number;
}

/** A4 at 300 dots an inch; more would cost seconds. */
const MOST_PIXELS = 9_000_000;

/** By how much a picture is reduced before it is looked at. */
export function reductionFor(widthPx: number, heightPx: number): number {
  return Math.max(1, Math.ceil(Math.sqrt((widthPx * heightPx) / MOST_PIXELS)));
}

/** Averages blocks of `factor` × `factor` pixels, row by row, on white. */
export function createReducer(ofWidthPx: number, ofHeightPx: number, factor: number) {
  const widthPx = Math.max(1, Math.floor(ofWidthPx / factor));
  const heightPx = Math.max(1, Math.floor(ofHeightPx / factor));
  const rgba = new Uint8Array(widthPx * heightPx * 4);
  const sums = new Uint32Array(widthPx * 3);
  let row = 0;
  const addRow = (pixels: Uint8Array | Uint8ClampedArray): void => {
    const y = Math.floor(row / factor);
    row += 1;
    if (y >= heightPx) return;
    for (let x = 0, from = 0; x < widthPx; x += 1) {
      for (let step = 0; step < factor; step += 1, from += 4) {
        const alpha = pixels[from + 3]!;
        for (let channel = 0; channel < 3; channel += 1) {
          const value = pixels[from + channel]!;
          sums[x * 3 + channel]! +=
            alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
        }
      }
    }
    if (row % factor !== 0 && row < ofHeightPx) return;
    const count = factor * (row - y * factor);
    for (let x = 0, to = y * widthPx * 4; x < widthPx; x += 1, to += 4) {
      for (let channel = 0; channel < 3; channel += 1) rgba[to + channel] = sums[x * 3 + channel]! / count;
      rgba[to + 3] = 255;
    }
    sums.fill(0);
  };
  const done = (): ReducedRaster => ({ widthPx, heightPx, rgba, factor, ofWidthPx, ofHeightPx });
  return { addRow, done };
}
