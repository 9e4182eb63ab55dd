import type { AnyPicturePart, PicturePart } from '#domain/conversation.ts';
import { f, m } from '#language';
import type { AttachmentView, RefusalView } from './chat-views.ts';

/** What a person calls an attachment: its file's name, or the host of its URL. */
export function attachmentName(attachment: AttachmentView): string {
  const name = nameOfAttachment(attachment);
  return name === '' ? m().conversation.attachments.unnamed : name;
}

function nameOfAttachment(attachment: AttachmentView): string {
  if (attachment.kind === 'picture') return nameOfPart(attachment.part);
  return attachment.kind === 'video' ? attachment.part.name : attachment.name;
}

/** By key: parts of a picture that is attached in several are numbered, so that each control has a name of its own. */
export function attachmentNames(attachments: readonly AttachmentView[]): ReadonlyMap<string, string> {
  const parts = new Map<string, number>();
  return new Map(
    attachments.map((attachment) => {
      const name = attachmentName(attachment);
      if (attachment.kind !== 'picture' || !isCut(attachment.part)) return [attachment.key, name];
      const place = (parts.get(name) ?? 0) + 1;
      parts.set(name, place);
      return [attachment.key, place === 1 ? name : m().regions.again(name, place)];
    }),
  );
}

/** What a stored picture is called: its file's name, or whose part it is. */
export function storedName({ name, crop }: PicturePart): string {
  const whole = name === '' ? m().conversation.attachments.unnamed : name;
  return crop ? m().regions.partOf(whole) : whole;
}

/** `image/jpeg` → `JPEG`. */
export function formatName(mimeType: string): string {
  const subtype = mimeType.slice(mimeType.indexOf('/') + 1).replace(/^x-|^vnd\.microsoft\.|\+.*$/g, '');
  return subtype === 'icon' ? 'ICO' : subtype === 'webp' ? 'WebP' : subtype.toUpperCase();
}

/** What will be sent is not quite what was attached: said before sending. */
export function notesOn(part: PicturePart, isEncodedAnew: boolean): readonly string[] {
  const words = m().conversation.attachments;
  return [
    ...(part.animated ? [words.firstFrame(formatName(part.mimeType))] : []),
    ...(part.converted ? [words.converted(formatName(part.mimeType))] : []),
    ...(isEncodedAnew ? [words.reEncoded] : []),
  ];
}

/** Why a file cannot be sent, and what to do. */
export function refusalWords(refusal: RefusalView): string {
  const words = m().conversation.refusals;
  switch (refusal.reason) {
    case 'unsupported':
      return words.unsupported(refusal.format ?? '');
    case 'too-many-pixels': {
      const pixels = (refusal.claimedWidthPx ?? 0) * (refusal.claimedHeightPx ?? 0);
      return words['too-many-pixels'](
        f().number(Math.round(pixels / 1e6)),
        f().number(Math.round((refusal.limitPixels ?? 0) / 1e6)),
      );
    }
    case 'too-many-bytes':
      return words['too-many-bytes'](f().bytes(refusal.bytes), f().bytes(refusal.limitBytes ?? 0));
    default:
      return words[refusal.reason];
  }
}

function isCut(part: AnyPicturePart): boolean {
  return part.kind === 'picture' && part.crop !== undefined;
}

function nameOfPart(part: AnyPicturePart): string {
  if (part.kind === 'picture') return storedName(part);
  if (!URL.canParse(part.url)) return part.url;
  const { host, pathname } = new URL(part.url);
  const last = pathname.split('/').filter(Boolean).at(-1);
  return last === undefined ? host : decode(last);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
