import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, attach, composerOf, endedAnswer, pngOf, startWith, type NewConnection } from './steps.ts';
import { createWorld, type Visit, type World } from './world.ts';

let world: World;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  visit = await world.open({ expected: [/Failed to load resource/] });
  page = visit.page;
});
afterEach(async () => {
  world.simulator.respondWith(null);
  visit.expectQuiet();
  await visit.close();
});
afterAll(() => world.close());

/** Drawn in letters that the simulator can read. */
const invoice = {
  name: 'invoice.png',
  mimeType: 'image/png',
  buffer: readFileSync('public/sample-page.png'),
};

const gpt41 = (): NewConnection => ({
  endpoint: world.simulator.origin,
  deployment: 'gpt-4.1',
  model: 'gpt-4.1@2025-04-14',
});

/** GPT-4 Turbo with Vision on the version that the seed page documents. */
const seed = (version: string): NewConnection => ({
  endpoint: `${world.simulator.origin}/openai/deployments/gpt-4-vision-preview/chat/completions?api-version=${version}`,
  deployment: 'gpt-4-vision-preview',
  name: 'Seed',
  model: 'gpt-4@vision-preview',
});

/** Gives the connection in use a Computer Vision resource with this key. */
async function addVision(name: string, key = 'a-vision-key'): Promise<void> {
  await page.evaluate(() => (location.hash = '#/settings'));
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  await page.getByText('Computer Vision · optional').click();
  await page.getByLabel('Computer Vision endpoint').fill(world.simulator.origin);
  await page.getByLabel('Computer Vision key').fill(key);
  await page.getByRole('button', { name: 'Save connection' }).click();
  await page.getByLabel('Endpoint or target URI').waitFor({ state: 'detached' });
  await page.evaluate(() => (location.hash = '#/'));
  await composerOf(page).waitFor();
}

async function turnOn(...switches: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Request settings' }).click();
  for (const name of switches) await page.getByRole('switch', { name }).check();
  await page.keyboard.press('Escape');
  await composerOf(page).waitFor();
}

async function startReading(key?: string): Promise<void> {
  await startWith(page, gpt41());
  await addVision('gpt-4.1', key);
  await turnOn('Read text and find objects first');
}

async function attachInvoice(): Promise<void> {
  await attach(page, [invoice]);
  await page.getByLabel('Detail for invoice.png').waitFor();
}

const evidence = (): Locator => page.getByRole('region', { name: 'Evidence' });
const rows = (): Locator => evidence().getByRole('list', { name: 'Regions' }).getByRole('button');
const pinned = (): Locator => evidence().getByRole('button', { pressed: true });
const analyses = (): number =>
  world.simulator.requests.filter(({ method, path }) => method === 'POST' && path.includes('imageanalysis'))
    .length;

/** Where a region is drawn, in shares of the picture beside it. */
async function drawnAt(): Promise<readonly number[]> {
  const [outline, image] = [evidence().locator('path.pinned'), evidence().locator('.world img')];
  await Promise.all([outline.waitFor({ state: 'attached' }), image.waitFor()]);
  // Moving: the view is drawn anew once it rests.
  await evidence().locator('.world.moving').waitFor({ state: 'detached' });
  const [region, picture] = [(await outline.boundingBox())!, (await image.boundingBox())!];
  return [
    (region.x - picture.x) / picture.width,
    (region.y - picture.y) / picture.height,
    (region.x + region.width - picture.x) / picture.width,
    (region.y + region.height - picture.y) / picture.height,
  ];
}

