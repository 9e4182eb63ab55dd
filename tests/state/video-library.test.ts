import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Connection } from '#domain/connection.ts';
import type { Video } from '#domain/video.ts';
import { createSimulator } from '#simulator';
import { newDraftId } from '#state/chat.svelte.ts';
import { blobNameOf, documentIdOf, VideoLibrary } from '#state/video-library.svelte.ts';
import { makeVideo } from '../media/made-video.ts';
import { connect, createWorld, type World } from './desk-fixtures.ts';

/** An account of an emulator has its name in the path. */
const base = 'http://127.0.0.1:10000';
const sasOf = (query = 'sp=rcw&se=2099-01-01T00:00:00Z'): string =>
  `${base}/devstoreaccount1/videos?sv=2024-11-04&sr=c&${query}&sig=topsecret`;

/** Six seconds, and then bytes that no player looks at: five blocks. */
const long = makeVideo({ seconds: 6 }).then(
  (file) => new File([file, new Uint8Array(17 * 1024 * 1024)], 'A walk (1).webm', { type: 'video/webm' }),
);
const short = async (name: string): Promise<File> =>
  new File([await makeVideo({ seconds: 3, widthPx: 64, heightPx: 48 })], name, { type: 'video/webm' });

type Answer = (request: Request) => Promise<Response | null> | Response | null;

/** One simulated Azure for all tabs of a test. */
function createAzure() {
  let aheadMs = 0;
  const simulator = createSimulator({ delayMs: () => 0, now: () => Date.now() + aheadMs });
  const requests: Request[] = [];
  const azure = {
    requests,
    /** Answers instead of the simulator, where it is not null. */
    answer: (() => null) as Answer,
    letIngestionsEnd: () => void (aheadMs += 60_000),
    fetch: (async (input, init) => {
      const request = new Request(input, init);
      requests.push(request.clone());
      const given = await Promise.race([azure.answer(request), aborted(request.signal)]);
      return given ?? simulator(request);
    }) as typeof fetch,
    blocks: () => requests.filter(({ method, url }) => method === 'PUT' && url.includes('comp=block&')),
    to: (method: string, path: RegExp) =>
      requests.filter((one) => one.method === method && path.test(new URL(one.url).pathname)),
  };
  return azure;
}
type Azure = ReturnType<typeof createAzure>;

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
const isBlock = ({ method, url }: Request): boolean => method === 'PUT' && url.includes('comp=block&');
const never = new Promise<never>(() => undefined);

interface Tab {
  readonly world: World;
  readonly library: VideoLibrary;
  readonly connection: Connection;
}

/** A tab, and in the first one a connection with a container and a Computer Vision resource. */
async function openTab(
  azure: Azure,
  { name, sas = sasOf(), change = {} }: { name?: string; sas?: string; change?: Partial<Connection> } = {},
): Promise<Tab> {
  const world = await createWorld({ fetch: azure.fetch, ...(name === undefined ? {} : { name }) });
  const saved = world.connections.list[0];
  const connection =
    saved ??
    (await world.connections.save(
      await connect(world, 'gpt-4.1', { name: 'Contoso', visionEndpoint: base, ...change }),
      { visionKey: 'a-vision-key', blobSas: sas },
    ));
  const library = new VideoLibrary(world.services);
  onTestFinished(() => library.close());
  await library.open();
  return { world, library, connection };
}

const stageOf = ({ library }: Tab, at = 0): string => {
  const video = library.videos[at];
  return video ? library.stageOf(video).kind : 'none';
};
const until = (tab: Tab, stage: string, at = 0) =>
  expect.poll(() => stageOf(tab, at), { timeout: 15_000 }).toBe(stage);

async function uploaded(tab: Tab, ...names: readonly string[]): Promise<readonly Video[]> {
  for (const name of names) {
    expect(await tab.library.addFile(await short(name), documentIdOf(name))).toBeNull();
    expect(tab.library.problem).toBeNull();
    await until(tab, 'uploaded');
  }
  return names.map((name) => tab.library.videos.find((video) => video.name === name)!);
}

async function indexed(tab: Tab, name = 'walks', fields: readonly string[] = []): Promise<void> {
  const created = await tab.library.createIndex({
    name,
    features: [
      { name: 'vision', domain: 'generic' },
      { name: 'speech', domain: 'generic' },
    ],
    fields: fields.map((field) => ({ name: field, searchable: true, filterable: true, type: 'string' })),
  });
  expect(created).toBe(true);
}

