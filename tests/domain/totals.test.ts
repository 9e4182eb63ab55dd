import { expect, test } from 'vitest';
import { noTotals } from '#domain/conversation.ts';
import { addEntry, removeEntry } from '#domain/totals.ts';
import type { LedgerEntry } from '#domain/ledger.ts';

const usage = {
  inputTokens: 900,
  outputTokens: 120,
  cachedTokens: 500,
  cacheWriteTokens: 0,
  reasoningTokens: 100,
  imageTokens: null,
};

const entry: LedgerEntry = {
  id: 'e',
  at: 1,
  kind: 'chat',
  connectionId: 'c',
  connectionName: 'Contoso',
  deployment: 'd',
  deploymentType: 'global',
  units: null,
  model: 'm',
  conversationId: 'v',
  messageId: 'a',
  outcome: 'complete',
  usage,
  estimated: false,
  price: null,
  costNanos: 7,
  simulated: false,
};

test('tokens and cost add up; cached and reasoning tokens are inside and not counted again', () => {
  expect(addEntry(addEntry(noTotals, entry), entry)).toEqual({
    costNanos: 14,
    unknownCosts: 0,
    inputTokens: 1800,
    outputTokens: 240,
  });
});

test.each<[string, Partial<LedgerEntry>, number]>([
  ['a model without a price', { costNanos: null }, 1],
  [
    'an interrupted answer that reported nothing',
    { costNanos: null, usage: null, outcome: 'interrupted' },
    1,
  ],
  ['a stopped answer that reported nothing', { costNanos: null, usage: null, outcome: 'stopped' }, 1],
  ['a call refused before it was answered', { costNanos: null, usage: null, outcome: 'failed' }, 0],
  ['a prompt that was blocked', { costNanos: null, usage: null, outcome: 'blocked' }, 0],
  ['a blocked one that was billed all the same', { costNanos: null, outcome: 'blocked' }, 1],
  ['one that is known to cost nothing', { costNanos: 0 }, 0],
])('unknown cost: %s', (_name, changes, unknownCosts) => {
  expect(addEntry(noTotals, { ...entry, ...changes })).toMatchObject({ unknownCosts });
});

test('taking an entry back leaves what was there before', () => {
  const before = addEntry(noTotals, { ...entry, costNanos: null });
  expect(removeEntry(addEntry(before, entry), entry)).toEqual(before);
  expect(removeEntry(addEntry(before, { ...entry, costNanos: null }), { ...entry, costNanos: null })).toEqual(
    before,
  );
});
