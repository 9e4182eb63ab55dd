import type { Connection } from '#domain/connection.ts';
import { m } from '#language';

/** How a connection is billed; null: as is usual, Global Standard without a discount. */
export function billingWords({
  deploymentType = 'global',
  discountPercent = 0,
}: Pick<Connection, 'deploymentType' | 'discountPercent'>): string | null {
  const words = m().connections;
  const parts = [
    ...(deploymentType === 'global' ? [] : [words.deploymentTypes[deploymentType]]),
    ...(discountPercent === 0 ? [] : [words.card.discount(discountPercent)]),
  ];
  return parts.length === 0 ? null : parts.join(' · ');
}