const ingest = (tab: Tab, videos: readonly Video[], indexName = 'walks') =>
  tab.library.ingest({
    indexName,
    videos: videos.map(({ id, documentId }) => ({ id, documentId, metadata: {} })),
    includesTranscript: true,
  });

const rowsOf = async ({ world }: Tab, kind: string) =>
  (await world.store.listLedger({ since: 0 })).filter((row) => row.kind === kind);

describe('uploading', () => {
  test('a file becomes a blob and a record, in which its SAS does not stand', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    const file = await long;
    expect(await tab.library.addFile(file, 'walk')).toBeNull();
    await until(tab, 'uploaded');
    const [video] = await tab.world.store.listVideos();
    expect(video).toMatchObject({
      name: 'A walk (1).webm',
      documentId: 'walk',
      bytes: file.size,
      upload: null,
      indexName: null,
      blobUrl: `${base}/devstoreaccount1/videos/${blobNameOf(file.name, video!.fingerprint!)}`,
    });
    expect(video!.durationSeconds).toBeCloseTo(6, 0);
    expect(JSON.stringify(video)).not.toContain('topsecret');
    expect(azure.blocks()).toHaveLength(5);
    await expect.poll(async () => (await tab.library.readPoster(video!.id))?.type).toBe('image/jpeg');
  });

  test('a file that is no video is refused before anything is sent', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    const refusal = await tab.library.addFile(new File(['no film'], 'notes.mp4'), 'notes');
    expect(refusal).toMatchObject({ kind: 'refused' });
    expect(azure.blocks()).toEqual([]);
    expect(await tab.world.store.listVideos()).toEqual([]);
  });

  test.for([
    ['expired', 'sp=rcw&se=2020-01-01T00:00:00Z', 'sas-expired'],
    ['that may not write', 'sp=r&se=2099-01-01T00:00:00Z', 'sas-lacks-permission'],
    ['that may not read', 'sp=cw&se=2099-01-01T00:00:00Z', 'sas-lacks-permission'],
  ] as const)('a SAS %s is found out before anything is sent', async ([, query, kind]) => {
    const azure = createAzure();
    const tab = await openTab(azure, { sas: sasOf(query) });
    expect(tab.library.container?.problems).not.toEqual([]);
    await tab.library.addFile(await short('a.webm'), 'a');
    expect(tab.library.problem?.kind).toBe(kind);
    expect(azure.blocks()).toEqual([]);
    expect(await tab.world.store.listVideos()).toEqual([]);
  });

  test('goes on after a reload with the same file only, and sends nothing twice', async () => {
    const azure = createAzure();
    let blocks = 0;
    azure.answer = (request) => (isBlock(request) && (blocks += 1) > 2 ? never : null);
    const before = await openTab(azure);
    await before.library.addFile(await long, 'walk');
    await expect.poll(() => blocks).toBeGreaterThan(4);
    const stage = before.library.stageOf(before.library.videos[0]!);
    await expect
      .poll(() => (stage.kind === 'uploading' ? stage.upload.sentBytes : 0))
      .toBe(2 * 4 * 1024 * 1024);
    before.library.close();
    before.world.close();

    azure.answer = () => null;
    const tab = await openTab(azure, { name: before.world.name });
    await until(tab, 'broken-off');
    const video = tab.library.videos[0]!;
    expect(await tab.library.goOn(video, await short('other.webm'))).toEqual({ kind: 'other-file' });
    const sent = azure.blocks().length;
    // The name may be another: the file is told by its size and its samples.
    const same = new File([await long], 'renamed.webm', { type: 'video/webm' });
    expect(await tab.library.goOn(video, same)).toBeNull();
    await until(tab, 'uploaded');
    expect(azure.blocks().slice(sent)).toHaveLength(3);
    expect(await tab.world.store.listVideos()).toHaveLength(1);
  });

  test('is paused and goes on', async () => {
    const azure = createAzure();
    azure.answer = (request) => (isBlock(request) ? never : null);
    const tab = await openTab(azure);
    await tab.library.addFile(await long, 'walk');
    await expect.poll(() => azure.blocks().length).toBeGreaterThan(0);
    const { id } = tab.library.videos[0]!;
    tab.library.pause(id);
    const stage = tab.library.stageOf(tab.library.videos[0]!);
    expect(stage.kind === 'uploading' && stage.upload.state).toBe('paused');
    azure.answer = () => null;
    await tab.library.resume(id);
    await until(tab, 'uploaded');
  });

  test('goes on with the SAS that the connection has by now, where the old one was refused', async () => {
    const azure = createAzure();
    azure.answer = (request) =>
      isBlock(request) && request.url.includes('sig=topsecret')
        ? new Response('<Error><Code>AuthenticationFailed</Code></Error>', { status: 403 })
        : null;
    const tab = await openTab(azure);
    await tab.library.addFile(await long, 'walk');
    await expect
      .poll(() => {
        const stage = tab.library.stageOf(tab.library.videos[0]!);
        return stage.kind === 'uploading' && stage.upload.state;
      })
      .toBe('failed');
    await tab.world.connections.save(tab.world.connections.find(tab.connection.id)!, {
      blobSas: sasOf().replace('topsecret', 'renewed').replace('/videos?', '/films?'),
    });
    await tab.library.resume(tab.library.videos[0]!.id);
    await until(tab, 'uploaded');
    // It lies where it was sent to.
    expect(tab.library.videos[0]!.blobUrl).toContain('/devstoreaccount1/films/');
  });

  test('of two tabs one sends; the other sees it, and may take over once it is paused there', async () => {
    const azure = createAzure();
    azure.answer = (request) => (isBlock(request) ? never : null);
    const first = await openTab(azure);
    await first.library.addFile(await long, 'walk');
    await expect.poll(() => azure.blocks().length).toBeGreaterThan(0);
    const second = await openTab(azure, { name: first.world.name });
    await until(second, 'elsewhere');
    const sent = azure.blocks().length;
    await second.library.goOn(second.library.videos[0]!, await long);
    await until(second, 'elsewhere');
    expect(azure.blocks()).toHaveLength(sent);

    first.library.pause(first.library.videos[0]!.id);
    await until(second, 'broken-off');
    azure.answer = () => null;
    await second.library.goOn(second.library.videos[0]!, await long);
    await until(second, 'uploaded');
    // The first shows what became of it, though it had begun.
    await until(first, 'uploaded');
  });

  test('cancelled in another tab, it ends, and leaves no record', async () => {
    const azure = createAzure();
    azure.answer = (request) => (isBlock(request) ? never : null);
    const first = await openTab(azure);
    await first.library.addFile(await long, 'walk');
    await expect.poll(() => azure.blocks().length).toBeGreaterThan(0);
    const second = await openTab(azure, { name: first.world.name });
    await second.library.forget(second.library.videos[0]!.id);
    await expect.poll(() => first.library.videos).toEqual([]);
    azure.answer = () => null;
    const sent = azure.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(azure.requests).toHaveLength(sent);
    expect(await first.world.store.listVideos()).toEqual([]);
  });
});

