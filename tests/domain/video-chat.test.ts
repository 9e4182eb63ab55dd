import { describe, expect, test } from 'vitest';
import { toChatRequest, leftOutNote, type Composing } from '#domain/chat-request.ts';
import { unknownModel, type Connection } from '#domain/connection.ts';
import type {
  AssistantMessage,
  Message,
  Part,
  PicturePart,
  UserMessage,
  VideoDocumentPart,
} from '#domain/conversation.ts';
import { estimateRequest } from '#domain/estimate.ts';
import { emptyReply } from '#domain/reply.ts';
import { defaultSettings } from '#domain/settings.ts';
import { videoChatAt, videoOf, videoProblem, type VideoChatAt } from '#domain/video-chat.ts';

const seer = { ...unknownModel, visionEnhancements: true };

type Asked = Parameters<typeof videoChatAt>[0];

const second: Asked = {
  endpoint: { base: 'https://contoso.openai.azure.com', api: 'classic' },
  apiVersion: '2024-02-15-preview',
  visionEndpoint: 'https://contoso-vision.cognitiveservices.azure.com',
  secrets: ['apiKey', 'visionKey', 'blobSas'],
};
const same: Asked = { ...second, visionEndpoint: null, visionSource: 'same' };

describe('the dialect', () => {
  test.each([
    ['2023-12-01-preview', second, 'A', 'extensions', 'dataSources'],
    ['2024-02-15-preview', second, 'B', 'plain', 'data_sources'],
    ['2024-03-01-preview', second, 'B', 'plain', 'data_sources'],
    ['2023-12-01-preview', same, 'C', 'extensions', 'dataSources'],
    ['2024-02-15-preview', same, 'C', 'plain', 'data_sources'],
    ['2024-03-01-preview', { ...same, video: { managedIdentity: true } }, 'D', 'plain', 'data_sources'],
    ['2024-02-15-preview', { ...second, video: { sources: 'data_sources' } }, 'E', 'plain', 'data_sources'],
    ['2024-02-15-preview', { ...second, video: { sources: 'dataSources' } }, 'B', 'plain', 'dataSources'],
    ['2024-02-15-preview', { ...second, video: { variant: 'A' } }, 'A', 'plain', 'data_sources'],
    ['2023-12-01-preview', { ...second, video: { path: 'plain' } }, 'A', 'plain', 'dataSources'],
    // A second resource has no identity that this one could speak of.
    ['2024-02-15-preview', { ...second, video: { managedIdentity: true } }, 'B', 'plain', 'data_sources'],
    // Who says how it is spelled says that it is there.
    [
      '2024-10-21',
      { ...second, video: { path: 'extensions', sources: 'dataSources' } },
      'A',
      'extensions',
      'dataSources',
    ],
  ] as const satisfies readonly (readonly [string, Asked, ...string[]])[])(
    '%s, %#: %s',
    (apiVersion, connection, variant, path, sources) => {
      expect(videoChatAt({ ...connection, apiVersion }, seer)).toEqual({
        kind: 'available',
        dialect: { variant, path, sources },
      });
    },
  );

  test.each<[string, Partial<Connection>, VideoChatAt]>([
    [
      'v1',
      { endpoint: { base: 'https://a.test', api: 'v1' } },
      { kind: 'not-this-version', apiVersion: null },
    ],
    ['a later version', { apiVersion: '2024-10-21' }, { kind: 'not-this-version', apiVersion: '2024-10-21' }],
    ['no second resource', { visionEndpoint: null }, { kind: 'no-vision-resource' }],
    ['no SAS', { secrets: ['apiKey', 'visionKey'] }, { kind: 'no-sas' }],
  ])('lacks what it says: %s', (_, change, lacks) => {
    expect(videoChatAt({ ...second, ...change }, seer)).toEqual(lacks);
  });

  test('no other model ever had it', () => {
    expect(videoChatAt(second, unknownModel)).toEqual({ kind: 'not-this-model' });
  });

  test("a video's own address stands for a container's SAS, and a managed identity for both", () => {
    const without = { ...second, secrets: [] } as const;
    expect(videoChatAt(without, seer, true).kind).toBe('available');
    const identity = { ...same, secrets: [], video: { managedIdentity: true } } as const;
    expect(videoChatAt(identity, seer).kind).toBe('available');
  });
});

