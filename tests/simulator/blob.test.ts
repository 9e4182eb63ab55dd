import { BlockBlobClient, RestError } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asSeenByPage, simulatedContainer, type SimulatorOptions } from '#simulator';
import { startSimulatorServer, type SimulatorServer } from '../support/simulator-server.ts';
import { quickSimulator } from './ask.ts';

let server: SimulatorServer;
let now = Date.parse('2026-11-23T10:00:00Z');
const options: SimulatorOptions = { delayMs: () => 0, now: () => now };
beforeAll(async () => {
  server = await startSimulatorServer({ simulator: options });
});
afterAll(() => server.close());

interface Sas {
  readonly sp?: string;
  readonly se?: string;
  readonly st?: string;
  readonly sr?: string;
  readonly sig?: string;
  readonly account?: string;
  readonly container?: string;
}

let count = 0;
const freshName = () => `video ${(count += 1)}.mp4`;

function urlOf(name: string, query = '', sas: Sas = {}): string {
  const { account = 'devstoreaccount1', container = 'videos', ...given } = sas;
  const all = { sv: '2024-11-04', sr: 'c', sp: 'rcwd', se: '2026-11-24T00:00:00Z', sig: 'a+b/c=', ...given };
  const parameters = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ''));
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `${server.origin}/${account}/${container}/${path}?${query === '' ? '' : `${query}&`}${parameters}`;
}

const idOf = (at: number) => btoa(`block-${String(at).padStart(6, '0')}`);
const blockQuery = (id: string) => `comp=block&blockid=${encodeURIComponent(id)}`;

function putBlock(
  name: string,
  at: number,
  bytes: Uint8Array<ArrayBuffer>,
  sas: Sas = {},
): Promise<Response> {
  return fetch(urlOf(name, blockQuery(idOf(at)), sas), { method: 'PUT', body: bytes });
}

function commit(name: string, entries: readonly string[], sas: Sas = {}): Promise<Response> {
  return fetch(urlOf(name, 'comp=blocklist', sas), {
    method: 'PUT',
    headers: { 'x-ms-blob-content-type': 'video/mp4' },
    body: `<?xml version="1.0" encoding="utf-8"?><BlockList>${entries.join('')}</BlockList>`,
  });
}

const latest = (at: number) => `<Latest>${idOf(at)}</Latest>`;

function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (Math.imul(at + 1, 2_654_435_761 + seed) >>> 13) & 255);
}

function putBlob(name: string, bytes: Uint8Array<ArrayBuffer>, sas: Sas = {}): Promise<Response> {
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'video/mp4' };
  return fetch(urlOf(name, '', sas), { method: 'PUT', headers, body: bytes });
}

async function refusal(
  answered: Promise<Response>,
): Promise<{ status: number; code: string | null; xml: string }> {
  const response = await answered;
  const xml = await response.text();
  const code = response.headers.get('x-ms-error-code');
  expect(xml).toContain(`<Code>${code}</Code>`);
  expect(response.headers.get('content-type')).toBe('application/xml');
  return { status: response.status, code, xml };
}

