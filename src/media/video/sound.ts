import {
  AudioSample,
  AudioSampleSink,
  AudioSampleSource,
  BufferTarget,
  canEncodeAudio,
  Output,
  WavOutputFormat,
  WebMOutputFormat,
  type InputAudioTrack,
} from 'mediabunny';
import { createResampler } from './resampler.ts';
import type { SoundOptions, SoundPiece } from './video.ts';

/** Speech needs no more: transcription models work on 16,000 samples a second of one channel. */
const sampleRate = 16_000;
const opusBitsASecond = 24_000;
const waveBytesASecond = sampleRate * 2;
const usualMaxSeconds = 1_200;
/** A piece is cut in the quietest tenth of a second of its last so many seconds. */
const searchSeconds = 20;
const quietSeconds = 0.1;
/** Encoders keep their rate on average only: room for a stretch that comes out larger. */
const encoderExcess = 1.5;
/** What the container adds: for itself, and for each packet. */
const containerBytes = 4_096;
const packetBytes = 10;
/** Timestamps that are off by less are rounded, not gaps. */
const leastGapSeconds = 0.1;
const mostGapSeconds = 60 * 60;
const progressMs = 250;

/**
 * The sound of a video as speech, one channel at 16 kHz, in as few pieces as the limits allow, each cut where it is
 * quiet. Opus where the browser encodes it, else uncompressed. Encoded as it is read: no more than the piece itself
 * and the stretch that its end is looked for in are ever in memory.
 */
export async function* soundPieces(
  track: InputAudioTrack,
  { maxBytes, maxSeconds = usualMaxSeconds }: SoundOptions,
): AsyncGenerator<SoundPiece | { readonly doneSeconds: number }> {
  const isOpus = await canEncodeAudio('opus', { numberOfChannels: 1, sampleRate, bitrate: opusBitsASecond });
  const bytesASecond = isOpus ? (opusBitsASecond / 8) * encoderExcess : waveBytesASecond;
  const lookSeconds = Math.min(searchSeconds, maxSeconds / 3, maxBytes / bytesASecond / 3);
  const look = Math.max(1, Math.floor(lookSeconds * sampleRate));
  const isFull = (piece: Piece, held: number): boolean =>
    piece.bytes + (held / sampleRate) * bytesASecond >= maxBytes ||
    (piece.samples + held) / sampleRate >= maxSeconds;

  const held = createQueue();
  let piece = await startPiece(0, isOpus);
  let toldAt = performance.now();
  for await (const chunk of speech(track)) {
    for (let at = 0; at < chunk.length; at += look) {
      held.push(chunk.subarray(at, at + look));
      // By the second: encoders take long for each handful that they are handed.
      if (held.length > look + sampleRate) await piece.add(held.take(held.length - look));
      if (!isFull(piece, held.length)) continue;
      await piece.add(held.take(quietest(held.peek())));
      yield await piece.finish();
      piece = await startPiece(piece.endSeconds, isOpus);
    }
    if (performance.now() - toldAt < progressMs) continue;
    toldAt = performance.now();
    yield { doneSeconds: piece.endSeconds + held.length / sampleRate };
  }
  await piece.add(held.take(held.length));
  if (piece.samples > 0) yield await piece.finish();
}

/** One channel at 16 kHz from the beginning of the video on; silence where the track has nothing. */
async function* speech(track: InputAudioTrack): AsyncGenerator<Float32Array> {
  let written = 0;
  let rate = 0;
  let resample = createResampler(sampleRate, sampleRate);
  for await (const sample of new AudioSampleSink(track).samples()) {
    let mono = toMono(sample);
    const drift = sample.timestamp - written / sampleRate;
    const isOther = sample.sampleRate !== rate;
    rate = sample.sampleRate;
    sample.close();
    if (isOther || Math.abs(drift) > leastGapSeconds) {
      resample = createResampler(rate, sampleRate);
      let gap = Math.round(Math.min(drift, mostGapSeconds) * sampleRate);
      for (; gap > 0; gap -= sampleRate) {
        const silence = new Float32Array(Math.min(gap, sampleRate));
        written += silence.length;
        yield silence;
      }
      // Sound may begin before the video does: what overlaps is left out.
      if (drift < 0) mono = mono.subarray(Math.round(-drift * rate));
    }
    const out = resample(mono);
    written += out.length;
    if (out.length > 0) yield out;
  }
}

