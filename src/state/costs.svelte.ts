import {
  forecast,
  noCosts,
  type CostSum,
  type CostSummary,
  type LedgerFilter,
  type LedgerSort,
} from '#domain/costs.ts';
import { toFailure, type Failure } from '#domain/failure.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import type { LedgerReader } from '#store';
import { dayStart, monthStart } from './calendar.ts';
import {
  addDays,
  addMonths,
  fittingPeriod,
  spanOf,
  startsOf,
  type Period,
  type RangePreset,
  type Span,
} from './cost-ranges.ts';
import { ConversationTitles } from './conversation-titles.svelte.ts';
import type { Services } from './services.ts';

export type { RangePreset } from './cost-ranges.ts';

export interface CostOverview {
  readonly today: CostSum;
  readonly month: CostSum;
  /** What the month comes to at its end; null: there is nothing to go by. */
  readonly forecastNanos: number | null;
}

export type LedgerChoice = Pick<LedgerFilter, 'connectionId' | 'kind' | 'words'>;

/** Days whose pace a forecast goes by. */
const recentDays = 14;
const dayMs = 24 * 60 * 60 * 1000;
const firstTitles = 50;
/** Many rows may be written one after another: they are read once. */
const refreshMs = 300;

/** What the Costs screen shows: sums of a range, the ledger's rows, and how both are chosen. */
export class Costs {
  #preset = $state<RangePreset>('30-days');
  #span = $state.raw<Span>({ from: 0, until: 0 });
  #period = $state<Period>('day');
  #withSimulated = $state(true);
  #hasSimulated = $state(false);
  #summary = $state.raw<CostSummary | null>(null);
  #overview = $state.raw<CostOverview | null>(null);
  #rowCount = $state(0);
  #choice = $state.raw<LedgerChoice>({ connectionId: null, kind: null, words: '' });
  #sort = $state.raw<LedgerSort>({ by: 'at', descending: true });
  #version = $state(0);
  #isLoading = $state(false);
  #problem = $state.raw<Failure | null>(null);
  readonly #titles: ConversationTitles;
  readonly #services: Services;
  #reader: LedgerReader | null = null;
  #stopListening: () => void = () => undefined;
  #turn = 0;
  /** Ids of rows that were written and not read yet. */
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(services: Services) {
    this.#services = services;
    this.#titles = new ConversationTitles((ids) => services.store.readTitles(ids));
    this.#span = spanOf('30-days', services.clock.now(), null);
  }

  get preset(): RangePreset {
    return this.#preset;
  }
  get from(): number {
    return this.#span.from;
  }
  /** Exclusive. */
  get until(): number {
    return this.#span.until;
  }
  get period(): Period {
    return this.#period;
  }
  get withSimulated(): boolean {
    return this.#withSimulated;
  }
  /** The ledger holds rows of a simulator. */
  get hasSimulated(): boolean {
    return this.#hasSimulated;
  }
  /** Null until the first figures are there. */
  get summary(): CostSummary | null {
    return this.#summary;
  }
  get overview(): CostOverview | null {
    return this.#overview;
  }
  /** Rows of the ledger table, as filtered. */
  get rowCount(): number {
    return this.#rowCount;
  }
  get filter(): LedgerChoice {
    return this.#choice;
  }
  get sort(): LedgerSort {
    return this.#sort;
  }
  /** Rises when `rows` would answer differently. */
  get version(): number {
    return this.#version;
  }
  get isLoading(): boolean {
    return this.#isLoading;
  }
  get problem(): Failure | null {
    return this.#problem;
  }
  /** Titles of conversations that still exist. */
  get titles(): ReadonlyMap<string, string> {
    return this.#titles.all;
  }

