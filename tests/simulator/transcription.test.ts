import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSubtitles } from '#domain/transcript.ts';
import { transcriptionDeployments } from '#simulator';
import { startSimulatorServer, type SimulatorServer } from '../support/simulator-server.ts';
import { askJson, quickSimulator, type Json } from './ask.ts';
import { containers, makeFlac, makeMp3, makeSound, type Container } from './sounds.ts';

let server: SimulatorServer;
beforeAll(async () => {
  server = await startSimulatorServer({ simulator: { delayMs: () => 0 } });
});
afterAll(() => server.close());

function classic(deployment: string, more: object = {}): AzureOpenAI {
  const endpoint = server.origin;
  return new AzureOpenAI({ endpoint, apiKey: 'a-key', apiVersion: '2024-10-21', deployment, ...more });
}

function v1(more: object = {}): OpenAI {
  return new OpenAI({ baseURL: `${server.origin}/openai/v1`, apiKey: 'a-key', ...more });
}

const clients = [
  ['classic', () => classic('whisper')],
  ['v1', () => v1()],
] as const;

const extensions: Readonly<Record<Container, string>> = {
  wav: 'wav',
  'mp4, as a file': 'm4a',
  'mp4, its header last': 'mp4',
  'mp4, in fragments': 'mp4',
  'webm, as a file': 'webm',
  'webm, as it is recorded': 'webm',
  ogg: 'ogg',
};

async function sound(container: Container, seconds: number) {
  return toFile(await makeSound(container, seconds), `sound.${extensions[container]}`);
}

describe('the official client', () => {
  test.each(clients)('%s: a text with times', async (_, client) => {
    const answer = await client().audio.transcriptions.create({
      model: 'whisper',
      file: await sound('wav', 12.5),
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    });
    expect(answer.duration).toBe(12.5);
    expect(answer.language).toBe('english');
    const segments = answer.segments!;
    expect(segments.map(({ id, start, end }) => [id, start, end])).toEqual([
      [0, 0, 5],
      [1, 5, 10],
      [2, 10, 12.5],
    ]);
    expect(answer.text).toBe(segments.map(({ text }) => text.trim()).join(' '));
    expect(answer.text).toContain('Simulated speech that nobody listened to, part 3 of 3.');
    const words = answer.words!;
    expect(words.map(({ word }) => word).join(' ')).toBe(answer.text);
    expect(words.at(-1)!.end).toBeCloseTo(12.5);
    expect(Object.keys(segments[0]!).sort()).toEqual(
      'avg_logprob compression_ratio end id no_speech_prob seek start temperature text tokens'.split(' '),
    );
  });

  test.each(Object.keys(containers) as Container[])('the real length of %s', async (container) => {
    const answer = await classic('whisper').audio.transcriptions.create({
      model: 'whisper',
      file: await sound(container, 31),
      response_format: 'verbose_json',
    });
    expect(answer.duration).toBeGreaterThan(30);
    expect(answer.duration).toBeLessThan(31.1);
    expect(answer.segments!.at(-1)!.end).toBeCloseTo(answer.duration, 1);
    expect(answer).not.toHaveProperty('words');
  });

  test('mp3 and flac', async () => {
    for (const file of [toFile(makeMp3(8), 'a.mp3'), toFile(makeFlac(8), 'a.flac')])
      expect(
        (
          await classic('whisper').audio.transcriptions.create({
            model: 'whisper',
            file: await file,
            response_format: 'verbose_json',
          })
        ).duration,
      ).toBeCloseTo(8, 1);
  });

  test.each(clients)('%s: json, text, srt and vtt', async (_, client) => {
    const file = await sound('ogg', 11);
    const ask = (response_format: 'json' | 'text' | 'srt' | 'vtt') =>
      client().audio.transcriptions.create({ model: 'whisper', file, response_format });
    const { text } = (await ask('json')) as { text: string };
    expect(((await ask('text')) as unknown as string).trim()).toBe(text);
    for (const format of ['srt', 'vtt'] as const) {
      const read = readSubtitles((await ask(format)) as unknown as string);
      if (!read.ok) throw new Error(read.reason);
      expect(read.segments.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
        [0, 5],
        [5, 11],
      ]);
      expect(read.segments.map(({ text }) => text).join(' ')).toBe(text);
    }
  });

  test('in the language that was asked for', async () => {
    const answer = await classic('whisper').audio.transcriptions.create({
      model: 'whisper',
      file: await sound('wav', 3),
      response_format: 'verbose_json',
      language: 'zh',
    });
    expect([answer.language, answer.text]).toEqual(['chinese', '模拟语音，没有人听过，第 1 段，共 1 段。']);
  });

  test('the gpt-4o family gives a text without times', async () => {
    for (const deployment of ['gpt-4o-transcribe', 'gpt-4o-mini-transcribe']) {
      const ask = async (more: object) =>
        classic(deployment).audio.transcriptions.create({
          model: deployment,
          file: await sound('wav', 3),
          ...more,
        });
      expect(await ask({})).toEqual({ text: expect.stringContaining('Simulated speech') });
      await expect(ask({ response_format: 'verbose_json' })).rejects.toMatchObject({
        status: 400,
        code: 'unsupported_value',
        param: 'response_format',
        message: expect.stringContaining(`'verbose_json' is not compatible with model '${deployment}'`),
      });
    }
  });

  test('retries a limited deployment until it is answered', async () => {
    const file = await sound('wav', 3);
    const before = server.requests.length;
    await classic('whisper-limited').audio.transcriptions.create({ model: 'whisper-limited', file });
    expect(server.requests.slice(before)).toHaveLength(3);
    await expect(
      classic('whisper-failing', { maxRetries: 0 }).audio.transcriptions.create({ model: 'x', file }),
    ).rejects.toBeInstanceOf(OpenAI.InternalServerError);
  }, 20_000);
});

