import type { Connection } from '#domain/connection.ts';
import type { AnyPicturePart, Part, UserMessage } from '#domain/conversation.ts';
import { isPicture } from '#domain/conversation.ts';
import type { ReadingSettings } from '#domain/settings.ts';
import type { Units } from '#domain/ledger.ts';
import { analysisId, type AnalysisFeature, type KeptAnalysis } from '#domain/picture-analysis.ts';
import type { RequestSettings } from '#domain/settings.ts';
import { costOfMeter, meterPriceFor } from './meter-price.ts';
import type { Services } from './services.ts';
import { hasVision, isVisionSimulated } from './vision-access.ts';

/** A picture of a prompt that is read, and what is known of it already. */
export interface PictureToRead {
  /** Its place among the message's parts. */
  readonly partIndex: number;
  readonly part: AnyPicturePart;
  readonly id: string;
  readonly known: KeptAnalysis | null;
  /** Features that have to be paid for. */
  readonly missing: readonly AnalysisFeature[];
}

/** What reading the pictures of a prompt takes, before it is done. */
export interface ReadingPlan {
  readonly settings: ReadingSettings;
  readonly pictures: readonly PictureToRead[];
  readonly units: readonly Units[];
  /** Null: a price is not known. */
  readonly costNanos: number | null;
}

type Rooms = Pick<Services, 'connections' | 'store' | 'prices'>;

/** Null: nothing is read, because nobody asked for it, because there is no picture, or no resource that reads. */
export function readingOf(
  prompt: Pick<UserMessage, 'parts' | 'findings' | 'skipsReading'>,
  settings: RequestSettings,
  connection: Connection,
): ReadingSettings | null {
  const { reading } = settings;
  if (!reading || reading.features.length === 0 || !hasVision(connection)) return null;
  if (prompt.findings || prompt.skipsReading) return null;
  return wholePictures(prompt.parts).length > 0 ? reading : null;
}

export async function planReading(
  parts: readonly Part[],
  settings: ReadingSettings,
  connection: Connection,
  { connections, store, prices }: Rooms,
): Promise<ReadingPlan> {
  const simulated = isVisionSimulated(connection, connections);
  const found = wholePictures(parts).map(({ part, partIndex }) => ({
    partIndex,
    part,
    id: analysisId(addressOf(part), settings.language, simulated),
  }));
  const kept = await store.readAnalyses(found.map(({ id }) => id));
  const pictures = found.map(({ partIndex, part, id }): PictureToRead => {
    const known = kept.get(id) ?? null;
    const missing = settings.features.filter((feature) => !known?.features.includes(feature));
    return { partIndex, part, id, known, missing };
  });
  const catalog = await connections.catalog();
  const pricing = { catalog, book: prices.book };
  const units = unitsOf(distinct(pictures), connection, pricing);
  const costs = units.map(costOfMeter);
  return {
    settings,
    pictures,
    units,
    costNanos: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
  };
}

/** One entry a meter: so many transactions of each group, one a feature of a picture. */
export function unitsOf(
  pictures: readonly Pick<PictureToRead, 'missing'>[],
  connection: Connection,
  pricing: Parameters<typeof meterPriceFor>[2],
): readonly Units[] {
  const { imageAnalysisGroup } = pricing.catalog;
  const quantities = new Map<(typeof imageAnalysisGroup)[keyof typeof imageAnalysisGroup], number>();
  for (const { missing } of pictures)
    for (const feature of missing) {
      const meter = imageAnalysisGroup[meterFeature[feature]];
      quantities.set(meter, (quantities.get(meter) ?? 0) + 1);
    }
  return [...quantities].map(([meter, quantity]) => ({
    meter,
    quantity,
    price: meterPriceFor(meter, connection, pricing),
  }));
}

/** Two tiles of one picture are read once. */
export function distinct(pictures: readonly PictureToRead[]): readonly PictureToRead[] {
  return [...new Map(pictures.map((picture) => [picture.id, picture])).values()];
}

const meterFeature = {
  text: 'read',
  objects: 'objects',
  people: 'people',
  tags: 'tags',
  caption: 'caption',
  'dense-captions': 'denseCaptions',
} as const satisfies Record<AnalysisFeature, string>;

/** A part is read with the whole that it comes from; of a video's frames, twenty of one scene would be paid for twenty times. */
function wholePictures(
  parts: readonly Part[],
): readonly { readonly part: AnyPicturePart; readonly partIndex: number }[] {
  return parts.flatMap((part, partIndex) =>
    isPicture(part) && !(part.kind === 'picture' && (part.crop || part.frame)) ? [{ part, partIndex }] : [],
  );
}

function addressOf(part: AnyPicturePart): string {
  return part.kind === 'picture' ? part.attachmentId : part.url;
}
