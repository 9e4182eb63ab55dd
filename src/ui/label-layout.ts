/** A label that wants to stand at a place, in CSS pixels of the stage. */
export interface WantedLabel {
  readonly id: string;
  readonly text: string;
  /** What it belongs to, as it is on screen. */
  readonly box: LabelBox;
}

export interface LabelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLabel extends LabelBox {
  readonly id: string;
  readonly text: string;
}

export const labelHeightPx = 18;
const paddingPx = 14;
const longestPx = 168;
/** More than so many cover the picture that they explain. */
const mostLabels = 40;

/**
 * Puts labels beside what they belong to, those first that come first: none overlaps another, none leaves the stage,
 * and one that finds no room is left out. Above is tried first, then below, inside at the top, and inside at the bottom.
 */
export function layOutLabels(
  wanted: readonly WantedLabel[],
  stage: { readonly width: number; readonly height: number },
): readonly PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const { id, text, box } of wanted) {
    if (placed.length >= mostLabels) break;
    if (box.x > stage.width || box.y > stage.height || box.x + box.width < 0 || box.y + box.height < 0)
      continue;
    const width = Math.min(widthOf(text), longestPx, stage.width);
    const x = Math.min(Math.max(0, box.x), Math.max(0, stage.width - width));
    const free = [
      box.y - labelHeightPx - 2,
      box.y + box.height + 2,
      box.y + 2,
      box.y + box.height - labelHeightPx - 2,
    ]
      .filter((y) => y >= 0 && y + labelHeightPx <= stage.height)
      .map((y) => ({ id, text, x, y, width, height: labelHeightPx }))
      .find((label) => placed.every((other) => !overlap(label, other)));
    if (free) placed.push(free);
  }
  return placed;
}

/** About what 12 px type takes; the box is cut to it, so that a wrong guess overlaps nothing. */
function widthOf(text: string): number {
  let width = paddingPx;
  for (const character of text) width += character.charCodeAt(0) >= 0x2e80 ? 12.5 : 7.2;
  return Math.ceil(width);
}

function overlap(a: LabelBox, b: LabelBox): boolean {
  return (
    a.x < b.x + b.width + 2 && b.x < a.x + a.width + 2 && a.y < b.y + b.height + 1 && b.y < a.y + a.height + 1
  );
}
