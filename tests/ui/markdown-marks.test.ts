import axe from 'axe-core';
import { flushSync } from 'svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../src/app.css';
import Markdown from '#ui/markdown/Markdown.svelte';
import { createMarkedSections } from '#ui/markdown/marks.ts';
import { createMarkdownStream } from '#ui/markdown/stream.ts';
import { readJson, type SpecExample } from './corpora.ts';
import { labels } from './markdown-labels.ts';
import { drawnMarks, markAt, markupOf, marksOfWords, marksOn, plainWords, withoutMarks } from './marked.ts';

/** Of both specifications, each once; none where the corpora are absent. */
async function readExamples(): Promise<readonly { name: string; markdown: string }[]> {
  const files = ['commonmark-0.31.2-spec.json', 'gfm-spec.json'];
  const read = await Promise.all(files.map((file) => readJson<SpecExample[]>('markdown', file)));
  const all = read.flatMap((examples, at) =>
    (examples ?? []).map(({ example, markdown }) => ({ name: `${files[at]} ${example}`, markdown })),
  );
  return [...new Map(all.map((one) => [one.markdown, one])).values()];
}

afterEach(() => document.documentElement.removeAttribute('data-theme'));

function draw(text: string, marks = marksOfWords(text)): Element {
  const { container } = render(Markdown, { text, marks, labels });
  flushSync();
  return container;
}

describe('in every example of both specifications', () => {
  test('each word that is drawn as text is marked, as that word, and nothing else changes', async (context) => {
    const examples = await readExamples();
    if (examples.length === 0) return context.skip('The corpora are absent.');
    expect(examples.length).toBeGreaterThan(650);
    for (const { name, markdown } of examples) {
      const marks = marksOfWords(markdown);
      const marked = render(Markdown, { text: markdown, marks, labels });
      const plain = render(Markdown, { text: markdown, labels });
      flushSync();
      expect(withoutMarks(marked.container), name).toBe(markupOf(plain.container));
      const drawn = drawnMarks(marked.container);
      for (const { id, start, end } of marks) {
        const isInReference = /&#?\w*$/.test(markdown.slice(0, start));
        if (!isInReference && drawn.has(id)) expect(drawn.get(id), name).toBe(markdown.slice(start, end));
      }
      const rest = plainWords(marked.container);
      for (const one of rest.querySelectorAll('[data-mark]')) one.remove();
      expect(rest.textContent, name).not.toMatch(/[\p{L}\p{N}]/u);
      marked.unmount();
      plain.unmount();
    }
  }, 60_000);

  test('a word that stands there once is marked where it is drawn, and only if it is', async (context) => {
    const examples = await readExamples();
    if (examples.length === 0) return context.skip('The corpora are absent.');
    const word = 'qzjv';
    let count = 0;
    for (const [at, { name, markdown }] of examples.entries()) {
      const words = [...markdown.matchAll(/[\p{L}\p{N}]+/gu)];
      if (words.length === 0) continue;
      const { 0: replaced, index } = words[at % words.length]!;
      const text = markdown.slice(0, index) + word + markdown.slice(index + replaced.length);
      const marks = [markAt(index, index + word.length)];
      const { container, unmount } = render(Markdown, { text, marks, labels });
      flushSync();
      const isDrawn = plainWords(container).textContent.includes(word);
      expect(drawnMarks(container).get(`${index}`), name).toBe(isDrawn ? word : undefined);
      if (isDrawn) count++;
      unmount();
    }
    expect(count).toBeGreaterThan(300);
  }, 60_000);
});

