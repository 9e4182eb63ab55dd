import { insidePicture, type Polygon } from './places.ts';

/** What the grounding enhancement said of an answer (api.md 3.3). */
export interface Grounding {
  /** The service's own word; anything but "Success" is shown. Null: it said none. */
  readonly status: string | null;
  readonly lines: readonly GroundedLine[];
}

export interface GroundedLine {
  readonly text: string;
  readonly spans: readonly GroundedSpan[];
}

export interface GroundedSpan {
  readonly text: string;
  /** In Unicode code points; from the start of the answer, or of the line: the documents do not say. */
  readonly offset: number;
  readonly length: number;
  readonly polygon: Polygon;
}

/** A span, where it stands in the answer: UTF-16 units, as JavaScript slices. */
export interface PlacedSpan {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly polygon: Polygon;
}

/**
 * Finds each span in the answer. Both readings of an offset are held against the span's own words, whatever their
 * case; where neither fits, its words are looked for from the line on. A span that is nowhere is left out.
 */
export function placeSpans(answer: string, { lines }: Grounding): readonly PlacedSpan[] {
  const units = codePointStarts(answer);
  const placed: PlacedSpan[] = [];
  let from = 0;
  for (const line of lines) {
    const found = line.text === '' ? -1 : answer.indexOf(line.text, from);
    const lineStart = found >= 0 ? found : from;
    for (const span of line.spans) {
      const place = placeOf(answer, span, units, lineStart);
      if (place && span.polygon.length >= 3)
        placed.push({ ...place, text: span.text, polygon: span.polygon.map(insidePicture) });
    }
    if (found >= 0) from = found + line.text.length;
  }
  return placed.sort((a, b) => a.start - b.start || b.end - a.end);
}

function placeOf(
  answer: string,
  { text, offset, length }: GroundedSpan,
  units: readonly number[],
  lineStart: number,
): { readonly start: number; readonly end: number } | null {
  const wanted = fold(text);
  const fromAnswer = slice(units, offset, length);
  const fromLine = slice(units, codePointsBefore(units, lineStart) + offset, length);
  const candidates = [fromAnswer, fromLine].filter((place) => place !== null);
  const exact = candidates.find(({ start, end }) => fold(answer.slice(start, end)) === wanted);
  if (exact) return exact;
  if (wanted === '') return candidates[0] ?? null;
  const folded = fold(answer);
  // Folding may change lengths (İ); then places in the folded text are not places in the answer.
  if (folded.length !== answer.length) return null;
  const after = folded.indexOf(wanted, lineStart);
  const start = after >= 0 ? after : folded.indexOf(wanted);
  return start < 0 ? null : { start, end: start + wanted.length };
}

/** Where each code point begins, and where the text ends. */
function codePointStarts(text: string): readonly number[] {
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  starts.push(at);
  return starts;
}

function codePointsBefore(units: readonly number[], unit: number): number {
  let low = 0;
  let high = units.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (units[middle]! < unit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function slice(
  units: readonly number[],
  offset: number,
  length: number,
): { readonly start: number; readonly end: number } | null {
  if (!Number.isInteger(offset) || !Number.isInteger(length) || offset < 0 || length <= 0) return null;
  const start = units[offset];
  const end = units[offset + length];
  return start === undefined || end === undefined ? null : { start, end };
}

function fold(text: string): string {
  return text.toLowerCase();
}
