import type { TokenizerExtension, Tokens } from 'marked';

export interface MathsToken extends Tokens.Generic {
  type: 'maths';
  raw: string;
  /** TeX without its delimiters. */
  source: string;
  display: boolean;
  /** The closing delimiter has not come yet. */
  open: boolean;
}

/** Longer than any formula that somebody reads; keeps the search for a closing delimiter short. */
const longest = 4_000;

/** `$…$`, `$$…$$`, `\(…\)` and `\[…\]` within a line of text. */
export const inlineMaths: TokenizerExtension = {
  name: 'maths',
  level: 'inline',
  start(source) {
    const at = source.search(/\$|\\[([]/);
    return at === -1 ? undefined : at;
  },
  tokenizer(source, tokens): MathsToken | undefined {
    if (source.startsWith('\\(')) return between(source, '\\(', '\\)', false);
    if (source.startsWith('\\[')) return between(source, '\\[', '\\]', true);
    if (source.startsWith('$$')) return between(source, '$$', '$$', true);
    if (!source.startsWith('$')) return undefined;
    // As Pandoc reads it: "$5 and $10", "US$5" and "$5-$10" are no maths.
    const found = /^\$(?![\s$])((?:[^$\\\n]|\\.)+?)(?<!\s)\$(?![\d$])/.exec(source.slice(0, longest));
    if (!found || looksLikeMoney(found[1]!)) return undefined;
    if (/[\p{L}\p{N}]$/u.test(tokens.at(-1)?.raw ?? '')) return undefined;
    return { type: 'maths', raw: found[0], source: found[1]!, display: false, open: false };
  },
};

/** A formula that stands by itself, over as many lines as it takes, but never over an empty one. */
export const displayMaths: TokenizerExtension = {
  name: 'display-maths',
  level: 'block',
  start(source) {
    const found = /\n {0,3}(?:\$\$|\\\[)/.exec(source);
    return found ? found.index + 1 : undefined;
  },
  tokenizer(source): MathsToken | undefined {
    const opening = /^ {0,3}(\$\$|\\\[)/.exec(source);
    if (!opening) return undefined;
    const from = opening[0].length;
    const closing = opening[1] === '$$' ? '$$' : '\\]';
    const empty = source.slice(0, longest).search(/\n[ \t]*\n/);
    const paragraph = source.slice(from, empty === -1 ? longest : empty);
    const at = paragraph.indexOf(closing);
    if (at !== -1) {
      const rest = /^[ \t]*(?:\n|$)/.exec(source.slice(from + at + closing.length));
      if (!rest || paragraph.slice(0, at).trim() === '') return undefined;
      const raw = source.slice(0, from + at + closing.length + rest[0].length);
      return { type: 'maths', raw, source: paragraph.slice(0, at), display: true, open: false };
    }
    // What follows may hold lines that look like lists or headings, until the closing delimiter says what they are.
    const more = empty === -1 && source.length < longest && 'mayGoOn' in this.lexer && this.lexer.mayGoOn;
    return more
      ? { type: 'maths', raw: source, source: source.slice(from), display: true, open: true }
      : undefined;
  },
};

function between(source: string, opening: string, closing: string, display: boolean): MathsToken | undefined {
  const end = source.slice(0, longest).indexOf(closing, opening.length);
  if (end === -1) return undefined;
  const inside = source.slice(opening.length, end);
  if (inside.trim() === '' || /\n[ \t]*\n/.test(inside)) return undefined;
  return { type: 'maths', raw: source.slice(0, end + closing.length), source: inside, display, open: false };
}

/** "$5, or 10$": begins with a number, goes on in prose, and holds no sign of TeX. */
function looksLikeMoney(inside: string): boolean {
  return /^\d/.test(inside) && /[^\d.,]/.test(inside) && !/[\\^_{}=+*<>|/-]/.test(inside);
}
