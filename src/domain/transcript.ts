/** Speech with times, however it was come by. */
export interface Transcript {
  /** In order of their beginning. */
  readonly segments: readonly Segment[];
  /** ISO 639-1, where it is known. */
  readonly language: string | null;
  /** `service`: a transcription deployment; `file`: SRT or WebVTT; `typed`: pasted or corrected by the person. */
  readonly from: 'service' | 'file' | 'typed';
}

export interface Segment {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly text: string;
}

export type SubtitleProblem = 'empty' | 'no-times' | 'too-long';

/** Longer than any subtitle file of a day; more is no subtitle file. */
const mostChars = 8_000_000;

/** Reads SRT or WebVTT, told apart by their contents: cues without a time are left out, tags are taken off. */
export function readSubtitles(
  text: string,
):
  | { readonly ok: true; readonly segments: readonly Segment[] }
  | { readonly ok: false; readonly reason: SubtitleProblem } {
  if (text.length > mostChars) return { ok: false, reason: 'too-long' };
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (source.trim() === '') return { ok: false, reason: 'empty' };
  const segments = source.split(/\n[ \t]*\n/).flatMap(readCue);
  if (segments.length === 0) return { ok: false, reason: 'no-times' };
  return { ok: true, segments: segments.sort((a, b) => a.startSeconds - b.startSeconds) };
}

/** WebVTT, to take away. */
export function toWebVtt(segments: readonly Segment[]): string {
  const cues = segments.map(
    ({ startSeconds, endSeconds, text }) =>
      `${stamp(startSeconds)} --> ${stamp(endSeconds)}\n${text.replace(/\n\s*\n/g, '\n').replaceAll('-->', '→')}`,
  );
  return `WEBVTT\n\n${cues.join('\n\n')}\n`;
}

/** The words between two times; a segment belongs to where it begins. */
export function between(
  segments: readonly Segment[],
  fromSeconds: number,
  toSeconds: number,
): readonly Segment[] {
  return segments.filter(({ startSeconds }) => startSeconds >= fromSeconds && startSeconds < toSeconds);
}

const cueTime = /(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})/;

function readCue(block: string): readonly Segment[] {
  const lines = block.split('\n');
  const at = lines.findIndex((line) => cueTime.test(line));
  const times = at < 0 ? null : cueTime.exec(lines[at]!);
  if (!times) return [];
  const text = lines
    .slice(at + 1)
    .join('\n')
    .replace(/<[^>\n]*>/g, '')
    .replace(/\{\\[^}\n]*\}/g, '')
    .trim();
  const startSeconds = toSeconds(times.slice(1, 5));
  const endSeconds = Math.max(startSeconds, toSeconds(times.slice(5, 9)));
  return text === '' ? [] : [{ startSeconds, endSeconds, text }];
}

function toSeconds([hours = '0', minutes = '0', seconds = '0', fraction = '0']: readonly (
  string | undefined
)[]): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction}`);
}

function stamp(seconds: number): string {
  const millis = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(millis / 3_600_000), Math.floor(millis / 60_000) % 60];
  return `${two(hours)}:${two(minutes)}:${two(Math.floor(millis / 1000) % 60)}.${String(millis % 1000).padStart(3, '0')}`;
}
