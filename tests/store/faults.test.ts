import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Attachment, Loss, Step } from '#store';
import {
  aConnection,
  aConversation,
  aFirstPrompt,
  anAnswer,
  anAttachment,
  aReply,
  bytesOf,
  freshName,
  open,
  readAll,
  settled,
  withDatabase,
} from './fixtures.ts';

afterEach(() => vi.restoreAllMocks());

describe('a disk that is full', () => {
  /** As the browser says it: the request succeeds, then the transaction is aborted. */
  function fillDisk(table: string): void {
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value) {
      const request = put.call(this, value);
      if (this.name !== table) return request;
      const { transaction } = this;
      request.addEventListener('success', () => {
        vi.spyOn(transaction, 'error', 'get').mockReturnValue(new DOMException('full', 'QuotaExceededError'));
        transaction.abort();
      });
      return request;
    });
  }

  test('is said so, though the request had succeeded, and nothing counts as saved', async () => {
    const store = await open();
    // The last thing that a prompt writes: every request has succeeded by then.
    fillDisk('meta');
    const heard = vi.fn();
    store.onChange(heard);
    await expect(store.savePrompt(aFirstPrompt())).rejects.toMatchObject({
      failure: { kind: 'storage-full' },
    });
    expect(heard).not.toHaveBeenCalled();
    expect(await store.readConversation('conversation-1')).toBeNull();
    vi.restoreAllMocks();
    expect(await store.savePrompt(aFirstPrompt())).toMatchObject({ kind: 'saved' });
  });

  test('refuses a picture, not the text beside it, and the picture is not tried a second time', async () => {
    const store = await open();
    fillDisk('attachments');
    const picture = anAttachment('aa', 100_000);
    await expect(store.saveAttachment(picture)).rejects.toMatchObject({ failure: { kind: 'storage-full' } });
    expect(vi.mocked(IDBObjectStore.prototype.put).mock.calls.length).toBeLessThanOrEqual(2);
    expect(await store.readThumbnail('aa')).toBeNull();
    expect(await store.savePrompt(aFirstPrompt())).toMatchObject({ kind: 'saved' });
  });

  test('for real: over a quota that Chromium enforces', async () => {
    // A bucket of its own, because the quota of the origin (CDP) takes effect late and would hit other tests.
    const { storageBuckets } = navigator as unknown as { storageBuckets: StorageBuckets };
    const bucket = await storageBuckets.open('small', { quota: 3_000_000 });
    vi.stubGlobal('indexedDB', bucket.indexedDB);
    try {
      const store = await open();
      const saved: Attachment[] = [];
      const fill = async (): Promise<void> => {
        for (let at = 0; at < 10; at += 1) {
          const picture = anAttachment(`p${at}`, 1_000_000);
          await store.saveAttachment(picture);
          saved.push(picture);
        }
      };
      await expect(fill()).rejects.toMatchObject({ failure: { kind: 'storage-full' } });
      expect(saved.length).toBeGreaterThan(0);
      for (const { id, blob } of saved)
        expect(await bytesOf(await store.readAttachment(id))).toEqual(await bytesOf(blob));
      expect(await store.hasAttachment(`p${saved.length}`)).toBe(false);
      store.close();
    } finally {
      vi.unstubAllGlobals();
      await storageBuckets.delete('small');
    }
  }, 60_000);
});

/** Of the Storage Buckets API (Chromium 122), what is used here. */
interface StorageBuckets {
  open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}

