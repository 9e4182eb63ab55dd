import type { PicturePart } from '#domain/conversation.ts';
import { toFailure } from '#domain/failure.ts';
import type { PictureRead } from '#media';
import type { Attachment } from './draft.svelte.ts';
import type { Services } from './services.ts';

type ShowThumbnail = (attachmentId: string, thumbnail: Blob) => void;

/**
 * Reads one file and keeps what it is: a picture, a video that waits for a choice, or refused with the reason. Null:
 * the part of the page that reads pictures could not be fetched. Loaded with the first file.
 * @throws the signal's reason, when the attachment was removed meanwhile.
 */
export async function attachFile(
  key: string,
  file: File,
  services: Services,
  signal: AbortSignal,
  showThumbnail: ShowThumbnail,
): Promise<Attachment | null> {
  const pictures = await services.loadPictures().catch(() => null);
  signal.throwIfAborted();
  if (!pictures) return null;
  const read = await pictures.readPicture(file, signal);
  signal.throwIfAborted();
  if (read.ok) return keep(key, read, services, showThumbnail);
  const { name } = file;
  return read.reason === 'video' || file.type.startsWith('video/')
    ? { key, kind: 'video-file', name, file }
    : { key, kind: 'refused', name, refusal: read, file };
}

async function keep(
  key: string,
  read: Extract<PictureRead, { ok: true }>,
  { store, preferences }: Services,
  showThumbnail: ShowThumbnail,
): Promise<Attachment> {
  const part: PicturePart = {
    kind: 'picture',
    attachmentId: read.attachmentId,
    name: read.name,
    mimeType: read.mimeType,
    bytes: read.bytes,
    widthPx: read.widthPx,
    heightPx: read.heightPx,
    detail: 'auto',
    size: 'fit',
    stripMetadata: preferences.stripMetadata,
    animated: read.animated,
    converted: read.converted,
  };
  // It is at hand: the tile need not read back what is only just written.
  showThumbnail(read.attachmentId, read.thumbnail);
  const unsaved = await store
    .saveAttachment({
      id: read.attachmentId,
      blob: read.blob,
      thumbnail: read.thumbnail,
      mimeType: read.mimeType,
      widthPx: read.widthPx,
      heightPx: read.heightPx,
    })
    .then(
      () => null,
      (thrown: unknown) => toFailure(thrown, 'storage-failed'),
    );
  return { key, kind: 'picture', part, unsaved };
}
