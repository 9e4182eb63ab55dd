import { afterEach } from 'vitest';
import { openStore, type Attachment, type Prompt, type Store, type StoreOptions } from '#store';
import type { Connection } from '#domain/connection.ts';
import {
  noTotals,
  type AssistantMessage,
  type Conversation,
  type Draft,
  type PicturePart,
  type UserMessage,
} from '#domain/conversation.ts';
import { emptyReply, type Reply } from '#domain/reply.ts';
import { defaultSettings } from '#domain/settings.ts';
import type { LedgerEntry } from '#domain/ledger.ts';

const opened: Store[] = [];
const names = new Set<string>();

afterEach(async () => {
  for (const store of opened.splice(0)) store.close();
  for (const name of names) {
    await settled(indexedDB.deleteDatabase(name));
    localStorage.removeItem(`${name}:mark`);
  }
  names.clear();
});

/** A database name that no other test has; its database is gone after the test. */
export function freshName(): string {
  const name = `sightline-test-${crypto.randomUUID()}`;
  names.add(name);
  return name;
}

/** Opens a store that is closed after the test; a fresh database unless a name is given. */
export async function open(options: StoreOptions = {}): Promise<Store> {
  const store = await openStore({ name: freshName(), ...options });
  opened.push(store);
  return store;
}

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Around the store, at what is on disk. */
export async function withDatabase<T>(name: string, work: (database: IDBDatabase) => Promise<T>): Promise<T> {
  const database = await settled(indexedDB.open(name));
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

export function readAll(name: string, table: string): Promise<Record<string, unknown>[]> {
  return withDatabase(name, (database) => settled(database.transaction(table).objectStore(table).getAll()));
}

export function aConnection(changes: Partial<Connection> = {}): Connection {
  return {
    id: 'connection-1',
    name: 'Contoso',
    endpoint: { base: 'https://contoso.openai.azure.com', api: 'v1' },
    authentication: 'api-key',
    deployment: 'gpt-4.1',
    model: { kind: 'catalog', id: 'gpt-4.1@2025-04-14' },
    apiVersion: null,
    visionEndpoint: null,
    secrets: [],
    learned: {},
    createdAt: 1,
    updatedAt: 1,
    rev: 0,
    ...changes,
  };
}

export function aConversation(changes: Partial<Conversation> = {}): Conversation {
  return {
    id: 'conversation-1',
    title: 'A dog on a beach',
    titledBy: 'prompt',
    connectionId: 'connection-1',
    settings: defaultSettings,
    leafId: null,
    totals: noTotals,
    messageCount: 0,
    createdAt: 1000,
    updatedAt: 1000,
    deletedAt: null,
    rev: 0,
    ...changes,
  };
}

export function aPrompt(changes: Partial<UserMessage> = {}): UserMessage {
  return {
    id: 'prompt-1',
    conversationId: 'conversation-1',
    parentId: null,
    seq: 1,
    createdAt: 1000,
    rev: 0,
    role: 'user',
    parts: [{ kind: 'text', text: 'What is this?' }],
    ...changes,
  };
}

export function anAnswer(changes: Partial<AssistantMessage> = {}): AssistantMessage {
  return {
    id: 'answer-1',
    conversationId: 'conversation-1',
    parentId: 'prompt-1',
    seq: 2,
    createdAt: 1000,
    rev: 0,
    role: 'assistant',
    connectionId: 'connection-1',
    deployment: 'gpt-4.1',
    reply: emptyReply,
    omittedPictures: 0,
    ...changes,
  };
}

/** A first prompt in a new conversation, with everything that belongs to it. */
export function aFirstPrompt(changes: Partial<Prompt> = {}): Prompt {
  return {
    conversation: aConversation({ leafId: 'answer-1' }),
    userMessage: aPrompt(),
    assistantMessage: anAnswer(),
    outbox: { startedAt: 1000, tabId: 'tab-1' },
    draftId: 'new',
    ...changes,
  };
}

export function aReply(text: string, status: Reply['status'] = 'complete'): Reply {
  return { ...emptyReply, status, text };
}

export function anEntry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: 'entry-1',
    at: 2000,
    kind: 'chat',
    connectionId: 'connection-1',
    connectionName: 'Contoso',
    deployment: 'gpt-4.1',
    model: 'gpt-4.1-2025-04-14',
    conversationId: 'conversation-1',
    messageId: 'answer-1',
    outcome: 'complete',
    usage: {
      inputTokens: 900,
      outputTokens: 120,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      imageTokens: null,
    },
    deploymentType: 'global',
    units: null,
    estimated: false,
    price: null,
    costNanos: 2_760_000,
    simulated: false,
    ...changes,
  };
}

export function aDraft(changes: Partial<Draft> = {}): Draft {
  return {
    id: 'new',
    text: 'What is',
    pictures: [],
    settings: null,
    connectionId: null,
    editing: null,
    plan: {},
    updatedAt: 1000,
    ...changes,
  };
}

export function aPicturePart(attachmentId: string): PicturePart {
  return {
    kind: 'picture',
    attachmentId,
    name: 'dog.png',
    mimeType: 'image/png',
    bytes: 3,
    widthPx: 10,
    heightPx: 10,
    detail: 'auto',
    size: 'fit',
    stripMetadata: false,
    animated: false,
    converted: false,
  };
}

/** Bytes that are no real picture: the store does not look inside. */
export function anAttachment(id: string, bytes: number): Attachment {
  return {
    id,
    blob: new Blob([randomBytes(bytes)], { type: 'image/png' }),
    mimeType: 'image/png',
    widthPx: 10,
    heightPx: 10,
    thumbnail: new Blob([randomBytes(64)], { type: 'image/webp' }),
  };
}

export async function bytesOf(blob: Blob | null): Promise<Uint8Array> {
  return new Uint8Array(await blob!.arrayBuffer());
}

/** `getRandomValues` gives 64 KiB at most. */
function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
