import { describe, expect, test } from 'vitest';
import { createSimulator } from '#simulator';
import {
  askJson,
  askStream,
  picture,
  quickSimulator,
  textOfChunks,
  toRequest,
  withPictures,
  type Json,
} from './ask.ts';
import { dataUrl, png, type Colour } from './pictures.ts';

const simulator = quickSimulator();
const blue: Colour = [30, 60, 200];
const red: Colour = [220, 20, 20];
const white: Colour = [255, 255, 255];

async function answerTo(messages: object[], more: Record<string, unknown> = {}): Promise<string> {
  const { body } = await askJson(simulator, { body: { messages, ...more } });
  return body.choices[0].message.content;
}

describe('what is said', () => {
  test('the size, format, bytes, detail, tokens and colours of a real picture', async () => {
    const bytes = png(300, 200, [blue, blue, red]);
    const text = await answerTo(withPictures('What is in this picture?', picture(dataUrl(bytes), 'high')));
    expect(text).toMatch(/^This is a simulated answer: no model looked at your picture\./);
    expect(text).toContain('1 picture and asked, in 5 words: “What is in this picture?”');
    expect(text).toContain('**300 × 200 PNG**');
    expect(text).toContain(`${bytes.length.toLocaleString('en')} bytes, detail high, 255 tokens`);
    expect(text).toMatch(/Mostly blue \(6[67] %\), red \(3[34] %\)\./);
  });

  test('several pictures in their order, one of them by address', async () => {
    const text = await answerTo(
      withPictures(
        'Compare',
        picture(dataUrl(png(10, 20, [white])), 'low'),
        picture('https://pictures.example/a/b.png?token=secret'),
      ),
    );
    expect(text).toContain('2 pictures');
    expect(text.indexOf('10 × 20 PNG')).toBeLessThan(text.indexOf('pictures.example'));
    expect(text).toContain('did not fetch it');
    expect(text).not.toContain('secret');
  });

  test('earlier pictures and messages, and the system prompt', async () => {
    const text = await answerTo([
      { role: 'system', content: 'Be very brief.' },
      ...withPictures('First', picture(dataUrl(png(5, 5, [red])))),
      { role: 'assistant', content: 'Seen.' },
      { role: 'user', content: 'And now?' },
    ]);
    expect(text).toContain('no picture');
    expect(text).toContain('came 1 more picture.');
    expect(text).toContain('came 2 messages');
    expect(text).toContain('A system prompt of 3 words');
  });

  test('in Chinese where the question is', async () => {
    const text = await answerTo(withPictures('请描述这张图片。', picture(dataUrl(png(8, 8, [blue])))));
    expect(text).toMatch(/^这是模拟回答：没有模型看过您的图片。/);
    expect(text).toContain('用 7 个字词提问');
    expect(text).toContain('蓝色（100%）');
  });

  test('the question is quoted without its markup, and shortened', async () => {
    const text = await answerTo([{ role: 'user', content: `<b>![x](http://a)</b> ${'long '.repeat(60)}` }]);
    expect(text).not.toMatch(/[<>[\]]/);
    expect(text).toContain('…”');
  });

  test.each([
    ['grey', 8, 0, [[128, 128, 128]]],
    ['palette', 8, 3, [[220, 20, 20]]],
  ] as const)('a PNG with %s pixels is read as well', async (_, bitDepth, colourType, [colour]) => {
    const bytes = png(6, 6, [colour]);
    // Same pixels, told as one byte each: grey directly, red through a palette.
    const { deflateSync } = await import('node:zlib');
    const rows = Buffer.concat(
      Array.from({ length: 6 }, () =>
        Buffer.from([0, ...Array.from({ length: 6 }, () => (colourType === 0 ? 128 : 1))]),
      ),
    );
    bytes.set([bitDepth, colourType], 24);
    const chunk = (type: string, content: Buffer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(content.length);
      return Buffer.concat([length, Buffer.from(type), content, Buffer.alloc(4)]);
    };
    const rebuilt = Buffer.concat([
      bytes.subarray(0, 33),
      chunk('PLTE', Buffer.from([0, 0, 0, ...colour])),
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]);
    const text = await answerTo(withPictures('Colour?', picture(dataUrl(rebuilt))));
    expect(text).toContain(colourType === 0 ? 'Mostly grey (100 %)' : 'Mostly red (100 %)');
  });

  test('a PNG whose pixels end early is answered without its colours', async () => {
    const whole = png(64, 64, [red, blue]);
    const text = await answerTo(withPictures('Colour?', picture(dataUrl(whole.subarray(0, 60)))));
    expect(text).toContain('colours could not be read');
  });
});

