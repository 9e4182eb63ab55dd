import { expect, test } from 'vitest';
import { aConnection, freshName, open, readAll, settled, withDatabase } from './fixtures.ts';

const apiKey = 'KEY-6d1f0c2b9a8e4475b3';

test('a connection is saved with the next rev, listed oldest first, and forgotten with its secrets', async () => {
  const store = await open();
  await store.saveConnection(aConnection({ id: 'b', createdAt: 2 }), { apiKey });
  const saved = await store.saveConnection(aConnection({ id: 'a', createdAt: 3 }));
  expect(saved).toEqual({ kind: 'saved', record: aConnection({ id: 'a', createdAt: 3, rev: 1 }) });
  expect((await store.listConnections()).map(({ id }) => id)).toEqual(['b', 'a']);

  await store.forgetConnection('b');
  expect((await store.listConnections()).map(({ id }) => id)).toEqual(['a']);
  expect(await store.readSecret('b', 'apiKey')).toBeNull();
});

test('the record says which secrets are kept, whatever the caller wrote there', async () => {
  const store = await open();
  const first = await store.saveConnection(aConnection({ secrets: ['blobSas'] }), { visionKey: 'v', apiKey });
  expect(first).toMatchObject({ kind: 'saved', record: { secrets: ['apiKey', 'visionKey'], rev: 1 } });
  const second = await store.saveConnection(aConnection({ rev: 1 }), { visionKey: null, bearerToken: 't' });
  expect(second).toMatchObject({ kind: 'saved', record: { secrets: ['apiKey', 'bearerToken'] } });
  expect(await store.readSecret('connection-1', 'apiKey')).toBe(apiKey);
  expect(await store.readSecret('connection-1', 'visionKey')).toBeNull();
  expect(await store.readSecret('connection-1', 'bearerToken')).toBe('t');
});

test('a record read before another tab saved it is stale: nothing is written, secrets included', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  await here.saveConnection(aConnection(), { apiKey });
  await there.saveConnection(aConnection({ rev: 1, name: 'Theirs' }));

  const outcome = await here.saveConnection(aConnection({ rev: 1, name: 'Mine' }), { apiKey: 'other' });
  expect(outcome).toMatchObject({ kind: 'stale', current: { name: 'Theirs', rev: 2 } });
  expect((await here.listConnections())[0]).toMatchObject({ name: 'Theirs', rev: 2 });
  expect(await here.readSecret('connection-1', 'apiKey')).toBe(apiKey);

  await there.forgetConnection('connection-1');
  expect(await here.saveConnection(aConnection({ rev: 2 }))).toEqual({ kind: 'stale', current: null });
});

test('a key is not kept for an origin that it was not entered for', async () => {
  const store = await open();
  const secrets = { apiKey, visionKey: 'vision', blobSas: 'https://x.blob.core.windows.net/c?sig=1' };
  const visionEndpoint = 'https://contoso.cognitiveservices.azure.com';
  await store.saveConnection(aConnection({ visionEndpoint }), secrets);

  const samePlace = aConnection({
    visionEndpoint,
    endpoint: { base: 'https://contoso.openai.azure.com/gateway', api: 'classic' },
  });
  expect(await store.saveConnection({ ...samePlace, rev: 1 })).toMatchObject({
    record: { secrets: ['apiKey', 'visionKey', 'blobSas'] },
  });
  const moved = { ...samePlace, endpoint: { base: 'https://contoso.example', api: 'v1' as const } };
  expect(await store.saveConnection({ ...moved, rev: 2 })).toMatchObject({
    record: { secrets: ['visionKey', 'blobSas'] },
  });
  expect(await store.readSecret('connection-1', 'apiKey')).toBeNull();

  const movedAgain = { ...moved, endpoint: { base: 'https://fabrikam.example', api: 'v1' as const } };
  await store.saveConnection({ ...movedAgain, visionEndpoint: null, rev: 3 }, { apiKey: 'new' });
  expect(await store.readSecret('connection-1', 'apiKey')).toBe('new');
  expect(await store.readSecret('connection-1', 'visionKey')).toBeNull();
});

