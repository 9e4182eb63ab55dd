import { describe, expect, test } from 'vitest';
import { checkConnection, type CheckLine, type CheckOptions } from '#azure';
import type { ModelCapabilities } from '#domain/connection.ts';
import {
  apiKey,
  chunk,
  classic,
  fakeFetch,
  finishes,
  fixture,
  json,
  says,
  sse,
  stream,
  v1,
  type Answer,
  type Sent,
} from './support.ts';

const capabilities: ModelCapabilities = {
  takesPictures: true,
  maxTokensParam: 'either',
  takesSampling: true,
  reasoningEfforts: [],
  streams: true,
  jsonMode: true,
  jsonModeWithPictures: true,
  structuredOutputs: true,
  chatCompletions: true,
  visionEnhancements: false,
  maxPictures: 50,
  maxPictureBytes: 20 * 1024 * 1024,
  contextTokens: null,
  maxOutputTokens: null,
  encoding: null,
  imageTokens: null,
  imageTokensBy: null,
};

const usage = chunk(null, { usage: { prompt_tokens: 100, completion_tokens: 2 } });
const good = () => stream([sse(says('OK'), finishes('stop'), usage, '[DONE]')]);
const refusal = (status: number, message: string, code: string | null = null) =>
  json({ error: { message, code } }, status);

async function check(
  answers: readonly Answer[],
  {
    target = classic,
    ...options
  }: Partial<CheckOptions> & { readonly target?: Parameters<typeof checkConnection>[0] } = {},
) {
  const { fetch, sent } = fakeFetch(...answers);
  const told: CheckLine[] = [];
  const result = await checkConnection(
    target,
    apiKey,
    { fetch, signal: new AbortController().signal, capabilities, isOnline: () => true, ...options },
    (line) => told.push(line),
  );
  expect(told).toEqual(result.lines);
  return { ...result, sent, states: Object.fromEntries(result.lines.map((line) => [line.id, line.state])) };
}

const all = (state: string) => ({
  url: state,
  reachable: state,
  credentials: state,
  deployment: state,
  pictures: state,
  streaming: state,
  usage: state,
});
const nothingAfter = (id: string, states: Record<string, string>) => {
  const ids = Object.keys(all(''));
  return {
    ...all('not-reached'),
    ...Object.fromEntries(ids.slice(0, ids.indexOf(id)).map((at) => [at, 'passed'])),
    ...states,
  };
};

function bodyOf(sent: Sent | undefined): Record<string, unknown> {
  return JSON.parse(sent?.body ?? '{}') as Record<string, unknown>;
}

test('when all is well, one small call proves every line', async () => {
  const { states, sent, calls, model } = await check([good]);
  expect(states).toEqual(all('passed'));
  expect(sent).toHaveLength(1);
  expect(calls).toEqual([
    {
      asked: { withPicture: true, stream: true },
      outcome: 'complete',
      usage: expect.objectContaining({ inputTokens: 100, outputTokens: 2 }),
      failure: null,
      streamed: true,
    },
  ]);
  expect(model).toBe('gpt-4o-2024-11-20');
});

test('the picture is a real PNG of one pixel, and a handful of tokens is asked for', async () => {
  const { sent } = await check([good]);
  const { messages, max_tokens } = bodyOf(sent[0]) as {
    messages: [{ content: [{ image_url: { url: string; detail: string } }] }];
    max_tokens: number;
  };
  const { url, detail } = messages[0].content[0].image_url;
  const png = Buffer.from(url.replace('data:image/png;base64,', ''), 'base64');
  expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1, 1]);
  expect(detail).toBe('low');
  expect(max_tokens).toBe(16);
});

test('a reasoning model gets room to think, and passes with no word left over', async () => {
  const thinking = {
    ...capabilities,
    maxTokensParam: 'max_completion_tokens' as const,
    reasoningEfforts: ['minimal', 'high'],
  };
  const { states, sent } = await check([() => stream([sse(finishes('length'), usage, '[DONE]')])], {
    capabilities: thinking,
    target: v1,
  });
  expect(states).toEqual(all('passed'));
  expect(bodyOf(sent[0])).toMatchObject({ max_completion_tokens: 512, reasoning_effort: 'minimal' });
});

test('the other token parameter is found out, told, and no line fails for it', async () => {
  const refused = json(
    {
      error: {
        message: "Unsupported parameter: 'max_tokens'",
        param: 'max_tokens',
        code: 'unsupported_parameter',
      },
    },
    400,
  );
  const { states, learned, sent, calls } = await check([refused, good]);
  expect([learned, sent.length, calls.length]).toEqual(['max_completion_tokens', 2, 1]);
  expect(states).toEqual(all('passed'));
});

