import type { Raster } from './reduce.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** A rectangle in pixels; right and bottom are the first beyond it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How far each pixel of a rectangle is from the colour behind it: 0 to 255, by the channel that differs most. */
export interface InkPlane {
  readonly box: Box;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly behind: Rgb;
  readonly ink: Uint8Array;
  /** Sums of the ink above and left of each corner, (width + 1) × (height + 1): an area costs four look-ups. */
  readonly sums: Uint32Array;
}

export function toInk(raster: Raster, box: Box, behind: Rgb): InkPlane {
  const widthPx = box.right - box.left;
  const heightPx = box.bottom - box.top;
  const ink = new Uint8Array(widthPx * heightPx);
  const sums = new Uint32Array((widthPx + 1) * (heightPx + 1));
  const { rgba } = raster;
  const [red, green, blue] = behind;
  for (let y = 0, to = 0; y < heightPx; y += 1) {
    let from = ((box.top + y) * raster.widthPx + box.left) * 4;
    let above = y * (widthPx + 1) + 1;
    let inRow = 0;
    for (let x = 0; x < widthPx; x += 1, from += 4, to += 1, above += 1) {
      let most = Math.abs(rgba[from]! - red);
      const greenOff = Math.abs(rgba[from + 1]! - green);
      const blueOff = Math.abs(rgba[from + 2]! - blue);
      if (greenOff > most) most = greenOff;
      if (blueOff > most) most = blueOff;
      ink[to] = most;
      inRow += most;
      sums[above + widthPx + 1] = sums[above]! + inRow;
    }
  }
  return { box, widthPx, heightPx, behind, ink, sums };
}

/** The most common colour on the border of a picture. */
export function borderColour(raster: Raster): Rgb {
  const { widthPx, heightPx } = raster;
  const places: number[] = [];
  for (let x = 0; x < widthPx; x += 1) places.push(x, (heightPx - 1) * widthPx + x);
  for (let y = 1; y < heightPx - 1; y += 1) places.push(y * widthPx, (y + 1) * widthPx - 1);
  return mostCommon(raster, places);
}

const SAMPLES_A_SIDE = 128;

/** The most common colour inside a box, by a grid of samples. */
export function colourInside(raster: Raster, { left, top, right, bottom }: Box): Rgb {
  const places: number[] = [];
  const step = Math.max(1, Math.floor(Math.max(right - left, bottom - top) / SAMPLES_A_SIDE));
  for (let y = top; y < bottom; y += step) {
    for (let x = left; x < right; x += step) places.push(y * raster.widthPx + x);
  }
  return mostCommon(raster, places);
}

/** In bins of 32 steps a channel, so that a compressed picture's noise falls into one. */
function mostCommon({ rgba }: Raster, places: readonly number[]): Rgb {
  const bins = new Map<number, { count: number; red: number; green: number; blue: number }>();
  for (const place of places) {
    const [red, green, blue] = [rgba[place * 4]!, rgba[place * 4 + 1]!, rgba[place * 4 + 2]!];
    const key = ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3);
    const bin = bins.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    bin.count += 1;
    bin.red += red;
    bin.green += green;
    bin.blue += blue;
    bins.set(key, bin);
  }
  const best = [...bins.values()].reduce((a, b) => (b.count > a.count ? b : a));
  return [best.red / best.count, best.green / best.count, best.blue / best.count];
}

/** Pixels that hang together and differ from what is behind them. */
export interface InkPart extends Box {
  readonly pixels: number;
  /** The farthest from the colour behind. */
  readonly peak: number;
  /** Sums over its pixels. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** Noise of strong JPEG compression stays below this. */
export const LEAST_INK = 40;

/** Parts in places of the whole raster, labelled run by run; diagonal neighbours hang together. */
export function connectedParts(plane: InkPlane, raster: Raster): readonly InkPart[] {
  const { widthPx, heightPx, ink, box } = plane;
  const { rgba } = raster;
  const parents: number[] = [];
  const parts: (Mutable<InkPart> | null)[] = [];
  const find = (label: number): number => {
    let at = label;
    while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!;
    return at;
  };
  const join = (a: number, b: number): number => {
    const [first, second] = [find(a), find(b)];
    const [kept, gone] = first < second ? [first, second] : [second, first];
    if (kept !== gone) {
      parents[gone] = kept;
      add(parts[kept]!, parts[gone]!);
      parts[gone] = null;
    }
    return kept;
  };
  // Runs of the row above: start, end, label.
  let above: number[] = [];
  for (let y = 0; y < heightPx; y += 1) {
    const row: number[] = [];
    let candidate = 0;
    for (let x = 0, at = y * widthPx; x < widthPx; x += 1) {
      if (ink[at + x]! < LEAST_INK) continue;
      const start = x;
      const run = toRun(start, y);
      for (; x < widthPx && ink[at + x]! >= LEAST_INK; x += 1) {
        const place = ((box.top + y) * raster.widthPx + box.left + x) * 4;
        run.red += rgba[place]!;
        run.green += rgba[place + 1]!;
        run.blue += rgba[place + 2]!;
        if (ink[at + x]! > run.peak) run.peak = ink[at + x]!;
      }
      run.pixels = x - start;
      run.right = box.left + x;
      let label = parents.push(parents.length) - 1;
      parts.push(run);
      while (candidate < above.length && above[candidate + 1]! < start) candidate += 3;
      for (let other = candidate; other < above.length && above[other]! <= x; other += 3)
        label = join(label, above[other + 2]!);
      row.push(start, x, label);
    }
    above = row;
  }
  return parts.filter((part) => part !== null);

  function toRun(x: number, y: number): Mutable<InkPart> {
    const [left, top] = [box.left + x, box.top + y];
    return { left, top, right: left, bottom: top + 1, pixels: 0, peak: 0, red: 0, green: 0, blue: 0 };
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function add(to: Mutable<InkPart>, part: InkPart): void {
  to.left = Math.min(to.left, part.left);
  to.top = Math.min(to.top, part.top);
  to.right = Math.max(to.right, part.right);
  to.bottom = Math.max(to.bottom, part.bottom);
  to.pixels += part.pixels;
  to.peak = Math.max(to.peak, part.peak);
  to.red += part.red;
  to.green += part.green;
  to.blue += part.blue;
}
