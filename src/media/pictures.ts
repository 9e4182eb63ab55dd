import { FailureError } from '#domain/failure.ts';
import workerUrl from './picture.worker.ts?worker&url';
import {
  limitBytes,
  limitPixels,
  type AnnotateOptions,
  type CutOptions,
  type PictureRead,
  type PreparedPicture,
  type PrepareOptions,
} from './picture.ts';
import { createPool } from './pool.ts';
import { fetchPreview, type PreviewOptions, type PreviewRead } from './preview.ts';

/** Pictures from files to what is sent. Everything that reads a picture's bytes happens in workers. */
export interface Pictures {
  /**
   * Tells what a file is from its bytes, and decodes it once. Answers for every file, in the order of asking at two
   * at a time; rejects only when aborted, closed, or when workers do not run at all (`FailureError`, unexpected).
   */
  readPicture(file: Blob & { readonly name?: string }, signal?: AbortSignal): Promise<PictureRead>;
  /**
   * The bytes to send: the same Blob where nothing is asked for that changes it. Rejects with `FailureError`
   * (picture-missing, picture-unreadable), or with the signal's reason.
   */
  prepare(blob: Blob, options: PrepareOptions, signal?: AbortSignal): Promise<PreparedPicture>;
  /**
   * A PNG of the upright picture at its own size with outlines over it, and a label beside each that has one: inside
   * the picture, and over no other label; where there is no room for that, the label is left out. Rejects as
   * `prepare` does, and with picture-unreadable where this device has no canvas of that size.
   */
  annotate(blob: Blob, options: AnnotateOptions, signal?: AbortSignal): Promise<Blob>;
  /** A part of the upright picture as a small WebP, 256 pixels at most and never enlarged. Rejects as `prepare` does. */
  cutThumbnail(blob: Blob, options: CutOptions, signal?: AbortSignal): Promise<Blob>;
  /** `data:<type>;base64,…` as a Blob that can be joined into a body. Rejects as `prepare` does. */
  toDataUrl(blob: Blob, mimeType: string, signal?: AbortSignal): Promise<Blob>;
  /** Fetches a picture from the web, only ever because the person asked to see it. */
  fetchPreview(url: string, options: PreviewOptions): Promise<PreviewRead>;
  /** Starts the workers ahead of the first picture. Never rejects. */
  warm(): Promise<void>;
  /** Stops the workers; what is under way rejects with an AbortError. */
  dispose(): void;
}

/** Two: one core is the page's, and two pictures of 100 megapixels are 800 MB while they are decoded. */
const workers = 2;

/** Until the worker has looked at the file and sets a budget of its own, which it does at once. */
const firstLookMs = 1_800;

/** A 100-megapixel picture is halved and encoded well within this; over it, the encoder hangs. */
const prepareMs = 120_000;
const dataUrlMs = 120_000;

/** `startWorker` makes a module worker of a URL of this app; the porch owns the one policy that may. */
export function createPictures({ startWorker }: { startWorker: (url: string) => Worker }): Pictures {
  const pool = createPool(() => startWorker(workerUrl), workers);
  const readPicture: Pictures['readPicture'] = (file, signal) => {
    const name = file.name ?? '';
    const facts = { name, bytes: file.size, limitPixels, limitBytes };
    return pool.run(
      { kind: 'read', file, name },
      { budgetMs: firstLookMs, signal, onTimeout: () => ({ ok: false, reason: 'timeout', ...facts }) },
    );
  };
  return {
    readPicture,
    prepare: (blob, options, signal) => {
      return pool.run(
        { kind: 'prepare', blob, options },
        { budgetMs: prepareMs, signal, onTimeout: () => giveUp('resizing') },
      );
    },
    annotate: (blob, options, signal) => {
      return pool.run(
        { kind: 'annotate', blob, options },
        { budgetMs: prepareMs, signal, onTimeout: () => giveUp('drawing') },
      );
    },
    cutThumbnail: (blob, options, signal) => {
      return pool.run(
        { kind: 'cut', blob, options },
        { budgetMs: prepareMs, signal, onTimeout: () => giveUp('cutting') },
      );
    },
    toDataUrl: (blob, mimeType, signal) => {
      return pool.run(
        { kind: 'data-url', blob, mimeType },
        { budgetMs: dataUrlMs, signal, onTimeout: () => giveUp('encoding') },
      );
    },
    fetchPreview: (url, options) => fetchPreview(url, readPicture, options),
    warm: () => pool.warm().catch(() => undefined),
    dispose: pool.dispose,
  };
}

function giveUp(step: string): never {
  throw new FailureError({ kind: 'picture-unreadable', detail: `${step} did not end in time` });
}
