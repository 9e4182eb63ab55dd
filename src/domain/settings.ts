import type { AnalysisFeature, AnalysisLanguage } from './picture-analysis.ts';

/** What a person may set for requests of one conversation; null leaves the service's default. */
export interface RequestSettings {
  readonly systemPrompt: string;
  readonly maxTokens: number;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly stop: readonly string[];
  readonly seed: number | null;
  readonly presencePenalty: number | null;
  readonly frequencyPenalty: number | null;
  readonly responseFormat: 'text' | 'json';
  readonly reasoningEffort: string | null;
  readonly stream: boolean;
  /** Only the newest N pictures of the whole history are sent; null: all. */
  readonly keepNewestPictures: number | null;
  /** Only the newest N of them as they were attached, older ones at low detail; null: all. */
  readonly keepNewestFull: number | null;
  readonly ocrEnhancement: boolean;
  readonly groundingEnhancement: boolean;
  /** Pictures are read by Image Analysis before each question; null: they are not. */
  readonly reading: ReadingSettings | null;
}

/** `max_tokens` is always sent: the seed page's models answer 16 tokens without it (Learn, quotas and limits). */
export const defaultSettings: RequestSettings = {
  systemPrompt: '',
  maxTokens: 4096,
  temperature: null,
  topP: null,
  stop: [],
  seed: null,
  presencePenalty: null,
  frequencyPenalty: null,
  responseFormat: 'text',
  reasoningEffort: null,
  stream: true,
  keepNewestPictures: null,
  keepNewestFull: null,
  ocrEnhancement: false,
  groundingEnhancement: false,
  reading: null,
};

/** What a conversation asks Image Analysis for before each question. */
export interface ReadingSettings {
  readonly features: readonly AnalysisFeature[];
  readonly language: AnalysisLanguage;
  /** Most tokens of what is found that go with one question. */
  readonly budgetTokens: number;
}

export const defaultReading: ReadingSettings = {
  features: ['text', 'objects'],
  language: 'en',
  budgetTokens: 2_000,
};
