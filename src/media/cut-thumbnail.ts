import { checkPicture, cutOut, decodeUpright } from './checked-picture.ts';
import type { CutOptions } from './picture.ts';
import { thumbnailOf } from './redraw.ts';

/** A small picture of a part. Throws a FailureError for bytes that are gone or cannot be decoded. */
export async function cutThumbnail(blob: Blob, { mimeType, crop }: CutOptions): Promise<Blob> {
  await checkPicture(blob, mimeType);
  const whole = await decodeUpright(blob);
  try {
    return await thumbnailOf(cutOut(whole, crop));
  } finally {
    whole.close();
  }
}
