import { describe, expect, test } from 'vitest';
import { toChatBody } from '#azure';
import type { ChatRequest } from '#domain/chat-request.ts';
import type { VideoDialect } from '#domain/video-chat.ts';
import { ask, classic, fakeFetch, fixture, json } from './support.ts';

const documented = (name: string): unknown => JSON.parse(fixture(name));

const request: ChatRequest = {
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'You are a helpful assistant.' }] },
    {
      role: 'user',
      parts: [
        { kind: 'video-document', documentId: '<your_video_ID>' },
        { kind: 'text', text: 'Describe this video:' },
      ],
    },
  ],
  maxTokens: 100,
  maxTokensParam: 'max_tokens',
  stream: false,
  video: { indexName: '<index>' },
};

const resource = { endpoint: 'https://<resource>.cognitiveservices.azure.com', key: '<key>' };

describe('the documented request', () => {
  test.each<[string, VideoDialect, string]>([
    ['A', { variant: 'A', path: 'extensions', sources: 'dataSources' }, 'A-computerVisionBaseUrl'],
    ['B', { variant: 'B', path: 'plain', sources: 'data_sources' }, 'B-endpoint'],
    ['C', { variant: 'C', path: 'plain', sources: 'data_sources' }, 'C-aiservices-sas'],
    ['D', { variant: 'D', path: 'plain', sources: 'data_sources' }, 'D-aiservices-managed-identity'],
    ['E', { variant: 'E', path: 'plain', sources: 'data_sources' }, 'E-snake-sdk'],
  ])('%s is ours, field by field', async (variant, video, file) => {
    const target = { ...classic, apiVersion: '2024-02-15-preview', video };
    const isSecond = 'ABE'.includes(variant);
    const blob = toChatBody(
      target,
      request,
      new Map(),
      isSecond ? resource : null,
      variant === 'D' ? null : '<SAS URL>',
    );
    const text = await blob.text();
    const body = JSON.parse(text) as { messages: { content: { type: string }[] }[] };
    expect(body).toEqual(documented(`video-chat.request.${file}.json`));
    // Which comes first matters, and no comparison of objects says that about their text.
    expect(body.messages[1]!.content.map(({ type }) => type)).toEqual(['acv_document_id', 'text']);
  });

  test.each([
    'https://v.test',
    'https://v.test/',
    'https://v.test/computervision',
    'https://v.test/computervision/',
  ])('A names a base that ends in /computervision: %s', async (endpoint) => {
    const video = { variant: 'A', path: 'extensions', sources: 'dataSources' } as const;
    const target = { ...classic, apiVersion: '2023-12-01-preview', video };
    const text = await toChatBody(
      target,
      request,
      new Map(),
      { endpoint, key: 'k' },
      'https://b.test',
    ).text();
    expect(JSON.parse(text)).toHaveProperty(
      ['dataSources', 0, 'parameters', 'computerVisionBaseUrl'],
      'https://v.test/computervision',
    );
  });

  test.each([
    ['2023-12-01-preview', 'extensions', '/extensions/chat/completions'],
    ['2024-02-15-preview', 'plain', '/chat/completions'],
    ['2023-12-01-preview', 'plain', '/chat/completions'],
  ] as const)('%s over the %s path goes to %s', async (apiVersion, path, ending) => {
    const { fetch, sent } = fakeFetch(json(documented('video-chat.response.json')));
    const video = { variant: 'B', path, sources: 'data_sources' } as const;
    await ask(fetch, { target: { ...classic, apiVersion, video }, request, deps: { vision: resource } });
    expect(new URL(sent[0]!.url).pathname).toBe(`/openai/deployments/eyes${ending}`);
  });

  test('streams only when it is asked to', async () => {
    const video = { variant: 'C', path: 'plain', sources: 'data_sources' } as const;
    const target = { ...classic, apiVersion: '2024-02-15-preview', video };
    const whole = await toChatBody(target, request, new Map(), null, 'u').text();
    expect(JSON.parse(whole)).not.toHaveProperty('stream');
    const streamed = await toChatBody(target, { ...request, stream: true }, new Map(), null, 'u').text();
    expect(JSON.parse(streamed)).toHaveProperty('stream', true);
  });

  test('a request without a video has nothing of it', async () => {
    const { messages, maxTokens, maxTokensParam, stream } = request;
    const plain = { messages, maxTokens, maxTokensParam, stream };
    const video = { variant: 'C', path: 'plain', sources: 'data_sources' } as const;
    const target = { ...classic, apiVersion: '2024-02-15-preview', video };
    const text = await toChatBody(target, plain, new Map(), null, 'https://b.test?sig=abc').text();
    expect(text).not.toMatch(/enhancements|data_sources|b\.test/);
    expect(JSON.parse(text)).toHaveProperty('stream', false);
  });
});

