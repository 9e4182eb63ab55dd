import type { FailureKind } from '#domain/failure.ts';
import type { AnnotateOptions, CutOptions, PictureRead, PreparedPicture, PrepareOptions } from './picture.ts';

/** What a worker can be asked. Blobs cross as handles: no picture's bytes pass through the main thread. */
export type Task =
  | { readonly kind: 'read'; readonly file: Blob; readonly name: string }
  | { readonly kind: 'prepare'; readonly blob: Blob; readonly options: PrepareOptions }
  | { readonly kind: 'annotate'; readonly blob: Blob; readonly options: AnnotateOptions }
  | { readonly kind: 'cut'; readonly blob: Blob; readonly options: CutOptions }
  | { readonly kind: 'data-url'; readonly blob: Blob; readonly mimeType: string };

export interface TaskResults {
  read: PictureRead;
  prepare: PreparedPicture;
  annotate: Blob;
  cut: Blob;
  'data-url': Blob;
}

/** To a worker, one at a time. */
export interface TaskMessage {
  readonly id: number;
  readonly task: Task;
}

/** From a worker. */
export type WorkerMessage =
  /** Said once, when its code has loaded: only now does a task's time begin. */
  | { readonly type: 'ready' }
  /** From now on the task has so long. */
  | { readonly type: 'budget'; readonly id: number; readonly ms: number }
  | { readonly type: 'done'; readonly id: number; readonly result: TaskResults[Task['kind']] }
  | { readonly type: 'failed'; readonly id: number; readonly kind: FailureKind; readonly detail: string };
