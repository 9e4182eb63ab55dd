import type { Encoding } from '#domain/text-tokens.ts';

/** To the worker. */
export type Order =
  | { readonly kind: 'count'; readonly id: number; readonly text: string; readonly encoding: Encoding }
  /** Nobody waits for this count any more. */
  | { readonly kind: 'drop'; readonly id: number };

/** From the worker: one for each count, also for a dropped one. */
export type Report =
  | { readonly kind: 'counted'; readonly id: number; readonly tokens: number }
  | { readonly kind: 'dropped'; readonly id: number }
  /** The encoding could not be loaded. */
  | { readonly kind: 'failed'; readonly id: number };
