import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTimes, secondsIn, timeText } from '#domain/video-times.ts';

describe('times in an answer', () => {
  test.each([
    ['at [01:23] he waves', [[3, 10, 83, 83]]],
    ['[1:02:03]', [[0, 9, 3723, 3723]]],
    ['[01:23.5]', [[0, 9, 83.5, 83.5]]],
    [
      '[00:10–00:20] and [0:30 - 0:40]',
      [
        [0, 13, 10, 20],
        [18, 31, 30, 40],
      ],
    ],
    ['[01:23 to 01:40]', [[0, 16, 83, 100]]],
    ['[12] [1:2] [00:61] [1:75:00] [01:23](a) [01:23]: b', []],
    ['- [00:05]: a man enters', [[2, 9, 5, 5]]],
    ['[01:40-01:20]', [[0, 13, 100, 100]]],
  ])('%s', (text, expected) => {
    const found = findTimes(text).map(({ start, end, fromSeconds, toSeconds }) => [
      start,
      end,
      fromSeconds,
      toSeconds,
    ]);
    expect(found).toEqual(expected);
  });

  test('what is written is found again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 * 3600 }), (seconds) => {
        expect(findTimes(`x [${timeText(seconds)}] y`)[0]?.fromSeconds).toBe(seconds);
      }),
    );
  });

  test('tenths are rounded, and a minute is full at sixty', () => {
    expect([timeText(59.96, 1), timeText(59.94, 1), timeText(3599.9), timeText(0)]).toEqual([
      '01:00.0',
      '00:59.9',
      '1:00:00',
      '00:00',
    ]);
  });
});

test('times as video retrieval writes them', () => {
  expect(secondsIn('00:07:07.8400000')).toBeCloseTo(427.84, 6);
  expect(secondsIn('00:02:03')).toBe(123);
  expect(secondsIn('7:07')).toBeNull();
});
