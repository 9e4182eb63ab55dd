import { expect, onTestFinished, test } from 'vitest';
import { SIMULATOR_ORIGIN, type Connection } from '#domain/connection.ts';
import type { VideoDocumentPart } from '#domain/conversation.ts';
import { createSimulator } from '#simulator';
import { newDraftId } from '#state/chat.svelte.ts';
import { VideoLibrary, blobNameOf, documentIdOf } from '#state/video-library.svelte.ts';
import { makeVideo } from '../media/made-video.ts';
import { connect, createWorld, openChat, settled, type World } from './desk-fixtures.ts';

const walk = makeVideo({ seconds: 6 });
const origin = 'http://127.0.0.1:9';

const sas = (changes: Readonly<Record<string, string>> = {}): string => {
  const query = new URLSearchParams({
    ...{ sv: '2024-11-04', sr: 'c', sp: 'rcwl', se: '2099-01-01T00:00:00Z', sig: 'c2lnbmVk' },
    ...changes,
  });
  return `${origin}/devstoreaccount1/videos?${query.toString()}`;
};

/** The model of the seed page with a Computer Vision resource and a container, all of them simulated. */
async function connectSeed(world: World, containerSas = sas(), change: Partial<Connection> = {}) {
  const saved = await connect(world, 'gpt-4-vision-preview', {
    endpoint: { base: origin, api: 'classic' },
    apiVersion: '2024-02-15-preview',
    model: { kind: 'catalog', id: 'gpt-4@vision-preview' },
    visionEndpoint: origin,
    ...change,
  });
  return world.connections.save(saved, { apiKey: 'a-key', visionKey: 'a-vision-key', blobSas: containerSas });
}

async function openLibrary(world: World): Promise<VideoLibrary> {
  const library = new VideoLibrary(world.services);
  onTestFinished(() => library.close());
  await library.open();
  return library;
}

const onlyVideo = (library: VideoLibrary) => library.videos[0]!;
const stage = (library: VideoLibrary) => library.stageOf(onlyVideo(library)).kind;

async function uploaded(library: VideoLibrary, file: File): Promise<void> {
  expect(await library.addFile(file, documentIdOf(file.name))).toBeNull();
  await expect.poll(() => stage(library), { timeout: 10_000 }).toBe('uploaded');
}

async function ready(library: VideoLibrary): Promise<void> {
  const { id, documentId } = onlyVideo(library);
  const index = {
    name: 'walks',
    features: [{ name: 'vision' as const, domain: 'generic' as const }],
    fields: [],
  };
  expect(await library.createIndex(index)).toBe(true);
  const videos = [{ id, documentId, metadata: {} }];
  expect(await library.ingest({ indexName: 'walks', videos, includesTranscript: false })).toBe(true);
  await expect.poll(() => stage(library), { timeout: 20_000 }).toBe('ready');
}

test('from a file to an answer: uploaded, ingested once, searched, asked about, each in the ledger', async () => {
  const world = await createWorld();
  const connection = await connectSeed(world);
  const library = await openLibrary(world);
  // Another tab follows the same ingestion; it is paid for once.
  const elsewhere = await openLibrary(world);
  await uploaded(library, await walk);
  expect(onlyVideo(library)).toMatchObject({ upload: null, documentId: documentIdOf((await walk).name) });
  expect(onlyVideo(library).durationSeconds).toBeCloseTo(6, 0);
  await expect.poll(() => library.readPoster(onlyVideo(library).id)).toBeInstanceOf(Blob);
  expect(await library.expectIngestion(library.videos)).toEqual({ minutes: 0.1, nanos: 5_000_000 });

  await ready(library);
  await expect.poll(() => stage(elsewhere), { timeout: 10_000 }).toBe('ready');
  const ingested = world.requests.filter(
    ({ method, url }) => method === 'PUT' && url.includes('/ingestions/'),
  );
  expect(ingested).toHaveLength(1);
  const ledger = async (kind: string) =>
    (await world.store.listLedger({ since: 0 })).filter((row) => row.kind === kind);
  expect(await ledger('video-ingestion')).toMatchObject([
    { units: { meter: 'video-ingestion', quantity: 0.1 }, costNanos: 5_000_000, model: 'Video Retrieval' },
  ]);

  expect(await library.search('walks', documentIdOf((await walk).name), [])).toBe(true);
  expect(library.hits?.[0]?.video?.id).toBe(onlyVideo(library).id);
  expect(await ledger('video-query')).toMatchObject([{ costNanos: 250_000, messageId: null }]);

  const part = library.toPart(onlyVideo(library))!;
  expect(await library.prepareQuestion(onlyVideo(library), 'At [00:02]: ')).toBe(true);
  const chat = await openChat(world, connection);
  expect(chat.connection?.id).toBe(connection.id);
  expect(chat.draft.videos).toEqual([part]);
  expect(chat.draft.text).toBe('At [00:02]: ');
  await chat.send('Untitled');
  await settled(world);
  expect(chat.branch.at(-1)).toMatchObject({ reply: { status: 'complete' } });
  const answered = (await ledger('video-query')).filter(({ messageId }) => messageId !== null);
  const asked = (await ledger('chat')).reduce((sum, { costNanos }) => sum + (costNanos ?? 0), 0);
  await expect
    .poll(() => library.spentOn(part.videoId))
    .toBe(5_000_000 + asked + (answered[0]?.costNanos ?? 0));
});

