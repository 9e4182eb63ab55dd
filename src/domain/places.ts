import type { PixelSize } from './image-tokens.ts';
import type { Area } from './picture-plan.ts';

declare const space: unique symbol;

/** A place in one coordinate space. The spaces never mix: each has its own constructor, and a place says which. */
interface PlaceIn<Space extends string> {
  readonly x: number;
  readonly y: number;
  readonly [space]: Space;
}

/** Shares of the upright picture's width and height, from its top left: 0 to 1, whatever size it is kept or sent in. */
export type UnitPoint = PlaceIn<'unit'>;
/** Pixels of the upright picture as it was attached. */
export type PixelPoint = PlaceIn<'pixels'>;
/** CSS pixels from the top left of what the picture is shown in. */
export type ScreenPoint = PlaceIn<'screen'>;

/** At least three corners, in order. */
export type Polygon = readonly UnitPoint[];

export const unitPoint = (x: number, y: number): UnitPoint => ({ x, y }) as UnitPoint;
export const pixelPoint = (x: number, y: number): PixelPoint => ({ x, y }) as PixelPoint;
export const screenPoint = (x: number, y: number): ScreenPoint => ({ x, y }) as ScreenPoint;

export function toPixels({ x, y }: UnitPoint, { widthPx, heightPx }: PixelSize): PixelPoint {
  return pixelPoint(x * widthPx, y * heightPx);
}

export function toUnit({ x, y }: PixelPoint, { widthPx, heightPx }: PixelSize): UnitPoint {
  return unitPoint(x / widthPx, y / heightPx);
}

/** How a picture is shown: where its top left is, and CSS pixels for each of its own. */
export interface View {
  readonly leftPx: number;
  readonly topPx: number;
  readonly scale: number;
}

export function toScreen({ x, y }: PixelPoint, { leftPx, topPx, scale }: View): ScreenPoint {
  return screenPoint(leftPx + x * scale, topPx + y * scale);
}

export function fromScreen({ x, y }: ScreenPoint, { leftPx, topPx, scale }: View): PixelPoint {
  return pixelPoint((x - leftPx) / scale, (y - topPx) / scale);
}

/** Services round: what lies a little outside the picture is on its edge. */
export function insidePicture({ x, y }: UnitPoint): UnitPoint {
  return unitPoint(share(x), share(y));
}

/** A place on a part that was cut out, as a place on the whole. */
export function fromPart({ x, y }: UnitPoint, { left, top, width, height }: Area): UnitPoint {
  return unitPoint(left + x * width, top + y * height);
}

/** A place on the whole, as a place on a part that was cut out; beyond 0 to 1 where it is not on that part. */
export function toPart({ x, y }: UnitPoint, { left, top, width, height }: Area): UnitPoint {
  return unitPoint((x - left) / width, (y - top) / height);
}

/** How the stored pixels have to be turned to stand upright (EXIF 2.3, tag 0x0112). */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A place on the pixels as they are stored, as a place on the upright picture. */
export function upright({ x, y }: UnitPoint, orientation: Orientation): UnitPoint {
  switch (orientation) {
    case 1:
      return unitPoint(x, y);
    case 2:
      return unitPoint(1 - x, y);
    case 3:
      return unitPoint(1 - x, 1 - y);
    case 4:
      return unitPoint(x, 1 - y);
    case 5:
      return unitPoint(y, x);
    case 6:
      return unitPoint(1 - y, x);
    case 7:
      return unitPoint(1 - y, 1 - x);
    case 8:
      return unitPoint(y, 1 - x);
  }
}

/** The other way: a place on the upright picture, as a place on the stored pixels. */
export function asStored(place: UnitPoint, orientation: Orientation): UnitPoint {
  // Only the two quarter turns are not their own undoing.
  return upright(place, orientation === 6 ? 8 : orientation === 8 ? 6 : orientation);
}

/** The smallest upright rectangle around a polygon. */
export function boundsOf(polygon: Polygon): Area {
  const xs = polygon.map(({ x }) => x);
  const ys = polygon.map(({ y }) => y);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

/** Clockwise from the top left. */
export function polygonOf({ left, top, width, height }: Area): Polygon {
  return [
    unitPoint(left, top),
    unitPoint(left + width, top),
    unitPoint(left + width, top + height),
    unitPoint(left, top + height),
  ];
}

function share(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}