describe('what the request asks for', () => {
  test('JSON mode gives JSON of the same facts', async () => {
    const messages = withPictures('Answer as JSON', picture(dataUrl(png(30, 20, [red])), 'low'));
    const json = JSON.parse(await answerTo(messages, { response_format: { type: 'json_object' } }));
    expect(json).toMatchObject({
      simulated: true,
      pictures: [
        { widthPx: 30, heightPx: 20, detail: 'low', tokens: 85, colours: [{ colour: 'red', percent: 100 }] },
      ],
    });
  });

  test('a JSON schema gets a value that fits it', async () => {
    const schema = {
      type: 'object',
      properties: {
        kind: { type: 'string', enum: ['cat', 'dog'] },
        boxes: { type: 'array', items: { $ref: '#/$defs/box' } },
        note: { anyOf: [{ type: 'null' }, { type: 'string' }] },
      },
      $defs: { box: { type: 'object', properties: { width: { type: 'integer' } } } },
    };
    const json = await answerTo([{ role: 'user', content: 'Look' }], {
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
    });
    expect(JSON.parse(json)).toEqual({ kind: 'cat', boxes: [{ width: 0 }], note: null });
  });

  test('max_tokens cuts, stop stops', async () => {
    const cut = await askJson(simulator, { body: { max_tokens: 5 } });
    const stopped = await askJson(simulator, { body: { stop: [': no'] } });
    expect(cut.body.choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: 'This is a simulated answer' },
    });
    expect(cut.body.usage.completion_tokens).toBe(5);
    expect(stopped.body.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'This is a simulated answer' },
    });
  });

  test('asked to go on, an answer goes on where it was cut', async () => {
    const question = { role: 'user', content: 'Describe this picture:' };
    const whole = await answerTo([question]);
    const first = await answerTo([question], { max_tokens: 12 });
    const goOn = {
      role: 'user',
      content: 'Continue your last message exactly where it stops. Do not repeat anything.',
    };
    const rest = await answerTo([question, { role: 'assistant', content: first }, goOn]);
    expect(first + rest).toBe(whole);
  });
});

