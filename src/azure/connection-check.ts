import type { ChatRequest } from '#domain/chat-request.ts';
import type { ModelCapabilities } from '#domain/connection.ts';
import { FailureError, type Failure } from '#domain/failure.ts';
import { emptyReply, fold, type Reply } from '#domain/reply.ts';
import { createChatClient, type MaxTokensParam } from './chat-client.ts';
import { toChatUrl, type ChatTarget } from './chat-url.ts';
import { judge, type CheckCall, type CheckLine, type CheckQuestion } from './connection-verdict.ts';
import type { Credential } from './secrets.ts';
import type { Outside } from './transport.ts';

export interface ConnectionCheck {
  readonly lines: readonly CheckLine[];
  readonly calls: readonly CheckCall[];
  /** As the service names it, not the deployment. */
  readonly model: string | null;
  /** The token parameter this deployment was found to want; null: nothing new. */
  readonly learned: MaxTokensParam | null;
}

export interface CheckOptions extends Outside {
  readonly signal: AbortSignal;
  readonly capabilities: ModelCapabilities;
  /** The parameter name that earlier answers taught us. */
  readonly learned?: MaxTokensParam | undefined;
}

/**
 * "Test connection": as few calls as can tell, one when all is well, three at most. Lines are told through
 * `onLine` as they become known, each once, in order; they never guess.
 * @throws the signal's reason on abort, nothing else.
 */
export async function checkConnection(
  target: ChatTarget,
  credential: Credential | null,
  options: CheckOptions,
  onLine: (line: CheckLine) => void = () => undefined,
): Promise<ConnectionCheck> {
  const bad = refusedTarget(target);
  if (bad) {
    const lines = judge([], target, bad);
    lines.forEach(onLine);
    return { lines, calls: [], model: null, learned: null };
  }
  onLine({ id: 'url', state: 'passed' });

  const calls: CheckCall[] = [];
  let model: string | null = null;
  let learned: MaxTokensParam | null = null;
  for (let next = nextQuestion(calls, options.capabilities); next;) {
    const answered = await ask(target, credential, next, options, learned);
    calls.push(answered.call);
    model = answered.reply.model ?? model;
    learned = answered.learned ?? learned;
    next = nextQuestion(calls, options.capabilities);
  }
  const lines = judge(calls, target, null);
  lines.slice(1).forEach(onLine);
  return { lines, calls, model, learned };
}

function refusedTarget(target: ChatTarget): Failure | null {
  try {
    toChatUrl(target.endpoint, target.deployment, target.apiVersion);
    return null;
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.failure;
    throw thrown;
  }
}

/**
 * First everything at once. Only a 400 leaves open which part of the question was refused: then without the
 * picture, then without the stream.
 */
function nextQuestion(calls: readonly CheckCall[], capabilities: ModelCapabilities): CheckQuestion | null {
  const last = calls.at(-1);
  if (!last) return { withPicture: capabilities.takesPictures, stream: capabilities.streams };
  if (last.failure?.status !== 400) return null;
  if (last.asked.withPicture) return { withPicture: false, stream: last.asked.stream };
  if (last.asked.stream) return { withPicture: false, stream: false };
  return null;
}

interface Answered {
  readonly call: CheckCall;
  readonly reply: Reply;
  readonly learned: MaxTokensParam | null;
}

async function ask(
  target: ChatTarget,
  credential: Credential | null,
  asked: CheckQuestion,
  options: CheckOptions,
  learnedBefore: MaxTokensParam | null,
): Promise<Answered> {
  const { signal, capabilities } = options;
  let learned = learnedBefore;
  let streamed: boolean | null = null;
  let reply = emptyReply;
  let failure: Failure | null = null;
  try {
    const client = createChatClient(target, credential, options);
    const request = toRequest(asked, capabilities, learned ?? options.learned);
    const answer = client.answer(request, pictures, {
      signal,
      onLearned: (param) => (learned = param),
      onAnswer: (inStream) => (streamed = inStream),
      // A check reports what it meets, and at once.
      canRetry: () => false,
    });
    for await (const event of answer) reply = fold(reply, event);
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof FailureError)) throw thrown;
    failure = thrown.failure;
  }
  const call = { asked, outcome: outcomeOf(failure, streamed), usage: reply.usage, failure, streamed };
  return { call, reply, learned };
}

function outcomeOf(failure: Failure | null, streamed: boolean | null): CheckCall['outcome'] {
  if (failure === null) return 'complete';
  if (failure.kind === 'prompt-blocked') return 'blocked';
  return streamed !== null && failure.kind === 'cut-off' ? 'interrupted' : 'failed';
}

/** Enough for "OK"; reasoning models spend tokens before the first word and fail when none are left over. */
const plainTokenCap = 16;
const reasoningTokenCap = 512;

function toRequest(
  asked: CheckQuestion,
  capabilities: ModelCapabilities,
  learned: MaxTokensParam | undefined,
): ChatRequest {
  const param =
    learned ??
    (capabilities.maxTokensParam === 'max_completion_tokens' ? 'max_completion_tokens' : 'max_tokens');
  const reasons = capabilities.reasoningEfforts.length > 0 || param === 'max_completion_tokens';
  const effort = ['none', 'minimal', 'low'].find((name) => capabilities.reasoningEfforts.includes(name));
  return {
    messages: [
      {
        role: 'user',
        parts: [
          ...(asked.withPicture
            ? [{ kind: 'picture' as const, picture: onePixel, detail: 'low' as const }]
            : []),
          { kind: 'text', text: 'Answer with the single word OK.' },
        ],
      },
    ],
    maxTokens: reasons ? reasoningTokenCap : plainTokenCap,
    maxTokensParam: param,
    stream: asked.stream,
    ...(effort !== undefined ? { reasoningEffort: effort } : {}),
  };
}

const onePixel = 'one-pixel';
/** A white PNG of 1x1 pixels, 69 bytes. */
const onePixelUrl =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4//8/AAX+Av4zEpUUAAAAAElFTkSuQmCC';
const pictures: ReadonlyMap<string, Blob> = new Map([[onePixel, new Blob([onePixelUrl])]]);
