import { toBytes, type Bytes } from './bytes.ts';

/** Picture formats that some browser decodes. */
export type PictureFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'heic' | 'bmp' | 'ico' | 'tiff';

export type Sniffed =
  | { readonly kind: 'picture'; readonly format: PictureFormat }
  | { readonly kind: 'svg' | 'pdf' | 'html' | 'video' | 'unknown' }
  /** A picture of a format that no browser is asked to decode. */
  | { readonly kind: 'unsupported'; readonly format: string };

/** How many bytes from the start `sniff` wants; XML prologues and PDF preambles can be long. */
export const sniffBytes = 4096;

/** Tells what a file is from its first bytes; its name and its declared type are never asked. */
export function sniff(head: Uint8Array<ArrayBuffer>): Sniffed {
  const bytes = toBytes(head);
  return sniffPicture(bytes) ?? sniffUnsupported(bytes) ?? sniffVideo(bytes) ?? sniffText(bytes);
}

const mimeTypes: Record<PictureFormat, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  tiff: 'image/tiff',
};

export function mimeTypeOf(format: PictureFormat): string {
  return mimeTypes[format];
}

/** Azure takes JPEG, PNG, GIF (first frame) and WebP (api.md 1.5); the rest has to be converted. */
export function isTakenByAzure(format: PictureFormat): boolean {
  return format === 'jpeg' || format === 'png' || format === 'gif' || format === 'webp';
}

function sniffPicture(bytes: Bytes): Sniffed | null {
  if (bytes.has(0, '\xff\xd8\xff')) return picture('jpeg');
  if (bytes.has(0, '\x89PNG\r\n\x1a\n')) return picture('png');
  if (bytes.has(0, 'GIF87a') || bytes.has(0, 'GIF89a')) return picture('gif');
  if (bytes.has(0, 'RIFF') && bytes.has(8, 'WEBP')) return picture('webp');
  if (bytes.has(0, 'BM') && isBmpHeaderSize(bytes)) return picture('bmp');
  if (bytes.has(0, '\0\0\x01\0') || bytes.has(0, '\0\0\x02\0'))
    return isIconList(bytes) ? picture('ico') : null;
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((mark) => bytes.has(0, mark))) return picture('tiff');
  return bytes.has(4, 'ftyp') ? sniffBrands(bytes) : null;
}

function picture(format: PictureFormat): Sniffed {
  return { kind: 'picture', format };
}

/** Sizes of the DIB headers that exist: "BM" alone begins many a text. */
function isBmpHeaderSize(bytes: Bytes): boolean {
  return bytes.length >= 26 && [12, 16, 40, 52, 56, 64, 108, 124].includes(bytes.u32le(14));
}

/** At least one entry, whose reserved byte is 0 or 255 and whose picture starts behind the list. */
function isIconList(bytes: Bytes): boolean {
  if (bytes.length < 22) return false;
  const count = bytes.u16le(4);
  const reserved = bytes.u8(9);
  return count > 0 && (reserved === 0 || reserved === 255) && bytes.u32le(18) >= 6 + 16 * count;
}

/** ISO base media: the brands tell AVIF and HEIC from films (ISO/IEC 23008-12, AV1 Image File Format). */
function sniffBrands(bytes: Bytes): Sniffed {
  const end = Math.min(bytes.length, bytes.length >= 4 ? bytes.u32be(0) : 0);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end && brands.length < 64; at += at === 8 ? 8 : 4)
    brands.push(bytes.text(at, 4));
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return picture('avif');
  const isHeif = (brand: string) => /^(he[iv][cmsx]|mif1|msf1)$/.test(brand);
  return brands.some(isHeif) ? picture('heic') : { kind: 'video' };
}

function sniffUnsupported(bytes: Bytes): Sniffed | null {
  const marks: [string, string][] = [
    ['\xff\x0a', 'JPEG XL'],
    ['\0\0\0\x0cJXL ', 'JPEG XL'],
    ['\0\0\0\x0cjP  ', 'JPEG 2000'],
    ['\xff\x4f\xff\x51', 'JPEG 2000'],
    ['8BPS', 'Photoshop'],
  ];
  const found = marks.find(([mark]) => bytes.has(0, mark));
  return found ? { kind: 'unsupported', format: found[1] } : null;
}

function sniffVideo(bytes: Bytes): Sniffed | null {
  const starts = ['\x1a\x45\xdf\xa3', 'OggS', 'FLV\x01', '\0\0\x01\xba', '\0\0\x01\xb3', '\x30\x26\xb2\x75'];
  const isQuickTime = ['moov', 'mdat', 'wide', 'skip'].some((box) => bytes.has(4, box));
  const isAvi = bytes.has(0, 'RIFF') && bytes.has(8, 'AVI ');
  return starts.some((mark) => bytes.has(0, mark)) || isQuickTime || isAvi ? { kind: 'video' } : null;
}

function sniffText(bytes: Bytes): Sniffed {
  const text = toText(bytes);
  if (text.slice(0, 1024).includes('%PDF-')) return { kind: 'pdf' };
  const start = text.replace(/^\uFEFF?\s+|^\uFEFF/, '').toLowerCase();
  if (!start.startsWith('<')) return { kind: 'unknown' };
  // Elements by which the MIME sniffing standard knows HTML, as far as files are named pictures with them.
  if (/^<(!doctype html|html|head|body|title|script|iframe|style|div|table|p|a|h1|br)[\s>/]/.test(start)) {
    return { kind: 'html' };
  }
  if (/<svg[\s>/]|<!doctype\s+svg/.test(start)) return { kind: 'svg' };
  return /<html[\s>]/.test(start) ? { kind: 'html' } : { kind: 'unknown' };
}

function toText(bytes: Bytes): string {
  if (bytes.has(0, '\xff\xfe')) return new TextDecoder('utf-16le').decode(bytes.all);
  if (bytes.has(0, '\xfe\xff')) return new TextDecoder('utf-16be').decode(bytes.all);
  return new TextDecoder().decode(bytes.all);
}
