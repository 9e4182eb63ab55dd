import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import type { Mark } from './mark.ts';

/** What every verb of the store works with. */
export interface Room {
  readonly name: string;
  readonly database: Database;
  readonly announce: Changes['announce'];
  readonly mark: Mark;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * The outcome of saving a record that was read before: `saved` with its new `rev`, or `stale` because another tab
 * saved or forgot it since; then nothing was written, and `current` is what is stored now (null: nothing).
 */
export type Saved<T, Current = T> =
  | { readonly kind: 'saved'; readonly record: T }
  | { readonly kind: 'stale'; readonly current: Current | null };

/** A record is read with a `rev` and saved with the next; 0 is one that was never saved. */
export function isStale(
  stored: { readonly rev: number } | undefined,
  given: { readonly rev: number },
): boolean {
  return (stored?.rev ?? 0) !== given.rev;
}
