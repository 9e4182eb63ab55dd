import type { SizePx } from './redraw.ts';

/** A rectangle on the upright picture, in its pixels. */
export interface Box extends SizePx {
  readonly left: number;
  readonly top: number;
}

export interface LabelToPlace {
  readonly size: SizePx;
  /** What it is the label of. */
  readonly around: Box;
}

/** Up to so many regions it is better to hide a little of one than to leave a label out. */
const fewRegions = 200;
/** In heights of a label: what is larger than this loses nothing by a label on it. */
const smallRegion = 3;
/** A number and a few letters. */
const leastRatio = 2.5;

/**
 * A place for each label, first come, first served: beside what it belongs to or just inside it, within the picture
 * and over no other label; null where there is none. Small regions are kept clear, of many in any case.
 */
export function placeLabels(
  labels: readonly LabelToPlace[],
  regions: readonly Box[],
  picture: SizePx,
  gapPx: number,
): readonly (Box | null)[] {
  const highestPx = labels.reduce((most, { size }) => Math.max(most, size.heightPx), 8);
  const taken = createGrid(highestPx * 2);
  const small = createGrid(highestPx * smallRegion);
  for (const region of regions)
    if (Math.min(region.widthPx, region.heightPx) < highestPx * smallRegion) small.take(region);
  return labels.map(({ size, around }) => {
    const free = candidates(size, around, picture, gapPx).filter(
      (box) => isWithin(box, picture) && taken.isFree(box),
    );
    const clear = free.find((box) => small.isFree(box));
    const found = clear ?? (regions.length <= fewRegions ? free[0] : undefined);
    if (found) taken.take(found);
    return found ?? null;
  });
}

/** Best first. Beside it a label may be narrower than asked for: most of its text is better than none. */
function candidates(size: SizePx, around: Box, picture: SizePx, gapPx: number): readonly Box[] {
  const { widthPx, heightPx } = size;
  const right = around.left + around.widthPx;
  const bottom = around.top + around.heightPx;
  const above = around.top - gapPx - heightPx;
  const below = bottom + gapPx;
  const insideTop = around.top + gapPx;
  const insideBottom = bottom - gapPx - heightPx;
  const least = Math.min(widthPx, heightPx * leastRatio);
  const rightPx = Math.max(least, Math.min(widthPx, picture.widthPx - right - gapPx));
  const leftPx = Math.max(least, Math.min(widthPx, around.left - gapPx));
  return [
    [around.left, above],
    [around.left, below],
    [right - widthPx, above],
    [right - widthPx, below],
    [right + gapPx, around.top, rightPx],
    [around.left - gapPx - leftPx, around.top, leftPx],
    [right + gapPx, bottom - heightPx, rightPx],
    [around.left - gapPx - leftPx, bottom - heightPx, leftPx],
    [around.left + gapPx, insideTop],
    [around.left + gapPx, insideBottom],
    [right - gapPx - widthPx, insideTop],
    [right - gapPx - widthPx, insideBottom],
  ].map(([left = 0, top = 0, asked = widthPx]) => ({
    left: Math.max(0, Math.min(left, picture.widthPx - asked)),
    top,
    widthPx: asked,
    heightPx,
  }));
}

function isWithin({ left, top, widthPx, heightPx }: Box, picture: SizePx): boolean {
  return left >= 0 && top >= 0 && left + widthPx <= picture.widthPx && top + heightPx <= picture.heightPx;
}

/** Looks only at what lies near: 5,000 labels are not held against each other one by one. */
function createGrid(cellPx: number) {
  const cells = new Map<string, Box[]>();
  const cellsOf = ({ left, top, widthPx, heightPx }: Box): string[] => {
    const keys: string[] = [];
    for (let x = Math.floor(left / cellPx); x <= Math.floor((left + widthPx) / cellPx); x++)
      for (let y = Math.floor(top / cellPx); y <= Math.floor((top + heightPx) / cellPx); y++)
        keys.push(`${x} ${y}`);
    return keys;
  };
  return {
    isFree: (box: Box): boolean =>
      cellsOf(box).every((key) => !cells.get(key)?.some((other) => overlap(box, other))),
    take: (box: Box): void => {
      for (const key of cellsOf(box)) {
        const there = cells.get(key);
        if (there) there.push(box);
        else cells.set(key, [box]);
      }
    },
  };
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.widthPx &&
    b.left < a.left + a.widthPx &&
    a.top < b.top + b.heightPx &&
    b.top < a.top + a.heightPx
  );
}
