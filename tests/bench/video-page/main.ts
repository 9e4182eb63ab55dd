import { createBlobClient } from '#azure';
import { evenMoments } from '#domain/frame-plan.ts';
import { createVideos } from '#media';
import { VideoUpload } from '#state/video-upload.svelte.ts';
import {
  AudioSample,
  AudioSampleSource,
  BlobSource,
  CanvasSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  BufferTarget,
  Output,
  canEncodeVideo,
  type EncodedPacket,
} from 'mediabunny';

/**
 * What the bench asks of the page: the app's own rooms, and beside them the least that could do the same. A page of
 * its own, because the built app hands none of this out.
 */
const videoBench = { makeVideo, framesMs, stripMs, soundMs, decodeAloneMs, upload };
export type VideoBench = typeof videoBench;
(globalThis as { videoBench?: VideoBench }).videoBench = videoBench;

const videos = createVideos({ startWorker: (url) => new Worker(url, { type: 'module' }) });

export interface MadeVideo {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly framesASecond: number;
  readonly minutes: number;
  readonly keyEverySeconds: number;
}

/** Every minute is the same one, encoded once. Base64, for there is no other way out of the page. */
async function makeVideo(made: MadeVideo): Promise<string> {
  const { widthPx, heightPx, framesASecond, minutes } = made;
  const codec = (await canEncodeVideo('avc', { width: widthPx, height: heightPx })) ? 'avc' : 'vp9';
  const minute = await encodeMinute(made, codec);
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(source, { frameRate: framesASecond });
  const sound = new AudioSampleSource({ codec: 'opus', bitrate: 96_000 });
  output.addAudioTrack(sound);
  await output.start();
  const sounding = hum(sound, minutes * 60);
  const input = new Input({ source: new BlobSource(minute), formats: [MP4] });
  const track = (await input.getPrimaryVideoTrack())!;
  const decoderConfig = (await track.getDecoderConfig())!;
  const sink = new EncodedPacketSink(track);
  let sequence = 0;
  for (let at = 0; at < minutes; at += 1)
    for await (const packet of sink.packets())
      await source.add(
        packet.clone({ timestamp: packet.timestamp + at * 60, sequenceNumber: (sequence += 1) }),
        {
          decoderConfig,
        },
      );
  source.close();
  await sounding;
  await output.finalize();
  return base64Of(new Blob([target.buffer!]));
}

/** Stereo, of a few pitches that come and go as syllables do. */
async function hum(source: AudioSampleSource, seconds: number): Promise<void> {
  const sampleRate = 48_000;
  for (let second = 0; second < seconds; second += 1) {
    const data = Float32Array.from({ length: sampleRate * 2 }, (_, at) => {
      const time = second + (at % sampleRate) / sampleRate;
      const voice = Math.sin(time * 2 * Math.PI * 150) + 0.5 * Math.sin(time * 2 * Math.PI * 1_210);
      return 0.2 * voice * Math.max(0, Math.sin(time * 2 * Math.PI * 2.3));
    });
    const sample = new AudioSample({
      data,
      format: 'f32-planar',
      numberOfChannels: 2,
      sampleRate,
      timestamp: second,
    });
    await source.add(sample);
    sample.close();
  }
  source.close();
}

async function encodeMinute(
  { widthPx, heightPx, framesASecond, keyEverySeconds }: MadeVideo,
  codec: 'avc' | 'vp9',
): Promise<Blob> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d')!;
  const source = new CanvasSource(canvas, {
    codec,
    bitrate: 4_000_000,
    keyFrameInterval: keyEverySeconds,
    latencyMode: 'realtime',
  });
  output.addVideoTrack(source, { frameRate: framesASecond });
  await output.start();
  const grain = grainOf(widthPx, heightPx);
  for (let frame = 0; frame < 60 * framesASecond; frame += 1) {
    const at = frame / framesASecond;
    context.fillStyle = `hsl(${Math.floor(at / 4) * 67} 50% 45%)`;
    context.fillRect(0, 0, widthPx, heightPx);
    for (let spot = 0; spot < 60; spot += 1) {
      context.fillStyle = `hsl(${spot * 37} 60% 55% / 0.6)`;
      const x = (spot * 211 + at * (20 + spot)) % widthPx;
      context.fillRect(x, (spot * 97) % heightPx, 160, 110);
    }
    context.drawImage(grain, 0, 0);
    await source.add(at, 1 / framesASecond);
  }
  await output.finalize();
  return new Blob([target.buffer!]);
}

