import { CanvasSink, EncodedPacketSink, type InputVideoTrack } from 'mediabunny';
import type { FrameOptions, SceneSample, VideoFrame } from './video.ts';

/** Small enough that noise and grain average out, large enough that a change of scene does not. */
const sceneWidthPx = 32;

/**
 * Frames at the given moments, which rise. Where a key frame is near enough it is decoded alone; else everything from
 * the key frame before it on.
 */
export async function* framesAt(
  track: InputVideoTrack,
  moments: readonly number[],
  options: FrameOptions,
  signal: AbortSignal,
): AsyncGenerator<VideoFrame> {
  const sink = new CanvasSink(track, { ...(await fitted(track, options.maxSidePx)), poolSize: 2 });
  const wanted = await snapped(track, moments, options.toleranceSeconds, signal);
  for await (const wrapped of sink.canvasesAtTimestamps(wanted)) {
    signal.throwIfAborted();
    if (!wrapped) continue;
    const { canvas, timestamp } = wrapped;
    const blob = await (canvas as OffscreenCanvas).convertToBlob({
      type: 'image/jpeg',
      quality: options.quality,
    });
    yield { atSeconds: Math.max(0, timestamp), blob, widthPx: canvas.width, heightPx: canvas.height };
  }
}

/** How much each of so many frames, evenly apart, differs from the one before it. */
export async function* sceneSamples(
  track: InputVideoTrack,
  moments: readonly number[],
  toleranceSeconds: number,
  signal: AbortSignal,
): AsyncGenerator<SceneSample> {
  const sink = new CanvasSink(track, { width: sceneWidthPx, poolSize: 2 });
  let before: Uint8ClampedArray | null = null;
  for await (const wrapped of sink.canvasesAtTimestamps(
    await snapped(track, moments, toleranceSeconds, signal),
  )) {
    signal.throwIfAborted();
    if (!wrapped) continue;
    const { canvas, timestamp } = wrapped;
    const context = (canvas as OffscreenCanvas).getContext('2d');
    if (!context) return;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    yield { atSeconds: Math.max(0, timestamp), difference: before ? differenceOf(before, data) : 1 };
    before = data;
  }
}

/** Mean distance of the colours, 0 to 1. */
function differenceOf(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 4) {
    sum += Math.abs(a[at]! - b[at]!) + Math.abs(a[at + 1]! - b[at + 1]!) + Math.abs(a[at + 2]! - b[at + 2]!);
  }
  return sum / ((a.length / 4) * 3 * 255);
}

async function fitted(
  track: InputVideoTrack,
  maxSidePx: number,
): Promise<{ readonly width: number; readonly height: number; readonly fit: 'fill' }> {
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  const scale = Math.min(1, maxSidePx / Math.max(width, height));
  const side = (px: number): number => Math.max(1, Math.round(px * scale));
  return { width: side(width), height: side(height), fit: 'fill' };
}

/** The key frame before each moment, where it is near enough, else the moment itself; rising, none twice. */
async function snapped(
  track: InputVideoTrack,
  moments: readonly number[],
  toleranceSeconds: number,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const sink = new EncodedPacketSink(track);
  const found = new Set<number>();
  for (const moment of moments) {
    signal.throwIfAborted();
    const key = await sink.getKeyPacket(moment, { metadataOnly: true });
    const next = key && (await sink.getNextKeyPacket(key, { metadataOnly: true }));
    const near = [key, next]
      .flatMap((packet) => packet?.timestamp ?? [])
      .filter((at) => Math.abs(at - moment) <= toleranceSeconds && !found.has(at))
      .sort((a, b) => Math.abs(a - moment) - Math.abs(b - moment));
    found.add(near[0] ?? moment);
  }
  return [...found].sort((a, b) => a - b);
}
