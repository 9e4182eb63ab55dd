import type { MarkdownToken } from './lex.ts';

/**
 * Past this many characters a list goes on as a new block: reading a list takes about 1 µs a character, and its last
 * block is read again with every frame while it grows.
 */
const longList = 3_000;

/** Where to cut: the first `length` characters of token `index`, which begins at `at`, become a block of their own. */
export interface ListCut {
  readonly index: number;
  readonly at: number;
  readonly length: number;
}

/** The first place where a long list can be cut between two items, wherever the text at hand ends. */
export function findListCut(
  tokens: readonly MarkdownToken[],
  state: { readonly source: string; readonly settledLength: number; readonly finished: boolean },
): ListCut | null {
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    const from = state.settledLength + at;
    if (!state.source.startsWith(token.raw, from)) return null;
    const length = token.type === 'list' && token.raw.length > longList ? cutLength(token.items) : null;
    // A whole line says whether the next item is one.
    if (length !== null && (state.finished || state.source.includes('\n', from + length))) {
      return state.source.startsWith(itemsUpTo(token, length), from) ? { index, at, length } : null;
    }
    at += token.raw.length;
  }
  return null;
}

/** Numbers the first of `tokens`, an ordered list that goes on with one that was cut. */
export function continueList(
  tokens: readonly MarkdownToken[],
  nextNumber: number | null,
): readonly MarkdownToken[] {
  const [first, ...others] = tokens;
  if (nextNumber === null || first?.type !== 'list' || !first.ordered) return tokens;
  return [{ ...first, start: nextNumber }, ...others];
}

/** Number of the item after a list; null for anything else. */
export function numberAfter(token: MarkdownToken | undefined): number | null {
  if (token?.type !== 'list' || !token.ordered) return null;
  return (token.start === '' ? 1 : token.start) + token.items.length;
}

function cutLength(items: readonly { readonly raw: string }[]): number | null {
  let length = 0;
  for (const { raw } of items.slice(0, -1)) {
    length += raw.length;
    if (length >= longList) return length;
  }
  return null;
}

function itemsUpTo(token: MarkdownToken, length: number): string {
  if (token.type !== 'list') return '';
  return token.items
    .map(({ raw }) => raw)
    .join('')
    .slice(0, length);
}
