import { boundsOf, toPixels, type Polygon } from '#domain/places.ts';
import { checkPicture, decodeUpright } from './checked-picture.ts';
import { placeLabels, type Box } from './label-places.ts';
import type { AnnotatedRegion, AnnotateOptions } from './picture.ts';
import { encode, openCanvas, type SizePx } from './redraw.ts';

const ink = '#14171a';

/** Draws regions and their labels over a picture. Throws a FailureError where it cannot be decoded or drawn. */
export async function annotatePicture(blob: Blob, { mimeType, regions }: AnnotateOptions): Promise<Blob> {
  await checkPicture(blob, mimeType);
  const bitmap = await decodeUpright(blob);
  const size = { widthPx: bitmap.width, heightPx: bitmap.height };
  const { canvas, context } = openCanvas(size);
  context.drawImage(bitmap, 0, 0);
  // Before encoding: of 100 megapixels it holds 400 MB.
  bitmap.close();
  const measures = measuresFor(size, regions);
  drawOutlines(context, size, regions, measures.linePx);
  drawLabels(context, size, regions, measures);
  return encode(canvas, 'image/png', 1);
}

interface Measures {
  readonly linePx: number;
  readonly fontPx: number;
}

/**
 * Seen when the whole picture is looked at on a screen: a line of a pixel or two, letters of about 11. Among many small
 * regions both are finer, or they would hide what they point at.
 */
function measuresFor({ widthPx, heightPx }: SizePx, regions: readonly AnnotatedRegion[]): Measures {
  const longestPx = Math.max(widthPx, heightPx);
  const sidesPx = regions
    .map(({ polygon }) => boundsOf(polygon))
    .map(({ width, height }) => Math.min(width * widthPx, height * heightPx))
    .sort((a, b) => a - b);
  const usualPx = sidesPx[Math.floor(sidesPx.length / 2)] ?? longestPx;
  return {
    linePx: Math.max(0.6, Math.min(Math.max(1.25, longestPx / 700), usualPx / 16)),
    fontPx: Math.max(9, Math.min(longestPx / 90, Math.max(longestPx / 200, usualPx * 0.6))),
  };
}

/** Each in a dark and a white casing, so that it is seen on a page as on a night sky. */
function drawOutlines(
  context: OffscreenCanvasRenderingContext2D,
  size: SizePx,
  regions: readonly AnnotatedRegion[],
  linePx: number,
): void {
  const shapes = regions.map(({ polygon, colour }) => ({ path: pathOf(polygon, size), colour }));
  context.lineJoin = 'round';
  const casings = [
    { widthPx: linePx * 5, colour: ink },
    { widthPx: linePx * 3.2, colour: '#fff' },
  ];
  // All casings first: a neighbour's must not lie over a line.
  for (const { widthPx, colour } of casings) {
    context.lineWidth = widthPx;
    context.strokeStyle = colour;
    for (const { path } of shapes) context.stroke(path);
  }
  context.lineWidth = linePx * 1.6;
  for (const { path, colour } of shapes) {
    context.strokeStyle = colour;
    context.stroke(path);
  }
}

function pathOf(polygon: Polygon, size: SizePx): Path2D {
  const path = new Path2D();
  for (const place of polygon) {
    const { x, y } = toPixels(place, size);
    path.lineTo(x, y);
  }
  path.closePath();
  return path;
}

function drawLabels(
  context: OffscreenCanvasRenderingContext2D,
  size: SizePx,
  regions: readonly AnnotatedRegion[],
  { linePx, fontPx }: Measures,
): void {
  context.font = `600 ${fontPx}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const paddingPx = fontPx * 0.35;
  const mostPx = Math.max(size.widthPx, size.heightPx) / 3;
  const roomPx = Math.min(size.widthPx, mostPx) - 2 * paddingPx - linePx;
  const labels = regions.flatMap(({ polygon, colour, label }) => {
    const text = shortened(context, label.replace(/\s+/gu, ' ').trim(), roomPx);
    if (text === '') return [];
    const widthPx = context.measureText(text).width + 2 * paddingPx + linePx;
    const around = inPixels(polygon, size);
    return [{ text, colour, around, size: { widthPx, heightPx: fontPx * 1.4 } }];
  });
  const around = regions.map(({ polygon }) => inPixels(polygon, size));
  const boxes = placeLabels(labels, around, size, linePx * 2.5);
  labels.forEach(({ text, colour }, at) => {
    const box = boxes[at];
    if (!box) return;
    const { left, top, widthPx, heightPx } = box;
    context.fillStyle = 'rgb(255 255 255 / 92%)';
    context.fillRect(left, top, widthPx, heightPx);
    context.lineWidth = linePx / 2;
    context.strokeStyle = ink;
    const inset = linePx / 4;
    context.strokeRect(left + inset, top + inset, widthPx - 2 * inset, heightPx - 2 * inset);
    context.fillStyle = colour;
    context.fillRect(left, top, linePx * 1.5, heightPx);
    context.fillStyle = ink;
    const shown = shortened(context, text, widthPx - 2 * paddingPx - linePx + 0.5);
    context.fillText(shown, left + paddingPx + linePx, top + heightPx / 2);
  });
}

function inPixels(polygon: Polygon, { widthPx, heightPx }: SizePx): Box {
  const { left, top, width, height } = boundsOf(polygon);
  return {
    left: left * widthPx,
    top: top * heightPx,
    widthPx: width * widthPx,
    heightPx: height * heightPx,
  };
}

/** Empty where not even one letter has room. */
function shortened(context: OffscreenCanvasRenderingContext2D, text: string, roomPx: number): string {
  // No letter is narrower than a twentieth of its height: what is longer still need not be measured.
  const characters = Array.from(text.slice(0, 400));
  const fits = (count: number): string | null => {
    const cut = count < characters.length || text.length > 400;
    const shown = cut ? `${characters.slice(0, count).join('').trimEnd()}…` : text;
    return context.measureText(shown).width <= roomPx ? shown : null;
  };
  const whole = fits(characters.length);
  if (whole !== null) return whole;
  let [least, most] = [0, characters.length];
  while (most - least > 1) {
    const middle = (least + most) >> 1;
    if (fits(middle) === null) most = middle;
    else least = middle;
  }
  return least === 0 ? '' : (fits(least) ?? '');
}
