import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Markdown from '#ui/markdown/Markdown.svelte';
import { labels } from './markdown-labels.ts';

const tour =
  '# Title\n\nSome **bold**, *slanted* and ~~struck~~ words with `code`,\na soft break.\n\n- [x] done\n- [ ] open\n\n' +
  '3. three\n4. four\n   - inner\n\n| Left | Right |\n| :- | -: |\n| a | 1,234 |\n\n```python\ndef area(w, h):\n    return w * h\n```\n\n' +
  '> Quoted.\n\nThe formula $a_1^2$ and the sum of $5.\n\n$$\n\\sum_{n=1}^{\\infty} \\frac{1}{n^2}\n$$\n\n---\n\nThe end.\n';

test('streamed character by character it is drawn as it is at once', async () => {
  const whole = render(Markdown, { text: tour, labels });
  const streamed = render(Markdown, { text: '', streaming: true, labels });
  for (let end = 1; end <= tour.length; end++) {
    await streamed.rerender({ text: tour.slice(0, end), streaming: true, labels });
  }
  await streamed.rerender({ text: tour, streaming: false, labels });
  for (const { container } of [whole, streamed]) {
    await expect.poll(() => container.querySelectorAll('math').length).toBe(2);
    await expect.poll(() => container.querySelectorAll('[class^=hljs]').length).toBeGreaterThan(2);
  }
  const drawn = (root: Element): string => root.innerHTML.replaceAll(/<!--.*?-->/g, '');
  expect(drawn(streamed.container)).toBe(drawn(whole.container));
});

test('only the last block is drawn again while the answer arrives', async () => {
  const { container, rerender } = render(Markdown, { text: tour, streaming: true, labels });
  flushSync();
  const before = [...container.querySelectorAll('.section > *')];
  const changed = new Set<Node>();
  const observer = new MutationObserver((records) => {
    for (const { target } of records) changed.add(target);
  });
  for (const block of before.slice(0, -1)) {
    observer.observe(block, { subtree: true, childList: true, characterData: true, attributes: true });
  }
  for (const more of ['And', ' more.', '\n\n- a', '\n- b']) {
    await rerender({ text: `${tour}${more}`, streaming: true, labels });
  }
  observer.disconnect();
  const lateDrawing = [...changed].filter((node) => !(node as Element).closest?.('.code, .maths, code'));
  expect(lateDrawing).toEqual([]);
  expect([...container.querySelectorAll('.section > *')].slice(0, before.length - 1)).toEqual(
    before.slice(0, -1),
  );
});

test('a task is a disabled box named by its words; a list keeps its first number; headings stay below the page', async () => {
  const { container } = render(Markdown, { text: tour, labels });
  await expect.element(page.getByRole('checkbox', { name: 'done' })).toBeChecked();
  await expect.element(page.getByRole('checkbox', { name: 'open' })).toBeDisabled();
  expect(container.querySelector('ol')!.start).toBe(3);
  await expect.element(page.getByRole('heading', { name: 'Title', level: 3 })).toBeVisible();
  expect(getComputedStyle(container.querySelector('td:last-child')!).textAlign).toBe('right');
});

test('code names its language, is copied as it is written, and is highlighted once it is whole', async () => {
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  const code = 'const a = 1;\n\n\tlet b = "<b>";';
  const open = `\`\`\`ts\n${code}`;
  const { container, rerender } = render(Markdown, { text: open, streaming: true, labels });
  expect(container.querySelector('.bar')!.textContent).toContain('ts');
  expect(container.querySelector('pre')!.textContent).toBe(code);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(container.querySelector('[class^=hljs]')).toBeNull();

  await rerender({ text: `${open}\n\`\`\`\n`, streaming: false, labels });
  await expect.poll(() => container.querySelector('.hljs-keyword')?.textContent).toBe('const');
  expect(container.querySelector('pre')!.textContent).toBe(code);
  await page.getByRole('button', { name: 'Copy code' }).click();
  expect(copied).toHaveBeenCalledWith(code);
  await expect.element(page.getByRole('status')).toHaveTextContent('Copied');
});

test('a long open code block grows at its end only', async () => {
  const line = 'print("one more line")\n';
  const { container, rerender } = render(Markdown, {
    text: `\`\`\`py\n${line.repeat(300)}`,
    streaming: true,
    labels,
  });
  flushSync();
  const first = container.querySelector('.piece')!;
  const changed = vi.fn();
  const observer = new MutationObserver(changed);
  observer.observe(first, { subtree: true, characterData: true, childList: true });
  await rerender({ text: `\`\`\`py\n${line.repeat(320)}`, streaming: true, labels });
  await expect.poll(() => container.querySelector('pre')!.textContent.split('\n').length).toBe(320);
  expect(container.querySelectorAll('.piece')).toHaveLength(8);
  expect(changed).not.toHaveBeenCalled();
  observer.disconnect();
});

test('maths is MathML; what KaTeX cannot read stays as it was written, and nothing sets a style', async () => {
  const { container } = render(Markdown, {
    text: 'Good $\\frac{1}{2}$, bad $\\frac{1}$, boxed $\\boxed{x}$, bold $\\pmb{x}$, bomb $\\def\\a{\\a\\a}\\a$.',
    labels,
  });
  await expect.poll(() => container.querySelectorAll('math').length).toBe(3);
  expect(container.querySelector('math mfrac')).not.toBeNull();
  expect(container.textContent).toContain('\\frac{1}');
  expect(container.textContent).toContain('\\def\\a{\\a\\a}\\a');
  expect(container.querySelector('.maths [style], .maths [href]')).toBeNull();
});

test('a long finished text is drawn over several frames, to its end', async () => {
  const text = Array.from({ length: 400 }, (_, round) => `Paragraph ${round} with **words**.\n\n`)
    .join('')
    .repeat(3);
  const { container } = render(Markdown, { text, labels });
  flushSync();
  const first = container.querySelectorAll('p').length;
  expect(first).toBeGreaterThan(20);
  expect(first).toBeLessThan(1_200);
  await expect.poll(() => container.querySelectorAll('p').length).toBe(1_200);
  expect(container.querySelector('[aria-busy=true]')).toBeNull();
});
