import type { Segment } from '#domain/transcript.ts';
import { wordsIn } from './about.ts';
import { isRecord } from './read-messages.ts';
import { simulatedSpeech } from './speech.ts';
import { badVideoRequest } from './video-errors.ts';
import type { Field, VideoIndex } from './video-index.ts';
import { bareUrl } from './video-ingestion.ts';

/** A video that was ingested. */
export interface ShelvedVideo {
  readonly documentId: string;
  /** Without its SAS. */
  readonly url: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly userData: unknown;
  /** Null: not known. */
  readonly seconds: number | null;
  /** Empty: no transcript was asked for, or the index has no speech. */
  readonly speech: readonly Segment[];
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** Hardly a video is shorter. */
const ASSUMED_SECONDS = 10;

export function secondsToSpeakOf({ seconds }: Pick<ShelvedVideo, 'seconds'>): number {
  return seconds ?? ASSUMED_SECONDS;
}

export function speechOf(seconds: number | null): readonly Segment[] {
  return simulatedSpeech(seconds ?? ASSUMED_SECONDS);
}

interface Query {
  readonly words: ReadonlySet<string>;
  readonly text: string;
  readonly top: number;
  readonly skip: number;
  readonly mostDocuments: number;
  readonly features: ReadonlySet<string>;
  readonly withMetadata: boolean;
  readonly accepts: (index: VideoIndex, video: ShelvedVideo) => boolean;
}

interface Hit {
  readonly documentId: string;
  readonly documentKind: 'VideoFrame' | 'SpeechTextSegment';
  readonly start: string;
  readonly end: string;
  readonly best: string;
  readonly relevance: number;
}

export function additionalIndexes(body: Readonly<Record<string, unknown>>): readonly string[] {
  const names = body['additionalIndexNames'] ?? [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw badVideoRequest('additionalIndexNames has to be an array of names.');
  return names;
}

/**
 * Hits in what is known: nobody looks into a video. Words of the question are looked for in a document's id, its file
 * name, its searchable metadata and, for speech, its simulated transcript; the more are there, the more relevant it is.
 * As every search by vectors, it finds something: where no word is there, one place of little relevance. Places in the
 * picture are drawn from the words, the same each time, and lie within the video.
 */
export function searchVideos(
  body: Readonly<Record<string, unknown>>,
  indexes: readonly { readonly index: VideoIndex; readonly videos: readonly ShelvedVideo[] }[],
): object {
  const query = readQuery(
    body,
    indexes.map(({ index }) => index),
  );
  const hits = indexes
    .flatMap(({ index, videos }) =>
      videos
        .filter((video) => query.accepts(index, video))
        .flatMap((video) => [
          ...(takes(index, query, 'vision') ? framesIn(index, video, query) : []),
          ...(takes(index, query, 'speech') ? speechIn(video, query) : []),
        ]),
    )
    .sort((a, b) => b.relevance - a.relevance);
  const documents = new Set([...new Set(hits.map((hit) => hit.documentId))].slice(0, query.mostDocuments));
  return {
    value: hits.filter((hit) => documents.has(hit.documentId)).slice(query.skip, query.skip + query.top),
  };
}

function takes({ features }: VideoIndex, query: Query, name: string): boolean {
  return features.some((feature) => feature.name === name) && query.features.has(name);
}

function readQuery(body: Readonly<Record<string, unknown>>, indexes: readonly VideoIndex[]): Query {
  const text = body['queryText'];
  if (typeof text !== 'string' || text.trim() === '') throw badVideoRequest('queryText is required.');
  const filters = body['filters'] ?? {};
  if (!isRecord(filters)) throw badVideoRequest('filters has to be an object.');
  const features = filters['featureFilters'] ?? ['vision', 'speech'];
  if (!Array.isArray(features) || !features.every((name) => name === 'vision' || name === 'speech'))
    throw badVideoRequest("featureFilters takes 'vision' and 'speech'.");
  return {
    text,
    words: plainWords(text),
    top: countIn(body, 'top', 10),
    skip: countIn(body, 'skip', 0),
    mostDocuments: countIn(body, 'dedupMaxDocumentCount', Infinity),
    features: new Set(features),
    withMetadata: body['disableMetadataSearch'] !== true,
    accepts: toFilter(filters, indexes),
  };
}

function countIn(body: Readonly<Record<string, unknown>>, name: string, usual: number): number {
  const value = body[name] ?? usual;
  if (typeof value !== 'number' || value < 0 || (value !== usual && !Number.isInteger(value)))
    throw badVideoRequest(`${name} has to be a whole number.`);
  return value;
}

type Accepts = (video: ShelvedVideo) => boolean;

function toFilter(
  filters: Readonly<Record<string, unknown>>,
  indexes: readonly VideoIndex[],
): Query['accepts'] {
  const ofStrings = listOf(filters['stringFilters'], 'stringFilters').map((filter): Accepts => {
    const name = fieldOf(filter, 'string', indexes);
    const values = filter['values'];
    if (!Array.isArray(values)) throw badVideoRequest('A string filter needs values.');
    return ({ metadata }) => values.includes(metadata[name]);
  });
  const ofTimes = listOf(filters['datetimeFilters'], 'datetimeFilters').map((filter): Accepts => {
    const name = fieldOf(filter, 'datetime', indexes);
    const from = timeIn(filter['startTime'], -Infinity);
    const to = timeIn(filter['endTime'], Infinity);
    return ({ metadata }) => {
      const at = timeIn(metadata[name], Number.NaN);
      return at >= from && at <= to;
    };
  });
  return (_, video) => [...ofStrings, ...ofTimes].every((accepts) => accepts(video));
}

function listOf(given: unknown, name: string): readonly Readonly<Record<string, unknown>>[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || !given.every(isRecord)) throw badVideoRequest(`${name} has to be an array.`);
  return given;
}

/** A field that every index of the search has, and may be filtered by. */
function fieldOf(
  filter: Readonly<Record<string, unknown>>,
  type: Field['type'],
  indexes: readonly VideoIndex[],
): string {
  const name = String(filter['fieldName'] ?? '').toLowerCase();
  const isThere = indexes.every(({ fields }) =>
    fields.some((field) => field.name === name && field.filterable && field.type === type),
  );
  if (!isThere)
    throw badVideoRequest(
      `There is no filterable metadata field '${name}' of type ${type}.`,
      'InvalidFilter',
    );
  return name;
}

/** `2023-06-30 17:40:33` is UTC. */
function timeIn(given: unknown, usual: number): number {
  if (given === undefined || given === null) return usual;
  const text = String(given).trim().replace(' ', 'T');
  const at = Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(at) && !Number.isNaN(usual)) throw badVideoRequest(`'${String(given)}' is no time.`);
  return at;
}

