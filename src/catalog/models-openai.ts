import type { CatalogModel } from './model.ts';
import { ends, unlisted } from './retirement.ts';
import {
  gpt6Blog,
  gptSixAnnouncement,
  gptSixIssue,
  modelTable,
  quotas,
  reasoningTable,
  retiredModels,
  retirementSchedule,
  structuredOutputs,
  visionConcept,
  visionOverview,
} from './source.ts';

/** What nearly all of Azure OpenAI's vision models share; a row says where it differs. */
const azureOpenAi = {
  alsoNamed: [],
  provider: 'azure-openai',
  status: 'current',
  vision: true,
  chatCompletions: true,
  responsesApi: true,
  streams: true,
  structuredOutputs: true,
  toolsWithPictures: true,
  visionEnhancements: false,
  maxPictures: 50,
  encoding: 'o200k_base',
  imageTokensConfidence: 'documented',
} as const;

/** gpt-4 with vision: `max_tokens`, 10 pictures, 16 tokens of answer unless asked for more. */
const gpt4 = {
  ...azureOpenAi,
  status: 'retired',
  responsesApi: false,
  contextTokens: 128_000,
  maxInputTokens: 128_000,
  maxOutputTokens: 4096,
  maxTokensParam: 'max_tokens',
  takesSampling: true,
  reasoningEfforts: [],
  jsonModeWithPictures: false,
  structuredOutputs: false,
  toolsWithPictures: false,
  maxPictures: 10,
  encoding: 'cl100k_base',
  imageTokens: 'tile-85-170',
} as const;

/** gpt-4o to gpt-4.5: either name for the token limit, all sampling settings, JSON mode. */
const gpt4o = {
  ...azureOpenAi,
  status: 'retiring',
  contextTokens: 128_000,
  maxInputTokens: 128_000,
  maxOutputTokens: 16_384,
  maxTokensParam: 'either',
  takesSampling: true,
  reasoningEfforts: [],
  jsonMode: true,
  jsonModeWithPictures: true,
  imageTokens: 'tile-85-170',
} as const;

const gpt41 = {
  ...gpt4o,
  contextTokens: 1_047_576,
  maxInputTokens: 1_047_576,
  maxOutputTokens: 32_768,
} as const;

/** Reasoning models: `max_completion_tokens`, no sampling. Azure's JSON-mode page lists none of them. */
const reasoning = {
  ...azureOpenAi,
  maxTokensParam: 'max_completion_tokens',
  takesSampling: false,
  jsonMode: null,
  jsonModeWithPictures: null,
} as const;

const oSeries = {
  ...reasoning,
  status: 'retired',
  contextTokens: 200_000,
  maxInputTokens: 200_000,
  maxOutputTokens: 100_000,
  reasoningEfforts: ['low', 'medium', 'high'],
  imageTokens: 'tile-75-150',
} as const;

const gpt5 = {
  ...reasoning,
  contextTokens: 400_000,
  maxInputTokens: 272_000,
  maxOutputTokens: 128_000,
  reasoningEfforts: ['minimal', 'low', 'medium', 'high'],
  imageTokens: 'tile-70-140',
} as const;

/**
 * From gpt-5.1 on third parties (AI SDK, litellm) report that sampling works with effort `none`; Azure's page says
 * no reasoning model takes it.
 */
const gpt51 = {
  ...gpt5,
  takesSampling: 'effort-none-only',
  reasoningEfforts: ['none', 'low', 'medium', 'high'],
} as const;

const gpt52 = {
  ...gpt51,
  reasoningEfforts: ['none', 'low', 'medium', 'high', 'xhigh'],
  imageTokens: 'patch-5.2',
} as const;

const gpt54 = { ...gpt52, imageTokens: 'patch-5.4' } as const;

const millionContext = { contextTokens: 1_050_000, maxInputTokens: 922_000 } as const;

const gpt56 = {
  ...gpt52,
  ...millionContext,
  reasoningEfforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
  imageTokens: 'patch-5.6',
} as const;

