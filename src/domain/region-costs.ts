import type { ModelCapabilities } from './connection.ts';
import { modelSize, type Detail, type PixelSize } from './image-tokens.ts';
import { estimateCost, type ModelPrice } from './money.ts';
import { croppedSize, type Area } from './picture-plan.ts';
import { pictureCost, type PictureCost } from './picture-view.ts';

/** Two ways to show a model a part of a picture. */
export interface RegionCosts {
  /** The part at high detail, and the whole at low, which shows where it is. */
  readonly part: RegionCost;
  /** The whole alone, at high detail. */
  readonly whole: RegionCost;
  /** So many times the pixels of the part are seen the first way; null: not known. */
  readonly gain: number | null;
}

export interface RegionCost {
  readonly cost: PictureCost;
  /** The part as the model has it; null: not known, or refused. */
  readonly seen: PixelSize | null;
}

/** Input tokens, their price and what is seen of the part. What is not known stays unknown. */
export function regionCosts(
  capabilities: ModelCapabilities,
  price: ModelPrice | null,
  whole: PixelSize,
  area: Area,
): RegionCosts {
  const cut = croppedSize(whole, area);
  const costOf = (size: PixelSize, detail: Detail): PictureCost =>
    pictureCost(capabilities, price, size, detail);
  const high = costOf(whole, 'high');
  const both = sumOf(costOf(cut, 'high'), costOf(whole, 'low'), price);
  const part: RegionCost = { cost: both, seen: seenOf(capabilities, both, cut) };
  const wholeSeen = seenOf(capabilities, high, whole);
  const asPartOfIt: RegionCost = { cost: high, seen: wholeSeen && croppedSize(wholeSeen, area) };
  const gain = part.seen && asPartOfIt.seen && pixelsOf(part.seen) / pixelsOf(asPartOfIt.seen);
  return { part, whole: asPartOfIt, gain };
}

/** In one request: priced together and rounded once. What cannot be sent or counted alone, cannot be with another. */
function sumOf(one: PictureCost, other: PictureCost, price: ModelPrice | null): PictureCost {
  if (one.kind !== 'known') return one;
  if (other.kind !== 'known') return other;
  const tokens = { min: one.tokens.min + other.tokens.min, max: one.tokens.max + other.tokens.max };
  const nanosOf = (inputTokens: number, known: ModelPrice): number =>
    estimateCost({ inputTokens, maxOutputTokens: 0 }, known).inputNanos;
  return {
    kind: 'known',
    tokens,
    nanos: price && { min: nanosOf(tokens.min, price), max: nanosOf(tokens.max, price) },
  };
}

function seenOf(
  { imageTokens: scheme }: ModelCapabilities,
  { kind }: PictureCost,
  { widthPx, heightPx }: PixelSize,
): PixelSize | null {
  return scheme && kind === 'known' ? modelSize(scheme, widthPx, heightPx, 'high') : null;
}

function pixelsOf({ widthPx, heightPx }: PixelSize): number {
  return widthPx * heightPx;
}
