import { describe, expect, test } from 'vitest';
import { createBlobClient } from '#azure';
import { toFailure } from '#domain/failure.ts';
import { fakeFetch, type Answer } from './support.ts';

/** What Azurite shows better is in tests/state/video-upload.test.ts; this is what only Azure itself says. */
const container = 'https://acct.blob.core.windows.net/videos';
const signature = 'Zm9v+YmFy/cXV4PT1zZWNyZXQ=';
const sas = `sv=2024-11-04&st=2029-01-01T00%3A00%3A00Z&se=2030-01-01T00%3A00%3A00Z&sr=c&sp=rcwl&sig=${encodeURIComponent(signature)}`;
const signal = new AbortController().signal;
const options = { signal };
const before = Date.parse('2029-06-01T00:00:00Z');
const after = Date.parse('2030-06-01T00:00:00Z');

function open(answers: readonly Answer[], { query = sas, now = before, isOnline = true } = {}) {
  const { fetch, sent } = fakeFetch(...answers);
  const waits: number[] = [];
  const client = createBlobClient(`${container}?${query}`, {
    fetch,
    random: () => 0.5,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    now: () => now,
    isOnline: () => isOnline,
  });
  return { client, sent, waits };
}

function refused(status: number, code: string, message: string, more = ''): Response {
  const said = `<Message>${message}\nRequestId:1\nTime:2</Message>${more}`;
  const body = `\ufeff<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code>${said}</Error>`;
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } });
}

const xml = (body: string): Response => new Response(`<?xml version="1.0" encoding="utf-8"?>${body}`);

describe('requests', () => {
  test('carry nothing but what the CORS rule lets through', async () => {
    const { client, sent } = open([new Response(null, { status: 201 })]);
    const block = new Blob(['abc']);
    await client.putBlock('a b/ü&?.mp4', 'SWQ+/w==', block, options);
    await client.commit('a b/ü&?.mp4', ['SWQ+/w==', 'SWQ+/x=='], 'video/mp4', options);
    const at = `${container}/a%20b/%C3%BC%26%3F.mp4`;
    expect(sent.map(({ url }) => url)).toEqual([
      `${at}?comp=block&blockid=SWQ%2B%2Fw%3D%3D&${sas}`,
      `${at}?comp=blocklist&${sas}`,
    ]);
    expect(sent.map(({ init }) => [init.method, init.headers])).toEqual([
      ['PUT', undefined],
      ['PUT', { 'x-ms-blob-content-type': 'video/mp4' }],
    ]);
    // Not a copy: the very blob.
    expect(sent[0]!.init.body).toBe(block);
    expect(sent[1]!.body).toContain(
      '<BlockList><Latest>SWQ+/w==</Latest><Latest>SWQ+/x==</Latest></BlockList>',
    );
    for (const { init } of sent)
      expect(init).toMatchObject({
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        cache: 'no-store',
      });
  });

  test.each(['', 'a//b', '../other/clip.mp4', 'a/./b'])('%j is no name of a blob', async (name) => {
    const { client, sent } = open([new Response()]);
    expect((await client.sizeOf(name, options).then(() => null, toFailure))?.kind).toBe(
      'connection-incomplete',
    );
    expect(sent).toEqual([]);
  });

  test('an address is given without and with the SAS', () => {
    const { client } = open([]);
    expect(client.addressOf('a b.mp4')).toEqual({
      bare: `${container}/a%20b.mp4`,
      signed: `${container}/a%20b.mp4?${sas}`,
    });
  });
});

describe('blocks that the service has', () => {
  const block = (id: string, size: number) => `<Block><Name>${id}</Name><Size>${size}</Size></Block>`;

  test('are those of the blob and those that wait; of two with one id the newer one', async () => {
    const { client, sent } = open([
      xml(
        `<BlockList><CommittedBlocks>${block('AA==', 1)}${block('AB==', 2)}</CommittedBlocks>` +
          `<UncommittedBlocks>${block('AB==', 3)}${block('AC==', 4)}</UncommittedBlocks></BlockList>`,
      ),
    ]);
    expect(await client.listBlocks('a.mp4', options)).toEqual(
      new Map([
        ['AA==', 1],
        ['AB==', 3],
        ['AC==', 4],
      ]),
    );
    expect(sent[0]!.url).toBe(`${container}/a.mp4?comp=blocklist&blocklisttype=all&${sas}`);
  });

  test.each(['<BlockList/>', '<BlockList><CommittedBlocks /><UncommittedBlocks /></BlockList>'])(
    '%s: none',
    async (body) => {
      expect(await open([xml(body)]).client.listBlocks('a.mp4', options)).toEqual(new Map());
    },
  );

  test('are none where there is no blob, and a failure where there is no container', async () => {
    const noBlob = refused(404, 'BlobNotFound', 'The specified blob does not exist.');
    expect(await open([noBlob]).client.listBlocks('a.mp4', options)).toEqual(new Map());
    const noContainer = refused(404, 'ContainerNotFound', 'The specified container does not exist.');
    expect(
      await open([noContainer])
        .client.listBlocks('a.mp4', options)
        .then(() => null, toFailure),
    ).toMatchObject({ kind: 'blob-not-found', code: 'ContainerNotFound', status: 404 });
  });

  test('are not taken from half a list', async () => {
    const { client } = open([xml(`<BlockList><UncommittedBlocks>${block('AA==', 1)}`)]);
    expect((await client.listBlocks('a.mp4', options).then(() => null, toFailure))?.kind).toBe(
      'blob-unreachable',
    );
  });
});

