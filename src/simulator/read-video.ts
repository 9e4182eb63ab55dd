import { isPicturePart, type AskedMessage, type Call } from './asked.ts';
import type { BlobStorage } from './blob-storage.ts';
import { isGood } from './credentials.ts';
import { enhancementsOn, isOpenAiResource } from './read-enhancements.ts';
import { isRecord } from './read-messages.ts';
import { invalidRequest, Refusal } from './refusal.ts';
import { bareUrl, openVideo } from './video-ingestion.ts';
import type { VideoShelf } from './video-retrieval.ts';
import type { ShelvedVideo } from './video-search.ts';

/** Where the videos are that a chat is about. */
export interface VideoResource {
  readonly videos: VideoShelf;
  readonly blobs: BlobStorage;
  readonly nowMs: number;
}

const SOURCE = 'AzureComputerVisionVideoIndex';

/** The video that is asked about; null: none. Strict as documented (api.md 4.2), so that a page's mistakes show. */
export function readVideo(
  call: Call,
  messages: readonly AskedMessage[],
  resource: VideoResource,
): ShelvedVideo | null {
  const on = enhancementsOn(call).has('video');
  const asked = messages.flatMap(({ parts }) => parts.filter(({ kind }) => kind === 'video'));
  if (!on && asked.length === 0) return null;
  if (call.scenario.says === 'video-failure') throw new FailureInAnswer(call, SOURCE_IS_MISSING);
  if (!on) {
    throw invalidRequest(
      "Content of type 'acv_document_id' requires the 'video' enhancement to be enabled.",
      'messages',
    );
  }
  const parameters = readSource(call);
  const documentId = readDocumentId(messages);
  const given = readParameters(call, parameters);
  const video = resource.videos.find(given.indexName, documentId);
  if (video === 'no-index') throw bySource(`The index '${given.indexName}' was not found.`);
  if (video === 'no-document' || video === 'not-ready') {
    const why = video === 'not-ready' ? 'is not ingested yet' : 'was not found';
    throw bySource(`The document '${documentId}' ${why} in the index '${given.indexName}'.`);
  }
  if (given.url !== null) refuseAddress(call, given.url, video, resource);
  return video;
}

/** One video, first in its message, its words after it, and no picture anywhere (SAMPLES; Learn, concepts). */
function readDocumentId(messages: readonly AskedMessage[]): string {
  const videos = messages.flatMap(({ role, parts }) =>
    parts.flatMap((part, at) => (part.kind === 'video' ? [{ role, parts, part, at }] : [])),
  );
  const [video] = videos;
  if (!video) throw invalidRequest("The 'video' enhancement requires an 'acv_document_id'.", 'messages');
  if (videos.length > 1) {
    throw invalidRequest(
      `The 'video' enhancement takes only one video in a request, but got ${videos.length}.`,
      'messages',
    );
  }
  if (messages.some(({ parts }) => parts.some(isPicturePart)))
    throw invalidRequest("The 'video' enhancement takes no images beside the video.", 'messages');
  if (video.role !== 'user' || video.at > 0 || video.parts[1]?.kind !== 'text') {
    throw invalidRequest(
      "An 'acv_document_id' has to be the first part of a user's message, and be followed by text.",
      'messages',
    );
  }
  return video.part.documentId;
}

type Parameters = Readonly<Record<string, unknown>>;

/** Not found under the other name on the plain path; the refusal then comes inside a 200 (azureai-samples#114). */
function readSource(call: Call): Parameters {
  const sources = call.body[call.api.family === 'extensions' ? 'dataSources' : 'data_sources'];
  const found = Array.isArray(sources)
    ? sources.filter((source) => isRecord(source) && source['type'] === SOURCE)
    : [];
  const source: unknown = found[0];
  if (!isRecord(source)) throw new FailureInAnswer(call, SOURCE_IS_MISSING);
  if (found.length > 1) throw bySource('Only one video index is supported in a request.');
  const { parameters } = source;
  if (!isRecord(parameters)) throw bySource('parameters is required.');
  return parameters;
}

interface GivenParameters {
  readonly indexName: string;
  /** Null: the resource reads the video as itself. */
  readonly url: string | null;
}

