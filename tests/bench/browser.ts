import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright';
import { findBrowser } from '../support/find-browser.js';

export interface OpenedBrowser {
  readonly context: BrowserContext;
  readonly version: string;
  /** A tab on `about:blank`, the only one. */
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** A browser on a profile of its own. One tab at a time: another would take from the measured one's time. */
export async function openBrowser(profile: string): Promise<OpenedBrowser> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    headless: true,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
  });
  return {
    context,
    version: context.browser()?.version() ?? 'of an unknown version',
    async newPage() {
      const old = context.pages();
      const page = await context.newPage();
      for (const one of old) await one.close();
      return page;
    },
    close: () => context.close(),
  };
}

/** Runs `work` with a fresh profile, or a copy of another, and throws it away. */
export async function withProfile<T>(work: (profile: string) => Promise<T>, copyOf?: string): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    if (copyOf) cpSync(copyOf, profile, { recursive: true });
    return await work(profile);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Every request goes to the server, as on a first visit. */
export async function withoutCache(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  return session;
}
