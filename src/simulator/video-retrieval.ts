import { indexNameProblem } from '#domain/video.ts';
import { timeText } from '#domain/video-times.ts';
import { isRecord } from './read-messages.ts';
import { Refusal } from './refusal.ts';

/** Video retrieval of one resource: what was indexed, for as long as the simulator lives. */
export interface VideoShelf {
  answer(request: Request, path: string, nowMs: number): Promise<Response>;
  /** What an index holds; null: there is no such index. A chat over it asks this. */
  find(indexName: string, documentId: string, nowMs: number): ShelvedVideo | null;
}

export interface ShelvedVideo {
  readonly documentId: string;
  readonly url: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly isReady: boolean;
}

interface Index {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly createdMs: number;
  readonly ingestions: Map<string, Ingestion>;
}

interface Ingestion {
  readonly name: string;
  readonly startedMs: number;
  readonly videos: readonly Given[];
}

interface Given {
  readonly mode: 'add' | 'update' | 'remove';
  readonly documentId: string;
  readonly url: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Long enough that its state is seen to change, and that a page can be loaded anew meanwhile. */
const INGESTING_MS = 4_000;
const API_VERSIONS = new Set(['2023-05-01-preview', '2023-01-15-preview']);
const FEATURES = new Set(['vision', 'speech']);

export function createVideoShelf(): VideoShelf {
  const indexes = new Map<string, Index>();

  async function answer(request: Request, path: string, nowMs: number): Promise<Response> {
    const url = new URL(request.url);
    if (!API_VERSIONS.has(url.searchParams.get('api-version') ?? ''))
      throw refusal(404, 'NotFound', 'The requested resource was not found.');
    const query = /^\/indexes\/([^/]+):queryByText$/.exec(path);
    if (query && request.method === 'POST') return search(named(query[1]), await bodyOf(request), nowMs);
    const [, indexName, , ingestionName] =
      /^\/indexes(?:\/([^/:]+))?(\/ingestions(?:\/([^/]+))?)?$/.exec(path) ?? [];
    if (!path.startsWith('/indexes')) throw refusal(404, 'NotFound', 'The requested resource was not found.');
    if (indexName === undefined) return list(url);
    const name = decodeURIComponent(indexName);
    if (path.includes('/ingestions')) return ingestions(request, named(indexName), ingestionName, nowMs);
    switch (request.method) {
      case 'PUT':
        return create(name, await bodyOf(request), nowMs);
      case 'GET':
        return Response.json(toIndexBody(named(indexName)));
      case 'DELETE':
        named(indexName);
        indexes.delete(name);
        return new Response(null, { status: 204 });
      default:
        throw refusal(405, 'MethodNotAllowed', 'The method is not allowed.');
    }
  }

  function named(encoded: string | undefined): Index {
    const index = indexes.get(decodeURIComponent(encoded ?? ''));
    if (!index) throw refusal(404, 'IndexNotFound', 'The specified index was not found.');
    return index;
  }

  function create(name: string, body: Readonly<Record<string, unknown>>, nowMs: number): Response {
    const problem = indexNameProblem(name);
    if (problem)
      throw refusal(
        400,
        'InvalidRequest',
        `The index name '${name}' is not valid (${problem}).`,
        'InvalidIndexName',
      );
    if (indexes.has(name))
      throw refusal(409, 'Conflict', `The index '${name}' already exists.`, 'IndexAlreadyExists');
    const features = Array.isArray(body['features']) ? body['features'] : [{ name: 'vision' }];
    for (const feature of features)
      if (!isRecord(feature) || !FEATURES.has(String(feature['name'])))
        throw refusal(400, 'InvalidRequest', 'A feature of the index is not valid.', 'InvalidFeature');
    const index = {
      name,
      body: { ...body, features },
      createdMs: nowMs,
      ingestions: new Map<string, Ingestion>(),
    };
    indexes.set(name, index);
    return Response.json(toIndexBody(index), { status: 201 });
  }

  function list(url: URL): Response {
    const skip = Number(url.searchParams.get('$skip') ?? 0);
    const top = Number(url.searchParams.get('$top') ?? 20);
    const all = [...indexes.values()];
    const more = all.length > skip + top;
    return Response.json({
      value: all.slice(skip, skip + top).map(toIndexBody),
      ...(more ? { nextLink: `${url.origin}${url.pathname}?$skip=${skip + top}&$top=${top}` } : {}),
    });
  }

  async function ingestions(
    request: Request,
    index: Index,
    encoded: string | undefined,
    nowMs: number,
  ): Promise<Response> {
    if (encoded === undefined)
      return Response.json({
        value: [...index.ingestions.values()].map((one) => toIngestionBody(one, nowMs, false)),
      });
    const name = decodeURIComponent(encoded);
    if (request.method === 'PUT') {
      const videos = readVideos(await bodyOf(request));
      const ingestion = { name, startedMs: nowMs, videos };
      index.ingestions.set(name, ingestion);
      return Response.json(toIngestionBody(ingestion, nowMs, false), {
        status: 202,
        headers: { 'operation-location': request.url },
      });
    }
    const ingestion = index.ingestions.get(name);
    if (!ingestion) throw refusal(404, 'IngestionNotFound', 'The specified ingestion was not found.');
    return Response.json(toIngestionBody(ingestion, nowMs, true));
  }

  function documentsOf(index: Index, nowMs: number): readonly ShelvedVideo[] {
    const documents = new Map<string, ShelvedVideo>();
    for (const { videos, startedMs } of index.ingestions.values())
      for (const { mode, documentId, url, metadata } of videos) {
        if (problemOf(url)) continue;
        if (mode === 'remove') documents.delete(documentId);
        else
          documents.set(documentId, {
            documentId,
            url,
            metadata,
            isReady: nowMs - startedMs >= INGESTING_MS,
          });
      }
    return [...documents.values()];
  }

  function search(index: Index, body: Readonly<Record<string, unknown>>, nowMs: number): Response {
    const text = body['queryText'];
    if (typeof text !== 'string' || text.trim() === '')
      throw refusal(400, 'InvalidRequest', 'queryText is required.', 'BadArgument');
    const ready = documentsOf(index, nowMs).filter(({ isReady }) => isReady);
    const hits = ready
      .flatMap((document) => hitsIn(document, text))
      .sort((a, b) => b.relevance - a.relevance);
    const top = typeof body['top'] === 'number' ? body['top'] : 10;
    return Response.json({ value: hits.slice(0, top) });
  }

  return {
    answer,
    find(indexName, documentId, nowMs) {
      const index = indexes.get(indexName);
      return (index && documentsOf(index, nowMs).find((one) => one.documentId === documentId)) ?? null;
    },
  };
}

function toIndexBody({ name, body, createdMs }: Index): object {
  const schema = isRecord(body['metadataSchema']) ? body['metadataSchema'] : {};
  const fields = Array.isArray(schema['fields']) ? schema['fields'].filter(isRecord) : [];
  const at = new Date(createdMs).toISOString();
  return {
    name,
    metadataSchema: {
      language: 'en',
      // They come back in lower case, whatever they were given in (api.md 4.1).
      fields: fields.map((field) => ({ ...field, name: String(field['name']).toLowerCase() })),
    },
    userData: {},
    features: (body['features'] as readonly Record<string, unknown>[]).map((feature) => ({
      modelVersion: feature['name'] === 'speech' ? '2023-06-30' : '2023-05-31',
      domain: 'generic',
      ...feature,
    })),
    eTag: `"${createdMs.toString(16)}"`,
    createdDateTime: at,
    lastModifiedDateTime: at,
  };
}

function readVideos(body: Readonly<Record<string, unknown>>): readonly Given[] {
  const { videos } = body;
  if (!Array.isArray(videos) || videos.length === 0)
    throw refusal(400, 'InvalidRequest', 'At least one video is required.', 'BadArgument');
  return videos.map((video: unknown) => {
    if (!isRecord(video) || typeof video['documentUrl'] !== 'string')
      throw refusal(400, 'InvalidRequest', 'documentUrl is required.', 'BadArgument');
    const url = video['documentUrl'];
    const mode = video['mode'] === 'remove' || video['mode'] === 'update' ? video['mode'] : 'add';
    const metadata = isRecord(video['metadata']) ? video['metadata'] : {};
    return {
      mode,
      url,
      documentId: typeof video['documentId'] === 'string' ? video['documentId'] : url.replace(/\?.*$/, ''),
      metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)])),
    };
  });
}