const tour =
  '# Total *due*\n\nThe **red car** [3] and the person [12][13], see [the page](https://a.test/4) [4].\n' +
  'A &amp; B, 5 \\* 6, AT&T, `code [5]`, $x_1$ and ![alt words](https://a.test/p.png).\n\n' +
  '- [x] done [6]\n- open\n   - inner **both\n     lines** [7]\n\n1.\tTabbed item\n\n\tmore of it [8]\n\n' +
  '> Quoted [9]\n> > deeper\nlazy\n\n| Left \\| a | Right |\n| :- | -: |\n|| empty first |\n| a [10] | 1,234 |\n\n' +
  'Title\nunderlined [1]\n===\n\n```py\nprint(1)\n```\n\n<div class="x">raw [2]</div>\n\n[1]: https://a.test/definition\n\nThe end 👩‍👩‍👧‍👦.\n';

test.each([
  ['emphasis', 'The **red car** is', '**red car**', ['red car']],
  ['across emphasis', 'The **red** car is', 'The **red** car', ['The ', 'red', ' car']],
  ['across lines of a quotation', '> a red\n> car is', 'red\n> car', ['red\ncar']],
  ['across cells', '| a b | c d |\n| - | - |\n', 'b | c', ['b', 'c']],
  ['an escaped cell', '| a \\| b |\n| - |\n', 'b', ['b']],
  ['escapes', 'so 5 \\* 6', '\\*', ['*']],
  ['half a reference', 'A &amp; B', 'am', ['&']],
  ['half a pair', 'a 👍 b', '\ud83d', ['👍']],
  ['a heading', '## One two ##\n', 'two', ['two']],
  ['an item after a tab', '-\tone\n\n\ttwo\n', 'two', ['two']],
  ['a citation beside a link', '[a](https://a.test)[12]', '[12]', ['[12]']],
  ['one of two citations', '[12][13]', '[13]', ['[13]']],
  ['a citation that is defined', 'see [1]\n\n[1]: https://a.test', '[1]', ['1']],
  ['inline code', 'so `a b`', 'a b', []],
  ['a code block', '```\na b\n```', 'a b', []],
  ['a formula', 'so $a b$', 'a b', []],
  ['words of a picture', '![a b](https://a.test/p)', 'a b', []],
  ['the last item before a space', '- one two\nthree ', 'two', ['two']],
  ['a name of no character', 'so &qzjv; it', 'qzjv', ['qzjv']],
  ['raw markup', 'a <b>c</b>', '<b>c', ['<b>', 'c']],
])('a mark on %s', (_, text, marked, pieces) => {
  const container = draw(text, marksOn(text, marked));
  expect([...container.querySelectorAll('[data-mark]')].map((one) => one.textContent)).toEqual(pieces);
});

test('places count line feeds as they were written', () => {
  const text = tour.replaceAll('\n', '\r\n');
  const drawn = drawnMarks(draw(text));
  const plain = drawnMarks(draw(tour));
  expect([...drawn.values()]).toEqual([...plain.values()]);
  expect(drawn.size).toBeGreaterThan(40);
});

