import { describe, expect, test } from 'vitest';
import { maskSecrets, toFailureFromResponse, type Credential } from '#azure';
import { apiKey, ask, fakeFetch, fixture, json, question, sse, stream } from './support.ts';

interface ErrorCase {
  readonly source: string;
  readonly status: number;
  readonly body: { readonly error?: { readonly message: string }; readonly message?: string };
  readonly expected: Record<string, unknown>;
}

const { cases } = JSON.parse(fixture('errors.json')) as { readonly cases: readonly ErrorCase[] };
const never = { canRetry: () => false };

test.each(cases)('$status, $source', async ({ status, body, expected }) => {
  const { failure } = await ask(fakeFetch(json(body, status)).fetch, { options: never });
  expect(failure).toMatchObject({ status, origin: 'https://contoso.openai.azure.com', ...expected });
  expect(failure?.detail).toBe(body.error?.message ?? body.message);
});

test.each([
  [400, { error: { message: 'Timed out while downloading image' } }, 'picture-url-unreadable'],
  [400, { error: { message: 'Unable to download image from https://x' } }, 'picture-url-unreadable'],
  [
    400,
    { error: { message: 'The provided image url can not be accessed. status code: 403.' } },
    'picture-url-unreadable',
  ],
  [
    400,
    { error: { message: '1 validation error for Request\nbody -> max_x\n  extra fields not permitted' } },
    'parameter-refused',
  ],
  [400, { error: { message: 'anything else' } }, 'bad-request'],
  [401, { error: { code: '401', message: 'Access token has expired.' } }, 'token-expired'],
  [
    401,
    { error: { code: 'PermissionDenied', message: 'The principal lacks the required data action' } },
    'forbidden',
  ],
  [
    403,
    { error: { code: '403', message: 'Public access is disabled. Please configure private endpoint.' } },
    'network-rules',
  ],
  [403, { error: { code: '403', message: 'The resource has been temporarily blocked.' } }, 'forbidden'],
  [404, { error: { code: '404', message: 'Resource not found' } }, 'resource-not-found'],
  [
    404,
    { error: { code: 'model_not_found', message: 'The model `x` does not exist' } },
    'deployment-not-found',
  ],
  [409, { error: { message: 'conflict' } }, 'bad-request'],
  [410, {}, 'model-retired'],
  [413, '', 'body-too-large'],
  [431, '', 'too-many-headers'],
  [500, '<html><h1>500</h1></html>', 'server-error'],
  [502, '', 'server-error'],
  [
    503,
    { error: { message: 'The model was unable to complete inference due to an internal error' } },
    'server-error',
  ],
  [504, 'upstream timed out', 'server-error'],
  [302, '', 'redirected'],
])('%i %j means %s', async (status, body, kind) => {
  const bodyText = typeof body === 'string' ? body : JSON.stringify(body);
  expect(toFailureFromResponse({ status, bodyText, origin: 'https://a.example' })).toMatchObject({
    kind,
    status,
    origin: 'https://a.example',
  });
});

test('a free quota asks to wait a day', () => {
  const bodyText = JSON.stringify({ error: { message: 'Please retry after 86400 seconds.' } });
  expect(toFailureFromResponse({ status: 429, bodyText, origin: '' }).retryAfterMs).toBe(86_400_000);
});

test('seconds in the body count before a header, which a browser seldom sees', () => {
  const headers = new Headers({ 'retry-after': '9' });
  const said = JSON.stringify({ error: { message: 'Please retry after 3 seconds.' } });
  const failure = (bodyText: string) => toFailureFromResponse({ status: 429, bodyText, origin: '', headers });
  expect([failure(said).retryAfterMs, failure('').retryAfterMs]).toEqual([3000, 9000]);
});

test('too many pictures says how many were sent and how many may be', async () => {
  const part = { kind: 'picture-url', url: 'https://example.com/a.png', detail: 'auto' } as const;
  const request = {
    ...question,
    messages: [{ role: 'user' as const, parts: Array.from({ length: 51 }, () => part) }],
  };
  const body = { error: { message: 'Exceeded maximum number of images (50) allowed in the request.' } };
  const { failure } = await ask(fakeFetch(json(body, 400)).fetch, { request });
  expect(failure).toMatchObject({ kind: 'too-many-pictures', actual: 51, limit: 50 });
});

