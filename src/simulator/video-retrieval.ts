import { keyOfOtherKind, tooMany, unsupportedVersion, wrongKey } from './analysis-errors.ts';
import type { BlobStorage } from './blob-storage.ts';
import { isGood } from './credentials.ts';
import type { Memory } from './memory.ts';
import { isRecord } from './read-messages.ts';
import { resourceNotFound } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';
import {
  badVideoRequest,
  indexNotFound,
  ingestionNotFound,
  videoMethodNotAllowed,
  videoPathNotFound,
  videoRefusal,
} from './video-errors.ts';
import { makeIndex, toIndexBody, updateIndex, videoTime, type VideoIndex } from './video-index.ts';
import {
  bareUrl,
  ingestingMs,
  isOver,
  judge,
  readIngestion,
  toIngestionBody,
  type JudgedVideo,
} from './video-ingestion.ts';
import { additionalIndexes, searchVideos, speechOf, type ShelvedVideo } from './video-search.ts';

/** Video retrieval of one resource (2023-05-01-preview, retired 2025-06-30): what was indexed, while it lives. */
export interface VideoShelf {
  /** @param path what follows `/computervision/retrieval`. */
  answer(request: Request, path: string, memory: Memory): Promise<Response>;
  /** What a chat asks about. */
  find(indexName: string, documentId: string): ShelvedVideo | 'no-index' | 'no-document' | 'not-ready';
}

const VERSIONS = new Set(['2023-05-01-preview', '2023-01-15-preview']);
const REFUSED_A_MINUTE = 2;
const PATH = /^\/indexes(?:\/([^/:]+)(?::(queryByText)|\/(ingestions|documents)(?:\/([^/]+))?)?)?$/;

interface Place {
  readonly index: string | undefined;
  readonly part: string | undefined;
  readonly ingestion: string | undefined;
}

