import { framesAt, sceneSamples } from './frames.ts';
import { openVideo, readVideo } from './open-video.ts';
import { soundPieces } from './sound.ts';
import type { VideoMessage, VideoTask, VideoTaskSteps } from './video-tasks.ts';

self.addEventListener('message', (event: MessageEvent<VideoTask>) => {
  const [port] = event.ports;
  if (port) void answer(event.data, port);
});

async function answer(task: VideoTask, port: MessagePort): Promise<void> {
  const cancelled = new AbortController();
  port.onmessage = () => cancelled.abort();
  const post = (message: VideoMessage): void => port.postMessage(message);
  try {
    for await (const step of run(task, cancelled.signal)) post({ type: 'step', step });
    post({ type: 'done' });
  } catch (thrown) {
    const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    post({ type: 'failed', detail });
  } finally {
    port.close();
  }
}

async function* run(task: VideoTask, signal: AbortSignal): AsyncGenerator<VideoTaskSteps[VideoTask['kind']]> {
  if (task.kind === 'read') {
    yield await readVideo(task.file);
    return;
  }
  const opened = await openVideo(task.file);
  if ('ok' in opened) throw new Error(opened.reason);
  using video = opened;
  switch (task.kind) {
    case 'frames':
      yield* framesAt(video.track, task.moments, task.options, signal);
      return;
    case 'scenes':
      yield* sceneSamples(video.track, task.moments, task.toleranceSeconds, signal);
      return;
    case 'sound':
      yield* withProgress(video.input, task.options, signal);
  }
}

/** Pieces are long: how far it is comes between them, once a second of work at most. */
async function* withProgress(
  input: Parameters<typeof soundPieces>[0],
  options: Parameters<typeof soundPieces>[1],
  signal: AbortSignal,
): AsyncGenerator<VideoTaskSteps['sound']> {
  const steps: VideoTaskSteps['sound'][] = [];
  let wake: () => void = () => undefined;
  let isOver = false;
  let failure: unknown;
  let toldAt = 0;
  const push = (step: VideoTaskSteps['sound']): void => {
    steps.push(step);
    wake();
  };
  const work = (async () => {
    try {
      const pieces = soundPieces(input, options, signal, (doneSeconds) => {
        if (performance.now() - toldAt < 250) return;
        toldAt = performance.now();
        push({ doneSeconds });
      });
      for await (const piece of pieces) push(piece);
    } catch (thrown) {
      failure = thrown;
    } finally {
      isOver = true;
      wake();
    }
  })();
  for (;;) {
    const step = steps.shift();
    if (step) yield step;
    else if (isOver) break;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  await work;
  if (failure !== undefined) throw failure as Error;
}
