import type { Failure } from '#domain/failure.ts';

/** A wait before another try, for a countdown that can be cut short. Stopping is the caller's abort. */
export interface RetryWait {
  /** 1 before the second request, 2 before the third. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly failure: Failure;
  /** Try now. A person's wish: it is followed whatever the tab's state. */
  skip(): void;
}

export interface Retrying {
  readonly signal: AbortSignal;
  readonly onWait?: (wait: RetryWait) => void;
  /** False (tab hidden, frozen, just shown again): no request goes out by itself. */
  readonly canRetry?: () => boolean;
}

/** Clocks and chance, so that tests need neither. */
export interface RetryDeps {
  readonly random?: () => number;
  /** Resolves after `ms`; rejects with the signal's reason on abort. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

const retried: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const mostRetries = 2;
/** Longer waits are shown, not waited: a free quota asks for up to 86,400 s (api.md 2.7). */
const longestWaitMs = 60_000;
const firstBackoffMs = 1000;
/** A timer this late ran in a tab that was frozen; the person may have gone on long ago. */
const frozenAfterMs = 10_000;

/** How long to wait before retry number `attempt`, or null when the failure is final. */
export function retryWaitMs(failure: Failure, attempt: number, random: () => number): number | null {
  if (attempt > mostRetries || failure.status === undefined || !retried.has(failure.status)) return null;
  if (failure.retryAfterMs !== undefined) {
    return failure.retryAfterMs <= longestWaitMs ? failure.retryAfterMs : null;
  }
  // Half fixed, half chance: several conversations that failed together do not come back together.
  return Math.round(firstBackoffMs * 2 ** (attempt - 1) * (0.5 + random() / 2));
}

/**
 * Waits before retry number `attempt`.
 * @returns whether to try again: false when the failure is final or the tab may not act by itself.
 * @throws the signal's reason on abort.
 */
export async function waitToRetry(
  failure: Failure,
  attempt: number,
  retrying: Retrying,
  deps: RetryDeps,
): Promise<boolean> {
  const { signal, onWait, canRetry = () => true } = retrying;
  const waitMs = retryWaitMs(failure, attempt, deps.random ?? Math.random);
  if (waitMs === null || !canRetry()) return false;

  const now = deps.now ?? Date.now;
  const startedAt = now();
  const wait = new AbortController();
  const skipped = new Promise<'skipped'>((resolve) => {
    onWait?.({ attempt, waitMs, failure, skip: () => resolve('skipped') });
  });
  try {
    const slept = (deps.sleep ?? sleep)(waitMs, AbortSignal.any([signal, wait.signal])).then(() => 'slept');
    const woken = await Promise.race([skipped, slept]);
    signal.throwIfAborted();
    if (woken === 'skipped') {
      slept.catch(() => undefined);
      return true;
    }
    return canRetry() && now() - startedAt <= waitMs + frozenAfterMs;
  } finally {
    wait.abort();
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