describe('refused', () => {
  const simulator = quickSimulator();
  const good = makeSound('wav', 3);

  async function refusal(
    fields: Readonly<Record<string, string>>,
    file: { readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string } | null,
    path = '/openai/deployments/whisper/audio/transcriptions?api-version=2024-10-21',
    headers: Record<string, string> = { 'api-key': 'a-key' },
  ): Promise<Json> {
    const form = new FormData();
    if (file) form.append('file', new Blob([file.bytes]), file.name);
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const response = await simulator(
      new Request(`https://resource.example${path}`, { method: 'POST', headers, body: form }),
    );
    const { error } = (await response.json()) as Json;
    return { status: response.status, retryAfter: response.headers.get('retry-after'), ...error };
  }

  test('a file that is missing, too large, too short, of another kind, or none', async () => {
    const bytes = await good;
    expect(await refusal({}, null)).toMatchObject({ status: 400, param: 'file' });
    const large = new Uint8Array(25 * 1024 * 1024 + 1);
    large.set(bytes);
    expect(await refusal({}, { bytes: large, name: 'a.wav' })).toMatchObject({
      status: 413,
      message: 'Maximum content size limit (26214400) exceeded (26214401 bytes read)',
    });
    expect(await refusal({}, { bytes: await makeSound('wav', 0.06), name: 'a.wav' })).toMatchObject({
      status: 400,
      code: 'audio_too_short',
    });
    expect(await refusal({}, { bytes, name: 'a.aiff' })).toMatchObject({
      status: 400,
      message: expect.stringContaining("Supported formats: ['flac'"),
    });
    const words = new TextEncoder().encode('no sound at all');
    expect(await refusal({}, { bytes: words, name: 'a.wav' })).toMatchObject({
      status: 400,
      message: expect.stringContaining('could not be decoded'),
    });
  });

  test('parameters', async () => {
    const file = { bytes: await good, name: 'a.wav' };
    for (const [fields, param] of [
      [{ response_format: 'yaml' }, 'response_format'],
      [{ temperature: '2' }, 'temperature'],
      [{ language: 'English' }, 'language'],
      [{ 'timestamp_granularities[]': 'word' }, 'timestamp_granularities'],
    ] as const)
      expect(await refusal(fields, file)).toMatchObject({ status: 400, param });
  });

  test('who asks, and whom', async () => {
    const file = { bytes: await good, name: 'a.wav' };
    const at = (deployment: string, version = '?api-version=2024-10-21') =>
      `/openai/deployments/${deployment}/audio/transcriptions${version}`;
    expect(await refusal({}, file, at('whisper'), {})).toMatchObject({ status: 401 });
    expect(await refusal({}, file, at('whisper', ''))).toMatchObject({ status: 404, code: '404' });
    expect(await refusal({}, file, at('not-there'))).toMatchObject({ code: 'DeploymentNotFound' });
    expect(await refusal({}, file, at('gpt-4o'))).toMatchObject({
      status: 400,
      code: 'OperationNotSupported',
    });
    const path = '/openai/v1/audio/transcriptions';
    expect(await refusal({}, file, path)).toMatchObject({ status: 400, param: 'model' });
    expect(await refusal({ model: 'not-there' }, file, path)).toMatchObject({ code: 'DeploymentNotFound' });
    expect(await refusal({}, file, at('whisper-limited'))).toMatchObject({
      status: 429,
      retryAfter: '2',
      message: expect.stringContaining('Please retry after 2 seconds.'),
    });
  });

  test('no multipart', async () => {
    const url =
      'https://resource.example/openai/deployments/whisper/audio/transcriptions?api-version=2024-10-21';
    const headers = { 'api-key': 'k', 'content-type': 'application/json' };
    const response = await simulator(new Request(url, { method: 'POST', headers, body: '{}' }));
    expect(response.status).toBe(400);
  });

  test('a chat with what only hears', async () => {
    const { status, body } = await askJson(simulator, { deployment: 'whisper' });
    expect([status, body.error.code]).toEqual([400, 'OperationNotSupported']);
  });
});

test('they are among the deployments', async () => {
  const response = await fetch(`${server.origin}/openai/deployments?api-version=2023-03-15-preview`, {
    headers: { 'api-key': 'k' },
  });
  const { data } = (await response.json()) as Json;
  const listed = data.map(({ id, model }: Json) => `${id} ${model}`);
  for (const { name, model, does } of transcriptionDeployments) {
    expect(listed).toContain(`${name} ${model}`);
    expect(does).toMatch(/\.$/);
  }
});

test('a container that does not tell its length is one part', async () => {
  const simulator = quickSimulator();
  const form = new FormData();
  // A header of Ogg, and nothing that could be measured.
  form.append('file', new Blob([new TextEncoder().encode(`OggS${'\0'.repeat(200)}`)]), 'a.ogg');
  form.append('response_format', 'verbose_json');
  const url =
    'https://resource.example/openai/deployments/whisper/audio/transcriptions?api-version=2024-10-21';
  const response = await simulator(
    new Request(url, { method: 'POST', headers: { 'api-key': 'k' }, body: form }),
  );
  const body = (await response.json()) as Json;
  expect(body.segments).toHaveLength(1);
});
