import type { GroundedLine, GroundedSpan, Grounding } from '#domain/grounding.ts';
import { insidePicture, unitPoint, type Polygon } from '#domain/places.ts';
import { countIn, listIn, numberIn, objectIn, textIn, type WireObject } from './wire.ts';

/**
 * What the grounding enhancement says beside an answer; null where nothing is. Whether and where the block streams is
 * not documented: it is taken from the choice, its message or its delta, in whichever chunk it comes.
 */
export function groundingIn(choice: WireObject): Grounding | null {
  const holders = [choice, objectIn(choice['message']), objectIn(choice['delta'])];
  for (const holder of holders) {
    const grounding = objectIn(objectIn(holder?.['enhancements'])?.['grounding']);
    if (!grounding) continue;
    const { status } = grounding;
    return {
      status: textIn(status) ?? textIn(objectIn(status)?.['code']) ?? null,
      lines: listIn(grounding['lines']).flatMap((line) => lineIn(objectIn(line))),
    };
  }
  return null;
}

function lineIn(line: WireObject | null): readonly GroundedLine[] {
  if (!line) return [];
  const spans = listIn(line['spans']).flatMap((span) => spanIn(objectIn(span)));
  return [{ text: textIn(line['text']) ?? '', spans }];
}

function spanIn(span: WireObject | null): readonly GroundedSpan[] {
  const offset = countIn(span?.['offset']);
  const length = countIn(span?.['length']);
  const polygon = polygonIn(span?.['polygon']);
  if (!span || offset === null || length === null || polygon.length < 3) return [];
  return [{ text: textIn(span['text']) ?? '', offset, length, polygon }];
}

/** Points of 0 to 1, any number of them; what is a little outside lies on the edge. */
function polygonIn(value: unknown): Polygon {
  return listIn(value).flatMap((point) => {
    const place = objectIn(point);
    const [x, y] = [numberIn(place?.['x']), numberIn(place?.['y'])];
    return x === null || y === null ? [] : [insidePicture(unitPoint(x, y))];
  });
}
