import { nameOf } from './failures.ts';
import type { Room } from './room.ts';
import type { StoredAttachment, StoredThumbnail } from './schema.ts';

export interface AttachmentVerbs {
  /**
   * A picture and its thumbnail, in a transaction of their own: a full disk takes no text along. One that is kept
   * already is not written again, unless its bytes can no longer be read.
   */
  saveAttachment(attachment: Attachment): Promise<void>;
  /** Whether a record is there; only `readAttachment` knows whether its bytes still are. */
  hasAttachment(id: string): Promise<boolean>;
  /** Null where there is none, or where the browser has lost the file behind it: then this one picture is missing. */
  readAttachment(id: string): Promise<Blob | null>;
  /** Null where there is none. */
  readThumbnail(id: string): Promise<Blob | null>;
}

export interface Attachment {
  /** SHA-256 of the bytes, lower-case hex. */
  readonly id: string;
  readonly blob: Blob;
  readonly mimeType: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly thumbnail: Blob;
}

export function attachmentVerbs(room: Room): AttachmentVerbs {
  const { database } = room;

  async function put(attachment: StoredAttachment | null, thumbnail: StoredThumbnail): Promise<void> {
    await database.write(['attachments', 'thumbnails'], async (tx) => {
      if (attachment) await tx.objectStore('attachments').put(attachment);
      await tx.objectStore('thumbnails').put(thumbnail);
    });
  }

  async function readAttachment(id: string): Promise<Blob | null> {
    const stored = await database
      .read(['attachments'], (tx) => tx.objectStore('attachments').get(id))
      .catch(orMissing);
    if (!stored) return null;
    const { blob, mimeType } = stored;
    if (!(blob instanceof Blob)) return new Blob([blob], { type: mimeType });
    // Chromium hands out a Blob whose file is gone or cut short; only reading its end tells.
    const readable = await blob.slice(-1).arrayBuffer().catch(orMissing);
    return readable && blob.size === stored.bytes ? blob : null;
  }

  return {
    async saveAttachment({ id, blob, mimeType, widthPx, heightPx, thumbnail }) {
      const createdAt = room.now();
      const pixels = await thumbnail.arrayBuffer();
      const small: StoredThumbnail = { id, pixels, mimeType: thumbnail.type, savedAt: createdAt };
      if (await readAttachment(id)) return put(null, small);
      const whole = { id, blob, mimeType, bytes: blob.size, widthPx, heightPx, createdAt };
      try {
        await put(whole, small);
      } catch (error) {
        if (isFull(error)) throw error;
        // Some browsers fail on Blobs where they take the same bytes (reliability.md 4.2).
        await put({ ...whole, blob: await blob.arrayBuffer() }, small);
      }
    },

    async hasAttachment(id) {
      const key = await database.read(['attachments'], (tx) => tx.objectStore('attachments').getKey(id));
      return key !== undefined;
    },

    readAttachment,

    async readThumbnail(id) {
      const stored = await database
        .read(['thumbnails'], (tx) => tx.objectStore('thumbnails').get(id))
        .catch(orMissing);
      return stored ? new Blob([stored.pixels], { type: stored.mimeType }) : null;
    },
  };
}

/** How the browsers say that the file behind a value is gone or damaged (reliability.md 4.1, lost value file). */
const lostFile = ['NotReadableError', 'NotFoundError', 'UnknownError', 'DataError'];

export function orMissing(error: unknown): null {
  const { failure } = error as { failure?: { detail: string } };
  const name = failure ? failure.detail.slice(0, failure.detail.indexOf(':')) : nameOf(error);
  if (lostFile.includes(name)) return null;
  throw error;
}

function isFull(error: unknown): boolean {
  return (error as { failure?: { kind: string } }).failure?.kind === 'storage-full';
}
