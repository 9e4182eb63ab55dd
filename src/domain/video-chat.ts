import type { Connection, ModelCapabilities } from './connection.ts';
import { isPicture, type Message, type Part, type VideoDocumentPart } from './conversation.ts';
import type { Failure } from './failure.ts';

/**
 * How a request names the video's index (api.md 4.2): A by `computerVisionBaseUrl`, B by `endpoint`, both with a
 * second resource and its key; C and D on an Azure AI services resource, which needs no second one, by the video's
 * address or as a managed identity; E as B, in snake case.
 */
export const videoVariants = ['A', 'B', 'C', 'D', 'E'] as const;

export type VideoVariant = (typeof videoVariants)[number];

/** How a service is asked about a video of an index. */
export interface VideoDialect {
  readonly variant: VideoVariant;
  /** `extensions`: `…/extensions/chat/completions`. */
  readonly path: 'plain' | 'extensions';
  readonly sources: 'dataSources' | 'data_sources';
}

/** A person's own choice for a connection; absent: by API version and resource. */
export interface VideoOverride extends Partial<VideoDialect> {
  /** The Azure AI services resource reads the storage account as itself: no SAS goes with a question. */
  readonly managedIdentity?: true;
}

export type VideoChatAt =
  | { readonly kind: 'available'; readonly dialect: VideoDialect }
  | { readonly kind: VideoLack; readonly apiVersion?: string | null };

/** Why a connection cannot be asked about a video of an index. */
export type VideoLack =
  /** No other model than GPT-4 Turbo with Vision (vision-preview) ever could. */
  | 'not-this-model'
  /** Removed with 2024-04-01-preview; the v1 API (null) never had it. */
  | 'not-this-version'
  /** There is no Computer Vision resource whose index could be looked into. */
  | 'no-vision-resource'
  /** It keeps no SAS by which the service could open the video. */
  | 'no-sas';

type Spelling = Pick<VideoDialect, 'path' | 'sources'>;

/** The versions that take it. On 2024-02-15-preview `dataSources` is not found (azureai-samples#114). */
const spellings: Readonly<Record<string, Spelling>> = {
  '2023-12-01-preview': { path: 'extensions', sources: 'dataSources' },
  '2024-02-15-preview': { path: 'plain', sources: 'data_sources' },
  '2024-03-01-preview': { path: 'plain', sources: 'data_sources' },
};

/**
 * Whether a connection can be asked about a video of an index, and how; or what it lacks.
 * @param hasAddress the video's own address with its SAS is kept.
 */
export function videoChatAt(
  connection: Pick<
    Connection,
    'endpoint' | 'apiVersion' | 'visionEndpoint' | 'visionSource' | 'video' | 'secrets'
  >,
  capabilities: ModelCapabilities,
  hasAddress = false,
): VideoChatAt {
  const { endpoint, apiVersion, visionEndpoint, visionSource, video: own, secrets } = connection;
  if (!capabilities.visionEnhancements) return { kind: 'not-this-model' };
  const version = endpoint.api === 'v1' ? null : apiVersion;
  const known = version === null ? undefined : spellings[version];
  // Whoever says how it is spelled says that it is there: a gateway may carry it under any version.
  const spelling =
    known ?? (own?.path && own.sources && version !== null ? { path: own.path, sources: own.sources } : null);
  if (!spelling) return { kind: 'not-this-version', apiVersion: version };
  const isSame = visionSource === 'same';
  const variant = own?.variant ?? variantOf(spelling, isSame, own);
  if (namesResource(variant) && visionEndpoint === null && !isSame) return { kind: 'no-vision-resource' };
  if (namesAddress(variant) && !hasAddress && !secrets.includes('blobSas')) return { kind: 'no-sas' };
  const { path, sources } = { ...spelling, ...own };
  return { kind: 'available', dialect: { variant, path, sources } };
}

/** Whether the source names a second resource and its key. */
export function namesResource(variant: VideoVariant): boolean {
  return variant === 'A' || variant === 'B' || variant === 'E';
}

/** Whether the source names the video's address with its SAS. */
export function namesAddress(variant: VideoVariant): boolean {
  return variant !== 'D';
}

function variantOf(spelling: Spelling, isSame: boolean, own: VideoOverride | undefined): VideoVariant {
  if (isSame) return own?.managedIdentity ? 'D' : 'C';
  // Who chooses this spelling has a client in mind that spells all of it so.
  if (own?.sources === 'data_sources') return 'E';
  return spelling.path === 'extensions' ? 'A' : 'B';
}

/** What a prompt about a video takes beside its words (Learn, GPT-4 Turbo with Vision concepts, "Price"). */
export const videoPrompt = { textTokens: 700, frames: 20, frameTokens: 85 } as const;

/** About so many tokens. */
export const videoPromptTokens = videoPrompt.textTokens + videoPrompt.frames * videoPrompt.frameTokens;

/** A video of an index, and the message that it goes with. */
export interface SentVideo {
  readonly messageId: string;
  readonly part: VideoDocumentPart;
}

/**
 * The video a request goes with: the branch's newest, unless pictures came after it, for a request takes either. Null:
 * none.
 * @param picturesAt messages of which a picture would be sent.
 */
export function videoOf(branch: readonly Message[], picturesAt: ReadonlySet<string>): SentVideo | null {
  for (const message of branch.toReversed()) {
    if (message.role !== 'user') continue;
    const part = message.parts.findLast((one) => one.kind === 'video-document');
    if (part) return { messageId: message.id, part };
    if (picturesAt.has(message.id)) return null;
  }
  return null;
}

/** "One video, and no images, per prompt" (Learn, concepts): what is wrong with a prompt's parts; null: nothing. */
export function videoProblem(parts: readonly Part[]): Failure | null {
  const videos = parts.filter(({ kind }) => kind === 'video-document').length;
  if (videos === 0) return null;
  if (videos > 1) return { kind: 'video-one-only', actual: videos, limit: 1, detail: '' };
  const pictures = parts.filter(isPicture).length;
  return pictures > 0 ? { kind: 'video-with-pictures', actual: pictures, limit: 0, detail: '' } : null;
}

/** A question about a video that cannot be asked here; `param` says why. */
export function videoNotHere({ kind, apiVersion }: Exclude<VideoChatAt, { kind: 'available' }>): Failure {
  return { kind: 'video-not-here', param: kind, detail: apiVersion ?? '' };
}
