import {
  AudioSample,
  AudioSampleSource,
  BlobSource,
  BufferTarget,
  CanvasSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  WEBM,
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
  /** Clockwise, by the player: the frames lie on their side. */
  readonly rotation?: 0 | 90 | 180 | 270;
  /** White in its top left. */
  readonly hasCorner?: boolean;
  /** Every second row of dots is white. */
  readonly hasLines?: boolean;
  /** Where an MP4 has its index. */
  readonly isFastStart?: boolean;
  /** Seconds into the video at which the picture begins. */
  readonly pictureFrom?: number;
}

/** The colour of a second tells which one it is: red counts scenes of five seconds, green the seconds in them. */
export function colourAt(second: number): readonly [number, number, number] {
  return [40 + (Math.floor(second / 5) % 5) * 50, 20 + Math.floor(second % 5) * 45, 128];
}

/** A video made here, so that what must be found in it is known. */
export async function makeVideo(made: MadeVideo): Promise<File> {
  const { seconds, framesASecond = 10, widthPx = 320, heightPx = 180, codec = 'vp8' } = made;
  const { container = 'webm', keyEvery = 2, spoken, rotation = 0, pictureFrom = 0 } = made;
  const target = new BufferTarget();
  const output = new Output({
    format:
      container === 'mp4'
        ? new Mp4OutputFormat({ fastStart: made.isFastStart ? 'in-memory' : false })
        : new WebMOutputFormat(),
    target,
  });
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d')!;
  const picture = new CanvasSource(canvas, { codec, bitrate: 1_000_000, keyFrameInterval: keyEvery });
  output.addVideoTrack(picture, { frameRate: framesASecond, rotation });
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
    if (at < pictureFrom) continue;
    const [red, green, blue] = colourAt(at);
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    context.fillRect(0, 0, widthPx, heightPx);
    context.fillStyle = 'white';
    if (made.hasCorner) context.fillRect(0, 0, widthPx / 8, heightPx / 4);
    if (made.hasLines) for (let y = 0; y < heightPx; y += 2) context.fillRect(0, y, widthPx, 1);
    await picture.add(at, 1 / framesASecond);
  }
  await output.finalize();
  const type = container === 'mp4' ? 'video/mp4' : 'video/webm';
  return new File([target.buffer!], `made.${container}`, { type });
}

/** Sound alone, in a container that could hold a picture. */
export async function makeSound(seconds: number): Promise<File> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const sound = new AudioSampleSource({ codec: 'opus', bitrate: 64_000 });
  output.addAudioTrack(sound);
  await output.start();
  const sample = new AudioSample({
    data: new Float32Array(48_000 * seconds),
    format: 'f32-planar',
    numberOfChannels: 1,
    sampleRate: 48_000,
    timestamp: 0,
  });
  await sound.add(sample);
  sample.close();
  await output.finalize();
  return new File([target.buffer!], 'sound.webm', { type: 'audio/webm' });
}

/** The same frames, shown so much wider than they are. */
export async function stretched(file: Blob, byWidth: number): Promise<File> {
  const input = new Input({ source: new BlobSource(file), formats: [MP4, WEBM] });
  const track = (await input.getPrimaryVideoTrack())!;
  const config = (await track.getDecoderConfig())!;
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource((await track.getCodec())!);
  output.addVideoTrack(source);
  await output.start();
  const decoderConfig = {
    ...config,
    displayAspectWidth: config.codedWidth! * byWidth,
    displayAspectHeight: config.codedHeight!,
  };
  for await (const packet of new EncodedPacketSink(track).packets())
    await source.add(packet, { decoderConfig });
  await output.finalize();
  return new File([target.buffer!], 'stretched.webm', { type: 'video/webm' });
}

/** HEVC by all that its container says; what is in its packets no decoder was ever asked. */
export async function makeHevc(): Promise<File> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const source = new EncodedVideoPacketSource('hevc');
  output.addVideoTrack(source);
  await output.start();
  // Main profile, level 3.1, no parameter sets.
  const description = new Uint8Array([
    1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, 0,
  ]);
  const decoderConfig = { codec: 'hvc1.1.6.L93.90', codedWidth: 320, codedHeight: 180, description };
  for (let at = 0; at < 20; at += 1)
    await source.add(new EncodedPacket(new Uint8Array([0, 0, 0, 1, 0x26]), 'key', at / 10, 0.1), {
      decoderConfig,
    });
  await output.finalize();
  return new File([target.buffer!], 'phone.mp4', { type: 'video/mp4' });
}

/** With some bytes changed: the places of a text in it, or from a place on. */
export async function damaged(file: File, change: (bytes: Uint8Array<ArrayBuffer>) => void): Promise<File> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  change(bytes);
  return new File([bytes], file.name, { type: file.type });
}
