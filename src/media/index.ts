export { createPictures, type Pictures } from './pictures.ts';
export {
  limitBytes,
  limitPixels,
  type AnnotatedRegion,
  type AnnotateOptions,
  type CutOptions,
  type Picture,
  type PictureArea,
  type PictureRead,
  type PictureRefusal,
  type PreparedPicture,
  type PrepareOptions,
  type RefusalReason,
} from './picture.ts';
export type { PreviewOptions, PreviewRead } from './preview.ts';
export { canRecord, startRecording, type Recording, type RecordOptions } from './video/record.ts';
export { createVideos, type Videos, type VideosOptions } from './video/videos.ts';
export type {
  FrameOptions,
  SceneSample,
  SoundOptions,
  SoundPiece,
  VideoFacts,
  VideoFrame,
  VideoRead,
  VideoRefusal,
  VideoRefusalReason,
} from './video/video.ts';
