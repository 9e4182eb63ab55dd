import type { Orientation, Polygon } from '#domain/places.ts';

/** What `readPicture` found. Plain data and Blobs, so it crosses walls and threads as it stands. */
export type PictureRead = Picture | PictureRefusal;

/** A picture that this browser decodes. */
export interface Picture {
  readonly ok: true;
  /** SHA-256 of the bytes, lower-case hex. */
  readonly attachmentId: string;
  /** The very bytes of the file under their true type, copied: the file may be moved or changed afterwards. */
  readonly blob: Blob;
  /** The file's name, or empty. */
  readonly name: string;
  /** Told from the bytes. */
  readonly mimeType: string;
  readonly bytes: number;
  /** Upright size, as decoded. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** How the stored pixels are turned to stand upright; 5 to 8: stored, the sides are the other way round. */
  readonly orientation: Orientation;
  readonly animated: boolean;
  /** Where the format tells how many. */
  readonly frames?: number;
  /** EXIF beyond an orientation, XMP, IPTC, comments. */
  readonly hasMetadata: boolean;
  /** A position on earth among it. */
  readonly hasLocation: boolean;
  /** Azure does not take this format: `prepare` has to convert it. */
  readonly converted: boolean;
  /** First frame, upright, fitted into 256 × 256 and never enlarged. */
  readonly thumbnail: Blob;
}

/** A file that is refused, and the facts a message needs. */
export interface PictureRefusal {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly name: string;
  readonly bytes: number;
  /** Where the bytes told the type. */
  readonly mimeType?: string;
  /** For `unsupported`: the format's name, such as `JPEG XL`. */
  readonly format?: string;
  /** What the header claims. */
  readonly claimedWidthPx?: number;
  readonly claimedHeightPx?: number;
  /** For `false-header`: what was decoded, where anything was. */
  readonly actualWidthPx?: number;
  readonly actualHeightPx?: number;
  readonly limitPixels: number;
  readonly limitBytes: number;
}

export type RefusalReason =
  | 'empty'
  | 'not-a-picture'
  /** Known to be one, but this browser decodes no such thing. */
  | 'heic'
  | 'tiff'
  | 'unsupported'
  /** A drawing whose pixels depend on who draws it, and that may carry scripts. */
  | 'svg'
  | 'pdf'
  | 'html'
  | 'video'
  /** A known format, damaged or cut off. */
  | 'corrupt'
  | 'too-many-pixels'
  /** Too large to be read into memory at all; not the service's own limit. */
  | 'too-many-bytes'
  /** The header's size is not the picture's, or the file cannot hold what it claims. */
  | 'false-header'
  /** The file is gone, locked, or on a drive that does not answer. */
  | 'unreadable'
  /** Decoding did not end in time and was stopped. */
  | 'timeout';

/** Over 100 megapixels nothing is decoded: four bytes a pixel make 400 MB (issue 2, section 3). */
export const limitPixels = 100_000_000;

/** Over 200 MB nothing is read into memory; Azure's own limit is a tenth of it. */
export const limitBytes = 200_000_000;

export interface PrepareOptions {
  /** The true type that `readPicture` gave; bytes of another type are refused. */
  readonly mimeType: string;
  /** Upright size to resize to; null, or not smaller than the picture: no resize. */
  readonly fit: { readonly widthPx: number; readonly heightPx: number } | null;
  /** Only this part of the upright picture, in shares of its sides (0 to 1); `fit` is then the part's size. */
  readonly crop?: PictureArea | null;
  readonly stripMetadata: boolean;
  /** Encode in a format that Azure takes, where it does not take this one. */
  readonly convert: boolean;
  /** Encode a picture that only its EXIF orientation stands upright, so that its pixels do; others are not changed. */
  readonly upright?: boolean;
}

export interface AnnotateOptions {
  /** The true type that `readPicture` gave; bytes of another type are refused. */
  readonly mimeType: string;
  /** Outlines are drawn in this order; labels find their places in it. */
  readonly regions: readonly AnnotatedRegion[];
}

export interface AnnotatedRegion {
  readonly polygon: Polygon;
  /** As a canvas takes it, such as `#d81b60`; a custom property means nothing here. */
  readonly colour: string;
  /** Beside the outline, cut short where it is long; empty: none. */
  readonly label: string;
}

export interface CutOptions {
  /** The true type that `readPicture` gave; bytes of another type are refused. */
  readonly mimeType: string;
  /** In shares of the upright picture's sides. */
  readonly crop: PictureArea;
}

export interface PictureArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PreparedPicture {
  readonly blob: Blob;
  readonly mimeType: string;
  /** Upright size. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** False: the blob is the one that was given. */
  readonly changed: boolean;
}
