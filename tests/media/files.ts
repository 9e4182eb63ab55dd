import { commands } from 'vitest/browser';
import { createPictures, type Pictures } from '#media';
import { onTestFinished } from 'vitest';

/** The room as the porch opens it, closed again when the test ends. `started` counts its workers. */
export function openPictures(): Pictures & { readonly started: Worker[] } {
  const started: Worker[] = [];
  const pictures = createPictures({
    startWorker: (url) => {
      const worker = new Worker(url, { type: 'module' });
      started.push(worker);
      return worker;
    },
  });
  onTestFinished(() => pictures.dispose());
  return { ...pictures, started };
}

/** A file of the corpora as a person would choose it. */
export async function corpusFile(path: string): Promise<File> {
  const text = atob(await commands.readCorpus(path));
  return new File(
    [Uint8Array.from(text, (character) => character.charCodeAt(0))],
    path.split('/').at(-1) ?? '',
  );
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export async function bytesIn(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** Four different quarters and a diagonal, so that turning, mirroring and cropping all show. */
export function drawn(widthPx: number, heightPx: number, { alpha = false } = {}): OffscreenCanvas {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const colours = ['#e02020', '#20a020', '#2040e0', alpha ? 'transparent' : '#f0d020'];
  colours.forEach((colour, index) => {
    context.fillStyle = colour;
    context.fillRect((index % 2) * (widthPx / 2), (index >> 1) * (heightPx / 2), widthPx / 2, heightPx / 2);
  });
  context.strokeStyle = '#000';
  context.lineWidth = Math.max(1, widthPx / 50);
  context.strokeRect(widthPx / 4, heightPx / 4, widthPx / 2, heightPx / 2);
  return canvas;
}

export async function encoded(
  mimeType: string,
  widthPx: number,
  heightPx: number,
  options = {},
): Promise<File> {
  const blob = await drawn(widthPx, heightPx, options).convertToBlob({ type: mimeType, quality: 0.9 });
  return new File([blob], `picture.${mimeType.slice(6)}`);
}

/** Decoded and upright, as RGBA. */
export async function pixelsOf(blob: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Largest and mean difference of a channel between two pictures of one size. */
export function difference(a: ImageData, b: ImageData): { max: number; mean: number } {
  let max = 0;
  let sum = 0;
  a.data.forEach((value, index) => {
    const gap = Math.abs(value - b.data[index]);
    max = Math.max(max, gap);
    sum += gap;
  });
  return { max, mean: sum / a.data.length };
}

/** A TIFF block, big-endian: IFD0 entries of type SHORT, and a GPS directory with a latitude when asked. */
export function exifBlock({
  orientation,
  camera = false,
  gps = false,
}: ExifOptions): Uint8Array<ArrayBuffer> {
  const entries: number[][] = [];
  if (orientation !== undefined) entries.push([0x0112, 3, 1, orientation << 16]);
  if (camera) entries.push([0x0128, 3, 1, 2 << 16]);
  if (gps) entries.push([0x8825, 4, 1, 8 + 2 + 12 * (entries.length + 1) + 4]);
  const block = new DataView(new ArrayBuffer(8 + 2 + 12 * entries.length + 4 + (gps ? 18 : 0)));
  bytesOf('MM\0*\0\0\0\x08').forEach((byte, index) => block.setUint8(index, byte));
  let at = 8;
  const put = (list: number[][]) => {
    block.setUint16(at, list.length);
    at += 2;
    for (const [tag, type, count, value] of list) {
      block.setUint16(at, tag);
      block.setUint16(at + 2, type);
      block.setUint32(at + 4, count);
      block.setUint32(at + 8, value);
      at += 12;
    }
    at += 4;
  };
  put(entries);
  if (gps) put([[2, 5, 3, 0]]);
  return new Uint8Array(block.buffer);
}

export interface ExifOptions {
  readonly orientation?: number;
  readonly camera?: boolean;
  readonly gps?: boolean;
}

/** A JPEG with more segments right behind its first marker. */
export function withSegments(jpeg: Uint8Array, ...segments: [marker: number, payload: Uint8Array][]) {
  const parts: BlobPart[] = [jpeg.slice(0, 2)];
  for (const [marker, payload] of segments) {
    const length = payload.length + 2;
    parts.push(Uint8Array.of(0xff, marker, length >> 8, length & 255), payload.slice());
  }
  return new File([...parts, jpeg.slice(2)], 'tagged.jpg');
}

export function exifSegment(options: ExifOptions): [number, Uint8Array] {
  return [0xe1, Uint8Array.from([...bytesOf('Exif\0\0'), ...exifBlock(options)])];
}

/** A 24-bit BMP, bottom row first, as every program writes it. */
export function toBmp(pixels: ImageData): File {
  const stride = Math.ceil((pixels.width * 3) / 4) * 4;
  const view = new DataView(new ArrayBuffer(54 + stride * pixels.height));
  view.setUint16(0, 0x424d);
  view.setUint32(2, view.byteLength, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, pixels.width, true);
  view.setInt32(22, pixels.height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      const from = 4 * (y * pixels.width + x);
      const to = 54 + stride * (pixels.height - 1 - y) + 3 * x;
      for (let channel = 0; channel < 3; channel++)
        view.setUint8(to + channel, pixels.data[from + 2 - channel]);
    }
  }
  return new File([view.buffer], 'picture.bmp');
}

/** A chunk of PNG or, without a CRC and little-endian, of RIFF. */
export function pngChunk(type: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(12 + payload.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, payload.length);
  chunk.set(bytesOf(type), 4);
  chunk.set(payload, 8);
  let crc = ~0;
  for (const byte of chunk.subarray(4, 8 + payload.length)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  view.setUint32(8 + payload.length, ~crc >>> 0);
  return chunk;
}

export function riffChunk(type: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(8 + payload.length + (payload.length % 2));
  chunk.set(bytesOf(type));
  new DataView(chunk.buffer).setUint32(4, payload.length, true);
  chunk.set(payload, 8);
  return chunk;
}

export function together(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
