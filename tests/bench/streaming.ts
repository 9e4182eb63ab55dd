import type { Page } from 'playwright';
import type { Bench } from './bench.ts';
import { openBrowser, withProfile, type OpenedBrowser } from './browser.ts';
import { longestTask, watchMainThread, type MainThread } from './main-thread.ts';
import { addConnection, chooseConnection, openApp, setMaxTokens, settle } from './person.ts';
import { median, ms, type Measured } from './report.ts';

/** The simulator's own deployments: mixed Markdown, in bursts of eight tokens as Azure's filter lets it go. */
const paces = [
  { deployment: 'long-answer', name: 'at 200 tokens/s' },
  { deployment: 'fast-long-answer', name: 'as fast as it comes' },
];
const model = 'gpt-4.1@2025-04-14';
const tokens = 8_000;
const growthBar = 2.3;
/** Twice the longer answer's time at 200 tokens/s. */
const longestAnswerMs = 160_000;

/** Answers of 8,000 and 16,000 tokens, each in a page just opened, in turn. */
export async function measureStreaming(bench: Bench): Promise<readonly Measured[]> {
  return withProfile(async (profile) => {
    const browser = await openBrowser(profile);
    try {
      await connect(browser, bench);
      const results: Measured[] = [];
      for (const { deployment, name } of paces) {
        const short: MainThread[] = [];
        const long: MainThread[] = [];
        for (let run = 1; run <= bench.runs; run += 1) {
          bench.note(`${name}, ${run} of ${bench.runs}`);
          short.push(await answer(browser, bench, deployment, tokens));
          long.push(await answer(browser, bench, deployment, 2 * tokens));
        }
        results.push(longestTask(`of an answer ${name}`, short), growth(name, short, long));
      }
      return results;
    } finally {
      await browser.close();
    }
  });
}

async function connect(browser: OpenedBrowser, { site, simulator }: Bench): Promise<void> {
  const page = await browser.newPage();
  await openApp(page, site.url);
  for (const { deployment } of paces) {
    await addConnection(page, { deployment, endpoint: simulator.origin, model });
  }
}

async function answer(
  browser: OpenedBrowser,
  { site, traces }: Bench,
  deployment: string,
  wanted: number,
): Promise<MainThread> {
  const page = await browser.newPage();
  await openApp(page, site.url);
  await chooseConnection(page, deployment);
  await setMaxTokens(page, 4 * tokens);
  const composer = page.getByRole('textbox', { name: 'Message', exact: true });
  await composer.fill(`Write ${wanted} tokens.`);
  await page.getByRole('button', { name: 'Send', exact: true, disabled: false }).waitFor();
  await composer.focus();
  await settle(page);
  const ended = answerEnded(page);
  const seen = await watchMainThread(page, { folder: traces, name: `${deployment}-${wanted}` }, async () => {
    await page.keyboard.press('Enter');
    await ended;
    await settle(page);
  });
  await checkLength(page, wanted);
  return seen;
}

/** Told by the page itself: asking it again and again would be work on the thread that is watched. */
async function answerEnded(page: Page): Promise<void> {
  const isEnded = await page.evaluate(
    (timeoutMs) =>
      new Promise<boolean>((done) => {
        const observer = new MutationObserver(() => {
          const answer = document.querySelector('article[aria-label="Assistant"]');
          if (answer?.getAttribute('aria-busy') === 'false') finish(true);
        });
        const timer = setTimeout(() => finish(false), timeoutMs);
        observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['aria-busy'] });
        function finish(isEnded: boolean): void {
          clearTimeout(timer);
          observer.disconnect();
          done(isEnded);
        }
      }),
    longestAnswerMs,
  );
  if (!isEnded)
    throw new Error(`No whole answer. The page says: ${await page.getByRole('main').innerText()}`);
}

/** A figure for an answer that broke off would be a lie. */
async function checkLength(page: Page, wanted: number): Promise<void> {
  const usage = await page.getByRole('group', { name: 'Usage', exact: true }).innerText();
  const output = Number(/([\d,]+)\s+output/.exec(usage)?.[1]?.replaceAll(',', ''));
  if (!(output > 0.99 * wanted)) throw new Error(`Asked for ${wanted} tokens, and usage says: ${usage}`);
}

function growth(name: string, short: readonly MainThread[], long: readonly MainThread[]): Measured {
  const [shortMs, longMs] = [short, long].map((all) => median(all.map(({ totalCpuMs }) => totalCpuMs)));
  return {
    name: `Work of 16,000 tokens to 8,000, ${name}`,
    bar: growthBar,
    unit: '×',
    value: longMs! / shortMs!,
    detail: `${ms(longMs!)} to ${ms(shortMs!)} of the main thread; longest task of 16,000 ${ms(median(long.map(({ longestMs }) => longestMs)))}`,
    samples: {
      shortCpuMs: short.map(({ totalCpuMs }) => totalCpuMs),
      longCpuMs: long.map(({ totalCpuMs }) => totalCpuMs),
    },
  };
}
