import { fromText, type Bytes } from './bytes.ts';

/** What an EXIF block (a little TIFF file) tells about a picture. */
export interface Exif {
  /** 1 to 8; anything else in the file counts as 1. */
  readonly orientation: number;
  /** Says more than the orientation. */
  readonly isPersonal: boolean;
  readonly hasLocation: boolean;
}

const orientationTag = 0x0112;
const gpsTag = 0x8825;
const latitudeTag = 2;
const longitudeTag = 4;

/** Reads the EXIF block that begins at `start`; null when it is none. Reads two directories and follows no chain. */
export function readExif(bytes: Bytes, start: number): Exif | null {
  const isLittle = bytes.has(start, 'II*\0');
  if (!isLittle && !bytes.has(start, 'MM\0*')) return null;
  const u16 = isLittle ? bytes.u16le : bytes.u16be;
  const u32 = isLittle ? bytes.u32le : bytes.u32be;
  const readTags = (offset: number) => {
    const tags = new Map<number, number>();
    const count = offset + start + 2 <= bytes.length ? u16(start + offset) : 0;
    for (let index = 0; index < count; index++) {
      const at = start + offset + 2 + index * 12;
      if (at + 12 > bytes.length) break;
      const isShort = u16(at + 2) === 3;
      tags.set(u16(at), isShort ? u16(at + 8) : u32(at + 8));
    }
    return tags;
  };
  const tags = readTags(u32(start + 4));
  const orientation = tags.get(orientationTag) ?? 1;
  const gpsOffset = tags.get(gpsTag);
  const gps = gpsOffset === undefined ? null : readTags(gpsOffset);
  return {
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    isPersonal: [...tags.keys()].some((tag) => tag !== orientationTag),
    hasLocation: gps !== null && (gps.has(latitudeTag) || gps.has(longitudeTag)),
  };
}

/** The smallest EXIF block: one directory with nothing but the orientation. */
export function toOrientationExif(orientation: number): Uint8Array<ArrayBuffer> {
  return fromText(
    `MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(orientation)}\0\0\0\0\0\0`,
  );
}

/** Whether an XMP packet names a position; XMP is UTF-8 text, and these names are ASCII. */
export function hasXmpLocation(xmp: Uint8Array): boolean {
  return /GPSL(atitude|ongitude)/.test(new TextDecoder().decode(xmp));
}
