import { timeText } from '#domain/video-times.ts';

/** `1:23`, `01:23.5`, `1:02:03`; null: it is none. */
export function secondsOfClock(text: string): number | null {
  const parts = /^(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)$/.exec(text.trim());
  if (!parts) return null;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Times that a question names, in brackets or not. */
export function timesAsked(question: string): readonly number[] {
  const found = question.match(/(?<![\d:])(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d+)?(?![\d:])/g) ?? [];
  return found.flatMap((text) => secondsOfClock(text) ?? []);
}

/** A time as an answer names it, `[01:23]`; tenths only where they tell something. */
export function timeMark(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 1e-6) / 10;
  return `[${timeText(tenths, Number.isInteger(tenths) ? 0 : 1)}]`;
}
