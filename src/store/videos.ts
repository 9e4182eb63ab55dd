import type { Video } from '#domain/video.ts';
import { orMissing } from './attachments.ts';
import { isStale, type Room, type Saved } from './room.ts';
import type { Vault } from './vault.ts';

export interface VideoVerbs {
  /** Newest first; of every connection. */
  listVideos(): Promise<readonly Video[]>;
  /** Saves the record and, in the same transaction, the address with its SAS where one is given (null forgets it). */
  saveVideo(video: Video, signedUrl?: string | null): Promise<Saved<Video>>;
  /** The record, its poster and its SAS; what lies in the container stays there. */
  forgetVideo(id: string): Promise<void>;
  /** The address with its SAS, where the video was added by it; null where none is kept or it no longer opens. */
  readVideoAddress(id: string): Promise<string | null>;
  /** A small picture of it. */
  savePoster(id: string, poster: Blob): Promise<void>;
  readPoster(id: string): Promise<Blob | null>;
  /** The file itself, by its fingerprint, so that its times can be played later. */
  keepVideoFile(fingerprint: string, file: Blob): Promise<void>;
  /** Null where it is not kept, or the browser has lost it. */
  readVideoFile(fingerprint: string): Promise<Blob | null>;
  forgetVideoFile(fingerprint: string): Promise<void>;
}

/** A video's secret has the place of a connection's: an id of its own, never one of both. */
const addressName = 'blobSas';

export function videoVerbs({ database, announce, now }: Room, vault: Vault): VideoVerbs {
  const put = (
    table: 'posters' | 'video-files',
    record: { id: string; blob: Blob | ArrayBuffer; mimeType: string },
  ) =>
    database.write([table], async (tx) => {
      await tx.objectStore(table).put({ ...record, savedAt: now() });
    });

  async function read(table: 'posters' | 'video-files', id: string): Promise<Blob | null> {
    const stored = await database.read([table], (tx) => tx.objectStore(table).get(id)).catch(orMissing);
    if (!stored) return null;
    const { blob, mimeType } = stored;
    if (!(blob instanceof Blob)) return new Blob([blob], { type: mimeType });
    // Chromium hands out a Blob whose file is gone; only reading its end tells.
    const readable = await blob.slice(-1).arrayBuffer().catch(orMissing);
    return readable ? blob : null;
  }

  return {
    async listVideos() {
      const videos = await database.read(['videos'], (tx) => tx.objectStore('videos').getAll());
      return videos.sort((a, b) => b.createdAt - a.createdAt);
    },

    async saveVideo(video, signedUrl) {
      const sealed =
        typeof signedUrl === 'string' ? await vault.seal(video.id, addressName, signedUrl) : null;
      return database.write<Saved<Video>>(
        ['videos', 'secrets'],
        async (tx, afterwards) => {
          const stored = await tx.objectStore('videos').get(video.id);
          if (isStale(stored, video)) return { kind: 'stale', current: stored ?? null };
          const record = { ...video, rev: video.rev + 1 };
          await tx.objectStore('videos').put(record);
          if (sealed) await tx.objectStore('secrets').put(sealed);
          if (signedUrl === null) await tx.objectStore('secrets').delete([video.id, addressName]);
          afterwards(() => announce({ kind: 'video', id: record.id }));
          return { kind: 'saved', record };
        },
        'strict',
      );
    },

    forgetVideo: (id) =>
      database.write(['videos', 'secrets', 'posters'], async (tx, afterwards) => {
        await tx.objectStore('videos').delete(id);
        await tx.objectStore('secrets').delete([id, addressName]);
        await tx.objectStore('posters').delete(id);
        afterwards(() => announce({ kind: 'video', id }));
      }),

    async readVideoAddress(id) {
      const sealed = await database.read(['secrets'], (tx) =>
        tx.objectStore('secrets').get([id, addressName]),
      );
      return sealed ? vault.open(sealed) : null;
    },

    savePoster: async (id, poster) =>
      put('posters', { id, blob: await poster.arrayBuffer(), mimeType: poster.type }),
    readPoster: (id) => read('posters', id),
    keepVideoFile: (fingerprint, file) =>
      put('video-files', { id: fingerprint, blob: file, mimeType: file.type }),
    readVideoFile: (fingerprint) => read('video-files', fingerprint),
    forgetVideoFile: (fingerprint) =>
      database.write(['video-files'], async (tx) => {
        await tx.objectStore('video-files').delete(fingerprint);
      }),
  };
}
