import { asciiAt, bytesInMemory, uintAt, type Bytes } from './bytes.ts';
import { mp4Seconds } from './mp4-length.ts';
import { webmSeconds } from './webm-length.ts';

export type MediaFormat = 'wav' | 'mp4' | 'webm' | 'ogg' | 'mp3' | 'flac' | 'avi' | 'asf' | 'flv';

/** By its first bytes; null: no container of sound or video that is known here, or they were not kept. */
export function mediaFormatOf(media: Bytes): MediaFormat | null {
  const head = media.read(0, 16) ?? new Uint8Array();
  const four = asciiAt(head, 0, 4);
  if (four === 'RIFF') {
    const kind = asciiAt(head, 8, 4);
    return kind === 'WAVE' ? 'wav' : kind === 'AVI ' ? 'avi' : null;
  }
  if (/^(ftyp|moov|mdat|free|skip|wide|styp)$/.test(asciiAt(head, 4, 4))) return 'mp4';
  if (uintAt(head, 0, 4, 'big') === 0x1a45dfa3) return 'webm';
  if (four === 'OggS') return 'ogg';
  if (four === 'fLaC') return 'flac';
  if (four.startsWith('FLV')) return 'flv';
  if (uintAt(head, 0, 4, 'big') === 0x3026b275) return 'asf';
  if (four.startsWith('ID3') || (head[0] === 0xff && (head[1]! & 0xe6) === 0xe2)) return 'mp3';
  return null;
}

/** Seconds of sound or video by the headers of its container, nothing decoded; null: they do not say. */
export function mediaSeconds(media: Bytes): number | null {
  const seconds = secondsOf(media, mediaFormatOf(media));
  return seconds !== null && Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

function secondsOf(media: Bytes, format: MediaFormat | null): number | null {
  switch (format) {
    case 'wav':
      return waveSeconds(media);
    case 'mp4':
      return mp4Seconds(media);
    case 'webm':
      return webmSeconds(media);
    case 'ogg':
      return oggSeconds(media);
    case 'mp3':
      return mp3Seconds(media);
    case 'flac':
      return flacSeconds(media);
    default:
      return null;
  }
}

function waveSeconds(media: Bytes): number | null {
  let bytesASecond = 0;
  for (let at = 12; at + 8 <= media.size;) {
    const head = media.read(at, at + 24);
    if (!head) return null;
    const length = uintAt(head, 4, 4, 'little');
    const name = asciiAt(head, 0, 4);
    if (name === 'fmt ') bytesASecond = uintAt(head, 16, 4, 'little');
    // A recorder that writes as it goes leaves the length open.
    if (name === 'data') return Math.min(length || Infinity, media.size - at - 8) / bytesASecond;
    at += 8 + length + (length % 2);
  }
  return null;
}

/** The last page says how many samples there are; Opus counts 48,000 a second, whatever it was made of. */
function oggSeconds(media: Bytes): number | null {
  const head = media.read(0, 4096);
  const tail = media.read(Math.max(0, media.size - 65_536), media.size);
  if (!head || !tail) return null;
  let page = tail.length - 27;
  while (page >= 0 && asciiAt(tail, page, 4) !== 'OggS') page -= 1;
  if (page < 0) return null;
  const samples = uintAt(tail, page + 6, 8, 'little');
  const text = asciiAt(head, 0, Math.min(head.length, 512));
  const opus = text.indexOf('OpusHead');
  if (opus >= 0) return (samples - uintAt(head, opus + 10, 2, 'little')) / 48_000;
  const vorbis = text.indexOf('\x01vorbis');
  return vorbis < 0 ? null : samples / uintAt(head, vorbis + 12, 4, 'little');
}

const MP3_KILOBITS = {
  first: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  second: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const MP3_RATES = [44_100, 48_000, 32_000];

/** Layer 3 alone; of a varying bit rate by the number of frames, where the first one tells it. */
function mp3Seconds(media: Bytes): number | null {
  const tag = media.read(0, 10);
  if (!tag) return null;
  const skipped =
    asciiAt(tag, 0, 3) === 'ID3' ? 10 + [6, 7, 8, 9].reduce((sum, at) => sum * 128 + tag[at]!, 0) : 0;
  const frame = media.read(skipped, skipped + 256);
  if (!frame || frame[0] !== 0xff || (frame[1]! & 0xe6) !== 0xe2) return null;
  const isFirst = (frame[1]! & 0x18) === 0x18;
  const rate = (MP3_RATES[(frame[2]! >> 2) & 3] ?? 0) / (isFirst ? 1 : (frame[1]! & 0x18) === 0x10 ? 2 : 4);
  const named = /Xing|Info/.exec(asciiAt(frame, 0, 64));
  if (named && (frame[named.index + 7]! & 1) === 1)
    return (uintAt(frame, named.index + 8, 4, 'big') * (isFirst ? 1152 : 576)) / rate;
  const kilobits = MP3_KILOBITS[isFirst ? 'first' : 'second'][frame[2]! >> 4] ?? 0;
  return ((media.size - skipped) * 8) / (kilobits * 1000);
}

function flacSeconds(media: Bytes): number | null {
  const head = media.read(0, 26);
  if (!head) return null;
  const rate = uintAt(head, 18, 3, 'big') >> 4;
  const samples = (head[21]! & 0x0f) * 2 ** 32 + uintAt(head, 22, 4, 'big');
  return samples / rate;
}

/** For a file that is wholly here. */
export function soundIn(bytes: Uint8Array): {
  readonly format: MediaFormat | null;
  readonly seconds: number | null;
} {
  const media = bytesInMemory(bytes);
  return { format: mediaFormatOf(media), seconds: mediaSeconds(media) };
}
