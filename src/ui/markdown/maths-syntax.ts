import type { TokenizerAndRendererExtension, TokenizerExtension } from 'marked';

/** Longer than any formula a person reads; the rest of an unclosed one is not searched for its end. */
const longestTex = 4_000;

const displayBlock =
  /^ {0,3}(?:\$\$((?:(?!\$\$|\n[ \t]*\n)[\s\S])+)\$\$|\\\[((?:(?!\\\]|\n[ \t]*\n)[\s\S])+)\\\])[ \t]*(?:\n|$)/;
const displayInline = /^\$\$((?:(?!\$\$|\n[ \t]*\n)[\s\S])+)\$\$|^\\\[((?:(?!\\\]|\n[ \t]*\n)[\s\S])+)\\\]/;
const parentheses = /^\\\(((?:(?!\\\)|\n[ \t]*\n)[\s\S])+)\\\)/;
// As Pandoc has it (tex_math_dollars), and stricter after the end: no letter may follow. Sums of money stay text.
const dollars = /^\$(?![\s$])((?:\\[\s\S]|[^\\$\n]|\n(?![ \t]*\n))*?(?:\\[\s\S]|[^\\$\s]))\$(?![\w$])/;

/** The maths of Markdown for `marked`: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` on lines of their own. */
export const mathsExtensions: (TokenizerExtension | TokenizerAndRendererExtension)[] = [
  {
    name: 'displayMaths',
    level: 'block',
    start: (src) => indexOf(src, /^ {0,3}(?:\$\$|\\\[)/m),
    tokenizer(src) {
      const match = displayBlock.exec(src);
      return match && { type: 'displayMaths', raw: match[0], text: (match[1] ?? match[2])!.trim() };
    },
  } as TokenizerExtension,
  {
    name: 'maths',
    level: 'inline',
    start: (src) => indexOf(src, /\$|\\[([]/),
    tokenizer(src) {
      const display = displayInline.exec(src);
      if (display) return mathsToken(display[0], (display[1] ?? display[2])!, true);
      const inline = parentheses.exec(src);
      if (inline) return mathsToken(inline[0], inline[1]!, false);
      const dollar = dollars.exec(src);
      if (dollar && isTex(dollar[1]!)) return mathsToken(dollar[0], dollar[1]!, false);
      return undefined;
    },
  } as TokenizerExtension,
];

function mathsToken(raw: string, tex: string, display: boolean) {
  return tex.length > longestTex ? undefined : { type: 'maths', raw, text: tex.trim(), display };
}

/** Between two prices stands prose; between the signs of a formula, none: "$5 (or 10$" is not one. */
function isTex(text: string): boolean {
  if (/[\\^_={}<>]/.test(text)) return true;
  return !/[A-Za-z]{2,}[ \t]+[A-Za-z]{2,}|^\d[\d.,]*\s?(?:[(/–-]\s?)?[A-Za-z]{2,}/.test(text);
}

function indexOf(src: string, sought: RegExp): number | undefined {
  const at = src.search(sought);
  return at < 0 ? undefined : at;
}
