import type { ComparedLine, Reason } from '#domain/bill-comparison.ts';
import { isTokens } from '#domain/bill-ledger.ts';
import type { Bought } from '#domain/bill-meters.ts';
import type { Bill, BillProblem } from '#domain/bill.ts';
import { f, m } from '#language';

/** A difference in the language in use; `why` may be empty. */
export interface DifferenceWords {
  readonly title: string;
  readonly why: string;
}

export function differenceWords({ difference, bought }: ComparedLine): DifferenceWords {
  const words = m().bill.differences;
  switch (difference.kind) {
    case 'equal':
      return { title: words.equal, why: '' };
    case 'only-on-bill':
      return { title: words.onlyOnBill, why: difference.hourly ? words.hourlyWhy : words.onlyOnBillWhy };
    case 'only-here':
      return { title: words.onlyHere, why: difference.late ? words.notYetWhy : words.onlyHereWhy };
    case 'unknown-price':
      return { title: words.unknownPrice, why: words.unknownPriceWhy(difference.calls) };
    case 'estimated':
      return { title: byHowMuch(difference.nanos), why: words.estimatedWhy(difference.calls) };
    case 'dearer':
      return { title: byHowMuch(difference.nanos), why: reasonWords(difference.reason, bought) };
    case 'cheaper':
      return { title: byHowMuch(-difference.nanos), why: reasonWords(difference.reason, bought) };
  }
}

/** "Bill is $0.20 more". */
function byHowMuch(nanos: number): string {
  const { billMore, billLess } = m().bill.differences;
  const amount = m().costs.format.money(Math.abs(nanos));
  return nanos > 0 ? billMore(amount) : billLess(amount);
}

function reasonWords(reason: Reason | null, bought: Bought): string {
  const { differences: words, deployments, ratio, share } = m().bill;
  switch (reason?.kind) {
    case undefined:
      return '';
    case 'deployment':
      return words.deploymentWhy(deployments[reason.billed], deployments[reason.ours]);
    case 'tier':
      return words.tierWhy[reason.tier];
    case 'long-context':
      return words.longContextWhy;
    case 'quantity':
      return reason.ratio > 1
        ? words.countsMoreWhy(share(reason.ratio - 1))
        : words.countsLessWhy(share(1 - reason.ratio));
    case 'both':
      return words.bothWhy(ratio(reason.quantityRatio), ratio(reason.priceRatio));
    case 'cost':
      return words.costWhy(ratio(reason.ratio));
    case 'price': {
      const { likely } = reason;
      // Vision meters have no deployments, and no batch.
      const guess = isTokens(bought) || likely === 'discount' ? likely : null;
      const said =
        guess === 'discount' ? words.likely.discount(share(1 - reason.ratio)) : guess && words.likely[guess];
      const price = words.priceWhy(ratio(reason.ratio));
      return said ? `${price} ${said}` : price;
    }
  }
}

/** `gpt-4.1, input, Global`, or the meter's own name where it says more. */
export function meterName({ bought, model, deployment, meters }: ComparedLine): string {
  const words = m().bill;
  if (bought === 'other') return meters[0] ?? words.bought.other;
  const place = isTokens(bought) && deployment ? words.deployments[deployment] : '';
  return [model, words.bought[bought], place].filter((part) => part !== '').join(' · ');
}

/** "$1.20 + 3 calls of unknown price": what is unknown is never left out of a sum. */
export function sumWords(costNanos: number, unknownCalls: number): string {
  const { unknownPrice, withUnknown } = m().bill;
  const known = m().costs.format.money(costNanos);
  if (unknownCalls === 0) return known;
  return costNanos === 0 ? unknownPrice(unknownCalls) : withUnknown(known, unknownPrice(unknownCalls));
}

/** How much of it, where it is known: `1,250,000 tokens`. */
export function quantityWords(bought: Bought, quantity: number | null): string {
  if (quantity === null || quantity === 0 || bought === 'other') return '';
  const words = m().bill.quantity;
  if (isTokens(bought)) return words.tokens(Math.round(quantity));
  return bought === 'video-ingestion' || bought === 'transcription'
    ? words.minutes(quantity)
    : words.transactions(Math.round(quantity));
}

export function problemWords(problem: BillProblem): string {
  const words = m().bill.problems;
  switch (problem.kind) {
    case 'empty':
      return words.empty;
    case 'not-csv':
      return words.notCsv[problem.what];
    case 'too-large':
      return words.tooLarge(f().bytes(problem.bytes), f().bytes(problem.limitBytes));
    case 'columns-missing': {
      const missing = f().list(problem.missing.map((column) => words.missing[column]));
      const remedies =
        problem.missing.length < 3 ? problem.missing.map((column) => words.remedy[column]) : [];
      return [words.columnsMissing(missing, shorten(problem.found)), ...remedies].join(' ').trim();
    }
    case 'no-rows':
      return words.noRows;
    case 'unreadable':
      return words.unreadable[problem.column](problem.found.slice(0, 40));
    case 'currency':
      return words.currency(f().list(problem.codes));
  }
}

/** What was left out or taken for granted, one sentence each. */
export function noteWords(
  { leftOut, unreadableRows, currency }: Bill,
  hourlyCalls: number,
): readonly string[] {
  const words = m().bill.notes;
  const { format } = m().costs;
  const notes: string[] = [];
  if (leftOut.rows > 0) {
    notes.push(words.leftOut(leftOut.rows, format.money(leftOut.costNanos)));
  }
  if (unreadableRows > 0) notes.push(words.unreadable(unreadableRows));
  if (currency.from === 'dollar-column') notes.push(words.dollarColumn(currency.billed));
  if (currency.from === 'pricing-column') notes.push(words.pricingColumn(currency.billed));
  if (currency.from === 'billed-cost' && currency.billed === '') notes.push(words.assumedDollars);
  if (hourlyCalls > 0) notes.push(words.hourly(hourlyCalls));
  return [...notes, words.late];
}

/** Some exports have sixty columns; the first dozen tell which file it is. */
function shorten(names: readonly string[]): string {
  const most = 12;
  const shown = names.slice(0, most).map((name) => name.slice(0, 40));
  return names.length > most ? `${shown.join(', ')} …` : shown.join(', ');
}
