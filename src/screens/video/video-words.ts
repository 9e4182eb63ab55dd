import type { VideoDocumentPart, VideoPart } from '#domain/conversation.ts';
import { timeText } from '#domain/video-times.ts';
import { m } from '#language';

/** 12:34 · 20 frames · with words; of an index, where it is. */
export function videoFacts(part: VideoPart | VideoDocumentPart, frames: number): string {
  const words = m().footage;
  if (part.kind === 'video-document') return words.tile.indexed(part.indexName, part.documentId);
  return [
    timeText(part.durationSeconds),
    words.frames(frames),
    part.transcript ? words.tile.words : words.tile.noWords,
  ].join(' · ');
}

export function videoName({ name }: { readonly name: string }): string {
  return name === '' ? m().footage.unnamed : name;
}

/** As short as tells neighbours apart: to the second, and never a later one than tenths would say; else with tenths. */
export function shortTimes(seconds: readonly number[]): (atSeconds: number) => string {
  const toSecond = (atSeconds: number): string => timeText(Math.floor(atSeconds + 0.05));
  const different = new Set(seconds.map(toSecond)).size;
  return different === new Set(seconds).size ? toSecond : (atSeconds) => timeText(atSeconds, 1);
}
