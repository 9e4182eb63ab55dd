import { linesAbout, quotable } from './about.ts';
import type { AskedEnhancements } from './asked-enhancements.ts';
import type { Box } from './ink.ts';
import { joinPassages, plain, type GroundedSpan, type Passage } from './passages.ts';
import type { Scenario } from './scenarios.ts';
import type { Sight } from './sight.ts';
import type { Words } from './words.ts';

const MOST_THINGS = 6;
const MOST_TEXTS = 4;
const MOST_READ = 12;

/** What the enhancements let an answer say: each thing it names is a span over a region that was really seen. */
export function sayWhatIsSeen(
  sight: Sight,
  asked: AskedEnhancements,
  question: string,
  words: Words,
  scenario: Scenario,
): Passage {
  const grounded = asked.grounding ? groundedSentence(sight, question, words, scenario) : plain('');
  const read = asked.ocr ? plain(readSentence(sight, question, words)) : plain('');
  return joinPassages([grounded, read], '\n\n');
}

function groundedSentence(sight: Sight, question: string, words: Words, scenario: Scenario): Passage {
  const { grounding } = words;
  const texts = linesAbout(question, sight.lines, ({ text }) => text).slice(0, MOST_TEXTS);
  const areas = sight.areas.slice(0, MOST_THINGS);
  const before = scenario.says === 'emoji-first' ? [plain('🔎👩‍🔬👍🏽 ')] : [];
  if (texts.length + areas.length === 0) return joinPassages([...before, plain(grounding.nothing)], '');

  const pieces: Passage[] = [
    ...before,
    opening(areas.length > 0 ? grounding.shows : grounding.readsOnly, scenario),
  ];
  areas.forEach((area, at) => {
    const isAnother = areas.slice(0, at).some(({ colour }) => colour === area.colour);
    if (at > 0) pieces.push(plain(grounding.and));
    pieces.push(overRegion(grounding.thing(area.colour, isAnother), area, sight));
  });
  if (texts.length > 0 && areas.length > 0) pieces.push(plain(grounding.reads));
  texts.forEach((line, at) => {
    const [open, text, close] = grounding.quote(quotable(line.text));
    if (at > 0) pieces.push(plain(grounding.and));
    pieces.push(plain(open), overRegion(text, line, sight), plain(close));
  });
  return joinPassages([...pieces, plain(grounding.end)], '');
}

/** The scenario that is unsure says of the whole picture, too, where it is: a little beyond its edges. */
function opening(text: string, scenario: Scenario): Passage {
  if (scenario.says !== 'unsure-grounding') return plain(text);
  const name = /^(The picture|图片)/.exec(text)![0];
  const [low, high] = [-0.0015, 1.0015];
  const polygon = [
    { x: low, y: low },
    { x: high, y: low },
    { x: high, y: high },
    { x: low, y: high },
  ];
  return { text, spans: [{ start: 0, end: name.length, text: name.toLowerCase(), polygon }] };
}

function overRegion(text: string, { left, top, right, bottom }: Box, { widthPx, heightPx }: Sight): Passage {
  const corner = (x: number, y: number) => ({ x: x / widthPx, y: y / heightPx });
  const polygon = [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
  return { text, spans: [{ start: 0, end: text.length, text, polygon }] };
}

/** The OCR enhancement has no block of its own in an answer: what was read can only be said. */
function readSentence({ lines }: Sight, question: string, words: Words): string {
  const quotes = linesAbout(question, lines, ({ text }) => text).slice(0, MOST_READ);
  return words.readByOcr(
    quotes.map(({ text }) => quotable(text)),
    lines.length - quotes.length,
  );
}

/** The block of an answer, which may have been cut off: spans that were said to their end are in it. */
export function toGroundingBlock(answer: Passage, scenario: Scenario): object {
  if (scenario.says === 'unsure-grounding') {
    return { lines: linesOf(answer).map(unsurely), status: 'PartialSuccess' };
  }
  const lines = answer.spans.length === 0 ? [] : [toLine(answer)];
  return { lines, status: 'Success' };
}

/** Offsets and lengths are Unicode code points (the specifications' `span`), not what JavaScript counts in. */
function toLine({ text, spans }: Passage) {
  return {
    text,
    spans: spans.map((span) => ({
      text: span.text,
      length: [...text.slice(span.start, span.end)].length,
      offset: [...text.slice(0, span.start)].length,
      polygon: span.polygon,
    })),
  };
}

/** Each paragraph with spans is a line whose offsets begin anew: the documents do not say that they may not. */
function linesOf({ text, spans }: Passage): readonly Passage[] {
  const lines: Passage[] = [];
  let start = 0;
  for (const line of text.split('\n\n')) {
    const end = start + line.length;
    const own = spans
      .filter((span) => span.start >= start && span.end <= end)
      .map((span): GroundedSpan => ({ ...span, start: span.start - start, end: span.end - start }));
    if (own.length > 0) lines.push({ text: line, spans: own });
    start = end + 2;
  }
  return lines;
}

/** Every polygon but that of the whole picture has two more corners, on its upper and lower edge. */
function unsurely(line: Passage) {
  const spans = line.spans.map((span) => {
    const [a, b, c, d] = span.polygon;
    if (!a || !b || !c || !d || a.x < 0) return span;
    const middle = (a.x + b.x) / 2;
    return { ...span, polygon: [a, { x: middle, y: a.y }, b, c, { x: middle, y: c.y }, d] };
  });
  return toLine({ ...line, spans });
}
