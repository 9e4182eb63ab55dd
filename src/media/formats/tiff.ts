import type { Bytes } from './bytes.ts';
import { readExif } from './exif.ts';
import { plainHeader, type PictureHeader } from './picture-header.ts';

/** Size from the first directory of a classic TIFF. Only Safari decodes TIFF; elsewhere it is refused by name. */
export function readTiffHeader(bytes: Bytes): PictureHeader | null {
  const isLittle = bytes.has(0, 'II*\0');
  if (!isLittle && !bytes.has(0, 'MM\0*')) return null;
  const u16 = isLittle ? bytes.u16le : bytes.u16be;
  const u32 = isLittle ? bytes.u32le : bytes.u32be;
  const directory = u32(4);
  let widthPx = 0;
  let heightPx = 0;
  for (let index = 0; index < u16(directory); index++) {
    const at = directory + 2 + 12 * index;
    const value = u16(at + 2) === 3 ? u16(at + 8) : u32(at + 8);
    if (u16(at) === 256) widthPx = value;
    if (u16(at) === 257) heightPx = value;
  }
  const hasLocation = readExif(bytes, 0)?.hasLocation ?? false;
  return { ...plainHeader, widthPx, heightPx, hasMetadata: true, hasLocation, lossless: true };
}