describe('a video by its SAS URL', () => {
  test('is taken with its own secret, which stands in no record', async () => {
    const tab = await openTab(createAzure());
    const url =
      'https://films.blob.core.windows.net/out/lobby.mp4?sp=r&se=2099-01-01T00:00:00Z&sr=b&sig=mine';
    expect(await tab.library.addByUrl(url, null)).toBeNull();
    const [video] = tab.library.videos;
    expect(video).toMatchObject({
      name: 'lobby.mp4',
      documentId: 'lobby',
      blobUrl: 'https://films.blob.core.windows.net/out/lobby.mp4',
      durationSeconds: null,
    });
    expect(JSON.stringify(await tab.world.store.listVideos())).not.toContain('sig');
    expect(await tab.world.store.readVideoAddress(video!.id)).toBe(url);
    expect(await tab.library.expectIngestion([video!])).toEqual({ minutes: null, nanos: null });
  });

  test.for([
    ['nonsense', 'not-an-address'],
    ['https://films.blob.core.windows.net/out/lobby.mp4?sp=r&se=2099-01-01T00:00:00Z&sr=b', 'no-signature'],
    [
      'https://films.blob.core.windows.net/out/lobby.mp4?sp=r&se=2020-01-01T00:00:00Z&sr=b&sig=mine',
      'expired',
    ],
  ] as const)('%s is refused as %s', async ([url, code]) => {
    const tab = await openTab(createAzure());
    expect(await tab.library.addByUrl(url, null)).toEqual({ kind: 'address', code });
    expect(await tab.world.store.listVideos()).toEqual([]);
  });
});

