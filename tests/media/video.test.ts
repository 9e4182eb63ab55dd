import { evenMoments, sceneMoments } from '#domain/frame-plan.ts';
import type { SoundPiece } from '#media';
import { expect, test } from 'vitest';
import { makeVideo, stretched } from './made-video.ts';
import { collect, colourOf, expectColour, openVideos, workerWithout } from './videos.ts';

const options = { maxSidePx: 160, quality: 0.9, toleranceSeconds: 0 };

test('a video is told by its bytes, and told again by samples of them', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 4, spoken: [[1, 2]] });
  const read = await videos.readVideo(file);
  expect(read).toMatchObject({
    ok: true,
    widthPx: 320,
    heightPx: 180,
    videoCodec: 'vp8',
    sound: { codec: 'opus', isDecodable: true },
  });
  expect(read.ok && Math.abs(read.durationSeconds - 4)).toBeLessThan(0.2);
  const again = await videos.readVideo(new File([file], 'renamed.bin'));
  expect(again.ok && read.ok && again.fingerprint === read.fingerprint).toBe(true);
  const other = await videos.readVideo(await makeVideo({ seconds: 4, spoken: [[2, 3]] }));
  expect(other.ok && read.ok && other.fingerprint !== read.fingerprint).toBe(true);
});

test('of a large file only what is asked for is read', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 6, container: 'mp4', codec: 'vp9', isFastStart: true });
  // 3 GB of nothing behind it, all the same bytes: read whole, it would neither fit nor end in time.
  const gap = new Blob([new Uint8Array(1 << 24)]);
  const large = new File([file, ...Array.from({ length: 190 }, () => gap)], 'large.mp4');
  expect(large.size).toBeGreaterThan(3_000_000_000);
  const read = await videos.readVideo(large);
  expect(read).toMatchObject({ ok: true, widthPx: 320 });
  const frames = await collect(videos.frames(large, [1, 3, 5], { ...options, toleranceSeconds: 1 }));
  expect(frames.map(({ atSeconds }) => Math.round(atSeconds))).toEqual([0, 2, 4]);
});

test('frames are those of their moments, exact or by the nearest key frame', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 12, keyEvery: 2 });
  const moments = [0.5, 3.5, 7.5, 10.5];
  const exact = await collect(videos.frames(file, moments, options));
  expect(exact.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual(moments.map(() => [160, 90]));
  for (const [at, frame] of exact.entries()) {
    expect(frame.blob.type).toBe('image/jpeg');
    expect(Math.abs(frame.atSeconds - moments[at]!)).toBeLessThan(0.11);
    expectColour(await colourOf(frame), frame.atSeconds);
  }
  const near = await collect(videos.frames(file, moments, { ...options, toleranceSeconds: 1.1 }));
  expect(near).toHaveLength(moments.length);
  for (const frame of near) {
    expect(frame.atSeconds % 2).toBeLessThan(0.11);
    expectColour(await colourOf(frame), frame.atSeconds);
  }
});

test('many moments of one key frame, and two of one frame, are each found once', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 10, framesASecond: 5, keyEvery: 100 });
  const many = await collect(videos.frames(file, evenMoments(10, 25), options));
  expect(many).toHaveLength(25);
  for (const frame of many) expectColour(await colourOf(frame), frame.atSeconds);
  const twice = await collect(videos.frames(file, [3.02, 3.1, 6], options));
  expect(twice.map(({ atSeconds }) => Number(atSeconds.toFixed(1)))).toEqual([3, 6]);
});

test('where the sound begins before the picture, the first frame stands for what is before it', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 6, pictureFrom: 2, spoken: [[0, 6]] });
  const frames = await collect(videos.frames(file, [0.5, 4], options));
  expect(frames.map(({ atSeconds }) => Math.round(atSeconds))).toEqual([2, 4]);
});

test('a video that lies on its side is shown upright', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 2, container: 'mp4', codec: 'vp9', rotation: 90, hasCorner: true });
  expect(await videos.readVideo(file)).toMatchObject({ ok: true, widthPx: 180, heightPx: 320 });
  const [frame] = await collect(videos.frames(file, [1], { ...options, maxSidePx: 320 }));
  expect(frame).toMatchObject({ widthPx: 180, heightPx: 320 });
  // What was top left is top right after a quarter turn.
  expect((await colourOf(frame!, 0.95, 0.03)).every((value) => value > 200)).toBe(true);
  expect((await colourOf(frame!, 0.05, 0.03)).every((value) => value > 200)).toBe(false);
});

