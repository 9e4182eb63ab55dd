import { toChatRequest, type ChatRequest } from '#domain/chat-request.ts';
import type { AccuracySample } from '#domain/accuracy.ts';
import type { ModelCapabilities } from '#domain/connection.ts';
import type { AssistantMessage } from '#domain/conversation.ts';
import type { Estimate } from '#domain/estimate.ts';
import { FailureError } from '#domain/failure.ts';
import { costOf, estimateCost, type ModelPrice } from '#domain/money.ts';
import { planPictures, ruleOf, type SentPicture } from '#domain/picture-plan.ts';
import { emptyReply, joinReplies, type Reply, type ReplyEvent } from '#domain/reply.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import type { Usage } from '#domain/usage.ts';
import type { ExpectedCost, Prompt } from '#store';
import { Answer, type AnswerSource } from './answer.svelte.ts';
import type { Ending, Question } from './question.ts';
import { spendingWindow } from './calendar.ts';
import { encodePictures, findTooLarge, pictureKey, tooLarge, type SentStored } from './picture-encoding.ts';
import type { Services } from './services.ts';
import { countables, countRequest, countRoughly, estimateRequest } from './text-counts.ts';

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
    plan: question.message.plan ?? {},
    capabilities,
    learned: connection.learned.maxTokensParam,
    pictureKey,
  });
  if (!composed.ok) throw new FailureError(composed.failure);

  const { request, omittedPictures } = composed;
  const pictures = composed.pictures.filter(isStored);
  const large = findTooLarge(pictures, capabilities);
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
  const expected = await expect(question, request, capabilities, services);
  return {
    answer,
    prompt: {
      conversation,
      userMessage: question.userMessage ?? null,
      assistantMessage,
      outbox: { startedAt, tabId, expected },
      window: spendingWindow(startedAt),
      approved: question.approved ?? false,
      draftId: question.draftId ?? null,
    },
    async run(message) {
      const source: AnswerSource = {
        stream: (signal, hooks) => stream(question, request, pictures, services, signal, hooks),
        savePartial: (reply) => services.store.savePartial(answer.messageId, reply),
      };
      const call = await answer.run(source);
      const bill = await toBill(call, { ...question, message }, services);
      const reply = answer.settle({ ...call, cost: bill.cost });
      return { message: { ...message, reply }, ledgerEntries: [bill.entry], sample: bill.sample };
    },
  };
}

/** Its bytes are in the store. */
function isStored(picture: SentPicture): picture is SentStored {
  return picture.kind === 'picture';
}

/**
 * What the budgets hold against a request while it is under way. Its text has been counted while it was written, as a
 * rule; Send does not wait for a megabyte of tokenizer, and what is counted roughly instead is counted high.
 */
async function expect(
  question: Question,
  request: ChatRequest,
  capabilities: ModelCapabilities,
  { connections, loadCounter }: Services,
): Promise<ExpectedCost> {
  const { connection } = question;
  const messages = requestOf(question);
  const [price, exactly] = await Promise.all([
    connections.price(connection, null).catch(() => null),
    Promise.race([
      loadCounter()
        .then((counter) => countRequest(messages, capabilities, counter))
        .catch(() => null),
      new Promise<null>((done) => setTimeout(() => done(null), patienceMs)),
    ]),
  ]);
  const counted = exactly ?? countRoughly(messages);
  const { inputTokens, pictureTokens } = estimateRequest({
    ...counted,
    capabilities,
    price,
    maxTokens: request.maxTokens,
    accuracy: null,
  });
  const margin = counted.textExact ? 1 : roughMargin;
  const upperTokens = Math.ceil((inputTokens - pictureTokens) * margin) + pictureTokens;
  const upper =
    price && estimateCost({ inputTokens: upperTokens, maxOutputTokens: request.maxTokens }, price);
  return {
    connectionId: connection.id,
    deploymentType: connection.deploymentType ?? 'global',
    model: connections.modelName(connection),
    inputTokens,
    pictureTokens,
    price,
    upperNanos: upper && upper.inputNanos + upper.outputNanosUpTo,
  };
}

/** A tokenizer that is there has answered by then. */
const patienceMs = 150;
/** A rough count is at least three fifths of the true one (tests/domain/text-tokens.test.ts). */
const roughMargin = 5 / 3;

function requestOf({ branch, conversation, message }: Question) {
  const planned = planPictures(branch, ruleOf(conversation.settings), message.plan ?? {});
  return countables(branch, conversation.settings, planned);
}

async function* stream(
  { connection }: Question,
  request: ChatRequest,
  pictures: readonly SentStored[],
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
    pictures,
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
  const counted = billed ? await count(question, services).catch(() => null) : null;
  const usage = estimated
    ? counted && (await estimateUsage(call, counted, question, services).catch(() => null))
    : call.usage;
  const costNanos = billed ? nanosOf(usage, price) : 0;
  const entry: LedgerEntry = {
    id: newId(),
    at: clock.now(),
    kind: 'chat',
    connectionId: connection.id,
    connectionName: connection.name,
    deploymentType: connection.deploymentType ?? 'global',
    deployment: connection.deployment,
    model: call.model ?? connections.modelName(connection),
    conversationId: conversation.id,
    messageId: message.id,
    outcome: outcomeOf(call),
    usage,
    units: null,
    estimated,
    price,
    costNanos,
    simulated: call.simulated,
  };
  return {
    entry,
    cost: billed ? { nanos: costNanos, estimated } : null,
    sample: counted && call.usage ? toSample(counted, call.usage, entry.at) : null,
  };
}

/** An answer that broke off reports no usage, and is billed all the same. */
async function estimateUsage(
  call: Reply,
  counted: Estimate,
  { connection }: Question,
  { connections, loadCounter }: Services,
): Promise<Usage> {
  const capabilities = await connections.capabilities(connection);
  const counter = await loadCounter();
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

/** Our own figures for the request, by the published rules alone. */
async function count(question: Question, { connections, loadCounter }: Services): Promise<Estimate> {
  const capabilities = await connections.capabilities(question.connection);
  const counted = await countRequest(requestOf(question), capabilities, await loadCounter());
  const { maxTokens } = question.conversation.settings;
  return estimateRequest({ ...counted, capabilities, price: null, maxTokens, accuracy: null });
}

/** Nothing is learned from what we know to be vague: rough texts, pictures of unknown size. */
function toSample(counted: Estimate, usage: Usage, at: number): AccuracySample | null {
  const pictures = counted.sources.filter(({ kind }) => kind === 'picture').length;
  if (!counted.exact && pictures === 0) return null;
  return {
    at,
    estimatedTextTokens: counted.inputTokens - counted.pictureTokens,
    estimatedPictureTokens: counted.pictureTokens,
    pictures,
    billedInputTokens: usage.inputTokens,
  };
}

interface Bill {
  readonly entry: LedgerEntry;
  readonly cost: Reply['cost'];
  readonly sample: AccuracySample | null;
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
