import { onTestFinished } from 'vitest';
import type { LedgerEntry } from '#domain/ledger.ts';
import { costOf, type ModelPrice } from '#domain/money.ts';
import type { Usage } from '#domain/usage.ts';
import type { Services } from '#state/services.ts';
import { loadLedgerReader, openStore } from '#store';

const gpt41: ModelPrice = {
  inputPerMillion: 2,
  cachedInputPerMillion: 0.5,
  outputPerMillion: 8,
  source: 'test',
  asOf: '2026-11-22',
};

/** A store with this ledger, and the page's own clock. */
export async function withLedger(
  ...entries: readonly LedgerEntry[]
): Promise<Pick<Services, 'store' | 'loadLedgerReader' | 'clock'>> {
  const name = `bill-${crypto.randomUUID()}`;
  const store = await openStore({ name });
  onTestFinished(() => store.close());
  for (const entry of entries) await store.addLedgerEntry(entry);
  const startWorker = (url: string): Worker => new Worker(url, { type: 'module' });
  const reader = await loadLedgerReader({ startWorker, name });
  onTestFinished(() => reader.dispose());
  return {
    store,
    loadLedgerReader: async () => reader,
    clock: {
      now: () => Date.now(),
      breathe: () => new Promise((done) => setTimeout(done)),
      onFrame: (draw) => void setTimeout(draw),
      wasHiddenSince: () => false,
    },
  };
}

export function aLedgerEntry(
  at: string,
  tokens: Partial<Usage>,
  change: Partial<LedgerEntry> = {},
): LedgerEntry {
  const usage: Usage = {
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    imageTokens: null,
    ...tokens,
  };
  const price = change.price === undefined ? gpt41 : change.price;
  return {
    id: crypto.randomUUID(),
    at: Date.parse(at),
    kind: 'chat',
    connectionId: 'contoso',
    connectionName: 'Contoso',
    deployment: 'gpt-4.1',
    deploymentType: 'global',
    model: 'gpt-4.1-2025-04-14',
    conversationId: null,
    messageId: null,
    outcome: 'complete',
    usage,
    units: null,
    estimated: false,
    costNanos: price && costOf(usage, price),
    simulated: false,
    ...change,
    price,
  };
}
