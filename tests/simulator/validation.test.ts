import { describe, expect, test } from 'vitest';
import { askJson, picture, quickSimulator, withPictures, type Asking } from './ask.ts';
import { dataUrl, gifHeader, jpegHeader, png, webpHeader } from './pictures.ts';

const simulator = quickSimulator();
const dot = dataUrl(png(1, 1, [[255, 0, 0]]));
const hi = [{ role: 'user', content: 'Hello' }];

async function refusal(asking: Asking) {
  const { status, body } = await askJson(simulator, asking);
  expect(status).toBe(400);
  return body.error;
}

describe('pictures', () => {
  const invalidUrl =
    'Invalid image URL. The URL must be a valid HTTP or HTTPS URL, or a data URL with base64 encoding.';

  test.each([
    ['bare base64', 'iVBORw0KGgo=', invalidUrl],
    ['a data URL without base64', 'data:image/png,abc', invalidUrl],
    ['another scheme', 'ftp://example.com/a.png', invalidUrl],
    ['broken base64', 'data:image/png;base64,@@@', 'Invalid image (base64) data.'],
    ['bytes that are no picture', dataUrl(Buffer.from('<svg/>')), 'Invalid image data'],
    [
      'a format Azure does not take',
      dataUrl(Buffer.from('BM\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0')),
      'Invalid image data',
    ],
    ['a truncated PNG', dataUrl(png(1, 1, [[0, 0, 0]]).subarray(0, 20)), 'Invalid image data'],
  ])('%s', async (_, url, message) => {
    const error = await refusal({ body: { messages: withPictures('Look', picture(url)) } });
    expect(error).toEqual({ code: 'BadRequest', message, param: null, type: null });
  });

  test('20 MB pass, one byte more does not', async () => {
    const limit = 20 * 1024 * 1024;
    const empty = png(1, 1, [[0, 0, 0]], 1).length - 1;
    const ask = (bytes: number) =>
      askJson(simulator, {
        body: { messages: withPictures('Look', picture(dataUrl(png(1, 1, [[0, 0, 0]], bytes - empty)))) },
      });
    expect((await ask(limit)).status).toBe(200);
    expect((await ask(limit + 1)).body.error.message).toMatch(/larger than 20 MB/);
  }, 30_000);

  test.each([
    ['gpt-4-vision-preview', 10, 'Too many images in request. Max is 10.'],
    ['gpt-4o', 50, 'Exceeded maximum number of images (50) allowed in the request.'],
    ['gpt-6-astra', 50, 'Exceeded maximum number of images (50) allowed in the request.'],
  ])('%s takes %i in the whole history', async (deployment, most, message) => {
    const ask = (count: number) =>
      askJson(simulator, {
        deployment,
        body: {
          messages: [
            ...withPictures('Look', ...Array.from({ length: count - 1 }, () => picture(dot, 'low'))),
            { role: 'assistant', content: 'I looked.' },
            ...withPictures('Again', picture(dot, 'low')),
          ],
        },
      });
    expect((await ask(most)).status).toBe(200);
    expect((await ask(most + 1)).body.error.message).toBe(message);
  });

  test('a private blob, and addresses Azure cannot reach', async () => {
    const url = (address: string) => refusal({ body: { messages: withPictures('Look', picture(address)) } });
    expect((await url('https://a.blob.core.windows.net/c/a.png')).message).toBe(
      'The provided image url can not be accessed. status code: 403.',
    );
    expect((await url('http://localhost/a.png')).message).toMatch(/^Unable to download image from/);
    const withSas = await askJson(simulator, {
      body: { messages: withPictures('Look', picture('https://a.blob.core.windows.net/c/a.png?sig=x')) },
    });
    expect(withSas.status).toBe(200);
  });

  test('a model without eyes, in the words that were observed', async () => {
    const error = await refusal({
      deployment: 'text-only',
      body: { messages: [{ role: 'system', content: 'x' }, ...withPictures('Look', picture(dot))] },
    });
    expect(error).toEqual({
      message: 'Invalid content type. image_url is only supported by certain models.',
      type: 'invalid_request_error',
      param: 'messages.[1].content.[1].type',
      code: null,
    });
  });

  test.each([
    ['the flat shape of the faulty specification', { type: 'image_url', url: dot }, 'image_url'],
    ['a string', { type: 'image_url', image_url: dot }, 'image_url'],
    ['an unknown detail', picture(dot, 'original'), 'detail'],
    ['the shape of 2023', { image: dot }, 'type'],
  ])('%s', async (_, part, named) => {
    expect((await refusal({ body: { messages: withPictures('Look', part) } })).param).toContain(named);
  });

  test.each([
    ['JPEG', jpegHeader(640, 480), 425],
    ['GIF', gifHeader(640, 480), 425],
    ['WebP', webpHeader(640, 480), 425],
  ])('%s is measured from its bytes, whatever the data URL says', async (format, bytes, tokens) => {
    const { body } = await askJson(simulator, {
      body: { messages: withPictures('Look', picture(dataUrl(bytes, 'image/png'), 'high')) },
    });
    expect(body.choices[0].message.content).toContain(`640 × 480 ${format}`);
    expect(body.choices[0].message.content).toContain(`${tokens} tokens`);
  });
});

