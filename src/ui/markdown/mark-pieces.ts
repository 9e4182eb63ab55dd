import type { Token, Tokens } from 'marked';
import { decodeEntities, referenceLength } from './character-references.ts';
import type { MarkdownToken } from './lex.ts';
import { safeLink, safePicture } from './links.ts';
import type { Mark, PlacedMark } from './marks.ts';

/** Words as they are drawn, which belong to one mark or to none. */
export interface Piece {
  readonly words: string;
  readonly mark: Mark | null;
  /** The first of a mark in its block that can be drawn as a control. */
  readonly isFirst: boolean;
  readonly inLink: boolean;
}

/** By the tokens whose words are drawn as text; one without marks is not there. */
export type Pieces = ReadonlyMap<Token, readonly Piece[]>;

/**
 * What marks cut the words of a block into. The lexer keeps no places: they are found again by following the source
 * into each token, line by line, since all that containers do is to take something off the beginnings of lines.
 */
export function toPieces(block: MarkdownToken, marks: readonly PlacedMark[]): Pieces {
  const cut: Cut = { marks, at: 0, begun: new Set(), pieces: new Map() };
  const { raw } = block;
  intoBlock(block, { text: raw, places: Int32Array.from({ length: raw.length }, (_, place) => place) }, cut);
  return cut.pieces;
}

/** Text, and where each of its characters stands in the source of the block; -1: unknown. */
interface Located {
  readonly text: string;
  readonly places: Int32Array;
}

interface Cut {
  readonly marks: readonly PlacedMark[];
  /** The mark found last: places mostly rise. */
  at: number;
  readonly begun: Set<string>;
  readonly pieces: Map<Token, readonly Piece[]>;
}

/** Lines looked through for one that should be the next. */
const mostLines = 64;

function intoBlock(token: MarkdownToken, source: Located, cut: Cut): void {
  if (token.type === 'paragraph' || token.type === 'text') {
    intoLines(token.tokens ?? [token], source, cut);
  } else if (token.type === 'heading') {
    const sign = /^ {0,3}#{1,6}[ \t]+/.exec(source.text);
    intoLines(token.tokens, part(source, sign?.[0].length ?? 0), cut);
  } else if (token.type === 'list') {
    let from = 0;
    for (const item of token.items) {
      const found = locate(item.raw, source, from);
      intoBlocks(item.tokens, found.located, cut);
      from = found.next;
    }
  } else if (token.type === 'blockquote') {
    intoBlocks(token.tokens ?? [], source, cut);
  } else if (token.type === 'table') {
    intoTable(token as Tokens.Table, source, cut);
  } else if (token.type === 'html') {
    cutWords(token, token.raw.trimEnd(), source, cut);
  }
}

function intoBlocks(tokens: readonly Token[], source: Located, cut: Cut): void {
  let from = 0;
  for (const token of tokens as readonly MarkdownToken[]) {
    // Its source was taken out of the words that follow.
    if (token.type === 'checkbox') continue;
    const found = locate(token.raw, source, from);
    intoBlock(token, found.located, cut);
    from = found.next;
  }
}

function intoTable(table: Tokens.Table, source: Located, cut: Cut): void {
  let lineAt = 0;
  const lines = source.text.split('\n').map((line) => {
    const located = part(source, lineAt, lineAt + line.length);
    lineAt += line.length + 1;
    return located;
  });
  for (const [index, row] of [table.header, ...table.rows].entries()) {
    const line = lines[index === 0 ? 0 : index + 1];
    if (!line) return;
    let from = 0;
    for (const { text, tokens } of row) {
      if (text === '') continue;
      while (' \t|'.includes(line.text.charAt(from)) && from < line.text.length) from++;
      const cell = unescaped(text, line, from);
      if (!cell) break;
      intoInline(tokens, cell.located, false, cut);
      from = cell.next;
    }
  }
}

function intoLines(tokens: readonly Token[], source: Located, cut: Cut): void {
  const words = tokens.map((token) => (token.type === 'checkbox' ? '' : token.raw)).join('');
  intoInline(tokens, locate(words, source, 0).located, false, cut);
}

