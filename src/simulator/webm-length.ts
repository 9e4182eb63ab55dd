import { uintAt, type Bytes } from './bytes.ts';

const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const CLUSTER = 0x1f43b675;
const BLOCK_GROUP = 0xa0;
/** Gone into; everything else is stepped over. A recorder leaves the lengths of the outer ones open. */
const CONTAINERS = new Set([SEGMENT, INFO, CLUSTER, BLOCK_GROUP]);
const TIME_SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const CLUSTER_TIME = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK = 0xa1;

/** As its header says, else until its last block begins: what a browser records has no length in its header. */
export function webmSeconds(media: Bytes): number | null {
  let nanosAUnit = 1_000_000;
  let clusterTime = 0;
  let last: number | null = null;
  for (let at = 0; at + 2 <= media.size;) {
    const head = media.read(at, at + 12);
    if (!head) break;
    const idBytes = lengthOf(head[0]!, 4);
    const sizeBytes = lengthOf(head[idBytes] ?? 0, 8);
    if (idBytes === 0 || sizeBytes === 0) break;
    const id = uintAt(head, 0, idBytes, 'big');
    const size = uintAt(head, idBytes, sizeBytes, 'big') - 2 ** (7 * sizeBytes);
    const start = at + idBytes + sizeBytes;
    if (CONTAINERS.has(id)) {
      at = start;
      continue;
    }
    const content = media.read(start, start + Math.min(size, 8));
    if (!content) break;
    if (id === TIME_SCALE) nanosAUnit = uintAt(content, 0, size, 'big');
    if (id === CLUSTER_TIME) clusterTime = uintAt(content, 0, size, 'big');
    if (id === DURATION) {
      const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
      const units = size === 4 ? view.getFloat32(0) : size === 8 ? view.getFloat64(0) : 0;
      if (units > 0) return (units * nanosAUnit) / 1e9;
    }
    if (id === SIMPLE_BLOCK || id === BLOCK) {
      const trackBytes = lengthOf(content[0] ?? 0, 8);
      const relative = uintAt(content, trackBytes, 2, 'big');
      last = Math.max(last ?? 0, clusterTime + (relative >= 0x8000 ? relative - 0x10000 : relative));
    }
    at = start + size;
  }
  return last === null ? null : (last * nanosAUnit) / 1e9;
}

/** Bytes of a number whose length is told by its leading zeros; 0: it is none. */
function lengthOf(first: number, most: number): number {
  const bytes = Math.clz32(first) - 23;
  return bytes <= most ? bytes : 0;
}
