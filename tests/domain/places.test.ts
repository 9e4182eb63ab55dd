import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asStored,
  boundsOf,
  fromPart,
  fromScreen,
  insidePicture,
  polygonOf,
  toPart,
  toPixels,
  toScreen,
  toUnit,
  unitPoint,
  upright,
  type Orientation,
} from '#domain/places.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const place = fc.record({ x: share, y: share }).map(({ x, y }) => unitPoint(x, y));
const side = fc.integer({ min: 1, max: 20_000 });
const size = fc.record({ widthPx: side, heightPx: side });
const view = fc.record({
  leftPx: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  topPx: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  scale: fc.double({ min: 0.01, max: 16, noNaN: true }),
});
const orientation = fc.constantFrom<Orientation>(1, 2, 3, 4, 5, 6, 7, 8);

function expectNear(a: { x: number; y: number }, b: { x: number; y: number }, tolerance = 1e-6): void {
  expect(Math.abs(a.x - b.x)).toBeLessThan(tolerance);
  expect(Math.abs(a.y - b.y)).toBeLessThan(tolerance);
}

describe('the three spaces', () => {
  test('unit, pixels, screen and back', () => {
    fc.assert(
      fc.property(place, size, view, (unit, picture, shown) => {
        const pixels = toPixels(unit, picture);
        expectNear(fromScreen(toScreen(pixels, shown), shown), pixels, 1e-5);
        expectNear(toUnit(pixels, picture), unit);
      }),
    );
  });

  test('a picture that is sent smaller has its places where they were', () => {
    fc.assert(
      fc.property(place, size, size, (unit, original, sent) => {
        expectNear(toUnit(toPixels(unit, sent), sent), toUnit(toPixels(unit, original), original));
      }),
    );
  });

  test('a part and the whole', () => {
    const area = fc.record({
      left: fc.double({ min: 0, max: 0.5, noNaN: true }),
      top: fc.double({ min: 0, max: 0.5, noNaN: true }),
      width: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      height: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    });
    fc.assert(
      fc.property(place, area, (unit, part) => {
        expectNear(toPart(fromPart(unit, part), part), unit);
        expectNear(fromPart(unitPoint(0, 0), part), { x: part.left, y: part.top });
      }),
    );
  });

  test('what lies outside is brought to the edge, what is no number to the corner', () => {
    expect(insidePicture(unitPoint(-0.1, 1.2))).toEqual({ x: 0, y: 1 });
    expect(insidePicture(unitPoint(Number.NaN, Infinity))).toEqual({ x: 0, y: 0 });
  });

  test('a polygon of an area has that area as its bounds', () => {
    const area = { left: 0.25, top: 0.5, width: 0.125, height: 0.25 };
    expect(boundsOf(polygonOf(area))).toEqual(area);
  });
});

describe('EXIF', () => {
  test('turning there and back is nothing', () => {
    fc.assert(
      fc.property(place, orientation, (unit, turn) => {
        expectNear(upright(asStored(unit, turn), turn), unit);
        expectNear(asStored(upright(unit, turn), turn), unit);
      }),
    );
  });

  // EXIF 2.3, tag 0x0112: where row 0 and column 0 of what is stored are on the upright picture.
  test.each([
    [1, 'top', 'left'],
    [2, 'top', 'right'],
    [3, 'bottom', 'right'],
    [4, 'bottom', 'left'],
    [5, 'left', 'top'],
    [6, 'right', 'top'],
    [7, 'right', 'bottom'],
    [8, 'left', 'bottom'],
  ] as const)('%i: row 0 is the %s, column 0 the %s', (turn, row, column) => {
    const sides = { top: { y: 0 }, bottom: { y: 1 }, left: { x: 0 }, right: { x: 1 } };
    expect(upright(unitPoint(0.5, 0), turn)).toMatchObject(sides[row]);
    expect(upright(unitPoint(0, 0.5), turn)).toMatchObject(sides[column]);
  });
});