describe('indexes', () => {
  test('are created, listed and deleted; its videos are in none then', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    expect(tab.library.indexesState).toBe('ready');
    await indexed(tab, 'walks', ['camera']);
    expect(tab.library.indexes).toMatchObject([{ name: 'walks', fields: [{ name: 'camera' }] }]);
    const videos = await uploaded(tab, 'a.webm');
    expect(await ingest(tab, videos)).toBe(true);
    azure.letIngestionsEnd();
    await until(tab, 'ready');
    expect(await tab.library.deleteIndex('walks')).toBe(true);
    expect(tab.library.indexes).toEqual([]);
    await until(tab, 'uploaded');
  });

  test('a name that is taken is told', async () => {
    const tab = await openTab(createAzure());
    await indexed(tab);
    expect(await tab.library.createIndex({ name: 'walks', features: [], fields: [] })).toBe(false);
    expect(tab.library.problem?.kind).toBeDefined();
    tab.library.dismissProblem();
    expect(tab.library.problem).toBeNull();
  });

  test('of a connection that was chosen meanwhile are not mixed up with those of the one before', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    await indexed(tab);
    const other = await connect(tab.world, 'other', { name: 'Other' });
    const withContainer = await tab.world.connections.save(other, { blobSas: sasOf() });
    await Promise.all([tab.library.choose(tab.connection.id), tab.library.choose(withContainer.id)]);
    expect(tab.library.connection?.name).toBe('Other');
    expect(tab.library.indexes).toEqual([]);
    expect(tab.library.hasVision).toBe(false);
  });
});

