import { chinese, english, type Words } from './words.ts';
import type { Box } from './ink.ts';
import type { SeenArea, SeenLine, Sight } from './sight.ts';

export type Feature = 'read' | 'tags' | 'objects' | 'people' | 'caption' | 'denseCaptions' | 'smartCrops';

export interface Wanted {
  readonly features: ReadonlySet<Feature>;
  readonly language: string;
  /** Empty: the service chooses one. */
  readonly aspectRatios: readonly number[];
}

/** What was seen, in the service's shapes. Names are in Chinese where that was asked for, and else in English. */
export function toAnalysis(sight: Sight, { features, language, aspectRatios }: Wanted): object {
  const words = language === 'zh' ? chinese : english;
  const block = (feature: Feature, name: string, toBlock: () => object): object =>
    features.has(feature) ? { [name]: toBlock() } : {};
  return {
    modelVersion: '2023-10-01',
    ...block('caption', 'captionResult', () => captionOf(sight, words)),
    ...block('denseCaptions', 'denseCaptionsResult', () => ({ values: denseCaptions(sight, words) })),
    metadata: { width: sight.widthPx, height: sight.heightPx },
    ...block('tags', 'tagsResult', () => ({ values: tagsOf(sight, words) })),
    ...block('objects', 'objectsResult', () => ({
      values: sight.areas.map((area) => ({
        boundingBox: toBoundingBox(area),
        tags: [{ name: words.area(area.colour), confidence: rounded(area.confidence) }],
      })),
    })),
    ...block('read', 'readResult', () => ({ blocks: toBlocks(sight.lines) })),
    ...block('smartCrops', 'smartCropsResult', () => ({ values: smartCrops(sight, aspectRatios) })),
    // The simulator cannot see people, and finds none.
    ...block('people', 'peopleResult', () => ({ values: [] })),
  };
}

const MOST_DENSE_CAPTIONS = 10;

function captionOf(sight: Sight, words: Words): { text: string; confidence: number } {
  const { lines, areas } = sight;
  return { text: words.caption(lines.length, areas.length), confidence: rounded(sureness(sight)) };
}

/** As sure of the whole as of its parts; of a picture in which nothing was found, half. */
function sureness({ lines, areas }: Sight): number {
  const all = [...lines.flatMap(({ words }) => words), ...areas].map(({ confidence }) => confidence);
  return all.length === 0 ? 0.5 : all.reduce((sum, confidence) => sum + confidence, 0) / all.length;
}

function denseCaptions(sight: Sight, words: Words): readonly object[] {
  const whole = { left: 0, top: 0, right: sight.widthPx, bottom: sight.heightPx };
  const ofArea = (area: SeenArea) => {
    const inside = sight.lines.filter((line) => isInside(line, area)).length;
    return {
      text: words.areaCaption(area.colour, inside),
      confidence: rounded(area.confidence),
      boundingBox: toBoundingBox(area),
    };
  };
  const all = [{ ...captionOf(sight, words), boundingBox: toBoundingBox(whole) }, ...sight.areas.map(ofArea)];
  return all.slice(0, MOST_DENSE_CAPTIONS);
}

function isInside(line: Box, area: Box): boolean {
  return (
    line.left >= area.left && line.right <= area.right && line.top >= area.top && line.bottom <= area.bottom
  );
}

/** Much text makes a document. */
const DOCUMENT_LINES = 5;

function tagsOf(sight: Sight, words: Words): readonly { name: string; confidence: number }[] {
  const { lines, areas } = sight;
  const tags = new Map<string, number>();
  const say = (name: string, confidence: number) =>
    tags.set(name, rounded(Math.max(tags.get(name) ?? 0, confidence)));
  const read = lines.flatMap((line) => line.words.map(({ confidence }) => confidence));
  if (read.length > 0) {
    const mean = read.reduce((sum, confidence) => sum + confidence, 0) / read.length;
    say(words.tagText, mean);
    if (lines.length >= DOCUMENT_LINES) say(words.tagDocument, mean * (1 - 1 / lines.length));
  }
  for (const { colour, confidence } of areas) say(words.colour(colour), confidence);
  return [...tags]
    .map(([name, confidence]) => ({ name, confidence }))
    .sort((a, b) => b.confidence - a.confidence);
}

/** In heights of a line: what is farther apart belongs to another block. */
const BLOCK_GAP = 2.5;

function toBlocks(lines: readonly SeenLine[]): readonly object[] {
  const blocks: { bottom: number; lines: object[] }[] = [];
  for (const line of lines) {
    const block = blocks.at(-1);
    if (block && line.top - block.bottom <= BLOCK_GAP * (line.bottom - line.top)) {
      block.lines.push(toLine(line));
      block.bottom = Math.max(block.bottom, line.bottom);
    } else blocks.push({ bottom: line.bottom, lines: [toLine(line)] });
  }
  return blocks.map((block) => ({ lines: block.lines }));
}

function toLine(line: SeenLine): object {
  return {
    text: line.text,
    boundingPolygon: toPolygon(line),
    words: line.words.map((word) => ({
      text: word.text,
      boundingPolygon: toPolygon(word),
      confidence: rounded(word.confidence),
    })),
  };
}

function smartCrops(sight: Sight, ratios: readonly number[]): readonly object[] {
  const { widthPx, heightPx } = sight;
  const own = Math.max(0.75, Math.min(1.8, widthPx / heightPx));
  return (ratios.length > 0 ? ratios : [Math.round(own * 100) / 100]).map((aspectRatio) => {
    const width = Math.max(1, Math.min(widthPx, Math.round(heightPx * aspectRatio)));
    const height = Math.max(1, Math.min(heightPx, Math.round(widthPx / aspectRatio)));
    const { x, y } = middleOfInterest(sight);
    const left = Math.round(Math.max(0, Math.min(widthPx - width, x - width / 2)));
    const top = Math.round(Math.max(0, Math.min(heightPx - height, y - height / 2)));
    return { aspectRatio, boundingBox: { x: left, y: top, w: width, h: height } };
  });
}

/** The middle of everything found, each by its size. */
function middleOfInterest({ lines, areas, widthPx, heightPx }: Sight): { x: number; y: number } {
  let [x, y, weight] = [0, 0, 0];
  for (const { left, top, right, bottom } of [...lines, ...areas]) {
    const size = (right - left) * (bottom - top);
    x += (size * (left + right)) / 2;
    y += (size * (top + bottom)) / 2;
    weight += size;
  }
  return weight === 0 ? { x: widthPx / 2, y: heightPx / 2 } : { x: x / weight, y: y / weight };
}

function toBoundingBox({ left, top, right, bottom }: Box): object {
  return { x: left, y: top, w: Math.max(1, right - left), h: Math.max(1, bottom - top) };
}

function toPolygon({ left, top, right, bottom }: Box): readonly { x: number; y: number }[] {
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

function rounded(confidence: number): number {
  return Math.round(Math.max(0, Math.min(1, confidence)) * 1000) / 1000;
}