/** Keys tell it what to refuse, as they do Image Analysis: "openai" is of another kind, "limited" is refused twice a minute. */
export function createVideoShelf(around: Surroundings, blobs: BlobStorage): VideoShelf {
  const indexes = new Map<string, VideoIndex>();
  const newTag = (): string => around.newId('', 32).toLowerCase();

  function refuse(request: Request, url: URL, memory: Memory): void {
    const version = url.searchParams.get('api-version');
    if (version === null) throw resourceNotFound();
    const token = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const key = request.headers.get('ocp-apim-subscription-key')?.trim() ?? token ?? '';
    if (!isGood(key)) throw wrongKey();
    if (/openai/i.test(key)) throw keyOfOtherKind(version, url.origin, 'VideoRetrieval');
    if (!VERSIONS.has(version)) throw unsupportedVersion();
    if (/limited/i.test(key) && memory.countCall(`video ${key}`, around.now()) <= REFUSED_A_MINUTE)
      throw tooMany();
  }

  async function answer(request: Request, path: string, memory: Memory): Promise<Response> {
    const url = new URL(request.url);
    refuse(request, url, memory);
    const place = placeIn(path);
    const { index: name, part, ingestion } = place;
    if (name === undefined) {
      if (request.method !== 'GET') throw videoMethodNotAllowed();
      return page(url, [...indexes.values()].map(toIndexBody));
    }
    switch (part) {
      case undefined:
        return answerIndex(request, name);
      case 'queryByText':
        if (request.method !== 'POST') throw videoMethodNotAllowed();
        return search(indexNamed(name), await bodyOf(request));
      case 'documents':
        if (ingestion !== undefined) throw videoPathNotFound();
        if (request.method !== 'GET') throw videoMethodNotAllowed();
        return page(url, readyIn(indexNamed(name)).map(toDocumentBody));
      default:
        return answerIngestion(request, url, indexNamed(name), ingestion);
    }
  }

  function indexNamed(name: string): VideoIndex {
    const index = indexes.get(name);
    if (!index) throw indexNotFound(name);
    return index;
  }

  async function answerIndex(request: Request, name: string): Promise<Response> {
    switch (request.method) {
      case 'PUT': {
        const body = await bodyOf(request);
        const index = makeIndex(name, body, newTag(), around.now());
        if (indexes.has(name))
          throw videoRefusal(409, 'Conflict', `The index '${name}' already exists.`, 'IndexAlreadyExists');
        indexes.set(name, index);
        return Response.json(toIndexBody(index), { status: 201 });
      }
      case 'GET':
        return Response.json(toIndexBody(indexNamed(name)));
      case 'PATCH': {
        const index = indexNamed(name);
        updateIndex(index, await bodyOf(request), newTag(), around.now());
        return Response.json(toIndexBody(index));
      }
      case 'DELETE':
        indexNamed(name);
        indexes.delete(name);
        return new Response(null, { status: 204 });
      default:
        throw videoMethodNotAllowed();
    }
  }

  async function answerIngestion(
    request: Request,
    url: URL,
    index: VideoIndex,
    name: string | undefined,
  ): Promise<Response> {
    const nowMs = around.now();
    if (name === undefined) {
      if (request.method !== 'GET') throw videoMethodNotAllowed();
      return page(
        url,
        [...index.ingestions.values()].map((one) => toIngestionBody(one, nowMs, false)),
      );
    }
    if (request.method === 'PUT') return ingest(request, url, index, name);
    if (request.method !== 'GET') throw videoMethodNotAllowed();
    const ingestion = index.ingestions.get(name);
    if (!ingestion) throw ingestionNotFound(name);
    return Response.json(toIngestionBody(ingestion, nowMs, Boolean(url.searchParams.get('detailLevel'))));
  }

  async function ingest(request: Request, url: URL, index: VideoIndex, name: string): Promise<Response> {
    const asked = readIngestion(await bodyOf(request), newTag);
    if (index.ingestions.has(name))
      throw videoRefusal(
        409,
        'Conflict',
        `The ingestion '${name}' already exists.`,
        'IngestionAlreadyExists',
      );
    const nowMs = around.now();
    const known = new Set(allIn(index, Infinity).map(({ documentId }) => documentId));
    const { origin } = url;
    const { asItself } = asked;
    const videos = asked.videos.map((video): JudgedVideo => {
      const isKnown = (documentId: string): boolean => known.has(documentId);
      const judged = judge(video, { origin, blobs, nowMs, asItself, isKnown });
      if (judged.problem === null && video.mode !== 'update')
        known[video.mode === 'add' ? 'add' : 'delete'](video.documentId);
      return judged;
    });
    const tookMs = ingestingMs(asked.videos);
    const ingestion = { name, startedMs: nowMs, tookMs, withTranscript: asked.withTranscript, videos };
    index.ingestions.set(name, ingestion);
    return Response.json(toIngestionBody(ingestion, nowMs, false), {
      status: 202,
      headers: { 'operation-location': request.url },
    });
  }

  /** What the ingestions that were over by then have made of the index, one after the other. */
  function allIn(index: VideoIndex, byMs: number): readonly ShelvedVideo[] {
    const hears = index.features.some(({ name }) => name === 'speech');
    const documents = new Map<string, ShelvedVideo>();
    for (const ingestion of index.ingestions.values()) {
      if (!isOver(ingestion, byMs)) continue;
      const atMs = ingestion.startedMs + ingestion.tookMs;
      for (const video of ingestion.videos) {
        if (video.problem) continue;
        const { documentId, metadata, userData, seconds } = video;
        const there = documents.get(documentId);
        if (video.mode === 'remove') documents.delete(documentId);
        else if (video.mode === 'update') {
          // It may be on its way still.
          if (there) documents.set(documentId, { ...there, metadata, userData, modifiedMs: atMs });
        } else
          documents.set(documentId, {
            documentId,
            url: bareUrl(video.url),
            metadata,
            userData,
            seconds,
            speech: hears && ingestion.withTranscript ? speechOf(seconds) : [],
            createdMs: there?.createdMs ?? atMs,
            modifiedMs: atMs,
          });
      }
    }
    return [...documents.values()];
  }

  function readyIn(index: VideoIndex): readonly ShelvedVideo[] {
    return allIn(index, around.now());
  }

  function search(index: VideoIndex, body: Readonly<Record<string, unknown>>): Response {
    const searched = [index, ...additionalIndexes(body).map(indexNamed)];
    return Response.json(
      searchVideos(
        body,
        searched.map((one) => ({ index: one, videos: readyIn(one) })),
      ),
    );
  }

  return {
    answer,
    find(indexName, documentId) {
      const index = indexes.get(indexName);
      if (!index) return 'no-index';
      const isIt = (video: ShelvedVideo): boolean => video.documentId === documentId;
      const ready = readyIn(index).find(isIt);
      return ready ?? (allIn(index, Infinity).some(isIt) ? 'not-ready' : 'no-document');
    },
  };
}

function placeIn(path: string): Place {
  const [whole, name, query, part, ingestion] = PATH.exec(path) ?? [];
  if (whole === undefined) throw videoPathNotFound();
  try {
    return {
      index: name === undefined ? undefined : decodeURIComponent(name),
      part: query ?? part,
      ingestion: ingestion === undefined ? undefined : decodeURIComponent(ingestion),
    };
  } catch {
    throw videoPathNotFound();
  }
}

const USUAL_PAGE = 20;

function page(url: URL, all: readonly object[]): Response {
  const skip = countIn(url, '$skip', 0);
  const top = countIn(url, '$top', USUAL_PAGE);
  const next = new URL(url);
  next.searchParams.set('$skip', String(skip + top));
  next.searchParams.set('$top', String(top));
  return Response.json({
    value: all.slice(skip, skip + top),
    ...(all.length > skip + top && top > 0 ? { nextLink: next.href } : {}),
  });
}

function countIn({ searchParams }: URL, name: string, usual: number): number {
  const value = Number(searchParams.get(name) ?? usual);
  if (!Number.isInteger(value) || value < 0) throw badVideoRequest(`${name} has to be a whole number.`);
  return value;
}

function toDocumentBody({
  documentId,
  url,
  metadata,
  userData,
  createdMs,
  modifiedMs,
}: ShelvedVideo): object {
  return {
    documentId,
    documentUrl: url,
    metadata,
    ...(userData === undefined ? {} : { userData }),
    createdDateTime: videoTime(createdMs),
    lastModifiedDateTime: videoTime(modifiedMs),
  };
}

async function bodyOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await request.json().catch(() => null);
  if (!isRecord(body)) throw badVideoRequest('The request body is not valid JSON.');
  return body;
}
