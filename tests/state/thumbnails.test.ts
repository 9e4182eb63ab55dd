import { expect, onTestFinished, test } from 'vitest';
import { createPictures } from '#media';
import { Thumbnails } from '#state/thumbnails.ts';

const red = [224, 0, 0];

/** Grey, with a red upper right quarter. */
async function picture(): Promise<Blob> {
  const canvas = new OffscreenCanvas(800, 600);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#888';
  context.fillRect(0, 0, 800, 600);
  context.fillStyle = '#e00000';
  context.fillRect(400, 0, 400, 300);
  return canvas.convertToBlob();
}

function open(blob: Blob | null): Thumbnails {
  const pictures = createPictures({ startWorker: (url) => new Worker(url, { type: 'module' }) });
  onTestFinished(() => pictures.dispose());
  return new Thumbnails({
    store: { readAttachment: () => Promise.resolve(blob), readThumbnail: () => Promise.resolve(null) },
    loadPictures: () => Promise.resolve(pictures),
  });
}

async function look(url: string | null) {
  const bitmap = await createImageBitmap(await (await fetch(url!)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const middle = context.getImageData(bitmap.width / 2, bitmap.height / 2, 1, 1).data;
  return { size: [bitmap.width, bitmap.height], middle: [...middle].slice(0, 3) };
}

test('a part of a picture is shown small, made once, and is missing with its picture', async () => {
  const thumbnails = open(await picture());
  const corner = { left: 0.5, top: 0, width: 0.5, height: 0.5 };
  const url = await thumbnails.part('aa', 'image/png', corner);
  const { size, middle } = await look(url);
  expect(size).toEqual([256, 192]);
  expect(middle.every((channel, at) => Math.abs(channel - red[at]!) < 12)).toBe(true);
  expect(await thumbnails.part('aa', 'image/png', corner)).toBe(url);
  expect(await thumbnails.part('aa', 'image/png', { ...corner, left: 0 })).not.toBe(url);
  // Bytes of another kind than were attached are not shown.
  expect(await thumbnails.part('bb', 'image/jpeg', corner)).toBeNull();
  expect(await open(null).part('aa', 'image/png', corner)).toBeNull();
});

test('a picture by URL is fetched once for a look at all of it; what failed is tried anew', async () => {
  const thumbnails = open(null);
  const url = URL.createObjectURL(await picture());
  const preview = await thumbnails.preview(url);
  const size = { widthPx: 800, heightPx: 600 };
  expect(preview).toMatchObject({ ok: true, ...size, storedSize: size, orientation: 1 });
  if (!preview.ok) return;
  expect((await look(preview.url)).size).toEqual([256, 192]);
  expect((await look(preview.fullUrl)).size).toEqual([800, 600]);
  expect(await thumbnails.preview(url)).toBe(preview);

  const gone = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(gone);
  expect(await thumbnails.preview(gone)).toEqual({ ok: false, reason: 'blocked' });
  expect(await thumbnails.preview(gone)).not.toBe(await thumbnails.preview(gone));
});
