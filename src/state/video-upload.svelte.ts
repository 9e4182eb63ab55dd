import type { BlobClient } from '#azure';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import { missingBlocks, planUpload, type PlannedBlock } from '#domain/upload-plan.ts';
import type { RetryWait } from './answer.svelte.ts';
import type { Clock } from './clock.ts';

export type UploadState = 'idle' | 'running' | 'paused' | 'failed' | 'done';

export interface UploadSubject {
  readonly client: BlobClient;
  readonly file: File;
  readonly blobName: string;
  /** Of the file; an upload that was broken off is only gone on with by the same one. */
  readonly fingerprint: string;
  readonly clock: Clock;
  /** Waits between tries; a test gives its own. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Issue 5: four blocks at a time. */
const mostAtOnce = 4;
/** A network that is away for half a minute is no reason to give up what was sent. */
const networkWaitsMs = [1_000, 2_000, 4_000, 8_000, 16_000];
/** The speed of the last so many seconds tells the time left; on a slow line, that of the last two rounds of blocks. */
const speedWindowMs = 10_000;
const leastMarks = 2 * mostAtOnce + 1;

/** One file on its way into the container, block by block; what the service has is never sent again. */
export class VideoUpload {
  #state = $state<UploadState>('idle');
  #sentBytes = $state(0);
  #failure = $state.raw<Failure | null>(null);
  #wait = $state.raw<RetryWait | null>(null);
  #secondsLeft = $state<number | null>(null);
  readonly #subject: UploadSubject;
  #running: AbortController | null = null;
  /** Of the run before, which may still be letting go of its requests. */
  #ended: Promise<void> = Promise.resolve();
  #marks: readonly { readonly atMs: number; readonly bytes: number }[] = [];
  /** The service, to this page: there is a CORS rule. */
  #hasAnswered = false;

  constructor(subject: UploadSubject) {
    this.#subject = subject;
  }

  get state(): UploadState {
    return this.#state;
  }
  get sentBytes(): number {
    return this.#sentBytes;
  }
  get totalBytes(): number {
    return this.#subject.file.size;
  }
  /** Null while it cannot be told. */
  get secondsLeft(): number | null {
    return this.#secondsLeft;
  }
  get failure(): Failure | null {
    return this.#failure;
  }
  get wait(): RetryWait | null {
    return this.#wait;
  }

  /** What is under way ends at once; blocks that were sent whole stay with the service. */
  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#running?.abort();
  }

  /** Sends what the service lacks and makes the blob. Never rejects: `state` and `failure` say how it ended. */
  run(): Promise<void> {
    if (this.#state === 'running' || this.#state === 'done') return this.#ended;
    this.#running = new AbortController();
    this.#state = 'running';
    this.#failure = null;
    this.#ended = this.#runAfter(this.#ended, this.#running.signal);
    return this.#ended;
  }

  async #runAfter(before: Promise<void>, signal: AbortSignal): Promise<void> {
    await before;
    try {
      // What was paused had been whole already.
      if (!this.#isDone()) await this.#send(signal);
      this.#state = 'done';
    } catch (thrown) {
      // Paused: the state is that of the pause, or of a run that waits for this one to end.
      if (signal.aborted) return;
      this.#failure = toFailure(thrown);
      this.#state = 'failed';
    } finally {
      this.#wait = null;
      this.#secondsLeft = null;
    }
  }

  /** The type checker does not see that the run before has set it. */
  #isDone(): boolean {
    return this.#state === 'done';
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { client, file, blobName, fingerprint } = this.#subject;
    const plan = planUpload(file.size, fingerprint);
    const there = await this.#patiently(signal, () => client.listBlocks(blobName, { signal }));
    this.#hasAnswered = true;
    const queue = [...missingBlocks(plan, there)];
    this.#sentBytes = file.size - queue.reduce((sum, { start, end }) => sum + end - start, 0);
    this.#marks = [{ atMs: this.#subject.clock.now(), bytes: this.#sentBytes }];
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const work = async (): Promise<void> => {
      for (let block = queue.shift(); block; block = queue.shift()) await this.#sendBlock(block, either);
    };
    const workers = Array.from({ length: Math.min(mostAtOnce, queue.length) }, () =>
      work().catch((thrown: unknown) => {
        failed.abort();
        throw thrown;
      }),
    );
    const ended = await Promise.allSettled(workers);
    signal.throwIfAborted();
    // The first failure is why; the others were stopped for its sake.
    const reasons = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    const reason = reasons.find((one) => one instanceof FailureError) ?? reasons[0];
    if (reason !== undefined) throw reason;
    const ids = plan.blocks.map(({ id }) => id);
    await this.#patiently(signal, () => client.commit(blobName, ids, mimeTypeOf(file), { signal }));
  }

