import type { Conversation } from '#domain/conversation.ts';
import { countWrite } from './mark.ts';
import { isStale, type Room, type Saved } from './room.ts';
import type { ReadTransaction, StoredConversation, WriteTransaction } from './schema.ts';

export interface ConversationVerbs {
  /** One page, newest first. Reads no more records than it returns (and the one it goes on from). */
  listConversations(page: PageRequest): Promise<ConversationPage>;
  /** Titles of those among them that exist and are not in the bin. */
  readTitles(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Also one that is in the bin; null where there is none. */
  readConversation(id: string): Promise<Conversation | null>;
  /**
   * Conversations outside the bin with every one of `words` in the title, newest first, in any case. Goes through
   * the list in short transactions, so that a write need not wait for it. Rejects with the signal's reason.
   */
  searchConversations(words: string, limit: number, signal?: AbortSignal): Promise<readonly Conversation[]>;
  /** Title, settings, connection. `totals` and `messageCount` are the store's own count, not the caller's. */
  saveConversation(conversation: Conversation): Promise<Saved<Conversation>>;
  /** As the person's title; null where the conversation is gone. */
  renameConversation(id: string, title: string): Promise<Conversation | null>;
  /** Which branch is in view; the order of the list does not change. Null where the conversation is gone. */
  setLeaf(conversationId: string, leafId: string | null): Promise<Conversation | null>;
  /** Into the bin; it keeps its place for `restoreConversation`. Null where the conversation is gone. */
  binConversation(id: string): Promise<Conversation | null>;
  restoreConversation(id: string): Promise<Conversation | null>;
}

export interface PageRequest {
  readonly limit: number;
  /** `before` of the page that came last. */
  readonly before?: PageCursor | null;
  /** Those in the bin instead. */
  readonly bin?: boolean;
}

/** Where a page ended. Conversations that come or go elsewhere do not shift the next page. */
export interface PageCursor {
  readonly updatedAt: number;
  readonly id: string;
}

export interface ConversationPage {
  readonly conversations: readonly Conversation[];
  /** Null: there is nothing older. */
  readonly before: PageCursor | null;
}

/** Long enough to be quick, short enough that a prompt does not wait for it. */
const searchPage = 200;

export function conversationVerbs(room: Room): ConversationVerbs {
  const { database } = room;

  const listConversations = (page: PageRequest): Promise<ConversationPage> =>
    database.read(['conversations'], (tx) => readPage(tx, page));

  /** Changes one record by what is stored, so there is nothing to be stale. */
  const change = (id: string, toNext: (now: Conversation) => Conversation): Promise<Conversation | null> =>
    database.write(['conversations'], async (tx, afterwards) => {
      const stored = await tx.objectStore('conversations').get(id);
      if (!stored) return null;
      const record = { ...toNext(fromStored(stored)), rev: stored.rev + 1 };
      await tx.objectStore('conversations').put(toStored(record));
      afterwards(() => room.announce({ kind: 'conversation', id, conversationId: id }));
      return record;
    });

  return {
    listConversations,

    async readConversation(id) {
      const stored = await database.read(['conversations'], (tx) => tx.objectStore('conversations').get(id));
      return stored ? fromStored(stored) : null;
    },

    readTitles: (ids) =>
      database.read(['conversations'], async (tx) => {
        const found = await Promise.all(ids.map((id) => tx.objectStore('conversations').get(id)));
        return new Map(found.flatMap((stored) => (stored?.bin === 0 ? [[stored.id, stored.title]] : [])));
      }),

    async searchConversations(words, limit, signal) {
      const wanted = plain(words).split(/\s+/u).filter(Boolean);
      const found: Conversation[] = [];
      let before: PageCursor | null = null;
      do {
        signal?.throwIfAborted();
        const page: ConversationPage = await listConversations({ limit: searchPage, before });
        for (const conversation of page.conversations) {
          const title = plain(conversation.title);
          if (wanted.every((word) => title.includes(word))) found.push(conversation);
        }
        before = page.before;
      } while (before && found.length < limit);
      signal?.throwIfAborted();
      return found.slice(0, limit);
    },

    saveConversation: (conversation) =>
      database.write<Saved<Conversation>>(['conversations', 'meta'], async (tx, afterwards) => {
        const stored = await tx.objectStore('conversations').get(conversation.id);
        if (isStale(stored, conversation))
          return { kind: 'stale', current: stored ? fromStored(stored) : null };
        const record = await putConversation(tx, conversation, stored, 0);
        const tally = stored ? null : await countWrite(tx, 1);
        afterwards(() => {
          if (tally) room.mark.note(tally);
          room.announce({ kind: 'conversation', id: record.id, conversationId: record.id });
        });
        return { kind: 'saved', record };
      }),

    renameConversation: (id, title) => change(id, (now) => ({ ...now, title, titledBy: 'person' })),
    setLeaf: (id, leafId) => change(id, (now) => ({ ...now, leafId })),
    binConversation: (id) => change(id, (now) => ({ ...now, deletedAt: now.deletedAt ?? room.now() })),
    restoreConversation: (id) => change(id, (now) => ({ ...now, deletedAt: null })),
  };
}

/** Puts `given` over `stored` with the counts that only the store keeps, and `newMessages` more. */
export async function putConversation(
  tx: WriteTransaction,
  given: Conversation,
  stored: Conversation | undefined,
  newMessages: number,
): Promise<Conversation> {
  const counted = stored ?? given;
  const record: Conversation = {
    ...given,
    totals: counted.totals,
    messageCount: (stored?.messageCount ?? 0) + newMessages,
    rev: given.rev + 1,
  };
  await tx.objectStore('conversations').put(toStored(record));
  return record;
}

export function toStored(conversation: Conversation): StoredConversation {
  return { ...conversation, bin: conversation.deletedAt === null ? 0 : 1 };
}

export function fromStored(stored: StoredConversation): Conversation {
  const conversation: Conversation & { bin?: 0 | 1 } = { ...stored };
  delete conversation.bin;
  return conversation;
}

async function readPage(tx: ReadTransaction, request: PageRequest): Promise<ConversationPage> {
  const { limit, before = null } = request;
  const bin = request.bin ? 1 : 0;
  const range = IDBKeyRange.bound([bin, -Infinity], [bin, before?.updatedAt ?? Infinity]);
  let cursor = await tx.objectStore('conversations').index('newest').openCursor(range, 'prev');
  // Several may have been touched in the same millisecond: go on behind the one that was last.
  if (cursor && before && cursor.value.updatedAt === before.updatedAt && cursor.primaryKey > before.id) {
    cursor = await cursor.continuePrimaryKey([bin, before.updatedAt], before.id);
  }
  if (cursor && before && cursor.primaryKey === before.id) cursor = await cursor.continue();
  const conversations: Conversation[] = [];
  while (cursor && conversations.length < limit) {
    conversations.push(fromStored(cursor.value));
    cursor = await cursor.continue();
  }
  const last = conversations.at(-1);
  return { conversations, before: cursor && last ? { updatedAt: last.updatedAt, id: last.id } : null };
}

/** Case and width do not matter when a title is looked for. */
function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
