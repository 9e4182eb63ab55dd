import { describe, expect, test } from 'vitest';
import { findModel } from '#catalog';
import { asSeenByPage, deployments } from '#simulator';
import { askJson, askStream, quickSimulator, readChunks, textOfChunks, toRequest, type Json } from './ask.ts';

const simulator = quickSimulator();
const say = (content: string) => ({ messages: [{ role: 'user', content }] });

async function answer(deployment: string, body: object = {}) {
  return simulator(toRequest({ deployment, body: { ...body } }));
}

async function textOf(deployment: string): Promise<string> {
  return textOfChunks(await askStream(simulator, { deployment }));
}

test('every deployment has a name of its own, a model of the catalogue and a sentence', () => {
  expect(new Set(deployments.map(({ name }) => name)).size).toBe(deployments.length);
  for (const { name, model, does } of deployments) {
    expect(findModel(model), name).not.toBeNull();
    expect(does).toMatch(/\.$/);
  }
});

test.each(deployments.filter(({ name }) => /^(gpt-|o\d)/.test(name) && name !== 'gpt-5-pro'))(
  '$name answers, whole and streamed, as its model',
  async ({ name, model }) => {
    const { status, body } = await askJson(simulator, { deployment: name });
    expect(status).toBe(200);
    expect(body.choices[0].message.content).toMatch(/^This is a simulated answer/);
    const { model: family, version } = findModel(model)!;
    expect(body.model).toBe(version === 'vision-preview' ? 'gpt-4' : `${family}-${version}`);
    if (name === 'o1') return;
    expect((await askStream(simulator, { deployment: name })).at(-1)).toBe('[DONE]');
  },
);

