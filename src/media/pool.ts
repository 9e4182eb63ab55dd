import { FailureError } from '#domain/failure.ts';
import { startSeat, type Ending, type Seat } from './seat.ts';
import type { Task, TaskResults } from './tasks.ts';

export interface Pool {
  /**
   * Runs a task in the next free worker, in the order of asking. Rejects with the signal's reason as soon as it
   * aborts, with whatever `onTimeout` throws when the time is over, and with `FailureError` otherwise.
   */
  run<T extends Task>(task: T, options: RunOptions<TaskResults[T['kind']]>): Promise<TaskResults[T['kind']]>;
  /** Starts all workers, so that the first task need not wait for one; resolves when they were started. */
  warm(): Promise<void>;
  /** Stops all workers and rejects all that is under way or waiting. */
  dispose(): void;
}

export interface RunOptions<T> {
  /** Time for the task, until its worker sets another. Waiting in line does not count. */
  readonly budgetMs: number;
  readonly onTimeout: () => T;
  readonly signal?: AbortSignal | undefined;
}

/** A worker may die of a device short of memory once; twice, the picture is to blame. */
const mostDeaths = 2;

/** At most `size` workers, started when there is something to do; one that hangs or dies is replaced by the next. */
export function createPool(startWorker: () => Worker, size: number): Pool {
  const line = createLine(() => startSeat(startWorker()), size);
  return {
    run: async (task, { budgetMs, onTimeout, signal }) => {
      for (let deaths = 1; ; deaths++) {
        const seat = await line.enter(signal);
        const ending = await seat.run(task, budgetMs, signal);
        line.leave(seat);
        if (ending.type === 'timed-out') return onTimeout();
        // A task and its result have the same kind: the worker answers what it was asked.
        if (ending.type === 'done') return ending.result as TaskResults[(typeof task)['kind']];
        if (ending.type !== 'died' || deaths === mostDeaths) throw toReason(ending, signal);
      }
    },
    warm: async () => {
      const seats = await Promise.all(Array.from({ length: size }, () => line.enter()));
      for (const seat of seats) line.leave(seat);
    },
    dispose: line.close,
  };
}

function toReason(ending: Ending, signal: AbortSignal | undefined): unknown {
  if (ending.type === 'aborted') return signal?.reason;
  if (ending.type === 'failed') return new FailureError(ending.failure);
  if (ending.type === 'died') return new FailureError({ kind: 'unexpected', detail: ending.detail });
  return closed();
}

function closed(): DOMException {
  return new DOMException('The pictures room was closed', 'AbortError');
}

interface Waiter {
  readonly admit: (seat: Seat) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Who sits where, and who waits: first come, first served. */
function createLine(startSeat: () => Seat, size: number) {
  const free: Seat[] = [];
  const seats = new Set<Seat>();
  const waiting: Waiter[] = [];
  let isClosed = false;

  const dismissDead = () => {
    for (const seat of free.filter((one) => !one.isAlive)) {
      free.splice(free.indexOf(seat), 1);
      seats.delete(seat);
    }
  };
  const admitNext = () => {
    dismissDead();
    while (waiting.length > 0 && (free.length > 0 || seats.size < size)) {
      const waiter = waiting.shift();
      try {
        const seat = free.pop() ?? startSeat();
        seats.add(seat);
        waiter?.admit(seat);
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        waiter?.refuse(new FailureError({ kind: 'unexpected', detail }));
      }
    }
  };
  return {
    enter: async (signal?: AbortSignal): Promise<Seat> => {
      signal?.throwIfAborted();
      if (isClosed) throw closed();
      let giveUp = () => {};
      const admission = new Promise<Seat>((admit, refuse) => {
        const waiter = { admit, refuse };
        giveUp = () => {
          const place = waiting.indexOf(waiter);
          if (place >= 0) waiting.splice(place, 1);
          refuse(signal?.reason);
        };
        signal?.addEventListener('abort', giveUp);
        waiting.push(waiter);
        admitNext();
      });
      try {
        return await admission;
      } finally {
        signal?.removeEventListener('abort', giveUp);
      }
    },
    leave: (seat: Seat) => {
      if (seat.isAlive && !isClosed) free.push(seat);
      else seats.delete(seat);
      admitNext();
    },
    close: () => {
      isClosed = true;
      for (const waiter of waiting.splice(0)) waiter.refuse(closed());
      for (const seat of seats) seat.stop();
      seats.clear();
      free.length = 0;
    },
  };
}
