import { findCitations } from './citations.ts';
import { isPicture, type AnyPicturePart, type AssistantMessage, type Message } from './conversation.ts';
import type { FindingLine, Findings } from './findings.ts';
import { placeSpans } from './grounding.ts';
import type { PixelSize } from './image-tokens.ts';
import { pictureId } from './picture-plan.ts';
import type { PictureAnalysis } from './picture-analysis.ts';
import { polygonOf, upright, type Orientation, type Polygon } from './places.ts';

/** What an answer rests on: pictures with the places found in them, and the places in the text that speak of them. */
export interface Evidence {
  /** Oldest first; only those with something to show. */
  readonly pictures: readonly EvidencePicture[];
  /** In the answer's text, first to last; none overlaps another. */
  readonly marks: readonly EvidenceMark[];
  /** The grounding enhancement's status, where it is not "Success". */
  readonly trouble: string | null;
}

export interface EvidencePicture {
  /** `pictureId`. */
  readonly id: string;
  readonly part: AnyPicturePart;
  /** Of a picture that the service fetched itself: the size it had there, before anything was turned upright. */
  readonly analysedSize: PixelSize | null;
  readonly regions: readonly Region[];
}

export type Layer = (typeof layers)[number];

/** In the order in which they are drawn, the last on top. */
export const layers = ['caption', 'object', 'person', 'line', 'word', 'asked', 'cited'] as const;

/** A place in a picture, and what is said of it. */
export interface Region {
  /** Unique in the evidence, and the same whenever it is made: `<picture id>/line/12`. */
  readonly id: string;
  readonly layer: Layer;
  /** What was read there, or the name of what was found; may be empty. */
  readonly text: string;
  readonly polygon: Polygon;
  /** 0 to 1; null: not said. */
  readonly confidence: number | null;
  /** By which the answer may cite it; null: it was not among the numbered lines. */
  readonly number: number | null;
}

/** A piece of the answer that points into a picture. */
export interface EvidenceMark {
  /** UTF-16 places in the answer's text. */
  readonly start: number;
  readonly end: number;
  /** Empty: it cites a number that does not exist. */
  readonly regionIds: readonly string[];
  readonly kind: 'citation' | 'span';
}

/** Whether anything can be shown for an answer, told without reading an analysis. */
export function hasEvidence(message: AssistantMessage, branch: readonly Message[]): boolean {
  return (
    (message.reply.grounding?.lines.length ?? 0) > 0 ||
    findingsOf(branch).some(({ lines }) => lines.length > 0)
  );
}

/**
 * The evidence of an answer.
 * @param branch the messages before the answer, first to last.
 * @param analyses by their id; one that is not there leaves the numbered lines, which the message keeps itself.
 */
export function toEvidence(
  message: AssistantMessage,
  branch: readonly Message[],
  analyses: ReadonlyMap<string, PictureAnalysis>,
): Evidence {
  const { reply } = message;
  const text = reply.withdrawn ? '' : reply.text;
  const spans = reply.grounding ? placeSpans(text, reply.grounding) : [];
  const shown = branch.flatMap((one) => (one.role === 'user' ? picturesWith(one, analyses) : []));
  const grounded = spans.length > 0 ? lastPicture(branch) : null;
  const pictures = grounded && !shown.some(({ id }) => id === grounded.id) ? [...shown, grounded] : shown;
  const spanRegions: readonly Region[] = grounded
    ? spans.map((span, at) => ({
        id: `${grounded.id}/cited/${at}`,
        layer: 'cited',
        text: span.text,
        polygon: span.polygon,
        confidence: null,
        number: null,
      }))
    : [];
  const spanMarks = grounded
    ? spans.map(({ start, end }, at): EvidenceMark => {
        return { start, end, regionIds: [`${grounded.id}/cited/${at}`], kind: 'span' };
      })
    : [];
  const status = reply.grounding?.status ?? null;
  return {
    pictures: pictures.map((picture) =>
      picture.id === grounded?.id ? { ...picture, regions: [...picture.regions, ...spanRegions] } : picture,
    ),
    marks: apart([...spanMarks, ...citationMarks(text, branch)]),
    trouble: status !== null && status.toLowerCase() !== 'success' ? status : null,
  };
}

/**
 * The regions of a picture by URL over the picture as a browser shows it. Where the service measured it lying on its
 * side, it did not heed the orientation that is written in the file, and the regions are turned. A turn that changes no
 * size cannot be told; then the service is taken to have heeded it.
 */
export function standUpright(
  regions: readonly Region[],
  analysedSize: PixelSize | null,
  shown: { readonly orientation: Orientation; readonly storedSize: PixelSize },
): readonly Region[] {
  const { orientation, storedSize } = shown;
  const lies = storedSize.widthPx !== storedSize.heightPx && orientation >= 5;
  const isAsStored =
    analysedSize !== null &&
    analysedSize.widthPx > analysedSize.heightPx === storedSize.widthPx > storedSize.heightPx;
  if (!lies || !isAsStored) return regions;
  return regions.map((region) => ({
    ...region,
    polygon: region.polygon.map((place) => upright(place, orientation)),
  }));
}

/** Places of citations in a text, for as long as nothing else is known of it: an answer that is still being written. */
export function citationMarks(text: string, branch: readonly Message[]): readonly EvidenceMark[] {
  const regions = numberedRegions(branch);
  if (regions.size === 0) return [];
  return findCitations(text).map(({ start, end, numbers }) => ({
    start,
    end,
    regionIds: numbers.flatMap((number) => regions.get(number) ?? []),
    kind: 'citation',
  }));
}

