import { emptyPriceBook, type PriceBook } from '#domain/price-book.ts';
import type { Store } from '#store';

/** The person's own prices and models, as every tab last saved them. */
export class Prices {
  #book = $state.raw<PriceBook>(emptyPriceBook);
  readonly #store: Pick<Store, 'readPriceBook' | 'savePriceBook'>;

  constructor(store: Pick<Store, 'readPriceBook' | 'savePriceBook' | 'onChange'>) {
    this.#store = store;
    store.onChange((change) => {
      // What cannot be read now leaves what is in view.
      if (change.kind === 'prices') this.load().catch(() => undefined);
    });
  }

  get book(): PriceBook {
    return this.#book;
  }

  async load(): Promise<void> {
    this.#book = await this.#store.readPriceBook();
  }

  async save(book: PriceBook): Promise<void> {
    await this.#store.savePriceBook(book);
    this.#book = book;
  }
}
