import { SIMULATOR_ORIGIN, type Endpoint } from '#domain/connection.ts';
import { isDatedApiVersion } from './api-versions.ts';
import { isLoopback, queryNotes, readPastedUrl, type PastedUrlNote, type UrlRefusal } from './pasted-url.ts';

export type HostKind =
  | 'azure-openai'
  | 'cognitive-services'
  | 'foundry'
  | 'foundry-project'
  | 'gateway'
  | 'loopback'
  | 'simulator';

export type UriNote =
  | PastedUrlNote
  /** A bare base says nothing of the API family: v1 was taken, since it serves all of today's models. */
  | { readonly code: 'api-assumed-v1' }
  /** v1 refuses a dated version (`api-version query parameter is not allowed`), so it is not sent. */
  | { readonly code: 'api-version-dropped'; readonly apiVersion: string }
  /** A classic URI without a version: one has to be chosen. */
  | { readonly code: 'api-version-missing' }
  /** A classic URI whose version is no date, such as `latest`. */
  | { readonly code: 'api-version-not-understood'; readonly apiVersion: string }
  /** The URI was for another operation, such as `responses`; questions go to `chat/completions`. */
  | { readonly code: 'operation-replaced'; readonly operation: string }
  /** A Foundry project's path: pictures as data URLs fail there above 65,520 characters (api.md 7). */
  | { readonly code: 'project-path-left-out'; readonly project: string }
  /** A path that no Azure host of this kind serves for chat. */
  | { readonly code: 'path-dropped'; readonly path: string }
  /** The deployment in the URI is a sample's, such as `{deployment-id}`. */
  | { readonly code: 'deployment-placeholder' };

export type TargetUri =
  | {
      readonly ok: true;
      readonly endpoint: Endpoint;
      /** What a key is bound to. */
      readonly origin: string;
      readonly deployment: string | null;
      readonly apiVersion: string | null;
      readonly hostKind: HostKind;
      readonly notes: readonly UriNote[];
    }
  | { readonly ok: false; readonly reason: TargetUriRefusal };

export type TargetUriRefusal =
  | UrlRefusal
  /** An address of a portal or of a documentation page, not of the resource. */
  | 'portal-link'
  /** A storage account's address. */
  | 'storage-link'
  /** `openai.azure.com` without a resource in front. */
  | 'resource-missing';

/**
 * What an endpoint or target URI means, in any form that the portals, Foundry and the documents show. The result
 * holds no query, so no secret of one.
 */
export function readTargetUri(text: string): TargetUri {
  const pasted = readPastedUrl(text);
  if (!pasted.ok) return pasted;
  const { url } = pasted;
  const refusal = refuseHost(url.hostname);
  if (refusal) return { ok: false, reason: refusal };

  const hostKind = hostKindOf(url);
  const path = readPath(segmentsOf(url), hostKind);
  const version = readVersion(url, path.api);
  const api = path.api ?? (version.apiVersion === null ? 'v1' : 'classic');
  return {
    ok: true,
    endpoint: {
      base: [url.origin, ...path.prefix].join('/'),
      api,
      ...(path.withoutOpenaiFolder ? { withoutOpenaiFolder: true as const } : {}),
    },
    origin: url.origin,
    deployment: path.deployment,
    apiVersion: version.apiVersion,
    hostKind: path.project ? 'foundry-project' : hostKind,
    notes: [
      ...pasted.notes,
      ...(path.api === null && api === 'v1' ? [{ code: 'api-assumed-v1' as const }] : []),
      ...path.notes,
      ...version.notes,
      ...queryNotes(url, ['api-version']),
    ],
  };
}

const hostKinds: readonly (readonly [RegExp, HostKind])[] = [
  [/\.openai\.azure\.(?:com|us|cn)$/, 'azure-openai'],
  [/\.services\.ai\.azure\.(?:com|us|cn)$/, 'foundry'],
  [/\.cognitiveservices\.azure\.(?:com|us|cn)$/, 'cognitive-services'],
  [/\.api\.cognitive\.(?:microsoft\.com|azure\.us|azure\.cn)$/, 'cognitive-services'],
];

function hostKindOf(url: URL): HostKind {
  if (url.origin === SIMULATOR_ORIGIN) return 'simulator';
  if (isLoopback(url)) return 'loopback';
  return hostKinds.find(([pattern]) => pattern.test(url.hostname))?.[1] ?? 'gateway';
}

