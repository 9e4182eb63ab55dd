import type { CatalogModel } from '#catalog';
import { isFrom, type Call } from './asked.ts';
import { answerFilters, blockedFilters, filterFailed, promptFilters } from './filters.ts';
import type { Reply, ReplyUsage } from './reply.ts';
import type { Surroundings } from './surroundings.ts';

/** What every object of one answer says about it. */
export interface Envelope {
  readonly id: string;
  readonly createdSeconds: number;
  readonly model: string;
  readonly fingerprint: string;
}

export function toEnvelope(reply: Reply, around: Surroundings): Envelope {
  return {
    id: around.newId('chatcmpl-', 29),
    createdSeconds: Math.floor(around.now() / 1000),
    model: reportedName(reply.model),
    fingerprint: `fp_${around.newId('', 10).toLowerCase()}`,
  };
}

/** A model as answers name it: `gpt-4o-2024-11-20`; the preview said just `gpt-4` (SEED's samples). */
export function reportedName({ model, version, visionEnhancements }: CatalogModel): string {
  if (visionEnhancements) return model;
  return model === 'gpt-4' ? `gpt-4-${version}` : `${model}-${version}`;
}

/** A whole answer, as `POST …/chat/completions` returns it without streaming. */
export function toCompletion(call: Call, reply: Reply, envelope: Envelope): object {
  const { fault } = call.scenario;
  const isExtension = isOfExtensions(call, reply);
  const isBare = isBareAnswer(call, reply);
  const blocked = reply.finish === 'content_filter';
  const withdrawn = fault === 'filtered-late' || fault === 'filtered-midway';
  const filters =
    blocked || withdrawn ? blockedFilters : fault === 'filter-failed' ? filterFailed : answerFilters;
  return {
    choices: [
      {
        ...(fault === 'no-filters' || isBare ? {} : { content_filter_results: filters }),
        ...finishOf(call, reply, withdrawn ? 'content_filter' : reply.finish),
        index: 0,
        ...(isBare ? {} : { logprobs: null }),
        ...(blocked || withdrawn ? { message: { role: 'assistant' } } : { message: messageOf(call, reply) }),
        ...enhancementsOf(reply),
      },
    ],
    created: envelope.createdSeconds,
    id: envelope.id,
    model: envelope.model,
    object: isExtension ? 'extensions.chat.completion' : 'chat.completion',
    ...(fault === 'no-filters' || isBare
      ? {}
      : { prompt_filter_results: [{ prompt_index: 0, content_filter_results: promptFilters }] }),
    ...(isBare ? {} : { system_fingerprint: envelope.fingerprint }),
    ...(fault === 'no-usage' ? {} : { usage: toUsage(call, reply.usage) }),
  };
}

/** Samples of enhanced answers, and of those about videos, have neither filter results nor a fingerprint. */
export function isBareAnswer({ api }: Call, { isEnhanced, isAboutVideo }: Reply): boolean {
  return api.family === 'extensions' || isEnhanced || isAboutVideo;
}

/** About a video the answer is an ordinary one, on this path as well (`video-chat.response.json`). */
export function isOfExtensions({ api }: Call, { isAboutVideo }: Reply): boolean {
  return api.family === 'extensions' && !isAboutVideo;
}

function messageOf(call: Call, reply: Reply): object {
  const content = reply.refusal === null ? reply.text : null;
  return hasDetails(call)
    ? { annotations: [], content, refusal: reply.refusal, role: 'assistant' }
    : { role: 'assistant', content };
}

/** The grounding enhancement's block of a choice; OCR has none (api.md 3.3). */
export function enhancementsOf({ grounding }: Reply): object {
  return grounding ? { enhancements: { grounding } } : {};
}

/**
 * Extensions of the preview, and enhanced answers, say `finish_details` instead of `finish_reason` (SPEC 2023-12,
 * SEED's sample).
 */
export function finishOf(call: Call, reply: Reply, finish: Reply['finish']): object {
  const isOlder = isOfExtensions(call, reply) || reply.isEnhanced;
  if (!isOlder || finish === 'content_filter') return { finish_reason: finish };
  return {
    finish_details: finish === 'length' ? { type: 'max_tokens' } : { type: 'stop', stop: '<|fim_suffix|>' },
  };
}

/** Details are there from 2024-09-01-preview on (V1DOC). */
export function toUsage(call: Call, usage: ReplyUsage): object {
  const { promptTokens, completionTokens, cachedTokens, reasoningTokens, cacheWriteTokens, imageTokens } =
    usage;
  const totals = {
    completion_tokens: completionTokens,
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + completionTokens,
  };
  if (!hasDetails(call)) return totals;
  return {
    ...totals,
    completion_tokens_details: {
      accepted_prediction_tokens: 0,
      audio_tokens: 0,
      reasoning_tokens: reasoningTokens,
      rejected_prediction_tokens: 0,
    },
    prompt_tokens_details: {
      audio_tokens: 0,
      cached_tokens: cachedTokens,
      ...(cacheWriteTokens === null ? {} : { cache_write_tokens: cacheWriteTokens }),
      ...(imageTokens === null ? {} : { image_tokens: imageTokens }),
    },
  };
}

export function hasDetails({ api }: Call): boolean {
  return isFrom(api, '2024-09-01');
}