test('pixels that are not square are made so', async () => {
  const { videos } = openVideos();
  const file = await stretched(await makeVideo({ seconds: 2 }), 2);
  expect(await videos.readVideo(file)).toMatchObject({ ok: true, widthPx: 640, heightPx: 180 });
  const [frame] = await collect(videos.frames(file, [1], { ...options, maxSidePx: 320 }));
  expect(frame).toMatchObject({ widthPx: 320, heightPx: 90 });
});

test('thin lines survive in thumbnails as their mean', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({
    seconds: 1,
    widthPx: 1920,
    heightPx: 1080,
    hasLines: true,
    framesASecond: 2,
  });
  const [frame] = await collect(videos.frames(file, [0], { ...options, maxSidePx: 160 }));
  const bitmap = await createImageBitmap(frame!.blob);
  const context = new OffscreenCanvas(160, 90).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(20, 20, 120, 50);
  const levels = [...data].filter((_, at) => at % 4 === 0);
  expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(40);
  expect(levels.reduce((sum, level) => sum + level, 0) / levels.length).toBeGreaterThan(90);
});

test('scenes are found where they begin', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 15, keyEvery: 1 });
  const samples = await collect(videos.scenes(file, evenMoments(15, 15), 0.6));
  const found = sceneMoments(samples, 3);
  expect(found[0]).toBeLessThan(1);
  expect(found.slice(1).map((at) => Math.round(at / 5))).toEqual([1, 2]);
});

test('sound comes in pieces that fit, cut where it is quiet, and hold what was said', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({
    seconds: 40,
    framesASecond: 2,
    spoken: [
      [0, 14],
      [16, 40],
    ],
  });
  const steps = await collect(videos.sound(file, { maxBytes: 66_000 }));
  const pieces = steps.filter((step): step is SoundPiece => 'blob' in step);
  expect(pieces.length).toBeGreaterThan(1);
  for (const { blob, fileName } of pieces) {
    expect(blob.size).toBeLessThanOrEqual(66_000);
    expect([blob.type, fileName]).toEqual(['audio/webm', 'speech.webm']);
  }
  expect(pieces[0]!.endSeconds).toBeGreaterThan(14);
  expect(pieces[0]!.endSeconds).toBeLessThan(16);
  for (const [at, piece] of pieces.entries())
    expect(piece.startSeconds).toBeCloseTo(pieces[at - 1]?.endSeconds ?? 0, 3);
  expect(Math.abs(pieces.at(-1)!.endSeconds - 40)).toBeLessThan(0.2);
  let heard = 0;
  for (const { blob, startSeconds, endSeconds } of pieces) {
    const { duration, ...sound } = await soundOf(blob);
    expect(Math.abs(duration - (endSeconds - startSeconds))).toBeLessThan(0.1);
    heard += duration;
    expect(sound.loudest).toBeGreaterThan(0.1);
  }
  expect(Math.abs(heard - 40)).toBeLessThan(0.3);
});

test('sound is cut by length as well, and its pitch and its silence stay where they were', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 9, framesASecond: 2, spoken: [[2, 5]] });
  const steps = await collect(videos.sound(file, { maxBytes: 25_000_000, maxSeconds: 4 }));
  const pieces = steps.filter((step): step is SoundPiece => 'blob' in step);
  for (const { startSeconds, endSeconds } of pieces) expect(endSeconds - startSeconds).toBeLessThan(4.01);
  const [whole] = (await collect(videos.sound(file, { maxBytes: 25_000_000 }))).filter(
    (step): step is SoundPiece => 'blob' in step,
  );
  const { channel, rate } = await soundOf(whole!.blob);
  const loud = (from: number, to: number): number =>
    channel.slice(from * rate, to * rate).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(loud(0.1, 1.9)).toBeLessThan(0.02);
  expect(loud(2.1, 4.9)).toBeGreaterThan(0.2);
  expect(loud(5.2, 8.9)).toBeLessThan(0.02);
  // 180 Hz: so many times through zero a second, and no seam between pieces of decoded sound adds any.
  const heard = channel.slice(3.02 * rate, 3.08 * rate);
  const crossings = heard.filter((value, at) => at > 0 && value > 0 !== heard[at - 1]! > 0).length;
  expect(Math.abs(crossings - 0.06 * 180 * 2)).toBeLessThanOrEqual(2);
});

