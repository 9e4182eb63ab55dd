import type { LedgerEntry } from '#domain/ledger.ts';
import { f, m } from '#language';

/** "Interrupted, estimated". */
export function outcomeText({ outcome, estimated, simulated }: LedgerEntry): string {
  const words = m().costs.ledger;
  return [
    words.outcomes[outcome],
    ...(estimated ? [words.estimated] : []),
    ...(simulated ? [words.simulated] : []),
  ].join(m().costs.comma);
}

/** The same where there is little room: an estimate shows in the cost. Null: nothing that needs saying. */
export function remarkText({ outcome, simulated }: LedgerEntry): string | null {
  const words = m().costs.ledger;
  const remarks = [
    ...(outcome === 'complete' ? [] : [words.outcomes[outcome]]),
    ...(simulated ? [words.simulated] : []),
  ];
  return remarks.length > 0 ? remarks.join(m().costs.comma) : null;
}

export function costText({ costNanos, estimated }: LedgerEntry): string {
  const { format, sum } = m().costs;
  if (costNanos === null) return sum.unknownCost;
  const amount = format.money(costNanos);
  return estimated ? sum.about(amount) : amount;
}

/** What was counted instead of tokens; null: tokens, or nothing. */
export function unitsText({ units }: LedgerEntry): string | null {
  if (!units) return null;
  const words = m().costs.ledger.units;
  const { quantity, price } = units;
  if (price?.unit === 'minute') return words.minute(String(Math.round(quantity * 100) / 100));
  return words[price?.unit ?? 'unknown'](quantity);
}

/** Both counts, where there is no room for a column each. */
export function tokensText({ usage }: LedgerEntry): string {
  const words = m().costs.ledger;
  return usage ? words.tokens(f().number(usage.inputTokens), f().number(usage.outputTokens)) : words.noTokens;
}
