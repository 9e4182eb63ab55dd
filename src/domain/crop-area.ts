import type { Area } from './picture-plan.ts';

/** A place on a picture, in unit coordinates. */
export interface Point {
  readonly left: number;
  readonly top: number;
}

export const wholeArea: Area = { left: 0, top: 0, width: 1, height: 1 };

/** A hundredth of a side: less cannot be seen, nor be caught with a pointer. */
const smallest = 0.01;

/** The rectangle between two places, whichever comes first. */
export function areaBetween(from: Point, to: Point): Area {
  const [left, right] = ends(from.left, to.left);
  const [top, bottom] = ends(from.top, to.top);
  return tidy({ left, top, width: right - left, height: bottom - top });
}

/** Stays inside the picture and keeps its size. */
export function moveArea(area: Area, { left, top }: Point): Area {
  return tidy({
    ...area,
    left: between(0, area.left + left, 1 - area.width),
    top: between(0, area.top + top, 1 - area.height),
  });
}

/** Moves the lower right corner; the upper left one stays. */
export function growArea(area: Area, { left, top }: Point): Area {
  return tidy({ ...area, width: area.width + left, height: area.height + top });
}

/** Nothing is cut off. */
export function isWhole({ width, height }: Area): boolean {
  return width === 1 && height === 1;
}

/** One side as it was typed. What then reaches over the edge is shortened. */
export function setSide(area: Area, side: keyof Area, value: number): Area {
  return tidy({ ...area, [side]: value });
}

/** Inside the picture, no side too short, in thousandths: so that what is shown in per cent is what is cut. */
function tidy(area: Area): Area {
  const left = thousandths(between(0, area.left, 1 - smallest));
  const top = thousandths(between(0, area.top, 1 - smallest));
  return {
    left,
    top,
    width: thousandths(between(smallest, area.width, 1 - left)),
    height: thousandths(between(smallest, area.height, 1 - top)),
  };
}

/** In order, inside the picture, and far enough from its end that a rectangle has room. */
function ends(a: number, b: number): readonly [number, number] {
  return [between(0, Math.min(a, b), 1 - smallest), between(0, Math.max(a, b), 1)];
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
