import { describe, expect, test } from 'vitest';
import { checkVision, createImageAnalysisClient, refuseBeforeAnalysis, type AnalysisOptions } from '#azure';
import { toFailure } from '#domain/failure.ts';
import { boundsOf, pixelPoint, toPixels } from '#domain/places.ts';
import { apiKey, fakeFetch, fixture, json, type Answer } from './support.ts';

const target = { endpoint: 'https://contoso-vision.cognitiveservices.azure.com/' };
const sample = (): unknown => JSON.parse(fixture('image-analysis.response.json'));
const picture = { kind: 'bytes', blob: new Blob(['some bytes']), mimeType: 'image/png' } as const;

function open(...answers: readonly Answer[]) {
  const { fetch, sent } = fakeFetch(...answers);
  const waits: number[] = [];
  const client = createImageAnalysisClient(target, apiKey, {
    fetch,
    random: () => 0.5,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    now: () => 0,
  });
  const options: AnalysisOptions = {
    features: ['text', 'objects', 'people', 'tags', 'caption', 'dense-captions'],
    language: 'en',
    signal: new AbortController().signal,
  };
  return { client, sent, waits, options };
}

describe('Image Analysis', () => {
  test('asks as the specification says', async () => {
    const { client, sent, options } = open(json(sample()));
    await client.analyse(picture, options);
    const url = new URL(sent[0]!.url);
    expect(url.origin + url.pathname).toBe(
      'https://contoso-vision.cognitiveservices.azure.com/computervision/imageanalysis:analyze',
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      'api-version': '2024-02-01',
      features: 'read,objects,people,tags,caption,denseCaptions',
      'model-version': 'latest',
      language: 'en',
    });
    expect(sent[0]!.init).toMatchObject({ method: 'POST', redirect: 'error', credentials: 'omit' });
    expect(sent[0]!.init.headers).toEqual({
      'ocp-apim-subscription-key': apiKey.value,
      'content-type': 'application/octet-stream',
    });
    expect(sent[0]!.body).toBe('some bytes');
  });

  test('asks for tags alone in another language, and for the rest in English', async () => {
    const english = json({ ...(sample() as object), tagsResult: { values: [] } });
    const spanish = json({
      metadata: { width: 864, height: 576 },
      tagsResult: { values: [{ name: 'silla', confidence: 0.9 }] },
    });
    const { client, sent, options } = open(english, spanish);
    const answered: unknown[] = [];
    const analysis = await client.analyse(picture, {
      ...options,
      features: ['tags', 'text', 'caption'],
      language: 'es',
      onAnswered: (features) => void answered.push(features),
    });
    const asked = sent.map(({ url }) => new URL(url).searchParams);
    expect(asked.map((query) => [query.get('features'), query.get('language')])).toEqual([
      ['read,caption', 'en'],
      ['tags', 'es'],
    ]);
    expect(answered).toEqual([['text', 'caption'], ['tags']]);
    expect(analysis.lines).toHaveLength(3);
    expect(analysis.caption).not.toBeNull();
    expect(analysis.tags).toEqual([{ name: 'silla', confidence: 0.9 }]);
  });

  test.each([
    [['tags'], 'zh', 'zh'],
    [['text', 'objects'], 'zh', 'en'],
    [['text', 'tags'], 'en', 'en'],
  ] as const)('%j in %s is one request, in %s', async (features, language, expected) => {
    const { client, sent, options } = open(json(sample()));
    await client.analyse(picture, { ...options, features, language });
    expect(sent.map(({ url }) => new URL(url).searchParams.get('language'))).toEqual([expected]);
  });

  test('what was answered is told even when the second request is refused', async () => {
    const { client, options } = open(json(sample()), json({ error: { code: '401', message: 'no' } }, 401));
    const answered: unknown[] = [];
    const failure = await client
      .analyse(picture, {
        ...options,
        language: 'ja',
        onAnswered: (features) => void answered.push(features),
      })
      .then(() => null, toFailure);
    expect(failure?.kind).toBe('credentials-refused');
    expect(answered).toEqual([['text', 'objects', 'people', 'caption', 'dense-captions']]);
  });

  test('sends an address as JSON, and a token as a bearer', async () => {
    const { fetch, sent } = fakeFetch(json(sample()));
    const client = createImageAnalysisClient(target, { kind: 'bearer-token', value: 'a-token' }, { fetch });
    const { options } = open();
    await client.analyse({ kind: 'url', url: 'https://example.com/a.png' }, options);
    expect(sent[0]!.init.headers).toEqual({
      authorization: 'Bearer a-token',
      'content-type': 'application/json',
    });
    expect(JSON.parse(sent[0]!.body)).toEqual({ url: 'https://example.com/a.png' });
  });

  test('has everything of the documented answer at its place', async () => {
    const { client, options } = open(json(sample()));
    const analysis = await client.analyse(picture, options);
    const size = { widthPx: 864, heightPx: 576 };
    expect(analysis.analysedSize).toEqual(size);
    expect(analysis.lines.map(({ text }) => text)).toEqual(['Sample text', 'Hand writing', '123 456']);
    const corners = analysis.lines[2]!.polygon.map((place) => toPixels(place, size));
    expect(corners.map(({ x, y }) => [Math.round(x), Math.round(y)])).toEqual([
      [721, 548],
      [791, 548],
      [791, 563],
      [721, 564],
    ]);
    expect(analysis.lines[0]!.words.map(({ text, confidence }) => [text, confidence])).toEqual([
      ['Sample', 0.993],
      ['text', 0.989],
    ]);
    expect(analysis.objects.map(({ name }) => name)).toEqual([
      'chair',
      'person',
      'Laptop',
      'chair',
      'dining table',
    ]);
    const { left, top, width, height } = boundsOf(analysis.objects[1]!.polygon);
    const from = toPixels(analysis.objects[1]!.polygon[0]!, size);
    expect([from.x, from.y]).toEqual([pixelPoint(399, 244).x, 244]);
    expect([width * 864, height * 576, left * 864, top * 576].map(Math.round)).toEqual([249, 325, 399, 244]);
    expect(analysis.people).toHaveLength(2);
    expect(analysis.tags[0]).toEqual({ name: 'furniture', confidence: 0.9874445199966431 });
    expect(analysis.caption?.name).toBe('a woman wearing a mask sitting at a table with a laptop');
    expect(analysis.denseCaptions).toHaveLength(10);
  });

  test('an answer with nothing in it is an analysis of nothing', async () => {
    const { client, options } = open(json({ modelVersion: '1', metadata: { width: 10, height: 20 } }));
    expect(await client.analyse(picture, options)).toMatchObject({ lines: [], objects: [], caption: null });
  });

  test.each([
    [
      'an OpenAI key',
      401,
      {
        error: {
          code: '401',
          message:
            'The Analyze Operation under Computer Vision APIs (2023-10-01) is not supported with the current subscription key and pricing tier OpenAI.S0.',
        },
      },
      'vision-wrong-key',
    ],
    [
      'a wrong key',
      401,
      {
        error: {
          code: '401',
          message: 'Access denied due to invalid subscription key or wrong API endpoint.',
        },
      },
      'credentials-refused',
    ],
    [
      'captions where there are none',
      400,
      {
        error: {
          code: 'InvalidRequest',
          message: 'Analyze query is invalid.',
          innererror: {
            code: 'NotSupportedFeature',
            message: "The feature 'Caption' is not supported in this region",
          },
        },
      },
      'vision-region',
    ],
    [
      'a small picture',
      400,
      {
        error: {
          code: 'InvalidRequest',
          message: 'Image size is not valid.',
          innererror: {
            code: 'InvalidImageSize',
            message: 'Image must be at least 50 pixels in width and height',
          },
        },
      },
      'vision-picture-too-small',
    ],
    [
      'a heavy picture, word for word',
      400,
      {
        error: {
          code: 'InvalidRequest',
          message: 'The image size is not allowed to be zero or larger than 20971520 bytes.',
        },
      },
      'vision-picture-too-large',
    ],
    [
      'a text that names both limits, which does not say which was broken',
      400,
      {
        error: {
          code: 'InvalidRequest',
          message: 'The image dimension is not allowed to be smaller than 50 and larger than 16000.',
        },
      },
      'vision-refused',
    ],
    ['too many bytes', 413, {}, 'vision-picture-too-large'],
    [
      'no picture',
      400,
      {
        error: {
          code: 'InvalidRequest',
          innererror: { code: 'InvalidImageFormat', message: 'Input data is not a valid image.' },
        },
      },
      'picture-refused',
    ],
    [
      'an address nobody reads',
      400,
      { error: { code: 'InvalidRequest', message: 'Image URL is badly formatted or not accessible' } },
      'picture-url-unreadable',
    ],
    [
      'a feature nobody has',
      400,
      JSON.parse(fixture('image-analysis.error.400.json')) as object,
      'vision-refused',
    ],
    [
      'a firewall',
      403,
      { error: { code: '403', message: 'Access denied due to Virtual Network/Firewall rules.' } },
      'network-rules',
    ],
  ])('%s: %i', async (_, status, body, kind) => {
    const { client, options, sent } = open(json(body, status));
    const failure = await client.analyse(picture, options).then(() => null, toFailure);
    expect(failure).toMatchObject({ kind, status });
    expect(sent).toHaveLength(1);
  });

  test('waits as long as the service asks, twice at most, and masks the key', async () => {
    const limited = json(
      {
        error: { code: '429', message: `Rate limit of ${apiKey.value} is exceeded. Try again in 2 seconds.` },
      },
      429,
    );
    const mended = open(limited, limited, json(sample()));
    await mended.client.analyse(picture, mended.options);
    expect(mended.waits).toEqual([2000, 2000]);
    const lasting = open(limited);
    const failure = await lasting.client.analyse(picture, lasting.options).then(() => null, toFailure);
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterMs: 2000 });
    expect(failure!.detail).not.toContain(apiKey.value);
    expect(lasting.sent).toHaveLength(3);
  });

  test('an answer that is no JSON is said to be none', async () => {
    const { client, options } = open(new Response('<html>', { headers: { 'content-type': 'text/html' } }));
    const failure = await client.analyse(picture, options).then(() => null, toFailure);
    expect(failure).toMatchObject({ kind: 'vision-refused', code: 'not-json', detail: '<html>' });
  });
});

