import {
  BlobSource,
  EncodedPacketSink,
  Input,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  WEBM,
  type InputAudioTrack,
  type InputVideoTrack,
} from 'mediabunny';
import type { VideoFacts, VideoRefusal } from './video.ts';

/** Samples of a file that tell it from every other of the same size. */
const sampleBytes = 256 * 1024;
const samples = 8;

/** Those that hold pictures. Playlists are none of them: what they name would be fetched from anywhere. */
const formats = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];

/** What a file says of itself, also where its picture cannot be decoded here. */
export type KnownFacts = Pick<
  VideoFacts,
  'durationSeconds' | 'mimeType' | 'videoCodec' | 'sound' | 'fingerprint'
>;

export interface WorkerRead {
  readonly read: VideoFacts | VideoRefusal;
  readonly known: Partial<KnownFacts>;
}

/**
 * Opens the first video track. Only what is asked for is read of the file. Nothing is to be closed: the worker ends
 * with its task.
 */
export async function openVideo(file: Blob, canDecode: boolean): Promise<InputVideoTrack | VideoRefusal> {
  const input = await openInput(file);
  if ('ok' in input) return input;
  try {
    const track = await input.getPrimaryVideoTrack();
    return (await refusalOf(track, canDecode)) ?? track!;
  } catch {
    return damaged(file);
  }
}

/** The sound needs no picture that can be decoded. Null: there is none, or none that can be. */
export async function openSound(file: Blob, canDecode: boolean): Promise<InputAudioTrack | null> {
  const input = await openInput(file);
  if ('ok' in input) throw new Error(input.reason);
  const track = await input.getPrimaryAudioTrack();
  return track && canDecode && (await track.canDecode()) ? track : null;
}

export async function readVideo(file: Blob, canDecode: boolean): Promise<WorkerRead> {
  const input = await openInput(file);
  if ('ok' in input) {
    const isReadable = input.reason !== 'empty' && input.reason !== 'unreadable';
    return { read: input, known: isReadable ? { fingerprint: await fingerprintOf(file) } : {} };
  }
  const known: { -readonly [Fact in keyof KnownFacts]?: KnownFacts[Fact] } = {};
  try {
    known.fingerprint = await fingerprintOf(file);
    if ((await input.getTracks()).length === 0) return { read: { ok: false, reason: 'corrupt' }, known };
    const track = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    known.videoCodec = track && (await codecOf(track));
    known.sound = audio && {
      codec: await codecNameOf(audio),
      isDecodable: canDecode && (await audio.canDecode()),
    };
    known.mimeType = await input.getMimeType();
    known.durationSeconds = await input.computeDuration();
    const refusal = await refusalOf(track, canDecode);
    if (refusal) return { read: refusal, known };
    // The index stands before the pictures, and a download that broke off lacks the last of them.
    const last = await new EncodedPacketSink(track!).getPacket(Infinity);
    if (!last || !(known.durationSeconds > 0)) return { read: { ok: false, reason: 'corrupt' }, known };
    const [widthPx, heightPx] = [await track!.getDisplayWidth(), await track!.getDisplayHeight()];
    return { read: { ok: true, ...(known as KnownFacts), widthPx, heightPx }, known };
  } catch {
    return { read: await damaged(file), known };
  }
}

async function openInput(file: Blob): Promise<Input | VideoRefusal> {
  if (file.size === 0) return { ok: false, reason: 'empty' };
  const input = new Input({ source: new BlobSource(file), formats });
  try {
    return (await input.canRead()) ? input : { ok: false, reason: 'not-a-video' };
  } catch {
    return damaged(file);
  }
}

async function refusalOf(track: InputVideoTrack | null, canDecode: boolean): Promise<VideoRefusal | null> {
  if (!track) return { ok: false, reason: 'no-picture' };
  if (canDecode && (await track.canDecode())) return null;
  // Without a first picture nobody can tell what decodes it.
  if (canDecode && (await track.getCodec()) !== null && !(await hasFirstPicture(track)))
    return { ok: false, reason: 'corrupt' };
  const codec = await codecOf(track);
  return { ok: false, reason: 'codec', ...(codec === null ? {} : { codec }) };
}

function hasFirstPicture(track: InputVideoTrack): Promise<boolean> {
  const first = new EncodedPacketSink(track).getFirstPacket();
  return first.then(
    (packet) => packet !== null,
    () => false,
  );
}

/** As exact as it can be told: `avc1.640028`, else `avc`, else what the container calls it. */
async function codecOf(track: InputVideoTrack): Promise<string | null> {
  const exact = await track.getCodecParameterString().catch(() => null);
  return exact ?? codecNameOf(track);
}

async function codecNameOf(track: InputVideoTrack | InputAudioTrack): Promise<string | null> {
  const codec = await track.getCodec();
  if (codec !== null) return codec;
  const id = await track.getInternalCodecId();
  return id === null || id instanceof Uint8Array ? null : String(id).trim();
}

/** Hex; the same for the same bytes, read in samples: a file of 5 GB is told in a moment. */
async function fingerprintOf(file: Blob): Promise<string> {
  const step = Math.max(0, (file.size - sampleBytes) / (samples - 1));
  const starts = [...new Set(Array.from({ length: samples }, (_, at) => Math.floor(at * step)))];
  const pieces = starts.map((start) => file.slice(start, start + sampleBytes));
  const bytes = await new Blob([String(file.size), ...pieces]).arrayBuffer();
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Its bytes are wrong, or they are not there: it may have been moved or changed since it was chosen. */
async function damaged(file: Blob): Promise<VideoRefusal> {
  const first = file.slice(0, 1).arrayBuffer();
  return first.then(
    () => ({ ok: false, reason: 'corrupt' }),
    () => ({ ok: false, reason: 'unreadable' }),
  );
}
