import type { AskedMessage, AskedPicturePart } from './asked.ts';
import { secondsOfClock } from './clock-times.ts';

/** A video that was sent as frames, as the page writes it (frame-plan.ts of the domain). */
export interface FramedVideo {
  readonly name: string;
  /** As it was written. */
  readonly length: string;
  readonly frames: readonly AskedFrame[];
  readonly speech: readonly SaidLine[];
}

export interface AskedFrame {
  readonly atSeconds: number;
  readonly picture: AskedPicturePart;
}

export interface SaidLine {
  readonly atSeconds: number;
  readonly text: string;
}

const INTRODUCTION =
  /^The following \d+ pictures? (?:is a frame|are frames) of the video ("(?:[^"\\]|\\.)*") \(([\d:.]+) long\)/;
const FRAME = /^\[(\d[\d:.]*)\](?:\n|$)/;
const LINE = /^\((\d[\d:.]*)\) (.+)$/;

/** Whether a text was written by the page around the frames of a video. */
export function isFrameText(text: string): boolean {
  if (INTRODUCTION.test(text)) return true;
  const [first = '', ...others] = text.split('\n');
  return FRAME.test(first) && others.every((line) => LINE.test(line));
}

export function framedVideosIn({ role, parts }: AskedMessage): readonly FramedVideo[] {
  if (role !== 'user') return [];
  const videos: { name: string; length: string; frames: AskedFrame[]; speech: SaidLine[] }[] = [];
  let atSeconds: number | null = null;
  for (const part of parts) {
    if (part.kind === 'text') {
      const [, quoted, length = ''] = INTRODUCTION.exec(part.text) ?? [];
      if (quoted !== undefined) videos.push({ name: unquoted(quoted), length, frames: [], speech: [] });
      const isOurs = isFrameText(part.text);
      atSeconds = isOurs ? secondsOfClock(FRAME.exec(part.text)?.[1] ?? '') : null;
      if (isOurs) videos.at(-1)?.speech.push(...linesIn(part.text));
    } else if (part.kind !== 'video') {
      if (atSeconds !== null) videos.at(-1)?.frames.push({ atSeconds, picture: part });
      atSeconds = null;
    }
  }
  return videos.filter(({ frames }) => frames.length > 0);
}

function linesIn(text: string): readonly SaidLine[] {
  return text.split('\n').flatMap((line) => {
    const [, clock = '', said = ''] = LINE.exec(line) ?? [];
    const atSeconds = secondsOfClock(clock);
    return atSeconds === null ? [] : [{ atSeconds, text: said }];
  });
}

function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text;
  }
}
