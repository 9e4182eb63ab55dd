import type { AssistantMessage, Message } from '#domain/conversation.ts';
import { citationMarks, hasEvidence, toEvidence, type Region } from '#domain/evidence.ts';
import type { PictureAnalysis } from '#domain/picture-analysis.ts';
import { isRunning } from '#domain/reply.ts';
import { f, m } from '#language';

/** A place in the answer that points into a picture, in words. */
export interface MarkView {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly kind: 'citation' | 'span';
  /** False: it cites a number that does not exist. */
  readonly known: boolean;
  readonly label: string;
  readonly regionIds: readonly string[];
}

export interface Marks {
  readonly marks: readonly MarkView[];
  /** There is something to show beside the answer. */
  readonly hasEvidence: boolean;
}

export const noMarks: Marks = { marks: [], hasEvidence: false };

const noAnalyses: ReadonlyMap<string, PictureAnalysis> = new Map();

/** The marks of an answer, whole or still being written. Numbered lines are enough: no analysis is read for it. */
export function marksOf(message: AssistantMessage, before: readonly Message[]): Marks {
  if (!hasEvidence(message, before)) return noMarks;
  const { reply } = message;
  const text = reply.withdrawn ? '' : reply.text;
  const evidence = toEvidence(message, before, noAnalyses);
  const regions = new Map(
    evidence.pictures.flatMap(({ regions }) => regions.map((region) => [region.id, region] as const)),
  );
  // Spans come at the end: until then only citations are there.
  const found = isRunning(reply) ? citationMarks(text, before) : evidence.marks;
  return {
    hasEvidence: true,
    marks: found.map(({ start, end, kind, regionIds }) => ({
      id: `${start}`,
      start,
      end,
      kind,
      known: regionIds.length > 0,
      label: labelOf(regionIds.flatMap((id) => regions.get(id) ?? [])),
      regionIds,
    })),
  };
}

function labelOf(regions: readonly Region[]): string {
  const words = m().conversation.marks;
  if (regions.length === 0) return words.missing;
  const shown = regions.slice(0, mostShown).map(({ layer, text }) => {
    return text === '' ? words.layers[layer] : words.named(words.layers[layer], text);
  });
  return f().list(regions.length > mostShown ? [...shown, words.more(regions.length - mostShown)] : shown);
}

/** More is no label but a text. */
const mostShown = 4;
