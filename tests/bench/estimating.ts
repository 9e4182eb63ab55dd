import type { Page } from 'playwright';
import type { Bench } from './bench.ts';
import { openBrowser, withProfile } from './browser.ts';
import { watchMainThread, type MainThread } from './main-thread.ts';
import { long, writeConversations } from './opening.ts';
import { addConnection, openApp, settle } from './person.ts';
import { median, ms, type Measured } from './report.ts';

/** Of a screen that draws 60 times a second (issue 3: "under one frame of main-thread work"). */
const frameMs = 1000 / 60;

/** From a change of the prompt to the new figure in the group "Estimate", in a long conversation. */
export async function measureEstimating(bench: Bench): Promise<readonly Measured[]> {
  return withProfile(async (profile) => {
    const browser = await openBrowser(profile);
    try {
      await writeConversations(browser, bench);
      const page = await browser.newPage();
      await openApp(page, bench.site.url);
      await addConnection(page, {
        deployment: 'gpt-4.1',
        endpoint: bench.simulator.origin,
        model: 'gpt-4.1@2025-04-14',
      });
      await page.evaluate((id) => (location.hash = `#/c/${id}`), long.id);
      await page.getByRole('log', { name: 'Messages' }).waitFor();
      await page.getByRole('textbox', { name: 'Message' }).focus();
      // The first figure counts the whole history, in a worker.
      await page.keyboard.insertText('Hello');
      await page.waitForFunction(() => {
        const text = document.querySelector('[role="group"][aria-label="Estimate"]')?.textContent;
        return text !== undefined && /\d/.test(text) && !text.includes('rough');
      });
      await settle(page);
      const samples: MainThread[] = [];
      for (let run = 1; run <= bench.runs; run += 1) {
        bench.note(`${run} of ${bench.runs}`);
        samples.push(await changePrompt(page, bench));
      }
      const worst = Math.max(...samples.map(({ totalCpuMs }) => totalCpuMs));
      return [
        {
          name: `Work of an estimate after a keystroke, in ${long.messages} messages`,
          bar: Math.round(frameMs * 10) / 10,
          unit: 'ms',
          value: median(samples.map(({ totalCpuMs }) => totalCpuMs)),
          detail: `at worst ${ms(worst)}; longest task ${ms(Math.max(...samples.map(({ longestMs }) => longestMs)))}`,
          samples: { totalCpuMs: samples.map(({ totalCpuMs }) => totalCpuMs) },
        },
      ];
    } finally {
      await browser.close();
    }
  });
}

/** The letter itself is drawn before the watch begins; the figure is worked out once the typing rests. */
async function changePrompt(page: Page, { traces }: Bench): Promise<MainThread> {
  await page.evaluate(() => {
    const group = document.querySelector('[role="group"][aria-label="Estimate"]')!;
    window.benchEstimated = new Promise((done) => {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        // A frame and its painting belong to it.
        requestAnimationFrame(() => setTimeout(done));
      });
      observer.observe(group, { subtree: true, childList: true, characterData: true });
    });
  });
  await page.keyboard.insertText(' and an elephant');
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted))));
  return watchMainThread(page, { folder: traces, name: 'estimating' }, () =>
    page.evaluate(() => window.benchEstimated!),
  );
}

declare global {
  interface Window {
    benchEstimated?: Promise<void>;
  }
}
