import type { CatalogModel, Lifecycle, ModelStatus, RetirementRow } from './model.ts';
import { retirementSchedule, type Source } from './source.ts';

export interface Retirement {
  /** ISO date; null: not published. */
  readonly date: string | null;
  readonly lifecycle: Lifecycle | null;
  readonly replacement: string | null;
  /** Date of the page it was read from. Microsoft moves these dates, so it is shown beside the date. */
  readonly checkedOn: string;
}

/** When a model ends, as published. */
export function retirementOf(model: CatalogModel): Retirement {
  const { date, lifecycle, replacement, from } = model.retirement;
  return { date, lifecycle, replacement, checkedOn: from.asOf };
}

/** The status on a day: a retirement date that has come since the table was made counts. */
export function statusOf(model: CatalogModel, atMs: number): ModelStatus {
  const { date } = model.retirement;
  return date !== null && atMs >= Date.parse(date) ? 'retired' : model.status;
}

/** A row of Microsoft's retirement schedule. */
export function ends(
  date: string | null,
  lifecycle: Lifecycle | null,
  replacement: string | null = null,
  from: Source = retirementSchedule,
): RetirementRow {
  return { date, lifecycle, replacement, from };
}

export const unlisted = ends(null, 'unlisted');
