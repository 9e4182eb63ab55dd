import { expect, test, vi } from 'vitest';
import type { Conversation } from '#domain/conversation.ts';
import type { PageCursor, Store } from '#store';
import { planSeed, seedStore } from '../support/seed-store.ts';
import {
  aConversation,
  aDraft,
  aFirstPrompt,
  anAttachment,
  anEntry,
  aPicturePart,
  aPrompt,
  freshName,
  open,
} from './fixtures.ts';

async function save(store: Store, ...conversations: Partial<Conversation>[]): Promise<void> {
  for (const changes of conversations) await store.saveConversation(aConversation(changes));
}

test('a conversation comes back as it was saved, with the next rev and nothing of the store in it', async () => {
  const store = await open();
  const saved = await store.saveConversation(aConversation());
  expect(saved).toEqual({ kind: 'saved', record: aConversation({ rev: 1 }) });
  expect(await store.readConversation('conversation-1')).toEqual(aConversation({ rev: 1 }));
  expect(await store.readConversation('unknown')).toBeNull();
});

test('a stale conversation is not saved over a newer one', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  await save(here, {});
  await there.renameConversation('conversation-1', 'Theirs');
  const outcome = await here.saveConversation(aConversation({ title: 'Mine', rev: 1 }));
  expect(outcome).toMatchObject({ kind: 'stale', current: { title: 'Theirs', titledBy: 'person', rev: 2 } });
  expect(await here.readConversation('conversation-1')).toMatchObject({ title: 'Theirs' });
});

test('pages go newest first, each conversation once, also where many have the same time', async () => {
  const store = await open();
  const times = [5, 9, 7, 7, 7, 7, 7, 3, 9];
  await save(store, ...times.map((updatedAt, at) => ({ id: `c${at}`, updatedAt })));
  const seen: Conversation[] = [];
  let before: PageCursor | null = null;
  do {
    const page = await store.listConversations({ limit: 2, before });
    expect(page.conversations.length).toBeLessThanOrEqual(2);
    seen.push(...page.conversations);
    before = page.before;
  } while (before);
  expect(seen.map(({ updatedAt }) => updatedAt)).toEqual([9, 9, 7, 7, 7, 7, 7, 5, 3]);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(times.length);
});

test('a page goes on where the last ended, though its last conversation was touched or deleted since', async () => {
  const store = await open();
  await save(store, ...[1, 2, 3, 4].map((updatedAt) => ({ id: `c${updatedAt}`, updatedAt })));
  const first = await store.listConversations({ limit: 2 });
  await store.saveConversation({ ...first.conversations[1]!, updatedAt: 50 });
  await store.binConversation('c2');
  const next = await store.listConversations({ limit: 2, before: first.before });
  expect(next.conversations.map(({ id }) => id)).toEqual(['c1']);
  expect(next.before).toBeNull();
});

test('the bin is apart, and what is restored is back in its place', async () => {
  const store = await open({ now: () => 777 });
  await save(store, { id: 'a', updatedAt: 1 }, { id: 'b', updatedAt: 2 }, { id: 'c', updatedAt: 3 });
  expect(await store.binConversation('b')).toMatchObject({ deletedAt: 777, updatedAt: 2, rev: 2 });
  expect(await ids(store)).toEqual(['c', 'a']);
  expect(await ids(store, true)).toEqual(['b']);
  expect(await store.restoreConversation('b')).toMatchObject({ deletedAt: null });
  expect(await ids(store)).toEqual(['c', 'b', 'a']);
  expect(await ids(store, true)).toEqual([]);
  expect(await store.binConversation('unknown')).toBeNull();
});

test('the branch in view changes without changing the order', async () => {
  const store = await open();
  await save(store, { id: 'a', updatedAt: 1 }, { id: 'b', updatedAt: 2 });
  expect(await store.setLeaf('a', 'm7')).toMatchObject({ leafId: 'm7', rev: 2 });
  expect(await ids(store)).toEqual(['b', 'a']);
});

