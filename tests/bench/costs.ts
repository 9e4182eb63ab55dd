import type { Page } from 'playwright';
import { databaseName } from '../../src/store/schema.ts';
import { planSeed, seedStore } from '../support/seed-store.ts';
import type { Bench } from './bench.ts';
import { openBrowser, withProfile } from './browser.ts';
import { longestTask, watchMainThread, type MainThread } from './main-thread.ts';
import { openApp, settle } from './person.ts';
import { median, ms, type Measured } from './report.ts';

const rows = 100_000;
/** Twenty answers each. */
const conversations = 5000;
/** The issue gives none: what RAIL allows a page to load in. */
const tableBarMs = 5000;

/** The Costs screen over a long ledger: opened, put to another range, and its table scrolled through. */
export async function measureCosts(bench: Bench): Promise<readonly Measured[]> {
  return withProfile(async (profile) => {
    const browser = await openBrowser(profile);
    try {
      const seeding = await browser.newPage();
      await openApp(seeding, bench.site.url);
      await seeding.goto(`${bench.site.url}icon.svg`);
      bench.note(`writing ${rows} rows`);
      await seeding.evaluate(seedStore, planSeed({ conversations, messages: 0 }));
      await seeding.evaluate(writeLedger, {
        database: databaseName,
        rows,
        conversations,
        newest: Date.now(),
      });
      const tableMs: number[] = [];
      const opened: MainThread[] = [];
      const ranged: MainThread[] = [];
      const scrolled: MainThread[] = [];
      for (let run = 1; run <= bench.runs; run += 1) {
        bench.note(`${run} of ${bench.runs}`);
        // A tab of its own: its worker has read nothing yet.
        const page = await browser.newPage();
        await openApp(page, bench.site.url);
        await settle(page);
        const watch = (name: string, work: () => Promise<void>): Promise<MainThread> =>
          watchMainThread(page, { folder: bench.traces, name: `costs-${name}` }, work);
        opened.push(await watch('open', async () => void tableMs.push(await openCosts(page))));
        await settle(page);
        ranged.push(await watch('range', () => chooseAll(page)));
        await settle(page);
        scrolled.push(await watch('scroll', () => scrollLedger(page)));
      }
      const over = `over ${rows.toLocaleString('en')} rows`;
      return [
        {
          name: `Opening the Costs screen ${over}, to its first table`,
          bar: tableBarMs,
          unit: 'ms',
          value: median(tableMs),
          detail: `at worst ${ms(Math.max(...tableMs))}; all rows are read`,
          samples: { tableMs },
        },
        longestTask(`of opening the Costs screen ${over}`, opened),
        longestTask(`of choosing all of its range ${over}`, ranged),
        longestTask(`of scrolling through its ledger ${over}`, scrolled),
      ];
    } finally {
      await browser.close();
    }
  });
}

/**
 * Milliseconds until the table of days is there; over when the ledger is, too. Seen in the page, because Playwright's
 * own looking happens on the thread that is watched.
 */
async function openCosts(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const hasDays = () =>
      [...document.querySelectorAll('table')].some(
        ({ caption, tBodies }) => caption?.textContent === 'Costs by day' && tBodies[0]?.rows.length,
      );
    const startedAt = performance.now();
    location.hash = '#/costs';
    while (!hasDays()) await new Promise((later) => setTimeout(later, 10));
    const tableMs = performance.now() - startedAt;
    while (!document.querySelector('table[aria-rowcount] [aria-rowindex="2"]'))
      await new Promise((later) => setTimeout(later, 10));
    await new Promise((later) => setTimeout(later, 500));
    return tableMs;
  });
}

async function chooseAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const range = [...document.querySelectorAll('select')].find((select) =>
      [...select.options].some(({ value }) => value === 'all'),
    );
    if (!range) throw new Error('There is no range to choose.');
    const shown = () => document.querySelector('table[aria-rowcount]')?.getAttribute('aria-rowcount');
    const before = shown();
    range.value = 'all';
    range.dispatchEvent(new Event('change', { bubbles: true }));
    while (shown() === before) await new Promise((later) => setTimeout(later, 50));
    await new Promise((later) => setTimeout(later, 500));
  });
}

async function scrollLedger(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const table = document.querySelector('table[aria-rowcount]');
    let scroller = table?.parentElement ?? null;
    while (scroller && scroller.scrollHeight <= scroller.clientHeight + 1) scroller = scroller.parentElement;
    if (!scroller) throw new Error('The ledger does not scroll.');
    scroller.scrollIntoView({ block: 'center' });
    const steps = 200;
    for (let step = 1; step <= steps; step += 1) {
      scroller.scrollTop = (scroller.scrollHeight * step) / steps;
      await new Promise(requestAnimationFrame);
    }
    await new Promise((later) => setTimeout(later, 500));
  });
}

interface LedgerPlan {
  readonly database: string;
  readonly rows: number;
  readonly conversations: number;
  /** Epoch milliseconds. */
  readonly newest: number;
}

/** Runs in the page. Three years of calls, of three connections and five models; conversations as `seedStore` names them. */
async function writeLedger({ database, rows, conversations, newest }: LedgerPlan): Promise<void> {
  const opened = await new Promise<IDBDatabase>((done, fail) => {
    const request = indexedDB.open(database);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error ?? new Error('The database did not open.'));
  });
  const price = {
    inputPerMillion: 2,
    cachedInputPerMillion: 0.5,
    outputPerMillion: 8,
    source: 'bench',
    asOf: '2026-11-22',
  };
  const years = 3 * 365 * 86_400_000;
  for (let from = 0; from < rows; from += 10_000) {
    await new Promise<void>((done, fail) => {
      const tx = opened.transaction('ledger', 'readwrite');
      tx.oncomplete = () => done();
      tx.onabort = () => fail(tx.error ?? new Error('The rows were not written.'));
      for (let at = from; at < Math.min(from + 10_000, rows); at += 1) {
        const inputTokens = 500 + (at % 9000);
        const cachedTokens = at % 400;
        const outputTokens = at % 900;
        const costNanos = (inputTokens - cachedTokens) * 2000 + cachedTokens * 500 + outputTokens * 8000;
        tx.objectStore('ledger').put({
          id: `bench-${String(at).padStart(6, '0')}`,
          at: newest - Math.floor((at / rows) * years),
          kind: 'chat',
          connectionId: `connection-${at % 3}`,
          connectionName: `Connection ${at % 3}`,
          deployment: 'vision',
          deploymentType: 'global',
          model: `gpt-${at % 5}`,
          conversationId: `seed-${String(at % conversations).padStart(6, '0')}`,
          messageId: `message-${at}`,
          outcome: 'complete',
          usage: {
            inputTokens,
            outputTokens,
            cachedTokens,
            cacheWriteTokens: 0,
            reasoningTokens: 0,
            imageTokens: null,
          },
          units: null,
          estimated: false,
          price,
          costNanos,
          simulated: false,
        });
      }
    });
  }
  opened.close();
}
