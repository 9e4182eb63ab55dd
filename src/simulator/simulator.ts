import type { Api } from './asked.ts';
import { createBlobStorage, isBlobPath } from './blob-storage.ts';
import { answerChat } from './chat.ts';
import { isGood } from './credentials.ts';
import { answerPreflight, withCors } from './cors.ts';
import { listDeployments, listModels } from './listings.ts';
import { answerAnalysis } from './image-analysis.ts';
import { createMemory, type Memory } from './memory.ts';
import { gatewayError, Refusal, resourceNotFound } from './refusal.ts';
import type { VideoResource } from './read-video.ts';
import { answerTranscription } from './transcription.ts';
import { createVideoShelf } from './video-retrieval.ts';
import { toSurroundings, type SimulatorOptions, type Surroundings } from './surroundings.ts';

/** Answers a request as Azure OpenAI, Azure AI Vision and Blob Storage would. Rejects only when the request is aborted before it is answered. */
export type Simulator = (request: Request) => Promise<Response>;

/**
 * A local Azure AI services resource: classic and v1 chat completions and transcriptions, the listings, Image Analysis
 * and video retrieval, and beside it a storage account, errors and all. Every key and token is good unless it holds the
 * word "wrong", "invalid" or "expired". Nothing is fetched and nothing leaves it. Calls to one simulator share its rate
 * limits, its prompt cache, its blobs and its indexes.
 */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const around = toSurroundings(options);
  const memory = createMemory();
  const blobs = createBlobStorage(around);
  const resource = { blobs, videos: createVideoShelf(around, blobs) };
  return async (request) => {
    request.signal.throwIfAborted();
    const isBlob = isBlobPath(new URL(request.url).pathname);
    if (request.method === 'OPTIONS') return isBlob ? blobs.preflight(request) : answerPreflight(request);
    if (isBlob) return withCors(request, await blobs.answer(request));
    try {
      return withCors(request, await route(request, around, memory, resource));
    } catch (error) {
      if (error instanceof Refusal) return withCors(request, error.toResponse());
      throw error;
    }
  };
}

async function route(
  request: Request,
  around: Surroundings,
  memory: Memory,
  resource: Omit<VideoResource, 'nowMs'>,
): Promise<Response> {
  const url = new URL(request.url);
  const { prefix, path } = splitPath(url.pathname, around.prefixes);
  if (path.startsWith('/computervision/')) {
    refuseManyHeaders(request);
    const [, retrieval] = /^\/computervision\/retrieval(\/.*)$/s.exec(path) ?? [];
    if (retrieval !== undefined) return resource.videos.answer(request, retrieval, memory);
    return answerAnalysis(request, path, around, memory);
  }
  const target = toTarget(request.method, path, url.searchParams.get('api-version'));
  refuseManyHeaders(request);
  authorize(request, target, prefix);
  switch (target.kind) {
    case 'deployments':
      return listDeployments();
    case 'models':
      return listModels(target.family, around.now());
    case 'chat':
      return answerChat(request, target.api, target.deployment, around, memory, resource);
    case 'transcription':
      return answerTranscription(request, target.api, target.deployment, around, memory);
    case 'dated-v1':
      throw gatewayError(400, 'BadRequest', 'api-version query parameter is not allowed when using /v1 path');
  }
}

type Target =
  | { readonly kind: 'chat' | 'transcription'; readonly api: Api; readonly deployment: string | null }
  | { readonly kind: 'deployments' }
  | { readonly kind: 'models'; readonly family: 'classic' | 'v1' }
  | { readonly kind: 'dated-v1' };

function splitPath(pathname: string, prefixes: readonly string[]): { prefix: string; path: string } {
  const prefix =
    prefixes.find(
      (prefix) =>
        /^\/(openai|computervision)\//.test(pathname.slice(prefix.length)) && pathname.startsWith(prefix),
    ) ?? '';
  return { prefix, path: pathname.slice(prefix.length) };
}

function toTarget(method: string, path: string, apiVersion: string | null): Target {
  if (path.startsWith('/openai/v1/')) return toV1Target(method, path, apiVersion);
  // A classic route is found by path and version together: without one there is nothing at this address.
  if (apiVersion === null || !/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(apiVersion)) throw resourceNotFound();
  if (method === 'GET' && path === '/openai/deployments' && LISTING_VERSIONS.has(apiVersion)) {
    return { kind: 'deployments' };
  }
  if (method === 'GET' && path === '/openai/models') return { kind: 'models', family: 'classic' };
  const [, hearing] = TRANSCRIPTION_PATH.exec(path) ?? [];
  if (method === 'POST' && hearing !== undefined) {
    return { kind: 'transcription', api: { family: 'classic', apiVersion }, deployment: decode(hearing) };
  }
  const [, encoded, isExtension] = CHAT_PATH.exec(path) ?? [];
  if (method !== 'POST' || encoded === undefined) throw resourceNotFound();
  // The extensions path ended with 2023-12-01-preview.
  if (isExtension && apiVersion > '2023-12-01-preview') throw resourceNotFound();
  return {
    kind: 'chat',
    api: { family: isExtension ? 'extensions' : 'classic', apiVersion },
    deployment: decode(encoded),
  };
}

const LISTING_VERSIONS = new Set(['2023-03-15-preview', '2022-12-01']);
const TRANSCRIPTION_PATH = /^\/openai\/deployments\/([^/]+)\/audio\/transcriptions$/;
const CHAT_PATH = /^\/openai\/deployments\/([^/]+)\/(extensions\/)?chat\/completions$/;

function toV1Target(method: string, path: string, apiVersion: string | null): Target {
  if (apiVersion !== null && !/^(v1|preview|latest)$/.test(apiVersion)) return { kind: 'dated-v1' };
  if (method === 'POST' && path === '/openai/v1/chat/completions') {
    return { kind: 'chat', api: { family: 'v1' }, deployment: null };
  }
  if (method === 'POST' && path === '/openai/v1/audio/transcriptions') {
    return { kind: 'transcription', api: { family: 'v1' }, deployment: null };
  }
  if (method === 'GET' && path === '/openai/v1/models') return { kind: 'models', family: 'v1' };
  throw resourceNotFound();
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw resourceNotFound();
  }
}

const MOST_CUSTOM_HEADERS = 10;

/** LIMITS; the official client's own `x-stainless-…` count as one, or every second call of it would be refused. */
function refuseManyHeaders(request: Request): void {
  const custom = [...request.headers.keys()].filter(
    (name) => name.startsWith('x-') && !name.startsWith('x-stainless-'),
  );
  if (custom.length > MOST_CUSTOM_HEADERS)
    throw new Refusal(431, { error: { code: '431', message: 'Too many request headers.' } });
}

function authorize(request: Request, target: Target, prefix: string): void {
  const key = request.headers.get('api-key')?.trim();
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (isGood(key) || (key === undefined && isGood(token))) return;
  if (key === undefined && token !== undefined && /expired/i.test(token)) {
    throw gatewayError(
      401,
      'Unauthorized',
      'Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.',
    );
  }
  if (prefix !== '' && !prefix.startsWith('/api/projects/')) {
    throw new Refusal(401, {
      statusCode: 401,
      message: `Access denied due to ${key ? 'invalid' : 'missing'} subscription key. Make sure to ${key ? 'provide a valid key for an active subscription' : 'include subscription key when making requests to an API'}.`,
    });
  }
  const isV1 = target.kind === 'dated-v1' || ('api' in target && target.api.family === 'v1');
  throw gatewayError(
    401,
    isV1 ? 'Unauthorized' : '401',
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
  );
}
