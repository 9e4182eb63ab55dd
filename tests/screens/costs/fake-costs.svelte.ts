import type { CostPart, CostSum, CostSummary, LedgerSort, NamedSum, PeriodSum } from '#domain/costs.ts';
import type { Failure } from '#domain/failure.ts';
import type { LedgerEntry, LedgerKind } from '#domain/ledger.ts';
import type { CostsView, Period } from '#screens/costs/costs-contract.ts';

const dayMs = 86_400_000;
/** Noon, so that no time zone makes it another day. */
export const now = new Date(2026, 10, 22, 12).getTime();

export const noSum: CostSum = {
  costNanos: 0,
  calls: 0,
  unknownCalls: 0,
  estimatedCalls: 0,
  simulatedNanos: 0,
  inputTokens: 0,
  outputTokens: 0,
};

const noParts: Readonly<Record<CostPart, number>> = {
  input: 0,
  cached: 0,
  'cache-write': 0,
  output: 0,
  enhancements: 0,
  'image-analysis': 0,
  video: 0,
  transcription: 0,
};

export function aSum(costNanos: number, change: Partial<CostSum> = {}): CostSum {
  return { ...noSum, costNanos, calls: 12, inputTokens: 48_210, outputTokens: 3_950, ...change };
}

export function aPeriod(
  start: number,
  parts: Partial<Record<CostPart, number>>,
  change: Partial<CostSum> = {},
): PeriodSum {
  const costNanos = Object.values(parts).reduce((sum, nanos) => sum + nanos, 0);
  return { ...(costNanos > 0 ? aSum(costNanos) : noSum), start, parts: { ...noParts, ...parts }, ...change };
}

export function named(key: string, name: string, costNanos: number, change: Partial<CostSum> = {}): NamedSum {
  return { ...aSum(costNanos, change), key, name };
}

/** The same days, however often it is asked. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
}

function startsOf(period: Period, count: number): number[] {
  const today = new Date(2026, 10, 22);
  return Array.from({ length: count }, (_, at) => {
    const back = count - 1 - at;
    if (period === 'month') return new Date(2026, 10 - back, 1).getTime();
    return new Date(today.getFullYear(), 10, period === 'week' ? 16 - 7 * back : 22 - back).getTime();
  });
}

export interface Busy {
  readonly period: Period;
  readonly count: number;
  readonly parts: readonly CostPart[];
  readonly change?: Partial<CostSum>;
}

export function aSummary({ period, count, parts, change = {} }: Busy): CostSummary {
  const random = chance(count);
  const periods = startsOf(period, count).map((start, at) => {
    const isQuiet = count > 1 && (random() < 0.12 || (period === 'day' && new Date(start).getDay() === 0));
    const spent = parts.map(
      (part) => [part, Math.round((isQuiet ? 0 : random() ** 2) * 900_000_000)] as const,
    );
    return aPeriod(start, Object.fromEntries(spent), at === count - 3 ? { unknownCalls: 3 } : {});
  });
  const total = aSum(
    periods.reduce((sum, { costNanos }) => sum + costNanos, 0),
    {
      calls: periods.reduce((sum, { calls }) => sum + calls, 0),
      unknownCalls: 3,
      ...change,
    },
  );
  const share = (part: number): number => Math.round(total.costNanos * part);
  return {
    total,
    periods,
    models: [
      named('gpt-5.1-2025-11-13', 'gpt-5.1-2025-11-13', share(0.5), {
        inputTokens: 1_893_220,
        outputTokens: 90_122,
      }),
      named('gpt-4.1-2025-04-14', 'gpt-4.1-2025-04-14', share(0.3)),
      named('gpt-4o-mini-2024-07-18', 'gpt-4o-mini-2024-07-18', share(0.1)),
      named('own', 'our-finetuned-model', 0, { unknownCalls: 3, calls: 3 }),
    ],
    connections: [
      named('c1', 'Contoso production', share(0.7), { unknownCalls: 3 }),
      named('c2', 'Fabrikam gateway (Sweden Central)', share(0.2)),
      named('c3', 'Simulator', share(0.1)),
    ],
    conversations: [
      ...Array.from({ length: 23 }, (_, at) => named(`v${String(at)}`, '', share(0.2 / (at + 1)))),
      named('', '', share(0.05)),
    ],
    kinds: [
      named('chat', '', share(0.8)),
      named('ocr-enhancement', '', share(0.1)),
      named('video-ingestion', '', share(0.1), { inputTokens: 0, outputTokens: 0 }),
      named('connection-test', '', 0, { unknownCalls: 3, calls: 3 }),
    ],
  };
}

const kinds: readonly LedgerKind[] = [
  'chat',
  'chat',
  'chat',
  'ocr-enhancement',
  'video-ingestion',
  'connection-test',
];
const outcomes = [
  'complete',
  'complete',
  'complete',
  'complete',
  'interrupted',
  'stopped',
  'failed',
  'blocked',
] as const;

export function aRow(index: number): LedgerEntry {
  const kind = kinds[index % kinds.length]!;
  const isCounted = kind === 'video-ingestion';
  const outcome = outcomes[index % outcomes.length]!;
  return {
    id: `row-${String(index)}`,
    at: now - index * 3_600_000,
    kind,
    connectionId: 'c1',
    connectionName: index % 7 === 0 ? 'Fabrikam gateway (Sweden Central)' : 'Contoso production',
    deployment: isCounted ? '' : 'gpt-4.1',
    deploymentType: null,
    model: isCounted ? 'video-retrieval' : 'gpt-4.1-2025-04-14',
    conversationId: kind === 'connection-test' ? null : `v${String(index % 30)}`,
    messageId: null,
    outcome,
    usage: isCounted
      ? null
      : {
          inputTokens: 1_200 + index,
          outputTokens: 180,
          cachedTokens: 0,
          cacheWriteTokens: 0,
          reasoningTokens: 0,
          imageTokens: null,
        },
    units: isCounted
      ? {
          meter: 'video-ingestion',
          quantity: 2.5,
          price: { dollars: 0.05, per: 1, unit: 'minute', source: 'test', asOf: '2026-11-22' },
        }
      : null,
    estimated: outcome === 'interrupted' || outcome === 'stopped',
    price: null,
    costNanos: index % 11 === 3 ? null : 3_840_000 + index * 1_000,
    simulated: index % 9 === 0,
  };
}

/** As the state's own, without a store: what it is asked for is written down. */
export class FakeCosts implements CostsView {
  preset = $state<CostsView['preset']>('30-days');
  from = $state(now - 30 * dayMs);
  until = $state(new Date(2026, 10, 23).getTime());
  period = $state<Period>('day');
  withSimulated = $state(true);
  hasSimulated = $state(false);
  summary = $state.raw<CostSummary | null>(null);
  overview = $state.raw<CostsView['overview']>(null);
  rowCount = $state(0);
  filter = $state.raw<CostsView['filter']>({ connectionId: null, kind: null, words: '' });
  sort = $state.raw<LedgerSort>({ by: 'at', descending: true });
  version = $state(1);
  isLoading = $state(false);
  problem = $state.raw<Failure | null>(null);
  titles = $state.raw<ReadonlyMap<string, string>>(
    new Map(Array.from({ length: 22 }, (_, at) => [`v${String(at)}`, titleOf(at)])),
  );
  readonly asked: unknown[] = [];
  /** How long a page of rows takes. */
  delayMs = 0;
  /** What a page of rows ends in instead. */
  fails = false;

