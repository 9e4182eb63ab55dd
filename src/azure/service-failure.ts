import type { Failure, FailureKind } from '#domain/failure.ts';
import { filtersOf } from './content-filter.ts';
import { listIn, objectIn, parseJson, textIn, type WireObject } from './wire.ts';

/** What is known of an answer that is not the one hoped for. */
export interface FailedAnswer {
  readonly status: number;
  readonly bodyText: string;
  readonly origin: string;
  /** Headers, where a browser may see them; Azure exposes none of them (api.md 2.8). */
  readonly headers?: Pick<Headers, 'get'>;
  /** Pictures in the request, to say by how many a limit was passed. */
  readonly pictures?: number;
}

/** An error as any of the services and gateways writes it. */
export interface ServiceError {
  readonly message: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly inner: WireObject | null;
}

/**
 * The failure in an HTTP error (api.md 2.7). Its detail is the service's own words, neither masked nor cut:
 * that is the transport's work.
 */
export function toFailureFromResponse(answer: FailedAnswer): Failure {
  const error = readServiceError(parseJson(answer.bodyText)) ?? {
    message: answer.bodyText.trim(),
    code: null,
    param: null,
    inner: null,
  };
  const kind = kindOf(answer.status, error);
  const retryAfterMs = readRetryAfter(error.message) ?? retryAfterInHeaders(answer.headers);
  const limit = kind === 'too-many-pictures' ? pictureLimit(error.message) : null;
  return {
    ...toServiceFailure(kind, error, answer.origin),
    status: answer.status,
    ...(retryAfterMs !== null ? { retryAfterMs } : {}),
    ...(limit !== null ? { limit } : {}),
    ...(kind === 'too-many-pictures' && answer.pictures !== undefined ? { actual: answer.pictures } : {}),
  };
}

/** The failure in an error that came inside a 200 or inside a stream. */
export function toFailureInAnswer(error: ServiceError, origin: string): Failure {
  const retryAfterMs = readRetryAfter(error.message);
  return {
    ...toServiceFailure(isPromptBlocked(error) ? 'prompt-blocked' : 'service-error', error, origin),
    ...(retryAfterMs !== null ? { retryAfterMs } : {}),
  };
}

/**
 * The failure that a tool of the service reports inside a 200. Its code is an HTTP status, of whatever the tool asked:
 * where that is about a key or an address, it is not about this connection's own.
 */
export function toFailureOfTool(message: string, code: string | null, origin: string): Failure {
  const error = { ...nothingSaid, message, code };
  const status = /^[45]\d\d$/.test(code ?? '') ? Number(code) : null;
  const isOthers = status === null || [401, 403, 404].includes(status);
  const retryAfterMs = readRetryAfter(message);
  return {
    ...toServiceFailure(isOthers ? 'service-error' : kindOf(status, error), error, origin),
    ...(retryAfterMs !== null ? { retryAfterMs } : {}),
  };
}

/** The error in a parsed body: nested, flat as API Management writes it, or a plain text; null where none is. */
export function readServiceError(body: unknown): ServiceError | null {
  const whole = objectIn(body);
  if (!whole) return null;
  const nested = whole['error'];
  if (typeof nested === 'string') return { ...nothingSaid, ...fields(whole), message: nested };
  const error = objectIn(nested) ?? objectIn(listIn(nested)[0]);
  if (error) return fields(error);
  const flat = fields(whole);
  return flat.message === '' && flat.code === null ? null : flat;
}

/** Seconds (or another unit) that a rate-limit text asks to wait: all three texts of api.md 2.7. */
export function readRetryAfter(message: string): number | null {
  const found = /(?:retry after|try again in|retry in)\s+(\d+(?:\.\d+)?)\s*([a-z]*)/i.exec(message);
  if (!found) return null;
  const amount = Number(found[1]);
  const unit = (found[2] ?? '').toLowerCase();
  if (unit === 'ms' || unit.startsWith('milli')) return Math.ceil(amount);
  if (unit.startsWith('h')) return Math.ceil(amount * 3_600_000);
  if (unit.startsWith('d')) return Math.ceil(amount * 86_400_000);
  if (unit === 'm' || unit.startsWith('min')) return Math.ceil(amount * 60_000);
  return Math.ceil(amount * 1000);
}

const nothingSaid: ServiceError = { message: '', code: null, param: null, inner: null };

function fields(error: WireObject): ServiceError {
  const code = error['code'] ?? error['statusCode'];
  return {
    message: textIn(error['message']) ?? textIn(error['detail']) ?? '',
    code: typeof code === 'number' ? String(code) : textIn(code),
    param: textIn(error['param']),
    inner: objectIn(error['innererror']) ?? objectIn(error['inner_error']),
  };
}

