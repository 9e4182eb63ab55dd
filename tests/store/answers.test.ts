import { expect, test } from 'vitest';
import type { AssistantMessage } from '#domain/conversation.ts';
import type { Store } from '#store';
import {
  aConnection,
  aConversation,
  aDraft,
  aFirstPrompt,
  anAnswer,
  anEntry,
  aPrompt,
  aReply,
  freshName,
  open,
  readAll,
  settled,
  withDatabase,
} from './fixtures.ts';

async function begin(store: Store, changes = {}): Promise<AssistantMessage> {
  const saved = await store.savePrompt(aFirstPrompt(changes));
  if (saved.kind !== 'saved') throw new Error(saved.kind);
  return saved.record.assistantMessage;
}

test('a prompt is on disk whole: conversation, prompt, pending answer, running record, no draft', async () => {
  const store = await open();
  await store.saveDraft(aDraft());
  const saved = await store.savePrompt(aFirstPrompt());
  expect(saved).toEqual({
    kind: 'saved',
    record: {
      conversation: aConversation({ leafId: 'answer-1', messageCount: 2, rev: 1 }),
      userMessage: aPrompt({ rev: 1 }),
      assistantMessage: anAnswer({ rev: 1 }),
    },
  });
  expect(await store.listMessages('conversation-1')).toEqual([aPrompt({ rev: 1 }), anAnswer({ rev: 1 })]);
  expect(await store.listRunning()).toEqual([
    { messageId: 'answer-1', conversationId: 'conversation-1', startedAt: 1000, tabId: 'tab-1' },
  ]);
  expect(await store.readDraft('new')).toBeNull();
});

test('making an answer again adds one message and leaves the draft alone', async () => {
  const store = await open();
  await begin(store);
  await store.commitAnswer({ message: anAnswer({ reply: aReply('A dog.') }), ledgerEntries: [anEntry()] });
  const before = (await store.readConversation('conversation-1'))!;
  await store.saveDraft(aDraft({ id: 'conversation-1' }));
  const again = await store.savePrompt({
    conversation: { ...before, leafId: 'answer-2' },
    userMessage: null,
    assistantMessage: anAnswer({ id: 'answer-2', seq: 3 }),
    outbox: { startedAt: 3000, tabId: 'tab-1' },
    draftId: null,
  });
  expect(again).toMatchObject({
    record: { conversation: { messageCount: 3, totals: { costNanos: 2_760_000 } }, userMessage: null },
  });
  expect(await store.readDraft('conversation-1')).not.toBeNull();
});

test('a prompt on a conversation that changed elsewhere writes nothing, and the answer is not held', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  await here.saveConversation(aConversation());
  await there.renameConversation('conversation-1', 'Theirs');
  await here.saveDraft(aDraft());
  const late = aFirstPrompt({ conversation: aConversation({ rev: 1 }) });
  expect(await here.savePrompt(late)).toMatchObject({ kind: 'stale', current: { title: 'Theirs', rev: 2 } });
  expect(await here.listMessages('conversation-1')).toEqual([]);
  expect(await here.listRunning()).toEqual([]);
  expect(await here.readDraft('new')).not.toBeNull();

  const read = { ...late, conversation: aConversation({ title: 'Theirs', rev: 2 }) };
  expect(await there.savePrompt(read)).toMatchObject({ kind: 'saved' });
});

test('a prompt that fails half way leaves nothing behind and can be sent again', async () => {
  const store = await open();
  const unstorable = aPrompt({ parts: [{ kind: 'text', text: (() => 'x') as never }] });
  await expect(store.savePrompt(aFirstPrompt({ userMessage: unstorable }))).rejects.toMatchObject({
    failure: { kind: 'storage-failed', detail: expect.stringContaining('DataCloneError') },
  });
  expect(await store.readConversation('conversation-1')).toBeNull();
  expect(await store.savePrompt(aFirstPrompt())).toMatchObject({ kind: 'saved' });
});

test('messages come in the order of seq, whatever the clock and the ids say', async () => {
  const store = await open();
  await store.saveConversation(aConversation());
  for (const seq of [3, 10, 1, 2]) {
    await store.saveMessage(aPrompt({ id: `m${99 - seq}`, seq, createdAt: 100 - seq }));
  }
  await store.saveMessage(aPrompt({ id: 'x', seq: 1, conversationId: 'conversation-10' }));
  expect((await store.listMessages('conversation-1')).map(({ seq }) => seq)).toEqual([1, 2, 3, 10]);
  expect(await store.readConversation('conversation-1')).toMatchObject({ messageCount: 4, rev: 5 });
});

test('a stale message is not saved over a newer one, and a message saved again is not counted again', async () => {
  const store = await open();
  await store.saveConversation(aConversation());
  await store.saveMessage(aPrompt());
  await store.saveMessage(aPrompt({ rev: 1, seq: 5 }));
  expect(await store.saveMessage(aPrompt({ rev: 1, seq: 9 }))).toEqual({
    kind: 'stale',
    current: aPrompt({ rev: 2, seq: 5 }),
  });
  expect(await store.readConversation('conversation-1')).toMatchObject({ messageCount: 1 });
});

