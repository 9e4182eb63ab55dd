import type { UnitPrice } from '#domain/money.ts';
import { meters2025, visionConcept, type Source } from './source.ts';

/** What is billed by transactions, queries or minutes instead of tokens. */
export interface MeterRow {
  readonly id: MeterId;
  readonly unit: UnitPrice['unit'];
  /** Steps by the month's quantity, cheapest last; empty: no price is known. */
  readonly steps: readonly MeterStep[];
  readonly confidence: 'high' | 'medium' | null;
  /** The service was retired; the price is that of its last page. */
  readonly retired: boolean;
}

export interface MeterStep {
  /** Units of a month from which on this price holds. */
  readonly from: number;
  readonly price: UnitPrice;
}

export type MeterId =
  | 'ocr-enhancement'
  | 'grounding-enhancement'
  | 'image-analysis-group-1'
  | 'image-analysis-group-2'
  | 'video-ingestion'
  | 'video-query'
  | 'transcription';

/**
 * By the Learn page of the enhancements (2024-01-02), and by the meters of 2025-08-25. Which features of Image Analysis
 * belong to which group is general knowledge that was not read again (models.md, section c): hence `medium`.
 */
export const meters: readonly MeterRow[] = [
  retired('ocr-enhancement', perThousand(1.5, 'transaction', visionConcept)),
  retired('grounding-enhancement', perThousand(1.5, 'transaction', visionConcept)),
  {
    id: 'image-analysis-group-1',
    unit: 'transaction',
    steps: [
      { from: 0, price: perThousand(1, 'transaction', meters2025) },
      { from: 1_000_000, price: perThousand(0.65, 'transaction', meters2025) },
      { from: 10_000_000, price: perThousand(0.6, 'transaction', meters2025) },
      { from: 100_000_000, price: perThousand(0.4, 'transaction', meters2025) },
    ],
    confidence: 'medium',
    retired: false,
  },
  {
    id: 'image-analysis-group-2',
    unit: 'transaction',
    steps: [
      { from: 0, price: perThousand(1.5, 'transaction', meters2025) },
      { from: 1_000_000, price: perThousand(0.6, 'transaction', meters2025) },
    ],
    confidence: 'medium',
    retired: false,
  },
  retired('video-ingestion', { dollars: 0.05, per: 1, unit: 'minute', ...visionConcept }),
  retired('video-query', perThousand(0.25, 'query', visionConcept)),
  // No price was found for Azure; the person may enter theirs.
  { id: 'transcription', unit: 'minute', steps: [], confidence: null, retired: false },
];

/** Each requested feature of an image counts as one transaction of its group. */
export const imageAnalysisGroup = {
  tags: 'image-analysis-group-1',
  objects: 'image-analysis-group-1',
  people: 'image-analysis-group-1',
  smartCrops: 'image-analysis-group-1',
  read: 'image-analysis-group-2',
  caption: 'image-analysis-group-2',
  denseCaptions: 'image-analysis-group-2',
} as const satisfies Record<string, MeterId>;

/** The published price of a meter, by how much of it the month has seen already; null: unknown. */
export function meterPrice(id: MeterId, monthQuantity = 0): UnitPrice | null {
  const row = meters.find((meter) => meter.id === id);
  return row?.steps.findLast(({ from }) => monthQuantity >= from)?.price ?? null;
}

function retired(id: MeterId, price: UnitPrice): MeterRow {
  return { id, unit: price.unit, steps: [{ from: 0, price }], confidence: 'high', retired: true };
}

function perThousand(dollars: number, unit: UnitPrice['unit'], { source, asOf }: Source): UnitPrice {
  return { dollars, per: 1000, unit, source, asOf };
}
