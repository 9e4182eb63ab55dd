import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { serveSite, type Site } from '../support/serve-site.ts';
import { startSimulatorServer, type SimulatorServer } from '../support/simulator-server.ts';
import { measureBytes } from './bytes.ts';
import { openBrowser } from './browser.ts';
import { measureCosts } from './costs.ts';
import { measureEstimating } from './estimating.ts';
import { measureEvidence } from './evidence.ts';
import { measureOpening } from './opening.ts';
import { measurePictures } from './pictures.ts';
import { writeReferenceSite } from './reference-site.ts';
import { isMet, printReport, writeResults, type Measured, type Report } from './report.ts';
import { measureStart } from './start.ts';
import { measureStreaming } from './streaming.ts';
import { measureVideos } from './videos.ts';

export interface BenchOptions {
  readonly siteFolder: string;
  /** Names of measurements; absent: all. */
  readonly only?: readonly string[];
  /** Samples that each median is taken of. */
  readonly runs: number;
  /** Throws at the first bar that is missed. */
  readonly isStrict: boolean;
  /** Records everything that DevTools shows; the figures of such a run are too high. */
  readonly keepsTraces: boolean;
}

/** What every measurement works with. */
export interface Bench {
  readonly runs: number;
  /** The built app. */
  readonly site: Site;
  /** Pages that do nothing but what is to be compared with, from a server of the same kind. */
  readonly reference: Site;
  readonly simulator: SimulatorServer;
  /** Where files of a run may go; some are kept for the next. */
  readonly folder: string;
  readonly traces: string | null;
  note(progress: string): void;
}

const measurements: Readonly<Record<string, (bench: Bench) => Promise<readonly Measured[]>>> = {
  bytes: measureBytes,
  start: measureStart,
  stream: measureStreaming,
  open: measureOpening,
  estimate: measureEstimating,
  costs: measureCosts,
  pictures: measurePictures,
  evidence: measureEvidence,
  video: measureVideos,
};

/** The seeded database is kept between runs, and a database belongs to an origin: the port stays the same. */
const sitePort = 4179;

/** Measures, prints, writes bench-results.json; true when every bar is met. */
export async function bench(options: BenchOptions): Promise<boolean> {
  const folder = resolve('.cache/bench');
  mkdirSync(folder, { recursive: true });
  const traces = options.keepsTraces ? resolve(folder, 'traces') : null;
  if (traces) {
    rmSync(traces, { recursive: true, force: true });
    mkdirSync(traces);
  }
  const names = options.only ?? Object.keys(measurements);
  const unknown = names.filter((name) => !measurements[name]);
  if (unknown.length > 0) {
    throw new Error(
      `No such measurement: ${unknown.join(', ')}. There are ${Object.keys(measurements).join(', ')}.`,
    );
  }

  const simulator = await startSimulatorServer();
  const siteFolder = resolve(options.siteFolder);
  const site = await serveSite({ folder: siteFolder, port: sitePort, simulatorOrigin: simulator.origin });
  const reference = await serveSite({ folder: resolve(folder, 'reference') });
  writeReferenceSite(resolve(folder, 'reference'));
  const { runs } = options;
  const results: Measured[] = [];
  try {
    for (const name of names) {
      const note = (progress: string): void => console.log(`${name}: ${progress}`);
      const found = await measurements[name]!({
        runs,
        site,
        reference,
        simulator,
        folder,
        traces,
        note,
      }).catch((thrown: unknown): readonly Measured[] => [{ name, failed: (thrown as Error).message }]);
      results.push(...found);
      const missed = found.find((measured) => !isMet(measured));
      if (options.isStrict && missed) throw new Error(`Missed: ${missed.name}`);
    }
  } finally {
    await Promise.all([site.close(), reference.close(), simulator.close()]);
  }
  const report: Report = { browser: await browserVersion(folder), runs, isProfile: traces !== null, results };
  printReport(report);
  writeResults(report, resolve('bench-results.json'));
  return results.every(isMet);
}

async function browserVersion(folder: string): Promise<string> {
  const browser = await openBrowser(resolve(folder, 'profile-blank'));
  try {
    return browser.version;
  } finally {
    await browser.close();
  }
}
