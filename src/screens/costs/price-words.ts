import type { DeploymentType } from '#domain/connection.ts';
import type { PriceKey } from '#domain/price-book-changes.ts';
import { f, m } from '#language';
import type { PriceRow } from '#state/price-table.ts';
import { modelTitle } from '../settings/model-words.ts';

export { dateText } from '../settings/model-words.ts';

export const rowTitle = (row: Pick<PriceRow, 'name' | 'version'>): string => modelTitle(row);

export function typeName(type: DeploymentType | null): string {
  return type === null ? m().prices.allTypes : m().connections.deploymentTypes[type];
}

/** Which of a model's own prices one is: its type, and the day it begins where there is one. */
export function whichPrice({ deploymentType, from }: Pick<PriceKey, 'deploymentType' | 'from'>): string {
  const type = typeName(deploymentType);
  return from === null ? type : `${type}, ${m().prices.from(f().day(from))}`;
}

/** A meter that a later version of the tables names is called by its id. */
export function meterName(id: string): string {
  const { names } = m().prices.meters;
  return id in names ? names[id as keyof typeof names] : id;
}