  /** Reads the ledger, and follows it from now on. */
  async open(): Promise<void> {
    this.#stopListening();
    this.#stopListening = this.#services.store.onChange(({ kind, id }) => {
      if (kind === 'conversation') void this.#titles.renew(id).catch(() => undefined);
      if (kind !== 'ledger') return;
      this.#changed.add(id);
      this.#timer ??= setTimeout(() => this.#follow(), refreshMs);
    });
    // The reader is everybody's, and nobody told it what was written while this screen was not there.
    await this.#read({ anew: true });
  }

  close(): void {
    this.#stopListening();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn += 1;
  }

  setRange(preset: RangePreset, custom?: Span): void {
    this.#preset = preset;
    if (preset === 'custom' && custom) this.#span = custom;
    // All of it begins with the first row, which the reading finds.
    if (preset !== 'custom' && preset !== 'all')
      this.#span = spanOf(preset, this.#services.clock.now(), null);
    this.#period = fittingPeriod(this.#span);
    void this.#read({ refit: preset === 'all' });
  }

  setPeriod(period: Period): void {
    this.#period = period;
    void this.#read();
  }

  setFilter(change: Partial<LedgerChoice>): void {
    this.#choice = { ...this.#choice, ...change };
    void this.#readRows();
  }

  setSort(sort: LedgerSort): void {
    this.#sort = sort;
    this.#version += 1;
  }

  setWithSimulated(on: boolean): void {
    this.#withSimulated = on;
    void this.#read();
  }

  /** Rows of the table, from `offset` on. Rejects where the ledger cannot be read. */
  async rows(offset: number, limit: number): Promise<readonly LedgerEntry[]> {
    const reader = await this.#open();
    const rows = await reader.page({ filter: this.#ledgerFilter(), sort: this.#sort, offset, limit });
    await this.#titles.learn(idsOf(rows.map(({ conversationId }) => conversationId)));
    return rows;
  }

  /** The rows of the range and the filter that are shown now. */
  async exportLedger(format: 'csv' | 'json'): Promise<Blob> {
    const reader = await this.#open();
    return reader.export({ filter: this.#ledgerFilter(), format });
  }

  async #open(): Promise<LedgerReader> {
    this.#reader ??= await this.#services.loadLedgerReader();
    return this.#reader;
  }

  /** Lets a reading under way come to its end: rows that come faster than they are read would put it off for ever. */
  #follow(): void {
    if (this.#isLoading) {
      this.#timer = setTimeout(() => this.#follow(), refreshMs);
      return;
    }
    this.#timer = undefined;
    this.#reader?.refresh([...this.#changed]);
    this.#changed.clear();
    void this.#read();
  }

  /**
   * `anew`: any row may have come or gone. `refit`: the span is known only once the ledger was looked at, and decides
   * the period.
   */
  async #read({ anew = false, refit = false } = {}): Promise<void> {
    const turn = (this.#turn += 1);
    this.#isLoading = true;
    try {
      const reader = await this.#open();
      if (anew) reader.refresh();
      const { oldestAt, hasSimulated } = await reader.extent();
      const now = this.#services.clock.now();
      if (turn !== this.#turn) return;
      // Midnight may have passed since the range was chosen.
      if (this.#preset !== 'custom') this.#span = spanOf(this.#preset, now, oldestAt);
      if (refit) this.#period = fittingPeriod(this.#span);
      const withSimulated = this.#withSimulated;
      const starts = startsOf(this.#span, this.#period);
      const [summary, overview, rowCount] = await Promise.all([
        reader.summary({ starts, until: this.#span.until, withSimulated }),
        this.#readOverview(reader, now, oldestAt),
        reader.count(this.#ledgerFilter()),
      ]);
      const conversationIds = idsOf(summary.conversations.map(({ key }) => key));
      // Names that stand at the top of the table come with it.
      await this.#titles.learn(conversationIds.slice(0, firstTitles));
      if (turn !== this.#turn) return;
      this.#hasSimulated = hasSimulated;
      this.#summary = summary;
      this.#overview = overview;
      this.#rowCount = rowCount;
      this.#version += 1;
      this.#problem = null;
      await this.#titles.learn(conversationIds);
    } catch (thrown) {
      if (turn === this.#turn) this.#problem = toFailure(thrown, 'storage-failed');
    } finally {
      if (turn === this.#turn) this.#isLoading = false;
    }
  }

  async #readRows(): Promise<void> {
    try {
      const filter = this.#ledgerFilter();
      const rowCount = await (await this.#open()).count(filter);
      // Another word may have been typed meanwhile.
      if (JSON.stringify(filter) !== JSON.stringify(this.#ledgerFilter())) return;
      this.#rowCount = rowCount;
      this.#version += 1;
    } catch (thrown) {
      this.#problem = toFailure(thrown, 'storage-failed');
    }
  }

  async #readOverview(reader: LedgerReader, now: number, oldestAt: number | null): Promise<CostOverview> {
    const month = { from: monthStart(now), until: addMonths(monthStart(now), 1) };
    const since = Math.max(addDays(dayStart(now), 1 - recentDays), oldestAt ?? now);
    const [today = noCosts, thisMonth = noCosts, recent = noCosts] = await reader.sums({
      spans: [{ from: dayStart(now), until: now + 1 }, month, { from: since, until: now + 1 }],
      withSimulated: this.#withSimulated,
    });
    return {
      today,
      month: thisMonth,
      forecastNanos: forecast({
        spentNanos: thisMonth.costNanos,
        recentNanos: recent.costNanos,
        // A first call in the small hours is no pace for the hour: at least a day counts.
        recentMs: Math.max(now - dayStart(since), dayMs),
        leftMs: month.until - now,
      }),
    };
  }

  #ledgerFilter(): LedgerFilter {
    return { ...this.#span, ...this.#choice, withSimulated: this.#withSimulated };
  }
}

/** Calls that belong to no conversation have none. */
function idsOf(keys: readonly (string | null)[]): readonly string[] {
  return keys.filter((key): key is string => !!key);
}
