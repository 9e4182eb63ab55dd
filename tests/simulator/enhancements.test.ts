import { describe, expect, test } from 'vitest';
import { placeSpans, type Grounding } from '#domain/grounding.ts';
import { createTestPage } from '../support/test-page.ts';
import { askJson, askStream, picture, quickSimulator, textOfChunks, withPictures, type Json } from './ask.ts';
import { dataUrl } from './pictures.ts';

const simulator = quickSimulator();
const page = createTestPage(400, 300);
page.rectangle({ left: 40, top: 60, right: 240, bottom: 160 }, [210, 30, 30]);
page.text('Invoice 2024-117', 40, 200, { scale: 2 });
page.text('Total 1,065.36', 40, 240, { scale: 2 });
const shown = picture(dataUrl(page.toPng()), 'high');

const source = {
  type: 'AzureComputerVision',
  parameters: { endpoint: 'https://eyes.example', key: 'vision-key' },
};
const both = { ocr: { enabled: true }, grounding: { enabled: true } };
const extensions =
  '/openai/deployments/gpt-4-vision-preview/extensions/chat/completions?api-version=2023-12-01-preview';

function ask(more: {
  readonly body?: Readonly<Record<string, unknown>>;
  readonly path?: string;
  readonly deployment?: string;
  readonly apiVersion?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly words?: string;
}) {
  return {
    deployment: 'gpt-4-vision-preview',
    apiVersion: '2024-02-15-preview',
    ...more,
    body: {
      messages: withPictures(more.words ?? 'Describe this picture:', shown),
      max_tokens: 800,
      enhancements: both,
      dataSources: [source],
      ...more.body,
    },
  };
}

async function answer(more: Parameters<typeof ask>[0] = {}): Promise<Json> {
  const { status, body } = await askJson(simulator, ask(more));
  expect(status).toBe(200);
  return body;
}

describe('grounded answers', () => {
  test.each([
    ['the extensions path', { path: extensions }, 'extensions.chat.completion'],
    ['2024-02-15-preview', {}, 'chat.completion'],
    ['2024-03-01-preview', { apiVersion: '2024-03-01-preview' }, 'chat.completion'],
  ])('%s: in the sample’s shape', async (_, more, object) => {
    const body = await answer(more);
    expect(body.object).toBe(object);
    const [choice] = body.choices;
    expect(choice.finish_details).toEqual({ type: 'stop', stop: '<|fim_suffix|>' });
    expect(choice).not.toHaveProperty('finish_reason');
    expect(body).not.toHaveProperty('prompt_filter_results');
    const { grounding } = choice.enhancements;
    expect(grounding.status).toBe('Success');
    expect(grounding.lines[0].text).toBe(choice.message.content);
    const [red] = grounding.lines[0].spans;
    expect(red.text).toBe('a red area');
    const characters = [...choice.message.content];
    expect(characters.slice(red.offset, red.offset + red.length).join('')).toBe('a red area');
    expect(red.polygon).toEqual([
      { x: 0.1, y: 0.2 },
      { x: 0.6, y: 0.2 },
      { x: 0.6, y: 160 / 300 },
      { x: 0.1, y: 160 / 300 },
    ]);
    expect(choice.message.content).toContain('and the text “Invoice 2024-117” and “Total 1,065.36”.');
    expect(grounding.lines[0].spans.map(({ text }: Json) => text)).toEqual([
      'a red area',
      'Invoice 2024-117',
      'Total 1,065.36',
    ]);
  });

  test('OCR alone has no block, and quotes what the question is about', async () => {
    const body = await answer({
      words: 'What is the total?',
      body: { enhancements: { ocr: { enabled: true } } },
    });
    expect(body.choices[0]).not.toHaveProperty('enhancements');
    expect(body.choices[0].message.content).toContain(
      'Text read in the picture: “Total 1,065.36”, and 1 more line.',
    );
  });

  test('streamed, the block comes with the finish', async () => {
    const chunks = await askStream(simulator, ask({}));
    const whole = await answer();
    expect(textOfChunks(chunks)).toBe(whole.choices[0].message.content);
    const holding = chunks.filter((chunk) => chunk.choices?.[0]?.enhancements);
    expect(holding).toHaveLength(1);
    expect(holding[0].choices[0].finish_details).toEqual({ type: 'stop', stop: '<|fim_suffix|>' });
    expect(holding[0].choices[0].enhancements).toEqual(whole.choices[0].enhancements);
  });

  test('a span that was cut off is not named', async () => {
    const body = await answer({ body: { max_tokens: 22 } });
    const [choice] = body.choices;
    expect(choice.finish_details).toEqual({ type: 'max_tokens' });
    for (const { offset, length } of choice.enhancements.grounding.lines[0]?.spans ?? [])
      expect(offset + length).toBeLessThanOrEqual([...choice.message.content].length);
  });

  test.each(['grounding-unsure', 'grounding-emoji', 'gpt-4-vision-preview'])(
    '%s: the domain places every span on its words',
    async (deployment) => {
      for (const words of ['Describe this picture:', '请描述这张图片。']) {
        const { choices } = await answer({ deployment, words });
        const text: string = choices[0].message.content;
        const grounding = choices[0].enhancements.grounding as Grounding;
        const spans = grounding.lines.flatMap((line) => line.spans);
        const placed = placeSpans(text, grounding);
        expect(placed).toHaveLength(spans.length);
        for (const { start, end, text: said } of placed)
          expect(text.slice(start, end).toLowerCase()).toBe(said.toLowerCase());
        if (deployment === 'grounding-emoji') expect(text).toContain('🔎👩‍🔬');
        if (deployment !== 'grounding-unsure') continue;
        expect(grounding.status).toBe('PartialSuccess');
        expect(spans[0]!.offset).toBe(0);
        expect(spans[0]!.polygon[0]!.x).toBeLessThan(0);
        expect(spans[1]!.polygon).toHaveLength(6);
      }
    },
  );

  test('an AI services resource needs no second one', async () => {
    expect(
      (await answer({ body: { dataSources: undefined } })).choices[0].enhancements.grounding.status,
    ).toBe('Success');
  });
});

