import { createReducer, reductionFor, type ReducedRaster } from './reduce.ts';

/** Red, green, blue and alpha, 0 to 255 each, one after the other. */
export type Pixels = readonly number[];

const SAMPLES_A_SIDE = 64;
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * A grid of at most 64 × 64 pixels of a PNG, without a canvas: the rows are inflated and unfiltered one at a time,
 * so memory stays small. Null where that is not possible: interlaced, damaged, or the data ends early.
 */
export async function samplePng(bytes: Uint8Array): Promise<Pixels | null> {
  const png = readChunks(bytes);
  if (!png) return null;
  try {
    return await sampleRows(png);
  } catch {
    return null;
  }
}

/** All pixels, without a canvas; a large picture is reduced as its rows come. Null as above. */
export async function rasterPng(bytes: Uint8Array): Promise<ReducedRaster | null> {
  const png = readChunks(bytes);
  if (!png) return null;
  try {
    const { widthPx, heightPx } = png;
    const reducer = createReducer(widthPx, heightPx, reductionFor(widthPx, heightPx));
    const pixels = new Uint8Array(widthPx * 4);
    const convert = rowConverter(png);
    await readRows(png, (row) => {
      convert(row, pixels);
      reducer.addRow(pixels);
    });
    return reducer.done();
  } catch {
    return null;
  }
}

interface Png {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly palette: Uint8Array;
  /** Alpha of palette entries. */
  readonly transparency: Uint8Array;
  readonly data: readonly Uint8Array[];
}

function readChunks(bytes: Uint8Array): Png | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let palette = new Uint8Array();
  let transparency = new Uint8Array();
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.slice(at + 8, at + 8 + length);
    if (type === 'IDAT') data.push(content);
    if (type === 'PLTE') palette = content;
    if (type === 'tRNS') transparency = content;
    at += 12 + length;
  }
  if (bytes.length < 33 || data.length === 0) return null;
  const colourType = view.getUint8(25);
  const interlaced = view.getUint8(28) !== 0;
  if (interlaced || CHANNELS[colourType] === undefined) return null;
  return {
    widthPx: view.getUint32(16),
    heightPx: view.getUint32(20),
    bitDepth: view.getUint8(24),
    colourType,
    palette,
    transparency,
    data,
  };
}

async function sampleRows(png: Png): Promise<Pixels> {
  const columns = samplePositions(png.widthPx);
  const wantedRows = new Set(samplePositions(png.heightPx));
  const pixels: number[] = [];
  await readRows(png, (row, y) => {
    if (wantedRows.has(y)) for (const x of columns) pixels.push(...pixelAt(png, row, x));
  });
  return pixels;
}

async function readRows(png: Png, onRow: (row: Uint8Array, y: number) => void): Promise<void> {
  const bitsAPixel = png.bitDepth * (CHANNELS[png.colourType] ?? 1);
  const rowBytes = Math.ceil((png.widthPx * bitsAPixel) / 8);
  const bytesAPixel = Math.max(1, bitsAPixel >> 3);

  let row = new Uint8Array(rowBytes);
  let above = new Uint8Array(rowBytes);
  let filled = -1; // the filter byte comes first
  let filter = 0;
  let y = 0;
  for await (const piece of inflate(png.data)) {
    for (let at = 0; at < piece.length && y < png.heightPx;) {
      if (filled < 0) {
        filter = piece[at++] ?? 0;
        filled = 0;
        continue;
      }
      const taken = piece.subarray(at, at + rowBytes - filled);
      row.set(taken, filled);
      at += taken.length;
      filled += taken.length;
      if (filled < rowBytes) continue;
      unfilter(filter, row, above, bytesAPixel);
      onRow(row, y);
      [row, above] = [above, row];
      filled = -1;
      y += 1;
    }
  }
  if (y < png.heightPx) throw new RangeError('The picture ends early.');
}

/** A whole row to RGBA; the two usual kinds without a call for each pixel. */
function rowConverter(png: Png): (row: Uint8Array, pixels: Uint8Array) => void {
  const { widthPx, colourType, bitDepth } = png;
  if (bitDepth === 8 && colourType === 6) return (row, pixels) => pixels.set(row.subarray(0, widthPx * 4));
  if (bitDepth === 8 && colourType === 2) {
    return (row, pixels) => {
      for (let from = 0, to = 0; to < pixels.length; from += 3, to += 4) {
        pixels[to] = row[from]!;
        pixels[to + 1] = row[from + 1]!;
        pixels[to + 2] = row[from + 2]!;
        pixels[to + 3] = 255;
      }
    };
  }
  if (bitDepth <= 8 && (colourType === 0 || colourType === 3)) {
    const known = Array.from({ length: 2 ** bitDepth }, (_, value) =>
      pixelAt(png, Uint8Array.of(value << (8 - bitDepth)), 0),
    );
    return (row, pixels) => {
      for (let x = 0; x < widthPx; x += 1) pixels.set(known[channelAt(row, bitDepth, x)]!, x * 4);
    };
  }
  return (row, pixels) => {
    for (let x = 0; x < widthPx; x += 1) pixels.set(pixelAt(png, row, x), x * 4);
  };
}

async function* inflate(data: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const reader = new Blob(data as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
}

function samplePositions(sidePx: number): readonly number[] {
  const count = Math.min(sidePx, SAMPLES_A_SIDE);
  return Array.from({ length: count }, (_, at) => Math.floor(((at + 0.5) * sidePx) / count));
}

/** PNG specification, section 9: each row may be stored as its difference to the left and to the row above. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, bytesAPixel: number): void {
  if (filter === 0) return;
  for (let at = 0; at < row.length; at += 1) {
    const left = at >= bytesAPixel ? row[at - bytesAPixel]! : 0;
    const up = above[at]!;
    const upLeft = at >= bytesAPixel ? above[at - bytesAPixel]! : 0;
    row[at]! += predict(filter, left, up, upLeft);
  }
}

function predict(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default: {
      const toLeft = Math.abs(up - upLeft);
      const toUp = Math.abs(left - upLeft);
      const toUpLeft = Math.abs(left + up - 2 * upLeft);
      return toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
    }
  }
}

function pixelAt(png: Png, row: Uint8Array, x: number): readonly [number, number, number, number] {
  const channels = CHANNELS[png.colourType] ?? 1;
  const value = (channel: number) => channelAt(row, png.bitDepth, x * channels + channel);
  const toByte = (raw: number) => Math.round((raw * 255) / (2 ** Math.min(png.bitDepth, 8) - 1));
  switch (png.colourType) {
    case 3: {
      const entry = value(0);
      const [red = 0, green = 0, blue = 0] = png.palette.subarray(entry * 3, entry * 3 + 3);
      return [red, green, blue, png.transparency[entry] ?? 255];
    }
    case 0:
    case 4: {
      const grey = toByte(value(0));
      return [grey, grey, grey, png.colourType === 4 ? toByte(value(1)) : 255];
    }
    default:
      return [toByte(value(0)), toByte(value(1)), toByte(value(2)), channels === 4 ? toByte(value(3)) : 255];
  }
}

/** Of 16 bits only the upper 8 matter here. */
function channelAt(row: Uint8Array, bitDepth: number, index: number): number {
  if (bitDepth >= 8) return row[index * (bitDepth >> 3)] ?? 0;
  const bit = index * bitDepth;
  const shift = 8 - bitDepth - (bit & 7);
  return ((row[bit >> 3] ?? 0) >> shift) & (2 ** bitDepth - 1);
}
