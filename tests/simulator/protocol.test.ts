import { describe, expect, test } from 'vitest';
import { askJson, askStream, origin, quickSimulator, textOfChunks, toRequest, type Json } from './ask.ts';

const simulator = quickSimulator();
const accessDenied = expect.stringMatching(
  /^Access denied due to invalid subscription key or wrong API endpoint\./,
);

function get(path: string, headers: Record<string, string> = { 'api-key': 'a-key' }) {
  return simulator(new Request(origin + path, { headers }));
}

describe('addresses', () => {
  test('classic, v1 and the extensions of the preview answer', async () => {
    const classic = await askJson(simulator, {});
    const v1 = await askJson(simulator, { apiVersion: null });
    const extensions = await askJson(simulator, {
      path: '/openai/deployments/gpt-4-vision-preview/extensions/chat/completions?api-version=2023-12-01-preview',
      body: { max_tokens: 300 },
    });
    expect(classic.body.object).toBe('chat.completion');
    expect(v1.body.choices[0].message.content).toBe(classic.body.choices[0].message.content);
    expect(extensions.body.object).toBe('extensions.chat.completion');
    expect(extensions.body.choices[0].finish_details).toEqual({ type: 'stop', stop: '<|fim_suffix|>' });
    expect(extensions.body.choices[0]).not.toHaveProperty('finish_reason');
    expect(extensions.body).not.toHaveProperty('prompt_filter_results');
  });

  test.each([
    ['no api-version', '/openai/deployments/gpt-4o/chat/completions'],
    ['an api-version that is no date', '/openai/deployments/gpt-4o/chat/completions?api-version=latest'],
    [
      'extensions after the preview',
      '/openai/deployments/gpt-4o/extensions/chat/completions?api-version=2024-02-15-preview',
    ],
    ['no /openai', '/deployments/gpt-4o/chat/completions?api-version=2024-10-21'],
    [
      'a prefix that was not asked for',
      '/gateway/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    ],
  ])('%s: 404 Resource not found', async (_, path) => {
    expect(await askJson(simulator, { path })).toEqual({
      status: 404,
      body: { error: { code: '404', message: 'Resource not found' } },
    });
  });

  test('a dated api-version on v1 is refused in the words that were observed', async () => {
    const path = '/openai/v1/chat/completions?api-version=2024-10-21';
    expect(await askJson(simulator, { path, apiVersion: null })).toEqual({
      status: 400,
      body: {
        error: {
          code: 'BadRequest',
          message: 'api-version query parameter is not allowed when using /v1 path',
        },
      },
    });
  });

  test.each(['preview', 'v1'])('api-version=%s on v1 is taken', async (version) => {
    const path = `/openai/v1/chat/completions?api-version=${version}`;
    expect((await askJson(simulator, { path, apiVersion: null })).status).toBe(200);
  });

  test('an unknown deployment, in the path or in the body', async () => {
    const missing = {
      status: 404,
      body: { error: expect.objectContaining({ code: 'DeploymentNotFound', type: 'invalid_request_error' }) },
    };
    expect(await askJson(simulator, { deployment: 'not-there' })).toEqual(missing);
    expect(await askJson(simulator, { deployment: 'not-there', apiVersion: null })).toEqual(missing);
  });

  test('v1 without a model', async () => {
    const { status, body } = await askJson(simulator, { apiVersion: null, body: { model: undefined } });
    expect([status, body.error.param]).toEqual([400, 'model']);
  });

  test('prefixes, where they were asked for', async () => {
    const prefixed = quickSimulator({ prefixes: ['/gateway', '/api/projects/sample'] });
    const v1 = { path: '/api/projects/sample/openai/v1/chat/completions', apiVersion: null };
    const gateway = { path: '/gateway/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21' };
    expect((await askJson(prefixed, v1)).status).toBe(200);
    expect((await askJson(prefixed, gateway)).status).toBe(200);
    expect(await askJson(prefixed, { ...gateway, headers: {} })).toEqual({
      status: 401,
      body: { statusCode: 401, message: expect.stringContaining('missing subscription key') },
    });
  });
});

describe('credentials', () => {
  test.each([
    ['none', {}],
    ['an empty key', { 'api-key': '' }],
    ['a wrong key', { 'api-key': 'a-wrong-key' }],
    ['a wrong key beside a good token', { 'api-key': 'invalid', authorization: 'Bearer good' }],
  ])('%s: 401', async (_, headers) => {
    expect(await askJson(simulator, { headers })).toEqual({
      status: 401,
      body: { error: { code: '401', message: accessDenied } },
    });
    expect((await askJson(simulator, { headers, apiVersion: null })).body.error.code).toBe('Unauthorized');
  });

  test('a token is as good as a key; an expired one is told so', async () => {
    const ok = await askJson(simulator, { headers: { authorization: 'Bearer good' } });
    const expired = await askJson(simulator, { headers: { authorization: 'Bearer expired' } });
    expect(ok.status).toBe(200);
    expect([expired.status, expired.body.error.message]).toEqual([401, expect.stringContaining('expired')]);
  });

  test('more than ten custom headers: 431', async () => {
    const headers = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`x-custom-${at}`, '1']));
    expect((await askJson(simulator, { headers: { 'api-key': 'k', ...headers } })).status).toBe(431);
  });
});

