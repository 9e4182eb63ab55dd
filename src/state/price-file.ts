import {
  mostPriceBookBytes,
  parsePriceBook,
  toPriceBookJson,
  type PriceBookProblem,
} from '#domain/price-book-json.ts';
import type { PriceBook } from '#domain/price-book.ts';
import { ownOrigin } from './price-fields.ts';

export type PriceFileReading =
  | { readonly ok: true; readonly book: PriceBook }
  | {
      readonly ok: false;
      readonly problems: readonly (PriceBookProblem | { readonly path: ''; readonly code: 'unreadable' })[];
    };

/** Reads a file that a person chose. One that is too large is not even opened. */
export async function readPriceFile(file: Blob, nowMs: number): Promise<PriceFileReading> {
  if (file.size > mostPriceBookBytes) return { ok: false, problems: [{ path: '', code: 'too-large' }] };
  try {
    return parsePriceBook(await file.text(), ownOrigin(nowMs).asOf);
  } catch {
    // Moved or deleted since it was chosen.
    return { ok: false, problems: [{ path: '', code: 'unreadable' }] };
  }
}

export function toPriceFile(book: PriceBook, nowMs: number): { readonly blob: Blob; readonly name: string } {
  return {
    blob: new Blob([toPriceBookJson(book)], { type: 'application/json' }),
    name: `sightline-prices-${ownOrigin(nowMs).asOf}.json`,
  };
}
