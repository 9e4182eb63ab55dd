import { linesAbout, quotable } from './about.ts';
import type { AskedMessage } from './asked.ts';
import { findingLinesIn, type NumberedLine } from './question.ts';
import type { Words } from './words.ts';

const MOST_PICKED = 3;
const MOST_CITED = 6;

/** An answer to the question from the numbered lines of a conversation, citing them; empty where there are none. */
export function citeLines(
  messages: readonly AskedMessage[],
  question: string,
  words: Words,
  citesWrongly: boolean,
): string {
  const ofMessages = messages.map(findingLinesIn).filter((lines) => lines.length > 0);
  // The newest first: that is what the question is about, unless earlier lines share more of its words.
  const all = ofMessages.toReversed().flat();
  const wrongly = citesWrongly
    ? words.citedWrongly(Math.max(90, ...all.map(({ number }) => number)) + 9)
    : '';
  if (all.length === 0) return wrongly;
  const about = linesAbout(question, all, ({ text }) => text);
  const picked = about.slice(0, MOST_PICKED);
  // A table's label and its figure are two lines on one row. Where no word was shared, the first few are enough.
  const cited = about === all ? picked : picked.flatMap((line) => [line, ...besides(line, all)]);
  const statements = [...new Set(cited)].slice(0, MOST_CITED);
  const said = words.cited(
    statements.map(({ number, kind, text }) => ({ number, kind, text: quotable(text) })),
  );
  return [said, wrongly].filter((text) => text !== '').join(' ');
}

function besides(line: NumberedLine, all: readonly NumberedLine[]): readonly NumberedLine[] {
  if (line.kind !== 'text') return [];
  return all.filter((other) => {
    const shared = Math.min(line.bottom, other.bottom) - Math.max(line.top, other.top);
    const lower = Math.min(line.bottom - line.top, other.bottom - other.top);
    return other !== line && other.kind === 'text' && lower > 0 && shared * 2 >= lower;
  });
}
