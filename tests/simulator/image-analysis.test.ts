import { readFileSync, writeFileSync } from 'node:fs';
import jpeg from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { createPageSimulator, type Simulator } from '#simulator';
import { resized } from '../support/resized.ts';
import { samplePage } from '../support/sample-page.ts';
import { decodeJpeg } from '../support/simulator-server.ts';
import { createTestPage, filledPage, type Place, type TestPage } from '../support/test-page.ts';
import { origin, quickSimulator, type Json } from './ask.ts';
import { png } from './pictures.ts';

const simulator = quickSimulator({
  decode: (bytes, format) => (format === 'JPEG' ? decodeJpeg(bytes) : null),
});
const everything = 'read,tags,objects,people,caption,denseCaptions,smartCrops';

interface Looking {
  readonly query?: string;
  readonly key?: string | null;
  readonly body?: Uint8Array<ArrayBuffer> | string | FormData;
  readonly type?: string;
  readonly path?: string;
  readonly by?: Simulator;
  readonly headers?: Readonly<Record<string, string>>;
}

function analyse(looking: Looking): Promise<Response> {
  const {
    query = `features=${everything}`,
    key = 'vision-key',
    body,
    path,
    by = simulator,
    headers,
  } = looking;
  const { type = body instanceof FormData ? null : 'application/octet-stream' } = looking;
  const url = path ?? `/computervision/imageanalysis:analyze?api-version=2024-02-01&${query}`;
  return by(
    new Request(origin + url, {
      method: 'POST',
      headers: {
        ...(type ? { 'content-type': type } : {}),
        ...(key === null ? {} : { 'ocp-apim-subscription-key': key }),
        ...headers,
      },
      body: body ?? small().toPng(),
    }),
  );
}

async function found(body: Uint8Array<ArrayBuffer>, more: Looking = {}): Promise<Json> {
  const response = await analyse({ ...more, body });
  expect(response.status).toBe(200);
  return response.json();
}

function small(): TestPage {
  const page = createTestPage(300, 200);
  page.text('Hello world', 20, 20, { scale: 2 });
  page.rectangle({ left: 40, top: 80, right: 140, bottom: 160 }, [210, 30, 30]);
  page.ellipse({ left: 180, top: 90, right: 260, bottom: 170 }, [30, 60, 200]);
  page.text('In it', 60, 110, { scale: 2, colour: [255, 255, 255] });
  return page;
}

interface Read extends Place {
  readonly text: string;
}

function wordsIn(result: Json): readonly Read[] {
  return result.readResult.blocks
    .flatMap((block: Json) => block.lines)
    .flatMap((line: Json) => line.words)
    .map(({ text, boundingPolygon: [a, , c] }: Json) => ({
      text,
      left: a.x,
      top: a.y,
      right: c.x,
      bottom: c.y,
    }));
}

const linesIn = (result: Json): readonly string[] =>
  result.readResult.blocks.flatMap((block: Json) => block.lines.map((line: Json) => line.text));

/** How many of the true words were read where they are, to within some pixels. */
function readRight({ words }: TestPage, read: readonly Read[], factor: number, withinPx: number): number {
  return words.filter(({ text, left, top, right, bottom }) =>
    read.some(
      (word) =>
        word.text === text &&
        Math.abs(word.left - left * factor) <= withinPx &&
        Math.abs(word.top - top * factor) <= withinPx &&
        Math.abs(word.right - right * factor) <= withinPx &&
        Math.abs(word.bottom - bottom * factor) <= withinPx,
    ),
  ).length;
}

