import type { PictureFormat } from './picture-size.ts';
import { samplePng, type Pixels } from './png-pixels.ts';
import { hasCanvas } from './raster.ts';
import type { Raster } from './reduce.ts';
import type { SimulatorOptions } from './surroundings.ts';

export type ColourName =
  | 'black'
  | 'white'
  | 'grey'
  | 'red'
  | 'orange'
  | 'brown'
  | 'yellow'
  | 'green'
  | 'turquoise'
  | 'blue'
  | 'purple'
  | 'pink'
  | 'transparent';

export interface ColourShare {
  readonly colour: ColourName;
  readonly percent: number;
}

/** The at most three colours that cover most, largest first; null: the pixels cannot be read here. */
export async function readColours(
  bytes: Uint8Array<ArrayBuffer>,
  format: PictureFormat,
  decode: SimulatorOptions['decode'],
): Promise<readonly ColourShare[] | null> {
  const pixels = hasCanvas()
    ? await sampleByCanvas(bytes)
    : format === 'PNG'
      ? await samplePng(bytes)
      : sampleRaster(decode?.(bytes, format) ?? null);
  return pixels && pixels.length > 0 ? shares(pixels) : null;
}

const SIDE_PX = 64;

/** Every n-th pixel, a few thousand in all. */
function sampleRaster(raster: Raster | null): Pixels | null {
  if (!raster) return null;
  const { widthPx, heightPx, rgba } = raster;
  const step = Math.max(1, Math.floor((widthPx * heightPx) / SIDE_PX ** 2));
  const pixels: number[] = [];
  for (let at = 0; at < widthPx * heightPx; at += step) pixels.push(...rgba.subarray(at * 4, at * 4 + 4));
  return pixels;
}

async function sampleByCanvas(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels | null> {
  try {
    const bitmap = await createImageBitmap(new Blob([bytes]), {
      resizeWidth: SIDE_PX,
      resizeHeight: SIDE_PX,
    });
    const context = new OffscreenCanvas(SIDE_PX, SIDE_PX).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    bitmap.close();
    return context ? Array.from(context.getImageData(0, 0, SIDE_PX, SIDE_PX).data) : null;
  } catch {
    return null;
  }
}

function shares(pixels: Pixels): readonly ColourShare[] {
  const counts = new Map<ColourName, number>();
  for (let at = 0; at < pixels.length; at += 4) {
    const name = colourName(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!, pixels[at + 3]!);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const total = pixels.length / 4;
  const all = [...counts]
    .map(([colour, count]) => ({ colour, percent: Math.round((100 * count) / total) }))
    .sort((a, b) => b.percent - a.percent);
  return all.filter(({ percent }, at) => at === 0 || percent >= 5).slice(0, 3);
}

/** The everyday name of a colour, by its hue, saturation and lightness. */
export function colourName(red: number, green: number, blue: number, alpha: number): ColourName {
  if (alpha < 64) return 'transparent';
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  const lightness = (most + Math.min(red, green, blue)) / 510;
  if (lightness < 0.12) return 'black';
  if (lightness > 0.93) return 'white';
  if (spread < 28) return lightness > 0.85 ? 'white' : 'grey';
  return nameOfHue(hueOf(red, green, blue, most, spread), lightness);
}

function hueOf(red: number, green: number, blue: number, most: number, spread: number): number {
  const sixth =
    most === red
      ? ((green - blue) / spread + 6) % 6
      : most === green
        ? (blue - red) / spread + 2
        : (red - green) / spread + 4;
  return sixth * 60;
}

function nameOfHue(degrees: number, lightness: number): ColourName {
  if (degrees < 15 || degrees >= 345) return lightness > 0.75 ? 'pink' : 'red';
  if (degrees < 45) return lightness < 0.4 ? 'brown' : 'orange';
  if (degrees < 70) return 'yellow';
  if (degrees < 165) return 'green';
  if (degrees < 195) return 'turquoise';
  if (degrees < 255) return 'blue';
  if (degrees < 290) return 'purple';
  return lightness > 0.6 ? 'pink' : 'purple';
}
