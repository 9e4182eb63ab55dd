import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openPictures } from './files.ts';

test('a data URL is what btoa makes of the same bytes, at every size', async () => {
  const pictures = openPictures();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const url = await pictures.toDataUrl(new Blob([bytes.slice()]), 'image/webp');
      expect(await url.text()).toBe(`data:image/webp;base64,${btoa(String.fromCharCode(...bytes))}`);
    }),
    { numRuns: 60 },
  );
});

const slice = 3 * 1024 * 1024;

test.each([slice - 1, slice, slice + 1, 2 * slice, 2 * slice + 2])(
  '%i bytes join without a seam',
  async (size) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    const url = await openPictures().toDataUrl(new Blob([bytes]), 'image/jpeg');
    const decoded = await (await fetch(await url.text())).arrayBuffer();
    expect(await digest(decoded)).toEqual(await digest(bytes));
    expect(url.size).toBe('data:image/jpeg;base64,'.length + 4 * Math.ceil(size / 3));
  },
);

async function digest(bytes: BufferSource): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