describe('an upload in blocks', () => {
  test('becomes the blob that its list names, in its order', async () => {
    const name = freshName();
    const pieces = [noise(70_000, 1), noise(70_000, 2), noise(123, 3)];
    for (const at of [2, 0, 1]) expect((await putBlock(name, at, pieces[at]!)).status).toBe(201);
    expect((await fetch(urlOf(name))).status).toBe(404);
    const committed = await commit(name, [latest(0), latest(1), latest(2)]);
    expect(committed.status).toBe(201);
    expect(committed.headers.get('etag')).toMatch(/^"0x\w+"$/);
    const response = await fetch(urlOf(name));
    const whole = new Uint8Array(await response.arrayBuffer());
    expect(Buffer.from(whole).equals(Buffer.concat(pieces))).toBe(true);
    expect(response.headers.get('content-type')).toBe('video/mp4');
  });

  test('which blocks are there is told, until they are committed', async () => {
    const name = freshName();
    expect(await refusal(fetch(urlOf(name, 'comp=blocklist&blocklisttype=uncommitted')))).toMatchObject({
      status: 404,
      code: 'BlobNotFound',
    });
    await putBlock(name, 0, noise(5000, 1));
    await putBlock(name, 1, noise(300, 1));
    // Once more, larger: the newer counts.
    await putBlock(name, 1, noise(400, 1));
    const list = async (type: string) =>
      (await (await fetch(urlOf(name, `comp=blocklist&blocklisttype=${type}`))).text()).replace(/^.*\?>/, '');
    const blocks = [
      `<Block><Name>${idOf(0)}</Name><Size>5000</Size></Block>`,
      `<Block><Name>${idOf(1)}</Name><Size>400</Size></Block>`,
    ];
    expect(await list('uncommitted')).toBe(
      `<BlockList><UncommittedBlocks>${blocks.join('')}</UncommittedBlocks></BlockList>`,
    );
    await commit(name, [latest(1)]);
    expect(await list('all')).toBe(
      `<BlockList><CommittedBlocks>${blocks[1]}</CommittedBlocks><UncommittedBlocks></UncommittedBlocks></BlockList>`,
    );
  });

  test('a list may name what is committed, and must not name what is not there', async () => {
    const name = freshName();
    await putBlock(name, 0, noise(10, 1));
    await commit(name, [latest(0)]);
    await putBlock(name, 0, noise(20, 2));
    const twice = [`<Committed>${idOf(0)}</Committed>`, `<Uncommitted>${idOf(0)}</Uncommitted>`];
    expect((await commit(name, twice)).status).toBe(201);
    const whole = Buffer.from(await (await fetch(urlOf(name))).arrayBuffer());
    expect(whole.equals(Buffer.concat([noise(10, 1), noise(20, 2)]))).toBe(true);
    expect(await refusal(commit(name, [latest(7)]))).toMatchObject({ status: 400, code: 'InvalidBlockList' });
    const { status, code } = await refusal(
      fetch(urlOf(name, 'comp=blocklist'), { method: 'PUT', body: '<Blocks/>' }),
    );
    expect([status, code]).toEqual([400, 'InvalidXmlDocument']);
  });

  test('ids: base64, all of one length', async () => {
    const name = freshName();
    await putBlock(name, 0, noise(10, 1));
    const put = (id: string) =>
      refusal(fetch(urlOf(name, blockQuery(id)), { method: 'PUT', body: noise(10, 1) }));
    expect(await put(btoa('short'))).toMatchObject({ status: 400, code: 'InvalidBlobOrBlock' });
    expect(await put('no base64!')).toMatchObject({ status: 400, code: 'InvalidQueryParameterValue' });
    expect(await put(btoa('x'.repeat(65)))).toMatchObject({
      status: 400,
      code: 'InvalidQueryParameterValue',
    });
  });
});

describe('the official client', () => {
  test('uploads in parallel blocks, and reads back the same bytes', async () => {
    const client = new BlockBlobClient(urlOf(`folder/${freshName()}`));
    const bytes = Buffer.from(noise(3_000_000, 9));
    const progress: number[] = [];
    await client.uploadData(bytes, {
      blockSize: 400_000,
      maxSingleShotSize: 400_000,
      concurrency: 4,
      blobHTTPHeaders: { blobContentType: 'video/webm' },
      onProgress: ({ loadedBytes }) => progress.push(loadedBytes),
    });
    expect(progress.at(-1)).toBe(3_000_000);
    const { contentLength, contentType } = await client.getProperties();
    expect([contentLength, contentType]).toEqual([3_000_000, 'video/webm']);
    expect((await client.downloadToBuffer()).equals(bytes)).toBe(true);
    expect((await client.downloadToBuffer(399_990, 30)).equals(bytes.subarray(399_990, 400_020))).toBe(true);
    const { committedBlocks = [] } = await client.getBlockList('committed');
    expect(committedBlocks.map(({ size }) => size)).toEqual([...Array<number>(7).fill(400_000), 200_000]);
    await client.delete();
    expect(await client.exists()).toBe(false);
  });

  test('stages, lists and commits by itself, small ones at once', async () => {
    const client = new BlockBlobClient(urlOf(freshName()));
    await client.stageBlock(idOf(0), Buffer.from('hello, '), 7);
    await client.stageBlock(idOf(1), Buffer.from('world'), 5);
    const { uncommittedBlocks } = await client.getBlockList('uncommitted');
    expect(uncommittedBlocks).toEqual([
      { name: idOf(0), size: 7 },
      { name: idOf(1), size: 5 },
    ]);
    await client.commitBlockList([idOf(1), idOf(0)]);
    expect((await client.downloadToBuffer()).toString()).toBe('worldhello, ');
    await client.upload('other', 5);
    expect((await client.downloadToBuffer()).toString()).toBe('other');
  });

  test('understands the refusals', async () => {
    const refused = async (sas: Sas, act: (client: BlockBlobClient) => Promise<unknown>) => {
      const thrown: unknown = await act(new BlockBlobClient(urlOf(freshName(), '', sas))).catch(
        (error: unknown) => error,
      );
      expect(thrown).toBeInstanceOf(RestError);
      const { statusCode, code } = thrown as RestError;
      return [statusCode, code];
    };
    const stage = (client: BlockBlobClient) => client.stageBlock(idOf(0), 'x', 1);
    expect(await refused({ se: '2026-11-01' }, stage)).toEqual([403, 'AuthenticationFailed']);
    expect(await refused({ sp: 'r' }, stage)).toEqual([403, 'AuthorizationPermissionMismatch']);
    expect(await refused({ container: 'missing' }, stage)).toEqual([404, 'ContainerNotFound']);
    expect(await refused({}, (client) => client.download())).toEqual([404, 'BlobNotFound']);
    expect(await refused({}, (client) => client.commitBlockList([idOf(5)]))).toEqual([
      400,
      'InvalidBlockList',
    ]);
  });
});