  async open(): Promise<void> {
    this.asked.push('open');
  }
  close(): void {
    this.asked.push('close');
  }
  setRange(...range: Parameters<CostsView['setRange']>): void {
    this.asked.push(['range', ...range]);
    this.preset = range[0];
    if (range[1]) ({ from: this.from, until: this.until } = range[1]);
  }
  setPeriod(period: Period): void {
    this.asked.push(['period', period]);
    this.period = period;
    if (this.summary) this.summary = { ...this.summary };
  }
  setFilter(change: Partial<CostsView['filter']>): void {
    this.asked.push(['filter', change]);
    this.filter = { ...this.filter, ...change };
    this.version += 1;
  }
  setSort(sort: LedgerSort): void {
    this.asked.push(['sort', sort]);
    this.sort = sort;
    this.version += 1;
  }
  setWithSimulated(on: boolean): void {
    this.asked.push(['simulated', on]);
    this.withSimulated = on;
  }
  async rows(offset: number, limit: number): Promise<readonly LedgerEntry[]> {
    this.asked.push(['rows', offset, limit]);
    if (this.delayMs > 0) await new Promise((done) => setTimeout(done, this.delayMs));
    if (this.fails) throw new Error('The disk is gone.');
    const until = Math.min(this.rowCount, offset + limit);
    return Array.from({ length: Math.max(0, until - offset) }, (_, at) => aRow(offset + at));
  }
  async exportLedger(format: 'csv' | 'json'): Promise<Blob> {
    this.asked.push(['export', format]);
    return new Blob([format]);
  }
}

function titleOf(at: number): string {
  const titles = ['Which plants are these?', 'Invoice 2026-114, line items', 'Harbour at night', ''];
  return at < titles.length ? titles[at]! : `Shelf photo ${String(at)}: count the boxes and read the labels`;
}

/** Thirty days of work, with everything there is to show. */
export function busyCosts(change: Partial<Busy> = {}): FakeCosts {
  const costs = new FakeCosts();
  costs.summary = aSummary({
    period: 'day',
    count: 30,
    parts: ['input', 'cached', 'output', 'enhancements', 'video'],
    ...change,
  });
  costs.overview = {
    today: aSum(1_204_000_000, { unknownCalls: 3 }),
    month: aSum(14_820_300_000, { calls: 1_204, simulatedNanos: 230_000_000 }),
    forecastNanos: 20_209_500_000,
  };
  costs.rowCount = 1_204;
  return costs;
}
