import type { ModelCapabilities } from '#domain/connection.ts';
import type { PicturePart } from '#domain/conversation.ts';
import type { Area } from '#domain/picture-plan.ts';
import { FailureError, type Failure } from '#domain/failure.ts';
import { modelSize, type PixelSize } from '#domain/image-tokens.ts';
import type { Pictures } from '#media';
import type { Store } from '#store';

type Attachments = Pick<Store, 'readAttachment'>;
type Encoder = Pick<Pictures, 'prepare' | 'toDataUrl'>;

/** A stored picture as a request holds it: whole, or a part of it with that part's size. */
export type SentStored = PicturePart & { readonly crop?: Area };

/** Two parts with one key are sent as the same bytes. */
export function pictureKey(part: SentStored): string {
  const { attachmentId, size, detail, stripMetadata, crop } = part;
  const area = crop ? `${crop.left},${crop.top},${crop.width},${crop.height}` : '';
  return `${attachmentId}/${size}/${size === 'fit' ? detail : ''}/${String(stripMetadata)}/${area}`;
}

/** The size a picture is sent in: what the model would reduce it to, where that is smaller and wanted; else null. */
export function sentSize(part: SentStored, capabilities: ModelCapabilities): PixelSize | null {
  if (part.size === 'original' || !capabilities.imageTokens) return null;
  const seen = modelSize(capabilities.imageTokens, part.widthPx, part.heightPx, part.detail);
  return seen.widthPx < part.widthPx || seen.heightPx < part.heightPx ? seen : null;
}

/** The first picture that is over the model's limit as it would be sent; what is encoded anew is known only then. */
export function findTooLarge(
  parts: readonly SentStored[],
  capabilities: ModelCapabilities,
): SentStored | undefined {
  return parts.find(
    (part) =>
      part.bytes > capabilities.maxPictureBytes &&
      !part.converted &&
      !part.crop &&
      !sentSize(part, capabilities),
  );
}

/**
 * Data URLs of the pictures of a request, by `pictureKey`. Fails with `picture-missing` where stored bytes are
 * lost, and with `picture-too-large` where a picture, as it would be sent, is over the model's limit.
 */
export async function encodePictures(
  parts: readonly SentStored[],
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
  part: SentStored,
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
      crop: part.crop ?? null,
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

/**
 * About how many bytes a request's pictures are, as base64. What is resized or cut is known only when it is encoded:
 * until then its share of the pixels stands for its share of the bytes.
 */
export function encodedBytes(parts: readonly SentStored[], capabilities: ModelCapabilities): number {
  return parts.reduce((sum, part) => {
    const size = sentSize(part, capabilities) ?? part;
    // A cut part has sizes of its own; the share of the whole is in its area.
    const share = part.crop ? part.crop.width * part.crop.height : 1;
    const scale = (size.widthPx * size.heightPx) / (part.widthPx * part.heightPx);
    return sum + Math.ceil((part.bytes * share * scale * 4) / 3);
  }, 0);
}

export function tooLarge(part: PicturePart, bytes: number, capabilities: ModelCapabilities): Failure {
  return { kind: 'picture-too-large', actual: bytes, limit: capabilities.maxPictureBytes, detail: part.name };
}
