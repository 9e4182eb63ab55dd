import type { Totals } from './conversation.ts';
import type { LedgerEntry } from './ledger.ts';

/** A conversation's totals with one more call. */
export function addEntry(totals: Totals, entry: LedgerEntry): Totals {
  return count(totals, entry, 1);
}

/** Takes back what `addEntry` added for the same entry. */
export function removeEntry(totals: Totals, entry: LedgerEntry): Totals {
  return count(totals, entry, -1);
}

function count(totals: Totals, entry: LedgerEntry, times: 1 | -1): Totals {
  return {
    costNanos: totals.costNanos + times * (entry.costNanos ?? 0),
    unknownCosts: totals.unknownCosts + (hasUnknownCost(entry) ? times : 0),
    inputTokens: totals.inputTokens + times * (entry.usage?.inputTokens ?? 0),
    outputTokens: totals.outputTokens + times * (entry.usage?.outputTokens ?? 0),
  };
}

/** A call that was refused before it was answered costs nothing; one that began and has no figure costs something. */
function hasUnknownCost({ costNanos, usage, outcome }: LedgerEntry): boolean {
  if (costNanos !== null) return false;
  return usage !== null || (outcome !== 'failed' && outcome !== 'blocked');
}
