import type { Encoding } from '#domain/text-tokens.ts';
import type { SchemeId } from './schemes.ts';
import type { Source } from './source.ts';

/** A model as Microsoft publishes it. Null says that no source was found, never "no". */
export interface CatalogModel {
  /** `model@version`; stored in connections, so it never changes its meaning. */
  readonly id: string;
  readonly model: string;
  readonly version: string;
  /** Other names that services and portals use for exactly this model and version, lower case. */
  readonly alsoNamed: readonly string[];
  readonly provider: 'azure-openai' | 'foundry' | 'foundry-partner';
  /** As of `CHECKED_ON`; `statusOf` tells it for another day. */
  readonly status: ModelStatus;
  /** Whether it takes pictures. */
  readonly vision: boolean | null;
  readonly chatCompletions: boolean;
  readonly responsesApi: boolean | null;
  /** Input and output together. */
  readonly contextTokens: number | null;
  readonly maxInputTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly maxTokensParam: 'max_tokens' | 'max_completion_tokens' | 'either' | 'max_output_tokens' | null;
  readonly takesSampling: boolean | 'effort-none-only' | null;
  readonly reasoningEfforts: readonly string[];
  /** `limited`: for some customers only. */
  readonly streams: boolean | 'limited' | null;
  readonly jsonMode: boolean | null;
  /** Azure refuses JSON mode as soon as a picture is in the request. */
  readonly jsonModeWithPictures: boolean | null;
  readonly structuredOutputs: boolean | null;
  readonly toolsWithPictures: boolean | null;
  readonly visionEnhancements: boolean;
  readonly maxPictures: number | null;
  readonly encoding: Encoding | null;
  /** `routed`: that of the model which the router chose, known from the answer only. */
  readonly imageTokens: SchemeId | 'routed' | null;
  /**
   * Who says so: `documented` by OpenAI or Azure for this very model, `assumed` from its relatives, `estimate` from
   * open weights and not from Azure.
   */
  readonly imageTokensConfidence: 'documented' | 'assumed' | 'estimate' | null;
  readonly retirement: RetirementRow;
  readonly sources: readonly Source[];
}

/** `retiring`: has an end and takes no new deployments, or is listed as deprecated or legacy. */
export type ModelStatus = 'current' | 'retiring' | 'retired' | 'preview' | 'unverified';

export interface RetirementRow {
  /** ISO date; null: not published, or not as a day. */
  readonly date: string | null;
  readonly lifecycle: Lifecycle | null;
  /** The model Microsoft names instead. */
  readonly replacement: string | null;
  readonly from: Source;
}

/** `unlisted`: not in the schedule of `retirementSchedule`. */
export type Lifecycle = 'ga' | 'preview' | 'legacy' | 'deprecated' | 'retired' | 'unlisted';
