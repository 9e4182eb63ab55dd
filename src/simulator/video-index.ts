import { indexNameProblem } from '#domain/video.ts';
import { isRecord } from './read-messages.ts';
import { badVideoRequest } from './video-errors.ts';
import type { Ingestion } from './video-ingestion.ts';

export interface VideoIndex {
  readonly name: string;
  readonly features: readonly Feature[];
  fields: readonly Field[];
  language: string;
  userData: Readonly<Record<string, unknown>>;
  tag: string;
  readonly createdMs: number;
  modifiedMs: number;
  readonly ingestions: Map<string, Ingestion>;
}

interface Feature {
  readonly name: 'vision' | 'speech';
  readonly modelVersion: string;
  readonly domain: string;
}

export interface Field {
  /** In lower case, as all that is told of it later (api.md 4.1). */
  readonly name: string;
  readonly searchable: boolean;
  readonly filterable: boolean;
  readonly type: 'string' | 'datetime';
}

type Body = Readonly<Record<string, unknown>>;

const MODEL_VERSIONS = { vision: '2023-05-31', speech: '2023-06-30' } as const;
const DOMAINS = { vision: ['generic', 'surveillance'], speech: ['generic'] } as const;

export function makeIndex(name: string, body: Body, tag: string, nowMs: number): VideoIndex {
  const problem = indexNameProblem(name);
  if (problem)
    throw badVideoRequest(`The index name '${name}' is not valid (${problem}).`, 'InvalidIndexName');
  return {
    name,
    features: readFeatures(body['features']),
    ...readSchema(body['metadataSchema']),
    userData: readUserData(body['userData']),
    tag,
    createdMs: nowMs,
    modifiedMs: nowMs,
    ingestions: new Map(),
  };
}

export function updateIndex(index: VideoIndex, body: Body, tag: string, nowMs: number): void {
  if (body['metadataSchema'] !== undefined) Object.assign(index, readSchema(body['metadataSchema']));
  if (body['userData'] !== undefined) index.userData = readUserData(body['userData']);
  index.tag = tag;
  index.modifiedMs = nowMs;
}

export function toIndexBody(index: VideoIndex): object {
  const { name, language, fields, userData, features, tag, createdMs, modifiedMs } = index;
  return {
    name,
    metadataSchema: { language, fields },
    userData,
    features,
    eTag: `"${tag}"`,
    createdDateTime: videoTime(createdMs),
    lastModifiedDateTime: videoTime(modifiedMs),
  };
}

/** Seven decimals, as in every recorded body. */
export function videoTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z');
}

function readFeatures(given: unknown): readonly Feature[] {
  const asked: unknown = given ?? [{ name: 'vision' }];
  if (!Array.isArray(asked) || asked.length === 0)
    throw badVideoRequest('At least one feature is required.', 'InvalidFeature');
  return asked.map((feature: unknown) => {
    const name = isRecord(feature) ? feature['name'] : undefined;
    if (!isRecord(feature) || (name !== 'vision' && name !== 'speech'))
      throw badVideoRequest(`The feature '${String(name)}' is not supported.`, 'InvalidFeature');
    const domain = feature['domain'] ?? 'generic';
    if (typeof domain !== 'string' || !(DOMAINS[name] as readonly string[]).includes(domain))
      throw badVideoRequest(`The feature '${name}' has no domain '${String(domain)}'.`, 'InvalidFeature');
    const version = feature['modelVersion'];
    return {
      name,
      modelVersion: typeof version === 'string' && version !== 'latest' ? version : MODEL_VERSIONS[name],
      domain,
    };
  });
}

function readSchema(given: unknown): Pick<VideoIndex, 'language' | 'fields'> {
  if (given === undefined || given === null) return { language: 'en', fields: [] };
  const fields = isRecord(given) ? given['fields'] : undefined;
  if (!isRecord(given) || !Array.isArray(fields))
    throw badVideoRequest('metadataSchema.fields is required.', 'InvalidMetadataSchema');
  const language = given['language'] ?? 'en';
  if (typeof language !== 'string')
    throw badVideoRequest('metadataSchema.language is not valid.', 'InvalidMetadataSchema');
  const read = fields.map(readField);
  if (new Set(read.map(({ name }) => name)).size < read.length)
    throw badVideoRequest('Two metadata fields have the same name.', 'InvalidMetadataSchema');
  return { language, fields: read };
}

function readField(field: unknown): Field {
  const { name, type, searchable, filterable } = isRecord(field) ? field : {};
  if (
    typeof name !== 'string' ||
    name === '' ||
    (type !== 'string' && type !== 'datetime') ||
    typeof searchable !== 'boolean' ||
    typeof filterable !== 'boolean'
  ) {
    throw badVideoRequest(
      'A metadata field needs name, searchable, filterable and a type of string or datetime.',
      'InvalidMetadataSchema',
    );
  }
  return { name: name.toLowerCase(), searchable, filterable, type };
}

function readUserData(given: unknown): Readonly<Record<string, unknown>> {
  if (given === undefined || given === null) return {};
  if (!isRecord(given)) throw badVideoRequest('userData has to be an object.');
  return given;
}
