import { expect, test, vi } from 'vitest';
import type { Change } from '#store';
import {
  aConnection,
  aConversation,
  aDraft,
  aFirstPrompt,
  anAnswer,
  anAttachment,
  anEntry,
  aPicturePart,
  aReply,
  bytesOf,
  freshName,
  open,
  readAll,
  settled,
  withDatabase,
} from './fixtures.ts';

test('a draft with its pictures is there after a reload, in order, with the very bytes', async () => {
  const name = freshName();
  const before = await open({ name });
  const pictures = [anAttachment('bb', 200_000), anAttachment('aa', 10), anAttachment('cc', 0)];
  for (const picture of pictures) await before.saveAttachment(picture);
  const draft = aDraft({
    id: 'conversation-1',
    pictures: [
      aPicturePart('bb'),
      { kind: 'picture-url', url: 'https://example.com/a.png', detail: 'low' },
      aPicturePart('aa'),
      aPicturePart('cc'),
    ],
  });
  await before.saveDraft(draft);
  before.close();

  const after = await open({ name });
  expect(await after.readDraft('conversation-1')).toEqual(draft);
  expect(await after.readDraft('new')).toBeNull();
  for (const { id, blob, thumbnail } of pictures) {
    expect(await after.hasAttachment(id)).toBe(true);
    const kept = await after.readAttachment(id);
    expect(kept!.type).toBe('image/png');
    expect(await bytesOf(kept)).toEqual(await bytesOf(blob));
    expect((await after.readThumbnail(id))!.type).toBe('image/webp');
    expect(await bytesOf(await after.readThumbnail(id))).toEqual(await bytesOf(thumbnail));
  }
  await after.forgetDraft('conversation-1');
  expect(await after.readDraft('conversation-1')).toBeNull();
});

test('pictures are kept as Blobs, by their address, and never as text', async () => {
  const name = freshName();
  const store = await open({ name, now: () => 42 });
  await store.saveAttachment(anAttachment('aa', 100_000));
  await store.saveAttachment(anAttachment('aa', 100_000));
  const kept = await readAll(name, 'attachments');
  expect(kept).toEqual([
    {
      id: 'aa',
      blob: expect.any(Blob),
      mimeType: 'image/png',
      bytes: 100_000,
      widthPx: 10,
      heightPx: 10,
      createdAt: 42,
    },
  ]);
});

test('one that is not there is no failure', async () => {
  const store = await open();
  expect(await store.hasAttachment('none')).toBe(false);
  expect(await store.readAttachment('none')).toBeNull();
  expect(await store.readThumbnail('none')).toBeNull();
});

test('a picture whose bytes are not all there any more is missing, alone, and attaching it again repairs it', async () => {
  const name = freshName();
  const store = await open({ name });
  const whole = anAttachment('aa', 100_000);
  await store.saveAttachment(whole);
  await store.saveAttachment(anAttachment('bb', 100_000));
  await withDatabase(name, async (database) => {
    const table = database.transaction('attachments', 'readwrite').objectStore('attachments');
    const record = (await settled(table.get('aa'))) as { blob: Blob };
    await settled(table.put({ ...record, blob: record.blob.slice(0, 10) }));
  });
  expect(await store.readAttachment('aa')).toBeNull();
  expect(await store.readThumbnail('aa')).not.toBeNull();
  expect(await store.readAttachment('bb')).not.toBeNull();

  await store.saveAttachment(whole);
  expect(await bytesOf(await store.readAttachment('aa'))).toEqual(await bytesOf(whole.blob));
});

test.each(['NotReadableError', 'NotFoundError', 'UnknownError'])(
  'a picture whose file the browser has lost (%s) is missing, and other verbs go on',
  async (lost) => {
    const store = await open();
    await store.saveAttachment(anAttachment('aa', 100_000));
    const read = vi.spyOn(Blob.prototype, 'arrayBuffer').mockRejectedValue(new DOMException('gone', lost));
    expect(await store.readAttachment('aa')).toBeNull();
    read.mockRestore();
    const get = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(() => {
      throw new DOMException('Data lost due to missing file', lost);
    });
    expect(await store.readAttachment('aa')).toBeNull();
    get.mockRestore();
    expect(await store.readAttachment('aa')).not.toBeNull();
  },
);

test('where the browser does not take a Blob, the same bytes are kept', async () => {
  const store = await open();
  const picture = anAttachment('aa', 70_000);
  const put = IDBObjectStore.prototype.put;
  const refuse = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    value,
  ) {
    if ((value as { blob?: unknown }).blob instanceof Blob)
      throw new DOMException('no Blobs', 'DataCloneError');
    return put.call(this, value);
  });
  await store.saveAttachment(picture);
  refuse.mockRestore();
  const kept = await store.readAttachment('aa');
  expect(kept!.type).toBe('image/png');
  expect(await bytesOf(kept)).toEqual(await bytesOf(picture.blob));
});

