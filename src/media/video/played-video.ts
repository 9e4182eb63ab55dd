import { differenceOf, fittedSize, sceneSize } from './frame-size.ts';
import type { FrameOptions, SceneSample, VideoFrame } from './video.ts';

/** A file that the browser's player cannot go on with does not always say so. */
const mostWaitMs = 30_000;
/** The picture that was sought is painted a little after the player says that it is there. */
const paintMs = 150;
const usualFrameSeconds = 0.1;

export interface PlayedFacts {
  /** Infinity: the file does not say. */
  readonly durationSeconds: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Where WebCodecs is missing, or does not know what the browser's own player does: the player seeks, a canvas takes
 * the picture. On the page's thread, and slower. Null: the player does not know it either.
 */
export async function playedFacts(file: Blob, signal?: AbortSignal): Promise<PlayedFacts | null> {
  for await (const video of opened(file, signal)) {
    const { duration, videoWidth, videoHeight } = video;
    return { durationSeconds: duration, widthPx: videoWidth, heightPx: videoHeight };
  }
  return null;
}

/** Nothing comes where the player does not know the file. */
export async function* playedFrames(
  file: Blob,
  moments: readonly number[],
  { maxSidePx, toleranceSeconds, quality }: FrameOptions,
  signal?: AbortSignal,
): AsyncGenerator<VideoFrame> {
  for await (const video of opened(file, signal)) {
    const { width, height } = fittedSize(video.videoWidth, video.videoHeight, maxSidePx);
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d', { alpha: false })!;
    for await (const atSeconds of sought(video, moments, toleranceSeconds, signal)) {
      context.drawImage(video, 0, 0, width, height);
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
      signal?.throwIfAborted();
      if (blob) yield { atSeconds, blob, widthPx: width, heightPx: height };
    }
  }
}

/** As `sceneSamples`; nothing comes where the player does not know the file. */
export async function* playedScenes(
  file: Blob,
  moments: readonly number[],
  toleranceSeconds: number,
  signal?: AbortSignal,
): AsyncGenerator<SceneSample> {
  const { width, height } = sceneSize;
  for await (const video of opened(file, signal)) {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!;
    let before: Uint8ClampedArray | null = null;
    for await (const atSeconds of sought(video, moments, toleranceSeconds, signal)) {
      context.drawImage(video, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      yield { atSeconds, difference: before ? differenceOf(before, data) : 1 };
      before = data;
    }
  }
}

/** The player, once, ready to be sought in; what it holds is let go when the loop is left. */
async function* opened(file: Blob, signal?: AbortSignal): AsyncGenerator<HTMLVideoElement> {
  signal?.throwIfAborted();
  const url = URL.createObjectURL(file);
  const video = document.createElement('video');
  try {
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    const isReady = happened(video, 'loadeddata', signal);
    video.src = url;
    if ((await isReady) && video.videoWidth > 0) yield video;
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

/** The time of each picture, when it is there to be drawn; rising, none twice. */
async function* sought(
  video: HTMLVideoElement,
  moments: readonly number[],
  toleranceSeconds: number,
  signal?: AbortSignal,
): AsyncGenerator<number> {
  let last = -Infinity;
  for (const moment of [...moments].sort((a, b) => a - b)) {
    let at = await seek(
      video,
      moment,
      (to) => {
        // Some players find the next key frame faster than the exact picture.
        if (toleranceSeconds > 0 && 'fastSeek' in video) video.fastSeek(to);
        else video.currentTime = to;
      },
      signal,
    );
    if (Math.abs(at - moment) > toleranceSeconds && Math.abs(video.currentTime - moment) > 0.001)
      at = await seek(video, moment, (to) => (video.currentTime = to), signal);
    if (at <= last) continue;
    last = at;
    yield at;
  }
}

async function seek(
  video: HTMLVideoElement,
  moment: number,
  go: (to: number) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  let paintedAt: number | null = null;
  let isOver = false;
  // A picture of before may be painted late: the one that was sought is waited for, as long as it may take. Nothing is
  // painted, nor told, where it is the one that is shown already.
  const painted = new Promise<void>((done) => {
    const look = (_: number, { mediaTime }: { readonly mediaTime: number }): void => {
      paintedAt = mediaTime;
      if (Math.abs(mediaTime - moment) < usualFrameSeconds && !video.seeking) done();
      else if (!isOver) video.requestVideoFrameCallback(look);
    };
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(look);
  });
  const isThere = happened(video, 'seeked', signal);
  go(moment);
  if (!(await isThere)) throw new Error(video.error?.message || 'The player cannot go on.');
  await Promise.race([painted, new Promise((done) => setTimeout(done, paintMs))]);
  isOver = true;
  return Math.max(0, paintedAt ?? video.currentTime);
}

/** False: it failed, or never came. */
async function happened(
  video: HTMLVideoElement,
  event: 'loadeddata' | 'seeked',
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const settled = new AbortController();
  const { signal: over } = settled;
  try {
    return await new Promise<boolean>((done, fail) => {
      video.addEventListener(event, () => done(true), { signal: over });
      video.addEventListener('error', () => done(false), { signal: over });
      signal?.addEventListener('abort', () => fail(signal.reason as Error), { signal: over });
      const timer = setTimeout(() => done(false), mostWaitMs);
      over.addEventListener('abort', () => clearTimeout(timer));
    });
  } finally {
    settled.abort();
  }
}
