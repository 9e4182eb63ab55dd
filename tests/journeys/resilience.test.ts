import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answersOf, ask, attach, composerOf, endedAnswer, startWith, streamOf } from './steps.ts';
import { createWorld, type World } from './world.ts';

let world: World;
const sample = readFileSync('public/sample.jpg');
/** Two cores, several tabs: a second is not patient enough. */
const soon = { timeout: 10_000 };

beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.simulator.respondWith(null));
afterAll(() => world.close());

test('the browser is killed in the middle of an answer: what had come is there, and can be continued', async () => {
  const first = await world.open();
  await startWith(first.page, long());
  await ask(first.page, 'Write 3000 tokens at 50 tokens per second');
  const running = answersOf(first.page).last();
  await expect
    .poll(async () => (await running.innerText()).length, { timeout: 30_000 })
    .toBeGreaterThan(1_500);
  const { hash } = new URL(first.page.url());
  const seen = await bodyOf(running);
  first.expectQuiet();
  await first.kill();

  const second = await world.open({ profile: first.profile });
  const { page } = second;
  await page.getByRole('list', { name: 'Conversations' }).getByRole('link').first().click();
  expect(new URL(page.url()).hash).toBe(hash);
  const answer = await endedAnswer(page);
  await answer.getByText('Interrupted', { exact: true }).waitFor();
  await answer.getByText('Sightline was closed while the answer was being written').waitFor();
  const kept = await bodyOf(answer);
  // A second of text at this speed is 50 tokens, about 250 letters; a burst more may have been on its way.
  expect(kept.length).toBeGreaterThan(seen.length - 400);
  // The very end may look otherwise: a cell or a word that was still growing.
  expect(seen.slice(0, kept.length - 200)).toBe(kept.slice(0, Math.min(kept.length - 200, seen.length)));

  const before = asked();
  world.simulator.respondWith((request) =>
    request.method === 'POST' ? streamOf('\n\nAnd that is all.') : null,
  );
  await answer.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('And that is all.').waitFor();
  const whole = await bodyOf(await endedAnswer(page));
  expect(whole.startsWith(kept.slice(0, 1_000))).toBe(true);
  expect(await answersOf(page).count()).toBe(1);
  expect(asked()).toBe(before + 1);
  second.expectQuiet();
  await second.close();
});

test('ten pictures and a text being written are there after a reload, in their order, and can be sent', async () => {
  const visit = await world.open();
  const { page } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o' });
  const names = Array.from({ length: 10 }, (_, at) => `picture-${String(at + 1)}.jpg`);
  await attach(
    page,
    names.map((name, at) => picture(name, at)),
  );
  await composerOf(page).pressSequentially('Compare these');
  const tiles = page.getByRole('list', { name: 'Attachments' });
  await expect.poll(() => tiles.getByRole('combobox', { name: /^Detail for/ }).count(), soon).toBe(10);
  await page.getByRole('combobox', { name: 'Detail for picture-3.jpg' }).selectOption('low');
  await page.getByRole('button', { name: 'Move picture-2.jpg earlier' }).click();
  // At once: what a person typed last must not wait for a pause.
  await composerOf(page).press('End');
  await composerOf(page).pressSequentially(' ten pictures');
  await page.reload();

  await expect.poll(() => composerOf(page).inputValue(), soon).toBe('Compare these ten pictures');
  await expect.poll(() => tiles.getByRole('combobox', { name: /^Detail for/ }).count(), soon).toBe(10);
  expect(await tiles.getByRole('listitem').locator('p:first-child').allInnerTexts()).toEqual([
    'picture-2.jpg',
    'picture-1.jpg',
    ...names.slice(2),
  ]);
  expect(await page.getByRole('combobox', { name: 'Detail for picture-3.jpg' }).inputValue()).toBe('low');
  await expect.poll(() => tiles.locator('img').count(), soon).toBe(10);

  await page.getByRole('button', { name: 'Send', exact: true }).click();
  expect(await (await endedAnswer(page)).innerText()).toContain('10 pictures');
  expect(await composerOf(page).inputValue()).toBe('');
  expect(await tiles.count()).toBe(0);
  visit.expectQuiet();
  await visit.close();
});

