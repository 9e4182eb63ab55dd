/** A time in a video as an answer names it: `[01:23]`, `[1:02:03]`, `[01:23.5]`, and ranges `[01:23–01:40]`. */
export interface TimeMark {
  /** UTF-16 places of the brackets and what is between them. */
  readonly start: number;
  readonly end: number;
  /** Seconds from the beginning of the video. */
  readonly fromSeconds: number;
  /** The same as `fromSeconds` where no range is named. */
  readonly toSeconds: number;
}

const time = String.raw`(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?`;
const mark = new RegExp(
  String.raw`\[\s*${time}(?:\s*(?:-|–|to)\s*${time})?\s*\](?!\(|:[ \t]*\S+[ \t]*$)`,
  'gm',
);

/**
 * Links (`[01:23](…)`) and what Markdown takes for a definition (`[01:23]: word`) are none; nor is what has no time's
 * shape (61 seconds).
 */
export function findTimes(text: string): readonly TimeMark[] {
  return Array.from(text.matchAll(mark)).flatMap((match) => {
    const from = secondsOf(match.slice(1, 5));
    const to = match[6] === undefined ? from : secondsOf(match.slice(5, 9));
    if (from === null || to === null) return [];
    const start = match.index;
    return [{ start, end: start + match[0].length, fromSeconds: from, toSeconds: Math.max(from, to) }];
  });
}

/** `1:23`, from an hour on `1:02:03`; tenths only where `digits` asks for them. */
export function timeText(seconds: number, digits: 0 | 1 | 3 = 0): string {
  const units = 10 ** digits;
  const whole = Math.max(0, Math.round(seconds * units));
  const rest = whole % units;
  const total = (whole - rest) / units;
  const [hours, minutes, secs] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = hours > 0 ? `${hours}:${two(minutes)}:${two(secs)}` : `${two(minutes)}:${two(secs)}`;
  return digits === 0 ? clock : `${clock}.${String(rest).padStart(digits, '0')}`;
}

/** `00:07:07.8400000`, as video retrieval writes times; null where it is none. */
export function secondsIn(text: string): number | null {
  const found = /^(\d+):(\d{2}):(\d{2})(?:\.(\d+))?$/.exec(text.trim());
  if (!found) return null;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = found;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction}`);
}

function secondsOf([hours, minutes, seconds, fraction]: readonly (string | undefined)[]): number | null {
  const parts = [hours ?? '0', minutes ?? '0', seconds ?? '0'].map(Number);
  if (parts[2]! > 59 || (hours !== undefined && parts[1]! > 59)) return null;
  return parts[0]! * 3600 + parts[1]! * 60 + parts[2]! + Number(`0.${fraction ?? '0'}`);
}
