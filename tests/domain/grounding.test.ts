import { describe, expect, test } from 'vitest';
import { placeSpans, type GroundedSpan } from '#domain/grounding.ts';
import { polygonOf } from '#domain/places.ts';

const polygon = polygonOf({ left: 0, top: 0, width: 0.5, height: 0.5 });
const span = (text: string, offset: number, length = [...text].length): GroundedSpan => ({
  text,
  offset,
  length,
  polygon,
});

function found(answer: string, lines: readonly { text: string; spans: readonly GroundedSpan[] }[]): string[] {
  return placeSpans(answer, { status: 'Success', lines }).map(({ start, end }) => answer.slice(start, end));
}

describe('where a grounded span stands', () => {
  test('counts code points, whatever its case', () => {
    const answer = '👩‍🚀 sees 🐕🐕 and The Dog.';
    const offset = [...answer.slice(0, answer.indexOf('The'))].length;
    expect(found(answer, [{ text: answer, spans: [span('the dog', offset)] }])).toEqual(['The Dog']);
  });

  test('also when it is counted from its line', () => {
    const lines = ['😀 First a dog.', 'Then 🐈 a cat, and a dog.'];
    const answer = lines.join('\n');
    const inSecond = [...'Then 🐈 a cat, and '].length;
    expect(
      placeSpans(answer, {
        status: null,
        lines: [
          { text: lines[0]!, spans: [span('a dog', [...'😀 First '].length)] },
          { text: lines[1]!, spans: [span('a dog', inSecond)] },
        ],
      }).map(({ start }) => start),
    ).toEqual([answer.indexOf('a dog'), answer.lastIndexOf('a dog')]);
  });

  test('by its words where neither count fits, and nowhere where they are not there', () => {
    const answer = 'There is a red car.';
    expect(found(answer, [{ text: answer, spans: [span('a red car', 3), span('a boat', 3)] }])).toEqual([
      'a red car',
    ]);
  });

  test('counts that lead nowhere harm nothing', () => {
    const answer = 'short';
    const spans = [span('', 0, 0), span('short', 900), span('x', -1), span('x', 0.5), span('x', 0, Infinity)];
    expect(found(answer, [{ text: 'another line', spans }])).toEqual(['short']);
  });

  test('a span without words is taken at its count, brought inside the picture', () => {
    const answer = 'a dog';
    const [placed] = placeSpans(answer, {
      status: null,
      lines: [
        {
          text: answer,
          spans: [{ ...span('', 2, 3), polygon: polygonOf({ left: -0.1, top: 0, width: 2, height: 0.5 }) }],
        },
      ],
    });
    expect(answer.slice(placed!.start, placed!.end)).toBe('dog');
    expect(placed!.polygon.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1)).toBe(true);
  });
});
