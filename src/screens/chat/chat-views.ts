import type { AnyPicturePart, PicturePart, VideoDocumentPart, VideoPart } from '#domain/conversation.ts';
import type { Failure } from '#domain/failure.ts';
import type { Detail, PixelSize } from '#domain/image-tokens.ts';
import type { Orientation } from '#domain/places.ts';
import type { Area } from '#domain/picture-plan.ts';
import type { Reply } from '#domain/reply.ts';
import type { Chat } from '#state/chat.svelte.ts';
import type { Services } from '#state/services.ts';

/** What choosing frames of a video and playing it need: the rooms, and the conversation it is for. */
export interface VideoDoor {
  readonly services: Services;
  readonly chat: Chat;
}

/** The answer under way, as the screen needs it. */
export interface LiveAnswer {
  readonly messageId: string;
  /** Changes at most once a frame. */
  readonly reply: Reply;
  /** A wait before the request is sent once more. */
  readonly wait: RetryWaitView | null;
  /** What comes before the question itself; pictures read, of all. */
  readonly stage?: { readonly kind: 'reading'; readonly done: number; readonly total: number } | null;
  /** No byte has come for 30 s. */
  readonly stalled: boolean;
  stop(): void;
  keepWaiting(): void;
}

/** The answer whose evidence is open. */
export interface EvidenceFocus {
  readonly messageId: string;
  /** Regions under the pointer or the focus. */
  readonly lit: ReadonlySet<string>;
  /** Another object each time one is pinned. */
  readonly pinned: { readonly regionId: string } | null;
}

export interface RetryWaitView {
  readonly failure: Failure;
  readonly attempt: number;
  /** Epoch milliseconds at which it is sent again. */
  readonly until: number;
  skip(): void;
}

/** What is being written, and the verbs on it. */
export interface ComposerDraft {
  readonly text: string;
  readonly attachments: readonly AttachmentView[];
  /** Id of the prompt that is being edited, or null. */
  readonly editing: string | null;
  readonly isEmpty: boolean;
  /** A file is still being read, or a video waits for what is to be shown of it. */
  readonly isReading: boolean;
  setText(text: string): void;
  addFiles(files: readonly File[]): unknown;
  addUrl(url: string): void;
  /** A part of a picture to ask about, with the whole at low detail. */
  addRegion(part: PicturePart, area: Area): void;
  retry(key: string): unknown;
  remove(key: string): void;
  move(key: string, to: number): void;
  setDetail(key: string, detail: Detail): void;
  setSize(key: string, size: PicturePart['size']): void;
  setStripMetadata(key: string, stripMetadata: boolean): void;
  /** What was learned from a preview of a picture by URL. */
  setUrlSize(url: string, widthPx: number, heightPx: number): void;
  cancelEditing(): void;
  /** This prompt's pictures are not read first. */
  readonly skipsReading: boolean;
  setSkipsReading(skips: boolean): void;
}

/** One tile: attached, on its way, or refused. */
export type AttachmentView =
  | { readonly key: string; readonly kind: 'reading'; readonly name: string; readonly bytes: number }
  | { readonly key: string; readonly kind: 'refused'; readonly name: string; readonly refusal: RefusalView }
  | {
      readonly key: string;
      readonly kind: 'picture';
      readonly part: AnyPicturePart;
      /** The picture could not be written down: a reload loses it. */
      readonly unsaved: Failure | null;
    }
  | VideoView
  /** A video that waits for a choice of what the model is shown of it. */
  | { readonly key: string; readonly kind: 'video-file'; readonly name: string; readonly file: File };

export interface VideoView {
  readonly key: string;
  readonly kind: 'video';
  readonly part: VideoPart | VideoDocumentPart;
  readonly frames: readonly PicturePart[];
}

/** Why a file is no picture that can be sent, and the facts its message needs. */
export interface RefusalView {
  readonly reason: RefusalReason;
  readonly bytes: number;
  /** The format's name, such as `JPEG XL`. */
  readonly format?: string;
  readonly claimedWidthPx?: number;
  readonly claimedHeightPx?: number;
  readonly limitPixels?: number;
  readonly limitBytes?: number;
}

export type RefusalReason =
  | 'empty'
  | 'not-a-picture'
  | 'heic'
  | 'tiff'
  | 'unsupported'
  | 'svg'
  | 'pdf'
  | 'html'
  | 'video'
  | 'corrupt'
  | 'too-many-pixels'
  | 'too-many-bytes'
  | 'false-header'
  | 'unreadable'
  | 'timeout'
  | 'not-loaded';

/** What reading the pictures of a prompt first takes. */
export interface ReadingView {
  readonly pictures: number;
  /** Of them, those that need not be paid for again. */
  readonly known: number;
  readonly transactions: number;
  /** Null: the price is not known. */
  readonly costNanos: number | null;
}

/** Where pictures come from. URLs given are `blob:` URLs, owned by whoever gives them. */
export interface PictureSources {
  /** A small upright version; null where its bytes are lost. */
  thumbnail(attachmentId: string): Promise<string | null>;
  /** The picture as it was attached; null where its bytes are lost. */
  full(attachmentId: string): Promise<string | null>;
  /** A small upright version of a part of it; null where its bytes are lost. */
  part(attachmentId: string, mimeType: string, area: Area): Promise<string | null>;
  /** A picture by URL: fetched only because the person asked to see it. */
  preview(url: string): Promise<UrlPreview>;
}

export type UrlPreview =
  | {
      readonly ok: true;
      /** A small version. */
      readonly url: string;
      /** The picture itself, as a browser shows it: upright. */
      readonly fullUrl: string;
      readonly widthPx: number;
      readonly heightPx: number;
      /** Before it is turned upright by its orientation. */
      readonly storedSize: PixelSize;
      readonly orientation: Orientation;
    }
  | {
      readonly ok: false;
      readonly reason: 'blocked' | 'http-error' | 'too-large' | 'timeout' | 'not-a-picture';
      readonly status?: number;
    };
