import { FailureError, type Failure } from '#domain/failure.ts';
import {
  toIngestionState,
  type IndexFeature,
  type IngestionState,
  type MetadataField,
  type VideoHit,
  type VideoIndex,
} from '#domain/video.ts';
import { secondsIn } from '#domain/video-times.ts';
import { waitToRetry, type RetryDeps, type RetryWait } from './retry.ts';
import { maskSecrets, type Credential } from './secrets.ts';
import { createTransport, readTextUpTo, type Outside } from './transport.ts';
import { countIn, listIn, objectIn, parseJson, textIn, type WireObject } from './wire.ts';

/** Azure AI Vision video retrieval, 2023-05-01-preview (retired 2025-06-30; api.md 4.1). */
export interface VideoRetrievalClient {
  /** All of them, page by page. */
  listIndexes(options: VideoOptions): Promise<readonly VideoIndex[]>;
  createIndex(index: Omit<VideoIndex, 'createdAt'>, options: VideoOptions): Promise<VideoIndex>;
  /** Its documents go with it. */
  deleteIndex(name: string, options: VideoOptions): Promise<void>;
  /** Ids of the documents that the index holds. */
  listDocuments(indexName: string, options: VideoOptions): Promise<readonly string[]>;
  /** @throws FailureError with no SAS in it, whatever the service repeats. */
  ingest(indexName: string, ingestion: NewIngestion, options: VideoOptions): Promise<Ingestion>;
  readIngestion(indexName: string, name: string, options: VideoOptions): Promise<Ingestion>;
  search(indexName: string, query: VideoQuery, options: VideoOptions): Promise<readonly VideoHit[]>;
}

export interface VideoOptions {
  readonly signal: AbortSignal;
  readonly onWait?: (wait: RetryWait) => void;
}

export interface NewIngestion {
  readonly name: string;
  readonly videos: readonly IngestedVideo[];
  readonly includesTranscript: boolean;
  /** The resource reads the blob by its managed identity: no SAS is sent. */
  readonly usesManagedIdentity: boolean;
}

