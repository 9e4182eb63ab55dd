import { connect } from 'node:net';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSimulatorServer, type SimulatorServer } from '../support/simulator-server.ts';
import { picture, withPictures } from './ask.ts';
import { dataUrl, png } from './pictures.ts';

let server: SimulatorServer;
beforeAll(async () => {
  server = await startSimulatorServer({ simulator: { delayMs: () => 0 } });
});
afterAll(() => server.close());
beforeEach(() => server.respondWith(null));

const messages = withPictures(
  'What is this?',
  picture(dataUrl(png(1024, 1024, [[200, 0, 0]])), 'high'),
) as OpenAI.Chat.ChatCompletionMessageParam[];

function classic(deployment: string, more: object = {}): AzureOpenAI {
  return new AzureOpenAI({
    endpoint: server.origin,
    apiKey: 'a-key',
    apiVersion: '2024-10-21',
    deployment,
    ...more,
  });
}

function v1(more: object = {}): OpenAI {
  return new OpenAI({ baseURL: `${server.origin}/openai/v1`, apiKey: 'a-key', ...more });
}

function post(deployment: string, body: object = {}, init: RequestInit = {}): Promise<Response> {
  return fetch(`${server.origin}/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21`, {
    method: 'POST',
    headers: { 'api-key': 'a-key', 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], ...body }),
    ...init,
  });
}

describe('the official client', () => {
  const clients = [
    ['classic', () => classic('gpt-4o')],
    ['v1', () => v1()],
  ] as const;

  test.each(clients)('%s: a whole answer about a picture', async (_, client) => {
    const answer = await client().chat.completions.create({ model: 'gpt-4o', messages, max_tokens: 500 });
    expect(answer.choices[0]!.message.content).toContain('**1024 × 1024 PNG**');
    expect(answer.choices[0]!.message.content).toContain('red (100 %)');
    expect(answer.usage!.prompt_tokens).toBe(3 + 3 + 1 + 4 + 765);
  });

  test.each(clients)('%s: a stream with its usage', async (_, client) => {
    const whole = await client().chat.completions.create({ model: 'gpt-4o', messages });
    const stream = await client().chat.completions.create({
      model: 'gpt-4o',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let finish: string | null = null;
    let tokens = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      tokens = chunk.usage?.total_tokens ?? tokens;
    }
    expect(text).toBe(whole.choices[0]!.message.content);
    expect([finish, tokens]).toEqual(['stop', whole.usage!.total_tokens]);
  });

  test.each(clients)('%s: its own helper puts the stream together', async (_, client) => {
    const final = await client().chat.completions.stream({ model: 'gpt-4o', messages }).finalChatCompletion();
    expect(final.choices[0]!.message.content).toContain('simulated answer');
  });

  test('maps errors as Azure’s', async () => {
    const ask = (deployment: string, more: object = {}) =>
      classic(deployment, { maxRetries: 0, ...more }).chat.completions.create({
        model: deployment,
        messages,
      });
    await expect(ask('not-there')).rejects.toMatchObject({ status: 404, code: 'DeploymentNotFound' });
    await expect(ask('gpt-4o', { apiKey: 'wrong' })).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(ask('blocked-prompt')).rejects.toMatchObject({
      status: 400,
      code: 'content_filter',
      param: 'prompt',
    });
    await expect(ask('firewall')).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);
    await expect(ask('server-error')).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    await expect(
      v1({ maxRetries: 0 }).chat.completions.create({ model: 'gpt-5', messages, max_tokens: 5 }),
    ).rejects.toMatchObject({ code: 'unsupported_parameter', param: 'max_tokens' });
  });

  test('retries a 429 by the header until it is answered', async () => {
    const before = server.requests.length;
    const answer = await classic('rate-limited').chat.completions.create({ model: 'rate-limited', messages });
    expect(answer.choices[0]!.finish_reason).toBe('stop');
    expect(server.requests.slice(before).map(({ headers }) => headers['x-stainless-retry-count'])).toEqual([
      '0',
      '1',
      '2',
    ]);
  }, 20_000);

  test('gives up a 429 that outlasts its retries', async () => {
    await expect(
      classic('rate-limited-high-demand', { maxRetries: 0 }).chat.completions.create({
        model: 'x',
        messages,
      }),
    ).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  });

  test('meets an error inside a stream', async () => {
    const stream = await v1().chat.completions.create({ model: 'error-mid-stream', messages, stream: true });
    await expect(
      (async () => {
        for await (const chunk of stream) expect(chunk.choices).toBeDefined();
      })(),
    ).rejects.toBeInstanceOf(OpenAI.APIError);
  });

  test('lists models', async () => {
    const ids: string[] = [];
    for await (const { id } of v1().models.list()) ids.push(id);
    expect(ids).toContain('gpt-4.1-2025-04-14');
  });
});

