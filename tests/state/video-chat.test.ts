import { describe, expect, test } from 'vitest';
import type { Connection } from '#domain/connection.ts';
import type { AssistantMessage, VideoDocumentPart } from '#domain/conversation.ts';
import type { Video } from '#domain/video.ts';
import type { Chat } from '#state/chat.svelte.ts';
import { ConnectionForm } from '#state/connection-form.svelte.ts';
import answer from '../fixtures/azure/video-chat.response.json?raw';
import failedAnswer from '../fixtures/azure/video-chat.error-in-200-body.json?raw';
import variantB from '../fixtures/azure/video-chat.request.B-endpoint.json?raw';
import variantC from '../fixtures/azure/video-chat.request.C-aiservices-sas.json?raw';
import variantD from '../fixtures/azure/video-chat.request.D-aiservices-managed-identity.json?raw';
import { connect, createWorld, drawPicture, openChat, settled, type World } from './desk-fixtures.ts';

const container = 'https://account.blob.core.windows.net/videos';
const sas = 'sv=2023-11-03&se=2099-01-01T00%3A00%3A00Z&sr=c&sp=rcw&sig=c2lnbmF0dXJlLW9mLWNvbnRhaW5lcg%3D%3D';
const vision = 'https://contoso-vision.cognitiveservices.azure.com';

interface Seen {
  readonly url: string;
  readonly headers: string;
  readonly body: unknown;
}

/** A chat service that looks into an index and answers as the documents have it. */
async function openWorld(respond: (seen: Seen) => string | Promise<string> = () => answer) {
  const seen: Seen[] = [];
  const world = await createWorld({
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const headers = JSON.stringify([...request.headers]);
      const asked = { url: request.url, headers, body: await request.json() };
      seen.push(asked);
      return new Response(await respond(asked), { headers: { 'content-type': 'application/json' } });
    },
  });
  return { world, seen };
}

interface Keeping {
  readonly change?: Partial<Connection>;
  readonly blobSas?: string | null;
}

async function openSeer(world: World, { change = {}, blobSas = `${container}?${sas}` }: Keeping = {}) {
  const connection = await connect(world, 'gpt-4-vision-preview', {
    model: { kind: 'catalog', id: 'gpt-4@vision-preview' },
    endpoint: { base: 'https://contoso.openai.azure.com', api: 'classic' },
    apiVersion: '2024-02-15-preview',
    visionEndpoint: vision,
    ...change,
  });
  await world.connections.save(connection, {
    ...(connection.visionEndpoint === null ? {} : { visionKey: 'the-vision-key' }),
    ...(blobSas === null ? {} : { blobSas }),
  });
  const chat = await openChat(world, world.connections.find(connection.id)!);
  await chat.setSettings({
    systemPrompt: 'You are a helpful assistant.',
    maxTokens: 100,
    stream: false,
  });
  return { chat, connection };
}

async function keepVideo(
  world: World,
  { id: connectionId }: Connection,
  change: Partial<Video> = {},
  signedUrl?: string,
): Promise<VideoDocumentPart> {
  const video: Video = {
    id: crypto.randomUUID(),
    connectionId,
    name: 'cat.mp4',
    blobUrl: `${container}/cat.mp4`,
    bytes: 1000,
    durationSeconds: 60,
    fingerprint: null,
    upload: null,
    indexName: 'pets',
    documentId: 'cat',
    metadata: {},
    ingestion: null,
    simulated: false,
    createdAt: 1,
    updatedAt: 1,
    rev: 0,
    ...change,
  };
  await world.store.saveVideo(video, signedUrl);
  const { id, name, documentId, indexName } = video;
  return { kind: 'video-document', videoId: id, name, documentId, indexName: indexName! };
}

async function ask(world: World, chat: Chat, text: string): Promise<void> {
  chat.draft.setText(text);
  await chat.send('Untitled');
  await settled(world);
}

const answerOf = (chat: Chat) => chat.branch.at(-1) as AssistantMessage;

/** A documented body with its placeholders filled in. */
function filled(document: string, values: Readonly<Record<string, string>> = {}): unknown {
  const all = {
    'https://<resource>.cognitiveservices.azure.com': vision,
    '<key>': 'the-vision-key',
    '<index>': 'pets',
    '<SAS URL>': `${container}/cat.mp4?${sas}`,
    '<your_video_ID>': 'cat',
    ...values,
  };
  return JSON.parse(
    Object.entries(all).reduce((text, [name, value]) => text.replaceAll(name, value), document),
  );
}

