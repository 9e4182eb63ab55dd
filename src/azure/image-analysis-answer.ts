import {
  emptyAnalysis,
  type FoundLine,
  type FoundThing,
  type FoundWord,
  type PictureAnalysis,
  type Tag,
} from '#domain/picture-analysis.ts';
import { insidePicture, pixelPoint, polygonOf, toUnit, type Polygon } from '#domain/places.ts';
import type { PixelSize } from '#domain/image-tokens.ts';
import { countIn, listIn, numberIn, objectIn, textIn, type WireObject } from './wire.ts';

/**
 * The result of Image Analysis in our words; null where it is none. Places come in pixels of the picture that was sent
 * and leave in shares of its sides. Every block may be missing; what cannot be understood in one is left out.
 */
export function readPictureAnalysis(body: unknown): PictureAnalysis | null {
  const result = objectIn(body);
  const metadata = objectIn(result?.['metadata']);
  const widthPx = countIn(metadata?.['width']);
  const heightPx = countIn(metadata?.['height']);
  if (!result || !widthPx || !heightPx) return null;
  const size = { widthPx, heightPx };
  const caption = objectIn(result['captionResult']);
  return {
    ...emptyAnalysis,
    analysedSize: size,
    modelVersion: textIn(result['modelVersion']) ?? '',
    lines: listIn(objectIn(result['readResult'])?.['blocks']).flatMap((block) =>
      listIn(objectIn(block)?.['lines']).flatMap((line) => lineIn(objectIn(line), size)),
    ),
    objects: valuesOf(result['objectsResult']).flatMap((value) => objectAt(value, size)),
    people: valuesOf(result['peopleResult']).flatMap((value) => thingAt(value, '', size)),
    tags: valuesOf(result['tagsResult']).flatMap((value) => tagIn(value, 'name')),
    caption: caption ? (tagIn(caption, 'text')[0] ?? null) : null,
    denseCaptions: valuesOf(result['denseCaptionsResult']).flatMap((value) =>
      thingAt(value, textIn(value['text']) ?? '', size),
    ),
  };
}

function valuesOf(block: unknown): readonly WireObject[] {
  return listIn(objectIn(block)?.['values']).flatMap((value) => {
    const found = objectIn(value);
    return found ? [found] : [];
  });
}

function lineIn(line: WireObject | null, size: PixelSize): readonly FoundLine[] {
  const text = textIn(line?.['text']);
  const polygon = polygonIn(line?.['boundingPolygon'], size);
  if (!line || text === null || polygon.length < 3) return [];
  const words = listIn(line['words']).flatMap((value): readonly FoundWord[] => {
    const word = objectIn(value);
    const wordText = textIn(word?.['text']);
    const around = polygonIn(word?.['boundingPolygon'], size);
    if (wordText === null || around.length < 3) return [];
    return [{ text: wordText, polygon: around, confidence: confidenceIn(word) }];
  });
  return [{ text, polygon, words }];
}

/** An object may carry several names; the surest comes first. */
function objectAt(value: WireObject, size: PixelSize): readonly FoundThing[] {
  const tags = listIn(value['tags']).flatMap((tag) => tagIn(objectIn(tag), 'name'));
  const [best] = [...tags].sort((a, b) => b.confidence - a.confidence);
  return thingAt({ ...value, confidence: best?.confidence ?? 0 }, best?.name ?? '', size);
}

function thingAt(value: WireObject, name: string, size: PixelSize): readonly FoundThing[] {
  const box = objectIn(value['boundingBox']);
  const [x, y] = [numberIn(box?.['x']), numberIn(box?.['y'])];
  const [width, height] = [countIn(box?.['w']), countIn(box?.['h'])];
  if (x === null || y === null || !width || !height) return [];
  const area = {
    left: x / size.widthPx,
    top: y / size.heightPx,
    width: width / size.widthPx,
    height: height / size.heightPx,
  };
  return [{ name, polygon: polygonOf(area).map(insidePicture), confidence: confidenceIn(value) }];
}

function tagIn(tag: WireObject | null, key: 'name' | 'text'): readonly Tag[] {
  const name = textIn(tag?.[key]);
  return name === null ? [] : [{ name, confidence: confidenceIn(tag) }];
}

function confidenceIn(value: WireObject | null): number {
  return Math.min(1, countIn(value?.['confidence']) ?? 0);
}

function polygonIn(value: unknown, size: PixelSize): Polygon {
  return listIn(value).flatMap((point) => {
    const place = objectIn(point);
    const [x, y] = [numberIn(place?.['x']), numberIn(place?.['y'])];
    return x === null || y === null ? [] : [insidePicture(toUnit(pixelPoint(x, y), size))];
  });
}