describe('what is found', () => {
  test('all blocks, in the documented shapes, lying on the things', async () => {
    const result = await found(small().toPng());
    expect(result).toMatchObject({ modelVersion: '2023-10-01', metadata: { width: 300, height: 200 } });
    expect(linesIn(result)).toEqual(['Hello world', 'In it']);
    expect(wordsIn(result)).toEqual(small().words.map((word) => word));
    expect(result.objectsResult.values).toEqual([
      {
        boundingBox: { x: 40, y: 80, w: 100, h: 80 },
        tags: [{ name: 'red area', confidence: expect.any(Number) }],
      },
      {
        boundingBox: { x: 180, y: 90, w: 80, h: 80 },
        tags: [{ name: 'blue area', confidence: expect.any(Number) }],
      },
    ]);
    expect(result.peopleResult.values).toEqual([]);
    expect(result.captionResult.text).toBe('a page with 2 lines of text and 2 coloured areas');
    expect(result.denseCaptionsResult.values).toEqual([
      { ...result.captionResult, boundingBox: { x: 0, y: 0, w: 300, h: 200 } },
      expect.objectContaining({
        text: 'a red area with 1 line of text',
        boundingBox: { x: 40, y: 80, w: 100, h: 80 },
      }),
      expect.objectContaining({ text: 'a blue area' }),
    ]);
    expect(result.tagsResult.values.map(({ name }: Json) => name).sort()).toEqual(['blue', 'red', 'text']);
    const [crop] = result.smartCropsResult.values;
    expect(crop).toEqual({ aspectRatio: 1.5, boundingBox: { x: 0, y: 0, w: 300, h: 200 } });
  });

  test('only what was asked for, and the same every time', async () => {
    const query = 'features=Read,objects&language=zh';
    const result = await found(small().toPng(), { query });
    expect(Object.keys(result).sort()).toEqual(['metadata', 'modelVersion', 'objectsResult', 'readResult']);
    expect(result.objectsResult.values[0].tags[0].name).toBe('红色区域');
    expect(await found(small().toPng(), { query })).toEqual(result);
  });

  test('confidence follows how much of its rectangle a thing fills', async () => {
    const { objectsResult } = await found(small().toPng());
    const [square, disc] = objectsResult.values.map(({ tags }: Json) => tags[0].confidence);
    expect(square).toBeGreaterThan(disc);
  });

  test('the sample page is read whole; its file holds what is drawn', async () => {
    const page = samplePage();
    const file = new URL('../../public/sample-page.png', import.meta.url);
    // After a change of the drawing: WRITE_SAMPLE_PAGE=1 npx vitest run --project unit tests/simulator/image-analysis
    if (process.env['WRITE_SAMPLE_PAGE']) writeFileSync(file, page.toPng());
    const bytes = new Uint8Array(readFileSync(file));
    expect(bytes.length).toBeLessThan(40_000);
    const result = await found(bytes);
    expect(readRight(page, wordsIn(result), 1, 0)).toBe(page.words.length);
    expect(linesIn(result)).toEqual(
      expect.arrayContaining(['Writing paper A4, cream', 'Thank you. Please pay within 30 days.']),
    );
    expect(result.objectsResult.values.map(({ tags }: Json) => tags[0].name)).toEqual(
      expect.arrayContaining(['turquoise area', 'red area', 'orange area']),
    );
    expect(result.tagsResult.values.map(({ name }: Json) => name)).toContain('document');
  });

  test('a page of 400 words, as PNG and through JPEG, light on dark as well', async () => {
    const page = filledPage(1240, 1754, { scale: 2 });
    expect(readRight(page, wordsIn(await found(page.toPng())), 1, 0)).toBe(400);
    const rgba = page.toRgba();
    for (let at = 0; at < rgba.length; at += 4) for (let c = 0; c < 3; c += 1) rgba[at + c]! ^= 255;
    const encoded = jpeg.encode({ data: rgba, width: 1240, height: 1754 }, 70).data;
    expect(readRight(page, wordsIn(await found(new Uint8Array(encoded))), 1, 1)).toBe(400);
  });

  test.each([
    [0.6, 3],
    [1.5, 2],
  ])('resized to %f', async (factor, scale) => {
    const page = filledPage(620, 440, { scale, words: 60 });
    const { widthPx, heightPx, rgba } = resized({ widthPx: 620, heightPx: 440, rgba: page.toRgba() }, factor);
    const encoded = jpeg.encode({ data: rgba, width: widthPx, height: heightPx }, 90).data;
    const read = wordsIn(await found(new Uint8Array(encoded)));
    expect(readRight(page, read, factor, 2)).toBeGreaterThanOrEqual(page.words.length - 1);
  });

  test('every letter of the alphabet', async () => {
    const page = createTestPage(900, 200);
    const ascii = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at));
    page.text(ascii.slice(0, 47).join(''), 20, 20, { scale: 3 });
    page.text(ascii.slice(47).join(''), 20, 80, { scale: 3 });
    // Side by side with letters, marks are part of a word.
    page.text('A: "it\'s" (50 %), a-b_c; x < y = {z}', 20, 140, { scale: 2 });
    const text = linesIn(await found(page.toPng())).join('\n');
    expect(text).toContain('A: "it\'s" (50 %), a-b_c; x < y = {z}');
    expect(text).toContain(ascii.slice(47).join(''));
    expect(text).toContain(ascii.slice(0, 47).join(''));
  });

  test('a picture of more than nine megapixels is looked at smaller, and answered in its own pixels', async () => {
    const page = createTestPage(4000, 3000);
    page.text('Far away', 400, 400, { scale: 10 });
    page.rectangle({ left: 2000, top: 1000, right: 3000, bottom: 2000 }, [20, 140, 60]);
    const result = await found(page.toPng());
    expect(result.metadata).toEqual({ width: 4000, height: 3000 });
    expect(readRight(page, wordsIn(result), 1, 2)).toBe(2);
    expect(result.objectsResult.values[0].boundingBox).toEqual({ x: 2000, y: 1000, w: 1000, h: 1000 });
  });

  test('a photo without text is no text, and an empty picture is nothing', async () => {
    const photo = await found(
      new Uint8Array(readFileSync(new URL('../../public/sample.jpg', import.meta.url))),
    );
    expect(photo.readResult.blocks).toEqual([]);
    expect(photo.objectsResult.values.length).toBeLessThanOrEqual(30);
    const empty = await found(new Uint8Array(png(80, 80, [[255, 255, 255]])));
    expect(empty.objectsResult.values).toEqual([]);
    expect(empty.captionResult.text).toMatch(/^a picture without/);
  });

  test('a form, and what a test has laid under /pictures', async () => {
    const form = new FormData();
    form.set('image', new Blob([small().toPng()], { type: 'image/png' }), 'a.png');
    expect((await analyse({ body: form })).status).toBe(200);
    const by = quickSimulator({
      pictureNamed: (name) => (name === 'a.png' ? small().toPng() : null),
      prefixes: ['/gateway'],
    });
    const at = (url: string, path?: string) =>
      analyse({ by, body: JSON.stringify({ url }), type: 'application/json', ...(path ? { path } : {}) });
    const result = await (await at(`${origin}/pictures/a.png`)).json();
    expect(linesIn(result)).toEqual(['Hello world', 'In it']);
    const behind = '/gateway/computervision/imageanalysis:analyze?api-version=2023-10-01&features=read';
    expect((await at(`${origin}/pictures/a.png`, behind)).status).toBe(200);
    expect((await at(`${origin}/pictures/b.png`)).status).toBe(400);
  });
});

