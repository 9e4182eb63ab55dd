import type { AnswerFormat, Asked, AskedMessage, Call } from './asked.ts';
import { isFrom, isPicturePart, textOf } from './asked.ts';
import { ENHANCEMENT_FIELDS, readEnhancements, refuseEnhancementFields } from './read-enhancements.ts';
import { isRecord, missing, readMessages, wrongType } from './read-messages.ts';
import { readVideo, type VideoResource } from './read-video.ts';
import { extraField, invalidRequest, unrecognized } from './refusal.ts';

/** The request as it will be answered. Throws the refusal that Azure answers with. */
export function readAsked(call: Call, resource: VideoResource): Asked {
  refuseUnknownFields(call);
  refuseOfReasoningModels(call);
  refuseOutOfRange(call);
  const stream = readStream(call);
  const maxTokens = readMaxTokens(call);
  const stop = readStop(call);
  const reasoningEffort = readReasoningEffort(call);
  const messages = readMessages(call);
  return {
    messages,
    stream,
    includeUsage: readIncludeUsage(call, stream),
    maxTokens,
    stop,
    reasoningEffort,
    format: readFormat(call, messages),
    enhancements: readEnhancements(call, messages),
    video: readVideo(call, messages, resource),
  };
}

/** Fields and the first dated API version that has them (V1DOC; null: always). */
const FIELDS: Readonly<Record<string, string | null>> = {
  model: null,
  messages: null,
  max_tokens: null,
  temperature: null,
  top_p: null,
  n: null,
  stream: null,
  stop: null,
  user: null,
  presence_penalty: null,
  frequency_penalty: null,
  logit_bias: null,
  logprobs: '2023-12-01',
  top_logprobs: '2023-12-01',
  seed: '2023-12-01',
  response_format: '2023-12-01',
  tools: '2023-12-01',
  tool_choice: '2023-12-01',
  functions: null,
  function_call: null,
  stream_options: '2024-09-01',
  max_completion_tokens: '2024-09-01',
  parallel_tool_calls: '2024-09-01',
  reasoning_effort: '2024-12-01',
  store: '2024-12-01',
  metadata: '2024-12-01',
  user_security_context: '2024-12-01',
  prediction: '2025-01-01',
  modalities: '2025-01-01',
  service_tier: '2025-04-01',
  verbosity: '2025-04-01',
  prompt_cache_key: '2025-04-01',
  safety_identifier: '2025-04-01',
};

/** Not known to the backend of the preview, whatever the API version (SEED; azure-docs#119173). */
const NOT_IN_VISION_PREVIEW = new Set([
  'functions',
  'function_call',
  'tools',
  'tool_choice',
  'logprobs',
  'top_logprobs',
  'response_format',
  'max_completion_tokens',
]);

function refuseUnknownFields(call: Call): void {
  const isPreview = call.model.visionEnhancements;
  refuseEnhancementFields(call);
  for (const name of Object.keys(call.body)) {
    if (ENHANCEMENT_FIELDS.includes(name)) continue;
    const since = FIELDS[name];
    if (since === undefined) throw isPreview ? extraField(name) : unrecognized(name);
    if (since !== null && !isFrom(call.api, since)) throw extraField(name);
    if (isPreview && NOT_IN_VISION_PREVIEW.has(name)) throw extraField(name);
  }
}

/** REASON; with effort "none" the later ones take sampling again. */
function refuseOfReasoningModels(call: Call): void {
  const { takesSampling } = call.capabilities;
  const samples =
    takesSampling === 'effort-none-only' ? call.body['reasoning_effort'] === 'none' : takesSampling;
  if (samples) return;
  for (const name of ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty']) {
    const value = call.body[name];
    const usual = name.endsWith('penalty') ? 0 : 1;
    if (value !== undefined && value !== null && value !== usual) {
      throw invalidRequest(
        `Unsupported value: '${name}' does not support ${String(value)} with this model. Only the default (${usual}) value is supported.`,
        name,
        'unsupported_value',
      );
    }
  }
  for (const name of ['stop', 'logprobs', 'top_logprobs', 'logit_bias']) {
    if (call.body[name] !== undefined && call.body[name] !== null) {
      throw invalidRequest(
        `Unsupported parameter: '${name}' is not supported with this model.`,
        name,
        'unsupported_parameter',
      );
    }
  }
}

const RANGES: readonly (readonly [name: string, least: number, most: number])[] = [
  ['temperature', 0, 2],
  ['top_p', 0, 1],
  ['presence_penalty', -2, 2],
  ['frequency_penalty', -2, 2],
];

function refuseOutOfRange(call: Call): void {
  for (const [name, least, most] of RANGES) {
    const value = call.body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') throw wrongType(name, 'a decimal', value);
    if (value < least || value > most) {
      const [side, sign, bound] =
        value < least ? ['below minimum', '>=', least] : ['above maximum', '<=', most];
      throw invalidRequest(
        `Invalid '${name}': decimal ${side} value. Expected a value ${sign} ${bound}, but got ${value} instead.`,
        name,
        `decimal_${side.replace(' minimum', '_min').replace(' maximum', '_max')}_value`,
      );
    }
  }
  const { n } = call.body;
  if (n !== undefined && n !== null && n !== 1) {
    throw invalidRequest(
      `Unsupported value: 'n' does not support ${String(n)} with this model. Only the default (1) value is supported.`,
      'n',
      'unsupported_value',
    );
  }
}

