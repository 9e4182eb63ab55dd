import { createBlobClient, type BlobClient } from '#azure';
import type { Failure } from '#domain/failure.ts';
import { blockBytes } from '#domain/upload-plan.ts';
import type { Clock } from '#state/clock.ts';
import { VideoUpload } from '#state/video-upload.svelte.ts';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { commands } from 'vitest/browser';

/** Azurite, a process of its own on another origin; every line is a real one. */
const protocols = ['http', 'https'] as const;
type Protocol = (typeof protocols)[number];
const size = 30 * 1024 * 1024 + 4321;
const blobName = 'folder/a clip & more.mp4';
const hour = 3_600_000;

const clock: Clock = {
  now: () => Date.now(),
  breathe: () => Promise.resolve(),
  onFrame: (draw) => draw(),
  wasHiddenSince: () => false,
};

let file: File;
let sha256: string;
const account: Record<Protocol, string> = { http: '', https: '' };

beforeAll(async () => {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  file = new File([bytes], 'clip.mp4', { type: 'video/mp4' });
  sha256 = hex(await crypto.subtle.digest('SHA-256', bytes));
  for (const protocol of protocols) {
    account[protocol] = await commands.startAzurite(protocol);
    await commands.setAzuriteCors(protocol, location.origin);
  }
}, 120_000);

interface Place {
  readonly container: string;
  readonly sas: string;
  readonly url: string;
}

interface PlaceOptions {
  readonly protocol?: Protocol;
  readonly base?: string;
  readonly permissions?: string;
  readonly endsInMs?: number;
  readonly container?: string;
}

async function place(options: PlaceOptions = {}): Promise<Place> {
  const { protocol = 'http', permissions = 'rcwl', endsInMs = hour, container } = options;
  const base = options.base ?? account[protocol];
  const name = container ?? (await commands.makeContainer(protocol));
  const sas = await commands.makeSas(protocol, name, { permissions, endsInMs });
  return { container: name, sas, url: `${base}/${name}?${sas}` };
}

const clientOf = ({ url }: Place, fetching: typeof fetch = (...request) => fetch(...request)): BlobClient =>
  createBlobClient(url, { fetch: fetching, sleep: () => Promise.resolve() });

function uploadOf(client: BlobClient): VideoUpload {
  return new VideoUpload({
    client,
    file,
    blobName,
    fingerprint: sha256,
    clock,
    sleep: () => Promise.resolve(),
  });
}

async function failureOf(where: Place): Promise<Failure | null> {
  const upload = uploadOf(clientOf(where));
  await upload.run();
  expect(upload.state).toBe('failed');
  expect(upload.sentBytes).toBe(0);
  const said = JSON.stringify(upload.failure);
  const signature = new URLSearchParams(where.sas).get('sig')!;
  for (const secret of [where.sas, signature, encodeURIComponent(signature)])
    expect(said).not.toContain(secret);
  return upload.failure;
}

/** Ids of the blocks that the service took, as often as it took them. */
async function taken(): Promise<readonly (string | null)[]> {
  return (await commands.readBadLine())
    .filter(({ comp, status }) => comp === 'block' && status === 201)
    .map(({ blockId }) => blockId);
}

