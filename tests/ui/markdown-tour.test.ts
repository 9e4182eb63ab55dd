import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import '../../src/app.css';
import Markdown from '#ui/markdown/Markdown.svelte';
import { labels } from './markdown-labels.ts';

const tour = [
  '# What the picture shows',
  'Two **dogs** run along a *beach*; see [the report](https://example.com/report) and `run()`, at ~~$5~~ $10.',
  '## Details',
  '1. The first\n2. The second\n   - inner\n   - inner\n\n3. The third',
  '- [x] found\n- [ ] not **yet** found',
  '> A quotation,\n> of two lines.',
  '| Thing | Count | Share |\n| :-- | --: | :-: |\n| dogs | 2 | 40 % |\n| birds | 3 | 60 % |',
  '```python\n# A comment\ndef area(width: float, height=2) -> str:\n    return f"{width * height} m"\n```',
  '```\nplain code\n```',
  'The area is $a = \\pi r^2$ for $r \\in \\mathbb{R}$, and',
  '$$\n\\int_0^1 x^2 \\, dx = \\frac{1}{3}\n$$',
  '![a red square](https://pictures.test/red.png)',
  '<div class="x">raw</div>',
  '---',
  '### Third\n\n#### Fourth\n\nThe end.',
].join('\n\n');

afterEach(() => document.documentElement.removeAttribute('data-theme'));

test.each(['light', 'dark'])(
  'axe finds nothing in a tour of all constructs, coloured and typeset, in the %s theme',
  async (theme) => {
    document.documentElement.dataset['theme'] = theme;
    const { container } = render(Markdown, { text: tour, labels });
    await expect.poll(() => container.querySelectorAll('math').length, { timeout: 20_000 }).toBe(3);
    await expect.poll(() => container.querySelector('.hljs-keyword'), { timeout: 20_000 }).not.toBeNull();
    // The page around it brings its own landmarks and first heading.
    const { violations } = await axe.run(container, { rules: { region: { enabled: false } } });
    const found = violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
    expect(found).toEqual([]);
  },
  60_000,
);

test('headings of all levels stand in the same rhythm', () => {
  const text = [1, 2, 3, 4, 5, 6]
    .map((level) => `${'#'.repeat(level)} Level ${level}\n\nWords.\n\n`)
    .join('');
  const { container } = render(Markdown, { text, labels });
  const margins = [...container.querySelectorAll(':is(h3, h4, h5, h6)')].map((heading) => {
    const { marginTop, marginBottom } = getComputedStyle(heading);
    return [marginTop, marginBottom];
  });
  const between = ['12px', '0px'];
  expect(margins).toEqual([['0px', '0px'], between, between, between, between, between]);
});
