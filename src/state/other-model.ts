import type { ModelCapabilities, ModelChoice } from '#domain/connection.ts';
import type { ModelPrice } from '#domain/money.ts';
import { amountProblem, type AmountProblem } from '#domain/price-rules.ts';
import { ownOrigin } from './price-fields.ts';

/** A model that the catalogue does not know. Null: not known. */
export interface OtherModelFields {
  readonly name: string;
  readonly takesPictures: boolean;
  readonly streams: boolean;
  readonly takesSampling: boolean;
  readonly jsonMode: boolean;
  readonly maxTokensParam: ModelCapabilities['maxTokensParam'];
  readonly maxPictures: number | null;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  /** US dollars a million tokens. */
  readonly inputPrice: number | null;
  readonly cachedInputPrice: number | null;
  readonly outputPrice: number | null;
}

export type OtherNumber =
  'maxPictures' | 'contextTokens' | 'maxOutputTokens' | 'inputPrice' | 'cachedInputPrice' | 'outputPrice';

export type NumberProblem =
  | { readonly code: 'missing' }
  | { readonly code: 'not-a-count' }
  | { readonly code: AmountProblem }
  /** Input and output price go together. */
  | { readonly code: 'price-incomplete' };

export const emptyOther: OtherModelFields = {
  name: '',
  takesPictures: true,
  streams: true,
  takesSampling: true,
  jsonMode: true,
  maxTokensParam: 'either',
  maxPictures: 50,
  contextTokens: null,
  maxOutputTokens: null,
  inputPrice: null,
  cachedInputPrice: null,
  outputPrice: null,
};

export function otherProblems(other: OtherModelFields): Readonly<Record<OtherNumber, NumberProblem | null>> {
  const { maxPictures, contextTokens, maxOutputTokens, inputPrice, cachedInputPrice, outputPrice } = other;
  return {
    maxPictures: maxPictures === null ? { code: 'missing' } : countProblem(maxPictures),
    contextTokens: countProblem(contextTokens),
    maxOutputTokens: countProblem(maxOutputTokens),
    inputPrice: priceProblem(inputPrice, outputPrice ?? cachedInputPrice),
    cachedInputPrice: priceProblem(cachedInputPrice, null),
    outputPrice: priceProblem(outputPrice, inputPrice ?? cachedInputPrice),
  };
}

/** @param spareName how the model is called when no name was typed. */
export function toOtherChoice(other: OtherModelFields, spareName: string, nowMs: number): ModelChoice {
  return {
    kind: 'other',
    name: other.name.trim() || spareName,
    capabilities: toCapabilities(other),
    price: toOtherPrice(other, nowMs),
  };
}

export function toOtherFields({
  name,
  capabilities,
  price,
}: Pick<Extract<ModelChoice, { kind: 'other' }>, 'name' | 'capabilities' | 'price'>): OtherModelFields {
  return {
    name,
    takesPictures: capabilities.takesPictures,
    streams: capabilities.streams,
    takesSampling: capabilities.takesSampling !== false,
    jsonMode: capabilities.jsonMode,
    maxTokensParam: capabilities.maxTokensParam,
    maxPictures: capabilities.maxPictures,
    contextTokens: capabilities.contextTokens,
    maxOutputTokens: capabilities.maxOutputTokens,
    inputPrice: price?.inputPerMillion ?? null,
    cachedInputPrice: price?.cachedInputPerMillion ?? null,
    outputPrice: price?.outputPerMillion ?? null,
  };
}

/**
 * What the fields say, over abilities they do not show (token rules, efforts, schemas): those of the model they were
 * copied from, or that the model had before.
 */
export function toOwnCapabilities(
  other: OtherModelFields,
  base: ModelCapabilities | null,
): ModelCapabilities {
  if (!base) return toCapabilities(other);
  const { takesPictures, streams, jsonMode, maxTokensParam, contextTokens, maxOutputTokens } = other;
  return {
    ...base,
    takesPictures,
    streams,
    jsonMode,
    // The finer answers hold only while the field says the same as before.
    jsonModeWithPictures: jsonMode === base.jsonMode ? base.jsonModeWithPictures : jsonMode,
    takesSampling: other.takesSampling && (base.takesSampling || true),
    maxTokensParam,
    maxPictures: other.maxPictures ?? 0,
    contextTokens,
    maxOutputTokens,
  };
}

function countProblem(count: number | null): NumberProblem | null {
  return count === null || (Number.isInteger(count) && count >= 0) ? null : { code: 'not-a-count' };
}

function priceProblem(price: number | null, other: number | null): NumberProblem | null {
  if (price === null) return other === null ? null : { code: 'price-incomplete' };
  const problem = amountProblem(price);
  return problem && { code: problem };
}

function toCapabilities(other: OtherModelFields): ModelCapabilities {
  return {
    takesPictures: other.takesPictures,
    maxTokensParam: other.maxTokensParam,
    takesSampling: other.takesSampling,
    reasoningEfforts: [],
    streams: other.streams,
    jsonMode: other.jsonMode,
    jsonModeWithPictures: other.jsonMode,
    structuredOutputs: false,
    chatCompletions: true,
    visionEnhancements: false,
    maxPictures: other.maxPictures ?? 0,
    maxPictureBytes,
    contextTokens: other.contextTokens,
    maxOutputTokens: other.maxOutputTokens,
    encoding: null,
    imageTokens: null,
    imageTokensBy: null,
  };
}

/** Azure OpenAI's limit of one picture (Learn, vision concepts). */
const maxPictureBytes = 20 * 1024 * 1024;

/** Null: no price was entered. */
export function toOtherPrice(other: OtherModelFields, nowMs: number): ModelPrice | null {
  const { inputPrice, cachedInputPrice, outputPrice } = other;
  if (inputPrice === null || outputPrice === null) return null;
  return {
    inputPerMillion: inputPrice,
    outputPerMillion: outputPrice,
    ...(cachedInputPrice !== null ? { cachedInputPerMillion: cachedInputPrice } : {}),
    ...ownOrigin(nowMs),
  };
}