describe.each(protocols)('an upload to a container over %s', (protocol) => {
  test('arrives as it is, at most four blocks at a time, its progress in bytes', async () => {
    const where = await place({ protocol });
    let atOnce = 0;
    let most = 0;
    const client = clientOf(where, async (...request) => {
      most = Math.max(most, (atOnce += 1));
      return fetch(...request).finally(() => (atOnce -= 1));
    });
    const upload = uploadOf(client);
    const seen = new Set<number>();
    const counting = setInterval(() => seen.add(upload.sentBytes), 1);
    await upload.run();
    clearInterval(counting);
    expect([upload.state, upload.failure, upload.sentBytes]).toEqual(['done', null, size]);
    expect(most).toBe(4);
    const isWhole = (bytes: number): boolean =>
      bytes % blockBytes === 0 || bytes % blockBytes === size % blockBytes;
    expect([...seen].filter((bytes) => !isWhole(bytes))).toEqual([]);
    expect(await commands.readStored(protocol, where.container, blobName)).toEqual({
      sha256,
      bytes: size,
      contentType: 'video/mp4',
    });
    const { signal } = new AbortController();
    expect(await client.sizeOf(blobName, { signal })).toBe(size);
    expect(await client.sizeOf('another.mp4', { signal })).toBeNull();
    // The address is one that Azure's services can read from.
    const read = await fetch(client.addressOf(blobName).signed, { headers: { range: 'bytes=0-9' } });
    expect([read.status, (await read.arrayBuffer()).byteLength]).toEqual([206, 10]);
  });
});

describe('an upload over a bad line', () => {
  test('arrives as it is, and no block twice', async () => {
    const base = await commands.openBadLine({ cut: [2, 5], lost: [3, 9], busy: [1, 7] });
    const where = await place({ base });
    const upload = uploadOf(clientOf(where));
    await upload.run();
    expect([upload.state, upload.failure]).toEqual(['done', null]);
    expect((await commands.readStored('http', where.container, blobName))?.sha256).toBe(sha256);
    const ids = await taken();
    expect(ids).toHaveLength(Math.ceil(size / blockBytes));
    expect(new Set(ids).size).toBe(ids.length);
    const statuses = (await commands.readBadLine()).map(({ status }) => status);
    // The faults did happen.
    expect(statuses.filter((status) => status === 0)).toHaveLength(2);
    expect(statuses.filter((status) => status === 503)).toHaveLength(2);
  });

  test('goes on after a crash with the blocks that the service has', async () => {
    const base = await commands.openBadLine({ cut: [], lost: [], busy: [] });
    const where = await place({ base });
    // The first page: after three blocks nothing comes through any more.
    let blocks = 0;
    const arrived: Promise<Response>[] = [];
    const dying = clientOf(where, async (...request) => {
      if (!String(request[0]).includes('comp=block&')) return fetch(...request);
      if ((blocks += 1) > 3) {
        await Promise.all(arrived);
        throw new TypeError('Failed to fetch');
      }
      const sent = fetch(...request);
      arrived.push(sent);
      return sent;
    });
    const first = uploadOf(dying);
    await first.run();
    expect([first.state, first.failure?.kind]).toEqual(['failed', 'blob-unreachable']);
    expect(first.sentBytes).toBe(3 * blockBytes);
    expect(await commands.readStored('http', where.container, blobName)).toBeNull();

    const second = uploadOf(clientOf(where));
    await second.run();
    expect(second.state).toBe('done');
    expect((await commands.readStored('http', where.container, blobName))?.sha256).toBe(sha256);
    const ids = await taken();
    expect(ids).toHaveLength(Math.ceil(size / blockBytes));
    expect(new Set(ids).size).toBe(ids.length);

    // A page that crashed after the blob was made, and before it knew: nothing is sent again.
    const third = uploadOf(clientOf(where));
    await third.run();
    expect([third.state, third.sentBytes]).toEqual(['done', size]);
    expect(await taken()).toEqual(ids);
    expect((await commands.readStored('http', where.container, blobName))?.sha256).toBe(sha256);
  });

  test('pauses at once in the middle of its blocks, and goes on', async () => {
    const base = await commands.openBadLine({ cut: [], lost: [], busy: [] });
    const where = await place({ base });
    const upload = uploadOf(clientOf(where));
    const ran = upload.run();
    await vi.waitFor(() => expect(upload.sentBytes).toBeGreaterThan(0), { interval: 1, timeout: 20_000 });
    upload.pause();
    expect(upload.state).toBe('paused');
    // Again before the first run has let go of its requests.
    const again = upload.run();
    expect(upload.state).toBe('running');
    upload.pause();
    await Promise.all([ran, again]);
    expect([upload.state, upload.failure, upload.secondsLeft]).toEqual(['paused', null, null]);
    expect(upload.sentBytes).toBeLessThan(size);
    expect(await commands.readStored('http', where.container, blobName)).toBeNull();

    const third = upload.run();
    await vi.waitFor(() => expect(upload.sentBytes).toBeGreaterThan(0), { interval: 1, timeout: 20_000 });
    upload.pause();
    await Promise.all([third, upload.run()]);
    expect([upload.state, upload.failure, upload.sentBytes]).toEqual(['done', null, size]);
    expect((await commands.readStored('http', where.container, blobName))?.sha256).toBe(sha256);
    const ids = await taken();
    expect(new Set(ids).size).toBe(Math.ceil(size / blockBytes));
    // What was stopped in its middle may have arrived after all; it was not sent anew once that was known.
    expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(2 * 4);
  });

  test('gives up on a file that cannot be read any more, and says so', async () => {
    const where = await place();
    const gone = new File([await file.arrayBuffer()], 'gone.mp4');
    const broken = (from?: number, to?: number, type?: string): Blob => {
      const slice = Blob.prototype.slice.call(gone, from, to, type);
      slice.slice = () => {
        const one = new Blob(['x']);
        one.arrayBuffer = () => Promise.reject(new DOMException('moved', 'NotReadableError'));
        return one;
      };
      return slice;
    };
    Object.defineProperty(gone, 'slice', { value: broken });
    const client = clientOf(where, async (...request) => {
      if (String(request[0]).includes('comp=block&')) throw new TypeError('Failed to fetch');
      return fetch(...request);
    });
    const upload = new VideoUpload({
      client,
      file: gone,
      blobName,
      fingerprint: 'f'.repeat(64),
      clock,
      sleep: () => Promise.resolve(),
    });
    await upload.run();
    expect(upload.failure?.kind).toBe('video-unreadable');
  });
});

