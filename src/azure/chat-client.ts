import type { ChatPart, ChatRequest } from '#domain/chat-request.ts';
import { FailureError, type Failure } from '#domain/failure.ts';
import type { ReplyEvent } from '#domain/reply.ts';
import { isStreamed, readChatAnswer } from './chat-answer.ts';
import { toChatBody, type VisionResource } from './chat-body.ts';
import { toChatUrl, type ChatTarget } from './chat-url.ts';
import { waitToRetry, type RetryDeps, type RetryWait } from './retry.ts';
import type { Credential } from './secrets.ts';
import { refusesParameter } from './service-failure.ts';
import { createTransport, type Outside, type Transport } from './transport.ts';

export interface ChatClientDeps extends Outside, RetryDeps {
  /** For requests with enhancements; null or absent: this resource needs no second one. */
  readonly vision?: VisionResource | null;
  /** For requests about a video: its address with the SAS; null or absent: the service opens it as itself. */
  readonly videoUrl?: string | null;
}

export interface AnswerOptions {
  /** Stop. What it rejects with reaches the caller as it is. */
  readonly signal: AbortSignal;
  /** A countdown before a retry starts. */
  readonly onWait?: (wait: RetryWait) => void;
  /** Bytes of the answer came, be it a comment: the stream lives. */
  readonly onBytes?: () => void;
  /** A service that refused one token parameter took the other: worth remembering. */
  readonly onLearned?: (param: MaxTokensParam) => void;
  /** Whether the service answered in a stream; called once, before the first event. */
  readonly onAnswer?: (streamed: boolean) => void;
  readonly canRetry?: () => boolean;
}

export type MaxTokensParam = ChatRequest['maxTokensParam'];

export interface ChatClient {
  /**
   * One answer, event by event. It ends by itself only when the answer is proven complete; it throws a
   * FailureError otherwise, after the events that had come. Failures before the first byte of an answer are
   * retried (408, 429, 500, 502, 503, 504, at most twice); after it nothing is ever sent again. Leaving the
   * loop early closes the stream.
   *
   * @param pictures for each picture part its data URL as a Blob.
   */
  answer(
    request: ChatRequest,
    pictures: ReadonlyMap<string, Blob>,
    options: AnswerOptions,
  ): AsyncGenerator<ReplyEvent, void, undefined>;
}

/** A client of one deployment. A null credential sends none (a gateway may need none). */
export function createChatClient(
  target: ChatTarget,
  credential: Credential | null,
  deps: ChatClientDeps,
): ChatClient {
  return {
    async *answer(request, pictures, options) {
      const vision = deps.vision ?? null;
      const videoUrl = deps.videoUrl ?? null;
      const dialect =
        (request.video && target.video) ?? (request.enhancements ? target.enhancements : undefined);
      const url = toChatUrl(target.endpoint, target.deployment, target.apiVersion, dialect);
      const secrets = [...(vision ? [vision.key] : []), ...(videoUrl === null ? [] : secretsIn(videoUrl))];
      const transport = createTransport(target.endpoint.base, credential, deps, { secrets });
      const send = (asked: ChatRequest) =>
        transport.send({
          url,
          method: 'POST',
          body: toChatBody(target, asked, pictures, vision, videoUrl),
          signal: options.signal,
          pictures: countPictures(asked),
        });
      const response = await sendUntilAnswered(send, request, options, deps);
      options.onAnswer?.(isStreamed(response));
      yield* readMasked(response, transport, options);
    },
  };
}

/** What of a signed address is secret: a service may repeat the whole query, or the signature as it reads it. */
function secretsIn(signedUrl: string): readonly string[] {
  if (!URL.canParse(signedUrl)) return [signedUrl];
  const { search, searchParams } = new URL(signedUrl);
  return [search.slice(1), searchParams.get('sig') ?? ''];
}

async function* readMasked(
  response: Response,
  transport: Transport,
  { signal, onBytes }: AnswerOptions,
): AsyncGenerator<ReplyEvent, void, undefined> {
  try {
    yield* readChatAnswer(response, { origin: transport.origin, signal, ...(onBytes ? { onBytes } : {}) });
  } catch (thrown) {
    throw thrown instanceof FailureError ? new FailureError(transport.masked(thrown.failure)) : thrown;
  }
}

/** Sends until there is a 2xx answer, or a failure that another request would not mend. */
async function sendUntilAnswered(
  send: (request: ChatRequest) => Promise<Response>,
  request: ChatRequest,
  options: AnswerOptions,
  deps: RetryDeps,
): Promise<Response> {
  let asked = request;
  let retries = 0;
  for (;;) {
    try {
      const response = await send(asked);
      if (asked.maxTokensParam !== request.maxTokensParam) options.onLearned?.(asked.maxTokensParam);
      return response;
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      const { failure } = thrown;
      if (asked === request && refuses(failure, request.maxTokensParam)) {
        asked = { ...request, maxTokensParam: otherOf(request.maxTokensParam) };
        continue;
      }
      retries += 1;
      if (!(await waitToRetry(failure, retries, options, deps))) throw thrown;
    }
  }
}

/** Whether a 400 says that the service does not know this parameter (api.md 1.4). */
function refuses(failure: Failure, param: MaxTokensParam): boolean {
  if (failure.status !== 400) return false;
  const names = failure.param === param || new RegExp(`\\b${param}\\b`).test(failure.detail);
  return names && (failure.code === 'unsupported_parameter' || refusesParameter(failure.detail));
}

function otherOf(param: MaxTokensParam): MaxTokensParam {
  return param === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
}

function countPictures(request: ChatRequest): number {
  return request.messages.reduce((sum, message) => sum + message.parts.filter(isPicture).length, 0);
}

function isPicture({ kind }: ChatPart): boolean {
  return kind === 'picture' || kind === 'picture-url';
}
