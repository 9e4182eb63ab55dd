/** A rectangle in shares of the picture's sides. */
interface Cut {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A part of a picture, pixel for pixel and upright. Gives a blob URL, which whoever asked revokes; null where the
 * browser cannot draw the picture.
 */
export async function cutPicture(url: string, { left, top, width, height }: Cut): Promise<string | null> {
  const picture = new Image();
  picture.src = url;
  try {
    await picture.decode();
    const { naturalWidth, naturalHeight } = picture;
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(naturalWidth * width)),
      Math.max(1, Math.round(naturalHeight * height)),
    );
    canvas
      .getContext('2d')
      ?.drawImage(picture, -Math.round(naturalWidth * left), -Math.round(naturalHeight * top));
    return URL.createObjectURL(await canvas.convertToBlob());
  } catch {
    return null;
  }
}
