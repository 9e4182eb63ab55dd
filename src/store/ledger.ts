import type { LedgerEntry } from '#domain/ledger.ts';
import type { Room } from './room.ts';
import { countSpending } from './spending.ts';

export interface LedgerVerbs {
  /** Oldest first: of one conversation, or from a moment on (epoch milliseconds, inclusive). */
  listLedger(wanted: LedgerRequest): Promise<readonly LedgerEntry[]>;
  /** A call that belongs to no answer, such as a connection test. Adding the same twice keeps one. */
  addLedgerEntry(entry: LedgerEntry): Promise<void>;
}

export type LedgerRequest = { readonly conversationId: string } | { readonly since: number };

export function ledgerVerbs({ database, announce }: Room): LedgerVerbs {
  return {
    listLedger: (wanted) =>
      database.read(['ledger'], (tx) => {
        const ledger = tx.objectStore('ledger');
        if ('since' in wanted) return ledger.index('at').getAll(IDBKeyRange.lowerBound(wanted.since));
        const { conversationId } = wanted;
        const range = IDBKeyRange.bound([conversationId, -Infinity], [conversationId, Infinity]);
        return ledger.index('conversation').getAll(range);
      }),

    addLedgerEntry: (entry) =>
      database.write(
        ['ledger', 'spending'],
        async (tx, afterwards) => {
          const { id, conversationId } = entry;
          if ((await tx.objectStore('ledger').getKey(id)) !== undefined) return;
          await tx.objectStore('ledger').put(entry);
          await countSpending(tx, entry, 1);
          afterwards(() =>
            announce({ kind: 'ledger', id, ...(conversationId !== null && { conversationId }) }),
          );
        },
        'strict',
      ),
  };
}
