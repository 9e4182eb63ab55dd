import type { PicturePart } from '#domain/conversation.ts';
import { FailureError, toFailure } from '#domain/failure.ts';
import type { Detail } from '#domain/image-tokens.ts';
import { timeText } from '#domain/video-times.ts';
import type { VideoFrame } from '#media';
import type { Services } from './services.ts';

/** Deployments by connection. */
const rememberedAs = 'transcriptionDeployments';

export interface FrameOf {
  readonly videoId: string;
  readonly videoName: string;
  readonly detail: Detail;
}

/** Keeps a frame as a picture of the message. Rejects with a FailureError or the signal's reason. */
export async function keepFrame(
  { blob: encoded, atSeconds }: VideoFrame,
  { videoId, videoName, detail }: FrameOf,
  { store, loadPictures }: Pick<Services, 'store' | 'loadPictures'>,
  signal: AbortSignal,
): Promise<PicturePart> {
  const name = `${videoName} ${timeText(atSeconds, 1)}`;
  const pictures = await loadPictures();
  const read = await pictures.readPicture(new File([encoded], name, { type: 'image/jpeg' }), signal);
  if (!read.ok) throw new FailureError({ kind: 'video-unreadable', detail: read.reason });
  signal.throwIfAborted();
  const { attachmentId, blob, thumbnail, mimeType, bytes, widthPx, heightPx } = read;
  await store
    .saveAttachment({ id: attachmentId, blob, thumbnail, mimeType, widthPx, heightPx })
    .catch((thrown: unknown) => {
      throw new FailureError(toFailure(thrown, 'storage-failed'));
    });
  return {
    kind: 'picture',
    attachmentId,
    name,
    mimeType,
    bytes,
    widthPx,
    heightPx,
    detail,
    size: 'fit',
    stripMetadata: false,
    animated: false,
    converted: false,
    frame: { videoId, atSeconds },
  };
}

/** The deployment that transcribed last on a connection; null: none, or it cannot be read. */
export async function recallDeployment(
  connectionId: string,
  { store }: Pick<Services, 'store'>,
): Promise<string | null> {
  const kept = (await store.readPreferences().catch(() => null))?.[rememberedAs];
  const name: unknown =
    typeof kept === 'object' && kept ? (kept as Record<string, unknown>)[connectionId] : null;
  return typeof name === 'string' ? name : null;
}

/** What cannot be remembered is typed again the next time. */
export async function rememberDeployment(
  connectionId: string,
  deployment: string,
  { store }: Pick<Services, 'store'>,
): Promise<void> {
  try {
    const kept = (await store.readPreferences())[rememberedAs];
    const others = typeof kept === 'object' && kept ? kept : {};
    await store.savePreferences({ [rememberedAs]: { ...others, [connectionId]: deployment } });
  } catch {
    // Said nowhere: nothing is lost by it.
  }
}
