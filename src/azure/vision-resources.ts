import { SIMULATOR_ORIGIN } from '#domain/connection.ts';
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
  const isContainer = segments.length === accountSegments(url) + 1;
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

export type VideoSasProblem =
  | Extract<
      BlobSasProblem,
      {
        readonly code:
          'not-an-address' | 'no-signature' | 'cannot-read' | 'no-expiry' | 'expired' | 'not-yet-valid';
      }
    >
  /** The address names a container, or nothing in one. */
  | { readonly code: 'not-a-file' }
  /** Too little time is left for the service to fetch it. */
  | { readonly code: 'expires-soon'; readonly atMs: number };

/** Ingestion takes about as long as the video lasts, and begins when the service finds the time. */
const leastValidMs = 15 * 60_000;

/** A video by its own SAS URL. Only `signedUrl` holds the signature. */
export interface VideoSasCheck {
  /** Empty: usable. */
  readonly problems: readonly VideoSasProblem[];
  readonly bareUrl: string | null;
  readonly signedUrl: string | null;
  /** The blob's last segment, decoded. */
  readonly fileName: string | null;
  /** By its name; chat over an index takes no other kind (api.md 4.1). */
  readonly isMp4OrMov: boolean;
  readonly expiresAtMs: number | null;
}

/** Whether a video's SAS URL is fit to be read by Azure's services: of one blob, or of its container. */
export function checkVideoSas(text: string, nowMs: number): VideoSasCheck {
  const pasted = readPastedUrl(text);
  if (!pasted.ok) {
    const problems = [{ code: 'not-an-address' as const, reason: pasted.reason }];
    return {
      problems,
      bareUrl: null,
      signedUrl: null,
      fileName: null,
      isMp4OrMov: false,
      expiresAtMs: null,
    };
  }
  const { url } = pasted;
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const isFile = segments.length > accountSegments(url) + 1;
  const query = url.searchParams;
  const byPolicy = query.has('si');
  const expiresAtMs = timeIn(query.get('se'));
  const allowed = query.get('sp') ?? '';
  const cannotRead = (!byPolicy || allowed !== '') && !allowed.includes('r');
  const problems: readonly VideoSasProblem[] = [
    ...(query.get('sig') ? [] : [{ code: 'no-signature' as const }]),
    ...(isFile ? [] : [{ code: 'not-a-file' as const }]),
    ...(cannotRead ? [{ code: 'cannot-read' as const }] : []),
    ...timeProblems(expiresAtMs, timeIn(query.get('st')), byPolicy, nowMs),
    ...(expiresAtMs !== null && expiresAtMs > nowMs && expiresAtMs < nowMs + leastValidMs
      ? [{ code: 'expires-soon' as const, atMs: expiresAtMs }]
      : []),
  ];
  const fileName = isFile ? decoded(segments.at(-1) ?? '') : null;
  return {
    problems,
    bareUrl: `${url.origin}${url.pathname}`,
    signedUrl: url.href,
    fileName,
    isMp4OrMov: /\.(?:mp4|m4v|mov)$/i.test(fileName ?? ''),
    expiresAtMs,
  };
}

/** A local emulator and the simulator name the account in the path: /devstoreaccount1/container. */
function accountSegments(url: URL): number {
  return isLoopback(url) || url.origin === SIMULATOR_ORIGIN ? 1 : 0;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

type TimeProblem = Extract<BlobSasProblem, { readonly code: 'no-expiry' | 'expired' | 'not-yet-valid' }>;

function timeProblems(
  expiresAtMs: number | null,
  startsAtMs: number | null,
  byPolicy: boolean,
  nowMs: number,
): readonly TimeProblem[] {
  const problems: TimeProblem[] = [];
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