function refuseHost(host: string): TargetUriRefusal | null {
  if (/^(?:www\.)?(?:portal|ms\.portal|ai|oai|aoai|ml|management)\.azure\.(?:com|us|cn)$/.test(host)) {
    return 'portal-link';
  }
  if (/^(?:learn|docs)\.microsoft\.com$|^docs\.azure\.cn$|^login\.microsoftonline\.(?:com|us)$/.test(host)) {
    return 'portal-link';
  }
  if (
    /\.(?:blob|dfs|file|queue|table)\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/.test(host)
  ) {
    return 'storage-link';
  }
  if (/^(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$/.test(host))
    return 'resource-missing';
  return null;
}

interface PathReading {
  /** Path segments in front of the API's own, as they stood. */
  readonly prefix: readonly string[];
  readonly api: 'classic' | 'v1' | null;
  readonly withoutOpenaiFolder?: true;
  readonly deployment: string | null;
  readonly project?: string;
  readonly notes: readonly UriNote[];
}

function segmentsOf(url: URL): readonly string[] {
  return url.pathname.split('/').filter((segment) => segment !== '');
}

function readPath(segments: readonly string[], hostKind: HostKind): PathReading {
  if (hostKind === 'foundry' && lower(segments[0]) === 'api' && lower(segments[1]) === 'projects') {
    const project = decoded(segments[2] ?? '');
    const rest = readPath(segments.slice(3), hostKind);
    return {
      ...rest,
      project,
      notes: [{ code: 'project-path-left-out', project }, ...rest.notes],
    };
  }
  const reading = readApiPath(segments, hostKind === 'gateway' || hostKind === 'loopback');
  const onAzure = hostKind !== 'gateway' && hostKind !== 'loopback' && hostKind !== 'simulator';
  if (!onAzure || reading.prefix.length === 0) return reading;
  // An Azure host serves chat right below its root; what stands before is another service's.
  const path = `/${reading.prefix.join('/')}`;
  const models = hostKind === 'foundry' && lower(reading.prefix[0]) === 'models';
  const note: UriNote = models
    ? { code: 'operation-replaced', operation: path.slice(1) }
    : { code: 'path-dropped', path };
  return { ...reading, prefix: [], api: models ? 'v1' : reading.api, notes: [note, ...reading.notes] };
}

/** Finds the API's own part of a path: `openai/deployments/{name}/…`, `openai/v1/…`, `openai`, or none. */
function readApiPath(segments: readonly string[], folderIsOptional: boolean): PathReading {
  const openai = segments.findLastIndex((segment) => lower(segment) === 'openai');
  if (openai >= 0) {
    const prefix = segments.slice(0, openai);
    const rest = segments.slice(openai + 1);
    if (lower(rest[0]) === 'deployments') return classicPath(prefix, rest);
    if (lower(rest[0]) === 'v1') return v1Path(prefix, rest);
    return { prefix, api: null, deployment: null, notes: replaced(rest) };
  }
  if (folderIsOptional) {
    const deployments = segments.findLastIndex((segment) => lower(segment) === 'deployments');
    if (deployments >= 0 && segments.length > deployments + 1) {
      const found = classicPath(segments.slice(0, deployments), segments.slice(deployments));
      return { ...found, withoutOpenaiFolder: true };
    }
    const v1 = segments.findLastIndex((segment) => lower(segment) === 'v1');
    if (v1 >= 0) return { ...v1Path(segments.slice(0, v1), segments.slice(v1)), withoutOpenaiFolder: true };
    const chat = segments.findIndex((segment, at) => isChat(segments.slice(at)) && lower(segment) === 'chat');
    if (chat >= 0) {
      return {
        prefix: segments.slice(0, chat),
        api: null,
        deployment: null,
        notes: replaced(segments.slice(chat)),
      };
    }
  }
  return { prefix: segments, api: null, deployment: null, notes: [] };
}

function classicPath(prefix: readonly string[], [, name, ...operation]: readonly string[]): PathReading {
  const deployment = name === undefined ? null : decoded(name);
  const isSample = deployment !== null && /[{}<>[\]]|^your[-_]/i.test(deployment);
  return {
    prefix,
    api: 'classic',
    deployment: isSample ? null : deployment,
    notes: [
      ...(isSample ? [{ code: 'deployment-placeholder' as const }] : []),
      ...(isChat(operation) ? [] : replaced(operation)),
    ],
  };
}

function v1Path(prefix: readonly string[], [, ...operation]: readonly string[]): PathReading {
  return { prefix, api: 'v1', deployment: null, notes: isChat(operation) ? [] : replaced(operation) };
}

/** Both spellings of the chat operation; which one is used follows from the API version. */
function isChat(operation: readonly string[]): boolean {
  return /^(?:extensions\/)?chat(?:\/completions)?$/i.test(operation.join('/'));
}

function replaced(operation: readonly string[]): readonly UriNote[] {
  return operation.length === 0 ? [] : [{ code: 'operation-replaced', operation: operation.join('/') }];
}

function readVersion(
  url: URL,
  api: PathReading['api'],
): { readonly apiVersion: string | null; readonly notes: readonly UriNote[] } {
  const [, given = ''] = [...url.searchParams].find(([name]) => name.toLowerCase() === 'api-version') ?? [];
  const apiVersion = given.trim();
  if (api === 'v1') {
    return {
      apiVersion: null,
      notes: apiVersion === '' ? [] : [{ code: 'api-version-dropped', apiVersion }],
    };
  }
  if (isDatedApiVersion(apiVersion)) return { apiVersion, notes: [] };
  if (apiVersion !== '') {
    // On a bare base `v1` and `preview` are the new API's own words.
    const code = api === 'classic' ? 'api-version-not-understood' : 'api-version-dropped';
    return { apiVersion: null, notes: [{ code, apiVersion }] };
  }
  return { apiVersion: null, notes: api === 'classic' ? [{ code: 'api-version-missing' }] : [] };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function lower(segment: string | undefined): string {
  return (segment ?? '').toLowerCase();
}
