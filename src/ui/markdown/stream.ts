import { collectLinks, lexMarkdown, type Links, type MarkdownToken } from './lex.ts';
import { findOpenFence, growFence, type OpenFence } from './open-fence.ts';

/** One block of the text: a paragraph, a list, a table, a formula, … An unchanged block is the same object. */
export interface Block {
  /** Its place, counted from 0. */
  readonly key: number;
  readonly token: MarkdownToken;
  /** More text may still belong to it. */
  readonly open: boolean;
}

/** Neighbouring blocks, so that a long text is not compared block by block. An unchanged section is the same object. */
export interface Section {
  readonly key: number;
  readonly blocks: readonly Block[];
  /** Characters of source, from which its height is guessed before it is drawn. */
  readonly length: number;
}

export interface MarkdownStream {
  /**
   * The blocks of `text`, which usually is the text of the last call and more; any other text begins anew. Only the
   * last block is read again, so that the work over a whole answer grows with its length. The blocks of a finished
   * text are the same however it arrived.
   */
  update(text: string, finished: boolean): readonly Section[];
  /** Characters read so far, counted each time they are read. */
  readonly lexedLength: number;
}

const sectionSize = 12;

/** From here on a single block is read again only when it has grown by a 64th: the work stays linear in its length. */
const largeBlock = 8_192;

interface State {
  source: string;
  finished: boolean;
  /** Everything before it is in `settled` and can no longer change, whatever follows. */
  settledLength: number;
  settled: Block[];
  /** Of `settled`, in whole sections. */
  sections: Section[];
  links: Links;
  fence: OpenFence | null;
  /** Blocks of the rest, which each call reads again. */
  rest: readonly Block[];
  readLength: number;
}

export function createMarkdownStream(): MarkdownStream {
  let state = emptyState();
  let shown: readonly Section[] = [];
  let lexedLength = 0;

  function update(given: string, finished: boolean): readonly Section[] {
    const text = withLineFeeds(given, finished);
    if (!text.startsWith(state.source)) state = emptyState();
    else if (text === state.source && finished === state.finished) return shown;
    state.source = text;
    state.finished = finished;

    if (!finished && growFence(state.fence, text)) {
      const last = state.rest.at(-1)!;
      state.rest = [...state.rest.slice(0, -1), { ...last, token: state.fence.token }];
      state.readLength = text.length;
    } else if (finished || isWorthReading(state)) {
      const rest = readRest();
      if (finished) applyLateLinks(rest);
    }
    return (shown = toSections(state));
  }

  /** Reads what is not settled, settles what can be, and returns the tokens of the others. */
  function readRest(): readonly MarkdownToken[] {
    const source = state.source.slice(state.settledLength);
    const tokens = lexMarkdown(source, state.links, !state.finished);
    lexedLength += source.length;
    state.readLength = state.source.length;

    const settled = settledPart(tokens, source);
    const done = tokens.slice(0, settled.count);
    const rest = tokens.slice(settled.count);
    collectLinks(done, state.links);
    const firstKey = state.settled.length;
    const known = state.rest;
    const toBlock = (token: MarkdownToken, open: boolean, key: number): Block => {
      const old = known[key - firstKey];
      return old?.open === open && isSame(old.token, token) ? old : { key, token, open };
    };
    for (const token of done.filter(isDrawn)) {
      state.settled.push(toBlock(token, false, state.settled.length));
    }
    const drawn = rest.filter(isDrawn);
    state.rest = drawn.map((token, index) =>
      toBlock(token, !state.finished && index === drawn.length - 1, state.settled.length + index),
    );
    state.settledLength += settled.length;
    state.fence = state.finished ? null : findOpenFence(tokens.at(-1), state.source);
    return rest;
  }

  /** A definition may stand below its use: the blocks that it changes are read once more, at the end. */
  function applyLateLinks(rest: readonly MarkdownToken[]): void {
    const links: Links = Object.assign(Object.create(null), state.links);
    collectLinks(rest, links);
    if (Object.keys(links).length === 0) return;
    for (const [index, block] of state.settled.entries()) {
      const { raw } = block.token;
      if (!raw.includes('[')) continue;
      lexedLength += raw.length;
      const token = lexMarkdown(raw, links, false).find(isDrawn);
      if (!token || isSame(token, block.token)) continue;
      state.settled[index] = { ...block, token };
      // Sections are made anew from the first that changed.
      state.sections.length = Math.min(state.sections.length, Math.floor(index / sectionSize));
    }
  }

  return {
    update,
    get lexedLength() {
      return lexedLength;
    },
  };
}

function emptyState(): State {
  return {
    source: '',
    finished: false,
    settledLength: 0,
    settled: [],
    sections: [],
    links: Object.create(null) as Links,
    fence: null,
    rest: [],
    readLength: 0,
  };
}

/** CR and CRLF become LF; a CR at the end waits for what follows it. */
function withLineFeeds(text: string, finished: boolean): string {
  if (!text.includes('\r')) return text;
  return (finished ? text : text.replace(/\r$/, '')).replace(/\r\n?/g, '\n');
}

function isWorthReading(state: State): boolean {
  const rest = state.source.length - state.settledLength;
  return rest < largeBlock || state.source.length - state.readLength >= rest / 64;
}

/**
 * The tokens at the beginning that no further text can change: all before the last block whose first line is whole,
 * since a whole line says whether it continues what stands before it.
 */
function settledPart(tokens: readonly MarkdownToken[], source: string): { count: number; length: number } {
  let count = 0;
  let length = 0;
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    // marked joins some blocks with a line feed of its own; from there on places are not known.
    if (!source.startsWith(token.raw, at)) break;
    const before = tokens[index - 1];
    // A title of the definition may follow on the next lines.
    const mayContinue = before?.type === 'def' && token.type === 'paragraph';
    if (token.type !== 'space' && !mayContinue && source.indexOf('\n', at) !== -1) {
      count = index;
      length = at;
    }
    at += token.raw.length;
  }
  return { count, length };
}

function isDrawn(token: MarkdownToken): boolean {
  return token.type !== 'space' && token.type !== 'def';
}

function isSame(one: MarkdownToken, other: MarkdownToken): boolean {
  return one.raw === other.raw && JSON.stringify(one) === JSON.stringify(other);
}

function toSections(state: State): readonly Section[] {
  const { settled, sections } = state;
  while ((sections.length + 1) * sectionSize <= settled.length) {
    const from = sections.length * sectionSize;
    sections.push(section(sections.length, settled.slice(from, from + sectionSize)));
  }
  const last = [...settled.slice(sections.length * sectionSize), ...state.rest];
  const all = [...sections];
  for (let from = 0; from < last.length; from += sectionSize) {
    all.push(section(all.length, last.slice(from, from + sectionSize)));
  }
  return all;
}

function section(key: number, blocks: readonly Block[]): Section {
  return { key, blocks, length: blocks.reduce((sum, { token }) => sum + token.raw.length, 0) };
}
