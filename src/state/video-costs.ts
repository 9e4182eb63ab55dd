import type { LedgerEntry } from '#domain/ledger.ts';
import type { Store } from '#store';
import { ingestionPrefix } from './video-service.ts';

/**
 * Nano-dollars by video: what its ingestions and the answers about it cost. Null: a price is not known. Answers whose
 * conversation is gone are not counted: nobody knows any more which video they were about.
 */
export async function spentOnVideos(
  store: Pick<Store, 'listLedger' | 'listMessages'>,
): Promise<ReadonlyMap<string, number | null>> {
  const rows = await store.listLedger({ since: 0 });
  const spent = new Map<string, number | null>();
  const add = (videoId: string, { costNanos }: LedgerEntry): void => {
    const before = spent.has(videoId) ? spent.get(videoId)! : 0;
    spent.set(videoId, before === null || costNanos === null ? null : before + costNanos);
  };
  for (const row of rows)
    if (row.id.startsWith(ingestionPrefix)) add(row.id.slice(ingestionPrefix.length).split(':')[0]!, row);
  const asked = rows.filter(({ kind, messageId }) => kind === 'video-query' && messageId !== null);
  const answers = new Map<string, string>();
  for (const conversationId of new Set(asked.map((row) => row.conversationId!))) {
    const messages = await store.listMessages(conversationId);
    const byId = new Map(messages.map((message) => [message.id, message]));
    for (const { messageId } of asked) {
      let at = byId.get(messageId!);
      while (at) {
        const part = at.role === 'user' ? at.parts.find((one) => one.kind === 'video-document') : undefined;
        if (part?.kind === 'video-document') {
          answers.set(messageId!, part.videoId);
          break;
        }
        at = at.parentId === null ? undefined : byId.get(at.parentId);
      }
    }
  }
  for (const row of rows) {
    const videoId = row.messageId === null ? undefined : answers.get(row.messageId);
    if (videoId !== undefined) add(videoId, row);
  }
  return spent;
}
