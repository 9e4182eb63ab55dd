import { boundsOf, type Polygon } from './places.ts';
import type { Area } from './picture-plan.ts';

export interface ReadLine {
  readonly text: string;
  readonly polygon: Polygon;
}

/** Lines of one column are apart by no more than this many of their heights. */
const blockGap = 1.1;
/** Two boxes stand in one row when they share this part of the lower one's height. */
const rowShare = 0.5;
/** A gutter between columns is at least so wide, in shares of the picture's width. */
const gutter = 0.015;

/**
 * All text read in a picture, as a person would read it: columns from left to right, in each its lines from top to
 * bottom, pieces of one row joined by spaces, and an empty line where a gap says that something new begins. Text that
 * runs down or up the page is read in its own direction.
 */
export function inReadingOrder(lines: readonly ReadLine[]): string {
  const turned = new Map<0 | 90 | 180 | 270, Boxed[]>();
  for (const line of lines) {
    if (line.text.trim() === '') continue;
    const turn = turnOf(line.polygon);
    const boxed = { text: line.text, box: turnedBack(boundsOf(line.polygon), turn) };
    turned.set(turn, [...(turned.get(turn) ?? []), boxed]);
  }
  const texts = ([0, 90, 180, 270] as const).flatMap((turn) => {
    const boxes = turned.get(turn);
    return boxes ? columnsOf(boxes).map(columnText) : [];
  });
  return texts.join('\n\n');
}

interface Boxed {
  readonly text: string;
  readonly box: Area;
}

/** Which way a line runs: its first side goes from where it begins to where it ends (the service's own order). */
function turnOf(polygon: Polygon): 0 | 90 | 180 | 270 {
  const [from, to] = polygon;
  if (!from || !to) return 0;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (Math.abs(dx) >= Math.abs(dy)) return dx >= 0 ? 0 : 180;
  return dy > 0 ? 90 : 270;
}

/** The same box on a page that was turned so that its text stands upright. */
function turnedBack({ left, top, width, height }: Area, turn: 0 | 90 | 180 | 270): Area {
  switch (turn) {
    case 0:
      return { left, top, width, height };
    case 90:
      return { left: top, top: 1 - left - width, width: height, height: width };
    case 180:
      return { left: 1 - left - width, top: 1 - top - height, width, height };
    case 270:
      return { left: 1 - top - height, top: left, width: height, height: width };
  }
}

/**
 * Cuts where nothing stands, as in a recursive X-Y cut: first into bands above one another, then each into columns. A
 * table is left alone: its rows belong together, so columns are cut only where both sides hold several lines.
 */
function columnsOf(boxes: readonly Boxed[]): readonly (readonly Boxed[])[] {
  const sorted = [...boxes].sort((a, b) => a.box.left - b.box.left);
  let right = -Infinity;
  for (const [at, { box }] of sorted.entries()) {
    const [before, after] = [sorted.slice(0, at), sorted.slice(at)];
    if (
      at > 0 &&
      box.left - right >= gutter &&
      isColumn(before) &&
      isColumn(after) &&
      !isTable(before, after)
    )
      return [...columnsOf(before), ...columnsOf(after)];
    right = Math.max(right, box.left + box.width);
  }
  const bands = bandsOf(boxes);
  if (bands.length === 1) return [boxes];
  return joinNeighbours(bands.map(columnsOf));
}

/** Bands that are one column each are one column together. */
function joinNeighbours(bands: readonly (readonly (readonly Boxed[])[])[]): readonly (readonly Boxed[])[] {
  const joined: (readonly Boxed[])[] = [];
  let wasPlain = false;
  for (const columns of bands) {
    const [only] = columns;
    if (columns.length === 1 && only && wasPlain) joined.push([...joined.pop()!, ...only]);
    else joined.push(...columns);
    wasPlain = columns.length === 1;
  }
  return joined;
}

/** Split at the widest empty stripes across the page, where one is higher than two lines. */
function bandsOf(boxes: readonly Boxed[]): readonly (readonly Boxed[])[] {
  const sorted = [...boxes].sort((a, b) => a.box.top - b.box.top);
  const height = median(boxes.map(({ box }) => box.height));
  const bands: Boxed[][] = [];
  let bottom = -Infinity;
  for (const boxed of sorted) {
    const last = bands.at(-1);
    if (last && boxed.box.top - bottom < height * 0.8) last.push(boxed);
    else bands.push([boxed]);
    bottom = Math.max(bottom, boxed.box.top + boxed.box.height);
  }
  return bands;
}

function isColumn(boxes: readonly Boxed[]): boolean {
  return rowsOf(boxes).length >= 2;
}

/** Rows on one side have partners of the same height on the other, and most are short: figures beside names. */
function isTable(left: readonly Boxed[], right: readonly Boxed[]): boolean {
  const isBeside = (one: Boxed, others: readonly Boxed[]): boolean =>
    others.some((other) => inOneRow(one.box, other.box) && areOfOneSize(one.box, other.box));
  const share = (of: readonly Boxed[], others: readonly Boxed[]): number =>
    of.filter((one) => isBeside(one, others)).length / of.length;
  const short = right.filter(({ text }) => text.length <= 16).length;
  return Math.max(share(left, right), share(right, left)) >= 0.8 && short >= right.length * 0.6;
}

function columnText(boxes: readonly Boxed[]): string {
  let text = '';
  let before: Area | null = null;
  for (const row of rowsOf(boxes)) {
    const box = row.map((one) => one.box).reduce(around);
    const gap = before ? box.top - (before.top + before.height) : 0;
    if (before) text += gap > blockGap * Math.min(box.height, before.height) ? '\n\n' : '\n';
    text += row.map((one) => one.text).join(' ');
    before = box;
  }
  return text;
}

/** From top to bottom, each from left to right. */
function rowsOf(boxes: readonly Boxed[]): readonly (readonly Boxed[])[] {
  const rows: { box: Area; members: Boxed[] }[] = [];
  for (const boxed of [...boxes].sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left)) {
    const row = rows.findLast(({ members }) => members.every(({ box }) => inOneRow(box, boxed.box)));
    if (row) {
      row.members.push(boxed);
      row.box = around(row.box, boxed.box);
    } else rows.push({ box: boxed.box, members: [boxed] });
  }
  return rows
    .sort((a, b) => a.box.top - b.box.top)
    .map(({ members }) => members.sort((a, b) => a.box.left - b.box.left));
}

function inOneRow(a: Area, b: Area): boolean {
  const shared = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return shared >= rowShare * Math.min(a.height, b.height);
}

/** A stamp beside a sum is no row of it. */
function areOfOneSize(a: Area, b: Area): boolean {
  return Math.max(a.height, b.height) <= 1.6 * Math.min(a.height, b.height);
}

function around(a: Area, b: Area): Area {
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)];
  return {
    left,
    top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
