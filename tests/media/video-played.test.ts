import { evenMoments, sceneMoments } from '#domain/frame-plan.ts';
import { expect, test } from 'vitest';
import { makeSound, makeVideo, stretched } from './made-video.ts';
import { collect, colourOf, expectColour, openVideos, workerWithout } from './videos.ts';

const options = { maxSidePx: 160, quality: 0.9, toleranceSeconds: 0 };

/** As in a browser without WebCodecs: the player seeks, a canvas takes the picture. */
const openPlayer = () => openVideos({ canDecode: false });

test('without WebCodecs a video is told by its container and by the player', async () => {
  const file = await makeVideo({ seconds: 4, spoken: [[1, 2]] });
  const [decoded, played] = [
    await openVideos().videos.readVideo(file),
    await openPlayer().videos.readVideo(file),
  ];
  expect(played).toMatchObject({
    ok: true,
    widthPx: 320,
    heightPx: 180,
    videoCodec: 'vp8',
    sound: { codec: 'opus', isDecodable: false },
  });
  // The same file is known again, whichever way it was read.
  expect(played.ok && decoded.ok && played.fingerprint === decoded.fingerprint).toBe(true);
  expect(played.ok && decoded.ok && played.durationSeconds === decoded.durationSeconds).toBe(true);
});

test('the sound of a played video is not to be had, and that is said', async () => {
  const { videos } = openPlayer();
  const silent = await makeVideo({ seconds: 2 });
  expect(await videos.readVideo(silent)).toMatchObject({ ok: true, sound: null });
  const spoken = await makeVideo({ seconds: 2, spoken: [[0, 2]] });
  expect(await collect(videos.sound(spoken, { maxBytes: 1_000_000 }))).toEqual([]);
});

test('frames of a played video are those of their moments', async () => {
  const { videos } = openPlayer();
  const file = await makeVideo({ seconds: 12, keyEvery: 2 });
  const moments = [0, 0.55, 3.55, 7.55, 10.55];
  for (const toleranceSeconds of [0, 1]) {
    const frames = await collect(videos.frames(file, moments, { ...options, toleranceSeconds }));
    expect(frames).toHaveLength(moments.length);
    for (const [at, frame] of frames.entries()) {
      expect(frame).toMatchObject({ widthPx: 160, heightPx: 90 });
      expect(frame.blob.type).toBe('image/jpeg');
      expect(Math.abs(frame.atSeconds - moments[at]!)).toBeLessThan(toleranceSeconds + 0.11);
      expectColour(await colourOf(frame), frame.atSeconds);
    }
  }
});

test('a played video is upright, with square pixels', async () => {
  const { videos } = openPlayer();
  const turned = await makeVideo({
    seconds: 2,
    container: 'mp4',
    codec: 'vp9',
    rotation: 90,
    hasCorner: true,
  });
  expect(await videos.readVideo(turned)).toMatchObject({ ok: true, widthPx: 180, heightPx: 320 });
  const [frame] = await collect(videos.frames(turned, [1], { ...options, maxSidePx: 320 }));
  expect(frame).toMatchObject({ widthPx: 180, heightPx: 320 });
  expect((await colourOf(frame!, 0.95, 0.03)).every((value) => value > 200)).toBe(true);
  const wide = await stretched(await makeVideo({ seconds: 2 }), 2);
  expect(await videos.readVideo(wide)).toMatchObject({ ok: true, widthPx: 640, heightPx: 180 });
});

test('scenes of a played video are found where they begin', async () => {
  const { videos } = openPlayer();
  const file = await makeVideo({ seconds: 15, keyEvery: 1 });
  const samples = await collect(videos.scenes(file, evenMoments(15, 15), 0.6));
  expect(samples).toHaveLength(15);
  const found = sceneMoments(samples, 3);
  expect(found.slice(1).map((at) => Math.round(at / 5))).toEqual([1, 2]);
});

test('what the player does not know either keeps its reason', async () => {
  const { videos } = openPlayer();
  expect(await videos.readVideo(await makeSound(1))).toMatchObject({ ok: false, reason: 'no-picture' });
  expect(await videos.readVideo(new Blob(['words']))).toEqual({ ok: false, reason: 'not-a-video' });
  await expect(collect(videos.frames(new Blob(['words']), [1], options))).rejects.toMatchObject({
    failure: { kind: 'video-unreadable', detail: 'not-a-video' },
  });
});

test('cancelling a played video stops at once and lets the file go', async () => {
  const { videos, workers } = openPlayer();
  const file = await makeVideo({ seconds: 12 });
  const stop = new AbortController();
  const frames = videos.frames(file, evenMoments(12, 60), options, stop.signal);
  await frames.next();
  const next = frames.next();
  stop.abort(new DOMException('enough', 'AbortError'));
  await expect(next).rejects.toThrow('enough');
  expect(workers.running).toBe(0);
});

test('a browser whose workers have no WebCodecs at all reads and shows the same', async () => {
  const { videos } = openVideos({
    startWorker: workerWithout('VideoDecoder', 'AudioDecoder', 'AudioEncoder'),
  });
  const file = await makeVideo({ seconds: 6, spoken: [[0, 6]] });
  expect(await videos.readVideo(file)).toMatchObject({ ok: true, sound: { isDecodable: false } });
  const frames = await collect(videos.frames(file, [1.05, 4.05], options));
  expect(frames).toHaveLength(2);
  for (const frame of frames) expectColour(await colourOf(frame), frame.atSeconds);
  expect(await collect(videos.sound(file, { maxBytes: 1_000_000 }))).toEqual([]);
});

test('the sound of a video whose picture only the player knows is had all the same', async () => {
  const { videos } = openVideos({ startWorker: workerWithout('VideoDecoder') });
  const file = await makeVideo({ seconds: 3, spoken: [[0, 3]] });
  expect(await videos.readVideo(file)).toMatchObject({
    ok: true,
    sound: { codec: 'opus', isDecodable: true },
  });
  const steps = await collect(videos.sound(file, { maxBytes: 1_000_000 }));
  expect(steps.filter((step) => 'blob' in step)).toHaveLength(1);
});