test('search finds every word in any case and script, newest first, outside the bin', async () => {
  const store = await open();
  await save(
    store,
    { id: 'a', title: 'Two DOGS on a beach', updatedAt: 1 },
    { id: 'b', title: 'Beach with dogs', updatedAt: 2 },
    { id: 'c', title: 'Beach without', updatedAt: 3 },
    { id: 'd', title: '海滩上的狗 beach dogs', updatedAt: 4 },
    { id: 'e', title: 'dogs, beach, binned', updatedAt: 5 },
  );
  await store.binConversation('e');
  const find = async (words: string, limit = 10): Promise<string[]> =>
    (await store.searchConversations(words, limit)).map(({ id }) => id);
  expect(await find('beach dogs')).toEqual(['d', 'b', 'a']);
  expect(await find('ＤＯＧＳ')).toEqual(['d', 'b', 'a']);
  expect(await find('海滩')).toEqual(['d']);
  expect(await find('dogs', 2)).toEqual(['d', 'b']);
  expect(await find('cat')).toEqual([]);
  const gone = AbortSignal.abort(new Error('typed on'));
  await expect(store.searchConversations('dogs', 10, gone)).rejects.toThrow('typed on');
});

test('of 10,000 conversations a page reads itself alone, and opening reads none', async () => {
  const name = freshName();
  (await open({ name })).close();
  await seedStore(planSeed({ conversations: 10_000, messages: 0 }, name));

  // Every step of a cursor ends in a request's result; idb would not know a cursor's methods once they are spied on.
  const results = vi.spyOn(IDBRequest.prototype, 'result', 'get');
  const scans = [
    vi.spyOn(IDBObjectStore.prototype, 'getAll'),
    vi.spyOn(IDBObjectStore.prototype, 'count'),
    vi.spyOn(IDBIndex.prototype, 'getAll'),
    vi.spyOn(IDBIndex.prototype, 'count'),
    vi.spyOn(IDBObjectStore.prototype, 'openCursor'),
  ];
  try {
    const store = await open({ name });
    const toOpen = results.mock.calls.length;
    expect(toOpen).toBeLessThanOrEqual(4);
    const first = await store.listConversations({ limit: 50 });
    const second = await store.listConversations({ limit: 50, before: first.before });
    expect(first.conversations.map(({ id }) => id)).toEqual(expectedIds(0, 50));
    expect(second.conversations.map(({ id }) => id)).toEqual(expectedIds(50, 100));
    expect(results.mock.calls.length - toOpen).toBeGreaterThan(100);
    expect(results.mock.calls.length - toOpen).toBeLessThanOrEqual(106);
    for (const scan of scans) expect(scan).not.toHaveBeenCalled();
  } finally {
    vi.restoreAllMocks();
  }
});

test('emptying the bin deletes what was long in it, with what only it referred to; the ledger stays', async () => {
  const day = 24 * 60 * 60 * 1000;
  let now = 0;
  const store = await open({ now: () => now });
  for (const id of ['shared', 'own', 'drafted']) await store.saveAttachment(anAttachment(id, 100));
  const parts = [aPicturePart('shared'), aPicturePart('own'), aPicturePart('drafted')];
  await store.savePrompt(aFirstPrompt({ userMessage: aPrompt({ parts }) }));
  const answer = await store.listMessages('conversation-1');
  await store.commitAnswer({
    message: answer.find((message) => message.role === 'assistant')!,
    ledgerEntries: [anEntry()],
  });
  await save(store, { id: 'kept' });
  await store.saveMessage(aPrompt({ id: 'kept-1', conversationId: 'kept', parts: [aPicturePart('shared')] }));
  await store.saveDraft(aDraft({ pictures: [aPicturePart('drafted')] }));

  await store.binConversation('conversation-1');
  now = 29 * day;
  expect(await store.emptyBin(30 * day)).toEqual({ conversations: 0, attachments: 0 });
  await store.saveAttachment(anAttachment('fresh', 100));
  now = 29 * day + 1000;
  expect(await store.emptyBin(28 * day)).toEqual({ conversations: 1, attachments: 1 });

  expect(await store.readConversation('conversation-1')).toBeNull();
  expect(await store.listMessages('conversation-1')).toEqual([]);
  expect(await store.readConversation('kept')).not.toBeNull();
  expect(await store.hasAttachment('own')).toBe(false);
  expect(await store.readThumbnail('own')).toBeNull();
  for (const id of ['shared', 'drafted', 'fresh']) expect(await store.hasAttachment(id)).toBe(true);
  expect(await store.listLedger({ conversationId: 'conversation-1' })).toEqual([anEntry()]);
});

async function ids(store: Store, bin = false): Promise<string[]> {
  return (await store.listConversations({ limit: 100, bin })).conversations.map(({ id }) => id);
}

function expectedIds(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, at) => `seed-${String(from + at).padStart(6, '0')}`);
}
