import { expect, test } from 'vitest';
import { SIMULATOR_ORIGIN } from '#domain/connection.ts';
import { Connections } from '#state/connections.svelte.ts';
import { Preferences } from '#state/preferences.svelte.ts';
import { aConnection, bench } from './connections-fixtures.ts';

const key = 'a-key-of-thirty-two-characters-00';

test('a saved connection is listed, and its credential is read from the store', async () => {
  const { connections, store } = await bench();
  const saved = await connections.save(aConnection(), { apiKey: key });
  expect(saved.secrets).toEqual(['apiKey']);
  expect(connections.list).toEqual([saved]);
  expect(await connections.credentialFor(saved)).toEqual({ kind: 'api-key', value: key });
  expect(JSON.stringify(await store.listConnections())).not.toContain(key);
});

test('no credential is given out for a record whose origin is not the stored one', async () => {
  const { connections } = await bench();
  const saved = await connections.save(aConnection(), { apiKey: key });
  const moved = { ...saved, endpoint: { ...saved.endpoint, base: 'https://attacker.test' } };
  expect(await connections.credentialFor(moved)).toBeNull();
  const elsewhere = await connections.save(moved);
  expect(elsewhere.secrets).toEqual([]);
  expect(await connections.credentialFor(elsewhere)).toBeNull();
  expect(await connections.credentialFor(saved)).toBeNull();
});

test('a duplicate has a record and a key of its own', async () => {
  const { connections } = await bench();
  const saved = await connections.save(aConnection(), { apiKey: key });
  const copy = await connections.duplicate(saved.id, 'Contoso, copy');
  expect(copy).toMatchObject({ name: 'Contoso, copy', secrets: ['apiKey'], deployment: 'gpt-4.1' });
  await connections.remove(saved.id);
  expect(await connections.credentialFor(copy!)).toEqual({ kind: 'api-key', value: key });
});

test('removing can be undone, key included; dismissed, it is gone', async () => {
  const { connections } = await bench();
  const saved = await connections.save(aConnection(), { apiKey: key });
  await connections.remove(saved.id);
  expect(connections.list).toEqual([]);
  expect(connections.justRemoved?.name).toBe('Contoso');
  await connections.undoRemove();
  expect(connections.justRemoved).toBeNull();
  expect(connections.list).toMatchObject([{ id: saved.id, secrets: ['apiKey'] }]);
  expect(await connections.credentialFor(connections.list[0]!)).toEqual({ kind: 'api-key', value: key });

  await connections.remove(saved.id);
  connections.dismissUndo();
  await connections.undoRemove();
  expect(connections.list).toEqual([]);
});

test('saving wins over what another tab saved meanwhile', async () => {
  const { connections, store } = await bench();
  const saved = await connections.save(aConnection());
  await store.saveConnection({ ...saved, name: 'From another tab' });
  const again = await connections.save({ ...saved, name: 'From here' });
  expect(again).toMatchObject({ name: 'From here', rev: 3 });
});

test('the list follows what is saved past it', async () => {
  const { connections, store } = await bench();
  await store.saveConnection(aConnection({ name: 'From another tab' }));
  await expect.poll(() => connections.list.map(({ name }) => name)).toEqual(['From another tab']);
});

test('abilities and prices come from the catalogue, or from the person', async () => {
  const { connections } = await bench();
  const known = aConnection();
  expect(await connections.capabilities(known)).toMatchObject({ takesPictures: true, maxPictures: 50 });
  expect(await connections.price(known)).toMatchObject({ inputPerMillion: 2, outputPerMillion: 8 });
  // The service says which model has answered: its price is the bill's.
  expect(await connections.price(known, 'gpt-4.1-mini-2025-04-14')).toMatchObject({ inputPerMillion: 0.4 });
  expect(await connections.price(known, 'something-new')).toMatchObject({ inputPerMillion: 2 });

  const own = { inputPerMillion: 7, outputPerMillion: 9, source: 'own', asOf: '2026-11-22' };
  const capabilities = { ...(await connections.capabilities(known)), maxPictures: 3 };
  const other = aConnection({ model: { kind: 'other', name: 'mine', capabilities, price: own } });
  expect(await connections.capabilities(other)).toEqual(capabilities);
  expect(await connections.price(other, 'gpt-4.1-mini-2025-04-14')).toEqual(own);
  const unpriced = aConnection({ model: { kind: 'other', name: 'mine', capabilities, price: null } });
  expect(await connections.price(unpriced, 'mine')).toBeNull();
});

