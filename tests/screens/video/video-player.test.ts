import '../../../src/app.css';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { VideoDocumentPart, VideoPart } from '#domain/conversation.ts';
import type { Video } from '#domain/video.ts';
import VideoPlayer from '#screens/video/VideoPlayer.svelte';
import { connect, createWorld, type World } from '../../state/desk-fixtures.ts';
import { expectAccessible, speakWhole } from '../chat/records.ts';
import { filmDay } from './filmed.ts';

const film = filmDay(12, 'hills.webm');
beforeAll(() => speakWhole('en'));

async function partOf(world: World, file: File): Promise<VideoPart> {
  const read = await (await world.services.loadVideos()).readVideo(file);
  if (!read.ok) throw new Error(read.reason);
  return {
    kind: 'video',
    videoId: 'v1',
    name: file.name,
    durationSeconds: read.durationSeconds,
    transcript: {
      from: 'file',
      language: null,
      segments: [{ startSeconds: 1, endSeconds: 9, text: 'Hello' }],
    },
    fingerprint: read.fingerprint,
  };
}

const player = () => document.querySelector('video');
const dialog = (name = 'hills.webm') => page.getByRole('dialog', { name: `Video: ${name}` });

function open(world: World, video: VideoPart | VideoDocumentPart, atSeconds = 7) {
  const onclose = vi.fn();
  return { ...render(VideoPlayer, { services: world.services, video, atSeconds, onclose }), onclose };
}

describe('playing a moment', () => {
  test('of the file that was kept, with its words as captions', async () => {
    const world = await createWorld();
    const part = await partOf(world, await film);
    await world.store.keepVideoFile(part.fingerprint, await film);
    const { onclose } = open(world, part);
    await expect.poll(() => player()?.currentTime ?? 0).toBeGreaterThanOrEqual(7);
    expect(player()!.error).toBeNull();
    await expect.poll(() => player()!.textTracks[0]?.cues?.length).toBe(1);
    await expectAccessible(dialog().element());
    await page.getByRole('button', { name: 'Close' }).click();
    expect(onclose).toHaveBeenCalledTimes(1);
  });

  test('of a file that is picked again: the same one plays and is kept, another is turned away', async () => {
    const world = await createWorld();
    const part = await partOf(world, await film);
    open(world, part);
    await expect.element(dialog().getByText('The video is not in this browser.')).toBeVisible();
    await expectAccessible(dialog().element());
    await page.getByLabelText('Video file').upload(await filmDay(3, 'hills.webm'));
    await expect.element(dialog().getByRole('alert').getByText('That is another file.')).toBeVisible();
    expect(player()).toBeNull();
    await page.getByLabelText('Video file').upload(await film);
    await expect.poll(() => player()?.currentTime ?? 0).toBeGreaterThanOrEqual(7);
    await expect.poll(() => world.store.readVideoFile(part.fingerprint)).not.toBeNull();
  });

  test('of a video of the library: fetched only when asked, with its SAS, into memory', async () => {
    const asked: string[] = [];
    const file = await film;
    const world = await createWorld({
      fetch: async (input) => {
        asked.push(input instanceof Request ? input.url : String(input));
        return new Response(await file.arrayBuffer(), { headers: { 'content-type': 'video/webm' } });
      },
    });
    const connection = await connect(world, 'gpt-4.1');
    await world.connections.save(connection, {
      blobSas: 'https://account.blob.core.windows.net/videos?sv=2024&sp=rcw&sig=secret',
    });
    const record: Video = {
      id: 'v2',
      connectionId: connection.id,
      name: 'lobby.webm',
      blobUrl: 'https://account.blob.core.windows.net/videos/lobby.webm',
      bytes: file.size,
      durationSeconds: null,
      fingerprint: null,
      upload: null,
      indexName: 'cameras',
      documentId: 'lobby-1',
      metadata: {},
      ingestion: null,
      simulated: false,
      createdAt: 1,
      updatedAt: 1,
      rev: 0,
    };
    await world.store.saveVideo(record);
    open(world, {
      kind: 'video-document',
      videoId: 'v2',
      name: 'lobby.webm',
      documentId: 'lobby-1',
      indexName: 'cameras',
    });
    const fetchIt = dialog('lobby.webm').getByRole('button', { name: /^Fetch it/ });
    await expect.element(fetchIt).toBeVisible();
    expect(asked).toEqual([]);
    await fetchIt.click();
    await expect.poll(() => player()?.currentTime ?? 0).toBeGreaterThanOrEqual(7);
    expect(asked).toEqual([
      'https://account.blob.core.windows.net/videos/lobby.webm?sv=2024&sp=rcw&sig=secret',
    ]);
  });

  test('one that is too large, or lies in another container, is not fetched', async () => {
    const world = await createWorld();
    const connection = await connect(world, 'gpt-4.1');
    await world.store.saveVideo({
      id: 'v3',
      connectionId: connection.id,
      name: 'long.mp4',
      blobUrl: 'https://account.blob.core.windows.net/videos/long.mp4',
      bytes: 200_000_001,
      durationSeconds: null,
      fingerprint: null,
      upload: null,
      indexName: null,
      documentId: 'd',
      metadata: {},
      ingestion: null,
      simulated: false,
      createdAt: 1,
      updatedAt: 1,
      rev: 0,
    });
    open(world, { kind: 'video-document', videoId: 'v3', name: 'long.mp4', documentId: 'd', indexName: 'i' });
    await expect.element(dialog('long.mp4').getByRole('button', { name: 'Choose the file' })).toBeVisible();
    await expect.element(dialog('long.mp4').getByRole('button', { name: /Fetch/ })).not.toBeInTheDocument();
  });
});
