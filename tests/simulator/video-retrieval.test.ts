import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { secondsIn } from '#domain/video-times.ts';
import { simulatedContainer, type Simulator } from '#simulator';
import { origin, quickSimulator, type Json } from './ask.ts';
import { makeSound } from './sounds.ts';

let simulator: Simulator;
let now: number;
beforeEach(() => {
  now = Date.parse('2026-11-23T10:00:00Z');
  simulator = quickSimulator({ now: () => now });
});

const key = { 'ocp-apim-subscription-key': 'a-key' };
const version = 'api-version=2023-05-01-preview';

interface Answered {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = key,
  query = version,
): Promise<Answered> {
  const url = `${origin}/computervision/retrieval${path}${path.includes('?') ? '&' : '?'}${query}`;
  const response = await simulator(
    new Request(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
  );
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
}

const container = new URL(simulatedContainer(origin));

function blobUrl(name: string, query = container.search): string {
  return `${container.origin}${container.pathname}/${name}${query}`;
}

async function upload(name: string, bytes: Uint8Array<ArrayBuffer> = new Uint8Array(20)): Promise<string> {
  const headers = { 'x-ms-blob-type': 'BlockBlob' };
  const put = await simulator(new Request(blobUrl(name), { method: 'PUT', headers, body: bytes }));
  expect(put.status).toBe(201);
  return blobUrl(name);
}

function example(name: string): Json {
  const folder = join(import.meta.dirname, '../fixtures/azure/video-retrieval');
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

const both = { features: [{ name: 'vision' }, { name: 'speech' }] };

async function makeIndex(name = 'my-index', body: unknown = both): Promise<void> {
  expect((await call('PUT', `/indexes/${name}`, body)).status).toBe(201);
}

const video = (documentUrl: string, more: object = {}) => ({ mode: 'add', documentUrl, ...more });

async function ingest(name: string, videos: readonly object[], more: object = {}): Promise<Answered> {
  return call('PUT', `/indexes/my-index/ingestions/${name}`, { videos, ...more });
}

async function ingestWhole(name: string, videos: readonly object[], more: object = {}): Promise<Json> {
  expect((await ingest(name, videos, more)).status).toBe(202);
  now += 5_000;
  return (await call('GET', `/indexes/my-index/ingestions/${name}?detailLevel=files`)).body;
}

const search = (body: object, index = 'my-index') => call('POST', `/indexes/${index}:queryByText`, body);

/** Names of what is in an object, however deep: its shape. */
function shapeOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shapeOf(one)]));
}

