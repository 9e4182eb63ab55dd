import { EncodedPacketSink, VideoSampleSink, type InputVideoTrack, type VideoSample } from 'mediabunny';
import { differenceOf, fittedSize, sceneSize } from './frame-size.ts';
import { createPainter } from './painter.ts';
import type { FrameOptions, SceneSample, VideoFrame } from './video.ts';

/** Frames that are decoded ahead; each of them holds its whole picture. */
const mostAhead = 4;

/**
 * Frames at the given moments, which rise. Where a key frame is near enough it is decoded alone; else everything from
 * the key frame before it on.
 */
export async function* framesAt(
  track: InputVideoTrack,
  moments: readonly number[],
  { maxSidePx, quality, toleranceSeconds }: FrameOptions,
): AsyncGenerator<VideoFrame> {
  const size = fittedSize(await track.getDisplayWidth(), await track.getDisplayHeight(), maxSidePx);
  const { canvas, paint } = createPainter(size);
  for await (const sample of samplesAt(track, moments, toleranceSeconds)) {
    paint(sample);
    const atSeconds = Math.max(0, sample.timestamp);
    sample.close();
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
    yield { atSeconds, blob, widthPx: size.width, heightPx: size.height };
  }
}

/** How much each of so many frames, evenly apart, differs from the one before it. */
export async function* sceneSamples(
  track: InputVideoTrack,
  moments: readonly number[],
  toleranceSeconds: number,
): AsyncGenerator<SceneSample> {
  const { context, paint } = createPainter(sceneSize);
  let before: Uint8ClampedArray | null = null;
  for await (const sample of samplesAt(track, moments, toleranceSeconds)) {
    paint(sample);
    const atSeconds = Math.max(0, sample.timestamp);
    sample.close();
    const { data } = context.getImageData(0, 0, sceneSize.width, sceneSize.height);
    yield { atSeconds, difference: before ? differenceOf(before, data) : 1 };
    before = data;
  }
}

/** A frame that several moments fall into comes once. Whoever takes one closes it. */
async function* samplesAt(
  track: InputVideoTrack,
  moments: readonly number[],
  toleranceSeconds: number,
): AsyncGenerator<VideoSample> {
  const wanted = await snapped(track, moments, toleranceSeconds);
  let last = -Infinity;
  for await (const sample of wanted ? soughtAt(track, wanted) : passedAt(track, moments)) {
    if (sample && sample.timestamp > last) {
      last = sample.timestamp;
      yield sample;
    } else {
      sample?.close();
    }
  }
}

/**
 * By the index of the file. The sink decodes whatever moments it is handed, though nobody takes the frames: it is
 * handed a few ahead, and more only while a frame is waited for.
 */
async function* soughtAt(
  track: InputVideoTrack,
  moments: readonly number[],
): AsyncGenerator<VideoSample | null> {
  let taken = 0;
  let isWaiting = true;
  let wake: () => void = () => undefined;
  async function* paced(): AsyncGenerator<number> {
    for (const [at, moment] of moments.entries()) {
      while (!isWaiting && at >= taken + mostAhead) await new Promise<void>((resolve) => (wake = resolve));
      yield moment;
    }
  }
  for await (const sample of new VideoSampleSink(track).samplesAtTimestamps(paced())) {
    taken += 1;
    isWaiting = false;
    yield sample;
    isWaiting = true;
    wake();
  }
}

/** Without one: everything is decoded, and the frames kept that the moments fall into. */
async function* passedAt(track: InputVideoTrack, moments: readonly number[]): AsyncGenerator<VideoSample> {
  const first = await track.getFirstTimestamp();
  const left = moments.map((moment) => Math.max(first, moment)).sort((a, b) => a - b);
  let before: VideoSample | null = null;
  for await (const sample of new VideoSampleSink(track).samples()) {
    if (before && left[0]! < sample.timestamp) yield before;
    else before?.close();
    before = sample;
    while (left.length > 0 && left[0]! < sample.timestamp) left.shift();
    if (left.length === 0) break;
  }
  if (left.length > 0 && before) yield before;
  else before?.close();
}

/**
 * The key frame next to each moment, where it is near enough, else the moment itself; rising, none twice. Null: the file
 * has no index, as recordings of browsers, and mediabunny does not find the key frames in it.
 */
async function snapped(
  track: InputVideoTrack,
  moments: readonly number[],
  toleranceSeconds: number,
): Promise<readonly number[] | null> {
  const sink = new EncodedPacketSink(track);
  // Sound may begin before the picture does: what is asked for of that time is the first picture.
  const first = await track.getFirstTimestamp();
  const found = new Set<number>();
  for (const moment of moments) {
    const packet = await sink.getPacket(moment, { metadataOnly: true });
    const key = await sink.getKeyPacket(moment, { metadataOnly: true });
    if (packet && !key) return null;
    const next = key && (await sink.getNextKeyPacket(key, { metadataOnly: true }));
    const near = [key, next]
      .flatMap((one) => one?.timestamp ?? [])
      .filter((at) => Math.abs(at - moment) <= toleranceSeconds && !found.has(at))
      .sort((a, b) => Math.abs(a - moment) - Math.abs(b - moment));
    found.add(near[0] ?? Math.max(first, moment));
  }
  return [...found].sort((a, b) => a - b);
}
