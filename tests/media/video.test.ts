import { evenMoments, sceneMoments } from '#domain/frame-plan.ts';
import { createVideos, type SoundPiece, type VideoFrame } from '#media';
import { expect, onTestFinished, test } from 'vitest';
import { colourAt, makeVideo } from './made-video.ts';

function open() {
  const videos = createVideos({ startWorker: (url) => new Worker(url, { type: 'module' }) });
  onTestFinished(() => videos.dispose());
  return videos;
}

async function collect<T>(steps: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

async function colourOf({ blob }: VideoFrame): Promise<readonly number[]> {
  const bitmap = await createImageBitmap(blob);
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.drawImage(bitmap, bitmap.width / 2, bitmap.height / 2, 1, 1, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

function expectColour(actual: readonly number[], second: number): void {
  colourAt(second).forEach((value, at) =>
    expect(Math.abs(actual[at]! - value), `at ${second}`).toBeLessThan(14),
  );
}

test('a video is told by its bytes, and told again by samples of them', async () => {
  const videos = open();
  const file = await makeVideo({ seconds: 4, spoken: [[1, 2]] });
  const read = await videos.readVideo(file);
  expect(read).toMatchObject({
    ok: true,
    widthPx: 320,
    heightPx: 180,
    sound: { codec: 'opus', isDecodable: true },
  });
  expect(read.ok && Math.abs(read.durationSeconds - 4)).toBeLessThan(0.2);
  const again = await videos.readVideo(new File([file], 'renamed.bin'));
  expect(again.ok && read.ok && again.fingerprint === read.fingerprint).toBe(true);
});

test.each([
  ['nothing', new Blob([]), 'empty'],
  ['text', new Blob(['no video at all, but some words']), 'not-a-video'],
])('%s is refused', async (_, file, reason) => {
  expect(await open().readVideo(file)).toMatchObject({ ok: false, reason });
});

test('frames are those of their moments, exact or by the nearest key frame', async () => {
  const videos = open();
  const file = await makeVideo({ seconds: 12, keyEvery: 2 });
  const options = { maxSidePx: 160, quality: 0.9 };
  const moments = [0.5, 3.5, 7.5, 10.5];
  const exact = await collect(videos.frames(file, moments, { ...options, toleranceSeconds: 0 }));
  expect(exact.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual(moments.map(() => [160, 90]));
  for (const [at, frame] of exact.entries()) {
    expect(Math.abs(frame.atSeconds - moments[at]!)).toBeLessThan(0.11);
    expectColour(await colourOf(frame), frame.atSeconds);
  }
  const near = await collect(videos.frames(file, moments, { ...options, toleranceSeconds: 1.1 }));
  for (const frame of near) {
    expect(frame.atSeconds % 2).toBeLessThan(0.11);
    expectColour(await colourOf(frame), frame.atSeconds);
  }
});

test('scenes are found where they begin', async () => {
  const videos = open();
  const file = await makeVideo({ seconds: 15, keyEvery: 1 });
  const samples = await collect(videos.scenes(file, evenMoments(15, 15), 0.6));
  const found = sceneMoments(samples, 3);
  expect(found[0]).toBeLessThan(1);
  expect(found.slice(1).map((at) => Math.round(at / 5))).toEqual([1, 2]);
});

test('sound comes in pieces that fit, cut where it is quiet, and hold what was said', async () => {
  const videos = open();
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
  for (const { blob } of pieces) expect(blob.size).toBeLessThanOrEqual(66_000);
  expect(pieces[0]!.endSeconds).toBeGreaterThan(14);
  expect(pieces[0]!.endSeconds).toBeLessThan(16);
  for (const [at, piece] of pieces.entries())
    expect(piece.startSeconds).toBeCloseTo(pieces[at - 1]?.endSeconds ?? 0, 3);
  const heard = await new AudioContext().decodeAudioData(await pieces[0]!.blob.arrayBuffer());
  const loudest = heard.getChannelData(0).reduce((most, value) => Math.max(most, value), 0);
  expect(loudest).toBeGreaterThan(0.1);
});

test('cancelling stops at once', async () => {
  const videos = open();
  const file = await makeVideo({ seconds: 12 });
  const stop = new AbortController();
  const frames = videos.frames(
    file,
    evenMoments(12, 60),
    { maxSidePx: 320, quality: 0.9, toleranceSeconds: 0 },
    stop.signal,
  );
  await frames.next();
  stop.abort(new DOMException('enough', 'AbortError'));
  await expect(frames.next()).rejects.toThrow('enough');
});
