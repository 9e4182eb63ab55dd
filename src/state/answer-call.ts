import { toChatRequest, type Composed } from '#domain/chat-request.ts';
import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { AssistantMessage, Message, UserMessage } from '#domain/conversation.ts';
import { enhancementsAt, type EnhancementDialect, type Enhancements } from '#domain/enhancements.ts';
import { FailureError } from '#domain/failure.ts';
import type { SentPicture } from '#domain/picture-plan.ts';
import { emptyReply, joinReplies, type Reply, type ReplyEvent } from '#domain/reply.ts';
import type { Prompt } from '#store';
import { Answer, type AnswerHooks } from './answer.svelte.ts';
import { expectCost, toBill, type Bought } from './answer-bill.ts';
import type { Ending, Question } from './question.ts';
import { spendingWindow } from './calendar.ts';
import { encodePictures, findTooLarge, pictureKey, tooLarge, type SentStored } from './picture-encoding.ts';
import { planReading, readingOf, type ReadingPlan } from './reading-plan.ts';
import type { Services } from './services.ts';
import type { VideoAccess } from './video-access.ts';
import { visionAccess } from './vision-access.ts';

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
  const terms = await termsOf(question, services);
  const { request, omittedPictures, pictures } = compose(question, terms);
  if (request.video) {
    const { refuseExpired } = await import('./video-access.ts');
    refuseExpired(terms.video?.signedUrl ?? null, clock.now());
  }
  const large = findTooLarge(pictures.filter(isStored), terms.capabilities);
  if (large) throw new FailureError(tooLarge(large, large.bytes, terms.capabilities));
  const reading = await readingFor(question, services);
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
  const expected = await expectCost(question, request, terms.capabilities, services, reading);
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
      const read: Bought[] = [];
      let asked: Question = { ...question, message };
      let wasSent = false;
      const call = await answer.run({
        async *stream(signal, hooks) {
          const onBought = (bought: readonly Bought[]): unknown => read.push(...bought);
          if (reading) asked = await readFirst(asked, reading, services, signal, { ...hooks, onBought });
          wasSent = true;
          yield* stream(asked, terms, services, signal, hooks);
        },
        savePartial: (reply) => services.store.savePartial(answer.messageId, reply),
      });
      const bill = await toBill(call, asked, services, { wasSent, request, read });
      const extras = bill.extras.length > 0 ? { extras: bill.extras } : {};
      const reply = answer.settle({ ...call, cost: bill.cost, ...extras });
      return { message: { ...message, reply }, ledgerEntries: bill.entries, sample: bill.sample };
    },
  };
}

/** What the connection takes, and what of it is wanted. */
interface Terms {
  readonly capabilities: ModelCapabilities;
  readonly enhancements: Enhancements | undefined;
  readonly dialect: EnhancementDialect | null;
  /** Null: the branch has no video of an index. */
  readonly video: VideoAccess | null;
}

async function termsOf({ branch, connection, conversation }: Question, services: Services): Promise<Terms> {
  const capabilities = await services.connections.capabilities(connection);
  const at = enhancementsAt(connection, capabilities);
  const { ocrEnhancement: ocr, groundingEnhancement: grounding } = conversation.settings;
  const isAsked = at.kind === 'available' && (ocr || grounding);
  return {
    capabilities,
    enhancements: isAsked ? { ocr, grounding } : undefined,
    dialect: isAsked ? at.dialect : null,
    video: branch.some(hasVideoDocument)
      ? await (await import('./video-access.ts')).videoAccess(branch, connection, capabilities, services)
      : null,
  };
}

function hasVideoDocument(message: Message): boolean {
  return message.role === 'user' && message.parts.some(({ kind }) => kind === 'video-document');
}

function compose(
  question: Question,
  { capabilities, enhancements, video }: Terms,
): Extract<Composed, { ok: true }> {
  const composed = toChatRequest({
    branch: question.branch,
    settings: question.conversation.settings,
    plan: question.message.plan ?? {},
    capabilities,
    enhancements,
    video: video?.at,
    learned: question.connection.learned.maxTokensParam,
    pictureKey,
  });
  if (!composed.ok) throw new FailureError(composed.failure);
  return composed;
}

