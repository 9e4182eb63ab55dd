import type { Connection } from '#domain/connection.ts';
import { toChatRequest, type ChatRequest } from '#domain/chat-request.ts';
import type {
  AssistantMessage,
  Conversation,
  Message,
  PicturePart,
  UserMessage,
} from '#domain/conversation.ts';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import { costOf, type ModelPrice } from '#domain/money.ts';
import { emptyReply, joinReplies, type Reply, type ReplyEvent } from '#domain/reply.ts';
import type { LedgerEntry, Usage } from '#domain/usage.ts';
import { Answer, type AnswerSource } from './answer.svelte.ts';
import { encodePictures, pictureKey } from './picture-encoding.ts';
import { countBranch } from './text-counts.ts';
import type { Prompt, SavedPrompt } from '#store';
import type { Services } from './services.ts';

/** What is asked, of whom, and under which message the answer is kept. */
export interface Question {
  readonly conversation: Conversation;
  readonly connection: Connection;
  /** The messages that are sent, ending with the prompt, or with the answer to go on from. */
  readonly branch: readonly Message[];
  readonly message: AssistantMessage;
  /** The answer that is continued, or null. */
  readonly before: Reply | null;
  readonly userMessage?: UserMessage | null;
  /** Draft that the prompt came from; forgotten in the transaction that saves the prompt. */
  readonly draftId?: string | null;
  onSaved?(saved: SavedPrompt): void;
}

/** Every answer under way, whichever conversation is in view. */
export class Answering {
  #answers = $state.raw<ReadonlyMap<string, Answer>>(new Map());
  readonly #running = $derived(
    new Set([...this.#answers].filter(([, answer]) => !answer.isOver).map(([id]) => id)),
  );
  #unsaved = $state.raw<Failure | null>(null);
  #ended = $state.raw<AssistantMessage | null>(null);
  readonly #services: Services;
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
   * nothing saved, where a limit is broken or the store refuses.
   */
  async start(question: Question): Promise<void> {
    const { connections, clock } = this.#services;
    const { connection, conversation } = question;
    if (this.#answers.has(conversation.id)) return;
    const capabilities = await connections.capabilities(connection);
    const composed = toChatRequest({
      branch: question.branch,
      settings: conversation.settings,
      capabilities,
      learned: connection.learned.maxTokensParam,
      pictureKey,
    });
    if (!composed.ok) throw new FailureError(composed.failure);

    const { request, omittedPictures } = composed;
    const startedAt = clock.now();
    const start: Reply = {
      ...emptyReply,
      startedAt,
      maxTokens: request.maxTokens,
      simulated: connections.isSimulated(connection),
    };
    const message: AssistantMessage = {
      ...question.message,
      connectionId: connection.id,
      deployment: connection.deployment,
      omittedPictures,
      reply: question.before ? joinReplies(question.before, start) : start,
    };
    const answer = new Answer(
      { conversationId: conversation.id, messageId: message.id },
      start,
      question.before,
      clock,
    );
    // Registered first: a second Send while the prompt is being saved must find it.
    this.#set(conversation.id, answer);
    let saved: SavedPrompt;
    try {
      saved = await this.#savePrompt({
        conversation,
        userMessage: question.userMessage ?? null,
        assistantMessage: message,
        outbox: { startedAt, tabId: this.#services.tabId },
        draftId: question.draftId ?? null,
      });
    } catch (thrown) {
      this.#set(conversation.id, null);
      throw thrown;
    }
    question.onSaved?.(saved);
    void this.#finish(answer, { ...question, message: saved.assistantMessage }, request);
  }

  /** Another tab may have renamed the conversation or changed its settings meanwhile: that is no reason to refuse. */
  async #savePrompt(prompt: Prompt): Promise<SavedPrompt> {
    const { store } = this.#services;
    const first = await store.savePrompt(prompt);
    if (first.kind === 'saved') return first.record;
    const { current } = first;
    if (!current || current.deletedAt !== null)
      throw new FailureError({ kind: 'changed-elsewhere', detail: '' });
    const { rev, title, titledBy } = current;
    const second = await store.savePrompt({
      ...prompt,
      conversation: { ...prompt.conversation, rev, title, titledBy },
    });
    if (second.kind === 'saved') return second.record;
    throw new FailureError({ kind: 'changed-elsewhere', detail: '' });
  }

