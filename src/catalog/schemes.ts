import type {
  GridScheme,
  ImageTokenScheme,
  PatchLevel,
  PatchScheme,
  TileScheme,
} from '#domain/image-tokens.ts';
import {
  mistralParams,
  openAiGuide2026July,
  openAiGuide2026May,
  openAiGuide2026September,
  visionOverview,
  visionOverview2023,
  type Source,
} from './source.ts';

export type SchemeId = (typeof rows)[number]['scheme']['id'];

/** A published rule, and who published it. Azure itself documents the tile rules 85/170 and 2833/5667 only. */
export interface SchemeRow {
  readonly scheme: ImageTokenScheme;
  readonly sources: readonly Source[];
}

const openAi = [openAiGuide2026May, openAiGuide2026July, openAiGuide2026September];
const openAiNewest = [openAiGuide2026July, openAiGuide2026September];
const azureAndOpenAi = [visionOverview, visionOverview2023, ...openAi];

/** The text before July 2026; no later edition sizes these models anew. */
const olderSizing = { low: null, high: level(2048, 1536), original: null };
const sameForLowAndHigh = { low: level(2048, 6144), high: level(2048, 6144), original: null };
const gpt54Sizing = { low: level(2048, 6144), high: level(2048, 2500), original: level(6000, 10_000) };
const gpt55Sizing = { low: level(512, null), high: level(2048, 2500), original: level(6000, 10_000) };
const gpt56Sizing = { low: level(512, null), high: level(2048, 2500), original: level(65_535, null) };
const gpt6Sizing = { low: level(512, null), high: level(65_535, 2500), original: level(65_535, null) };

const rows = [
  { scheme: tile('tile-85-170', 85, 170), sources: azureAndOpenAi },
  { scheme: tile('tile-2833-5667', 2833, 5667), sources: azureAndOpenAi },
  { scheme: tile('tile-70-140', 70, 140), sources: openAi },
  { scheme: tile('tile-75-150', 75, 150), sources: openAi },
  { scheme: patch('patch-4.1-mini', 1.62, 'high', sameForLowAndHigh), sources: openAiNewest },
  { scheme: patch('patch-4.1-nano', 2.46, 'high', sameForLowAndHigh), sources: openAiNewest },
  {
    scheme: patch('patch-o4-mini', 1.72, 'high', olderSizing),
    sources: [openAiGuide2026May, openAiGuide2026July],
  },
  {
    scheme: patch('patch-5-mini', 1.2, 'high', olderSizing),
    sources: [openAiGuide2026May, openAiGuide2026July],
  },
  {
    scheme: patch('patch-5-nano', 1.5, 'high', olderSizing),
    sources: [openAiGuide2026May, openAiGuide2026July],
  },
  { scheme: patch('patch-5.2', 1.2, 'high', sameForLowAndHigh), sources: openAiNewest },
  { scheme: patch('patch-5.4', 1.2, 'high', gpt54Sizing), sources: openAiNewest },
  { scheme: patch('patch-5.5', 1.2, 'original', gpt55Sizing), sources: openAiNewest },
  { scheme: patch('patch-5.6', 1.2, 'original', gpt56Sizing), sources: openAiNewest },
  { scheme: patch('patch-6', 1.2, 'original', gpt6Sizing), sources: [openAiGuide2026September] },
  { scheme: grid('mistral-28px', 1540, 28), sources: [mistralParams] },
] as const;

/** Every rule by its id. */
export const schemes = Object.fromEntries(
  rows.map((row): [string, SchemeRow] => [row.scheme.id, row]),
) as Readonly<Record<SchemeId, SchemeRow>>;

function tile<Id extends string>(id: Id, base: number, perTile: number): TileScheme & { readonly id: Id } {
  return { kind: 'tile', id, base, perTile };
}

function patch<Id extends string>(
  id: Id,
  multiplier: number,
  autoAs: PatchScheme['autoAs'],
  levels: PatchScheme['levels'],
): PatchScheme & { readonly id: Id } {
  // 30,000: OpenAI's guide after 2026-09-03; above it the service rejects the request.
  return { kind: 'patch', id, multiplier, autoAs, levels, maxPatches: 30_000 };
}

function grid<Id extends string>(
  id: Id,
  maxSidePx: number,
  cellPx: number,
): GridScheme & { readonly id: Id } {
  return { kind: 'grid', id, maxSidePx, cellPx };
}

function level(maxSidePx: number, budget: number | null): PatchLevel {
  return { maxSidePx, budget };
}
