import { colourName, type ColourName } from './colours.ts';
import {
  borderColour,
  colourInside,
  connectedParts,
  LEAST_INK,
  toInk,
  type Box,
  type InkPart,
  type Rgb,
} from './ink.ts';
import type { PictureFormat } from './picture-size.ts';
import { readRaster } from './raster.ts';
import type { Raster } from './reduce.ts';
import { boxOf, inOrder, notIn, readText, sizeOf } from './read-text.ts';
import type { ReadLine } from './read-line.ts';
import type { SimulatorOptions } from './surroundings.ts';

/** What can be seen in a picture without a model; places in its own pixels. */
export interface Sight {
  readonly widthPx: number;
  readonly heightPx: number;
  /** As they are read: from the top, and from the left. */
  readonly lines: readonly SeenLine[];
  /** Areas that differ from what is behind them, largest first. */
  readonly areas: readonly SeenArea[];
}

export interface SeenLine extends Box {
  readonly text: string;
  readonly words: readonly SeenWord[];
}

export interface SeenWord extends Box {
  readonly text: string;
  /** 0 to 1: how like its letters are to the alphabet's. */
  readonly confidence: number;
}

export interface SeenArea extends Box {
  readonly colour: ColourName;
  /** 0 to 1: how much of its rectangle it fills, and how far it stands out. */
  readonly confidence: number;
}

/** Looks at every pixel. Null: they cannot be read here. */
export async function look(
  bytes: Uint8Array<ArrayBuffer>,
  format: PictureFormat,
  decode: SimulatorOptions['decode'],
): Promise<Sight | null> {
  const raster = await readRaster(bytes, format, decode);
  if (!raster) return null;
  const { factor, ofWidthPx, ofHeightPx } = raster;
  const found = explore(raster);
  const inFull = <B extends Box>(box: B): B => ({
    ...box,
    left: clamp(box.left * factor, ofWidthPx),
    top: clamp(box.top * factor, ofHeightPx),
    right: clamp(box.right * factor, ofWidthPx),
    bottom: clamp(box.bottom * factor, ofHeightPx),
  });
  return {
    widthPx: ofWidthPx,
    heightPx: ofHeightPx,
    lines: inOrder(found.lines).map(({ words }) => ({
      ...inFull(boxOf(words)),
      text: words.map(({ text }) => text).join(' '),
      words: words.map(inFull),
    })),
    areas: found.areas.map(({ area }) => inFull(area)),
  };
}

const MOST_AREAS = 30;
const DEEPEST = 3;
const MOST_PANELS = 60;

interface Found {
  readonly lines: ReadLine[];
  readonly areas: { readonly area: SeenArea; readonly pixels: number }[];
}

function explore(raster: Raster): Found {
  const found: Found = { lines: [], areas: [] };
  const whole: Box = { left: 0, top: 0, right: raster.widthPx, bottom: raster.heightPx };
  let panels: Panel[] = [{ box: whole, behind: borderColour(raster), isWhole: true }];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const inner = panels.flatMap((panel) => explorePanel(raster, panel, found));
    panels = inner.sort((a, b) => sizeOf(b.box) - sizeOf(a.box)).slice(0, MOST_PANELS);
  }
  found.areas.sort((a, b) => b.pixels - a.pixels);
  found.areas.length = Math.min(found.areas.length, MOST_AREAS);
  return found;
}

/** A rectangle with a background of its own: the picture, or a solid area on which there may be more. */
interface Panel {
  readonly box: Box;
  readonly behind: Rgb;
  readonly isWhole: boolean;
}

/** Adds what is on a panel, and answers with the panels on it. */
function explorePanel(raster: Raster, { box, behind, isWhole }: Panel, found: Found): readonly Panel[] {
  const plane = toInk(raster, box, behind);
  // On a round panel, what is behind it shows in the corners of its rectangle.
  const parts = connectedParts(plane, raster).filter((part) => isWhole || !touches(part, box));
  const lines = readText(plane, parts).map(({ words, dotPx }) => ({
    dotPx,
    words: words.map((word) => moved(word, box)),
  }));
  found.lines.push(...lines);
  const panels: Panel[] = [];
  for (const part of notIn(
    parts,
    lines.flatMap(({ words }) => words),
  )) {
    if (isLarge(part, raster)) found.areas.push({ area: toArea(part), pixels: part.pixels });
    const inside = isSolid(part) ? colourInside(raster, part) : behind;
    if (distance(inside, behind) >= LEAST_INK)
      panels.push({ box: boxOf([part]), behind: inside, isWhole: false });
  }
  return panels;
}

function moved<B extends Box>(box: B, { left, top }: Box): B {
  return {
    ...box,
    left: box.left + left,
    top: box.top + top,
    right: box.right + left,
    bottom: box.bottom + top,
  };
}

function touches(part: Box, { left, top, right, bottom }: Box): boolean {
  return part.left === left || part.top === top || part.right === right || part.bottom === bottom;
}

const LEAST_PANEL_PX = 16;

function isSolid(part: InkPart): boolean {
  return (
    Math.min(part.right - part.left, part.bottom - part.top) >= LEAST_PANEL_PX &&
    part.pixels * 2 >= sizeOf(part)
  );
}

const LEAST_SIDE_PX = 8;
/** Of the picture: smaller ones are dots, not things. */
const LEAST_SHARE = 0.0005;

function isLarge(part: InkPart, { widthPx, heightPx }: Raster): boolean {
  return (
    Math.min(part.right - part.left, part.bottom - part.top) >= LEAST_SIDE_PX &&
    sizeOf(part) >= LEAST_SHARE * widthPx * heightPx
  );
}

function toArea(part: InkPart): SeenArea {
  const { pixels, peak, left, top, right, bottom } = part;
  const fill = pixels / sizeOf(part);
  return {
    left,
    top,
    right,
    bottom,
    colour: colourName(part.red / pixels, part.green / pixels, part.blue / pixels, 255),
    // Half for being a whole rectangle of it, half for standing out.
    confidence: 0.3 + 0.35 * fill + 0.35 * Math.min(1, peak / 200),
  };
}

function distance(a: Rgb, b: Rgb): number {
  return Math.max(...a.map((value, at) => Math.abs(value - b[at]!)));
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, Math.round(value)));
}
