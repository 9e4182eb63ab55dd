/** Bytes that are read in places, wherever they lie. */
export interface Bytes {
  readonly size: number;
  /** From `start` to before `end`, fewer where they end; null: they were not kept. */
  read(start: number, end: number): Uint8Array | null;
}

export function bytesInMemory(bytes: Uint8Array): Bytes {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** Numbers as the containers of sound and video write them; zero beyond the end. */
export function uintAt(bytes: Uint8Array, at: number, length: number, order: 'big' | 'little'): number {
  let value = 0;
  for (let step = 0; step < length; step += 1) {
    const byte = bytes[order === 'big' ? at + step : at + length - 1 - step] ?? 0;
    value = value * 256 + byte;
  }
  return value;
}

export function asciiAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
