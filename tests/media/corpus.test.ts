import { commands } from 'vitest/browser';
import { expect, test } from 'vitest';
import { corpusFile, openPictures, pixelsOf } from './files.ts';

/** What must be refused, and why; every other file of the corpora must load. */
const refusals: Record<string, string> = {
  'synthetic/bomb-12000x12000-1bit.png': 'too-many-pixels',
  'synthetic/bomb-16384x16384-1bit.png': 'too-many-pixels',
  'synthetic/bomb-30000x30000-1bit.png': 'too-many-pixels',
  'synthetic/claims-100000x100000.png': 'too-many-pixels',
  'synthetic/exif-orientation-9-invalid.jpg': 'corrupt', // an EXIF block and no scan
  'synthetic/html-named.png': 'html',
  'synthetic/one-byte.jpg': 'not-a-picture',
  'synthetic/svg-billion-laughs.svg': 'svg',
  'synthetic/svg-huge.svg': 'svg',
  'synthetic/svg-named.png': 'svg',
  'synthetic/svg-script.svg': 'svg',
  'synthetic/truncated-half.png': 'corrupt',
  'synthetic/zero-byte.png': 'empty',
  'gif/crashtest/issue-117-out-of-range.gif': 'corrupt',
  'gif/crashtest/issue-96-small-codesize-2.gif': 'too-many-pixels',
  'gif/crashtest/issue-96-small-codesize.gif': 'corrupt',
  'gif/stall/issue-101-infinite-empty-loop.gif': 'too-many-pixels',
};

test('every corpus picture loads, or is refused for its own reason', { timeout: 60_000 }, async (context) => {
  const paths = await commands.listCorpus('images');
  context.skip(paths === null, 'the corpora are absent: set CORPORA_DIR');
  const pictures = openPictures();
  const found: Record<string, string> = {};
  const expected: Record<string, string> = {};
  await Promise.all(
    paths!.map(async (path) => {
      const file = await corpusFile(path);
      const read = await pictures.readPicture(file);
      const key = path.replace('images/', '');
      found[key] = read.ok ? 'read' : read.reason;
      expected[key] = refusals[key] ?? 'read';
      expect([read.name, read.bytes]).toEqual([file.name, file.size]);
      if (!read.ok) return;
      const { width, height } = await pixelsOf(file);
      expect([path, read.widthPx, read.heightPx]).toEqual([path, width, height]);
      const thumbnail = await pixelsOf(read.thumbnail);
      expect(Math.max(thumbnail.width, thumbnail.height)).toBe(Math.min(256, Math.max(width, height)));
    }),
  );
  expect(paths!.length).toBeGreaterThan(70);
  expect(found).toEqual(expected);
});

test('a picture over the limit tells what it claims', async (context) => {
  context.skip((await commands.listCorpus('images')) === null, 'the corpora are absent: set CORPORA_DIR');
  const read = await openPictures().readPicture(
    await corpusFile('images/synthetic/claims-100000x100000.png'),
  );
  expect(read).toMatchObject({
    ok: false,
    reason: 'too-many-pixels',
    mimeType: 'image/png',
    claimedWidthPx: 100_000,
    claimedHeightPx: 100_000,
    limitPixels: 100_000_000,
  });
});

test('every orientation comes out upright: sky above, in size and in the thumbnail', async (context) => {
  const paths = await commands.listCorpus('images/exif-orientation');
  context.skip(paths === null, 'the corpora are absent: set CORPORA_DIR');
  const pictures = openPictures();
  const reference = await pictures.readPicture(await corpusFile('images/exif-orientation/Landscape_1.jpg'));
  if (!reference.ok) throw new Error(reference.reason);
  const upright = await pixelsOf(reference.thumbnail);
  for (const path of paths!) {
    const read = await pictures.readPicture(await corpusFile(path));
    if (!read.ok) throw new Error(`${path}: ${read.reason}`);
    const isLandscape = path.includes('Landscape');
    expect([read.widthPx, read.heightPx]).toEqual(isLandscape ? [1800, 1200] : [1200, 1800]);
    const thumbnail = await pixelsOf(read.thumbnail);
    expect([thumbnail.width, thumbnail.height]).toEqual(isLandscape ? [256, 171] : [171, 256]);
    if (!isLandscape) continue;
    const total = thumbnail.data.reduce(
      (sum, value, index) => sum + Math.abs(value - upright.data[index]),
      0,
    );
    expect(total / thumbnail.data.length, path).toBeLessThan(6);
  }
});
