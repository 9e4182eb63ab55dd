import { join } from 'node:path';
import type { Page } from 'playwright';
import type { Bench } from './bench.ts';
import { openBrowser, withProfile } from './browser.ts';
import { longestTask, watchMainThread, type MainThread } from './main-thread.ts';
import { addConnection, chooseConnection, openApp, settle } from './person.ts';
import { photos } from './photos.ts';
import { median, ms, type Measured } from './report.ts';

const timeBar = 1.5;
const connection = { deployment: 'gpt-4.1', model: 'gpt-4.1@2025-04-14' };

interface Attached {
  readonly shownMs: number;
  readonly mainThread: MainThread;
}

/**
 * From the choice of ten files to ten thumbnails on screen, each time in a profile that has not seen them. The
 * reference decodes the same files from the same disk and reads them as data URLs, and nothing else, in as many
 * workers as the app has.
 */
export async function measurePictures(bench: Bench): Promise<readonly Measured[]> {
  const files = await photos(join(bench.folder, 'photos'), bench);
  return withProfile(async (template) => {
    await connect(template, bench);
    const attached: Attached[] = [];
    const alone: number[] = [];
    for (let run = 1; run <= bench.runs; run += 1) {
      bench.note(`${run} of ${bench.runs}`);
      await withProfile(async (profile) => {
        const browser = await openBrowser(profile);
        try {
          const attach = async (): Promise<unknown> =>
            attached.push(await attachMs(await browser.newPage(), bench, files));
          const decode = async (): Promise<unknown> =>
            alone.push(await aloneMs(await browser.newPage(), bench, files));
          // In turn, so that neither always finds the files in memory.
          for (const work of run % 2 === 1 ? [decode, attach] : [attach, decode]) await work();
        } finally {
          await browser.close();
        }
      }, template);
    }
    const [shownMs, aloneMedian] = [median(attached.map((one) => one.shownMs)), median(alone)];
    return [
      longestTask(
        `of attaching ${files.length} photos of 12 megapixels`,
        attached.map(({ mainThread }) => mainThread),
      ),
      {
        name: `Attaching ${files.length} photos, to decoding and encoding them alone`,
        bar: timeBar,
        unit: '×',
        value: shownMs / aloneMedian,
        detail: `${ms(shownMs)} to ${ms(aloneMedian)}`,
        samples: { shownMs: attached.map((one) => one.shownMs), aloneMs: alone },
      },
    ];
  });
}

async function connect(profile: string, { site, simulator }: Bench): Promise<void> {
  const browser = await openBrowser(profile);
  try {
    const page = await browser.newPage();
    await openApp(page, site.url);
    await addConnection(page, { ...connection, endpoint: simulator.origin });
  } finally {
    await browser.close();
  }
}

async function attachMs(page: Page, { site, traces }: Bench, files: readonly string[]): Promise<Attached> {
  await openApp(page, site.url);
  await chooseConnection(page, connection.deployment);
  await settle(page);
  const input = await page.getByLabel('Files to attach').elementHandle();
  if (!input) throw new Error('There is no "Files to attach".');
  const shown = thumbnailsShown(page, files.length);
  let shownMs = 0;
  const mainThread = await watchMainThread(page, { folder: traces, name: 'pictures' }, async () => {
    await input.setInputFiles([...files]);
    shownMs = await shown;
    // The draft is saved now, and the estimate made.
    await settle(page);
  });
  return { shownMs, mainThread };
}

/** Milliseconds from the choice of files to as many thumbnails painted; told by the page itself. */
async function thumbnailsShown(page: Page, count: number): Promise<number> {
  const shownMs = await page.evaluate(
    (count) =>
      new Promise<number>((done) => {
        let startedAt = Infinity;
        const look = (): void => {
          const thumbnails = [
            ...document.querySelectorAll<HTMLImageElement>('[aria-label="Attachments"] li img'),
          ];
          const shown = thumbnails.filter(
            ({ complete, naturalWidth }) => complete && naturalWidth > 0,
          ).length;
          const now = performance.now();
          if (shown >= count) done(now - startedAt);
          else if (now - startedAt > 60_000) done(-shown);
          else requestAnimationFrame(look);
        };
        const start = (): void => {
          startedAt = performance.now();
          look();
        };
        addEventListener('change', start, { capture: true, once: true });
      }),
    count,
  );
  if (shownMs <= 0) throw new Error(`Only ${-shownMs} of ${count} thumbnails were shown within a minute.`);
  return shownMs;
}

/** As many as `src/media/pictures.ts` has. */
const workers = 2;

async function aloneMs(page: Page, { reference }: Bench, files: readonly string[]): Promise<number> {
  await page.goto(`${reference.url}blank.html`);
  await page.evaluate(() =>
    document.body.append(Object.assign(document.createElement('input'), { type: 'file', multiple: true })),
  );
  const done = page.evaluate(decodeAndEncode, { workers });
  await settle(page);
  await page.locator('input').setInputFiles([...files]);
  return done;
}

/** Runs in the page: milliseconds from the choice of files until all are decoded and read as data URLs. */
async function decodeAndEncode({ workers }: { workers: number }): Promise<number> {
  const code = `onmessage = async ({ data: file }) => {
    (await createImageBitmap(file, { imageOrientation: 'from-image' })).close();
    const reader = new FileReader();
    reader.onload = () => postMessage(reader.result.length);
    reader.readAsDataURL(file);
  };`;
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const crew = Array.from({ length: workers }, () => new Worker(url));
  const files = await new Promise<File[]>((chosen) =>
    addEventListener('change', (event) => chosen([...((event.target as HTMLInputElement).files ?? [])]), {
      once: true,
    }),
  );
  const startedAt = performance.now();
  await Promise.all(
    crew.map(async (worker) => {
      for (let file = files.shift(); file; file = files.shift()) {
        await new Promise((done, fail) => {
          worker.onmessage = done;
          worker.onerror = fail;
          worker.postMessage(file);
        });
      }
    }),
  );
  return performance.now() - startedAt;
}
