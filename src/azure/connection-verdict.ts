import type { Failure } from '#domain/failure.ts';
import { takesStreamOptions } from './api-versions.ts';
import type { ChatTarget } from './chat-url.ts';
import type { Usage } from '#domain/usage.ts';

/** In the order they are shown: each rests on those before it. */
export const checkLineIds = [
  'url',
  'reachable',
  'credentials',
  'deployment',
  'pictures',
  'streaming',
  'usage',
] as const;

type ChatLineId = (typeof checkLineIds)[number];

/** `vision`: the Computer Vision resource answers; asked only where the connection names one. */
export type CheckLineId = ChatLineId | 'vision';

export interface CheckLine {
  readonly id: CheckLineId;
  /** `unknown`: the answers do not tell it. `not-reached`: something before it failed. */
  readonly state: 'passed' | 'failed' | 'not-reached' | 'unknown';
  /** What was seen, where it was a failure; cause and remedy follow from its kind. */
  readonly failure?: Failure;
  /** What was seen, where no failure says it. */
  readonly cause?: CheckCause;
}

export type CheckCause =
  /** Something answered there, but not a chat service. */
  | 'not-a-chat-service'
  /** This model is not said to take pictures, or to stream: it was not asked. */
  | 'not-asked'
  /** The service takes pictures but refused this tiny one. */
  | 'test-picture-refused'
  /** Asked for a stream, the service answered in one piece. */
  | 'answered-whole'
  /** API versions before 2024-09-01-preview report no usage in streams. */
  | 'api-version-reports-no-usage'
  /** The answer came without usage although it was asked for. */
  | 'no-usage';

/** One request of the check, for the ledger. */
export interface CheckCall {
  readonly asked: CheckQuestion;
  readonly outcome: 'complete' | 'interrupted' | 'failed' | 'blocked';
  /** Null: none arrived; what it cost is unknown where the call was answered. */
  readonly usage: Usage | null;
  readonly failure: Failure | null;
  /** The service answered in a stream; null: it did not answer. */
  readonly streamed: boolean | null;
}

export interface CheckQuestion {
  readonly withPicture: boolean;
  readonly stream: boolean;
}

type Verdict = Omit<CheckLine, 'id'>;

const passed: Verdict = { state: 'passed' };
const unknown: Verdict = { state: 'unknown' };

/**
 * What the calls prove, line by line. A line is `passed` or `failed` only where an answer shows it; what could
 * not be told apart stays `unknown`.
 * @param badTarget why no URL could be made, when none could.
 */
export function judge(
  calls: readonly CheckCall[],
  target: ChatTarget,
  badTarget: Failure | null,
): readonly CheckLine[] {
  if (badTarget) return lines({ url: failed(badTarget) });
  const best =
    calls.find((call) => call.failure === null) ??
    calls.find((call) => judgeCall(call) === answered) ??
    calls.at(-1);
  if (!best) return lines({ url: passed });
  const reached = judgeCall(best);
  if (!reached.deployment || reached.deployment.state !== 'passed') return lines({ url: passed, ...reached });
  return lines({
    url: passed,
    ...reached,
    pictures: judgePictures(calls),
    streaming: judgeStreaming(calls),
    usage: judgeUsage(best, target),
  });
}

type Verdicts = Partial<Record<ChatLineId, Verdict>>;

const answered: Verdicts = { reachable: passed, credentials: passed, deployment: passed };

function judgeCall(call: CheckCall): Verdicts {
  return call.failure ? judgeFailure(call.failure, call) : answered;
}