/** Third parties saw gpt-6's siblings on Azure; Microsoft's tables at hand do not name them. */
const gpt6Unverified = {
  ...gpt56,
  status: 'unverified',
  imageTokens: 'patch-6',
  imageTokensConfidence: 'assumed',
  retirement: unlisted,
  sources: [gptSixAnnouncement],
} as const;

const noNoneEffort = {
  takesSampling: false,
  reasoningEfforts: ['low', 'medium', 'high', 'xhigh', 'max'],
} as const;

/** Listed so that the app can say why they fail on Chat Completions. */
const responsesOnly = {
  chatCompletions: false,
  maxTokensParam: 'max_output_tokens',
  takesSampling: false,
  jsonMode: false,
  jsonModeWithPictures: false,
} as const;

/** Their retirement is published as a range, 2027-03-17 to 2027-08-24. */
const codex = {
  ...gpt52,
  ...responsesOnly,
  imageTokens: null,
  imageTokensConfidence: null,
  retirement: ends(null, 'ga'),
  sources: [modelTable, retirementSchedule],
} as const;

/** Azure does not say whether the chat variants take pictures. */
const gpt5Chat = {
  ...reasoning,
  status: 'retired',
  vision: null,
  contextTokens: 128_000,
  maxInputTokens: 111_616,
  maxOutputTokens: 16_384,
  reasoningEfforts: ['medium'],
  imageTokens: null,
  imageTokensConfidence: null,
  retirement: ends('2026-06-29', 'retired', 'gpt-chat-latest'),
  sources: [retirementSchedule],
} as const;

const listed = [modelTable, structuredOutputs];
const listedReasoning = [modelTable, reasoningTable, structuredOutputs];