test('the ending of an answer: message, ledger, totals and place in the list at once', async () => {
  const store = await open({ now: () => 5000 });
  const pending = await begin(store);
  await store.savePartial('answer-1', aReply('A d', 'streaming'));
  const reply = aReply('A dog.');
  const committed = await store.commitAnswer({ message: { ...pending, reply }, ledgerEntries: [anEntry()] });
  const conversation = aConversation({
    leafId: 'answer-1',
    messageCount: 2,
    totals: { costNanos: 2_760_000, unknownCosts: 0, inputTokens: 900, outputTokens: 120 },
    updatedAt: 5000,
    rev: 2,
  });
  expect(committed).toEqual({ message: anAnswer({ reply, rev: 2 }), conversation });
  expect(await store.readConversation('conversation-1')).toEqual(conversation);
  expect((await store.listMessages('conversation-1'))[1]).toEqual(committed.message);
  expect(await store.listLedger({ conversationId: 'conversation-1' })).toEqual([anEntry()]);
  expect(await store.listRunning()).toEqual([]);
});

test('committing the same ending twice counts its cost once', async () => {
  const store = await open();
  const message = { ...(await begin(store)), reply: aReply('A dog.') };
  await store.commitAnswer({ message, ledgerEntries: [anEntry()] });
  const { conversation } = await store.commitAnswer({ message, ledgerEntries: [anEntry()] });
  expect(conversation!.totals).toMatchObject({ costNanos: 2_760_000, inputTokens: 900 });
  expect(await store.listLedger({ since: 0 })).toHaveLength(1);
});

test('an ending that does not reach the disk changes nothing: the answer is still running', async () => {
  const store = await open();
  const message = { ...(await begin(store)), reply: aReply('A dog.') };
  const unstorable = anEntry({ model: (() => 'x') as never });
  await expect(store.commitAnswer({ message, ledgerEntries: [unstorable] })).rejects.toThrow(
    'storage-failed',
  );
  expect(await store.listRunning()).toHaveLength(1);
  expect((await store.listMessages('conversation-1'))[1]).toEqual(anAnswer({ rev: 1 }));
  await store.commitAnswer({ message, ledgerEntries: [anEntry()] });
  expect(await store.listRunning()).toEqual([]);
});

test('an answer to a conversation that was deleted meanwhile keeps its ledger row and brings nothing back', async () => {
  let now = 1000;
  const store = await open({ now: () => now });
  const message = { ...(await begin(store)), reply: aReply('A dog.') };
  await store.binConversation('conversation-1');
  now = 2000;
  await store.emptyBin(0);
  expect(await store.commitAnswer({ message, ledgerEntries: [anEntry()] })).toEqual({
    message,
    conversation: null,
  });
  expect(await store.listMessages('conversation-1')).toEqual([]);
  expect(await store.listLedger({ since: 0 })).toEqual([anEntry()]);
});

test('a partial answer touches the running record alone, and nothing once the answer is committed', async () => {
  const name = freshName();
  const store = await open({ name });
  const pending = await begin(store);
  await store.savePartial('answer-1', aReply('A d', 'streaming'));
  await store.savePartial('unknown', aReply('?', 'streaming'));
  expect(await store.listRunning()).toEqual([
    {
      messageId: 'answer-1',
      conversationId: 'conversation-1',
      startedAt: 1000,
      tabId: 'tab-1',
      reply: aReply('A d', 'streaming'),
    },
  ]);
  expect((await store.listMessages('conversation-1'))[1]).toEqual(pending);
  await store.commitAnswer({ message: { ...pending, reply: aReply('A dog.') }, ledgerEntries: [] });
  await store.savePartial('answer-1', aReply('A do', 'streaming'));
  expect(await readAll(name, 'outbox')).toEqual([]);
});

test('an answer that was left running becomes interrupted, with its text and a row of unknown cost', async () => {
  const name = freshName();
  const gone = await open({ name });
  await gone.saveConnection(aConnection());
  await begin(gone);
  await gone.savePartial('answer-1', { ...aReply('A dog on', 'streaming'), model: 'gpt-4.1-2025-04-14' });
  gone.close();

  const next = await open({ name });
  const [adopted, ...more] = await next.adoptInterrupted();
  expect(more).toEqual([]);
  expect(adopted).toMatchObject({
    id: 'answer-1',
    reply: { status: 'interrupted', text: 'A dog on', failure: { kind: 'left-running' } },
  });
  expect((await next.listMessages('conversation-1'))[1]).toEqual(adopted);
  expect(await next.listRunning()).toEqual([]);
  expect(await next.listLedger({ conversationId: 'conversation-1' })).toMatchObject([
    {
      messageId: 'answer-1',
      outcome: 'interrupted',
      connectionName: 'Contoso',
      usage: null,
      costNanos: null,
    },
  ]);
  const conversation = await next.readConversation('conversation-1');
  expect(conversation).toMatchObject({ updatedAt: 1000, totals: { unknownCosts: 1, costNanos: 0 } });

  expect(await next.adoptInterrupted()).toEqual([]);
  expect(await next.readConversation('conversation-1')).toEqual(conversation);
});

