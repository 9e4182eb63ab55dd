import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import Markdown from '#ui/markdown/Markdown.svelte';
import { readJson } from './corpora.ts';
import { labels } from './markdown-labels.ts';
import { markupOf, marksOfWords, withoutMarks } from './marked.ts';

interface Attack {
  readonly id: string;
  readonly kind: string;
  readonly input: string;
}

const drawnElements = new Set(
  (
    'div section p h3 h4 h5 h6 ul ol li label input strong em del code pre span br hr a bdi blockquote table thead ' +
    'tbody tr th td button svg path math semantics annotation mrow mi mn mo mtext mspace msup msub msubsup mfrac ' +
    'msqrt mroot mover munder munderover mtable mtr mtd mpadded mphantom mstyle menclose'
  ).split(' '),
);
const drawnAttributes = new Set(
  (
    'class style href target rel title type disabled aria-label aria-hidden aria-busy role start tabindex width height ' +
    'viewBox fill stroke stroke-width stroke-linecap stroke-linejoin focusable d xmlns display encoding mathvariant ' +
    'stretchy fence separator mathcolor data-mark'
  ).split(' '),
);

function offencesIn(container: Element): string[] {
  const found: string[] = [];
  for (const element of container.querySelectorAll('*')) {
    if (!drawnElements.has(element.localName)) found.push(`element ${element.localName}`);
    for (const { name, value } of element.attributes) {
      if (!drawnAttributes.has(name)) found.push(`attribute ${name}`);
      if (name === 'style' && !/^(contain-intrinsic-block-size|text-align): /.test(value)) found.push(value);
      if (name === 'href' && !/^(https?:\/\/|mailto:)/.test(value)) found.push(`href ${value}`);
    }
    if (element.localName === 'input' && !element.matches('[type=checkbox][disabled]')) found.push('input');
    if (
      element.localName === 'a' &&
      !element.matches('[target=_blank][rel="noopener noreferrer nofollow"]')
    ) {
      found.push('a link without rel');
    }
  }
  return found;
}

test('nothing that an answer holds becomes active, at any point while it arrives', async (context) => {
  const corpus = await readJson<{ cases: Attack[] }>('xss', 'chat-attacks.json');
  if (!corpus) return context.skip('The corpora are absent.');
  const attacks = corpus.cases.filter(({ kind }) =>
    ['exfiltration', 'link', 'xss', 'hidden text'].includes(kind),
  );
  expect(attacks.length).toBeGreaterThan(45);

  for (const { id, input } of attacks) {
    const text = input.replace('|||', '');
    const { container, rerender, unmount } = render(Markdown, { text: '', streaming: true, labels });
    for (let end = 1; end <= text.length; end++) {
      await rerender({ text: text.slice(0, end), streaming: true, labels });
      expect(offencesIn(container), `${id}: ${text.slice(0, end)}`).toEqual([]);
    }
    await rerender({ text, streaming: false, labels });
    expect(offencesIn(container), id).toEqual([]);
    for (const link of container.querySelectorAll('a')) expect(link.textContent, id).not.toBe('');
    unmount();
  }

  // All at once, with maths and highlighting drawn.
  const all = attacks.map(({ input }) => input.replace('|||', '')).join('\n\n---\n\n');
  const { container } = render(Markdown, { text: all, labels });
  await expect.poll(() => container.querySelectorAll('math').length).toBeGreaterThan(0);
  expect(offencesIn(container)).toEqual([]);
  expect((window as { __pwned?: unknown }).__pwned).toBeUndefined();
  const requests = performance.getEntriesByType('resource').map(({ name }) => name);
  expect(requests.filter((url) => url.includes('attacker'))).toEqual([]);
}, 120_000);

test('marks in attacks, with labels that are attacks themselves, add words and nothing else', async (context) => {
  const corpus = await readJson<{ cases: Attack[] }>('xss', 'chat-attacks.json');
  if (!corpus) return context.skip('The corpora are absent.');
  for (const { id, input } of corpus.cases) {
    const text = input.replace('|||', '');
    const marks = marksOfWords(text).map((mark, at) => ({ ...mark, label: input, known: at % 3 > 0 }));
    const marked = render(Markdown, { text, marks, labels });
    const plain = render(Markdown, { text, labels });
    flushSync();
    expect(offencesIn(marked.container), id).toEqual([]);
    expect(withoutMarks(marked.container), id).toBe(markupOf(plain.container));
    marked.unmount();
    plain.unmount();
  }
  expect((window as { __pwned?: unknown }).__pwned).toBeUndefined();
}, 60_000);

test.each([
  ['[https://portal.azure.com](https://attacker.test/?k=1)', 'attacker.test'],
  ['[openai.azure.com](https://openai.azure.com@attacker.test/)', 'attacker.test'],
  ['[https://bank.test/?attacker.test](https://attacker.test/)', 'attacker.test'],
  ['[here](https://learn.microsoft.com:8443/azure)', 'learn.microsoft.com:8443'],
  ['[write](mailto:someone@example.com)', 'someone@example.com'],
])('%s shows where it leads', (text, host) => {
  const { container } = render(Markdown, { text, labels });
  expect(container.querySelector('.host')!.textContent.trim()).toBe(`(${host})`);
});

test.each(['https://example.com/a', '[example.com](https://example.com/a)', '<someone@example.com>'])(
  '%s names its host already',
  (text) => {
    const { container } = render(Markdown, { text, labels });
    expect(container.querySelector('a')).not.toBeNull();
    expect(container.querySelector('.host')).toBeNull();
  },
);

test('a remote picture is a chip with its host and a link, and raw HTML is text', () => {
  const { container } = render(Markdown, {
    text: '![a *red* square](https://pictures.test/x.png)\n\n<img src="https://attacker.test/p">',
    labels,
  });
  flushSync();
  expect(container.querySelector('.picture')!.textContent).toContain(
    'Picture from pictures.test: a red square',
  );
  expect(container.querySelector('.picture a')!.getAttribute('href')).toBe('https://pictures.test/x.png');
  expect(container.textContent).toContain('<img src="https://attacker.test/p">');
});
