import { describe, expect, test } from 'vitest';
import { toChatBody } from '#azure';
import type { ChatRequest } from '#domain/chat-request.ts';
import { placeSpans } from '#domain/grounding.ts';
import { emptyReply, fold } from '#domain/reply.ts';
import { ask, chunk, classic, fakeFetch, fixture, json, sse, stream } from './support.ts';

const vision = {
  endpoint: 'https://contoso-vision.cognitiveservices.azure.com',
  key: 'v1si0n-k3y-0123456789',
};
const documented = (name: string): unknown => JSON.parse(fixture(name));
const camel = { path: 'plain', sources: 'dataSources' } as const;

const request: ChatRequest = {
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'You are a helpful assistant.' }] },
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'Describe this picture:' },
        { kind: 'picture-url', url: '<image URL>', detail: 'auto' },
      ],
    },
  ],
  maxTokens: 100,
  maxTokensParam: 'max_tokens',
  stream: false,
  enhancements: { ocr: true, grounding: true },
};

describe('the documented request', () => {
  test('is ours, field by field', async () => {
    const target = { ...classic, apiVersion: '2024-02-15-preview', enhancements: camel };
    const given = { endpoint: '<your_computer_vision_endpoint>', key: '<your_computer_vision_key>' };
    const body: unknown = JSON.parse(await toChatBody(target, request, new Map(), given).text());
    expect(body).toEqual(documented('enhancements-image.request.json'));
  });

  test.each([
    ['2023-12-01-preview', { path: 'extensions', sources: 'dataSources' }, '/extensions/chat/completions'],
    ['2024-02-15-preview', camel, '/chat/completions'],
    ['2024-03-01-preview', { path: 'plain', sources: 'data_sources' }, '/chat/completions'],
    ['2024-10-21', { path: 'extensions', sources: 'data_sources' }, '/extensions/chat/completions'],
  ] as const)('%s with %o goes to %s', async (apiVersion, enhancements, path) => {
    const { fetch, sent } = fakeFetch(json(documented('enhancements-image.response.json')));
    await ask(fetch, { target: { ...classic, apiVersion, enhancements }, request, deps: { vision } });
    expect(new URL(sent[0]!.url).pathname).toBe(`/openai/deployments/eyes${path}`);
    expect(JSON.parse(sent[0]!.body)).toHaveProperty(
      [enhancements.sources, 0, 'parameters', 'key'],
      vision.key,
    );
    expect(JSON.stringify(sent[0]!.init.headers)).not.toContain(vision.key);
  });

  test('an Azure AI services resource names no second one', async () => {
    const target = { ...classic, apiVersion: '2024-02-15-preview', enhancements: camel };
    const body = JSON.parse(await toChatBody(target, request, new Map(), null).text()) as object;
    expect(body).toHaveProperty('dataSources', [{ type: 'AzureComputerVision', parameters: {} }]);
  });

  test('without enhancements nothing of them is sent', async () => {
    const plain: { enhancements?: unknown } & Omit<ChatRequest, 'enhancements'> = { ...request };
    delete plain.enhancements;
    const target = { ...classic, apiVersion: '2024-02-15-preview', enhancements: camel };
    const body = JSON.parse(
      await toChatBody(target, plain as ChatRequest, new Map(), vision).text(),
    ) as object;
    expect(body).not.toHaveProperty('dataSources');
    expect(JSON.stringify(body)).toContain('"detail":"auto"');
    expect(JSON.stringify(body)).not.toContain(vision.key);
  });

  test('the second key is masked in whatever the service says of it', async () => {
    const { fetch } = fakeFetch(
      json(
        {
          error: { code: 'BadRequest', message: `The key ${vision.key} (${btoa(vision.key)}) is not valid.` },
        },
        400,
      ),
    );
    const target = { ...classic, apiVersion: '2024-02-15-preview', enhancements: camel };
    const { failure } = await ask(fetch, { target, request, deps: { vision } });
    expect(failure?.detail).toContain('is not valid');
    expect(failure?.detail).not.toContain(vision.key);
    expect(failure?.detail).not.toContain(btoa(vision.key));
  });
});

