/** Looked up at once: a few milliseconds of reading. */
const atOnce = 200;

/** Titles of conversations, each looked up once; one that is in the bin, or is no more, has none. */
export class ConversationTitles {
  #all = $state.raw<ReadonlyMap<string, string>>(new Map());
  readonly #known = new Set<string>();
  readonly #lookUp: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;

  constructor(lookUp: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>) {
    this.#lookUp = lookUp;
  }

  get all(): ReadonlyMap<string, string> {
    return this.#all;
  }

  /** Resolves when all of them were looked up; the first ones are there before the last. */
  async learn(ids: Iterable<string>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.#known.has(id));
    for (let from = 0; from < wanted.length; from += atOnce) {
      const some = wanted.slice(from, from + atOnce);
      const found = await this.#lookUp(some);
      for (const id of some) this.#known.add(id);
      if (found.size > 0) this.#all = new Map([...this.#all, ...found]);
    }
  }

  /** It was renamed, deleted or brought back. */
  async renew(id: string): Promise<void> {
    if (!this.#known.has(id)) return;
    const found = await this.#lookUp([id]);
    const all = new Map(this.#all);
    all.delete(id);
    this.#all = new Map([...all, ...found]);
  }
}