describe('a question about a video of an index', () => {
  test('is the documented request, with key and SAS in its body alone', async () => {
    const { world, seen } = await openWorld();
    const { chat, connection } = await openSeer(world);
    chat.draft.addVideoDocument(await keepVideo(world, connection));
    await ask(world, chat, 'Describe this video:');
    expect(seen).toHaveLength(1);
    expect(seen[0]!.body).toEqual(filled(variantB));
    expect(new URL(seen[0]!.url).pathname).toBe('/openai/deployments/gpt-4-vision-preview/chat/completions');
    for (const secret of ['the-vision-key', 'c2lnbmF0dXJl'])
      expect(seen[0]!.url + seen[0]!.headers).not.toContain(secret);
    expect(answerOf(chat).reply).toMatchObject({
      status: 'complete',
      text: 'The advertisement video opens with a blurred background ...',
    });
    // Nothing of the SAS and the key is kept with the conversation.
    const kept = JSON.stringify([
      await world.store.listMessages(chat.conversation!.id),
      await ledgerOf(world),
    ]);
    expect(kept).not.toMatch(/the-vision-key|c2lnbmF0dXJl/);
  });

  test('on an Azure AI services resource names the address alone, its own before the container', async () => {
    const { world, seen } = await openWorld();
    const { chat, connection } = await openSeer(world, {
      change: { visionEndpoint: null, visionSource: 'same' },
    });
    const own = 'https://elsewhere.test/cat.mp4?se=2099-01-01&sig=b3duLXNpZ25hdHVyZQ%3D%3D';
    chat.draft.addVideoDocument(await keepVideo(world, connection, { blobUrl: null }, own));
    await ask(world, chat, 'Describe this video:');
    expect(seen[0]!.body).toEqual(filled(variantC, { '<SAS URL>': own }));
  });

  test('with a managed identity names no address, and needs none', async () => {
    const { world, seen } = await openWorld();
    const { chat } = await openSeer(world, {
      change: { visionEndpoint: null, visionSource: 'same', video: { managedIdentity: true } },
      blobSas: null,
    });
    chat.draft.addVideoDocument({
      kind: 'video-document',
      videoId: 'of-another-browser',
      name: 'cat.mp4',
      documentId: 'cat',
      indexName: 'pets',
    });
    await ask(world, chat, 'Describe this video:');
    expect(seen[0]!.body).toEqual(filled(variantD));
  });

  test('keeps the video in what follows, and pays for the index each time', async () => {
    const { world, seen } = await openWorld();
    const { chat, connection } = await openSeer(world, { change: { discountPercent: 20 } });
    chat.draft.addVideoDocument(await keepVideo(world, connection));
    chat.draft.setText('Describe this video:');
    await expect.poll(() => chat.estimate.current?.extraNanos).toBe(200_000);
    const { sources, inputTokens } = chat.estimate.current!;
    expect(sources).toContainEqual({ kind: 'video', messageId: null, name: 'cat.mp4', tokens: 2400 });
    expect(inputTokens).toBeGreaterThan(2400);
    await ask(world, chat, 'Describe this video:');
    await ask(world, chat, 'Is it a cat?');
    expect(seen[1]!.body).toMatchObject({
      enhancements: { video: { enabled: true } },
      messages: [
        { role: 'system' },
        {
          role: 'user',
          content: [
            { type: 'acv_document_id', acv_document_id: 'cat' },
            { type: 'text', text: 'Describe this video:' },
          ],
        },
        { role: 'assistant' },
        { role: 'user', content: 'Is it a cat?' },
      ],
    });
    const queries = (await world.store.listLedger({ since: 0 })).filter(({ kind }) => kind === 'video-query');
    expect(
      queries.map(({ units, costNanos, model }) => [units!.meter, units!.quantity, costNanos, model]),
    ).toEqual([
      ['video-query', 1, 200_000, 'Video Retrieval'],
      ['video-query', 1, 200_000, 'Video Retrieval'],
    ]);
    expect(answerOf(chat).reply.extras).toEqual([{ kind: 'video-query', quantity: 1, nanos: 200_000 }]);
  });

  test('is held against the budgets with its tokens and its query', async () => {
    const held: number[] = [];
    let openedWorld: World | null = null;
    const { world } = await openWorld(async () => {
      const now = Date.now();
      const window = { dayStart: now - 3_600_000, monthStart: now - 3_600_000, connectionId: null };
      held.push((await openedWorld!.store.readSpent(window)).overall.reservedNanos);
      return answer;
    });
    openedWorld = world;
    // The first question has the tokenizer loaded; after it what is held is counted, not rounded up.
    for (const withVideo of [false, false, true]) {
      const { chat, connection } = await openSeer(world);
      if (withVideo) chat.draft.addVideoDocument(await keepVideo(world, connection));
      await ask(world, chat, 'Describe this video:');
      world.desk.show('#/settings');
    }
    const price = (await world.connections.price(world.connections.list[0]!))!;
    expect(held[2]! - held[1]!).toBe(2400 * price.inputPerMillion * 1000 + 250_000);
  });
});

