import { boundsOf, unitPoint, type Polygon } from './places.ts';
import type { PictureAnalysis } from './picture-analysis.ts';
import type { PixelSize } from './image-tokens.ts';

/**
 * What was found in the pictures of one question and went with it, as numbered lines. Kept in that question's message,
 * so that a citation can be followed whatever becomes of the analysis.
 */
export interface Findings {
  /** False: the person switched it off; the next requests go without. */
  readonly isSent: boolean;
  readonly pictures: readonly ReadPicture[];
  readonly lines: readonly FindingLine[];
  /** Lines that were over the budget. */
  readonly leftOut: number;
}

export interface ReadPicture {
  /** Place of the picture among the message's parts. */
  readonly partIndex: number;
  readonly analysisId: string;
  readonly sizePx: PixelSize;
  /** Words for the whole: caption and tags, as they go with the question; may be empty. */
  readonly about: string;
}

export interface FindingLine {
  /** Cited by it; unique along a branch of the conversation. */
  readonly number: number;
  readonly partIndex: number;
  readonly kind: 'text' | 'object' | 'person' | 'caption';
  readonly text: string;
  readonly polygon: Polygon;
  /** Null: the service does not say it of lines of text. */
  readonly confidence: number | null;
}

export interface ReadingOf {
  readonly partIndex: number;
  readonly analysisId: string;
  readonly sizePx: PixelSize;
  readonly analysis: PictureAnalysis;
}

export interface Numbering {
  readonly firstNumber: number;
  readonly budgetTokens: number;
  /** Tokens of a line as it is sent. */
  readonly tokensOf: (line: string) => number;
}

/** The service reports people it hardly believes in (0.0017 in its own sample): these are not worth a line. */
const leastConfidence = 0.4;
/** What a line's place needs to be exact to a few pixels of a scanned page. */
const places = 10_000;

/**
 * Numbered lines within the budget: of each picture its things first, which are few, then its text as it is read.
 * The budget is shared out picture by picture, and what one does not need goes to the next.
 */
export function toFindings(readings: readonly ReadingOf[], numbering: Numbering): Findings {
  const lines: FindingLine[] = [];
  let left = numbering.budgetTokens - numbering.tokensOf(introduction);
  let leftOut = 0;
  let next = numbering.firstNumber;
  const pictures = readings.map((reading, at) => {
    const { partIndex, analysisId, sizePx, analysis } = reading;
    const picture: ReadPicture = { partIndex, analysisId, sizePx, about: aboutWhole(analysis) };
    let share = Math.floor(left / (readings.length - at));
    share -= numbering.tokensOf(heading(picture, at, readings.length));
    for (const candidate of candidatesOf(analysis)) {
      const line: FindingLine = { ...candidate, partIndex, number: next };
      const tokens = numbering.tokensOf(`${lineText(line)}\n`);
      if (tokens > share) {
        leftOut += 1;
        continue;
      }
      share -= tokens;
      next += 1;
      lines.push(line);
    }
    const used = Math.floor(left / (readings.length - at)) - share;
    left -= used;
    return picture;
  });
  return { isSent: true, pictures, lines, leftOut };
}

/** The first number that no findings of a branch use. */
export function nextNumber(findings: readonly Findings[]): number {
  return (
    findings.reduce(
      (highest, { lines }) => lines.reduce((most, { number }) => Math.max(most, number), highest),
      0,
    ) + 1
  );
}

/** What a request adds to the question; empty where nothing is sent. */
export function findingsText({ isSent, pictures, lines }: Findings): string {
  if (!isSent || pictures.length === 0) return '';
  const ofPictures = pictures.map((picture, at) => {
    const own = lines.filter(({ partIndex }) => partIndex === picture.partIndex);
    return [heading(picture, at, pictures.length), ...own.map(lineText)].join('\n');
  });
  return [lines.length > 0 ? introduction : nothingFound, ...ofPictures].join('\n');
}

const introduction =
  'Found in the pictures by image analysis, one line each: [number] kind "text" left,top,right,bottom in thousandths of the picture. It may be wrong; trust your own eyes where they differ. When your answer rests on a line, cite its number right after the statement, as in [3] or [3, 5]. Cite no other numbers.';
const nothingFound = 'Image analysis found no text and no things that it is sure of.';

function heading({ sizePx, about }: ReadPicture, at: number, count: number): string {
  const name = count > 1 ? `Picture ${at + 1}` : 'Picture';
  const words = about === '' ? '' : ` ${about}`;
  return `${name} (${sizePx.widthPx} × ${sizePx.heightPx}):${words}`;
}

function lineText({ number, kind, text, polygon }: FindingLine): string {
  const { left, top, width, height } = boundsOf(polygon);
  const place = [left, top, left + width, top + height].map((value) => Math.round(value * 1000)).join(',');
  // A quotation mark or a line break inside would let a picture's text pass for something else.
  const words = text === '' ? '' : ` ${JSON.stringify(text)}`;
  return `[${number}] ${kind}${words} ${place}`;
}

function aboutWhole({ caption, tags }: PictureAnalysis): string {
  const sure = tags.filter(({ confidence }) => confidence >= leastConfidence).map(({ name }) => name);
  return [
    caption ? `caption ${JSON.stringify(caption.name)}.` : '',
    sure.length > 0 ? `tags ${sure.slice(0, 20).join(', ')}.` : '',
  ]
    .filter((words) => words !== '')
    .join(' ');
}

function candidatesOf(analysis: PictureAnalysis): readonly Omit<FindingLine, 'number' | 'partIndex'>[] {
  const things = (
    kind: 'object' | 'person' | 'caption',
    found: PictureAnalysis['objects'],
  ): Omit<FindingLine, 'number' | 'partIndex'>[] =>
    found
      .filter(({ confidence }) => confidence >= leastConfidence)
      .map(({ name, polygon, confidence }) => ({ kind, text: name, polygon: rounded(polygon), confidence }));
  return [
    ...things('object', analysis.objects),
    ...things('person', analysis.people),
    // The first is that of the whole picture, which its heading says.
    ...things('caption', analysis.denseCaptions.slice(1)),
    ...analysis.lines.map(({ text, polygon }) => ({
      kind: 'text' as const,
      text,
      polygon: rounded(polygon),
      confidence: null,
    })),
  ];
}

function rounded(polygon: Polygon): Polygon {
  return polygon.map(({ x, y }) =>
    unitPoint(Math.round(x * places) / places, Math.round(y * places) / places),
  );
}
