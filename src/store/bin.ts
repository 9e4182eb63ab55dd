import { storageFailed } from './failures.ts';
import { countWrite } from './mark.ts';
import { messagesOf } from './messages.ts';
import type { Room } from './room.ts';
import type { WriteTransaction } from './schema.ts';

export interface BinVerbs {
  /**
   * Deletes what has been in the bin for longer than `olderThanMs`, then every picture that no message and no draft
   * refers to, with what was found in it, and every video file likewise, all proven in the same transaction. What was found in a picture that is not
   * here goes when it is older than that too and no message's findings come from it. The ledger stays. Refuses while the database is known to be
   * shorter than it was: what refers to a picture may be in the part that is missing.
   */
  emptyBin(olderThanMs: number): Promise<Emptied>;
}

export interface Emptied {
  readonly conversations: number;
  readonly attachments: number;
}

/** A picture attached a moment ago may belong to a draft that another tab, or a sleeping one, has yet to save. */
const freshMs = 24 * 60 * 60 * 1000;

export function binVerbs(room: Room): BinVerbs {
  return {
    emptyBin(olderThanMs) {
      if (room.mark.isLost())
        return Promise.reject(storageFailed('History is incomplete; nothing is deleted.'));
      return room.database.write(
        [
          'conversations',
          'messages',
          'drafts',
          'outbox',
          'attachments',
          'thumbnails',
          'analyses',
          'video-files',
          'meta',
        ],
        async (tx, afterwards) => {
          const deletedBefore = room.now() - olderThanMs;
          const ids = await findInBin(tx, deletedBefore);
          for (const id of ids) await deleteConversation(tx, id);
          const attachments = await sweepAttachments(tx, room.now() - freshMs);
          await sweepAnalyses(tx, deletedBefore);
          await sweepVideoFiles(tx, room.now() - freshMs);
          const tally = await countWrite(tx, -ids.length);
          // Lowered before it commits, the generation after: a mark that is too low raises no false alarm.
          room.mark.note({ ...tally, generation: tally.generation - 1 });
          afterwards(() => {
            room.mark.note(tally);
            for (const id of ids) room.announce({ kind: 'conversation', id, conversationId: id });
          });
          return { conversations: ids.length, attachments };
        },
        'strict',
      );
    },
  };
}

async function findInBin(tx: WriteTransaction, deletedBefore: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const range = IDBKeyRange.bound([1, -Infinity], [1, Infinity]);
  let cursor = await tx.objectStore('conversations').index('newest').openCursor(range);
  while (cursor) {
    const { id, deletedAt } = cursor.value;
    if (deletedAt !== null && deletedAt < deletedBefore) ids.push(id);
    cursor = await cursor.continue();
  }
  return ids;
}

async function deleteConversation(tx: WriteTransaction, id: string): Promise<void> {
  const messages = tx.objectStore('messages');
  for (const messageId of await messages.index('conversation').getAllKeys(messagesOf(id))) {
    await messages.delete(messageId);
    await tx.objectStore('outbox').delete(messageId);
  }
  await tx.objectStore('drafts').delete(id);
  await tx.objectStore('conversations').delete(id);
}

/** Goes by keys alone, so that no picture is loaded. */
async function sweepAttachments(tx: WriteTransaction, savedBefore: number): Promise<number> {
  const savedAt = tx.objectStore('thumbnails').index('savedAt');
  let swept = 0;
  for (const id of await savedAt.getAllKeys(IDBKeyRange.upperBound(savedBefore, true))) {
    const inMessage = await tx.objectStore('messages').index('attachments').getKey(id);
    const inDraft = await tx.objectStore('drafts').index('attachments').getKey(id);
    if (inMessage !== undefined || inDraft !== undefined) continue;
    await tx.objectStore('attachments').delete(id);
    await tx.objectStore('thumbnails').delete(id);
    const analyses = tx.objectStore('analyses');
    for (const analysisId of await analyses.index('picture').getAllKeys(id))
      await analyses.delete(analysisId);
    swept += 1;
  }
  return swept;
}

/** Those of pictures by URL, and of a picture that was swept while it was being read. */
async function sweepAnalyses(tx: WriteTransaction, createdBefore: number): Promise<void> {
  const analyses = tx.objectStore('analyses');
  const kept: { readonly picture: string; readonly id: string }[] = [];
  for (let row = await analyses.index('picture').openKeyCursor(); row; row = await row.continue())
    kept.push({ picture: row.key, id: row.primaryKey });
  for (const { picture, id } of kept) {
    const isHere = (await tx.objectStore('attachments').getKey(picture)) !== undefined;
    if (isHere || (await tx.objectStore('messages').index('attachments').getKey(id)) !== undefined) continue;
    // Found a moment ago, and its findings may not be written yet.
    const analysis = await analyses.get(id);
    if (analysis && analysis.createdAt < createdBefore) await analyses.delete(id);
  }
}

async function sweepVideoFiles(tx: WriteTransaction, savedBefore: number): Promise<void> {
  const files = tx.objectStore('video-files');
  for (const fingerprint of await files.getAllKeys()) {
    const inMessage = await tx.objectStore('messages').index('attachments').getKey(fingerprint);
    const inDraft = await tx.objectStore('drafts').index('attachments').getKey(fingerprint);
    if (inMessage !== undefined || inDraft !== undefined) continue;
    // A record is small where its bytes are a Blob, and there are few.
    const file = await files.get(fingerprint);
    if (file && file.savedAt < savedBefore) await files.delete(fingerprint);
  }
}
