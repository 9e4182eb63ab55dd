import type { WorkerRead } from './open-video.ts';
import type {
  FrameOptions,
  SceneSample,
  SoundOptions,
  SoundPiece,
  VideoFrame,
  VideoRefusal,
} from './video.ts';

/** What a video worker is asked: one thing, after which it ends. Blobs cross as handles. */
export type VideoTask =
  | { readonly kind: 'read'; readonly file: Blob; readonly canDecode: boolean }
  | {
      readonly kind: 'frames';
      readonly file: Blob;
      readonly canDecode: boolean;
      readonly moments: readonly number[];
      readonly options: FrameOptions;
    }
  | {
      readonly kind: 'scenes';
      readonly file: Blob;
      readonly canDecode: boolean;
      readonly moments: readonly number[];
      readonly toleranceSeconds: number;
    }
  | {
      readonly kind: 'sound';
      readonly file: Blob;
      readonly canDecode: boolean;
      readonly options: SoundOptions;
    }
  | { readonly kind: 'finish'; readonly file: Blob };

export interface VideoTaskSteps {
  read: WorkerRead;
  frames: VideoFrame;
  scenes: SceneSample;
  sound: SoundPiece | { readonly doneSeconds: number };
  finish: Blob;
}

/** Steps as they come, then one ending. */
export type VideoMessage<Kind extends VideoTask['kind'] = VideoTask['kind']> =
  | { readonly type: 'step'; readonly step: VideoTaskSteps[Kind] }
  | { readonly type: 'done' }
  /** It cannot be decoded here. */
  | { readonly type: 'refused'; readonly refusal: VideoRefusal }
  | { readonly type: 'failed'; readonly detail: string };
