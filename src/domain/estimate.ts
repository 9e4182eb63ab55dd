import type { ModelCapabilities } from './connection.ts';
import type { AnyPicturePart } from './conversation.ts';
import { imageTokenRange, imageTokens } from './image-tokens.ts';
import { estimateCost, type ModelPrice } from './money.ts';
import { promptTokens, type CountedMessage } from './text-tokens.ts';

/** What a request will cost, before it is sent. Always an estimate: Azure's own count decides. */
export interface Estimate {
  readonly inputTokens: number;
  /** Inside `inputTokens`. */
  readonly pictureTokens: number;
  /** False while text is counted roughly or a picture's size or rule is not known. */
  readonly exact: boolean;
  /** Pictures that are counted as the most they can be (size unknown) or not at all (rule unknown). */
  readonly unknownPictures: number;
  /** Null: the price is not known. */
  readonly inputNanos: number | null;
  readonly outputNanosUpTo: number | null;
  readonly maxTokens: number;
}

export interface Estimating {
  readonly messages: readonly CountedMessage[];
  /** False where a text's tokens are a rough figure. */
  readonly textExact: boolean;
  /** The pictures that are sent. */
  readonly pictures: readonly AnyPicturePart[];
  readonly capabilities: ModelCapabilities;
  readonly price: ModelPrice | null;
  readonly maxTokens: number;
}

/** Tokens by the published rules, dollars by the price row; an unknown price stays unknown. */
export function estimateRequest(estimating: Estimating): Estimate {
  const { messages, pictures, capabilities, price, maxTokens } = estimating;
  let pictureTokens = 0;
  let unknownPictures = 0;
  for (const picture of pictures) {
    const tokens = pictureTokensOf(picture, capabilities);
    pictureTokens += tokens.tokens;
    if (!tokens.known) unknownPictures += 1;
  }
  const inputTokens = promptTokens(messages) + pictureTokens;
  const cost = price && estimateCost({ inputTokens, maxOutputTokens: maxTokens }, price);
  return {
    inputTokens,
    pictureTokens,
    exact: estimating.textExact && unknownPictures === 0 && capabilities.encoding !== null,
    unknownPictures,
    inputNanos: cost?.inputNanos ?? null,
    outputNanosUpTo: cost?.outputNanosUpTo ?? null,
    maxTokens,
  };
}

/** Tokens of one picture; the most it can be where its size is not known. */
export function pictureTokensOf(
  picture: AnyPicturePart,
  capabilities: ModelCapabilities,
): { readonly tokens: number; readonly known: boolean } {
  const scheme = capabilities.imageTokens;
  if (!scheme) return { tokens: 0, known: false };
  if (picture.widthPx !== undefined && picture.heightPx !== undefined) {
    return { tokens: imageTokens(scheme, picture.widthPx, picture.heightPx, picture.detail), known: true };
  }
  const { min, max } = imageTokenRange(scheme, picture.detail);
  return { tokens: max, known: min === max };
}