function numberedRegions(branch: readonly Message[]): ReadonlyMap<number, string> {
  const regions = new Map<number, string>();
  for (const message of branch) {
    if (message.role !== 'user' || !message.findings?.isSent) continue;
    for (const line of message.findings.lines)
      regions.set(line.number, regionId(pictureId(message.id, line.partIndex), line));
  }
  return regions;
}

function findingsOf(branch: readonly Message[]): readonly Findings[] {
  return branch.flatMap((message) =>
    message.role === 'user' && message.findings?.isSent ? [message.findings] : [],
  );
}

function picturesWith(
  message: Extract<Message, { role: 'user' }>,
  analyses: ReadonlyMap<string, PictureAnalysis>,
): readonly EvidencePicture[] {
  const { findings } = message;
  return message.parts.flatMap((part, at) => {
    if (!isPicture(part)) return [];
    const id = pictureId(message.id, at);
    const read = findings?.isSent ? findings.pictures.find(({ partIndex }) => partIndex === at) : undefined;
    const lines = read ? (findings?.lines.filter(({ partIndex }) => partIndex === at) ?? []) : [];
    const regions = [
      ...lines.map((line) => toRegion(id, line)),
      ...(read ? furtherRegions(id, lines, analyses.get(read.analysisId)) : []),
      ...askedRegions(message, part),
    ];
    const analysedSize = part.kind === 'picture-url' && read ? read.sizePx : null;
    return regions.length > 0 ? [{ id, part, analysedSize, regions }] : [];
  });
}

function toRegion(pictureId: string, line: FindingLine): Region {
  const { text, polygon, confidence, number } = line;
  return { id: regionId(pictureId, line), layer: layerOf(line.kind), text, polygon, confidence, number };
}

function regionId(pictureId: string, { number }: FindingLine): string {
  return `${pictureId}/${number}`;
}

function layerOf(kind: FindingLine['kind']): Layer {
  return kind === 'text' ? 'line' : kind;
}

/** Words, and what was not worth a numbered line. */
function furtherRegions(
  id: string,
  numbered: readonly FindingLine[],
  analysis: PictureAnalysis | undefined,
): readonly Region[] {
  if (!analysis) return [];
  const known = new Set(numbered.map(({ kind, text, polygon }) => `${kind} ${text} ${placeKey(polygon)}`));
  const isNew = (kind: FindingLine['kind'], text: string, polygon: Polygon): boolean =>
    !known.has(`${kind} ${text} ${placeKey(polygon)}`);
  const things = (kind: 'object' | 'person' | 'caption', found: PictureAnalysis['objects']): Region[] =>
    found.flatMap(({ name, polygon, confidence }, at) =>
      isNew(kind, name, polygon)
        ? [{ id: `${id}/${kind}/${at}`, layer: kind, text: name, polygon, confidence, number: null }]
        : [],
    );
  return [
    ...things('caption', analysis.denseCaptions.slice(1)),
    ...things('object', analysis.objects),
    ...things('person', analysis.people),
    ...analysis.lines.flatMap(({ text, polygon }, at): Region[] =>
      isNew('text', text, polygon)
        ? [{ id: `${id}/line/${at}`, layer: 'line', text, polygon, confidence: null, number: null }]
        : [],
    ),
    ...analysis.lines.flatMap(({ words }, line) =>
      words.map(({ text, polygon, confidence }, at): Region => ({
        id: `${id}/word/${line}.${at}`,
        layer: 'word',
        text,
        polygon,
        confidence,
        number: null,
      })),
    ),
  ];
}

/** Numbered lines keep their places in ten-thousandths. */
function placeKey(polygon: Polygon): string {
  return polygon.map(({ x, y }) => `${Math.round(x * 10_000)},${Math.round(y * 10_000)}`).join(' ');
}

/** Parts of this very picture that the person asked about. */
function askedRegions(message: Extract<Message, { role: 'user' }>, whole: AnyPicturePart): readonly Region[] {
  if (whole.kind !== 'picture' || whole.crop) return [];
  return message.parts.flatMap((part, at): Region[] =>
    part.kind === 'picture' && part.crop && part.attachmentId === whole.attachmentId
      ? [
          {
            id: `${pictureId(message.id, at)}/asked`,
            layer: 'asked',
            text: '',
            polygon: polygonOf(part.crop),
            confidence: null,
            number: null,
          },
        ]
      : [],
  );
}

/** The enhancements take one picture, and look at the newest prompt's. */
function lastPicture(branch: readonly Message[]): EvidencePicture | null {
  const prompt = branch.findLast((message) => message.role === 'user' && message.parts.some(isPicture));
  if (prompt?.role !== 'user') return null;
  const at = prompt.parts.findIndex(isPicture);
  const part = prompt.parts[at];
  return part && isPicture(part)
    ? { id: pictureId(prompt.id, at), part, analysedSize: null, regions: [] }
    : null;
}

/** The first of two that overlap stays. */
function apart(marks: readonly EvidenceMark[]): readonly EvidenceMark[] {
  const kept: EvidenceMark[] = [];
  for (const mark of [...marks].sort((a, b) => a.start - b.start || b.end - a.end))
    if (mark.start >= (kept.at(-1)?.end ?? 0)) kept.push(mark);
  return kept;
}
