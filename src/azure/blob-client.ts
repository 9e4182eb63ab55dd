import { FailureError, type Failure, type FailureKind } from '#domain/failure.ts';
import { maskSecrets } from './secrets.ts';
import { readTextUpTo, type Outside } from './transport.ts';
import { waitToRetry, type RetryDeps, type RetryWait } from './retry.ts';

/**
 * Block blobs of one container, opened by its SAS (Put Block, Put Block List, Get Block List, Get Blob Properties).
 * Nothing is sent to the container but what these need; the SAS is in the address and is masked in every failure.
 */
export interface BlobClient {
  /** Bytes of each block that the service has, by id, part of a blob already or not; empty where the blob is not there. */
  listBlocks(blobName: string, options: BlobOptions): Promise<ReadonlyMap<string, number>>;
  /** Retried by itself (408, 429, 5xx), and by the caller when the network broke. */
  putBlock(blobName: string, id: string, bytes: Blob, options: BlobOptions): Promise<void>;
  /** Makes the blob of blocks that `listBlocks` names, in this order. Doing it twice makes the same blob. */
  commit(blobName: string, ids: readonly string[], mimeType: string, options: BlobOptions): Promise<void>;
  /** Bytes of a blob; null where there is none. */
  sizeOf(blobName: string, options: BlobOptions): Promise<number | null>;
  /** No blob of this name is there any more, or was. */
  remove(blobName: string, options: BlobOptions): Promise<void>;
  /** The blob's address, without and with the SAS. */
  addressOf(blobName: string): { readonly bare: string; readonly signed: string };
}

export interface BlobOptions {
  readonly signal: AbortSignal;
  readonly onWait?: (wait: RetryWait) => void;
}

export interface BlobClientDeps extends Outside, RetryDeps {}

/** 50,000 blocks, each named twice. */
const maxBodyBytes = 16 * 1024 * 1024;
/** An error body is read no further. */
const maxErrorBytes = 64 * 1024;
const maxDetailChars = 4000;

