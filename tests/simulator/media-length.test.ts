import { describe, expect, test } from 'vitest';
import { bytesInMemory } from '../../src/simulator/bytes.ts';
import { mediaFormatOf, mediaSeconds } from '../../src/simulator/media-length.ts';
import { containers, makeFlac, makeMp3, makeSound, type Container } from './sounds.ts';

describe('length', () => {
  test.each(Object.keys(containers) as Container[])('%s', async (container) => {
    for (const seconds of [0.5, 12.4, 61]) {
      const media = bytesInMemory(await makeSound(container, seconds));
      // What is recorded as it goes tells where its last piece begins, not where it ends.
      const isOpen = /recorded/.test(container);
      const found = mediaSeconds(media)!;
      expect(found, `${seconds}`).toBeLessThanOrEqual(seconds + 0.03);
      expect(found, `${seconds}`).toBeGreaterThan(seconds - (isOpen ? 1.1 : 0.03));
    }
  });

  test('of sound and pictures', async () => {
    for (const container of ['mp4, as a file', 'webm, as it is recorded'] as const)
      expect(mediaSeconds(bytesInMemory(await makeSound(container, 20, true)))).toBeCloseTo(20, 0);
  });

  test('mp3 and flac', () => {
    expect(mediaSeconds(bytesInMemory(makeMp3(10)))).toBeCloseTo(10, 1);
    expect(mediaSeconds(bytesInMemory(makeFlac(10)))).toBeCloseTo(10, 3);
  });
});

test('what is none, or is cut anywhere, is no error', async () => {
  expect(mediaFormatOf(bytesInMemory(new TextEncoder().encode('{"not":"sound"}')))).toBeNull();
  expect(mediaSeconds(bytesInMemory(new Uint8Array()))).toBeNull();
  for (const container of Object.keys(containers) as Container[]) {
    const whole = await makeSound(container, 3);
    for (let length = 0; length < whole.length; length += 97) {
      const found = mediaSeconds(bytesInMemory(whole.slice(0, length)));
      expect(found === null || (found > 0 && Number.isFinite(found))).toBe(true);
    }
  }
});

test('bytes that were not kept', () => {
  expect(mediaSeconds({ size: 1_000_000, read: () => null })).toBeNull();
});
