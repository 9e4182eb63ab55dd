import { collectLinks, lexMarkdown, type Links, type MarkdownToken } from './lex.ts';
import { continueList, findListCut, numberAfter } from './long-list.ts';
import { findOpenFence, growFence, type OpenFence } from './open-fence.ts';

/** One block of the text: a paragraph, a list, a table, a formula, … An unchanged block is the same object. */
export interface Block {
  /** Its place, counted from 0. */
  readonly key: number;
  readonly token: MarkdownToken;
  /** More text may still belong to it. */
  readonly open: boolean;
  /** Where its source begins in the text with line feeds only; null: not known. */
  readonly start: number | null;
}

/** Neighbouring blocks, so that a long text is not compared block by block. An unchanged section is the same object. */
export interface Section {
  readonly key: number;
  readonly blocks: readonly Block[];
  /** Nothing that follows changes it. */
  readonly settled: boolean;
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

const sectionSize = 24;

/** Characters read in one go, so that looking for the end of a block is never looking through a whole book. */
const largestStep = 8_192;

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
  /** Number of the next item, where the rest goes on with a list that was cut; otherwise null. */
  nextNumber: number | null;
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
    // A long text that comes at once is read as if it came in steps: no block is looked for in all that follows it.
    for (let end = state.source.length + largestStep; end < text.length; end += largestStep) {
      grow(text.slice(0, end), false);
    }
    grow(text, finished);
    return (shown = toSections(state));
  }

  function grow(source: string, finished: boolean): void {
    state.source = source;
    state.finished = finished;
    if (!finished && growFence(state.fence, source)) {
      const last = state.rest.at(-1)!;
      state.rest = [...state.rest.slice(0, -1), { ...last, token: state.fence.token }];
      state.readLength = source.length;
    } else if (finished || isWorthReading(state)) {
      const rest = readRest();
      if (finished) applyLateLinks(rest);
    }
  }

  function lex(source: string, links: Links, unfinished: boolean): readonly MarkdownToken[] {
    lexedLength += source.length;
    return lexMarkdown(source, links, unfinished);
  }

  /** Reads what is not settled, settles what can be, and returns the tokens of the others. */
  function readRest(): readonly MarkdownToken[] {
    const known = state.rest;
    const firstKey = state.settled.length;
    const toBlock = ({ token, start }: Found, open: boolean, key: number): Block => {
      const old = known[key - firstKey];
      if (!old || !isSame(old.token, token)) return { key, token, open, start };
      return old.open === open && old.start === start ? old : { ...old, open, start };
    };
    const find = (tokens: readonly MarkdownToken[]): readonly Found[] =>
      findPlaces(tokens, state.source, state.settledLength);
    const settle = (tokens: readonly MarkdownToken[], length: number): void => {
      collectLinks(tokens, state.links);
      for (const found of find(tokens)) state.settled.push(toBlock(found, false, state.settled.length));
      state.settledLength += length;
    };
    const read = (): readonly MarkdownToken[] =>
      continueList(
        lex(state.source.slice(state.settledLength), state.links, !state.finished),
        state.nextNumber,
      );

    let tokens = read();
    for (let cut = findListCut(tokens, state); cut; cut = findListCut(tokens, state)) {
      settle(tokens.slice(0, cut.index), cut.at);
      const part = state.source.slice(state.settledLength, state.settledLength + cut.length);
      const [list] = continueList(lex(part, state.links, false), cut.index === 0 ? state.nextNumber : null);
      settle(list ? [list] : [], cut.length);
      state.nextNumber = numberAfter(list);
      tokens = read();
    }

    const { count, length } = settledPart(tokens, state.source.slice(state.settledLength));
    if (count > 0) {
      settle(tokens.slice(0, count), length);
      state.nextNumber = null;
    }
    const rest = tokens.slice(count);
    const drawn = find(rest);
    state.rest = drawn.map((found, index) =>
      toBlock(found, !state.finished && index === drawn.length - 1, state.settled.length + index),
    );
    state.readLength = state.source.length;
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
      const read = lex(raw, links, false).find(isDrawn);
      if (!read) continue;
      const token = block.token.type === 'list' ? { ...read, start: block.token.start } : read;
      if (isSame(token, block.token)) continue;
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
    nextNumber: null,
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
    if (token.type !== 'space' && !mayBelongTo(before, token) && hasWholeBeginning(token, source, at)) {
      count = index;
      length = at;
    }
    at += token.raw.length;
  }
  return { count, length };
}

/** Whether the lines that make a block what it is are whole: a heading may be one by its underline. */
function hasWholeBeginning(token: MarkdownToken, source: string, at: number): boolean {
  const lines =
    token.type === 'table' ? 2 : token.type === 'heading' ? token.raw.trimEnd().split('\n').length : 1;
  let end = at - 1;
  for (let line = 0; line < lines; line++) {
    end = source.indexOf('\n', end + 1);
    if (end === -1) return false;
  }
  return true;
}

/** Whether what follows may still make `token` a part of the block before it, although its first line is whole. */
function mayBelongTo(before: MarkdownToken | undefined, token: MarkdownToken): boolean {
  // The title of a definition may stand on the next lines.
  if (before?.type === 'def') return token.type === 'paragraph';
  // A formula that turns out to be none is a line of the paragraph, which an underline may yet make a heading.
  const isPlain = token.type === 'paragraph' || token.type === 'maths';
  return isPlain && (before?.type === 'paragraph' || before?.type === 'maths');
}

interface Found {
  readonly token: MarkdownToken;
  readonly start: number | null;
}

/** Those of `tokens` that are drawn, and where they begin. */
function findPlaces(tokens: readonly MarkdownToken[], source: string, from: number): readonly Found[] {
  const found: Found[] = [];
  let at = from;
  for (const token of tokens) {
    // As above: a token may end in a line feed of marked's own. The next ones are near.
    const own = token.raw.trimEnd();
    const reach = source.startsWith(own, at) ? 0 : source.slice(at, at + own.length + 64).indexOf(own);
    if (reach > 0) at += reach;
    if (isDrawn(token)) found.push({ token, start: reach === -1 ? null : at });
    at += token.raw.length;
  }
  return found;
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
    sections.push(section(sections.length, settled.slice(from, from + sectionSize), true));
  }
  const last = [...settled.slice(sections.length * sectionSize), ...state.rest];
  const all = [...sections];
  for (let from = 0; from < last.length; from += sectionSize) {
    all.push(section(all.length, last.slice(from, from + sectionSize), false));
  }
  return all;
}

function section(key: number, blocks: readonly Block[], settled: boolean): Section {
  return { key, blocks, settled, length: blocks.reduce((sum, { token }) => sum + token.raw.length, 0) };
}
