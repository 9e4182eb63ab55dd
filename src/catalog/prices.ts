import type { ModelPrice } from '#domain/money.ts';
import {
  foundryTemplates,
  gpt56Blog,
  gpt6Blog,
  meters2025,
  meters2026,
  modelsDev,
  openAiList,
  portkey,
  type Source,
} from './source.ts';

/**
 * A price and the days on which it holds, both included, in UTC. Null: as far as is known. Global Standard; Data Zone
 * and regional deployments usually cost a tenth more.
 */
export interface PriceRow {
  readonly price: ModelPrice;
  readonly from: string | null;
  readonly until: string | null;
  readonly confidence: 'high' | 'medium' | 'low';
  /** The seller says it will end. */
  readonly promotional: boolean;
}

/** Above this many prompt tokens the whole request costs more (gpt-5.4 and later; exactly as many is still short). */
const LONG_CONTEXT_TOKENS = 272_000;

/** Input, output, and the two rates of the cache where they are published. */
type Rates = readonly [input: number, output: number, cachedInput?: number, cacheWrite?: number];

/** By the model's id. A model that is not here has no known price, which is never 0. */
export const prices: Readonly<Record<string, readonly PriceRow[]>> = {
  'gpt-4@vision-preview': always([10, 30], meters2025),
  'gpt-4@turbo-2024-04-09': always([10, 30], meters2026),
  'gpt-4o@2024-05-13': always([5, 15], meters2025),
  'gpt-4o@2024-08-06': always([2.5, 10, 1.25], meters2026),
  'gpt-4o@2024-11-20': always([2.5, 10, 1.25], meters2026),
  'gpt-4o-mini@2024-07-18': always([0.15, 0.6, 0.075], meters2026),
  'gpt-4.1@2025-04-14': always([2, 8, 0.5], meters2026),
  'gpt-4.1-mini@2025-04-14': always([0.4, 1.6, 0.1], meters2026),
  'gpt-4.1-nano@2025-04-14': always([0.1, 0.4, 0.025], meters2026),
  'gpt-4.5-preview@2025-02-27': always([75, 150, 37.5], meters2025),

  'o1@2024-12-17': always([15, 60, 7.5], meters2026),
  'o1-pro@2025-03-19': always([150, 600, 75], meters2026),
  'o3@2025-04-16': always([2, 8, 0.5], meters2026),
  'o3-pro@2025-06-10': always([20, 80], meters2026),
  'o4-mini@2025-04-16': always([1.1, 4.4, 0.275], meters2026),

  'gpt-5@2025-08-07': always([1.25, 10, 0.125], meters2026),
  'gpt-5-mini@2025-08-07': always([0.25, 2, 0.025], meters2026),
  'gpt-5-nano@2025-08-07': always([0.05, 0.4, 0.005], meters2026),
  'gpt-5-chat@2025-08-07': always([1.25, 10, 0.125], meters2025),
  'gpt-5-chat@2025-10-03': always([1.25, 10, 0.125], meters2025),
  'gpt-5-pro@2025-10-06': always([15, 120], meters2026),
  'gpt-5.1@2025-11-13': always([1.25, 10, 0.125], meters2026),
  'gpt-5.2@2025-12-11': always([1.75, 14, 0.175], meters2026),

  'gpt-5-codex@2025-09-15': always([1.25, 10, 0.125], modelsDev, 'low'),
  'gpt-5.1-codex@2025-11-13': always([1.25, 10, 0.125], modelsDev, 'low'),
  'gpt-5.1-codex-mini@2025-11-13': always([0.25, 2, 0.025], modelsDev, 'low'),
  'gpt-5.2-codex@2026-01-14': always([1.75, 14, 0.175], modelsDev, 'low'),
  'gpt-5.3-codex@2026-02-24': always([1.75, 14, 0.175], modelsDev, 'low'),
  'gpt-5.1-chat@2025-11-13': always([1.25, 10, 0.125], modelsDev, 'low'),
  'gpt-5.2-chat@2025-12-11': always([1.75, 14, 0.175], modelsDev, 'low'),
  'gpt-5.2-chat@2026-02-10': always([1.75, 14, 0.175], modelsDev, 'low'),
  'gpt-5.3-chat@2026-03-03': always([1.75, 14, 0.175], modelsDev, 'low'),

  'gpt-5.4@2026-03-05': always([2.5, 15, 0.25], meters2026, 'high', [5, 22.5, 0.5]),
  'gpt-5.4-mini@2026-03-17': always([0.75, 4.5, 0.075], foundryTemplates),
  'gpt-5.4-nano@2026-03-17': always([0.2, 1.25, 0.02], meters2026),
  'gpt-5.4-pro@2026-03-05': always([30, 180], meters2026, 'high', [60, 270]),
  'gpt-5.5@2026-04-24': always([5, 30, 0.5], meters2026, 'high', [10, 45, 1]),

  // "Promotional: 2026-09-01 through at least 2026-11-30". What follows is not published, so it is unknown. Long
  // context before the promotion: by the published rule, twice the input and one and a half times the output.
  'gpt-5.6-sol@2026-07-09': [
    {
      price: price([5, 30, 0.5, 6.25], gpt56Blog, [10, 45, 1, 12.5]),
      from: '2026-07-09',
      until: '2026-08-31',
      confidence: 'medium',
      promotional: false,
    },
    {
      price: price([4, 20, 0.4, 5], gpt56Blog, [8, 30, 0.8, 10]),
      from: '2026-09-01',
      until: '2026-11-30',
      confidence: 'medium',
      promotional: true,
    },
  ],
  // Both were dearer until some day of August 2026; first seen at this price on 2026-08-22 (pollinations PR 13688).
  'gpt-5.6-terra@2026-07-09': since('2026-08-22', [2, 12, 0.2, 2.5], gpt56Blog, [4, 18, 0.4, 5]),
  'gpt-5.6-luna@2026-07-09': since('2026-08-22', [0.2, 1.2, 0.02, 0.25], gpt56Blog, [0.4, 1.8, 0.04, 0.5]),
  'gpt-6-astra@2026-09-03': always([10, 50, 1, 12.5], gpt6Blog, 'medium', [20, 75, 2, 25]),
  'gpt-6-sol@2026-09-22': always([2, 10, 0.2, 2.5], openAiList('2026-09-22'), 'low', [4, 15, 0.4, 5]),
  'gpt-6-luna@2026-09-22': always(
    [0.1, 0.5, 0.01, 0.125],
    openAiList('2026-09-22'),
    'low',
    [0.2, 0.75, 0.02, 0.25],
  ),
  'gpt-6.1-sol@2026-09-29': always([2, 10, 0.1], openAiList('2026-09-29'), 'low', [4, 15, 0.2]),
  'gpt-6.2-astra@unknown': always([8, 40], openAiList('2026-11'), 'low', [16, 60]),
  'gpt-6.2-sol@unknown': always([2, 10], openAiList('2026-11'), 'low', [4, 15]),

  // Portkey says 0.35 and 1.41.
  'Llama-4-Maverick-17B-128E-Instruct-FP8@1': always([0.25, 1], meters2025, 'low'),
  'Llama-4-Scout-17B-16E-Instruct@1': always([0.2, 0.78], modelsDev, 'low'),
  'Llama-3.2-11B-Vision-Instruct@1': always([0.37, 0.37], modelsDev, 'low'),
  'Llama-3.2-90B-Vision-Instruct@1': always([2.04, 2.04], modelsDev, 'low'),
  'Phi-4-multimodal-instruct@1': always([0.08, 0.32], meters2025, 'medium'),
  'mistral-medium-2505@1': always([0.4, 2], modelsDev, 'low'),
  'mistral-small-2503@1': always([0.1, 0.3], portkey, 'low'),
  'mistral-medium-3-5@1': always([1.5, 7.5], portkey, 'low'),
  'Mistral-Large-3@1': always([0.5, 1.5], portkey, 'low'),
  'Kimi-K2.5@1': always([0.6, 3], portkey, 'low'),
  'Kimi-K2.6@1': always([0.95, 4], portkey, 'low'),
  'Kimi-K2.7-Code@1': always([0.95, 4, 0.19], portkey, 'low'),
  'grok-4-1-fast-reasoning@1': always([0.2, 0.5, 0.05], portkey, 'medium'),
  'grok-4-1-fast-non-reasoning@1': always([0.2, 0.5, 0.05], portkey, 'medium'),
  // The Azure meter of 2025-08 was 5.5 and 27.5.
  'grok-4@1': always([3, 15], portkey, 'low'),
};

function always(
  rates: Rates,
  from: Source,
  confidence: PriceRow['confidence'] = 'high',
  longRates?: Rates,
): readonly PriceRow[] {
  return [{ price: price(rates, from, longRates), from: null, until: null, confidence, promotional: false }];
}

function since(day: string, rates: Rates, from: Source, longRates: Rates): readonly PriceRow[] {
  const row = { price: price(rates, from, longRates), until: null, promotional: false };
  return [{ ...row, from: day, confidence: 'medium' }];
}

function price(rates: Rates, { source, asOf }: Source, longRates?: Rates): ModelPrice {
  return {
    ...toPrice(rates),
    ...(longRates ? { longContext: { aboveInputTokens: LONG_CONTEXT_TOKENS, ...toPrice(longRates) } } : {}),
    source,
    asOf,
  };
}

function toPrice([input, output, cachedInput, cacheWrite]: Rates) {
  return {
    inputPerMillion: input,
    outputPerMillion: output,
    ...(cachedInput === undefined ? {} : { cachedInputPerMillion: cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWritePerMillion: cacheWrite }),
  };
}
