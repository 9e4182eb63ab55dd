import { gzipSync } from 'node:zlib';
import type { Bench } from './bench.ts';
import { openBrowser, withoutCache, withProfile } from './browser.ts';
import { composerUsableMs, watchComposer } from './composer-probe.ts';
import type { Measured } from './report.ts';

export interface StartBytes {
  readonly script: Size;
  readonly style: Size;
}

export interface Size {
  readonly files: number;
  readonly raw: number;
  readonly gzip: number;
}

/** A kilobyte is 1,000 bytes here, the stricter reading of the bar. */
const KB = 1_000;
const scriptBarKb = 60;
const styleBarKb = 12;

export async function measureBytes(bench: Bench): Promise<readonly Measured[]> {
  bench.note('what a first visit fetches');
  const { script, style } = await readStartBytes(bench);
  return [
    toMeasured('JavaScript before the composer is usable', scriptBarKb, script),
    toMeasured('CSS before the composer is usable', styleBarKb, style),
  ];
}

/**
 * Scripts and styles asked for before the composer is usable, on a first visit, workers' included. What was asked
 * for and had not come yet counts in full. Sizes are of gzip's usual level, which is what GitHub Pages sends.
 */
export async function readStartBytes({ site }: Bench): Promise<StartBytes> {
  return withProfile(async (profile) => {
    const browser = await openBrowser(profile);
    try {
      const page = await browser.newPage();
      await watchComposer(page);
      const session = await withoutCache(page);
      const asked = new Map<string, string>();
      const listen = (url: string, type: string): void => void asked.set(url, type);
      session.on('Network.requestWillBeSent', ({ request, type }) => listen(request.url, type ?? 'Other'));
      page.on('worker', (worker) => listen(worker.url(), 'Script'));
      await page.goto(site.url);
      await composerUsableMs(page);
      const before = [...asked];
      const sizes = await Promise.all(
        before.map(async ([url, type]) => ({ ...(await sizeOf(url)), kind: kindOf(url, type) })),
      );
      return {
        script: sum(sizes.filter(({ kind }) => kind === 'script')),
        style: sum(sizes.filter(({ kind }) => kind === 'style')),
      };
    } finally {
      await browser.close();
    }
  });
}

/** By the name as well: a preloaded module is of type "Other". */
function kindOf(url: string, type: string): 'script' | 'style' | 'other' {
  const { pathname } = new URL(url);
  if (type === 'Script' || pathname.endsWith('.js')) return 'script';
  return type === 'Stylesheet' || pathname.endsWith('.css') ? 'style' : 'other';
}

async function sizeOf(url: string): Promise<{ raw: number; gzip: number }> {
  if (!url.startsWith('http')) return { raw: 0, gzip: 0 };
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  return { raw: bytes.length, gzip: gzipSync(bytes).length };
}

function sum(sizes: readonly { raw: number; gzip: number }[]): Size {
  return {
    files: sizes.length,
    raw: sizes.reduce((total, { raw }) => total + raw, 0),
    gzip: sizes.reduce((total, { gzip }) => total + gzip, 0),
  };
}

function toMeasured(name: string, bar: number, { files, raw, gzip }: Size): Measured {
  const detail = `gzip, in ${files} ${files === 1 ? 'file' : 'files'} (${Math.round(raw / KB)} KB raw)`;
  return { name, bar, unit: 'KB', value: gzip / KB, detail, samples: { gzipBytes: [gzip] } };
}
