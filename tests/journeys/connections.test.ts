import { createServer } from 'node:http';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { listen } from '../support/serve-site.ts';
import { startSimulatorServer, type SimulatorServer } from '../support/simulator-server.ts';
import { addConnection, answersOf, ask, composerOf, dollarsOf, endedAnswer } from './steps.ts';
import { createWorld, type Visit, type World } from './world.ts';

let world: World;
let visit: Visit;
let page: Page;
/** A resource of somebody else's, as far as the first one's key is concerned. */
let other: SimulatorServer;

beforeAll(async () => {
  [world, other] = await Promise.all([createWorld(), startSimulatorServer()]);
  visit = await world.open({
    expected: [/status of 40[134]/, /blocked by CORS policy/, /net::ERR_(FAILED|CONNECTION_REFUSED)/],
  });
  page = visit.page;
});
beforeEach(async () => {
  await page.goto('about:blank');
  await page.goto(`${world.site.url}#/settings`);
});
afterEach(() => visit.expectQuiet());
afterAll(() => Promise.all([world.close(), other.close()]));

test('a pasted target URI fills the form, the test passes line by line, and the connection is used', async () => {
  await page.getByRole('button', { name: 'Add connection' }).click();
  await endpoint().fill(
    `${world.simulator.origin}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`,
  );
  await expect.poll(() => field('Deployment').inputValue()).toBe('gpt-4o');
  expect(await field('API version').inputValue()).toBe('2024-10-21');
  await expect.poll(() => field('Model').inputValue()).toMatch(/^gpt-4o@/);
  await field('Model').selectOption('gpt-4o@2024-11-20');
  await key().fill('the-first-key');
  expect(await key().getAttribute('type')).toBe('password');
  await page.getByRole('button', { name: 'Show API key' }).click();
  expect(await key().getAttribute('type')).toBe('text');

  await runTest();
  expect(await testLines()).toEqual({
    'The address is understood': 'Passed',
    'The service can be reached from this page': 'Passed',
    'The credentials are accepted': 'Passed',
    'The deployment exists': 'Passed',
    'The model takes pictures': 'Passed',
    'Answers are streamed': 'Passed',
    'Usage is reported': 'Passed',
  });
  const cost = await page.getByText(/^This test cost/).innerText();
  const [, dollars, input, output] = /cost \$([\d.]+) \(([\d,]+) input tokens, ([\d,]+) output/.exec(cost)!;
  expect(Number(dollars)).toBe(dollarsOf({ input, output }, [2.5, 10]));

  await page.getByRole('button', { name: 'Save connection' }).click();
  await ask(page, 'Are you there?');
  expect(await (await endedAnswer(page)).innerText()).toContain('simulated answer');
  const { path, headers } = world.simulator.requests.findLast(({ method }) => method === 'POST')!;
  expect(path).toBe('/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21');
  expect(headers['api-key']).toBe('the-first-key');
});

test('a key does not follow its connection to another origin', async () => {
  await editFirst();
  expect(await key().getAttribute('placeholder')).toBe('Key saved');
  await endpoint().fill(`${other.origin}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`);
  await endpoint().press('Tab');
  expect(await key().getAttribute('placeholder')).toBeNull();
  await page.getByText(/^Emptied, because the endpoint has changed/).waitFor();

  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByText('Enter the API key of this endpoint.').waitFor();
  await page.getByRole('button', { name: 'Save connection' }).click();
  await page.getByText('Something is missing or cannot be used').waitFor();
  expect(other.requests).toEqual([]);

  await key().fill('the-second-key');
  await runTest();
  await page.getByRole('button', { name: 'Save connection' }).click();
  await page.getByText('Connection saved').waitFor();
  // Preflights carry no key.
  const keys = other.requests.map(({ headers }) => headers['api-key']).filter(Boolean);
  expect(new Set(keys)).toEqual(new Set(['the-second-key']));
});

test('a key that was typed for one origin leaves the field when the endpoint names another', async () => {
  await editFirst();
  await key().fill('typed-for-the-second');
  await endpoint().fill(world.simulator.origin);
  expect(await key().inputValue()).toBe('');
  await key().fill('the-first-key');
  await page.getByRole('button', { name: 'Save connection' }).click();
  await page.getByText('Connection saved').waitFor();
  const sentToFirst = JSON.stringify(world.simulator.requests.map(({ headers }) => headers));
  expect(sentToFirst).not.toContain('the-second-key');
  expect(sentToFirst).not.toContain('typed-for-the-second');
});

test('a connection is duplicated, deleted and brought back with its key', async () => {
  await page.getByRole('button', { name: /^Duplicate/ }).click();
  const copy = page.getByRole('article', { name: /\(copy\)$/ });
  await copy.waitFor();
  await copy.getByRole('button', { name: /^Delete/ }).click();
  await copy.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await copy.getByRole('button', { name: /^Use/ }).click();

  await ask(page, 'Is the copy as good?');
  await endedAnswer(page);
  expect(world.simulator.requests.findLast(({ method }) => method === 'POST')!.headers['api-key']).toBe(
    'the-first-key',
  );
});

test('an API version in a v1 address is left out, and that is said', async () => {
  await newConnection(`${world.simulator.origin}/openai/v1/chat/completions?api-version=2024-10-21`);
  await page.getByText('API version 2024-10-21 was left out: v1 takes none.').waitFor();
  expect(await field('API version').count()).toBe(0);
  await field('Deployment').fill('gpt-4.1');
  await key().fill('a-key');
  await runTest();
  expect(new Set(Object.values(await testLines()))).toEqual(new Set(['Passed']));
  expect(world.simulator.requests.findLast(({ method }) => method === 'POST')!.path).toBe(
    '/openai/v1/chat/completions',
  );
});

test('plain http to another computer is refused before anything is sent', async () => {
  await newConnection('http://contoso.openai.azure.com/');
  await key().fill('a-key');
  await page.getByText('Plain http would send the key readable by anyone on the way. Use https.').waitFor();
  await page.getByRole('button', { name: 'Save connection' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('Something is missing or cannot be used');
  expect(await endpoint().getAttribute('aria-invalid')).toBe('true');
});

test('a wrong key fails at the credentials and says where the right one is', async () => {
  await fillIn({ deployment: 'gpt-4o', key: 'a-wrong-key' });
  await runTest();
  expect(await testLines()).toMatchObject({
    'The service can be reached from this page': 'Passed',
    'The credentials are accepted': 'Failed',
    'The deployment exists': 'Not reached',
    'The model takes pictures': 'Not reached',
  });
  const failed = await page
    .getByRole('listitem')
    .filter({ hasText: 'The credentials are accepted' })
    .innerText();
  expect(failed).toContain('Azure did not accept the credentials');
  expect(failed).toContain('Copy KEY 1 and the endpoint from that one page');
  expect(failed).not.toContain('a-wrong-key');
  expect(await page.getByText('This test cost nothing: no model was reached.').isVisible()).toBe(true);
});

test('a deployment that does not exist fails at its own line', async () => {
  await fillIn({ deployment: 'gpt-4o-of-somebody-else' });
  await runTest();
  expect(await testLines()).toMatchObject({
    'The credentials are accepted': 'Passed',
    'The deployment exists': 'Failed',
    'The model takes pictures': 'Not reached',
  });
  expect(await page.getByRole('listitem').filter({ hasText: 'The deployment exists' }).innerText()).toContain(
    'There is no such deployment on this resource',
  );
});

test('an endpoint that does not answer lists what may be wrong, likeliest first, and a command to look', async () => {
  await fillIn({ endpoint: await originOfNobody(), deployment: 'gpt-4o' });
  await runTest();
  expect(await testLines()).toMatchObject({
    'The address is understood': 'Passed',
    'The service can be reached from this page': 'Failed',
    'The credentials are accepted': 'Not reached',
  });
  await expectUnreachable();
});

test('an answer that the page may not read is the same to it as none', async () => {
  await fillIn({ deployment: 'no-cors' });
  await runTest();
  expect((await testLines())['The service can be reached from this page']).toBe('Failed');
  await expectUnreachable();
});

test('a question to it fails in the conversation with the same list, and the prompt is still there', async () => {
  await addConnection(page, { name: 'Closed', endpoint: world.simulator.origin, deployment: 'no-cors' });
  await page.getByRole('button', { name: 'Use Closed' }).click();
  await composerOf(page).waitFor();
  await ask(page, 'Does anybody hear me?');
  const answer = await endedAnswer(page);
  expect(await answer.getByRole('alert').innerText()).toContain(`No answer from ${world.simulator.origin}`);
  expect(await answer.getByRole('alert').getByRole('listitem').count()).toBeGreaterThanOrEqual(5);
  expect(await page.getByRole('article', { name: 'You' }).innerText()).toContain('Does anybody hear me?');
  expect(await answersOf(page).count()).toBe(1);
});

const field = (name: string) => page.getByLabel(name, { exact: true });
const endpoint = () => field('Endpoint or target URI');
const key = () => field('API key').and(page.getByRole('textbox'));

async function editFirst(): Promise<void> {
  await page.getByRole('button', { name: /^Edit/ }).first().click();
  await endpoint().waitFor();
}

async function newConnection(address: string): Promise<void> {
  await page.getByRole('button', { name: 'Add connection' }).click();
  await endpoint().fill(address);
  await endpoint().press('Tab');
}

async function fillIn(given: { endpoint?: string; deployment: string; key?: string }): Promise<void> {
  await newConnection(given.endpoint ?? world.simulator.origin);
  await key().fill(given.key ?? 'a-key');
  await field('Deployment').fill(given.deployment);
  await field('Model').selectOption('gpt-4o@2024-11-20');
}

/** Over once no line waits any more. */
async function runTest(): Promise<void> {
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByText(/^This test cost|^What this test cost/).waitFor();
}

async function testLines(): Promise<Record<string, string>> {
  const lines = page.getByRole('region', { name: 'Test' }).getByRole('list').first().locator(':scope > li');
  const texts = await lines.locator('.what > p:first-child').allInnerTexts();
  return Object.fromEntries(
    texts.map((text) => {
      const [, line, state] = /^(.*?)\s*(Passed|Failed|Not reached|Could not tell|Waiting)$/.exec(text)!;
      return [line, state];
    }),
  );
}

async function expectUnreachable(): Promise<void> {
  const line = page.getByRole('listitem').filter({ hasText: 'The service can be reached' }).first();
  const causes = await line.getByRole('listitem').allInnerTexts();
  const order = [
    /host name is wrong/,
    /private endpoint|selected networks/,
    /CORS policy/,
    /ad blocker/,
    /no connection/,
  ];
  const places = order.map((cause) => causes.findIndex((text) => cause.test(text)));
  expect(places).not.toContain(-1);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  const command = await page.getByRole('region', { name: 'Test' }).locator('pre code').innerText();
  expect(command).toContain('curl');
  expect(command).not.toContain('a-key');
}

/** Where something listened a moment ago, and nothing does now. */
async function originOfNobody(): Promise<string> {
  const server = createServer();
  const origin = await listen(server, 0);
  await new Promise((done) => server.close(done));
  return origin;
}
