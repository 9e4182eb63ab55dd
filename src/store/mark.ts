import type { Tally, WriteTransaction } from './schema.ts';

/**
 * A damaged database opens shorter or empty without any error (reliability.md, finding 5). So its tally is kept a
 * second time outside it, and compared at every open.
 */
export interface Mark {
  /** What is missing from `found`, if anything is. While something is, `note` changes nothing. */
  check(found: Tally): Loss | null;
  /** The person knows: what is there now is what there is. */
  accept(found: Tally): void;
  /** To be called with the tally of every completed transaction. */
  note(found: Tally): void;
  /** Before a deletion commits: a mark that is too low raises no false alarm, one that is too high does. */
  lower(found: Tally): void;
  /** A loss was found and not accepted yet. */
  isLost(): boolean;
  /** Something was kept under this name, as far as is known. */
  expectsRecords(): boolean;
}

export interface Loss {
  /** `cleared`: nothing is left. `shorter`: the newest part is missing. */
  readonly reason: 'shorter' | 'cleared';
  readonly expectedConversations: number;
  readonly foundConversations: number;
}

export const emptyTally: Tally = { id: 'tally', generation: 0, conversations: 0 };

export function openMark(name: string): Mark {
  const key = `${name}:mark`;
  // Kept in memory too: clearing the site's data takes localStorage along.
  let known = readMark(key);
  let lost = false;
  const keep = (tally: Tally): void => {
    known = tally;
    writeMark(key, tally);
  };
  return {
    check(found) {
      lost = found.conversations < known.conversations || found.generation < known.generation;
      if (!lost) {
        keep(found);
        return null;
      }
      return {
        reason: found.generation === 0 ? 'cleared' : 'shorter',
        expectedConversations: known.conversations,
        foundConversations: found.conversations,
      };
    },
    accept(found) {
      lost = false;
      keep(found);
    },
    note(found) {
      if (!lost) keep(found);
    },
    lower(found) {
      if (!lost && found.conversations < known.conversations) keep(found);
    },
    isLost: () => lost,
    expectsRecords: () => known.generation > 0,
  };
}

/** Counts a write that must not get lost, in its own transaction (which holds `meta`), and returns the new tally. */
export async function countWrite(tx: WriteTransaction, conversations: number): Promise<Tally> {
  const meta = tx.objectStore('meta');
  const before = (await meta.get('tally')) ?? emptyTally;
  if (before.id !== 'tally') return emptyTally;
  const after: Tally = {
    id: 'tally',
    generation: before.generation + 1,
    conversations: before.conversations + conversations,
  };
  await meta.put(after);
  return after;
}

function readMark(key: string): Tally {
  try {
    const mark = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Tally>;
    return { id: 'tally', generation: mark.generation ?? 0, conversations: mark.conversations ?? 0 };
  } catch {
    return emptyTally;
  }
}

function writeMark(key: string, { generation, conversations }: Tally): void {
  try {
    localStorage.setItem(key, JSON.stringify({ generation, conversations }));
  } catch {
    // Denied or full: the comparison falls back on what this tab remembers.
  }
}
