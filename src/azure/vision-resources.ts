import { isLoopback, queryNotes, readPastedUrl, type UrlRefusal } from './pasted-url.ts';

export type VisionEndpointCheck =
  | {
      readonly ok: true;
      /** No trailing slash; `/computervision/…` follows. */
      readonly endpoint: string;
      /** Names of query parameters that held secrets and were dropped. */
      readonly secretsRemoved: readonly string[];
      /** An `*.openai.azure.com` host: its keys do not open Computer Vision (api.md 5). */
      readonly openaiHost: boolean;
    }
  | { readonly ok: false; readonly reason: UrlRefusal };

/** The base of a Computer Vision (or Azure AI Services) resource in a pasted text. */
export function checkVisionEndpoint(text: string): VisionEndpointCheck {
  const pasted = readPastedUrl(text);
  if (!pasted.ok) return pasted;
  const { url } = pasted;
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const service = segments.findIndex((segment) => /^(?:computervision|vision|api)$/i.test(segment));
  const prefix = service < 0 ? segments : segments.slice(0, service);
  const onAzure = /\.azure\.(?:com|us|cn)$|\.cognitive\.microsoft\.com$/.test(url.hostname);
  return {
    ok: true,
    endpoint: [url.origin, ...(onAzure ? [] : prefix)].join('/'),
    secretsRemoved: queryNotes(url, []).flatMap((note) =>
      note.code === 'secret-removed' ? [note.param] : [],
    ),
    openaiHost: /\.openai\.azure\.(?:com|us|cn)$/.test(url.hostname),
  };
}

export type BlobSasProblem =
  | { readonly code: 'not-an-address'; readonly reason: UrlRefusal }
  /** No `sig`: the address carries no permission at all. */
  | { readonly code: 'no-signature' }
  /** A SAS for one blob, for the whole account, or an address that is not a container's. */
  | { readonly code: 'not-a-container' }
  /** `sp` lacks `r`: the video service and the model could not fetch what was uploaded. */
  | { readonly code: 'cannot-read' }
  /** `sp` lacks both `c` and `w`: nothing could be uploaded. */
  | { readonly code: 'cannot-write' }
  | { readonly code: 'no-expiry' }
  | { readonly code: 'expired'; readonly atMs: number }
  | { readonly code: 'not-yet-valid'; readonly fromMs: number };

/** What a SAS allows. It holds nothing of the signature. */
export interface BlobSasCheck {
  /** Empty: usable. */
  readonly problems: readonly BlobSasProblem[];
  readonly origin: string | null;
  readonly container: string | null;
  readonly expiresAtMs: number | null;
}

/**
 * Whether a container's SAS URL is fit for uploads that Azure's services then read: https (or this machine),
 * `sr=c`, `sp` with `r` and one of `c`, `w`, and `se` ahead of `nowMs` (browser.md 5). Which operations a stored
 * access policy (`si`) allows cannot be read from the address and is taken on trust.
 */
export function checkBlobSas(text: string, nowMs: number): BlobSasCheck {
  const pasted = readPastedUrl(text);
  if (!pasted.ok) {
    const problems = [{ code: 'not-an-address' as const, reason: pasted.reason }];
    return { problems, origin: null, container: null, expiresAtMs: null };
  }
  const { url } = pasted;
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  // A local emulator names the account in the path: /devstoreaccount1/container.
  const isContainer = segments.length === (isLoopback(url) ? 2 : 1);
  const query = url.searchParams;
  const byPolicy = query.has('si');
  const expiresAtMs = timeIn(query.get('se'));

  const problems: BlobSasProblem[] = [];
  if (!query.get('sig')) problems.push({ code: 'no-signature' });
  if (!isContainer || query.get('sr') !== 'c') problems.push({ code: 'not-a-container' });
  const allowed = query.get('sp') ?? '';
  if (!byPolicy || allowed !== '') {
    if (!allowed.includes('r')) problems.push({ code: 'cannot-read' });
    if (!/[cw]/.test(allowed)) problems.push({ code: 'cannot-write' });
  }
  problems.push(...timeProblems(expiresAtMs, timeIn(query.get('st')), byPolicy, nowMs));
  return {
    problems,
    origin: url.origin,
    container: isContainer ? (segments.at(-1) ?? null) : null,
    expiresAtMs,
  };
}

function timeProblems(
  expiresAtMs: number | null,
  startsAtMs: number | null,
  byPolicy: boolean,
  nowMs: number,
): readonly BlobSasProblem[] {
  const problems: BlobSasProblem[] = [];
  if (expiresAtMs === null && !byPolicy) problems.push({ code: 'no-expiry' });
  if (expiresAtMs !== null && expiresAtMs <= nowMs) problems.push({ code: 'expired', atMs: expiresAtMs });
  if (startsAtMs !== null && startsAtMs > nowMs) problems.push({ code: 'not-yet-valid', fromMs: startsAtMs });
  return problems;
}

/** SAS times are UTC; a date alone means its midnight. */
function timeIn(text: string | null): number | null {
  if (text === null) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