describe('refused', () => {
  async function refusal(more: Parameters<typeof ask>[0]): Promise<Json> {
    const { status, body } = await askJson(simulator, ask(more));
    expect(status).toBe(400);
    return body.error;
  }

  test.each([
    [
      'the plain path of 2023-12-01',
      { apiVersion: '2023-12-01-preview' },
      'body -> enhancements\n  extra fields',
    ],
    ['the version that removed them', { apiVersion: '2024-04-01-preview' }, 'extra fields not permitted'],
    ['another model', { deployment: 'gpt-4-turbo' }, 'Unrecognized request argument supplied: enhancements'],
    ['snake case on /extensions', { path: extensions, body: { data_sources: [] } }, 'body -> data_sources'],
    [
      'snake case for pictures',
      { body: { dataSources: undefined, data_sources: [source] } },
      "requires a data source of type 'AzureComputerVision'",
    ],
    ['two pictures', { body: { messages: withPictures('Compare', shown, shown) } }, 'only one image'],
    [
      'no source beside an OpenAI resource',
      { headers: { 'api-key': 'an-openai-key' }, body: { dataSources: undefined } },
      "requires a data source of type 'AzureComputerVision'",
    ],
    [
      'a wrong vision key',
      { body: { dataSources: [{ ...source, parameters: { ...source.parameters, key: 'wrong' } }] } },
      'invalid subscription key',
    ],
    [
      'a vision key of another kind',
      {
        path: extensions,
        body: { dataSources: [{ ...source, parameters: { ...source.parameters, key: 'openai' } }] },
      },
      'OpenAI.S0',
    ],
    [
      'an enhancement nobody knows',
      { body: { enhancements: { smell: { enabled: true } } } },
      'enhancements -> smell',
    ],
  ])('%s', async (_, more, message) => {
    expect((await refusal(more)).message).toContain(message);
  });
});
