import { openDB } from 'idb';
import { expect, test } from 'vitest';
import { ladder } from '../../src/store/migrations.ts';
import { freshName, open, readAll, withDatabase } from './fixtures.ts';

/** Records as the version that wrote them did; never changed to what today's code would write. */
const settings1 = {
  systemPrompt: 'Be brief.',
  maxTokens: 800,
  temperature: null,
  topP: 0.5,
  stop: ['END'],
  seed: null,
  presencePenalty: null,
  frequencyPenalty: null,
  responseFormat: 'text',
  reasoningEffort: null,
  stream: false,
  keepNewestPictures: 3,
};
const settings2 = { ...settings1, keepNewestFull: 2 };
const settings3 = { ...settings2, ocrEnhancement: false, groundingEnhancement: false, reading: null };
const settingsOf = { 1: settings1, 2: settings2, 3: settings3 };

function conversation(settings: object) {
  return {
    ...{ id: 'c', title: 'A dog', titledBy: 'person', connectionId: null, settings, leafId: 'p' },
    totals: { costNanos: 5, unknownCosts: 0, inputTokens: 1, outputTokens: 2 },
    ...{ messageCount: 1, createdAt: 1, updatedAt: 2, deletedAt: null, rev: 4, bin: 0 },
  };
}

const prompt = {
  ...{ id: 'p', conversationId: 'c', parentId: null, seq: 1, createdAt: 1, rev: 1, role: 'user' },
  ...{ parts: [{ kind: 'text', text: 'What is this?' }], attachmentIds: [] },
};

function draft(id: string, settings: object | null, rest: object) {
  const parts = { text: 'Half a', pictures: [], connectionId: null, editing: null, updatedAt: 1 };
  return { id, settings, ...parts, attachmentIds: ['aa'], ...rest };
}

async function frozen(version: 1 | 2 | 3): Promise<string> {
  const name = freshName();
  const database = await openDB(name, version, {
    upgrade: async (old, _from, _to, transaction) => {
      for (const step of ladder.slice(0, version)) await step(old as never, transaction as never);
    },
  });
  const settings = settingsOf[version];
  const rest = version === 1 ? {} : { plan: { keepNewestFull: 1 } };
  await database.put('conversations', conversation(settings));
  await database.put('messages', prompt);
  await database.put('drafts', draft('new', settings, rest));
  await database.put('drafts', draft('c', null, rest));
  database.close();
  return name;
}

test.each([1, 2, 3] as const)('a database of version %i comes to version 4', async (version) => {
  const name = await frozen(version);
  const store = await open({ name });
  const settings = {
    ...settings1,
    keepNewestFull: version === 1 ? null : 2,
    ...{ ocrEnhancement: false, groundingEnhancement: false, reading: null },
  };
  expect(await readAll(name, 'conversations')).toEqual([conversation(settings)]);
  expect(await readAll(name, 'messages')).toEqual([prompt]);
  const rest = { plan: version === 1 ? {} : { keepNewestFull: 1 } };
  expect(await readAll(name, 'drafts')).toEqual([draft('c', null, rest), draft('new', settings, rest)]);

  await withDatabase(name, async (database) => {
    expect(database.version).toBe(4);
    const analyses = database.transaction('analyses').objectStore('analyses');
    expect([analyses.keyPath, ...analyses.indexNames]).toEqual(['id', 'picture']);
    const names = [...database.objectStoreNames];
    expect(names).toEqual(expect.arrayContaining(['videos', 'posters', 'video-files']));
  });
  expect((await store.listMessages('c')).map(({ id }) => id)).toEqual(['p']);
  expect(await store.readAnalyses(['aa/en'])).toEqual(new Map());
});
