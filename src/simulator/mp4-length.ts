import { asciiAt, uintAt, type Bytes } from './bytes.ts';

interface Box {
  readonly name: string;
  /** Of what is in it. */
  readonly start: number;
  readonly end: number;
}

/** As the header of the whole says; in fragments, as recorders write them, until the last one ends. */
export function mp4Seconds(media: Bytes): number | null {
  const top = boxesIn(media, 0, media.size);
  const moov = top.find(({ name }) => name === 'moov');
  if (!moov) return null;
  const [mvhd] = named(media, moov, 'mvhd');
  const whole = mvhd ? wholeOf(media, mvhd) : null;
  if (whole) return whole;
  const scales = named(media, moov, 'trak', 'mdia', 'mdhd').map((mdhd) => scaleOf(media, mdhd));
  const usual = named(media, moov, 'mvex', 'trex').map((trex) => numberIn(media, trex, 12, 4));
  const ends = top
    .filter(({ name }) => name === 'moof')
    .flatMap((moof) => named(media, moof, 'traf'))
    .flatMap((traf) => fragmentEnd(media, traf, scales, usual));
  return ends.length > 0 ? Math.max(...ends) : null;
}

function boxesIn(media: Bytes, from: number, to: number): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to;) {
    const head = media.read(at, at + 16);
    if (!head) break;
    const short = uintAt(head, 0, 4, 'big');
    const headBytes = short === 1 ? 16 : 8;
    const length = short === 0 ? to - at : short === 1 ? uintAt(head, 8, 8, 'big') : short;
    if (length < headBytes) break;
    const end = Math.min(to, at + length);
    boxes.push({ name: asciiAt(head, 4, 4), start: at + headBytes, end });
    at = end;
  }
  return boxes;
}

/** Boxes of a name, or of a path of names. */
function named(media: Bytes, within: Box, ...path: readonly string[]): readonly Box[] {
  return path.reduce<readonly Box[]>(
    (boxes, wanted) =>
      boxes.flatMap(({ start, end }) => boxesIn(media, start, end).filter(({ name }) => name === wanted)),
    [within],
  );
}

function numberIn(media: Bytes, { start }: Box, at: number, length: number): number {
  return uintAt(media.read(start + at, start + at + length) ?? new Uint8Array(), 0, length, 'big');
}

/** Both headers, of the whole and of a track, begin alike: version, two dates, units a second, units. */
function scaleOf(media: Bytes, header: Box): number {
  return numberIn(media, header, numberIn(media, header, 0, 1) === 1 ? 20 : 12, 4);
}

function wholeOf(media: Bytes, header: Box): number | null {
  const isLong = numberIn(media, header, 0, 1) === 1;
  const units = isLong ? numberIn(media, header, 24, 8) : numberIn(media, header, 16, 4);
  const isOpen = units === 0xffffffff || units > Number.MAX_SAFE_INTEGER;
  return isOpen ? null : units / scaleOf(media, header);
}

/** Tracks are numbered from 1 in the order in which they stand, by every muxer that was seen. */
function fragmentEnd(
  media: Bytes,
  traf: Box,
  scales: readonly number[],
  usual: readonly number[],
): readonly number[] {
  const [tfhd] = named(media, traf, 'tfhd');
  const [tfdt] = named(media, traf, 'tfdt');
  if (!tfhd || !tfdt) return [];
  const track = numberIn(media, tfhd, 4, 4) - 1;
  const scale = scales[track];
  if (!scale) return [];
  const flags = numberIn(media, tfhd, 1, 3);
  const skipped = 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0);
  const each = flags & 8 ? numberIn(media, tfhd, skipped, 4) : (usual[track] ?? 0);
  const start = numberIn(media, tfdt, 4, numberIn(media, tfdt, 0, 1) === 1 ? 8 : 4);
  const length = named(media, traf, 'trun').reduce((sum, trun) => sum + runLength(media, trun, each), 0);
  return [(start + length) / scale];
}

/** Units of the samples of a run: each tells its own, or all have the usual. */
function runLength(media: Bytes, trun: Box, each: number): number {
  const flags = numberIn(media, trun, 1, 3);
  const samples = numberIn(media, trun, 4, 4);
  if (!(flags & 0x100)) return samples * each;
  const bytesEach = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  const first = trun.start + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  const told = media.read(first, Math.min(trun.end, first + samples * bytesEach)) ?? new Uint8Array();
  let length = 0;
  for (let at = 0; at + 4 <= told.length; at += bytesEach) length += uintAt(told, at, 4, 'big');
  return length;
}