const MOST_FRAMES = 3;
const LONGEST_SECONDS = 9;

function framesIn({ fields }: VideoIndex, video: ShelvedVideo, query: Query): readonly Hit[] {
  const searchable = fields.filter((field) => field.searchable).map(({ name }) => video.metadata[name] ?? '');
  const known = plainWords(
    [video.documentId, fileName(video.url), ...(query.withMetadata ? searchable : [])].join(' '),
  );
  const share = shareOf(query.words, known);
  const seconds = Math.floor(secondsToSpeakOf(video));
  const length = Math.min(LONGEST_SECONDS, Math.floor(seconds / 4));
  const count = share > 0 ? Math.min(MOST_FRAMES, Math.max(1, Math.floor(seconds / 4))) : 1;
  return Array.from({ length: count }, (_, at) => {
    const start = hash(`${query.text} ${video.documentId} ${at}`) % Math.max(1, seconds - length);
    return {
      documentId: video.documentId,
      documentKind: 'VideoFrame',
      start: clock(start),
      end: clock(start + length),
      best: clock(start + Math.floor(length / 2)),
      relevance: (0.12 + 0.6 * share) * 0.97 ** at,
    };
  });
}

function speechIn(video: ShelvedVideo, query: Query): readonly Hit[] {
  return video.speech.flatMap(({ startSeconds, endSeconds, text }): readonly Hit[] => {
    const share = shareOf(query.words, plainWords(text));
    if (share === 0) return [];
    const [start, end] = [clock(startSeconds, 7), clock(endSeconds, 7)];
    const { documentId } = video;
    return [
      {
        documentId,
        documentKind: 'SpeechTextSegment',
        start,
        end,
        best: start,
        relevance: 0.3 + 0.6 * share,
      },
    ];
  });
}

/** Names of files and ids are words with hyphens and dots between them. */
function plainWords(text: string): ReadonlySet<string> {
  return wordsIn(text.replace(/[-_./]/g, ' '));
}

/** How many of the words are there; 0 to 1. */
function shareOf(words: ReadonlySet<string>, among: ReadonlySet<string>): number {
  const there = [...words].filter((word) => among.has(word)).length;
  return words.size === 0 ? 0 : there / words.size;
}

export function fileName(url: string): string {
  const last = bareUrl(url).split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)!) >>> 0, 7);
}

/** `00:01:58`, of speech with seven decimals (api.md 4.1). */
function clock(seconds: number, decimals: 0 | 7 = 0): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const text = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(two).join(':');
  if (decimals === 0) return text;
  return `${text}.${String(Math.floor((seconds - whole) * 1e7 + 1e-3)).padStart(7, '0')}`;
}