/** Of six channels, speech is in the third and none in the fourth, which is for low notes. */
const weightsOfSix = [0.7, 0.7, 1, 0, 0.5, 0.5];

function toMono(sample: AudioSample): Float32Array {
  const { numberOfChannels: channels, numberOfFrames } = sample;
  const weights = channels === 6 ? weightsOfSix : Array.from({ length: channels }, () => 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mixed = new Float32Array(numberOfFrames);
  const plane = new Float32Array(numberOfFrames);
  for (const [planeIndex, weight] of weights.entries()) {
    sample.copyTo(plane, { planeIndex, format: 'f32-planar' });
    for (let at = 0; at < mixed.length; at += 1) mixed[at]! += (plane[at]! * weight) / total;
  }
  return mixed;
}

/** Samples in the order of their coming. */
function createQueue() {
  let samples: Float32Array = new Float32Array(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    peek: () => samples.subarray(0, length),
    push(more: Float32Array): void {
      if (length + more.length > samples.length) {
        const larger = new Float32Array((length + more.length) * 2);
        larger.set(samples.subarray(0, length));
        samples = larger;
      }
      samples.set(more, length);
      length += more.length;
    },
    take(count: number): Float32Array {
      const taken = samples.slice(0, count);
      samples.copyWithin(0, count, length);
      length -= taken.length;
      return taken;
    },
  };
}

/** A word that is cut in two is heard by neither half: the place of the least sound, of several the last. */
function quietest(samples: Float32Array): number {
  const window = Math.min(samples.length, Math.round(quietSeconds * sampleRate));
  let best = samples.length;
  let least = Infinity;
  for (let at = 0; at + window <= samples.length; at += window) {
    let energy = 0;
    for (let index = at; index < at + window; index += 1) energy += samples[index]! ** 2;
    if (energy <= least) [least, best] = [energy, at + Math.ceil(window / 2)];
  }
  return best;
}

type Piece = Awaited<ReturnType<typeof startPiece>>;

async function startPiece(startSeconds: number, isOpus: boolean) {
  const target = new BufferTarget();
  const output = new Output({ format: isOpus ? new WebMOutputFormat() : new WavOutputFormat(), target });
  let bytes = containerBytes;
  let samples = 0;
  const source = new AudioSampleSource({
    ...(isOpus ? { codec: 'opus', bitrate: opusBitsASecond } : { codec: 'pcm-s16' }),
    onEncodedPacket: ({ byteLength }) => (bytes += byteLength + packetBytes),
  });
  output.addAudioTrack(source);
  await output.start();
  return {
    /** So far, as far as encoded. */
    get bytes() {
      return bytes;
    },
    get samples() {
      return samples;
    },
    get endSeconds() {
      return startSeconds + samples / sampleRate;
    },
    /** Waits while the encoder has enough to do. */
    async add(more: Float32Array): Promise<void> {
      if (more.length === 0) return;
      const timestamp = samples / sampleRate;
      samples += more.length;
      const sample = new AudioSample({
        data: more,
        format: 'f32-planar',
        numberOfChannels: 1,
        sampleRate,
        timestamp,
      });
      await source.add(sample);
      sample.close();
    },
    async finish(): Promise<SoundPiece> {
      await output.finalize();
      const type = isOpus ? 'audio/webm' : 'audio/wav';
      return {
        startSeconds,
        endSeconds: startSeconds + samples / sampleRate,
        blob: new Blob([target.buffer!], { type }),
        fileName: isOpus ? 'speech.webm' : 'speech.wav',
      };
    },
  };
}
