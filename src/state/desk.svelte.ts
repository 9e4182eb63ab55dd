import { Answering } from './answering.svelte.ts';
import type { Budgeting } from './budgets.svelte.ts';
import { Chat } from './chat.svelte.ts';
import { ConversationList } from './conversation-list.svelte.ts';
import { toRoute, type Route } from './route.ts';
import type { Services } from './services.ts';
import { Thumbnails } from './thumbnails.ts';

/** Everything that outlives a screen: the list, the answers under way, and the conversation in view. */
export class Desk {
  readonly services: Services;
  readonly answering: Answering;
  readonly list: ConversationList;
  readonly thumbnails: Thumbnails;
  #route = $state.raw<Route>({ page: 'chat', conversationId: null, messageId: null });
  #chat = $state.raw<Chat | null>(null);
  #budgeting = $state.raw<Budgeting | null>(null);
  readonly #go: (hash: string) => void;

  /** @param go changes `location.hash` */
  constructor(services: Services, go: (hash: string) => void) {
    this.services = services;
    this.answering = new Answering(services);
    this.list = new ConversationList(services.store);
    this.thumbnails = new Thumbnails(services);
    this.#go = go;
  }

  get route(): Route {
    return this.#route;
  }

  /** Null while another page is in view. */
  get chat(): Chat | null {
    return this.#chat;
  }

  /** The person's limits and what stands against them; null until they were read. */
  get budgeting(): Budgeting | null {
    return this.#budgeting;
  }

  /** Begins to follow the budgets; nothing at start waits for them, because the store judges each request anyway. */
  async followBudgets(): Promise<void> {
    const { Budgeting } = await import('./budgets.svelte.ts');
    const budgeting = new Budgeting(this.services);
    await budgeting.refresh(this.#chat?.connection?.id ?? null);
    this.#budgeting = budgeting;
  }

  /** Shows what a hash names. A conversation that is in view already stays as it is. */
  show(hash: string): void {
    const route = toRoute(hash);
    this.#route = route;
    if (route.page !== 'chat') {
      this.#close();
      return;
    }
    const { conversationId, messageId } = route;
    if (this.#chat && conversationId !== null && this.#chat.conversation?.id === conversationId) {
      if (messageId !== null) void this.#chat.reveal(messageId);
      return;
    }
    if (this.#chat && conversationId === null && this.#chat.isNew) return;
    this.#close();
    const chat = new Chat(this.services, this.answering, this.thumbnails, conversationId, (id) => {
      this.#go(`#/c/${id}`);
    });
    this.#chat = chat;
    void chat.open().then(() => (messageId === null ? undefined : chat.reveal(messageId)));
  }

  /** Writes down what is only in memory: the page may be about to go away. */
  async flush(): Promise<void> {
    await Promise.all([this.answering.flush(), this.#chat?.draft.flush()]);
  }

  #close(): void {
    this.#chat?.close();
    this.#chat = null;
  }
}