test('the ledger is listed oldest first, by conversation or from a moment on', async () => {
  const store = await open();
  await store.addLedgerEntry(anEntry({ id: 'c', at: 30 }));
  await store.addLedgerEntry(anEntry({ id: 'a', at: 10 }));
  await store.addLedgerEntry(anEntry({ id: 't', at: 20, kind: 'connection-test', conversationId: null }));
  await store.addLedgerEntry(anEntry({ id: 't', at: 20, kind: 'connection-test', conversationId: null }));
  const ids = (entries: readonly { id: string }[]): string[] => entries.map(({ id }) => id);
  expect(ids(await store.listLedger({ since: 0 }))).toEqual(['a', 't', 'c']);
  expect(ids(await store.listLedger({ since: 20 }))).toEqual(['t', 'c']);
  expect(ids(await store.listLedger({ conversationId: 'conversation-1' }))).toEqual(['a', 'c']);
});

test('preferences of two tabs are laid over each other', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  expect(await here.readPreferences()).toEqual({});
  await here.savePreferences({ theme: 'dark' });
  expect(await there.savePreferences({ language: 'zh' })).toEqual({ theme: 'dark', language: 'zh' });
  expect(await here.readPreferences()).toEqual({ theme: 'dark', language: 'zh' });
});

test('two tabs hear of each other’s changes, each once, after they are on disk', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  const heard: Change[] = [];
  const titles: (string | undefined)[] = [];
  there.onChange((change) => {
    heard.push(change);
    if (change.kind === 'conversation') {
      void there.readConversation(change.id).then((conversation) => titles.push(conversation?.title));
    }
  });
  const own: Change[] = [];
  here.onChange((change) => own.push(change));

  await here.saveConnection(aConnection());
  await here.saveConversation(aConversation());
  await here.renameConversation('conversation-1', 'Renamed');
  await here.saveDraft(aDraft());
  await here.savePreferences({ theme: 'dark' });
  await here.addLedgerEntry(anEntry());

  const conversationId = 'conversation-1';
  const expected = [
    { kind: 'connection', id: 'connection-1' },
    { kind: 'conversation', id: conversationId, conversationId },
    { kind: 'conversation', id: conversationId, conversationId },
    { kind: 'draft', id: 'new' },
    { kind: 'preferences', id: 'preferences' },
    { kind: 'ledger', id: 'entry-1', conversationId },
  ];
  expect(own).toEqual(expected.map((change) => ({ ...change, origin: 'here' })));
  await expect.poll(() => heard).toEqual(expected.map((change) => ({ ...change, origin: 'elsewhere' })));
  await expect.poll(() => titles.at(-1)).toBe('Renamed');
});

test('an answer under way is heard of in the other tab, from prompt to ending', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  const heard: string[] = [];
  there.onChange(({ kind, id, conversationId }) =>
    heard.push(`${kind} ${id} ${conversationId ?? ''}`.trim()),
  );
  await here.savePrompt(aFirstPrompt());
  await here.savePartial('answer-1', aReply('A d', 'streaming'));
  await here.commitAnswer({ message: anAnswer({ reply: aReply('A dog.') }), ledgerEntries: [anEntry()] });
  await expect
    .poll(() => heard)
    .toEqual([
      'conversation conversation-1 conversation-1',
      'message prompt-1 conversation-1',
      'message answer-1 conversation-1',
      'draft new',
      'partial answer-1 conversation-1',
      'message answer-1 conversation-1',
      'conversation conversation-1 conversation-1',
      'ledger entry-1 conversation-1',
    ]);
});

test('what was not saved, and whoever stopped listening, is not told', async () => {
  const store = await open();
  const heard: Change[] = [];
  const stop = store.onChange((change) => heard.push(change));
  await store.saveConversation(aConversation({ rev: 7 }));
  await expect(store.saveDraft(aDraft({ text: (() => 'x') as never }))).rejects.toThrow('storage-failed');
  expect(heard).toEqual([]);
  stop();
  await store.saveDraft(aDraft());
  expect(heard).toEqual([]);
});

test('a listener that fails does not make a saved record count as not saved, nor the next listener deaf', async () => {
  const report = vi.fn();
  vi.stubGlobal('reportError', report);
  try {
    const store = await open();
    const heard = vi.fn();
    store.onChange(() => {
      throw new Error('drawing failed');
    });
    store.onChange(heard);
    expect(await store.saveConversation(aConversation())).toMatchObject({ kind: 'saved' });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(report).toHaveBeenCalledWith(new Error('drawing failed'));
  } finally {
    vi.unstubAllGlobals();
  }
});
