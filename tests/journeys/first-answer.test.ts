import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answersOf, composerOf, endedAnswer } from './steps.ts';
import { createWorld, type Visit, type World } from './world.ts';

/** A person who has never been here sees an answer after two clicks, and never loses it. */

describe.each([
  { where: 'inside the page', simulatorInSite: false },
  { where: 'on an origin of its own', simulatorInSite: true },
])('with the simulator $where', ({ simulatorInSite }) => {
  let world: World;
  let visit: Visit;

  beforeAll(async () => {
    world = await createWorld({ simulatorInSite });
    visit = await world.open();
  });
  afterEach(() => visit.expectQuiet());
  afterAll(() => world.close());

  test('the first screen asks one question', async () => {
    const { page } = visit;
    await page.getByRole('heading', { name: 'Connect to Azure' }).waitFor();
    expect(await page.getByRole('heading').allInnerTexts()).toEqual(['Connect to Azure']);
    expect(await page.getByRole('button', { name: 'Add connection' }).isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  });

  test('two clicks lead to an answer about the sample picture, with usage and dollars', async () => {
    const { page } = visit;
    await page.getByRole('button', { name: 'Use the simulator' }).click();
    const attachments = page.getByRole('list', { name: 'Attachments' });
    await attachments.getByText('sample.jpg', { exact: true }).waitFor();
    expect(await composerOf(page).inputValue()).toContain('What is in this picture?');

    // Playwright's click waits until the picture has been read and Send is enabled.
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const answer = await endedAnswer(page);

    const text = await answer.innerText();
    expect(text).toContain('This is a simulated answer: no model looked at your picture.');
    expect(text).toMatch(/\d+ × \d+ JPEG/);
    expect(text).toContain('Mostly ');
    const usage = await answer.getByRole('group', { name: 'Usage' }).innerText();
    expect(usage).toMatch(/[\d,]+\s+input[^]*[\d,]+\s+output[^]*\$0\.0\d+[^]*total/);
    const asked = world.simulator.requests.filter(({ method }) => method === 'POST');
    expect(asked).toHaveLength(simulatorInSite ? 1 : 0);
  });

  test('all of it is there after the browser was killed', async () => {
    const { page, profile } = visit;
    const before = await whatIsSeen(page);
    await visit.kill();

    visit = await world.open({ profile, hash: new URL(page.url()).hash });
    await answersOf(visit.page).waitFor();
    await expect.poll(() => whatIsSeen(visit.page)).toEqual(before);
    expect(before.thumbnailPx).toBeGreaterThan(0);
  });

  test('and so it is when the page is opened at its beginning', async () => {
    const { page } = visit;
    await page.goto(world.site.url);
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'What is in this picture' })
      .click();
    await answersOf(page).waitFor();
    expect(await composerOf(page).inputValue()).toBe('');
  });
});

async function whatIsSeen(page: Page) {
  const prompt = page.getByRole('article', { name: 'You' });
  const answer = answersOf(page);
  return {
    hash: new URL(page.url()).hash,
    title: await page.title(),
    heading: await page.getByRole('heading', { level: 1 }).first().innerText(),
    listed: await page.getByRole('list', { name: 'Conversations' }).getByRole('link').allInnerTexts(),
    prompts: await prompt.locator('p').allInnerTexts(),
    thumbnailPx: await prompt
      .getByRole('button', { name: 'Open sample.jpg' })
      .locator('img')
      .evaluate((image: HTMLImageElement) => image.naturalWidth),
    // That the answer has come is announced to those who watched it come.
    answers: (await answer.allInnerTexts()).map((text) => text.replace(/Answer complete\s*/, '')),
    usage: await answer.getByRole('group', { name: 'Usage' }).allInnerTexts(),
    total: await page.getByRole('group', { name: 'Conversation total' }).innerText(),
  };
}
