import type { Bytes } from './bytes.ts';
import { plainHeader, type PictureHeader } from './picture-header.ts';

/** The oldest header (12 bytes) has 16-bit sides; in all others a negative height means "top row first". */
export function readBmpHeader(bytes: Bytes): PictureHeader | null {
  if (bytes.u32le(14) === 12) {
    return { ...plainHeader, widthPx: bytes.u16le(18), heightPx: bytes.u16le(20), lossless: true };
  }
  const widthPx = bytes.u32le(18) | 0;
  const heightPx = Math.abs(bytes.u32le(22) | 0);
  return widthPx > 0 ? { ...plainHeader, widthPx, heightPx, lossless: true } : null;
}