describe('what fails stops the lines behind it', () => {
  const rows: readonly (readonly [string, Answer, Record<string, string>, string, string])[] = [
    [
      'no answer',
      new TypeError('Failed to fetch'),
      nothingAfter('reachable', { reachable: 'failed' }),
      'reachable',
      'unreachable',
    ],
    [
      'network rules',
      refusal(403, 'Access denied due to Virtual Network/Firewall rules.', '403'),
      nothingAfter('reachable', { reachable: 'failed' }),
      'reachable',
      'network-rules',
    ],
    [
      'a web page',
      new Response('<html>Sign in', { headers: { 'content-type': 'text/html' } }),
      nothingAfter('reachable', { reachable: 'failed' }),
      'reachable',
      'not-a-chat-answer',
    ],
    [
      'a wrong key',
      refusal(401, 'Access denied', '401'),
      nothingAfter('credentials', { credentials: 'failed' }),
      'credentials',
      'credentials-refused',
    ],
    [
      'keys switched off',
      refusal(403, 'Key based authentication is disabled for this resource.', 'AuthenticationTypeDisabled'),
      nothingAfter('credentials', { credentials: 'failed' }),
      'credentials',
      'key-authentication-disabled',
    ],
    [
      'no such deployment',
      refusal(404, 'The API deployment for this resource does not exist.', 'DeploymentNotFound'),
      nothingAfter('deployment', { deployment: 'failed' }),
      'deployment',
      'deployment-not-found',
    ],
    [
      'a retired model',
      refusal(410, 'Gone'),
      nothingAfter('deployment', { deployment: 'failed' }),
      'deployment',
      'model-retired',
    ],
    [
      'a wrong path, which any key finds missing',
      refusal(404, 'Resource not found', '404'),
      nothingAfter('credentials', { credentials: 'unknown', deployment: 'failed' }),
      'deployment',
      'resource-not-found',
    ],
    [
      'a server in trouble, which tells nothing of the rest',
      refusal(503, 'later'),
      nothingAfter('credentials', { credentials: 'unknown', deployment: 'unknown' }),
      'deployment',
      'server-error',
    ],
    [
      'a gateway that lets nobody through for now',
      refusal(429, 'Rate limit is exceeded. Try again in 2 seconds.', '429'),
      nothingAfter('credentials', { credentials: 'unknown', deployment: 'unknown' }),
      'deployment',
      'rate-limited',
    ],
    [
      'a quota that counts the resource',
      refusal(
        429,
        'Requests to the ChatCompletions_Create Operation have exceeded token rate limit. Please retry after 33 seconds.',
        '429',
      ),
      nothingAfter('deployment', { deployment: 'unknown' }),
      'deployment',
      'rate-limited',
    ],
    [
      'a quota that counts the deployment',
      refusal(
        429,
        'Your requests to eyes for gpt-4o in Sweden Central have exceeded the token rate limit.',
        'RateLimitReached',
      ),
      { ...all('passed'), pictures: 'unknown', streaming: 'unknown', usage: 'unknown' },
      'pictures',
      'rate-limited',
    ],
  ];

  test.each(rows)('%s', async (_name, answer, states, id, kind) => {
    const found = await check([answer]);
    expect(found.states).toEqual(states);
    expect(found.lines.find((line) => line.id === id)?.failure?.kind).toBe(kind);
    expect(found.sent).toHaveLength(1);
  });

  test('a web page is said to be one', async () => {
    const page = new Response('<html>', { headers: { 'content-type': 'text/html' } });
    const { lines } = await check([page]);
    expect(lines[1]).toMatchObject({ id: 'reachable', cause: 'not-a-chat-service' });
  });

  test('a connection without a URL is not asked at all', async () => {
    const { states, sent } = await check([good], { target: { ...classic, deployment: '' } });
    expect(states).toEqual({ ...all('not-reached'), url: 'failed' });
    expect(sent).toHaveLength(0);
  });
});

