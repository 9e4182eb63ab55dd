import { expect, test } from 'vitest';
import { createResampler } from '../../src/media/video/resampler.ts';

const to = 16_000;

/** A tone of so many hertz, handed over in pieces as decoders do. */
function resampledTone(hertz: number, from: number, seconds: number, pieceLength: number): Float32Array {
  const tone = Float32Array.from({ length: from * seconds }, (_, at) =>
    Math.sin((2 * Math.PI * hertz * at) / from),
  );
  const resample = createResampler(from, to);
  const pieces: number[] = [];
  for (let at = 0; at < tone.length; at += pieceLength)
    pieces.push(...resample(tone.subarray(at, at + pieceLength)));
  return Float32Array.from(pieces);
}

const loudest = (samples: Float32Array): number =>
  samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

test.each([
  [48_000, 1024],
  [44_100, 1024],
  [44_100, 1],
  [22_050, 333],
  [8_000, 160],
  [16_000, 160],
])('a voice keeps its shape from %i, in pieces of %i, without a seam', (from, pieceLength) => {
  const out = resampledTone(440, from, 1, pieceLength);
  expect(Math.abs(out.length - to)).toBeLessThan(60);
  const ideal = out.map((_, at) => Math.sin((2 * Math.PI * 440 * at) / to));
  const difference = out.map((value, at) => value - ideal[at]!).subarray(100);
  expect(loudest(difference)).toBeLessThan(0.01);
});

test.each([48_000, 44_100])('what speech has no room for does not fold down into it, from %i', (from) => {
  for (const hertz of [10_000, 12_000, 15_000])
    expect(loudest(resampledTone(hertz, from, 1, 1024).subarray(100)), `${hertz}`).toBeLessThan(0.02);
});