function intoInline(tokens: readonly Token[] | undefined, source: Located, inLink: boolean, cut: Cut): void {
  let at = 0;
  for (const token of (tokens ?? []) as readonly MarkdownToken[]) {
    if (token.type === 'checkbox') continue;
    const own = part(source, at, at + token.raw.length);
    at += token.raw.length;
    if (token.type === 'text') {
      if (token.tokens) intoInline(token.tokens, own, inLink, cut);
      else cutText(token, own, inLink, cut);
    } else if (token.type === 'strong' || token.type === 'em' || token.type === 'del') {
      const signs = (token.raw.length - token.text.length) / 2;
      intoInline(token.tokens, part(own, signs, token.raw.length - signs), inLink, cut);
    } else if (token.type === 'escape') {
      const mark = markOf(own, 0, own.text.length, cut);
      if (mark) cut.pieces.set(token, [toPiece(token.text, mark, inLink, cut)]);
    } else if (token.type === 'link' && safeLink(decodeEntities(token.href)) && !inLink) {
      const words = unescaped(token.text, own, '[<'.includes(token.raw.charAt(0)) ? 1 : 0);
      if (words) intoInline(token.tokens, words.located, true, cut);
    } else if (token.type === 'link' || token.type === 'html') {
      cutWords(token, token.raw, own, cut, inLink);
    } else if (token.type === 'image' && !safePicture(decodeEntities(token.href))) {
      cutWords(token, token.raw, own, cut, inLink);
    }
  }
}

function part({ text, places }: Located, from: number, to = text.length): Located {
  return { text: text.slice(from, to), places: places.subarray(from, to) };
}

/** Where the lines of `words` stand in `source`, which may have more at the beginning and end of each. */
function locate(words: string, source: Located, from: number): { located: Located; next: number } {
  if (source.text.startsWith(words, from)) {
    const next = from + words.length;
    return { located: part(source, from, next), next };
  }
  const places = new Int32Array(words.length).fill(-1);
  let next = from;
  let at = 0;
  for (const line of words.split('\n')) {
    const found = findLine(line.trim(), source.text, next);
    if (found) {
      const shift = found.column - (line.length - line.trimStart().length);
      // The line feed belongs to the line.
      for (let index = 0; index <= line.length && at + index < words.length; index++) {
        const place = index === line.length ? found.end : shift + index;
        if (place >= found.start && place <= found.end) places[at + index] = source.places[place] ?? -1;
      }
      next = found.end + 1;
    }
    at += line.length + 1;
  }
  return { located: { text: words, places }, next };
}

function findLine(
  words: string,
  text: string,
  from: number,
): { start: number; end: number; column: number } | null {
  if (words === '') return null;
  let start = from;
  for (let line = 0; line < mostLines && start < text.length; line++) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    const column = text.slice(start, end).lastIndexOf(words);
    if (column !== -1) return { start, end, column: start + column };
    start = end + 1;
  }
  return null;
}

/** Where the characters of `words` stand, of which backslashes were taken out. */
function unescaped(words: string, source: Located, from: number): { located: Located; next: number } | null {
  const places = new Int32Array(words.length);
  let next = from;
  for (let index = 0; index < words.length; index++) {
    if (source.text[next] !== words[index] && source.text[next] === '\\') next++;
    if (source.text[next] !== words[index]) return null;
    places[index] = source.places[next++]!;
  }
  return { located: { text: words, places }, next };
}

/** Text, in which a character reference or a pair of surrogates is never cut. */
function cutText(token: Token, source: Located, inLink: boolean, cut: Cut): void {
  cutWords(token, source.text, source, cut, inLink, decodeEntities);
}

function cutWords(
  token: Token,
  words: string,
  source: Located,
  cut: Cut,
  inLink = false,
  draw = (text: string): string => text,
): void {
  const isDecoded = draw === decodeEntities;
  const pieces: Piece[] = [];
  let from = 0;
  let current: Mark | null = null;
  const close = (to: number): void => {
    if (to > from) pieces.push(toPiece(draw(words.slice(from, to)), current, inLink, cut));
    from = to;
  };
  for (let at = 0; at < words.length;) {
    const length = unitLength(words, at, isDecoded);
    const mark = markOf(source, at, at + length, cut);
    if (mark !== current) {
      close(at);
      current = mark;
    }
    at += length;
  }
  close(words.length);
  if (pieces.some(({ mark }) => mark)) cut.pieces.set(token, pieces);
}

function unitLength(words: string, at: number, isDecoded: boolean): number {
  if (isDecoded && words[at] === '&') return Math.max(1, referenceLength(words, at));
  return words.codePointAt(at)! > 0xffff ? 2 : 1;
}

function toPiece(words: string, mark: Mark | null, inLink: boolean, cut: Cut): Piece {
  const isFirst = mark !== null && !(inLink && mark.known) && words.trim() !== '' && !cut.begun.has(mark.id);
  if (isFirst) cut.begun.add(mark.id);
  return { words, mark, isFirst, inLink };
}

/** The mark that any of these characters belongs to. */
function markOf({ places }: Located, from: number, to: number, cut: Cut): Mark | null {
  for (let index = from; index < to; index++) {
    const place = places[index] ?? -1;
    if (place === -1) continue;
    while (cut.at > 0 && cut.marks[cut.at]!.start > place) cut.at--;
    while (cut.at < cut.marks.length - 1 && cut.marks[cut.at]!.end <= place) cut.at++;
    const one = cut.marks[cut.at];
    if (one && one.start <= place && place < one.end) return one.mark;
  }
  return null;
}
