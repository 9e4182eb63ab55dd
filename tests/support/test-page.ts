import { deflateSync } from 'node:zlib';
import { GLYPH_ROWS, glyphs, LETTER_GAP, SPACE_COLUMNS } from '../../src/simulator/glyphs.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** A rectangle in pixels; right and bottom are the first beyond it. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PlacedWord extends Place {
  readonly text: string;
}

export interface TextStyle {
  /** Pixels a dot; letters are seven dots high, lines want twelve. */
  readonly scale?: number;
  readonly colour?: Rgb;
  readonly align?: 'left' | 'right' | 'centre';
}

/** A picture in few colours, drawn in the alphabet that the simulator reads. */
export interface TestPage {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Every word drawn so far, where its ink is. */
  readonly words: readonly PlacedWord[];
  /** One line of printable ASCII; `y` is the top of its capitals, `x` what it is aligned to. */
  text(line: string, x: number, y: number, style?: TextStyle): void;
  rectangle(place: Place, colour: Rgb): void;
  frame(place: Place, thicknessPx: number, colour: Rgb): void;
  ellipse(place: Place, colour: Rgb): void;
  /** A straight stroke with square ends. */
  stroke(x1: number, y1: number, x2: number, y2: number, thicknessPx: number, colour: Rgb): void;
  /** Palette PNG of as few bits a pixel as its colours need. */
  toPng(): Buffer<ArrayBuffer>;
  toRgba(): Uint8Array<ArrayBuffer>;
}

export function createTestPage(
  widthPx: number,
  heightPx: number,
  background: Rgb = [255, 255, 255],
): TestPage {
  const palette: Rgb[] = [background];
  const pixels = new Uint8Array(widthPx * heightPx);
  const words: PlacedWord[] = [];

  const entryOf = (colour: Rgb): number => {
    const known = palette.findIndex((entry) => entry.every((value, at) => value === colour[at]));
    if (known >= 0) return known;
    if (palette.length === 256) throw new RangeError('A test page has 256 colours at most.');
    return palette.push(colour) - 1;
  };
  const rectangle: TestPage['rectangle'] = ({ left, top, right, bottom }, colour) => {
    const entry = entryOf(colour);
    const [from, to] = [Math.max(0, Math.round(left)), Math.min(widthPx, Math.round(right))];
    for (let y = Math.max(0, Math.round(top)); y < Math.min(heightPx, Math.round(bottom)); y += 1)
      if (to > from) pixels.fill(entry, y * widthPx + from, y * widthPx + to);
  };
  const paint = (place: Place, colour: Rgb, isInside: (x: number, y: number) => boolean) => {
    const entry = entryOf(colour);
    for (let y = Math.max(0, Math.floor(place.top)); y < Math.min(heightPx, place.bottom); y += 1)
      for (let x = Math.max(0, Math.floor(place.left)); x < Math.min(widthPx, place.right); x += 1)
        if (isInside(x + 0.5, y + 0.5)) pixels[y * widthPx + x] = entry;
  };

  return {
    widthPx,
    heightPx,
    words,
    rectangle,
    text(line, x, y, { scale = 2, colour = [0, 0, 0] as Rgb, align = 'left' } = {}) {
      const share = { left: 0, centre: 0.5, right: 1 }[align];
      const start = Math.round(x - share * textWidth(line, scale));
      const { dots, placed } = layOut(line);
      const at = (column: number, row: number, columns: number, rows: number): Place => ({
        left: start + column * scale,
        top: y + row * scale,
        right: start + (column + columns) * scale,
        bottom: y + (row + rows) * scale,
      });
      for (const { column, row } of dots) rectangle(at(column, row, 1, 1), colour);
      for (const { text, column, columns, row, rows } of placed)
        words.push({ text, ...at(column, row, columns, rows) });
    },
    frame({ left, top, right, bottom }, thicknessPx, colour) {
      rectangle({ left, top, right, bottom: top + thicknessPx }, colour);
      rectangle({ left, top: bottom - thicknessPx, right, bottom }, colour);
      rectangle({ left, top, right: left + thicknessPx, bottom }, colour);
      rectangle({ left: right - thicknessPx, top, right, bottom }, colour);
    },
    ellipse(place, colour) {
      const [radiusX, radiusY] = [(place.right - place.left) / 2, (place.bottom - place.top) / 2];
      const [middleX, middleY] = [place.left + radiusX, place.top + radiusY];
      paint(place, colour, (x, y) => ((x - middleX) / radiusX) ** 2 + ((y - middleY) / radiusY) ** 2 <= 1);
    },
    stroke(x1, y1, x2, y2, thicknessPx, colour) {
      const length = Math.hypot(x2 - x1, y2 - y1);
      const [alongX, alongY] = [(x2 - x1) / length, (y2 - y1) / length];
      const place = {
        left: Math.min(x1, x2) - thicknessPx,
        top: Math.min(y1, y2) - thicknessPx,
        right: Math.max(x1, x2) + thicknessPx,
        bottom: Math.max(y1, y2) + thicknessPx,
      };
      paint(place, colour, (x, y) => {
        const along = (x - x1) * alongX + (y - y1) * alongY;
        const across = (y - y1) * alongX - (x - x1) * alongY;
        return along >= 0 && along <= length && Math.abs(across) * 2 <= thicknessPx;
      });
    },
    toPng: () => encodePng(widthPx, heightPx, pixels, palette),
    toRgba() {
      const rgba = new Uint8Array(pixels.length * 4);
      pixels.forEach((entry, at) => rgba.set([...palette[entry]!, 255], at * 4));
      return rgba;
    },
  };
}