/** @param containerSas the container's URL with its SAS, as `checkBlobSas` accepts it. */
export function createBlobClient(containerSas: string, deps: BlobClientDeps): BlobClient {
  const container = new URL(containerSas.trim());
  const sas = container.search.replace(/^\?/, '');
  const allowed = readSas(container.searchParams);
  const secrets = [sas, allowed.signature].filter((secret) => secret !== '');
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

  async function sendOnce(call: BlobCall, signal: AbortSignal): Promise<Response> {
    const { url, method, body, headers } = call;
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
      throw failed(brokenOff(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : ''));
    }
    if (response.redirected) {
      await response.body?.cancel().catch(() => undefined);
      throw failed({ kind: 'redirected', status: response.status, detail: '' });
    }
    if (response.ok) return response;
    const failure = toBlobFailure(response, await readTextUpTo(response, maxErrorBytes, signal));
    throw failed(
      failure.kind === 'sas-refused' ? { ...failure, kind: kindBySas(failure.code, call.needs) } : failure,
    );
  }

  function brokenOff(detail: string): Omit<Failure, 'origin'> {
    const isOnline = deps.isOnline ?? (() => globalThis.navigator?.onLine !== false);
    return { kind: isOnline() ? 'blob-unreachable' : 'offline', detail };
  }

  /** Where the service does not say why it refused, the SAS itself may tell (browser.md 5). */
  function kindBySas(code: string | undefined, needs: RegExp): FailureKind {
    const now = (deps.now ?? Date.now)();
    if (allowed.expiresAtMs <= now || allowed.startsAtMs > now) return 'sas-expired';
    // Anything wrong with a SAS is told as this; what comes of a firewall has a code of its own.
    const isVague = code === undefined || /^Authori[sz]ation(?:Failure|PermissionMismatch)$/.test(code);
    return isVague && allowed.permissions !== null && !needs.test(allowed.permissions)
      ? 'sas-lacks-permission'
      : 'sas-refused';
  }

  function failed(failure: Omit<Failure, 'origin'>): FailureError {
    const detail = maskSecrets(failure.detail, secrets).slice(0, maxDetailChars);
    const code = failure.code === undefined ? {} : { code: maskSecrets(failure.code, secrets) };
    return new FailureError({ ...failure, ...code, origin: container.origin, detail });
  }

  return {
    async listBlocks(blobName, options) {
      let xml: string;
      try {
        const url = urlOf(blobName, 'comp=blocklist&blocklisttype=all');
        const response = await send({ url, method: 'GET', needs: /r/ }, options);
        xml = await readTextUpTo(response, maxBodyBytes, options.signal);
      } catch (thrown) {
        if (isMissing(thrown)) return new Map();
        throw thrown;
      }
      // Half a list would make blocks be sent again that are there.
      if (!/<\/BlockList>|<BlockList\s*\/>/.test(xml))
        throw failed(brokenOff('The list of blocks broke off.'));
      return readBlockList(xml);
    },

    async putBlock(blobName, id, bytes, options) {
      const url = urlOf(blobName, `comp=block&blockid=${encodeURIComponent(id)}`);
      await send({ url, method: 'PUT', body: bytes, needs: /[cw]/ }, options);
    },

    async commit(blobName, ids, mimeType, options) {
      const blocks = ids.map((id) => `<Latest>${id}</Latest>`).join('');
      const body = new Blob([`<?xml version="1.0" encoding="utf-8"?><BlockList>${blocks}</BlockList>`], {
        type: 'application/xml',
      });
      const headers = { 'x-ms-blob-content-type': mimeType };
      const url = urlOf(blobName, 'comp=blocklist');
      await send({ url, method: 'PUT', body, headers, needs: /[cw]/ }, options);
    },

    async sizeOf(blobName, options) {
      try {
        const response = await send({ url: urlOf(blobName), method: 'HEAD', needs: /r/ }, options);
        const length = Number(response.headers.get('content-length') ?? Number.NaN);
        return Number.isFinite(length) ? length : null;
      } catch (thrown) {
        if (isMissing(thrown)) return null;
        throw thrown;
      }
    },

    async remove(blobName, options) {
      try {
        await send({ url: urlOf(blobName), method: 'DELETE', needs: /d/ }, options);
      } catch (thrown) {
        if (!isMissing(thrown)) throw thrown;
      }
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
  /** What of the SAS's permissions (`sp`) it takes. */
  readonly needs: RegExp;
}

/** What a SAS says of itself; nothing of it is sent anywhere. A stored access policy (`si`) may hold the rest. */
function readSas(query: URLSearchParams) {
  const time = (text: string | null): number => (text === null ? Number.NaN : Date.parse(text));
  return {
    signature: query.get('sig') ?? '',
    permissions: query.get('sp'),
    expiresAtMs: time(query.get('se')),
    startsAtMs: time(query.get('st')),
  };
}

/** Folders stay folders; what would climb out of the container is refused. */
function encodeBlobName(name: string): string {
  const segments = name.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    throw new FailureError({ kind: 'connection-incomplete', param: 'blobName', detail: '' });
  return segments.map(encodeURIComponent).join('/');
}

/**
 * The body is XML of a fixed shape, and ids are base64: nothing in it needs unescaping. Blocks that were committed
 * come first, so of two with one id the newer one counts, as it does for `<Latest>`.
 */
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
  if (/\bexpir|not valid in the specified time/i.test(words)) return 'sas-expired';
  if (status === 401 || status === 403) return 'sas-refused';
  return 'bad-request';
}

/** A blob, that is; a container that is not there is a failure. */
function isMissing(thrown: unknown): boolean {
  if (!(thrown instanceof FailureError)) return false;
  const { kind, code } = thrown.failure;
  return kind === 'blob-not-found' && code !== 'ContainerNotFound';
}
