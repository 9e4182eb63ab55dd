/** Numbers in square brackets as a model cites them: `[3]`, `[3, 5]`, `[3–5]`. */
export interface Citation {
  /** UTF-16 places of the brackets and what is between them. */
  readonly start: number;
  readonly end: number;
  readonly numbers: readonly number[];
}

const citation = /\[(\d{1,5}(?:\s*[-–]\s*\d{1,5})?(?:\s*[,;]\s*\d{1,5}(?:\s*[-–]\s*\d{1,5})?)*)\](?![(:])/g;
/** A range that is longer names nothing anybody meant. */
const longestRange = 200;

/** Links (`[3](…)`) and definitions (`[3]: …`) are none. */
export function findCitations(text: string): readonly Citation[] {
  return Array.from(text.matchAll(citation), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    numbers: numbersIn(match[1] ?? ''),
  }));
}

function numbersIn(list: string): readonly number[] {
  const numbers = list.split(/[,;]/).flatMap((piece) => {
    const [from = NaN, to = from] = piece.split(/[-–]/).map((number) => Number(number.trim()));
    const length = to - from + 1;
    if (length < 1 || length > longestRange) return [from, ...(to === from ? [] : [to])];
    return Array.from({ length }, (_, at) => from + at);
  });
  return [...new Set(numbers)];
}