const video = (documentId: string): VideoDocumentPart => ({
  kind: 'video-document',
  videoId: documentId,
  name: `${documentId}.mp4`,
  documentId,
  indexName: `index-of-${documentId}`,
});
const picture: PicturePart = {
  kind: 'picture',
  attachmentId: 'p',
  name: 'p.png',
  mimeType: 'image/png',
  bytes: 10,
  widthPx: 10,
  heightPx: 10,
  detail: 'high',
  size: 'fit',
  stripMetadata: false,
  animated: false,
  converted: false,
};
const words = (text: string) => ({ kind: 'text' as const, text });
const base = { conversationId: 'c', parentId: null, seq: 1, createdAt: 0, rev: 0 };
let made = 0;
const you = (...parts: readonly Part[]): UserMessage => ({ ...base, id: `u${++made}`, role: 'user', parts });
const model = (text: string): AssistantMessage => ({
  ...base,
  id: `a${++made}`,
  role: 'assistant',
  connectionId: 'x',
  deployment: 'd',
  omittedPictures: 0,
  reply: { ...emptyReply, status: 'complete', text },
});

const available = videoChatAt(second, seer);

function compose(branch: readonly Message[], change: Partial<Composing> = {}) {
  return toChatRequest({
    branch,
    settings: defaultSettings,
    plan: {},
    capabilities: seer,
    video: available,
    pictureKey: ({ attachmentId }) => attachmentId,
    ...change,
  });
}

function request(branch: readonly Message[], change: Partial<Composing> = {}) {
  const composed = compose(branch, change);
  if (!composed.ok) throw new Error(composed.failure.kind);
  return composed;
}