describe('ingestion', () => {
  test('of several videos: one request as documented, and each minute is written down once', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    await indexed(tab, 'walks', ['camera']);
    const videos = await uploaded(tab, 'a.webm', 'b.webm');
    const expected = await tab.library.expectIngestion(videos);
    const begun = await tab.library.ingest({
      indexName: 'walks',
      videos: videos.map(({ id }, at) => ({
        id,
        documentId: `doc-${String(at)}`,
        metadata: (at === 0 ? { camera: 'north' } : {}) as Record<string, string>,
      })),
      includesTranscript: true,
    });
    expect(begun).toBe(true);
    expect([stageOf(tab, 0), stageOf(tab, 1)]).toEqual(['ingesting', 'ingesting']);
    const [request] = azure.to('PUT', /\/ingestions\//);
    const body = (await request!.json()) as { videos: readonly Record<string, unknown>[] };
    expect(body).toMatchObject({ includeSpeechTranscript: true });
    expect(body).not.toHaveProperty('documentAuthenticationKind');
    expect(body.videos).toEqual([
      {
        mode: 'add',
        documentId: 'doc-0',
        documentUrl: expect.stringMatching(/a\.webm\?.*sig=topsecret/) as unknown,
        metadata: { camera: 'north' },
      },
      {
        mode: 'add',
        documentId: 'doc-1',
        documentUrl: expect.stringMatching(/b\.webm\?.*sig=topsecret/) as unknown,
      },
    ]);

    // Two tabs follow it; one asks.
    const second = await openTab(azure, { name: tab.world.name });
    azure.letIngestionsEnd();
    await until(tab, 'ready', 0);
    await until(tab, 'ready', 1);
    await until(second, 'ready', 0);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(azure.to('GET', /\/ingestions\//)).toHaveLength(1);

    const rows = await rowsOf(tab, 'video-ingestion');
    expect(rows).toHaveLength(2);
    const minutes = videos.map(({ durationSeconds }) => Math.round((durationSeconds! / 60) * 1000) / 1000);
    expect(rows.map(({ units }) => units?.quantity).sort()).toEqual([...minutes].sort());
    expect(rows.reduce((sum, { costNanos }) => sum + costNanos!, 0)).toBe(expected.nanos);
    // $0.05 a minute.
    expect(expected.nanos).toBe(Math.round((minutes[0]! + minutes[1]!) * 50_000_000));
    await expect.poll(() => tab.library.spentOn(videos[0]!.id)).toBe(Math.round(minutes[0]! * 50_000_000));
  });

  test('is followed after a reload', async () => {
    const azure = createAzure();
    const before = await openTab(azure);
    await indexed(before);
    await ingest(before, await uploaded(before, 'a.webm'));
    before.library.close();
    before.world.close();
    azure.letIngestionsEnd();
    const tab = await openTab(azure, { name: before.world.name });
    expect(stageOf(tab)).toBe('ingesting');
    await until(tab, 'ready');
    expect(await rowsOf(tab, 'video-ingestion')).toHaveLength(1);
  });

  test('a network that is away for a while is asked again', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    await indexed(tab);
    await ingest(tab, await uploaded(tab, 'a.webm'));
    azure.letIngestionsEnd();
    let asked = 0;
    azure.answer = ({ method, url }) => {
      if (method !== 'GET' || !url.includes('/ingestions/')) return null;
      asked += 1;
      if (asked > 1) return null;
      throw new TypeError('Failed to fetch');
    };
    await until(tab, 'ready');
    expect(asked).toBeGreaterThan(1);
    expect(tab.library.problem).toBeNull();
  });

  test('what one file met is told with that file, and costs nothing', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    await indexed(tab);
    const videos = await uploaded(tab, 'good.webm', 'broken.webm');
    await ingest(tab, videos);
    azure.letIngestionsEnd();
    const stage = (name: string) =>
      tab.library.stageOf(tab.library.videos.find((video) => video.name === name)!);
    await expect.poll(() => stage('good.webm').kind, { timeout: 15_000 }).toBe('ready');
    await expect
      .poll(() => stage('broken.webm'))
      .toMatchObject({ kind: 'failed', problem: { code: 'MediaDecodingFailed' } });
    const rows = await rowsOf(tab, 'video-ingestion');
    expect(rows.map(({ id }) => id.split(':')[1])).toEqual([videos[0]!.id]);
  });

  test('that was refused leaves the videos as they were', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    const videos = await uploaded(tab, 'a.webm');
    expect(await ingest(tab, videos, 'nowhere')).toBe(false);
    expect(tab.library.problem?.kind).toBe('index-not-found');
    expect(stageOf(tab)).toBe('uploaded');
    expect(tab.library.videos[0]!.indexName).toBeNull();
  });

  test('by a managed identity sends no SAS', async () => {
    const azure = createAzure();
    const tab = await openTab(azure, { change: { video: { managedIdentity: true } } });
    await indexed(tab);
    await ingest(tab, await uploaded(tab, 'a.webm'));
    const body = await azure.to('PUT', /\/ingestions\//)[0]!.text();
    expect(JSON.parse(body)).toMatchObject({ documentAuthenticationKind: 'managedIdentity' });
    expect(body).not.toContain('sig=');
    expect(body).not.toContain('topsecret');
  });

  test('a length that nobody knows makes a row whose cost is not known', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    await indexed(tab);
    await tab.library.addByUrl(
      'https://films.blob.core.windows.net/out/lobby.mp4?sp=r&se=2099-01-01T00:00:00Z&sr=b&sig=mine',
      null,
    );
    await ingest(tab, tab.library.videos);
    azure.letIngestionsEnd();
    await until(tab, 'ready');
    expect(await rowsOf(tab, 'video-ingestion')).toMatchObject([{ units: null, costNanos: null }]);
    await expect.poll(() => tab.library.spentOn(tab.library.videos[0]!.id)).toBeNull();
  });

  test('removes a document, which leaves the file', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    await indexed(tab);
    await ingest(tab, await uploaded(tab, 'a.webm'));
    azure.letIngestionsEnd();
    await until(tab, 'ready');
    expect(await tab.library.removeFromIndex(tab.library.videos[0]!)).toBe(true);
    const removing = tab.library.stageOf(tab.library.videos[0]!);
    expect(removing).toEqual({ kind: 'ingesting', mode: 'remove' });
    azure.letIngestionsEnd();
    await until(tab, 'uploaded');
    expect(tab.library.videos[0]).toMatchObject({ indexName: null, ingestion: null });
    const modes = await Promise.all(
      azure
        .to('PUT', /\/ingestions\//)
        .map(async (one) => ((await one.json()) as { videos: { mode: string }[] }).videos[0]!.mode),
    );
    expect(modes).toEqual(['add', 'remove']);
    // To take something out costs nothing.
    expect(await rowsOf(tab, 'video-ingestion')).toHaveLength(1);
  });

  test('a removal that never arrived is not taken for one', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    await indexed(tab);
    await ingest(tab, await uploaded(tab, 'a.webm'));
    azure.letIngestionsEnd();
    await until(tab, 'ready');
    azure.answer = ({ method, url }) => {
      if (method === 'PUT' && url.includes('/ingestions/')) throw new TypeError('Failed to fetch');
      return null;
    };
    expect(await tab.library.removeFromIndex(tab.library.videos[0]!)).toBe(false);
    await until(tab, 'failed');
    expect(tab.library.videos[0]!.indexName).toBe('walks');
  });
});

