import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, attach, composerOf, endedAnswer, pngOf, startWith } from './steps.ts';
import { createWorld, type Visit, type World } from './world.ts';

let world: World;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  visit = await world.open();
  page = visit.page;
});
afterEach(async () => {
  visit.expectQuiet();
  await visit.close();
});
afterAll(() => world.close());

const gpt41 = () => ({
  endpoint: world.simulator.origin,
  deployment: 'gpt-4.1',
  model: 'gpt-4.1@2025-04-14',
});
const picture = (name: string, sidePx = 1024) => ({
  name,
  mimeType: 'image/png',
  buffer: pngOf(sidePx, sidePx, [200, 60, 30]),
});

async function openCosts(on: Page = page): Promise<void> {
  await on.getByRole('link', { name: 'Costs', exact: true }).first().click();
  await on.getByRole('heading', { name: 'Costs', level: 1 }).waitFor();
}

/** Cells of the row that a text begins. */
async function cells(table: Locator, first: string | RegExp): Promise<readonly string[]> {
  const row = table.getByRole('row').filter({ hasText: first }).first();
  return row.locator('td, th').allInnerTexts();
}

/** Dollars of a usage or estimate line, in whole nano-dollars. */
function nanos(text: string): number {
  return Math.round(Number(/\$([\d.,]+)/.exec(text)![1]!.replaceAll(',', '')) * 1e9);
}

async function estimatedTokens(): Promise<number> {
  const text = await page.getByRole('group', { name: 'Estimate' }).innerText();
  return Number(/([\d,]+) tokens/.exec(text)?.[1]?.replaceAll(',', '') ?? NaN);
}

describe('after asking', () => {
  test('the answer is in every table, in the ledger and in its export, to the last digit', async () => {
    await startWith(page, gpt41());
    await attach(page, [picture('red.png')]);
    await page.getByLabel('Detail for red.png').waitFor();
    await ask(page, 'Which colour is this?');
    const usage = await (await endedAnswer(page)).getByRole('group', { name: 'Usage' }).innerText();
    const cost = /\$[\d.]+/.exec(usage)![0];
    await openCosts();

    await expect
      .poll(() => cells(page.getByRole('table', { name: 'Costs by model' }), 'gpt-4.1'))
      .toContain(cost);
    for (const [name, row] of [
      ['Costs by day', /./],
      ['Costs by connection', 'gpt-4.1'],
      ['Costs by conversation', 'Which colour'],
      ['Costs by kind', 'Chat'],
    ] as const) {
      expect((await cells(page.getByRole('table', { name }), row)).at(-1), name).toBeTruthy();
    }
    expect(await cells(page.getByRole('table', { name: 'Costs by conversation' }), 'Which colour')).toContain(
      cost,
    );

    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export ledger CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^sightline-ledger.*\.csv$/);
    const { data } = Papa.parse<Record<string, string>>(readFileSync(await download.path(), 'utf8'), {
      header: true,
      skipEmptyLines: true,
    });
    expect(data).toHaveLength(1);
    const [row] = data;
    expect(row).toMatchObject({ kind: 'chat', connection: 'gpt-4.1', simulated: 'false' });
    const exact = BigInt(row!['cost (USD)']!.replace('.', ''));
    expect(exact).toBe(BigInt(row!['input tokens']!) * 2000n + BigInt(row!['output tokens']!) * 8000n);
    expect(Math.abs(Number(exact) - nanos(usage))).toBeLessThan(nanos(usage) / 100);

    await page.getByRole('table', { name: 'Costs by conversation' }).getByRole('link').first().click();
    await page.getByRole('article', { name: 'Assistant' }).waitFor();
  });

  test('a row of the ledger leads to its message, also in another branch', async () => {
    await startWith(page, gpt41());
    await ask(page, 'Say it once');
    const first = await (await endedAnswer(page)).innerText();
    await (await endedAnswer(page)).getByRole('button', { name: 'Regenerate' }).click();
    await page.getByText('2 of 2').first().waitFor();
    await endedAnswer(page);
    await openCosts();
    const rows = page.getByRole('table', { name: 'Ledger' }).getByRole('row');
    await rows.nth(2).getByRole('link').click();
    await page.getByText('1 of 2').first().waitFor();
    expect(first).toContain('Say it once');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('[data-message]') !== null))
      .toBe(true);
  });

  test('a deleted conversation leaves its costs behind', async () => {
    await startWith(page, gpt41());
    await ask(page, 'Something to forget');
    await endedAnswer(page);
    await page.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await openCosts();
    await page.getByText('Deleted conversation').first().waitFor();
    expect((await cells(page.getByRole('table', { name: 'Costs by kind' }), 'Chat'))[1]).toBe('1');
  });
});