describe('a blob', () => {
  test('put whole, measured, read in ranges, deleted', async () => {
    const name = `folder/${freshName()}`;
    const bytes = noise(10_000, 5);
    expect((await putBlob(name, bytes)).status).toBe(201);
    const head = await fetch(urlOf(name), { method: 'HEAD' });
    expect([head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([
      '10000',
      'bytes',
    ]);
    for (const [range, start, end] of [
      ['bytes=0-', 0, 10_000],
      ['bytes=10-19', 10, 20],
      ['bytes=9990-99999', 9990, 10_000],
    ] as const) {
      const part = await fetch(urlOf(name), { headers: { range } });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/10000`);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
    }
    expect(await refusal(fetch(urlOf(name), { headers: { range: 'bytes=10000-' } }))).toMatchObject({
      status: 416,
      code: 'InvalidRange',
    });
    expect((await fetch(urlOf(name), { method: 'DELETE' })).status).toBe(202);
    const gone = await fetch(urlOf(name), { method: 'HEAD' });
    expect([gone.status, gone.headers.get('x-ms-error-code')]).toEqual([404, 'BlobNotFound']);
  });

  test('needs to say what it is', async () => {
    const put = fetch(urlOf(freshName()), { method: 'PUT', body: noise(5, 1) });
    expect(await refusal(put)).toMatchObject({ status: 400, code: 'MissingRequiredHeader' });
  });
});

describe('a SAS', () => {
  test.each([
    ['has expired', { se: '2026-11-23T09:59:59Z' }, 403, 'AuthenticationFailed'],
    ['is not valid yet', { st: '2026-11-23T10:00:01Z' }, 403, 'AuthenticationFailed'],
    ['has no expiry', { se: '' }, 403, 'AuthenticationFailed'],
    ['is for nothing known', { sr: '' }, 403, 'AuthenticationFailed'],
    ['is signed wrongly', { sig: 'wrong' }, 403, 'AuthenticationFailed'],
    ['is missing', { sig: '' }, 409, 'PublicAccessNotPermitted'],
    ['may read only', { sp: 'r' }, 403, 'AuthorizationPermissionMismatch'],
    ['may create only: a block is a write', { sp: 'rc' }, 403, 'AuthorizationPermissionMismatch'],
    ['is for a container that is not there', { container: 'missing-one' }, 404, 'ContainerNotFound'],
  ])('%s', async (_, sas, status, code) => {
    expect(await refusal(putBlock(freshName(), 0, noise(5, 1), sas))).toMatchObject({ status, code });
  });

  test('an expiry is told with its time frame, in a detail of its own', async () => {
    const { xml } = await refusal(
      fetch(urlOf('x', '', { st: '2026-11-21T00:00:00Z', se: '2026-11-22T00:00:00Z' })),
    );
    expect(xml).toContain(
      '<AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [Sat, 21 Nov 2026 00:00:00 GMT] - Expiry [Sun, 22 Nov 2026 00:00:00 GMT] - Current [Mon, 23 Nov 2026 10:00:00 GMT]</AuthenticationErrorDetail>',
    );
  });

  test('each permission is for its own', async () => {
    const name = freshName();
    expect((await putBlob(name, noise(5, 1), { sp: 'c' })).status).toBe(201);
    expect((await fetch(urlOf(name, '', { sp: 'r' }))).status).toBe(200);
    expect((await fetch(urlOf(name, '', { sp: 'w' }))).status).toBe(403);
    expect((await fetch(urlOf(name, '', { sp: 'rcw' }), { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(urlOf(name, '', { sp: 'd' }), { method: 'DELETE' })).status).toBe(202);
  });

  test('expires while it is used', async () => {
    const name = freshName();
    const sas = { se: '2026-11-23T10:10:00Z' };
    expect((await putBlock(name, 0, noise(5, 1), sas)).status).toBe(201);
    now += 11 * 60_000;
    expect((await putBlock(name, 1, noise(5, 1), sas)).status).toBe(403);
    now -= 11 * 60_000;
  });
});

describe('CORS', () => {
  const preflight = (url: string, method: string, headers: string) =>
    fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://page.example',
        'access-control-request-method': method,
        'access-control-request-headers': headers,
      },
    });

  test('by the rule that the page tells people to set', async () => {
    const url = urlOf(freshName());
    const good = await preflight(url, 'PUT', 'content-type,x-ms-blob-content-type');
    expect(good.headers.get('access-control-allow-origin')).toBe('*');
    expect(good.headers.get('access-control-allow-methods')).toContain('PUT');
    const other = await preflight(url, 'PUT', 'authorization');
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const answered = await fetch(url, { headers: { origin: 'http://page.example' } });
    expect(answered.headers.get('access-control-allow-origin')).toBe('*');
    expect(answered.headers.get('access-control-expose-headers')).toContain('x-ms-error-code');
  });

  test('an account without a rule answers, and no browser may read it', async () => {
    const sas = { account: 'nocors' };
    const url = urlOf(freshName(), '', sas);
    const asked = await preflight(url, 'PUT', 'content-type');
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const answered = await fetch(url, { headers: { origin: 'http://page.example' } });
    expect([answered.status, answered.headers.get('access-control-allow-origin')]).toEqual([404, null]);
  });

  test('in the page as in a browser', async () => {
    const page = asSeenByPage(quickSimulator(options));
    const container = new URL(simulatedContainer('https://simulator.invalid'));
    const blob = `${container.origin}${container.pathname}/a.mp4${container.search}`;
    const put = () =>
      new Request(blob, { method: 'PUT', headers: { 'x-ms-blob-type': 'BlockBlob' }, body: noise(9, 1) });
    const answered = await page(put());
    expect(answered.status).toBe(201);
    expect(answered.headers.get('etag')).toMatch(/^"0x/);
    expect((await (await page(new Request(blob))).arrayBuffer()).byteLength).toBe(9);
    const hidden = new Request(blob.replace('devstoreaccount1', 'nocors'));
    await expect(page(hidden)).rejects.toBeInstanceOf(TypeError);
  });
});

describe('memory', () => {
  test('the newest bytes are kept, the sizes of all', async () => {
    const small = quickSimulator({ ...options, mostBlobBytes: 1000 });
    const url = (name: string) => urlOf(name);
    const put = (name: string) =>
      small(
        new Request(url(name), {
          method: 'PUT',
          headers: { 'x-ms-blob-type': 'BlockBlob' },
          body: noise(600, 1),
        }),
      );
    const get = (name: string, method = 'GET') => small(new Request(url(name), { method }));
    await put('first.mp4');
    expect((await get('first.mp4')).status).toBe(200);
    await put('second.mp4');
    const { status, code, xml } = await refusal(get('first.mp4'));
    expect([status, code]).toEqual([500, 'InternalError']);
    expect(xml).toContain('no more than its size');
    expect((await get('first.mp4', 'HEAD')).headers.get('content-length')).toBe('600');
    expect((await (await get('second.mp4')).arrayBuffer()).byteLength).toBe(600);
    // Room is made by what is deleted.
    await get('second.mp4', 'DELETE');
    await put('third.mp4');
    await put('third.mp4');
    expect((await get('third.mp4')).status).toBe(200);
  });

  test('uploads are not kept with the requests', async () => {
    await putBlock(freshName(), 0, noise(4000, 1));
    expect(server.requests.at(-1)).toMatchObject({ body: '', bodyBytes: 4000 });
    await commit(freshName(), []);
    expect(server.requests.at(-1)!.body).toContain('<BlockList>');
  });
});