test('an answer that had nothing saved yet is interrupted too, without text', async () => {
  const name = freshName();
  const gone = await open({ name });
  await begin(gone);
  gone.close();
  const [adopted] = await (await open({ name })).adoptInterrupted();
  expect(adopted).toMatchObject({ reply: { status: 'interrupted', text: '' } });
});

test('an answer that runs in another living tab, or in this one, is not touched', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  await begin(there);
  expect(await here.adoptInterrupted()).toEqual([]);
  expect(await there.adoptInterrupted()).toEqual([]);
  expect(await here.listRunning()).toHaveLength(1);
  expect((await here.listMessages('conversation-1'))[1]).toEqual(anAnswer({ rev: 1 }));
});

test('two tabs that start at once adopt an answer once', async () => {
  const name = freshName();
  const gone = await open({ name });
  await begin(gone);
  gone.close();
  const [a, b] = [await open({ name }), await open({ name })];
  const adopted = await Promise.all([a.adoptInterrupted(), b.adoptInterrupted()]);
  expect(adopted.flat()).toHaveLength(1);
  expect(await a.listLedger({ since: 0 })).toHaveLength(1);
  expect(await a.readConversation('conversation-1')).toMatchObject({ totals: { unknownCosts: 1 } });
});

test('a running record without its message, or of an ended answer, is cleared away without a row', async () => {
  const name = freshName();
  const store = await open({ name });
  const message = { ...(await begin(store)), reply: aReply('A dog.') };
  await store.commitAnswer({ message, ledgerEntries: [] });
  await withDatabase(name, async (database) => {
    const outbox = database.transaction('outbox', 'readwrite').objectStore('outbox');
    const left = { conversationId: 'conversation-1', startedAt: 1, tabId: 't' };
    await settled(outbox.put({ ...left, messageId: 'answer-1' }));
    await settled(outbox.put({ ...left, messageId: 'nowhere' }));
  });
  expect(await store.adoptInterrupted()).toEqual([]);
  expect(await store.listRunning()).toEqual([]);
  expect(await store.listLedger({ since: 0 })).toEqual([]);
  expect((await store.listMessages('conversation-1'))[1]).toMatchObject({ reply: { text: 'A dog.' } });
});

test('an ending that comes after all, from a tab that was thought gone, replaces the adopted one', async () => {
  const name = freshName();
  const asleep = await open({ name });
  const pending = await begin(asleep);
  const thief = await open({ name });
  await navigator.locks.request(`${name}:answer:answer-1`, { steal: true }, () => undefined);
  expect(await thief.adoptInterrupted()).toHaveLength(1);
  await asleep.savePartial('answer-1', aReply('A d', 'streaming'));
  expect(await thief.listRunning()).toEqual([]);

  const { conversation } = await asleep.commitAnswer({
    message: { ...pending, reply: aReply('A dog.') },
    ledgerEntries: [anEntry()],
  });
  expect(conversation!.totals).toEqual({
    costNanos: 2_760_000,
    unknownCosts: 0,
    inputTokens: 900,
    outputTokens: 120,
  });
  expect(await thief.listLedger({ since: 0 })).toEqual([anEntry()]);
  expect((await thief.listMessages('conversation-1'))[1]).toMatchObject({ reply: { status: 'complete' } });
});

test('an interrupted answer goes on under its own id: the first call stays in the ledger', async () => {
  const name = freshName();
  const gone = await open({ name });
  await begin(gone);
  gone.close();
  const store = await open({ name });
  const [cut] = await store.adoptInterrupted();
  const conversation = (await store.readConversation('conversation-1'))!;
  const goesOn = await store.savePrompt({
    conversation,
    userMessage: null,
    assistantMessage: { ...cut!, reply: { ...cut!.reply, status: 'waiting', failure: null } },
    outbox: { startedAt: 4000, tabId: 'tab-2' },
    draftId: null,
  });
  expect(goesOn).toMatchObject({ kind: 'saved', record: { conversation: { messageCount: 2 } } });
  const ended = await store.commitAnswer({
    message: { ...cut!, reply: aReply('A dog on a beach.') },
    ledgerEntries: [anEntry()],
  });
  expect(ended.conversation!.totals).toMatchObject({ unknownCosts: 1, costNanos: 2_760_000 });
  expect(await store.listLedger({ since: 0 })).toHaveLength(2);
});
