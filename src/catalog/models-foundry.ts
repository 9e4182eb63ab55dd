import type { CatalogModel } from './model.ts';
import { ends } from './retirement.ts';
import { otherModelTable, retirementSchedule } from './source.ts';

/** What the models of other makers share; Azure publishes no limit of pictures and no token rule for them. */
const foundry = {
  alsoNamed: [],
  provider: 'foundry',
  status: 'current',
  vision: true,
  chatCompletions: true,
  responsesApi: null,
  contextTokens: 128_000,
  maxInputTokens: 128_000,
  maxOutputTokens: 128_000,
  maxTokensParam: 'max_tokens',
  takesSampling: true,
  reasoningEfforts: [],
  streams: true,
  jsonMode: false,
  jsonModeWithPictures: false,
  structuredOutputs: null,
  toolsWithPictures: true,
  visionEnhancements: false,
  maxPictures: null,
  encoding: null,
  imageTokens: null,
  imageTokensConfidence: null,
  retirement: ends(null, 'ga'),
  sources: [otherModelTable],
} as const;

const jsonUnknown = { jsonMode: null, jsonModeWithPictures: null, toolsWithPictures: null } as const;

const llama = { ...foundry, ...jsonUnknown, maxOutputTokens: 8192 } as const;

const mistral = {
  ...foundry,
  jsonMode: true,
  jsonModeWithPictures: true,
  imageTokens: 'mistral-28px',
  imageTokensConfidence: 'estimate',
} as const;

const preview = { status: 'preview', retirement: ends(null, 'preview') } as const;

const kimi = {
  ...foundry,
  ...preview,
  contextTokens: 262_144,
  maxInputTokens: 262_144,
  maxOutputTokens: 262_144,
} as const;

const grok = {
  ...foundry,
  takesSampling: null,
  reasoningEfforts: ['low', 'medium', 'high', 'xhigh'],
  jsonMode: true,
  jsonModeWithPictures: true,
} as const;

/** Text only on Azure, although xAI's own grok-4 takes pictures. Listed so that the app refuses pictures. */
const grokText = {
  ...foundry,
  vision: false,
  contextTokens: 262_000,
  maxInputTokens: 262_000,
  maxOutputTokens: 8192,
  // "GA or Preview", by model; the schedule at hand was not read model by model.
  retirement: ends(null, null),
} as const;

/** Served by the Anthropic Messages API; listed so that the app can say why Chat Completions fails. */
const claude = {
  ...foundry,
  provider: 'foundry-partner',
  chatCompletions: false,
  responsesApi: true,
  contextTokens: null,
  maxInputTokens: null,
  maxOutputTokens: null,
  maxTokensParam: null,
  takesSampling: null,
  streams: null,
  ...jsonUnknown,
  sources: [retirementSchedule],
} as const;

export const foundryModels: readonly CatalogModel[] = [
  // Azure states 1M tokens in and out; models.dev states 8,192 out. Tools: no; response format: text.
  row('Llama-4-Maverick-17B-128E-Instruct-FP8', {
    ...foundry,
    contextTokens: 1_000_000,
    maxInputTokens: 1_000_000,
    maxOutputTokens: 8192,
    toolsWithPictures: false,
  }),
  row('Llama-4-Scout-17B-16E-Instruct', llama),
  row('Llama-3.2-11B-Vision-Instruct', {
    ...llama,
    status: 'retired',
    retirement: ends('2026-06-13', 'retired'),
  }),
  row('Llama-3.2-90B-Vision-Instruct', {
    ...llama,
    status: 'retired',
    retirement: ends('2026-06-13', 'retired'),
  }),
  row('Phi-4-multimodal-instruct', {
    ...foundry,
    ...jsonUnknown,
    maxOutputTokens: 4096,
    toolsWithPictures: false,
  }),
  row('mistral-medium-2505', mistral),
  row('mistral-small-2503', { ...mistral, maxOutputTokens: 32_768 }),
  row('mistral-medium-3-5', { ...mistral, ...preview, toolsWithPictures: false }),
  row('Mistral-Large-3', {
    ...mistral,
    ...preview,
    contextTokens: null,
    maxInputTokens: null,
    maxOutputTokens: null,
  }),
  row('Kimi-K2.5', { ...kimi, retirement: ends('2027-01-26', 'preview') }),
  row('Kimi-K2.6', { ...kimi, retirement: ends('2027-04-16', 'preview') }),
  row('Kimi-K2.7-Code', { ...kimi, status: 'retired', retirement: ends('2026-10-03', 'preview') }),
  row('grok-4.7', {
    ...grok,
    contextTokens: 500_000,
    maxInputTokens: 500_000,
    maxOutputTokens: null,
    retirement: ends('2027-04-06', 'ga'),
  }),
  row('grok-4.6', { ...grok, ...preview, contextTokens: 200_000, maxInputTokens: 200_000 }),
  // The model table writes 4.1 where the retirement schedule writes 4-1.
  row('grok-4-1-fast-reasoning', { ...foundry, alsoNamed: ['grok-4.1-fast-reasoning'] }),
  row('grok-4-1-fast-non-reasoning', { ...foundry, alsoNamed: ['grok-4.1-fast-non-reasoning'] }),
  row('grok-4', grokText),
  row('grok-4.3', grokText),
  row('grok-4-20', grokText),
  row('grok-code-fast-1', grokText),
  row('claude-sonnet-5', claude),
  row('claude-opus-5', claude),
  row('claude-opus-4-8', claude),
];

function row(model: string, facts: Omit<CatalogModel, 'id' | 'model' | 'version'>): CatalogModel {
  return { id: `${model}@1`, model, version: '1', ...facts };
}
