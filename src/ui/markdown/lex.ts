import { Lexer, Marked, type MarkedToken, type Token, type TokensList } from 'marked';
import { displayMaths, inlineMaths, type MathsToken } from './formulas.ts';

export type MarkdownToken = MarkedToken | MathsToken;

/** Definitions of reference-style links, by their normalised label. */
export type Links = TokensList['links'];

/**
 * The tokens of a text in GitHub's Markdown with maths. Nothing is rendered. Raw HTML comes as tokens that hold it as
 * text. Never throws: what cannot be read in bounded depth stays plain text. `unfinished` says that more text may
 * come, which may close a formula.
 */
export function lexMarkdown(source: string, links: Links, unfinished: boolean): readonly MarkdownToken[] {
  const lexer = new BoundedLexer(unfinished);
  Object.assign(lexer.tokens.links, links);
  try {
    return lexer.lex(source) as Token[] as MarkdownToken[];
  } catch {
    return [plainParagraph(source)];
  }
}

/** Definitions that these tokens hold; the first of a label counts. */
export function collectLinks(tokens: readonly Token[], into: Links): void {
  for (const token of tokens) {
    if (token.type === 'def') {
      const { tag, href, title } = token as { tag: string; href: string; title: string };
      into[tag] ??= { href, title };
    } else if (token.type === 'list') {
      collectLinks((token as { items: Token[] }).items, into);
    } else if (token.type === 'blockquote' || token.type === 'list_item') {
      collectLinks(token.tokens ?? [], into);
    }
  }
}

const dialect = new Marked({
  gfm: true,
  extensions: [inlineMaths, displayMaths],
  tokenizer: {
    // Raw HTML is text here: a tag that opens nothing must change nothing in what follows it.
    tag(source) {
      const found = this.rules.inline.tag.exec(source);
      if (!found) return undefined;
      return { type: 'html', raw: found[0], text: found[0], inLink: false, inRawBlock: false, block: false };
    },
    // Character references are decoded once, where the text is drawn.
    inlineText(source) {
      const found = this.rules.inline.text.exec(source);
      return found ? { type: 'text', raw: found[0], text: found[0], escaped: false } : undefined;
    },
  },
});

/** Deeper than this nobody reads; hostile nesting overflows the stack otherwise. */
const deepest = 24;

/** Emphasis is matched in quadratic time (60,000 characters of "a_" take 4 s); a longer line stays plain text. */
const longestInline = 20_000;

class BoundedLexer extends Lexer {
  #unfinished: boolean;
  #blockDepth = 0;
  #inlineDepth = 0;

  constructor(unfinished: boolean) {
    super(dialect.defaults);
    this.#unfinished = unfinished;
  }

  /** Whether the block at hand may go on past the end of the text: only an outermost one. */
  get mayGoOn(): boolean {
    return this.#unfinished && this.#blockDepth === 1;
  }

  override blockTokens(source: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], lastParagraphClipped = false): Token[] {
    if (this.#blockDepth >= deepest) {
      tokens.push(plainParagraph(source));
      this.state.top = true;
      return tokens;
    }
    this.#blockDepth++;
    try {
      return super.blockTokens(source, tokens, lastParagraphClipped);
    } finally {
      this.#blockDepth--;
    }
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    if (this.#inlineDepth >= deepest || source.length > longestInline) {
      tokens.push({ type: 'text', raw: source, text: source, escaped: false });
      return tokens;
    }
    this.#inlineDepth++;
    try {
      return super.inlineTokens(source, tokens);
    } finally {
      this.#inlineDepth--;
    }
  }
}

function plainParagraph(source: string): MarkdownToken {
  const words = { type: 'text' as const, raw: source, text: source, escaped: false };
  return { type: 'paragraph', raw: source, text: source, tokens: [words] };
}
