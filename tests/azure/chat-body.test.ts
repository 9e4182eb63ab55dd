import { expect, test } from 'vitest';
import { bodyBytes, toChatBody, type ChatTarget } from '#azure';
import type { ChatRequest } from '#domain/chat-request.ts';
import { ask, classic, fakeFetch, finishes, question, sse, stream, v1 } from './support.ts';

async function bodyOf(
  request: ChatRequest,
  target: ChatTarget = classic,
  pictures: ReadonlyMap<string, Blob> = new Map(),
): Promise<Record<string, unknown>> {
  return JSON.parse(await toChatBody(target, request, pictures).text()) as Record<string, unknown>;
}

test('the smallest question says nothing that was not set', async () => {
  expect(await bodyOf(question)).toEqual({
    max_tokens: 100,
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'What is this?' }],
  });
});

test('every setting has its name on the wire', async () => {
  const request: ChatRequest = {
    ...question,
    maxTokensParam: 'max_completion_tokens',
    stream: false,
    temperature: 0,
    topP: 0.5,
    stop: ['a', 'b'],
    seed: 0,
    presencePenalty: 1,
    frequencyPenalty: -1,
    responseFormat: 'json',
    reasoningEffort: 'low',
  };
  expect(await bodyOf(request)).toEqual({
    max_completion_tokens: 100,
    stream: false,
    temperature: 0,
    top_p: 0.5,
    stop: ['a', 'b'],
    seed: 0,
    presence_penalty: 1,
    frequency_penalty: -1,
    response_format: { type: 'json_object' },
    reasoning_effort: 'low',
    messages: [{ role: 'user', content: 'What is this?' }],
  });
});

test('the deployment goes by the name of model on v1 only', async () => {
  expect((await bodyOf(question, v1))['model']).toBe('eyes');
  expect(await bodyOf(question, classic)).not.toHaveProperty('model');
});

test.each([
  ['2023-12-01-preview', false],
  ['2024-02-15-preview', false],
  ['2024-06-01', false],
  ['2024-08-01-preview', false],
  ['2024-09-01-preview', true],
  ['2024-10-21', true],
  ['2025-04-01-preview', true],
  ['somewhat', false],
])('%s takes stream_options: %s', async (apiVersion, takes) => {
  const body = await bodyOf(question, { ...classic, apiVersion });
  expect('stream_options' in body).toBe(takes);
});

test('v1 takes stream_options; nobody does without a stream', async () => {
  expect(await bodyOf(question, v1)).toHaveProperty('stream_options', { include_usage: true });
  expect(await bodyOf({ ...question, stream: false }, v1)).not.toHaveProperty('stream_options');
});

const first = 'data:image/png;base64,AAAA';
const second = 'data:image/jpeg;base64,BBBBBBBB';
const pictures = new Map([
  ['one', new Blob([first])],
  ['two', new Blob([second])],
]);
const album: ChatRequest = {
  ...question,
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'Be "brief".' }] },
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'Compare "one" with { two } \u0000 \u2028 日本 😀 \ud800:' },
        { kind: 'picture', picture: 'one', detail: 'high' },
        { kind: 'picture', picture: 'two', detail: 'auto' },
        { kind: 'picture-url', url: 'https://example.com/a.png?x="1"', detail: 'low' },
        { kind: 'text', text: 'In one word.' },
      ],
    },
    { role: 'assistant', parts: [{ kind: 'text', text: 'Alike.' }] },
    { role: 'user', parts: [{ kind: 'picture', picture: 'one', detail: 'low' }] },
  ],
};

test('text and pictures keep their order, each picture nested as image_url', async () => {
  expect((await bodyOf(album, classic, pictures))['messages']).toEqual([
    { role: 'system', content: 'Be "brief".' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Compare "one" with { two } \u0000 \u2028 日本 😀 \ud800:' },
        { type: 'image_url', image_url: { url: first, detail: 'high' } },
        { type: 'image_url', image_url: { url: second, detail: 'auto' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png?x="1"', detail: 'low' } },
        { type: 'text', text: 'In one word.' },
      ],
    },
    { role: 'assistant', content: 'Alike.' },
    { role: 'user', content: [{ type: 'image_url', image_url: { url: first, detail: 'low' } }] },
  ]);
});

test('the size is known before any picture is turned into text', () => {
  const sizes = new Map([
    ['one', first.length],
    ['two', second.length],
  ]);
  for (const target of [classic, v1]) {
    expect(bodyBytes(target, album, sizes)).toBe(toChatBody(target, album, pictures).size);
  }
});

test('what is sent is one Blob of JSON, with the pictures in it', async () => {
  const { fetch, sent } = fakeFetch(() => stream([sse(finishes('stop'))]));
  await ask(fetch, { request: album, pictures });
  const body = sent[0]?.init.body;
  expect(body).toBeInstanceOf(Blob);
  expect((body as Blob).type).toBe('application/json');
  expect(sent[0]?.body).toContain(`"url":"${second}"`);
});

test('a picture that is gone is said before anything is sent', async () => {
  const { fetch, sent } = fakeFetch(() => stream([sse(finishes('stop'))]));
  const { failure } = await ask(fetch, { request: album, pictures: new Map() });
  expect(failure?.kind).toBe('picture-missing');
  expect(sent).toHaveLength(0);
});
