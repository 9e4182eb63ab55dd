import type { Message, VideoDocumentPart, VideoPart } from './conversation.ts';
import { findTimes, type TimeMark } from './video-times.ts';

export type AnyVideoPart = VideoPart | VideoDocumentPart;

/** A time in an answer, and the video that it can only mean. */
export interface AnswerTime extends TimeMark {
  readonly video: AnyVideoPart;
}

/** Times are named to the second: a frame at 00:07.9 may be called 00:07 or 00:08. */
const sameMomentSeconds = 1;

/** The videos of messages, oldest first. */
export function videosIn(messages: readonly Message[]): readonly AnyVideoPart[] {
  return messages.flatMap((message) =>
    message.role === 'user'
      ? message.parts.filter((part) => part.kind === 'video' || part.kind === 'video-document')
      : [],
  );
}

/**
 * Times in an answer, each with the newest video that is long enough for it. A time beyond the end of all is none; how
 * long a video of an index is, is not known here.
 */
export function answerTimes(text: string, videos: readonly AnyVideoPart[]): readonly AnswerTime[] {
  if (videos.length === 0) return [];
  return findTimes(text).flatMap((time) => {
    const video = videos.findLast((one) => time.fromSeconds <= lastSecondOf(one));
    return video ? [{ ...time, video }] : [];
  });
}

/** Times of each video that the answers of a branch name, by the video's id. */
export function timesByVideo(messages: readonly Message[]): ReadonlyMap<string, readonly TimeMark[]> {
  const videos: AnyVideoPart[] = [];
  const times = new Map<string, TimeMark[]>();
  for (const message of messages) {
    if (message.role === 'user') videos.push(...videosIn([message]));
    else if (!message.reply.withdrawn)
      for (const time of answerTimes(message.reply.text, videos)) {
        const { videoId } = time.video;
        times.set(videoId, [...(times.get(videoId) ?? []), time]);
      }
  }
  return times;
}

/** Those of the given moments that an answer names: all of a range, and of a time the nearest that is near enough. */
export function citedMoments(
  moments: readonly number[],
  times: readonly Pick<TimeMark, 'fromSeconds' | 'toSeconds'>[],
): ReadonlySet<number> {
  const cited = new Set<number>();
  for (const { fromSeconds, toSeconds } of times) {
    if (toSeconds > fromSeconds)
      for (const at of moments)
        if (at >= fromSeconds - sameMomentSeconds && at <= toSeconds + sameMomentSeconds) cited.add(at);
    const nearest = moments.toSorted((a, b) => Math.abs(a - fromSeconds) - Math.abs(b - fromSeconds))[0];
    if (nearest !== undefined && Math.abs(nearest - fromSeconds) <= sameMomentSeconds) cited.add(nearest);
  }
  return cited;
}

function lastSecondOf(video: AnyVideoPart): number {
  return video.kind === 'video' ? video.durationSeconds + sameMomentSeconds : Infinity;
}