describe('a request', () => {
  test("has the video first and one text second, whatever the order of the prompt's parts", () => {
    const { request: asked } = request([you(words('Describe'), video('cat'), words('this video:'))]);
    expect(asked.messages).toEqual([
      {
        role: 'user',
        parts: [
          { kind: 'video-document', documentId: 'cat' },
          { kind: 'text', text: 'Describe\nthis video:' },
        ],
      },
    ]);
    expect(asked.video).toEqual({ indexName: 'index-of-cat' });
  });

  test('goes with the newest video, where it was asked about; older ones become a note', () => {
    const { request: asked } = request([
      you(video('cat'), words('What is this?')),
      model('A cat.'),
      you(video('dog'), words('And this?')),
      model('A dog.'),
      you(words('Which is larger?')),
    ]);
    expect(asked.video).toEqual({ indexName: 'index-of-dog' });
    const parts = asked.messages.map((message) => message.parts);
    expect(parts[0]).toEqual([
      { kind: 'text', text: '[A video sent earlier, "cat.mp4", is left out of this request.]' },
      { kind: 'text', text: 'What is this?' },
    ]);
    expect(parts[2]).toEqual([
      { kind: 'video-document', documentId: 'dog' },
      { kind: 'text', text: 'And this?' },
    ]);
    expect(parts[4]).toEqual([{ kind: 'text', text: 'Which is larger?' }]);
  });

  test('leaves earlier pictures out, and says so to the model and to the person', () => {
    const composed = request(
      [you(picture, words('What is this?')), model('P.'), you(video('cat'), words('And?'))],
      {
        enhancements: { ocr: true, grounding: true },
      },
    );
    expect(composed).toMatchObject({ pictures: [], omittedPictures: 1 });
    expect(composed.request.messages[0]!.parts[0]).toEqual({ kind: 'text', text: leftOutNote });
    expect(composed.request.enhancements).toBeUndefined();
  });

  test('about a later picture leaves the video out', () => {
    const composed = request([
      you(video('cat'), words('What is this?')),
      model('A cat.'),
      you(picture, words('And?')),
    ]);
    expect(composed.request.video).toBeUndefined();
    expect(composed.pictures).toHaveLength(1);
    expect(JSON.stringify(composed.request.messages)).not.toContain('video-document');
    expect(JSON.stringify(composed.request.messages)).toContain('cat.mp4');
  });

  test('where the connection has none, an earlier video becomes a note: the conversation goes on', () => {
    const { request: asked } = request(
      [you(video('cat')), model('A cat.'), you(words('Thanks. And dogs?'))],
      {
        video: { kind: 'not-this-model' },
      },
    );
    expect(asked.video).toBeUndefined();
    expect(asked.messages[0]!.parts).toEqual([
      { kind: 'text', text: '[A video sent earlier, "cat.mp4", is left out of this request.]' },
    ]);
  });

  test.each<[string, readonly Part[], Partial<Composing>, object]>([
    ['two videos', [video('a'), video('b')], {}, { kind: 'video-one-only', actual: 2, limit: 1 }],
    ['a picture beside it', [video('a'), picture], {}, { kind: 'video-with-pictures', actual: 1 }],
    [
      'a later version',
      [video('a')],
      { video: { kind: 'not-this-version', apiVersion: '2024-10-21' } },
      { kind: 'video-not-here', param: 'not-this-version', detail: '2024-10-21' },
    ],
    ['no SAS', [video('a')], { video: { kind: 'no-sas' } }, { kind: 'video-not-here', param: 'no-sas' }],
    [
      'nothing known',
      [video('a')],
      { video: undefined },
      { kind: 'video-not-here', param: 'not-this-model' },
    ],
  ])('is refused before it is sent: %s', (_, parts, change, failure) => {
    const composed = compose([you(...parts, words('?'))], change);
    expect(composed).toMatchObject({ ok: false, failure });
  });

  test('is refused without a word', () => {
    expect(compose([you(video('a'))])).toMatchObject({ failure: { kind: 'video-without-words' } });
    expect(compose([you(video('a'), words(' '))])).toMatchObject({
      failure: { kind: 'video-without-words' },
    });
  });

  test('a prompt without a video of an index has no problem with it', () => {
    expect(videoProblem([picture, picture, words('?')])).toBeNull();
  });

  test('an answer that goes on keeps the video', () => {
    const { request: asked } = request([you(video('cat'), words('Tell all')), model('First, ')]);
    expect(asked.video).toEqual({ indexName: 'index-of-cat' });
    expect(asked.messages).toHaveLength(3);
  });
});

test('the video of a branch is the newest, unless pictures that are sent came after it', () => {
  const [first, second, third] = [you(video('cat')), you(picture), you(words('?'))];
  expect(videoOf([first, second, third], new Set([second.id]))).toBeNull();
  expect(videoOf([first, second, third], new Set())).toMatchObject({ messageId: first.id });
  expect(videoOf([second, third], new Set())).toBeNull();
});

test('the estimate counts 700 tokens of text and 20 frames of 85, and is not exact', () => {
  const estimating = {
    messages: [{ messageId: null, role: 'user' as const, textTokens: 10, pictures: [] }],
    textExact: true,
    capabilities: { ...seer, encoding: 'cl100k_base' as const },
    price: null,
    maxTokens: 100,
    accuracy: null,
  };
  const plain = estimateRequest(estimating);
  const withVideo = estimateRequest({
    ...estimating,
    messages: [{ ...estimating.messages[0]!, video: { name: 'cat.mp4', tokens: 2400 } }],
  });
  expect(withVideo.inputTokens - plain.inputTokens).toBe(700 + 20 * 85);
  expect(withVideo.sources).toContainEqual({
    kind: 'video',
    messageId: null,
    name: 'cat.mp4',
    tokens: 2400,
  });
  expect([plain.exact, withVideo.exact]).toEqual([true, false]);
});