describe('what goes wrong', () => {
  const put = (client: ReturnType<typeof open>['client']) =>
    client.putBlock('a.mp4', 'AA==', new Blob(['x']), options).then(() => null, toFailure);
  const authentication = 'Server failed to authenticate the request.';
  const notAuthorized = 'This request is not authorized to perform this operation.';
  const expiry =
    '<AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [Mon] - Expiry [Tue] - Current [Wed]</AuthenticationErrorDetail>';
  const mismatch =
    '<AuthenticationErrorDetail>Signature did not match. String to sign used was rcwl</AuthenticationErrorDetail>';

  test.each([
    [
      'expired, as Azure says it',
      refused(403, 'AuthenticationFailed', authentication, expiry),
      {},
      'sas-expired',
    ],
    [
      'expired, as Azurite says it',
      refused(403, 'AuthorizationFailure', notAuthorized),
      { now: after },
      'sas-expired',
    ],
    [
      'not valid yet, as Azurite says it',
      refused(403, 'AuthorizationFailure', notAuthorized),
      { now: Date.parse('2028-01-01T00:00:00Z') },
      'sas-expired',
    ],
    ['another signature', refused(403, 'AuthenticationFailed', authentication, mismatch), {}, 'sas-refused'],
    [
      'permissions',
      refused(403, 'AuthorizationPermissionMismatch', 'not authorized using this permission.'),
      {},
      'sas-lacks-permission',
    ],
    [
      'permissions, told by the SAS alone',
      refused(403, 'AuthorizationFailure', notAuthorized),
      { query: sas.replace('sp=rcwl', 'sp=rl') },
      'sas-lacks-permission',
    ],
    ['a firewall', refused(403, 'AuthorizationFailure', notAuthorized), {}, 'sas-refused'],
    ['a container that is gone', refused(404, 'ContainerNotFound', 'gone'), {}, 'blob-not-found'],
    ['a block too many', refused(409, 'BlockCountExceedsLimit', 'too many'), {}, 'bad-request'],
    ['a body too large', refused(413, 'RequestBodyTooLarge', 'too large'), {}, 'body-too-large'],
    ['no network', new TypeError('Failed to fetch'), { isOnline: false }, 'offline'],
    ['no CORS rule', new TypeError('Failed to fetch'), {}, 'blob-unreachable'],
  ] as const)('%s', async (_what, answer, around, kind) => {
    const { client, sent } = open([answer], around);
    expect(await put(client)).toMatchObject({ kind, origin: 'https://acct.blob.core.windows.net' });
    expect(sent).toHaveLength(1);
  });

  test('a redirect that was followed all the same is no answer', async () => {
    const redirected = new Response('x');
    Object.defineProperty(redirected, 'redirected', { value: true });
    expect((await put(open([() => redirected]).client))?.kind).toBe('redirected');
  });

  test('a busy service is asked twice more', async () => {
    const busy = refused(503, 'ServerBusy', 'The server is busy.');
    const { client, sent, waits } = open([busy, busy, new Response(null, { status: 201 })]);
    expect(await put(client)).toBeNull();
    expect([sent.length, waits]).toEqual([3, [750, 1500]]);
    const { client: other } = open([busy]);
    expect(await put(other)).toMatchObject({ kind: 'server-error', code: 'ServerBusy', status: 503 });
  });

  test('a HEAD that is refused is told by the SAS, and one that is not found is no size', async () => {
    const { client } = open([new Response(null, { status: 403 })], { now: after });
    expect((await client.sizeOf('a.mp4', options).then(() => null, toFailure))?.kind).toBe('sas-expired');
    expect(await open([new Response(null, { status: 404 })]).client.sizeOf('a.mp4', options)).toBeNull();
    const found = new Response(null, { headers: { 'content-length': '123' } });
    expect(await open([found]).client.sizeOf('a.mp4', options)).toBe(123);
  });

  test('removing what is not there is no failure; without the permission it is one', async () => {
    await open([refused(404, 'BlobNotFound', 'gone')]).client.remove('a.mp4', options);
    const { client } = open([refused(403, 'AuthorizationFailure', notAuthorized)]);
    expect((await client.remove('a.mp4', options).then(() => null, toFailure))?.kind).toBe(
      'sas-lacks-permission',
    );
  });

  test('the SAS is in no failure, however it is repeated', async () => {
    const signed = `${container}/a.mp4?${sas}`;
    const repeated = [
      signed,
      signed.replaceAll('&', '&amp;'),
      encodeURIComponent(signed),
      signature,
      btoa(sas),
    ];
    for (const answer of [
      refused(403, signature, repeated.join(' ')),
      new TypeError(`Failed to fetch ${repeated.join(' ')}`),
    ]) {
      const said = JSON.stringify(await put(open([answer]).client));
      expect(said).toContain('acct.blob');
      for (const secret of [
        signature,
        encodeURIComponent(signature),
        encodeURIComponent(encodeURIComponent(signature)),
      ])
        expect(said).not.toContain(secret);
    }
  });

  test('what its owner aborts is thrown as it was', async () => {
    const { client, sent } = open([new Response()]);
    const stopped = { signal: AbortSignal.abort(new Error('mine')) };
    await expect(client.putBlock('a.mp4', 'AA==', new Blob(), stopped)).rejects.toThrow('mine');
    expect(sent).toEqual([]);
  });
});