test('no secret is in the clear anywhere in the database', async () => {
  const name = freshName();
  const store = await open({ name });
  const visionKey = 'VISION-0badc0de';
  await store.saveConnection(aConnection(), { apiKey, visionKey });

  const needles = [apiKey, visionKey].flatMap((secret) => [secret, btoa(secret), toHex(secret)]);
  const haystack = await withDatabase(name, async (database) => {
    const tables = [...database.objectStoreNames];
    const tx = database.transaction(tables);
    return (await Promise.all(tables.map((table) => settled(tx.objectStore(table).getAll()))))
      .map(spell)
      .join();
  });
  expect(haystack).toContain('Contoso');
  for (const needle of needles) expect(haystack).not.toContain(needle);
});

test('the key that seals cannot be carried away, and each sealing has its own IV', async () => {
  const name = freshName();
  const store = await open({ name });
  await store.saveConnection(aConnection({ id: 'a' }), { apiKey });
  await store.saveConnection(aConnection({ id: 'b' }), { apiKey });

  const [device, ...more] = await readAll(name, 'keys');
  const key = device!['key'] as CryptoKey;
  expect(more).toEqual([]);
  expect(key.extractable).toBe(false);
  expect(key.algorithm).toEqual({ name: 'AES-GCM', length: 256 });
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();

  const [first, second] = await readAll(name, 'secrets');
  expect((first!['iv'] as Uint8Array).length).toBe(12);
  expect(first!['iv']).not.toEqual(second!['iv']);
});

test('a sealed secret that was moved to another record, or damaged, opens as none', async () => {
  const name = freshName();
  const store = await open({ name });
  await store.saveConnection(aConnection({ id: 'mine' }), { apiKey });
  const [sealed] = await readAll(name, 'secrets');
  await withDatabase(name, async (database) => {
    const secrets = database.transaction('secrets', 'readwrite').objectStore('secrets');
    await settled(secrets.put({ ...sealed, connectionId: 'attacker' }));
    await settled(secrets.put({ ...sealed, name: 'visionKey' }));
  });
  expect(await store.readSecret('attacker', 'apiKey')).toBeNull();
  expect(await store.readSecret('mine', 'visionKey')).toBeNull();
  expect(await store.readSecret('mine', 'apiKey')).toBe(apiKey);
});

test('without the sealing key a secret is reported as none, and no new key is made by reading', async () => {
  const name = freshName();
  const store = await open({ name });
  await store.saveConnection(aConnection(), { apiKey });
  await withDatabase(name, (database) =>
    settled(database.transaction('keys', 'readwrite').objectStore('keys').clear()),
  );
  expect(await store.readSecret('connection-1', 'apiKey')).toBeNull();
  expect(await readAll(name, 'keys')).toEqual([]);
});

test('two tabs that seal their first secret at once use one key', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  await Promise.all([
    here.saveConnection(aConnection({ id: 'a' }), { apiKey: 'first' }),
    there.saveConnection(aConnection({ id: 'b' }), { apiKey: 'second' }),
  ]);
  const later = await open({ name });
  expect(await later.readSecret('a', 'apiKey')).toBe('first');
  expect(await later.readSecret('b', 'apiKey')).toBe('second');
  expect(await readAll(name, 'keys')).toHaveLength(1);
});

function toHex(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A record with all its bytes as text and as hex, so that a search finds what `JSON.stringify` would drop. */
function spell(record: unknown): string {
  if (record instanceof ArrayBuffer) return spell(new Uint8Array(record));
  if (record instanceof Uint8Array) {
    const text = new TextDecoder('latin1').decode(record);
    return `${text} ${toHex(text)}`;
  }
  if (Array.isArray(record)) return record.map(spell).join();
  if (record !== null && typeof record === 'object') return Object.values(record).map(spell).join();
  return String(record);
}
