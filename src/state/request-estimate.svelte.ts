import type { Estimate, Estimating } from '#domain/estimate.ts';
import type { PlannedPicture } from '#domain/picture-plan.ts';
import type { CountedHistory, DraftReading, EstimateSubject, LearnedAccuracy } from './request-figures.ts';
import type { Services } from './services.ts';

/** A loaded tokenizer has counted by then. */
const patienceMs = 150;
/** A person types faster than it is worth counting. */
const settleMs = 250;

/** Tokens and dollars of the request that Send would make: a rough figure at once, the counted one soon after. */
export class RequestEstimate {
  #current = $state.raw<Estimate | null>(null);
  #planned = $state.raw<readonly PlannedPicture[]>([]);
  #bytes = $state<number | null>(null);
  #accuracy = $state.raw<LearnedAccuracy | null>(null);
  #reading = $state.raw<DraftReading | null>(null);
  readonly #services: Services;
  readonly #subject: () => EstimateSubject;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #history: CountedHistory | null = null;

  constructor(services: Services, subject: () => EstimateSubject) {
    this.#services = services;
    this.#subject = subject;
  }

  /** Null while no connection is chosen. */
  get current(): Estimate | null {
    return this.#current;
  }

  /** Each earlier picture, and what the request does with it. */
  get planned(): readonly PlannedPicture[] {
    return this.#planned;
  }

  /** About how large the request is; null while no connection is chosen. */
  get bytes(): number | null {
    return this.#bytes;
  }

  /** Null before this deployment's first answer. */
  get accuracy(): LearnedAccuracy | null {
    return this.#accuracy;
  }

  /** What reading the draft's pictures takes; null: they are not read. */
  get reading(): DraftReading | null {
    return this.#reading;
  }

  /** Something that decides the cost has changed. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    // A part that cannot be fetched is said by the page; the last figure stands.
    const estimate = (): void => void this.#estimate(this.#turn).catch(() => undefined);
    // Counted once more soon; until then the last figure stands, so that nothing flickers while typing.
    this.#timer = setTimeout(estimate, this.#current ? settleMs : 0);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }

  async #estimate(turn: number): Promise<void> {
    const subject = this.#subject();
    const { capabilities, connection, settings } = subject;
    if (!capabilities || !connection) {
      this.#current = null;
      this.#bytes = null;
      return;
    }
    const { connections, store, loadCounter } = this.#services;
    const [price, accuracy, figures] = await Promise.all([
      connections.price(connection, null),
      store.readAccuracy(connection.id, connection.deployment),
      import('./request-figures.ts'),
    ]);
    if (turn !== this.#turn) return;
    const request = figures.toRequest(subject);
    this.#planned = request.planned;
    this.#accuracy = figures.learnedFrom(accuracy);
    this.#bytes = figures.requestBytes(request, capabilities);

    const reading = await figures.draftReading(subject, this.#services);
    const [extraNanos, findings] = await Promise.all([
      figures.extraNanos(request, capabilities, reading, this.#services),
      reading && figures.expectedFindings(reading, subject, capabilities, this.#services),
    ]);
    if (turn !== this.#turn) return;
    this.#reading = reading && figures.inShort(reading);
    const show = (counted: Pick<Estimating, 'messages' | 'textExact'>): void => {
      const known = { capabilities, price, accuracy, maxTokens: settings.maxTokens, extraNanos };
      this.#current = figures.estimateRequest({ ...known, ...figures.withExpected(counted, findings) });
    };
    const isAsking = subject.draft.length > 0;
    // Until something is being asked, a rough figure does: reading a conversation needs no megabyte of tokenizer.
    if (!this.#current || !isAsking) show(figures.countRoughly(request.messages));
    if (!isAsking) return;

    // Where the tokenizer cannot be fetched, the figure stays rough.
    const counting = loadCounter()
      .then((counter) => figures.countPlanned(request, capabilities, this.#history, counter))
      .catch(() => null);
    // While that megabyte is on its way, a rough figure is truer than the last one.
    if (!(await Promise.race([counting, after(patienceMs)])) && turn === this.#turn)
      show(figures.countRoughly(request.messages));
    const counted = await counting;
    if (!counted || turn !== this.#turn) return;
    this.#history = counted.history ?? this.#history;
    show(counted);
  }
}

function after(milliseconds: number): Promise<null> {
  return new Promise((done) => setTimeout(() => done(null), milliseconds));
}