/** Pixels from the first dot to the last. */
export function textWidth(line: string, scale: number): number {
  return layOut(line).columns * scale;
}

const byCharacter = new Map(glyphs.map((glyph) => [glyph.character, glyph]));

interface LaidOutWord {
  text: string;
  column: number;
  columns: number;
  row: number;
  rows: number;
}

/** A line in dots from its left top. */
function layOut(line: string) {
  const dots: { column: number; row: number }[] = [];
  const placed: LaidOutWord[] = [];
  let word: LaidOutWord | null = null;
  let columns = 0;
  for (const character of line) {
    if (character === ' ') {
      columns += SPACE_COLUMNS;
      word = null;
      continue;
    }
    const glyph = byCharacter.get(character);
    if (!glyph) throw new RangeError(`The alphabet has no ${character}.`);
    const used = glyph.rows.flatMap((row, y) => (row.some(Boolean) ? [y] : []));
    const [first, end] = [used[0]!, Math.min(GLYPH_ROWS, used.at(-1)! + 1)];
    if (!word) placed.push((word = { text: '', column: columns, columns: 0, row: first, rows: 0 }));
    const bottom = Math.max(word.row + word.rows, end);
    word.row = Math.min(word.row, first);
    word.rows = bottom - word.row;
    word.text += character;
    word.columns = columns + glyph.width - word.column;
    for (const [row, marks] of glyph.rows.entries())
      for (const [x, mark] of marks.entries()) if (mark) dots.push({ column: columns + x, row });
    columns += glyph.width + LETTER_GAP;
  }
  return { dots, placed, columns: Math.max(0, columns - LETTER_GAP) };
}

/** A lowercase crowd of words, always the same, broken into lines: as much text as a test wants. */
export function filledPage(
  widthPx: number,
  heightPx: number,
  { scale = 2, words = 400 }: { readonly scale?: number; readonly words?: number } = {},
): TestPage {
  const page = createTestPage(widthPx, heightPx, [250, 249, 246]);
  const margin = 20 * scale;
  let y = margin;
  let line = '';
  const flush = () => {
    page.text(line, margin, y, { scale, colour: [30, 30, 36] });
    y += 12 * scale;
    line = '';
  };
  for (let at = 0; at < words && y + 12 * scale < heightPx - margin; at += 1) {
    const next = VOCABULARY[(at * 7 + (at >> 3)) % VOCABULARY.length]!;
    const longer = line === '' ? next : `${line} ${next}`;
    if (textWidth(longer, scale) > widthPx - 2 * margin) flush();
    line = line === '' ? next : `${line} ${next}`;
  }
  if (line !== '' && y + 12 * scale < heightPx) flush();
  return page;
}

const VOCABULARY = (
  'The quick brown fox jumps over a lazy dog. Figures of 2024: 1,250.75 in all; 38 % more than before! ' +
  'Whoever reads this (page 7) finds "quoted" words, dashes - and slashes and/or other marks. Total: 9,480 EUR ' +
  'Kings & queens would pay by 31/12 at noon, zero-rated, to office@example.com or #45 [see note].'
).split(' ');

function encodePng(
  widthPx: number,
  heightPx: number,
  pixels: Uint8Array,
  palette: readonly Rgb[],
): Buffer<ArrayBuffer> {
  const bits = [1, 2, 4, 8].find((bits) => palette.length <= 2 ** bits)!;
  const rowBytes = 1 + Math.ceil((widthPx * bits) / 8);
  const rows = Buffer.alloc(rowBytes * heightPx);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const bit = x * bits;
      rows[y * rowBytes + 1 + (bit >> 3)]! |= pixels[y * widthPx + x]! << (8 - bits - (bit & 7));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([bits, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
