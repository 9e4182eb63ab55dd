import { GLYPH_ROWS, glyphs, LETTER_GAP } from './glyphs.ts';
import type { InkPlane } from './ink.ts';

/** How a line of letters lies on a plane: pixels from its left top, and pixels for each dot of a letter. */
export interface Setting {
  readonly topPx: number;
  readonly dotPx: number;
  /** Ink of a full dot, 0 to 255. */
  readonly fullInk: number;
}

export interface Match {
  readonly character: string;
  /** 0 to 1; 1 is dot for dot. */
  readonly likeness: number;
  readonly leftPx: number;
  /** In dots. */
  readonly width: number;
  readonly firstRow: number;
  /** The first row without ink. */
  readonly lastRow: number;
}

/** A blank row above and below belongs to a letter as much as its ink does. */
const ROWS = GLYPH_ROWS + 2;
const COLUMNS = Math.max(...glyphs.map(({ width }) => width)) + LETTER_GAP;

/** Ink above or below tells a rule, a frame or a larger letter from this one. */
const BEYOND = 4;

const WIDER = 0.01;

interface Template {
  readonly character: string;
  readonly width: number;
  /** Places of ink among the cells, which are numbered column by column. */
  readonly inked: readonly number[];
  readonly firstRow: number;
  readonly lastRow: number;
}

const templates: readonly Template[] = glyphs.map(({ character, width, rows }) => {
  const inked = rows.flatMap((row, y) => row.flatMap((dot, x) => (dot ? [x * ROWS + y + 1] : [])));
  const used = rows.flatMap((row, y) => (row.some(Boolean) ? [y] : []));
  return { character, width, inked, firstRow: used[0]!, lastRow: used.at(-1)! + 1 };
});

const cells = new Float32Array(ROWS * COLUMNS);
const corners = new Float64Array(ROWS * COLUMNS * 4);
const energies = new Float64Array(COLUMNS + 1);

/** The letter that is most like what stands at a place, however little that is. */
export function matchAt(plane: InkPlane, setting: Setting, leftPx: number): Match {
  sampleCells(plane, setting, leftPx);
  let best = templates[0]!;
  let likeness = -1;
  for (const template of templates) {
    let shared = 0;
    for (const cell of template.inked) shared += cells[cell]!;
    // Dice's coefficient: what both have against what either has. The gap behind a letter has to be blank.
    const found = (2 * shared) / (template.inked.length + energies[template.width + LETTER_GAP]!);
    // Of two that are equally like, the wider explains more: a quotation mark is no apostrophe.
    // Of two that are as like, the wider explains more: a quotation mark is not two apostrophes.
    if (found + WIDER * template.width > likeness + WIDER * best.width) {
      likeness = found;
      best = template;
    }
  }
  const { character, width, firstRow, lastRow } = best;
  return { character, likeness, leftPx, width, firstRow, lastRow };
}

/** Share of a dot's side that is left out on each side: blurred edges say nothing. */
const INSET = 0.15;

/** Mean ink of the middle of each dot's square, as a share of full ink; it may begin and end inside pixels. */
function sampleCells(plane: InkPlane, { topPx, dotPx, fullInk }: Setting, leftPx: number): void {
  const inset = INSET * dotPx;
  for (let column = 0, to = 0; column < COLUMNS; column += 1) {
    const left = leftPx + column * dotPx;
    for (const x of [left + inset, left + dotPx - inset]) {
      for (let row = 0; row < ROWS; row += 1) {
        const top = topPx + (row - 1) * dotPx;
        corners[to++] = sumBefore(plane, x, top + inset);
        corners[to++] = sumBefore(plane, x, top + dotPx - inset);
      }
    }
  }
  const whole = (dotPx - 2 * inset) ** 2 * fullInk;
  energies[0] = 0;
  for (let column = 0, to = 0; column < COLUMNS; column += 1) {
    let energy = 0;
    for (let row = 0; row < ROWS; row += 1, to += 1) {
      const left = column * ROWS * 4 + row * 2;
      const right = left + ROWS * 2;
      const ink = corners[right + 1]! - corners[right]! - corners[left + 1]! + corners[left]!;
      const share = Math.min(1, ink / whole);
      cells[to] = share;
      energy += (row === 0 || row === ROWS - 1 ? BEYOND : 1) * share * share;
    }
    energies[column + 1] = energies[column]! + energy;
  }
}

/** Ink above and left of a point that may lie inside a pixel. */
function sumBefore({ sums, widthPx, heightPx }: InkPlane, x: number, y: number): number {
  const insideX = x < 0 ? 0 : x > widthPx ? widthPx : x;
  const insideY = y < 0 ? 0 : y > heightPx ? heightPx : y;
  const left = Math.min(widthPx - 1, Math.floor(insideX));
  const top = Math.min(heightPx - 1, Math.floor(insideY));
  const shareX = insideX - left;
  const shareY = insideY - top;
  const at = top * (widthPx + 1) + left;
  const below = at + widthPx + 1;
  return (
    (sums[at]! * (1 - shareX) + sums[at + 1]! * shareX) * (1 - shareY) +
    (sums[below]! * (1 - shareX) + sums[below + 1]! * shareX) * shareY
  );
}

/** Ink inside a rectangle, in full dots' pixels. */
export function inkIn(
  plane: InkPlane,
  left: number,
  top: number,
  right: number,
  bottom: number,
  fullInk: number,
): number {
  const ink =
    sumBefore(plane, right, bottom) -
    sumBefore(plane, left, bottom) -
    sumBefore(plane, right, top) +
    sumBefore(plane, left, top);
  return ink / fullInk;
}
