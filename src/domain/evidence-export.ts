import type { AnyPicturePart, AssistantMessage, Message } from './conversation.ts';
import { textOf } from './conversation.ts';
import type { Evidence, EvidencePicture, Region } from './evidence.ts';
import type { PixelSize } from './image-tokens.ts';
import { boundsOf, toPixels } from './places.ts';

/** What goes into a file: the answer, the messages before it, and the regions that are shown. */
export interface EvidenceSubject {
  readonly message: AssistantMessage;
  readonly before: readonly Message[];
  readonly evidence: Evidence;
  /** Names of the pictures by their id, as the person sees them. */
  readonly names: ReadonlyMap<string, string>;
  readonly simulated: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Our own format; `public/schemas/evidence-1.json` describes it. */
export function toEvidenceJson(subject: EvidenceSubject): string {
  const { message, before, evidence, names, simulated, now } = subject;
  const { reply } = message;
  const prompt = before.findLast((one) => one.role === 'user');
  return `${JSON.stringify(
    {
      format: 'sightline-evidence',
      version: 1,
      exportedAt: new Date(now).toISOString(),
      answeredAt: reply.startedAt === null ? null : new Date(reply.startedAt).toISOString(),
      simulated,
      deployment: message.deployment,
      model: reply.model,
      question: prompt?.role === 'user' ? textOf(prompt) : '',
      answer: reply.withdrawn ? '' : reply.text,
      marks: evidence.marks.map(({ start, end, kind, regionIds }) => ({
        start,
        end,
        kind,
        text: reply.text.slice(start, end),
        regions: regionIds,
      })),
      pictures: evidence.pictures.map((picture) => toPicture(picture, names.get(picture.id) ?? '')),
    },
    null,
    2,
  )}\n`;
}

/** COCO object detection: objects and people, in pixels of each picture. One whose size is not known is left out. */
export function toCoco({ evidence, names, now }: EvidenceSubject): string {
  const sized = evidence.pictures.flatMap((picture) => {
    const size = sizeOf(picture.part);
    return size ? [{ picture, size }] : [];
  });
  const found = sized.flatMap(({ picture, size }, at) =>
    picture.regions
      .filter(({ layer }) => layer === 'object' || layer === 'person')
      .map((region) => ({ region, size, imageId: at + 1 })),
  );
  const categories = [...new Set(found.map(({ region }) => categoryOf(region)))].sort();
  return `${JSON.stringify(
    {
      info: { description: 'Sightline', version: '1.0', date_created: new Date(now).toISOString() },
      licenses: [],
      images: sized.map(({ picture, size }, at) => ({
        id: at + 1,
        file_name: names.get(picture.id) ?? '',
        width: size.widthPx,
        height: size.heightPx,
      })),
      categories: categories.map((name, at) => ({ id: at + 1, name, supercategory: '' })),
      annotations: found.map(({ region, size, imageId }, at) => {
        const { left, top, width, height } = boundsOf(region.polygon);
        const bbox = [left * size.widthPx, top * size.heightPx, width * size.widthPx, height * size.heightPx];
        return {
          id: at + 1,
          image_id: imageId,
          category_id: categories.indexOf(categoryOf(region)) + 1,
          bbox: bbox.map(hundredths),
          area: hundredths(areaOf(region, size)),
          segmentation: [
            region.polygon.flatMap((place) => {
              const { x, y } = toPixels(place, size);
              return [hundredths(x), hundredths(y)];
            }),
          ],
          iscrowd: 0,
          ...(region.confidence === null ? {} : { score: region.confidence }),
        };
      }),
    },
    null,
    2,
  )}\n`;
}

function toPicture({ id, part, regions }: EvidencePicture, name: string): object {
  const size = sizeOf(part);
  return {
    id,
    name,
    ...(part.kind === 'picture' ? { sha256: part.attachmentId } : { url: part.url }),
    widthPx: size?.widthPx ?? null,
    heightPx: size?.heightPx ?? null,
    regions: regions.map(({ id, layer, text, number, confidence, polygon }) => ({
      id,
      layer,
      text,
      number,
      confidence,
      polygon: polygon.map(({ x, y }) => ({ x, y })),
      polygonPx: size
        ? polygon.map((place) => {
            const { x, y } = toPixels(place, size);
            return { x: hundredths(x), y: hundredths(y) };
          })
        : null,
    })),
  };
}

/** Of the upright whole; null: never seen here. */
export function sizeOf(part: AnyPicturePart): PixelSize | null {
  const { widthPx, heightPx } = part;
  return widthPx !== undefined && heightPx !== undefined ? { widthPx, heightPx } : null;
}

function categoryOf({ layer, text }: Region): string {
  return layer === 'person' ? 'person' : text === '' ? 'object' : text;
}

/** Of a polygon, by the shoelace formula. */
function areaOf({ polygon }: Region, size: PixelSize): number {
  const corners = polygon.map((place) => toPixels(place, size));
  const twice = corners.reduce((sum, { x, y }, at) => {
    const next = corners[(at + 1) % corners.length]!;
    return sum + x * next.y - next.x * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
