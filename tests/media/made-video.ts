import {
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  CanvasSource,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
  type VideoCodec,
} from 'mediabunny';

export interface MadeVideo {
  readonly seconds: number;
  readonly framesASecond?: number;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly codec?: VideoCodec;
  readonly container?: 'mp4' | 'webm';
  /** Seconds between key frames. */
  readonly keyEvery?: number;
  /** Loud from, to; silent otherwise. Absent: no sound. */
  readonly spoken?: readonly (readonly [number, number])[];
}

/** The colour of a second tells which one it is: red counts scenes of five seconds, green the seconds in them. */
export function colourAt(second: number): readonly [number, number, number] {
  return [40 + (Math.floor(second / 5) % 5) * 50, 20 + Math.floor(second % 5) * 45, 128];
}

/** A video made here, so that what must be found in it is known. */
export async function makeVideo(made: MadeVideo): Promise<File> {
  const { seconds, framesASecond = 10, widthPx = 320, heightPx = 180, codec = 'vp8' } = made;
  const { container = 'webm', keyEvery = 2, spoken } = made;
  const target = new BufferTarget();
  const output = new Output({
    format: container === 'mp4' ? new Mp4OutputFormat() : new WebMOutputFormat(),
    target,
  });
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d')!;
  const picture = new CanvasSource(canvas, { codec, bitrate: 1_000_000, keyFrameInterval: keyEvery });
  output.addVideoTrack(picture, { frameRate: framesASecond });
  const sound = spoken && new AudioSampleSource({ codec: 'opus', bitrate: 64_000 });
  if (sound) output.addAudioTrack(sound);
  await output.start();
  if (sound) {
    const sampleRate = 48_000;
    for (let second = 0; second < seconds; second += 1) {
      const isLoud = spoken.some(([from, to]) => second >= from && second < to);
      const data = Float32Array.from({ length: sampleRate }, (_, at) =>
        // Speech-like: a voice's pitch, four syllables a second.
        isLoud
          ? 0.4 *
            Math.sin((at / sampleRate) * 2 * Math.PI * 180) *
            (0.5 + 0.5 * Math.sin((at / sampleRate) * 8 * Math.PI))
          : 0,
      );
      const sample = new AudioSample({
        data,
        format: 'f32-planar',
        numberOfChannels: 1,
        sampleRate,
        timestamp: second,
      });
      await sound.add(sample);
      sample.close();
    }
  }
  for (let frame = 0; frame < seconds * framesASecond; frame += 1) {
    const at = frame / framesASecond;
    const [red, green, blue] = colourAt(at);
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    context.fillRect(0, 0, widthPx, heightPx);
    await picture.add(at, 1 / framesASecond);
  }
  await output.finalize();
  const type = container === 'mp4' ? 'video/mp4' : 'video/webm';
  return new File([target.buffer!], `made.${container}`, { type });
}