describe('a connection that is lost', () => {
  test('is opened again, and the same whole transaction done once', async () => {
    const store = await open();
    const broken = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
      throw new DOMException('The database connection is closing.', 'InvalidStateError');
    });
    const opens = vi.spyOn(indexedDB, 'open');
    expect(await store.savePrompt(aFirstPrompt())).toMatchObject({ kind: 'saved' });
    expect(opens).toHaveBeenCalledTimes(1);
    expect(broken.mock.calls.length).toBeGreaterThan(1);
    vi.restoreAllMocks();
    expect(await store.listMessages('conversation-1')).toHaveLength(2);
    expect(await store.readConversation('conversation-1')).toMatchObject({ rev: 1, messageCount: 2 });
  });

  test('in the middle of a transaction: that one is run again whole', async () => {
    const store = await open();
    const put = IDBObjectStore.prototype.put;
    let lost = false;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value) {
      if (this.name === 'messages' && !lost) {
        lost = true;
        throw new DOMException('Connection to Indexed Database server lost.', 'UnknownError');
      }
      return put.call(this, value);
    });
    expect(await store.savePrompt(aFirstPrompt())).toMatchObject({ kind: 'saved' });
    expect(await store.readConversation('conversation-1')).toMatchObject({ rev: 1, messageCount: 2 });
  });

  test('by the browser, which says `close`: the next verb opens it again and hears of what follows', async () => {
    const name = freshName();
    const connections: IDBDatabase[] = [];
    const indexed = indexedDB;
    vi.spyOn(indexedDB, 'open').mockImplementation((...args) => {
      const request = IDBFactory.prototype.open.apply(indexed, args);
      request.addEventListener('success', () => connections.push(request.result));
      return request;
    });
    const onOutdated = vi.fn();
    const store = await open({ name, onOutdated });
    await store.saveConversation(aConversation());
    connections[0]!.close();
    connections[0]!.dispatchEvent(new Event('close'));
    expect(await store.readConversation('conversation-1')).not.toBeNull();
    expect(connections).toHaveLength(2);
    connections[1]!.dispatchEvent(
      new IDBVersionChangeEvent('versionchange', { oldVersion: 1, newVersion: 2 }),
    );
    expect(onOutdated).toHaveBeenCalledTimes(1);
  });

  test('that stays lost is a failure after three tries, not a wait for ever', async () => {
    const store = await open();
    const broken = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('Connection to Indexed Database server lost.', 'UnknownError');
    });
    await expect(store.listRunning()).rejects.toMatchObject({
      failure: { kind: 'storage-failed', detail: expect.stringContaining('server lost') },
    });
    expect(broken).toHaveBeenCalledTimes(3);
    broken.mockRestore();
    expect(await store.listRunning()).toEqual([]);
  });

  test('after close every verb says so', async () => {
    const store = await open();
    store.close();
    await expect(store.saveConversation(aConversation())).rejects.toMatchObject({
      failure: { kind: 'storage-failed' },
    });
  });
});

