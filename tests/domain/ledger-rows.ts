import type { LedgerEntry } from '#domain/ledger.ts';
import type { ModelPrice } from '#domain/money.ts';

export const aPrice: ModelPrice = {
  inputPerMillion: 2,
  cachedInputPerMillion: 0.5,
  outputPerMillion: 8,
  source: 'test',
  asOf: '2026-11-22',
};

export function aRow(change: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: 'row',
    at: 0,
    kind: 'chat',
    connectionId: 'c1',
    connectionName: 'Contoso',
    deployment: 'vision',
    deploymentType: 'global',
    model: 'gpt-4.1-2025-04-14',
    conversationId: 'v1',
    messageId: 'm1',
    outcome: 'complete',
    usage: null,
    units: null,
    estimated: false,
    price: null,
    costNanos: 0,
    simulated: false,
    ...change,
  };
}
