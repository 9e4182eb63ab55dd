import type { LedgerSort } from '#domain/costs.ts';

export type ColumnName = LedgerSort['by'] | 'conversation' | 'outcome';

export interface Column {
  readonly name: ColumnName;
  /** CSS width; absent: what is left. */
  readonly width?: string;
  /** Figures stand at the end of their cell. */
  readonly isFigure?: true;
}

export const columns: readonly Column[] = [
  { name: 'at', width: '10.5rem' },
  { name: 'kind', width: '6.5rem' },
  { name: 'connection' },
  { name: 'model' },
  { name: 'conversation' },
  { name: 'input', width: '5rem', isFigure: true },
  { name: 'output', width: '5rem', isFigure: true },
  { name: 'outcome', width: '11rem' },
  { name: 'cost', width: '7rem', isFigure: true },
];

/** Each cell has a second line for what has no column of its own. */
export const compactColumns: readonly Column[] = [
  { name: 'at', width: '5rem' },
  { name: 'model' },
  { name: 'cost', width: '9rem', isFigure: true },
];

export function isSortable(name: ColumnName): name is LedgerSort['by'] {
  return name !== 'conversation' && name !== 'outcome';
}

/** What a click on a column's head asks for: figures and times begin with the most, names with A. */
export function nextSort(sort: LedgerSort, by: LedgerSort['by']): LedgerSort {
  if (sort.by === by) return { by, descending: !sort.descending };
  return { by, descending: by === 'at' || by === 'cost' || by === 'input' || by === 'output' };
}
