import { BlobRefusal } from './blob-errors.ts';
import { isBlobPath, type BlobStorage } from './blob-storage.ts';
import { mediaSeconds } from './media-length.ts';
import { isRecord } from './read-messages.ts';
import { badVideoRequest } from './video-errors.ts';
import { videoTime } from './video-index.ts';

export interface Ingestion {
  readonly name: string;
  readonly startedMs: number;
  readonly tookMs: number;
  readonly withTranscript: boolean;
  readonly videos: readonly JudgedVideo[];
}

export interface GivenVideo {
  readonly mode: 'add' | 'update' | 'remove';
  readonly documentId: string;
  readonly url: string;
  /** Names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly userData: unknown;
}

/** What became of it was settled when it was asked for; it shows when the ingestion is over. */
export interface JudgedVideo extends GivenVideo {
  readonly problem: FileProblem | null;
  /** Null: its container does not tell, or it is not in the simulator's storage. */
  readonly seconds: number | null;
}

export interface FileProblem {
  readonly code: string;
  readonly message: string;
}

/** Long enough that its state is seen to change. */
const USUAL_MS = 4_000;
/** So says a name with "slow": long enough to load the page anew. */
const SLOW_MS = 30_000;

export interface AskedIngestion {
  readonly videos: readonly GivenVideo[];
  readonly withTranscript: boolean;
  readonly asItself: boolean;
}

export function readIngestion(body: Readonly<Record<string, unknown>>, newId: () => string): AskedIngestion {
  const { videos } = body;
  if (!Array.isArray(videos) || videos.length === 0) throw badVideoRequest('At least one video is required.');
  const kind = String(body['documentAuthenticationKind'] ?? 'none').toLowerCase();
  if (kind !== 'none' && kind !== 'managedidentity')
    throw badVideoRequest("documentAuthenticationKind has to be 'none' or 'managedIdentity'.");
  for (const name of [
    'moderation',
    'generateInsightIntervals',
    'filterDefectedFrames',
    'includeSpeechTranscript',
  ])
    if (body[name] !== undefined && typeof body[name] !== 'boolean')
      throw badVideoRequest(`${name} has to be a boolean.`);
  return {
    videos: videos.map((video: unknown) => readVideo(video, newId)),
    // Misspelled, as in the official sample, it is not known, and there is no transcript.
    withTranscript: body['includeSpeechTranscript'] === true,
    asItself: kind === 'managedidentity',
  };
}

function readVideo(video: unknown, newId: () => string): GivenVideo {
  if (!isRecord(video)) throw badVideoRequest('A video has to be an object.');
  const { mode, documentId, documentUrl, metadata = {}, userData } = video;
  if (mode !== 'add' && mode !== 'update' && mode !== 'remove')
    throw badVideoRequest("mode has to be 'add', 'update' or 'remove'.");
  if (typeof documentUrl !== 'string' || documentUrl === '')
    throw badVideoRequest('documentUrl is required.');
  if (documentId !== undefined && (typeof documentId !== 'string' || documentId === ''))
    throw badVideoRequest('documentId is not valid.');
  if (!isRecord(metadata)) throw badVideoRequest('metadata has to be an object.');
  return {
    mode,
    documentId: documentId ?? newId(),
    url: documentUrl,
    metadata: lowerCased(metadata),
    userData,
  };
}

function lowerCased(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** How long it takes: by the names of its files. */
export function ingestingMs(videos: readonly GivenVideo[]): number {
  return videos.some(({ url }) => /slow/i.test(bareUrl(url))) ? SLOW_MS : USUAL_MS;
}

export interface Judging {
  readonly origin: string;
  readonly blobs: BlobStorage;
  readonly nowMs: number;
  readonly asItself: boolean;
  readonly isKnown: (documentId: string) => boolean;
}

const CONTAINERS = /\.(asf|avi|flv|mkv|webm|mov|mp4|m4a|3gp|3g2|mj2)$/i;

/** What can be told of a file without looking into it: its address, its SAS, and whether it lies in the storage here. */
export function judge(video: GivenVideo, judging: Judging): JudgedVideo {
  const problem = (code: string, message: string): JudgedVideo => ({
    ...video,
    problem: { code, message },
    seconds: null,
  });
  if (video.mode !== 'add') {
    return judging.isKnown(video.documentId)
      ? { ...video, problem: null, seconds: null }
      : problem('DocumentNotFound', `The document '${video.documentId}' is not in the index.`);
  }
  const url = URL.canParse(video.url) ? new URL(video.url) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return problem('InvalidUrl', 'The document URL is not valid.');
  if (!CONTAINERS.test(url.pathname))
    return problem('UnsupportedMediaFormat', 'The file is in no container that is supported.');
  if (/broken|corrupt/i.test(url.pathname))
    return problem('MediaDecodingFailed', 'The file is damaged: it could not be decoded.');
  const opened = openVideo(url, judging);
  return 'problem' in opened
    ? { ...video, problem: opened.problem, seconds: null }
    : { ...video, ...opened, problem: null };
}

/**
 * Whether a service could open a video, and how long it is. Of another origin than the simulator's only the address is
 * judged: nothing is fetched.
 */
export function openVideo(
  url: URL,
  { origin, blobs, nowMs, asItself }: Pick<Judging, 'origin' | 'blobs' | 'nowMs' | 'asItself'>,
): { readonly seconds: number | null } | { readonly problem: FileProblem } {
  const denied = (why: string) => ({
    problem: { code: 'BlobAccessDenied', message: `The video could not be read: ${why}` },
  });
  if (url.origin === origin && isBlobPath(url.pathname)) {
    try {
      return { seconds: mediaSeconds(blobs.open(url, asItself ? 'as-itself' : undefined)) };
    } catch (thrown) {
      if (!(thrown instanceof BlobRefusal)) throw thrown;
      if (thrown.code === 'BlobNotFound' || thrown.code === 'ContainerNotFound')
        return { problem: { code: thrown.code, message: 'There is no such video.' } };
      const expiry = Date.parse(url.searchParams.get('se') ?? '');
      return denied(expiry <= nowMs ? 'its SAS has expired.' : `${thrown.code}.`);
    }
  }
  if (asItself) return { seconds: null };
  if (/\.blob\.(core|storage)\./.test(url.hostname) && !url.searchParams.has('sig'))
    return denied('it has no SAS.');
  const expiry = url.searchParams.get('se');
  return expiry !== null && Date.parse(expiry) <= nowMs ? denied('its SAS has expired.') : { seconds: null };
}

export function bareUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

export function isOver({ startedMs, tookMs }: Ingestion, nowMs: number): boolean {
  return nowMs - startedMs >= tookMs;
}

/** @param withFiles asked for by `detailLevel`. */
export function toIngestionBody(ingestion: Ingestion, nowMs: number, withFiles: boolean): object {
  const { name, startedMs, tookMs, videos } = ingestion;
  const over = isOver(ingestion, nowMs);
  const failed = videos.filter(({ problem }) => problem !== null).length;
  const ended = failed === 0 ? 'Completed' : failed === videos.length ? 'Failed' : 'PartiallySucceeded';
  return {
    name,
    state: over ? ended : 'Running',
    createdDateTime: videoTime(startedMs),
    lastModifiedDateTime: videoTime(over ? startedMs + tookMs : nowMs),
    ...(withFiles && over
      ? { fileStatusDetails: videos.map((video) => toFileStatus(video, startedMs + tookMs)) }
      : {}),
  };
}

/** The SAS is taken off; what went wrong inside has `innerError` here, and `innererror` elsewhere. */
function toFileStatus({ documentId, url, problem }: JudgedVideo, atMs: number): object {
  return {
    lastUpdateTime: videoTime(atMs),
    documentId,
    documentUrl: bareUrl(url),
    succeeded: problem === null,
    ...(problem
      ? {
          error: { code: 'InvalidRequest', message: 'The video could not be ingested.', innerError: problem },
        }
      : {}),
  };
}
