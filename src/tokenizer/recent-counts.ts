import type { Encoding } from '#domain/text-tokens.ts';

/** Most characters of text kept to recognise it again. */
const MOST_UNITS = 2_000_000;

/** Remembers the exact counts of the texts last asked about, up to two million characters of them. */
export interface RecentCounts {
  find(text: string, encoding: Encoding): number | undefined;
  keep(text: string, encoding: Encoding, tokens: number): void;
}

export function createRecentCounts(): RecentCounts {
  // A Map keeps the order of insertion: the first entry is the one not used for longest.
  const counts = new Map<string, number>();
  let units = 0;

  return {
    find(text, encoding) {
      const key = keyOf(text, encoding);
      const tokens = counts.get(key);
      if (tokens === undefined) return undefined;
      counts.delete(key);
      counts.set(key, tokens);
      return tokens;
    },
    keep(text, encoding, tokens) {
      const key = keyOf(text, encoding);
      if (key.length > MOST_UNITS) return;
      if (!counts.has(key)) units += key.length;
      counts.set(key, tokens);
      for (const oldest of counts.keys()) {
        if (units <= MOST_UNITS) break;
        counts.delete(oldest);
        units -= oldest.length;
      }
    },
  };
}

function keyOf(text: string, encoding: Encoding): string {
  return `${encoding}:${text}`;
}
