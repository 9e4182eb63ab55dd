/** What a video file is, as far as a browser can tell. */
export type VideoRead = VideoFacts | VideoRefusal;

export interface VideoFacts {
  readonly ok: true;
  readonly durationSeconds: number;
  /** As shown: pixel aspect and rotation applied. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mimeType: string;
  /** Such as `avc1.640028`. */
  readonly videoCodec: string | null;
  /** Null: there is no sound. */
  readonly sound: { readonly codec: string | null; readonly isDecodable: boolean } | null;
  /** Size and SHA-256 of samples: tells the same file again without reading it whole. */
  readonly fingerprint: string;
}

export interface VideoRefusal {
  readonly ok: false;
  readonly reason: VideoRefusalReason;
  /** Where the file tells it. */
  readonly codec?: string;
}

export type VideoRefusalReason =
  | 'empty'
  /** No container that is known. */
  | 'not-a-video'
  /** A container without a video track. */
  | 'no-picture'
  /** This browser decodes no such codec. */
  | 'codec'
  /** Cut off or damaged. */
  | 'corrupt'
  | 'unreadable';

/** One frame, encoded as it will be sent. */
export interface VideoFrame {
  /** Its own time, which may be a little before the one that was asked for. */
  readonly atSeconds: number;
  readonly blob: Blob;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface FrameOptions {
  /** Longest side; a smaller video is not enlarged. */
  readonly maxSidePx: number;
  /**
   * How far a frame may lie before the moment that was asked for. A key frame within it is taken as it is: everything
   * between two key frames would have to be decoded to be exact.
   */
  readonly toleranceSeconds: number;
  /** 0 to 1, of the JPEG. */
  readonly quality: number;
}

/** A sampled frame, compared with the one before it. */
export interface SceneSample {
  readonly atSeconds: number;
  /** 0 (the same) to 1. */
  readonly difference: number;
}

/** A piece of sound, small enough for the transcription service. */
export interface SoundPiece {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly blob: Blob;
  /** `speech.webm` and the like: the service tells the format by it. */
  readonly fileName: string;
}

export interface SoundOptions {
  readonly maxBytes: number;
  /** Models of the gpt-4o family turn away more than 1,400 seconds: 1,200 unless told otherwise. */
  readonly maxSeconds?: number;
}
