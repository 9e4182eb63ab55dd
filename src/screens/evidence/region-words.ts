import type { EvidencePicture, Layer, Region } from '#domain/evidence.ts';
import { boundsOf } from '#domain/places.ts';
import { f, m } from '#language';

/** "Text: Total $120". */
export function regionName({ layer, text, number }: Region): string {
  const words = m().evidence;
  const name = text === '' ? words.layers[layer] : text;
  return number === null ? name : words.numbered(number, name);
}

/** "text · top right · 62 %". */
export function regionFacts({ layer, polygon, confidence }: Region): string {
  const words = m().evidence;
  const { left, top, width, height } = boundsOf(polygon);
  const third = (share: number): 0 | 1 | 2 => (share < 1 / 3 ? 0 : share < 2 / 3 ? 1 : 2);
  const place = words.places[third(top + height / 2)][third(left + width / 2)];
  return [
    words.layer[layer],
    place,
    ...(confidence === null ? [] : [f().percent(Math.round(confidence * 100) / 100)]),
  ].join(' · ');
}

/** Short, for a label on the picture: words are their own labels. */
export function regionLabel({ layer, text, number }: Region): string {
  if (layer === 'word') return '';
  if (layer === 'line') return number === null ? '' : String(number);
  const name = text === '' ? m().evidence.layer[layer] : text;
  return number === null ? name : `${String(number)} ${name}`;
}

export function pictureName({ part }: EvidencePicture): string {
  const name = part.kind === 'picture' ? part.name : part.url;
  return name === '' ? m().conversation.attachments.unnamed : name;
}

/**
 * Colour and dash of each layer: told apart by either. Words are thin and plain instead: there may be thousands, and
 * every dash is a line of its own to draw.
 */
export const layerLooks: Readonly<
  Record<Layer, { readonly colour: string; readonly dash: string; readonly isThin?: boolean }>
> = {
  line: { colour: 'var(--evidence-1)', dash: 'none' },
  word: { colour: 'var(--evidence-5)', dash: 'none', isThin: true },
  object: { colour: 'var(--evidence-6)', dash: '8 4' },
  person: { colour: 'var(--evidence-4)', dash: '4 4' },
  caption: { colour: 'var(--evidence-3)', dash: '10 3 2 3' },
  asked: { colour: 'var(--evidence-2)', dash: '12 6' },
  cited: { colour: 'var(--evidence-2)', dash: 'none' },
};
