/** Words that every question has: they say nothing about which line is meant. */
const COMMON = new Set(
  'the a an is are was were what which who whose where when how why do does did in on of to for and or this that it there from with me my you your please tell say says picture image page text read'.split(
    ' ',
  ),
);

/** Latin words and numbers in lower case; of other scripts each ideograph. */
export function wordsIn(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}][\p{L}\p{N}.,'-]*/gu) ?? [];
  return new Set(words.map((word) => word.replace(/[.,'-]+$/, '')).filter((word) => !isCommon(word)));
}

function isCommon(word: string): boolean {
  return COMMON.has(word) || /^[的是了吗什么这张图片中有在哪里个请问多少一写着上]$/u.test(word);
}

/** Those that share words with a question, most first; where none does, all of them as they come. */
export function linesAbout<Line>(
  question: string,
  lines: readonly Line[],
  textOf: (line: Line) => string,
): readonly Line[] {
  const asked = wordsIn(question);
  const shared = lines
    .map((line) => ({ line, count: [...wordsIn(textOf(line))].filter((word) => asked.has(word)).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return shared.length > 0 ? shared.map(({ line }) => line) : lines;
}

const LONGEST_QUOTE = 120;

/** One line, in whole characters, without what Markdown would read as markup. */
export function quotable(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|$~]/g, '')];
  return characters.length <= LONGEST_QUOTE
    ? characters.join('')
    : `${characters.slice(0, LONGEST_QUOTE).join('')}…`;
}
