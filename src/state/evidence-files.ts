import { toCoco, toEvidenceJson, sizeOf, type EvidenceSubject } from '#domain/evidence-export.ts';
import { toReportHtml, type ReportPicture, type ReportWords } from '#domain/evidence-report.ts';
import { textOf, type AnyPicturePart } from '#domain/conversation.ts';
import type { Layer, Region } from '#domain/evidence.ts';
import { FailureError } from '#domain/failure.ts';
import { inReadingOrder } from '#domain/reading-order.ts';
import type { Services } from './services.ts';

/** What the files need in words, from the screen. */
export interface FileWords {
  readonly language: 'en' | 'zh';
  readonly report: ReportWords;
  /** Deployment, model and time of the answer. */
  readonly facts: readonly string[];
  /** What a region is called on an annotated picture. */
  readonly label: (region: Region) => string;
  /** By layer, as CSS colours that a canvas understands. */
  readonly colours: Readonly<Record<Layer, string>>;
  readonly unnamed: string;
}

export interface EvidenceFileSubject extends EvidenceSubject {
  readonly title: string;
  /** The picture that an annotated file or the text is of. */
  readonly pictureId: string;
}

export interface EvidenceFile {
  readonly name: string;
  readonly blob: Blob;
}

type Rooms = Pick<Services, 'store' | 'loadPictures'>;

/** A report holds pictures no larger than a screen shows them. */
const reportSidePx = 2_000;

/** All text read in a picture, in reading order. */
export function toText({ evidence, pictureId }: EvidenceFileSubject): EvidenceFile {
  const picture = evidence.pictures.find(({ id }) => id === pictureId);
  const lines = picture?.regions.filter(({ layer }) => layer === 'line') ?? [];
  return { name: 'text.txt', blob: new Blob([inReadingOrder(lines)], { type: 'text/plain' }) };
}

export function toJsonFile(subject: EvidenceFileSubject): EvidenceFile {
  return {
    name: `${fileStem(subject.title)}-evidence.json`,
    blob: new Blob([toEvidenceJson(subject)], { type: 'application/json' }),
  };
}

export function toCocoFile(subject: EvidenceFileSubject): EvidenceFile {
  return {
    name: `${fileStem(subject.title)}-coco.json`,
    blob: new Blob([toCoco(subject)], { type: 'application/json' }),
  };
}

/** The picture at its original size with its regions drawn in. Rejects with a FailureError where its bytes are not here. */
export async function toAnnotated(
  { evidence, pictureId, title }: EvidenceFileSubject,
  words: FileWords,
  { store, loadPictures }: Rooms,
): Promise<EvidenceFile> {
  const picture = evidence.pictures.find(({ id }) => id === pictureId);
  const part = picture?.part;
  const original = part?.kind === 'picture' ? await store.readAttachment(part.attachmentId) : null;
  if (!picture || part?.kind !== 'picture' || !original)
    throw new FailureError({ kind: 'picture-missing', detail: part?.kind === 'picture' ? part.name : '' });
  const pictures = await loadPictures();
  const blob = await pictures.annotate(original, {
    mimeType: part.mimeType,
    regions: picture.regions.map((region) => ({
      polygon: region.polygon,
      colour: words.colours[region.layer],
      label: words.label(region),
    })),
  });
  return { name: `${fileStem(title)}-annotated.png`, blob };
}

/** A page that stands alone. A picture whose bytes are not here is said to be missing in it. */
export async function toReport(
  subject: EvidenceFileSubject,
  words: FileWords,
  rooms: Rooms,
): Promise<EvidenceFile> {
  const { message, before, evidence, names, title } = subject;
  const prompt = before.findLast((one) => one.role === 'user');
  const pictures = await Promise.all(
    evidence.pictures.map(async ({ id, part, regions }): Promise<ReportPicture> => {
      const size = sizeOf(part) ?? { widthPx: 1_000, heightPx: 1_000 };
      const scale = Math.min(1, reportSidePx / Math.max(size.widthPx, size.heightPx));
      const sizePx = {
        widthPx: Math.max(1, Math.round(size.widthPx * scale)),
        heightPx: Math.max(1, Math.round(size.heightPx * scale)),
      };
      const name = names.get(id) ?? words.unnamed;
      return { name, sizePx, regions, dataUrl: await dataUrlOf(part, scale < 1 ? sizePx : null, rooms) };
    }),
  );
  const html = toReportHtml({
    language: words.language,
    title,
    question: prompt?.role === 'user' ? textOf(prompt) : '',
    answer: message.reply.withdrawn ? '' : message.reply.text,
    marks: evidence.marks,
    pictures,
    facts: words.facts,
    words: words.report,
  });
  return { name: `${fileStem(title)}-evidence.html`, blob: new Blob([html], { type: 'text/html' }) };
}

async function dataUrlOf(
  part: AnyPicturePart,
  fit: { readonly widthPx: number; readonly heightPx: number } | null,
  { store, loadPictures }: Rooms,
): Promise<string | null> {
  if (part.kind !== 'picture') return null;
  const original = await store.readAttachment(part.attachmentId);
  if (!original) return null;
  const pictures = await loadPictures();
  // Camera data stays at home: a report is made to be given away.
  const prepared = await pictures.prepare(original, {
    mimeType: part.mimeType,
    fit,
    stripMetadata: true,
    convert: part.converted,
    upright: true,
  });
  return (await pictures.toDataUrl(prepared.blob, prepared.mimeType)).text();
}

/** Letters, digits and hyphens of a title; never empty, never a device's name. */
function fileStem(title: string): string {
  const stem = title
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return stem === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(stem) ? 'sightline' : stem;
}
