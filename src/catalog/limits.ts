import { inputLimits, quotas, type Source } from './source.ts';

/** A published limit; null: none is published. */
export interface Limit {
  readonly value: number | null;
  readonly from: Source;
}

export const limits = {
  /** "20 MB"; counted as 20,971,520 bytes, as Azure's own Image Analysis pages spell it out. */
  pictureBytes: { value: 20 * 1024 * 1024, from: inputLimits },
  /** gpt-4o and later; over the whole history. Measured on gpt-6-astra: 50 pass, 51 are refused. */
  picturesPerRequest: { value: 50, from: quotas },
  /** gpt-4 vision-preview and turbo: "Too many images in request. Max is 10." */
  picturesPerRequestOfGpt4: { value: 10, from: quotas },
  /** No limit of a whole body is published for Azure (OpenAI's own 512 MB does not bind it), nor a 413 sample. */
  bodyBytes: { value: null, from: quotas },
  messagesPerRequest: { value: 2048, from: quotas },
  toolsPerRequest: { value: 128, from: quotas },
} as const satisfies Record<string, Limit>;
