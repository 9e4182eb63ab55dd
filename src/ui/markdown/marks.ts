import { createContext } from 'svelte';
import type { Block, Section } from './stream.ts';

/** A piece of a text that points at something beside it. */
export interface Mark {
  readonly id: string;
  /** UTF-16 places in the text as it was given. */
  readonly start: number;
  readonly end: number;
  readonly kind: 'citation' | 'span' | 'time';
  /** False: it cites something that does not exist. */
  readonly known: boolean;
  /** What it points at, for the tooltip and screen readers. */
  readonly label: string;
}

export type MarkEvent = 'light' | 'unlight' | 'pin';

/** A mark by its places in the source of a block, which it may begin before or end after. */
export interface PlacedMark {
  readonly mark: Mark;
  readonly start: number;
  readonly end: number;
}

export interface MarkedBlock extends Block {
  readonly marks?: readonly PlacedMark[];
}

/** A section and what is marked in it. Where neither changed it is the same object. */
export interface MarkedSection extends Section {
  readonly blocks: readonly MarkedBlock[];
}

/** What marks share; read by each mark alone, so that pointing at one redraws nothing but marks. */
export const [getMarkSurface, setMarkSurface] = createContext<{
  readonly lit: ReadonlySet<string> | undefined;
  tell(id: string, event: MarkEvent): void;
}>();

/** Puts marks, which are sorted and apart, to the blocks that they lie in. */
export function createMarkedSections(): (
  sections: readonly Section[],
  marks: readonly Mark[],
  text: string,
) => readonly MarkedSection[] {
  let known: readonly Known[] = [];
  return (sections, marks, text) => {
    if (marks.length === 0 && known.length === 0) return sections;
    const placed = withLineFeeds(marks, text);
    let first = 0;
    known = sections.map((section, index) => {
      const from = startOf(section) ?? Infinity;
      const to = startOf(sections[index + 1]) ?? Infinity;
      while (first < placed.length && placed[first]!.end <= from) first++;
      let last = first;
      while (last < placed.length && placed[last]!.start < to) last++;
      const inside = from === Infinity ? [] : placed.slice(first, last);
      const old = known[index];
      if (old?.section === section && areSame(old.marks, inside)) return old;
      return { section, marks: inside, marked: toMarked(section, inside, old) };
    });
    const marked = known.map((one) => one.marked);
    if (marks.length === 0) known = [];
    return marked;
  };
}

interface Known {
  readonly section: Section;
  readonly marks: readonly PlacedMark[];
  readonly marked: MarkedSection;
}

function startOf(section: Section | undefined): number | null {
  return section?.blocks.find(({ start }) => start !== null)?.start ?? null;
}

function toMarked(section: Section, marks: readonly PlacedMark[], old: Known | undefined): MarkedSection {
  if (marks.length === 0) return section;
  let first = 0;
  const blocks = section.blocks.map((block, index) => {
    const { start } = block;
    if (start === null) return block;
    const end = start + block.token.raw.length;
    while (first < marks.length && marks[first]!.end <= start) first++;
    const inside: PlacedMark[] = [];
    for (let at = first; at < marks.length && marks[at]!.start < end; at++) {
      const one = marks[at]!;
      inside.push({ mark: one.mark, start: one.start - start, end: one.end - start });
    }
    if (inside.length === 0) return block;
    const before = old?.section.blocks[index] === block ? old.marked.blocks[index] : undefined;
    return before?.marks && areSame(before.marks, inside) ? before : { ...block, marks: inside };
  });
  return { ...section, blocks };
}

function areSame(some: readonly PlacedMark[], others: readonly PlacedMark[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index]!;
      return (
        one.start === other.start &&
        one.end === other.end &&
        (one.mark === other.mark ||
          (one.mark.id === other.mark.id &&
            one.mark.kind === other.mark.kind &&
            one.mark.known === other.mark.known &&
            one.mark.label === other.mark.label))
      );
    })
  );
}

/** Places in the text after CRLF has become LF. */
function withLineFeeds(marks: readonly Mark[], text: string): readonly PlacedMark[] {
  let pairs = 0;
  let next = text.indexOf('\r\n');
  const place = (at: number): number => {
    while (next !== -1 && next < at) {
      pairs++;
      next = text.indexOf('\r\n', next + 2);
    }
    return at - pairs;
  };
  return marks.map((mark) => ({ mark, start: place(mark.start), end: place(mark.end) }));
}