test('two tabs: lists and an open conversation follow, and nothing is asked twice', async () => {
  const visit = await world.open();
  const a = visit.page;
  await startWith(a, long());
  const b = await visit.newTab();
  const before = asked();
  await ask(a, 'Write 400 tokens at 60 tokens per second');
  const inB = b.getByRole('list', { name: 'Conversations' }).getByRole('link');
  await inB.first().click();
  const following = answersOf(b).last();
  await expect.poll(async () => (await bodyOf(following)).length, { timeout: 15_000 }).toBeGreaterThan(100);
  expect(await following.getAttribute('aria-busy')).toBe('true');
  expect(await answersOf(a).last().getAttribute('aria-busy')).toBe('true');

  const ended = await endedAnswer(a);
  await expect.poll(() => following.getAttribute('aria-busy'), soon).toBe('false');
  await expect.poll(() => bodyOf(following), soon).toBe(await bodyOf(ended));
  await expect
    .poll(() => following.getByRole('group', { name: 'Usage' }).innerText(), soon)
    .toContain('output');
  expect(asked()).toBe(before + 1);

  await b.getByRole('button', { name: /^Actions for/ }).click();
  await b.getByRole('menuitem', { name: 'Rename' }).click();
  await b.getByRole('textbox', { name: 'Title' }).fill('Renamed in the other tab');
  await b.getByRole('textbox', { name: 'Title' }).press('Enter');
  await a.getByRole('heading', { name: 'Renamed in the other tab' }).waitFor();
  await a.getByRole('link', { name: 'Renamed in the other tab' }).waitFor();

  world.simulator.respondWith((request) => (request.method === 'POST' ? streamOf('Short.') : null));
  await startNew(a);
  await ask(a, 'A second conversation');
  await endedAnswer(a);
  await b.getByRole('link', { name: 'A second conversation' }).waitFor();
  await a.getByRole('button', { name: 'Actions for A second conversation' }).click();
  await a.getByRole('menuitem', { name: 'Delete' }).click();
  await b.getByRole('link', { name: 'A second conversation' }).waitFor({ state: 'detached' });
  await a.getByRole('button', { name: 'Undo' }).click();
  await b.getByRole('link', { name: 'A second conversation' }).waitFor();
  visit.expectQuiet();
  await visit.close();
});

test('a tab that is hidden, frozen and shown again asks once', async () => {
  const visit = await world.open();
  const { page } = visit;
  await startWith(page, long());
  const before = asked();
  await ask(page, 'Write 300 tokens at 60 tokens per second');
  const answer = answersOf(page).last();
  await expect.poll(async () => (await bodyOf(answer)).length, soon).toBeGreaterThan(50);
  const session = await visit.context.newCDPSession(page);
  await setVisibility(page, 'hidden');
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((done) => setTimeout(done, 1_500));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await setVisibility(page, 'visible');
  const text = await bodyOf(await endedAnswer(page));
  expect(text.length).toBeGreaterThan(800);
  await answer.getByRole('group', { name: 'Usage' }).waitFor();
  expect(asked()).toBe(before + 1);
  visit.expectQuiet();
  await visit.close();
});

test('a stalled answer asks the person after 30 seconds: Wait asks again later, Stop keeps what came', async () => {
  const visit = await world.open();
  const { page } = visit;
  await page.clock.install();
  await page.reload();
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'stalled' });
  const before = asked();
  await ask(page, 'What do you see? Take your time and tell me everything about it.');
  const answer = answersOf(page).last();
  await answer.getByText('simulated').first().waitFor();
  // A byte that is still on its way would start the 30 seconds anew.
  let grown = '';
  await expect
    .poll(async () => grown === (grown = await bodyOf(answer)), { timeout: 15_000, interval: 1_000 })
    .toBe(true);
  const notice = answer.getByText('Nothing has arrived for 30 seconds.');
  await page.clock.runFor(25_000);
  expect(await notice.count()).toBe(0);
  await page.clock.runFor(8_000);
  await notice.waitFor();
  await answer.getByRole('button', { name: 'Wait' }).click();
  await notice.waitFor({ state: 'detached' });
  await page.clock.runFor(33_000);
  await notice.waitFor();
  const came = await bodyOf(answer);
  await answer.getByRole('button', { name: 'Stop', exact: true }).click();
  await answer.getByText('Stopped. What had arrived is kept.').waitFor();
  expect((await bodyOf(answer)).slice(0, 40)).toBe(came.slice(0, 40));
  expect(asked()).toBe(before + 1);
  await expect.poll(() => world.simulator.requests.at(-1)?.aborted, soon).toBe(true);
  visit.expectQuiet();
  await visit.close();
});

test('an answer goes on while another conversation is opened and asked', async () => {
  const visit = await world.open();
  const { page } = visit;
  await startWith(page, long());
  const before = asked();
  await ask(page, 'Write 400 tokens at 60 tokens per second');
  await expect.poll(async () => (await bodyOf(answersOf(page).last())).length, soon).toBeGreaterThan(20);
  await startNew(page);
  await page.getByRole('img', { name: 'Answering' }).waitFor();
  await ask(page, 'Write 20 tokens at 100 tokens per second');
  await endedAnswer(page);
  await page.getByRole('link', { name: /^Write 400 tokens/ }).click();
  const text = await bodyOf(await endedAnswer(page));
  expect(text.length).toBeGreaterThan(1_000);
  await page.getByRole('img', { name: 'Answering' }).waitFor({ state: 'detached' });
  expect(asked()).toBe(before + 2);
  visit.expectQuiet();
  await visit.close();
});

