import { ALL_FORMATS, BlobSource, Input, type InputVideoTrack } from 'mediabunny';
import type { VideoRead, VideoRefusal } from './video.ts';

/** Samples of a file that tell it from every other of the same size. */
const sampleBytes = 256 * 1024;
const samples = 8;

export interface OpenVideo extends Disposable {
  readonly input: Input;
  readonly track: InputVideoTrack;
}

/** Opens the first video track. Only what is asked for is read of the file. */
export async function openVideo(file: Blob): Promise<OpenVideo | VideoRefusal> {
  if (file.size === 0) return { ok: false, reason: 'empty' };
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  try {
    if (!(await input.canRead())) return refused(input, 'not-a-video');
    const track = await input.getPrimaryVideoTrack();
    if (!track) return refused(input, 'no-picture');
    if (!(await track.canDecode())) {
      const codec = (await track.getCodecParameterString()) ?? (await track.getCodec()) ?? undefined;
      return { ...refused(input, 'codec'), ...(codec ? { codec } : {}) };
    }
    return { input, track, [Symbol.dispose]: () => input.dispose() };
  } catch {
    return refused(input, (await isReadable(file)) ? 'corrupt' : 'unreadable');
  }
}

export async function readVideo(file: Blob): Promise<VideoRead> {
  const opened = await openVideo(file);
  if ('ok' in opened) return opened;
  using video = opened;
  const { input, track } = video;
  try {
    const audio = await input.getPrimaryAudioTrack();
    return {
      ok: true,
      durationSeconds: await input.computeDuration(),
      widthPx: await track.getDisplayWidth(),
      heightPx: await track.getDisplayHeight(),
      mimeType: await input.getMimeType(),
      videoCodec: await track.getCodecParameterString(),
      sound: audio && { codec: await audio.getCodec(), isDecodable: await audio.canDecode() },
      fingerprint: await fingerprintOf(file),
    };
  } catch {
    return { ok: false, reason: 'corrupt' };
  }
}

/** Hex; the same for the same bytes, read in samples: a file of 5 GB is told in a moment. */
export async function fingerprintOf(file: Blob): Promise<string> {
  const step = Math.max(0, (file.size - sampleBytes) / (samples - 1));
  const starts = [...new Set(Array.from({ length: samples }, (_, at) => Math.floor(at * step)))];
  const pieces = starts.map((start) => file.slice(start, start + sampleBytes));
  const bytes = await new Blob([String(file.size), ...pieces]).arrayBuffer();
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function refused(input: Input, reason: VideoRefusal['reason']): VideoRefusal {
  input.dispose();
  return { ok: false, reason };
}

/** The file may have been moved or changed since it was chosen. */
async function isReadable(file: Blob): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}