function toServiceFailure(kind: FailureKind, error: ServiceError, origin: string): Failure {
  const filters = kind === 'prompt-blocked' && error.inner ? filtersOf(error.inner) : [];
  return {
    kind,
    origin,
    ...(error.code !== null ? { code: error.code } : {}),
    ...(error.param !== null ? { param: error.param } : {}),
    ...(filters.length > 0 ? { filters } : {}),
    detail: [error.message, ...innerWords(error.inner)].filter((words) => words !== '').join(' '),
  };
}

/** The vision services say in the inner error what is wrong, and in the outer one only that something is. */
function innerWords(inner: WireObject | null): readonly string[] {
  const message = textIn(inner?.['message']);
  if (!inner || message === null) return [];
  const code = textIn(inner['code']);
  return [code === null ? message : `${code}: ${message}`, ...innerWords(objectIn(inner['innererror']))];
}

function kindOf(status: number, error: ServiceError): FailureKind {
  if (isPromptBlocked(error)) return 'prompt-blocked';
  if (error.code === 'DeploymentNotFound') return 'deployment-not-found';
  if (error.code === 'ModelDeprecated') return 'model-retired';
  if (status >= 300 && status < 400) return 'redirected';
  if (status >= 500) return 'server-error';
  switch (status) {
    case 400:
    case 422:
      return kindOfBadRequest(error);
    case 401:
      return kindOfUnauthorized(error);
    case 403:
      return kindOfForbidden(error);
    case 404:
      return kindOfNotFound(error);
    case 408:
      return 'request-timeout';
    case 410:
      return 'model-retired';
    case 413:
      return 'body-too-large';
    case 429:
      return 'rate-limited';
    case 431:
      return 'too-many-headers';
    default:
      return 'bad-request';
  }
}

function isPromptBlocked(error: ServiceError): boolean {
  return error.code === 'content_filter' || error.inner?.['code'] === 'ResponsibleAIPolicyViolation';
}

function kindOfBadRequest({ message, code }: ServiceError): FailureKind {
  if (/maximum number of images/i.test(message)) return 'too-many-pictures';
  if (/enhancement requires a data source of type/i.test(message)) return 'data-source-refused';
  if (
    /image_url is only supported by|does not support images?|images? (?:input )?(?:is|are) not supported/i.test(
      message,
    )
  ) {
    return 'pictures-not-supported';
  }
  if (
    /(?:timed out|timeout|error) while downloading|unable to download image|image url can ?not be accessed/i.test(
      message,
    )
  ) {
    return 'picture-url-unreadable';
  }
  if (/invalid image|not a valid absolute URI|unsupported image|image (?:is )?too large/i.test(message)) {
    return 'picture-refused';
  }
  const refused =
    code === 'unsupported_parameter' || code === 'unsupported_value' || code === 'unknown_parameter';
  if (refused || refusesParameter(message)) return 'parameter-refused';
  return 'bad-request';
}

/** Words of today's services, of v1 about `api-version`, and of the backends of 2023. */
export function refusesParameter(message: string): boolean {
  return /unsupported parameter|unsupported value|unrecognized request argument|unknown parameter|extra fields not permitted|extra inputs are not permitted|query parameter is not allowed/i.test(
    message,
  );
}

function kindOfUnauthorized({ message, code }: ServiceError): FailureKind {
  if (/\bexpired\b/i.test(message)) return 'token-expired';
  // A good token of somebody without the role answers 401, not 403.
  if (code === 'PermissionDenied' || /lacks the required data action/i.test(message)) return 'forbidden';
  return 'credentials-refused';
}

function kindOfForbidden({ message, code }: ServiceError): FailureKind {
  if (code === 'AuthenticationTypeDisabled' || /key based authentication is disabled/i.test(message)) {
    return 'key-authentication-disabled';
  }
  if (/virtual network|firewall|public access is disabled|private endpoint/i.test(message)) {
    return 'network-rules';
  }
  return 'forbidden';
}

function kindOfNotFound({ message, code }: ServiceError): FailureKind {
  if (code === 'model_not_found') return 'deployment-not-found';
  if (/(?:deployment|model)\b.*\bdoes not exist/i.test(message)) return 'deployment-not-found';
  return 'resource-not-found';
}

function pictureLimit(message: string): number | null {
  const found = /images \((\d+)\)/i.exec(message);
  return found ? Number(found[1]) : null;
}

function retryAfterInHeaders(headers: Pick<Headers, 'get'> | undefined): number | null {
  const ms = Number(headers?.get('retry-after-ms') || Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const seconds = Number(headers?.get('retry-after') || Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
