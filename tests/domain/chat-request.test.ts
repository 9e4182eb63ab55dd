import { describe, expect, test } from 'vitest';
import { toChatRequest, type ChatRequest, type Composed, type Composing } from '#domain/chat-request.ts';
import type { ModelCapabilities } from '#domain/connection.ts';
import type { AssistantMessage, Message, PicturePart, UserMessage } from '#domain/conversation.ts';
import { emptyReply, type Reply } from '#domain/reply.ts';
import { defaultSettings } from '#domain/settings.ts';

const capabilities: ModelCapabilities = {
  takesPictures: true,
  maxTokensParam: 'either',
  takesSampling: true,
  reasoningEfforts: [],
  streams: true,
  jsonMode: true,
  jsonModeWithPictures: false,
  structuredOutputs: false,
  chatCompletions: true,
  visionEnhancements: false,
  maxPictures: 10,
  maxPictureBytes: 20 * 1024 * 1024,
  contextTokens: 128_000,
  maxOutputTokens: 4096,
  encoding: 'cl100k_base',
  imageTokens: null,
  imageTokensBy: null,
};

const picture = (name: string): PicturePart => ({
  kind: 'picture',
  attachmentId: name,
  name,
  mimeType: 'image/png',
  bytes: 10,
  widthPx: 10,
  heightPx: 10,
  detail: 'high',
  size: 'fit',
  stripMetadata: false,
  animated: false,
  converted: false,
});
const base = { conversationId: 'c', parentId: null, seq: 1, createdAt: 0, rev: 0 };
let made = 0;
const you = (...parts: UserMessage['parts']): Message => ({ ...base, id: `u${++made}`, role: 'user', parts });
const model = (reply: Partial<Reply>): AssistantMessage => ({
  ...base,
  id: 'a',
  role: 'assistant',
  connectionId: 'x',
  deployment: 'd',
  omittedPictures: 0,
  reply: { ...emptyReply, ...reply },
});
const words = (text: string) => ({ kind: 'text' as const, text });

function composed(change: Partial<Composing>): Composed {
  return toChatRequest({
    branch: [you(words('Hello'))],
    settings: defaultSettings,
    plan: {},
    capabilities,
    pictureKey: (part) => part.attachmentId,
    ...change,
  });
}

function compose(change: Partial<Composing>) {
  const outcome = composed(change);
  if (!outcome.ok) throw new Error(outcome.failure.kind);
  return outcome.request;
}

