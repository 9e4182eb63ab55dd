import {
  checkConnection,
  checkLineIds,
  checkVision,
  type ChatTarget,
  type CheckCall,
  type CheckLine,
  type CheckLineId,
  type Credential,
} from '#azure';
import type { Connection, DeploymentType, ModelCapabilities } from '#domain/connection.ts';
import { toFailure, type Failure } from '#domain/failure.ts';
import { costOf, costOfUnits, type ModelPrice } from '#domain/money.ts';
import type { LedgerEntry, Units } from '#domain/ledger.ts';
import type { Services } from './services.ts';

export type { CheckCause, CheckLine, CheckLineId } from '#azure';

/** What is tested: the form as it stands, saved or not. */
export interface TestSubject {
  readonly target: ChatTarget;
  readonly credential: Credential | null;
  readonly capabilities: ModelCapabilities;
  readonly learned: Connection['learned'];
  readonly fetch: typeof fetch;
  /** For the ledger. */
  readonly connectionId: string;
  readonly connectionName: string;
  readonly modelName: string;
  readonly deploymentType: DeploymentType;
  readonly simulated: boolean;
  price(reportedModel: string | null): Promise<ModelPrice | null>;
  /** Null: the connection names no Computer Vision resource. */
  readonly vision: VisionSubject | null;
}

export interface VisionSubject {
  readonly endpoint: string;
  /** Null: its key is missing. */
  readonly credential: Credential | null;
  readonly fetch: typeof fetch;
  readonly simulated: boolean;
  /** Of one transaction; null: not known. */
  units(): Promise<Units>;
}

export type TestRow = CheckLine | { readonly id: CheckLineId; readonly state: 'waiting' };

