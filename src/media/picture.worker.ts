import { annotatePicture } from './annotate-picture.ts';
import { cutThumbnail } from './cut-thumbnail.ts';
import { toDataUrl } from './data-url.ts';
import { preparePicture } from './prepare-picture.ts';
import { readPicture } from './read-picture.ts';
import type { Task, TaskMessage, WorkerMessage } from './tasks.ts';
import { toPictureFailure } from './unreadable.ts';

// The compiler knows this file as a page's; a worker's `postMessage` takes no origin.
const post = (message: WorkerMessage): void => (self as unknown as Worker).postMessage(message);

self.addEventListener('message', async (event: MessageEvent<TaskMessage>) => {
  const { id, task } = event.data;
  try {
    post({ type: 'done', id, result: await run(task, (ms) => post({ type: 'budget', id, ms })) });
  } catch (error) {
    post({ type: 'failed', id, ...toPictureFailure(error) });
  }
});

post({ type: 'ready' });

function run(task: Task, setBudget: (ms: number) => void) {
  switch (task.kind) {
    case 'read':
      return readPicture(task.file, task.name, setBudget);
    case 'prepare':
      return preparePicture(task.blob, task.options);
    case 'annotate':
      return annotatePicture(task.blob, task.options);
    case 'cut':
      return cutThumbnail(task.blob, task.options);
    case 'data-url':
      return toDataUrl(task.blob, task.mimeType);
  }
}