/** Without it a frame is a few flat areas, which decode in no time. */
function grainOf(widthPx: number, heightPx: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d')!;
  const picture = context.createImageData(widthPx, heightPx);
  let state = 1;
  for (let at = 0; at < picture.data.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const level = state >>> 24;
    picture.data.set([level, level, level, 28], at);
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** The app's way, from the file to JPEGs as they are sent, in a worker that starts for it. */
async function framesMs(count: number): Promise<number> {
  const file = chosenFile();
  const read = await videos.readVideo(file);
  if (!read.ok) throw new Error(`The video was refused: ${read.reason} ${read.codec ?? ''}`);
  const moments = evenMoments(read.durationSeconds, count);
  const toleranceSeconds = (read.durationSeconds / count) * 0.45;
  const startedAt = performance.now();
  let found = 0;
  for await (const frame of videos.frames(file, moments, { maxSidePx: 768, quality: 0.85, toleranceSeconds }))
    found += frame.blob.size > 0 ? 1 : 0;
  if (found !== count) throw new Error(`${found} frames of ${count} were found.`);
  return performance.now() - startedAt;
}

/** The preview's thumbnails, as `framesMs`. */
async function stripMs(count: number): Promise<number> {
  const file = chosenFile();
  const read = await videos.readVideo(file);
  if (!read.ok) throw new Error(read.reason);
  const moments = evenMoments(read.durationSeconds, count);
  const options = { maxSidePx: 160, quality: 0.7, toleranceSeconds: read.durationSeconds / count / 2 };
  const startedAt = performance.now();
  for await (const { blob } of videos.frames(file, moments, options)) if (blob.size === 0) throw new Error();
  return performance.now() - startedAt;
}

/** The whole sound of the chosen video, ready to be sent. */
async function soundMs(): Promise<number> {
  const startedAt = performance.now();
  let bytes = 0;
  for await (const step of videos.sound(chosenFile(), { maxBytes: 25_000_000 }))
    if ('blob' in step) bytes += step.blob.size;
  if (bytes === 0) throw new Error('There was no sound.');
  return performance.now() - startedAt;
}

/**
 * The same key frames, their bytes in memory already, through a decoder all at once, and nowhere; with a size, onto a
 * canvas and out of it as JPEGs, as the app has to.
 */
async function decodeAloneMs(
  count: number,
  encodedAs: { width: number; height: number } | null,
): Promise<number> {
  const input = new Input({ source: new BlobSource(chosenFile()), formats: [MP4] });
  const track = (await input.getPrimaryVideoTrack())!;
  const config = (await track.getDecoderConfig())!;
  const sink = new EncodedPacketSink(track);
  const packets: EncodedPacket[] = [];
  for (const moment of evenMoments(await input.computeDuration(), count))
    packets.push((await sink.getKeyPacket(moment))!);
  const chunks = packets.map((packet) => packet.toEncodedVideoChunk());
  input.dispose();
  const canvas = encodedAs && new OffscreenCanvas(encodedAs.width, encodedAs.height);
  const context = canvas?.getContext('2d', { alpha: false });
  const written: Promise<Blob>[] = [];
  let decoded = 0;
  const startedAt = performance.now();
  const decoder = new VideoDecoder({
    output: (frame) => {
      decoded += 1;
      if (canvas && context) {
        context.drawImage(frame, 0, 0, canvas.width, canvas.height);
        written.push(canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 }));
      }
      frame.close();
    },
    error: (error) => {
      throw error;
    },
  });
  decoder.configure(config);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush();
  await Promise.all(written);
  const elapsed = performance.now() - startedAt;
  decoder.close();
  if (decoded !== count) throw new Error(`${decoded} frames of ${count} were decoded.`);
  return elapsed;
}

/** The app's own upload of the chosen file; how it ended. */
async function upload(containerSas: string): Promise<{ readonly state: string; readonly detail: string }> {
  const now = (): number => Date.now();
  const client = createBlobClient(containerSas, { fetch: (...request) => fetch(...request), now });
  const clock = {
    now,
    breathe: async () => undefined,
    wasHiddenSince: () => false,
    onFrame: (draw: () => void) => void requestAnimationFrame(draw),
  };
  const file = chosenFile();
  const fingerprint = 'b'.repeat(64);
  const uploading = new VideoUpload({ client, file, blobName: 'bench.mp4', fingerprint, clock });
  await uploading.run();
  return { state: uploading.state, detail: uploading.failure?.detail ?? '' };
}

function chosenFile(): File {
  const file = document.querySelector('input')?.files?.[0];
  if (!file) throw new Error('No file was chosen.');
  return file;
}

async function base64Of(blob: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done((reader.result as string).replace(/^[^,]*,/, ''));
    reader.onerror = () => fail(reader.error ?? new Error('The video was not read.'));
    reader.readAsDataURL(blob);
  });
}