describe('an index', () => {
  test('is made as in the documents', async () => {
    const { status, body } = await call(
      'PUT',
      '/indexes/my-video-index',
      example('create-index.request.json'),
    );
    const documented = example('create-index.response.201.json');
    expect(status).toBe(201);
    expect(shapeOf(body)).toEqual(shapeOf(documented));
    const { eTag, createdDateTime, lastModifiedDateTime } = body;
    expect(body).toEqual({ ...documented, eTag, createdDateTime, lastModifiedDateTime });
    expect(eTag).toMatch(/^"[0-9a-z]{32}"$/);
    expect([createdDateTime, lastModifiedDateTime]).toEqual(Array(2).fill('2026-11-23T10:00:00.0000000Z'));
    expect((await call('GET', '/indexes/my-video-index')).body).toEqual(body);
  });

  test('without a word it sees, and has no fields', async () => {
    const { body } = await call('PUT', '/indexes/plain', {});
    expect(body.features).toEqual([{ name: 'vision', modelVersion: '2023-05-31', domain: 'generic' }]);
    expect(body.metadataSchema).toEqual({ language: 'en', fields: [] });
  });

  test('is updated and deleted', async () => {
    await makeIndex();
    const before = (await call('GET', '/indexes/my-index')).body;
    now += 60_000;
    const fields = [{ name: 'Camera', searchable: true, filterable: true, type: 'string' }];
    const { status, body } = await call('PATCH', '/indexes/my-index', {
      metadataSchema: { fields },
      userData: { of: 'me' },
    });
    expect(status).toBe(200);
    expect(body.metadataSchema.fields[0].name).toBe('camera');
    expect(body.userData).toEqual({ of: 'me' });
    expect(body.createdDateTime).toBe(before.createdDateTime);
    expect(body.lastModifiedDateTime).not.toBe(before.lastModifiedDateTime);
    expect(body.eTag).not.toBe(before.eTag);
    const gone = await call('DELETE', '/indexes/my-index');
    expect([gone.status, gone.body]).toEqual([204, null]);
    expect((await call('GET', '/indexes/my-index')).status).toBe(404);
  });

  test('all of them, page by page', async () => {
    for (let at = 0; at < 23; at += 1) await makeIndex(`index-${at}`, {});
    const first = (await call('GET', '/indexes')).body;
    expect(first.value).toHaveLength(20);
    const response = await simulator(new Request(first.nextLink, { headers: key }));
    const second = (await response.json()) as Json;
    expect(second.value.map(({ name }: Json) => name)).toEqual(['index-20', 'index-21', 'index-22']);
    expect(second).not.toHaveProperty('nextLink');
    expect((await call('GET', '/indexes?$skip=1&$top=2')).body.value).toHaveLength(2);
  });

  test.each([
    ['a long name', 'a'.repeat(25), {}, 'InvalidIndexName'],
    ['capitals', 'Index', {}, 'InvalidIndexName'],
    ['a hyphen at the end', 'index-', {}, 'InvalidIndexName'],
    ['a feature nobody has', 'index', { features: [{ name: 'smell' }] }, 'InvalidFeature'],
    [
      'speech under surveillance',
      'index',
      { features: [{ name: 'speech', domain: 'surveillance' }] },
      'InvalidFeature',
    ],
    [
      'a field without a type',
      'index',
      { metadataSchema: { fields: [{ name: 'a' }] } },
      'InvalidMetadataSchema',
    ],
  ])('%s: 400', async (_, name, body, inner) => {
    const answered = await call('PUT', `/indexes/${name}`, body);
    expect(answered.status).toBe(400);
    expect(answered.body.error.innererror.code).toBe(inner);
  });

  test('a GUID is a name; a name that is taken is refused', async () => {
    await makeIndex('5f0d6a3e-8c5c-4c3a-9a52-0d2a0f6f2c11');
    const twice = await call('PUT', '/indexes/5f0d6a3e-8c5c-4c3a-9a52-0d2a0f6f2c11', {});
    expect([twice.status, twice.body.error.innererror.code]).toEqual([409, 'IndexAlreadyExists']);
  });

  test('one that is not there: 404, whatever is asked of it', async () => {
    for (const [method, path, body] of [
      ['GET', '/indexes/none', undefined],
      ['DELETE', '/indexes/none', undefined],
      ['PATCH', '/indexes/none', {}],
      ['GET', '/indexes/none/documents', undefined],
      ['PUT', '/indexes/none/ingestions/one', { videos: [video('https://host.example/a.mp4')] }],
      ['POST', '/indexes/none:queryByText', { queryText: 'x' }],
    ] as const) {
      const answered = await call(method, path, body);
      expect([path, answered.status, answered.body.error.innererror.code]).toEqual([
        path,
        404,
        'IndexNotFound',
      ]);
    }
  });
});

describe('who may', () => {
  const status = async (headers: Record<string, string>, query = version) =>
    (await call('GET', '/indexes', undefined, headers, query)).status;

  test('the credentials of Image Analysis', async () => {
    expect(await status({})).toBe(401);
    expect(await status({ 'ocp-apim-subscription-key': 'wrong' })).toBe(401);
    expect(await status({ 'ocp-apim-subscription-key': 'openai-key' })).toBe(401);
    expect(await status({ authorization: 'Bearer good' })).toBe(200);
    expect(await status({ 'ocp-apim-subscription-key': 'limited' })).toBe(429);
    expect(await status({ 'ocp-apim-subscription-key': 'limited' })).toBe(429);
    expect(await status({ 'ocp-apim-subscription-key': 'limited' })).toBe(200);
  });

  test('with a version', async () => {
    expect(await status(key, 'api-version=2023-01-15-preview')).toBe(200);
    expect(await status(key, 'api-version=2024-02-01')).toBe(400);
    expect(await status(key, '')).toBe(404);
  });
});

