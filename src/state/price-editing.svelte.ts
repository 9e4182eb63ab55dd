import type { DeploymentType, ModelCapabilities } from '#domain/connection.ts';
import { mergeBooks } from '#domain/price-book-changes.ts';
import type { OwnModel, PriceBook } from '#domain/price-book.ts';
import { toModelOptions, type ModelOption } from './model-options.ts';
import {
  concernsPerson,
  toMeterRows,
  toPriceRows,
  type MeterPriceRow,
  type PriceRow,
} from './price-table.ts';
import type { Services } from './services.ts';

/** The prices a person looks at and changes; each change can be taken back until the next one. */
export class PriceEditing {
  #catalog = $state.raw<typeof import('#catalog') | null>(null);
  #deploymentType = $state<DeploymentType>('global');
  #filter = $state('');
  #showsAll = $state(false);
  #lastChange = $state.raw<Change | null>(null);
  readonly #rows = $derived(this.#toRows());
  readonly #visible = $derived(this.#rows.filter((row) => this.#isVisible(row)));
  readonly #meters = $derived(this.#catalog ? toMeterRows({ catalog: this.#catalog, book: this.book }) : []);
  readonly #services: PriceServices;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(services: PriceServices) {
    this.#services = services;
  }

  /** Rejects when the published tables cannot be loaded. */
  async load(): Promise<void> {
    this.#catalog = await this.#services.connections.catalog();
  }

  get isLoaded(): boolean {
    return this.#catalog !== null;
  }
  get book(): PriceBook {
    return this.#services.prices.book;
  }
  /** The day on which the published tables were checked. */
  get checkedOn(): string | null {
    return this.#catalog?.CHECKED_ON ?? null;
  }
  /** Prices in view are those of this type. */
  get deploymentType(): DeploymentType {
    return this.#deploymentType;
  }
  /** What the type typically costs, as a factor of the Global price. */
  get factor(): number {
    return this.#catalog?.deploymentFactors[this.#deploymentType].factor ?? 1;
  }
  /** Dollars a million prompt tokens that model-router takes for choosing. */
  get routerFee(): number | null {
    return this.#catalog?.routerFee.inputPerMillion ?? null;
  }
  /** Whether a connection has a discount, which is in no price shown here. */
  get hasDiscounts(): boolean {
    return this.#services.connections.list.some(({ discountPercent = 0 }) => discountPercent > 0);
  }
  get filter(): string {
    return this.#filter;
  }
  get showsAll(): boolean {
    return this.#showsAll;
  }
  /** Every model there is. */
  get rows(): readonly PriceRow[] {
    return this.#rows;
  }
  /** Those the filter names; without one the person's, or all when asked for. */
  get visible(): readonly PriceRow[] {
    return this.#visible;
  }
  get meters(): readonly MeterPriceRow[] {
    return this.#meters;
  }
  /** Published models whose abilities a model of the person's own may begin with. */
  get templates(): readonly ModelOption[] {
    return this.#catalog ? toModelOptions(this.#catalog, this.#services.clock.now(), []) : [];
  }
  /** Whether the last change can be taken back: nothing has come on top of it. */
  get canUndo(): boolean {
    return this.#lastChange !== null && JSON.stringify(this.#lastChange.after) === JSON.stringify(this.book);
  }

  show(deploymentType: DeploymentType): void {
    this.#deploymentType = deploymentType;
  }

  search(filter: string): void {
    this.#filter = filter;
  }

  showAll(showsAll: boolean): void {
    this.#showsAll = showsAll;
  }

  capabilitiesOf(modelId: string): ModelCapabilities | null {
    const model = this.#catalog?.findModel(modelId);
    return model && this.#catalog ? this.#catalog.capabilitiesOf(model) : null;
  }

  /** Names of the connections that ask one of these models. */
  usersOf(models: readonly Pick<OwnModel, 'id'>[]): readonly string[] {
    return this.#services.connections.list
      .filter(({ model }) => model.kind === 'catalog' && models.some(({ id }) => id === model.id))
      .map(({ name }) => name);
  }

  /** Applies a change to the newest book, also where another tab saved one meanwhile. Resolves when it is kept. */
  change(apply: (book: PriceBook) => PriceBook): Promise<void> {
    const { prices } = this.#services;
    const changed = this.#changing.then(async () => {
      await prices.load();
      const before = prices.book;
      const after = apply(before);
      await prices.save(after);
      this.#lastChange = { before, after };
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async undo(): Promise<void> {
    const last = this.#lastChange;
    if (!last || !this.canUndo) return;
    await this.#services.prices.save(last.before);
    this.#lastChange = null;
  }

  /** The change stays. */
  dismissUndo(): void {
    this.#lastChange = null;
  }

  /** Takes in a book that was read from a file. */
  takeIn(added: PriceBook, how: 'merge' | 'replace'): Promise<void> {
    return this.change((book) => (how === 'replace' ? added : mergeBooks(book, added)));
  }

  /** How many of the book's prices are for something that the published tables and the book itself do not know. */
  strangersIn(book: PriceBook): number {
    const catalog = this.#catalog;
    if (!catalog) return 0;
    const own = new Set(book.models.map(({ id }) => id));
    const meters = new Set<string>(catalog.meters.map(({ id }) => id));
    return (
      book.prices.filter(({ modelId }) => !own.has(modelId) && !catalog.findModel(modelId)).length +
      book.meters.filter(({ meter }) => !meters.has(meter)).length
    );
  }

  #toRows(): readonly PriceRow[] {
    if (!this.#catalog) return [];
    return toPriceRows({
      catalog: this.#catalog,
      book: this.book,
      connections: this.#services.connections.list,
      deploymentType: this.#deploymentType,
      nowMs: this.#services.clock.now(),
    });
  }

  #isVisible(row: PriceRow): boolean {
    const words = this.#filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.#showsAll || concernsPerson(row);
    const text = `${row.name} ${row.version} ${row.usedBy.join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }
}

type PriceServices = Pick<Services, 'prices' | 'connections' | 'clock'>;

interface Change {
  readonly before: PriceBook;
  readonly after: PriceBook;
}
