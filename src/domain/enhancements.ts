import type { Connection, ModelCapabilities } from './connection.ts';

/** What a request asks the vision enhancements for. */
export interface Enhancements {
  readonly ocr: boolean;
  readonly grounding: boolean;
}

/** How a service spells enhancements (api.md 3.1). */
export interface EnhancementDialect {
  /** `extensions`: `…/extensions/chat/completions`. */
  readonly path: 'plain' | 'extensions';
  readonly sources: 'dataSources' | 'data_sources';
}

/** A person's own choice for a connection, where a gateway or a newer finding differs; absent: by API version. */
export type EnhancementOverride = Partial<EnhancementDialect>;

export type EnhancementsAt =
  | { readonly kind: 'available'; readonly dialect: EnhancementDialect }
  /** No other model than GPT-4 Turbo with Vision (vision-preview) ever had them. */
  | { readonly kind: 'not-this-model' }
  /** Removed with 2024-04-01-preview; the v1 API (null) never had them. */
  | { readonly kind: 'not-this-version'; readonly apiVersion: string | null }
  /** There is no Computer Vision resource to send the picture to. */
  | { readonly kind: 'no-vision-resource' };

/** The versions that take them, each with its spelling for pictures (PR azure-docs#122102 for the camel case). */
const dialects: Readonly<Record<string, EnhancementDialect>> = {
  '2023-12-01-preview': { path: 'extensions', sources: 'dataSources' },
  '2024-02-15-preview': { path: 'plain', sources: 'dataSources' },
  '2024-03-01-preview': { path: 'plain', sources: 'dataSources' },
};

/** Whether a connection has the enhancements, and how they are asked for there; or what it lacks. */
export function enhancementsAt(
  connection: Pick<
    Connection,
    'endpoint' | 'apiVersion' | 'visionEndpoint' | 'visionSource' | 'enhancements'
  >,
  capabilities: ModelCapabilities,
): EnhancementsAt {
  const { endpoint, apiVersion, visionEndpoint, visionSource, enhancements: own } = connection;
  if (!capabilities.visionEnhancements) return { kind: 'not-this-model' };
  const version = endpoint.api === 'v1' ? null : apiVersion;
  const known = version === null ? undefined : dialects[version];
  // Whoever says how it is spelled says that it is there: a gateway may carry it under any version.
  const dialect =
    known ?? (own?.path && own.sources && version !== null ? { path: own.path, sources: own.sources } : null);
  if (!dialect) return { kind: 'not-this-version', apiVersion: version };
  if (visionEndpoint === null && visionSource !== 'same') return { kind: 'no-vision-resource' };
  return { kind: 'available', dialect: { ...dialect, ...own } };
}