describe('what is sent', () => {
  test('system prompt, history and parts, in order', () => {
    const request = compose({
      settings: { ...defaultSettings, systemPrompt: ' Be brief. ' },
      branch: [
        you(picture('p'), words('What?')),
        model({ text: 'A cat.' }),
        you({ kind: 'picture-url', url: 'https://x.test/a.png', detail: 'low' }, words('And this?')),
      ],
    });
    expect(request.messages).toEqual([
      { role: 'system', parts: [words('Be brief.')] },
      { role: 'user', parts: [{ kind: 'picture', picture: 'p', detail: 'high' }, words('What?')] },
      { role: 'assistant', parts: [words('A cat.')] },
      {
        role: 'user',
        parts: [{ kind: 'picture-url', url: 'https://x.test/a.png', detail: 'low' }, words('And this?')],
      },
    ]);
  });

  test('max tokens always, never above what the model can write', () => {
    expect(compose({}).maxTokens).toBe(4096);
    expect(compose({ settings: { ...defaultSettings, maxTokens: 99_999 } }).maxTokens).toBe(4096);
  });

  test.each([
    ['either', undefined, 'max_tokens'],
    ['max_completion_tokens', undefined, 'max_completion_tokens'],
    ['max_tokens', 'max_completion_tokens', 'max_completion_tokens'],
  ] as const)('parameter for %s, learned %s: %s', (maxTokensParam, learned, sent) => {
    expect(compose({ capabilities: { ...capabilities, maxTokensParam }, learned }).maxTokensParam).toBe(sent);
  });

  test('sampling is absent where the model refuses it', () => {
    const settings = { ...defaultSettings, temperature: 0.2, seed: 7, reasoningEffort: 'none' };
    const reasoning = { ...capabilities, reasoningEfforts: ['none', 'high'] };
    expect(compose({ settings })).toMatchObject({ temperature: 0.2, seed: 7 });
    expect(compose({ settings })).not.toHaveProperty('reasoningEffort');
    const refused = compose({ settings, capabilities: { ...reasoning, takesSampling: false } });
    expect(refused).not.toHaveProperty('temperature');
    expect(refused).toHaveProperty('reasoningEffort', 'none');
    const onlyNone = { ...reasoning, takesSampling: 'effort-none-only' } as const;
    expect(compose({ settings, capabilities: onlyNone })).toHaveProperty('temperature', 0.2);
    expect(
      compose({ settings: { ...settings, reasoningEffort: 'high' }, capabilities: onlyNone }),
    ).not.toHaveProperty('temperature');
  });

  test('JSON mode is withheld with pictures where Azure refuses it', () => {
    const settings = { ...defaultSettings, responseFormat: 'json' as const };
    expect(compose({ settings })).toHaveProperty('responseFormat', 'json');
    expect(compose({ settings, branch: [you(picture('p'))] })).not.toHaveProperty('responseFormat');
  });

  test('a withdrawn answer does not go back to the model', () => {
    const request = compose({
      branch: [you(words('a')), model({ text: 'bad', withdrawn: true }), you(words('b'))],
    });
    expect(request.messages.map(({ role }) => role)).toEqual(['user', 'user']);
  });

  test('a cut-off answer is followed by the wish to go on', () => {
    const request = compose({ branch: [you(words('a')), model({ text: 'Once upon' })] });
    expect(request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(request.messages.at(-1)!.parts[0]).toMatchObject({ text: expect.stringContaining('Continue') });
  });
});

describe('limits', () => {
  const branch = [you(...['a', 'b', 'c'].map(picture), words('x')), model({ text: 'y' }), you(picture('d'))];

  test('count the pictures of the whole history', () => {
    const composed = toChatRequest({
      branch,
      settings: defaultSettings,
      capabilities: { ...capabilities, maxPictures: 3 },
      plan: {},
      pictureKey: (part) => part.attachmentId,
    });
    expect(composed).toEqual({
      ok: false,
      failure: { kind: 'too-many-pictures', actual: 4, limit: 3, detail: '' },
    });
  });

  test('keeping the newest leaves earlier ones out, and tells the model', () => {
    const composed = toChatRequest({
      branch,
      settings: { ...defaultSettings, keepNewestPictures: 2 },
      capabilities: { ...capabilities, maxPictures: 3 },
      plan: {},
      pictureKey: (part) => part.attachmentId,
    });
    expect(composed).toMatchObject({ ok: true, omittedPictures: 2 });
    const parts = composed.ok ? composed.request.messages.flatMap((message) => message.parts) : [];
    expect(parts.filter((part) => part.kind === 'picture')).toEqual([
      { kind: 'picture', picture: 'c', detail: 'high' },
      { kind: 'picture', picture: 'd', detail: 'high' },
    ]);
    expect(parts.filter((part) => part.kind === 'text' && part.text.includes('left out'))).toHaveLength(2);
  });

  test('a model that takes no pictures', () => {
    const composed = toChatRequest({
      branch,
      settings: defaultSettings,
      capabilities: { ...capabilities, takesPictures: false },
      plan: {},
      pictureKey: (part) => part.attachmentId,
    });
    expect(composed).toMatchObject({ ok: false, failure: { kind: 'pictures-not-supported' } });
  });

  test('the rule sends older pictures at low, and the newest prompt’s own as attached', () => {
    const request = compose({
      branch: [you(picture('a')), model({ text: 'x' }), you(picture('b'), picture('c'), picture('d'))],
      settings: { ...defaultSettings, keepNewestFull: 1 },
    });
    expect(detailsOf(request)).toEqual(['a low', 'b high', 'c high', 'd high']);
  });

  test('what is chosen for this request alone goes before the rule; a crop is a picture of its own', () => {
    const [first, second] = [you(picture('a')), you(picture('b'))];
    const area = { left: 0.5, top: 0, width: 0.5, height: 1 };
    const planned = composed({
      branch: [first, second, you(picture('c'))],
      settings: { ...defaultSettings, keepNewestPictures: 1 },
      plan: { [`${first.id}/0`]: { kind: 'crop', area }, [`${second.id}/0`]: { kind: 'full' } },
      pictureKey: (part) => `${part.attachmentId}${part.crop ? ' cut' : ''} ${part.widthPx}`,
    });
    if (!planned.ok) throw new Error(planned.failure.kind);
    expect(detailsOf(planned.request)).toEqual(['a cut 5 high', 'b 10 high', 'c 10 high']);
    expect(planned.omittedPictures).toBe(0);
  });
});

function detailsOf({ messages }: ChatRequest): readonly string[] {
  return messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'picture' ? [`${part.picture} ${part.detail}`] : [])),
  );
}