describe('streamed character by character', () => {
  test('it ends as at once, and marks what has come', async () => {
    const streamed = render(Markdown, { text: '', streaming: true, labels });
    for (let end = 1; end <= tour.length; end++) {
      const text = tour.slice(0, end);
      await streamed.rerender({ text, marks: marksOfWords(text), streaming: true, labels });
    }
    await streamed.rerender({ text: tour, marks: marksOfWords(tour), streaming: false, labels });
    const container = draw(tour);
    const done = (one: Element): boolean => one.querySelector('math') !== null;
    await expect.poll(() => done(container) && done(streamed.container)).toBe(true);
    await expect.poll(() => markupOf(streamed.container)).toBe(markupOf(container));
  }, 60_000);

  test('what is settled is not drawn again, although marks come as new objects', async () => {
    const text = 'A paragraph with a citation [3] and **more** [4].\n\n'.repeat(60);
    const { container, rerender } = render(Markdown, {
      text,
      marks: marksOfWords(text),
      streaming: true,
      labels,
    });
    flushSync();
    let whole = text;
    const paragraphs = [...container.querySelectorAll('p')];
    const changed = vi.fn();
    const observer = new MutationObserver(changed);
    for (const one of paragraphs.slice(0, -1)) {
      observer.observe(one, { subtree: true, childList: true, characterData: true, attributes: true });
    }
    for (const more of ['And', ' more [5]', '.\n\n- a', '\n- b [6]']) {
      whole += more;
      await rerender({ text: whole, marks: marksOfWords(whole), streaming: true, labels });
    }
    observer.disconnect();
    expect(changed).not.toHaveBeenCalled();
    expect(drawnMarks(container).size).toBe(marksOfWords(text).length + 6);
  });

  test('sections and blocks stay the same objects where neither they nor their marks changed', () => {
    const stream = createMarkdownStream();
    const putMarks = createMarkedSections();
    const text = 'Some words [3].\n\n'.repeat(100);
    const update = (whole: string, marks = marksOfWords(whole)) =>
      putMarks(stream.update(whole, false), marks, whole);
    const before = update(text);
    const after = update(`${text}More [4].`);
    expect(before.length).toBeGreaterThan(3);
    before.slice(0, -1).forEach((section, index) => expect(after[index]).toBe(section));
    const other = update(`${text}More [4].`, marksOfWords(`${text}More [4].`).slice(1));
    expect(other[0]).not.toBe(after[0]);
    expect(other[0]!.blocks[0]).not.toBe(after[0]!.blocks[0]);
    expect(other[0]!.blocks.slice(1)).toEqual(after[0]!.blocks.slice(1));
    expect(other[0]!.blocks[1]).toBe(after[0]!.blocks[1]);
    expect(other.slice(1)).toEqual(after.slice(1));
    expect(update(`${text}More [4].`, [])[0]!.blocks[0]).not.toHaveProperty('marks');
  });
});

test('highlighting changes marks and nothing else', async () => {
  const marks = marksOfWords(tour);
  const { container, rerender } = render(Markdown, { text: tour, marks, lit: new Set<string>(), labels });
  await expect.poll(() => container.querySelector('math')).not.toBeNull();
  const records: MutationRecord[] = [];
  const observer = new MutationObserver((more) => void records.push(...more));
  observer.observe(container, { subtree: true, childList: true, characterData: true, attributes: true });
  const lit = marks.slice(3, 6).map(({ id }) => id);
  await rerender({ text: tour, marks, lit: new Set(lit), labels });
  records.push(...observer.takeRecords());
  const changed = records.map(({ target, attributeName }) => [
    (target as HTMLElement).dataset['mark'],
    attributeName,
  ]);
  expect(changed.every(([id, name]) => lit.includes(id!) && name === 'class')).toBe(true);
  expect(new Set(changed.map(([id]) => id))).toEqual(new Set(lit));
  expect([...container.querySelectorAll<HTMLElement>('.lit')].map((one) => one.dataset['mark'])).toEqual(lit);
  observer.disconnect();
});

