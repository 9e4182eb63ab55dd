import { compareBill, type BillComparison } from '#domain/bill-comparison.ts';
import type { BillCells } from '#domain/bill-columns.ts';
import { createLedgerTally, type LedgerTally } from '#domain/bill-ledger.ts';
import { readBill, type Bill, type BillProblem, type BillReading } from '#domain/bill.ts';
import { toFailure, type Failure } from '#domain/failure.ts';
import { readCells } from './bill-file.ts';
import type { Services } from './services.ts';

/** Milliseconds of work after which the page gets its turn. */
const sliceMs = 8;

/** Rows of the ledger that come out of the worker at once: a few milliseconds. */
const rowsAtOnce = 1000;

const dayMs = 24 * 60 * 60 * 1000;

/** What is compared: text that was typed, or a file (a long paste is kept like one). */
export interface BillSource {
  readonly name: string | null;
  readonly bytes: number;
  readonly content: string | File;
}

export type BillState =
  | { readonly kind: 'idle' }
  /** How far: 0 to 1; null: nobody knows. */
  | { readonly kind: 'working'; readonly step: 'bill' | 'ledger'; readonly share: number | null }
  | { readonly kind: 'refused'; readonly problem: BillProblem }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'done'; readonly bill: Bill; readonly comparison: BillComparison };

/** "Check against your bill": nothing of it is sent anywhere or written down. */
export class BillCheck {
  /** What stands in the text field. */
  text = $state('');
  #source = $state.raw<BillSource | null>(null);
  #state = $state.raw<BillState>({ kind: 'idle' });
  readonly #services: Pick<Services, 'loadLedgerReader' | 'clock'>;
  #running: AbortController | null = null;

  constructor(services: Pick<Services, 'loadLedgerReader' | 'clock'>) {
    this.#services = services;
  }

  get state(): BillState {
    return this.#state;
  }

  /** The file, or the long paste, that stands in for the text field; null: none. */
  get source(): BillSource | null {
    return this.#source;
  }

  get canCompare(): boolean {
    return this.#source !== null || this.text.trim() !== '';
  }

  /** Takes a file, or a text too long for a field, in place of what is typed, and compares it. */
  async open(content: string | File): Promise<void> {
    const isText = typeof content === 'string';
    this.#source = {
      name: isText ? null : content.name,
      bytes: isText ? content.length : content.size,
      content,
    };
    await this.compare();
  }

  /** The text field counts again. */
  close(): void {
    this.cancel();
    this.#source = null;
    this.#state = { kind: 'idle' };
  }

  cancel(): void {
    this.#running?.abort();
    this.#running = null;
    if (this.#state.kind === 'working') this.#state = { kind: 'idle' };
  }

  /** Compares the file, or what is typed. A comparison under way is given up. Never rejects. */
  async compare(): Promise<void> {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const { signal } = running;
    const show = (state: BillState): void => {
      if (this.#running === running && !signal.aborted) this.#state = state;
    };
    show({ kind: 'working', step: 'bill', share: null });
    try {
      show(await this.#run(this.#source?.content ?? this.text, signal, show));
    } catch (thrown) {
      show({ kind: 'failed', failure: toFailure(thrown) });
    }
  }

  async #run(
    content: string | File,
    signal: AbortSignal,
    show: (state: BillState) => void,
  ): Promise<BillState> {
    const cells = await readCells(content, {
      clock: this.#services.clock,
      signal,
      onProgress: (share) => show({ kind: 'working', step: 'bill', share }),
    });
    if (!cells.ok) return { kind: 'refused', problem: cells.problem };
    const reading = await this.#readRows(cells.rows, signal);
    if (!reading.ok) return { kind: 'refused', problem: reading.problem };

    const { bill } = reading;
    show({ kind: 'working', step: 'ledger', share: null });
    const tally = await this.#readLedger(bill, signal);
    return { kind: 'done', bill, comparison: compareBill(bill, tally.lines(), tally.totals()) };
  }

  async #readRows(rows: readonly BillCells[], signal: AbortSignal): Promise<BillReading> {
    const turn = this.#turns(signal);
    const reading = readBill(rows);
    for (;;) {
      const step = reading.next();
      if (step.done) return step.value;
      const wait = turn();
      if (wait) await wait;
    }
  }

  async #readLedger({ firstDay, lastDay }: Bill, signal: AbortSignal): Promise<LedgerTally> {
    const from = Date.parse(`${firstDay}T00:00:00Z`);
    const until = Date.parse(`${lastDay}T00:00:00Z`) + dayMs;
    const filter = { from, until, connectionId: null, kind: null, words: '', withSimulated: false };
    const sort = { by: 'at', descending: false } as const;
    const tally = createLedgerTally();
    const turn = this.#turns(signal);
    const reader = await this.#services.loadLedgerReader();
    reader.refresh();
    for (let offset = 0; ; offset += rowsAtOnce) {
      const entries = await reader.page({ filter, sort, offset, limit: rowsAtOnce });
      for (const entry of entries) {
        tally.add(entry);
        const wait = turn();
        if (wait) await wait;
      }
      if (entries.length < rowsAtOnce) return tally;
    }
  }

  /** Called between small pieces of work: waits only when the slice is used up. */
  #turns(signal: AbortSignal): () => Promise<void> | null {
    const { clock } = this.#services;
    let since = clock.now();
    return () => {
      signal.throwIfAborted();
      if (clock.now() - since < sliceMs) return null;
      return clock.breathe().then(() => {
        since = clock.now();
      });
    };
  }
}
