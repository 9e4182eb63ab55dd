import { FailureError, type Failure } from '#domain/failure.ts';

/**
 * A failure for what went wrong with a picture's bytes. A Blob from the store is a promise: `get` succeeds though
 * its file is lost, and only reading it fails, with `NotFoundError` or `NotReadableError` (reliability.md 4).
 */
export function toPictureFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const detail =
    error instanceof Error || error instanceof DOMException ? `${name}: ${error.message}` : String(error);
  const isMissing = name === 'NotFoundError' || name === 'NotReadableError' || name === 'UnknownError';
  return { kind: isMissing ? 'picture-missing' : 'picture-unreadable', detail };
}
