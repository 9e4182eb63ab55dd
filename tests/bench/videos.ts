import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  ftruncateSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { build } from 'vite';
import { listen, serveSite, type Site } from '../support/serve-site.ts';
import type { Bench } from './bench.ts';
import { openBrowser, withProfile } from './browser.ts';
import { median, ms, type Measured } from './report.ts';
import type { VideoBench } from './video-page/main.ts';

declare const videoBench: VideoBench;

const frames = 20;
const thumbnails = 24;
const made = { widthPx: 1920, heightPx: 1080, framesASecond: 30, minutes: 10, keyEverySeconds: 4 };
/**
 * A key frame of 1080p takes some 3 ms to decode among others, 9 by itself, 11 to paint in another size and 4 to encode
 * as JPEG: what is done with it after decoding costs several times that.
 */
const decodeBar = 12;
/** To all of that with nothing around it: no file to open, no worker to start, no moments to find. */
const encodeBar = 3;
const framePx = { width: 768, height: 432 };
const uploadBytes = 1_000_000_000;
const uploadBarMb = 200;
const MB = 1_000_000;

/** Frames of a long video, and the memory that uploading a large one takes. */
export async function measureVideos(bench: Bench): Promise<readonly Measured[]> {
  bench.note('building its page');
  const folder = join(bench.folder, 'video-page');
  await build({
    root: resolve('tests/bench/video-page'),
    configFile: resolve('vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  });
  const site = await serveSite({ folder });
  try {
    return [...(await measureFrames(bench, site)), await measureUpload(bench, site)];
  } finally {
    await site.close();
  }
}

async function measureFrames(bench: Bench, site: Site): Promise<readonly Measured[]> {
  const file = await longVideo(bench, site);
  const samples = { framesMs: [], decodeMs: [], encodeMs: [], stripMs: [], soundMs: [] } as Samples;
  await withPage(site, async (page) => {
    await page.locator('input').setInputFiles(file);
    // The first of each finds nothing warm: neither the worker's code nor the file.
    for (let run = 0; run <= bench.runs; run += 1) {
      if (run > 0) bench.note(`frames, ${run} of ${bench.runs}`);
      const found = {
        framesMs: await page.evaluate((count) => videoBench.framesMs(count), frames),
        decodeMs: await page.evaluate((count) => videoBench.decodeAloneMs(count, null), frames),
        encodeMs: await page.evaluate(([count, size]) => videoBench.decodeAloneMs(count, size), [
          frames,
          framePx,
        ] as const),
        stripMs: await page.evaluate((count) => videoBench.stripMs(count), thumbnails),
      };
      if (run > 0) for (const name of keysOf(found)) samples[name].push(found[name]);
    }
    bench.note('sound');
    samples.soundMs.push(await page.evaluate(() => videoBench.soundMs()));
  });
  const [framesMs, decodeMs, encodeMs] = [samples.framesMs, samples.decodeMs, samples.encodeMs].map(median);
  const name = `${frames} frames of ${made.minutes} minutes of 1080p`;
  return [
    {
      name: `${name}, to decoding those frames alone`,
      bar: decodeBar,
      unit: '×',
      value: framesMs! / decodeMs!,
      detail: `${ms(framesMs!)} to ${ms(decodeMs!)}`,
      samples,
    },
    {
      name: `${name}, to decoding and encoding those alone`,
      bar: encodeBar,
      unit: '×',
      value: framesMs! / encodeMs!,
      detail: `${ms(framesMs!)} to ${ms(encodeMs!)}; ${thumbnails} thumbnails ${ms(median(samples.stripMs))}, all its sound ${ms(samples.soundMs[0]!)}`,
      samples,
    },
  ];
}

type Samples = Record<'framesMs' | 'decodeMs' | 'encodeMs' | 'stripMs' | 'soundMs', number[]>;

function keysOf<T extends object>(found: T): readonly (keyof T)[] {
  return Object.keys(found) as (keyof T)[];
}

async function measureUpload(bench: Bench, site: Site): Promise<Measured> {
  const file = join(bench.folder, 'upload.mp4');
  // Nothing but a length: the disk is not what is measured.
  const handle = openSync(file, 'w');
  ftruncateSync(handle, uploadBytes);
  closeSync(handle);
  const container = await startContainer();
  try {
    return await withPage(site, async (page) => {
      await page.locator('input').setInputFiles(file);
      const processes = await watchMemory(page);
      bench.note('uploading 1 GB');
      const startedAt = performance.now();
      const { state, detail } = await page.evaluate((sas) => videoBench.upload(sas), container.sas);
      const seconds = (performance.now() - startedAt) / 1000;
      const { baseMb, peakMb, samples } = await processes.stop();
      if (state !== 'done') throw new Error(`The upload ${state}: ${detail}`);
      if (container.committedBytes() !== uploadBytes)
        throw new Error(`${container.committedBytes()} bytes arrived.`);
      return {
        name: 'Memory that uploading 1 GB takes, all processes of the browser',
        bar: uploadBarMb,
        unit: 'MB',
        value: peakMb - baseMb,
        detail: `from ${Math.round(baseMb)} to ${Math.round(peakMb)} MB, in ${seconds.toFixed(1)} s`,
        samples: { memoryMb: samples },
      };
    });
  } finally {
    await container.close();
  }
}

async function withPage<T>(site: Site, work: (page: Page) => Promise<T>): Promise<T> {
  return withProfile(async (profile) => {
    const browser = await openBrowser(profile);
    try {
      const page = await browser.newPage();
      await page.goto(site.url);
      await page.waitForFunction(() => 'videoBench' in globalThis);
      return await work(page);
    } finally {
      await browser.close();
    }
  });
}

/** Encoded once and kept. */
async function longVideo({ folder, note }: Bench, site: Site): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `video-${made.minutes}min-${made.heightPx}p-sound.mp4`);
  if (existsSync(file)) return file;
  note(`encoding a video of ${made.minutes} minutes`);
  const base64 = await withPage(site, (page) =>
    page.evaluate((wanted) => videoBench.makeVideo(wanted), made),
  );
  writeFileSync(file, Buffer.from(base64, 'base64'));
  return file;
}

/**
 * As much of a blob container as an upload needs, in a process that is not measured. Blocks are counted and
 * dropped.
 */
async function startContainer() {
  const blocks = new Map<string, number>();
  let committed = 0;
  const server = createServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-methods', 'GET, PUT, HEAD');
    response.setHeader('access-control-allow-headers', '*');
    if (request.method === 'OPTIONS') return void response.writeHead(200).end();
    let bytes = 0;
    let text = '';
    const isList = searchParams.get('comp') === 'blocklist';
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (isList) text += chunk.toString();
    }
    if (request.method === 'GET') return void response.writeHead(404).end();
    const id = searchParams.get('blockid');
    if (id !== null) blocks.set(id, bytes);
    if (isList)
      committed = [...text.matchAll(/<Latest>([^<]*)<\/Latest>/g)].reduce(
        (sum, [, block = '']) => sum + (blocks.get(block) ?? 0),
        0,
      );
    response.writeHead(201).end();
  });
  const origin = await listen(server, 0);
  return {
    sas: `${origin}/account/container?sv=2021-08-06&sr=c&sp=rcwl&se=2099-01-01T00:00:00Z&sig=bench`,
    committedBytes: () => committed,
    close: () => new Promise<void>((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
}

/** The share that each of the browser's processes has of the memory, ten times a second. */
async function watchMemory(page: Page) {
  const browser = page.context().browser();
  if (!browser) throw new Error('The processes of this browser are not known.');
  const session = await browser.newBrowserCDPSession();
  const readMb = async (): Promise<number> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { id }) => sum + proportionalMb(id), 0);
  };
  const settled: number[] = [];
  for (let at = 0; at < 10; at += 1) {
    settled.push(await readMb());
    await new Promise((later) => setTimeout(later, 100));
  }
  const baseMb = median(settled);
  const samples: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      samples.push(await readMb());
      await new Promise((later) => setTimeout(later, 100));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return { baseMb, peakMb: Math.max(...samples), samples };
    },
  };
}

/** Linux only; elsewhere this measurement fails and says why. */
function proportionalMb(pid: number): number {
  const file = `/proc/${pid}/smaps_rollup`;
  if (!existsSync('/proc/self/smaps_rollup')) throw new Error('This system does not tell its memory.');
  try {
    return (Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024) / MB;
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
