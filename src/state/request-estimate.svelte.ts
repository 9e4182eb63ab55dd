import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { Message, Part } from '#domain/conversation.ts';
import type { Estimate } from '#domain/estimate.ts';
import type { RequestSettings } from '#domain/settings.ts';
import type { Services } from './services.ts';

interface Subject {
  readonly branch: readonly Message[];
  readonly draft: readonly Part[];
  readonly settings: RequestSettings;
  readonly capabilities: ModelCapabilities | null;
  readonly connection: Connection | null;
}

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
    this.#timer = setTimeout(() => void this.#estimate(this.#turn), this.#current ? settleMs : 0);
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
    // Until something is being asked, a rough figure does: reading a conversation needs no megabyte of tokenizer.
    const isIdle = draft.length === 0;
    if (!this.#current || isIdle) {
      const nothing = texts.every((text) => text === '');
      this.#current = estimateRequest({ ...known, messages: roughCounts(texts), textExact: nothing });
    }
    if (isIdle) return;
    const encoding = capabilities.encoding ?? 'o200k_base';
    const counter = await this.#services.loadCounter();
    const counts = await Promise.all(texts.map((text) => counter.count(text, encoding)));
    if (turn !== this.#turn) return;
    this.#current = estimateRequest({
      ...known,
      messages: counts.map(({ tokens }) => ({ contentTokens: tokens })),
      textExact: counts.every(({ exact }) => exact),
    });
  }
}
