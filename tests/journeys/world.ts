import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { expect } from 'vitest';
import { findBrowser } from '../support/find-browser.js';
import { serveSite, type Site } from '../support/serve-site.ts';
import { startSimulatorServer } from '../support/simulator-server.ts';

/** Where the built site is; another folder lets two runs go side by side. */
const siteFolder = resolve(process.env['SITE_FOLDER'] ?? 'dist');

type Simulator = Awaited<ReturnType<typeof startSimulatorServer>>;

export interface World {
  readonly site: Site;
  readonly simulator: Simulator;
  /** A browser of its own with a profile on disk; `null` viewport options mean a desktop. */
  open(options?: OpenOptions): Promise<Visit>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly hash?: string;
  /** A profile that an earlier visit left behind. */
  readonly profile?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly phone?: boolean;
  readonly locale?: string;
  /** Console errors that this journey provokes, such as the browser's own line for a 401. */
  readonly expected?: readonly RegExp[];
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly profile: string;
  /** Another tab of the same browser, watched as well. */
  newTab(hash?: string): Promise<Page>;
  /** Fails on any CSP violation, console error or unhandled rejection seen so far. */
  expectQuiet(): void;
  close(): Promise<void>;
  /** Ends the browser as a crash does: nothing gets a chance to save. */
  kill(): Promise<void>;
}

/** The built site under a sub-path, as on GitHub Pages, and the simulator on another origin. */
export async function createWorld(options: { simulatorInSite?: boolean } = {}): Promise<World> {
  const simulator = await startSimulatorServer({ port: 0 });
  const site = await serveSite({
    folder: siteFolder,
    path: '/some/fork/',
    ...(options.simulatorInSite ? { simulatorOrigin: simulator.origin } : {}),
  });
  const visits = new Set<Visit>();
  const profiles = new Set<string>();
  return {
    site,
    simulator,
    async open(opening = {}) {
      const profile = opening.profile ?? mkdtempSync(join(tmpdir(), 'sightline-'));
      profiles.add(profile);
      const visit = await openVisit(site, profile, opening);
      visits.add(visit);
      return visit;
    },
    async close() {
      for (const visit of visits) await visit.close().catch(() => undefined);
      await Promise.all([site.close(), simulator.close()]);
      for (const profile of profiles) rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function openVisit(site: Site, profile: string, opening: OpenOptions): Promise<Visit> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    headless: true,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    viewport: opening.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    hasTouch: opening.phone ?? false,
    isMobile: opening.phone ?? false,
    colorScheme: opening.colorScheme ?? 'light',
    locale: opening.locale ?? 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(15_000);
  const troubles: string[] = [];
  context.on('page', (page) => watch(page, troubles));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(
        `CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
    addEventListener('unhandledrejection', (event) => {
      console.error(`Unhandled rejection: ${String((event.reason as Error)?.stack ?? event.reason)}`);
    });
  });
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page, troubles);
  await page.goto(site.url + (opening.hash ?? ''));
  return {
    page,
    context,
    profile,
    async newTab(hash = '') {
      const tab = await context.newPage();
      await tab.goto(site.url + hash);
      return tab;
    },
    expectQuiet() {
      const expected = opening.expected ?? [];
      expect(troubles.filter((trouble) => !expected.some((pattern) => pattern.test(trouble)))).toEqual([]);
    },
    close: () => context.close(),
    async kill() {
      const gone = new Promise((done) => context.once('close', done));
      process.kill(await browserPid(context), 'SIGKILL');
      await gone;
    },
  };
}

async function browserPid(context: BrowserContext): Promise<number> {
  const session = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.find(({ type }) => type === 'browser')!.id;
}

const watched = new WeakSet<Page>();

function watch(page: Page, troubles: string[]): void {
  if (watched.has(page)) return;
  watched.add(page);
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(`Page error: ${error.stack ?? error.message}`));
}