describe('an upgrade', () => {
  const first: Step = (database) => {
    database.createObjectStore('meta', { keyPath: 'id' });
  };
  const second: Step = (database) => {
    database.createObjectStore('notes');
  };
  const halfWay: Step = async (database, transaction) => {
    database.createObjectStore('half');
    await transaction.objectStore('meta').put({ id: 'touched' });
    throw new Error('half way');
  };

  test('that fails half way leaves the database as it was, version included, and says why', async () => {
    const name = freshName();
    (await open({ name, ladder: [first] })).close();
    await expect(open({ name, ladder: [first, halfWay] })).rejects.toMatchObject({
      failure: { kind: 'storage-failed', detail: 'Error: half way' },
    });
    await withDatabase(name, async (database) => {
      expect(database.version).toBe(1);
      expect([...database.objectStoreNames]).toEqual(['meta']);
    });
    expect(await readAll(name, 'meta')).toEqual([]);
    await open({ name, ladder: [first, second] });
    await withDatabase(name, async (database) => {
      expect(database.version).toBe(2);
      expect([...database.objectStoreNames]).toEqual(['meta', 'notes']);
    });
  });

  test('that fails at once is aborted too', async () => {
    const name = freshName();
    const throws: Step = () => {
      throw new Error('at once');
    };
    await expect(open({ name, ladder: [first, throws] })).rejects.toMatchObject({
      failure: { detail: 'Error: at once' },
    });
    const databases = await indexedDB.databases();
    expect(databases.map((database) => database.name)).not.toContain(name);
  });

  test('runs the missing steps only', async () => {
    const name = freshName();
    const once = vi.fn(first);
    (await open({ name, ladder: [once] })).close();
    await open({ name, ladder: [once, second] });
    expect(once).toHaveBeenCalledTimes(1);
  });

  test('closes the older tab, which says so and writes nothing any more', async () => {
    const name = freshName();
    const [onOutdated, onBlocked] = [vi.fn(), vi.fn()];
    const older = await open({ name, onOutdated });
    const { ladder } = await import('../../src/store/migrations.ts');
    await open({ name, onBlocked, ladder: [...ladder, second] });
    expect(onOutdated).toHaveBeenCalledTimes(1);
    expect(onBlocked).not.toHaveBeenCalled();
    await expect(older.saveConversation(aConversation())).rejects.toMatchObject({
      failure: { kind: 'storage-failed', detail: expect.stringContaining('newer version') },
    });
  });

  test('older code that meets a newer database says so, and leaves it alone', async () => {
    const name = freshName();
    (await open({ name, ladder: [first, second] })).close();
    const onOutdated = vi.fn();
    await expect(open({ name, ladder: [first], onOutdated })).rejects.toMatchObject({
      failure: { kind: 'storage-failed' },
    });
    expect(onOutdated).toHaveBeenCalledTimes(1);
    await withDatabase(name, async (database) => expect(database.version).toBe(2));
  });

  test('that waits for a tab which does not close is said once, and goes on when it does', async () => {
    const name = freshName();
    (await open({ name, ladder: [first] })).close();
    const holder = await settled(indexedDB.open(name));
    const onBlocked = vi.fn();
    const opening = open({ name, ladder: [first, second], onBlocked });
    await expect.poll(() => onBlocked).toHaveBeenCalledTimes(1);
    holder.close();
    await opening;
    expect(onBlocked).toHaveBeenCalledTimes(1);
  });

  test('that hangs without any event is said by our own clock', async () => {
    vi.useFakeTimers();
    try {
      vi.spyOn(indexedDB, 'open').mockReturnValue(Object.create(IDBRequest.prototype) as never);
      vi.spyOn(IDBRequest.prototype, 'addEventListener').mockImplementation(() => undefined);
      const onBlocked = vi.fn();
      void open({ onBlocked });
      await vi.advanceTimersByTimeAsync(2999);
      expect(onBlocked).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(onBlocked).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('storage that is denied', () => {
  test('no IndexedDB at all', async () => {
    vi.stubGlobal('indexedDB', undefined);
    try {
      await expect(open()).rejects.toMatchObject({ failure: { kind: 'storage-failed' } });
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('an open that throws', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    await expect(open()).rejects.toMatchObject({
      failure: { kind: 'storage-failed', detail: 'SecurityError: denied' },
    });
  });

  test('files that are in the way for a moment are tried again', async () => {
    const name = freshName();
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('Internal error opening backing store', 'UnknownError');
    });
    const store = await open({ name });
    expect(await store.saveConversation(aConversation())).toMatchObject({ kind: 'saved' });
  });

  test('a mark that cannot be kept is no reason to fail', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    const store = await open();
    expect(await store.saveConversation(aConversation())).toMatchObject({ kind: 'saved' });
  });
});

describe('a database that lost records', () => {
  async function fill(name: string): Promise<void> {
    const store = await open({ name });
    for (const id of ['a', 'b', 'c']) await store.saveConversation(aConversation({ id }));
    store.close();
  }

  /** What a damaged log leaves: an earlier state, its tally included. */
  function shorten(name: string): Promise<unknown> {
    return withDatabase(name, async (database) => {
      const tx = database.transaction(['conversations', 'meta'], 'readwrite');
      tx.objectStore('conversations').delete('c');
      tx.objectStore('meta').put({ id: 'tally', generation: 2, conversations: 2 });
      await new Promise((resolve) => tx.addEventListener('complete', resolve));
    });
  }

  test('nothing is said where nothing is missing', async () => {
    const name = freshName();
    const onLost = vi.fn();
    (await open({ name, onLost })).close();
    await fill(name);
    await open({ name, onLost });
    expect(onLost).not.toHaveBeenCalled();
  });

  test('shorter: how many of how many, at every start, and nothing is deleted until it is accepted', async () => {
    const name = freshName();
    await fill(name);
    await shorten(name);
    const loss: Loss = { reason: 'shorter', expectedConversations: 3, foundConversations: 2 };
    const onLost = vi.fn();
    (await open({ name, onLost })).close();
    const store = await open({ name, onLost });
    expect(onLost.mock.calls).toEqual([[loss], [loss]]);

    await store.saveConversation(aConversation({ id: 'd' }));
    await store.saveConversation(aConversation({ id: 'e' }));
    await expect(store.emptyBin(0)).rejects.toMatchObject({ failure: { kind: 'storage-failed' } });
    await store.acceptLoss();
    expect(await store.emptyBin(0)).toEqual({ conversations: 0, attachments: 0 });
    store.close();
    await open({ name, onLost });
    expect(onLost).toHaveBeenCalledTimes(2);
  });

  test('shorter, though no conversation is missing: the last answer is', async () => {
    const name = freshName();
    const store = await open({ name });
    await store.savePrompt(aFirstPrompt());
    await store.commitAnswer({ message: anAnswer({ reply: aReply('A dog.') }), ledgerEntries: [] });
    store.close();
    await withDatabase(name, (database) =>
      settled(
        database
          .transaction('meta', 'readwrite')
          .objectStore('meta')
          .put({ id: 'tally', generation: 1, conversations: 1 }),
      ),
    );
    const onLost = vi.fn();
    await open({ name, onLost });
    expect(onLost).toHaveBeenCalledWith({
      reason: 'shorter',
      expectedConversations: 1,
      foundConversations: 1,
    });
  });

  test('cleared: said at the next start', async () => {
    const name = freshName();
    await fill(name);
    await settled(indexedDB.deleteDatabase(name));
    const onLost = vi.fn();
    await open({ name, onLost });
    expect(onLost.mock.calls).toEqual([
      [{ reason: 'cleared', expectedConversations: 3, foundConversations: 0 }],
    ]);
  });

  test('cleared while in use: said once, not made again until it is accepted', async () => {
    const name = freshName();
    const onLost = vi.fn();
    const store = await open({ name, onLost });
    await store.saveConversation(aConversation());
    await settled(indexedDB.deleteDatabase(name));
    localStorage.clear();

    await expect(store.saveConversation(aConversation({ rev: 1 }))).rejects.toMatchObject({
      failure: { kind: 'storage-failed', detail: expect.stringContaining('cleared') },
    });
    await expect(store.listConversations({ limit: 5 })).rejects.toThrow('storage-failed');
    expect((await indexedDB.databases()).map((database) => database.name)).not.toContain(name);
    expect(onLost.mock.calls).toEqual([
      [{ reason: 'cleared', expectedConversations: 1, foundConversations: 0 }],
    ]);

    await store.acceptLoss();
    expect(await store.saveConversation(aConversation())).toMatchObject({ kind: 'saved' });
    expect((await store.listConversations({ limit: 5 })).conversations).toHaveLength(1);
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  test('a conversation that the person deleted is not missing', async () => {
    const name = freshName();
    await fill(name);
    let now = 1000;
    const store = await open({ name, now: () => now });
    await store.binConversation('b');
    now = 2000;
    expect(await store.emptyBin(0)).toMatchObject({ conversations: 1 });
    store.close();
    const onLost = vi.fn();
    await open({ name, onLost });
    expect(onLost).not.toHaveBeenCalled();
  });

  test('nor is one that another tab made or deleted', async () => {
    const name = freshName();
    let now = 1000;
    const deleting = await open({ name, now: () => now });
    await fill(name);
    await deleting.binConversation('b');
    now = 2000;
    const making = await open({ name });
    await deleting.emptyBin(0);
    const broken = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
      throw new DOMException('The database connection is closing.', 'InvalidStateError');
    });
    const onLost = vi.fn();
    await making.saveConversation(aConversation({ id: 'd' }));
    expect(broken.mock.calls.length).toBeGreaterThan(1);
    expect(await making.emptyBin(0)).toEqual({ conversations: 0, attachments: 0 });
    await open({ name, onLost });
    expect(onLost).not.toHaveBeenCalled();
  });
});

test('one access in seven fails at random: what was called saved is there, whole', async () => {
  const name = freshName();
  const store = await open({ name });
  const transaction = IDBDatabase.prototype.transaction;
  let seed = 20261122;
  const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    if (chance() < 1 / 7) throw new DOMException('chaos', 'NotReadableError');
    const tx = transaction.apply(this, args);
    if (chance() < 1 / 7) queueMicrotask(() => tx.abort());
    return tx;
  });
  const acknowledged: string[] = [];
  let refused = 0;
  for (let at = 0; at < 300; at += 1) {
    const id = `c${at}`;
    try {
      await store.savePrompt(
        aFirstPrompt({
          conversation: aConversation({ id }),
          userMessage: null,
          assistantMessage: anAnswer({ id: `${id}-answer`, conversationId: id }),
        }),
      );
      acknowledged.push(id);
    } catch {
      refused += 1;
    }
  }
  vi.restoreAllMocks();
  expect(refused).toBeGreaterThan(20);
  const kept = await readAll(name, 'conversations');
  expect(kept.map(({ id }) => id).sort()).toEqual(acknowledged.sort());
  for (const id of acknowledged) expect(await store.listMessages(id)).toHaveLength(1);
  expect(await readAll(name, 'outbox')).toHaveLength(acknowledged.length);
  expect(await store.readConversation(acknowledged[0]!)).toMatchObject({ messageCount: 1 });
}, 30_000);

test('what must not be lost is written strictly', async () => {
  const store = await open();
  const asked = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const strictness = async (verb: Promise<unknown>): Promise<(string | undefined)[]> => {
    asked.mockClear();
    await verb;
    return asked.mock.calls
      .filter(([, mode]) => mode === 'readwrite')
      .map(([, , options]) => options?.durability);
  };
  expect(await strictness(store.saveConnection(aConnection(), { apiKey: 'k' }))).toEqual([
    'strict',
    'strict',
  ]);
  expect(await strictness(store.savePrompt(aFirstPrompt()))).toEqual(['strict']);
  expect(await strictness(store.savePartial('answer-1', aReply('A', 'streaming')))).toEqual(['relaxed']);
  const message = anAnswer({ reply: aReply('A dog.') });
  expect(await strictness(store.commitAnswer({ message, ledgerEntries: [] }))).toEqual(['strict']);
});

test('pictures are never in one transaction with text', async () => {
  const store = await open();
  const asked = vi.spyOn(IDBDatabase.prototype, 'transaction');
  await store.saveAttachment(anAttachment('aa', 1000));
  await store.readAttachment('aa').then(bytesOf);
  await store.savePrompt(aFirstPrompt());
  for (const [tables] of asked.mock.calls) {
    const names = [tables].flat().filter((table) => table === 'attachments');
    if (names.length > 0) expect([tables].flat()).not.toContain('messages');
  }
  expect(asked.mock.calls.length).toBeGreaterThan(3);
});
