import {
  badArgument,
  keyOfOtherKind,
  noFeature,
  notAPicture,
  notInThisRegion,
  tooMany,
  unknownFeature,
  unknownLanguage,
  unreadableUrl,
  unsupportedVersion,
  wrongKey,
  wrongSize,
} from './analysis-errors.ts';
import { toAnalysis, type Feature } from './analysis-answer.ts';
import { isGood } from './credentials.ts';
import type { Memory } from './memory.ts';
import { isRecord } from './read-messages.ts';
import { readPictureHeader, readRarePictureHeader } from './picture-size.ts';
import { resourceNotFound } from './refusal.ts';
import { look, type Sight } from './sight.ts';
import type { Surroundings } from './surroundings.ts';

const VERSIONS = new Set(['2023-10-01', '2024-02-01']);
const FEATURES = ['read', 'tags', 'objects', 'people', 'caption', 'denseCaptions', 'smartCrops'] as const;
const LANGUAGES = ['en', 'es', 'ja', 'pt', 'zh'];
const MOST_BYTES = 20_971_520;
const REFUSED_A_MINUTE = 2;

/**
 * Image Analysis 4.0: answers about what `look` finds, never about more. Keys tell it what to refuse: "openai" is a
 * key of another kind, "no-captions" one of a region without captions, "limited" is refused twice a minute.
 */
export async function answerAnalysis(
  request: Request,
  path: string,
  around: Surroundings,
  memory: Memory,
): Promise<Response> {
  if (path !== '/computervision/imageanalysis:analyze' || request.method !== 'POST') throw resourceNotFound();
  const { searchParams: query, origin } = new URL(request.url);
  const apiVersion = query.get('api-version');
  if (apiVersion === null) throw resourceNotFound();
  const key = keyOf(request);
  if (!isGood(key)) throw wrongKey();
  if (/openai/i.test(key)) throw keyOfOtherKind(apiVersion, origin);
  if (!VERSIONS.has(apiVersion)) throw unsupportedVersion();
  if (/limited/i.test(key) && memory.countCall(`vision ${key}`, around.now()) <= REFUSED_A_MINUTE) {
    throw tooMany();
  }
  const features = readFeatures(query, key);
  const language = query.get('language') ?? 'en';
  if (!LANGUAGES.includes(language)) throw unknownLanguage();
  const aspectRatios = readAspectRatios(query);
  const sight = await lookAt(await readPicture(request, around), around);
  const firstByteMs = around.delayMs({ before: 'first-byte', tokens: 1, usualMs: USUAL_MS });
  if (firstByteMs > 0) await around.sleep(firstByteMs, request.signal);
  return Response.json(toAnalysis(sight, { features, language, aspectRatios }));
}

const USUAL_MS = 500;

/** Entra tokens are taken as well as keys. */
function keyOf(request: Request): string {
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  return request.headers.get('ocp-apim-subscription-key')?.trim() ?? token ?? '';
}

/** Names are taken in any case, as by the service. */
function readFeatures(query: URLSearchParams, key: string): ReadonlySet<Feature> {
  const asked = (query.get('features') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (asked.length === 0) throw noFeature();
  const features = new Set<Feature>();
  for (const name of asked) {
    const feature = FEATURES.find((known) => known.toLowerCase() === name.toLowerCase());
    if (!feature) throw unknownFeature();
    features.add(feature);
  }
  if (/no-captions/i.test(key)) {
    if (features.has('caption')) throw notInThisRegion('Caption');
    if (features.has('denseCaptions')) throw notInThisRegion('DenseCaptions');
  }
  return features;
}

function readAspectRatios(query: URLSearchParams): readonly number[] {
  const asked = (query.get('smartcrops-aspect-ratios') ?? '').split(',').filter((ratio) => ratio !== '');
  return asked.map((text) => {
    const ratio = Number(text);
    if (!(ratio >= 0.75 && ratio <= 1.8)) {
      throw badArgument('Aspect ratios of smart crops have to be between 0.75 and 1.8.');
    }
    return ratio;
  });
}

async function readPicture(request: Request, around: Surroundings): Promise<Uint8Array<ArrayBuffer>> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (type === 'application/json') return pictureAt(bytes, new URL(request.url).origin, around);
  if (type === 'multipart/form-data' || type === 'application/octet-stream' || type.startsWith('image/')) {
    return type === 'multipart/form-data' ? firstPart(bytes, request) : bytes;
  }
  throw notAPicture();
}

async function firstPart(bytes: Uint8Array<ArrayBuffer>, request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  const form = await new Response(bytes, { headers }).formData().catch(() => null);
  const file = form && [...form.values()].find((value) => typeof value !== 'string');
  if (!file) throw notAPicture();
  return new Uint8Array(await file.arrayBuffer());
}

/** Nothing is fetched: what a test lays under `/pictures/…` of the simulator's own origin can be read, nothing else. */
async function pictureAt(
  body: Uint8Array,
  origin: string,
  around: Surroundings,
): Promise<Uint8Array<ArrayBuffer>> {
  const parsed = parseJson(new TextDecoder().decode(body));
  const address = isRecord(parsed) ? parsed['url'] : undefined;
  if (typeof address !== 'string' || !URL.canParse(address)) throw unreadableUrl();
  const url = new URL(address);
  const name = url.origin === origin ? /^\/pictures\/([^/]+)$/.exec(url.pathname)?.[1] : undefined;
  const bytes = name === undefined ? null : around.pictureNamed(name);
  if (!bytes) throw unreadableUrl();
  return bytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badArgument('The request body is not valid JSON.');
  }
}

async function lookAt(bytes: Uint8Array<ArrayBuffer>, around: Surroundings): Promise<Sight> {
  if (bytes.length === 0 || bytes.length > MOST_BYTES) {
    throw wrongSize(`The image size is not allowed to be zero or larger than ${MOST_BYTES} bytes.`);
  }
  const header = readPictureHeader(bytes) ?? readRarePictureHeader(bytes);
  if (!header) throw notAPicture();
  const { widthPx, heightPx, format } = header;
  if (Math.min(widthPx, heightPx) <= 50 || Math.max(widthPx, heightPx) >= 16_000) {
    throw wrongSize('The image dimensions must be greater than 50 x 50 and less than 16000 x 16000 pixels.');
  }
  const sight = await look(bytes, format, around.decode);
  // A picture that is whole and cannot be decoded here is one in which nothing was seen.
  return sight ?? { widthPx, heightPx, lines: [], areas: [] };
}