describe('a 400 is asked again, without what it may have been about', () => {
  test('a model that takes no pictures fails that line only', async () => {
    const refused = refusal(400, 'Invalid content type. image_url is only supported by certain models.');
    const { states, sent } = await check([refused, good]);
    expect(states).toEqual({ ...all('passed'), pictures: 'failed' });
    expect(sent.map((call) => call.body.includes('image_url'))).toEqual([true, false]);
  });

  test('a service that dislikes a picture so small is not said to take none', async () => {
    const { lines } = await check([refusal(400, 'Invalid image data', 'BadRequest'), good]);
    expect(lines.find((line) => line.id === 'pictures')).toMatchObject({
      state: 'unknown',
      cause: 'test-picture-refused',
      failure: { kind: 'picture-refused' },
    });
  });

  test('a complaint in words unknown to us that goes with the picture was about the picture', async () => {
    const { states } = await check([refusal(400, 'no such modality'), good]);
    expect(states).toEqual({ ...all('passed'), pictures: 'failed' });
  });

  test('one that goes with the stream was about the stream', async () => {
    const refused = refusal(400, "Unsupported value: 'stream' does not support true", 'unsupported_value');
    const whole = json(JSON.parse(fixture('chat-image.response.json')));
    const { states, lines, sent } = await check([refused, refused, whole]);
    expect(sent).toHaveLength(3);
    expect(states).toEqual({ ...all('passed'), pictures: 'unknown', streaming: 'failed' });
    expect(lines.find((line) => line.id === 'streaming')?.failure?.kind).toBe('parameter-refused');
  });

  test('one that stays leaves open what it was about', async () => {
    const { states, sent } = await check([refusal(400, 'no')]);
    expect(states).toEqual(nothingAfter('credentials', { credentials: 'unknown', deployment: 'unknown' }));
    expect(sent).toHaveLength(3);
  });

  test('a filter that blocks the tiny picture proves the deployment, not the picture', async () => {
    const blocked = json({ error: { code: 'content_filter', message: 'filtered' } }, 400);
    const { states, calls } = await check([blocked, good]);
    expect(states).toEqual({ ...all('passed'), pictures: 'unknown' });
    expect(calls.map((call) => call.outcome)).toEqual(['blocked', 'complete']);
  });
});

describe('streaming and usage', () => {
  test('an answer in one piece works, but does not stream', async () => {
    const { lines, states } = await check([json(JSON.parse(fixture('chat-image.response.json')))]);
    expect(states).toEqual({ ...all('passed'), streaming: 'failed' });
    expect(lines.find((line) => line.id === 'streaming')?.cause).toBe('answered-whole');
  });

  test('a stream that breaks off fails its line', async () => {
    const { states, calls } = await check([() => stream([sse(says('O'))])]);
    expect(states).toEqual({ ...all('passed'), streaming: 'failed', usage: 'unknown' });
    expect(calls[0]?.outcome).toBe('interrupted');
  });

  test('missing usage has a reason where the API version is too old for it', async () => {
    const silent = () => stream([sse(says('OK'), finishes('stop'), '[DONE]')]);
    const causeOn = async (apiVersion: string) => {
      const { lines } = await check([silent], { target: { ...classic, apiVersion } });
      return lines.find((line) => line.id === 'usage');
    };
    expect(await causeOn('2024-06-01')).toEqual({
      id: 'usage',
      state: 'failed',
      cause: 'api-version-reports-no-usage',
    });
    expect(await causeOn('2024-10-21')).toEqual({ id: 'usage', state: 'failed', cause: 'no-usage' });
  });

  test('what a model is said not to do is not asked of it', async () => {
    const plain = { ...capabilities, takesPictures: false, streams: false };
    const whole = json(JSON.parse(fixture('chat-image.response.json')));
    const { lines, sent } = await check([whole], { capabilities: plain });
    expect(bodyOf(sent[0])).toMatchObject({ stream: false, messages: [{ role: 'user' }] });
    expect(sent[0]?.body).not.toContain('image_url');
    expect(lines.filter((line) => line.cause === 'not-asked').map((line) => line.id)).toEqual([
      'pictures',
      'streaming',
    ]);
  });
});

test('no check waits and asks again by itself', async () => {
  const { sent } = await check([refusal(429, 'Please retry after 1 seconds.')]);
  expect(sent).toHaveLength(1);
});

test('no line holds the key', async () => {
  const { lines } = await check([refusal(401, `The key ${apiKey.value} is wrong`)]);
  expect(JSON.stringify(lines)).not.toContain(apiKey.value);
});

test('stop throws the stop', async () => {
  const stop = new AbortController();
  const answering = () => {
    stop.abort();
    throw stop.signal.reason;
  };
  await expect(check([answering], { signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
});