describe('usage', () => {
  const question = 'Describe this picture:';

  test.each([
    ['gpt-4-vision-preview', 1024, 1024, 'high', 765],
    ['gpt-4o', 1024, 1024, 'high', 765],
    ['gpt-4o', 2048, 4096, 'high', 1105],
    ['gpt-4o', 4096, 8192, 'low', 85],
    ['gpt-4o-mini', 2048, 4096, 'high', 36835],
    ['gpt-5', 1024, 1024, 'high', 630],
    ['gpt-5.4', 2048, 2048, 'high', 3000],
    ['gpt-6-astra', 1024, 1024, 'high', 1229],
    ['gpt-6-astra', 3840, 2160, 'auto', 9792],
  ])('%s: a picture of %i × %i at %s is %i tokens', async (deployment, widthPx, heightPx, detail, tokens) => {
    // Header and a byte of data are enough to measure.
    const url = dataUrl(pngHeader(widthPx, heightPx));
    const text = {
      body: { messages: [{ role: 'user', content: [{ type: 'text', text: question }] }] },
      deployment,
    };
    const seen = { body: { messages: withPictures(question, picture(url, detail)) }, deployment };
    const without = await askJson(simulator, text);
    const { body } = await askJson(simulator, seen);
    expect(body.usage.prompt_tokens - without.body.usage.prompt_tokens).toBe(tokens);
  });

  test('text by the cookbook’s formula', async () => {
    const messages = [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: question },
    ];
    for (const deployment of ['gpt-4-turbo', 'gpt-4o']) {
      const { body } = await askJson(simulator, { deployment, body: { messages } });
      expect(body.usage.prompt_tokens).toBe(21);
    }
    const chinese = [
      { role: 'system', content: '你是一个有帮助的助手。' },
      { role: 'user', content: '请描述这张图片。' },
    ];
    const old = await askJson(simulator, { deployment: 'gpt-4-turbo', body: { messages: chinese } });
    const now = await askJson(simulator, { body: { messages: chinese } });
    expect([old.body.usage.prompt_tokens, now.body.usage.prompt_tokens]).toEqual([30, 25]);
  });

  test('without a tokenizer it is rough, and still adds up', async () => {
    const { body } = await askJson(createSimulator({ delayMs: () => 0 }), {});
    expect(body.usage.total_tokens).toBe(body.usage.prompt_tokens + body.usage.completion_tokens);
    expect(body.usage.prompt_tokens).toBeGreaterThan(7);
  });

  test('a prompt asked before comes from the cache, from 1,024 tokens in steps of 128', async () => {
    const fresh = quickSimulator();
    const long = { role: 'system', content: 'word '.repeat(1500) };
    const ask = async (content: string, deployment = 'gpt-4o', first: object = long) =>
      (await askJson(fresh, { deployment, body: { messages: [first, { role: 'user', content }] } })).body
        .usage.prompt_tokens_details.cached_tokens;
    expect(await ask('One')).toBe(0);
    expect(await ask('Two')).toBe(Math.floor(1505 / 128) * 128);
    expect(await ask('Two', 'gpt-4.1')).toBe(0);
    expect(await ask('One', 'gpt-4o', { role: 'system', content: 'Other' })).toBe(0);
  });

  test('what the newest models report besides', async () => {
    const messages = withPictures('word '.repeat(1100), picture(dataUrl(pngHeader(1024, 1024)), 'high'));
    const { body } = await askJson(simulator, { deployment: 'gpt-6-astra', body: { messages } });
    const details = body.usage.prompt_tokens_details;
    expect(details.image_tokens).toBe(1229);
    expect(details.cache_write_tokens).toBe(Math.floor(body.usage.prompt_tokens / 128) * 128);
  });

  test('old versions have no details', async () => {
    const { body } = await askJson(simulator, { apiVersion: '2024-02-15-preview' });
    expect(Object.keys(body.usage).sort()).toEqual(['completion_tokens', 'prompt_tokens', 'total_tokens']);
    expect(body.choices[0].message).not.toHaveProperty('refusal');
  });

  test('reasoning counts, and can take everything', async () => {
    const ask = async (body: object) =>
      (await askJson(simulator, { deployment: 'gpt-5', apiVersion: null, body: { ...body } })).body;
    const low = await ask({ reasoning_effort: 'low' });
    const high = await ask({ reasoning_effort: 'high' });
    const tight = await ask({ max_completion_tokens: 20 });
    const reasoning = (body: Json) => body.usage.completion_tokens_details.reasoning_tokens;
    expect(reasoning(high)).toBeGreaterThan(reasoning(low));
    expect(high.usage.completion_tokens - reasoning(high)).toBe(low.usage.completion_tokens - reasoning(low));
    expect(tight.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '' } });
    expect(tight.usage.completion_tokens).toBe(20);
  });
});

describe('pace', () => {
  test('is asked for before the first byte and before each burst', async () => {
    const pauses: { before: string; tokens: number; usualMs: number }[] = [];
    const slow = quickSimulator({ delayMs: (pause) => (pauses.push(pause), 0) });
    const chunks = await askStream(slow, {
      deployment: 'long-answer',
      body: { messages: [{ role: 'user', content: 'Write 80 tokens at 50 tokens per second' }] },
    });
    expect(pauses[0]).toMatchObject({ before: 'first-byte' });
    expect(pauses[1]).toEqual({ before: 'text', tokens: 8, usualMs: 160 });
    expect(textOfChunks(chunks).length).toBeGreaterThan(200);
  });

  test('waits by the given sleep', async () => {
    const slept: number[] = [];
    const sleepy = quickSimulator({
      delayMs: ({ usualMs }) => usualMs,
      sleep: async (ms) => void slept.push(ms),
    });
    await (await sleepy(toRequest({ deployment: 'slow', body: { stream: true } }))).text();
    expect(slept[0]).toBe(8000);
    expect(slept[1]).toBe(2000);
  });
});

function pngHeader(widthPx: number, heightPx: number): Buffer {
  const bytes = png(1, 1, [white]);
  bytes.writeUInt32BE(widthPx, 16);
  bytes.writeUInt32BE(heightPx, 20);
  return bytes;
}