function toIngestionBody({ name, startedMs, videos }: Ingestion, nowMs: number, withFiles: boolean): object {
  const isOver = nowMs - startedMs >= INGESTING_MS;
  const failed = videos.filter(({ url }) => problemOf(url) !== null).length;
  const ended = failed === 0 ? 'Completed' : failed === videos.length ? 'Failed' : 'PartiallySucceeded';
  return {
    name,
    state: isOver ? ended : 'Running',
    createdDateTime: new Date(startedMs).toISOString(),
    lastModifiedDateTime: new Date(isOver ? startedMs + INGESTING_MS : nowMs).toISOString(),
    ...(withFiles && isOver
      ? {
          fileStatusDetails: videos.map(({ documentId, url }) => {
            const problem = problemOf(url);
            return {
              lastUpdateTime: new Date(startedMs + INGESTING_MS).toISOString(),
              documentId,
              documentUrl: url.replace(/\?.*$/, ''),
              succeeded: problem === null,
              ...(problem === null
                ? {}
                : { error: { code: 'InvalidRequest', message: 'The file failed.', innerError: problem } }),
            };
          }),
        }
      : {}),
  };
}

/** What can be told of a file by its address: nothing is fetched. */
function problemOf(url: string): { readonly code: string; readonly message: string } | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed) return { code: 'InvalidUrl', message: 'The document URL is not valid.' };
  if (/broken|corrupt/i.test(parsed.pathname))
    return {
      code: 'UnsupportedMediaFormat',
      message: 'The media format is not supported, or the file is damaged.',
    };
  const expiry = parsed.searchParams.get('se');
  if (expiry !== null && Date.parse(expiry) < Date.now() - 60_000)
    return { code: 'BlobAccessDenied', message: 'The blob cannot be accessed: the SAS has expired.' };
  return null;
}

