import type { AssistantMessage, Message } from '#domain/conversation.ts';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import type { OverBudget } from '#domain/budget.ts';
import type { Prompt, PromptOutcome } from '#store';
import type { Answer } from './answer.svelte.ts';
import type { Ending, Question } from './question.ts';
import type { Services } from './services.ts';

/** Every answer under way, whichever conversation is in view. */
export class Answering {
  #answers = $state.raw<ReadonlyMap<string, Answer>>(new Map());
  readonly #running = $derived(
    new Set([...this.#answers].filter(([, answer]) => !answer.isOver).map(([id]) => id)),
  );
  #unsaved = $state.raw<Failure | null>(null);
  #ended = $state.raw<AssistantMessage | null>(null);
  readonly #services: Services;
  readonly #starting = new Set<string>();
  /** Ended, and not yet on disk; by conversation. */
  readonly #endings = new Map<string, Ending>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Ids of the conversations that are being answered here. */
  get conversations(): ReadonlySet<string> {
    return this.#running;
  }

  answerOf(conversationId: string): Answer | null {
    return this.#answers.get(conversationId) ?? null;
  }

  /** Why the last finished answer could not be written down: it is on screen only. */
  get unsaved(): Failure | null {
    return this.#unsaved;
  }

  /** A message as it was committed last, should the given record be older: a reader may not have read it again yet. */
  newest(message: Message): Message {
    const ended = this.#ended;
    return ended && ended.id === message.id && ended.rev > message.rev ? ended : message;
  }

  /** Writes down what every answer has so far: the page may be about to go away. */
  async flush(): Promise<void> {
    await Promise.all([...this.#answers.values()].map((answer) => answer.flush()));
  }

  /**
   * Resolves once the prompt is safe on disk; the answer then runs by itself. Rejects with a FailureError, and
   * nothing saved, where a limit is broken or the store refuses. Nothing is saved either where a budget speaks
   * against it: then it resolves with what the budget says.
   */
  async start(question: Question): Promise<OverBudget | null> {
    const { id } = question.conversation;
    // Marked at once: a second Send while the prompt is being saved must find it.
    if (this.#answers.has(id) || this.#starting.has(id)) return null;
    this.#starting.add(id);
    try {
      const { createCall } = await import('./answer-call.ts');
      const call = await createCall(question, this.#services);
      const outcome = await this.#savePrompt(call.prompt);
      if (outcome.kind === 'over-budget') return outcome.verdict;
      const saved = outcome.record;
      this.#set(id, call.answer);
      question.onSaved?.(saved);
      void this.#finish(id, call.run(saved.assistantMessage));
      return null;
    } finally {
      this.#starting.delete(id);
    }
  }

  /** Another tab may have renamed the conversation or changed its settings meanwhile: that is no reason to refuse. */
  async #savePrompt(prompt: Prompt): Promise<Exclude<PromptOutcome, { kind: 'stale' }>> {
    const { store } = this.#services;
    const first = await store.savePrompt(prompt);
    if (first.kind !== 'stale') return first;
    const { current } = first;
    if (!current || current.deletedAt !== null)
      throw new FailureError({ kind: 'changed-elsewhere', detail: '' });
    const { rev, title, titledBy } = current;
    const second = await store.savePrompt({
      ...prompt,
      conversation: { ...prompt.conversation, rev, title, titledBy },
    });
    if (second.kind !== 'stale') return second;
    throw new FailureError({ kind: 'changed-elsewhere', detail: '' });
  }

  async #finish(conversationId: string, ending: Promise<Ending>): Promise<void> {
    this.#endings.set(conversationId, await ending);
    await this.saveEndings();
  }

  /** Writes down ended answers; what the store refuses stays on screen with its text, and `unsaved` says why. */
  async saveEndings(): Promise<void> {
    for (const [conversationId, ending] of this.#endings) {
      try {
        const { message } = await this.#services.store.commitAnswer(ending);
        this.#endings.delete(conversationId);
        this.#ended = message;
        this.#set(conversationId, null);
      } catch (thrown) {
        this.#unsaved = toFailure(thrown, 'storage-failed');
        return;
      }
    }
    this.#unsaved = null;
  }

  #set(conversationId: string, answer: Answer | null): void {
    const answers = new Map(this.#answers);
    if (answer) answers.set(conversationId, answer);
    else answers.delete(conversationId);
    this.#answers = answers;
  }
}
