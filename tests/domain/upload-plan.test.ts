import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { missingBlocks, planUpload } from '#domain/upload-plan.ts';

const fingerprint = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';

describe('an upload in blocks', () => {
  test('covers every byte once, in at most 50,000 blocks with ids of one length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000_000_000 }), (bytes) => {
        const { blocks } = planUpload(bytes, fingerprint);
        expect(blocks.length).toBeLessThanOrEqual(50_000);
        expect(blocks[0]!.start).toBe(0);
        expect(blocks.at(-1)!.end).toBe(bytes);
        for (let at = 1; at < blocks.length; at += 997) expect(blocks[at]!.start).toBe(blocks[at - 1]!.end);
        expect(new Set(blocks.map(({ id }) => id.length)).size).toBe(1);
      }),
      { numRuns: 20 },
    );
  });

  test('ids are base64, and name file and place', () => {
    const [first] = planUpload(10, fingerprint).blocks;
    expect(atob(first!.id)).toBe(`${fingerprint.slice(0, 24)}000000`);
    const other = planUpload(10, 'another').blocks[0]!.id;
    expect(other).not.toBe(first!.id);
    expect(new Set(planUpload(50 * 1024 * 1024, fingerprint).blocks.map(({ id }) => id)).size).toBe(13);
  });

  test('goes on with what the service lacks, or has in another size', () => {
    const plan = planUpload(10 * 1024 * 1024, fingerprint);
    const [first, second] = plan.blocks;
    const there = new Map([
      [first!.id, 4 * 1024 * 1024],
      [second!.id, 17],
    ]);
    expect(missingBlocks(plan, there)).toEqual(plan.blocks.slice(1));
    expect(missingBlocks(plan, new Map())).toEqual(plan.blocks);
  });
});
