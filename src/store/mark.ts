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
  /** To be called with the tally of every completed transaction; one that comes late, after a newer, is dropped. */
  note(found: Tally): void;
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
  // What another tab wrote counts; memory only where clearing the site's data took localStorage along.
  let remembered = emptyTally;
  let lost = false;
  const known = (): Tally => readMark(key) ?? remembered;
  const keep = (tally: Tally): void => {
    remembered = tally;
    writeMark(key, tally);
  };
  return {
    check(found) {
      const expected = known();
      lost = found.conversations < expected.conversations || found.generation < expected.generation;
      if (!lost) {
        keep(found);
        return null;
      }
      return {
        reason: found.generation === 0 ? 'cleared' : 'shorter',
        expectedConversations: expected.conversations,
        foundConversations: found.conversations,
      };
    },
    accept(found) {
      lost = false;
      keep(found);
    },
    note(found) {
      if (!lost && found.generation >= known().generation) keep(found);
    },
    isLost: () => lost,
    expectsRecords: () => known().generation > 0,
  };
}

/** Counts a write that must not go unnoticed when lost, in its own transaction (which holds `meta`). */
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

function readMark(key: string): Tally | null {
  try {
    const mark = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Tally> | null;
    return mark && { id: 'tally', generation: mark.generation ?? 0, conversations: mark.conversations ?? 0 };
  } catch {
    return null;
  }
}

function writeMark(key: string, { generation, conversations }: Tally): void {
  try {
    localStorage.setItem(key, JSON.stringify({ generation, conversations }));
  } catch {
    // Denied or full: the comparison falls back on what this tab remembers.
  }
}
