import type { RunningAnswer } from './schema.ts';

/**
 * One Web Lock for each running answer, held from prompt to ending. The browser gives it back when the tab is gone,
 * however that came about; so whoever gets it knows that nobody is answering any more. A frozen tab keeps its lock.
 */
export interface AnswerLocks {
  /** False where another tab holds it. */
  hold(answer: RunningAnswer): Promise<boolean>;
  /** The answer held by this tab. */
  held(messageId: string): RunningAnswer | null;
  release(messageId: string): Promise<void>;
  releaseAll(): void;
  /** Runs `work` under the lock, or gives null where somebody, this tab included, holds it. */
  ifDead<T>(messageId: string, work: () => Promise<T>): Promise<T | null>;
}

interface Hold {
  readonly answer: RunningAnswer;
  readonly letGo: () => void;
  /** Settles once the browser has taken it back. */
  readonly over: Promise<unknown>;
}

export function openAnswerLocks(name: string): AnswerLocks {
  const holds = new Map<string, Hold>();
  const lockOf = (messageId: string): string => `${name}:answer:${messageId}`;
  return {
    hold(answer) {
      const { messageId } = answer;
      return new Promise<boolean>((resolve, reject) => {
        const request = navigator.locks.request(lockOf(messageId), { ifAvailable: true }, (lock) => {
          if (!lock) {
            resolve(false);
            return undefined;
          }
          return new Promise<void>((letGo) => {
            holds.set(messageId, { answer, letGo, over: Promise.resolve().then(() => over) });
            resolve(true);
          });
        });
        // Taken by force: the answer is somebody else's now.
        const over = request.catch((error: unknown) => {
          holds.delete(messageId);
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      });
    },
    held: (messageId) => holds.get(messageId)?.answer ?? null,
    async release(messageId) {
      const hold = holds.get(messageId);
      holds.delete(messageId);
      hold?.letGo();
      await hold?.over;
    },
    releaseAll() {
      for (const { letGo } of holds.values()) letGo();
      holds.clear();
    },
    ifDead: (messageId, work) =>
      navigator.locks.request(lockOf(messageId), { ifAvailable: true }, (lock) => (lock ? work() : null)),
  };
}
