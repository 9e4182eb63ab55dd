import type { ModelCapabilities } from './connection.ts';
import { frameNote, transcriptNote, videoIntroduction } from './frame-plan.ts';
import type { Detail, PixelSize } from './image-tokens.ts';
import { estimateCost, type ModelPrice } from './money.ts';
import { pictureCost, type PictureCost } from './picture-view.ts';
import { roughTokens } from './text-tokens.ts';
import type { Segment } from './transcript.ts';

/** What frames of a video and the words about it add to a request's input. */
export interface FootageCost {
  readonly perFrame: PictureCost;
  readonly frames: number;
  /** Of all frames; null: not known, or refused. */
  readonly frameTokens: number | null;
  /** Times, introduction and words. */
  readonly textTokens: number;
  /** False: the tokenizer has not counted yet. */
  readonly isTextExact: boolean;
  /** Null: the price, or the rule, is not known. */
  readonly nanos: number | null;
}

/** What keeps the number of frames down; null: nothing that is known. */
export type FrameLimit = { readonly frames: number; readonly by: 'model' | 'context' } | null;

/** Enough for any question, where a model says of no limit. */
export const mostFrames = 500;
/** `[01:23.4]` before a frame. */
const noteTokens = 8;

export interface FootageTerms {
  readonly capabilities: ModelCapabilities | null;
  readonly price: ModelPrice | null;
  /** Of a frame; null: not known yet. */
  readonly size: PixelSize | null;
  readonly detail: Detail;
}

export function frameCost({ capabilities, price, size, detail }: FootageTerms): PictureCost {
  return capabilities ? pictureCost(capabilities, price, size, detail) : { kind: 'unknown-rule' };
}

/** @param counted tokens of the text by the model's own encoding; null: they are reckoned roughly. */
export function footageCost(
  terms: FootageTerms,
  frames: number,
  text: string,
  counted: number | null,
): FootageCost {
  const perFrame = frameCost(terms);
  const textTokens = counted ?? roughTokens(text);
  const frameTokens = perFrame.kind === 'known' ? perFrame.tokens.max * frames : null;
  const nanos =
    terms.price && frameTokens !== null
      ? estimateCost({ inputTokens: frameTokens + textTokens, maxOutputTokens: 0 }, terms.price).inputNanos
      : null;
  return { perFrame, frames, frameTokens, textTokens, isTextExact: counted !== null, nanos };
}

/** How many frames fit beside what else goes with the request: at least one, so that there is something to change. */
export function frameLimit(
  terms: FootageTerms,
  beside: {
    readonly pictures: number;
    /** Input of everything else, and the answer. */
    readonly tokens: number;
  },
): FrameLimit {
  const { capabilities } = terms;
  if (!capabilities?.takesPictures) return null;
  const byModel = Math.max(1, Math.min(mostFrames, capabilities.maxPictures - beside.pictures));
  const each = frameCost(terms);
  const { contextTokens } = capabilities;
  if (contextTokens === null || each.kind !== 'known') return { frames: byModel, by: 'model' };
  const room = contextTokens - beside.tokens;
  const byContext = Math.max(1, Math.floor(room / (each.tokens.max + noteTokens)));
  return byContext < byModel ? { frames: byContext, by: 'context' } : { frames: byModel, by: 'model' };
}

/** The words of a request that belong to a video: as many as there will be, whatever their order. */
export function footageText(
  name: string,
  durationSeconds: number,
  moments: readonly number[],
  segments: readonly Segment[],
): string {
  return [
    videoIntroduction(name, durationSeconds, moments.length, segments.length > 0),
    ...moments.map((at) => frameNote(at)),
    ...(segments.length > 0 ? [transcriptNote(segments)] : []),
  ].join('\n');
}
