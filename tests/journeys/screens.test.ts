import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answersOf, ask, attach, composerOf, endedAnswer, startWith } from './steps.ts';
import { createWorld, type OpenOptions, type World } from './world.ts';

/** Where a person finds what these journeys saw; not part of the repository. */
const album = resolve('.cache/screens');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const picture = { name: 'garden.jpg', mimeType: 'image/jpeg', buffer: readFileSync('public/sample.jpg') };

let world: World;

beforeAll(async () => {
  mkdirSync(album, { recursive: true });
  world = await createWorld();
});
afterEach(() => world.simulator.respondWith(null));
afterAll(() => world.close());

const looks: readonly (OpenOptions & { readonly look: string })[] = [
  { look: 'desktop-light' },
  { look: 'desktop-dark', colorScheme: 'dark' },
  { look: 'phone-light', phone: true },
  { look: 'phone-dark', phone: true, colorScheme: 'dark' },
];

for (const { look, ...opening } of looks) {
  test(`every screen is readable by everyone, and fits: ${look}`, { timeout: 90_000 }, async () => {
    const visit = await world.open({ ...opening, expected: [/status of 401/] });
    const { page } = visit;
    const see = (screen: string): Promise<void> => examine(page, `${look}-${screen}`);

    await page.getByRole('heading', { name: 'Connect to Azure' }).waitFor();
    await see('first');
    await startWith(page, {
      endpoint: world.simulator.origin,
      deployment: 'markdown-tour',
      model: 'gpt-4.1@2025-04-14',
    });
    await page.getByRole('heading', { name: 'Ask about a picture' }).waitFor();
    await see('empty');

    await attach(page, [
      picture,
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') },
    ]);
    await page.getByRole('combobox', { name: 'Detail for garden.jpg' }).waitFor();
    await page.getByText('This is not a picture.').waitFor();
    await page.getByRole('button', { name: 'Add image by URL' }).click();
    await page.getByLabel('Image URL').fill('https://example.org/pictures/harbour.jpg');
    await see('image-url');
    await page.getByRole('button', { name: 'Add image', exact: true }).click();
    await composerOf(page).fill('Which plants are these, and what do they need?\nAnswer with a table.');
    await see('draft');
    await page.getByRole('button', { name: 'Request settings' }).click();
    await page.getByRole('dialog', { name: 'Request settings' }).waitFor();
    await see('request-settings');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove harbour.jpg' }).click();
    await page.getByRole('button', { name: 'Remove notes.txt' }).click();

    await ask(page, 'Which plants are these, and what do they need? Answer with a table.');
    await endedAnswer(page);
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, 0));
    await see('prompt');
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, log.scrollHeight));
    await see('answer');
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, 0));
    await page.getByRole('button', { name: 'Open garden.jpg' }).click();
    await page.getByRole('dialog').waitFor();
    await see('viewer');
    await page.keyboard.press('Escape');

    world.simulator.respondWith((request) =>
      request.method === 'POST'
        ? Response.json(
            { error: { code: '401', message: 'Access denied due to invalid subscription key.' } },
            { status: 401, headers: { 'access-control-allow-origin': '*' } },
          )
        : null,
    );
    await ask(page, 'And in winter?');
    await (await endedAnswer(page)).getByText('Details', { exact: true }).click();
    await see('failure');
    world.simulator.respondWith(null);

    if (opening.phone) {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('link', { name: 'Settings', exact: true }).waitFor();
      await see('menu');
      await page.keyboard.press('Escape');
    }
    await page.evaluate(() => (location.hash = '#/settings'));
    await page.getByRole('heading', { name: 'Connections' }).waitFor();
    await see('settings');
    await page.getByRole('button', { name: 'Edit markdown-tour' }).click();
    await see('editor');
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByRole('button', { name: 'Cancel test' }).waitFor({ state: 'detached' });
    await page.getByText(/^This test cost|^Azure would have charged/).waitFor();
    await see('checklist');
    await page.evaluate(() => (location.hash = '#/nowhere'));
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    await see('not-found');
    visit.expectQuiet();
    await visit.close();
  });
}

/** A picture for the album, and what axe and the edge of the window say about what is in view. */
async function examine(page: Page, name: string): Promise<void> {
  await page.evaluate(async () => {
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  });
  await page.screenshot({ path: join(album, `${name}.png`) });
  const overflow = await page.evaluate(() => ({
    page: document.scrollingElement!.scrollWidth - innerWidth,
    main: Math.max(
      0,
      ...[...document.querySelectorAll('main')].map((main) => main.scrollWidth - main.clientWidth),
    ),
  }));
  expect(overflow, `${name}: wider than the window`).toEqual({ page: Math.min(0, overflow.page), main: 0 });
  await page.evaluate(`if (!window.axe) { ${axe} }`);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const results = await axe.run(document, { resultTypes: ['violations'] });
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('\n')}`,
      );
  });
  expect(violations, name).toEqual([]);
}