test('an upload that was broken off goes on with the same file alone, and sends only what is missing', async () => {
  const file = await walk;
  const long = new File([file, new Uint8Array(9 * 1024 * 1024)], file.name, { type: file.type });
  let isDown = false;
  const simulator = createSimulator({ delayMs: () => 0 });
  const sent: string[] = [];
  const world = await createWorld({
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const block = /[?&]comp=block&blockid=([^&]+)/.exec(request.url)?.[1];
      if (block !== undefined) {
        if (isDown)
          return new Promise<Response>((_, reject) => {
            request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
          });
        sent.push(block);
        isDown = sent.length === 2;
      }
      return simulator(request);
    },
  });
  await connectSeed(world);
  const library = await openLibrary(world);
  expect(await library.addFile(long, 'walk')).toBeNull();
  await expect.poll(() => isDown).toBe(true);
  await expect.poll(() => library.stageOf(onlyVideo(library))).toMatchObject({ kind: 'uploading' });
  library.close();

  isDown = false;
  const later = await openLibrary(world);
  await expect.poll(() => stage(later)).toBe('broken-off');
  const other = new File([file, new Uint8Array(10)], file.name, { type: file.type });
  expect(await later.goOn(onlyVideo(later), other)).toEqual({ kind: 'other-file' });
  const before = sent.length;
  isDown = false;
  expect(await later.goOn(onlyVideo(later), long)).toBeNull();
  await expect.poll(() => stage(later), { timeout: 10_000 }).toBe('uploaded');
  expect(before).toBe(2);
  expect(sent).toHaveLength(3);
  expect(new Set(sent).size).toBe(3);
});

test('a file that fails says why; out of the index, and with the index, it is as before', async () => {
  const world = await createWorld();
  await connectSeed(world);
  const library = await openLibrary(world);
  const file = await walk;
  await uploaded(library, new File([file], 'broken.mp4', { type: file.type }));
  const { id } = onlyVideo(library);
  const features = [{ name: 'vision', domain: 'generic' }] as const;
  expect(await library.createIndex({ name: 'films', features, fields: [] })).toBe(true);
  expect(await library.createIndex({ name: 'films', features, fields: [] })).toBe(false);
  expect(library.problem?.kind).toBe('index-exists');
  const videos = [{ id, documentId: 'broken', metadata: {} }];
  await library.ingest({ indexName: 'films', videos, includesTranscript: false });
  await expect.poll(() => stage(library), { timeout: 20_000 }).toBe('failed');
  const failed = library.stageOf(onlyVideo(library));
  expect(failed.kind === 'failed' && failed.problem?.message).toBeTruthy();
  expect(
    (await world.store.listLedger({ since: 0 })).filter(({ kind }) => kind === 'video-ingestion'),
  ).toEqual([]);
  expect(await library.deleteIndex('films')).toBe(true);
  expect(onlyVideo(library)).toMatchObject({ indexName: null, ingestion: null });
  expect(library.indexes).toEqual([]);
  expect(await library.ingest({ indexName: 'films', videos, includesTranscript: false })).toBe(false);
  expect(library.problem?.kind).toBe('index-not-found');
  expect(onlyVideo(library)).toMatchObject({ indexName: null, ingestion: null });
});

