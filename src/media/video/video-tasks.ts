import type { FrameOptions, SceneSample, SoundOptions, SoundPiece, VideoFrame, VideoRead } from './video.ts';

/** What the video worker can be asked; each by a port of its own, which it answers through. */
export type VideoTask =
  | { readonly kind: 'read'; readonly file: Blob }
  | {
      readonly kind: 'frames';
      readonly file: Blob;
      readonly moments: readonly number[];
      readonly options: FrameOptions;
    }
  | {
      readonly kind: 'scenes';
      readonly file: Blob;
      readonly moments: readonly number[];
      readonly toleranceSeconds: number;
    }
  | { readonly kind: 'sound'; readonly file: Blob; readonly options: SoundOptions };

export interface VideoTaskSteps {
  read: VideoRead;
  frames: VideoFrame;
  scenes: SceneSample;
  sound: SoundPiece | { readonly doneSeconds: number };
}

/** Through the port: steps as they come, then the end. Closing the port cancels. */
export type VideoMessage<Kind extends VideoTask['kind'] = VideoTask['kind']> =
  | { readonly type: 'step'; readonly step: VideoTaskSteps[Kind] }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly detail: string };
