import { defaultSettings } from '#domain/settings.ts';
import { databaseName } from '../../src/store/schema.ts';

export interface SeedPlan {
  readonly name: string;
  readonly conversations: number;
  /** In each conversation, prompts and answers in turn. */
  readonly messages: number;
  /** Epoch milliseconds of the newest conversation; each older one is a minute older. */
  readonly newest: number;
  readonly settings: unknown;
}

/** Everything that `seedStore` needs, as plain data: it may run in a page that has none of our modules. */
export function planSeed(
  counts: Pick<SeedPlan, 'conversations' | 'messages'>,
  name = databaseName,
): SeedPlan {
  return { ...counts, name, newest: Date.now(), settings: defaultSettings };
}

/**
 * Fills a database that the app has opened once. Refers to nothing outside itself, so that a test may import it or
 * hand it to `page.evaluate(seedStore, plan)`. No other tab may have the store open: its tally would fall behind.
 */
export async function seedStore(plan: SeedPlan): Promise<void> {
  const batch = 250;
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(plan.name);
    // Not ours to make: only the app's own ladder knows the schema.
    request.onupgradeneeded = () => request.transaction!.abort();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const putBatch = (from: number, to: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const tx = database.transaction(['conversations', 'messages', 'meta'], 'readwrite', {
        durability: 'relaxed',
      });
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error);
      for (let at = from; at < to; at += 1) putConversation(tx, at);
      const tally = { id: 'tally', generation: to, conversations: to };
      tx.objectStore('meta').put(tally);
    });

  const putConversation = (tx: IDBTransaction, at: number): void => {
    const id = `seed-${String(at).padStart(6, '0')}`;
    const updatedAt = plan.newest - at * 60_000;
    const place = { id, createdAt: updatedAt, updatedAt, rev: 1 };
    tx.objectStore('conversations').put({
      ...place,
      title: `Conversation ${at}: what is in this picture?`,
      titledBy: 'prompt',
      connectionId: null,
      settings: plan.settings,
      leafId: plan.messages > 0 ? `${id}-${plan.messages}` : null,
      totals: { costNanos: 1_250_000, unknownCosts: 0, inputTokens: 900, outputTokens: 120 },
      messageCount: plan.messages,
      deletedAt: null,
      bin: 0,
    });
    for (let seq = 1; seq <= plan.messages; seq += 1)
      tx.objectStore('messages').put(messageAt(id, seq, updatedAt));
  };

  const messageAt = (conversationId: string, seq: number, createdAt: number): unknown => {
    const place = {
      id: `${conversationId}-${seq}`,
      conversationId,
      parentId: seq === 1 ? null : `${conversationId}-${seq - 1}`,
      seq,
      createdAt,
      rev: 1,
      attachmentIds: [],
    };
    return seq % 2 === 1
      ? { ...place, role: 'user', parts: [{ kind: 'text', text: `Question ${seq}: what do you see here?` }] }
      : { ...place, role: 'assistant', connectionId: 'seed', deployment: 'seed', omittedPictures: 0, reply };
  };

  const reply = {
    status: 'complete',
    text: 'Two **dogs** run along a beach.\n\n- sand\n- sea\n\n'.repeat(6),
    refusal: '',
    finish: 'stop',
    promptFilters: [],
    replyFilters: [],
    withdrawn: false,
    usage: {
      inputTokens: 900,
      outputTokens: 120,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      imageTokens: null,
    },
    model: 'gpt-4.1-2025-04-14',
    failure: null,
    cost: { nanos: 1_250_000, estimated: false },
    maxTokens: 4096,
    startedAt: plan.newest,
    firstTextMs: 400,
    durationMs: 2100,
    simulated: true,
  };

  try {
    for (let from = 0; from < plan.conversations; from += batch) {
      await putBatch(from, Math.min(from + batch, plan.conversations));
    }
  } finally {
    database.close();
  }
}