describe('limits of tokens', () => {
  test('max_tokens on a reasoning model', async () => {
    expect(await refusal({ deployment: 'gpt-5', body: { max_tokens: 100 } })).toEqual({
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      type: 'invalid_request_error',
      param: 'max_tokens',
      code: 'unsupported_parameter',
    });
  });

  test('max_completion_tokens on models and versions that do not know it', async () => {
    const body = { max_completion_tokens: 100 };
    const turbo = await refusal({ deployment: 'gpt-4-turbo', body });
    const preview = await refusal({ deployment: 'gpt-4-vision-preview', body });
    const old = await refusal({ apiVersion: '2024-02-15-preview', body });
    expect(turbo).toMatchObject({ code: 'unsupported_parameter', param: 'max_completion_tokens' });
    expect(preview.message).toContain('body -> max_completion_tokens\n  extra fields not permitted');
    expect(old.message).toContain('extra fields not permitted');
  });

  test('both, none that fits, or too many', async () => {
    expect((await refusal({ body: { max_tokens: 1, max_completion_tokens: 1 } })).code).toBe(
      'invalid_parameter_combination',
    );
    expect((await refusal({ body: { max_tokens: 0 } })).code).toBe('integer_below_min_value');
    expect((await refusal({ body: { max_tokens: 16385 } })).message).toMatch(
      /^max_tokens is too large: 16385\./,
    );
  });

  test.each(['gpt-4-vision-preview', 'gpt-4-turbo'])(
    '%s stops after 16 tokens unless told',
    async (deployment) => {
      const { body } = await askJson(simulator, { deployment });
      expect(body.choices[0].finish_reason).toBe('length');
      expect(body.usage.completion_tokens).toBeLessThanOrEqual(16);
      expect(body.usage.completion_tokens).toBeGreaterThanOrEqual(14);
    },
  );
});

