import type { AccuracySample } from '#domain/accuracy.ts';
import type { ChatRequest } from '#domain/chat-request.ts';
import type { ModelCapabilities } from '#domain/connection.ts';
import type { Estimate } from '#domain/estimate.ts';
import { serviceOf, type LedgerEntry, type LedgerKind, type Units } from '#domain/ledger.ts';
import { costOf, estimateCost, type ModelPrice } from '#domain/money.ts';
import { planPictures, ruleOf } from '#domain/picture-plan.ts';
import type { Reply, ReplyExtra } from '#domain/reply.ts';
import type { Usage } from '#domain/usage.ts';
import type { MeterId } from '#catalog';
import type { ExpectedCost } from '#store';
import { costOfMeter, meterPriceFor } from './meter-price.ts';
import type { Question } from './question.ts';
import type { ReadingPlan } from './reading-plan.ts';
import type { Services } from './services.ts';
import { isVisionSimulated } from './vision-access.ts';
import { countables, countRequest, countRoughly, estimateRequest, plannedVideo } from './text-counts.ts';

/** What a call came to: one row for each thing that was bought, and what the bill taught about our estimates. */
export interface Bill {
  readonly entries: readonly LedgerEntry[];
  readonly cost: Reply['cost'];
  readonly extras: readonly ReplyExtra[];
  readonly sample: AccuracySample | null;
}

/** What of a request is paid for beside its tokens. */
type Extras = Pick<ChatRequest, 'enhancements' | 'video'>;

/** What was bought beside the answer. */
export interface Bought {
  readonly kind: LedgerKind;
  readonly units: Units;
}

/**
 * What one request buys beside its tokens: each enhancement is a transaction of its own meter, and the video index is
 * asked once (Learn, concepts, 2024-01-02).
 */
async function boughtWith(
  { enhancements, video }: Extras,
  question: Question,
  { connections, prices }: Pick<Services, 'connections' | 'prices'>,
): Promise<readonly Bought[]> {
  const meters: readonly (MeterId & LedgerKind)[] = [
    ...(enhancements?.ocr ? ['ocr-enhancement' as const] : []),
    ...(enhancements?.grounding ? ['grounding-enhancement' as const] : []),
    ...(video ? ['video-query' as const] : []),
  ];
  if (meters.length === 0) return [];
  const pricing = { catalog: await connections.catalog(), book: prices.book };
  return meters.map((meter) => ({
    kind: meter,
    units: { meter, quantity: 1, price: meterPriceFor(meter, question.connection, pricing) },
  }));
}

/**
 * What the budgets hold against a request while it is under way. Its text has been counted while it was written, as a
 * rule; Send does not wait for a megabyte of tokenizer, and what is counted roughly instead is counted high.
 */
export async function expectCost(
  question: Question,
  request: ChatRequest,
  capabilities: ModelCapabilities,
  services: Services,
  reading: ReadingPlan | null,
): Promise<ExpectedCost> {
  const { connections, loadCounter } = services;
  const { connection } = question;
  const messages = requestOf(question, capabilities);
  const [price, exactly, bought] = await Promise.all([
    connections.price(connection, null).catch(() => null),
    Promise.race([
      loadCounter()
        .then((counter) => countRequest(messages, capabilities, counter))
        .catch(() => null),
      new Promise<null>((done) => setTimeout(() => done(null), patienceMs)),
    ]),
    boughtWith(request, question, services),
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
  const upperTokens =
    Math.ceil((inputTokens - pictureTokens) * margin) + pictureTokens + (reading?.settings.budgetTokens ?? 0);
  const upper =
    price && estimateCost({ inputTokens: upperTokens, maxOutputTokens: request.maxTokens }, price);
  const extraNanos = bought.reduce((sum, { units }) => sum + (costOfMeter(units) ?? 0), 0);
  return {
    connectionId: connection.id,
    deploymentType: connection.deploymentType ?? 'global',
    model: connections.modelName(connection),
    inputTokens,
    pictureTokens,
    price,
    upperNanos: upper && upper.inputNanos + upper.outputNanosUpTo + extraNanos + (reading?.costNanos ?? 0),
    ...(reading ? { reading: reading.units } : {}),
    ...(bought.length > 0 ? { extras: bought } : {}),
  };
}

/** A tokenizer that is there has answered by then. */
const patienceMs = 150;
/** A rough count is at least three fifths of the true one (tests/domain/text-tokens.test.ts). */
const roughMargin = 5 / 3;

/**
 * What the call cost. `wasSent` false: the service was never asked, so there is no row of the chat itself.
 * @param read what reading the pictures cost, whatever became of the question.
 */
export async function toBill(
  call: Reply,
  question: Question,
  services: Services,
  { wasSent, request, read }: BillSubject,
): Promise<Bill> {
  const { connections } = services;
  const { connection } = question;
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
  const chat: LedgerEntry = {
    ...entryOf(question, services),
    kind: 'chat',
    deploymentType: connection.deploymentType ?? 'global',
    model: call.model ?? connections.modelName(connection),
    outcome: outcomeOf(call),
    usage,
    units: null,
    estimated,
    price,
    costNanos,
    simulated: call.simulated,
  };
  const beside = billed ? await boughtWith(request, question, services).catch(() => []) : [];
  const bought = [...read, ...beside];
  return {
    entries: [
      ...(wasSent ? [chat] : []),
      ...bought.map((one) => toBoughtEntry(one, question, call, services)),
    ],
    cost: billed ? { nanos: costNanos, estimated } : null,
    extras: bought.map(({ kind, units }) => ({
      kind,
      quantity: units.quantity,
      nanos: costOfMeter(units),
    })),
    sample: counted && call.usage ? toSample(counted, call.usage, chat.at) : null,
  };
}

export interface BillSubject {
  readonly wasSent: boolean;
  readonly request: Extras;
  readonly read: readonly Bought[];
}

function toBoughtEntry(
  { kind, units }: Bought,
  question: Question,
  call: Reply,
  services: Services,
): LedgerEntry {
  return {
    ...entryOf(question, services),
    kind,
    deploymentType: null,
    model: serviceOf(kind),
    outcome: 'complete',
    usage: null,
    units,
    estimated: false,
    price: null,
    costNanos: costOfMeter(units),
    simulated:
      kind === 'image-analysis'
        ? isVisionSimulated(question.connection, services.connections)
        : call.simulated,
  };
}

function entryOf(
  { connection, conversation, message }: Question,
  { newId, clock }: Pick<Services, 'newId' | 'clock'>,
) {
  return {
    id: newId(),
    at: clock.now(),
    connectionId: connection.id,
    connectionName: connection.name,
    deployment: connection.deployment,
    conversationId: conversation.id,
    messageId: message.id,
  };
}

function requestOf({ branch, connection, conversation, message }: Question, capabilities: ModelCapabilities) {
  const planned = planPictures(branch, ruleOf(conversation.settings), message.plan ?? {});
  const video = plannedVideo(branch, planned, connection, capabilities);
  return countables(branch, conversation.settings, planned, video);
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
  const counted = await countRequest(requestOf(question, capabilities), capabilities, await loadCounter());
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
