import type { Draft } from '#domain/conversation.ts';
import type { Room } from './room.ts';
import type { WriteTransaction } from './schema.ts';

export interface DraftVerbs {
  /** The last one saved wins: a draft has one writer, the tab that is typing. */
  saveDraft(draft: Draft): Promise<void>;
  /** By conversation id, or `new`; null where nothing is being written. */
  readDraft(id: string): Promise<Draft | null>;
  forgetDraft(id: string): Promise<void>;
}

export function draftVerbs({ database, announce }: Room): DraftVerbs {
  return {
    saveDraft: (draft) =>
      database.write(['drafts'], async (tx, afterwards) => {
        const ids = draft.pictures.flatMap((part) => (part.kind === 'picture' ? [part.attachmentId] : []));
        const files = (draft.videos ?? []).flatMap((part) =>
          part.kind === 'video' ? [part.fingerprint] : [],
        );
        const attachmentIds = [...new Set([...ids, ...files])];
        await lastWish(tx, tx.objectStore('drafts').put({ ...draft, attachmentIds }));
        afterwards(() => announce({ kind: 'draft', id: draft.id }));
      }),

    async readDraft(id) {
      const stored = await database.read(['drafts'], (tx) => tx.objectStore('drafts').get(id));
      if (!stored) return null;
      const draft: Draft & { attachmentIds?: readonly string[] } = { ...stored };
      delete draft.attachmentIds;
      return draft;
    },

    forgetDraft: (id) =>
      database.write(['drafts'], async (tx, afterwards) => {
        await lastWish(tx, tx.objectStore('drafts').delete(id));
        afterwards(() => announce({ kind: 'draft', id }));
      }),
  };
}

/** Committed before its answer has come: a page that is going away hears no more answers, and would lose it. */
async function lastWish(tx: WriteTransaction, request: Promise<unknown>): Promise<void> {
  tx.commit();
  await request;
}
