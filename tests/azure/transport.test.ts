import { expect, test } from 'vitest';
import { createChatClient, listDeployments, toChatUrl } from '#azure';
import { apiKey, ask, classic, fakeFetch, finishes, json, says, sse, stream, v1 } from './support.ts';

const answer = () => stream([sse(says('a'), finishes('stop'))]);

test.each([
  [apiKey, { 'api-key': apiKey.value, 'content-type': 'application/json' }],
  [
    { kind: 'bearer-token', value: ' tok.en-1 ' } as const,
    { authorization: 'Bearer tok.en-1', 'content-type': 'application/json' },
  ],
  [null, { 'content-type': 'application/json' }],
])('no header is sent but the credential and the content type', async (credential, headers) => {
  const { fetch, sent } = fakeFetch(answer);
  const client = createChatClient(classic, credential, { fetch });
  const options = { signal: new AbortController().signal };
  const request = { messages: [], maxTokens: 1, maxTokensParam: 'max_tokens', stream: true } as const;
  for await (const event of client.answer(request, new Map(), options)) expect(event.type).toBeTruthy();
  expect(sent[0]?.init.headers).toEqual(headers);
});

test('redirects are refused, nothing is cached, no cookie and no referrer goes along', async () => {
  const { fetch, sent } = fakeFetch(answer);
  await ask(fetch);
  await listDeployments(classic.endpoint, apiKey, { fetch });
  expect(sent.length).toBeGreaterThan(1);
  for (const { init } of sent) {
    expect(init).toMatchObject({
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
    });
  }
});

test('an answer that came over a redirect all the same is not read', async () => {
  const redirected = answer();
  Object.defineProperty(redirected, 'redirected', { value: true });
  const { reply, failure } = await ask(fakeFetch(() => redirected).fetch);
  expect([reply.text, failure?.kind]).toEqual(['', 'redirected']);
});

test.each(['', '   ', 'two words', 'ключ', 'line\nbreak'])(
  'a key like %j is not sent at all',
  async (value) => {
    const { fetch, sent } = fakeFetch(answer);
    const { failure } = await ask(fetch, { credential: { kind: 'api-key', value } });
    expect(failure).toMatchObject({ kind: 'connection-incomplete', param: 'credential' });
    expect(sent).toHaveLength(0);
  },
);

test.each([
  [
    classic,
    'https://contoso.openai.azure.com/openai/deployments/eyes/chat/completions?api-version=2024-10-21',
  ],
  [
    { ...classic, apiVersion: '2023-12-01-preview' },
    'https://contoso.openai.azure.com/openai/deployments/eyes/extensions/chat/completions?api-version=2023-12-01-preview',
  ],
  [
    { ...classic, deployment: 'my eyes/2?#' },
    'https://contoso.openai.azure.com/openai/deployments/my%20eyes%2F2%3F%23/chat/completions?api-version=2024-10-21',
  ],
  [v1, 'https://contoso.services.ai.azure.com/openai/v1/chat/completions'],
  [
    { ...v1, endpoint: { base: 'https://gw.example/team', api: 'v1', withoutOpenaiFolder: true } as const },
    'https://gw.example/team/v1/chat/completions',
  ],
  [
    {
      ...classic,
      endpoint: { base: 'https://gw.example/team', api: 'classic', withoutOpenaiFolder: true } as const,
    },
    'https://gw.example/team/deployments/eyes/chat/completions?api-version=2024-10-21',
  ],
])('%j is asked at %s', ({ endpoint, deployment, apiVersion }, url) => {
  expect(toChatUrl(endpoint, deployment, apiVersion)).toBe(url);
});

test.each([
  [{ ...classic, deployment: '.' }, 'deployment'],
  [{ ...classic, deployment: ' .. ' }, 'deployment'],
  [{ ...v1, deployment: '' }, 'deployment'],
  [{ ...classic, deployment: '\ud800' }, 'deployment'],
  [{ ...classic, apiVersion: null }, 'apiVersion'],
  [{ ...classic, endpoint: { base: '', api: 'v1' } as const }, 'endpoint'],
])('%j has no URL: %s', ({ endpoint, deployment, apiVersion }, param) => {
  const make = () => toChatUrl(endpoint, deployment, apiVersion);
  expect(make).toThrowError(
    expect.objectContaining({ failure: expect.objectContaining({ kind: 'connection-incomplete', param }) }),
  );
});

test('deployments come from the old listing route, from the older one where it is gone', async () => {
  const listing = {
    object: 'list',
    data: [
      { object: 'deployment', id: 'b', model: 'gpt-4o', status: 'succeeded' },
      { object: 'deployment', id: 'a', model: 'gpt-4.1', status: 'succeeded' },
      { object: 'deployment', id: 'c', model: 'gpt-4.1', status: 'creating' },
      { object: 'deployment' },
    ],
  };
  const { fetch, sent } = fakeFetch(
    json({ error: { code: '404', message: 'Resource not found' } }, 404),
    json(listing),
  );
  expect(await listDeployments(classic.endpoint, apiKey, { fetch })).toEqual([
    { name: 'a', model: 'gpt-4.1' },
    { name: 'b', model: 'gpt-4o' },
  ]);
  expect(sent.map(({ url, init }) => [url, init.method, init.headers])).toEqual([
    [
      'https://contoso.openai.azure.com/openai/deployments?api-version=2023-03-15-preview',
      'GET',
      { 'api-key': apiKey.value },
    ],
    [
      'https://contoso.openai.azure.com/openai/deployments?api-version=2022-12-01',
      'GET',
      { 'api-key': apiKey.value },
    ],
  ]);
});

test.each([
  new TypeError('Failed to fetch'),
  json({ error: { code: '401', message: 'no' } }, 401),
  json({ data: 'nothing' }),
  new Response('<html>', { headers: { 'content-type': 'text/html' } }),
])('deployments that cannot be listed are none, without a word', async (answered) => {
  expect(await listDeployments(classic.endpoint, apiKey, { fetch: fakeFetch(answered).fetch })).toEqual([]);
});