  async #finish(answer: Answer, question: Question, request: ChatRequest): Promise<void> {
    const call = await answer.run(this.#source(answer, question, request));
    const bill = await this.#bill(call, question);
    const reply = answer.settle({ ...call, cost: bill.cost });
    this.#endings.set(answer.conversationId, {
      message: { ...question.message, reply },
      ledgerEntry: bill.entry,
    });
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

  #source(answer: Answer, question: Question, request: ChatRequest): AnswerSource {
    return {
      stream: (signal, hooks) => this.#stream(question, request, signal, hooks),
      savePartial: (reply) => this.#services.store.savePartial(answer.messageId, reply),
    };
  }

  async *#stream(
    { connection, branch }: Question,
    request: ChatRequest,
    signal: AbortSignal,
    hooks: Parameters<AnswerSource['stream']>[1],
  ): AsyncIterable<ReplyEvent> {
    const { connections, clock } = this.#services;
    const credential = await connections.credentialFor(connection);
    if (!credential) throw new FailureError({ kind: 'connection-incomplete', detail: '' });
    const capabilities = await connections.capabilities(connection);
    const wanted = new Set(
      request.messages.flatMap(({ parts }) =>
        parts.flatMap((part) => (part.kind === 'picture' ? [part.picture] : [])),
      ),
    );
    const pictures = branch
      .flatMap((message) => (message.role === 'user' ? message.parts : []))
      .filter((part): part is PicturePart => part.kind === 'picture' && wanted.has(pictureKey(part)));
    const encoded = await encodePictures(pictures, capabilities, this.#services, signal);
    const { createChatClient } = await import('#azure');
    const client = createChatClient(
      { endpoint: connection.endpoint, deployment: connection.deployment, apiVersion: connection.apiVersion },
      credential,
      { fetch: connections.fetchFor(connection) },
    );
    yield* client.answer(request, encoded, {
      signal,
      onBytes: hooks.onBytes,
      onWait: (wait) => {
        hooks.onWait({ ...wait, until: clock.now() + wait.waitMs });
      },
      onLearned: (maxTokensParam) => void connections.learn(connection.id, { maxTokensParam }),
      canRetry: () => clock.isVisible(),
    });
  }

  /** What the call cost, and its row in the ledger; null entry where nothing was asked of the service. */
  async #bill(call: Reply, question: Question): Promise<Bill> {
    const { connections, newId, clock } = this.#services;
    const { connection, conversation, message } = question;
    const price = await connections.price(connection, call.model);
    const blocked = call.failure?.kind === 'prompt-blocked';
    const billed = call.usage !== null || blocked || (call.status !== 'failed' && call.model !== null);
    const estimated = billed && call.usage === null;
    const usage = estimated ? await this.#estimateUsage(call, question) : call.usage;
    const costNanos = billed ? nanosOf(usage, price) : 0;
    const entry: LedgerEntry = {
      id: newId(),
      at: clock.now(),
      kind: 'chat',
      connectionId: connection.id,
      connectionName: connection.name,
      deployment: connection.deployment,
      model: call.model ?? connections.modelName(connection),
      conversationId: conversation.id,
      messageId: message.id,
      outcome: outcomeOf(call),
      usage,
      estimated,
      price,
      costNanos,
      simulated: call.simulated,
    };
    return { entry, cost: billed ? { nanos: costNanos, estimated } : null };
  }

  /** An answer that broke off reports no usage, and is billed all the same. */
  async #estimateUsage(call: Reply, { branch, conversation, connection }: Question): Promise<Usage> {
    const { connections, counter } = this.#services;
    const capabilities = await connections.capabilities(connection);
    const counted = await countBranch(branch, conversation.settings, capabilities, counter);
    const output = await counter.count(call.text + call.refusal, capabilities.encoding ?? 'o200k_base');
    return {
      inputTokens: counted.inputTokens,
      outputTokens: output.tokens,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      imageTokens: counted.pictureTokens,
    };
  }

  #set(conversationId: string, answer: Answer | null): void {
    const answers = new Map(this.#answers);
    if (answer) answers.set(conversationId, answer);
    else answers.delete(conversationId);
    this.#answers = answers;
  }
}

interface Ending {
  readonly message: AssistantMessage;
  readonly ledgerEntry: LedgerEntry;
}

interface Bill {
  readonly entry: LedgerEntry;
  readonly cost: Reply['cost'];
}

function nanosOf(usage: Usage | null, price: ModelPrice | null): number | null {
  return usage && price ? costOf(usage, price) : null;
}

function outcomeOf(call: Reply): LedgerEntry['outcome'] {
  if (call.failure?.kind === 'prompt-blocked') return 'blocked';
  switch (call.status) {
    case 'complete':
      return 'complete';
    case 'stopped':
      return 'stopped';
    case 'failed':
      return 'failed';
    default:
      return 'interrupted';
  }
}
