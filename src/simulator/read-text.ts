import type { Box, InkPart, InkPlane } from './ink.ts';
import { joinLines, readLine, type ReadLine, type ReadWord } from './read-line.ts';

const LEAST_LETTER_PX = 5;
const MOST_LETTER_PX = 240;
/** A picture without a flat background falls apart into thousands of bits; the largest are tried. */
const MOST_CLUSTERS = 900;

/** Lines of the project's own letters on a plane, in pixels of the plane, from the top and from the left. */
export function readText(plane: InkPlane, parts: readonly InkPart[]): readonly ReadLine[] {
  const letters = parts.map((part) => inside(part, plane)).filter(isLetterSized);
  const lines: ReadLine[] = [];
  readClusters(plane, letters, lines);
  // What disturbed a line (a mark of another size beside it) may be readable without it, and the other way round.
  const left = notIn(
    letters,
    lines.flatMap(({ words }) => words),
  );
  if (left.length < letters.length) readClusters(plane, left, lines);
  return joinLines(inOrder(lines));
}

interface Letter extends Box {
  readonly peak: number;
}

function inside(part: InkPart, { box }: InkPlane): Letter {
  return {
    left: part.left - box.left,
    top: part.top - box.top,
    right: part.right - box.left,
    bottom: part.bottom - box.top,
    peak: part.peak,
  };
}

function isLetterSized({ left, top, right, bottom }: Letter): boolean {
  const [width, height] = [right - left, bottom - top];
  return height >= LEAST_LETTER_PX && height <= MOST_LETTER_PX && width < 25 * height;
}

function readClusters(plane: InkPlane, letters: readonly Letter[], lines: ReadLine[]): void {
  for (const cluster of toClusters(letters).slice(0, MOST_CLUSTERS)) {
    const peaks = cluster.map(({ peak }) => peak).sort((a, b) => a - b);
    const box = boxOf(cluster);
    const known = lines.flatMap(({ words }) => words.filter((word) => isBeside(word, box)));
    const between = {
      left: Math.max(0, ...known.filter(({ left }) => left < box.left).map(({ right }) => right)),
      right: Math.min(plane.widthPx, ...known.filter(({ left }) => left >= box.left).map(({ left }) => left)),
    };
    for (const line of readLine(plane, { box, between, fullInk: peaks[peaks.length >> 1]! })) {
      const words = line.words.filter((word) => !known.some((other) => meets(word, other)));
      if (words.length > 0) lines.push({ ...line, words });
    }
  }
}

function isBeside(a: Box, b: Box): boolean {
  return a.top < b.bottom && b.top < a.bottom;
}

function meets(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Letters of about one height and strength that stand beside each other, largest clusters first. */
function toClusters(letters: readonly Letter[]): readonly (readonly Letter[])[] {
  const sorted = [...letters].sort((a, b) => a.left - b.left);
  const parents = sorted.map((_, at) => at);
  const find = (at: number): number => {
    let root = at;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]!]!;
    return root;
  };
  sorted.forEach((letter, at) => {
    const reach = letter.right + 2 * GAP * (letter.bottom - letter.top);
    for (let next = at + 1; next < sorted.length && sorted[next]!.left <= reach; next += 1)
      if (standTogether(letter, sorted[next]!)) parents[find(next)] = find(at);
  });
  const clusters = new Map<number, Letter[]>();
  sorted.forEach((letter, at) => {
    const root = find(at);
    const cluster = clusters.get(root);
    if (cluster) cluster.push(letter);
    else clusters.set(root, [letter]);
  });
  return [...clusters.values()].sort((a, b) => b.length - a.length);
}

/** In heights of the taller: a comma and a space between words without capitals are one and a half. */
const GAP = 2;

function standTogether(a: Letter, b: Letter): boolean {
  const [heightA, heightB] = [a.bottom - a.top, b.bottom - b.top];
  const [lower, taller] = heightA < heightB ? [heightA, heightB] : [heightB, heightA];
  const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return (
    shared * 2 >= lower &&
    lower * 2 >= taller &&
    Math.max(a.left, b.left) - Math.min(a.right, b.right) <= GAP * taller &&
    Math.min(a.peak, b.peak) >= 0.6 * Math.max(a.peak, b.peak)
  );
}

export function boxOf(boxes: readonly Box[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { left, top, right, bottom } of boxes) {
    box.left = Math.min(box.left, left);
    box.top = Math.min(box.top, top);
    box.right = Math.max(box.right, right);
    box.bottom = Math.max(box.bottom, bottom);
  }
  return box;
}

/** Those that are no part of a word: in the middle of one, and no larger than it. */
export function notIn<B extends Box>(boxes: readonly B[], words: readonly ReadWord[]): readonly B[] {
  const rows = new Map<number, ReadWord[]>();
  for (const word of words) {
    for (let row = word.top >> ROW_BITS; row <= word.bottom >> ROW_BITS; row += 1)
      rows.set(row, [...(rows.get(row) ?? []), word]);
  }
  return boxes.filter((box) => {
    const x = (box.left + box.right) / 2;
    const y = (box.top + box.bottom) / 2;
    return !rows
      .get(y >> ROW_BITS)
      ?.some(
        (word) =>
          x >= word.left &&
          x <= word.right &&
          y >= word.top - 1 &&
          y <= word.bottom + 1 &&
          sizeOf(box) <= 1.5 * sizeOf(word),
      );
  });
}

const ROW_BITS = 5;

export function sizeOf({ left, top, right, bottom }: Box): number {
  return (right - left) * (bottom - top);
}

/** From the top; lines whose middles are within half a letter are on one row, from the left. */
export function inOrder(lines: readonly ReadLine[]): readonly ReadLine[] {
  const placed = lines
    .map((line) => ({ line, box: boxOf(line.words) }))
    .sort((a, b) => a.box.top + a.box.bottom - b.box.top - b.box.bottom);
  const rows: (typeof placed)[] = [];
  for (const one of placed) {
    const before = rows.at(-1)?.at(-1);
    const off = before ? one.box.top + one.box.bottom - before.box.top - before.box.bottom : Infinity;
    if (off / 2 <= 3 * one.line.dotPx) rows.at(-1)!.push(one);
    else rows.push([one]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.box.left - b.box.left).map(({ line }) => line));
}
