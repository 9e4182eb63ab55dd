import {
  AudioSampleSink,
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  canEncodeAudio,
  Output,
  WavOutputFormat,
  WebMOutputFormat,
  type Input,
  type InputAudioTrack,
} from 'mediabunny';
import type { SoundOptions, SoundPiece } from './video.ts';

/** Speech needs no more: transcription models work on 16,000 samples a second of one channel. */
const sampleRate = 16_000;
const opusBitsASecond = 24_000;
const waveBytesASecond = sampleRate * 2;
/** A piece is cut in the quietest tenth of a second of its last so many seconds. */
const searchSeconds = 20;
const quietSeconds = 0.1;
/** Room for what a container adds, and for an encoder that takes more than it was told. */
const fill = 0.85;

/**
 * The sound of a video as speech, one channel at 16 kHz, in as few pieces as the limit allows, each cut where it is
 * quiet. Opus where the browser encodes it, else uncompressed.
 */
export async function* soundPieces(
  input: Input,
  { maxBytes }: SoundOptions,
  signal: AbortSignal,
  onProgress: (doneSeconds: number) => void,
): AsyncGenerator<SoundPiece> {
  const track = await input.getPrimaryAudioTrack();
  if (!track || !(await track.canDecode())) return;
  const isOpus = await canEncodeAudio('opus', {
    numberOfChannels: 1,
    sampleRate: 48_000,
    bitrate: opusBitsASecond,
  });
  const bytesASecond = isOpus ? opusBitsASecond / 8 : waveBytesASecond;
  const longestSeconds = (maxBytes * fill) / bytesASecond;
  let buffer: Float32Array[] = [];
  let buffered = 0;
  let startSeconds = 0;

  for await (const chunk of speechSamples(track, signal)) {
    onProgress(startSeconds + buffered / sampleRate);
    buffer.push(chunk);
    buffered += chunk.length;
    if (buffered / sampleRate < longestSeconds) continue;
    const whole = joined(buffer, buffered);
    const cut = quietestNearEnd(whole);
    yield* piecesOf(whole.subarray(0, cut), startSeconds, { isOpus, maxBytes });
    startSeconds += cut / sampleRate;
    buffer = [whole.slice(cut)];
    buffered = whole.length - cut;
  }
  if (buffered > 0) yield* piecesOf(joined(buffer, buffered), startSeconds, { isOpus, maxBytes });
}

/** Encoders keep their rate on average only: what came out too large is cut once more. */
async function* piecesOf(
  samples: Float32Array,
  startSeconds: number,
  form: { readonly isOpus: boolean; readonly maxBytes: number },
): AsyncGenerator<SoundPiece> {
  const piece = await encodePiece(samples, startSeconds, form.isOpus);
  if (piece.blob.size <= form.maxBytes || samples.length < sampleRate) {
    yield piece;
    return;
  }
  const cut = quietestNearEnd(samples.subarray(0, Math.ceil(samples.length / 2)));
  yield* piecesOf(samples.subarray(0, cut), startSeconds, form);
  yield* piecesOf(samples.subarray(cut), startSeconds + cut / sampleRate, form);
}

/** One channel at 16 kHz from the beginning of the video on; silence where the track has nothing. */
async function* speechSamples(track: InputAudioTrack, signal: AbortSignal): AsyncGenerator<Float32Array> {
  const sink = new AudioSampleSink(track);
  let written = 0;
  for await (const sample of sink.samples()) {
    signal.throwIfAborted();
    const from = Math.max(0, Math.round(sample.timestamp * sampleRate));
    const mono = resampled(toMono(sample), sample.sampleRate);
    sample.close();
    if (from > written) {
      const gap = Math.min(from - written, sampleRate * 60 * 60);
      yield new Float32Array(gap);
      written += gap;
    }
    // Tracks may begin before the picture does: what overlaps is left out.
    const skipped = Math.max(0, written - from);
    if (skipped >= mono.length) continue;
    const rest = mono.subarray(skipped);
    yield rest;
    written += rest.length;
  }
}

function toMono(sample: AudioSample): Float32Array {
  const mixed = new Float32Array(sample.numberOfFrames);
  const plane = new Float32Array(sample.numberOfFrames);
  for (let channel = 0; channel < sample.numberOfChannels; channel += 1) {
    sample.copyTo(plane, { planeIndex: channel, format: 'f32-planar' });
    for (let at = 0; at < mixed.length; at += 1) mixed[at]! += plane[at]! / sample.numberOfChannels;
  }
  return mixed;
}

/** Averages what falls into one new sample: enough of a low-pass for speech. */
function resampled(samples: Float32Array, from: number): Float32Array {
  if (from === sampleRate) return samples;
  const ratio = from / sampleRate;
  const out = new Float32Array(Math.floor(samples.length / ratio));
  for (let at = 0; at < out.length; at += 1) {
    const start = at * ratio;
    const end = Math.max(start + 1, (at + 1) * ratio);
    let sum = 0;
    let count = 0;
    for (let index = Math.floor(start); index < Math.min(end, samples.length); index += 1) {
      sum += samples[index]!;
      count += 1;
    }
    out[at] = count > 0 ? sum / count : 0;
  }
  return out;
}

function joined(pieces: readonly Float32Array[], length: number): Float32Array {
  const whole = new Float32Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A word that is cut in two is heard by neither half. */
function quietestNearEnd(samples: Float32Array): number {
  const window = Math.round(quietSeconds * sampleRate);
  const from = Math.max(window, samples.length - searchSeconds * sampleRate);
  let best = samples.length;
  let least = Infinity;
  for (let at = from; at + window <= samples.length; at += window) {
    let energy = 0;
    for (let index = at; index < at + window; index += 1) energy += samples[index]! ** 2;
    if (energy <= least) [least, best] = [energy, at + (window >> 1)];
  }
  return best;
}

async function encodePiece(
  samples: Float32Array,
  startSeconds: number,
  isOpus: boolean,
): Promise<SoundPiece> {
  const target = new BufferTarget();
  const output = new Output({ format: isOpus ? new WebMOutputFormat() : new WavOutputFormat(), target });
  const source = new AudioSampleSource(
    isOpus ? { codec: 'opus', bitrate: opusBitsASecond } : { codec: 'pcm-s16' },
  );
  output.addAudioTrack(source);
  await output.start();
  const step = sampleRate;
  for (let at = 0; at < samples.length; at += step) {
    const sample = new AudioSample({
      data: samples.slice(at, at + step),
      format: 'f32-planar',
      numberOfChannels: 1,
      sampleRate,
      timestamp: at / sampleRate,
    });
    await source.add(sample);
    sample.close();
  }
  await output.finalize();
  const type = isOpus ? 'audio/webm' : 'audio/wav';
  return {
    startSeconds,
    endSeconds: startSeconds + samples.length / sampleRate,
    blob: new Blob([target.buffer ?? new ArrayBuffer(0)], { type }),
    fileName: isOpus ? 'speech.webm' : 'speech.wav',
  };
}