export interface IngestedVideo {
  readonly mode: 'add' | 'remove';
  readonly documentId: string;
  /** With its SAS, unless a managed identity reads it. */
  readonly url: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Ingestion {
  readonly name: string;
  readonly state: IngestionState;
  readonly files: readonly IngestedFile[];
}

export interface IngestedFile {
  readonly documentId: string;
  readonly succeeded: boolean | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface VideoQuery {
  readonly text: string;
  /** Both where empty. */
  readonly features: readonly ('vision' | 'speech')[];
  /** Metadata fields that must have one of these values. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Metadata fields of the kind `datetime` that must lie between two times, as the service writes them. */
  readonly between?: Readonly<Record<string, { readonly startTime?: string; readonly endTime?: string }>>;
  /** Hits; absent: as many as the service likes. */
  readonly most?: number;
}

export interface VideoRetrievalDeps extends Outside, RetryDeps {}

const apiVersion = '2023-05-01-preview';
const maxBodyBytes = 8 * 1024 * 1024;

/** @param endpoint base of the Computer Vision resource. */
export function createVideoRetrievalClient(
  endpoint: string,
  credential: Credential | null,
  deps: VideoRetrievalDeps,
): VideoRetrievalClient {
  const base = `${endpoint.replace(/\/+$/, '')}/computervision/retrieval`;

  async function call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    options: VideoOptions,
    { body, secrets = [] }: { readonly body?: object; readonly secrets?: readonly string[] } = {},
  ): Promise<WireObject> {
    const transport = createTransport(endpoint, credential, deps, {
      keyHeader: 'ocp-apim-subscription-key',
      secrets,
    });
    const url = `${base}${path}${path.includes('?') ? '&' : '?'}api-version=${apiVersion}`;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await transport.send({
          url,
          method,
          signal: options.signal,
          ...(body ? { body: new Blob([JSON.stringify(body)], { type: 'application/json' }) } : {}),
        });
        const text = await readTextUpTo(response, maxBodyBytes, options.signal);
        return objectIn(parseJson(text)) ?? {};
      } catch (thrown) {
        if (!(thrown instanceof FailureError)) throw thrown;
        const { failure } = thrown;
        // A request that was answered by an error may have been carried out all the same.
        if (attempt > 1 && method === 'PUT' && failure.status === 409) return call('GET', path, options);
        if (attempt > 1 && method === 'DELETE' && failure.status === 404) return {};
        if (!(await waitToRetry(failure, attempt, options, deps)))
          throw new FailureError(toVideoFailure(failure, method, path));
      }
    }
  }

  async function list(path: string, options: VideoOptions): Promise<readonly WireObject[]> {
    const found: WireObject[] = [];
    for (let pages = 0; pages < mostPages; pages += 1) {
      const page = await call('GET', `${path}?$skip=${found.length}&$top=${pageSize}`, options);
      const values = listIn(page['value'])
        .map(objectIn)
        .filter((value) => value !== null);
      found.push(...values);
      // The link itself is not followed: it names a host of the service's choice.
      if (values.length === 0 || textIn(page['nextLink']) === null) break;
    }
    return found;
  }

  return {
    async listIndexes(options) {
      return (await list('/indexes', options)).flatMap(toIndex);
    },

    async listDocuments(indexName, options) {
      const documents = await list(`/indexes/${segment(indexName)}/documents`, options);
      return documents.flatMap((one) => textIn(one['documentId']) ?? []);
    },

    async createIndex({ name, features, fields }, options) {
      const body = {
        metadataSchema: {
          fields: fields.map(({ name, searchable, filterable, type }) => ({
            name,
            searchable,
            filterable,
            type,
          })),
        },
        features: features.map(({ name, domain }) => (name === 'speech' ? { name } : { name, domain })),
      };
      const made = await call('PUT', `/indexes/${segment(name)}`, options, { body });
      return toIndex(made)[0] ?? { name, features, fields, createdAt: null };
    },

    async deleteIndex(name, options) {
      await call('DELETE', `/indexes/${segment(name)}`, options);
    },

    async ingest(indexName, ingestion, options) {
      const path = `/indexes/${segment(indexName)}/ingestions/${segment(ingestion.name)}`;
      const body = toIngestionBody(ingestion);
      const secrets = ingestion.videos.flatMap(({ url }) => secretsIn(url));
      return toIngestion(await call('PUT', path, options, { body, secrets }), ingestion.name);
    },

    async readIngestion(indexName, name, options) {
      const path = `/indexes/${segment(indexName)}/ingestions/${segment(name)}?detailLevel=files`;
      return toIngestion(await call('GET', path, options), name);
    },

    async search(indexName, query, options) {
      const found = await call('POST', `/indexes/${segment(indexName)}:queryByText`, options, {
        body: toQueryBody(query),
      });
      return listIn(found['value']).flatMap((value) => toHit(objectIn(value)));
    },
  };
}

const pageSize = 20;
/** A service that always names a next page is not followed for ever. */
const mostPages = 500;

function toIngestionBody({ videos, includesTranscript, usesManagedIdentity }: NewIngestion): object {
  return {
    videos: videos.map(({ mode, documentId, url, metadata }) => ({
      mode,
      documentId,
      documentUrl: url,
      ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    })),
    // The official sample spells it `includeSpeechTranscrpt`, and gets no transcript.
    includeSpeechTranscript: includesTranscript,
    ...(usesManagedIdentity ? { documentAuthenticationKind: 'managedIdentity' } : {}),
    moderation: false,
    generateInsightIntervals: false,
    filterDefectedFrames: false,
  };
}

function toQueryBody({ text, features, filters, between = {}, most }: VideoQuery): object {
  const stringFilters = Object.entries(filters).map(([fieldName, values]) => ({ fieldName, values }));
  const datetimeFilters = Object.entries(between).map(([fieldName, times]) => ({ fieldName, ...times }));
  return {
    queryText: text,
    filters: {
      ...(stringFilters.length > 0 ? { stringFilters } : {}),
      ...(datetimeFilters.length > 0 ? { datetimeFilters } : {}),
      ...(features.length > 0 ? { featureFilters: features } : {}),
    },
    ...(most === undefined ? {} : { top: most }),
  };
}