describe('a scanned page, on a current model', () => {
  test('what the answer cites is lit in the picture, and the other way round, with and without a mouse', async () => {
    await startReading();
    await attachInvoice();
    await page.getByText('1 picture is read first', { exact: false }).waitFor();
    await ask(page, 'What is the total?');
    const answer = await endedAnswer(page);
    expect(await answer.getByRole('group', { name: 'Usage' }).innerText()).toContain('Image Analysis');
    const citation = answer.getByRole('button', { name: /1,065\.36/ }).first();
    await citation.click();
    await expect.poll(() => pinned().innerText()).toContain('1,065.36');
    // The page is 1000 × 1300; its total stands at the right, three quarters down.
    const [left, top, right, bottom] = await drawnAt();
    expect(left!).toBeGreaterThan(0.7);
    expect(right!).toBeLessThan(0.95);
    expect(top!).toBeGreaterThan(0.75);
    expect(bottom!).toBeLessThan(0.85);

    const row = rows().filter({ hasText: 'Total' }).first();
    await row.hover();
    const mark = answer.locator('[data-mark]').filter({ hasText: /\[\d+\]/ });
    await expect
      .poll(() => mark.evaluateAll((all) => all.filter((one) => /\blit\b/.test(one.className)).length))
      .toBeGreaterThan(0);

    await row.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => pinned().innerText()).not.toContain('1,065.36');
    await page.keyboard.press('Escape');
    await evidence().waitFor({ state: 'detached' });

    await answer.getByRole('button', { name: 'Show evidence' }).click();
    await evidence().waitFor();
    await page.setViewportSize({ width: 900, height: 800 });
    await evidence().getByRole('button', { name: 'Close evidence' }).click();
    await evidence().waitFor({ state: 'detached' });
  });

  test('what was added can be seen and switched off; the same picture is never paid for twice', async () => {
    await startReading();
    const before = analyses();
    await attachInvoice();
    await ask(page, 'What is the total?');
    await endedAnswer(page);
    expect(analyses()).toBe(before + 1);
    await page.getByText(/Found in the pictures: \d+ lines of text/).click();
    await page.getByText('[1] ', { exact: false }).first().waitFor();
    await page.getByRole('switch', { name: 'Send with the question' }).uncheck();
    await ask(page, 'And without it?');
    await endedAnswer(page);
    expect(world.simulator.requests.at(-1)!.body).not.toContain('Found in the pictures');

    await page.getByRole('link', { name: 'New conversation' }).first().click();
    await turnOn('Read text and find objects first');
    await attachInvoice();
    await page.getByText('nothing to pay', { exact: false }).waitFor();
    await ask(page, 'Once more');
    await endedAnswer(page);
    expect(analyses()).toBe(before + 1);
  });

  test('is taken away as text, picture, report and data', async () => {
    await startReading();
    await attachInvoice();
    await ask(page, 'What is the total?');
    await (await endedAnswer(page)).getByRole('button', { name: 'Show evidence' }).click();
    const choose = async (name: string): Promise<void> => {
      await evidence().getByRole('button', { name: 'Save evidence' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose('Copy all text');
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toMatch(/Harbour Paper Co\.[\s\S]*Writing paper A4, cream 40 6\.50 260\.00[\s\S]*Total 1,065\.36/);
    for (const [name, file, pattern] of [
      ['Evidence (JSON)', /-evidence\.json$/, /"format": "sightline-evidence"/],
      ['Objects (COCO)', /-coco\.json$/, /"annotations"/],
      ['Report (HTML)', /-evidence\.html$/, /default-src 'none'/],
      ['Annotated picture (PNG)', /-annotated\.png$/, /PNG/],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), choose(name)]);
      expect(download.suggestedFilename()).toMatch(file);
      const bytes = readFileSync(await download.path());
      expect(bytes.toString('latin1')).toMatch(pattern);
      if (name.endsWith('(PNG)'))
        expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1000, 1300]);
    }
  });

  test('a number that does not exist is shown as such, and leads nowhere', async () => {
    await startWith(page, { ...gpt41(), deployment: 'wrong-citations' });
    await addVision('wrong-citations');
    await turnOn('Read text and find objects first');
    await attachInvoice();
    await ask(page, 'What is the total?');
    const answer = await endedAnswer(page);
    const marks = answer.locator('[data-mark]');
    await expect.poll(() => marks.count()).toBeGreaterThan(1);
    const wrong = marks.and(answer.locator(':not([role="button"])'));
    await expect.poll(() => wrong.count()).toBe(1);
    await wrong.click();
    expect(await evidence().count()).toBe(0);
  });

  test('a picture by URL is read by the service, and shown only when asked for', async () => {
    const address = 'https://pictures.example/room.png';
    const cors = { 'access-control-allow-origin': '*' };
    const found = readFileSync('tests/fixtures/azure/image-analysis.response.json', 'utf8');
    let isFetched = false;
    world.simulator.respondWith(({ method, url }) =>
      method === 'POST' && url.includes('imageanalysis')
        ? new Response(found, { headers: { ...cors, 'content-type': 'application/json' } })
        : null,
    );
    await page.route(address, (route) => {
      isFetched = true;
      return route.fulfill({
        body: pngOf(864, 576, [220, 210, 190]),
        contentType: 'image/png',
        headers: cors,
      });
    });
    await startReading();
    await page.getByRole('button', { name: 'Add image by URL' }).click();
    await page.getByLabel('Image URL').fill(address);
    await page.getByRole('button', { name: 'Add image', exact: true }).click();
    await ask(page, 'What is the sample text?');
    const answer = await endedAnswer(page);
    expect(isFetched).toBe(false);
    await answer
      .getByRole('button', { name: /Sample text/ })
      .first()
      .click();
    await evidence()
      .getByRole('button', { name: /^Preview/ })
      .click();
    // "Sample text" of the documented answer: 721, 502 to 843, 519 of 864 × 576.
    await expect.poll(() => pinned().count()).toBe(1);
    const [left, top, right, bottom] = await drawnAt();
    for (const [actual, expected] of [
      [left, 721 / 864],
      [top, 502 / 576],
      [right, 843 / 864],
      [bottom, 519 / 576],
    ])
      expect(Math.abs(actual! - expected!)).toBeLessThan(0.015);
  });

  test('a region of the evidence, or one that is drawn, becomes a question of its own', async () => {
    await startReading();
    await attachInvoice();
    await ask(page, 'What is the total?');
    await (await endedAnswer(page)).locator('[data-mark]').first().click();
    await evidence().getByRole('button', { name: 'Ask about this' }).click();
    await page.getByRole('button', { name: 'Remove Part of invoice.png' }).waitFor();
    await ask(page, 'What does it say there?');
    await endedAnswer(page);
    expect(world.simulator.requests.at(-1)!.body).toMatch(
      /The next picture is a part of the other picture, enlarged/,
    );
    await page.reload();
    await page
      .getByRole('button', { name: /Part of invoice\.png/ })
      .first()
      .waitFor();
  });
});

