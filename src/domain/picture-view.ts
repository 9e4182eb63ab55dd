import type { ModelCapabilities } from './connection.ts';
import {
  imageTokenRange,
  imageTokens,
  isTooManyPatches,
  modelSize,
  type Detail,
  type ImageTokenScheme,
  type PixelSize,
  PATCH_PX,
  TILE_PX,
} from './image-tokens.ts';
import { estimateCost, type ModelPrice } from './money.ts';

/** One of the person's connections, as what a picture costs there needs it. */
export interface PanelDeployment {
  readonly id: string;
  readonly name: string;
  readonly modelName: string;
  readonly capabilities: ModelCapabilities;
  /** Null: not known. */
  readonly price: ModelPrice | null;
  /** It answers the next request. */
  readonly chosen: boolean;
}

/** What a model makes of a picture. */
export interface PictureView {
  readonly seen: PixelSize;
  /** Null: seen whole, at a flat price. */
  readonly grid: CellGrid | null;
  readonly tokens: number;
  readonly sum: TokenSum;
  readonly autoAs: AutoMeaning;
  /** The service rejects the picture: it takes no more patches than this. Null: it takes it. */
  readonly mostPatches: number | null;
}

/** Square cells from the top left; those of the last column and row end where the picture does. */
export interface CellGrid {
  readonly kind: 'tile' | 'patch' | 'cell';
  readonly sidePx: number;
  readonly columns: number;
  readonly rows: number;
  readonly lastColumnPx: number;
  readonly lastRowPx: number;
}

/** How the tokens come about. */
export type TokenSum =
  | { readonly kind: 'flat'; readonly base: number }
  | { readonly kind: 'tiles'; readonly base: number; readonly tiles: number; readonly perTile: number }
  | { readonly kind: 'patches'; readonly patches: number; readonly multiplier: number }
  /** One token more for each row. */
  | { readonly kind: 'rows'; readonly cells: number; readonly rows: number };

/** What `auto` is counted as; `any`: every detail is the same. */
export type AutoMeaning = 'low' | 'high' | 'original' | 'any';

/** What a picture costs at a detail. */
export type PictureCost =
  | { readonly kind: 'known'; readonly tokens: Span; readonly nanos: Span | null }
  | { readonly kind: 'rejected'; readonly mostPatches: number }
  | { readonly kind: 'no-pictures' }
  | { readonly kind: 'unknown-rule' };

/** Fewest and most; the same where the picture's size is known. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

export interface DetailCost {
  readonly detail: Detail;
  readonly cost: PictureCost;
  /** An earlier detail of the list with which the model sees exactly the same. */
  readonly sameAs: Detail | null;
}

/** Details that cost a fraction of the chosen one, the nearest first; never empty. */
export type Saving = readonly CheaperDetail[];

export interface CheaperDetail {
  readonly detail: Detail;
  /** So many times its tokens are those of the chosen detail; at least 2. */
  readonly times: number;
  readonly savedTokens: number;
}

export const details = ['low', 'high', 'auto'] as const satisfies readonly Detail[];

/** Less is no reason to give up what the model sees. */
const leastTimes = 2;
const leastSavedTokens = 200;

export function pictureView(
  scheme: ImageTokenScheme,
  widthPx: number,
  heightPx: number,
  detail: Detail,
): PictureView {
  const seen = modelSize(scheme, widthPx, heightPx, detail);
  const grid = gridOf(scheme, seen, detail);
  return {
    seen,
    grid,
    tokens: imageTokens(scheme, widthPx, heightPx, detail),
    sum: sumOf(scheme, grid),
    autoAs: autoMeaning(scheme),
    mostPatches:
      scheme.kind === 'patch' && isTooManyPatches(scheme, widthPx, heightPx, detail)
        ? scheme.maxPatches
        : null,
  };
}

export function cellCount({ columns, rows }: CellGrid): number {
  return columns * rows;
}

export function autoMeaning(scheme: ImageTokenScheme): AutoMeaning {
  switch (scheme.kind) {
    case 'tile':
      return 'high';
    case 'patch':
      return scheme.levels[scheme.autoAs] ? scheme.autoAs : 'high';
    case 'grid':
      return 'any';
  }
}

/** At low, high and auto; `size` null: not known. */
export function detailCosts(
  capabilities: ModelCapabilities,
  price: ModelPrice | null,
  size: PixelSize | null,
): readonly DetailCost[] {
  return details.map((detail, at) => ({
    detail,
    cost: pictureCost(capabilities, price, size, detail),
    sameAs: details.slice(0, at).find((earlier) => isSame(capabilities, size, earlier, detail)) ?? null,
  }));
}