test('offline while composing: nothing is lost, the screen says so, and Retry goes on later', async () => {
  const visit = await world.open({ expected: [/ERR_INTERNET_DISCONNECTED/] });
  const { page, context } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o' });
  await attach(page, [picture('online.jpg', 1)]);
  await page.getByRole('combobox', { name: 'Detail for online.jpg' }).waitFor();
  await ask(page, 'Online');
  await endedAnswer(page);

  await context.setOffline(true);
  await attach(page, [picture('offline.jpg', 2)]);
  await page.getByRole('combobox', { name: 'Detail for offline.jpg' }).waitFor();
  await ask(page, 'Asked offline');
  const refused = await endedAnswer(page);
  await refused.getByText('You are offline').waitFor();
  await composerOf(page).fill('Written while offline');

  await context.setOffline(false);
  await refused.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('“Asked offline”').waitFor();
  expect(await (await endedAnswer(page)).innerText()).toContain('“Asked offline”');
  expect(await composerOf(page).inputValue()).toBe('Written while offline');
  visit.expectQuiet();
  await visit.close();
});

test('offline before the first prompt: what is missing is said, and the prompt waits for the network', async () => {
  const visit = await world.open({ expected: [/ERR_INTERNET_DISCONNECTED/, /ERR_FAILED/] });
  const { page, context } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o' });
  // So early that nothing could be fetched ahead of time.
  await page.route(/\/assets\/(?!index-|en-|rolldown-runtime-|start-)/, (route) => route.abort());
  await page.reload();
  await page.getByRole('heading', { name: 'Ask about a picture' }).waitFor();
  await composerOf(page).fill('Asked too early');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const notice = page.getByRole('alert').filter({ hasText: 'You are offline' });
  await notice.waitFor();
  const reload = notice.getByRole('button', { name: 'Reload' });
  expect(await reload.isDisabled()).toBe(true);
  expect(await composerOf(page).inputValue()).toBe('Asked too early');

  await page.unrouteAll();
  await context.setOffline(false);
  await reload.click();
  await expect.poll(() => composerOf(page).inputValue(), soon).toBe('Asked too early');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  expect(await (await endedAnswer(page)).innerText()).toContain('“Asked too early”');
  visit.expectQuiet();
  await visit.close();
});

test('parts that a deploy has replaced: the screen says so, and the draft is there after reloading', async () => {
  const visit = await world.open({ expected: [/status of 404/, /dynamically imported module/] });
  const { page } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o' });
  await page.route(/\/assets\/(media|ComposerDialog)-/, (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await composerOf(page).fill('Half a thought');
  await attach(page, [picture('early.jpg', 1)]);
  await page.getByText('The part of Sightline that reads pictures could not be loaded.').waitFor();
  await page.getByRole('button', { name: 'Request settings' }).click();
  const notice = page.getByRole('alert').filter({ hasText: 'A new version of Sightline was published' });
  await notice.waitFor();
  expect(await composerOf(page).inputValue()).toBe('Half a thought');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try early.jpg again' }).click();
  await page.getByRole('combobox', { name: 'Detail for early.jpg' }).waitFor();
  await notice.getByRole('button', { name: 'Reload' }).click();
  await notice.waitFor({ state: 'detached' });
  await expect.poll(() => composerOf(page).inputValue(), soon).toBe('Half a thought');
  await page.getByRole('combobox', { name: 'Detail for early.jpg' }).waitFor();
  await page.getByRole('button', { name: 'Request settings' }).click();
  await page.getByRole('dialog', { name: 'Request settings' }).waitFor();
  visit.expectQuiet();
  await visit.close();
});

test('theme and language are there from the first paint of the next start', async () => {
  const first = await world.open({ hash: '#/settings' });
  await first.page.getByLabel('Theme', { exact: true }).selectOption('dark');
  await first.page.getByLabel('Language', { exact: true }).selectOption('zh');
  await first.page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
  first.expectQuiet();
  await first.close();

  const second = await world.open({ profile: first.profile });
  await second.page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      document.documentElement.dataset['first'] = document.documentElement.dataset['theme'] ?? 'none';
    });
  });
  await second.page.reload();
  await second.page.getByRole('textbox', { name: '消息' }).waitFor();
  expect(await second.page.evaluate(() => ({ ...document.documentElement.dataset }))).toEqual({
    theme: 'dark',
    first: 'dark',
  });
  expect(await second.page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  second.expectQuiet();
  await second.close();
});

function long() {
  return { endpoint: world.simulator.origin, deployment: 'long-answer', model: 'gpt-4.1@2025-04-14' };
}

async function startNew(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'New conversation' }).first().click();
  await page.getByRole('heading', { name: 'Ask about a picture' }).waitFor();
}

/** Prompts that reached the service. */
function asked(): number {
  return world.simulator.requests.filter(({ method }) => method === 'POST').length;
}

/** What an answer says, without what stands around it. */
function bodyOf(answer: ReturnType<typeof answersOf>): Promise<string> {
  return answer.evaluate((article) => {
    const words =
      article.querySelector<HTMLElement>('.body .markdown') ?? article.querySelector<HTMLElement>('.body');
    return words?.innerText ?? '';
  });
}

function picture(name: string, at: number) {
  // Bytes after the end of a JPEG are ignored, and make it another picture.
  return { name, mimeType: 'image/jpeg', buffer: Buffer.concat([sample, Buffer.from([at])]) };
}

/** Headless tabs are always in view: what a browser tells a hidden page is told by hand. */
function setVisibility(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  return page.evaluate((next) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => next });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => next === 'hidden' });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, state);
}