describe('refusals, each with a way on', () => {
  test('a key of another kind, and the question without reading', async () => {
    await startReading('an-openai-key');
    await attachInvoice();
    await ask(page, 'What is the total?');
    const answer = await endedAnswer(page);
    await answer.getByText('This key does not open Computer Vision').waitFor();
    await answer.getByRole('button', { name: 'Send without reading' }).click();
    await expect.poll(async () => (await endedAnswer(page)).innerText()).toContain('simulated answer');
  });

  test('captions where the region has none', async () => {
    await startReading('no-captions-here');
    await page.getByRole('button', { name: 'Request settings' }).click();
    await page.getByRole('checkbox', { name: 'Caption', exact: true }).check();
    await page.keyboard.press('Escape');
    await attachInvoice();
    await ask(page, 'What is the total?');
    const answer = await endedAnswer(page);
    await answer.getByText('This region has no captions').waitFor();
    await answer.getByRole('button', { name: 'Without captions' }).click();
    await expect.poll(async () => (await endedAnswer(page)).innerText()).toContain('1,065.36');
  });

  test('a rate limit is waited for, as long as the service asks', async () => {
    await startReading('limited-key');
    await attachInvoice();
    await ask(page, 'What is the total?');
    await expect
      .poll(async () => (await endedAnswer(page)).innerText(), { timeout: 15_000 })
      .toContain('1,065.36');
  });

  test('a picture that is too small', async () => {
    await startReading();
    await attach(page, [{ name: 'tiny.png', mimeType: 'image/png', buffer: pngOf(30, 30, [200, 0, 0]) }]);
    await page.getByLabel('Detail for tiny.png').waitFor();
    await ask(page, 'What is it?');
    const answer = await endedAnswer(page);
    await answer.getByText('A picture is too small to be read').waitFor();
    await answer.getByRole('button', { name: 'Send without reading' }).click();
    await expect.poll(async () => (await endedAnswer(page)).innerText()).toContain('30 × 30');
  });

  test('a picture by URL that the service cannot fetch', async () => {
    await startReading();
    await page.getByRole('button', { name: 'Add image by URL' }).click();
    await page.getByLabel('Image URL').fill('https://nowhere.example/a.png');
    await page.getByRole('button', { name: 'Add image', exact: true }).click();
    await ask(page, 'What is it?');
    const answer = await endedAnswer(page);
    await answer.getByRole('button', { name: 'Send without reading' }).waitFor();
    expect(await answer.innerText()).toContain('While reading the pictures');
  });

  test('enhancements are off where there are none, and say why', async () => {
    await startWith(page, gpt41());
    await page.getByRole('button', { name: 'Request settings' }).click();
    for (const name of ['OCR enhancement', 'Grounding enhancement']) {
      const toggle = page.getByRole('switch', { name });
      expect([await toggle.isDisabled(), await toggle.isChecked()]).toEqual([true, false]);
    }
    await page.getByText('This model never had them', { exact: false }).waitFor();
  });
});

