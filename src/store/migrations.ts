import type { IDBPDatabase, IDBPTransaction } from 'idb';

/** Step N takes version N to N+1. It may await nothing but the transaction it is given. */
export type Step = (
  database: IDBPDatabase<unknown>,
  transaction: IDBPTransaction<unknown, string[], 'versionchange'>,
) => void | Promise<void>;

/**
 * Append only: a step that was published is never edited, and imports nothing of today's code, because it must do in
 * ten years what it did on the day it was written.
 */
export const ladder: readonly Step[] = [
  function toVersion1(database) {
    database.createObjectStore('meta', { keyPath: 'id' });
    database.createObjectStore('connections', { keyPath: 'id' });
    database.createObjectStore('secrets', { keyPath: ['connectionId', 'name'] });
    database.createObjectStore('keys', { keyPath: 'id' });
    database
      .createObjectStore('conversations', { keyPath: 'id' })
      .createIndex('newest', ['bin', 'updatedAt']);
    const messages = database.createObjectStore('messages', { keyPath: 'id' });
    messages.createIndex('conversation', ['conversationId', 'seq']);
    messages.createIndex('attachments', 'attachmentIds', { multiEntry: true });
    database.createObjectStore('attachments', { keyPath: 'id' });
    database.createObjectStore('thumbnails', { keyPath: 'id' }).createIndex('savedAt', 'savedAt');
    const ledger = database.createObjectStore('ledger', { keyPath: 'id' });
    ledger.createIndex('at', 'at');
    ledger.createIndex('conversation', ['conversationId', 'at']);
    database
      .createObjectStore('drafts', { keyPath: 'id' })
      .createIndex('attachments', 'attachmentIds', { multiEntry: true });
    database.createObjectStore('outbox', { keyPath: 'messageId' });
  },

  /** Costs: what was spent in quarters of an hour, what estimates learned; ledger rows by units; pictures by a rule. */
  async function toVersion2(database, transaction) {
    database.createObjectStore('spending', { keyPath: ['slotStart', 'connectionId'] });
    database.createObjectStore('accuracy', { keyPath: ['connectionId', 'deployment'] });

    const slots = new Map<string, { slotStart: number; connectionId: string; nanos: number }>();
    for (let row = await transaction.objectStore('ledger').openCursor(); row; row = await row.continue()) {
      const entry = row.value as { at: number; connectionId: string; costNanos: number | null };
      await row.update({ deploymentType: 'global', units: null, ...entry });
      const slotStart = Math.floor(entry.at / 900_000) * 900_000;
      const key = `${slotStart} ${entry.connectionId}`;
      const nanos = (slots.get(key)?.nanos ?? 0) + (entry.costNanos ?? 0);
      slots.set(key, { slotStart, connectionId: entry.connectionId, nanos });
    }
    for (const slot of slots.values()) await transaction.objectStore('spending').put(slot);

    for (const name of ['conversations', 'drafts']) {
      for (let row = await transaction.objectStore(name).openCursor(); row; row = await row.continue()) {
        const { settings, ...rest } = row.value as { settings: object | null };
        const plan = name === 'drafts' ? { plan: {} } : {};
        await row.update({ ...plan, ...rest, settings: settings && { keepNewestFull: null, ...settings } });
      }
    }
  },

  /** Evidence: what was found in pictures; conversations of before ask for none of it. */
  async function toVersion3(database, transaction) {
    database.createObjectStore('analyses', { keyPath: 'id' }).createIndex('picture', 'picture');

    const none = { ocrEnhancement: false, groundingEnhancement: false, reading: null };
    for (const name of ['conversations', 'drafts']) {
      for (let row = await transaction.objectStore(name).openCursor(); row; row = await row.continue()) {
        const { settings, ...rest } = row.value as { settings: object | null };
        await row.update({ ...rest, settings: settings && { ...none, ...settings } });
      }
    }
  },

  /** Videos: the library, its small pictures, and files that are kept to play from. */
  function toVersion4(database) {
    for (const name of ['videos', 'posters', 'video-files'])
      database.createObjectStore(name, { keyPath: 'id' });
  },
];

/**
 * Runs the missing steps. idb does not look at what `upgrade` returns, so a step that fails half way would be
 * committed half done: here the transaction is aborted, its own rejection silenced, and the failure handed on.
 */
export async function climb(
  steps: readonly Step[],
  fromVersion: number,
  database: IDBPDatabase<unknown>,
  transaction: IDBPTransaction<unknown, string[], 'versionchange'>,
): Promise<void> {
  transaction.done.catch(() => undefined);
  try {
    for (const step of steps.slice(fromVersion)) await step(database, transaction);
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // A request that failed has aborted it already.
    }
    throw error;
  }
}
