/** What a picture says of itself, read without decoding a pixel. */
export interface PictureHeader {
  /** Size as stored, before the orientation is applied. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** EXIF orientation 1 to 8; 1 where absent or invalid. */
  readonly orientation: number;
  readonly animated: boolean;
  /** Where the format says or can be counted. */
  readonly frames: number | null;
  /** EXIF beyond an orientation, XMP, IPTC, comments: what `stripMetadata` takes out. */
  readonly hasMetadata: boolean;
  /** A position on earth, in EXIF or XMP. */
  readonly hasLocation: boolean;
  /** The file is too short to hold the pixels that it claims. */
  readonly impossible: boolean;
  /** Compressed without loss: a new encoding should lose nothing either. */
  readonly lossless: boolean;
  /** Passes a decoder makes over all pixels; a progressive JPEG has about ten. */
  readonly scans: number;
}

export const plainHeader: PictureHeader = {
  widthPx: 0,
  heightPx: 0,
  orientation: 1,
  animated: false,
  frames: null,
  hasMetadata: false,
  hasLocation: false,
  impossible: false,
  lossless: false,
  scans: 1,
};

/** Size with the orientation applied: 5 to 8 stand on their side. */
export function uprightSize(header: PictureHeader): { widthPx: number; heightPx: number } {
  const { widthPx, heightPx } = header;
  return header.orientation > 4 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx };
}
