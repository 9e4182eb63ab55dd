import type { Bytes } from './bytes.ts';
import { plainHeader, type PictureHeader } from './picture-header.ts';

/**
 * The largest entry, since decoders take one of the largest. The list's size byte can lie (0 is 256, and an
 * embedded PNG or bitmap has its own size), so the entry's own header counts where it is larger.
 */
export function readIcoHeader(bytes: Bytes): PictureHeader | null {
  const count = bytes.u16le(4);
  let widthPx = 0;
  let heightPx = 0;
  for (let index = 0; index < count; index++) {
    const entry = 6 + 16 * index;
    if (entry + 16 > bytes.length) break;
    const at = bytes.u32le(entry + 12);
    if (at + 24 > bytes.length) continue;
    const isPng = bytes.has(at, '\x89PNG');
    const width = isPng ? bytes.u32be(at + 16) : Math.max(bytes.u8(entry) || 256, bytes.u32le(at + 4));
    // A bitmap in an icon counts its mask too: twice the height.
    const height = isPng
      ? bytes.u32be(at + 20)
      : Math.max(bytes.u8(entry + 1) || 256, bytes.u32le(at + 8) / 2);
    if (width * height > widthPx * heightPx) [widthPx, heightPx] = [width, Math.ceil(height)];
  }
  return widthPx > 0 ? { ...plainHeader, widthPx, heightPx, lossless: true } : null;
}