describe('an ingestion', () => {
  beforeEach(() => makeIndex());

  test('takes its time, by the simulator’s clock', async () => {
    const url = await upload('a.mp4', await makeSound('mp4, as a file', 20, true));
    const started = await ingest('one', [video(url, { documentId: 'a' })]);
    expect(started.status).toBe(202);
    expect(started.headers.get('operation-location')).toContain('/indexes/my-index/ingestions/one');
    expect(shapeOf(started.body)).toEqual(shapeOf(example('create-ingestion.response.202.json')));
    expect(started.body.state).toBe('Running');
    expect((await call('GET', '/indexes/my-index/documents')).body.value).toEqual([]);
    now += 3_900;
    expect((await call('GET', '/indexes/my-index/ingestions/one')).body.state).toBe('Running');
    now += 100;
    const over = (await call('GET', '/indexes/my-index/ingestions/one')).body;
    expect(over.state).toBe('Completed');
    expect(over).not.toHaveProperty('fileStatusDetails');
    const listed = (await call('GET', '/indexes/my-index/ingestions?$top=20')).body;
    expect(shapeOf(listed)).toEqual(shapeOf(example('list-ingestions.response.200.json')));
    const { value } = (await call('GET', '/indexes/my-index/documents')).body;
    expect(value).toEqual([
      {
        documentId: 'a',
        documentUrl: url.replace(/\?.*/, ''),
        metadata: {},
        createdDateTime: '2026-11-23T10:00:04.0000000Z',
        lastModifiedDateTime: '2026-11-23T10:00:04.0000000Z',
      },
    ]);
  });

  test('the documented request is taken', async () => {
    const { status } = await call(
      'PUT',
      '/indexes/my-index/ingestions/my-ingestion',
      example('create-ingestion.request.json'),
    );
    expect(status).toBe(202);
  });

  test('slow ones take longer', async () => {
    await ingest('one', [video(await upload('slow.mp4'))]);
    now += 29_000;
    expect((await call('GET', '/indexes/my-index/ingestions/one')).body.state).toBe('Running');
    now += 1_000;
    expect((await call('GET', '/indexes/my-index/ingestions/one')).body.state).toBe('Completed');
  });

  test('says of each file why it failed', async () => {
    const good = await upload('good.mp4');
    const files: readonly (readonly [string, string | null])[] = [
      [good, null],
      ['https://host.example/of-another.mov', null],
      [blobUrl('nobody-sent-this.mp4'), 'BlobNotFound'],
      [good.replace('/videos/', '/missing/'), 'ContainerNotFound'],
      [good.replace('2099', '2020'), 'BlobAccessDenied'],
      [good.replace(/\?.*/, ''), 'BlobAccessDenied'],
      ['https://account.blob.core.windows.net/c/v.mp4', 'BlobAccessDenied'],
      ['https://account.blob.core.windows.net/c/v.mp4?se=2020-01-01&sig=x', 'BlobAccessDenied'],
      [await upload('words.txt'), 'UnsupportedMediaFormat'],
      [await upload('broken.mp4'), 'MediaDecodingFailed'],
      ['not an address', 'InvalidUrl'],
    ];
    const body = await ingestWhole(
      'one',
      files.map(([url], at) => video(url, { documentId: `d${at}` })),
    );
    expect(body.state).toBe('PartiallySucceeded');
    const details: Json[] = body.fileStatusDetails;
    expect(details.map(({ succeeded, error }) => [succeeded, error?.innerError.code ?? null])).toEqual(
      files.map(([, code]) => [code === null, code]),
    );
    expect(details.every(({ documentUrl }) => !documentUrl.includes('sig='))).toBe(true);
    expect((await call('GET', '/indexes/my-index/documents')).body.value).toHaveLength(2);
    const failed = await ingestWhole('two', [video('not an address')]);
    expect(failed.state).toBe('Failed');
  });

  test('why a SAS does not open it', async () => {
    const good = await upload('good.mp4');
    const body = await ingestWhole('one', [
      video(good.replace('2099', '2020')),
      video(good.replace('sp=rcwd', 'sp=w')),
    ]);
    const messages = body.fileStatusDetails.map(({ error }: Json) => error.innerError.message);
    expect(messages[0]).toContain('its SAS has expired');
    expect(messages[1]).toContain('AuthorizationPermissionMismatch');
  });

  test('a managed identity needs no SAS', async () => {
    const bare = (await upload('good.mp4')).replace(/\?.*/, '');
    const body = await ingestWhole('one', [video(bare)], { documentAuthenticationKind: 'managedIdentity' });
    expect(body.state).toBe('Completed');
    const wrong = await ingest('two', [video(bare)], { documentAuthenticationKind: 'magic' });
    expect(wrong.status).toBe(400);
  });

  test('updates metadata alone, and removes', async () => {
    const url = await upload('a.mp4');
    await ingestWhole('one', [video(url, { documentId: 'a', metadata: { Camera: '1' } })]);
    await ingestWhole('two', [
      { mode: 'update', documentId: 'a', documentUrl: url, metadata: { camera: '2' } },
    ]);
    const [document] = (await call('GET', '/indexes/my-index/documents')).body.value;
    expect(document).toMatchObject({ documentId: 'a', metadata: { camera: '2' } });
    expect(document.createdDateTime).not.toBe(document.lastModifiedDateTime);
    const removing = await ingestWhole('three', [
      { mode: 'remove', documentId: 'a', documentUrl: url },
      { mode: 'remove', documentId: 'never', documentUrl: url },
    ]);
    expect(removing.state).toBe('PartiallySucceeded');
    expect(removing.fileStatusDetails[1].error.innerError.code).toBe('DocumentNotFound');
    expect((await call('GET', '/indexes/my-index/documents')).body.value).toEqual([]);
  });

  test.each([
    ['no videos', {}],
    ['an empty list', { videos: [] }],
    ['no address', { videos: [{ mode: 'add' }] }],
    ['no mode', { videos: [{ documentUrl: 'https://host.example/a.mp4' }] }],
    ['a mode nobody knows', { videos: [{ mode: 'rename', documentUrl: 'https://host.example/a.mp4' }] }],
  ])('%s: 400', async (_, body) => {
    expect((await call('PUT', '/indexes/my-index/ingestions/one', body)).status).toBe(400);
  });

  test('a name is used once; one that is not there is not found', async () => {
    const url = await upload('a.mp4');
    await ingest('one', [video(url)]);
    expect((await ingest('one', [video(url)])).status).toBe(409);
    expect((await call('GET', '/indexes/my-index/ingestions/two')).status).toBe(404);
  });
});

