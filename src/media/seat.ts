import type { Failure } from '#domain/failure.ts';
import type { Task, TaskMessage, TaskResults, WorkerMessage } from './tasks.ts';

/** One worker, and at most one task in it. */
export interface Seat {
  /** Ends always, and never throws. After any ending but `done` and `failed` the worker is gone. */
  run(task: Task, budgetMs: number, signal?: AbortSignal): Promise<Ending>;
  stop(): void;
  /** False once the worker is gone, also when it died between two tasks. */
  readonly isAlive: boolean;
}

export type Ending =
  | { readonly type: 'done'; readonly result: TaskResults[Task['kind']] }
  /** The task failed, the worker lives. */
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'timed-out' }
  | { readonly type: 'died'; readonly detail: string }
  | { readonly type: 'aborted' }
  | { readonly type: 'stopped' };

/** Loading a worker's code over a slow line, before anything is judged. */
const startMs = 30_000;

/**
 * Starts a worker. The time of a task begins when the worker says it is ready, and anew when the worker itself sets
 * another budget. A decoder cannot be called off, so a task that is aborted or overdue takes its worker with it.
 */
export function startSeat(worker: Worker): Seat {
  /** How the worker went, once it has. */
  let gone: Ending | null = null;
  let isReady = false;
  let lastId = 0;
  let budget = startMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let end: ((ending: Ending) => void) | null = null;

  const finish = (ending: Ending) => {
    if (gone) return;
    clearTimeout(timer);
    if (ending.type !== 'done' && ending.type !== 'failed') {
      gone = ending;
      worker.terminate();
    }
    const settle = end;
    end = null;
    settle?.(ending);
  };
  const allow = (ms: number) => {
    clearTimeout(timer);
    const late: Ending = isReady
      ? { type: 'timed-out' }
      : { type: 'died', detail: 'the worker did not start' };
    timer = setTimeout(() => finish(late), ms);
  };
  const take = (message: WorkerMessage) => {
    if (message.type === 'ready') {
      isReady = true;
      if (end) allow(budget);
    } else if (message.id !== lastId || !end) {
      return;
    } else if (message.type === 'budget') {
      allow(message.ms);
    } else if (message.type === 'done') {
      finish(message);
    } else {
      finish({ type: 'failed', failure: { kind: message.kind, detail: message.detail } });
    }
  };
  worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => take(data);
  worker.onerror = (event) => {
    // It is answered for here, and is no error of the page.
    event.preventDefault();
    finish({ type: 'died', detail: event.message || 'the worker stopped' });
  };
  worker.onmessageerror = () => finish({ type: 'died', detail: 'the worker’s answer could not be read' });

  return {
    get isAlive() {
      return gone === null;
    },
    run: async (task, budgetMs, signal) => {
      if (gone) return gone;
      const abort = () => finish({ type: 'aborted' });
      signal?.addEventListener('abort', abort);
      const ending = await new Promise<Ending>((resolve) => {
        end = resolve;
        budget = budgetMs;
        allow(isReady ? budgetMs : startMs);
        worker.postMessage({ id: ++lastId, task } satisfies TaskMessage);
        if (signal?.aborted) abort();
      });
      signal?.removeEventListener('abort', abort);
      return ending;
    },
    stop: () => finish({ type: 'stopped' }),
  };
}