describe('search', () => {
  test('finds moments of the videos, and each search is a query', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    await indexed(tab);
    const videos = await uploaded(tab, 'walk.webm');
    await ingest(tab, videos);
    azure.letIngestionsEnd();
    await until(tab, 'ready');
    expect(await tab.library.search('walks', 'walk', [])).toBe(true);
    expect(tab.library.hits!.length).toBeGreaterThan(0);
    for (const hit of tab.library.hits!) {
      expect(hit.video?.id).toBe(videos[0]!.id);
      expect(hit.endSeconds).toBeGreaterThanOrEqual(hit.startSeconds);
    }
    await tab.library.search('walks', 'walk', ['speech']);
    expect(tab.library.hits!.every(({ kind }) => kind === 'speech')).toBe(true);
    const rows = await rowsOf(tab, 'video-query');
    expect(rows.map(({ units, costNanos }) => [units?.quantity, costNanos])).toEqual([
      // $0.25 per 1,000.
      [1, 250_000],
      [1, 250_000],
    ]);
  });

  test('that failed costs nothing', async () => {
    const tab = await openTab(createAzure());
    expect(await tab.library.search('nowhere', 'walk', [])).toBe(false);
    expect(tab.library.problem?.kind).toBe('index-not-found');
    expect(await rowsOf(tab, 'video-query')).toEqual([]);
  });
});

describe('a question', () => {
  test('is prepared with the video; what was written stays, and the moment is named once', async () => {
    const azure = createAzure();
    const tab = await openTab(azure);
    const { store } = tab.world;
    await indexed(tab);
    const [video] = await uploaded(tab, 'walk.webm');
    expect(await tab.library.prepareQuestion(video!, '')).toBe(false);
    await ingest(tab, [video!]);
    azure.letIngestionsEnd();
    await until(tab, 'ready');
    const ready = tab.library.videos[0]!;

    expect(await tab.library.prepareQuestion(ready, 'Between [00:01] and [00:02]: ')).toBe(true);
    expect(await store.readDraft(newDraftId)).toMatchObject({
      text: 'Between [00:01] and [00:02]: ',
      connectionId: tab.connection.id,
      videos: [{ kind: 'video-document', videoId: ready.id, documentId: 'walk', indexName: 'walks' }],
    });
    await store.saveDraft({ ...(await store.readDraft(newDraftId))!, text: 'Who is it?' });
    await tab.library.prepareQuestion(ready, 'At [00:03]: ');
    await tab.library.prepareQuestion(ready, 'At [00:03]: ');
    await tab.library.prepareQuestion(ready, '');
    const draft = await store.readDraft(newDraftId);
    expect(draft?.text).toBe('Who is it?\nAt [00:03]: ');
    expect(draft?.videos).toHaveLength(1);
  });
});

describe('connections', () => {
  test('none that has to do with videos; one that the simulator gives', async () => {
    const world = await createWorld({ fetch: vi.fn<typeof fetch>() });
    await connect(world, 'gpt-4.1');
    const library = new VideoLibrary(world.services);
    onTestFinished(() => library.close());
    await library.open();
    expect(library.connections).toEqual([]);
    expect(library.connection).toBeNull();
    await library.useSimulator();
    expect(library.problem).toBeNull();
    expect(library.isSimulated).toBe(true);
    expect(library.container?.problems).toEqual([]);
    expect(library.indexesState).toBe('ready');
    const made = library.connections.map(({ id }) => id);
    await library.useSimulator();
    expect(library.connections.map(({ id }) => id)).toEqual(made);
  });
});
