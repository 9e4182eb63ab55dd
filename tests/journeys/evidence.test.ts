import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addConnection, ask, attach, composerOf, endedAnswer, pngOf, startWith } from './steps.ts';
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

const samplePage = () => ({
  name: 'invoice.png',
  mimeType: 'image/png',
  buffer: readFileSync(resolve('public/sample-page.png')),
});

interface Vision {
  readonly endpoint?: string;
  readonly key?: string;
}

/** A connection that reads pictures: by the key of a Computer Vision resource. */
async function startReading(deployment = 'gpt-4.1', vision: Vision = {}): Promise<void> {
  await startWith(page, {
    endpoint: world.simulator.origin,
    deployment,
    model: 'gpt-4.1@2025-04-14',
  });
  await addVision(vision);
  await page.evaluate(() => (location.hash = '#/'));
  await composerOf(page).waitFor();
  await setReading();
}

async function addVision({ endpoint = world.simulator.origin, key = 'a-vision-key' }: Vision): Promise<void> {
  await page.evaluate(() => (location.hash = '#/settings'));
  await page.getByRole('button', { name: /^Edit/ }).last().click();
  await page.getByText('Computer Vision · ', { exact: false }).first().click();
  await page.getByLabel('Computer Vision endpoint').fill(endpoint);
  await page.getByLabel('Computer Vision key').fill(key);
  await page.getByRole('button', { name: 'Save connection' }).click();
  await page.getByLabel('Endpoint or target URI').waitFor({ state: 'detached' });
}

async function setReading(): Promise<void> {
  await page.getByRole('button', { name: 'Request settings' }).click();
  await page.getByRole('switch', { name: 'Read text and find objects first' }).check();
  await page.keyboard.press('Escape');
}

async function attachPage(): Promise<void> {
  await attach(page, [samplePage()]);
  await page.getByLabel('Detail for invoice.png').waitFor();
}

const evidenceOf = (on: Page): Locator => on.getByRole('region', { name: 'Evidence' });

describe('a scanned page, on a current model', () => {
  test('what the answer cites is lit in the picture, and the picture lights what cites it', async () => {
    await startReading();
    await attachPage();
    await ask(page, 'What is the total of this invoice?');
    const answer = await endedAnswer(page);
    const citation = answer.getByRole('button', { name: /Total/i }).first();
    await citation.click();
    const evidence = evidenceOf(page);
    await evidence.waitFor();
    await expect.poll(() => evidence.getByRole('listitem').count()).toBeGreaterThan(5);
    const pinned = evidence.locator('[aria-current="true"], [aria-pressed="true"]').filter({ hasText: /total/i });
    await expect.poll(() => pinned.count()).toBeGreaterThan(0);
    await visit.page.keyboard.press('Escape');
  });
});