describe('refused', () => {
  test.each([
    ['rate-limited-for-a-day', 429, 'RateLimitReached', 'Please retry after 86400 seconds.'],
    ['rate-limited-high-demand', 429, '429', 'high demand'],
    [
      'key-disabled',
      403,
      'AuthenticationTypeDisabled',
      'Key based authentication is disabled for this resource.',
    ],
    ['firewall', 403, '403', 'Access denied due to Virtual Network/Firewall rules.'],
    ['firewall-virtual-network', 403, '403', 'A Virtual Network is configured'],
    ['timeout-408', 408, 'Timeout', 'The operation was timeout.'],
    ['gone-410', 410, 'ModelDeprecated', 'retired'],
    ['server-error', 500, null, 'internal error'],
  ])('%s: %i %s', async (deployment, status, code, message) => {
    const told = await askJson(simulator, { deployment });
    expect(told.status).toBe(status);
    expect(told.body.error.code).toBe(code);
    expect(told.body.error.message).toContain(message);
  });

  test.each([
    ['too-large', 413, /^<html>/],
    ['bad-gateway', 502, /^<html>/],
    ['html-answer', 200, /^<!doctype html>/],
    ['headers-431', 431, /^$/],
    ['empty-answer', 200, /^$/],
  ])('%s: %i without JSON', async (deployment, status, text) => {
    const response = await answer(deployment);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(text);
  });

  test('key-disabled takes a token', async () => {
    const headers = { authorization: 'Bearer good' };
    expect((await askJson(simulator, { deployment: 'key-disabled', headers })).status).toBe(200);
  });

  test('rate-limited answers the third time in a minute, and refuses again in the next', async () => {
    let nowMs = 0;
    const own = quickSimulator({ now: () => nowMs });
    const statuses: number[] = [];
    for (nowMs of [0, 2000, 4000, 6000, 61_000]) {
      statuses.push((await own(toRequest({ deployment: 'rate-limited' }))).status);
    }
    expect(statuses).toEqual([429, 429, 200, 200, 429]);
    const refused = await quickSimulator()(toRequest({ deployment: 'rate-limited' }));
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refused.text()).toContain('api version 2024-10-21'.replace('api', 'API'));
  });

  test('unavailable twice in a minute, then there', async () => {
    const own = quickSimulator({ now: () => 0 });
    const ask = async () => (await own(toRequest({ deployment: 'unavailable' }))).status;
    expect([await ask(), await ask(), await ask()]).toEqual([503, 503, 200]);
  });

  test('blocked prompts in both spellings', async () => {
    const documented = await askJson(simulator, { deployment: 'blocked-prompt' });
    const observed = await askJson(simulator, { deployment: 'blocked-prompt-inner-error' });
    expect([documented.status, observed.status]).toEqual([400, 400]);
    expect(documented.body.error.innererror.content_filter_result['self-harm'].filtered).toBe(true);
    expect(observed.body.error.inner_error.content_filter_results.sexual.severity).toBe('high');
  });

  test('error-in-200 and redirect', async () => {
    const told = await askJson(simulator, { deployment: 'error-in-200' });
    expect([told.status, told.body.error.code]).toEqual([200, 'InternalServerError']);
    const response = await answer('redirect');
    expect(response.status).toBe(307);
    expect(new URL(response.headers.get('location')!).origin).toBe('https://elsewhere.invalid');
  });

  test('no-cors has no CORS headers even with an Origin', async () => {
    const headers = { 'api-key': 'k', origin: 'https://page.example' };
    const response = await simulator(toRequest({ deployment: 'no-cors', headers }));
    expect(response.status).toBe(403);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('broken on the way', () => {
  test('cut-stream ends half way without proof; asked to go on, it comes to its end', async () => {
    const whole = await textOf('gpt-4o');
    const messages: object[] = [{ role: 'user', content: 'Describe this picture:' }];
    let text = '';
    for (let round = 0; round < 6; round += 1) {
      const chunks = await askStream(simulator, {
        deployment: 'cut-stream',
        body: { messages: [...messages] },
      });
      const part = textOfChunks(chunks);
      text += part;
      if (round === 0) {
        expect(part).not.toBe('');
        expect(chunks.at(-1)).not.toBe('[DONE]');
        expect(chunks.some((chunk) => chunk.choices[0]?.finish_reason)).toBe(false);
      }
      if (chunks.at(-1) === '[DONE]') break;
      messages.push({ role: 'assistant', content: part }, { role: 'user', content: 'Continue.' });
    }
    expect(text).toBe(whole);
  });

  test.each([true, false])('reset-stream errors the body half way (stream: %s)', async (stream) => {
    const response = await answer('reset-stream', { stream });
    await expect(response.text()).rejects.toMatchObject({ name: 'ConnectionReset' });
  });

  test.each(['stalled', 'silent'])('%s goes on only when it is given up', async (deployment) => {
    const giveUp = new AbortController();
    const asleep: number[] = [];
    const own = quickSimulator({
      sleep: (ms, signal) =>
        new Promise((_, fail) => {
          asleep.push(ms);
          signal.addEventListener('abort', () => fail(signal.reason as Error));
          queueMicrotask(() => giveUp.abort());
        }),
    });
    const answered = own(toRequest({ deployment, body: { stream: true }, signal: giveUp.signal }));
    await expect(answered.then((response) => response.text())).rejects.toMatchObject({ name: 'AbortError' });
    expect(asleep).toEqual([Infinity]);
  });

  test('a whole answer that is cut is no JSON', async () => {
    const response = await answer('cut-stream');
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  test('error-mid-stream', async () => {
    const chunks = await askStream(simulator, { deployment: 'error-mid-stream' });
    expect(textOfChunks(chunks)).not.toBe('');
    expect(chunks.at(-1).error.type).toBe('server_error');
  });

  test('json-when-stream', async () => {
    const response = await answer('json-when-stream', { stream: true });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect((await response.json()) as object).toHaveProperty('choices');
  });

  test('no-usage, no-done, no-filters, filter-failed', async () => {
    const body = { stream_options: { include_usage: true } };
    const noUsage = await askStream(simulator, { deployment: 'no-usage', body });
    const noDone = await askStream(simulator, { deployment: 'no-done', body });
    const noFilters = await askStream(simulator, { deployment: 'no-filters' });
    const failed = await askStream(simulator, { deployment: 'filter-failed' });
    expect(noUsage.some((chunk) => chunk.usage)).toBe(false);
    expect((await askJson(simulator, { deployment: 'no-usage' })).body).not.toHaveProperty('usage');
    expect(noDone.at(-1).usage.total_tokens).toBeGreaterThan(0);
    expect(JSON.stringify(noFilters)).not.toContain('filter');
    expect(failed[2].choices[0].content_filter_results.error.code).toBe('content_filter_error');
  });

  test('odd-framing says the same to a reader that knows the rules', async () => {
    const { createParser } = await import('eventsource-parser');
    const response = await answer('odd-framing', { stream: true });
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body!) pieces.push(piece);
    const text = Buffer.concat(pieces).toString('utf8');
    expect(text).toMatch(/^\uFEFF/);
    expect(text).toContain('\r\n');
    expect(text).toMatch(/\r(?!\n)/);
    expect(pieces.length).toBeGreaterThan(100);
    const events: string[] = [];
    const parser = createParser({ onEvent: ({ event, data }) => event ?? events.push(data) });
    parser.feed(text);
    parser.reset({ consume: true });
    expect(textOfChunks(readChunks(events.map((data) => `data: ${data}\n\n`).join('')))).toBe(
      await textOf('gpt-4o'),
    );
  });
});

describe('what is said', () => {
  test('blocked-answer has no text at all', async () => {
    const { body } = await askJson(simulator, { deployment: 'blocked-answer' });
    expect(body.choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      message: { role: 'assistant' },
    });
    expect(body.choices[0].content_filter_results.violence).toEqual({ filtered: true, severity: 'medium' });
    const chunks = await askStream(simulator, { deployment: 'blocked-answer' });
    expect(textOfChunks(chunks)).toBe('');
    expect(chunks.at(-2).choices[0].finish_reason).toBe('content_filter');
  });

  test('the asynchronous filter: passing, midway and late', async () => {
    const passing = await askStream(simulator, { deployment: 'asynchronous-filter' });
    const midway = await askStream(simulator, { deployment: 'filtered-midway' });
    const late = await askStream(simulator, { deployment: 'filtered-late' });
    const reasons = (chunks: Json[]) =>
      chunks.map((chunk) => chunk.choices?.[0]?.finish_reason).filter(Boolean);
    expect(passing[0]).toHaveProperty('prompt_annotations');
    expect(passing[2].choices[0]).not.toHaveProperty('content_filter_results');
    expect(reasons(passing)).toEqual(['stop']);
    expect(passing.at(-2).choices[0]).not.toHaveProperty('delta');
    expect(reasons(midway)).toEqual(['content_filter']);
    expect(textOfChunks(midway)).not.toBe('');
    expect(reasons(late)).toEqual(['stop', 'content_filter']);
    expect(late.at(-2).choices[0].content_filter_offsets.start_offset).toBe(44);
  });

  test('refusal, empty-text, length, reasoning-exhausted', async () => {
    const refusal = await askJson(simulator, { deployment: 'refusal' });
    const streamed = await askStream(simulator, { deployment: 'refusal' });
    const empty = await askJson(simulator, { deployment: 'empty-text' });
    const length = await askJson(simulator, { deployment: 'length', body: { max_tokens: 4096 } });
    const exhausted = await askJson(simulator, {
      deployment: 'reasoning-exhausted',
      body: { max_completion_tokens: 500 },
    });
    expect(refusal.body.choices[0].message).toMatchObject({
      content: null,
      refusal: expect.stringContaining('sorry'),
    });
    expect(streamed.map((chunk) => chunk.choices?.[0]?.delta?.refusal ?? '').join('')).toContain('sorry');
    expect(empty.body.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: '' } });
    expect(length.body.choices[0].finish_reason).toBe('length');
    expect(length.body.usage.completion_tokens).toBeLessThanOrEqual(20);
    expect(exhausted.body.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '' } });
    expect(exhausted.body.usage).toMatchObject({
      completion_tokens: 500,
      completion_tokens_details: { reasoning_tokens: 500 },
    });
  });

  test.each([
    ['long-answer', 'Go', 8000],
    ['fast-long-answer', 'Please write 16,000 tokens.', 16000],
    ['fast-long-answer', '写 500 个 token', 500],
  ])('%s to "%s": %i tokens of mixed Markdown', async (deployment, question, tokens) => {
    const { body } = await askJson(simulator, { deployment, body: { ...say(question), max_tokens: 32_000 } });
    expect(body.choices[0].finish_reason).toBe('stop');
    expect(Math.abs(body.usage.completion_tokens - tokens)).toBeLessThanOrEqual(3);
    if (tokens < 8000) return;
    for (const construct of ['## ', '| --- |', '```ts', '$$', '> ', '- ', '1. ']) {
      expect(body.choices[0].message.content).toContain(construct);
    }
  });

  test('long-answer keeps to max_tokens', async () => {
    const { body } = await askJson(simulator, { deployment: 'long-answer', body: { max_tokens: 100 } });
    expect(body.choices[0].finish_reason).toBe('length');
    expect(body.usage.completion_tokens).toBeLessThanOrEqual(100);
  });

  test('markdown-tour has what must stay harmless', async () => {
    const text = await textOf('markdown-tour');
    for (const construct of [
      'javascript:',
      '<script>',
      '![a tracking pixel](https://',
      '- [x]',
      '| :--- |',
      '\\[',
    ]) {
      expect(text).toContain(construct);
    }
  });

  test('model-router says who answered, and counts as that model does', async () => {
    const { body } = await askJson(simulator, { deployment: 'model-router' });
    expect(body.model).toBe('gpt-4.1-mini-2025-04-14');
  });
});

describe('seen by a page', () => {
  const seen = asSeenByPage(quickSimulator());

  test('hides what is not exposed', async () => {
    const response = await seen(toRequest({ deployment: 'rate-limited-for-a-day' }));
    expect([...response.headers.keys()]).toEqual(['content-type']);
    expect(response.status).toBe(429);
  });

  test.each(['redirect', 'no-cors'])('%s fails as fetch does', async (deployment) => {
    await expect(seen(toRequest({ deployment }))).rejects.toThrow(new TypeError('Failed to fetch'));
  });
});
