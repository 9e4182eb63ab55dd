import type { Conversation } from '#domain/conversation.ts';
import type { Store } from '#store';

const pageSize = 50;

/** The sidebar: newest conversations first, a page at a time, following every tab. */
export class ConversationList {
  #shown = $state.raw<readonly Conversation[]>([]);
  #found = $state.raw<readonly Conversation[] | null>(null);
  #query = $state('');
  #hasMore = $state(false);
  #isLoaded = $state(false);
  #justDeleted = $state.raw<Conversation | null>(null);
  readonly #store: Store;
  #wanted = pageSize;
  #searching: AbortController | null = null;
  #reload: Promise<void> | null = null;
  #again = false;

  constructor(store: Store) {
    this.#store = store;
    store.onChange((change) => {
      if (change.kind === 'conversation') void this.load();
    });
  }

  /** What the list shows: the newest, or what a search found. */
  get shown(): readonly Conversation[] {
    return this.#found ?? this.#shown;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get hasMore(): boolean {
    return this.#found === null && this.#hasMore;
  }

  get query(): string {
    return this.#query;
  }

  /** Deleted last, for "Undo". */
  get justDeleted(): Conversation | null {
    return this.#justDeleted;
  }

  /** Reads the list again; calls that come while one is under way are one more. */
  load(): Promise<void> {
    if (this.#reload) {
      this.#again = true;
      return this.#reload;
    }
    // What cannot be read now leaves what is in view.
    this.#reload = this.#read()
      .catch(() => undefined)
      .finally(() => {
        this.#reload = null;
        if (this.#again) {
          this.#again = false;
          void this.load();
        }
      });
    return this.#reload;
  }

  loadMore(): Promise<void> {
    if (!this.hasMore || this.#reload) return Promise.resolve();
    this.#wanted += pageSize;
    return this.load();
  }

  async search(query: string): Promise<void> {
    this.#query = query;
    this.#searching?.abort();
    if (query.trim() === '') {
      this.#found = null;
      return;
    }
    const searching = (this.#searching = new AbortController());
    try {
      this.#found = await this.#store.searchConversations(query, pageSize, searching.signal);
    } catch (thrown) {
      if (!searching.signal.aborted) throw thrown;
    }
  }

  async rename(id: string, title: string): Promise<void> {
    await this.#store.renameConversation(id, title);
  }

  /** Puts a conversation in the bin, from which `undoDelete` brings it back. */
  async delete(id: string): Promise<void> {
    const conversation = this.shown.find((one) => one.id === id) ?? (await this.#store.readConversation(id));
    await this.#store.binConversation(id);
    this.#justDeleted = conversation;
  }

  async undoDelete(): Promise<void> {
    const conversation = this.#justDeleted;
    if (!conversation) return;
    this.#justDeleted = null;
    await this.#store.restoreConversation(conversation.id);
  }

  dismissUndo(): void {
    this.#justDeleted = null;
  }

  async #read(): Promise<void> {
    const page = await this.#store.listConversations({ limit: this.#wanted });
    this.#hasMore = page.before !== null;
    this.#shown = page.conversations;
    this.#isLoaded = true;
    if (this.#found) await this.search(this.#query);
  }
}
