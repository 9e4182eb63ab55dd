import { openDB } from 'idb';
import { expect, test } from 'vitest';
import { noBudget, noBudgets, type Budgets } from '#domain/budget.ts';
import type { ExpectedCost, Prompt, Store } from '#store';
import { ladder } from '../../src/store/migrations.ts';
import {
  aConversation,
  aDraft,
  aFirstPrompt,
  anAnswer,
  anEntry,
  aReply,
  freshName,
  open,
  readAll,
} from './fixtures.ts';

const minute = 60_000;
const window = { dayStart: 0, monthStart: 0 };

function expected(upperNanos: number | null, connectionId = 'connection-1'): ExpectedCost {
  return {
    connectionId,
    deploymentType: 'global',
    model: 'gpt-4.1',
    inputTokens: 1000,
    pictureTokens: 765,
    price: { inputPerMillion: 2, outputPerMillion: 8, source: 'test', asOf: '2026-11-22' },
    upperNanos,
  };
}

/** A prompt of a conversation of its own. */
function aPrompt(name: string, upperNanos: number | null, change: Partial<Prompt> = {}): Prompt {
  const first = aFirstPrompt();
  const conversationId = `conversation-${name}`;
  return {
    ...first,
    conversation: { ...first.conversation, id: conversationId },
    userMessage: first.userMessage && { ...first.userMessage, id: `prompt-${name}`, conversationId },
    assistantMessage: { ...first.assistantMessage, id: `answer-${name}`, conversationId },
    outbox: { startedAt: 0, tabId: 'tab', expected: expected(upperNanos) },
    window,
    draftId: null,
    ...change,
  };
}

function monthly(dollars: number, atLimit: 'ask' | 'block'): Budgets {
  return { ...noBudgets, overall: { ...noBudget, monthlyNanos: dollars * 1e9, atLimit } };
}

async function asked(store: Store, ...given: Parameters<typeof aPrompt>): Promise<string> {
  return (await store.savePrompt(aPrompt(...given))).kind;
}

test('what is paid counts in its quarter of an hour, by connection, once', async () => {
  const store = await open();
  await store.addLedgerEntry(anEntry({ id: 'a', at: 14 * minute, costNanos: 5 }));
  await store.addLedgerEntry(anEntry({ id: 'b', at: 15 * minute, costNanos: 7 }));
  await store.addLedgerEntry(anEntry({ id: 'b', at: 15 * minute, costNanos: 7 }));
  await store.addLedgerEntry(anEntry({ id: 'c', at: 31 * minute, costNanos: 100, connectionId: 'other' }));
  await store.addLedgerEntry(anEntry({ id: 'd', at: 31 * minute, costNanos: null }));
  const spent = await store.readSpent({ dayStart: 15 * minute, monthStart: 0, connectionId: 'connection-1' });
  expect(spent).toEqual({
    overall: { dayNanos: 107, monthNanos: 112, reservedNanos: 0 },
    connection: { dayNanos: 7, monthNanos: 12, reservedNanos: 0 },
  });
});

test('a running request is held against the budget until its answer is committed', async () => {
  const store = await open();
  const saved = await store.savePrompt(aPrompt('1', 4e9));
  const query = { ...window, connectionId: null };
  expect((await store.readSpent(query)).overall.reservedNanos).toBe(4e9);
  if (saved.kind !== 'saved') throw new Error(saved.kind);
  const message = { ...saved.record.assistantMessage, reply: aReply('A dog.') };
  await store.commitAnswer({ message, ledgerEntries: [anEntry({ at: 0, costNanos: 1e9 })] });
  expect((await store.readSpent(query)).overall).toEqual({
    dayNanos: 1e9,
    monthNanos: 1e9,
    reservedNanos: 0,
  });
});

test('ten requests at once, from two tabs, do not slip under a blocking budget', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  await here.changeBudgets(() => monthly(1, 'block'));
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, at) => asked(at % 2 === 0 ? here : there, String(at), 0.3e9)),
  );
  expect(outcomes.filter((kind) => kind === 'saved')).toHaveLength(3);
  expect(outcomes.filter((kind) => kind === 'over-budget')).toHaveLength(7);
  expect(await readAll(name, 'outbox')).toHaveLength(3);
  expect(await readAll(name, 'conversations')).toHaveLength(3);
});

test('a budget that asks lets pass what was approved; one that blocks does not', async () => {
  const store = await open();
  await store.changeBudgets(() => monthly(1, 'ask'));
  const refused = await store.savePrompt(aPrompt('1', 2e9));
  expect(refused).toMatchObject({ kind: 'over-budget', verdict: { kind: 'ask', upperNanos: 2e9 } });
  expect(await asked(store, '1', 2e9, { approved: true })).toBe('saved');
  await store.changeBudgets(() => monthly(1, 'block'));
  expect(await asked(store, '2', 2e9, { approved: true })).toBe('over-budget');
});

