import { describe, expect, test } from 'vitest';
import {
  createTranscriptionClient,
  maxSoundBytes,
  type TranscriptionOptions,
  type TranscriptionTarget,
} from '#azure';
import { toFailure } from '#domain/failure.ts';
import { apiKey, classic, fakeFetch, json, v1, type Answer } from './support.ts';

const sound = new Blob(['RIFF some sound'], { type: 'audio/wav' });
const options: TranscriptionOptions = {
  signal: new AbortController().signal,
  language: 'en',
  prompt: ' Ada ',
};
const verbose = {
  task: 'transcribe',
  language: 'english',
  duration: 12.5,
  text: 'Hello there. How are you?',
  segments: [
    { id: 0, seek: 0, start: 0, end: 1.5, text: ' Hello there.', tokens: [1], avg_logprob: -0.2 },
    { id: 1, seek: 0, start: 1.5, end: 3, text: ' How are you?', tokens: [2], avg_logprob: -0.2 },
    { id: 2, start: 3, end: 4, text: '  ' },
    { id: 3, start: 'soon', text: 'no time' },
  ],
};
const refusesTimes = json(
  {
    error: {
      code: 'unsupported_value',
      param: 'response_format',
      message: "response_format 'verbose_json' is not compatible with model 'gpt-4o-transcribe'.",
    },
  },
  400,
);

const ears: TranscriptionTarget = { ...classic, deployment: 'ears' };

function open(answers: readonly Answer[], target = ears) {
  const { fetch, sent } = fakeFetch(...answers);
  const waits: number[] = [];
  const client = createTranscriptionClient(target, apiKey, {
    fetch,
    random: () => 0.5,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    now: () => 0,
  });
  const form = (at = 0): readonly (readonly [string, string | File])[] =>
    Array.from((sent[at]!.init.body as FormData).entries());
  return { client, sent, waits, form };
}

describe('transcription', () => {
  test('sends a form, its type left to the browser', async () => {
    const { client, sent, form } = open([json(verbose)]);
    await client.transcribe(sound, 'piece.wav', options);
    expect(sent[0]!.url).toBe(
      'https://contoso.openai.azure.com/openai/deployments/ears/audio/transcriptions?api-version=2024-10-21',
    );
    expect(sent[0]!.init).toMatchObject({ method: 'POST', redirect: 'error', credentials: 'omit' });
    expect(sent[0]!.init.headers).toEqual({ 'api-key': apiKey.value });
    expect(form().map(([name, value]) => [name, value instanceof File ? value.name : value])).toEqual([
      ['file', 'piece.wav'],
      ['model', 'ears'],
      ['response_format', 'verbose_json'],
      ['timestamp_granularities[]', 'segment'],
      ['language', 'en'],
      ['prompt', 'Ada'],
    ]);
    expect(await (form()[0]![1] as File).text()).toBe('RIFF some sound');
    expect(maxSoundBytes).toBe(25 * 1024 * 1024);
  });

  test.each([
    ['2024-06-01', '2024-06-01'],
    ['2025-04-01-preview', '2025-04-01-preview'],
    ['2023-12-01-preview', '2024-10-21'],
  ])('a connection of %s is asked by %s', async (apiVersion, asked) => {
    const { client, sent } = open([json(verbose)], { ...classic, apiVersion });
    await client.transcribe(sound, 'a.wav', options);
    expect(new URL(sent[0]!.url).searchParams.get('api-version')).toBe(asked);
  });

  test('v1 has no deployment in its path', async () => {
    const { client, sent, form } = open([json(verbose)], v1);
    await client.transcribe(sound, 'a.wav', { ...options, language: null, prompt: '' });
    expect(sent[0]!.url).toBe('https://contoso.services.ai.azure.com/openai/v1/audio/transcriptions');
    expect(form().map(([name]) => name)).toEqual([
      'file',
      'model',
      'response_format',
      'timestamp_granularities[]',
    ]);
  });

  test('gives what was said, with its times', async () => {
    const { client } = open([json(verbose)]);
    expect(await client.transcribe(sound, 'a.wav', options)).toEqual({
      text: 'Hello there. How are you?',
      language: 'english',
      durationSeconds: 12.5,
      segments: [
        { startSeconds: 0, endSeconds: 1.5, text: 'Hello there.' },
        { startSeconds: 1.5, endSeconds: 3, text: 'How are you?' },
      ],
    });
  });

  test('a deployment without times is asked for its text, and then for nothing else', async () => {
    const { client, sent, form } = open([refusesTimes, json({ text: 'One.' }), json({ text: '' })]);
    expect(await client.transcribe(sound, 'a.wav', options)).toEqual({
      text: 'One.',
      segments: [],
      language: null,
      durationSeconds: null,
    });
    expect((await client.transcribe(sound, 'b.wav', options)).text).toBe('');
    expect(sent).toHaveLength(3);
    expect(
      [0, 1, 2].map((at) => form(at).flatMap(([name, value]) => (name === 'response_format' ? [value] : []))),
    ).toEqual([['verbose_json'], ['json'], ['json']]);
    expect(form(1).map(([name]) => name)).not.toContain('timestamp_granularities[]');
  });

  test('a plain text is a text without times', async () => {
    const { client } = open([new Response(' Hello. \n', { headers: { 'content-type': 'text/plain' } })]);
    expect(await client.transcribe(sound, 'a.wav', options)).toMatchObject({ text: 'Hello.', segments: [] });
  });

  test.each([
    [new Response('<html>', { headers: { 'content-type': 'text/html' } }), 'not-a-chat-answer'],
    [json({ hello: 'there' }), 'not-a-chat-answer'],
    [json({ error: { code: 'DeploymentNotFound', message: 'no' } }, 404), 'deployment-not-found'],
    [json({ error: { code: '401', message: 'no' } }, 401), 'credentials-refused'],
    [json({ error: { message: 'Maximum content size limit (26214400) exceeded' } }, 413), 'body-too-large'],
    [json({ error: { message: 'Audio file might be corrupted or unsupported' } }, 400), 'bad-request'],
    [new TypeError('Failed to fetch'), 'unreachable'],
  ])('%# is told as %s', async (answer, kind) => {
    const { client, sent } = open([answer]);
    const failure = await client.transcribe(sound, 'a.wav', options).then(() => null, toFailure);
    expect(failure).toMatchObject({ kind, origin: 'https://contoso.openai.azure.com' });
    expect(sent).toHaveLength(1);
  });

  test('a key that is repeated is in no failure', async () => {
    const { client } = open([
      new Response(`<p>${apiKey.value}</p>`, { headers: { 'content-type': 'text/html' } }),
    ]);
    const failure = await client.transcribe(sound, 'a.wav', options).then(() => null, toFailure);
    expect(failure?.detail).toContain('<p>');
    expect(JSON.stringify(failure)).not.toContain(apiKey.value);
  });

  test('three requests a minute are waited for', async () => {
    const busy = json({ error: { code: '429', message: 'Please retry after 20 seconds.' } }, 429);
    const { client, sent, waits } = open([busy, json(verbose)]);
    await client.transcribe(sound, 'a.wav', options);
    expect([sent.length, waits]).toEqual([2, [20_000]]);
  });

  test.each(['', ' ', '.', '..'])('%j is no deployment', async (deployment) => {
    const { client, sent } = open([json(verbose)], { ...classic, deployment });
    expect((await client.transcribe(sound, 'a.wav', options).then(() => null, toFailure))?.kind).toBe(
      'connection-incomplete',
    );
    expect(sent).toEqual([]);
  });
});
