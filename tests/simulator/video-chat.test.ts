import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { frameNote, transcriptNote, videoIntroduction } from '#domain/frame-plan.ts';
import { findTimes } from '#domain/video-times.ts';
import { simulatedContainer, type Simulator } from '#simulator';
import {
  askJson,
  askStream,
  origin,
  picture,
  quickSimulator,
  textOfChunks,
  toRequest,
  type Json,
} from './ask.ts';
import { dataUrl, png, type Colour } from './pictures.ts';
import { makeSound } from './sounds.ts';

const timesIn = (text: string) => findTimes(text).map(({ fromSeconds }) => fromSeconds);

function fixture(name: string): Json {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/azure', name), 'utf8'));
}

describe('a video of an index', () => {
  let simulator: Simulator;
  let now: number;
  const container = new URL(simulatedContainer(origin));
  const videoUrl = `${container.origin}${container.pathname}/talk.mp4${container.search}`;

  async function call(method: string, path: string, body?: BodyInit): Promise<void> {
    const headers = { 'ocp-apim-subscription-key': 'k', 'x-ms-blob-type': 'BlockBlob' };
    const response = await simulator(new Request(path, { method, headers, ...(body ? { body } : {}) }));
    expect(response.ok, path).toBe(true);
  }

  const retrieval = (path: string) =>
    `${origin}/computervision/retrieval${path}?api-version=2023-05-01-preview`;

  async function ingest(name: string, documentId: string, more: object = {}): Promise<void> {
    const videos = [{ mode: 'add', documentId, documentUrl: videoUrl }];
    await call('PUT', retrieval(`/indexes/shelf/ingestions/${name}`), JSON.stringify({ videos, ...more }));
  }

  beforeEach(async () => {
    now = Date.parse('2026-11-23T10:00:00Z');
    simulator = quickSimulator({ now: () => now });
    await call('PUT', videoUrl, await makeSound('mp4, as a file', 40, true));
    const features = [{ name: 'vision' }, { name: 'speech' }];
    await call('PUT', retrieval('/indexes/shelf'), JSON.stringify({ features }));
    await ingest('one', 'talk', { includeSpeechTranscript: true });
    now += 5_000;
  });

  interface Changes {
    readonly parameters?: object;
    readonly body?: object;
    readonly content?: readonly object[];
    readonly words?: string;
    readonly deployment?: string;
    readonly apiVersion?: string;
    readonly path?: string;
    readonly headers?: Record<string, string>;
  }

  const variants = {
    A: 'video-chat.request.A-computerVisionBaseUrl.json',
    B: 'video-chat.request.B-endpoint.json',
    C: 'video-chat.request.C-aiservices-sas.json',
    D: 'video-chat.request.D-aiservices-managed-identity.json',
    E: 'video-chat.request.E-snake-sdk.json',
  } as const;
  type Variant = keyof typeof variants;

  /** The documented body, its placeholders filled in, and then what a test changes. */
  function asking(variant: Variant, changes: Changes = {}) {
    const text = JSON.stringify(fixture(variants[variant]))
      .replaceAll('https://<resource>.cognitiveservices.azure.com', origin)
      .replaceAll('<key>', 'a-key')
      .replaceAll('<index>', 'shelf')
      .replaceAll('<SAS URL>', videoUrl)
      .replaceAll('<your_video_ID>', 'talk');
    const body = JSON.parse(text) as Json;
    const sources = variant === 'A' ? 'dataSources' : 'data_sources';
    Object.assign(body[sources][0].parameters, changes.parameters);
    if (changes.words) body.messages[1].content[1].text = changes.words;
    if (changes.content) body.messages[1].content = changes.content;
    body.max_tokens = 800;
    return {
      deployment: changes.deployment ?? 'gpt-4-vision-preview',
      apiVersion: changes.apiVersion ?? '2024-02-15-preview',
      ...(variant === 'A' ? { path: extensionsOf(changes.deployment) } : {}),
      ...(changes.path ? { path: changes.path } : {}),
      ...(changes.headers ? { headers: changes.headers } : {}),
      body: { ...body, ...changes.body },
    };
  }

  const extensionsOf = (deployment = 'gpt-4-vision-preview') =>
    `/openai/deployments/${deployment}/extensions/chat/completions?api-version=2023-12-01-preview`;

  test.each(Object.keys(variants) as Variant[])('variant %s is answered as documented', async (variant) => {
    const { status, body } = await askJson(simulator, asking(variant));
    const documented = fixture('video-chat.response.json');
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(Object.keys(documented).sort());
    expect(Object.keys(body.choices[0]).sort()).toEqual(Object.keys(documented.choices[0]).sort());
    expect([body.object, body.model]).toEqual(['chat.completion', 'gpt-4']);
    const text: string = body.choices[0].message.content;
    expect(text).toMatch(/^This is a simulated answer: no model watched your video\./);
    expect(text).toContain('“Describe this video:”');
    expect(timesIn(text).length).toBeGreaterThanOrEqual(3);
    for (const seconds of timesIn(text)) expect(seconds).toBeLessThanOrEqual(40);
    // What a video takes beside its words: 700 tokens and twenty frames of 85.
    expect(body.usage.prompt_tokens).toBeGreaterThan(2400);
    expect(body.usage.prompt_tokens).toBeLessThan(2450);
  });

  test('streamed, the same', async () => {
    for (const variant of ['A', 'B'] as const) {
      const whole = await askJson(simulator, asking(variant));
      const chunks = await askStream(simulator, asking(variant));
      expect(textOfChunks(chunks)).toBe(whole.body.choices[0].message.content);
      expect(chunks.find((chunk) => chunk.choices?.[0]?.finish_reason)?.choices[0].finish_reason).toBe(
        'stop',
      );
      expect(chunks.at(-1)).toBe('[DONE]');
    }
  });

  test('in Chinese; a moment that the question names; words of the transcript', async () => {
    const answer = async (words: string) =>
      (await askJson(simulator, asking('C', { words }))).body.choices[0].message.content as string;
    expect(await answer('这个视频讲了什么？')).toMatch(/^这是模拟回答：没有模型看过您的视频/);
    expect(await answer('What happens at 0:23?')).toContain('[00:23]');
    expect(await answer('What does part 4 say?')).toContain(
      'At [00:15] somebody says “Simulated speech that nobody listened to, part 4 of 8.”',
    );
  });

  test('a document that is ingested later is not there yet', async () => {
    await ingest('two', 'later');
    const content = [
      { type: 'acv_document_id', acv_document_id: 'later' },
      { type: 'text', text: 'What is it?' },
    ];
    const early = await askJson(simulator, asking('B', { content }));
    expect([early.status, early.body.error.message]).toEqual([
      400,
      expect.stringContaining('is not ingested yet'),
    ]);
    now += 5_000;
    expect((await askJson(simulator, asking('B', { content }))).status).toBe(200);
  });

  const video = { type: 'acv_document_id', acv_document_id: 'talk' };
  const text = { type: 'text', text: 'What is it?' };
  const shown = picture(dataUrl(png(60, 60, [[200, 0, 0]])), 'low');

  test.each<[string, Variant, Changes, string]>([
    [
      'the base without its path',
      'A',
      { parameters: { computerVisionBaseUrl: origin } },
      "end in '/computervision'",
    ],
    [
      'a base with a slash at its end',
      'A',
      { parameters: { computerVisionBaseUrl: `${origin}/computervision/` } },
      "end in '/computervision'",
    ],
    ['another resource', 'B', { parameters: { endpoint: 'https://other.example' } }, 'cannot be reached'],
    ['a wrong key', 'B', { parameters: { computerVisionApiKey: 'wrong' } }, 'invalid subscription key'],
    ['a key of another kind', 'E', { parameters: { computer_vision_api_key: 'openai' } }, 'OpenAI.S0'],
    ['no key', 'B', { parameters: { computerVisionApiKey: undefined } }, 'computerVisionApiKey is required'],
    ['two spellings in one', 'B', { parameters: { video_urls: [] } }, 'do not belong together'],
    [
      'no resource beside one of OpenAI’s kind',
      'C',
      { headers: { 'api-key': 'openai' } },
      'computerVisionBaseUrl is required',
    ],
    ['an identity that such a resource lacks', 'D', { headers: { 'api-key': 'openai' } }, 'is required'],
    ['an index that is not there', 'C', { parameters: { indexName: 'none' } }, "index 'none' was not found"],
    ['no address', 'C', { parameters: { videoUrls: undefined } }, 'has to name one video'],
    ['two addresses', 'C', { parameters: { videoUrls: [videoUrl, videoUrl] } }, 'has to name one video'],
    [
      'another video’s address',
      'C',
      { parameters: { videoUrls: [videoUrl.replace('talk', 'other')] } },
      'is not that of',
    ],
    [
      'an expired SAS',
      'C',
      { parameters: { videoUrls: [videoUrl.replace('2099', '2020')] } },
      'its SAS has expired',
    ],
    ['no SAS', 'C', { parameters: { videoUrls: [videoUrl.replace(/\?.*/, '')] } }, 'could not be read'],
    [
      'a document that is not there',
      'B',
      { content: [{ ...video, acv_document_id: 'none' }, text] },
      "document 'none' was not found",
    ],
    ['the words first', 'B', { content: [text, video] }, 'has to be the first part'],
    ['no words', 'B', { content: [video] }, 'has to be the first part'],
    ['two videos', 'B', { content: [video, text, video] }, 'only one video'],
    ['a picture beside it', 'B', { content: [video, text, shown] }, 'no images'],
    ['no video', 'B', { content: [text] }, "requires an 'acv_document_id'"],
    [
      'the enhancement left out',
      'B',
      { body: { enhancements: undefined } },
      "requires the 'video' enhancement",
    ],
    [
      'the enhancement switched off',
      'B',
      { body: { enhancements: { video: { enabled: false } } } },
      "requires the 'video' enhancement",
    ],
    [
      'a version that has it no more',
      'B',
      { apiVersion: '2024-04-01-preview' },
      'extra fields not permitted',
    ],
    ['the plain path of 2023-12', 'B', { apiVersion: '2023-12-01-preview' }, 'extra fields not permitted'],
    ['snake case on the extensions path', 'B', { path: extensionsOf() }, 'body -> data_sources'],
    ['another model', 'B', { deployment: 'gpt-4o' }, 'Unrecognized request argument supplied: enhancements'],
  ])('%s is refused', async (_, variant, changes, message) => {
    const { status, body } = await askJson(simulator, asking(variant, changes));
    expect([status, body.error?.message]).toEqual([400, expect.stringContaining(message)]);
  });

  test('the part alone, where nothing is known of it', async () => {
    const messages = [{ role: 'user', content: [video, text] }];
    const { status, body } = await askJson(simulator, { body: { messages } });
    expect([status, body.error.message]).toEqual([
      400,
      expect.stringContaining("Invalid value: 'acv_document_id'"),
    ]);
  });

  describe('failures inside a 200, word for word', () => {
    const documented = fixture('video-chat.error-in-200-body.json');

    test('the spelling that is not found on the plain path (azureai-samples#114)', async () => {
      const { body } = asking('B');
      const { data_sources: dataSources, ...others } = body;
      const asked = { deployment: 'gpt-4-vision-preview', apiVersion: '2024-02-15-preview' };
      expect(await askJson(simulator, { ...asked, body: { ...others, dataSources } })).toEqual({
        status: 200,
        body: documented,
      });
    });

    test('a source of another type', async () => {
      const sources = [{ type: 'AzureComputerVision', parameters: { endpoint: origin, key: 'k' } }];
      expect(await askJson(simulator, asking('B', { body: { data_sources: sources } }))).toEqual({
        status: 200,
        body: documented,
      });
    });

    test('the deployment video-fails, whole and streamed', async () => {
      expect(await askJson(simulator, asking('B', { deployment: 'video-fails' }))).toEqual({
        status: 200,
        body: documented,
      });
      const streamed = asking('B', { deployment: 'video-fails', body: { stream: true } });
      const response = await simulator(toRequest(streamed));
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      expect(await response.text()).toBe(`data: ${JSON.stringify(documented)}\n\ndata: [DONE]\n\n`);
      const plain = await askJson(simulator, { deployment: 'video-fails', apiVersion: '2024-02-15-preview' });
      expect(plain.body.choices[0].message.content).toMatch(/^This is a simulated answer/);
    });
  });
});

