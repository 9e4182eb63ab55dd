import type { LedgerEntry } from './ledger.ts';

/** The columns of an exported ledger, in order. Names stay as they are: other people's spreadsheets hang on them. */
export const ledgerColumns = [
  'time',
  'kind',
  'connection',
  'deployment',
  'deployment type',
  'model',
  'outcome',
  'input tokens',
  'cached tokens',
  'cache write tokens',
  'output tokens',
  'reasoning tokens',
  'image tokens',
  'meter',
  'quantity',
  'unit',
  'estimated',
  'simulated',
  'cost (USD)',
  'price source',
  'price as of',
  'conversation id',
  'message id',
  'row id',
] as const;

/** One row as texts; an unknown cost says so, because an empty cell counts as 0. */
export function toLedgerRecord(entry: LedgerEntry): readonly string[] {
  const { usage, units } = entry;
  const price = entry.price ?? units?.price ?? null;
  const count = (tokens: number | null | undefined): string => (tokens == null ? '' : String(tokens));
  return [
    new Date(entry.at).toISOString(),
    entry.kind,
    entry.connectionName,
    entry.deployment,
    entry.deploymentType ?? '',
    entry.model,
    entry.outcome,
    count(usage?.inputTokens),
    count(usage?.cachedTokens),
    count(usage?.cacheWriteTokens),
    count(usage?.outputTokens),
    count(usage?.reasoningTokens),
    count(usage?.imageTokens),
    units?.meter ?? '',
    units ? String(units.quantity) : '',
    units?.price?.unit ?? '',
    String(entry.estimated),
    String(entry.simulated),
    entry.costNanos === null ? 'unknown' : toDollarText(entry.costNanos),
    price?.source ?? '',
    price?.asOf ?? '',
    entry.conversationId ?? '',
    entry.messageId ?? '',
    entry.id,
  ];
}

/** Whole nano-dollars as dollars with all nine places: nothing passes through a floating-point number. */
export function toDollarText(nanos: number): string {
  const digits = String(Math.abs(nanos)).padStart(10, '0');
  return `${nanos < 0 ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/**
 * CSV as RFC 4180 has it: CRLF after every record, quotes doubled. A text that a spreadsheet would take for a formula
 * gets an apostrophe in front (OWASP, "CSV injection").
 */
export function toCsv(records: Iterable<readonly string[]>): string {
  let csv = '';
  for (const record of records) csv += `${record.map(toCsvField).join(',')}\r\n`;
  return csv;
}

function toCsvField(text: string): string {
  const safe = /^[=+\-@\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
