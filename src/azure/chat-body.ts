import type { ChatMessage, ChatPart, ChatRequest } from '#domain/chat-request.ts';
import { FailureError } from '#domain/failure.ts';
import type { VideoVariant } from '#domain/video-chat.ts';
import { takesStreamOptions } from './api-versions.ts';
import type { ChatTarget } from './chat-url.ts';

/** The resource that enhancements look at the picture or video with; its key goes into the body, and nowhere else. */
export interface VisionResource {
  readonly endpoint: string;
  readonly key: string;
}

/**
 * The request's body. It is put together from parts: a picture's Blob goes in as it is, so no picture passes
 * through a string. Each Blob of `pictures` holds a whole data URL (`data:image/png;base64,…`), which needs no
 * JSON escape.
 * @param videoUrl of the video the request is about, with its SAS, which goes into the body and nowhere else.
 * @throws FailureError `picture-missing` when the request names a picture that is not in the map.
 */
export function toChatBody(
  target: ChatTarget,
  request: ChatRequest,
  pictures: ReadonlyMap<string, Blob>,
  vision: VisionResource | null = null,
  videoUrl: string | null = null,
): Blob {
  const pieces = toPieces(target, request, { vision, videoUrl }).map((piece) =>
    typeof piece === 'string' ? piece : entry(pictures, piece.picture),
  );
  return new Blob(pieces, { type: 'application/json' });
}

/** Bytes of that body, told from the bytes of each picture's data URL, before any is made. */
export function bodyBytes(
  target: ChatTarget,
  request: ChatRequest,
  dataUrlBytes: ReadonlyMap<string, number>,
): number {
  const encoder = new TextEncoder();
  return toPieces(target, request, { vision: null, videoUrl: null }).reduce(
    (sum, piece) =>
      sum + (typeof piece === 'string' ? encoder.encode(piece).length : entry(dataUrlBytes, piece.picture)),
    0,
  );
}

type Piece = string | { readonly picture: string };

/** What a source names beside the index. */
interface Named {
  readonly vision: VisionResource | null;
  readonly videoUrl: string | null;
}

function toPieces(target: ChatTarget, request: ChatRequest, named: Named): readonly Piece[] {
  const settings = {
    ...toEnhancements(target, request, named.vision),
    ...toVideo(target, request, named),
    ...toSettings(target, request),
  };
  const head = JSON.stringify(settings).slice(0, -1);
  const isEnhanced = request.enhancements !== undefined;
  const pieces: Piece[] = [head, ',"messages":['];
  request.messages.forEach((message, at) => {
    if (at > 0) pieces.push(',');
    pieces.push(...toMessagePieces(message, isEnhanced));
  });
  pieces.push(']}');
  return pieces;
}

/**
 * Enhancements and the resource they need, as the Learn page "Use GPT-4 Turbo with Vision" spells them. An Azure AI
 * services resource needs no second one: as in its documented video requests, the source then names nothing.
 */
function toEnhancements(
  { enhancements: dialect }: ChatTarget,
  { enhancements }: ChatRequest,
  vision: VisionResource | null,
): Readonly<Record<string, unknown>> {
  if (!enhancements || !dialect) return {};
  return {
    enhancements: { ocr: { enabled: enhancements.ocr }, grounding: { enabled: enhancements.grounding } },
    [dialect.sources]: [
      {
        type: 'AzureComputerVision',
        parameters: vision ? { endpoint: vision.endpoint, key: vision.key } : {},
      },
    ],
  };
}

/** The index in which the service looks for the video's frames (api.md 4.2). */
function toVideo(
  { video: dialect }: ChatTarget,
  { video }: ChatRequest,
  named: Named,
): Readonly<Record<string, unknown>> {
  if (!video || !dialect) return {};
  const parameters = toVideoParameters(dialect.variant, video.indexName, named);
  return {
    enhancements: { video: { enabled: true } },
    [dialect.sources]: [{ type: 'AzureComputerVisionVideoIndex', parameters }],
  };
}

