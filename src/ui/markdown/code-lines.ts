/** Lines in a piece; enough that a long listing has few pieces, few enough that laying out one again is nothing. */
const linesInPiece = 40;

/**
 * Cuts code into pieces of whole lines. While code grows only its last piece changes, so that the browser lays out
 * that alone instead of thousands of lines a frame.
 */
export function createCodeLines(): { update(code: string): readonly string[] } {
  let source = '';
  let pieces: string[] = [];
  let cutAt = 0;

  return {
    update(code) {
      if (!code.startsWith(source)) {
        pieces = [];
        cutAt = 0;
      }
      source = code;
      for (let end = afterLines(code, cutAt); end !== -1; end = afterLines(code, cutAt)) {
        pieces.push(code.slice(cutAt, end));
        cutAt = end;
      }
      return [...pieces, code.slice(cutAt)];
    },
  };
}

function afterLines(code: string, from: number): number {
  let at = from;
  for (let line = 0; line < linesInPiece; line++) {
    at = code.indexOf('\n', at) + 1;
    if (at === 0) return -1;
  }
  return at;
}
