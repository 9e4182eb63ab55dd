/** Something with an outline on a picture, in the picture's own pixels. */
export interface Outline {
  readonly id: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface RegionIndex<O extends Outline> {
  /** The smallest outline around a place, or null. */
  at(x: number, y: number): O | null;
}

/** Cells of the grid along each side: few outlines lie in one, however many there are on a page. */
const cells = 48;

/** Finds what lies under a pointer without looking at everything. */
export function createRegionIndex<O extends Outline>(
  outlines: readonly O[],
  width: number,
  height: number,
): RegionIndex<O> {
  const grid = new Map<number, { outline: O; area: number }[]>();
  const column = (x: number): number => Math.min(cells - 1, Math.max(0, Math.floor((x / width) * cells)));
  const row = (y: number): number => Math.min(cells - 1, Math.max(0, Math.floor((y / height) * cells)));
  for (const outline of outlines) {
    const { left, top, right, bottom } = boundsOf(outline);
    const entry = { outline, area: (right - left) * (bottom - top) };
    for (let r = row(top); r <= row(bottom); r += 1)
      for (let c = column(left); c <= column(right); c += 1) {
        const key = r * cells + c;
        const known = grid.get(key);
        if (known) known.push(entry);
        else grid.set(key, [entry]);
      }
  }
  return {
    at(x, y) {
      let best: { outline: O; area: number } | null = null;
      for (const entry of grid.get(row(y) * cells + column(x)) ?? [])
        if ((!best || entry.area < best.area) && isInside(entry.outline, x, y)) best = entry;
      return best?.outline ?? null;
    },
  };
}

export function boundsOf({ points }: Outline) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}

/** Counts the sides that a ray to the right crosses. */
function isInside({ points }: Outline, x: number, y: number): boolean {
  let inside = false;
  for (let at = 0, before = points.length - 1; at < points.length; before = at, at += 1) {
    const [a, b] = [points[at]!, points[before]!];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