function readStream(call: Call): boolean {
  const stream = call.body['stream'] ?? false;
  if (typeof stream !== 'boolean') throw wrongType('stream', 'a boolean', stream);
  if (stream && call.model.streams === false) {
    throw invalidRequest(
      "Unsupported value: 'stream' does not support true with this model. Supported values are: false.",
      'stream',
      'unsupported_value',
    );
  }
  return stream;
}

function readIncludeUsage(call: Call, stream: boolean): boolean {
  const options = call.body['stream_options'];
  if (options === undefined || options === null) return false;
  if (!isRecord(options)) throw wrongType('stream_options', 'an object', options);
  if (!stream) {
    throw invalidRequest(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
    );
  }
  return options['include_usage'] === true;
}

/** SEED and LIMITS: without a limit the first vision models stop after 16 tokens, gpt-4o after 4,096. */
function defaultMaxTokens(call: Call): number {
  if (call.model.model === 'gpt-4') return 16;
  const most = call.capabilities.maxOutputTokens ?? 4096;
  return call.capabilities.maxTokensParam === 'max_completion_tokens' ? most : Math.min(most, 4096);
}

function readMaxTokens(call: Call): number {
  const given = ['max_tokens', 'max_completion_tokens'].filter(
    (name) => call.body[name] !== undefined && call.body[name] !== null,
  );
  if (given.length === 2) {
    throw invalidRequest(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    );
  }
  const [name] = given;
  if (name === undefined) return defaultMaxTokens(call);
  const wanted = call.capabilities.maxTokensParam;
  if (wanted !== 'either' && wanted !== name) {
    // Observed for max_tokens (dify#9746); the other way round is its mirror.
    throw invalidRequest(
      `Unsupported parameter: '${name}' is not supported with this model. Use '${wanted}' instead.`,
      name,
      'unsupported_parameter',
    );
  }
  return checkMaxTokens(call, name, call.body[name]);
}

function checkMaxTokens(call: Call, name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'an integer', value);
  if (value < 1) {
    throw invalidRequest(
      `Invalid '${name}': integer below minimum value. Expected a value >= 1, but got ${value} instead.`,
      name,
      'integer_below_min_value',
    );
  }
  const most = call.capabilities.maxOutputTokens;
  if (most !== null && value > most) {
    throw invalidRequest(
      `${name} is too large: ${value}. This model supports at most ${most} completion tokens, whereas you provided ${value}.`,
      name,
      'invalid_value',
    );
  }
  return value;
}

const MOST_STOPS = 4;

function readStop(call: Call): readonly string[] {
  const stop = call.body['stop'];
  if (stop === undefined || stop === null) return [];
  const stops: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  if (stops.length > MOST_STOPS) {
    throw invalidRequest(
      `Invalid 'stop': array too long. Expected an array with maximum length ${MOST_STOPS}, but got an array with length ${stops.length} instead.`,
      'stop',
      'array_above_max_length',
    );
  }
  return stops.map((text) => {
    if (typeof text !== 'string') throw wrongType('stop', 'a string', text);
    return text;
  });
}

function readReasoningEffort(call: Call): string | null {
  const effort = call.body['reasoning_effort'];
  if (effort === undefined || effort === null) return null;
  const { reasoningEfforts } = call.capabilities;
  if (reasoningEfforts.length === 0) throw unrecognized('reasoning_effort');
  if (typeof effort !== 'string' || !reasoningEfforts.includes(effort)) {
    const known = reasoningEfforts.map((known) => `'${known}'`).join(', ');
    throw invalidRequest(
      `Unsupported value: 'reasoning_effort' does not support '${String(effort)}' with this model. Supported values are: ${known}.`,
      'reasoning_effort',
      'unsupported_value',
    );
  }
  return effort;
}

function readFormat(call: Call, messages: readonly AskedMessage[]): AnswerFormat {
  const format = call.body['response_format'];
  const hasPictures = messages.some(({ parts }) => parts.some(isPicturePart));
  if (hasPictures && !call.capabilities.jsonModeWithPictures && Array.isArray(call.body['tools'])) {
    throw invalidRequest("'tools' is not supported with this model when images are in the request.", 'tools');
  }
  if (format === undefined || format === null) return { kind: 'text' };
  if (!isRecord(format)) throw wrongType('response_format', 'an object', format);
  const { jsonMode, jsonModeWithPictures, structuredOutputs } = call.capabilities;
  switch (format['type']) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      if (!jsonMode || (hasPictures && !jsonModeWithPictures)) throw formatNotSupported('json_object');
      if (!messages.some((message) => /json/i.test(textOf(message)))) {
        throw invalidRequest(
          "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
          'messages',
        );
      }
      return { kind: 'json' };
    case 'json_schema': {
      if (!structuredOutputs || !isFrom(call.api, '2024-08-01')) throw formatNotSupported('json_schema');
      const named = format['json_schema'];
      if (!isRecord(named) || !isRecord(named['schema'])) throw missing('response_format.json_schema.schema');
      return { kind: 'schema', schema: named['schema'] };
    }
    default:
      throw invalidRequest(
        `Invalid value: '${String(format['type'])}'. Supported values are: 'json_object', 'json_schema', and 'text'.`,
        'response_format.type',
        'invalid_value',
      );
  }
}

function formatNotSupported(type: string) {
  return invalidRequest(
    `Invalid parameter: 'response_format' of type '${type}' is not supported with this model.`,
    'response_format',
  );
}
