/** A dated version of the classic API, newest first in the list. */
export interface ApiVersion {
  readonly version: string;
  /** Generally available; the others are previews. */
  readonly stable: boolean;
  /** Where it is documented for chat completions with pictures. */
  readonly source: string;
}

/** As of 2026-11-22, from the API documents named on each row; v1 has no dated version at all. */
export const knownApiVersions: readonly ApiVersion[] = [
  {
    version: '2025-04-01-preview',
    stable: false,
    source: 'Learn, API version lifecycle (last dated version)',
  },
  { version: '2025-03-01-preview', stable: false, source: 'OpenAPI document 2025-03-01-preview' },
  { version: '2024-12-01-preview', stable: false, source: 'Learn, API version lifecycle (reasoning_effort)' },
  { version: '2024-10-21', stable: true, source: 'OpenAPI document 2024-10-21' },
  { version: '2024-09-01-preview', stable: false, source: 'Learn, API version lifecycle (stream_options)' },
  { version: '2024-08-01-preview', stable: false, source: 'Learn, API version lifecycle (json_schema)' },
  { version: '2024-06-01', stable: true, source: 'OpenAPI document 2024-06-01' },
  { version: '2024-05-01-preview', stable: false, source: 'recorded service answer' },
  { version: '2024-04-01-preview', stable: false, source: 'OpenAPI document 2024-04-01-preview' },
  { version: '2024-03-01-preview', stable: false, source: 'OpenAPI document 2024-03-01-preview' },
  { version: '2024-02-15-preview', stable: false, source: 'Learn, GPT-4 Turbo with Vision' },
  { version: '2023-12-01-preview', stable: false, source: 'OpenAPI document 2023-12-01-preview' },
];

/** What a classic endpoint gets when nobody chose: the newest generally available version. */
export const defaultApiVersion = '2024-10-21';

/** `YYYY-MM-DD` or `YYYY-MM-DD-preview`. */
export function isDatedApiVersion(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(text);
}

/**
 * Whether `stream_options` may be sent: first in 2024-09-01-preview, generally available with 2024-10-21, always
 * on v1 (null). Older backends refuse unknown keys, so a version we cannot date does not get it.
 */
export function takesStreamOptions(apiVersion: string | null): boolean {
  if (apiVersion === null) return true;
  return isDatedApiVersion(apiVersion) && apiVersion.slice(0, 10) >= '2024-09-01';
}

/**
 * The one version whose vision requests go to `extensions/chat/completions`: the plain path refuses
 * enhancements there (azure-docs#119173), and from 2024-02-15-preview on the extensions path is gone.
 */
export function usesExtensionsPath(apiVersion: string): boolean {
  return apiVersion === '2023-12-01-preview';
}
