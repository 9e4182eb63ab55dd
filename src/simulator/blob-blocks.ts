import type { Bytes } from './bytes.ts';

/** A piece of an upload. Its bytes may be given up, its size never is. */
export interface Block {
  readonly id: string;
  readonly size: number;
  bytes: Uint8Array<ArrayBuffer> | null;
}

/** Keeps the bytes of what came last, up to so many in all. */
export interface Keeper {
  keep(block: Block): void;
  forget(blocks: Iterable<Block>): void;
}

export function createKeeper(mostBytes: number): Keeper {
  const kept = new Set<Block>();
  let total = 0;
  const drop = (block: Block): void => {
    if (!kept.delete(block)) return;
    total -= block.size;
    block.bytes = null;
  };
  return {
    keep(block) {
      kept.add(block);
      total += block.size;
      for (const oldest of kept) {
        if (total <= mostBytes) return;
        drop(oldest);
      }
    },
    forget(blocks) {
      for (const block of blocks) drop(block);
    },
  };
}

/** One after the other. */
export function bytesOf(blocks: readonly Block[]): Bytes {
  return {
    size: blocks.reduce((sum, { size }) => sum + size, 0),
    read(start, end) {
      const pieces = piecesOf(blocks, start, end);
      if (!pieces) return null;
      if (pieces.length === 1) return pieces[0]!;
      const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
      }
      return whole;
    },
  };
}

/** The bytes from `start` to before `end` as they lie, uncopied; null: some are no longer kept. */
export function piecesOf(
  blocks: readonly Block[],
  start: number,
  end: number,
): readonly Uint8Array<ArrayBuffer>[] | null {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { size, bytes } of blocks) {
    const [from, to] = [Math.max(0, start - at), Math.min(size, end - at)];
    at += size;
    if (to <= from) continue;
    if (!bytes) return null;
    pieces.push(bytes.subarray(from, to));
  }
  return pieces;
}
