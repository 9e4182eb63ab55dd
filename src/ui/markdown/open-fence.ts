import type { MarkdownToken } from './lex.ts';

/** A code block whose closing fence has not come: new text is appended to it without being read as Markdown. */
export interface OpenFence {
  /** Three or more of ` or ~. */
  readonly marker: string;
  readonly from: number;
  readonly bodyFrom: number;
  /** Start of the last line, which may yet become the closing fence. */
  lastLineAt: number;
  token: MarkdownToken;
}

/** The open fence that `last` is, where `source` ends with it; null for anything else. */
export function findOpenFence(last: MarkdownToken | undefined, source: string): OpenFence | null {
  if (last?.type !== 'code' || last.codeBlockStyle || !source.endsWith(last.raw)) return null;
  const opening = /^(`{3,}|~{3,})[^\n]*\n/.exec(last.raw);
  if (!opening || closes(last.raw.slice(opening[0].length), opening[1]!)) return null;
  const from = source.length - last.raw.length;
  const lastLineAt = source.lastIndexOf('\n') + 1;
  return { marker: opening[1]!, from, bodyFrom: from + opening[0].length, lastLineAt, token: last };
}

/** Takes what was appended into the block. False where it may hold the closing fence: then all is read again. */
export function growFence(fence: OpenFence | null, source: string): fence is OpenFence {
  if (!fence || fence.token.type !== 'code' || closes(source.slice(fence.lastLineAt), fence.marker))
    return false;
  fence.lastLineAt = source.lastIndexOf('\n') + 1;
  const text = source.slice(fence.bodyFrom, source.endsWith('\n') ? -1 : undefined);
  fence.token = { ...fence.token, raw: source.slice(fence.from), text };
  return true;
}

/** Generous: a line that only looks like a closing fence is told apart by the lexer. */
function closes(lines: string, marker: string): boolean {
  return lines.startsWith(marker) || new RegExp(`(?:^|\\n) {0,3}${marker}`).test(lines);
}
