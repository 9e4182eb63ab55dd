import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import {
  alternatives,
  branchTo,
  leafUnder,
  picturesOf,
  type Conversation,
  type Message,
  type Part,
} from '#domain/conversation.ts';
import type { OverBudget } from '#domain/budget.ts';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import type { PicturePlan } from '#domain/picture-plan.ts';
import { defaultSettings, type RequestSettings } from '#domain/settings.ts';
import type { Answer } from './answer.svelte.ts';
import type { SavedPrompt } from '#store';
import type { Answering } from './answering.svelte.ts';
import { ChosenConnection } from './chosen-connection.svelte.ts';
import { Draft } from './draft.svelte.ts';
import type { EvidenceView } from './evidence-view.svelte.ts';
import type { Question } from './question.ts';
import { RequestEstimate } from './request-estimate.svelte.ts';
import type { Services } from './services.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Id of the draft of a conversation that does not exist yet. */
export const newDraftId = 'new';
/** Two tabs that change one record at once settle within a try or two. */
const mostTries = 5;

/** One conversation in view, or a new one: its messages, its draft, and the verbs on them. */
export class Chat {
  readonly draft: Draft;
  readonly estimate: RequestEstimate;
  /** The connection that answers next. */
  readonly chosen: ChosenConnection;
  #conversation = $state.raw<Conversation | null>(null);
  #messages = $state.raw<readonly Message[]>([]);
  #state = $state<'loading' | 'ready' | 'missing'>('loading');
  #problem = $state.raw<Failure | null>(null);
  #settings = $state.raw<RequestSettings>(defaultSettings);
  #question = $state.raw<OpenQuestion | null>(null);
  #revealed = $state.raw<{ readonly messageId: string } | null>(null);
  /** What stands beside the conversation; set by the screen that opens and closes it. */
  inspector = $state.raw<EvidenceView | null>(null);
  readonly #branch = $derived(
    branchTo(this.#messages, this.#conversation?.leafId ?? null).map((message) =>
      this.answering.newest(message),
    ),
  );
  /** What would be sent before the draft. */
  readonly #history = $derived.by(() =>
    this.draft.editing === null ? this.#branch : this.#branchBefore(this.draft.editing),
  );
  readonly #alternatives = $derived(alternatives(this.#messages));
  readonly #answer = $derived.by(() => {
    const id = this.#conversation?.id;
    return id === undefined ? null : this.answering.answerOf(id);
  });
  readonly #services: Services;
  readonly #asked: string | null;
  readonly #stopListening: () => void;
  #reloading: Promise<void> | null = null;
  #isAsking = false;

  constructor(
    services: Services,
    readonly answering: Answering,
    thumbnails: Thumbnails,
    conversationId: string | null,
    private readonly onopened: (id: string) => void,
  ) {
    this.#services = services;
    this.chosen = new ChosenConnection(services.connections);
    this.#asked = conversationId;
    this.draft = new Draft(services, conversationId ?? newDraftId, {
      onchange: () => this.estimate.refresh(),
      showThumbnail: thumbnails.keep,
    });
    this.estimate = new RequestEstimate(services, () => this.#forEstimate());
    this.#stopListening = services.store.onChange((change) => {
      if (change.kind === 'connection' || change.kind === 'prices')
        void this.#saying(() => this.#loadModel());
      if (change.conversationId === undefined || change.conversationId !== this.#conversation?.id) return;
      if (change.kind === 'conversation' || change.kind === 'message') this.#reloadSoon();
      if (change.kind === 'partial' && change.origin === 'elsewhere')
        void this.#saying(() => this.#followAnswer(change.id));
    });
  }

  get conversation(): Conversation | null {
    return this.#conversation;
  }
  /** Nothing has been sent yet. */
  get isNew(): boolean {
    return this.#asked === null && this.#conversation === null;
  }
  get state(): 'loading' | 'ready' | 'missing' {
    return this.#state;
  }
  /** The messages in view, first to last. */
  get branch(): readonly Message[] {
    return this.#branch;
  }
  /** For each message, the ids of its alternatives, itself included. */
  get alternatives(): ReadonlyMap<string, readonly string[]> {
    return this.#alternatives;
  }
  /** The message that a link led to, to be brought into view; another object each time it is asked for. */
  get revealed(): { readonly messageId: string } | null {
    return this.#revealed;
  }
  /** The answer under way here, or null. */
  get answer(): Answer | null {
    return this.#answer;
  }
  /** What stopped the last thing asked for, before a message could carry it. */
  get problem(): Failure | null {
    return this.#problem;
  }
  get connection(): Connection | null {
    return this.chosen.connection;
  }
  /** What the chosen model takes; null until it is known. */
  get capabilities(): ModelCapabilities | null {
    return this.chosen.capabilities;
  }
  get settings(): RequestSettings {
    return this.#settings;
  }
  /** A budget speaks against the request that was about to be sent; null: none does. */
  get question(): OverBudget | null {
    return this.#question?.verdict ?? null;
  }
  /** The person was asked and wants it sent; a budget that blocks is asked in vain. */
  async sendAnyway(): Promise<void> {
    const question = this.#question;
    this.#question = null;
    if (question) await this.#attemptToAsk(() => this.#begin({ ...question.asked, approved: true }));
  }
  /** It is not sent; what was written is still in the composer. */
  dismissQuestion(): void {
    this.#question = null;
  }
  /** Sets what the next request does with earlier pictures; the history never changes. */
  setPlan(plan: PicturePlan): void {
    this.draft.setPlan(plan);
  }
  /** Pictures in the whole branch and the draft, as the service would count them. */
  get pictureCount(): number {
    return picturesOf(this.#history).length + this.draft.pictures.length;
  }

  /** Reads the conversation and its draft. */
  async open(): Promise<void> {
    const id = this.#asked;
    // What cannot be read is said; the composer is there all the same.
    await this.#saying(async () => {
      await Promise.all([this.draft.load(), id === null ? null : this.#read(id)]);
    });
    this.chosen.chooseAmong([
      this.#conversation?.connectionId ?? this.draft.connectionId,
      this.#services.preferences.lastConnectionId,
    ]);
    this.#settings = this.#conversation?.settings ?? this.draft.settings ?? defaultSettings;
    if (this.#state === 'loading') this.#state = 'ready';
    await this.#saying(() => this.#loadModel());
  }

  close(): void {
    this.#stopListening();
    this.estimate.dispose();
    void this.draft.flush();
  }

  async useConnection(id: string): Promise<void> {
    this.chosen.choose(id);
    await this.#services.preferences.set({ lastConnectionId: id });
    if (this.#conversation) await this.#change((conversation) => ({ ...conversation, connectionId: id }));
    else this.draft.setConnection(id);
    await this.#loadModel();
  }

  async setSettings(change: Partial<RequestSettings>): Promise<void> {
    const settings = { ...this.#settings, ...change };
    this.#settings = settings;
    this.estimate.refresh();
    if (this.#conversation) await this.#change((conversation) => ({ ...conversation, settings }));
    else this.draft.setSettings(settings);
  }

  async rename(title: string): Promise<void> {
    if (this.#conversation) await this.#services.store.renameConversation(this.#conversation.id, title);
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  /** Sends the draft. What was typed and attached stays in the composer until it is safe on disk. */
  async send(fallbackTitle: string): Promise<void> {
    if (this.#answer || this.draft.isEmpty || this.draft.isReading) return;
    const editing = this.draft.editing === null ? null : this.#find(this.draft.editing);
    const parent = editing ? editing.parentId : (this.#conversation?.leafId ?? null);
    await this.#attemptToAsk(() => this.#ask(parent, this.draft.toParts(), fallbackTitle, this.draft.plan));
  }

  /** Asks once more in the place of an answer that never began. */
  async retry(messageId: string): Promise<void> {
    const message = this.#find(messageId);
    const { connection } = this;
    const conversation = this.#conversation;
    if (message?.role !== 'assistant' || !connection || !conversation || this.#answer) return;
    if (message.reply.text !== '') return this.regenerate(messageId);
    await this.#attemptToAsk(() =>
      this.#begin({
        conversation: { ...conversation, settings: this.#settings, leafId: message.id },
        connection,
        branch: this.#branchUpTo(message.parentId),
        message,
        before: null,
        onSaved: (saved) => this.#saved(saved),
      }),
    );
  }

  /** Asks the same again; the earlier answer stays as an alternative. */
  async regenerate(messageId: string): Promise<void> {
    const message = this.#find(messageId);
    if (this.#answer || message?.role !== 'assistant') return;
    await this.#attemptToAsk(() => this.#ask(message.parentId, null, '', message.plan));
  }

  /** Goes on from where an answer was cut off or broke off, in the same message. */
  async continueAnswer(messageId: string): Promise<void> {
    const message = this.#find(messageId);
    const { connection } = this;
    const conversation = this.#conversation;
    if (this.#answer || message?.role !== 'assistant' || !connection || !conversation) return;
    // All tokens may have gone into reasoning: there is no text to go on from.
    if (message.reply.text === '') return this.retry(messageId);
    await this.#attemptToAsk(() =>
      this.#begin({
        conversation: { ...conversation, settings: this.#settings },
        connection,
        branch: this.#branchUpTo(messageId),
        message,
        before: message.reply,
        onSaved: (saved) => this.#saved(saved),
      }),
    );
  }

  stop(): void {
    this.#answer?.stop();
  }

  /** Puts an earlier prompt into the composer; sending it makes a new branch. */
  edit(messageId: string): void {
    const message = this.#find(messageId);
    if (message?.role === 'user') this.draft.beginEditing(message);
  }

  /** Shows another alternative, and the newest messages under it. */
  async switchTo(messageId: string): Promise<void> {
    if (!this.#conversation) return;
    const leafId = leafUnder(this.#messages, messageId);
    this.#conversation = { ...this.#conversation, leafId };
    await this.attempt(async () => {
      if (this.#conversation) await this.#services.store.setLeaf(this.#conversation.id, leafId);
    });
  }

  /** Brings a message into view, on whichever branch it is; one that is not here any more is no reason to complain. */
  async reveal(messageId: string): Promise<void> {
    if (!this.#find(messageId)) return;
    if (!this.#branch.some(({ id }) => id === messageId)) await this.switchTo(messageId);
    this.#revealed = { messageId };
  }

  /** The conductor: the prompt is on disk before the network is touched. Without parts, a prompt is answered again. */
  async #ask(
    parentId: string | null,
    parts: readonly Part[] | null,
    fallbackTitle: string,
    plan: PicturePlan = {},
  ): Promise<void> {
    const { connection } = this;
    if (!connection) throw new FailureError({ kind: 'connection-incomplete', detail: '' });
    const { newId, clock } = this.#services;
    const { beginTurn } = await import('#domain/turn.ts');
    const turn = beginTurn({
      conversation: this.#conversation,
      messages: this.#messages,
      parentId,
      parts,
      connection,
      settings: this.#settings,
      plan,
      skipsReading: this.draft.skipsReading,
      fallbackTitle,
      ids: { conversation: newId(), prompt: newId(), answer: newId() },
      now: clock.now(),
    });
    await this.#begin({
      conversation: turn.conversation,
      connection,
      branch: turn.branch,
      message: turn.answer,
      before: null,
      userMessage: turn.prompt,
      draftId: turn.prompt ? this.draft.id : null,
      onSaved: (saved) => this.#saved(saved),
    });
  }

  async #begin(asked: Question): Promise<void> {
    const verdict = await this.answering.start(asked);
    this.#question = verdict && { verdict, asked };
  }

  /** The prompt is safe: the composer is free, and the messages are in view. */
  #saved({ conversation, userMessage, assistantMessage }: SavedPrompt): void {
    const isNew = this.#conversation === null;
    this.#conversation = conversation;
    const saved = [...one(userMessage), assistantMessage];
    const ids = new Set(saved.map(({ id }) => id));
    this.#messages = [...this.#messages.filter(({ id }) => !ids.has(id)), ...saved];
    if (isNew) this.draft.moveTo(conversation.id);
    if (userMessage) this.draft.sent();
    if (isNew) this.onopened(conversation.id);
  }

  #find(id: string): Message | undefined {
    return this.#messages.find((message) => message.id === id);
  }

  #branchUpTo(id: string | null): readonly Message[] {
    return branchTo(this.#messages, id);
  }

  #branchBefore(id: string): readonly Message[] {
    return this.#branchUpTo(this.#find(id)?.parentId ?? null);
  }

  #forEstimate() {
    return {
      branch: this.#history,
      draft: this.draft.toParts(),
      plan: this.draft.plan,
      settings: this.#settings,
      capabilities: this.capabilities,
      connection: this.connection,
      skipsReading: this.draft.skipsReading,
    };
  }

  /** Enter pressed twice asks once: until the first is under way, or refused, nothing else is begun. */
  async #attemptToAsk(verb: () => Promise<void>): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    await this.attempt(verb);
    this.#isAsking = false;
  }

  /** Reads the conversation again: what another verb has changed in the store is in view when this resolves. */
  async reload(): Promise<void> {
    if (this.#conversation) await this.#read(this.#conversation.id);
  }

  /** What the person asked for: an earlier problem is settled by it, and a new one is said. */
  async attempt(verb: () => Promise<void>): Promise<void> {
    this.#problem = null;
    await this.#saying(verb);
  }

  /** What goes on by itself. */
  async #saying(verb: () => Promise<void>): Promise<void> {
    try {
      await verb();
    } catch (thrown) {
      this.#problem = toFailure(thrown);
    }
  }

  async #read(id: string): Promise<void> {
    const [conversation, messages] = await Promise.all([
      this.#services.store.readConversation(id),
      this.#services.store.listMessages(id),
    ]);
    if (!conversation || conversation.deletedAt !== null) {
      this.#state = 'missing';
      return;
    }
    this.#conversation = conversation;
    this.#messages = messages;
    this.#state = 'ready';
    this.estimate.refresh();
  }

  /** One transaction tells of several records: they are read once. */
  #reloadSoon(): void {
    this.#reloading ??= Promise.resolve().then(async () => {
      this.#reloading = null;
      const id = this.#conversation?.id;
      if (id === undefined) return;
      await this.#saying(() => this.#read(id));
      if (this.#conversation) this.#settings = this.#conversation.settings;
    });
  }

  /** Another tab is answering: what it has so far is shown here too. */
  async #followAnswer(messageId: string): Promise<void> {
    const running = await this.#services.store.listRunning();
    const reply = running.find((one) => one.messageId === messageId)?.reply;
    if (!reply) return;
    this.#messages = this.#messages.map((message) =>
      message.id === messageId && message.role === 'assistant' ? { ...message, reply } : message,
    );
  }

  /** Another tab may have changed the record: its newest version is changed, not the one in view. */
  async #change(change: (conversation: Conversation) => Conversation): Promise<void> {
    const { store } = this.#services;
    await this.attempt(async () => {
      let current = this.#conversation;
      for (let tries = 0; current && tries < mostTries; tries += 1) {
        const saved = await store.saveConversation(change(current));
        if (saved.kind === 'saved') {
          this.#conversation = saved.record;
          return;
        }
        current = saved.current;
      }
      throw new FailureError({ kind: 'changed-elsewhere', detail: '' });
    });
  }

  async #loadModel(): Promise<void> {
    await this.chosen.load();
    this.estimate.refresh();
  }
}

interface OpenQuestion {
  readonly verdict: OverBudget;
  readonly asked: Question;
}

function one<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}