describe('listings', () => {
  test.each(['2023-03-15-preview', '2022-12-01'])('deployments with %s', async (version) => {
    const list: Json = await (await get(`/openai/deployments?api-version=${version}`)).json();
    expect(list.data).toContainEqual(
      expect.objectContaining({ id: 'cut-stream', model: 'gpt-4o', status: 'succeeded' }),
    );
  });

  test('deployments with today’s versions: 404; without a key: 401', async () => {
    expect((await get('/openai/deployments?api-version=2024-10-21')).status).toBe(404);
    expect((await get('/openai/deployments?api-version=2022-12-01', {})).status).toBe(401);
  });

  test('models are base models, not deployments', async () => {
    for (const path of ['/openai/models?api-version=2024-10-21', '/openai/v1/models']) {
      const list: Json = await (await get(path)).json();
      const ids = list.data.map(({ id }: { id: string }) => id);
      expect(ids).toContain('gpt-4.1-2025-04-14');
      expect(ids).not.toContain('cut-stream');
    }
  });
});

describe('CORS', () => {
  test('a preflight gets what it asks for', async () => {
    const response = await simulator(
      new Request(`${origin}/openai/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://page.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'api-key,content-type,x-stainless-lang',
        },
      }),
    );
    expect(response.ok).toBe(true);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'api-key,content-type,x-stainless-lang',
    );
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  });

  test('* with an Origin, nothing without, and nothing exposed', async () => {
    for (const asking of [{}, { deployment: 'not-there' }, { headers: {} }]) {
      const headers = { 'api-key': 'k', ...asking.headers };
      const crossing = await simulator(
        toRequest({ ...asking, headers: { ...headers, origin: 'https://page.example' } }),
      );
      const direct = await simulator(toRequest({ ...asking, headers }));
      expect(crossing.headers.get('access-control-allow-origin')).toBe('*');
      expect(crossing.headers.has('access-control-expose-headers')).toBe(false);
      expect(direct.headers.has('access-control-allow-origin')).toBe(false);
    }
  });
});

describe('a stream', () => {
  test('comes in the order and shapes of Azure', async () => {
    const chunks = await askStream(simulator, {
      apiVersion: null,
      body: { stream_options: { include_usage: true } },
    });
    const [first, role, ...rest] = chunks;
    const [finish, usage, done] = rest.slice(-3);
    expect(first).toMatchObject({ choices: [], id: '', model: '', object: '', created: 0 });
    expect(first.prompt_filter_results[0].content_filter_results.jailbreak).toEqual({
      detected: false,
      filtered: false,
    });
    expect(role.choices[0]).toMatchObject({
      content_filter_results: {},
      delta: { content: '', role: 'assistant', refusal: null },
    });
    expect(role.obfuscation).toMatch(/^\w+$/);
    expect(rest[0].choices[0].content_filter_results.violence).toEqual({ filtered: false, severity: 'safe' });
    expect(finish.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect([...rest.slice(0, -2), role].every((chunk) => chunk.usage === null)).toBe(true);
    expect(usage.choices).toEqual([]);
    expect(usage.usage.total_tokens).toBe(usage.usage.prompt_tokens + usage.usage.completion_tokens);
    expect(done).toBe('[DONE]');
  });

  test('says the same as a whole answer', async () => {
    const whole = await askJson(simulator, {});
    const chunks = await askStream(simulator, {});
    expect(textOfChunks(chunks)).toBe(whole.body.choices[0].message.content);
    expect(chunks.some((chunk) => 'usage' in Object(chunk))).toBe(false);
  });

  test('stops when its request is aborted', async () => {
    const aborting = new AbortController();
    const response = await simulator(
      toRequest({ deployment: 'stalled', body: { stream: true }, signal: aborting.signal }),
    );
    const reader = response.body!.getReader();
    await reader.read();
    aborting.abort();
    await expect(
      (async () => {
        for (;;) if ((await reader.read()).done) return;
      })(),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
