import type { LedgerReader, Store } from '#store';
import type { Pictures, Videos } from '#media';
import type { TokenCounter } from '#tokenizer';
import type { Clock } from './clock.ts';
import type { Connections } from './connections.svelte.ts';
import type { Prices } from './prices.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';

/** What the porch builds once and hands to every state class. Time, chance and frames come from here. */
export interface Services {
  readonly store: Store;
  /** The media room's door, fetched with its first use; its workers are shared. */
  loadPictures(): Promise<Pictures>;
  /** Frames and sound of videos; fetched with its first use. */
  loadVideos(): Promise<Videos>;
  /** The tokenizer's door, fetched with its first use. */
  loadCounter(): Promise<TokenCounter>;
  /** Sums and pages of the ledger, worked out in a worker; fetched with its first use. */
  loadLedgerReader(): Promise<LedgerReader>;
  readonly connections: Connections;
  readonly prices: Prices;
  readonly preferences: Preferences;
  readonly clock: Clock;
  /** A new id, unique across tabs. */
  newId(): string;
  /** This tab's own, for as long as it lives. */
  readonly tabId: string;
}
