import type { Connection } from '#domain/connection.ts';
import { costOfUnits, type UnitPrice } from '#domain/money.ts';
import type { Units } from '#domain/ledger.ts';
import type { PriceBook } from '#domain/price-book.ts';
import type { MeterId } from '#catalog';

/** What a meter costs on a connection, or null: not known. The person's own price comes first; a discount comes off. */
export function meterPriceFor(
  meter: MeterId,
  { discountPercent = 0 }: Pick<Connection, 'discountPercent'>,
  { catalog, book }: { readonly catalog: typeof import('#catalog'); readonly book: PriceBook },
): UnitPrice | null {
  const price = book.meters.find((own) => own.meter === meter)?.price ?? catalog.meterPrice(meter);
  if (!price || discountPercent <= 0) return price;
  // To a millionth of a dollar, as the prices by the token are.
  const dollars = Math.round(price.dollars * (1 - discountPercent / 100) * 1_000_000) / 1_000_000;
  return { ...price, dollars, source: `${price.source}; discount of ${discountPercent} %` };
}

/** Whole nano-dollars; null: the price is not known. */
export function costOfMeter({ quantity, price }: Pick<Units, 'quantity' | 'price'>): number | null {
  return price && costOfUnits(quantity, price);
}