  async #sendBlock({ id, start, end }: PlannedBlock, signal: AbortSignal): Promise<void> {
    const { client, file, blobName } = this.#subject;
    // A slice is a handle: its bytes go from the disk to the network without passing through this page's memory.
    const bytes = file.slice(start, end);
    await this.#patiently(signal, async (tries) => {
      if (tries > 0) {
        await refuseUnreadable(bytes);
        // The connection may have broken after the block had arrived.
        const there = await client.listBlocks(blobName, { signal });
        if (there.get(id) === end - start) return;
      }
      await client.putBlock(blobName, id, bytes, { signal, onWait: (wait) => this.#showWait(wait) });
    });
    signal.throwIfAborted();
    this.#wait = null;
    this.#sentBytes += end - start;
    this.#measure();
  }

  /** A broken connection is tried again; what the service refuses is not. */
  async #patiently<T>(signal: AbortSignal, attempt: (tries: number) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt(tries);
      } catch (thrown) {
        signal.throwIfAborted();
        const failure = toFailure(thrown);
        const waitMs = networkWaitsMs[tries];
        const isBroken = failure.kind === 'blob-unreachable' || failure.kind === 'offline';
        if (!isBroken || waitMs === undefined) throw thrown;
        // Nothing ever came through: an account without a CORS rule looks just the same, and does not get better.
        if (!this.#hasAnswered && tries > 0) throw thrown;
        await this.#waitShown(waitMs, tries + 1, failure, signal);
      }
    }
  }

  /** Shown, and cut short where the person does not want to wait. */
  async #waitShown(waitMs: number, attempt: number, failure: Failure, signal: AbortSignal): Promise<void> {
    const skipped = new AbortController();
    this.#showWait({ waitMs, attempt, failure, skip: () => skipped.abort() });
    const slept = (this.#subject.sleep ?? sleep)(waitMs, AbortSignal.any([signal, skipped.signal]));
    await slept.catch(() => undefined);
    signal.throwIfAborted();
    this.#wait = null;
  }

  #showWait(wait: { waitMs: number; failure: Failure; attempt: number; skip(): void }): void {
    this.#wait = { ...wait, until: this.#subject.clock.now() + wait.waitMs };
  }

  #measure(): void {
    const now = this.#subject.clock.now();
    const marks = [...this.#marks, { atMs: now, bytes: this.#sentBytes }];
    this.#marks = marks.filter(
      ({ atMs }, at) => now - atMs <= speedWindowMs || at >= marks.length - leastMarks,
    );
    const [first] = this.#marks;
    if (!first || now - first.atMs < 1_000) return;
    const bytesAMs = (this.#sentBytes - first.bytes) / (now - first.atMs);
    this.#secondsLeft = bytesAMs > 0 ? (this.totalBytes - this.#sentBytes) / bytesAMs / 1000 : null;
  }
}

/** Chat over an index takes MP4 and MOV only; the type lets browsers and players know it as well. */
function mimeTypeOf({ type, name }: File): string {
  if (type !== '') return type;
  return /\.mov$/i.test(name) ? 'video/quicktime' : 'video/mp4';
}

/** A file that was moved or changed breaks a request as the network does, and does not get better either. */
async function refuseUnreadable(bytes: Blob): Promise<void> {
  await bytes
    .slice(0, 1)
    .arrayBuffer()
    .catch((thrown: unknown) => {
      throw new FailureError(toFailure(thrown, 'video-unreadable'));
    });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
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