async function ledgerOf(world: World) {
  const rows = await world.store.listLedger({ since: 0 });
  return rows.map(({ kind, costNanos }) => [kind, costNanos]);
}

describe('what stands in the way', () => {
  test.each<[string, Keeping, object]>([
    ['no SAS', { blobSas: null }, { kind: 'video-not-here', param: 'no-sas' }],
    [
      'a SAS for another container',
      { blobSas: `${container}-of-others?${sas}` },
      { kind: 'video-not-here', param: 'no-sas' },
    ],
    [
      'a SAS that has expired',
      { blobSas: `${container}?${sas.replace('2099', '2024')}` },
      { kind: 'sas-expired', origin: 'https://account.blob.core.windows.net' },
    ],
    [
      'an API version without it',
      { change: { apiVersion: '2024-10-21' } },
      { kind: 'video-not-here', param: 'not-this-version', detail: '2024-10-21' },
    ],
    [
      'a model without it',
      { change: { model: { kind: 'catalog', id: 'gpt-4.1@2025-04-14' } } },
      { kind: 'video-not-here', param: 'not-this-model' },
    ],
    [
      'no Computer Vision resource',
      { change: { visionEndpoint: null } },
      { kind: 'video-not-here', param: 'no-vision-resource' },
    ],
  ])('is said before anything is sent or written: %s', async (_, keeping, failure) => {
    const { world, seen } = await openWorld();
    const { chat, connection } = await openSeer(world, keeping);
    chat.draft.addVideoDocument(await keepVideo(world, connection));
    await ask(world, chat, 'Describe this video:');
    expect(chat.problem).toMatchObject(failure);
    expect(JSON.stringify(chat.problem)).not.toContain('c2lnbmF0dXJl');
    expect(seen).toEqual([]);
    expect(await ledgerOf(world)).toEqual([]);
    expect(chat.draft.text).toBe('Describe this video:');
  });

  test("a video's own SAS is not handed to another connection's service", async () => {
    const { world, seen } = await openWorld();
    const { chat } = await openSeer(world, { blobSas: null });
    const other = await connect(world, 'elsewhere');
    const own = `https://elsewhere.test/cat.mp4?${sas}`;
    chat.draft.addVideoDocument(await keepVideo(world, other, { blobUrl: null }, own));
    await ask(world, chat, 'Describe this video:');
    expect(chat.problem).toMatchObject({ kind: 'video-not-here', param: 'no-sas' });
    expect(seen).toEqual([]);
  });

  test('two videos, or a picture beside one', async () => {
    const { world, seen } = await openWorld();
    const { chat, connection } = await openSeer(world);
    chat.draft.addVideoDocument(await keepVideo(world, connection));
    chat.draft.addVideoDocument(await keepVideo(world, connection, { documentId: 'dog', name: 'dog.mp4' }));
    await ask(world, chat, 'Compare');
    expect(chat.problem).toMatchObject({ kind: 'video-one-only', actual: 2, limit: 1 });
    chat.draft.remove(chat.draft.attachments[0]!.key);
    await chat.draft.addFiles([await drawPicture(300, 300)]);
    await ask(world, chat, 'Compare');
    expect(chat.problem).toMatchObject({ kind: 'video-with-pictures', actual: 1 });
    expect(seen).toEqual([]);
  });

  test('a failure inside a 200 ends the answer as that failure, and no query is billed', async () => {
    const { world } = await openWorld(() => failedAnswer);
    const { chat, connection } = await openSeer(world);
    chat.draft.addVideoDocument(await keepVideo(world, connection));
    await ask(world, chat, 'Describe this video:');
    expect(answerOf(chat).reply).toMatchObject({
      status: 'failed',
      failure: { kind: 'data-source-refused', code: '400' },
    });
    expect(answerOf(chat).reply.extras).toBeUndefined();
    expect(await ledgerOf(world)).toEqual([['chat', 0]]);
  });
});