/** How far a failed call got: Azure checks the network first, then the credential, then the deployment. */
function judgeFailure(failure: Failure, call: CheckCall): Verdicts {
  switch (failure.kind) {
    case 'offline':
    case 'unreachable':
    case 'redirected':
    case 'network-rules':
    case 'connection-incomplete':
      return failure.param === 'credential'
        ? { reachable: unknown, credentials: failed(failure) }
        : { reachable: failed(failure) };
    case 'credentials-refused':
    case 'token-expired':
    case 'key-authentication-disabled':
    case 'forbidden':
      return { reachable: passed, credentials: failed(failure) };
    case 'deployment-not-found':
    case 'model-retired':
      return { reachable: passed, credentials: passed, deployment: failed(failure) };
    case 'resource-not-found':
      // A path that nobody serves is refused with any key.
      return { reachable: passed, credentials: unknown, deployment: failed(failure) };
    case 'rate-limited':
      return judgeRateLimit(failure);
    case 'not-a-chat-answer':
      return { reachable: { ...failed(failure), cause: 'not-a-chat-service' } };
    case 'cut-off':
    case 'service-error':
      // It answered 200 before it broke off.
      return call.streamed === null ? unclear(failure) : answered;
    default:
      // A 400 about the question's content comes from behind the credential and the deployment.
      return failure.status === 400 && aboutContent.has(failure.kind) ? answered : unclear(failure);
  }
}

const aboutContent: ReadonlySet<Failure['kind']> = new Set([
  'prompt-blocked',
  'picture-refused',
  'picture-url-unreadable',
  'pictures-not-supported',
  'too-many-pictures',
]);

function unclear(failure: Failure): Verdicts {
  return { reachable: passed, credentials: unknown, deployment: { ...unknown, failure } };
}

/** The quota texts name whom they count: the tier of a known resource, or the deployment (api.md 2.7). */
function judgeRateLimit(failure: Failure): Verdicts {
  if (/^your requests to \S+ for/i.test(failure.detail)) return answered;
  const knowsTheResource = /have exceeded/i.test(failure.detail);
  return { ...unclear(failure), ...(knowsTheResource ? { credentials: passed } : {}) };
}

function judgePictures(calls: readonly CheckCall[]): Verdict {
  const withPicture = calls.find((call) => call.asked.withPicture);
  if (!withPicture) return { ...unknown, cause: 'not-asked' };
  const { failure } = withPicture;
  if (failure === null || failure.kind === 'cut-off') return passed;
  if (failure.kind === 'pictures-not-supported') return failed(failure);
  if (failure.kind === 'picture-refused') return { ...unknown, failure, cause: 'test-picture-refused' };
  // The same question without the picture was answered: the picture made the difference.
  const alike = calls.find(
    (call) => !call.asked.withPicture && call.asked.stream === withPicture.asked.stream,
  );
  const madeTheDifference = failure.kind === 'bad-request' && alike?.failure === null;
  return madeTheDifference ? failed(failure) : { ...unknown, failure };
}

function judgeStreaming(calls: readonly CheckCall[]): Verdict {
  if (!calls.some((call) => call.asked.stream)) return { ...unknown, cause: 'not-asked' };
  const answeredCall = calls.find((call) => call.asked.stream && call.streamed !== null);
  if (!answeredCall) {
    const refused = calls.findLast((call) => call.asked.stream);
    const withoutStream = calls.some((call) => !call.asked.stream && call.failure === null);
    if (!refused?.failure) return unknown;
    // Refused with the stream and answered without it: that is what was wrong.
    return withoutStream ? failed(refused.failure) : { ...unknown, failure: refused.failure };
  }
  if (answeredCall.failure) return failed(answeredCall.failure);
  return answeredCall.streamed ? passed : { state: 'failed', cause: 'answered-whole' };
}

function judgeUsage(call: CheckCall, target: ChatTarget): Verdict {
  if (call.usage) return passed;
  if (call.failure) return unknown;
  const asked = !call.asked.stream || takesStreamOptions(versionOf(target));
  return { state: 'failed', cause: asked ? 'no-usage' : 'api-version-reports-no-usage' };
}

function versionOf(target: ChatTarget): string | null {
  return target.endpoint.api === 'v1' ? null : (target.apiVersion ?? '');
}

function failed(failure: Failure): Verdict {
  return { state: 'failed', failure };
}

function lines(verdicts: Verdicts): readonly CheckLine[] {
  return checkLineIds.map((id) => ({ id, ...(verdicts[id] ?? { state: 'not-reached' as const }) }));
}
