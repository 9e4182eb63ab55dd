/** Days as a date field writes them (`2026-11-22`), in the person's own time zone. */
export function toDateText(epochMs: number): string {
  const date = new Date(epochMs);
  return [
    String(date.getFullYear()).padStart(4, '0'),
    String(date.getMonth() + 1).padStart(2, '0'),
    String(date.getDate()).padStart(2, '0'),
  ].join('-');
}

/** The first moment of the day `daysLater` than the one that is written; null: none is. */
export function startOfDay(text: string, daysLater = 0): number | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(day) + daysLater).getTime();
}
