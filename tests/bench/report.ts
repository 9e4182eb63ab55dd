import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** One bar and what was measured, or why it could not be. */
export type Measured =
  | {
      readonly name: string;
      /** The most that `value` may be, in `unit`. */
      readonly bar: number;
      readonly unit: 'KB' | 'MB' | 'ms' | '×';
      readonly value: number;
      /** What stands behind the value: the samples, the reference, the longest task. */
      readonly detail: string;
      readonly samples: Readonly<Record<string, readonly number[]>>;
    }
  | { readonly name: string; readonly failed: string };

export interface Report {
  readonly browser: string;
  readonly runs: number;
  /** Taken with full traces: its figures are too high to be held to a bar. */
  readonly isProfile: boolean;
  readonly results: readonly Measured[];
}

export function isMet(measured: Measured): boolean {
  return 'value' in measured && measured.value <= measured.bar;
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Whole milliseconds, as text. */
export function ms(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}

export function printReport(report: Report): void {
  const rows = report.results.map((measured) =>
    'failed' in measured
      ? [measured.name, '', '', 'FAILED', measured.failed.split('\n')[0] ?? '']
      : [
          measured.name,
          `≤ ${measured.bar} ${measured.unit}`,
          `${inUnit(measured.value, measured.unit)} ${measured.unit}`,
          isMet(measured) ? 'pass' : 'MISS',
          measured.detail,
        ],
  );
  const table = [['', 'bar', 'measured', '', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => [...(row[column] ?? '')].length)),
  );
  console.log(`\n${describeMachine(report)}\n`);
  for (const row of table) {
    console.log(
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, column === 1 || column === 2))
        .join('  ')
        .trimEnd(),
    );
  }
  if (report.isProfile) console.log('\nTraces were taken: these figures are too high.');
}

/** The same as the table, and every sample; nothing in it names this machine's files. */
export function writeResults(report: Report, file: string): void {
  const results = report.results.map((measured) => ({ ...measured, isMet: isMet(measured) }));
  const written = { measuredAt: new Date().toISOString(), machine: machine(), ...report, results };
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
}

function describeMachine({ browser, runs }: Report): string {
  const { cores, processor, memoryGb, load } = machine();
  const busy = load > cores ? ` (busy: ${load.toFixed(1)} tasks wanted to run at once)` : '';
  return `Chromium ${browser}, ${cores} cores of ${processor}, ${memoryGb} GB${busy}; medians of ${runs}`;
}

function machine() {
  const [first] = cpus();
  return {
    cores: cpus().length,
    processor: first?.model.trim() ?? 'an unknown processor',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    /** Mean over the last 15 minutes, which is about as long as all measurements take. */
    load: loadavg()[2] ?? 0,
  };
}

function inUnit(value: number, unit: string): string {
  return unit === '×' ? value.toFixed(2) : unit === 'KB' ? value.toFixed(1) : String(Math.round(value));
}

function pad(cell: string, width: number, isNumber: boolean): string {
  const missing = ' '.repeat(Math.max(0, width - [...cell].length));
  return isNumber ? missing + cell : cell + missing;
}
