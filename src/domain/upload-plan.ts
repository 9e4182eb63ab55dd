/** An upload in blocks (Put Block, Put Block List). */
export interface UploadPlan {
  readonly blockBytes: number;
  readonly blocks: readonly PlannedBlock[];
}

export interface PlannedBlock {
  /** Base64; all of one blob have the same length, as the service wants it. */
  readonly id: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Issue 5: blocks of 4 MiB. */
export const blockBytes = 4 * 1024 * 1024;
/** A blob holds so many blocks (REST API, Put Block List). */
const mostBlocks = 50_000;

/**
 * The blocks of a file. Their ids name the file and their place, so that an upload that was broken off can be gone on
 * with, and no block of another file is taken for one of this.
 */
export function planUpload(bytes: number, fingerprint: string): UploadPlan {
  const size = Math.max(blockBytes, Math.ceil(bytes / mostBlocks / blockBytes) * blockBytes);
  const count = Math.ceil(bytes / size);
  return {
    blockBytes: size,
    blocks: Array.from({ length: count }, (_, at) => ({
      id: toBase64(`${fingerprint.slice(0, 24).padEnd(24, '0')}${String(at).padStart(6, '0')}`),
      start: at * size,
      end: Math.min(bytes, (at + 1) * size),
    })),
  };
}

/** Those that the service does not have, or has in another size. */
export function missingBlocks(
  plan: UploadPlan,
  uncommitted: ReadonlyMap<string, number>,
): readonly PlannedBlock[] {
  return plan.blocks.filter(({ id, start, end }) => uncommitted.get(id) !== end - start);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of ASCII whose length divides by three: no padding, and nothing of the browser. */
function toBase64(text: string): string {
  let encoded = '';
  for (let at = 0; at < text.length; at += 3) {
    const bits = (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
    for (const shift of [18, 12, 6, 0]) encoded += alphabet[(bits >> shift) & 63];
  }
  return encoded;
}
