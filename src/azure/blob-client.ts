import { FailureError, type Failure, type FailureKind } from '#domain/failure.ts';
import { maskSecrets } from './secrets.ts';
import { readTextUpTo, type Outside } from './transport.ts';
import { waitToRetry, type RetryDeps, type RetryWait } from './retry.ts';

/**
 * Block blobs of one container, opened by its SAS (Put Block, Put Block List, Get Block List, Get Blob Properties).
 * Nothing is sent to the container but what these need; the SAS is in the address and is masked in every failure.
 */
export interface BlobClient {
  /** Bytes of each block that was sent and not committed yet, by id; empty where the blob does not exist. */
  listUncommitted(blobName: string, options: BlobOptions): Promise<ReadonlyMap<string, number>>;
  /** Retried by itself (408, 429, 5xx), and by the caller when the network broke. */
  putBlock(blobName: string, id: string, bytes: Blob, options: BlobOptions): Promise<void>;
  /** Makes the blob of its blocks, in this order. Doing it twice makes the same blob. */
  commit(blobName: string, ids: readonly string[], mimeType: string, options: BlobOptions): Promise<void>;
  /** Bytes of a blob; null where there is none. */
  sizeOf(blobName: string, options: BlobOptions): Promise<number | null>;
  remove(blobName: string, options: BlobOptions): Promise<void>;
  /** The blob's address, without and with the SAS. */
  addressOf(blobName: string): { readonly bare: string; readonly signed: string };
}

export interface BlobOptions {
  readonly signal: AbortSignal;
  readonly onWait?: (wait: RetryWait) => void;
}

export interface BlobClientDeps extends Outside, RetryDeps {}

const maxBodyBytes = 8 * 1024 * 1024;
const maxDetailChars = 4000;

/** @param containerSas the container's URL with its SAS, as `checkBlobSas` accepts it. */
export function createBlobClient(containerSas: string, deps: BlobClientDeps): BlobClient {
  const container = new URL(containerSas.trim());
  const sas = container.search.replace(/^\?/, '');
  const base = `${container.origin}${container.pathname.replace(/\/+$/, '')}`;

  const urlOf = (blobName: string, query = ''): string =>
    `${base}/${encodeBlobName(blobName)}?${query === '' ? '' : `${query}&`}${sas}`;

  async function send(call: BlobCall, options: BlobOptions): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(call, options.signal);
      } catch (thrown) {
        if (!(thrown instanceof FailureError)) throw thrown;
        if (!(await waitToRetry(thrown.failure, attempt, options, deps))) throw thrown;
      }
    }
  }

  async function sendOnce({ url, method, body, headers }: BlobCall, signal: AbortSignal): Promise<Response> {
    signal.throwIfAborted();
    let response: Response;
    try {
      response = await deps.fetch(url, {
        method,
        ...(headers ? { headers } : {}),
        ...(body ? { body } : {}),
        signal,
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        cache: 'no-store',
      });
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const isOnline = deps.isOnline ?? (() => globalThis.navigator?.onLine !== false);
      const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : '';
      throw failed({ kind: isOnline() ? 'blob-unreachable' : 'offline', detail });
    }
    if (response.ok) return response;
    const text = await readTextUpTo(response, 64 * 1024, signal);
    throw failed(toBlobFailure(response, text));
  }

  function failed(failure: Omit<Failure, 'origin'>): FailureError {
    const detail = maskSecrets(failure.detail, [sas]).slice(0, maxDetailChars);
    return new FailureError({ ...failure, origin: container.origin, detail });
  }

  return {
    async listUncommitted(blobName, options) {
      try {
        const url = urlOf(blobName, 'comp=blocklist&blocklisttype=uncommitted');
        const response = await send({ url, method: 'GET' }, options);
        return readBlockList(await readTextUpTo(response, maxBodyBytes, options.signal));
      } catch (thrown) {
        if (isMissing(thrown)) return new Map();
        throw thrown;
      }
    },

    async putBlock(blobName, id, bytes, options) {
      const url = urlOf(blobName, `comp=block&blockid=${encodeURIComponent(id)}`);
      await send({ url, method: 'PUT', body: bytes }, options);
    },

    async commit(blobName, ids, mimeType, options) {
      const blocks = ids.map((id) => `<Latest>${id}</Latest>`).join('');
      const body = new Blob([`<?xml version="1.0" encoding="utf-8"?><BlockList>${blocks}</BlockList>`], {
        type: 'application/xml',
      });
      const headers = { 'x-ms-blob-content-type': mimeType };
      await send({ url: urlOf(blobName, 'comp=blocklist'), method: 'PUT', body, headers }, options);
    },

    async sizeOf(blobName, options) {
      try {
        const response = await send({ url: urlOf(blobName), method: 'HEAD' }, options);
        const length = Number(response.headers.get('content-length') ?? Number.NaN);
        return Number.isFinite(length) ? length : null;
      } catch (thrown) {
        if (isMissing(thrown)) return null;
        throw thrown;
      }
    },

    async remove(blobName, options) {
      await send({ url: urlOf(blobName), method: 'DELETE' }, options);
    },

    addressOf(blobName) {
      const bare = `${base}/${encodeBlobName(blobName)}`;
      return { bare, signed: `${bare}?${sas}` };
    },
  };
}

interface BlobCall {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly body?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Folders stay folders; what would climb out of the container is refused. */
function encodeBlobName(name: string): string {
  const segments = name.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    throw new FailureError({ kind: 'connection-incomplete', param: 'blobName', detail: '' });
  return segments.map(encodeURIComponent).join('/');
}

/** The body is small XML of a fixed shape; ids are base64, so nothing in it needs unescaping. */
function readBlockList(xml: string): ReadonlyMap<string, number> {
  const blocks = xml.matchAll(/<Block>\s*<Name>([^<]*)<\/Name>\s*<Size>(\d+)<\/Size>\s*<\/Block>/g);
  return new Map(Array.from(blocks, ([, id = '', size = '0']) => [id, Number(size)]));
}

function toBlobFailure(response: Response, text: string): Omit<Failure, 'origin'> {
  // HEAD has no body: the code comes in a header, where the account exposes it.
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? response.headers.get('x-ms-error-code');
  const message = /<Message>([\s\S]*?)<\/Message>/.exec(text)?.[1] ?? '';
  const reason = /<AuthenticationErrorDetail>([\s\S]*?)<\/AuthenticationErrorDetail>/.exec(text)?.[1] ?? '';
  const { status } = response;
  return {
    kind: kindOf(status, code ?? null, `${message} ${reason}`),
    status,
    ...(code ? { code } : {}),
    detail: [message.split('\n')[0] ?? '', reason].filter((part) => part !== '').join(' '),
  };
}

function kindOf(status: number, code: string | null, words: string): FailureKind {
  if (status >= 500) return 'server-error';
  if (status === 408) return 'request-timeout';
  if (status === 413) return 'body-too-large';
  if (status === 429) return 'rate-limited';
  if (status === 404) return 'blob-not-found';
  if (code === 'AuthorizationPermissionMismatch' || code === 'AuthorizationServiceMismatch')
    return 'sas-lacks-permission';
  if (/\bexpir|not valid in the specified time|Signature not valid in/i.test(words)) return 'sas-expired';
  if (code === 'CorsPreflightFailure') return 'blob-unreachable';
  if (status === 401 || status === 403) return 'sas-refused';
  return 'bad-request';
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof FailureError && thrown.failure.kind === 'blob-not-found';
}
