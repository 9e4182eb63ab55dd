/**
 * A failure as plain data: it crosses the walls between rooms, is stored with the message it ended,
 * and is put into words by the screens. It never holds a key, a token or a SAS.
 */
export interface Failure {
  readonly kind: FailureKind;
  /** HTTP status, where an answer came. */
  readonly status?: number;
  /** The service's own code, such as `DeploymentNotFound`. */
  readonly code?: string;
  /** The request parameter that the service names. */
  readonly param?: string;
  /** How long the service asks to wait; from the body, because `retry-after` is invisible to a browser. */
  readonly retryAfterMs?: number;
  /** Origin that was called, such as `https://contoso.openai.azure.com`. */
  readonly origin?: string;
  /** For `redirected` and limits: what was found and what is allowed. */
  readonly actual?: number;
  readonly limit?: number;
  /** For `prompt-blocked`: what the filter found in the prompt. */
  readonly filters?: readonly FilterResult[];
  /** It was Image Analysis that failed, before the question was asked: the question can be sent without. */
  readonly stage?: 'reading';
  /** The service's or the browser's own words, masked; may be empty. Shown folded, as text. */
  readonly detail: string;
}

export type FailureKind =
  // what the browser could not tell apart: wrong host, firewall, CORS, blocked, redirect, offline
  | 'unreachable'
  | 'offline'
  | 'redirected'
  // what the service said
  | 'credentials-refused'
  | 'token-expired'
  | 'key-authentication-disabled'
  | 'network-rules'
  | 'forbidden'
  | 'deployment-not-found'
  | 'resource-not-found'
  | 'model-retired'
  | 'request-timeout'
  | 'body-too-large'
  | 'rate-limited'
  | 'too-many-headers'
  | 'server-error'
  | 'prompt-blocked'
  | 'picture-refused'
  | 'picture-url-unreadable'
  | 'pictures-not-supported'
  | 'parameter-refused'
  | 'bad-request'
  | 'not-a-chat-answer' // HTML, an empty body, JSON of another kind
  | 'service-error' // an error inside a 200 or inside a stream
  // what ended an answer on this side
  | 'cut-off' // the stream ended without proof of completion
  | 'stalled'
  | 'left-running' // found running at start: the tab or the browser went away
  // limits found before sending
  | 'too-many-pictures'
  | 'picture-too-large'
  | 'request-too-large'
  | 'connection-incomplete'
  | 'enhancements-one-picture' // the enhancements look at one picture only
  | 'enhancements-not-here' // this model or API version has none
  // what Image Analysis said, or what is found before it is asked
  | 'vision-missing' // no Computer Vision resource in the connection
  | 'vision-wrong-key' // a key of another kind: an Azure OpenAI resource's, or of another region
  | 'vision-region' // captions are not to be had in this region
  | 'vision-picture-too-small'
  | 'vision-picture-too-large'
  | 'vision-refused' // anything else it said no to
  // videos
  | 'blob-unreachable' // no network, a firewall, or an account without a CORS rule for this page
  | 'blob-not-found' // no such container or blob
  | 'sas-expired'
  | 'sas-lacks-permission'
  | 'sas-refused'
  | 'index-not-found'
  | 'index-exists'
  | 'video-unreadable'
  | 'video-one-only' // a prompt takes one video of an index
  | 'video-with-pictures' // and no pictures beside it
  | 'video-without-words' // the service wants a text after it
  | 'video-not-here' // the connection cannot be asked about a video of an index; `param` says why
  | 'data-source-refused' // the service did not find the data source that an enhancement needs
  | 'changed-elsewhere' // another tab changed the conversation, or is answering in it
  // this device
  | 'storage-full'
  | 'storage-failed'
  | 'picture-missing'
  | 'picture-unreadable'
  | 'unexpected';

/** One category of Azure's content filter, as it judged a prompt or an answer. */
export interface FilterResult {
  /** The wire's own category name, `self-harm` written `self_harm`; unknown ones pass through. */
  readonly category: string;
  readonly filtered: boolean;
  readonly severity?: 'safe' | 'low' | 'medium' | 'high';
  readonly detected?: boolean;
  /** What else was said, such as a citation's URL and licence or the filter's own error. */
  readonly note?: string;
}

/** Thrown across walls where a promise must reject; carries nothing but the plain failure. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.kind);
    this.name = 'FailureError';
    this.failure = failure;
  }
}

/** The failure inside anything thrown; what is not ours becomes `unexpected`, its message masked by `mask`. */
export function toFailure(thrown: unknown, kind: FailureKind = 'unexpected'): Failure {
  if (thrown instanceof FailureError) return thrown.failure;
  const carried = (thrown as { failure?: unknown } | null)?.failure;
  if (carried && typeof carried === 'object' && 'kind' in carried) return carried as Failure;
  return { kind, detail: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) };
}
