import type { Page } from 'playwright';
import { roughTokens } from '#domain/text-tokens.ts';
import { longMarkdown } from '../../src/simulator/long-answer.ts';
import { databaseName } from '../../src/store/schema.ts';
import { planSeed, seedStore } from '../support/seed-store.ts';
import type { Bench } from './bench.ts';
import { openBrowser, withProfile, type OpenedBrowser } from './browser.ts';
import { longestTask, watchMainThread, type MainThread } from './main-thread.ts';
import { openApp, settle } from './person.ts';
import { median, ms, type Measured } from './report.ts';

const openingBar = 3;

/** Written by `seedStore` under these names, then cut to length. The third loads the screen's lazy parts. */
export const long = { id: 'seed-000000', messages: 500 };
const short = { id: 'seed-000001', messages: 20 };
const other = { id: 'seed-000002', messages: 20 };

/** Stands at the end of every conversation, as bold text: seen as such, the end is drawn. */
const lastWords = 'Here ends this conversation.';

/** A long and a short conversation that end alike, opened in a page where another has been open before. */
export async function measureOpening(bench: Bench): Promise<readonly Measured[]> {
  return withProfile(async (profile) => {
    const browser = await openBrowser(profile);
    try {
      await writeConversations(browser, bench);
      const samples = { long: [] as number[], short: [] as number[] };
      const scrolls: MainThread[] = [];
      for (let run = 1; run <= bench.runs; run += 1) {
        bench.note(`${run} of ${bench.runs}`);
        // In turn, so that neither is always the first.
        for (const which of run % 2 === 1 ? (['long', 'short'] as const) : (['short', 'long'] as const)) {
          const page = await browser.newPage();
          samples[which].push(await openingMs(page, bench, which === 'long' ? long.id : short.id));
          if (which === 'long') scrolls.push(await scrollThrough(page, bench));
        }
      }
      const [longMs, shortMs] = [median(samples.long), median(samples.short)];
      return [
        {
          name: `Opening ${long.messages} messages, to opening ${short.messages}`,
          bar: openingBar,
          unit: '×',
          value: longMs / shortMs,
          detail: `${ms(longMs)} to ${ms(shortMs)}`,
          samples,
        },
        longestTask(`of scrolling through ${long.messages} messages`, scrolls),
      ];
    } finally {
      await browser.close();
    }
  });
}

/** From the choice to the frame in which the conversation's end, drawn as Markdown, stands at the end of the log. */
async function openingMs(page: Page, { site }: Bench, id: string): Promise<number> {
  await openApp(page, site.url);
  await page.evaluate(open, { id: other.id, lastWords });
  await page.evaluate(() => (location.hash = '#/'));
  await page.getByRole('log', { name: 'Messages' }).waitFor({ state: 'detached' });
  await settle(page);
  return page.evaluate(open, { id, lastWords });
}

/** Runs in the page. */
async function open({ id, lastWords }: { id: string; lastWords: string }): Promise<number> {
  const isEndInView = (): boolean => {
    const log = document.querySelector('[role="log"]');
    const last = [...(log?.querySelectorAll('article strong') ?? [])].at(-1);
    if (!log || last?.textContent !== lastWords) return false;
    const view = log.getBoundingClientRect();
    const { top, bottom, height } = last.getBoundingClientRect();
    return (
      height > 0 &&
      top >= view.top &&
      bottom <= view.bottom &&
      log.scrollHeight - log.scrollTop - log.clientHeight < 2
    );
  };
  const startedAt = performance.now();
  location.hash = `#/c/${id}`;
  while (!isEndInView()) {
    if (performance.now() - startedAt > 30_000) throw new Error(`The end of ${id} did not come into view.`);
    await new Promise(requestAnimationFrame);
  }
  const { port1, port2 } = new MessageChannel();
  const painted = new Promise((done) => (port1.onmessage = done));
  // Posted in a frame, it comes after that frame's painting.
  requestAnimationFrame(() => port2.postMessage(null));
  await painted;
  return performance.now() - startedAt;
}

/** Pixels a turn of the wheel goes, and turns between two looks at where it got to. */
const wheelPx = 600;
const turns = 25;

/**
 * By the wheel, as fast as the page takes it: to the first message, and back to the end. Nothing is looked up by role
 * meanwhile: Playwright would do so on the thread that is watched.
 */
async function scrollThrough(page: Page, { traces }: Bench): Promise<MainThread> {
  await page.getByRole('log', { name: 'Messages' }).hover();
  return watchMainThread(page, { folder: traces, name: 'scrolling' }, async () => {
    for (const direction of [-1, 1]) {
      for (let looks = 0; !(await page.evaluate(isThere, direction)); looks += 1) {
        if (looks > 400)
          throw new Error(`Scrolling did not get ${direction < 0 ? 'to the start' : 'to the end'}.`);
        for (let turn = 0; turn < turns; turn += 1) await page.mouse.wheel(0, direction * wheelPx);
      }
    }
  });
}

/** Runs in the page: whether the log stands at the first message (-1; question 1 of `seedStore`) or at its end (1). */
function isThere(direction: number): boolean {
  const log = document.querySelector('[role="log"]');
  if (!log) return false;
  if (direction > 0) return log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  return log.scrollTop === 0 && log.querySelector('article')?.textContent?.includes('Question 1:') === true;
}

export async function writeConversations(browser: OpenedBrowser, { site }: Bench): Promise<void> {
  const page = await browser.newPage();
  await openApp(page, site.url);
  await page.goto(`${site.url}icon.svg`);
  await page.evaluate(seedStore, planSeed({ conversations: 3, messages: long.messages }));
  await page.evaluate(reshape, {
    database: databaseName,
    lengths: { [long.id]: long.messages, [short.id]: short.messages, [other.id]: other.messages },
    // A heading, prose, lists, a table, code, a quotation and a formula each: about 600 tokens.
    texts: longMarkdown(12_000, roughTokens).split(/\n\n(?=## )/),
    lastWords,
  });
}

interface Shape {
  readonly database: string;
  readonly lengths: Readonly<Record<string, number>>;
  readonly texts: readonly string[];
  readonly lastWords: string;
}

/** Runs in the page: cuts conversations to length, and gives answers texts by their distance from the end. */
async function reshape({ database, lengths, texts, lastWords }: Shape): Promise<void> {
  const opened = await new Promise<IDBDatabase>((done, fail) => {
    const request = indexedDB.open(database);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error ?? new Error('The database did not open.'));
  });
  await new Promise<void>((done, fail) => {
    const tx = opened.transaction(['conversations', 'messages'], 'readwrite');
    tx.oncomplete = () => done();
    tx.onabort = () => fail(tx.error ?? new Error('The conversations were not written.'));
    tx.objectStore('conversations').openCursor().onsuccess = (event) => {
      const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
      if (!cursor) return;
      const messageCount = lengths[cursor.value.id] ?? 0;
      cursor.update({ ...cursor.value, messageCount, leafId: `${cursor.value.id}-${messageCount}` });
      cursor.continue();
    };
    tx.objectStore('messages').openCursor().onsuccess = (event) => {
      const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
      if (!cursor) return;
      const message = cursor.value;
      const fromEnd = (lengths[message.conversationId] ?? 0) - message.seq;
      if (fromEnd < 0) cursor.delete();
      else if (message.role === 'assistant') {
        const text = `${texts[fromEnd % texts.length]}${fromEnd === 0 ? `\n\n**${lastWords}**` : ''}`;
        cursor.update({ ...message, reply: { ...message.reply, text } });
      }
      cursor.continue();
    };
  });
  opened.close();
}
