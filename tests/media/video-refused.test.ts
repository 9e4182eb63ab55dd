import { expect, test } from 'vitest';
import { damaged, makeHevc, makeSound, makeVideo } from './made-video.ts';
import { collect, openVideos } from './videos.ts';

const options = { maxSidePx: 160, quality: 0.9, toleranceSeconds: 0 };

/** Puts other letters where a text stands. */
function renamed(from: string, to: string): (bytes: Uint8Array) => void {
  return (bytes) => {
    const [before, after] = [from, to].map((text) => [...text].map((letter) => letter.charCodeAt(0)));
    for (let at = 0; at < bytes.length; at += 1)
      if (before!.every((code, index) => bytes[at + index] === code)) bytes.set(after!, at);
  };
}

test.each([
  ['nothing', async () => new Blob([]), 'empty'],
  ['text', async () => new Blob(['no video at all, but some words']), 'not-a-video'],
  ['noise', async () => new Blob([crypto.getRandomValues(new Uint8Array(40_000))]), 'not-a-video'],
  [
    'a playlist of videos elsewhere',
    async () => new Blob(['#EXTM3U\n#EXTINF:4,\nhttps://elsewhere.example/a.ts\n#EXT-X-ENDLIST\n']),
    'not-a-video',
  ],
  ['sound alone', () => makeSound(2), 'no-picture'],
  [
    'a video whose end, with its index, is missing',
    async () => (await makeVideo({ seconds: 4, container: 'mp4', codec: 'vp9' })).slice(0, 4_000),
    'corrupt',
  ],
])('%s is refused', async (_, make, reason) => {
  const { videos, workers } = openVideos();
  expect(await videos.readVideo(await make())).toMatchObject({ ok: false, reason });
  expect(workers.running).toBe(0);
});

test('a file that is gone is told from one that is damaged', async () => {
  const { videos } = openVideos();
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle('gone.webm', { create: true });
  const writable = await handle.createWritable();
  await writable.write(await makeVideo({ seconds: 2 }));
  await writable.close();
  const file = await handle.getFile();
  expect(await videos.readVideo(file)).toMatchObject({ ok: true });
  await root.removeEntry('gone.webm');
  expect(await videos.readVideo(file)).toEqual({ ok: false, reason: 'unreadable' });
});

test('a codec that the browser does not decode is named, as exactly as the file does', async ({ skip }) => {
  const { videos } = openVideos();
  const hevc = await makeHevc();
  const config = { codec: 'hvc1.1.6.L93.90', codedWidth: 320, codedHeight: 180 };
  skip((await VideoDecoder.isConfigSupported(config)).supported === true, 'This browser decodes HEVC.');
  expect(await videos.readVideo(hevc)).toEqual({
    ok: false,
    reason: 'codec',
    codec: expect.stringMatching(/^h(vc|ev)1\.1\.6\.L93/),
  });
  await expect(collect(videos.frames(hevc, [1], options))).rejects.toMatchObject({
    failure: { kind: 'video-unreadable', detail: expect.stringMatching(/^codec h(vc|ev)1\.1\.6\.L93/) },
  });

  const made = await makeVideo({ seconds: 2, container: 'mp4', codec: 'vp9' });
  const prores = await damaged(made, renamed('vp09', 'apch'));
  expect(await videos.readVideo(prores)).toEqual({ ok: false, reason: 'codec', codec: 'apch' });

  const unknown = await damaged(await makeVideo({ seconds: 2 }), renamed('V_VP8', 'V_XYZ'));
  expect(await videos.readVideo(unknown)).toEqual({ ok: false, reason: 'codec', codec: 'V_XYZ' });
});

test('a sound that the browser does not decode is named, and its picture is read', async () => {
  const { videos } = openVideos();
  const made = await makeVideo({ seconds: 3, spoken: [[0, 3]] });
  const file = await damaged(made, renamed('A_OPUS', 'A_XYZT'));
  expect(await videos.readVideo(file)).toMatchObject({
    ok: true,
    sound: { codec: 'A_XYZT', isDecodable: false },
  });
  expect(await collect(videos.sound(file, { maxBytes: 1_000_000 }))).toEqual([]);
  expect(await collect(videos.frames(file, [1], options))).toHaveLength(1);
});

test('a video without sound says so', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 2 });
  expect(await videos.readVideo(file)).toMatchObject({ ok: true, sound: null });
  expect(await collect(videos.sound(file, { maxBytes: 1_000_000 }))).toEqual([]);
});

test('of a recording that was cut off, what there is is read', async () => {
  const { videos } = openVideos();
  const made = await makeVideo({ seconds: 12, keyEvery: 1 });
  const file = made.slice(0, Math.floor(made.size / 2), made.type);
  const read = await videos.readVideo(file);
  expect(read).toMatchObject({ ok: true });
  const seconds = read.ok ? read.durationSeconds : 0;
  expect(seconds).toBeGreaterThan(3);
  expect(seconds).toBeLessThan(9);
  const frames = await collect(videos.frames(file, [0.5, 1.5, 2.5], options));
  expect(frames).toHaveLength(3);
});

test('a download that broke off is refused, though its index is whole', async () => {
  const { videos } = openVideos();
  const made = await makeVideo({
    seconds: 12,
    container: 'mp4',
    codec: 'vp9',
    keyEvery: 1,
    isFastStart: true,
  });
  expect(await videos.readVideo(made)).toMatchObject({ ok: true });
  const file = made.slice(0, Math.floor(made.size * 0.6), made.type);
  expect(await videos.readVideo(file)).toEqual({ ok: false, reason: 'corrupt' });
  // Whoever asks for its frames all the same gets those that are there.
  expect(await collect(videos.frames(file, [1, 2, 11], options))).toHaveLength(2);
});

test('bytes that were overwritten end in a failure or in other pictures, never in waiting', async () => {
  const { videos } = openVideos();
  const made = await makeVideo({ seconds: 12, container: 'mp4', codec: 'vp9', isFastStart: true });
  const file = await damaged(made, (bytes) =>
    crypto.getRandomValues(bytes.subarray(bytes.length >> 1, bytes.length - 100)),
  );
  const outcome = await collect(videos.frames(file, [1, 5, 9, 11], options)).then(
    (frames) => frames.length,
    (thrown: { failure?: { kind: string } }) => thrown.failure?.kind,
  );
  expect([1, 2, 3, 4, 'video-unreadable']).toContain(outcome);
});