describe("a scanned page, on the seed's model", () => {
  const documented = readFileSync('tests/fixtures/azure/enhancements-image.response.json', 'utf8');

  test.each(['2023-12-01-preview', '2024-02-15-preview'])(
    '%s: claims are lit where they are',
    async (version) => {
      await startWith(page, seed(version));
      await addVision('Seed');
      await turnOn('OCR enhancement', 'Grounding enhancement');
      await attachInvoice();
      await ask(page, 'Describe this picture:');
      const answer = await endedAnswer(page);
      expect(await answer.getByRole('group', { name: 'Usage' }).innerText()).toMatch(
        /OCR enhancement[\s\S]*Grounding enhancement/,
      );
      await answer.locator('[data-mark]').first().click();
      await expect.poll(() => pinned().count()).toBe(1);
      const request = world.simulator.requests.findLast(({ method }) => method === 'POST')!;
      expect(request.path.includes('/extensions/')).toBe(version.startsWith('2023'));
      expect(JSON.parse(request.body)).toMatchObject({
        enhancements: { ocr: { enabled: true }, grounding: { enabled: true } },
        dataSources: [{ type: 'AzureComputerVision' }],
      });
    },
  );

  test('the documented answer is drawn at its own coordinates', async () => {
    await startWith(page, seed('2024-02-15-preview'));
    await addVision('Seed');
    await turnOn('Grounding enhancement');
    await attachInvoice();
    world.simulator.respondWith((request) =>
      request.method === 'POST'
        ? new Response(documented, {
            headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
          })
        : null,
    );
    await ask(page, 'Describe this picture:');
    await (await endedAnswer(page)).getByRole('button', { name: /^The person/ }).click();
    await expect.poll(() => pinned().count()).toBe(1);
    const drawn = await drawnAt();
    for (const [at, expected] of [0.1195, 0.4125, 0.8035, 0.6435].entries())
      expect(Math.abs(drawn[at]! - expected), String(drawn)).toBeLessThan(0.012);
  });

  test('two pictures are one too many, said before sending', async () => {
    await startWith(page, seed('2024-02-15-preview'));
    await addVision('Seed');
    await turnOn('OCR enhancement');
    await attachInvoice();
    await attach(page, [{ name: 'red.png', mimeType: 'image/png', buffer: pngOf(300, 300, [200, 0, 0]) }]);
    await page.getByLabel('Detail for red.png').waitFor();
    await page.getByText('The enhancements look at one picture per request.').waitFor();
    await page.getByRole('button', { name: /Keep only.*invoice\.png/ }).click();
    await page.getByLabel('Detail for red.png').waitFor({ state: 'detached' });
    await ask(page, 'What does it say?');
    expect(await (await endedAnswer(page)).innerText()).toContain('INVOICE');
  });
});
