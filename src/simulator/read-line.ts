import { GLYPH_ROWS, LETTER_GAP } from './glyphs.ts';
import type { Box, InkPlane } from './ink.ts';
import { inkIn, matchAt, type Match, type Setting } from './match-glyphs.ts';

export interface ReadWord extends Box {
  readonly text: string;
  /** Mean likeness of its letters to what stands there, 0 to 1. */
  readonly confidence: number;
}

/** Words that follow each other on one line, in pixels of the plane. */
export interface ReadLine {
  readonly words: readonly ReadWord[];
  readonly dotPx: number;
}

const LEAST_LIKENESS = 0.72;
/** In dots beyond a letter's own gap: a space is four. */
const WORD_GAP = 2.5;
const LINE_GAP = 10;
/** Small marks stand before and behind what was found as letters: quotation marks, dashes, full stops. */
const MARKS_REACH = 8;

/** Where letters were found that may be one line. */
export interface Candidate {
  readonly box: Box;
  /** Marks beside the box are read as well, but not beyond these: there is what was read before. */
  readonly between: { readonly left: number; readonly right: number };
  readonly fullInk: number;
}

/** Reads one line of letters; nothing where it is no text. */
export function readLine(plane: InkPlane, candidate: Candidate): readonly ReadLine[] {
  const setting = fit(plane, candidate);
  if (!setting) return [];
  const words = readAlong(plane, setting, candidate, Infinity).words.map((matches) =>
    toWord(matches, setting),
  );
  return joinLines(words.map((word) => ({ words: [word], dotPx: setting.dotPx }))).filter(isText);
}

/** The rows of ink that a line may have, of nine: capitals or not, with tails or without. */
const EXTENTS: readonly (readonly [first: number, end: number])[] = [
  [0, 7],
  [0, 9],
  [2, 7],
  [2, 9],
  [0, 8],
];
const TRIED_LETTERS = 10;
const LEAST_DOT_PX = 0.9;
const SURE = 0.97;

/** Which size of letters, standing where, explains the ink best; null: none does. */
function fit(plane: InkPlane, candidate: Candidate): Setting | null {
  const { fullInk } = candidate;
  const { top, bottom } = tighten(plane, candidate.box, fullInk);
  let best: Setting | null = null;
  let bestScore = 0.6;
  const attempt = (setting: Setting): boolean => {
    if (setting.dotPx < LEAST_DOT_PX) return false;
    const { score } = readAlong(plane, setting, candidate, TRIED_LETTERS);
    if (score <= bestScore) return false;
    best = setting;
    bestScore = score;
    return true;
  };
  for (const [first, end] of EXTENTS) {
    const dotPx = (bottom - top) / (end - first);
    attempt({ dotPx, topPx: top - first * dotPx, fullInk });
    if (bestScore >= SURE) return best;
  }
  // Blurred edges hide where dots begin: search around the best.
  for (let share = 0.3; best && bestScore < SURE && share > 0.05; share /= 2) {
    const { topPx, dotPx }: Setting = best;
    for (const taller of [-1, 0, 1]) {
      for (const lower of [-1, 0, 1]) {
        const size = dotPx * (1 + (taller * share) / GLYPH_ROWS);
        attempt({ topPx: topPx + lower * share * dotPx, dotPx: size, fullInk });
      }
    }
  }
  return best;
}

/** The rows between which there is at least half of full ink. */
function tighten(plane: InkPlane, box: Box, fullInk: number): { top: number; bottom: number } {
  const hasInk = (y: number): boolean => {
    for (let x = box.left; x < box.right; x += 1)
      if (plane.ink[y * plane.widthPx + x]! * 2 >= fullInk) return true;
    return false;
  };
  let { top, bottom } = box;
  while (top < bottom - 1 && !hasInk(top)) top += 1;
  while (bottom > top + 1 && !hasInk(bottom - 1)) bottom -= 1;
  return { top, bottom };
}

interface Reading {
  readonly words: readonly (readonly Match[])[];
  /** Mean likeness over the inked columns; those that are no letters count as nothing. */
  readonly score: number;
}

function readAlong(
  plane: InkPlane,
  setting: Setting,
  { box, between }: Candidate,
  mostLetters: number,
): Reading {
  const { dotPx } = setting;
  const words: (readonly Match[])[] = [];
  let word: Match[] = [];
  let likeness = 0;
  let columns = 0;
  let failures = 0;
  let expected: number | null = null;
  const close = () => {
    if (word.length > 0) words.push(word);
    word = [];
  };
  let x = nextInk(
    plane,
    setting,
    Math.max(between.left, blankBefore(plane, setting, box.left - MARKS_REACH * dotPx)),
  );
  for (let letters = 0; letters < mostLetters && x < between.right - 0.5 * dotPx; letters += 1) {
    const isNext: boolean = expected !== null && Math.abs(x - expected) <= 0.6 * dotPx;
    const match: Match = isNext
      ? matchNear(plane, setting, expected!, NEXT_STEPS)
      : matchNear(plane, setting, x, START_STEPS);
    if (match.likeness < LEAST_LIKENESS) {
      close();
      const end = nextBlank(plane, setting, x + Math.max(1, dotPx));
      if (x >= box.left && x < box.right) columns += end - x;
      expected = null;
      x = nextInk(plane, setting, end);
      failures += 1;
      if (failures > 3 && likeness === 0) break;
    } else {
      const width = match.width * dotPx;
      word.push(match);
      likeness += match.likeness * width;
      columns += width;
      expected = match.leftPx + width + LETTER_GAP * dotPx;
      x = inkAfter(plane, setting, Math.max(x + 1, expected));
      if (x - expected > WORD_GAP * dotPx) close();
    }
    if (x >= box.right && x - (expected ?? box.right) > MARKS_REACH * dotPx) break;
  }
  close();
  return { words, score: columns === 0 ? 0 : likeness / columns };
}

