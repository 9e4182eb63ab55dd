import type { ModelCapabilities, ModelChoice } from '#domain/connection.ts';
import type { ModelPrice } from '#domain/money.ts';

/** A model that the catalogue does not know. Numbers and prices as typed; empty: not known. */
export interface OtherModelFields {
  readonly name: string;
  readonly takesPictures: boolean;
  readonly streams: boolean;
  readonly takesSampling: boolean;
  readonly jsonMode: boolean;
  readonly maxTokensParam: ModelCapabilities['maxTokensParam'];
  readonly maxPictures: string;
  readonly contextTokens: string;
  readonly maxOutputTokens: string;
  /** US dollars a million tokens. */
  readonly inputPrice: string;
  readonly cachedInputPrice: string;
  readonly outputPrice: string;
}

export type OtherNumber =
  'maxPictures' | 'contextTokens' | 'maxOutputTokens' | 'inputPrice' | 'cachedInputPrice' | 'outputPrice';

export type NumberProblem =
  | { readonly code: 'missing' }
  | { readonly code: 'not-a-number' }
  /** Input and output price go together. */
  | { readonly code: 'price-incomplete' };

export const emptyOther: OtherModelFields = {
  name: '',
  takesPictures: true,
  streams: true,
  takesSampling: true,
  jsonMode: true,
  maxTokensParam: 'either',
  maxPictures: '50',
  contextTokens: '',
  maxOutputTokens: '',
  inputPrice: '',
  cachedInputPrice: '',
  outputPrice: '',
};

export function otherProblems(other: OtherModelFields): Readonly<Record<OtherNumber, NumberProblem | null>> {
  const { maxPictures, contextTokens, maxOutputTokens, inputPrice, cachedInputPrice, outputPrice } = other;
  return {
    maxPictures: maxPictures.trim() === '' ? { code: 'missing' } : countProblem(maxPictures),
    contextTokens: countProblem(contextTokens),
    maxOutputTokens: countProblem(maxOutputTokens),
    inputPrice: priceProblem(inputPrice, outputPrice + cachedInputPrice),
    cachedInputPrice: priceProblem(cachedInputPrice, ''),
    outputPrice: priceProblem(outputPrice, inputPrice + cachedInputPrice),
  };
}

/** @param spareName how the model is called when no name was typed. */
export function toOtherChoice(other: OtherModelFields, spareName: string, nowMs: number): ModelChoice {
  return {
    kind: 'other',
    name: other.name.trim() || spareName,
    capabilities: toCapabilities(other),
    price: toPrice(other, nowMs),
  };
}

export function toOtherFields({
  name,
  capabilities,
  price,
}: Extract<ModelChoice, { kind: 'other' }>): OtherModelFields {
  const text = (value: number | null | undefined): string => (value == null ? '' : String(value));
  return {
    name,
    takesPictures: capabilities.takesPictures,
    streams: capabilities.streams,
    takesSampling: capabilities.takesSampling !== false,
    jsonMode: capabilities.jsonMode,
    maxTokensParam: capabilities.maxTokensParam,
    maxPictures: text(capabilities.maxPictures),
    contextTokens: text(capabilities.contextTokens),
    maxOutputTokens: text(capabilities.maxOutputTokens),
    inputPrice: text(price?.inputPerMillion),
    cachedInputPrice: text(price?.cachedInputPerMillion),
    outputPrice: text(price?.outputPerMillion),
  };
}

function countProblem(text: string): NumberProblem | null {
  return /^\d*$/.test(text.trim()) ? null : { code: 'not-a-number' };
}

function priceProblem(text: string, others: string): NumberProblem | null {
  if (text.trim() === '') return others.trim() === '' ? null : { code: 'price-incomplete' };
  return Number.isNaN(toNumber(text)) ? { code: 'not-a-number' } : null;
}

/** Null: empty. NaN: no number. A comma counts as the decimal sign. */
function toNumber(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d+(?:[.,]\d+)?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : Number.NaN;
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
    maxPictures: toNumber(other.maxPictures) ?? 0,
    maxPictureBytes: maxPictureBytes,
    contextTokens: toNumber(other.contextTokens),
    maxOutputTokens: toNumber(other.maxOutputTokens),
    encoding: null,
    imageTokens: null,
  };
}

/** Azure OpenAI's limit of one picture (Learn, vision concepts). */
const maxPictureBytes = 20 * 1024 * 1024;

function toPrice(other: OtherModelFields, nowMs: number): ModelPrice | null {
  const input = toNumber(other.inputPrice);
  const output = toNumber(other.outputPrice);
  const cached = toNumber(other.cachedInputPrice);
  if (input === null || output === null) return null;
  return {
    inputPerMillion: input,
    outputPerMillion: output,
    ...(cached !== null ? { cachedInputPerMillion: cached } : {}),
    source: 'own',
    asOf: new Date(nowMs).toISOString().slice(0, 10),
  };
}