test('the router costs what the model that answered costs, and its fee; before that nobody knows', async () => {
  const { connections } = await bench();
  const router = aConnection({ model: { kind: 'catalog', id: 'model-router@2025-11-18' } });
  expect(await connections.price(router)).toBeNull();
  expect(await connections.price(router, 'gpt-4.1-2025-04-14')).toMatchObject({
    inputPerMillion: 2.14,
    outputPerMillion: 8,
  });
});

test('a model that the catalogue has lost forbids nothing', async () => {
  const { connections } = await bench();
  const lost = aConnection({ model: { kind: 'catalog', id: 'gpt-0@never' } });
  expect(await connections.capabilities(lost)).toMatchObject({ takesPictures: true, takesSampling: false });
  expect(await connections.price(lost)).toBeNull();
});

test('what an answer taught is kept once', async () => {
  const { connections } = await bench();
  const saved = await connections.save(aConnection());
  await connections.learn(saved.id, { maxTokensParam: 'max_completion_tokens' });
  await connections.learn(saved.id, { maxTokensParam: 'max_completion_tokens' });
  expect(connections.find(saved.id)).toMatchObject({
    learned: { maxTokensParam: 'max_completion_tokens' },
    rev: saved.rev + 1,
  });
  await connections.learn('nobody', { maxTokensParam: 'max_tokens' });
  expect(connections.list).toHaveLength(1);
});

test('the simulator inside the page answers its own origin, and nothing else', async () => {
  const { connections, sent } = await bench();
  const [connection, again] = await Promise.all([
    connections.useSimulator({ name: 'Simulator' }),
    connections.useSimulator({ name: 'Simulator' }),
  ]);
  expect(again.id).toBe(connection.id);
  expect(connection.endpoint.base).toBe(SIMULATOR_ORIGIN);
  expect(connections.isSimulated(connection)).toBe(true);
  const response = await connections.fetchFor(connection)(`${SIMULATOR_ORIGIN}/openai/v1/models`, {
    headers: { 'api-key': (await connections.credentialFor(connection))!.value },
  });
  expect(response.status).toBe(200);
  expect(sent).toEqual([]);

  const azure = aConnection();
  expect(connections.isSimulated(azure)).toBe(false);
  await connections.fetchFor(azure)('https://contoso.openai.azure.com/openai/v1/models');
  expect(sent).toHaveLength(1);
});

test('a simulator beside the page is preferred, and its connection is used again', async () => {
  const { connections } = await bench({ simulatorOrigin: 'http://127.0.0.1:4174' });
  const connection = await connections.useSimulator();
  expect(connection.endpoint.base).toBe('http://127.0.0.1:4174');
  expect(connections.isSimulated(connection)).toBe(true);
  expect((await connections.useSimulator()).id).toBe(connection.id);
});

test('preferences are kept, and what cannot be understood keeps its default', async () => {
  const { store } = await bench();
  const preferences = new Preferences(store, 'zh');
  await preferences.load();
  expect([preferences.theme, preferences.language, preferences.stripMetadata]).toEqual([
    'system',
    'zh',
    false,
  ]);
  await preferences.set({ theme: 'dark', stripMetadata: true });
  await preferences.set({ lastConnectionId: 'contoso' });

  const next = new Preferences(store, 'en');
  await next.load();
  expect([next.theme, next.language, next.stripMetadata]).toEqual(['dark', 'en', true]);
  expect(next.lastConnectionId).toBe('contoso');

  await store.savePreferences({ theme: 'pink', language: 7, stripMetadata: 'yes' });
  const odd = new Preferences(store, 'en');
  await odd.load();
  expect([odd.theme, odd.language, odd.stripMetadata]).toEqual(['system', 'en', false]);
});

test('a connection list is unknown until it was read', async () => {
  const { store, clock, newId } = await bench();
  const connections = new Connections({ store, clock, newId, simulatorOrigin: null });
  expect(connections.isLoaded).toBe(false);
  await connections.load();
  expect(connections.isLoaded).toBe(true);
});