describe('no answer at all', () => {
  test.each([
    [true, 'unreachable'],
    [false, 'offline'],
  ])('when the browser says online: %s, it is %s', async (online, kind) => {
    const { failure } = await ask(fakeFetch(new TypeError('Failed to fetch')).fetch, {
      deps: { isOnline: () => online },
    });
    expect(failure).toEqual({
      kind,
      origin: 'https://contoso.openai.azure.com',
      detail: 'TypeError: Failed to fetch',
    });
  });

  test('an abort that nobody of ours asked for is a failure, ours is thrown as it is', async () => {
    const abort = new DOMException('The user aborted a request.', 'AbortError');
    const foreign = await ask(fakeFetch(abort).fetch);
    expect(foreign.failure?.kind).toBe('unreachable');
    const stop = new AbortController();
    const ours = await ask(
      fakeFetch(() => {
        stop.abort();
        throw stop.signal.reason;
      }).fetch,
      { options: { signal: stop.signal } },
    );
    expect(ours.thrown).toBe(stop.signal.reason);
  });
});

test('an error body is read no further than 64 KB', async () => {
  let read = 0;
  const { fetch } = fakeFetch(() => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        read += 8192;
        controller.enqueue(new TextEncoder().encode('x'.repeat(8192)));
      },
    });
    return new Response(body, { status: 400 });
  });
  const { failure } = await ask(fetch);
  expect(failure?.kind).toBe('bad-request');
  expect(failure?.detail.length).toBeLessThan(5000);
  expect(read).toBeLessThan(128 * 1024);
});

test('a bearer token that has run out is told from one that is refused', async () => {
  const token = (exp: number) =>
    `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ exp }))}.sig`.replaceAll('=', '');
  const refusal = json({ error: { code: '401', message: 'Unauthorized.' } }, 401);
  const kindAt = async (exp: number) => {
    const credential: Credential = { kind: 'bearer-token', value: token(exp) };
    const { failure } = await ask(fakeFetch(refusal).fetch, { credential, deps: { now: () => 2_000_000 } });
    return failure?.kind;
  };
  expect([await kindAt(1999), await kindAt(2001)]).toEqual(['token-expired', 'credentials-refused']);
});

describe('secrets', () => {
  const forms = [
    apiKey.value,
    encodeURIComponent(apiKey.value),
    btoa(apiKey.value),
    btoa(`api-key:${apiKey.value}`),
    btoa(`x${apiKey.value}y`),
    btoa(`xy${apiKey.value}z`).replaceAll('+', '-').replaceAll('/', '_'),
  ];

  test.each(forms)('%s is in no failure of an error answer', async (form) => {
    const message = `The key ${form} is wrong, see https://a.example/?api-key=${form}.`;
    const { failure } = await ask(fakeFetch(json({ error: { code: '400', message } }, 400)).fetch);
    expect(failure?.detail).toContain('The key ');
    expect(failure?.detail).not.toContain(form.slice(4, -4));
  });

  test('are in no failure of the network or of a stream', async () => {
    const network = await ask(fakeFetch(new TypeError(`bad header ${apiKey.value}`)).fetch);
    expect(network.failure?.detail).toBe('TypeError: bad header •••');
    const inStream = await ask(
      fakeFetch(() => stream([sse({ error: { message: `refused ${apiKey.value}` } })])).fetch,
    );
    expect(inStream.failure?.detail).toBe('refused •••');
  });

  test('of others are masked where they can be told: tokens, signatures, keys in URLs', () => {
    expect(maskSecrets('Authorization: Bearer abc.def-123456', [])).toBe('Authorization: Bearer •••');
    expect(maskSecrets('https://a/b?sp=r&sig=abc%2Fdef&se=2026', [])).toBe(
      'https://a/b?sp=r&sig=•••&se=2026',
    );
    expect(maskSecrets('got eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQAAAA.s1gn, sorry', [])).toBe('got •••, sorry');
    expect(maskSecrets('nothing here', ['', 'abc'])).toBe('nothing here');
  });
});
