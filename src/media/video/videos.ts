import { FailureError } from '#domain/failure.ts';
import workerUrl from './video.worker.ts?worker&url';
import type { FrameOptions, SceneSample, SoundOptions, SoundPiece, VideoFrame, VideoRead } from './video.ts';
import type { VideoMessage, VideoTask, VideoTaskSteps } from './video-tasks.ts';

/**
 * Pictures and sound out of video files, in a worker. A file is never read whole: only what is asked for. Iterations
 * stop at once when their signal is aborted or their loop is left, and reject with `FailureError` (video-unreadable)
 * where the file cannot be decoded on.
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
  /** Pieces of speech, and between them how far it is. */
  sound(
    file: Blob,
    options: SoundOptions,
    signal?: AbortSignal,
  ): AsyncGenerator<SoundPiece | { readonly doneSeconds: number }>;
  dispose(): void;
}

export function createVideos({ startWorker }: { startWorker: (url: string) => Worker }): Videos {
  let worker: Worker | null = null;
  let underWay = 0;

  /** Decoders hold memory until their worker ends: after the last task it is let go. */
  function leave(): void {
    underWay -= 1;
    if (underWay > 0) return;
    worker?.terminate();
    worker = null;
  }

  async function* ask<Kind extends VideoTask['kind']>(
    task: Extract<VideoTask, { kind: Kind }>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<VideoTaskSteps[Kind]> {
    signal?.throwIfAborted();
    worker ??= startWorker(workerUrl);
    underWay += 1;
    const { port1: port, port2 } = new MessageChannel();
    const messages: VideoMessage<Kind>[] = [];
    let wake: () => void = () => undefined;
    let broken: string | null = null;
    port.onmessage = (event: MessageEvent<VideoMessage<Kind>>) => {
      messages.push(event.data);
      wake();
    };
    const onError = (event: ErrorEvent): void => {
      broken = event.message;
      wake();
    };
    const onAbort = (): void => wake();
    const asked = worker;
    asked.addEventListener('error', onError);
    signal?.addEventListener('abort', onAbort);
    asked.postMessage(task, [port2]);
    try {
      for (;;) {
        signal?.throwIfAborted();
        if (broken !== null) throw unreadable(broken);
        const message = messages.shift();
        if (!message) await new Promise<void>((resolve) => (wake = resolve));
        else if (message.type === 'done') return;
        else if (message.type === 'failed') throw unreadable(message.detail);
        else yield message.step;
      }
    } finally {
      asked.removeEventListener('error', onError);
      signal?.removeEventListener('abort', onAbort);
      port.postMessage('cancel');
      port.close();
      leave();
    }
  }

  return {
    async readVideo(file, signal) {
      for await (const read of ask({ kind: 'read', file }, signal)) return read;
      throw unreadable('no answer');
    },
    frames: (file, moments, options, signal) => ask({ kind: 'frames', file, moments, options }, signal),
    scenes: (file, moments, toleranceSeconds, signal) =>
      ask({ kind: 'scenes', file, moments, toleranceSeconds }, signal),
    sound: (file, options, signal) => ask({ kind: 'sound', file, options }, signal),
    dispose() {
      worker?.terminate();
      worker = null;
    },
  };
}

function unreadable(detail: string): FailureError {
  return new FailureError({ kind: 'video-unreadable', detail });
}