describe('the simulator', () => {
  const origin = 'https://contoso.openai.azure.com';

  /** Has the video in an index, as the library leaves it there. */
  async function indexed(world: World, documentUrl: string): Promise<void> {
    const put = async (path: string, body: object): Promise<void> => {
      const response = await world.simulated(
        `${origin}/computervision/retrieval/indexes/pets${path}?api-version=2023-05-01-preview`,
        {
          method: 'PUT',
          headers: { 'ocp-apim-subscription-key': 'the-vision-key', 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
      );
      expect(response.ok).toBe(true);
    };
    await put('', { features: [{ name: 'vision', domain: 'generic' }] });
    await put('/ingestions/first', { videos: [{ mode: 'add', documentId: 'cat', documentUrl }] });
    // So long an ingestion takes there.
    await new Promise((resolve) => setTimeout(resolve, 4_100));
  }

  test('takes each of the five ways, streamed and whole, and the conversation goes on', async () => {
    const world = await createWorld();
    await indexed(world, `${container}/cat.mp4?${sas}`);
    const same = { visionEndpoint: null, visionSource: 'same' } as const;
    const second = { visionEndpoint: origin };
    const ways: readonly (readonly [string, Partial<Connection>, boolean])[] = [
      ['A', { ...second, apiVersion: '2023-12-01-preview' }, false],
      ['B', second, true],
      ['C', same, true],
      ['D', { ...same, video: { managedIdentity: true } }, true],
      ['E', { ...second, video: { sources: 'data_sources' } }, true],
    ];
    for (const [variant, change, stream] of ways) {
      const { chat, connection } = await openSeer(world, { change });
      await chat.setSettings({ stream });
      chat.draft.addVideoDocument(await keepVideo(world, connection));
      await ask(world, chat, 'Describe this video:');
      expect(answerOf(chat).reply, variant).toMatchObject({ status: 'complete', failure: null });
      await ask(world, chat, 'And what is its colour?');
      expect(answerOf(chat).reply, variant).toMatchObject({ status: 'complete', failure: null });
      world.desk.show('#/settings');
    }
    const queries = (await ledgerOf(world)).filter(([kind]) => kind === 'video-query');
    expect(queries).toEqual(Array.from({ length: 10 }, () => ['video-query', 250_000]));
  }, 30_000);

  test('says inside a 200 that it does not find the other spelling, streamed and whole', async () => {
    const world = await createWorld();
    for (const stream of [false, true]) {
      const change = { visionEndpoint: origin, video: { sources: 'dataSources' } } as const;
      const { chat, connection } = await openSeer(world, { change });
      await chat.setSettings({ stream });
      chat.draft.addVideoDocument(await keepVideo(world, connection));
      await ask(world, chat, 'Describe this video:');
      expect(answerOf(chat).reply).toMatchObject({
        status: 'failed',
        failure: { kind: 'data-source-refused', code: '400' },
      });
      world.desk.show('#/settings');
    }
  });
});

test('a connection keeps how it is asked, and loses it when it is taken back', async () => {
  const { world } = await openWorld();
  const { connection } = await openSeer(world, { change: { visionEndpoint: null, visionSource: 'same' } });
  const services = { ...world.services };
  const form = new ConnectionForm(services, world.connections.find(connection.id));
  await form.load();
  form.set({
    videoVariant: 'E',
    videoPath: 'extensions',
    videoSources: 'dataSources',
    managedIdentity: true,
  });
  const saved = await form.save();
  expect(saved!.video).toEqual({
    variant: 'E',
    path: 'extensions',
    sources: 'dataSources',
    managedIdentity: true,
  });

  const again = new ConnectionForm(services, world.connections.find(connection.id));
  await again.load();
  expect(again.fields).toMatchObject({ videoVariant: 'E', managedIdentity: true });
  again.set({ videoVariant: null, videoPath: null, videoSources: null, managedIdentity: false });
  expect(await again.save()).not.toHaveProperty('video');
});
