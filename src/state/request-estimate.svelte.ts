import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { Message, Part } from '#domain/conversation.ts';
import type { Estimate } from '#domain/estimate.ts';
import type { RequestSettings } from '#domain/settings.ts';
import type { Encoding } from '#domain/text-tokens.ts';
import type { TokenCount } from '#tokenizer';
import type { Services } from './services.ts';

interface Subject {
  readonly branch: readonly Message[];
  readonly draft: readonly Part[];
  readonly settings: RequestSettings;
  readonly capabilities: ModelCapabilities | null;
  readonly connection: Connection | null;
}

/** A loaded tokenizer has counted by then. */
const patienceMs = 150;
/** A person types faster than it is worth counting. */
const settleMs = 250;

/** Tokens and dollars of the request that Send would make: a rough figure at once, the counted one soon after. */
export class RequestEstimate {
  #current = $state.raw<Estimate | null>(null);
  readonly #services: Services;
  readonly #subject: () => Subject;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(services: Services, subject: () => Subject) {
    this.#services = services;
    this.#subject = subject;
  }

  /** Null while no connection is chosen. */
  get current(): Estimate | null {
    return this.#current;
  }

  /** Something that decides the cost has changed. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    // Counted once more soon; until then the last figure stands, so that nothing flickers while typing.
    // A part that cannot be fetched is said by the page; the last figure stands.
    const estimate = (): void => void this.#estimate(this.#turn).catch(() => undefined);
    this.#timer = setTimeout(estimate, this.#current ? settleMs : 0);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }

  async #estimate(turn: number): Promise<void> {
    const { branch, draft, settings, capabilities, connection } = this.#subject();
    if (!capabilities || !connection) {
      this.#current = null;
      return;
    }
    const { connections } = this.#services;
    const [price, { estimateRequest, roughCounts, sentPictures, textsOf }] = await Promise.all([
      connections.price(connection, null),
      import('./text-counts.ts'),
    ]);
    const texts = textsOf(branch, settings, draft);
    const known = {
      pictures: sentPictures(branch, settings, draft),
      capabilities,
      price,
      maxTokens: settings.maxTokens,
    };
    if (turn !== this.#turn) return;
    const rough = (exact: boolean): Estimate =>
      estimateRequest({ ...known, messages: roughCounts(texts), textExact: exact });
    // Until something is being asked, a rough figure does: reading a conversation needs no megabyte of tokenizer.
    if (!this.#current || draft.length === 0) this.#current = rough(texts.every((text) => text === ''));
    if (draft.length === 0) return;

    // Where the tokenizer cannot be fetched, the figure stays rough.
    const counting = this.#count(texts, capabilities.encoding ?? 'o200k_base').catch(() => null);
    // While that megabyte is on its way, a rough figure is truer than the last one.
    if (!(await Promise.race([counting, after(patienceMs)])) && turn === this.#turn)
      this.#current = rough(false);
    const counts = await counting;
    if (!counts || turn !== this.#turn) return;
    this.#current = estimateRequest({
      ...known,
      messages: counts.map(({ tokens }) => ({ contentTokens: tokens })),
      textExact: counts.every(({ exact }) => exact),
    });
  }

  async #count(texts: readonly string[], encoding: Encoding): Promise<readonly TokenCount[]> {
    const counter = await this.#services.loadCounter();
    return Promise.all(texts.map((text) => counter.count(text, encoding)));
  }
}

function after(milliseconds: number): Promise<null> {
  return new Promise((done) => setTimeout(() => done(null), milliseconds));
}