test('a document is taken out of its index by an ingestion', async () => {
  const world = await createWorld();
  await connectSeed(world);
  const library = await openLibrary(world);
  await uploaded(library, await walk);
  await ready(library);
  expect(await library.removeFromIndex(onlyVideo(library))).toBe(true);
  await expect.poll(() => stage(library), { timeout: 20_000 }).toBe('uploaded');
  const rows = (await world.store.listLedger({ since: 0 })).filter(({ kind }) => kind === 'video-ingestion');
  expect(rows).toHaveLength(1);
});

test.each([
  [sas({ se: '2020-01-01T00:00:00Z' }), 'sas-expired'],
  [sas({ sp: 'r' }), 'sas-lacks-permission'],
  [sas({ sr: 'b' }), 'sas-lacks-permission'],
])('a container SAS that does not do is told before anything is sent', async (containerSas, kind) => {
  const world = await createWorld();
  await connectSeed(world, containerSas);
  const library = await openLibrary(world);
  await library.addFile(await walk, 'walk');
  expect(library.problem?.kind).toBe(kind);
  expect(library.videos).toEqual([]);
  expect(world.requests.filter(({ url }) => url.includes('/devstoreaccount1/'))).toEqual([]);
});

test('by its SAS URL: kept sealed, never in the record, and goes to the service alone', async () => {
  const world = await createWorld();
  await connectSeed(world);
  const library = await openLibrary(world);
  expect(
    await library.addByUrl('https://account.blob.core.windows.net/films?sig=x&sp=r', null),
  ).toMatchObject({
    kind: 'address',
  });
  const file = sas({ sr: 'b', sp: 'r', sig: 'itsOwn' }).replace('/videos?', '/videos/a%20walk.mp4?');
  expect(await library.addByUrl(file, null)).toBeNull();
  expect(onlyVideo(library)).toMatchObject({ name: 'a walk.mp4', documentId: 'a-walk' });
  expect(JSON.stringify(onlyVideo(library))).not.toContain('itsOwn');
  expect(await world.store.readVideoAddress(onlyVideo(library).id)).toContain('itsOwn');
  await library.forget(onlyVideo(library).id);
  expect(library.videos).toEqual([]);
});

test('what is written for a new conversation is not lost to a question about a video', async () => {
  const world = await createWorld();
  const connection = await connectSeed(world);
  const library = await openLibrary(world);
  await uploaded(library, await walk);
  expect(await library.prepareQuestion(onlyVideo(library), 'Why?')).toBe(false);
  await ready(library);
  const old: VideoDocumentPart = {
    kind: 'video-document',
    videoId: 'old',
    name: 'old.mp4',
    documentId: 'old',
    indexName: 'walks',
  };
  const draft = {
    id: newDraftId,
    text: 'Half a',
    pictures: [],
    videos: [old],
    settings: null,
    connectionId: null,
    editing: null,
    plan: {},
    updatedAt: 1,
  };
  await world.store.saveDraft(draft);
  expect(await library.prepareQuestion(onlyVideo(library), 'Why?')).toBe(true);
  expect(await world.store.readDraft(newDraftId)).toMatchObject({
    text: 'Half a',
    videos: [library.toPart(onlyVideo(library))],
    connectionId: connection.id,
  });
});

test('everything can be tried on the simulator in the page', async () => {
  const world = await createWorld();
  const library = await openLibrary(world);
  expect(library.connections).toEqual([]);
  await library.useSimulator();
  expect(library.connection?.endpoint.base).toBe(SIMULATOR_ORIGIN);
  expect(library.container?.problems).toEqual([]);
  expect(library.isSimulated).toBe(true);
  await uploaded(library, await walk);
  await ready(library);
});

test.each([
  ['My walk (1).mp4', 'My-walk-1', 'abc-My-walk-1-.mp4'],
  ['..', 'video', 'abc-video'],
  ['漫步.mov', 'video', 'abc-漫步.mov'],
])('%s has a document id and a place of its own', (name, documentId, blobName) => {
  expect(documentIdOf(name)).toBe(documentId);
  expect(blobNameOf(name, 'abc')).toBe(blobName);
});
