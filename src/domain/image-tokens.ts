/** How a model turns a picture into tokens. Rules and sources: the catalogue's scheme table. */
export type ImageTokenScheme = TileScheme | PatchScheme | GridScheme;

export interface TileScheme {
  readonly kind: 'tile';
  readonly id: string;
  readonly base: number;
  readonly perTile: number;
}

export interface PatchScheme {
  readonly kind: 'patch';
  readonly id: string;
  /** Tokens for a patch; at most two decimals. */
  readonly multiplier: number;
  /** Null: the model has no such level; `low` is then sized as `high`. */
  readonly levels: Readonly<Record<'low' | 'high' | 'original', PatchLevel | null>>;
  /** What `auto` means here. */
  readonly autoAs: 'low' | 'high' | 'original';
  /** The service rejects a picture with more patches. */
  readonly maxPatches: number;
}

export interface PatchLevel {
  /** Longest side, in pixels, the picture is fitted into. */
  readonly maxSidePx: number;
  /** Most patches; null: no budget. */
  readonly budget: number | null;
}

/** Square cells, and one token that ends each row (Mistral's open weights). The same for every detail. */
export interface GridScheme {
  readonly kind: 'grid';
  readonly id: string;
  readonly maxSidePx: number;
  readonly cellPx: number;
}

export type Detail = 'auto' | 'low' | 'high';

export interface PixelSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Tokens of one picture by the published rule: an estimate, the service's own count may differ. */
export function imageTokens(
  scheme: ImageTokenScheme,
  widthPx: number,
  heightPx: number,
  detail: Detail,
): number {
  if (scheme.kind === 'tile' && detail === 'low') return scheme.base;
  return tokensOfSeen(scheme, modelSize(scheme, widthPx, heightPx, detail));
}

/** Fewest and most tokens of a picture whose size is not known. */
export function imageTokenRange(scheme: ImageTokenScheme, detail: Detail): { min: number; max: number } {
  switch (scheme.kind) {
    case 'tile': {
      if (detail === 'low') return { min: scheme.base, max: scheme.base };
      const mostTiles = cells(TILE_FIT_PX, TILE_PX) * cells(TILE_SHORT_SIDE_PX, TILE_PX);
      return { min: scheme.base + scheme.perTile, max: scheme.base + scheme.perTile * mostTiles };
    }
    case 'patch': {
      const { maxSidePx, budget } = levelOf(scheme, detail);
      const most = Math.min(cells(maxSidePx, PATCH_PX) ** 2, budget ?? Infinity, scheme.maxPatches);
      return { min: patchTokens(scheme, 1), max: patchTokens(scheme, most) };
    }
    case 'grid': {
      const side = cells(scheme.maxSidePx, scheme.cellPx);
      return { min: 2, max: side * side + side };
    }
  }
}

/**
 * The size the model reduces a picture to: whole pixels, never larger than the picture. A picture sent in this
 * size costs exactly the tokens of the original at the same detail, because the rules leave it as it is.
 */
export function modelSize(
  scheme: ImageTokenScheme,
  widthPx: number,
  heightPx: number,
  detail: Detail,
): PixelSize {
  const picture = { widthPx, heightPx };
  switch (scheme.kind) {
    case 'tile':
      // Low detail: the service makes a 512-pixel version of its own, at a flat price.
      return detail === 'low' ? fitInside(picture, TILE_PX, 'floor') : fitForTiles(picture);
    case 'patch': {
      const { maxSidePx, budget } = levelOf(scheme, detail);
      const fitted = fitInside(picture, maxSidePx, 'nearest');
      return budget === null || patchesOf(fitted) <= budget ? fitted : fitToBudget(fitted, budget);
    }
    case 'grid':
      return fitInside(picture, scheme.maxSidePx, 'nearest');
  }
}

/** Whether the service would reject the picture: more patches, as sized for this detail, than it takes. */
export function isTooManyPatches(
  scheme: ImageTokenScheme,
  widthPx: number,
  heightPx: number,
  detail: Detail,
): boolean {
  if (scheme.kind !== 'patch') return false;
  return patchesOf(modelSize(scheme, widthPx, heightPx, detail)) > scheme.maxPatches;
}