describe('what is refused', () => {
  const pictureOf = (widthPx: number, heightPx: number) =>
    new Uint8Array(png(widthPx, heightPx, [[0, 0, 0]]));
  test.each<[string, Looking, number, string, string | null]>([
    ['no feature', { query: '' }, 400, 'InvalidRequest', 'BadArgument'],
    [
      'an unknown feature',
      { query: 'features=read,smell' },
      400,
      'InvalidRequest',
      'NotSupportedVisualFeature',
    ],
    [
      'an unknown language',
      { query: 'features=tags&language=de' },
      400,
      'InvalidRequest',
      'NotSupportedLanguage',
    ],
    [
      'a flat crop',
      { query: 'features=smartCrops&smartcrops-aspect-ratios=3' },
      400,
      'InvalidRequest',
      'BadArgument',
    ],
    ['no picture', { body: new TextEncoder().encode('<svg/>') }, 400, 'InvalidRequest', 'InvalidImageFormat'],
    ['a body of text', { body: 'x', type: 'text/plain' }, 400, 'InvalidRequest', 'InvalidImageFormat'],
    ['50 pixels', { body: pictureOf(50, 400) }, 400, 'InvalidRequest', 'InvalidImageSize'],
    ['16,000 pixels', { body: pictureOf(16_000, 60) }, 400, 'InvalidRequest', 'InvalidImageSize'],
    ['20 MB and a byte', { body: new Uint8Array(20_971_521) }, 400, 'InvalidRequest', 'InvalidImageSize'],
    [
      'an address elsewhere',
      { body: '{"url":"https://example.com/a.png"}', type: 'application/json' },
      400,
      'InvalidRequest',
      'InvalidImageUrl',
    ],
    ['broken JSON', { body: '{', type: 'application/json' }, 400, 'InvalidRequest', 'BadArgument'],
    ['captions in this region', { key: 'a-no-captions-key' }, 400, 'InvalidRequest', 'NotSupportedFeature'],
    ['a wrong key', { key: 'wrong' }, 401, '401', null],
    ['no key', { key: null }, 401, '401', null],
    ['no version', { path: '/computervision/imageanalysis:analyze?features=read' }, 404, '404', null],
    [
      'another version',
      { path: '/computervision/imageanalysis:analyze?api-version=2022-01-01&features=read' },
      400,
      'InvalidApiVersion',
      null,
    ],
    [
      'another path',
      { path: '/computervision/imageanalysis:segment?api-version=2024-02-01' },
      404,
      '404',
      null,
    ],
  ])('%s', async (_, looking, status, code, inner) => {
    const response = await analyse(looking);
    const { error } = (await response.json()) as Json;
    expect(response.status).toBe(status);
    expect(error.code).toBe(code);
    expect(error.innererror?.code ?? null).toBe(inner);
    expect(error.message).not.toBe('');
  });

  test('word for word the documented sample, and the observed one', async () => {
    const sample = { error: { code: 'InvalidRequest', message: 'Analyze query is invalid.' } };
    expect(await (await analyse({ query: 'features=smell' })).json()).toEqual({
      error: {
        ...sample.error,
        innererror: { code: 'NotSupportedVisualFeature', message: 'Specified feature type is not valid' },
      },
    });
    const ofOpenAi = await analyse({ key: 'my-openai-key', headers: { origin: 'https://page.example' } });
    expect(ofOpenAi.status).toBe(401);
    expect(ofOpenAi.headers.get('access-control-allow-origin')).toBe('*');
    expect(ofOpenAi.headers.has('access-control-expose-headers')).toBe(false);
    expect(((await ofOpenAi.json()) as Json).error.message).toBe(
      'The Analyze Operation under Computer Vision APIs (2024-02-01) is not supported with the current subscription key and pricing tier OpenAI.S0.',
    );
  });

  test('twice a minute for a limited key, whose wait a page reads from the text', async () => {
    const by = createPageSimulator();
    const statuses: number[] = [];
    for (let at = 0; at < 3; at += 1) {
      const response = await analyse({ by, key: 'limited' });
      statuses.push(response.status);
      if (response.status === 429) {
        expect(response.headers.has('retry-after')).toBe(false);
        expect(await response.text()).toContain('Try again in 1 seconds.');
      }
    }
    expect(statuses).toEqual([429, 429, 200]);
  });
});