describe('the documented answer', () => {
  const answer = documented('enhancements-image.response.json') as {
    choices: [{ message: { content: string }; enhancements: object }];
  };
  const target = { ...classic, apiVersion: '2023-12-01-preview', enhancements: camel };

  test('has its person where the document says', async () => {
    const { fetch } = fakeFetch(json(answer));
    const { reply } = await ask(fetch, { target, request, deps: { vision } });
    expect(reply).toMatchObject({ finish: 'stop', text: answer.choices[0].message.content });
    expect(reply.grounding?.status).toBe('Success');
    const [span] = placeSpans(reply.text, reply.grounding!);
    expect(reply.text.slice(span!.start, span!.end)).toBe('The person');
    expect(span!.polygon.map(({ x, y }) => [x.toFixed(4), y.toFixed(4)])).toEqual([
      ['0.1195', '0.4125'],
      ['0.8035', '0.4125'],
      ['0.8035', '0.6435'],
      ['0.1195', '0.6435'],
    ]);
  });

  test.each(['choice', 'delta', 'message', 'without a delta'])(
    'streamed, with the block in the %s',
    async (place) => {
      const [{ message, enhancements }] = answer.choices;
      const last = {
        choice: { index: 0, delta: {}, enhancements, finish_reason: 'stop' },
        delta: { index: 0, delta: { enhancements }, finish_reason: 'stop' },
        message: { index: 0, message: { enhancements }, finish_reason: 'stop' },
        'without a delta': {
          index: 0,
          enhancements,
          finish_details: { type: 'stop', stop: '<|fim_suffix|>' },
        },
      }[place];
      const { fetch } = fakeFetch(
        stream([
          sse(
            chunk({ delta: { content: message.content } }),
            { ...(chunk(null) as object), choices: [last] },
            '[DONE]',
          ),
        ]),
      );
      const { reply } = await ask(fetch, { target, request: { ...request, stream: true }, deps: { vision } });
      expect(reply.grounding?.lines[0]?.spans).toHaveLength(1);
      expect(reply).toMatchObject({ text: message.content, finish: 'stop', status: 'streaming' });
    },
  );

  test('odd places are brought in, odd spans left out', async () => {
    const spans = [
      {
        text: 'a',
        offset: 0,
        length: 1,
        polygon: [
          { x: -0.01, y: 0 },
          { x: 1.02, y: 0.5 },
          { x: 0.5, y: 2 },
        ],
      },
      {
        text: 'b',
        offset: 0,
        length: 1,
        polygon: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
      },
      {
        text: 'c',
        offset: -1,
        length: 1,
        polygon: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
          { x: 1, y: 0 },
        ],
      },
      { text: 'd', offset: 0, length: 1, polygon: [{ x: 0, y: 'x' }, null, { x: 1, y: 0 }] },
      null,
    ];
    const odd = {
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { content: 'a' },
          enhancements: { grounding: { lines: [null, { spans }], status: 7 } },
        },
      ],
    };
    const { fetch } = fakeFetch(json(odd));
    const { reply } = await ask(fetch, { target, request, deps: { vision } });
    expect(reply.grounding).toEqual({
      status: null,
      lines: [
        {
          text: '',
          spans: [
            {
              text: 'a',
              offset: 0,
              length: 1,
              polygon: [
                { x: 0, y: 0 },
                { x: 1, y: 0.5 },
                { x: 0.5, y: 1 },
              ],
            },
          ],
        },
      ],
    });
  });

  test('folding keeps the newest block', () => {
    const grounding = { status: 'Success', lines: [] };
    expect(fold(emptyReply, { type: 'grounding', grounding }).grounding).toBe(grounding);
  });
});
