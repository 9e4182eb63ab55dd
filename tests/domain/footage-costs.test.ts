import { describe, expect, test } from 'vitest';
import { unknownModel, type ModelCapabilities } from '#domain/connection.ts';
import { footageCost, footageText, frameLimit, mostFrames } from '#domain/footage-costs.ts';

const tiles: ModelCapabilities = {
  ...unknownModel,
  maxPictures: 50,
  contextTokens: 128_000,
  imageTokens: { kind: 'tile', id: 't', base: 85, perTile: 170 },
};
const price = { inputPerMillion: 2, outputPerMillion: 8, source: 'own', asOf: '2026-11-23' };
const terms = { capabilities: tiles, price, size: { widthPx: 768, heightPx: 432 }, detail: 'high' } as const;
const nothing = { pictures: 0, tokens: 0 };

describe('what frames cost', () => {
  test('as one request: frames and words, priced together', () => {
    // Two tiles.
    expect(footageCost(terms, 20, 'x', 100)).toEqual({
      perFrame: { kind: 'known', tokens: { min: 425, max: 425 }, nanos: { min: 850_000, max: 850_000 } },
      frames: 20,
      frameTokens: 8500,
      textTokens: 100,
      isTextExact: true,
      nanos: 17_200_000,
    });
    expect(footageCost(terms, 20, 'some words', null)).toMatchObject({ isTextExact: false });
  });

  test('what is not known stays unknown', () => {
    expect(footageCost({ ...terms, price: null }, 2, '', 0)).toMatchObject({ frameTokens: 850, nanos: null });
    expect(footageCost({ ...terms, capabilities: null }, 2, '', 0)).toMatchObject({
      frameTokens: null,
      nanos: null,
    });
    const none = { ...terms, capabilities: { ...tiles, takesPictures: false } };
    expect(footageCost(none, 2, '', 0).perFrame).toEqual({ kind: 'no-pictures' });
  });
});

describe('how many frames there may be', () => {
  test.each([
    ['the model’s limit', tiles, nothing, { frames: 50, by: 'model' }],
    ['less what is attached', tiles, { pictures: 8, tokens: 0 }, { frames: 42, by: 'model' }],
    ['one at least', tiles, { pictures: 60, tokens: 0 }, { frames: 1, by: 'model' }],
    ['the context’s room', tiles, { pictures: 0, tokens: 128_000 - 4330 }, { frames: 10, by: 'context' }],
    ['no room at all', tiles, { pictures: 0, tokens: 200_000 }, { frames: 1, by: 'context' }],
    [
      'no limit that is known',
      { ...tiles, maxPictures: Infinity, contextTokens: null },
      nothing,
      { frames: mostFrames, by: 'model' },
    ],
    ['no pictures', { ...tiles, takesPictures: false }, nothing, null],
  ] as const)('%s', (_, capabilities, beside, expected) => {
    expect(frameLimit({ ...terms, capabilities }, beside)).toEqual(expected);
  });
});

test('the words about a video: what it is, each time, and what was said', () => {
  const said = [{ startSeconds: 3, endSeconds: 4, text: 'Hello' }];
  expect(footageText('a.mp4', 60, [1, 2.5], said).split('\n').slice(1)).toEqual([
    '[00:01.0]',
    '[00:02.5]',
    '(00:03) Hello',
  ]);
});
