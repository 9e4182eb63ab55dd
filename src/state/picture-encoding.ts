import type { ModelCapabilities } from '#domain/connection.ts';
import type { PicturePart } from '#domain/conversation.ts';
import { FailureError, type Failure } from '#domain/failure.ts';
import { modelSize, type PixelSize } from '#domain/image-tokens.ts';
import type { Pictures } from '#media';
import type { Store } from '#store';

type Attachments = Pick<Store, 'readAttachment'>;
type Encoder = Pick<Pictures, 'prepare' | 'toDataUrl'>;

/** Two parts with one key are sent as the same bytes. */
export function pictureKey(part: PicturePart): string {
  return `${part.attachmentId}/${part.size}/${part.size === 'fit' ? part.detail : ''}/${String(part.stripMetadata)}`;
}

/** The size a picture is sent in: what the model would reduce it to, where that is smaller and wanted; else null. */
export function sentSize(part: PicturePart, capabilities: ModelCapabilities): PixelSize | null {
  if (part.size === 'original' || !capabilities.imageTokens) return null;
  const seen = modelSize(capabilities.imageTokens, part.widthPx, part.heightPx, part.detail);
  return seen.widthPx < part.widthPx || seen.heightPx < part.heightPx ? seen : null;
}

/** The first picture that is over the model's limit as it would be sent; what is encoded anew is known only then. */
export function findTooLarge(
  parts: readonly PicturePart[],
  capabilities: ModelCapabilities,
): PicturePart | undefined {
  return parts.find(
    (part) => part.bytes > capabilities.maxPictureBytes && !part.converted && !sentSize(part, capabilities),
  );
}

/**
 * Data URLs of the pictures of a request, by `pictureKey`. Fails with `picture-missing` where stored bytes are
 * lost, and with `picture-too-large` where a picture, as it would be sent, is over the model's limit.
 */
export async function encodePictures(
  parts: readonly PicturePart[],
  capabilities: ModelCapabilities,
  attachments: Attachments,
  pictures: Encoder,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Blob>> {
  const unique = new Map(parts.map((part) => [pictureKey(part), part]));
  const encoded = await Promise.all(
    [...unique].map(
      async ([key, part]) => [key, await encode(part, capabilities, attachments, pictures, signal)] as const,
    ),
  );
  return new Map(encoded);
}

async function encode(
  part: PicturePart,
  capabilities: ModelCapabilities,
  attachments: Attachments,
  pictures: Encoder,
  signal: AbortSignal,
): Promise<Blob> {
  const original = await attachments.readAttachment(part.attachmentId);
  if (!original) throw new FailureError({ kind: 'picture-missing', detail: part.name });
  const prepared = await pictures.prepare(
    original,
    {
      mimeType: part.mimeType,
      fit: sentSize(part, capabilities),
      stripMetadata: part.stripMetadata,
      convert: part.converted,
    },
    signal,
  );
  if (prepared.blob.size > capabilities.maxPictureBytes) {
    throw new FailureError(tooLarge(part, prepared.blob.size, capabilities));
  }
  return pictures.toDataUrl(prepared.blob, prepared.mimeType, signal);
}

export function tooLarge(part: PicturePart, bytes: number, capabilities: ModelCapabilities): Failure {
  return { kind: 'picture-too-large', actual: bytes, limit: capabilities.maxPictureBytes, detail: part.name };
}
