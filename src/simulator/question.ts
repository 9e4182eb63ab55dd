import type { AskedMessage } from './asked.ts';
import { isFrameText } from './asked-frames.ts';

/** What the person wrote: without the findings, and the notes about parts of pictures and frames that the page adds. */
export function questionIn({ parts }: AskedMessage): string {
  const texts = parts.flatMap((part) => (part.kind === 'text' && !isAdded(part.text) ? [part.text] : []));
  return texts.map(withoutFindings).join('').trim();
}

function isAdded(text: string): boolean {
  return /^\[The next picture is a part of .*\]$/s.test(text) || isFrameText(text);
}

/** A numbered line that the page sent with a question; its place in thousandths of the picture. */
export interface NumberedLine {
  readonly number: number;
  readonly kind: string;
  readonly text: string;
  readonly top: number;
  readonly bottom: number;
}

/** As `findingsText` of the domain writes them. */
const LINE = /^\[(\d+)\] (text|object|person|caption)(?: ("(?:[^"\\]|\\.)*"))? (\d+),(\d+),(\d+),(\d+)$/;
const ADDED_LINES = [
  LINE,
  /^Found in the pictures by image analysis, /,
  /^Image analysis found no text/,
  /^Picture(?: \d+)? \(\d+ × \d+\):/,
];

export function findingLinesIn({ role, parts }: AskedMessage): readonly NumberedLine[] {
  if (role !== 'user') return [];
  const lines = parts.flatMap((part) => (part.kind === 'text' ? part.text.split('\n') : []));
  return lines.flatMap((line) => {
    const [, number, kind = '', quoted, , top, , bottom] = LINE.exec(line) ?? [];
    if (number === undefined) return [];
    return [
      { number: Number(number), kind, text: parseQuoted(quoted), top: Number(top), bottom: Number(bottom) },
    ];
  });
}

function withoutFindings(text: string): string {
  if (!text.split('\n').some((line) => ADDED_LINES.slice(1).some((added) => added.test(line)))) return text;
  const own = text.split('\n').filter((line) => !ADDED_LINES.some((added) => added.test(line)));
  return own.join('\n');
}

function parseQuoted(quoted: string | undefined): string {
  try {
    return quoted === undefined ? '' : (JSON.parse(quoted) as string);
  } catch {
    return '';
  }
}
