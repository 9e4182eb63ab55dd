import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import Markdown from '#ui/markdown/Markdown.svelte';
import { readJson, type SpecExample } from './corpora.ts';
import { differences } from './markdown-differences.ts';
import { labels } from './markdown-labels.ts';
import { outline } from './outline.ts';

for (const [name, reasons] of Object.entries(differences))
  test(`${name}: every example is drawn as specified, but for those listed with a reason`, async (context) => {
    const examples = await readJson<SpecExample[]>('markdown', name);
    if (!examples) return context.skip('The corpora are absent.');
    const found: number[] = [];
    for (const { example, markdown, html } of examples) {
      const { container, unmount } = render(Markdown, { text: onAHost(markdown), labels });
      flushSync();
      const specified = new DOMParser().parseFromString(onAHost(html), 'text/html').body;
      if (outline(container) !== outline(specified)) found.push(example);
      unmount();
    }
    expect(examples.length).toBeGreaterThan(600);
    expect(found).toEqual(
      Object.values(reasons)
        .flat()
        .sort((a, b) => a - b),
    );
  }, 120_000);

/** Most examples link to "/url", which is no address here. One slash, lest GFM makes a link where there is none. */
function onAHost(text: string): string {
  return text.replaceAll(/(?<=[("<: ]|^)\/(?=(url|uri|path|train|bar|f)\b)/gm, 'https:/h.test/');
}
