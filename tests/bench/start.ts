import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { planSeed, seedStore } from '../support/seed-store.ts';
import type { Bench } from './bench.ts';
import { openBrowser, withoutCache, withProfile } from './browser.ts';
import { readStartBytes } from './bytes.ts';
import { composerUsableMs, watchComposer } from './composer-probe.ts';
import { writeSameBytesPage } from './reference-site.ts';
import { median, ms, type Measured } from './report.ts';

const conversations = 10_000;
const messages = 20;
const fullBar = 1.15;
const emptyPageBar = 2.5;

/**
 * From navigation to a composer that can be used, each time in a browser just started, without its cache. Both
 * profiles have been used before, so neither start makes a database.
 */
export async function measureStart(bench: Bench): Promise<readonly Measured[]> {
  const { site, reference, runs, note } = bench;
  writeSameBytesPage(join(bench.folder, 'reference'), await readStartBytes(bench));
  const full = await fullProfile(bench);
  return withProfile(async (none) => {
    await visit(none, site.url);
    const starts = {
      none: () => startMs(none, site.url),
      full: () => startMs(full, site.url),
      sameBytes: () => startMs(none, `${reference.url}same-bytes.html`),
      firstVisit: () => withProfile((fresh) => startMs(fresh, site.url)),
    };
    const samples = { none: [], full: [], sameBytes: [], firstVisit: [] } as Record<
      keyof typeof starts,
      number[]
    >;
    // The first start after a long write may be spent on tidying the database up.
    await starts.full();
    for (let run = 1; run <= runs; run += 1) {
      note(`start ${run} of ${runs}`);
      for (const name of Object.keys(starts) as (keyof typeof starts)[])
        samples[name].push(await starts[name]());
    }
    const [atNone, atFull, atReference] = [
      median(samples.none),
      median(samples.full),
      median(samples.sameBytes),
    ];
    return [
      {
        name: `Start with ${conversations.toLocaleString('en')} conversations, to start with none`,
        bar: fullBar,
        unit: '×',
        value: atFull / atNone,
        detail: `${ms(atFull)} to ${ms(atNone)}; a first visit ever ${ms(median(samples.firstVisit))}`,
        samples,
      },
      {
        name: 'Start, to an empty page of the same bytes',
        bar: emptyPageBar,
        unit: '×',
        value: atNone / atReference,
        detail: `${ms(atNone)} to ${ms(atReference)}`,
        samples,
      },
    ];
  });
}

async function startMs(profile: string, url: string): Promise<number> {
  return visit(profile, url, composerUsableMs);
}

/** Starts a browser, opens a page and stays until the composer is usable. */
async function visit<T>(
  profile: string,
  url: string,
  work: (page: Page) => Promise<T> = async (page) => void (await composerUsableMs(page)) as T,
): Promise<T> {
  const browser = await openBrowser(profile);
  try {
    const page = await browser.newPage();
    await watchComposer(page);
    await withoutCache(page);
    await page.goto(url);
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** The profile with all the conversations. Kept for the next bench while what made it stays the same. */
async function fullProfile({ folder, site, note }: Bench): Promise<string> {
  const profile = join(folder, 'profile-full');
  const receipt = join(profile, 'sightline-seed');
  const sources = ['src/store/schema.ts', 'src/store/migrations.ts', 'tests/support/seed-store.ts'];
  const recipe = createHash('sha256');
  for (const source of sources) recipe.update(readFileSync(source));
  const made = recipe.update(`${site.origin} ${conversations} ${messages}`).digest('hex');
  if (existsSync(receipt) && readFileSync(receipt, 'utf8') === made) return profile;

  note(`writing ${conversations} conversations of ${messages} messages`);
  rmSync(profile, { recursive: true, force: true });
  await visit(profile, site.url, async (page) => {
    await composerUsableMs(page);
    // Of the same origin, and not the app: nobody else has the store open.
    await page.goto(`${site.url}icon.svg`);
    await page.evaluate(seedStore, planSeed({ conversations, messages }));
  });
  writeFileSync(receipt, made);
  return profile;
}
