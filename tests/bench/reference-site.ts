import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Size, StartBytes } from './bytes.ts';

/** A page without anything, for references that run in a page. */
export function writeReferenceSite(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'blank.html'), '<!doctype html><title>Blank</title>');
}

/**
 * An empty page that loads as many bytes as the app: one module and one style sheet of the same size, raw and
 * gzipped. The module is made of functions that nobody calls (the browser has to read them as it reads the app's,
 * which a long comment would spare it) and ends by putting a textbox "Message" on the page, so that the same probe
 * sees both pages ready.
 */
export function writeSameBytesPage(folder: string, { script, style }: StartBytes): void {
  const last =
    "const field = document.createElement('textarea'); field.ariaLabel = 'Message'; document.body.append(field);\n";
  writeFileSync(join(folder, 'same-bytes.js'), fill(script, scriptLine, last));
  writeFileSync(join(folder, 'same-bytes.css'), fill(style, styleLine, 'textarea { width: 50% }\n'));
  writeFileSync(
    join(folder, 'same-bytes.html'),
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Same bytes</title>' +
      '<script type="module" src="./same-bytes.js"></script><link rel="stylesheet" href="./same-bytes.css">' +
      '</head><body></body></html>',
  );
}

type Line = (at: number, word: () => string) => string;

const scriptLine: Line = (at, word) =>
  `function ${word()}${at}(${word()}) { return ${word()} + ${at % 97} > 1 ? ${word()}.${word()} : [${word()}] }\n`;
const styleLine: Line = (at, word) =>
  `.${word()}${at} { --${word()}: ${at % 97}px; color: var(--${word()}) }\n`;

/** Lines of exactly `raw` bytes that gzip to within a hundredth of `gzip`: the more different words, the larger. */
function fill({ raw, gzip }: Pick<Size, 'raw' | 'gzip'>, line: Line, last: string): string {
  let fewest = 1;
  let most = 1 << 20;
  let text = '';
  while (fewest <= most) {
    const words = (fewest + most) >> 1;
    text = linesOf(raw, words, line, last);
    const size = gzipSync(text).length;
    if (Math.abs(size - gzip) <= gzip / 100) return text;
    if (size < gzip) fewest = words + 1;
    else most = words - 1;
  }
  throw new Error(`No text of ${raw} bytes gzips to ${gzip}; the nearest to ${gzipSync(text).length}.`);
}

function linesOf(raw: number, words: number, line: Line, last: string): string {
  const random = createRandom(words);
  // No reserved word begins with a q: one that did ("with") would break the page.
  const word = (): string => `q${Math.floor(random() * words).toString(36)}`;
  let text = '';
  for (let at = 0; text.length < raw - last.length - 120; at += 1) text += line(at, word);
  return `${text}/*${'-'.repeat(raw - last.length - text.length - 5)}*/\n${last}`;
}

/** From 0 to 1, the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
