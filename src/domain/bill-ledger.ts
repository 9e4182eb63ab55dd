import { readModelName, type Bought } from './bill-meters.ts';
import type { DeploymentType } from './connection.ts';
import type { LedgerEntry, Units } from './ledger.ts';
import { costParts } from './money.ts';

/** What the ledger says was bought of one thing on one day (UTC, as Azure counts). */
export interface LedgerLine {
  readonly day: string;
  readonly bought: Bought;
  /** Comparable spelling; '' where no model decides the meter. */
  readonly model: string;
  readonly version: string | null;
  readonly deployment: DeploymentType | null;
  readonly longContext: boolean;
  /** As the service reported it. */
  readonly name: string;
  /** Known costs only. */
  readonly costNanos: number;
  /** Tokens or transactions, or minutes of video and sound. */
  readonly quantity: number;
  readonly calls: number;
  /** Calls of unknown price. */
  readonly unknownCalls: number;
  readonly estimatedCalls: number;
}

/** All calls of the range together; a call is in several lines. */
export interface LedgerTotals {
  /** The sum of all lines, to the nano. */
  readonly costNanos: number;
  readonly unknownCalls: number;
  /** Calls of provisioned deployments: paid by the hour, so they are in no line. */
  readonly hourlyCalls: number;
}

export interface LedgerTally {
  /** Simulated calls are never billed, and are passed over. */
  add(entry: LedgerEntry): void;
  lines(): readonly LedgerLine[];
  totals(): LedgerTotals;
}

/** Collects ledger rows by day and by what was bought, a few at a time. */
export function createLedgerTally(): LedgerTally {
  const lines = new Map<string, OpenLine>();
  const totals = { costNanos: 0, unknownCalls: 0, hourlyCalls: 0 };
  const names = new Map<string, ReturnType<typeof readModelName>>();

  const readName = (name: string): ReturnType<typeof readModelName> => {
    let read = names.get(name);
    if (!read) names.set(name, (read = readModelName(name)));
    return read;
  };

  return {
    add(entry) {
      if (entry.simulated) return;
      if (entry.deploymentType === 'provisioned') {
        totals.hourlyCalls += 1;
        return;
      }
      totals.costNanos += entry.costNanos ?? 0;
      if (entry.costNanos === null) totals.unknownCalls += 1;
      for (const part of partsOf(entry)) {
        const line = lineFor(lines, entry, part.bought, readName);
        line.costNanos += part.costNanos;
        line.quantity += part.quantity;
        line.calls += 1;
        if (entry.costNanos === null) line.unknownCalls += 1;
        if (entry.estimated) line.estimatedCalls += 1;
      }
    },
    lines: () => [...lines.values()],
    totals: () => ({ ...totals }),
  };
}

type OpenLine = { -readonly [Key in keyof LedgerLine]: LedgerLine[Key] };

interface Part {
  readonly bought: Bought;
  readonly costNanos: number;
  readonly quantity: number;
}

/** The meters that one call moves. The parts' costs add up to the call's. */
function partsOf(entry: LedgerEntry): readonly Part[] {
  const { usage, units, price } = entry;
  const cost = entry.costNanos ?? 0;
  if (units) return [{ bought: boughtBy(entry.kind, units), costNanos: cost, quantity: units.quantity }];
  if (!usage) {
    // Nothing is known of what it counted; a call that cost nothing moved no meter.
    return entry.costNanos === 0 ? [] : [{ bought: 'input', costNanos: cost, quantity: 0 }];
  }
  const priced = price && entry.costNanos !== null ? costParts(usage, price) : null;
  const cached = Math.min(usage.cachedTokens, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens, usage.inputTokens - cached);
  const costs = {
    cached: priced?.cachedNanos ?? 0,
    written: priced?.cacheWriteNanos ?? 0,
    output: priced?.outputNanos ?? 0,
  };
  // What the parts do not explain is input's, so that the sum stays the ledger's.
  const inputNanos = cost - costs.cached - costs.written - costs.output;
  const parts: readonly Part[] = [
    { bought: 'input', costNanos: inputNanos, quantity: usage.inputTokens - cached - written },
    { bought: 'cached', costNanos: costs.cached, quantity: cached },
    { bought: 'cache-write', costNanos: costs.written, quantity: written },
    { bought: 'output', costNanos: costs.output, quantity: usage.outputTokens },
  ];
  return parts.filter(({ quantity, costNanos }) => quantity > 0 || costNanos !== 0);
}

function boughtBy(kind: LedgerEntry['kind'], { meter }: Units): Bought {
  if (kind === 'video-ingestion' || kind === 'video-query' || kind === 'transcription') return kind;
  return /group-1|tags|objects|people|crops/i.test(meter) && kind === 'image-analysis'
    ? 'image-analysis-group-1'
    : 'image-analysis-group-2';
}

function lineFor(
  lines: Map<string, OpenLine>,
  entry: LedgerEntry,
  bought: Bought,
  readName: (name: string) => ReturnType<typeof readModelName>,
): OpenLine {
  const day = new Date(entry.at).toISOString().slice(0, 10);
  const isToken = isTokens(bought);
  const { model, version } = isToken ? readName(entry.model) : { model: '', version: null };
  const deployment = isToken ? entry.deploymentType : null;
  const threshold = entry.price?.longContext?.aboveInputTokens ?? Infinity;
  const longContext = isToken && (entry.usage?.inputTokens ?? 0) > threshold;
  const key = [day, bought, model, version, deployment, longContext].join('\n');
  let line = lines.get(key);
  if (!line) {
    const empty = { costNanos: 0, quantity: 0, calls: 0, unknownCalls: 0, estimatedCalls: 0 };
    line = { day, bought, model, version, deployment, longContext, name: entry.model, ...empty };
    lines.set(key, line);
  }
  return line;
}

export function isTokens(bought: Bought): boolean {
  return bought === 'input' || bought === 'cached' || bought === 'cache-write' || bought === 'output';
}