describe('the answer', () => {
  const video = { variant: 'B', path: 'plain', sources: 'data_sources' } as const;
  const target = { ...classic, apiVersion: '2024-02-15-preview', video };

  test('is a chat answer as any other', async () => {
    const { fetch } = fakeFetch(json(documented('video-chat.response.json')));
    const { reply, failure } = await ask(fetch, { target, request, deps: { vision: resource } });
    expect(failure).toBeNull();
    expect(reply).toMatchObject({
      text: 'The advertisement video opens with a blurred background ...',
      finish: 'stop',
      usage: { inputTokens: 2068, outputTokens: 341 },
    });
  });

  test('a failure inside a 200 is that failure', async () => {
    const { fetch } = fakeFetch(json(documented('video-chat.error-in-200-body.json')));
    const { reply, failure } = await ask(fetch, { target, request, deps: { vision: resource } });
    expect(reply.text).toBe('');
    expect(failure).toEqual({
      kind: 'data-source-refused',
      code: '400',
      origin: 'https://contoso.openai.azure.com',
      detail: "The 'video' enhancement requires a data source of type 'AzureComputerVisionVideoIndex'.",
    });
  });

  test.each([
    [
      '"429"',
      'Requests are too many. Please retry after 7 seconds.',
      { kind: 'rate-limited', retryAfterMs: 7000 },
    ],
    ['500', 'Internal error.', { kind: 'server-error' }],
    // About the index or its resource, not about this connection's own key and address.
    ['401', 'Access denied due to invalid subscription key.', { kind: 'service-error', code: '401' }],
    ['404', 'The index was not found.', { kind: 'service-error', code: '404' }],
    ['"odd"', 'Something odd.', { kind: 'service-error', code: 'odd' }],
  ])('with code %s it is told apart', async (code, message, expected) => {
    const content = `{"ErrorMessage":${message},"ErrorCode": ${code}}`;
    const { fetch } = fakeFetch(json({ choices: [{ messages: [{ delta: { role: 'tool', content } }] }] }));
    const { failure } = await ask(fetch, { target, request, deps: { vision: resource } });
    expect(failure).toMatchObject({ ...expected, detail: message });
  });

  test('the same words with a 400 are the same failure', async () => {
    const message = "The 'video' enhancement requires a data source of type 'AzureComputerVisionVideoIndex'.";
    const { fetch } = fakeFetch(json({ error: { code: null, message } }, 400));
    const { failure } = await ask(fetch, { target, request, deps: { vision: resource } });
    expect(failure).toMatchObject({ kind: 'data-source-refused', status: 400 });
  });
});

describe('what is secret', () => {
  const signature = 'aB3+x/yZ0123456789abcdefghijklmnop=';
  const sas = `sv=2023-11-03&se=2030-01-01&sr=c&sp=rcw&sig=${encodeURIComponent(signature)}`;
  const videoUrl = `https://account.blob.core.windows.net/videos/cat.mp4?${sas}`;
  const key = 'v1si0n-k3y-0123456789';
  const vision = { endpoint: 'https://contoso-vision.cognitiveservices.azure.com', key };
  const video = { variant: 'B', path: 'plain', sources: 'data_sources' } as const;
  const target = { ...classic, apiVersion: '2024-02-15-preview', video };

  test('goes into the body and nowhere else', async () => {
    const { fetch, sent } = fakeFetch(json(documented('video-chat.response.json')));
    await ask(fetch, { target, request, deps: { vision, videoUrl } });
    expect(JSON.parse(sent[0]!.body)).toHaveProperty(['data_sources', 0, 'parameters'], {
      endpoint: vision.endpoint,
      computerVisionApiKey: key,
      indexName: '<index>',
      videoUrls: [videoUrl],
    });
    const elsewhere = sent[0]!.url + JSON.stringify(sent[0]!.init.headers);
    for (const secret of [key, signature, encodeURIComponent(signature)])
      expect(elsewhere).not.toContain(secret);
  });

  test.each([
    ['whole', videoUrl],
    ['in the words of a query', sas],
    ['as it is read', `Signature ${signature} did not match`],
    ['with the key', `Key ${key} is not valid`],
    ['in base64', btoa(key)],
  ])('is masked in a failure, %s', async (_, words) => {
    const inAnswer = `{"ErrorMessage":${words},"ErrorCode": 400}`;
    for (const answer of [
      json({ error: { code: 'BadRequest', message: words } }, 400),
      json({ choices: [{ messages: [{ delta: { role: 'tool', content: inAnswer } }] }] }),
    ]) {
      const { fetch } = fakeFetch(answer);
      const { failure } = await ask(fetch, { target, request, deps: { vision, videoUrl } });
      expect(failure?.detail).toContain('•••');
      for (const secret of [key, btoa(key), signature, encodeURIComponent(signature)])
        expect(JSON.stringify(failure)).not.toContain(secret);
    }
  });
});
