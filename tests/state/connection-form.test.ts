import { expect, test } from 'vitest';
import { ConnectionForm } from '#state/connection-form.svelte.ts';
import { otherModelId } from '#state/connection-fields.ts';
import type { Connection } from '#domain/connection.ts';
import { aModel, ownPrice } from '../domain/price-books.ts';
import { aConnection, bench, nowMs, type Bench } from './connections-fixtures.ts';

const key = 'a-key-of-thirty-two-characters-00';
const contoso = 'https://contoso.openai.azure.com';

/** As a person does it: types, then leaves the field. */
function enter(form: ConnectionForm, field: 'endpoint' | 'apiKey' | 'deployment', text: string): void {
  form.set({ [field]: text });
  form.leave(field);
}

async function formFor(on: Bench, original: Connection | null = null): Promise<ConnectionForm> {
  const form = new ConnectionForm(on, original);
  await form.load();
  return form;
}

test('a pasted target URI fills deployment, API family and version, and says what it understood', async () => {
  const form = await formFor(await bench());
  enter(
    form,
    'endpoint',
    `${contoso}/openai/deployments/eyes/chat/completions?api-version=2024-10-21&code=secret`,
  );
  expect(form.fields).toMatchObject({ deployment: 'eyes', apiVersion: '2024-10-21' });
  expect(form.api).toBe('classic');
  expect(form.target).toMatchObject({ ok: true, notes: [{ code: 'secret-removed', param: 'code' }] });
  expect(form.chatUrl).toBe(`${contoso}/openai/deployments/eyes/chat/completions?api-version=2024-10-21`);

  enter(form, 'endpoint', `${contoso}/openai/v1/chat/completions?api-version=2024-10-21`);
  expect(form.api).toBe('v1');
  expect(form.chatUrl).toBe(`${contoso}/openai/v1/chat/completions`);
});

test('a bare base is taken for v1 until the person says otherwise, then gets an API version', async () => {
  const form = await formFor(await bench());
  enter(form, 'endpoint', contoso);
  enter(form, 'deployment', 'eyes');
  expect(form.api).toBe('v1');
  form.set({ api: 'classic' });
  expect(form.fields.apiVersion).toBe('2024-10-21');
  expect(form.chatUrl).toContain('/openai/deployments/eyes/chat/completions?api-version=2024-10-21');
});

test('another origin empties the key; the same origin, or one half typed, does not', async () => {
  const form = await formFor(await bench());
  enter(form, 'endpoint', contoso);
  enter(form, 'apiKey', key);
  enter(form, 'endpoint', `${contoso}/openai/v1/`);
  expect(form.fields.apiKey).toBe(key);
  enter(form, 'endpoint', 'https://');
  expect(form.fields.apiKey).toBe(key);
  form.set({ endpoint: 'https://c' });
  expect(form.fields.apiKey).toBe('');
  expect(form.keyWasEmptied).toBe(true);
  form.set({ apiKey: key });
  expect(form.keyWasEmptied).toBe(false);
});

test('a key typed before the endpoint is kept, and bound to the first endpoint that is finished', async () => {
  const form = await formFor(await bench());
  enter(form, 'apiKey', key);
  for (const typed of ['https://c', 'https://contoso', contoso]) form.set({ endpoint: typed });
  form.leave('endpoint');
  expect(form.fields.apiKey).toBe(key);
  form.set({ endpoint: 'https://fabrikam.openai.azure.com' });
  expect(form.fields.apiKey).toBe('');
});

test('a bearer token goes as the key does', async () => {
  const form = await formFor(await bench());
  form.set({ authentication: 'bearer-token' });
  enter(form, 'endpoint', contoso);
  form.set({ bearerToken: 'eyJhbGciOiJub25lIn0.e30.aaaaaaaa' });
  form.set({ endpoint: 'https://fabrikam.openai.azure.com' });
  expect(form.fields.bearerToken).toBe('');
});