test.each([
  [{ widthPx: 50, heightPx: 200, bytes: 1 }, 'vision-picture-too-small'],
  [{ widthPx: 51, heightPx: 51, bytes: 1 }, null],
  [{ widthPx: 51, heightPx: 51 }, null],
  [{ widthPx: 16_000, heightPx: 51, bytes: 1 }, 'vision-picture-too-large'],
  [{ widthPx: 15_999, heightPx: 15_999, bytes: 20_971_519 }, null],
  [{ widthPx: 100, heightPx: 100, bytes: 20_971_520 }, 'vision-picture-too-large'],
])('before it is sent: %o', (size, kind) => {
  expect(refuseBeforeAnalysis(size)?.kind ?? null).toBe(kind);
});

describe('the check of a Computer Vision resource', () => {
  const check = (answer: Answer) => {
    const { fetch, sent } = fakeFetch(answer);
    const { signal } = new AbortController();
    return { sent, result: checkVision(target.endpoint, apiKey, { fetch, signal }) };
  };

  test('asks once, about a picture that is large enough, and says what it costs', async () => {
    const { result, sent } = check(json({ metadata: { width: 64, height: 64 }, tagsResult: { values: [] } }));
    expect(await result).toEqual({ line: { id: 'vision', state: 'passed' }, isBilled: true });
    expect(new URL(sent[0]!.url).searchParams.get('features')).toBe('tags');
    const bytes = new Uint8Array(await (sent[0]!.init.body as Blob).arrayBuffer());
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([64, 64]);
  });

  test('says what was refused, at once and for nothing', async () => {
    const { result, sent } = check(json({ error: { code: '429', message: 'Try again in 2 seconds.' } }, 429));
    expect(await result).toMatchObject({
      line: { id: 'vision', state: 'failed', failure: { kind: 'rate-limited' } },
      isBilled: false,
    });
    expect(sent).toHaveLength(1);
  });
});
