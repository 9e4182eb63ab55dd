import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHeader, withoutMetadata } from '../../src/media/formats/header.ts';
import { sniff, type PictureFormat } from '../../src/media/formats/sniff.ts';
import {
  bytesIn,
  bytesOf,
  encoded,
  exifBlock,
  exifSegment,
  openPictures,
  riffChunk,
  together,
  withSegments,
} from './files.ts';

const formats: PictureFormat[] = ['jpeg', 'png', 'gif', 'webp', 'avif', 'heic', 'bmp', 'ico', 'tiff'];
const signatures = [
  '\xff\xd8\xff',
  '\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR',
  'GIF89a',
  'RIFF\xff\xff\0\0WEBPVP8X',
  '\0\0\0\x14ftypavif',
  'BM',
  '\0\0\x01\0',
  'II*\0',
  'MM\0*',
];

/** Every parser answers for these bytes, and what it answers holds together. */
function expectAnswers(bytes: Uint8Array<ArrayBuffer>): void {
  expect(sniff(bytes)).toHaveProperty('kind');
  for (const format of formats) {
    const header = readHeader(format, bytes);
    if (header) {
      expect(header.widthPx).toBeGreaterThan(0);
      expect(header.heightPx).toBeGreaterThan(0);
      expect(header.orientation).toBeGreaterThanOrEqual(1);
      expect(header.orientation).toBeLessThanOrEqual(8);
    }
    const stripped = withoutMetadata(format, bytes);
    if (!stripped) continue;
    expect(stripped.length).toBeLessThanOrEqual(bytes.length + 64);
    const after = readHeader(format, stripped);
    expect([after?.widthPx, after?.heightPx]).toEqual([header?.widthPx, header?.heightPx]);
    expect(after).toMatchObject({ hasMetadata: false, hasLocation: false, orientation: header?.orientation });
    // Once is enough: a second pass finds nothing more.
    expect(withoutMetadata(format, stripped)).toEqual(stripped);
  }
}

test('random bytes behind every signature end every parser', () => {
  fc.assert(
    fc.property(fc.constantFrom('', ...signatures), fc.uint8Array({ maxLength: 400 }), (signature, rest) => {
      expectAnswers(together(bytesOf(signature), rest));
    }),
    { numRuns: 3000 },
  );
});

test(
  'damaged pictures end every parser, and stay without metadata once stripped',
  { timeout: 60_000 },
  async () => {
    const samples = await samplePictures();
    fc.assert(
      fc.property(fc.constantFrom(...samples), damages, (sample, damage) =>
        expectAnswers(damaged(sample, damage)),
      ),
      { numRuns: 3000 },
    );
  },
);

test('damaged pictures are read or refused, one like another', { timeout: 120_000 }, async () => {
  const samples = await samplePictures();
  const pictures = openPictures();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...samples), damages, async (sample, damage) => {
      const read = await pictures.readPicture(new Blob([damaged(sample, damage)]));
      if (!read.ok)
        expect([
          'corrupt',
          'false-header',
          'too-many-pixels',
          'not-a-picture',
          'unsupported',
          'video',
        ]).toContain(read.reason);
      else expect(read.thumbnail.size).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test('long runs of one byte are walked in a single pass', { timeout: 30_000 }, () => {
  for (const signature of signatures) {
    for (const filling of [0x00, 0x01, 0x21, 0xff]) {
      const bytes = new Uint8Array(4_000_000).fill(filling);
      bytes.set(bytesOf(signature));
      for (const format of formats) readHeader(format, bytes);
    }
  }
});

interface Damage {
  readonly flips: [at: number, byte: number][];
  readonly keep: number;
}

const damages: fc.Arbitrary<Damage> = fc.record({
  flips: fc.array(
    fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 255 })),
    { maxLength: 8 },
  ),
  keep: fc.oneof(fc.constant(1), fc.double({ min: 0.01, max: 1, noNaN: true })),
});

/** Half of the flips hit the first bytes, where the structure is. */
function damaged(sample: Uint8Array<ArrayBuffer>, { flips, keep }: Damage): Uint8Array<ArrayBuffer> {
  const bytes = sample.slice(0, Math.ceil(sample.length * keep));
  flips.forEach(([place, byte], index) => {
    const reach = index % 2 ? bytes.length : Math.min(bytes.length, 120);
    bytes[Math.floor(place * reach)] = byte;
  });
  return bytes;
}

async function samplePictures(): Promise<Uint8Array<ArrayBuffer>[]> {
  const [jpeg, png, webp] = await Promise.all(
    ['image/jpeg', 'image/png', 'image/webp'].map(async (type) => bytesIn(await encoded(type, 24, 16))),
  );
  const tagged = await bytesIn(withSegments(jpeg, exifSegment({ orientation: 6, camera: true, gps: true })));
  const turned = together(
    bytesOf('WEBP'),
    webp.subarray(12),
    riffChunk('EXIF', exifBlock({ orientation: 3, camera: true })),
  );
  const gif = bytesOf(
    'GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xff\xff\xff!\xfe\x05hello\0!\xff\x0bXMP DataXMP\x03abc\0,\0\0\0\0\x02\0\x02\0\0\x02\x02\x84\x51\0;',
  );
  return [jpeg, tagged, png, webp, riffChunk('RIFF', turned), gif];
}