describe('a container that cannot be uploaded to', () => {
  test('its SAS has expired', async () => {
    expect(await failureOf(await place({ endsInMs: -60_000 }))).toMatchObject({
      kind: 'sas-expired',
      status: 403,
      origin: new URL(account.http).origin,
    });
  });

  test.each([
    ['rl', 'no permission to write'],
    ['wc', 'no permission to read'],
  ])('its SAS has %s: %s', async (permissions) => {
    expect(await failureOf(await place({ permissions }))).toMatchObject({
      kind: 'sas-lacks-permission',
      status: 403,
    });
  });

  test('its SAS was signed by another key', async () => {
    const where = await place();
    const query = new URLSearchParams(where.sas);
    query.set('sig', btoa('another signature of its length.'));
    const sas = query.toString();
    expect(
      await failureOf({ ...where, sas, url: `${account.http}/${where.container}?${sas}` }),
    ).toMatchObject({ kind: 'sas-refused', status: 403 });
  });

  test('it is not there', async () => {
    expect(await failureOf(await place({ container: 'no-such-container' }))).toMatchObject({
      kind: 'blob-not-found',
      status: 404,
      code: 'ContainerNotFound',
    });
  });

  test('its account has no CORS rule, until it gets one', async () => {
    await commands.setAzuriteCors('http', null);
    try {
      expect(await failureOf(await place())).toMatchObject({ kind: 'blob-unreachable' });
      await commands.setAzuriteCors('http', 'https://somebody.else');
      expect(await failureOf(await place())).toMatchObject({ kind: 'blob-unreachable' });
    } finally {
      await commands.setAzuriteCors('http', location.origin);
    }
    const upload = uploadOf(clientOf(await place()));
    await upload.run();
    expect(upload.state).toBe('done');
  });

  test('nobody is at its address', async () => {
    expect(await failureOf(await place({ base: 'http://127.0.0.1:9/devstoreaccount1' }))).toMatchObject({
      kind: 'blob-unreachable',
      origin: 'http://127.0.0.1:9',
    });
  });
});

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
