export { createPictures, type Pictures } from './pictures.ts';
export {
  limitBytes,
  limitPixels,
  type Picture,
  type PictureRead,
  type PictureRefusal,
  type PreparedPicture,
  type PrepareOptions,
  type RefusalReason,
} from './picture.ts';
export type { PreviewOptions, PreviewRead } from './preview.ts';