test('no key, typed or kept, is ever sent to another origin: not by a test, not by suggestions', async () => {
  const on = await bench();
  const saved = await on.connections.save(aConnection(), { apiKey: key });
  const form = await formFor(on, saved);
  expect(form.isKept('apiKey')).toBe(true);
  expect(form.fields.apiKey).toBe('');

  // Typed letter by letter, with pauses long enough for suggestions to be asked for.
  for (const typed of ['https://a', 'https://attacker', 'https://attacker.test']) {
    form.set({ endpoint: typed });
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  form.leave('endpoint');
  expect(form.isKept('apiKey')).toBe(false);
  await form.runTest();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(form.problemAt('apiKey')).toEqual({ code: 'missing' });
  expect(await form.save()).toBeNull();

  // A key typed first is not tried at every letter of the endpoint either.
  const fresh = await formFor(on);
  enter(fresh, 'apiKey', 'another-key-of-thirty-two-letters');
  for (const typed of ['https://f', 'https://fabrikam.open']) {
    fresh.set({ endpoint: typed });
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  const elsewhere = on.sent.filter(({ url }) => !url.startsWith(contoso));
  expect(elsewhere).toEqual([]);

  enter(form, 'apiKey', 'a-key-for-the-other-place');
  await form.save();
  expect(await on.store.readSecret(saved.id, 'apiKey')).toBe('a-key-for-the-other-place');
});

test('going back to the origin makes the kept key good again', async () => {
  const on = await bench();
  const saved = await on.connections.save(aConnection(), { apiKey: key });
  const form = await formFor(on, saved);
  enter(form, 'endpoint', 'https://fabrikam.openai.azure.com');
  expect(form.isKept('apiKey')).toBe(false);
  enter(form, 'endpoint', contoso);
  expect(form.isKept('apiKey')).toBe(true);
  await form.runTest();
  expect(on.sent.every(({ url, key: sent }) => url.startsWith(contoso) && sent === key)).toBe(true);
});

test('the key of Computer Vision goes with its endpoint', async () => {
  const form = await formFor(await bench());
  form.set({ visionEndpoint: 'https://eyes.cognitiveservices.azure.com' });
  form.leave('visionEndpoint');
  form.set({ visionKey: key });
  form.set({ visionEndpoint: 'https://others.cognitiveservices.azure.com' });
  expect(form.fields.visionKey).toBe('');
});

test('a resource that opens Computer Vision itself needs no other, and keeps no other key', async () => {
  const on = await bench();
  const eyes = 'https://eyes.cognitiveservices.azure.com';
  const saved = await on.connections.save(aConnection({ visionEndpoint: eyes }), {
    apiKey: key,
    visionKey: 'a-vision-key',
  });
  const form = await formFor(on, saved);
  expect(form.fields.visionIsSame).toBe(false);
  expect(form.isKept('visionKey')).toBe(true);
  form.set({ visionKey: 'another-vision-key', visionIsSame: true });
  expect(form.isKept('visionKey')).toBe(false);
  expect(form.visionHostIsOpenai).toBe(true);
  const same = await form.save();
  expect(same).toMatchObject({ visionSource: 'same', visionEndpoint: null, secrets: ['apiKey'] });
  expect(await on.store.readSecret(saved.id, 'visionKey')).toBeNull();

  const again = await formFor(on, same);
  expect(again.fields.visionIsSame).toBe(true);
  again.set({ visionIsSame: false });
  const none = await again.save();
  expect(none).not.toHaveProperty('visionSource');
  expect(none?.visionEndpoint).toBeNull();
});

test('what was typed for another resource keeps nothing from being saved once none is needed', async () => {
  const on = await bench();
  const form = await formFor(on, await on.connections.save(aConnection(), { apiKey: key }));
  form.set({ visionEndpoint: 'nowhere', visionKey: 'ключ' });
  expect(await form.save()).toBeNull();
  form.set({ visionIsSame: true });
  expect(await form.save()).toMatchObject({ visionSource: 'same', visionEndpoint: null });
  // Turned back, a key is still for the endpoint that it was typed for.
  form.set({ visionEndpoint: 'https://eyes.cognitiveservices.azure.com', visionKey: key });
  form.set({ visionIsSame: false });
  expect(form.fields.visionKey).toBe(key);
  form.set({ visionEndpoint: 'https://others.cognitiveservices.azure.com' });
  expect(form.fields.visionKey).toBe('');
});

test('how enhancements are spelled is kept where it is not the usual', async () => {
  const on = await bench();
  const form = await formFor(on, await on.connections.save(aConnection(), { apiKey: key }));
  expect(await form.save()).not.toHaveProperty('enhancements');
  form.set({ enhancementSources: 'data_sources' });
  expect((await form.save())?.enhancements).toEqual({ sources: 'data_sources' });
  form.set({ enhancementPath: 'extensions' });
  const both = await form.save();
  expect(both?.enhancements).toEqual({ path: 'extensions', sources: 'data_sources' });

  const again = await formFor(on, both);
  expect(again.fields).toMatchObject({ enhancementPath: 'extensions', enhancementSources: 'data_sources' });
  again.set({ enhancementPath: null, enhancementSources: null });
  expect(await again.save()).not.toHaveProperty('enhancements');
});

test('what is missing is said at its field, and not before the person has been there', async () => {
  const form = await formFor(await bench());
  expect(form.problemAt('endpoint')).toBeNull();
  form.leave('endpoint');
  expect(form.problemAt('endpoint')).toBeNull();
  enter(form, 'endpoint', 'http://contoso.openai.azure.com');
  expect(form.problemAt('endpoint')).toEqual({ code: 'endpoint', reason: 'plain-http' });
  expect(await form.save()).toBeNull();
  expect(form.problemAt('apiKey')).toEqual({ code: 'missing' });
  expect(form.problemAt('deployment')).toEqual({ code: 'missing' });
  expect(form.problemAt('model')).toEqual({ code: 'missing' });
  expect(form.firstProblem).toBe('endpoint');

  form.set({
    apiKey: 'ключ',
    deployment: '..',
    visionKey: 'x',
    blobSas: 'https://a.blob.core.windows.net/c',
  });
  expect(form.problemAt('apiKey')).toEqual({ code: 'not-sendable' });
  expect(form.problemAt('deployment')).toEqual({ code: 'deployment-name' });
  expect(form.problemAt('visionEndpoint')).toEqual({ code: 'missing' });
  expect(form.problemAt('blobSas')).toMatchObject({ code: 'blob-sas', problem: { code: 'no-signature' } });
});

test('the model is suggested from the deployment, and never against a choice', async () => {
  const form = await formFor(await bench());
  enter(form, 'deployment', 'gpt-41-mini-prod');
  expect(form.suggestedModel?.id).toBe('gpt-4.1-mini@2025-04-14');
  expect(form.modelId).toBe('gpt-4.1-mini@2025-04-14');
  form.set({ modelId: 'gpt-5@2025-08-07' });
  enter(form, 'deployment', 'gpt-4o');
  expect(form.modelId).toBe('gpt-5@2025-08-07');
  expect(form.suggestedModel?.name).toBe('gpt-4o');
});

test('deployments are suggested once endpoint and key are there, with the base model behind them', async () => {
  const listing = {
    data: [{ id: 'prod', model: 'gpt-4.1-mini', status: 'succeeded', object: 'deployment' }],
  };
  const on = await bench({ answer: async () => Response.json(listing) });
  const form = await formFor(on);
  enter(form, 'endpoint', contoso);
  expect(on.sent).toEqual([]);
  enter(form, 'apiKey', key);
  await expect.poll(() => form.suggestions.found).toEqual([{ name: 'prod', model: 'gpt-4.1-mini' }]);
  expect(on.sent).toHaveLength(1);
  enter(form, 'deployment', 'prod');
  expect(form.modelId).toBe('gpt-4.1-mini@2025-04-14');
});

test('a listing that is refused is met with silence', async () => {
  const on = await bench({ answer: async () => new Response('no', { status: 404 }) });
  const form = await formFor(on);
  enter(form, 'endpoint', contoso);
  enter(form, 'apiKey', key);
  await expect.poll(() => on.sent.length).toBe(2);
  expect(form.suggestions.found).toEqual([]);
  expect(form.failure).toBeNull();
});

test('saving keeps the record without secrets, and the secrets apart', async () => {
  const on = await bench();
  const form = await formFor(on);
  enter(form, 'endpoint', `${contoso}/openai/deployments/eyes/chat/completions?api-version=2024-10-21`);
  enter(form, 'apiKey', ` ${key}\n`);
  form.set({ modelId: 'gpt-4.1@2025-04-14' });
  const saved = await form.save();
  expect(saved).toMatchObject({
    name: 'eyes · contoso',
    endpoint: { base: contoso, api: 'classic' },
    deployment: 'eyes',
    apiVersion: '2024-10-21',
    secrets: ['apiKey'],
  });
  expect(await on.store.readSecret(saved!.id, 'apiKey')).toBe(key);

  // Edited and saved again, the key that is not typed anew stays.
  const again = await formFor(on, saved);
  expect(again.chatUrl).toBe(form.chatUrl);
  again.set({ name: 'Eyes' });
  expect(await again.save()).toMatchObject({ name: 'Eyes', secrets: ['apiKey'], endpoint: saved!.endpoint });
});

test('a gateway without the openai folder survives being edited', async () => {
  const on = await bench();
  for (const path of ['/ai/v1', '/ai/deployments/eyes/chat/completions?api-version=2024-10-21']) {
    const form = await formFor(on);
    enter(form, 'endpoint', `https://gateway.test${path}`);
    enter(form, 'apiKey', key);
    enter(form, 'deployment', 'eyes');
    form.set({ modelId: 'gpt-4.1@2025-04-14' });
    const saved = await form.save();
    expect(saved?.endpoint).toMatchObject({ base: 'https://gateway.test/ai', withoutOpenaiFolder: true });
    const again = await formFor(on, saved);
    expect((await again.save())?.endpoint).toEqual(saved?.endpoint);
  }
});

test('the JSON that az prints becomes a token with its expiry', async () => {
  const on = await bench();
  const form = await formFor(on);
  const expiresOn = Math.round(nowMs / 1000) + 3600;
  form.set({ authentication: 'bearer-token' });
  enter(form, 'endpoint', contoso);
  enter(form, 'deployment', 'gpt-4.1');
  form.set({ bearerToken: 'no token' });
  expect(await form.save()).toBeNull();
  expect(form.problemAt('bearerToken')).toEqual({ code: 'not-a-token' });
  const token = 'opaque-token-of-some-length';
  form.set({ bearerToken: JSON.stringify({ accessToken: token, expires_on: expiresOn }) });
  expect(form.tokenExpiresAtMs).toBe(expiresOn * 1000);
  expect(form.isTokenExpired).toBe(false);
  const saved = await form.save();
  expect(await on.store.readSecret(saved!.id, 'bearerToken')).toBe(token);
  await form.runTest();
  expect(on.sent.at(-1)).toMatchObject({ token: `Bearer ${token}`, key: null });
});

test('another model carries the abilities and prices typed in', async () => {
  const on = await bench();
  const form = await formFor(on);
  enter(form, 'endpoint', contoso);
  enter(form, 'apiKey', key);
  enter(form, 'deployment', 'mine');
  form.set({ modelId: otherModelId });
  form.setOther({ name: 'My model', maxPictures: 3, inputPrice: 1.5 });
  expect(await form.save()).toBeNull();
  expect(form.problemAt('outputPrice')).toEqual({ code: 'price-incomplete' });
  form.setOther({ outputPrice: -6, contextTokens: 1.5 });
  expect(form.problemAt('outputPrice')).toEqual({ code: 'negative' });
  expect(form.problemAt('contextTokens')).toEqual({ code: 'not-a-count' });
  form.setOther({ outputPrice: 0.1234567 });
  expect(form.problemAt('outputPrice')).toEqual({ code: 'too-fine' });
  form.setOther({ outputPrice: 6, contextTokens: 128_000 });
  const saved = await form.save();
  expect(saved?.model).toMatchObject({
    kind: 'other',
    name: 'My model',
    capabilities: { maxPictures: 3, takesPictures: true, maxOutputTokens: null },
    price: { inputPerMillion: 1.5, outputPerMillion: 6, source: 'own', asOf: '2026-11-22' },
  });
  const again = await formFor(on, saved);
  expect((await again.save())?.model).toEqual(saved?.model);
});

test('deployment type and discount are kept where they are not the usual, and decide the price', async () => {
  const on = await bench();
  const form = await formFor(on);
  enter(form, 'endpoint', contoso);
  enter(form, 'apiKey', key);
  enter(form, 'deployment', 'gpt-4.1');
  expect(form.fields).toMatchObject({ deploymentType: 'global', discountPercent: null });
  const usual = await form.save();
  expect(usual).not.toHaveProperty('deploymentType');
  expect(usual).not.toHaveProperty('discountPercent');

  for (const wrong of [-1, 100.5, Number.NaN]) {
    form.set({ discountPercent: wrong });
    expect(await form.save()).toBeNull();
    expect(form.problemAt('discountPercent')).toEqual({ code: 'discount' });
  }
  form.set({ deploymentType: 'data-zone', discountPercent: 12.5 });
  const saved = await form.save();
  expect(saved).toMatchObject({ deploymentType: 'data-zone', discountPercent: 12.5 });
  expect((await on.connections.price(saved!))?.inputPerMillion).toBe(1.925);

  const again = await formFor(on, saved);
  expect(again.fields).toMatchObject({ deploymentType: 'data-zone', discountPercent: 12.5 });
  again.set({ deploymentType: 'global', discountPercent: 0 });
  const back = await again.save();
  expect(back).not.toHaveProperty('deploymentType');
  expect(back).not.toHaveProperty('discountPercent');
});

test('what a test found holds when only the bill changes', async () => {
  const on = await bench();
  const saved = await on.connections.save(aConnection(), { apiKey: key });
  const form = await formFor(on, saved);
  form.set({ deploymentType: 'regional' });
  await form.runTest();
  expect(form.test.state.kind).toBe('finished');
  form.set({ discountPercent: 10, deploymentType: 'global' });
  expect(form.test.state.kind).toBe('finished');
  form.set({ deployment: 'gpt-4o' });
  expect(form.test.state.kind).not.toBe('finished');
});

test('a model of the person’s own is chosen like any other, and named in the test', async () => {
  const on = await bench();
  await on.prices.save({
    prices: [ownPrice('own:mine', 3)],
    meters: [],
    models: [aModel('own:mine', 'Mine', { takesPictures: false })],
  });
  const form = await formFor(on);
  expect(form.models[0]).toMatchObject({ id: 'own:mine', name: 'Mine', group: 'own' });
  enter(form, 'endpoint', contoso);
  enter(form, 'apiKey', key);
  enter(form, 'deployment', 'mine');
  form.set({ modelId: 'own:mine' });
  const saved = await form.save();
  expect(saved?.model).toEqual({ kind: 'catalog', id: 'own:mine' });
  expect(on.connections.modelName(saved!)).toBe('Mine');
  expect((await on.connections.capabilities(saved!)).takesPictures).toBe(false);
  expect((await on.connections.price(saved!))?.inputPerMillion).toBe(3);
});

test('a stored SAS URL is kept, replaced, or forgotten when asked', async () => {
  const on = await bench();
  const saved = await on.connections.save(aConnection(), { apiKey: key, blobSas: 'https://a/b?sig=x' });
  const form = await formFor(on, saved);
  expect(form.isKept('blobSas')).toBe(true);
  expect(form.fields.blobSas).toBe('');
  form.forgetBlobSas();
  expect(form.isKept('blobSas')).toBe(false);
  expect((await form.save())?.secrets).toEqual(['apiKey']);
});