/** Simulated: places are drawn from the words and the name, and are the same each time. */
function hitsIn(document: ShelvedVideo, text: string): readonly { readonly relevance: number }[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  const known = `${document.documentId} ${Object.values(document.metadata).join(' ')}`.toLowerCase();
  return words.slice(0, 3).map((word, at) => {
    const seed = [...`${word}${document.documentId}`].reduce(
      (sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973,
      7,
    );
    const start = seed % 110;
    const hours = (seconds: number): string => `00:${timeText(seconds).padStart(5, '0')}`;
    return {
      documentId: document.documentId,
      documentKind: at % 2 === 0 ? 'VideoFrame' : 'SpeechTextSegment',
      start: hours(start),
      end: hours(start + 9),
      best: hours(start + 4),
      relevance: (known.includes(word) ? 0.7 : 0.2) + (seed % 100) / 1_000,
    };
  });
}

async function bodyOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await request.json().catch(() => null);
  if (!isRecord(body))
    throw refusal(400, 'InvalidRequest', 'The request body is not valid JSON.', 'BadArgument');
  return body;
}

function refusal(status: number, code: string, message: string, inner?: string): Refusal {
  return new Refusal(status, {
    error: { code, message, ...(inner ? { innererror: { code: inner, message } } : {}) },
  });
}
