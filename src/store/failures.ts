import { FailureError } from '#domain/failure.ts';

/** What the disk or the browser refused, as a failure that can be stored and shown. */
export function toStorageFailure(thrown: unknown): FailureError {
  if (thrown instanceof FailureError) return thrown;
  const name = nameOf(thrown);
  const detail = thrown instanceof Error ? `${name}: ${thrown.message}` : String(thrown);
  return new FailureError({
    kind: name === 'QuotaExceededError' ? 'storage-full' : 'storage-failed',
    detail,
  });
}

export function storageFailed(detail: string): FailureError {
  return new FailureError({ kind: 'storage-failed', detail });
}

/** The DOMException name, such as `QuotaExceededError`; empty for what has none. */
export function nameOf(thrown: unknown): string {
  const name = (thrown as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : '';
}

/** A part of the store that cannot be fetched fails its verb as the disk would. */
export function refuse(error: unknown): never {
  throw toStorageFailure(error);
}