const START_STEPS = 3;
const NEXT_STEPS = 2;
const GOOD_AT_ONCE = 0.96;

/** The best match within a few steps to the left and right. */
function matchNear(plane: InkPlane, setting: Setting, x: number, steps: number): Match {
  let best = matchAt(plane, setting, x);
  const stepPx = Math.max(0.25, 0.14 * setting.dotPx);
  for (let step = 1; step <= steps && best.likeness < GOOD_AT_ONCE; step += 1) {
    for (const side of [-1, 1]) {
      const match = matchAt(plane, setting, x + side * step * stepPx);
      if (match.likeness > best.likeness) best = match;
    }
  }
  return best;
}

/** Share of a dot in one column of pixels that is ink. */
const LEAST_COLUMN = 0.4;

function nextInk(plane: InkPlane, setting: Setting, from: number): number {
  let x = Math.max(0, Math.floor(from));
  while (x < plane.widthPx && !isInked(plane, setting, x)) x += 1;
  return x;
}

/** The first blank column to the left: no mark is begun in its middle. */
function blankBefore(plane: InkPlane, setting: Setting, from: number): number {
  let x = Math.max(0, Math.floor(from));
  while (x > 0 && isInked(plane, setting, x)) x -= 1;
  return x;
}

/** Where the next letter begins: where it is expected, or wherever there is ink again. */
function inkAfter(plane: InkPlane, setting: Setting, expected: number): number {
  // The gap before it is left out: the last stroke bleeds into it.
  const end = expected + 0.6 * setting.dotPx;
  for (let x = expected - 0.1 * setting.dotPx; x < end; x += 0.5) if (isInked(plane, setting, x)) return x;
  return nextInk(plane, setting, Math.ceil(end));
}

function nextBlank(plane: InkPlane, setting: Setting, from: number): number {
  let x = Math.max(0, Math.floor(from));
  while (x < plane.widthPx && isInked(plane, setting, x)) x += 1;
  return x;
}

function isInked(plane: InkPlane, { topPx, dotPx, fullInk }: Setting, x: number): boolean {
  return inkIn(plane, x, topPx, x + 1, topPx + GLYPH_ROWS * dotPx, fullInk) >= LEAST_COLUMN * dotPx;
}

/** Lines of one size that go on within two spaces of each other are one; a line with a wider gap is two. */
export function joinLines(lines: readonly ReadLine[]): readonly ReadLine[] {
  const joined: ReadLine[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    if (before && follows(line, before)) {
      joined[joined.length - 1] = { ...before, words: joinWords(before, line) };
    } else joined.push(line);
  }
  return joined;
}

/** Where the last word stops one gap before the next, marks in between have cut one word in two. */
function joinWords({ words, dotPx }: ReadLine, next: ReadLine): readonly ReadWord[] {
  const [last, first] = [words.at(-1)!, next.words[0]!];
  if (first.left - last.right > 1.6 * LETTER_GAP * dotPx) return [...words, ...next.words];
  const share = last.text.length / (last.text.length + first.text.length);
  const joined: ReadWord = {
    text: last.text + first.text,
    confidence: share * last.confidence + (1 - share) * first.confidence,
    left: last.left,
    top: Math.min(last.top, first.top),
    right: first.right,
    bottom: Math.max(last.bottom, first.bottom),
  };
  return [...words.slice(0, -1), joined, ...next.words.slice(1)];
}

function follows(line: ReadLine, before: ReadLine): boolean {
  const { dotPx } = before;
  const [last, first] = [before.words.at(-1)!, line.words[0]!];
  const gap = first.left - last.right;
  return (
    gap >= 0 &&
    gap <= LINE_GAP * dotPx &&
    first.top < last.bottom &&
    last.top < first.bottom &&
    Math.abs(line.dotPx - dotPx) <= 0.15 * dotPx
  );
}

function toWord(matches: readonly Match[], { topPx, dotPx }: Setting): ReadWord {
  const last = matches.at(-1)!;
  const row = (at: number): number => Math.round(topPx + at * dotPx);
  return {
    text: matches.map(({ character }) => character).join(''),
    confidence: matches.reduce((sum, { likeness }) => sum + likeness, 0) / matches.length,
    left: Math.round(matches[0]!.leftPx),
    top: row(Math.min(...matches.map(({ firstRow }) => firstRow))),
    right: Math.round(last.leftPx + last.width * dotPx),
    bottom: row(Math.max(...matches.map(({ lastRow }) => lastRow))),
  };
}

/** A bar is like an l and a box like a full stop: one letter has to be very like itself, and some have to be letters. */
function isText({ words }: ReadLine): boolean {
  const text = words.map(({ text }) => text).join('');
  const letters = text.match(/[A-Za-z0-9]/g)?.length ?? 0;
  const likeness =
    words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0) / text.length;
  return letters * 3 >= text.length && likeness >= (text.length < 3 ? 0.9 : 0.84);
}
