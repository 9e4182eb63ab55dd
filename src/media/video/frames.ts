import { CanvasSink, EncodedPacketSink, type InputVideoTrack, type WrappedCanvas } from 'mediabunny';
import { differenceOf, fittedSize, sceneSize } from './frame-size.ts';
import type { FrameOptions, SceneSample, VideoFrame } from './video.ts';

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
  const wanted = await snapped(track, moments, toleranceSeconds);
  for await (const { canvas, timestamp } of canvasesAt(track, wanted, size)) {
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
    yield { atSeconds: Math.max(0, timestamp), blob, widthPx: canvas.width, heightPx: canvas.height };
  }
}

/** How much each of so many frames, evenly apart, differs from the one before it. */
export async function* sceneSamples(
  track: InputVideoTrack,
  moments: readonly number[],
  toleranceSeconds: number,
): AsyncGenerator<SceneSample> {
  const wanted = await snapped(track, moments, toleranceSeconds);
  let before: Uint8ClampedArray | null = null;
  for await (const { canvas, timestamp } of canvasesAt(track, wanted, sceneSize)) {
    const context = canvas.getContext('2d')!;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    yield { atSeconds: Math.max(0, timestamp), difference: before ? differenceOf(before, data) : 1 };
    before = data;
  }
}

/** Upright and with square pixels; a frame that several moments fall into comes once. */
async function* canvasesAt(
  track: InputVideoTrack,
  moments: readonly number[],
  size: { readonly width: number; readonly height: number },
): AsyncGenerator<Omit<WrappedCanvas, 'canvas'> & { readonly canvas: OffscreenCanvas }> {
  const sink = new CanvasSink(track, { ...size, fit: 'fill', poolSize: 2 });
  let last = -Infinity;
  for await (const wrapped of sink.canvasesAtTimestamps(moments)) {
    if (!wrapped || wrapped.timestamp <= last) continue;
    last = wrapped.timestamp;
    // There is no other kind in a worker.
    yield { ...wrapped, canvas: wrapped.canvas as OffscreenCanvas };
  }
}

/** The key frame next to each moment, where it is near enough, else the moment itself; rising, none twice. */
async function snapped(
  track: InputVideoTrack,
  moments: readonly number[],
  toleranceSeconds: number,
): Promise<readonly number[]> {
  const sink = new EncodedPacketSink(track);
  // Sound may begin before the picture does: what is asked for of that time is the first picture.
  const first = await track.getFirstTimestamp();
  const found = new Set<number>();
  for (const moment of moments) {
    const key = await sink.getKeyPacket(moment, { metadataOnly: true });
    const next = key && (await sink.getNextKeyPacket(key, { metadataOnly: true }));
    const near = [key, next]
      .flatMap((packet) => packet?.timestamp ?? [])
      .filter((at) => Math.abs(at - moment) <= toleranceSeconds && !found.has(at))
      .sort((a, b) => Math.abs(a - moment) - Math.abs(b - moment));
    found.add(near[0] ?? Math.max(first, moment));
  }
  return [...found].sort((a, b) => a - b);
}