/** Its bytes are in the store. */
function isStored(picture: SentPicture): picture is SentStored {
  return picture.kind === 'picture';
}

/** Null: the prompt's pictures are not read, or were read when it was asked first. */
async function readingFor(
  { branch, connection, conversation }: Question,
  services: Services,
): Promise<ReadingPlan | null> {
  const prompt = promptOf(branch);
  const reading = prompt && readingOf(prompt, conversation.settings, connection);
  return prompt && reading ? planReading(prompt.parts, reading, connection, services) : null;
}

/** An answer that goes on has had its prompt read. */
function promptOf(branch: Question['branch']): UserMessage | null {
  const last = branch.at(-1);
  return last?.role === 'user' ? last : null;
}

/** What was found goes into the prompt's record before it goes anywhere else: what is sent can always be seen. */
async function readFirst(
  question: Question,
  plan: ReadingPlan,
  services: Services,
  signal: AbortSignal,
  hooks: AnswerHooks & { onBought(bought: readonly Bought[]): void },
): Promise<Question> {
  const { branch, connection } = question;
  const prompt = promptOf(branch);
  if (!prompt) return question;
  const { findingsOf, readPictures } = await import('./picture-reading.ts');
  const readings = await readPictures(plan, connection, services, signal, {
    onProgress: (done, total) => hooks.onStage({ kind: 'reading', done, total }),
    onWait: hooks.onWait,
    onBought: (units) => hooks.onBought(units.map((one) => ({ kind: 'image-analysis', units: one }))),
  });
  hooks.onStage(null);
  const { encoding } = await services.connections.capabilities(connection);
  const findings = await findingsOf(
    readings,
    branch.slice(0, -1),
    plan.settings.budgetTokens,
    encoding ?? 'o200k_base',
    services,
  );
  await services.store.setFindings(prompt.id, { findings });
  return { ...question, branch: [...branch.slice(0, -1), { ...prompt, findings }] };
}

async function* stream(
  question: Question,
  terms: Terms,
  services: Services,
  signal: AbortSignal,
  hooks: AnswerHooks,
): AsyncIterable<ReplyEvent> {
  const { connections, clock } = services;
  const { connection } = question;
  const { request, pictures } = compose(question, terms);
  const askedAt = clock.now();
  const credential = await connections.credentialFor(connection);
  if (!credential) throw new FailureError({ kind: 'connection-incomplete', detail: '' });
  const encoded = await encodePictures(
    pictures.filter(isStored),
    terms.capabilities,
    services.store,
    await services.loadPictures(),
    signal,
  );
  const { createChatClient } = await import('#azure');
  const client = createChatClient(
    {
      endpoint: connection.endpoint,
      deployment: connection.deployment,
      apiVersion: connection.apiVersion,
      ...(terms.dialect ? { enhancements: terms.dialect } : {}),
      ...(terms.video?.at.kind === 'available' ? { video: terms.video.at.dialect } : {}),
    },
    credential,
    {
      fetch: connections.fetchFor(connection),
      ...(request.enhancements ? { vision: await visionOf(question, services) } : {}),
      ...(request.video && terms.video ? await videoMeans(terms.video, connection, services) : {}),
    },
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

/** The second resource, for the body of the request; null: this resource is one and the same. */
async function visionOf(
  { connection }: Question,
  services: Services,
): Promise<{ readonly endpoint: string; readonly key: string } | null> {
  const access = await visionAccess(connection, services);
  if (!access) throw new FailureError({ kind: 'vision-missing', detail: '' });
  return access.isSame ? null : { endpoint: access.endpoint, key: access.credential.value };
}

/** What a request about a video names, for its body. */
async function videoMeans({ at, signedUrl }: VideoAccess, connection: Connection, services: Services) {
  if (at.kind !== 'available') return {};
  const { videoResource } = await import('./video-access.ts');
  return { vision: await videoResource(at.dialect.variant, connection, services), videoUrl: signedUrl };
}
