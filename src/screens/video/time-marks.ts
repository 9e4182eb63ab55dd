import { answerTimes, type AnswerTime, type AnyVideoPart } from '#domain/answer-times.ts';
import { m } from '#language';
import type { Mark } from '#ui/markdown/marks.ts';

/** The marks of an answer with its times among them, and the times by their marks. */
export interface TimedMarks {
  readonly marks: readonly Mark[];
  readonly times: ReadonlyMap<string, AnswerTime>;
}

const noTimes: ReadonlyMap<string, AnswerTime> = new Map();

/** Times of the videos that come before an answer become marks that play; without a video nothing is looked for. */
export function withTimes(marks: readonly Mark[], text: string, videos: readonly AnyVideoPart[]): TimedMarks {
  if (videos.length === 0) return { marks, times: noTimes };
  // Marks lie apart: what a place of a picture is spoken of with stays that place's.
  const found = answerTimes(text, videos).filter(
    (time) => !marks.some(({ start, end }) => start < time.end && time.start < end),
  );
  if (found.length === 0) return { marks, times: noTimes };
  const times = new Map(found.map((time) => [`t${String(time.start)}`, time] as const));
  const played = [...times].map(([id, { start, end }]): Mark => {
    const label = m().footage.sent.playAt(text.slice(start + 1, end - 1).trim());
    return { id, start, end, kind: 'time', known: true, label };
  });
  return { marks: [...marks, ...played].sort((a, b) => a.start - b.start), times };
}