describe('over the wire', () => {
  test('CORS as a browser meets it', async () => {
    const preflight = await fetch(`${server.origin}/openai/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: { origin: 'http://page.example', 'access-control-request-headers': 'api-key,content-type' },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toBe('api-key,content-type');
  });

  test('a reset is a reset: text comes, then the connection breaks', async () => {
    const response = await post('reset-stream', { stream: true });
    const reader = response.body!.getReader();
    const first = await reader.read();
    expect(new TextDecoder().decode(first.value)).toContain('prompt_filter_results');
    await expect(
      (async () => {
        for (;;) if ((await reader.read()).done) return;
      })(),
    ).rejects.toThrow(TypeError);
  });

  test('a cut ends as if it were whole', async () => {
    const text = await (await post('cut-stream', { stream: true })).text();
    expect(text).not.toContain('[DONE]');
    expect(text).toMatch(/\n\n$/);
  });

  test('a client that goes away ends the answer', async () => {
    const leaving = new AbortController();
    const response = await post('stalled', { stream: true }, { signal: leaving.signal });
    await response.body!.getReader().read();
    leaving.abort();
    await expect.poll(() => server.requests.at(-1)!.aborted).toBe(true);
  });

  test('a redirect is left to the client', async () => {
    const response = await post('redirect', {}, { redirect: 'manual' });
    expect(response.status).toBe(307);
  });

  test('keeps what was asked', async () => {
    await post('gpt-4o', { user: 'somebody' });
    expect(server.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': 'a-key' },
    });
    expect(JSON.parse(server.requests.at(-1)!.body).user).toBe('somebody');
  });

  test('a hook answers instead, lets go on, or writes raw bytes', async () => {
    server.respondWith(() => new Response('mine', { status: 418 }));
    expect((await post('gpt-4o')).status).toBe(418);
    server.respondWith(() => null);
    expect((await post('gpt-4o')).status).toBe(200);
    server.respondWith((_, socket) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
      return 'handled';
    });
    const broken = await post('gpt-4o');
    await expect(broken.text()).rejects.toThrow(TypeError);
  });

  test('does not run ahead of a client that reads slowly', async () => {
    const body = JSON.stringify({
      messages: [{ role: 'user', content: 'Write 30000 tokens' }],
      max_tokens: 32_000,
      stream: true,
    });
    let made = 0;
    const slow = await startSimulatorServer({ simulator: { delayMs: () => ((made += 1), 0) } });
    const socket = connect(Number(new URL(slow.origin).port), '127.0.0.1');
    socket.pause();
    socket.write(
      `POST /openai/deployments/fast-long-answer/chat/completions?api-version=2024-10-21 HTTP/1.1\r\nhost: x\r\napi-key: k\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    let before = -1;
    while (made === 0 || made !== before) {
      before = made;
      await new Promise((done) => setTimeout(done, 300));
    }
    expect(made).toBeLessThan(30_000 / 8 / 2);
    socket.destroy();
    await slow.close();
  }, 30_000);

  test('takes another port when the one asked for is taken', async () => {
    const port = Number(new URL(server.origin).port);
    const other = await startSimulatorServer({ port });
    expect(other.origin).not.toBe(server.origin);
    expect(other.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await other.close();
  });
});
