import type { UserMessage } from '#domain/conversation.ts';
import type { Findings } from '#domain/findings.ts';
import { mergeAnalyses, type KeptAnalysis } from '#domain/picture-analysis.ts';
import { orMissing } from './attachments.ts';
import { fromStoredMessage, putMessage } from './messages.ts';
import type { Room } from './room.ts';

export interface AnalysisVerbs {
  /** By id. One that is not there, or that the browser cannot read any more, is left out. */
  readAnalyses(ids: readonly string[]): Promise<ReadonlyMap<string, KeptAnalysis>>;
  /**
   * Adds what was found to what is known under the same id, in one transaction: two tabs that asked for different
   * features keep both. Resolves with all that is known now.
   */
  keepAnalysis(kept: KeptAnalysis): Promise<KeptAnalysis>;
  /**
   * Runs `work` while nobody else, in this tab or another, does it for the same id: what two questions want to know of
   * one picture is asked once. Rejects with the signal's reason when it is aborted while it waits.
   */
  whileReading<Result>(id: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
  /**
   * Changes these fields of a prompt, by what is stored: it is never stale, not while its answer is running either,
   * and nothing else of the message or its conversation changes. Null where there is no such prompt (any more).
   */
  setFindings(messageId: string, change: FindingsChange): Promise<UserMessage | null>;
}

export interface FindingsChange {
  readonly findings?: Findings;
  readonly skipsReading?: true;
}

export function analysisVerbs({ name, database, announce }: Room): AnalysisVerbs {
  /** A transaction each: a record that cannot be read takes its whole transaction along. */
  const read = (id: string): Promise<KeptAnalysis | undefined> =>
    database.read(['analyses'], (tx) => tx.objectStore('analyses').get(id)).catch(() => undefined);

  const keep = (kept: KeptAnalysis, isAdded: boolean): Promise<KeptAnalysis> =>
    database.write(['analyses'], async (tx) => {
      const known = isAdded ? await tx.objectStore('analyses').get(kept.id) : undefined;
      const all = known ? joined(known, kept) : kept;
      await tx.objectStore('analyses').put(all);
      return all;
    });

  return {
    async readAnalyses(ids) {
      const found = await Promise.all([...new Set(ids)].map(read));
      return new Map(found.flatMap((kept) => (kept ? [[kept.id, kept]] : [])));
    },

    // One that is lost is written over: else its picture could never be read again.
    keepAnalysis: async (kept) => (await keep(kept, true).catch(orMissing)) ?? keep(kept, false),

    // Where a browser has no locks, the worst is a picture that is paid for twice.
    whileReading: async (id, signal, work) =>
      'locks' in navigator
        ? ((await navigator.locks.request(`${name}:analysis:${id}`, { signal }, work)) as Awaited<
            ReturnType<typeof work>
          >)
        : work(),

    setFindings: (messageId, change) =>
      database.write(
        ['messages'],
        async (tx, afterwards) => {
          const stored = await tx.objectStore('messages').get(messageId);
          const message = stored && fromStoredMessage(stored);
          if (message?.role !== 'user') return null;
          const record = await putMessage<UserMessage>(tx, { ...message, ...change });
          const { id, conversationId } = record;
          afterwards(() => announce({ kind: 'message', id, conversationId }));
          return record;
        },
        'strict',
      ),
  };
}

function joined(known: KeptAnalysis, newer: KeptAnalysis): KeptAnalysis {
  return {
    ...newer,
    features: [...new Set([...known.features, ...newer.features])],
    analysis: mergeAnalyses(known.analysis, newer.analysis, newer.features),
  };
}
