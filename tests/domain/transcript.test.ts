import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { between, readSubtitles, toWebVtt } from '#domain/transcript.ts';

const srt = `1\r
00:00:01,000 --> 00:00:04,500\r
<i>Good morning,</i>\r
everybody.\r
\r
2\r
00:00:05,25 --> 00:00:07,000\r
{\\an8}Sit down.\r
`;

describe('subtitles', () => {
  test('SRT', () => {
    expect(readSubtitles(srt)).toEqual({
      ok: true,
      segments: [
        { startSeconds: 1, endSeconds: 4.5, text: 'Good morning,\neverybody.' },
        { startSeconds: 5.25, endSeconds: 7, text: 'Sit down.' },
      ],
    });
  });

  test('WebVTT with notes, names, settings and hours left out', () => {
    const vtt = `\uFEFFWEBVTT - a title\nKind: captions\n\nNOTE nothing\n\nSTYLE\n::cue { color: red }\n\nname\n00:05.000 --> 00:06.000 align:start position:10%\n<v Anna>Later</v>\n\n01:00:00.000 --> 01:00:01.000\nLast\n\n00:01.000 --> 00:02.000\nFirst <00:01.500><c>words</c>\n`;
    const read = readSubtitles(vtt);
    expect(read.ok && read.segments.map(({ startSeconds, text }) => [startSeconds, text])).toEqual([
      [1, 'First words'],
      [5, 'Later'],
      [3600, 'Last'],
    ]);
  });

  test.each([
    ['', 'empty'],
    ['Dear all,\n\nno times here.', 'no-times'],
    ['1\n00:00:01,000 --> 00:00:02,000\n', 'no-times'],
  ])('%j is refused', (text, reason) => {
    expect(readSubtitles(text)).toEqual({ ok: false, reason });
  });

  test('what is taken away can be read again', () => {
    const segment = fc.record({
      startSeconds: fc.integer({ min: 0, max: 80_000_000 }).map((ms) => ms / 1000),
      text: fc.stringMatching(/^[\p{L}\d ,.!?'-]{1,40}$/u).filter((text) => text.trim() !== ''),
    });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 20 }), (drawn) => {
        const segments = drawn
          .map(({ startSeconds, text }) => ({
            startSeconds,
            endSeconds: startSeconds + 1.5,
            text: text.trim(),
          }))
          .sort((a, b) => a.startSeconds - b.startSeconds);
        const read = readSubtitles(toWebVtt(segments));
        if (!read.ok) throw new Error('not read');
        expect(read.segments.map(({ text }) => text)).toEqual(segments.map(({ text }) => text));
        for (const [at, { startSeconds, endSeconds }] of read.segments.entries()) {
          expect(startSeconds).toBeCloseTo(segments[at]!.startSeconds, 3);
          expect(endSeconds).toBeCloseTo(segments[at]!.endSeconds, 3);
        }
      }),
    );
  });

  test('anything at all is read or refused, never thrown at', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readSubtitles(text)));
  });
});

test('words between two frames, each once', () => {
  const segments = [0, 1, 2, 3].map((at) => ({ startSeconds: at, endSeconds: at + 1, text: String(at) }));
  const all = [0, 1.5, 3].flatMap((from, at, all) => between(segments, from, all[at + 1] ?? Infinity));
  expect(all.map(({ text }) => text)).toEqual(['0', '1', '2', '3']);
});
