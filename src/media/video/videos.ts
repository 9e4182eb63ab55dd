import { FailureError } from '#domain/failure.ts';
import { playedFacts, playedFrames, playedScenes } from './played-video.ts';
import workerUrl from './video.worker.ts?worker&url';
import type { FrameOptions, SceneSample, SoundOptions, SoundPiece, VideoFrame, VideoRead } from './video.ts';
import type { WorkerRead } from './open-video.ts';
import type { VideoMessage, VideoTask, VideoTaskSteps } from './video-tasks.ts';

/**
 * Pictures and sound out of video files, each asked of a worker of its own, or of the browser's player where WebCodecs
 * does not know the file. A file is never read whole: only what is asked for. Iterations stop at once when their
 * signal is aborted or their loop is left, and reject with `FailureError` (video-unreadable) where the file cannot be
 * decoded on.
 */
export interface Videos {
  /** Answers for every file; rejects only when aborted or when workers do not run. */
  readVideo(file: Blob, signal?: AbortSignal): Promise<VideoRead>;
  /** In order of time; none twice. */
  frames(
    file: Blob,
    moments: readonly number[],
    options: FrameOptions,
    signal?: AbortSignal,
  ): AsyncGenerator<VideoFrame>;
  scenes(
    file: Blob,
    moments: readonly number[],
    toleranceSeconds: number,
    signal?: AbortSignal,
  ): AsyncGenerator<SceneSample>;
  /** Pieces of speech, and between them how far it is. None where the sound cannot be decoded. */
  sound(
    file: Blob,
    options: SoundOptions,
    signal?: AbortSignal,
  ): AsyncGenerator<SoundPiece | { readonly doneSeconds: number }>;
  /** A recording with its length and its key frames written down, so that players can jump in it. */
  finishRecording(recorded: Blob, signal?: AbortSignal): Promise<Blob>;
  /** Everything under way is rejected (AbortError). */
  dispose(): void;
}

export interface VideosOptions {
  readonly startWorker: (url: string) => Worker;
  /** False: as if the browser had no WebCodecs. */
  readonly canDecode?: boolean;
}

export function createVideos({ startWorker, canDecode = true }: VideosOptions): Videos {
  const closed = new AbortController();

  /** Decoders hold memory until their worker ends, and cannot be called off: a worker ends with its task. */
  async function* ask<Kind extends VideoTask['kind']>(
    task: Extract<VideoTask, { kind: Kind }>,
    given: AbortSignal | undefined,
  ): AsyncGenerator<VideoTaskSteps[Kind]> {
    const signal = eitherOf(given, closed.signal);
    signal.throwIfAborted();
    const worker = started(startWorker);
    const messages: VideoMessage<Kind>[] = [];
    let wake: () => void = () => undefined;
    let death: string | null = null;
    const die = (detail: string): void => {
      death = detail;
      wake();
    };
    worker.onmessage = (event: MessageEvent<VideoMessage<Kind>>) => {
      messages.push(event.data);
      wake();
    };
    worker.onerror = (event) => {
      // It is answered for here, and is no error of the page.
      event.preventDefault();
      die(event.message || 'the worker stopped');
    };
    worker.onmessageerror = () => die('the worker’s answer could not be read');
    const onAbort = (): void => wake();
    signal.addEventListener('abort', onAbort);
    worker.postMessage(task);
    try {
      for (;;) {
        signal.throwIfAborted();
        const message = messages.shift();
        if (message?.type === 'step') yield message.step;
        else if (message?.type === 'done') return;
        else if (message?.type === 'failed') throw unreadable(message.detail);
        else if (message) throw unreadable([message.refusal.reason, message.refusal.codec].join(' ').trim());
        else if (death !== null) throw new FailureError({ kind: 'unexpected', detail: death });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      worker.terminate();
    }
  }

  /** What the decoder knows nothing of, the player may. Once something came, the file is to blame. */
  async function* decodedOrPlayed<T>(
    decoded: AsyncGenerator<T>,
    played: (signal: AbortSignal) => AsyncGenerator<T>,
    given: AbortSignal | undefined,
  ): AsyncGenerator<T> {
    let refusal: FailureError | null = null;
    let hasCome = false;
    try {
      for await (const one of decoded) {
        hasCome = true;
        yield one;
      }
    } catch (thrown) {
      if (hasCome || !(thrown instanceof FailureError) || thrown.failure.kind !== 'video-unreadable')
        throw thrown;
      refusal = thrown;
    }
    if (!refusal) return;
    const signal = eitherOf(given, closed.signal);
    try {
      for await (const one of played(signal)) {
        hasCome = true;
        yield one;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      throw unreadable(thrown instanceof Error ? thrown.message : String(thrown));
    }
    if (!hasCome) throw refusal;
  }

  return {
    async readVideo(file, signal) {
      const [answer] = await all(ask({ kind: 'read', file, canDecode }, signal));
      if (!answer) throw unreadable('no answer');
      return mayBePlayed(answer) ? readByPlayer(file, answer, signal) : answer.read;
    },
    frames: (file, moments, options, signal) =>
      decodedOrPlayed(
        ask({ kind: 'frames', file, canDecode, moments, options }, signal),
        (either) => playedFrames(file, moments, options, either),
        signal,
      ),
    scenes: (file, moments, toleranceSeconds, signal) =>
      decodedOrPlayed(
        ask({ kind: 'scenes', file, canDecode, moments, toleranceSeconds }, signal),
        (either) => playedScenes(file, moments, toleranceSeconds, either),
        signal,
      ),
    sound: (file, options, signal) => ask({ kind: 'sound', file, canDecode, options }, signal),
    async finishRecording(recorded, signal) {
      const [finished] = await all(ask({ kind: 'finish', file: recorded }, signal));
      if (!finished) throw unreadable('no answer');
      return finished;
    },
    dispose: () => closed.abort(new DOMException('The videos room was closed', 'AbortError')),
  };
}

/** What is no file of pictures need not be played; nor what is: of a file that broke off, players show the beginning. */
function mayBePlayed({ read, known }: WorkerRead): boolean {
  if (read.ok || known.fingerprint === undefined || read.reason === 'no-picture') return false;
  return read.reason !== 'corrupt' || known.durationSeconds === undefined;
}

async function readByPlayer(
  file: Blob,
  { read, known }: WorkerRead,
  signal: AbortSignal | undefined,
): Promise<VideoRead> {
  const played = await playedFacts(file, signal);
  // The container tells the length of a recording that the player cannot tell.
  const durationSeconds = known.durationSeconds || (played?.durationSeconds ?? 0);
  if (!played || !(durationSeconds > 0 && durationSeconds < Infinity)) return read;
  return {
    ok: true,
    durationSeconds,
    widthPx: played.widthPx,
    heightPx: played.heightPx,
    mimeType: known.mimeType ?? file.type,
    videoCodec: known.videoCodec ?? null,
    // A player does not hand out what it plays, nor say whether there is any.
    sound: known.sound === undefined ? { codec: null, isDecodable: false } : known.sound,
    fingerprint: known.fingerprint!,
  };
}

function started(startWorker: (url: string) => Worker): Worker {
  try {
    return startWorker(workerUrl);
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    throw new FailureError({ kind: 'unexpected', detail });
  }
}

async function all<T>(steps: AsyncGenerator<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const step of steps) found.push(step);
  return found;
}

function eitherOf(given: AbortSignal | undefined, closed: AbortSignal): AbortSignal {
  return given ? AbortSignal.any([given, closed]) : closed;
}

function unreadable(detail: string): FailureError {
  return new FailureError({ kind: 'video-unreadable', detail });
}
