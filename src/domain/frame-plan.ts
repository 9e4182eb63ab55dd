import type { Segment } from './transcript.ts';
import { timeText } from './video-times.ts';

/** Which moments of a video are shown to the model. */
export type FrameChoice =
  /** As many, evenly apart. */
  | { readonly kind: 'even'; readonly count: number }
  /** The first of each scene, most different first, at most so many. */
  | { readonly kind: 'scenes'; readonly count: number }
  /** Around moments that the person picked. */
  | { readonly kind: 'moments'; readonly atSeconds: readonly number[]; readonly count: number };

/** Middle of equal stretches: neither the black beginning nor the end that cannot be decoded. */
export function evenMoments(
  durationSeconds: number,
  count: number,
  from = 0,
  to = durationSeconds,
): readonly number[] {
  const length = Math.max(0, Math.min(to, durationSeconds) - from);
  return Array.from({ length: Math.max(0, count) }, (_, at) => from + (length * (at + 0.5)) / count);
}

/** Each moment itself, and the rest of the count shared out around them, two seconds apart. */
export function momentsAround(
  atSeconds: readonly number[],
  count: number,
  durationSeconds: number,
): readonly number[] {
  const sorted = [...new Set(atSeconds)].sort((a, b) => a - b).slice(0, count);
  const found = new Set(sorted);
  const last = Math.max(0, durationSeconds - 0.05);
  for (let ring = 1; found.size < count && ring <= count; ring += 1)
    for (const at of sorted)
      for (const moment of [at - ring * apartSeconds, at + ring * apartSeconds])
        if (found.size < count && moment >= 0 && moment <= last) found.add(Math.round(moment * 1000) / 1000);
  return [...found].sort((a, b) => a - b);
}

const apartSeconds = 2;

/**
 * Frames that begin a scene, from the difference of each sampled frame to the one before it (0 to 1). The first frame
 * is always among them.
 */
export function sceneMoments(
  samples: readonly { readonly atSeconds: number; readonly difference: number }[],
  count: number,
): readonly number[] {
  const [first, ...others] = samples;
  if (!first || count <= 0) return [];
  const strongest = others
    .filter(({ difference }) => difference >= leastDifference)
    .sort((a, b) => b.difference - a.difference)
    .slice(0, count - 1);
  return [first, ...strongest].map(({ atSeconds }) => atSeconds).sort((a, b) => a - b);
}

/** A cut changes far more; a pan in front of a busy street changes less. */
const leastDifference = 0.12;

/** What stands before each frame, so that the model knows when it is and what was said until then. */
export function frameNote(atSeconds: number): string {
  return `[${timeText(atSeconds, 1)}]`;
}

export function transcriptNote(segments: readonly Segment[]): string {
  return segments
    .map(({ startSeconds, text }) => `(${timeText(startSeconds)}) ${text.replace(/\s+/g, ' ')}`)
    .join('\n');
}

/** What the model is told of a video before its frames. */
export function videoIntroduction(
  name: string,
  durationSeconds: number,
  frames: number,
  hasSpeech: boolean,
): string {
  return [
    `The following ${frames} pictures are frames of the video ${JSON.stringify(name)} (${timeText(durationSeconds)} long), in order; before each stands its time in square brackets.`,
    ...(hasSpeech ? ['Lines that begin with a time in round brackets are what was said from then on.'] : []),
    'When you speak of something in the video, name its time in square brackets, as in [01:23].',
  ].join(' ');
}