test('where the browser encodes no Opus, the pieces are waves, and fit as well', async () => {
  const { videos } = openVideos({ startWorker: workerWithout('AudioEncoder') });
  const file = await makeVideo({ seconds: 20, framesASecond: 2, spoken: [[0, 20]] });
  const steps = await collect(videos.sound(file, { maxBytes: 300_000 }));
  const pieces = steps.filter((step): step is SoundPiece => 'blob' in step);
  expect(pieces.length).toBeGreaterThan(2);
  for (const { blob, fileName, startSeconds, endSeconds } of pieces) {
    expect(blob.size).toBeLessThanOrEqual(300_000);
    expect([blob.type, fileName]).toEqual(['audio/wav', 'speech.wav']);
    const { duration, loudest } = await soundOf(blob);
    expect(Math.abs(duration - (endSeconds - startSeconds))).toBeLessThan(0.05);
    expect(loudest).toBeGreaterThan(0.1);
  }
});

async function soundOf(blob: Blob) {
  const context = new AudioContext();
  const heard = await context.decodeAudioData(await blob.arrayBuffer());
  await context.close();
  const channel = heard.getChannelData(0);
  const loudest = channel.reduce((most, value) => Math.max(most, value), 0);
  return { duration: heard.duration, rate: heard.sampleRate, channel, loudest };
}

test('cancelling stops at once, and the worker with it', async () => {
  const { videos, workers } = openVideos();
  const file = await makeVideo({ seconds: 12 });
  const stop = new AbortController();
  const frames = videos.frames(file, evenMoments(12, 60), options, stop.signal);
  await frames.next();
  stop.abort(new DOMException('enough', 'AbortError'));
  await expect(frames.next()).rejects.toThrow('enough');
  expect(workers).toEqual({ started: 1, running: 0 });
  await expect(videos.readVideo(file, stop.signal)).rejects.toThrow('enough');
  expect(workers.started).toBe(1);
});

test('cancelling while nothing has come yet does not wait for it', async () => {
  const { videos } = openVideos({
    startWorker: () => new Worker(URL.createObjectURL(new Blob([''], { type: 'text/javascript' }))),
  });
  const stop = new AbortController();
  const read = videos.readVideo(new Blob(['x']), stop.signal);
  setTimeout(() => stop.abort(new DOMException('enough', 'AbortError')), 50);
  await expect(read).rejects.toThrow('enough');
});

test('whoever leaves the loop ends the work, and what is done leaves no worker behind', async () => {
  const { videos, workers } = openVideos();
  const file = await makeVideo({ seconds: 6, spoken: [[0, 2]] });
  for await (const frame of videos.frames(file, [1, 2, 3, 4, 5], options)) if (frame.atSeconds > 1.5) break;
  await videos.readVideo(file);
  await collect(videos.scenes(file, [1, 3], 0));
  await collect(videos.sound(file, { maxBytes: 1_000_000 }));
  expect(workers).toEqual({ started: 4, running: 0 });
});

test('closing the room rejects what is under way', async () => {
  const { videos } = openVideos();
  const file = await makeVideo({ seconds: 6 });
  const frames = videos.frames(file, evenMoments(6, 40), options);
  await frames.next();
  videos.dispose();
  await expect(collect(frames)).rejects.toMatchObject({ name: 'AbortError' });
  await expect(videos.readVideo(file)).rejects.toMatchObject({ name: 'AbortError' });
});

test('workers that break, or may not be started, are reported as a failure', async () => {
  const code = "onmessage = () => { throw new Error('broken') }";
  const breaking = openVideos({
    startWorker: () => new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))),
  });
  await expect(breaking.videos.readVideo(new Blob(['x']))).rejects.toMatchObject({
    failure: { kind: 'unexpected', detail: expect.stringContaining('broken') },
  });
  const refused = openVideos({
    startWorker: () => {
      throw new TypeError('refused by policy');
    },
  });
  await expect(refused.videos.readVideo(new Blob(['x']))).rejects.toMatchObject({
    failure: { kind: 'unexpected', detail: 'refused by policy' },
  });
});
