import { expect, test } from 'vitest';
import type { Video } from '#domain/video.ts';
import { aDraft, aPrompt, freshName, open, readAll } from './fixtures.ts';

const video = (change: Partial<Video> = {}): Video => ({
  id: crypto.randomUUID(),
  connectionId: 'a-connection',
  name: 'walk.mp4',
  blobUrl: 'https://account.blob.core.windows.net/videos/walk.mp4',
  bytes: 1_000,
  durationSeconds: 12,
  fingerprint: 'f0e1',
  upload: null,
  indexName: null,
  documentId: 'walk',
  metadata: {},
  ingestion: null,
  simulated: false,
  createdAt: 1,
  updatedAt: 1,
  rev: 0,
  ...change,
});

test('videos are kept, newest first, and a stale change is told', async () => {
  const store = await open();
  const older = video();
  const newer = video({ createdAt: 2 });
  for (const one of [older, newer]) expect((await store.saveVideo(one)).kind).toBe('saved');
  expect((await store.listVideos()).map(({ id }) => id)).toEqual([newer.id, older.id]);
  expect(await store.saveVideo({ ...older, name: 'other' })).toMatchObject({
    kind: 'stale',
    current: { name: 'walk.mp4', rev: 1 },
  });
});

test('the address with its SAS is sealed, and goes with the video', async () => {
  const name = freshName();
  const store = await open({ name });
  const one = video();
  await store.saveVideo(one, 'https://account.blob.core.windows.net/videos/walk.mp4?sig=secret');
  expect(await store.readVideoAddress(one.id)).toContain('sig=secret');
  for (const table of ['videos', 'secrets'])
    expect(JSON.stringify(await readAll(name, table))).not.toContain('sig=');
  await store.forgetVideo(one.id);
  expect(await store.readVideoAddress(one.id)).toBeNull();
  expect(await readAll(name, 'secrets')).toEqual([]);
});

test('posters and files come back byte for byte', async () => {
  const store = await open();
  const bytes = crypto.getRandomValues(new Uint8Array(1_000));
  await store.savePoster('one', new Blob([bytes], { type: 'image/webp' }));
  await store.keepVideoFile('f0e1', new Blob([bytes], { type: 'video/mp4' }));
  for (const [kept, type] of [
    [await store.readPoster('one'), 'image/webp'],
    [await store.readVideoFile('f0e1'), 'video/mp4'],
  ] as const) {
    expect(kept?.type).toBe(type);
    expect(new Uint8Array(await kept!.arrayBuffer())).toEqual(bytes);
  }
  await store.forgetVideoFile('f0e1');
  expect(await store.readVideoFile('f0e1')).toBeNull();
});

test('a file to play from goes once no message and no draft has its video', async () => {
  const day = 24 * 60 * 60 * 1000;
  let now = 0;
  const store = await open({ now: () => now });
  const part = (fingerprint: string) =>
    ({
      kind: 'video',
      videoId: fingerprint,
      name: 'walk.mp4',
      durationSeconds: 3,
      transcript: null,
      fingerprint,
    }) as const;
  for (const name of ['asked', 'drafted', 'left']) await store.keepVideoFile(name, new Blob([name]));
  await store.saveMessage(aPrompt({ parts: [part('asked')] }));
  await store.saveDraft(aDraft({ videos: [part('drafted')] }));
  now = 3 * day;
  await store.keepVideoFile('fresh', new Blob(['fresh']));
  await store.emptyBin(day);
  const kept = await Promise.all(
    ['asked', 'drafted', 'left', 'fresh'].map((name) => store.readVideoFile(name)),
  );
  expect(await Promise.all(kept.map((file) => file?.text() ?? null))).toEqual([
    'asked',
    'drafted',
    null,
    'fresh',
  ]);
});