/** What a picture alone adds to a request's input; `size` null: not known. */
export function pictureCost(
  { takesPictures, imageTokens: scheme }: ModelCapabilities,
  price: ModelPrice | null,
  size: PixelSize | null,
  detail: Detail,
): PictureCost {
  if (!takesPictures) return { kind: 'no-pictures' };
  if (!scheme) return { kind: 'unknown-rule' };
  if (size && scheme.kind === 'patch' && isTooManyPatches(scheme, size.widthPx, size.heightPx, detail))
    return { kind: 'rejected', mostPatches: scheme.maxPatches };
  const tokens = spanOf(scheme, size, detail);
  const nanosOf = (inputTokens: number, known: ModelPrice): number =>
    estimateCost({ inputTokens, maxOutputTokens: 0 }, known).inputNanos;
  return {
    kind: 'known',
    tokens,
    nanos: price && { min: nanosOf(tokens.min, price), max: nanosOf(tokens.max, price) },
  };
}

/** What another detail would save, where it is worth saying; null: nothing is. */
export function savingAt(
  capabilities: ModelCapabilities,
  size: PixelSize | null,
  chosen: Detail,
): Saving | null {
  if (!size) return null;
  const costs = details.flatMap((detail) => {
    const cost = pictureCost(capabilities, null, size, detail);
    return cost.kind === 'known' ? [{ detail, tokens: cost.tokens.max }] : [];
  });
  const now = costs.find(({ detail }) => detail === chosen)?.tokens;
  if (now === undefined) return null;
  const cheaper = costs
    .filter(({ tokens }) => now >= tokens * leastTimes && now - tokens >= leastSavedTokens)
    .filter(({ tokens }, at, all) => all.findIndex((other) => other.tokens === tokens) === at)
    .sort((a, b) => b.tokens - a.tokens)
    .map(({ detail, tokens }) => ({ detail, times: now / tokens, savedTokens: now - tokens }));
  return cheaper.length > 0 ? cheaper : null;
}

function spanOf(scheme: ImageTokenScheme, size: PixelSize | null, detail: Detail): Span {
  if (!size) return imageTokenRange(scheme, detail);
  const tokens = imageTokens(scheme, size.widthPx, size.heightPx, detail);
  return { min: tokens, max: tokens };
}

function isSame(
  { imageTokens: scheme }: ModelCapabilities,
  size: PixelSize | null,
  one: Detail,
  other: Detail,
): boolean {
  if (!scheme || !size) return false;
  const [a, b] = [one, other].map((detail) => pictureView(scheme, size.widthPx, size.heightPx, detail));
  return (
    a!.tokens === b!.tokens && a!.seen.widthPx === b!.seen.widthPx && a!.seen.heightPx === b!.seen.heightPx
  );
}

function gridOf(scheme: ImageTokenScheme, seen: PixelSize, detail: Detail): CellGrid | null {
  switch (scheme.kind) {
    case 'tile':
      return detail === 'low' ? null : cellsOf('tile', TILE_PX, seen);
    case 'patch':
      return cellsOf('patch', PATCH_PX, seen);
    case 'grid':
      return cellsOf('cell', scheme.cellPx, seen);
  }
}

function cellsOf(kind: CellGrid['kind'], sidePx: number, { widthPx, heightPx }: PixelSize): CellGrid {
  const columns = Math.ceil(widthPx / sidePx);
  const rows = Math.ceil(heightPx / sidePx);
  return {
    kind,
    sidePx,
    columns,
    rows,
    lastColumnPx: widthPx - (columns - 1) * sidePx,
    lastRowPx: heightPx - (rows - 1) * sidePx,
  };
}

function sumOf(scheme: ImageTokenScheme, grid: CellGrid | null): TokenSum {
  const cells = grid ? cellCount(grid) : 0;
  switch (scheme.kind) {
    case 'tile':
      return grid
        ? { kind: 'tiles', base: scheme.base, tiles: cells, perTile: scheme.perTile }
        : { kind: 'flat', base: scheme.base };
    case 'patch':
      return { kind: 'patches', patches: cells, multiplier: scheme.multiplier };
    case 'grid':
      return { kind: 'rows', cells, rows: grid?.rows ?? 0 };
  }
}