export const openAiModels: readonly CatalogModel[] = [
  row('gpt-4', 'vision-preview', {
    ...gpt4,
    alsoNamed: ['gpt-4-vision-preview', 'gpt-4-1106-vision-preview', 'gpt-4-vision', 'gpt-4v'],
    jsonMode: false,
    visionEnhancements: true,
    retirement: ends(null, 'retired', 'gpt-4 turbo-2024-04-09', {
      source: 'azure-ai-docs@014bb4a1 model-retirements.md (upgraded from 2025-01-27 on)',
      asOf: '2025-01-09',
    }),
    sources: [visionConcept, quotas],
  }),
  row('gpt-4', 'turbo-2024-04-09', {
    ...gpt4,
    alsoNamed: ['gpt-4-turbo-2024-04-09', 'gpt-4-turbo'],
    // With text alone; "not when the request has images" (Learn).
    jsonMode: true,
    retirement: ends(null, 'retired', 'gpt-4o', {
      source: 'azure-ai-docs@00b1f657 includes/retirement/models.md (no longer listed)',
      asOf: '2025-12-16',
    }),
    sources: [modelTable, visionConcept],
  }),

  row('gpt-4o', '2024-05-13', {
    ...gpt4o,
    maxOutputTokens: 4096,
    structuredOutputs: false,
    retirement: ends('2026-12-09', 'deprecated', 'gpt-5.6-sol'),
    sources: [modelTable],
  }),
  row('gpt-4o', '2024-08-06', {
    ...gpt4o,
    retirement: ends('2027-04-14', 'deprecated', 'gpt-5.1'),
    sources: listed,
  }),
  row('gpt-4o', '2024-11-20', {
    ...gpt4o,
    retirement: ends('2027-04-14', 'legacy', 'gpt-5.1'),
    sources: listed,
  }),
  row('gpt-4o-mini', '2024-07-18', {
    ...gpt4o,
    imageTokens: 'tile-2833-5667',
    retirement: ends('2027-04-14', 'deprecated'),
    sources: [modelTable, visionOverview, structuredOutputs],
  }),
  row('gpt-4.1', '2025-04-14', { ...gpt41, retirement: ends('2027-04-14', 'deprecated'), sources: listed }),
  row('gpt-4.1-mini', '2025-04-14', {
    ...gpt41,
    imageTokens: 'patch-4.1-mini',
    retirement: ends('2027-04-14', 'deprecated'),
    sources: listed,
  }),
  row('gpt-4.1-nano', '2025-04-14', {
    ...gpt41,
    status: 'retired',
    imageTokens: 'patch-4.1-nano',
    retirement: ends('2026-10-14', 'deprecated'),
    sources: listed,
  }),
  // Limits and flags from general knowledge; the Azure row was not read again.
  row('gpt-4.5-preview', '2025-02-27', {
    ...gpt4o,
    status: 'retired',
    retirement: ends('2025-07-14', 'retired', 'gpt-4.1', retiredModels),
    sources: [retiredModels],
  }),

  row('o1', '2024-12-17', {
    ...oSeries,
    streams: false,
    retirement: ends('2026-11-19', 'deprecated', 'gpt-5.6-sol'),
    sources: listedReasoning,
  }),
  row('o1-pro', '2025-03-19', {
    ...oSeries,
    ...responsesOnly,
    streams: false,
    retirement: ends('2026-11-19', 'deprecated', 'gpt-5.6-sol'),
    sources: [retirementSchedule],
  }),
  row('o3', '2025-04-16', {
    ...oSeries,
    streams: 'limited',
    retirement: ends('2026-11-19', 'deprecated', 'gpt-5.6-sol'),
    sources: [reasoningTable, structuredOutputs],
  }),
  row('o3-pro', '2025-06-10', {
    ...oSeries,
    ...responsesOnly,
    streams: false,
    retirement: ends('2026-11-19', 'deprecated', 'gpt-5.6-sol'),
    sources: [reasoningTable, structuredOutputs],
  }),
  row('o4-mini', '2025-04-16', {
    ...oSeries,
    imageTokens: 'patch-o4-mini',
    retirement: ends('2026-11-19', 'deprecated', 'gpt-5.6-terra'),
    sources: [reasoningTable, structuredOutputs],
  }),

  row('gpt-5', '2025-08-07', { ...gpt5, retirement: ends('2027-02-09', 'ga'), sources: listedReasoning }),
  row('gpt-5-mini', '2025-08-07', {
    ...gpt5,
    imageTokens: 'patch-5-mini',
    retirement: ends('2027-02-09', 'ga'),
    sources: listedReasoning,
  }),
  row('gpt-5-nano', '2025-08-07', {
    ...gpt5,
    imageTokens: 'patch-5-nano',
    retirement: ends('2027-02-09', 'ga'),
    sources: listedReasoning,
  }),
  // Not a reasoning model: it takes sampling.
  row('gpt-5-chat', '2025-08-07', gpt5ChatFirst('2026-06-29')),
  row('gpt-5-chat', '2025-10-03', gpt5ChatFirst('2026-05-13')),
  row('gpt-5-pro', '2025-10-06', {
    ...gpt5,
    ...responsesOnly,
    streams: false,
    reasoningEfforts: ['high'],
    imageTokensConfidence: 'assumed',
    retirement: ends('2027-04-07', 'ga'),
    sources: listedReasoning,
  }),

  row('gpt-5-codex', '2025-09-15', codex),
  row('gpt-5.1-codex', '2025-11-13', codex),
  row('gpt-5.1-codex-mini', '2025-11-13', codex),
  row('gpt-5.1-codex-max', '2025-12-04', codex),
  row('gpt-5.2-codex', '2026-01-14', codex),
  row('gpt-5.3-codex', '2026-02-24', codex),

  row('gpt-5.1', '2025-11-13', { ...gpt51, retirement: ends('2027-05-15', 'ga'), sources: listedReasoning }),
  row('gpt-5.2', '2025-12-11', { ...gpt52, retirement: ends('2027-06-08', 'ga'), sources: [modelTable] }),
  row('gpt-5.1-chat', '2025-11-13', gpt5Chat),
  row('gpt-5.2-chat', '2025-12-11', gpt5Chat),
  row('gpt-5.2-chat', '2026-02-10', gpt5Chat),
  row('gpt-5.3-chat', '2026-03-03', gpt5Chat),
  row('gpt-chat-latest', '2026-08-06', {
    ...gpt5Chat,
    status: 'retiring',
    reasoningEfforts: [],
    imageTokens: 'patch-5.5',
    imageTokensConfidence: 'assumed',
    retirement: ends('2026-12-02', 'preview'),
    sources: [modelTable, retirementSchedule],
  }),

  row('gpt-5.4', '2026-03-05', {
    ...gpt54,
    ...millionContext,
    retirement: ends('2027-09-02', 'ga'),
    sources: [modelTable],
  }),
  row('gpt-5.4-mini', '2026-03-17', {
    ...gpt54,
    retirement: ends('2027-09-21', 'ga'),
    sources: [modelTable],
  }),
  row('gpt-5.4-nano', '2026-03-17', {
    ...gpt54,
    retirement: ends('2027-09-21', 'ga'),
    sources: [modelTable],
  }),
  row('gpt-5.4-pro', '2026-03-05', {
    ...gpt54,
    ...millionContext,
    ...responsesOnly,
    reasoningEfforts: ['medium', 'high', 'xhigh'],
    streams: null,
    structuredOutputs: false,
    imageTokensConfidence: 'assumed',
    retirement: ends('2027-09-07', 'ga'),
    sources: [modelTable],
  }),
  row('gpt-5.5', '2026-04-24', {
    ...gpt54,
    ...millionContext,
    imageTokens: 'patch-5.5',
    retirement: ends('2027-10-26', 'ga'),
    sources: [modelTable],
  }),
  row('gpt-5.6-sol', '2026-07-09', {
    ...gpt56,
    retirement: ends('2028-01-11', 'ga'),
    sources: [retirementSchedule],
  }),
  row('gpt-5.6-terra', '2026-07-09', {
    ...gpt56,
    retirement: ends('2028-01-11', 'ga'),
    sources: [retirementSchedule],
  }),
  row('gpt-5.6-luna', '2026-07-09', {
    ...gpt56,
    retirement: ends('2028-01-11', 'ga'),
    sources: [retirementSchedule],
  }),
  // On Chat Completions two sources disagree about efforts `none` and `max`, so neither is offered.
  row('gpt-6-astra', '2026-09-03', {
    ...gpt56,
    reasoningEfforts: ['low', 'medium', 'high', 'xhigh'],
    imageTokens: 'patch-6',
    retirement: ends(null, 'ga', null, gpt6Blog),
    sources: [gptSixIssue],
  }),
  row('gpt-6-sol', '2026-09-22', gpt6Unverified),
  row('gpt-6-luna', '2026-09-22', gpt6Unverified),
  row('gpt-6.1-sol', '2026-09-29', { ...gpt6Unverified, ...noNoneEffort }),
  row('gpt-6.2-astra', 'unknown', { ...gpt6Unverified, ...noNoneEffort }),
  row('gpt-6.2-sol', 'unknown', { ...gpt6Unverified, ...noNoneEffort }),

  // Takes pictures, but chooses by the text alone (azure-ai-docs@0cd8f84a, 2026-04-10).
  row('model-router', '2025-11-18', {
    ...azureOpenAi,
    contextTokens: 200_000,
    maxInputTokens: 200_000,
    maxOutputTokens: null,
    maxTokensParam: 'either',
    takesSampling: 'effort-none-only',
    reasoningEfforts: [],
    jsonMode: null,
    jsonModeWithPictures: null,
    toolsWithPictures: null,
    imageTokens: 'routed',
    imageTokensConfidence: null,
    retirement: ends('2027-05-20', 'ga'),
    sources: [modelTable, retirementSchedule],
  }),
];

function row(
  model: string,
  version: string,
  facts: Omit<CatalogModel, 'id' | 'model' | 'version'>,
): CatalogModel {
  return { id: `${model}@${version}`, model, version, ...facts };
}

function gpt5ChatFirst(retiredOn: string): Omit<CatalogModel, 'id' | 'model' | 'version'> {
  return {
    ...reasoning,
    status: 'retired',
    contextTokens: 128_000,
    maxInputTokens: 128_000,
    maxOutputTokens: 16_384,
    takesSampling: true,
    reasoningEfforts: [],
    structuredOutputs: null,
    toolsWithPictures: false,
    imageTokens: 'tile-70-140',
    retirement: ends(retiredOn, 'retired', 'gpt-chat-latest'),
    sources: [modelTable],
  };
}
