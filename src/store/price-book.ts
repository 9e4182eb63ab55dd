import { emptyPriceBook, type PriceBook } from '#domain/price-book.ts';
import type { Room } from './room.ts';

export interface PriceBookVerbs {
  /** The person's own prices and models; empty at first. */
  readPriceBook(): Promise<PriceBook>;
  savePriceBook(book: PriceBook): Promise<void>;
}

export function priceBookVerbs({ database, announce }: Room): PriceBookVerbs {
  return {
    async readPriceBook() {
      const stored = await database.read(['meta'], (tx) => tx.objectStore('meta').get('price-book'));
      return stored?.id === 'price-book' ? stored.book : emptyPriceBook;
    },

    savePriceBook: (book) =>
      database.write(['meta'], async (tx, afterwards) => {
        await tx.objectStore('meta').put({ id: 'price-book', book });
        afterwards(() => announce({ kind: 'prices', id: 'price-book' }));
      }),
  };
}
