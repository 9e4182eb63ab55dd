import { toChatRequest, type ChatRequest } from '#domain/chat-request.ts';
import type { AssistantMessage, Message, PicturePart } from '#domain/conversation.ts';
import { FailureError } from '#domain/failure.ts';
import { costOf, type ModelPrice } from '#domain/money.ts';
import { emptyReply, joinReplies, type Reply, type ReplyEvent } from '#domain/reply.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import type { Usage } from '#domain/usage.ts';
import type { Prompt } from '#store';
import { Answer, type AnswerSource } from './answer.svelte.ts';
import type { Ending, Question } from './question.ts';
import { encodePictures, findTooLarge, pictureKey, tooLarge } from './picture-encoding.ts';
import type { Services } from './services.ts';
import { countBranch } from './text-counts.ts';

/** One call of the chat service, from the limits it must keep to the row in the ledger. Loaded with the first Send. */
export interface Call {
  readonly answer: Answer;
  /** What must be on disk before `run`. */
  readonly prompt: Prompt;
  /** Asks, once; resolves with what is to be committed, however it ended. */
  run(message: AssistantMessage): Promise<Ending>;
}

/** Throws a FailureError, with nothing sent, where a limit is broken. */
export async function createCall(question: Question, services: Services): Promise<Call> {
  const { connections, clock, tabId } = services;
  const { connection, conversation, before } = question;
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
  const large = findTooLarge(picturesOf(request, question.branch), capabilities);
  if (large) throw new FailureError(tooLarge(large, large.bytes, capabilities));
  const startedAt = clock.now();
  const start: Reply = {
    ...emptyReply,
    startedAt,
    maxTokens: request.maxTokens,
    simulated: connections.isSimulated(connection),
  };
  const assistantMessage: AssistantMessage = {
    ...question.message,
    connectionId: connection.id,
    deployment: connection.deployment,
    omittedPictures,
    reply: before ? joinReplies(before, start) : start,
  };
  const ids = { conversationId: conversation.id, messageId: assistantMessage.id };
  const answer = new Answer(ids, start, before, clock);
  return {
    answer,
    prompt: {
      conversation,
      userMessage: question.userMessage ?? null,
      assistantMessage,
      outbox: { startedAt, tabId },
      draftId: question.draftId ?? null,
    },
    async run(message) {
      const source: AnswerSource = {
        stream: (signal, hooks) => stream(question, request, services, signal, hooks),
        savePartial: (reply) => services.store.savePartial(answer.messageId, reply),
      };
      const call = await answer.run(source);
      const bill = await toBill(call, { ...question, message }, services);
      const reply = answer.settle({ ...call, cost: bill.cost });
      return { message: { ...message, reply }, ledgerEntry: bill.entry };
    },
  };
}

/** The pictures of a request whose bytes are in the store. */
function picturesOf(request: ChatRequest, branch: readonly Message[]): readonly PicturePart[] {
  const wanted = new Set(
    request.messages.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.kind === 'picture' ? [part.picture] : [])),
    ),
  );
  return branch
    .flatMap((message) => (message.role === 'user' ? message.parts : []))
    .filter((part): part is PicturePart => part.kind === 'picture' && wanted.has(pictureKey(part)));
}

async function* stream(
  { connection, branch }: Question,
  request: ChatRequest,
  services: Services,
  signal: AbortSignal,
  hooks: Parameters<AnswerSource['stream']>[1],
): AsyncIterable<ReplyEvent> {
  const { connections, clock } = services;
  const askedAt = clock.now();
  const credential = await connections.credentialFor(connection);
  if (!credential) throw new FailureError({ kind: 'connection-incomplete', detail: '' });
  const capabilities = await connections.capabilities(connection);
  const encoded = await encodePictures(
    picturesOf(request, branch),
    capabilities,
    services.store,
    await services.loadPictures(),
    signal,
  );
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
    canRetry: () => !clock.wasHiddenSince(askedAt),
  });
}

/** What the call cost, and its row in the ledger; null entry where nothing was asked of the service. */
async function toBill(call: Reply, question: Question, services: Services): Promise<Bill> {
  const { connections, newId, clock } = services;
  const { connection, conversation, message } = question;
  // The answer is kept whatever happens here: what cannot be worked out is unknown.
  const price = await connections.price(connection, call.model).catch(() => null);
  const blocked = call.failure?.kind === 'prompt-blocked';
  const billed = call.usage !== null || blocked || (call.status !== 'failed' && call.model !== null);
  const estimated = billed && call.usage === null;
  const usage = estimated ? await estimateUsage(call, question, services).catch(() => null) : call.usage;
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
async function estimateUsage(
  call: Reply,
  { branch, conversation, connection }: Question,
  { connections, loadCounter }: Services,
): Promise<Usage> {
  const capabilities = await connections.capabilities(connection);
  const counter = await loadCounter();
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
