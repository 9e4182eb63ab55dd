/** How a model turns a picture into tokens. Rules and sources: the catalogue's scheme table. */
export type ImageTokenScheme = TileScheme | PatchScheme;

export interface TileScheme {
  readonly kind: 'tile';
  readonly id: string;
  readonly base: number;
  readonly perTile: number;
}

export interface PatchScheme {
  readonly kind: 'patch';
  readonly id: string;
  readonly multiplier: number;
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

export type Detail = 'auto' | 'low' | 'high';
