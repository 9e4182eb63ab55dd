import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import Markdown from '#ui/markdown/Markdown.svelte';
import { readJson, type SpecExample } from './corpora.ts';
import { labels } from './markdown-labels.ts';
import { outlineOfDrawn, outlineOfHtml } from './outline.ts';

for (const [name, different] of [
  ['commonmark-0.31.2-spec.json', []],
  ['gfm-spec.json', []],
] as const)
  test(`${name}: every example is drawn as the specification says, but for the listed ones`, async (context) => {
    const examples = await readJson<SpecExample[]>('markdown', name);
    if (!examples) return context.skip('The corpora are absent.');
    const found: number[] = [];
    for (const { example, markdown, html } of examples) {
      const absolute = (text: string): string =>
        text.replaceAll(/(?<=[("<: ]|^)\/(?=(url|uri|path|train|bar|f)\b)/gm, 'https:/h.test/');
      const { container, unmount } = render(Markdown, { text: absolute(markdown), labels });
      flushSync();
      const drawn = outlineOfDrawn(container);
      const wanted = outlineOfHtml(absolute(html));
      if (drawn !== wanted) {
        found.push(example);
        console.log(`${example}\n${JSON.stringify(markdown)}\n${wanted}\n${drawn}\n`);
      }
      unmount();
    }
    expect(found).toEqual(different);
  }, 60_000);
