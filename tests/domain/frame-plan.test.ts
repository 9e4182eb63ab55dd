import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenMoments, momentsAround, sceneMoments } from '#domain/frame-plan.ts';

const isRising = (values: readonly number[]) =>
  values.every((value, at) => at === 0 || value > values[at - 1]!);

describe('moments of a video', () => {
  test('evenly apart, inside the video', () => {
    expect(evenMoments(100, 4)).toEqual([12.5, 37.5, 62.5, 87.5]);
    expect(evenMoments(100, 2, 40, 60)).toEqual([45, 55]);
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1e5, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (duration, count) => {
          const moments = evenMoments(duration, count);
          expect(moments).toHaveLength(count);
          expect(isRising(moments) && moments[0]! > 0 && moments.at(-1)! < duration).toBe(true);
        },
      ),
    );
  });

  test('around what the person picked', () => {
    expect(momentsAround([10], 3, 60)).toEqual([8, 10, 12]);
    expect(momentsAround([0, 59], 4, 60)).toEqual([0, 2, 57, 59]);
    expect(momentsAround([5, 5, 50], 1, 60)).toEqual([5]);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 30 }),
        (picked, count) => {
          const moments = momentsAround(picked, count, 100);
          expect(moments.length).toBeLessThanOrEqual(count);
          expect(isRising(moments) && moments[0]! >= 0 && moments.at(-1)! < 100).toBe(true);
        },
      ),
    );
  });

  test('scenes: the first frame, then the strongest changes, in order', () => {
    const samples = [0, 0.5, 0.02, 0.3, 0.9].map((difference, at) => ({ atSeconds: at, difference }));
    expect(sceneMoments(samples, 3)).toEqual([0, 1, 4]);
    expect(sceneMoments(samples, 20)).toEqual([0, 1, 3, 4]);
    expect(sceneMoments([], 3)).toEqual([]);
  });
});