function toVideoParameters(
  variant: VideoVariant,
  indexName: string,
  { vision, videoUrl }: Named,
): Readonly<Record<string, unknown>> {
  const videoUrls = videoUrl === null ? [] : [videoUrl];
  const endpoint = vision?.endpoint.replace(/\/+$/, '');
  switch (variant) {
    case 'A': {
      const computerVisionBaseUrl =
        endpoint && `${endpoint.replace(/\/computervision$/i, '')}/computervision`;
      return { computerVisionBaseUrl, computerVisionApiKey: vision?.key, indexName, videoUrls };
    }
    case 'B':
      return { endpoint, computerVisionApiKey: vision?.key, indexName, videoUrls };
    case 'C':
      return { indexName, videoUrls };
    case 'D':
      // All in lower case; the ingestion has `managedIdentity` for the same.
      return { indexName, documentAuthenticationKind: 'managedidentity' };
    case 'E':
      return {
        endpoint,
        computer_vision_api_key: vision?.key,
        index_name: indexName,
        video_urls: videoUrls,
      };
  }
}

/** Everything but the messages, in the wire's words. */
function toSettings(target: ChatTarget, request: ChatRequest): Readonly<Record<string, unknown>> {
  const onV1 = target.endpoint.api === 'v1';
  const withUsage = request.stream && takesStreamOptions(onV1 ? null : (target.apiVersion ?? ''));
  return {
    // A classic URL names the deployment already; on v1 the deployment goes by the name of model.
    ...(onV1 ? { model: target.deployment.trim() } : {}),
    [request.maxTokensParam]: request.maxTokens,
    // The documented bodies about a video do not name it.
    stream: request.stream || !request.video ? request.stream : undefined,
    ...(withUsage ? { stream_options: { include_usage: true } } : {}),
    // JSON leaves undefined entries out.
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop,
    seed: request.seed,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    response_format: request.responseFormat === 'json' ? { type: 'json_object' } : undefined,
    reasoning_effort: request.reasoningEffort,
  };
}

function toMessagePieces({ role, parts }: ChatMessage, isEnhanced: boolean): readonly Piece[] {
  const open = `{"role":${JSON.stringify(role)},"content":`;
  const texts = parts.filter((part) => part.kind === 'text');
  // Only a person's messages take a list; backends of 2023 refuse one elsewhere.
  if (role !== 'user' || (texts.length === parts.length && texts.length <= 1)) {
    return [open, JSON.stringify(texts.map((part) => part.text).join('\n')), '}'];
  }
  const pieces: Piece[] = [open, '['];
  parts.forEach((part, at) => {
    if (at > 0) pieces.push(',');
    pieces.push(...toPartPieces(part, isEnhanced));
  });
  pieces.push(']}');
  return pieces;
}

/** The documented body with enhancements names no detail; `auto`, which is the default, is left out there. */
function toPartPieces(part: ChatPart, isEnhanced: boolean): readonly Piece[] {
  if (part.kind === 'text') return [JSON.stringify({ type: 'text', text: part.text })];
  if (part.kind === 'video-document')
    return [JSON.stringify({ type: 'acv_document_id', acv_document_id: part.documentId })];
  const detail = isEnhanced && part.detail === 'auto' ? undefined : part.detail;
  if (part.kind === 'picture-url')
    return [JSON.stringify({ type: 'image_url', image_url: { url: part.url, detail } })];
  return [
    '{"type":"image_url","image_url":{"url":"',
    { picture: part.picture },
    detail === undefined ? '"}}' : `","detail":${JSON.stringify(detail)}}}`,
  ];
}

function entry<T>(entries: ReadonlyMap<string, T>, name: string): T {
  const found = entries.get(name);
  if (found === undefined) throw new FailureError({ kind: 'picture-missing', detail: '' });
  return found;
}
