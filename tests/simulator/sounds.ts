import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  WavOutputFormat,
  WebMOutputFormat,
  type AudioCodec,
  type OutputFormat,
} from 'mediabunny';

const PACKET_SECONDS = 0.02;
const SAMPLE_RATE = 48_000;

export const containers = {
  wav: { format: () => new WavOutputFormat(), codec: 'pcm-s16' },
  'mp4, as a file': { format: () => new Mp4OutputFormat({ fastStart: 'in-memory' }), codec: 'opus' },
  'mp4, its header last': { format: () => new Mp4OutputFormat({ fastStart: false }), codec: 'opus' },
  'mp4, in fragments': { format: () => new Mp4OutputFormat({ fastStart: 'fragmented' }), codec: 'opus' },
  'webm, as a file': { format: () => new WebMOutputFormat(), codec: 'opus' },
  'webm, as it is recorded': { format: () => new WebMOutputFormat({ appendOnly: true }), codec: 'opus' },
  ogg: { format: () => new OggOutputFormat(), codec: 'opus' },
} satisfies Record<string, { format: () => OutputFormat; codec: AudioCodec }>;

export type Container = keyof typeof containers;

/** Sound of so many seconds in a real container, by another hand than the simulator's; its packets are noise. */
export async function makeSound(
  container: Container,
  seconds: number,
  withVideo = false,
): Promise<Uint8Array<ArrayBuffer>> {
  const { format, codec } = containers[container];
  const target = new BufferTarget();
  const output = new Output({ format: format(), target });
  const sound = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(sound);
  const picture = withVideo ? new EncodedVideoPacketSource('vp8') : null;
  if (picture) output.addVideoTrack(picture, { frameRate: 1 });
  await output.start();
  const samples = SAMPLE_RATE * PACKET_SECONDS;
  const config = { codec: codec === 'opus' ? 'opus' : codec, numberOfChannels: 1, sampleRate: SAMPLE_RATE };
  const description = codec === 'opus' ? { description: opusHeader() } : {};
  for (let at = 0; at < Math.round(seconds / PACKET_SECONDS); at += 1) {
    const data = new Uint8Array(codec === 'opus' ? 60 : samples * 2).fill(1 + (at % 200));
    // The first byte of a packet of Opus tells that it lasts 20 ms.
    if (codec === 'opus') data[0] = 0xf8;
    const packet = new EncodedPacket(data, 'key', at * PACKET_SECONDS, PACKET_SECONDS);
    await sound.add(packet, { decoderConfig: { ...config, ...description } });
  }
  for (let second = 0; picture && second < seconds; second += 1) {
    const packet = new EncodedPacket(new Uint8Array(500), 'key', second, Math.min(1, seconds - second));
    await picture.add(packet, {
      decoderConfig: { codec: 'vp8', codedWidth: 320, codedHeight: 180 },
    });
  }
  await output.finalize();
  return new Uint8Array(target.buffer!);
}

/** RFC 7845: no samples are skipped. */
function opusHeader(): Uint8Array {
  const header = new Uint8Array(19);
  header.set(new TextEncoder().encode('OpusHead'));
  header.set([1, 1, 0, 0, 0x80, 0xbb, 0, 0], 8);
  return header;
}

/** A frame of 128 kbit/s at 44,100 a second, as often as it takes. */
export function makeMp3(seconds: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  const frames = Math.round((seconds * 44_100) / 1152);
  const bytes = new Uint8Array(frames * frame.length);
  for (let at = 0; at < frames; at += 1) bytes.set(frame, at * frame.length);
  return bytes;
}

export function makeFlac(seconds: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64);
  bytes.set(new TextEncoder().encode('fLaC'));
  const view = new DataView(bytes.buffer);
  view.setUint32(4, 0x00000022);
  // 20 bits of rate, 3 of channels, 5 of depth, then 36 of samples.
  view.setUint32(18, ((44_100 << 12) | (15 << 4)) >>> 0);
  view.setUint32(22, Math.round(seconds * 44_100));
  return bytes;
}
