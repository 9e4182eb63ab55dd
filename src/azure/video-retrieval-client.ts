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
import type { Credential } from './secrets.ts';
import { createTransport, readTextUpTo, type Outside } from './transport.ts';
import { countIn, listIn, objectIn, parseJson, textIn, type WireObject } from './wire.ts';

/** Azure AI Vision video retrieval, 2023-05-01-preview (retired 2025-06-30; api.md 4.1). */
export interface VideoRetrievalClient {
  listIndexes(options: VideoOptions): Promise<readonly VideoIndex[]>;
  createIndex(index: Omit<VideoIndex, 'createdAt'>, options: VideoOptions): Promise<VideoIndex>;
  /** Its documents go with it. */
  deleteIndex(name: string, options: VideoOptions): Promise<void>;
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
  readonly most: number;
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
  const transport = createTransport(endpoint, credential, deps, 'ocp-apim-subscription-key');

  async function call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    options: VideoOptions,
    body?: object,
  ): Promise<WireObject> {
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
        if (!(await waitToRetry(thrown.failure, attempt, options, deps)))
          throw new FailureError(toVideoFailure(thrown.failure));
      }
    }
  }

  return {
    async listIndexes(options) {
      const found: VideoIndex[] = [];
      let skip = 0;
      for (;;) {
        const page = await call('GET', `/indexes?$skip=${skip}&$top=${pageSize}`, options);
        const indexes = listIn(page['value']).flatMap((value) => toIndex(objectIn(value)));
        found.push(...indexes);
        // The link itself is not followed: it names a host of the service's choice.
        if (indexes.length < pageSize || textIn(page['nextLink']) === null) return found;
        skip += pageSize;
      }
    },

    async createIndex({ name, features, fields }, options) {
      const made = await call('PUT', `/indexes/${segment(name)}`, options, {
        metadataSchema: {
          language: 'en',
          fields: fields.map(({ name, searchable, filterable, type }) => ({
            name,
            searchable,
            filterable,
            type,
          })),
        },
        features: features.map(({ name, domain }) => (name === 'speech' ? { name } : { name, domain })),
      });
      return toIndex(made)[0] ?? { name, features, fields, createdAt: null };
    },

    async deleteIndex(name, options) {
      await call('DELETE', `/indexes/${segment(name)}`, options);
    },

    async ingest(indexName, ingestion, options) {
      const path = `/indexes/${segment(indexName)}/ingestions/${segment(ingestion.name)}`;
      return toIngestion(await call('PUT', path, options, toIngestionBody(ingestion)), ingestion.name);
    },

    async readIngestion(indexName, name, options) {
      const path = `/indexes/${segment(indexName)}/ingestions/${segment(name)}?detailLevel=files`;
      return toIngestion(await call('GET', path, options), name);
    },

    async search(indexName, query, options) {
      const found = await call(
        'POST',
        `/indexes/${segment(indexName)}:queryByText`,
        options,
        toQueryBody(query),
      );
      return listIn(found['value']).flatMap((value) => toHit(objectIn(value)));
    },
  };
}

const pageSize = 20;

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

function toQueryBody({ text, features, filters, most }: VideoQuery): object {
  const stringFilters = Object.entries(filters).map(([fieldName, values]) => ({ fieldName, values }));
  return {
    queryText: text,
    filters: {
      ...(stringFilters.length > 0 ? { stringFilters } : {}),
      ...(features.length > 0 ? { featureFilters: features } : {}),
    },
    top: most,
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

/** The innermost error says most; here its key is `innerError`, elsewhere `innererror`. */
function problemIn(error: WireObject | null): IngestedFile['problem'] {
  if (!error) return null;
  const inner = problemIn(objectIn(error['innerError'] ?? error['innererror']));
  if (inner) return inner;
  return { code: textIn(error['code']) ?? '', message: textIn(error['message']) ?? '' };
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

function toVideoFailure(failure: Failure): Failure {
  if (failure.status === 404) return { ...failure, kind: 'index-not-found' };
  return failure.status === 409 ? { ...failure, kind: 'index-exists' } : failure;
}

/** One encoded path segment; `.` and `..` would climb out of the path. */
function segment(text: string): string {
  if (text === '' || text === '.' || text === '..')
    throw new FailureError({ kind: 'connection-incomplete', param: 'indexName', detail: '' });
  return encodeURIComponent(text);
}
