/** A piece of an answer, and what in it is grounded in the picture. */
export interface Passage {
  readonly text: string;
  readonly spans: readonly GroundedSpan[];
}

export interface GroundedSpan {
  /** UTF-16 places in the text, as JavaScript slices. */
  readonly start: number;
  readonly end: number;
  /** As the service says it; it may differ in case from the text. */
  readonly text: string;
  /** Shares of the picture's sides. */
  readonly polygon: readonly UnitCorner[];
}

interface UnitCorner {
  readonly x: number;
  readonly y: number;
}

export function plain(text: string): Passage {
  return { text, spans: [] };
}

/** One after the other, with the same words between all; empty ones are left out. */
export function joinPassages(passages: readonly Passage[], between: string): Passage {
  const spans: GroundedSpan[] = [];
  let text = '';
  for (const passage of passages) {
    if (passage.text === '') continue;
    if (text !== '') text += between;
    spans.push(...passage.spans.map((span) => moved(span, text.length)));
    text += passage.text;
  }
  return { text, spans };
}

/** A part of a passage, with the spans that are wholly in it. */
export function slicePassage({ text, spans }: Passage, start: number, end = text.length): Passage {
  return {
    text: text.slice(start, end),
    spans: spans.filter((span) => span.start >= start && span.end <= end).map((span) => moved(span, -start)),
  };
}

function moved(span: GroundedSpan, by: number): GroundedSpan {
  return { ...span, start: span.start + by, end: span.end + by };
}