describe('frames of a video', () => {
  const simulator = quickSimulator();
  const colours: readonly Colour[] = [
    [220, 20, 20],
    [20, 160, 20],
    [20, 20, 220],
    [240, 240, 240],
    [10, 10, 10],
  ];
  const times = [2, 10.5, 20, 31, 61];
  const speech = [
    { startSeconds: 0.2, endSeconds: 2, text: 'Welcome to the garden' },
    { startSeconds: 20.4, endSeconds: 25, text: 'Here is a snail' },
    { startSeconds: 62, endSeconds: 70, text: 'Goodbye' },
  ];

  /** As the page sends it: an introduction, then each frame's time and its words before it. */
  function frames(withSpeech: boolean): object[] {
    const spoken = (from: number, to: number) => {
      const lines = withSpeech
        ? speech.filter(({ startSeconds }) => startSeconds >= from && startSeconds < to)
        : [];
      return lines.length > 0 ? `\n${transcriptNote(lines)}` : '';
    };
    const introduction = videoIntroduction('my "garden".mp4', 75, times.length, withSpeech);
    return [
      { type: 'text', text: introduction + spoken(0, times[0]!) },
      ...times.flatMap((at, index) => [
        { type: 'text', text: frameNote(at) + spoken(at, times[index + 1] ?? Infinity) },
        picture(dataUrl(png(64, 36, [colours[index]!])), 'low'),
      ]),
    ];
  }

  async function answer(content: object[], deployment = 'gpt-4.1', earlier: object[] = []): Promise<string> {
    const messages = [...earlier, { role: 'user', content }];
    const { status, body } = await askJson(simulator, { deployment, body: { messages } });
    expect(status).toBe(200);
    return body.choices[0].message.content;
  }

  const question = (text: string) => ({ type: 'text', text });

  test('some of them are cited by their time, with their colours', async () => {
    const said = await answer([...frames(false), question('What happens?')]);
    expect(said).toMatch(/^This is a simulated answer: no model watched your video\./);
    expect(said).toContain('5 frames of the video “my "garden".mp4” (01:15) came along.');
    expect(said).toContain('asked, in 2 words: “What happens?”');
    const cited = timesIn(said);
    expect(cited).toHaveLength(3);
    for (const time of cited) expect(times).toContain(time);
    expect(said).toContain('At [00:20] the frame is mostly blue (100 %).');
    // They are not described one by one as pictures are.
    expect(said).not.toContain('64 × 36');
  });

  test('what is said is quoted, with its time, where the question is about it', async () => {
    const said = await answer([...frames(true), question('Where is the snail?')]);
    expect(said).toContain('and 3 lines of what is said in it.');
    expect(said).toContain(
      'At [00:20] the frame is mostly blue (100 %). At [00:20] somebody says “Here is a snail”.',
    );
    expect(said).not.toContain('Goodbye');
    expect(said).toContain('asked, in 4 words: “Where is the snail?”');
  });

  test('the frame nearest to a time that the question names', async () => {
    const said = await answer([...frames(false), question('What is there at [00:11]?')]);
    expect(said).toContain('At [00:10.5] the frame is mostly green (100 %).');
    expect(timesIn(said.split('\n\n')[1]!)).toEqual([10.5]);
  });

  test('in Chinese', async () => {
    const said = await answer([...frames(true), question('视频里发生了什么？')]);
    expect(said).toMatch(/^这是模拟回答：没有模型看过您的视频/);
    expect(said).toContain('（01:15）的 5 帧，以及其中 3 行语音文字');
    expect(said).toContain('[00:20] 处的画面主要颜色：蓝色（100%）。');
  });

  test('a later question is about the frames before it; other pictures are told of as ever', async () => {
    const earlier = [
      { role: 'user', content: [...frames(false), question('What happens?')] },
      { role: 'assistant', content: 'A lot.' },
    ];
    expect(timesIn(await answer([question('And then, at 1:01?')], 'gpt-4.1', earlier))).toContain(61);
    const other = picture(dataUrl(png(100, 50, [[220, 20, 20]])), 'low');
    const said = await answer([...frames(false), other, question('Compare them')]);
    expect(said).toContain('1. **100 × 50 PNG**');
    expect(said).not.toContain('2. **');
  });

  test('a frame that was left out is not cited', async () => {
    const content = frames(false);
    const leftOut = content.map((part, at) =>
      at % 2 === 0 && at > 0 ? question('[A picture sent earlier is left out of this request.]') : part,
    );
    expect(timesIn(await answer([...leftOut, question('What happens?')]))).toEqual([]);
  });

  test('wrong-citations names a time that is not in the video', async () => {
    const said = await answer([...frames(false), question('What happens?')], 'wrong-citations');
    expect(timesIn(said)).toContain(59 * 60 + 59);
  });
});
