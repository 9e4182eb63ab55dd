import type { Endpoint } from '#domain/connection.ts';
import type { EnhancementDialect } from '#domain/enhancements.ts';
import { FailureError } from '#domain/failure.ts';
import type { VideoDialect } from '#domain/video-chat.ts';
import { usesExtensionsPath } from './api-versions.ts';

/** The deployment a request goes to. */
export interface ChatTarget {
  readonly endpoint: Endpoint;
  readonly deployment: string;
  /** Needed on a classic endpoint, ignored on v1 (which refuses a dated one). */
  readonly apiVersion: string | null;
  /** How enhancements are asked for there; absent: they are not. */
  readonly enhancements?: EnhancementDialect;
  /** How it is asked about a video of an index; absent: it is not. */
  readonly video?: VideoDialect;
}

/**
 * The URL that answers chat questions.
 * @throws FailureError `connection-incomplete`, its `param` naming what is missing or cannot stand in a URL.
 */
export function toChatUrl(
  endpoint: Endpoint,
  deployment: string,
  apiVersion: string | null,
  enhanced?: Pick<EnhancementDialect, 'path'>,
): string {
  const segment = pathSegment(deployment, 'deployment');
  const root = rootOf(endpoint);
  if (endpoint.api === 'v1') return `${root}/v1/chat/completions`;
  if (apiVersion === null || apiVersion.trim() === '') throw incomplete('apiVersion');
  const version = apiVersion.trim();
  const isExtension = enhanced ? enhanced.path === 'extensions' : usesExtensionsPath(version);
  const operation = isExtension ? 'extensions/chat/completions' : 'chat/completions';
  return `${root}/deployments/${segment}/${operation}?api-version=${encodeURIComponent(version)}`;
}

/** `{base}/openai`, or `{base}` behind a gateway that leaves the folder out. */
export function rootOf(endpoint: Endpoint): string {
  const base = endpoint.base.replace(/\/+$/, '');
  if (base === '') throw incomplete('endpoint');
  return endpoint.withoutOpenaiFolder ? base : `${base}/openai`;
}

/** One encoded path segment; `.` and `..` would climb out of the path and are refused. */
function pathSegment(text: string, param: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '.' || trimmed === '..') throw incomplete(param);
  try {
    return encodeURIComponent(trimmed);
  } catch {
    // A lone surrogate has no UTF-8 form.
    throw incomplete(param);
  }
}

function incomplete(param: string): FailureError {
  return new FailureError({ kind: 'connection-incomplete', param, detail: '' });
}
