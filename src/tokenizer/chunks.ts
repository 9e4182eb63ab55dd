/**
 * Longest piece given to the tokenizer at once, in UTF-16 units. Merging byte pairs takes the square of the length of
 * a run, so 20,000 Chinese characters without a comma take a second in one piece and a tenth of it in these.
 */
const CHUNK_UNITS = 1024;

/**
 * Cuts text where both encodings cut it anyway, so that the tokens of the chunks add up to those of the text. Only a
 * run of more than 1,024 letters (or signs) without any such place is cut anywhere; each of those cuts may add or
 * save a token or two, less than one in a hundred. Never cuts a character in half.
 */
export function* chunksOf(text: string): Generator<string, void, undefined> {
  let start = 0;
  while (text.length - start > CHUNK_UNITS) {
    const end = lastCut(text, start, start + CHUNK_UNITS);
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

function lastCut(text: string, start: number, limit: number): number {
  for (let at = limit; at > start; at -= 1) {
    if (isCut(text.charAt(at - 1), text.charAt(at))) return at;
  }
  return isLowSurrogate(text.charCodeAt(limit)) ? limit - 1 : limit;
}

/**
 * Whether the patterns of cl100k_base and o200k_base end a piece between two characters. No piece of theirs goes on
 * after a visible character with a space; words, digits and signs are pieces of their own, except that a sign may
 * start a word and an apostrophe may go on with one; a line break may be followed only by more white space, or in
 * o200k by a slash.
 */
function isCut(before: string, after: string): boolean {
  if (after === ' ') return /\S/.test(before);
  if (before === '\n') return wordOrDigit.test(after);
  if (letter.test(before)) return !/[\p{L}\p{M}'’]/u.test(after) && !isSurrogate(after.charCodeAt(0));
  if (digit.test(before)) return !/[\p{N}\p{M}]/u.test(after) && !isSurrogate(after.charCodeAt(0));
  return false;
}

const letter = /\p{L}/u;
const digit = /\p{N}/u;
const wordOrDigit = /[\p{L}\p{N}]/u;

function isSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff;
}

function isLowSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xdc00 && codeUnit <= 0xdfff;
}
