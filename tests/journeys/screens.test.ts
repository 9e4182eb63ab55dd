import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, attach, composerOf, endedAnswer, startWith } from './steps.ts';
import { createSimulator } from '#simulator';
import { recordClip } from './clip.ts';
import { createWorld, type OpenOptions, type World } from './world.ts';

/** Where a person finds what these journeys saw; not part of the repository. */
const album = resolve('.cache/screens');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const picture = { name: 'garden.jpg', mimeType: 'image/jpeg', buffer: readFileSync('public/sample.jpg') };

let world: World;
/** Says the same as the world's own, without the time that a model takes. */
const quick = createSimulator({ delayMs: () => 0 });

beforeAll(async () => {
  mkdirSync(album, { recursive: true });
  world = await createWorld();
});
beforeEach(() => world.simulator.respondWith(quick));
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
    const panel = page.getByRole('button', { name: 'What the model sees: garden.jpg' });
    await panel.click();
    await page.getByRole('table', { name: 'Tokens of garden.jpg' }).getByText('1,105').first().waitFor();
    await see('panel');
    await panel.click();
    await page.getByRole('button', { name: 'Request settings' }).click();
    await page.getByRole('dialog', { name: 'Request settings' }).waitFor();
    await see('request-settings');
    await page.keyboard.press('Escape');
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([await recordClip(page, 1)]);
    await page.getByRole('dialog').getByRole('button', { name: 'Add to message' }).waitFor();
    await see('video-dialog');
    await page.getByRole('dialog').getByRole('button', { name: 'Add to message' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await see('video-tile');
    await page.getByRole('button', { name: /^Remove clip/ }).click();
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
    await composerOf(page).fill('And in winter?');
    await page.getByRole('button', { name: 'Why so many tokens?' }).click();
    await page.getByRole('dialog').getByText('garden.jpg').waitFor();
    await see('token-sources');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Plan pictures' }).first().click();
    await page.getByRole('dialog', { name: 'History planner' }).waitFor();
    await see('planner');
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
    world.simulator.respondWith(quick);

    if (opening.phone) {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('link', { name: 'Settings', exact: true }).waitFor();
      await see('menu');
      await page.keyboard.press('Escape');
    }
    await page.evaluate(() => (location.hash = '#/costs'));
    await page.getByRole('table', { name: 'Costs by day' }).waitFor();
    await page.getByRole('spinbutton', { name: 'Monthly budget (USD)', exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Check against your bill' }).waitFor();
    await see('costs');
    await page.getByRole('heading', { name: 'Prices', exact: true }).scrollIntoViewIfNeeded();
    await see('prices');
    await page.evaluate(() => (location.hash = '#/videos'));
    await page.getByRole('heading', { name: 'No connection for videos yet' }).waitFor();
    await see('videos-none');
    await page.getByRole('button', { name: 'Try it on the simulator' }).click();
    await page.getByRole('heading', { name: 'Indexes' }).waitFor();
    const clip = await recordClip(page, 1);
    await page.getByRole('button', { name: 'Add video' }).click();
    await page.getByRole('dialog').getByLabel('Video file').setInputFiles([clip]);
    await see('add-video');
    await page.getByRole('dialog').getByRole('button', { name: 'Upload' }).click();
    await expect
      .poll(() => page.getByRole('table', { name: 'Videos' }).innerText(), { timeout: 20_000 })
      .toContain('Not in an index');
    await page.getByRole('textbox', { name: 'Index name' }).fill('Walks');
    await see('videos');
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

test('the keyboard alone reaches everything, and the focus goes where a person expects', async () => {
  const visit = await world.open();
  const { page } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o' });
  await page.getByRole('heading', { name: 'Ask about a picture' }).waitFor();
  const focused = (): Promise<string> => page.evaluate(nameOfFocused);

  // Send is enabled: a disabled button takes no focus.
  await composerOf(page).fill('By keyboard');
  // To the end of the page, and round.
  await tabThrough(page);
  const reached = await tabThrough(page);
  expect(reached).toEqual([
    'Skip to content',
    'New conversation',
    'Search conversations',
    'Videos',
    'Costs',
    'Settings',
    'Message',
    'Attach files',
    'Add image by URL',
    'Record a video',
    'Request settings',
    'Connection',
    'Send',
  ]);

  await composerOf(page).focus();
  await page.keyboard.press('Enter');
  await endedAnswer(page);
  expect(await focused()).toBe('Message');

  for (const [opener, dialog] of [
    ['Request settings', 'Request settings'],
    ['Add image by URL', 'Add image by URL'],
  ] as const) {
    await page.getByRole('button', { name: opener }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: dialog }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused()).toBe(opener);
  }

  await page.keyboard.press('Control+k');
  expect(await focused()).toBe('Search conversations');
  await page.keyboard.type('nothing like it');
  await page.getByText('Nothing found for “nothing like it”.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'By keyboard' }).waitFor();

  // What an answer offers is reached, too.
  const beyond = await tabThrough(page);
  for (const name of [
    'By keyboard',
    'Actions for By keyboard',
    'Rename conversation',
    'Messages',
    'Copy',
    'Regenerate',
    'Edit',
  ]) {
    expect(beyond).toContain(name);
  }
  await page.getByRole('button', { name: 'Actions for By keyboard' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
  expect(await focused()).toBe('Rename');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('Delete');
  await page.keyboard.press('Escape');
  expect(await focused()).toBe('Actions for By keyboard');

  await page.keyboard.press('Control+Shift+O');
  await page.getByRole('heading', { name: 'Ask about a picture' }).waitFor();
  expect(new URL(page.url()).hash).toBe('#/');
  await page.keyboard.type('Typed at once');
  expect(await composerOf(page).inputValue()).toBe('Typed at once');
  visit.expectQuiet();
  await visit.close();
});

test(
  'a Chinese browser is spoken to in Chinese; the language changes in place and is kept',
  { timeout: 90_000 },
  async () => {
    const visit = await world.open({ locale: 'zh-CN' });
    const { page } = visit;
    const see = async (screen: string): Promise<void> => {
      await examine(page, `chinese-${screen}`);
      expect(await page.evaluate(englishWords), screen).toEqual([]);
    };
    await page.getByRole('heading', { name: '连接到 Azure' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    await see('first');
    await page.evaluate(() => (location.hash = '#/settings'));
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    await page.getByRole('button', { name: '添加连接' }).click();
    await page.getByLabel('终结点或目标 URI').fill(world.simulator.origin);
    await page.getByRole('textbox', { name: 'API 密钥' }).fill('a-key');
    await page.getByRole('textbox', { name: '部署', exact: true }).fill('gpt-4o');
    await see('editor');
    await page.getByRole('button', { name: '保存连接' }).click();
    await page.getByRole('textbox', { name: '消息' }).waitFor();
    await page.locator('input[type=file]').setInputFiles([picture]);
    await page
      .getByRole('combobox', { name: /garden\.jpg/ })
      .first()
      .waitFor();
    await page.getByRole('textbox', { name: '消息' }).fill('这张图片里有什么？');
    await see('draft');
    await page.getByRole('button', { name: '请求设置' }).click();
    await page.getByRole('dialog').waitFor();
    await see('request-settings');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '发送' }).click();
    await page
      .getByText('首个 token')
      .or(page.getByText('首字'))
      .or(page.locator('.usage'))
      .first()
      .waitFor();
    await see('answer');
    await page.evaluate(() => (location.hash = '#/videos'));
    await page.getByRole('button', { name: '在模拟器上试用' }).click();
    await page.getByRole('heading', { name: '索引' }).waitFor();
    await see('videos');
    await page.getByRole('button', { name: '添加视频' }).click();
    await page.getByRole('dialog').waitFor();
    await see('add-video');
    await page.keyboard.press('Escape');
    await page.evaluate(() => (location.hash = '#/'));
    await page.getByRole('textbox', { name: '消息' }).waitFor();
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([await recordClip(page, 1)]);
    await page.getByRole('dialog').getByRole('slider').waitFor();
    await see('video-dialog');
    await page.keyboard.press('Escape');
    await page.evaluate(() => (location.hash = '#/costs'));
    await page.getByRole('heading', { name: '费用', level: 1 }).waitFor();
    await page.getByRole('table').first().waitFor();
    await see('costs');
    await page.evaluate(() => (location.hash = '#/settings'));
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    await see('settings');

    // No reload: what only lives in this page is still there.
    await page.evaluate(() => Object.assign(window, { sameLife: true }));
    await page.getByRole('combobox', { name: '语言' }).selectOption('en');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    expect(await page.evaluate(() => [document.documentElement.lang, 'sameLife' in window])).toEqual([
      'en',
      true,
    ]);
    await page.reload();
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    visit.expectQuiet();
    await visit.close();
  },
);

test('on a phone the list is behind "Menu", and the composer stays above the edge', async () => {
  const visit = await world.open({ phone: true });
  const { page } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o' });
  await ask(page, 'On a phone');
  await endedAnswer(page);
  const main = page.getByRole('navigation', { name: 'Main' });
  expect(await main.isVisible()).toBe(false);
  const menu = page.getByRole('button', { name: 'Menu' });
  await menu.click();
  await main.getByRole('link', { name: 'On a phone' }).waitFor();
  await page.keyboard.press('Escape');
  expect(await main.isVisible()).toBe(false);
  expect(await page.evaluate(nameOfFocused)).toBe('Menu');
  await menu.click();
  await main.getByRole('link', { name: 'New conversation' }).click();
  await page.getByRole('heading', { name: 'Ask about a picture' }).waitFor();
  expect(await main.isVisible()).toBe(false);

  // As with the keyboard of a phone open, and with as much text as the field takes.
  for (const height of [844, 460]) {
    await page.setViewportSize({ width: 390, height });
    await composerOf(page).fill(Array.from({ length: 40 }, (_, line) => `Line ${String(line)}`).join('\n'));
    for (const control of [composerOf(page), page.getByRole('button', { name: 'Send', exact: true })]) {
      const box = await control.boundingBox();
      expect(box!.y).toBeGreaterThanOrEqual(0);
      expect(box!.y + box!.height).toBeLessThanOrEqual(height);
      expect(box!.height).toBeGreaterThanOrEqual(44);
    }
  }
  visit.expectQuiet();
  await visit.close();
});

/** Runs in the page: what the control that has the focus is called. */
function nameOfFocused(): string {
  const element = document.activeElement as HTMLInputElement | null;
  const labels = [...(element?.labels ?? [])].map((label) => label.innerText);
  return (element?.ariaLabel ?? labels[0] ?? element?.innerText ?? '').trim();
}

/** Presses Tab until the focus comes round, and gives the names on the way. */
async function tabThrough(page: Page): Promise<string[]> {
  const names: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    names.push((await page.evaluate(nameOfFocused)).split('\n')[0]!);
    expect(await page.evaluate(() => document.activeElement!.matches(':focus-visible'))).toBe(true);
  }
  return names;
}

/** Runs in the page: words in view that no Chinese text needs. Names of products and of what was typed are none. */
function englishWords(): string[] {
  const names =
    /GPT-4 Turbo with Vision|vision-preview|Simulator|simulator\.invalid|MOV|GUID|CLI|clip\.\w+|Azure|OpenAI|Sightline|API|URI|URL|JPEG|JPG|PNG|GPT|gpt-[\w.-]+|Microsoft|Foundry|Computer|Vision|JSON|CORS|SAS|token|tokens|top_p|Top|kB|MB|http\S*|127\S*|garden\.jpg|v1|Entra|ID|Enter|USD|English|az|AI|Blob|HTTP|EXIF|CSV|OCR|Home|End|ms|\d\S*/g;
  /** What a resource calls its deployments. */
  const named = '[role="group"][aria-labelledby$="-found"] button';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: string[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement!;
    const spoken = `pre, code, option, .markdown, article[aria-label="你"], ${named}`;
    if (!parent.checkVisibility() || parent.closest(spoken)) continue;
    const rest = (node.textContent ?? '').replace(names, ' ');
    if (/[A-Za-z]{3,}/.test(rest)) found.push(node.textContent!.trim());
  }
  for (const element of document.querySelectorAll<HTMLElement>('[aria-label], [title], [placeholder]')) {
    if (!element.checkVisibility() || element.matches(named)) continue;
    for (const text of [element.ariaLabel, element.title, element.getAttribute('placeholder')]) {
      if (
        text &&
        /[A-Za-z]{3,}/.test(text.replace(names, ' ').replace(/Ctrl\+\S+|Enter|Shift|your-resource\S*/g, ' '))
      )
        found.push(text);
    }
  }
  return [...new Set(found)];
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