describe('a search', () => {
  const fields = [
    { name: 'Camera', searchable: true, filterable: true, type: 'string' },
    { name: 'Taken', searchable: false, filterable: true, type: 'datetime' },
    { name: 'Note', searchable: false, filterable: false, type: 'string' },
  ];

  beforeEach(async () => {
    await makeIndex('my-index', { ...both, metadataSchema: { fields } });
    const dance = await upload('holiday-dance.mp4', await makeSound('mp4, as a file', 33, true));
    const short = await upload('tiny.webm', await makeSound('webm, as it is recorded', 2, true));
    await ingestWhole(
      'one',
      [
        video(dance, {
          documentId: 'dance',
          metadata: { Camera: 'north door', Taken: '2023-06-30 17:40:33', Note: 'zebra' },
        }),
        video(short, { documentId: 'short', metadata: { camera: 'south', Taken: '2024-01-01' } }),
      ],
      { includeSpeechTranscript: true },
    );
  });

  const hits = async (body: object): Promise<Json[]> => {
    const { status, body: found } = await search(body);
    expect(status).toBe(200);
    return found.value;
  };

  test('by words of names and metadata: shapes, times and order as documented', async () => {
    const found = await hits({
      queryText: 'The dance at the north door',
      filters: { featureFilters: ['vision'] },
    });
    const documented = example('query-by-text.vision.response.200.json').value[0];
    expect(found.filter(({ documentId }) => documentId === 'dance')).toHaveLength(3);
    for (const hit of found) {
      expect(shapeOf(hit)).toEqual(shapeOf(documented));
      expect(hit.documentKind).toBe('VideoFrame');
      const [start, best, end] = [hit.start, hit.best, hit.end].map((text) => secondsIn(text)!);
      expect(hit.start).toMatch(/^\d\d:\d\d:\d\d$/);
      expect(start).toBeLessThanOrEqual(best!);
      expect(best).toBeLessThanOrEqual(end!);
      expect(end).toBeLessThanOrEqual(hit.documentId === 'dance' ? 33 : 2);
    }
    expect(found[0].documentId).toBe('dance');
    expect(found[0].relevance).toBeGreaterThan(found.at(-1).relevance);
    expect(found.map(({ relevance }) => relevance)).toEqual(
      found.map(({ relevance }) => relevance).sort((a, b) => b - a),
    );
    expect(
      await hits({ queryText: 'The dance at the north door', filters: { featureFilters: ['vision'] } }),
    ).toEqual(found);
  });

  test('by words of the simulated transcript, with seven decimals', async () => {
    const found = await hits({ queryText: 'part 3', filters: { featureFilters: ['speech'] } });
    expect(shapeOf(found[0])).toEqual(shapeOf(example('query-by-text.speech.response.200.json').value[0]));
    expect(found[0]).toMatchObject({
      documentId: 'dance',
      documentKind: 'SpeechTextSegment',
      start: '00:00:10.0000000',
      end: '00:00:15.0000000',
    });
    expect(secondsIn(found.at(-1).end)).toBeLessThanOrEqual(33);
  });

  test('no transcript, no speech', async () => {
    await makeIndex('silent', both);
    const url = await upload('holiday.mp4');
    const misspelt = { videos: [video(url)], includeSpeechTranscrpt: true };
    await call('PUT', '/indexes/silent/ingestions/one', misspelt);
    now += 5_000;
    const { body } = await search(
      { queryText: 'simulated speech', filters: { featureFilters: ['speech'] } },
      'silent',
    );
    expect(body.value).toEqual([]);
  });

  test('always finds something, of little relevance', async () => {
    const found = await hits({ queryText: 'xylophone', filters: { featureFilters: ['vision'] } });
    expect(found.map(({ documentId }) => documentId).sort()).toEqual(['dance', 'short']);
    expect(Math.max(...found.map(({ relevance }) => relevance))).toBeLessThan(0.2);
    // A field that is not to be searched is not.
    expect(await hits({ queryText: 'zebra', filters: { featureFilters: ['vision'] } })).toHaveLength(2);
  });

  test('filters, top and skip', async () => {
    const documents = async (filters: object) => [
      ...new Set((await hits({ queryText: 'dance', filters })).map(({ documentId }) => documentId)),
    ];
    expect(await documents({ stringFilters: [{ fieldName: 'camera', values: ['south'] }] })).toEqual([
      'short',
    ]);
    expect(await documents({ stringFilters: [{ fieldName: 'CAMERA', values: ['west'] }] })).toEqual([]);
    expect(
      await documents({
        datetimeFilters: [
          { fieldName: 'taken', startTime: '2023-06-30 17:00', endTime: '2023-06-30 18:00:00' },
        ],
      }),
    ).toEqual(['dance']);
    const all = await hits({ queryText: 'simulated dance' });
    expect(await hits({ queryText: 'simulated dance', top: 2, skip: 1 })).toEqual(all.slice(1, 3));
    expect(
      (await search({ queryText: 'x', filters: { stringFilters: [{ fieldName: 'note', values: [] }] } }))
        .status,
    ).toBe(400);
  });

  test('of more than one index', async () => {
    await makeIndex('other', {});
    await call('PUT', '/indexes/other/ingestions/one', { videos: [video(await upload('dance-too.mp4'))] });
    now += 5_000;
    const found = await hits({ queryText: 'dance too', additionalIndexNames: ['other'] });
    expect(found[0].documentId).toMatch(/^\w{32}$/);
    expect((await search({ queryText: 'x', additionalIndexNames: ['none'] })).status).toBe(404);
  });

  test('without words: 400', async () => {
    expect((await search({})).status).toBe(400);
    expect((await search({ queryText: ' ' })).status).toBe(400);
  });
});
