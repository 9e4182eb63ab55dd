import { finishRecording } from './finish-recording.ts';
import { framesAt, sceneSamples } from './frames.ts';
import { openSound, openVideo, readVideo } from './open-video.ts';
import { soundPieces } from './sound.ts';
import type { VideoMessage, VideoTask, VideoTaskSteps } from './video-tasks.ts';

// The compiler knows this file as a page's; a worker's `postMessage` takes no origin.
const post = (message: VideoMessage): void => (self as unknown as Worker).postMessage(message);

self.addEventListener('message', async ({ data: task }: MessageEvent<VideoTask>) => {
  try {
    await answer(task);
  } catch (thrown) {
    const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    post({ type: 'failed', detail });
  }
});

async function answer(task: VideoTask): Promise<void> {
  switch (task.kind) {
    case 'read':
      return tell(only(readVideo(task.file, task.canDecode)));
    case 'finish':
      return tell(only(finishRecording(task.file)));
    case 'sound': {
      const track = await openSound(task.file, task.canDecode);
      return tell(track ? soundPieces(track, task.options) : []);
    }
    case 'frames':
    case 'scenes': {
      const track = await openVideo(task.file, task.canDecode);
      if ('ok' in track) return post({ type: 'refused', refusal: track });
      const { moments } = task;
      return tell(
        task.kind === 'frames'
          ? framesAt(track, moments, task.options)
          : sceneSamples(track, moments, task.toleranceSeconds),
      );
    }
  }
}

async function tell(
  steps: AsyncIterable<VideoTaskSteps[VideoTask['kind']]> | Iterable<never>,
): Promise<void> {
  for await (const step of steps) post({ type: 'step', step });
  post({ type: 'done' });
}

async function* only<T>(one: Promise<T>): AsyncGenerator<T> {
  yield await one;
}