test('a connection’s own budget and the ceiling of a single request speak as well', async () => {
  const store = await open();
  const own = { ...noBudget, dailyNanos: 1e9, atLimit: 'block' } as const;
  await store.changeBudgets(() => ({ ...noBudgets, connections: { 'connection-1': own } }));
  expect(await asked(store, '1', 2e9)).toBe('over-budget');
  const other = aPrompt('1', 2e9);
  const elsewhere = { ...other, outbox: { ...other.outbox, expected: expected(2e9, 'connection-2') } };
  expect((await store.savePrompt(elsewhere)).kind).toBe('saved');
  await store.changeBudgets(() => ({ ...noBudgets, perRequestNanos: 1e8 }));
  expect(await store.savePrompt(aPrompt('3', 1e8 + 1))).toMatchObject({
    kind: 'over-budget',
    verdict: { kind: 'ask', ceilingNanos: 1e8 },
  });
  expect(await asked(store, '4', 1e8)).toBe('saved');
});

test('an answer whose tab died is billed as expected, marked as an estimate, and no longer held', async () => {
  const name = freshName();
  const dying = await open({ name });
  await dying.savePrompt(aPrompt('1', 4e9));
  await dying.savePartial('answer-1', aReply('Two dogs run along the beach.', 'streaming'));
  dying.close();
  const next = await open({ name });
  await next.adoptInterrupted();
  const [row] = await next.listLedger({ since: 0 });
  expect(row).toMatchObject({ outcome: 'interrupted', estimated: true, connectionId: 'connection-1' });
  expect(row!.usage).toMatchObject({ inputTokens: 1000, imageTokens: 765 });
  expect(row!.costNanos).toBe(1000 * 2000 + row!.usage!.outputTokens * 8000);
  expect((await next.readSpent({ ...window, connectionId: null })).overall).toEqual({
    dayNanos: row!.costNanos,
    monthNanos: row!.costNanos,
    reservedNanos: 0,
  });
});

test('what bills teach is kept by deployment', async () => {
  const store = await open();
  const sample = {
    at: 1,
    estimatedTextTokens: 10,
    estimatedPictureTokens: 0,
    pictures: 0,
    billedInputTokens: 11,
  };
  expect(await store.readAccuracy('connection-1', 'gpt-4.1')).toBeNull();
  await store.savePrompt(aFirstPrompt());
  const message = anAnswer({ reply: aReply('A dog.') });
  await store.commitAnswer({ message, ledgerEntries: [anEntry()], sample });
  expect(await store.readAccuracy(message.connectionId, message.deployment)).toEqual({ samples: [sample] });
  for (let at = 2; at <= 25; at += 1)
    await store.commitAnswer({ message, ledgerEntries: [], sample: { ...sample, at } });
  const kept = await store.readAccuracy(message.connectionId, message.deployment);
  expect(kept!.samples.map((one) => one.at)).toEqual(Array.from({ length: 20 }, (_, at) => at + 6));
});

test('a database of version 1 keeps its ledger, and its spending is worked out from it', async () => {
  const name = freshName();
  const old = await openDB(name, 1, {
    upgrade: (database, _from, _to, transaction) => void ladder[0]!(database as never, transaction as never),
  });
  const row = without(anEntry({ at: 16 * minute, costNanos: 9 }), 'deploymentType', 'units');
  await old.put('ledger', row);
  await old.put('ledger', { ...row, id: 'unknown', costNanos: null });
  await old.put('drafts', { ...without(aDraft({ text: 'Half a thought' }), 'plan'), attachmentIds: [] });
  const conversation = aConversation();
  const settings = without(conversation.settings, 'keepNewestFull');
  await old.put('conversations', { ...conversation, settings, bin: 0 });
  old.close();

  const store = await open({ name });
  expect(await store.listLedger({ since: 0 })).toEqual(
    expect.arrayContaining([anEntry({ at: 16 * minute, costNanos: 9 })]),
  );
  const spent = await store.readSpent({ ...window, connectionId: null });
  expect(spent.overall.monthNanos).toBe(9);
  expect(await store.readDraft('new')).toEqual(aDraft({ text: 'Half a thought' }));
  expect((await store.readConversation(conversation.id))?.settings).toEqual(conversation.settings);
});

/** As a version that did not know these fields wrote it. */
function without<T extends object>(record: T, ...names: (keyof T)[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name as keyof T)));
}
