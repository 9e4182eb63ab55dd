import { describe, expect, test } from 'vitest';
import {
  checkVideoSas,
  createVideoRetrievalClient,
  type Credential,
  type NewIngestion,
  type VideoOptions,
  type VideoQuery,
} from '#azure';
import { toFailure } from '#domain/failure.ts';
import { apiKey, fakeFetch, fixture, json, type Answer } from './support.ts';

const endpoint = 'https://contoso-vision.cognitiveservices.azure.com/';
const root = 'https://contoso-vision.cognitiveservices.azure.com/computervision/retrieval';
const signature = 'Zm9v+YmFy/cXV4PT1zZWNyZXQ=';
const sas = `sv=2024-11-04&se=2030-01-01T00%3A00%3A00Z&sr=c&sp=rcwl&sig=${encodeURIComponent(signature)}`;
const options: VideoOptions = { signal: new AbortController().signal };
const read = (name: string): unknown => JSON.parse(fixture(`video-retrieval/${name}.json`));

function open(answers: readonly Answer[], credential: Credential = apiKey) {
  const { fetch, sent } = fakeFetch(...answers);
  const waits: number[] = [];
  const client = createVideoRetrievalClient(endpoint, credential, {
    fetch,
    random: () => 0.5,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    now: () => 0,
  });
  return { client, sent, waits };
}

const cameras: NewIngestion = {
  name: 'my-ingestion',
  videos: [
    {
      mode: 'add',
      documentId: '02a504c9cd28296a8b74394ed7488045',
      url: 'https://example.blob.core.windows.net/videos/02a504c9cd28296a8b74394ed7488045.mp4?sas_token_here',
      metadata: { cameraId: 'camera1', timestamp: '2023-06-30 17:40:33' },
    },
  ],
  includesTranscript: true,
  usesManagedIdentity: false,
};

