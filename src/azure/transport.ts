import { FailureError, type Failure } from '#domain/failure.ts';
import { readBearerToken } from './bearer-token.ts';
import { maskSecrets, type Credential } from './secrets.ts';
import { readChunks } from './server-events.ts';
import { toFailureFromResponse } from './service-failure.ts';

/** What the room needs from outside; tests give their own. */
export interface Outside {
  readonly fetch: typeof fetch;
  /** False: the browser says it has no network. True proves nothing. */
  readonly isOnline?: () => boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Call {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent under its own type, `application/json` where it has none; a form's type, with its boundary, is the browser's. */
  readonly body?: Blob | FormData;
  readonly signal?: AbortSignal;
  /** Pictures in the body, for the words of a limit. */
  readonly pictures?: number;
}

/** Sends with one credential to one origin, and puts everything that goes wrong into a failure. */
export interface Transport {
  readonly origin: string;
  /**
   * The answer, its status 2xx, its body unread.
   * @throws FailureError for everything else; what the signal's owner aborted is thrown as it was.
   */
  send(call: Call): Promise<Response>;
  /** The failure, its words masked and cut to a length fit for a message's record. */
  masked(failure: Failure): Failure;
}

export interface TransportOptions {
  /** By which a key is sent: the Computer Vision services have a name of their own for it. */
  readonly keyHeader?: 'api-key' | 'ocp-apim-subscription-key';
  /** Secrets inside bodies, masked in failures as the credential is. */
  readonly secrets?: readonly string[];
}

/** An error body is read no further: behind a gateway it can be anything (reliability.md 5.2). */
const maxErrorBytes = 64 * 1024;
/** Enough for every error known; the record is stored with the message. */
const maxDetailChars = 4000;

/**
 * @param base any URL of the origin the credential was entered for; nothing is sent anywhere else.
 * @throws FailureError `connection-incomplete` for a base or a credential that cannot be sent.
 */
export function createTransport(
  base: string,
  credential: Credential | null,
  outside: Outside,
  options: TransportOptions = {},
): Transport {
  const origin = originOf(base);
  const headers = toHeaders(credential, options.keyHeader ?? 'api-key');
  const secrets = [...(credential ? [credential.value] : []), ...(options.secrets ?? [])];

  function masked(failure: Failure): Failure {
    const { code, param, detail } = failure;
    return {
      ...failure,
      ...(code !== undefined ? { code: maskSecrets(code, secrets) } : {}),
      ...(param !== undefined ? { param: maskSecrets(param, secrets) } : {}),
      detail: cut(maskSecrets(detail, secrets)),
    };
  }

  async function send({ url, method, body, signal, pictures }: Call): Promise<Response> {
    if (originOf(url) !== origin) throw failed({ kind: 'unexpected', origin, detail: 'another origin' });
    signal?.throwIfAborted();
    let response: Response;
    try {
      response = await outside.fetch(url, {
        method,
        headers: {
          ...headers,
          ...(body instanceof Blob ? { 'content-type': body.type || 'application/json' } : {}),
        },
        ...(body ? { body } : {}),
        ...(signal ? { signal } : {}),
        // fetch would carry `api-key` to wherever a redirect points (reliability.md, table 0, finding 1).
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        cache: 'no-store',
      });
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      throw failed(masked(toNetworkFailure(thrown, origin, outside)));
    }
    if (response.ok && !response.redirected) return response;
    throw failed(masked(await toHttpFailure(response, signal, pictures)));
  }

  async function toHttpFailure(
    response: Response,
    signal: AbortSignal | undefined,
    pictures: number | undefined,
  ): Promise<Failure> {
    if (response.redirected) {
      await response.body?.cancel().catch(() => undefined);
      return { kind: 'redirected', status: response.status, origin, detail: '' };
    }
    const failure = toFailureFromResponse({
      status: response.status,
      bodyText: await readTextUpTo(response, maxErrorBytes, signal),
      origin,
      headers: response.headers,
      ...(pictures !== undefined ? { pictures } : {}),
    });
    return failure.kind === 'credentials-refused' && hasExpired(credential, outside)
      ? { ...failure, kind: 'token-expired' }
      : failure;
  }

  return { origin, send, masked };
}

/**
 * A body's text, at most `maxBytes` of it. A body that breaks off gives what had come.
 * @throws the signal's reason, when its owner aborted.
 */
export async function readTextUpTo(
  response: Response,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let left = maxBytes;
  try {
    for await (const bytes of readChunks(response.body, signal ? { signal } : {})) {
      text += decoder.decode(bytes.subarray(0, left), { stream: true });
      left -= bytes.length;
      if (left <= 0) break;
    }
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
  }
  return text + decoder.decode();
}

function failed(failure: Failure): FailureError {
  return new FailureError(failure);
}

/** `Failed to fetch` stands for a wrong host, a firewall, missing CORS, a refused redirect: not told apart. */
function toNetworkFailure(thrown: unknown, origin: string, outside: Outside): Failure {
  const isOnline = outside.isOnline ?? (() => globalThis.navigator?.onLine !== false);
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : '';
  return { kind: isOnline() ? 'unreachable' : 'offline', origin, detail };
}

function toHeaders(credential: Credential | null, keyHeader: string): Readonly<Record<string, string>> {
  if (!credential) return {};
  const value = credential.value.trim();
  // fetch throws the same TypeError for a header it cannot send as for a host it cannot reach.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw failed({ kind: 'connection-incomplete', param: 'credential', detail: '' });
  }
  return credential.kind === 'api-key' ? { [keyHeader]: value } : { authorization: `Bearer ${value}` };
}

function hasExpired(credential: Credential | null, outside: Outside): boolean {
  if (credential?.kind !== 'bearer-token') return false;
  const expiresAtMs = readBearerToken(credential.value)?.expiresAtMs ?? null;
  return expiresAtMs !== null && expiresAtMs <= (outside.now ?? Date.now)();
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    throw failed({ kind: 'connection-incomplete', param: 'endpoint', detail: '' });
  }
}

function cut(text: string): string {
  return text.length <= maxDetailChars ? text : `${text.slice(0, maxDetailChars)}…`;
}
