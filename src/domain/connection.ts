import type { ModelPrice } from './money.ts';
import type { EnhancementOverride } from './enhancements.ts';
import type { ImageTokenScheme } from './image-tokens.ts';
import type { VideoOverride } from './video-chat.ts';

/**
 * Where questions go. Secrets (key, token, Computer Vision key, container SAS) are never part of this record:
 * the store keeps them apart, wrapped.
 */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly authentication: 'api-key' | 'bearer-token';
  readonly deployment: string;
  /** Absent in records of earlier versions: `global`. */
  readonly deploymentType?: DeploymentType;
  /** Taken off every price of this connection: a gateway's or an enterprise agreement's. 0 to 100; absent: none. */
  readonly discountPercent?: number;
  readonly model: ModelChoice;
  /** Dated API version of a classic endpoint; null on v1. */
  readonly apiVersion: string | null;
  /** Base of the Computer Vision resource, or null. */
  readonly visionEndpoint: string | null;
  /** `same`: this is an Azure AI services resource, whose own address and key open Computer Vision. Absent: another. */
  readonly visionSource?: 'same';
  /** Where enhancements are spelled otherwise than the API version says. */
  readonly enhancements?: EnhancementOverride;
  /** How it is asked about a video of an index, where not as the API version and the resource say. */
  readonly video?: VideoOverride;
  /** Which secrets are kept for this connection (never their value). */
  readonly secrets: readonly SecretName[];
  /** What answers taught us about this deployment. */
  readonly learned: { readonly maxTokensParam?: 'max_tokens' | 'max_completion_tokens' };
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly rev: number;
}

/** How a deployment is billed; `provisioned` is paid by the hour, whatever passes through it. */
export type DeploymentType = (typeof deploymentTypes)[number];

export const deploymentTypes = [
  'global',
  'data-zone',
  'regional',
  'provisioned',
  'global-batch',
  'data-zone-batch',
] as const;

export type SecretName = 'apiKey' | 'bearerToken' | 'visionKey' | 'blobSas';

/** Which API family, and the URL in front of its fixed part. */
export interface Endpoint {
  /** `classic`: `{base}/openai/deployments/…`; `v1`: `{base}/openai/v1/…`. No trailing slash, no query. */
  readonly base: string;
  readonly api: 'classic' | 'v1';
  /** A gateway may leave the `/openai` folder out: `{base}/deployments/…`, `{base}/v1/…`. */
  readonly withoutOpenaiFolder?: true;
}

export type ModelChoice =
  /** A row of the catalogue, by its id, such as `gpt-4.1@2025-04-14`. */
  | { readonly kind: 'catalog'; readonly id: string }
  /** A model the catalogue does not know; the person typed in what it can do. */
  | {
      readonly kind: 'other';
      readonly name: string;
      readonly capabilities: ModelCapabilities;
      readonly price: ModelPrice | null;
    };

/** What decides how a request may look. Everything here comes from the catalogue or from the person. */
export interface ModelCapabilities {
  readonly takesPictures: boolean;
  readonly maxTokensParam: 'max_tokens' | 'max_completion_tokens' | 'either';
  /** temperature, top_p, penalties, stop and seed are accepted. */
  readonly takesSampling: boolean | 'effort-none-only';
  readonly reasoningEfforts: readonly string[];
  readonly streams: boolean;
  readonly jsonMode: boolean;
  readonly jsonModeWithPictures: boolean;
  readonly structuredOutputs: boolean;
  readonly chatCompletions: boolean;
  readonly visionEnhancements: boolean;
  readonly maxPictures: number;
  /** Bytes of one picture as sent, before base64. */
  readonly maxPictureBytes: number;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly encoding: 'cl100k_base' | 'o200k_base' | null;
  readonly imageTokens: ImageTokenScheme | null;
  /** Who publishes that rule; null: nobody, or it is the person's own. Azure documents the tile rules only. */
  readonly imageTokensBy: 'azure' | 'openai' | null;
}

/** The simulator inside the page answers this origin; `.invalid` can never be a real host (RFC 2606). */
export const SIMULATOR_ORIGIN = 'https://simulator.invalid';

/** A model nobody knows: neither forbids what may work nor asks for what may be refused (catalog/capabilities.ts). */
export const unknownModel: ModelCapabilities = {
  takesPictures: true,
  maxTokensParam: 'either',
  takesSampling: false,
  reasoningEfforts: [],
  streams: true,
  jsonMode: true,
  jsonModeWithPictures: true,
  structuredOutputs: false,
  chatCompletions: true,
  visionEnhancements: false,
  maxPictures: 50,
  maxPictureBytes: 20 * 1024 * 1024,
  contextTokens: null,
  maxOutputTokens: null,
  encoding: null,
  imageTokens: null,
  imageTokensBy: null,
};
