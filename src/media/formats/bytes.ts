/**
 * Reading numbers from a picture's bytes. Every reader throws `RangeError` past the end, and `readHeader` turns
 * that into "damaged": no parser here needs a length check before a read, and none can run off the end.
 */
export interface Bytes {
  readonly all: Uint8Array<ArrayBuffer>;
  readonly length: number;
  u8(at: number): number;
  u16be(at: number): number;
  u16le(at: number): number;
  u24le(at: number): number;
  u32be(at: number): number;
  u32le(at: number): number;
  /** Whether the Latin-1 text stands at this place; false past the end. */
  has(at: number, text: string): boolean;
  /** `length` bytes from `at` as Latin-1 text; throws when they are not all there. */
  text(at: number, length: number): string;
}

/** Wraps bytes without copying them. */
export function toBytes(all: Uint8Array<ArrayBuffer>): Bytes {
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  return {
    all,
    length: all.length,
    u8: (at) => view.getUint8(at),
    u16be: (at) => view.getUint16(at),
    u16le: (at) => view.getUint16(at, true),
    u24le: (at) => view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + 2) << 16),
    u32be: (at) => view.getUint32(at),
    u32le: (at) => view.getUint32(at, true),
    has: (at, text) => {
      for (let index = 0; index < text.length; index++) {
        if (all[at + index] !== text.charCodeAt(index)) return false;
      }
      return true;
    },
    text: (at, length) => {
      if (at < 0 || at + length > all.length) throw new RangeError('past the end');
      return String.fromCharCode(...all.subarray(at, at + length));
    },
  };
}

/** The bytes of Latin-1 text. */
export function fromText(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** One array of many. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
