import { deviation, type Accuracy } from '#domain/accuracy.ts';
import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { Message, Part } from '#domain/conversation.ts';
import type { Estimate, EstimatedMessage, Estimating } from '#domain/estimate.ts';
import { planPictures, ruleOf, type PicturePlan, type PlannedPicture } from '#domain/picture-plan.ts';
import type { RequestSettings } from '#domain/settings.ts';
import type { Countable } from './text-counts.ts';
import type { Services } from './services.ts';

interface Subject {
  readonly branch: readonly Message[];
  readonly draft: readonly Part[];
  readonly plan: PicturePlan;
  readonly settings: RequestSettings;
  readonly capabilities: ModelCapabilities | null;
  readonly connection: Connection | null;
}

/** How our figures for this deployment compared with its bills. */
export interface LearnedAccuracy {
  readonly samples: number;
  /** The largest of them, as a ratio: 0.02 is 2 %. */
  readonly deviation: number;
}

/** A loaded tokenizer has counted by then. */
const patienceMs = 150;
/** A person types faster than it is worth counting. */
const settleMs = 250;

/** Tokens and dollars of the request that Send would make: a rough figure at once, the counted one soon after. */
export class RequestEstimate {
  #current = $state.raw<Estimate | null>(null);
  #planned = $state.raw<readonly PlannedPicture[]>([]);
  #bytes = $state<number | null>(null);
  #accuracy = $state.raw<Accuracy | null>(null);
  readonly #services: Services;
  readonly #subject: () => Subject;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  /** The messages before the draft, counted: typing counts only what is typed. */
  #history: CountedHistory | null = null;

  constructor(services: Services, subject: () => Subject) {
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
    const accuracy = this.#accuracy;
    const largest = accuracy && deviation(accuracy);
    return accuracy && largest !== null ? { samples: accuracy.samples.length, deviation: largest } : null;
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
    const { connections, store } = this.#services;
    const [price, accuracy, counts, { encodedBytes }] = await Promise.all([
      connections.price(connection, null),
      store.readAccuracy(connection.id, connection.deployment),
      import('./text-counts.ts'),
      import('./picture-encoding.ts'),
    ]);
    if (turn !== this.#turn) return;
    const request = toRequest(subject, counts);
    this.#planned = request.planned;
    this.#accuracy = accuracy;
    const stored = request.messages.flatMap(({ pictures }) =>
      pictures.flatMap(({ picture }) => (picture.kind === 'picture' ? [picture] : [])),
    );
    const textLength = request.messages.reduce((sum, { text }) => sum + text.length, 0);
    this.#bytes = textLength + encodedBytes(stored, capabilities);

    const known = { capabilities, price, accuracy, maxTokens: settings.maxTokens };
    const show = (counted: Pick<Estimating, 'messages' | 'textExact'>): void => {
      this.#current = counts.estimateRequest({ ...known, ...counted });
    };
    const isAsking = subject.draft.length > 0;
    // Until something is being asked, a rough figure does: reading a conversation needs no megabyte of tokenizer.
    if (!this.#current || !isAsking) show(counts.countRoughly(request.messages));
    if (!isAsking) return;

    // Where the tokenizer cannot be fetched, the figure stays rough.
    const counting = this.#count(request, capabilities, counts).catch(() => null);
    // While that megabyte is on its way, a rough figure is truer than the last one.
    if (!(await Promise.race([counting, after(patienceMs)])) && turn === this.#turn)
      show(counts.countRoughly(request.messages));
    const counted = await counting;
    if (counted && turn === this.#turn) show(counted);
  }

  async #count(
    { messages, subject }: Request,
    capabilities: ModelCapabilities,
    counts: typeof import('./text-counts.ts'),
  ): Promise<Pick<Estimating, 'messages' | 'textExact'>> {
    const counter = await this.#services.loadCounter();
    const before = messages.slice(0, -1);
    const known = this.#history;
    const isKnown = known !== null && isSame(known.of, subject);
    const [history, draft] = await Promise.all([
      isKnown ? known.counted : counts.countRequest(before, capabilities, counter),
      counts.countRequest(messages.slice(-1), capabilities, counter),
    ]);
    if (history.textExact) this.#history = { of: subject, counted: history };
    return {
      messages: [...history.messages, ...draft.messages],
      textExact: history.textExact && draft.textExact,
    };
  }
}

interface CountedHistory {
  readonly of: Subject;
  readonly counted: { readonly messages: readonly EstimatedMessage[]; readonly textExact: boolean };
}

/** A request as it would be sent; the last message is what is being written. */
interface Request {
  readonly subject: Subject;
  readonly planned: readonly PlannedPicture[];
  readonly messages: readonly Countable[];
}

function toRequest(
  subject: Subject,
  { countables, toDraftMessage }: typeof import('./text-counts.ts'),
): Request {
  const { branch, draft, settings, plan } = subject;
  const message = toDraftMessage(draft);
  const planned = planPictures([...branch, message], ruleOf(settings), plan);
  return {
    subject,
    planned: planned.filter(({ messageId }) => messageId !== message.id),
    messages: countables([...branch, message], settings, planned),
  };
}

/** Records never change, so what is the same object says the same. Pictures of the draft move the rule for earlier ones. */
function isSame(a: Subject, b: Subject): boolean {
  return (
    a.branch.length === b.branch.length &&
    a.branch.every((message, at) => message === b.branch[at]) &&
    a.settings === b.settings &&
    a.plan === b.plan &&
    a.capabilities === b.capabilities &&
    picturesIn(a) === picturesIn(b)
  );
}

function picturesIn({ draft }: Subject): number {
  return draft.filter(({ kind }) => kind !== 'text').length;
}

function after(milliseconds: number): Promise<null> {
  return new Promise((done) => setTimeout(() => done(null), milliseconds));
}
