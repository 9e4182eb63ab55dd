import { roughTokens, type Encoding } from '#domain/text-tokens.ts';
import workerUrl from './count.worker.ts?worker&url';
import type { Order, Report } from './messages.ts';
import { createRecentCounts } from './recent-counts.ts';

export interface TokenCount {
  readonly tokens: number;
  /** False: a rough figure, because the tokenizer is not there or the count was superseded. */
  readonly exact: boolean;
}

export interface TokenCounter {
  /**
   * Tokens of a text; never rejects. Counts run one after another, in the order asked, off the main thread. Of counts
   * with the same `key` (say, the draft being typed) only the newest is finished: earlier ones end at once with a
   * rough figure. Without an encoding (other makers' models) the figure is rough.
   */
  count(text: string, encoding: Encoding | null, key?: string): Promise<TokenCount>;
  /** Ends the worker; open and later counts get a rough figure. */
  dispose(): void;
}

/** How often a worker that did not start, or died, is started anew; after that all figures are rough. */
const MOST_STARTS = 3;

/** A counter whose worker and encodings (0.4 to 1 MB each) are loaded at the first count. */
export function createTokenCounter(given: { readonly startWorker: (url: string) => Worker }): TokenCounter {
  const recent = createRecentCounts();
  let worker: Worker | null = null;
  let startsLeft = MOST_STARTS;
  let lastId = 0;
  let running: Waiting | null = null;
  let queue: Waiting[] = [];

  return { count, dispose };

  function count(text: string, encoding: Encoding | null, key?: string): Promise<TokenCount> {
    if (key !== undefined) supersede(key);
    if (encoding === null) return Promise.resolve(roughly(text));
    if (text === '') return Promise.resolve({ tokens: 0, exact: true });
    const known = recent.find(text, encoding);
    if (known !== undefined) return Promise.resolve({ tokens: known, exact: true });
    return new Promise((resolve) => {
      lastId += 1;
      queue.push({ id: lastId, text, encoding, key, resolve });
      startNext();
    });
  }

  function dispose(): void {
    startsLeft = 0;
    giveUp();
  }

  function supersede(key: string): void {
    const [superseded, kept] = [queue.filter(hasKey), queue.filter((waiting) => !hasKey(waiting))];
    queue = kept;
    for (const { resolve, text } of superseded) resolve(roughly(text));
    if (running && hasKey(running)) {
      running.resolve(roughly(running.text));
      order({ kind: 'drop', id: running.id });
    }

    function hasKey(waiting: Waiting): boolean {
      return waiting.key === key;
    }
  }

  function startNext(): void {
    if (running || queue.length === 0) return;
    worker ??= start();
    if (!worker) {
      giveUp();
      return;
    }
    running = queue.shift() ?? null;
    if (running) order({ kind: 'count', id: running.id, text: running.text, encoding: running.encoding });
  }

  function start(): Worker | null {
    if (startsLeft === 0) return null;
    startsLeft -= 1;
    try {
      const started = given.startWorker(workerUrl);
      started.addEventListener('message', ({ data }: MessageEvent<Report>) => onReport(data));
      started.addEventListener('error', giveUp);
      started.addEventListener('messageerror', giveUp);
      return started;
    } catch {
      return null;
    }
  }

  function order(message: Order): void {
    worker?.postMessage(message);
  }

  function onReport(report: Report): void {
    if (!running || running.id !== report.id) return;
    if (report.kind === 'failed') {
      // A failed import stays failed in that worker; the next count may try a new one.
      giveUp();
      return;
    }
    if (report.kind === 'counted') {
      recent.keep(running.text, running.encoding, report.tokens);
      running.resolve({ tokens: report.tokens, exact: true });
    }
    running = null;
    startNext();
  }

  function giveUp(): void {
    worker?.terminate();
    worker = null;
    const open = running ? [running, ...queue] : queue;
    running = null;
    queue = [];
    for (const { resolve, text } of open) resolve(roughly(text));
  }
}

interface Waiting {
  readonly id: number;
  readonly text: string;
  readonly encoding: Encoding;
  readonly key: string | undefined;
  readonly resolve: (count: TokenCount) => void;
}

function roughly(text: string): TokenCount {
  return { tokens: roughTokens(text), exact: false };
}
