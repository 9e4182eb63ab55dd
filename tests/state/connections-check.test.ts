import { expect, test } from 'vitest';
import { createSimulator } from '#simulator';
import { ConnectionForm } from '#state/connection-form.svelte.ts';
import { aConnection, bench, nowMs, type Bench } from './connections-fixtures.ts';

const key = 'a-key-of-thirty-two-characters-00';

async function formAt(on: Bench, deployment: string): Promise<ConnectionForm> {
  const saved = await on.connections.save(aConnection({ deployment }), { apiKey: key });
  const form = new ConnectionForm(on, saved);
  await form.load();
  return form;
}

const statesOf = (form: ConnectionForm) => form.test.rows.map(({ id, state }) => `${id} ${state}`);

test('a good connection passes every line; tokens, dollars and a ledger row are there', async () => {
  const on = await bench();
  const form = await formAt(on, 'gpt-4.1');
  expect(form.test.rows).toEqual([]);
  await form.runTest();
  expect(statesOf(form)).toEqual([
    'url passed',
    'reachable passed',
    'credentials passed',
    'deployment passed',
    'pictures passed',
    'streaming passed',
    'usage passed',
  ]);
  const [entry] = await on.store.listLedger({ since: 0 });
  expect(entry).toMatchObject({
    kind: 'connection-test',
    at: nowMs,
    connectionId: 'contoso',
    deployment: 'gpt-4.1',
    outcome: 'complete',
    conversationId: null,
  });
  const { inputTokens, outputTokens } = entry!.usage!;
  expect(inputTokens).toBeGreaterThan(85);
  // $2 and $8 a million tokens are 2,000 and 8,000 nano-dollars each.
  const nanos = inputTokens * 2000 + outputTokens * 8000;
  expect(entry!.costNanos).toBe(nanos);
  expect(form.test.state).toEqual({ kind: 'finished', cost: { nanos, inputTokens, outputTokens } });
});

test('a deployment that does not exist fails its line, and what rests on it is not reached', async () => {
  const on = await bench();
  const form = await formAt(on, 'no-such-deployment');
  form.set({ modelId: 'gpt-4.1@2025-04-14' });
  await form.runTest();
  expect(statesOf(form)).toEqual([
    'url passed',
    'reachable passed',
    'credentials passed',
    'deployment failed',
    'pictures not-reached',
    'streaming not-reached',
    'usage not-reached',
  ]);
  expect(form.test.rows[3]).toMatchObject({ failure: { kind: 'deployment-not-found' } });
  expect(form.test.state).toMatchObject({ kind: 'finished', cost: { nanos: 0 } });
  expect(await on.store.listLedger({ since: 0 })).toMatchObject([{ outcome: 'failed', costNanos: 0 }]);
});

test('an unreachable host says so, and guesses nothing behind it', async () => {
  const on = await bench({
    answer: async () => {
      throw new TypeError('Failed to fetch');
    },
  });
  const form = await formAt(on, 'gpt-4.1');
  await form.runTest();
  expect(statesOf(form).slice(0, 3)).toEqual(['url passed', 'reachable failed', 'credentials not-reached']);
  expect(form.test.rows[1]).toMatchObject({ failure: { kind: 'unreachable' } });
});

test('a cancelled test says so, stops the call, and leaves a row of unknown cost', async () => {
  let aborted = false;
  const on = await bench({
    answer: (request) =>
      new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => {
          aborted = true;
          reject(request.signal.reason as Error);
        });
      }),
  });
  const form = await formAt(on, 'gpt-4.1');
  const running = form.runTest();
  await expect.poll(() => on.sent.length).toBe(1);
  expect(statesOf(form).slice(0, 2)).toEqual(['url passed', 'reachable waiting']);
  form.test.cancel();
  await running;
  expect(aborted).toBe(true);
  expect(form.test.state).toEqual({ kind: 'cancelled' });
  expect(await on.store.listLedger({ since: 0 })).toMatchObject([{ outcome: 'stopped', costNanos: null }]);
});

test('a changed field takes the result away; the name alone does not', async () => {
  const form = await formAt(await bench(), 'gpt-4.1');
  await form.runTest();
  form.set({ name: 'Other name' });
  expect(form.test.state.kind).toBe('finished');
  form.set({ deployment: 'gpt-4o' });
  expect(form.test.state.kind).toBe('idle');
  expect(form.test.rows).toEqual([]);
});

test('what the test taught is saved with the connection', async () => {
  const simulator = createSimulator({ delayMs: () => 0, now: () => nowMs });
  const on = await bench({ answer: simulator });
  // A reasoning model behind a connection that says otherwise: the service asks for the other parameter.
  const form = await formAt(on, 'gpt-5');
  form.set({ modelId: 'gpt-4o@2024-05-13' });
  await form.runTest();
  expect(form.test.state.kind).toBe('finished');
  expect((await form.save())?.learned).toEqual({ maxTokensParam: 'max_completion_tokens' });
});

test.each([
  ['a-vision-key', 'passed', undefined, 1],
  ['an-openai-key', 'failed', 'vision-wrong-key', 0],
])('a Computer Vision resource has a line of its own: %s %s', async (visionKey, state, kind, bought) => {
  const on = await bench();
  const saved = await on.connections.save(
    aConnection({ visionEndpoint: 'https://eyes.cognitiveservices.azure.com' }),
    { apiKey: key, visionKey },
  );
  const form = new ConnectionForm(on, saved);
  await form.load();
  await form.runTest();
  expect(statesOf(form).slice(-2)).toEqual(['usage passed', `vision ${state}`]);
  const row = form.test.rows.at(-1);
  expect(row && 'failure' in row ? row.failure?.kind : undefined).toBe(kind);
  expect(on.sent.at(-1)).toMatchObject({
    url: expect.stringContaining('https://eyes.cognitiveservices.azure.com/computervision/') as unknown,
    key: null,
  });
  const rows = await on.store.listLedger({ since: 0 });
  const readings = rows.filter((row) => row.kind === 'image-analysis');
  expect(rows).toHaveLength(1 + bought);
  expect(readings.map((row) => [row.units?.quantity, row.outcome])).toEqual(
    Array.from({ length: bought }, () => [1, 'complete']),
  );
});

test('a test cancelled at the Computer Vision resource has one row for each thing asked', async () => {
  const simulator = createSimulator({ delayMs: () => 0, now: () => nowMs });
  const on = await bench({
    answer: (request) => {
      if (!request.url.includes('/computervision/')) return simulator(request);
      return new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
      });
    },
  });
  const saved = await on.connections.save(
    aConnection({ visionEndpoint: 'https://eyes.cognitiveservices.azure.com' }),
    { apiKey: key, visionKey: 'a-vision-key' },
  );
  const form = new ConnectionForm(on, saved);
  await form.load();
  const running = form.runTest();
  await expect.poll(() => on.sent.at(-1)?.url).toContain('/computervision/');
  form.test.cancel();
  await running;
  expect(form.test.state).toEqual({ kind: 'cancelled' });
  const rows = await on.store.listLedger({ since: 0 });
  expect(rows.map((row) => `${row.kind} ${row.outcome}`).sort()).toEqual([
    'connection-test complete',
    'image-analysis stopped',
  ]);
});
