import '../../../src/app.css';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Connection } from '#domain/connection.ts';
import { defaultSettings } from '#domain/settings.ts';
import BeforeSending from '#screens/chat/BeforeSending.svelte';
import { sourceViews } from '#screens/chat/source-words.ts';
import type { AttachmentView } from '#screens/chat/chat-views.ts';
import { DraftInMemory } from './draft.svelte.ts';
import { capabilities, connection, expectAccessible, picture, speakWhole } from './records.ts';

beforeAll(() => speakWhole('en'));
afterEach(() => speakWhole('en'));

const seer = { ...capabilities, visionEnhancements: true };
const able: Connection = {
  ...connection,
  endpoint: { ...connection.endpoint, api: 'classic' },
  apiVersion: '2024-02-15-preview',
  visionEndpoint: 'https://eyes.cognitiveservices.azure.com',
};

const video = (key: string, name: string): AttachmentView => ({
  key,
  kind: 'video',
  part: { kind: 'video-document', videoId: key, name, documentId: key, indexName: 'pets' },
  frames: [],
});
const footage = (key: string, frames: number): AttachmentView => ({
  key,
  kind: 'video',
  part: {
    kind: 'video',
    videoId: key,
    name: 'walk.mp4',
    durationSeconds: 60,
    transcript: null,
    fingerprint: 'f',
  },
  frames: Array.from({ length: frames }, (_, at) =>
    picture(`frame-${String(at)}.jpg`, { frame: { videoId: key, atSeconds: at } }),
  ),
});
const photo = (key: string): AttachmentView => ({
  key,
  kind: 'picture',
  part: picture(`${key}.jpg`),
  unsaved: null,
});

function open(attachments: readonly AttachmentView[], asked: Connection = able) {
  const draft = new DraftInMemory();
  draft.attachments = attachments;
  const screen = render(BeforeSending, {
    draft,
    connection: asked,
    settings: defaultSettings,
    situation: {
      planned: [],
      draftPictures: attachments.length,
      rule: { newestFull: null, newestSent: null },
      estimate: null,
      capabilities: seer,
      ceilingNanos: null,
    },
    reading: null,
    onsettings: vi.fn(),
    onchoices: vi.fn(),
    onplan: vi.fn(),
    onsettled: (take: () => void) => take(),
  });
  return { draft, screen };
}

const keys = ({ attachments }: DraftInMemory) => attachments.map(({ key }) => key);
const button = (name: string) => page.getByRole('button', { name, exact: true });

describe('before a question about a video of an index is sent', () => {
  test('one video alone is nothing to speak of', async () => {
    open([video('a', 'cat.mp4')]);
    await expect.element(page.getByRole('status')).not.toBeInTheDocument();
  });

  test('of several one can be kept, told apart where they share a name', async () => {
    const { draft, screen } = open([
      video('a', 'cat.mp4'),
      video('b', 'cat.mp4'),
      video('c', 'dog.mp4'),
      photo('p'),
    ]);
    await expect.element(page.getByText('This prompt has 3 videos.')).toBeVisible();
    await expectAccessible(screen.container);
    await expect.element(button('Keep only dog.mp4')).toBeVisible();
    await button('Keep only cat.mp4 (2)').click();
    expect(keys(draft)).toEqual(['b', 'p']);
    await expect.element(page.getByText('This prompt has 1 picture beside the video.')).toBeVisible();
    await button('Remove the picture').click();
    expect(keys(draft)).toEqual(['b']);
    await expect.element(page.getByRole('status')).not.toBeInTheDocument();
  });

  test('frames of another video are pictures, and go with it', async () => {
    const { draft } = open([video('a', 'cat.mp4'), footage('w', 4), photo('p')]);
    await expect.element(page.getByText('This prompt has 5 pictures beside the video.')).toBeVisible();
    await button('Remove the pictures').click();
    expect(keys(draft)).toEqual(['a']);
  });

  test('or the video goes', async () => {
    const { draft } = open([video('a', 'cat.mp4'), photo('p')]);
    await button('Remove the video').click();
    expect(keys(draft)).toEqual(['p']);
  });

  test.for([
    ['another version', { apiVersion: '2024-10-21' }, 'API version 2024-10-21 does not have this'],
    ['the v1 API', { endpoint: connection.endpoint }, 'The v1 API never had this'],
    ['no resource', { visionEndpoint: null }, 'this connection names none'],
  ] as const)('what the connection lacks is said: %s', async ([, change, words]) => {
    const { draft, screen } = open([video('a', 'cat.mp4')], { ...able, ...change });
    await expect.element(page.getByText(words)).toBeVisible();
    await expect
      .element(page.getByRole('link', { name: 'Open Settings' }))
      .toHaveAttribute('href', '#/settings');
    await expectAccessible(screen.container);
    await button('Remove the video').click();
    expect(keys(draft)).toEqual([]);
  });

  test('in Chinese', async () => {
    await speakWhole('zh');
    open([video('a', 'cat.mp4'), video('b', 'dog.mp4')]);
    await expect.element(button('只保留 dog.mp4')).toBeVisible();
  });
});

test('the table of tokens says what a video is made of', () => {
  const [view] = sourceViews([{ kind: 'video', messageId: null, name: 'cat.mp4', tokens: 2400 }], {
    messages: [],
    systemPrompt: '',
    draftText: '',
  });
  expect(view).toMatchObject({
    author: 'Video',
    words: 'cat.mp4 · about 700 of text and 20 frames of 85',
    tokens: 2400,
  });
});