describe('parameters', () => {
  test('temperature on reasoning models, unless the effort is none', async () => {
    const error = await refusal({ deployment: 'gpt-5.1', body: { temperature: 0.2 } });
    expect(error).toMatchObject({ code: 'unsupported_value', param: 'temperature' });
    const plain = {
      deployment: 'gpt-5.1',
      apiVersion: null,
      body: { temperature: 0.2, reasoning_effort: 'none' },
    };
    expect((await askJson(simulator, plain)).status).toBe(200);
    expect((await refusal({ ...plain, deployment: 'gpt-5', body: { temperature: 0.2 } })).param).toBe(
      'temperature',
    );
    expect((await refusal({ deployment: 'gpt-5', body: { stop: ['x'] } })).code).toBe(
      'unsupported_parameter',
    );
  });

  test('efforts a model does not have', async () => {
    expect((await refusal({ apiVersion: null, body: { reasoning_effort: 'low' } })).message).toMatch(
      /^Unrecognized/,
    );
    const error = await refusal({
      deployment: 'gpt-5',
      apiVersion: null,
      body: { reasoning_effort: 'none' },
    });
    expect(error.code).toBe('unsupported_value');
    expect((await refusal({ deployment: 'gpt-5', body: { reasoning_effort: 'low' } })).message).toMatch(
      /extra fields/,
    );
  });

  test.each(['2023-12-01-preview', '2024-02-15-preview', '2024-06-01'])(
    'stream_options before they were known: %s',
    async (apiVersion) => {
      const body = { stream: true, stream_options: { include_usage: true } };
      expect((await refusal({ apiVersion, body })).message).toContain('extra fields not permitted');
    },
  );

  test('stream_options without a stream, and a stream from a model that has none', async () => {
    expect((await refusal({ body: { stream_options: { include_usage: true } } })).param).toBe(
      'stream_options',
    );
    expect((await refusal({ deployment: 'o1', body: { stream: true } })).param).toBe('stream');
  });

  test('JSON mode needs the word', async () => {
    const body = { messages: hi, response_format: { type: 'json_object' } };
    expect((await refusal({ body })).message).toBe(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    );
  });

  test('JSON mode on the first vision models', async () => {
    const response_format = { type: 'json_object' };
    const text = { messages: [{ role: 'user', content: 'As JSON' }], response_format, max_tokens: 300 };
    const seen = { messages: withPictures('As JSON', picture(dot)), response_format };
    expect((await askJson(simulator, { deployment: 'gpt-4-turbo', body: text })).status).toBe(200);
    expect((await refusal({ deployment: 'gpt-4-turbo', body: seen })).param).toBe('response_format');
    expect((await refusal({ deployment: 'gpt-4-vision-preview', body: text })).message).toMatch(
      /extra fields/,
    );
  });

  test.each([
    ['n above one', { n: 2 }, 'n'],
    ['temperature above two', { temperature: 2.1 }, 'temperature'],
    ['a temperature in words', { temperature: 'hot' }, 'temperature'],
    ['five stops', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop'],
    ['no messages', { messages: undefined }, 'messages'],
    ['messages that are no list', { messages: 'Hello' }, 'messages'],
    ['an empty list', { messages: [] }, 'messages'],
    ['too many messages', { messages: Array.from({ length: 2049 }, () => hi[0]) }, 'messages'],
    ['an unknown role', { messages: [{ role: 'robot', content: 'Hello' }] }, 'messages[0].role'],
    ['no content', { messages: [{ role: 'user' }] }, 'messages[0].content'],
    [
      'an unknown part',
      { messages: [{ role: 'user', content: [{ type: 'video' }] }] },
      'messages[0].content[0].type',
    ],
    [
      'both kinds of instruction',
      {
        messages: [
          { role: 'system', content: 'a' },
          { role: 'developer', content: 'b' },
        ],
      },
      'messages',
    ],
    ['an unknown field', { colour: 'red' }, null],
    ['enhancements, which are gone', { enhancements: { ocr: { enabled: true } } }, null],
  ])('%s', async (_, body, param) => {
    expect(await refusal({ body })).toMatchObject({ type: 'invalid_request_error', param });
  });

  test('a body that is no JSON', async () => {
    const { Request } = globalThis;
    const response = await simulator(
      new Request(
        'https://resource.example/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
        {
          method: 'POST',
          headers: { 'api-key': 'k' },
          body: '{"messages":',
        },
      ),
    );
    expect(response.status).toBe(400);
  });

  test('a prompt longer than the context', async () => {
    const content = 'word '.repeat(130_000);
    expect((await refusal({ body: { messages: [{ role: 'user', content }] } })).code).toBe(
      'context_length_exceeded',
    );
  });

  test('models that chat does not reach', async () => {
    expect((await refusal({ deployment: 'gpt-5-pro' })).code).toBe('OperationNotSupported');
  });
});