describe('indexes', () => {
  test('one is created as the documents show', async () => {
    const { client, sent } = open([json(read('create-index.response.201'), 201)]);
    const field = { searchable: false, filterable: true };
    const made = await client.createIndex(
      {
        name: 'my-video-index',
        features: [
          { name: 'vision', domain: 'surveillance' },
          { name: 'speech', domain: 'generic' },
        ],
        fields: [
          { ...field, name: 'cameraId', type: 'string' },
          { ...field, name: 'timestamp', type: 'datetime' },
        ],
      },
      options,
    );
    expect(sent[0]!.url).toBe(`${root}/indexes/my-video-index?api-version=2023-05-01-preview`);
    expect(sent[0]!.init).toMatchObject({ method: 'PUT', redirect: 'error', credentials: 'omit' });
    expect(sent[0]!.init.headers).toEqual({
      'ocp-apim-subscription-key': apiKey.value,
      'content-type': 'application/json',
    });
    expect(JSON.parse(sent[0]!.body)).toEqual(read('create-index.request'));
    // The service gives the names of fields back in lower case.
    expect(made).toEqual({
      name: 'my-video-index',
      features: [
        { name: 'vision', domain: 'surveillance' },
        { name: 'speech', domain: 'generic' },
      ],
      fields: [
        { ...field, name: 'cameraid', type: 'string' },
        { ...field, name: 'timestamp', type: 'datetime' },
      ],
      createdAt: '2023-07-06T18:05:06.7582534Z',
    });
  });

  test('all are listed, page by page, and no link of the service is followed', async () => {
    const page = (names: readonly string[], nextLink?: string) =>
      json({ value: names.map((name) => ({ name })), ...(nextLink ? { nextLink } : {}) });
    const { client, sent } = open([
      page(['a', 'b'], 'https://elsewhere.example/steal?key=1'),
      page(['c'], 'https://elsewhere.example/steal?key=2'),
      page([]),
    ]);
    expect((await client.listIndexes(options)).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(sent.map(({ url }) => url)).toEqual(
      [0, 2, 3].map((skip) => `${root}/indexes?$skip=${skip}&$top=20&api-version=2023-05-01-preview`),
    );
    expect(sent.map(({ init, body }) => [init.method, body])).toEqual(sent.map(() => ['GET', '']));
  });

  test('one is deleted, also when the answer to the first try was lost in an error', async () => {
    const { client, sent } = open([
      json({ error: { code: 'InternalServerError', message: 'oops' } }, 500),
      json({ error: { code: 'NotFound', message: 'gone' } }, 404),
    ]);
    await client.deleteIndex('my-video-index', options);
    expect(sent.map(({ init }) => init.method)).toEqual(['DELETE', 'DELETE']);
    const { client: other } = open([new Response(null, { status: 204 })]);
    await other.deleteIndex('my-video-index', options);
  });

  test('documents are listed by their ids', async () => {
    const { client, sent } = open([
      json({ value: [{ documentId: 'one', documentUrl: 'https://x/y' }, { documentId: 'two' }, {}] }),
    ]);
    expect(await client.listDocuments('my-video-index', options)).toEqual(['one', 'two']);
    expect(new URL(sent[0]!.url).pathname).toBe('/computervision/retrieval/indexes/my-video-index/documents');
  });

  test.each(['', '.', '..'])('%j is no name that goes into a path', async (name) => {
    const { client, sent } = open([json({})]);
    const failure = await client.deleteIndex(name, options).then(() => null, toFailure);
    expect(failure?.kind).toBe('connection-incomplete');
    expect(sent).toEqual([]);
  });

  test('a name stays one segment of the path', async () => {
    const { client, sent } = open([json({})]);
    await client.deleteIndex('a/../b?c#d', options);
    expect(sent[0]!.url).toBe(`${root}/indexes/a%2F..%2Fb%3Fc%23d?api-version=2023-05-01-preview`);
  });
});

describe('ingestions', () => {
  test('one is begun as the documents show, its transcript spelled right', async () => {
    const { client, sent } = open([json(read('create-ingestion.response.202'), 202)]);
    const begun = await client.ingest('my-video-index', cameras, options);
    expect(sent[0]!.url).toBe(
      `${root}/indexes/my-video-index/ingestions/my-ingestion?api-version=2023-05-01-preview`,
    );
    expect(sent[0]!.init.method).toBe('PUT');
    expect(JSON.parse(sent[0]!.body)).toEqual(read('create-ingestion.request'));
    expect(begun).toEqual({ name: 'my-ingestion', state: 'running', files: [] });
  });

  test('a document is taken out by an ingestion, and a managed identity needs no SAS', async () => {
    const { client, sent } = open([json({ state: 'NotStarted' }, 202)]);
    const url = 'https://example.blob.core.windows.net/videos/clip.mp4';
    const removal = { mode: 'remove', documentId: 'clip', url, metadata: {} } as const;
    const begun = await client.ingest(
      'my-video-index',
      { name: 'out', videos: [removal], includesTranscript: false, usesManagedIdentity: true },
      options,
    );
    expect(JSON.parse(sent[0]!.body)).toEqual({
      videos: [{ mode: 'remove', documentId: 'clip', documentUrl: url }],
      includeSpeechTranscript: false,
      documentAuthenticationKind: 'managedIdentity',
      moderation: false,
      generateInsightIntervals: false,
      filterDefectedFrames: false,
    });
    expect(begun).toEqual({ name: 'out', state: 'not-started', files: [] });
  });

  test('one that was begun by a try that seemed to fail is not refused as a second one', async () => {
    const { client, sent } = open([
      json({ error: { code: 'Unavailable', message: 'later' } }, 503),
      json({ error: { code: 'IngestionExists', message: 'exists' } }, 409),
      json(read('create-ingestion.response.202')),
    ]);
    expect((await client.ingest('my-video-index', cameras, options)).state).toBe('running');
    expect(sent.map(({ init }) => init.method)).toEqual(['PUT', 'PUT', 'GET']);
  });

  test.each([
    ['notStarted', 'not-started'],
    ['Running', 'running'],
    ['COMPLETED', 'completed'],
    ['failed', 'failed'],
    ['PartiallySucceeded', 'partially-succeeded'],
    ['partiallySucceeded', 'partially-succeeded'],
    ['Dreaming', 'unknown'],
  ])('its state %s is %s', async (word, state) => {
    const { client } = open([json({ name: 'i', state: word })]);
    expect((await client.readIngestion('x', 'i', options)).state).toBe(state);
  });

  test('says of each file how it went, by the innermost error, with no SAS in it', async () => {
    const { client, sent } = open([
      json({
        name: 'i',
        state: 'PartiallySucceeded',
        fileStatusDetails: [
          { documentId: 'good', documentUrl: 'https://x/good.mp4', succeeded: true },
          {
            documentId: 'bad',
            documentUrl: `https://x/bad.mp4?${sas}`,
            succeeded: false,
            error: {
              code: 'InvalidRequest',
              message: 'The video could not be ingested.',
              innerError: {
                code: 'DownloadFailed',
                message: `Could not read https://x/bad.mp4?${sas} nor ${encodeURIComponent(`https://x/bad.mp4?${sas}`)}.`,
              },
            },
          },
          { documentId: 'waits' },
          { succeeded: true },
        ],
      }),
    ]);
    const ingestion = await client.readIngestion('my-video-index', 'i', options);
    expect(new URL(sent[0]!.url).searchParams.get('detailLevel')).not.toBeNull();
    expect(ingestion.files.map(({ documentId, succeeded }) => [documentId, succeeded])).toEqual([
      ['good', true],
      ['bad', false],
      ['waits', null],
    ]);
    expect(ingestion.files[0]!.problem).toBeNull();
    expect(ingestion.files[1]!.problem).toMatchObject({
      code: 'DownloadFailed',
      message: expect.stringContaining('Could not read'),
    });
    hasNoSas(ingestion);
  });

  test('a SAS that the service repeats is in no failure', async () => {
    const signed = `https://x.blob.core.windows.net/videos/clip.mp4?${sas}`;
    const message = [signed, decodeURIComponent(sas), encodeURIComponent(signed), signature, btoa(sas)].join(
      ' and ',
    );
    const { client } = open([json({ error: { code: signature, message } }, 400)]);
    const videos = [{ ...cameras.videos[0]!, url: signed }];
    const failure = await client
      .ingest('my-video-index', { ...cameras, videos }, options)
      .then(() => null, toFailure);
    expect(failure).toMatchObject({ kind: 'bad-request', status: 400 });
    hasNoSas(failure);
  });
});

describe('searches', () => {
  const query: VideoQuery = {
    text: 'a man with black hoodie',
    features: ['vision'],
    filters: { cameraId: ['camera1'] },
  };

  test('words are asked as the documents show', async () => {
    const { client, sent } = open([json(read('query-by-text.vision.response.200'))]);
    const hits = await client.search('my-video-index', query, options);
    expect(sent[0]!.url).toBe(`${root}/indexes/my-video-index:queryByText?api-version=2023-05-01-preview`);
    expect(sent[0]!.init.method).toBe('POST');
    expect(JSON.parse(sent[0]!.body)).toEqual(read('query-by-text.request'));
    expect(hits).toEqual([
      {
        documentId: '02a504c9cd28296a8b74394ed7488045',
        kind: 'frame',
        startSeconds: 118,
        endSeconds: 129,
        bestSeconds: 123,
        relevance: 0.23974405229091644,
      },
      expect.objectContaining({ kind: 'frame', startSeconds: 147, endSeconds: 149, bestSeconds: 147 }),
    ]);
  });

  test('times of speech have seven decimals', async () => {
    const { client } = open([json(read('query-by-text.speech.response.200'))]);
    const [hit] = await client.search('my-video-index', query, options);
    expect(hit).toMatchObject({
      kind: 'speech',
      startSeconds: 427.84,
      endSeconds: 428.44,
      bestSeconds: 427.84,
    });
  });

  test('times, both features and a number of hits can be asked for', async () => {
    const { client, sent } = open([json({ value: [{ documentId: 'without times' }, null] })]);
    const between = { timestamp: { startTime: '2023-06-30 00:00:00', endTime: '2023-07-01 00:00:00' } };
    expect(
      await client.search('x', { text: 'words', features: [], filters: {}, between, most: 7 }, options),
    ).toEqual([]);
    expect(JSON.parse(sent[0]!.body)).toEqual({
      queryText: 'words',
      filters: { datetimeFilters: [{ fieldName: 'timestamp', ...between.timestamp }] },
      top: 7,
    });
  });
});

describe('what goes wrong', () => {
  const refused = (status: number, code = 'X', inner?: object) =>
    json({ error: { code, message: 'No.', ...(inner ? { innererror: inner } : {}) } }, status);
  const search: VideoQuery = { text: 'x', features: [], filters: {} };

  test.each([
    [401, 'vision-wrong-key'],
    [403, 'forbidden'],
    [404, 'index-not-found'],
    [409, 'bad-request'],
    [410, 'resource-not-found'],
    [413, 'body-too-large'],
    [429, 'rate-limited'],
    [500, 'server-error'],
  ])('%i to a search is %s', async (status, kind) => {
    const { client } = open([refused(status)]);
    const failure = await client.search('x', search, options).then(() => null, toFailure);
    expect(failure).toMatchObject({ kind, status, origin: new URL(endpoint).origin });
  });

  test.each([
    [409, 'index-exists'],
    // The service itself is not there: no index was asked for.
    [404, 'resource-not-found'],
  ])('%i to a new index is %s', async (status, kind) => {
    const { client } = open([refused(status)]);
    const index = { name: 'x', features: [], fields: [] };
    expect(await client.createIndex(index, options).then(() => null, toFailure)).toMatchObject({ kind });
  });

  test('no indexes at all is no missing index', async () => {
    const { client } = open([refused(404)]);
    expect((await client.listIndexes(options).then(() => null, toFailure))?.kind).toBe('resource-not-found');
  });

  test('the inner error is told with the outer one', async () => {
    const inner = {
      code: 'InvalidDocument',
      message: 'Codec.',
      innererror: { code: 'Deep', message: 'AV1.' },
    };
    const { client } = open([refused(400, 'InvalidRequest', inner)]);
    expect(await client.search('x', search, options).then(() => null, toFailure)).toMatchObject({
      kind: 'bad-request',
      code: 'InvalidRequest',
      detail: 'No. InvalidDocument: Codec. Deep: AV1.',
    });
  });

  test('a full service is asked twice more, and waited for as long as it says', async () => {
    const busy = json(
      { error: { code: '429', message: 'Rate limit is exceeded. Try again in 12 seconds.' } },
      429,
    );
    const { client, sent, waits } = open([busy, busy, json({ value: [] })]);
    expect(await client.search('x', search, options)).toEqual([]);
    expect([sent.length, waits]).toEqual([3, [12_000, 12_000]]);
  });

  test('no answer is unreachable, and what its owner aborts is thrown as it was', async () => {
    const { client } = open([new TypeError('Failed to fetch')]);
    expect((await client.listIndexes(options).then(() => null, toFailure))?.kind).toBe('unreachable');
    const stopped = AbortSignal.abort(new Error('mine'));
    await expect(client.listIndexes({ signal: stopped })).rejects.toThrow('mine');
  });

  test('a token goes as a bearer', async () => {
    const { client, sent } = open([json({ value: [] })], { kind: 'bearer-token', value: 'a-token' });
    await client.listIndexes(options);
    expect(sent[0]!.init.headers).toEqual({ authorization: 'Bearer a-token' });
  });
});

describe('a video by its own SAS URL', () => {
  const now = Date.parse('2029-12-01T00:00:00Z');
  const whole = `https://acct.blob.core.windows.net/videos/a%20folder/my%20clip.MP4?${sas}`;

  test('is taken, and told without its signature', () => {
    const check = checkVideoSas(` "${whole}" `, now);
    expect(check).toEqual({
      problems: [],
      bareUrl: 'https://acct.blob.core.windows.net/videos/a%20folder/my%20clip.MP4',
      signedUrl: whole,
      fileName: 'my clip.MP4',
      isMp4OrMov: true,
      expiresAtMs: Date.parse('2030-01-01T00:00:00Z'),
    });
    hasNoSas({ ...check, signedUrl: null });
  });

  test.each([
    ['', ['not-an-address']],
    ['http://acct.blob.core.windows.net/videos/clip.mp4?sig=x', ['not-an-address']],
    [`https://acct.blob.core.windows.net/videos?${sas}`, ['not-a-file']],
    [`https://acct.blob.core.windows.net/videos/clip.mp4`, ['no-signature', 'cannot-read', 'no-expiry']],
    [whole.replace('sp=rcwl', 'sp=cw'), ['cannot-read']],
    [whole.replace('se=2030-01-01T00', 'se=2029-11-01T00'), ['expired']],
    [whole.replace('se=2030-01-01T00%3A00', 'se=2029-12-01T00%3A10'), ['expires-soon']],
    [`${whole}&st=2029-12-24T00%3A00%3A00Z`, ['not-yet-valid']],
  ])('%s: %j', (text, codes) => {
    expect(checkVideoSas(text, now).problems.map(({ code }) => code)).toEqual(codes);
  });

  test.each([
    ['clip.mov', true],
    ['clip.m4v', true],
    ['clip.webm', false],
    ['clip', false],
  ])('%s: MP4 or MOV %s', (name, isMp4OrMov) => {
    const check = checkVideoSas(`http://127.0.0.1:10000/devstoreaccount1/videos/${name}?${sas}`, now);
    expect(check).toMatchObject({ problems: [], fileName: name, isMp4OrMov });
  });
});

function hasNoSas(value: unknown): void {
  const said = JSON.stringify(value);
  for (const secret of [
    signature,
    encodeURIComponent(signature),
    encodeURIComponent(encodeURIComponent(signature)),
  ])
    expect(said).not.toContain(secret);
}
