import { expect, test } from 'vitest';
import type { PicturePart, VideoDocumentPart, VideoPart } from '#domain/conversation.ts';
import type { Chat } from '#state/chat.svelte.ts';
import { connect, createWorld, drawPicture, openChat } from './desk-fixtures.ts';

const clip: VideoPart = {
  kind: 'video',
  videoId: 'clip',
  name: 'clip.mp4',
  durationSeconds: 12,
  transcript: {
    segments: [{ startSeconds: 1, endSeconds: 2, text: 'Hello.' }],
    language: 'en',
    from: 'typed',
  },
  fingerprint: 'f0e1',
};
const indexed: VideoDocumentPart = {
  kind: 'video-document',
  videoId: 'walk',
  name: 'walk.mp4',
  documentId: 'walk',
  indexName: 'walks',
};

/** Two pictures, kept as a choice of frames keeps them. */
async function framesOf(chat: Chat): Promise<readonly PicturePart[]> {
  await chat.draft.addFiles([await drawPicture(64, 36, 'a.png'), await drawPicture(36, 64, 'b.png')]);
  const parts = chat.draft.pictures as readonly PicturePart[];
  for (const { key } of chat.draft.attachments) chat.draft.remove(key);
  return parts.map((part, at) => ({ ...part, frame: { videoId: 'clip', atSeconds: at * 5 } }));
}

test('a video is one attachment with its frames; it survives a reload in its place, and goes whole', async () => {
  const world = await createWorld();
  const connection = await connect(world, 'gpt-4.1');
  const chat = await openChat(world, connection);
  const frames = await framesOf(chat);
  chat.draft.addUrl('https://example.com/a.png');
  chat.draft.putVideo(clip, frames);
  expect(chat.draft.attachments.map(({ kind }) => kind)).toEqual(['picture', 'video']);
  expect(chat.draft.pictures).toHaveLength(3);
  await chat.draft.flush();
  world.close();

  const next = await createWorld({ name: world.name });
  const restored = await openChat(next, connection);
  expect(restored.draft.attachments).toMatchObject([
    { kind: 'picture', part: { kind: 'picture-url' } },
    { kind: 'video', part: clip, frames },
  ]);
  expect(restored.draft.toParts().map(({ kind }) => kind)).toEqual([
    'picture-url',
    'video',
    'picture',
    'picture',
  ]);
  restored.draft.remove(restored.draft.attachments[1]!.key);
  expect(restored.draft.videos).toEqual([]);
  expect(restored.draft.pictures).toHaveLength(1);
});

test('the same video takes its own place; a video without words still makes a prompt', async () => {
  const world = await createWorld();
  const chat = await openChat(world, await connect(world, 'gpt-4.1'));
  const frames = await framesOf(chat);
  expect(chat.draft.isEmpty).toBe(true);
  chat.draft.putVideo(clip, frames);
  const { key } = chat.draft.attachments[0]!;
  chat.draft.addVideoDocument(indexed);
  chat.draft.putVideo({ ...clip, transcript: null }, frames.slice(0, 1));
  expect(chat.draft.isEmpty).toBe(false);
  expect(chat.draft.attachments).toMatchObject([
    { key, part: { transcript: null }, frames: [{ frame: { atSeconds: 0 } }] },
    { part: indexed },
  ]);
});

test('editing a prompt brings its video back, and cancelling takes it away again', async () => {
  const world = await createWorld();
  const chat = await openChat(world, await connect(world, 'gpt-4.1'));
  const frames = await framesOf(chat);
  chat.draft.setText('half written');
  chat.draft.beginEditing({
    id: 'a',
    conversationId: 'c',
    parentId: null,
    seq: 1,
    createdAt: 1,
    role: 'user',
    rev: 0,
    parts: [clip, ...frames, { kind: 'text', text: 'When does she wave?' }],
  });
  expect(chat.draft.attachments).toMatchObject([{ kind: 'video', part: clip, frames }]);
  expect(chat.draft.text).toBe('When does she wave?');
  chat.draft.cancelEditing();
  expect(chat.draft.text).toBe('half written');
  expect(chat.draft.videos).toEqual([]);
});

test('a video file waits for a choice, and nothing is sent meanwhile', async () => {
  const world = await createWorld();
  const chat = await openChat(world, await connect(world, 'gpt-4.1'));
  const bytes = new Uint8Array([0, 0, 0, 24, ...new TextEncoder().encode('ftypmp42'), 0, 0, 0, 0]);
  const file = new File([bytes], 'clip.mp4', { type: 'video/mp4' });
  const flash = new File(['FLV'], 'clip.flv', { type: 'video/x-flv' });
  await chat.draft.addFiles([file, flash]);
  expect(chat.draft.attachments).toMatchObject([
    { kind: 'video-file', name: 'clip.mp4', file },
    { kind: 'video-file', name: 'clip.flv' },
  ]);
  expect(chat.draft.isReading).toBe(true);
});
