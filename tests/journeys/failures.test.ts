import { createServer } from 'node:http';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../support/serve-site.ts';
import { answersOf, ask, attach, composerOf, endedAnswer, pngOf, startWith } from './steps.ts';
import { createWorld, type Visit, type World } from './world.ts';

/** Whatever goes wrong, a person reads what happened and what to do, and loses nothing of what was typed. */

let world: World;
let visit: Visit;
let page: Page;

const picture = { name: 'red.png', mimeType: 'image/png', buffer: pngOf(32, 32, [200, 0, 0]) };
const prompt = 'What is in this picture, and why is it red?';

beforeAll(async () => {
  world = await createWorld();
  visit = await world.open({
    expected: [/status of [45]\d\d/, /blocked by CORS policy/, /net::ERR_/],
  });
  page = visit.page;
});
afterEach(() => visit.expectQuiet());
afterAll(() => world.close());

interface Refused {
  readonly deployment: string;
  readonly key?: string;
  readonly endpoint?: () => Promise<string>;
  readonly title: string;
  readonly says: RegExp;
  readonly offers: 'Open Settings' | 'Edit prompt' | 'Retry';
  /** How often it is asked in all; null: the browser has a say in it. */
  readonly requests?: number | null;
}

describe('before an answer begins', () => {
  test.each<Refused>([
    {
      deployment: 'gpt-4o',
      key: 'a-wrong-key',
      title: 'Azure did not accept the credentials',
      says: /Keys and Endpoint. Copy KEY 1/,
      offers: 'Open Settings',
    },
    {
      deployment: 'firewall',
      title: 'The network rules of the resource refused the call',
      says: /then Networking, and add your IP address/,
      offers: 'Open Settings',
    },
    {
      deployment: 'firewall-virtual-network',
      title: 'The network rules of the resource refused the call',
      says: /then Networking/,
      offers: 'Open Settings',
    },
    {
      deployment: 'key-disabled',
      title: 'This resource does not accept keys',
      says: /choose Bearer token as authentication/,
      offers: 'Open Settings',
    },
    {
      deployment: 'nobody-made-this',
      title: 'There is no such deployment on this resource',
      says: /copy the name as it stands there/,
      offers: 'Open Settings',
    },
    {
      deployment: 'timeout-408',
      title: 'Azure gave up on the request',
      says: /send fewer pictures or lower Max tokens/,
      offers: 'Retry',
      // Chromium itself repeats a request that a kept connection answered with 408.
      requests: null,
    },
    {
      deployment: 'gone-410',
      title: 'The model behind this deployment is retired',
      says: /Deploy a current model/,
      offers: 'Open Settings',
    },
    {
      deployment: 'too-large',
      title: 'The request is too large',
      says: /Fit to what the model sees/,
      offers: 'Edit prompt',
    },
    {
      deployment: 'rate-limited-for-a-day',
      title: 'The rate limit of this deployment is reached',
      says: /Azure asks to wait 24 hr\. /,
      offers: 'Retry',
    },
    {
      deployment: 'headers-431',
      title: 'The service refused the request headers',
      says: /without browser extensions and proxies/,
      offers: 'Open Settings',
    },
    {
      deployment: 'server-error',
      title: 'The service had an internal error (500)',
      says: /Try again in a moment/,
      offers: 'Retry',
      requests: 3,
    },
    {
      deployment: 'bad-gateway',
      title: 'The service had an internal error (502)',
      says: /Try again in a moment/,
      offers: 'Retry',
      requests: 3,
    },
    {
      deployment: 'html-answer',
      title: 'What came back is not a chat answer',
      says: /A sign-in page, a proxy or a wrong path/,
      offers: 'Open Settings',
    },
    {
      deployment: 'empty-answer',
      title: 'What came back is not a chat answer',
      says: /an empty body/,
      offers: 'Open Settings',
    },
    {
      deployment: 'error-in-200',
      title: 'The service reported an error while it answered',
      says: /Try again/,
      offers: 'Retry',
    },
    {
      deployment: 'redirect',
      title: 'No answer from',
      says: /redirect/i,
      offers: 'Open Settings',
    },
    {
      deployment: 'gpt-4o',
      endpoint: originOfNobody,
      title: 'No answer from',
      says: /host name is wrong[^]*private endpoint[^]*CORS policy[^]*ad blocker/,
      offers: 'Open Settings',
      requests: 0,
    },
    {
      deployment: 'blocked-prompt',
      title: 'The content filter blocked the prompt',
      says: /Reword the prompt or leave a picture out/,
      offers: 'Edit prompt',
    },
    {
      deployment: 'blocked-prompt-inner-error',
      title: 'The content filter blocked the prompt',
      says: /Blocked prompts are billed too/,
      offers: 'Edit prompt',
    },
  ])('$deployment $key: “$title”', async (refused) => {
    const { deployment, title, says, offers } = refused;
    const endpoint = (await refused.endpoint?.()) ?? world.simulator.origin;
    const name = `${deployment} ${refused.key ?? ''} ${refused.endpoint ? 'nowhere' : ''}`.trim();
    await startWith(page, { name, endpoint, deployment, key: refused.key ?? 'a-key' });
    const before = posts().length;
    await askAboutPicture();
    const answer = await endedImpatiently();

    const alert = answer.getByRole('alert');
    const text = await alert.innerText();
    expect(text.startsWith(title)).toBe(true);
    expect(text).toMatch(says);
    expect(
      await alert.getByRole(offers === 'Open Settings' ? 'link' : 'button', { name: offers }).count(),
    ).toBe(1);
    expect(text).not.toContain('a-wrong-key');
    if (refused.requests !== null) expect(posts().length - before).toBe(refused.requests ?? 1);
    await screenshot(name);
    await expectPromptIsSafe();
  });

  test('the details name the status and the service’s own words, and can be copied', async () => {
    await startWith(page, { name: 'details', endpoint: world.simulator.origin, deployment: 'gone-410' });
    await askAboutPicture();
    const alert = (await endedAnswer(page)).getByRole('alert');
    await alert.getByText('Details', { exact: true }).click();
    expect(await alert.locator('pre').innerText()).toContain(
      'The model of this deployment is retired and can no longer be used.',
    );
    await alert.getByRole('button', { name: 'Copy details' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/Status: 410/);
  });

  test('“Open Settings” leads to the connections', async () => {
    await answersOf(page).last().getByRole('link', { name: 'Open Settings' }).click();
    await page.getByRole('button', { name: 'Add connection' }).waitFor();
    await page.goBack();
    await answersOf(page).last().waitFor();
  });

  test('a blocked prompt says which category, and is edited into one that is answered', async () => {
    await startWith(page, { name: 'milder', endpoint: world.simulator.origin, deployment: 'gpt-4o' });
    await startWith(page, {
      name: 'blocked',
      endpoint: world.simulator.origin,
      deployment: 'blocked-prompt',
    });
    await askAboutPicture();
    const answer = await endedAnswer(page);
    const filter = answer.getByRole('group', { name: 'Content filter' });
    expect(await filter.innerText()).toMatch(/Hate and fairness: high and blocked[^]*Self-harm/);

    await answer.getByRole('button', { name: 'Edit prompt' }).click();
    expect(await composerOf(page).inputValue()).toBe(prompt);
    await page.getByLabel('Connection', { exact: true }).selectOption({ label: 'milder' });
    await composerOf(page).fill('A milder question.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('2 of 2').waitFor();
    await endedAnswer(page);
  });
});

describe('when waiting helps', () => {
  test('a limit of two seconds: the countdown is seen, can be cut short, and the answer comes', async () => {
    await startWith(page, { endpoint: world.simulator.origin, deployment: 'rate-limited' });
    const before = posts().length;
    await askAboutPicture();
    const answer = answersOf(page).last();
    await answer.getByText('The rate limit of this deployment is reached').waitFor();
    await answer
      .getByRole('timer')
      .getByText(/Attempt 2 in [12] sec/)
      .waitFor();
    await screenshot('rate-limited-countdown');
    await answer.getByRole('button', { name: 'Try now' }).click();
    await answer
      .getByRole('timer')
      .getByText(/Attempt 3 in [12] sec/)
      .waitFor();
    expect(await (await endedAnswer(page)).innerText()).toContain('simulated answer');
    expect(posts().length - before).toBe(3);
    expect(await answer.getByRole('alert').count()).toBe(0);
  });

  test('a longer one: the countdown is cancelled, nothing more is sent, and Retry asks again', async () => {
    await startWith(page, { endpoint: world.simulator.origin, deployment: 'rate-limited-high-demand' });
    await askAboutPicture();
    const answer = answersOf(page).last();
    await answer
      .getByRole('timer')
      .getByText(/Attempt 2 in (20|1\d) sec/)
      .waitFor();
    const before = posts().length;
    await answer.getByRole('button', { name: 'Stop' }).click();
    await answer.getByText('Stopped before anything arrived.').waitFor();
    expect(posts().length).toBe(before);
    await answer.getByRole('button', { name: 'Retry' }).click();
    await answer.getByRole('timer').waitFor();
    expect(posts().length).toBe(before + 1);
    await page.getByRole('button', { name: 'Stop' }).last().click();
    await endedAnswer(page);
    await expectPromptIsSafe();
  });

  test('a service that is away twice answers at the third request', async () => {
    await startWith(page, { endpoint: world.simulator.origin, deployment: 'unavailable' });
    const before = posts().length;
    await askAboutPicture();
    const answer = await endedImpatiently();
    expect(await answer.innerText()).toContain('simulated answer');
    expect(posts().length - before).toBe(3);
  });

  test('offline: said at once, and Retry works when the network is back', async () => {
    await startWith(page, { name: 'offline', endpoint: world.simulator.origin, deployment: 'gpt-4o' });
    await visit.context.setOffline(true);
    await askAboutPicture();
    const answer = await endedAnswer(page);
    expect(await answer.getByRole('alert').innerText()).toMatch(/^You are offline/);
    await screenshot('offline');
    await expectPromptIsSafe();
    await visit.context.setOffline(false);
    await answer.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => answer.innerText()).toContain('simulated answer');
    await endedAnswer(page);
    expect(await answersOf(page).count()).toBe(1);
  });
});

describe('on the way', () => {
  test.each([
    { deployment: 'cut-stream', title: 'The answer broke off' },
    { deployment: 'reset-stream', title: 'The answer broke off' },
    { deployment: 'error-mid-stream', title: 'The service reported an error while it answered' },
  ])('$deployment: what came is kept, and goes on in the same message', async ({ deployment, title }) => {
    await startWith(page, { endpoint: world.simulator.origin, deployment });
    await askAboutPicture();
    const answer = await endedAnswer(page);
    expect(await answer.innerText()).toContain('This is a simulated answer');
    expect(await answer.innerText()).toContain('Interrupted');
    expect(await answer.getByRole('alert').innerText()).toContain(title);
    expect(await answer.getByRole('group', { name: 'Usage' }).innerText()).toMatch(
      /no usage reported[^]*≈ \$0\.0/,
    );
    await screenshot(deployment);

    // Each call breaks half way through what is left, until too little is left to break.
    for (let calls = 0; calls < 8; calls += 1) {
      const goOn = answer.getByRole('button', { name: 'Continue' });
      if (!(await goOn.isVisible())) break;
      const before = posts().length;
      await goOn.click();
      await expect.poll(() => posts().length).toBeGreaterThan(before);
      await endedAnswer(page);
    }
    expect(await answer.innerText()).toMatch(/32 × 32 PNG[^]*Mostly red/);
    expect(await answer.getByRole('alert').count()).toBe(0);
    expect(await answersOf(page).count()).toBe(1);
  });

  test.each([
    { deployment: 'blocked-answer', ending: /^The content filter stopped this answer/ },
    { deployment: 'filtered-midway', ending: /The content filter (stopped|withdrew) this answer/ },
    { deployment: 'refusal', ending: /The model declined to answer/ },
    { deployment: 'empty-text', ending: /The answer is empty\./ },
  ])('$deployment is told apart from an answer', async ({ deployment, ending }) => {
    await startWith(page, { endpoint: world.simulator.origin, deployment });
    await askAboutPicture();
    const answer = await endedAnswer(page);
    await answer.getByText(ending).first().waitFor();
    await answer.getByRole('button', { name: 'Regenerate' }).waitFor();
    await screenshot(deployment);
    await expectPromptIsSafe();
  });

  test('filtered-late takes the text back, in the page and in the history', async () => {
    await startWith(page, { endpoint: world.simulator.origin, deployment: 'filtered-late' });
    await askAboutPicture();
    const answer = await endedAnswer(page);
    const withdrawn = /^The content filter withdrew this answer after it had been shown: Protected text/;
    await answer.getByText(withdrawn).waitFor();
    expect(await answer.innerText()).not.toContain('simulated answer');
    expect(await answer.getByRole('button', { name: 'Copy', exact: true }).count()).toBe(0);
    await screenshot('filtered-late');
    await page.reload();
    await answersOf(page).getByText(withdrawn).waitFor();
    expect(await answersOf(page).innerText()).not.toContain('simulated answer');
  });

  test('reasoning that leaves nothing for the answer: more tokens are one click away', async () => {
    await startWith(page, {
      endpoint: world.simulator.origin,
      deployment: 'reasoning-exhausted',
      model: 'gpt-5@2025-08-07',
    });
    await askAboutPicture();
    const answer = await endedAnswer(page);
    await answer.getByText(/^All [\d,]+ tokens went into reasoning, and none was left/).waitFor();
    await screenshot('reasoning-exhausted');
    const before = maxTokensOf(posts().at(-1)!.body);
    await answer.getByRole('button', { name: 'Raise max tokens' }).click();
    await expect.poll(() => maxTokensOf(posts().at(-1)!.body)).toBe(before * 2);
    await endedAnswer(page);
  });

  test.each([
    'json-when-stream',
    'odd-framing',
    'no-done',
    'no-filters',
    'filter-failed',
    'asynchronous-filter',
  ])('%s is answered as if nothing were odd', async (deployment) => {
    await startWith(page, { endpoint: world.simulator.origin, deployment });
    await askAboutPicture();
    const answer = await endedAnswer(page);
    expect(await answer.innerText()).toMatch(/simulated answer[^]*32 × 32 PNG/);
    expect(await answer.getByRole('alert').count()).toBe(0);
    expect(await answer.getByRole('group', { name: 'Usage' }).innerText()).toMatch(/\d+ input[^]*\$0\.0/);
  });

  test('no-usage: what it cost is estimated, and marked so', async () => {
    await startWith(page, { endpoint: world.simulator.origin, deployment: 'no-usage' });
    await askAboutPicture();
    const usage = (await endedAnswer(page)).getByRole('group', { name: 'Usage' });
    expect(await usage.innerText()).toMatch(/no usage reported[^]*≈ \$0\.0/);
  });
});

const posts = () => world.simulator.requests.filter(({ method }) => method === 'POST');

function maxTokensOf(body: string): number {
  const request = JSON.parse(body) as Record<string, number>;
  return request['max_completion_tokens'] ?? request['max_tokens'] ?? 0;
}

async function askAboutPicture(): Promise<void> {
  await attach(page, [picture]);
  await ask(page, prompt);
}

/** Waits as little as a person can. */
async function endedImpatiently(): Promise<Locator> {
  const answer = answersOf(page).last();
  const tryNow = answer.getByRole('button', { name: 'Try now' });
  // The wait may end by itself between being seen and being clicked: then there is nothing to click.
  const hurry = () => tryNow.click({ timeout: 1000 }).catch(() => undefined);
  await page.addLocatorHandler(tryNow, hurry, { noWaitAfter: true });
  try {
    // An answer that never began offers Retry, any other Regenerate.
    await answer
      .getByRole('button', { name: /^(Regenerate|Retry)$/ })
      .first()
      .hover({ timeout: 20_000 });
  } finally {
    await page.removeLocatorHandler(tryNow);
  }
  return endedAnswer(page);
}

/** The prompt is in the conversation with its picture, and one click puts both back into the composer. */
async function expectPromptIsSafe(): Promise<void> {
  const asked = page.getByRole('article', { name: 'You' }).last();
  expect(await asked.innerText()).toContain(prompt);
  await asked.getByRole('button', { name: 'Open red.png' }).waitFor();
  await asked.getByRole('button', { name: 'Edit' }).click();
  expect(await composerOf(page).inputValue()).toBe(prompt);
  const attachments = page.getByRole('list', { name: 'Attachments' });
  await attachments.getByRole('button', { name: 'Remove red.png' }).waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await attachments.waitFor({ state: 'detached' });
}

/** For people to look at; nothing is compared. */
async function screenshot(name: string): Promise<void> {
  await page.screenshot({ path: `.cache/screens/${name.replaceAll(' ', '-')}.png` });
}

/** Where something listened a moment ago, and nothing does now. */
async function originOfNobody(): Promise<string> {
  const server = createServer();
  const origin = await listen(server, 0);
  await new Promise((done) => server.close(done));
  return origin;
}
