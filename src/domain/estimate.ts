import type { ModelCapabilities } from './connection.ts';
import type { AnyPicturePart } from './conversation.ts';
import { imageTokenRange, imageTokens } from './image-tokens.ts';
import { estimateCost, type ModelPrice } from './money.ts';
import { promptTokens } from './text-tokens.ts';
import { corrected, type Accuracy } from './accuracy.ts';

/** What a request will cost, before it is sent. Always an estimate: Azure's own count decides. */
export interface Estimate {
  readonly inputTokens: number;
  /** Inside `inputTokens`. */
  readonly pictureTokens: number;
  /** False while text is counted roughly or a picture's size or rule is not known. */
  readonly exact: boolean;
  /** Pictures that are counted as the most they can be (size unknown) or not at all (rule unknown). */
  readonly unknownPictures: number;
  /** Azure does not publish the rule of this model: `pictureTokens` were corrected by what it billed before. */
  readonly calibrated: boolean;
  /** Null: the price is not known. */
  readonly inputNanos: number | null;
  readonly outputNanosUpTo: number | null;
  /** Enhancements, Image Analysis, a video's index; null: a price is not known. */
  readonly extraNanos: number | null;
  readonly maxTokens: number;
  /** Where the tokens come from, in the order in which they are sent; they add up to `inputTokens`. */
  readonly sources: readonly TokenSource[];
}

/** A part of a request, and its tokens. `messageId` null: what is being written now. */
export type TokenSource =
  | { readonly kind: 'system'; readonly tokens: number }
  | {
      readonly kind: 'text';
      readonly messageId: string | null;
      readonly role: 'user' | 'assistant';
      readonly tokens: number;
    }
  | {
      readonly kind: 'picture';
      /** `pictureId` of a sent picture; in the draft its place. */
      readonly id: string;
      readonly messageId: string | null;
      readonly picture: AnyPicturePart;
      readonly tokens: number;
      /** False: the size or the rule is not known. */
      readonly known: boolean;
    }
  /** What was found in the pictures of a message; `upTo`: they are yet to be read, and this is the most it may be. */
  | {
      readonly kind: 'findings';
      readonly messageId: string | null;
      readonly tokens: number;
      readonly upTo: boolean;
    }
  /** A video of an index: about as much as the service takes of it; which frames it shows is its own choice. */
  | {
      readonly kind: 'video';
      readonly messageId: string | null;
      readonly name: string;
      readonly tokens: number;
    }
  /** What frames each message and opens the answer, and what corrects the sum. */
  | { readonly kind: 'framing'; readonly tokens: number };

/** One message of the request, counted. */
export interface EstimatedMessage {
  readonly messageId: string | null;
  readonly role: 'system' | 'user' | 'assistant';
  readonly textTokens: number;
  readonly pictures: readonly EstimatedPicture[];
  /** Absent: nothing is. */
  readonly findings?: FindingsTokens;
  /** Absent: none goes with it. */
  readonly video?: VideoTokens;
}

/** Tokens of a video of an index, about. */
export interface VideoTokens {
  readonly name: string;
  readonly tokens: number;
}

/** Tokens of what is found in a message's pictures; `upTo`: at most, because they are yet to be read. */
export interface FindingsTokens {
  readonly tokens: number;
  readonly upTo: boolean;
}

export interface EstimatedPicture {
  readonly id: string;
  readonly picture: AnyPicturePart;
}

export interface Estimating {
  readonly messages: readonly EstimatedMessage[];
  /** False where a text's tokens are a rough figure. */
  readonly textExact: boolean;
  readonly capabilities: ModelCapabilities;
  readonly price: ModelPrice | null;
  readonly maxTokens: number;
  /** What this deployment billed before; null: nothing yet. */
  readonly accuracy: Accuracy | null;
  /** What is bought beside the tokens; null: a price is not known; absent: nothing. */
  readonly extraNanos?: number | null;
}

/** Tokens by the published rules, dollars by the price row; an unknown price stays unknown. */
export function estimateRequest(estimating: Estimating): Estimate {
  const { messages, capabilities, price, maxTokens, accuracy, extraNanos = 0 } = estimating;
  const counted = messages.map((message) => ({
    message,
    pictures: message.pictures.map((picture) => ({
      ...picture,
      ...pictureTokensOf(picture.picture, capabilities),
    })),
  }));
  const pictures = counted.flatMap((one) => one.pictures);
  const correction = corrected(capabilities, accuracy, pictures);
  const sources: TokenSource[] = [];
  for (const { message, pictures: own } of counted) {
    const { messageId, role, textTokens } = message;
    if (role === 'system') sources.push({ kind: 'system', tokens: textTokens });
    else if (textTokens > 0) sources.push({ kind: 'text', messageId, role, tokens: textTokens });
    if (message.findings) sources.push({ kind: 'findings', messageId, ...message.findings });
    if (message.video) sources.push({ kind: 'video', messageId, ...message.video });
    for (const { id, picture, tokens, known } of own)
      sources.push({
        kind: 'picture',
        id,
        messageId,
        picture,
        tokens: correction ? correction(tokens) : tokens,
        known,
      });
  }
  const framing = promptTokens(messages.map(() => ({ contentTokens: 0 })));
  sources.push({ kind: 'framing', tokens: framing });
  const inputTokens = sources.reduce((sum, { tokens }) => sum + tokens, 0);
  const unknownPictures = correction ? 0 : pictures.filter(({ known }) => !known).length;
  const cost = price && estimateCost({ inputTokens, maxOutputTokens: maxTokens }, price);
  return {
    inputTokens,
    pictureTokens: sources.reduce((sum, { kind, tokens }) => sum + (kind === 'picture' ? tokens : 0), 0),
    exact:
      estimating.textExact &&
      !messages.some(({ findings, video }) => findings?.upTo || video) &&
      correction === null &&
      unknownPictures === 0 &&
      capabilities.encoding !== null,
    unknownPictures,
    calibrated: correction !== null,
    inputNanos: cost?.inputNanos ?? null,
    outputNanosUpTo: cost?.outputNanosUpTo ?? null,
    extraNanos,
    maxTokens,
    sources,
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