describe('a person', () => {
  const text = 'The total [3] is due to **the** person here, [a page [4]](https://a.test/x) says [9].';
  const marks = [
    ...marksOn(text, '[3]', '**the** person', '[4]').map((mark) => ({
      ...mark,
      id: text.slice(mark.start, mark.end),
    })),
    markAt(text.indexOf('[9]'), text.indexOf('[9]') + 3, {
      id: 'none',
      kind: 'citation',
      known: false,
      label: 'There is no such line',
    }),
  ];

  function open() {
    const onmark = vi.fn();
    const { container } = render(Markdown, { text, marks, onmark, labels });
    return { container, onmark };
  }

  test('reaches marks by keyboard, in the order of the text', async () => {
    const { onmark } = open();
    await userEvent.tab();
    await expect.element(page.getByRole('button', { name: '3: about 10', exact: true })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard(' ');
    await userEvent.tab();
    await expect.element(page.getByRole('button', { name: /^the: about/ })).toHaveFocus();
    await userEvent.tab();
    await expect.element(page.getByRole('link')).toHaveFocus();
    await userEvent.tab();
    expect(page.getByRole('button').elements()).toHaveLength(2);
    expect(onmark.mock.calls).toEqual([
      ['[3]', 'light'],
      ['[3]', 'pin'],
      ['[3]', 'pin'],
      ['[3]', 'unlight'],
      ['**the** person', 'light'],
      ['**the** person', 'unlight'],
    ]);
  });

  test('points at any piece of a mark, and chooses it', async () => {
    const { container, onmark } = open();
    const piece = [...container.querySelectorAll('[data-mark]')].find(
      (one) => one.textContent === ' person',
    )!;
    await userEvent.hover(piece);
    expect(piece.getAttribute('title')).toMatch(/^about/);
    await userEvent.click(piece);
    await userEvent.hover(container.querySelector('.unknown')!);
    expect(onmark.mock.calls.map(([, event]) => event)).toEqual(['light', 'pin', 'unlight']);
  });

  test('sees that a citation leads nowhere', async () => {
    const { container, onmark } = open();
    const unknown = container.querySelector<HTMLElement>('.unknown')!;
    expect(unknown.textContent).toBe('[9]\u00a0(There is no such line)');
    expect(unknown.title).toBe('There is no such line');
    expect(unknown.matches('[role], [tabindex]')).toBe(false);
    await userEvent.click(unknown);
    expect(onmark).not.toHaveBeenCalled();
  });

  test('is told that a mark is no longer pointed at when it goes', async () => {
    const onmark = vi.fn();
    const { rerender } = render(Markdown, { text, marks, onmark, labels });
    await userEvent.tab();
    await rerender({ text, marks: [], onmark, labels });
    expect(onmark.mock.calls).toEqual([
      ['[3]', 'light'],
      ['[3]', 'unlight'],
    ]);
  });
});

test('a time says what it does, stands in its line, and is chosen like any other mark', async () => {
  const text = 'He waves at **[01:23]**, see [a page](https://a.test) and `[01:24]`.';
  const mark = (words: string) =>
    markAt(text.indexOf(words), text.indexOf(words) + words.length, {
      id: words,
      kind: 'time',
      label: `Play at ${words.slice(1, -1)}`,
    });
  const onmark = vi.fn();
  const { container } = render(Markdown, { text, marks: [mark('[01:23]'), mark('[01:24]')], onmark, labels });
  await page.getByRole('button', { name: 'Play at 01:23', exact: true }).click();
  expect(onmark.mock.calls).toContainEqual(['[01:23]', 'pin']);
  // What is shown as code stays as it is.
  expect(container.querySelectorAll('[data-mark]')).toHaveLength(1);
  expect(container.textContent).toContain('He waves at [01:23], see');
});

test('a citation makes no line higher, and a span breaks like text', () => {
  const heightOf = (text: string, marks = marksOn(text, '[3]')): number =>
    draw(text, marks).querySelector('p')!.getBoundingClientRect().height;
  expect(heightOf('One line [3] of text')).toBe(heightOf('One line [3] of text', []));
  const long = 'many words '.repeat(60);
  const span = draw(long, [markAt(0, long.length)]).querySelector('[data-mark]')!;
  expect(span.getClientRects().length).toBeGreaterThan(2);
});

test.each(['light', 'dark'])('axe finds nothing among marks in the %s theme', async (theme) => {
  document.documentElement.dataset['theme'] = theme;
  const marks = marksOn(tour, 'due', '[3]', '[4]', '[6]', '[9]', 'red car').map((mark, index) =>
    index === 3 ? { ...mark, known: false } : mark,
  );
  const { container } = render(Markdown, { text: tour, marks, lit: new Set([marks[1]!.id]), labels });
  await expect.poll(() => container.querySelector('math')).not.toBeNull();
  const { violations } = await axe.run(container, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
});