function toIndex(index: WireObject | null): readonly VideoIndex[] {
  const name = textIn(index?.['name']);
  if (!index || name === null) return [];
  const schema = objectIn(index['metadataSchema']);
  return [
    {
      name,
      features: listIn(index['features']).flatMap((value): readonly IndexFeature[] => {
        const feature = objectIn(value);
        const of = feature?.['name'];
        const domain = feature?.['domain'] === 'surveillance' ? 'surveillance' : 'generic';
        return of === 'vision' || of === 'speech' ? [{ name: of, domain }] : [];
      }),
      // Names come back in lower case, whatever they were given in.
      fields: listIn(schema?.['fields']).flatMap((value): readonly MetadataField[] => {
        const field = objectIn(value);
        const fieldName = textIn(field?.['name']);
        if (!field || fieldName === null) return [];
        return [
          {
            name: fieldName,
            searchable: field['searchable'] === true,
            filterable: field['filterable'] === true,
            type: field['type'] === 'datetime' ? 'datetime' : 'string',
          },
        ];
      }),
      createdAt: textIn(index['createdDateTime']),
    },
  ];
}

function toIngestion(ingestion: WireObject, name: string): Ingestion {
  const details = listIn(ingestion['fileStatusDetails']).map(objectIn);
  return {
    name: textIn(ingestion['name']) ?? name,
    state: toIngestionState(textIn(ingestion['state']) ?? ''),
    files: details.flatMap((file) => {
      const documentId = textIn(file?.['documentId']);
      if (!file || documentId === null) return [];
      return [
        {
          documentId,
          succeeded: typeof file['succeeded'] === 'boolean' ? file['succeeded'] : null,
          problem: problemIn(objectIn(file['error'])),
        },
      ];
    }),
  };
}

/**
 * The innermost error says most; here its key is `innerError`, elsewhere `innererror`. It may repeat the video's
 * address, and is kept: a SAS in it is masked.
 */
function problemIn(error: WireObject | null): IngestedFile['problem'] {
  if (!error) return null;
  const inner = problemIn(objectIn(error['innerError'] ?? error['innererror']));
  if (inner) return inner;
  const words = (key: string): string => maskSecrets(textIn(error[key]) ?? '', []);
  return { code: words('code'), message: words('message') };
}

function toHit(hit: WireObject | null): readonly VideoHit[] {
  const documentId = textIn(hit?.['documentId']);
  const startSeconds = secondsIn(textIn(hit?.['start']) ?? '');
  const endSeconds = secondsIn(textIn(hit?.['end']) ?? '');
  if (!hit || documentId === null || startSeconds === null || endSeconds === null) return [];
  return [
    {
      documentId,
      kind: /speech/i.test(textIn(hit['documentKind']) ?? '') ? 'speech' : 'frame',
      startSeconds,
      endSeconds,
      bestSeconds: secondsIn(textIn(hit['best']) ?? '') ?? startSeconds,
      relevance: countIn(hit['relevance']) ?? 0,
    },
  ];
}

function toVideoFailure(failure: Failure, method: string, path: string): Failure {
  const { kind, status } = failure;
  if (kind === 'credentials-refused') return { ...failure, kind: 'vision-wrong-key' };
  // The service was retired (api.md 4.1); it is no deployment's model that is gone.
  if (kind === 'model-retired' || kind === 'deployment-not-found')
    return { ...failure, kind: 'resource-not-found' };
  const makesIndex = method === 'PUT' && /^\/indexes\/[^/]+$/.test(path);
  if (makesIndex) return status === 409 ? { ...failure, kind: 'index-exists' } : failure;
  const isInIndex = path.startsWith('/indexes/');
  return status === 404 && isInIndex ? { ...failure, kind: 'index-not-found' } : failure;
}

/** A SAS, whole and its signature alone: the service may repeat either, and decoded. */
function secretsIn(signedUrl: string): readonly string[] {
  const at = signedUrl.indexOf('?');
  if (at < 0) return [];
  const query = signedUrl.slice(at + 1);
  const signature = new URLSearchParams(query).get('sig');
  return [query, ...(signature ? [signature, encodeURIComponent(signature)] : [])];
}

/** One encoded path segment; `.` and `..` would climb out of the path. */
function segment(text: string): string {
  if (text === '' || text === '.' || text === '..')
    throw new FailureError({ kind: 'connection-incomplete', param: 'indexName', detail: '' });
  return encodeURIComponent(text);
}
