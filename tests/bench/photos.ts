import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { openBrowser, withProfile } from './browser.ts';

const count = 10;
const size = { widthPx: 4000, heightPx: 3000 };

/** Ten different JPEGs of 12 megapixels and some 4 MB each, as a phone makes them. Drawn once and kept. */
export async function photos(folder: string, { reference, note }: Bench): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: count }, (_, at) => join(folder, `photo-${at + 1}.jpg`));
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length === 0) return files;
  note(`drawing ${missing.length} photos`);
  await withProfile(async (profile) => {
    const browser = await openBrowser(profile);
    try {
      const page = await browser.newPage();
      await page.goto(`${reference.url}blank.html`);
      for (const file of missing) {
        const base64 = await page.evaluate(drawPhoto, { ...size, seed: files.indexOf(file) + 1 });
        writeFileSync(file, Buffer.from(base64, 'base64'));
      }
    } finally {
      await browser.close();
    }
  });
  return files;
}

/** Runs in the page: a sky, hills and spots of light, under the grain that makes a photo's file large. */
async function drawPhoto({
  widthPx,
  heightPx,
  seed,
}: {
  widthPx: number;
  heightPx: number;
  seed: number;
}): Promise<string> {
  let state = seed * 0x9e3779b9;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const sky = context.createLinearGradient(0, 0, widthPx * random(), heightPx);
  for (const stop of [0, 0.5, 1]) sky.addColorStop(stop, `hsl(${360 * random()} 60% ${30 + 50 * random()}%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, widthPx, heightPx);
  for (let spot = 0; spot < 400; spot += 1) {
    context.fillStyle = `hsl(${360 * random()} 50% 50% / 0.3)`;
    context.beginPath();
    context.arc(widthPx * random(), heightPx * random(), 20 + 300 * random(), 0, 7);
    context.fill();
  }
  const picture = context.getImageData(0, 0, widthPx, heightPx);
  for (let at = 0; at < picture.data.length; at += 4) {
    const grain = 24 * (random() - 0.5);
    for (let channel = 0; channel < 3; channel += 1) picture.data[at + channel]! += grain;
  }
  context.putImageData(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done((reader.result as string).slice('data:image/jpeg;base64,'.length));
    reader.onerror = () => fail(reader.error ?? new Error('The photo was not read.'));
    reader.readAsDataURL(blob);
  });
}
