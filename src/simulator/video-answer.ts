import { timeText } from '#domain/video-times.ts';
import { linesAbout, quotable } from './about.ts';
import type { AskedMessage } from './asked.ts';
import { framedVideosIn, type AskedFrame, type FramedVideo } from './asked-frames.ts';
import { timeMark, timesAsked } from './clock-times.ts';
import { readColours } from './colours.ts';
import type { SimulatorOptions } from './surroundings.ts';
import { secondsToSpeakOf, type ShelvedVideo } from './video-search.ts';
import type { Words } from './words.ts';

const MOST_FRAMES = 3;
const MOST_LINES = 2;

/** Of the newest message that has any: an earlier one's are what a later question is about. */
export function framedVideosOf(messages: readonly AskedMessage[]): readonly FramedVideo[] {
  return messages.map(framedVideosIn).findLast((videos) => videos.length > 0) ?? [];
}

/**
 * What can be told of frames without a model: the colours at some of their times and what was said there, cited as the
 * page asks for it. Which ones: those whose time the question names, else those whose words it shares, else some.
 */
export async function sayAboutFrames(
  videos: readonly FramedVideo[],
  question: string,
  words: Words,
  citesWrongly: boolean,
  decode: SimulatorOptions['decode'],
): Promise<string> {
  const paragraphs: string[] = [];
  for (const { name, length, frames, speech } of videos) {
    const about = linesAbout(question, speech, ({ text }) => text);
    const lines = about.slice(0, MOST_LINES);
    const isMeant = about !== speech;
    const times = timesAsked(question);
    const wanted = times.length > 0 ? times : isMeant ? lines.map(({ atSeconds }) => atSeconds) : [];
    const picked = wanted.length > 0 ? nearest(frames, wanted) : spread(frames);
    const statements = [
      words.frames({ frames: frames.length, name: quotable(name), length, lines: speech.length }),
    ];
    for (const { atSeconds, picture } of picked) {
      const colours =
        picture.kind === 'picture' ? await readColours(picture.bytes, picture.format, decode) : null;
      statements.push(words.frameSeen(timeMark(atSeconds), colours));
    }
    for (const { atSeconds, text } of lines) statements.push(words.said(timeMark(atSeconds), quotable(text)));
    if (citesWrongly) statements.push(words.timeCitedWrongly('[59:59]'));
    paragraphs.push(statements.join(' '));
  }
  return paragraphs.join('\n\n');
}

function nearest(frames: readonly AskedFrame[], times: readonly number[]): readonly AskedFrame[] {
  const found = times.map((time) =>
    frames.reduce((best, frame) =>
      Math.abs(frame.atSeconds - time) < Math.abs(best.atSeconds - time) ? frame : best,
    ),
  );
  return [...new Set(found)].slice(0, MOST_FRAMES);
}

/** The middle ones of as many stretches. */
function spread(frames: readonly AskedFrame[]): readonly AskedFrame[] {
  const count = Math.min(MOST_FRAMES, frames.length);
  return Array.from({ length: count }, (_, at) => frames[Math.floor(((at + 0.5) * frames.length) / count)]!);
}

/** Moments within the video, and words of its simulated transcript. Nobody looked into it, and the text says so. */
export function sayAboutIndexed(video: ShelvedVideo, question: string, words: Words): string {
  const seconds = secondsToSpeakOf(video);
  const asked = timesAsked(question).filter((time) => time <= seconds);
  const moments = asked.length > 0 ? asked : [0.2, 0.5, 0.8].map((share) => Math.floor(seconds * share));
  const marks = [...new Set(moments)].slice(0, MOST_FRAMES).map(timeMark);
  const lines = linesAbout(question, video.speech, ({ text }) => text).slice(0, MOST_LINES);
  const length = video.seconds === null ? null : timeText(Math.floor(video.seconds));
  return [
    words.indexedVideo(quotable(video.documentId), length),
    words.moments(marks),
    ...lines.map(({ startSeconds, text }) => words.said(timeMark(startSeconds), quotable(text))),
  ].join(' ');
}