/** Names of one variant each; none may be spelled by another's. */
const SPELLINGS = [
  { base: 'computerVisionBaseUrl', key: 'computerVisionApiKey', index: 'indexName', urls: 'videoUrls' },
  { base: 'endpoint', key: 'computerVisionApiKey', index: 'indexName', urls: 'videoUrls' },
  { base: 'endpoint', key: 'computer_vision_api_key', index: 'index_name', urls: 'video_urls' },
] as const;
const AS_ITSELF = 'documentAuthenticationKind';

function readParameters(call: Call, parameters: Parameters): GivenParameters {
  const names = Object.keys(parameters);
  const spelling = SPELLINGS.find((one) => {
    const known: readonly string[] = [...Object.values(one), AS_ITSELF];
    return names.every((name) => known.includes(name));
  });
  if (!spelling) throw bySource(`The parameters ${names.join(', ')} do not belong together.`);
  const { base, key, index, urls } = spelling;
  if (spelling.index === 'index_name' && call.api.family === 'extensions')
    throw bySource(`The parameters ${names.join(', ')} do not belong in dataSources.`);
  readResource(call, parameters, base, key);
  const indexName = parameters[index];
  if (typeof indexName !== 'string' || indexName === '') throw bySource(`${index} is required.`);
  const kind = parameters[AS_ITSELF];
  if (kind !== undefined) {
    // C and D: only an AI services resource has an identity that could read.
    if (String(kind).toLowerCase() !== 'managedidentity') throw bySource(`${AS_ITSELF} is not valid.`);
    if (isOpenAiResource(call) || parameters[base] !== undefined)
      throw bySource('A managed identity requires an Azure AI services resource.');
    return { indexName, url: null };
  }
  const given = parameters[urls];
  if (!Array.isArray(given) || given.length !== 1 || typeof given[0] !== 'string')
    throw bySource(`${urls} has to name one video.`);
  return { indexName, url: given[0] };
}

/** The second resource and its key; an AI services resource needs none (C, D). */
function readResource(call: Call, parameters: Parameters, base: string, key: string): void {
  const [address, secret] = [parameters[base], parameters[key]];
  if (address === undefined && secret === undefined && !isOpenAiResource(call)) return;
  if (typeof address !== 'string' || !URL.canParse(address)) throw bySource(`${base} is required.`);
  if (typeof secret !== 'string') throw bySource(`${key} is required.`);
  const url = new URL(address);
  if (base === 'computerVisionBaseUrl' && !url.pathname.endsWith('/computervision'))
    throw bySource("computerVisionBaseUrl has to end in '/computervision'.");
  if (!isGood(secret)) throw bySource('Access denied due to invalid subscription key or wrong API endpoint.');
  if (/openai/i.test(secret))
    throw bySource(
      'The operation is not supported with the current subscription key and pricing tier OpenAI.S0.',
    );
  // Its indexes are those of this resource: no other is called from here.
  if (url.origin !== new URL(call.request.url).origin)
    throw bySource(`The resource at ${url.origin} cannot be reached.`);
}

/** The index holds no SAS (api.md 4.1): the request brings the address once more, and it has to be the same video's. */
function refuseAddress(call: Call, address: string, video: ShelvedVideo, resource: VideoResource): void {
  if (!URL.canParse(address)) throw bySource('The video URL is not valid.');
  const url = new URL(address);
  if (decoded(bareUrl(address)) !== decoded(video.url))
    throw bySource(`The video URL is not that of the document '${video.documentId}'.`);
  const { origin } = new URL(call.request.url);
  const opened = openVideo(url, { ...resource, origin, asItself: false });
  if ('problem' in opened) throw bySource(opened.problem.message);
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** No sample of these refusals was found: in the form of the model layer. */
function bySource(message: string): Refusal {
  return invalidRequest(`${SOURCE}: ${message}`, 'data_sources');
}

const SOURCE_IS_MISSING = `The 'video' enhancement requires a data source of type '${SOURCE}'.`;

/** Status 200, and inside it a text that is no JSON: word for word `video-chat.error-in-200-body.json`. */
class FailureInAnswer extends Refusal {
  readonly #isStream: boolean;
  constructor({ body }: Call, message: string) {
    const content = `{"ErrorMessage":${message},"ErrorCode": 400}`;
    super(200, { choices: [{ messages: [{ delta: { role: 'tool', content } }] }] });
    this.#isStream = body['stream'] === true;
  }

  override toResponse(): Response {
    if (!this.#isStream) return super.toResponse();
    return new Response(`data: ${JSON.stringify(this.body)}\n\ndata: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    });
  }
}
