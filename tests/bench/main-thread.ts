import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright';
import { median, ms, type Measured } from './report.ts';

/** What the page's main thread did. */
export interface MainThread {
  /** Longest task, as the person feels it. */
  readonly longestMs: number;
  /** Most processor time of any one task: much less than `longestMs` where the machine was busy with something else. */
  readonly longestCpuMs: number;
  /** What most of that task was, as DevTools names it. */
  readonly longestWas: string;
  /** Tasks over 50 ms. */
  readonly longTasks: number;
  /** All tasks together, in processor time, so that a busy machine does not count. */
  readonly totalCpuMs: number;
}

export interface TraceOptions {
  /** Folder for a trace that DevTools can open; null: only what the figures need is recorded. */
  readonly folder: string | null;
  readonly name: string;
}

/** Over it a task is long (issue 2, section 8; also the Long Tasks specification). */
const longTaskMs = 50;

/**
 * Watches the main thread while `work` runs. Tracing sees every task with its processor time; a
 * `PerformanceObserver` sees neither short tasks nor processor time, and adds work of its own.
 */
export async function watchMainThread(
  page: Page,
  { folder, name }: TraceOptions,
  work: () => Promise<void>,
): Promise<MainThread> {
  const browser = page.context().browser();
  if (!browser) throw new Error('This browser cannot be traced.');
  const session = await browser.newBrowserCDPSession();
  const recorded = folder ? profiled : counted;
  await session.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: {
      includedCategories: recorded,
      excludedCategories: ['*'],
      recordMode: 'recordUntilFull',
      traceBufferSizeInKb: 800_000,
    },
  });
  let events: readonly TraceEvent[];
  try {
    await page.evaluate((mark) => performance.mark(mark), startMark);
    await work();
    await page.evaluate((mark) => performance.mark(mark), endMark);
  } finally {
    const text = await endTrace(session);
    if (folder) await keep(text, join(folder, `${name}.json`));
    events = text.map((line) => JSON.parse(line) as TraceEvent);
    await session.detach();
  }
  return summarize(events);
}

/** Holds the longest task of each run to the bar. */
export function longestTask(name: string, runs: readonly MainThread[]): Measured {
  const worst = Math.max(...runs.map(({ longestMs }) => longestMs));
  const costliest = runs.reduce((most, one) => (one.longestCpuMs > most.longestCpuMs ? one : most));
  return {
    name: `Longest task ${name}`,
    bar: longTaskMs,
    unit: 'ms',
    value: median(runs.map(({ longestMs }) => longestMs)),
    detail: `at worst ${ms(worst)}; most processor time ${ms(costliest.longestCpuMs)} (${costliest.longestWas})`,
    samples: {
      longestMs: runs.map(({ longestMs }) => longestMs),
      longestCpuMs: runs.map(({ longestCpuMs }) => longestCpuMs),
      longTasks: runs.map(({ longTasks }) => longTasks),
    },
  };
}

const startMark = 'bench:start';
const endMark = 'bench:end';

/** Every task, the marks, and enough to say what a long task was. */
const counted = [
  'disabled-by-default-devtools.timeline',
  'devtools.timeline',
  'blink.user_timing',
  '__metadata',
];
/** What DevTools records. */
const profiled = [
  ...counted,
  'v8.execute',
  'v8',
  'disabled-by-default-v8.cpu_profiler',
  'disabled-by-default-devtools.timeline.stack',
  'loading',
  'latencyInfo',
];

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Of the thread's own processor time. */
  readonly tdur?: number;
  readonly args?: { readonly data?: Readonly<Record<string, unknown>> };
}

function summarize(events: readonly TraceEvent[]): MainThread {
  const start = events.find(({ name }) => name === startMark);
  const end = events.findLast(({ name }) => name === endMark);
  if (!start || !end) throw new Error('The trace lacks its marks: was it longer than its buffer?');
  const here = events.filter(
    ({ pid, tid, ts, ph }) =>
      pid === start.pid && tid === start.tid && ph === 'X' && ts > start.ts && ts < end.ts,
  );
  const tasks = outermost(here.filter(({ name }) => name === 'RunTask'));
  const [longest, costliest] = [lengthMs, cpuMs].map((of) =>
    tasks.reduce((most, task) => (of(task) > of(most) ? task : most), tasks[0]),
  );
  return {
    longestMs: lengthMs(longest),
    longestCpuMs: cpuMs(costliest),
    longestWas: costliest ? mostOf(costliest, here) : 'nothing',
    longTasks: tasks.filter((task) => lengthMs(task) > longTaskMs).length,
    totalCpuMs: tasks.reduce((sum, task) => sum + cpuMs(task), 0),
  };
}

function lengthMs(task: TraceEvent | undefined): number {
  return (task?.dur ?? 0) / 1000;
}

function cpuMs(task: TraceEvent | undefined): number {
  return (task?.tdur ?? 0) / 1000;
}

/** A task may run others inside itself, which must not count twice. */
function outermost(tasks: readonly TraceEvent[]): readonly TraceEvent[] {
  let coveredUntil = -Infinity;
  return [...tasks]
    .sort((a, b) => a.ts - b.ts)
    .filter(({ ts, dur }) => {
      if (ts < coveredUntil) return false;
      coveredUntil = ts + (dur ?? 0);
      return true;
    });
}

/** The two kinds of work that most of a task went to, outermost ones only. */
function mostOf(task: TraceEvent, events: readonly TraceEvent[]): string {
  const until = task.ts + (task.dur ?? 0);
  const inside = outermost(
    events.filter(({ name, ts, dur }) => name !== 'RunTask' && ts >= task.ts && ts + (dur ?? 0) <= until),
  );
  const sums = new Map<string, number>();
  for (const event of inside) {
    const url = String(event.args?.data?.['url'] ?? '')
      .split('/')
      .at(-1);
    const key = url ? `${event.name} ${url}` : event.name;
    sums.set(key, (sums.get(key) ?? 0) + lengthMs(event));
  }
  const largest = [...sums].sort(([, a], [, b]) => b - a).slice(0, 2);
  return largest.map(([name, spent]) => `${name} ${Math.round(spent)} ms`).join(', ') || 'no named work';
}

/** Chromium writes one event a line. As one string, a trace can be longer than V8 allows. */
async function endTrace(session: CDPSession): Promise<string[]> {
  const completed = new Promise<string | undefined>((done) =>
    session.once('Tracing.tracingComplete', ({ stream }) => done(stream)),
  );
  await session.send('Tracing.end');
  const handle = await completed;
  if (handle === undefined) throw new Error('The browser gave no trace.');
  const lines: string[] = [];
  let rest = '';
  for (let eof = false; !eof;) {
    const piece = await session.send('IO.read', { handle, size: 4_000_000 });
    rest += piece.base64Encoded ? Buffer.from(piece.data, 'base64').toString('utf8') : piece.data;
    const whole = rest.split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole)
      if (line.startsWith('{"args"')) lines.push(line.replace(/(,|\],"metadata":)$/, ''));
    eof = piece.eof;
  }
  await session.send('IO.close', { handle });
  return lines;
}

async function keep(events: readonly string[], file: string): Promise<void> {
  const written = createWriteStream(file);
  written.write('{"traceEvents":[\n');
  for (const [at, event] of events.entries()) written.write(at === 0 ? event : `,\n${event}`);
  written.end('\n]}\n');
  await once(written, 'close');
}