describe('budgets', () => {
  const monthly = (on: Page = page) =>
    on.getByRole('spinbutton', { name: 'Monthly budget (USD)', exact: true });

  test('one that is used up and blocks sends nothing, keeps what was written, and holds in every tab', async () => {
    await startWith(page, gpt41());
    await openCosts();
    await monthly().fill('0.00001');
    await page
      .getByRole('combobox', { name: 'At the limit', exact: true })
      .selectOption({ label: 'Block requests' });
    await monthly().blur();
    await expect.poll(() => page.getByText('Saved').count()).toBeGreaterThan(0);

    const asked = world.simulator.requests.length;
    const other = await visit.newTab('#/');
    for (const tab of [page, other]) {
      await tab.evaluate(() => (location.hash = '#/'));
      await composerOf(tab).fill('Is there money left?');
      await tab.getByRole('button', { name: 'Send', exact: true }).click();
      const dialog = tab.getByRole('dialog');
      await dialog.waitFor();
      expect(await dialog.getByRole('button', { name: 'Send anyway' }).count()).toBe(0);
      await tab.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await composerOf(tab).inputValue()).toBe('Is there money left?');
    }
    expect(world.simulator.requests.filter(({ method }) => method === 'POST').length).toBe(
      world.simulator.requests.slice(0, asked).filter(({ method }) => method === 'POST').length,
    );
  });

  test('two tabs that ask at once cannot overrun one', async () => {
    await startWith(page, { ...gpt41(), deployment: 'slow' });
    await page.getByRole('button', { name: 'Request settings' }).click();
    await page.getByRole('spinbutton', { name: 'Max tokens' }).fill('1000');
    await page.keyboard.press('Escape');
    await openCosts();
    // One request of at most 1,000 tokens at $8 a million fits; two do not.
    await monthly().fill('0.012');
    await page
      .getByRole('combobox', { name: 'At the limit', exact: true })
      .selectOption({ label: 'Block requests' });
    await monthly().blur();
    await expect.poll(() => page.getByText('Saved').count()).toBeGreaterThan(0);
    await page.evaluate(() => (location.hash = '#/'));

    const other = await visit.newTab('#/');
    for (const tab of [page, other]) {
      await composerOf(tab).waitFor();
      await tab.getByRole('button', { name: 'Request settings' }).click();
      await tab.getByRole('spinbutton', { name: 'Max tokens' }).fill('1000');
      await tab.keyboard.press('Escape');
      await composerOf(tab).fill('Quickly');
    }
    await Promise.all(
      [page, other].map((tab) => tab.getByRole('button', { name: 'Send', exact: true }).click()),
    );
    const answered = (tab: Page) => tab.getByRole('article', { name: 'Assistant' }).count();
    const refused = (tab: Page) => tab.getByRole('dialog').count();
    await expect
      .poll(async () => (await refused(page)) + (await refused(other)), { timeout: 15_000 })
      .toBe(1);
    expect((await answered(page)) + (await answered(other))).toBe(1);
  });

  test('a request over the ceiling asks first, says what it may cost, and goes when told to', async () => {
    await startWith(page, gpt41());
    await openCosts();
    const ceiling = page.getByRole('spinbutton', { name: 'Ask me above (USD per request)' });
    await ceiling.fill('0.01');
    await ceiling.blur();
    await expect.poll(() => page.getByText('Saved').count()).toBeGreaterThan(0);
    await page.evaluate(() => (location.hash = '#/'));
    await composerOf(page).fill('Worth it?');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('$0.01').first().waitFor();
    await dialog.getByRole('button', { name: 'Send anyway' }).click();
    expect(await (await endedAnswer(page)).innerText()).toContain('Worth it?');
  });
});

describe('before asking', () => {
  test('the panel shows what the model sees, and a cheaper detail chosen there counts at once', async () => {
    await startWith(page, gpt41());
    await attach(page, [picture('red.png')]);
    await composerOf(page).fill('Which colour?');
    await expect.poll(estimatedTokens, { timeout: 15_000 }).toBeGreaterThan(765);
    await page.getByRole('button', { name: 'What the model sees: red.png' }).click();
    const table = page.getByRole('table', { name: /Tokens of red\.png/ });
    await table.getByText('765').first().waitFor();
    expect((await cells(table, /low/i)).join(' ')).toContain('85');
    expect((await cells(table, /high/i)).join(' ')).toContain('765');
    await table.getByRole('radio', { name: /low/i }).check();
    await expect.poll(() => page.getByLabel('Detail for red.png').inputValue()).toBe('low');
    await expect.poll(estimatedTokens).toBeLessThan(120);
  });

  test('why so many tokens, and a picture left out of the next request only', async () => {
    await startWith(page, gpt41());
    await attach(page, [picture('red.png')]);
    await page.getByLabel('Detail for red.png').waitFor();
    await ask(page, 'Which colour is this?');
    await endedAnswer(page);
    await composerOf(page).fill('And in one word?');
    await expect.poll(estimatedTokens, { timeout: 15_000 }).toBeGreaterThan(765);

    await page.getByRole('button', { name: 'Why so many tokens?' }).click();
    const sources = page.getByRole('dialog');
    await sources.getByText('red.png').first().waitFor();
    expect(await sources.getByRole('table').innerText()).toContain('765');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Plan pictures' }).first().click();
    const planner = page.getByRole('dialog', { name: 'History planner' });
    await planner.getByRole('combobox', { name: /red\.png/ }).selectOption({ label: 'Left out' });
    await page.keyboard.press('Escape');
    await planner.waitFor({ state: 'detached' });
    await expect.poll(estimatedTokens).toBeLessThan(200);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect.poll(() => page.getByRole('article', { name: 'Assistant' }).count()).toBe(2);
    const usage = await (await endedAnswer(page)).getByRole('group', { name: 'Usage' }).innerText();
    expect(Number(/([\d,]+) input/.exec(usage)![1]!.replaceAll(',', ''))).toBeLessThan(200);
    // The history itself did not change: the next request has the picture again.
    await composerOf(page).fill('And now?');
    await expect.poll(estimatedTokens, { timeout: 15_000 }).toBeGreaterThan(765);
  });

  test('the person’s own price counts from the next estimate on', async () => {
    await startWith(page, gpt41());
    await openCosts();
    await page
      .getByRole('button', { name: /^Edit price of gpt-4\.1\b/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Input', { exact: true }).fill('1000');
    await dialog.getByLabel('Output', { exact: true }).fill('2000');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.evaluate(() => (location.hash = '#/'));
    await composerOf(page).fill('Hello there, how much is this?');
    await expect
      .poll(() => page.getByRole('group', { name: 'Estimate' }).innerText(), { timeout: 15_000 })
      .toContain('$8.19');
  });
});
