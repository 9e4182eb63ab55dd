import type { Accuracy, AccuracySample } from '#domain/accuracy.ts';
import type { Room } from './room.ts';
import type { WriteTransaction } from './schema.ts';

export interface AccuracyVerbs {
  /** How our estimates for a deployment compared with its bills; null before its first answer. */
  readAccuracy(connectionId: string, deployment: string): Promise<Accuracy | null>;
}

/** As many as the screen speaks of: "last 20: within 2 %". */
const keptSamples = 20;

export function accuracyVerbs({ database }: Room): AccuracyVerbs {
  return {
    async readAccuracy(connectionId, deployment) {
      const stored = await database.read(['accuracy'], (tx) =>
        tx.objectStore('accuracy').get([connectionId, deployment]),
      );
      return stored ? { samples: stored.samples } : null;
    },
  };
}

export async function addSample(
  tx: WriteTransaction,
  { connectionId, deployment }: { readonly connectionId: string; readonly deployment: string },
  sample: AccuracySample,
): Promise<void> {
  const store = tx.objectStore('accuracy');
  const stored = await store.get([connectionId, deployment]);
  const samples = [...(stored?.samples ?? []), sample].slice(-keptSamples);
  await store.put({ connectionId, deployment, samples });
}