/** Azure OpenAI, overview, "Image tokens" (2025-03-25): fit into 2048, short side to 768, tiles of 512. */
const TILE_FIT_PX = 2048;
const TILE_SHORT_SIDE_PX = 768;
export const TILE_PX = 512;
/** OpenAI guide "Images and vision" (2026): patches of 32 pixels. */
export const PATCH_PX = 32;

function tokensOfSeen(scheme: ImageTokenScheme, seen: PixelSize): number {
  switch (scheme.kind) {
    case 'tile':
      return scheme.base + scheme.perTile * cells(seen.widthPx, TILE_PX) * cells(seen.heightPx, TILE_PX);
    case 'patch':
      return patchTokens(scheme, patchesOf(seen));
    case 'grid': {
      const rows = cells(seen.heightPx, scheme.cellPx);
      return cells(seen.widthPx, scheme.cellPx) * rows + rows;
    }
  }
}

function levelOf(scheme: PatchScheme, detail: Detail): PatchLevel {
  const level = scheme.levels[detail === 'auto' ? scheme.autoAs : detail] ?? scheme.levels.high;
  if (!level) throw new RangeError(`Scheme ${scheme.id} has no level for ${detail}`);
  return level;
}

function patchesOf({ widthPx, heightPx }: PixelSize): number {
  return cells(widthPx, PATCH_PX) * cells(heightPx, PATCH_PX);
}

/** In hundredths, because `Math.ceil(100 * 1.62)` is 163 in floating point where the rule says 162. */
function patchTokens(scheme: PatchScheme, patches: number): number {
  return Math.ceil((patches * Math.round(scheme.multiplier * 100)) / 100);
}

/** Both steps at once: scaling twice and rounding once is what the rule says, and it is exact in integers. */
function fitForTiles(picture: PixelSize): PixelSize {
  const longPx = Math.max(picture.widthPx, picture.heightPx);
  const shortPx = Math.min(picture.widthPx, picture.heightPx);
  const shortAfterFit = longPx > TILE_FIT_PX ? (shortPx * TILE_FIT_PX) / longPx : shortPx;
  if (shortAfterFit <= TILE_SHORT_SIDE_PX) return fitInside(picture, TILE_FIT_PX, 'floor');
  const scaled = (sidePx: number) => floorRatio(sidePx, TILE_SHORT_SIDE_PX, shortPx);
  return { widthPx: scaled(picture.widthPx), heightPx: scaled(picture.heightPx) };
}

function fitInside(picture: PixelSize, maxSidePx: number, rounding: 'floor' | 'nearest'): PixelSize {
  const longPx = Math.max(picture.widthPx, picture.heightPx);
  if (longPx <= maxSidePx) return picture;
  const scaled = (sidePx: number) =>
    rounding === 'floor'
      ? floorRatio(sidePx, maxSidePx, longPx)
      : Math.max(1, Math.floor((2 * sidePx * maxSidePx + longPx) / (2 * longPx)));
  return { widthPx: scaled(picture.widthPx), heightPx: scaled(picture.heightPx) };
}

/**
 * The guide's budget step without its square roots. With `s = sqrt(32² · budget / (w · h))`, whole columns that
 * fit are `floor(w · s / 32) = floor(sqrt(w · budget / h))`, rows likewise; the picture is then scaled so that the
 * tighter of the two becomes whole. In integers no pixel is lost to floating point.
 */
function fitToBudget({ widthPx, heightPx }: PixelSize, budget: number): PixelSize {
  const columns = wholeRoot(widthPx * budget, heightPx);
  const rows = wholeRoot(heightPx * budget, widthPx);
  return columns * heightPx <= rows * widthPx
    ? { widthPx: PATCH_PX * columns, heightPx: floorRatio(heightPx, PATCH_PX * columns, widthPx) }
    : { widthPx: floorRatio(widthPx, PATCH_PX * rows, heightPx), heightPx: PATCH_PX * rows };
}

/** Largest whole n with n² ≤ numerator / denominator, and at least 1. */
function wholeRoot(numerator: number, denominator: number): number {
  let root = Math.floor(Math.sqrt(numerator / denominator));
  while (root * root * denominator > numerator) root -= 1;
  while ((root + 1) * (root + 1) * denominator <= numerator) root += 1;
  return Math.max(1, root);
}

function floorRatio(sidePx: number, to: number, from: number): number {
  return Math.max(1, Math.floor((sidePx * to) / from));
}

function cells(sidePx: number, cellPx: number): number {
  return Math.ceil(sidePx / cellPx);
}
