import type { ModelCapabilities } from '#domain/connection.ts';
import { limits } from './limits.ts';
import type { CatalogModel } from './model.ts';
import { schemes } from './schemes.ts';

/**
 * What a model's requests may hold. Where no source says anything, the side is chosen that cannot turn a good request
 * into a refused one, and that forbids nothing which might work:
 * - pictures and JSON mode are left possible, because withholding them would claim that Azure refuses them;
 * - sampling and streaming are left out, because a request without them is accepted everywhere;
 * - 50 pictures, today's limit of Azure OpenAI, where none is published.
 */
export function capabilitiesOf(model: CatalogModel): ModelCapabilities {
  return {
    takesPictures: model.vision !== false,
    maxTokensParam: maxTokensParam(model),
    takesSampling: model.takesSampling ?? false,
    reasoningEfforts: model.reasoningEfforts,
    streams: model.streams === true,
    jsonMode: model.jsonMode !== false,
    jsonModeWithPictures: model.jsonMode !== false && model.jsonModeWithPictures !== false,
    structuredOutputs: model.structuredOutputs === true,
    chatCompletions: model.chatCompletions,
    visionEnhancements: model.visionEnhancements,
    maxPictures: model.maxPictures ?? limits.picturesPerRequest.value,
    maxPictureBytes: limits.pictureBytes.value,
    contextTokens: model.contextTokens,
    maxOutputTokens: model.maxOutputTokens,
    encoding: model.encoding,
    imageTokens: imageTokens(model),
    imageTokensBy: imageTokensBy(model),
  };
}

/** `max_output_tokens` belongs to the Responses API; the nearest name on Chat Completions stands for it. */
function maxTokensParam({ maxTokensParam: name }: CatalogModel): ModelCapabilities['maxTokensParam'] {
  return name === null || name === 'max_output_tokens' ? 'max_completion_tokens' : name;
}

/**
 * Null where the rule is not published for the model: an estimate from open weights must not decide how far a
 * picture is reduced, nor what a person is told it costs.
 */
function imageTokens(model: CatalogModel): ModelCapabilities['imageTokens'] {
  const { imageTokens: id, imageTokensConfidence } = model;
  if (id === null || id === 'routed' || imageTokensConfidence === 'estimate') return null;
  return schemes[id].scheme;
}

/** Azure itself documents two tile rules (overview, 2025-03-25); all others are read from OpenAI's guide. */
function imageTokensBy(model: CatalogModel): ModelCapabilities['imageTokensBy'] {
  if (imageTokens(model) === null) return null;
  const { imageTokens: id, imageTokensConfidence } = model;
  const isAzures = id === 'tile-85-170' || id === 'tile-2833-5667';
  return isAzures && imageTokensConfidence === 'documented' ? 'azure' : 'openai';
}