export type TestState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'finished'; readonly cost: TestCost }
  /** The checklist itself could not be run or written down. */
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface TestCost {
  /** Whole nano-dollars; null: unknown. */
  readonly nanos: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** One run of "Test connection": its lines as they become known, what it cost, and a ledger row for each call. */
export class ConnectionTest {
  #lines = $state.raw<readonly CheckLine[]>([]);
  #state = $state.raw<TestState>({ kind: 'idle' });
  #target = $state.raw<ChatTarget | null>(null);
  #asksVision = $state(false);
  readonly #services: Pick<Services, 'store' | 'clock' | 'newId'>;
  #running: AbortController | null = null;

  constructor(services: Pick<Services, 'store' | 'clock' | 'newId'>) {
    this.#services = services;
  }

  get state(): TestState {
    return this.#state;
  }

  /** What was tested; null: nothing yet. */
  get target(): ChatTarget | null {
    return this.#target;
  }

  /** All lines in order; those that are not known yet wait. Empty before the first run. */
  get rows(): readonly TestRow[] {
    if (this.#state.kind === 'idle') return [];
    const ids: readonly CheckLineId[] = this.#asksVision ? [...checkLineIds, 'vision'] : checkLineIds;
    return ids.map((id) => this.#lines.find((line) => line.id === id) ?? { id, state: 'waiting' as const });
  }

  /** Runs the checklist; a run under way is cancelled. Returns what the deployment taught, never rejects. */
  async run(subject: TestSubject): Promise<Connection['learned']> {
    this.cancel();
    const running = (this.#running = new AbortController());
    const isCurrent = (): boolean => this.#running === running;
    this.#lines = [];
    this.#target = subject.target;
    this.#asksVision = subject.vision !== null;
    this.#state = { kind: 'running' };
    let isAskingVision = false;
    try {
      const check = await checkConnection(
        subject.target,
        subject.credential,
        {
          fetch: subject.fetch,
          now: () => this.#services.clock.now(),
          signal: running.signal,
          capabilities: subject.capabilities,
          learned: subject.learned.maxTokensParam,
        },
        (line) => {
          if (isCurrent()) this.#lines = [...this.#lines, line];
        },
      );
      const price = await subject.price(check.model);
      const cost = await this.#writeDown(subject, check.calls, check.model, price);
      isAskingVision = true;
      const visionNanos = subject.vision
        ? await this.#testVision(subject, subject.vision, running.signal, (line) => {
            if (isCurrent()) this.#lines = [...this.#lines, line];
          })
        : 0;
      if (isCurrent())
        this.#state = { kind: 'finished', cost: { ...cost, nanos: addNanos(cost.nanos, visionNanos) } };
      return check.learned === null ? {} : { maxTokensParam: check.learned };
    } catch (thrown) {
      const state = running.signal.aborted
        ? await this.#writeDownCancelled(isAskingVision ? this.#visionEntry(subject) : this.#entry(subject))
        : { kind: 'failed' as const, failure: toFailure(thrown) };
      if (isCurrent()) this.#state = state;
      return {};
    }
  }

  cancel(): void {
    this.#running?.abort();
  }

  /** The result belonged to other values than those now in the form. */
  reset(): void {
    this.cancel();
    this.#running = null;
    this.#lines = [];
    this.#state = { kind: 'idle' };
  }

  /** What it cost; null: not known. */
  async #testVision(
    subject: TestSubject,
    { endpoint, credential, fetch, simulated, units }: VisionSubject,
    signal: AbortSignal,
    onLine: (line: CheckLine) => void,
  ): Promise<number | null> {
    const { line, isBilled } = await checkVision(endpoint, credential, { fetch, signal });
    onLine(line);
    if (!isBilled) return 0;
    const bought = await units();
    const costNanos = bought.price && costOfUnits(bought.quantity, bought.price);
    await this.#services.store.addLedgerEntry({
      ...this.#visionEntry(subject),
      outcome: 'complete',
      units: bought,
      costNanos,
      simulated,
    });
    return costNanos;
  }

  async #writeDown(
    subject: TestSubject,
    calls: readonly CheckCall[],
    model: string | null,
    price: ModelPrice | null,
  ): Promise<TestCost> {
    const entries = calls.map((call) => ({
      ...this.#entry(subject),
      ...(model === null ? {} : { model }),
      outcome: call.outcome,
      usage: call.usage,
      price,
      costNanos: costOfCall(call, price),
    }));
    for (const entry of entries) await this.#services.store.addLedgerEntry(entry);
    return sumOf(entries);
  }

  /** A call was under way: what it cost is not known. */
  async #writeDownCancelled(entry: LedgerEntry): Promise<TestState> {
    try {
      await this.#services.store.addLedgerEntry(entry);
      return { kind: 'cancelled' };
    } catch (thrown) {
      return { kind: 'failed', failure: toFailure(thrown) };
    }
  }

  #visionEntry(subject: TestSubject): LedgerEntry {
    return {
      ...this.#entry(subject),
      kind: 'image-analysis',
      deploymentType: null,
      model: 'Image Analysis 4.0',
    };
  }

  #entry(subject: TestSubject): LedgerEntry {
    return {
      id: this.#services.newId(),
      at: this.#services.clock.now(),
      kind: 'connection-test',
      connectionId: subject.connectionId,
      connectionName: subject.connectionName,
      deployment: subject.target.deployment,
      deploymentType: subject.deploymentType,
      model: subject.modelName,
      conversationId: null,
      messageId: null,
      outcome: 'stopped',
      usage: null,
      units: null,
      estimated: false,
      price: null,
      costNanos: null,
      simulated: subject.simulated,
    };
  }
}

/**
 * What Azure turned away before a model saw it costs nothing; anything else without usage is unknown, because a
 * request that was processed is billed even when it ends in an error (Learn, "Plan to manage costs": 400 by the
 * content filter, 408).
 */
function costOfCall({ usage, failure }: CheckCall, price: ModelPrice | null): number | null {
  if (usage) return price && costOf(usage, price);
  return failure && turnedAway.has(failure.kind) ? 0 : null;
}

/** The key's header asks for a preflight first: an unreachable host was not sent the question. */
const turnedAway: ReadonlySet<Failure['kind']> = new Set([
  'unreachable',
  'offline',
  'redirected',
  'credentials-refused',
  'token-expired',
  'key-authentication-disabled',
  'network-rules',
  'forbidden',
  'deployment-not-found',
  'resource-not-found',
  'model-retired',
  'body-too-large',
  'rate-limited',
  'too-many-headers',
  'parameter-refused',
  'pictures-not-supported',
  'connection-incomplete',
]);

function addNanos(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

function sumOf(entries: readonly LedgerEntry[]): TestCost {
  const unknown = entries.some((entry) => entry.costNanos === null);
  const sum = (of: (entry: LedgerEntry) => number | undefined): number =>
    entries.reduce((total, entry) => total + (of(entry) ?? 0), 0);
  return {
    nanos: unknown ? null : sum((entry) => entry.costNanos ?? 0),
    inputTokens: sum((entry) => entry.usage?.inputTokens),
    outputTokens: sum((entry) => entry.usage?.outputTokens),
  };
}
