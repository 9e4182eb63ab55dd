import { changeBudgets, hasLimit, type BudgetChange } from '#domain/budget-limits.ts';
import { budgetLines, noBudgets, type BudgetLine, type Budgets } from '#domain/budget.ts';
import type { Change } from '#store';
import { nextDayStart, spendingWindow } from './calendar.ts';
import type { Services } from './services.ts';

/** A timer does not count the hours that a computer sleeps, so midnight is looked for at least this often. */
const longestWaitMs = 10 * 60 * 1000;

/** What concerns the budgets: the limits, what was paid, and (with an answer that begins) what is under way. */
const concerns: readonly Change['kind'][] = ['budgets', 'ledger', 'message'];

/** The limits a person set and how much of each is used, in every tab, through midnight. */
export class Budgeting {
  #budgets = $state.raw<Budgets>(noBudgets);
  #lines = $state.raw<readonly BudgetLine[]>([]);
  #isLoaded = $state(false);
  readonly #store: Services['store'];
  readonly #clock: Pick<Services['clock'], 'now'>;
  readonly #stopListening: () => void;
  /** Connections whose limits are in view. */
  #watched: readonly string[] | 'all' = [];
  #isFollowing = false;
  #reading: Promise<void> | null = null;
  #isStale = false;
  #saving: Promise<unknown> = Promise.resolve();
  #midnight: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor({ store, clock }: Pick<Services, 'store' | 'clock'>) {
    this.#store = store;
    this.#clock = clock;
    this.#stopListening = store.onChange(({ kind }) => {
      // What cannot be read now leaves what is in view; the store itself judges each request.
      if (this.#isFollowing && concerns.includes(kind)) this.#read().catch(() => undefined);
    });
  }

  get budgets(): Budgets {
    return this.#budgets;
  }

  /** Each limit that is set, with what stands against it: the overall ones first. */
  get lines(): readonly BudgetLine[] {
    return this.#lines;
  }

  /** False until the store was read once: no limits then says nothing yet. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  load(): Promise<void> {
    return this.#read();
  }

  /** From now on `lines` are the overall limits and this connection's; null: only the overall ones. */
  refresh(connectionId: string | null): Promise<void> {
    this.#watched = connectionId === null ? [] : [connectionId];
    return this.#read();
  }

  /** From now on `lines` are the limits of every connection that has some, too. */
  refreshAll(): Promise<void> {
    this.#watched = 'all';
    return this.#read();
  }

  /** Changes what is named and leaves the rest, also what another tab changed meanwhile. Resolves when kept. */
  save(change: BudgetChange): Promise<void> {
    const saved = this.#saving.then(async () => {
      this.#budgets = await this.#store.changeBudgets((stored) => changeBudgets(stored, change));
    });
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  /** Follows nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    clearTimeout(this.#midnight);
  }

  /** Calls that come while one is under way are one more; all resolve with what was read last. */
  #read(): Promise<void> {
    this.#isFollowing = true;
    this.#isStale = true;
    this.#reading ??= this.#readUntilFresh();
    return this.#reading;
  }

  async #readUntilFresh(): Promise<void> {
    try {
      while (this.#isStale && !this.#isClosed) {
        this.#isStale = false;
        await this.#readOnce();
      }
    } finally {
      this.#reading = null;
      this.#waitForMidnight();
    }
  }

  async #readOnce(): Promise<void> {
    const budgets = await this.#store.readBudgets();
    const lines = await this.#readLines(budgets);
    this.#budgets = budgets;
    this.#lines = lines;
    this.#isLoaded = true;
  }

  async #readLines(budgets: Budgets): Promise<readonly BudgetLine[]> {
    const watched = Object.keys(budgets.connections).filter(
      (id) => hasLimit(budgets.connections[id]) && (this.#watched === 'all' || this.#watched.includes(id)),
    );
    if (!hasLimit(budgets.overall) && watched.length === 0) return [];
    const window = spendingWindow(this.#clock.now());
    const read = (connectionId: string | null) => this.#store.readSpent({ ...window, connectionId });
    const { overall } = await read(null);
    const ofConnections = await Promise.all(
      watched.map(async (id) => {
        const { connection: spent } = await read(id);
        const lines = budgetLines(budgets, overall, spent && { id, spent });
        return lines.filter(({ connectionId }) => connectionId !== null);
      }),
    );
    return [...budgetLines(budgets, overall, null), ...ofConnections.flat()];
  }

  #waitForMidnight(): void {
    clearTimeout(this.#midnight);
    if (this.#isClosed) return;
    const now = this.#clock.now();
    const midnight = nextDayStart(now);
    this.#midnight = setTimeout(
      () => {
        if (this.#clock.now() < midnight) this.#waitForMidnight();
        else this.#read().catch(() => undefined);
      },
      Math.min(midnight - now, longestWaitMs),
    );
  }
}
