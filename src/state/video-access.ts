import type { VisionResource } from '#azure';
import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { Message, VideoDocumentPart } from '#domain/conversation.ts';
import { FailureError } from '#domain/failure.ts';
import {
  namesAddress,
  namesResource,
  videoChatAt,
  type VideoChatAt,
  type VideoVariant,
} from '#domain/video-chat.ts';
import type { Services } from './services.ts';
import { visionAccess } from './vision-access.ts';

/** Whether a connection can be asked about the newest video of a branch, and by which address the service opens it. */
export interface VideoAccess {
  readonly at: VideoChatAt;
  /** With its SAS; null: the service opens it as itself, or not at all. */
  readonly signedUrl: string | null;
}

/** Null: the branch has no video of an index. */
export async function videoAccess(
  branch: readonly Message[],
  connection: Connection,
  capabilities: ModelCapabilities,
  { store }: Pick<Services, 'store'>,
): Promise<VideoAccess | null> {
  const part = newestOf(branch);
  if (!part) return null;
  const address = await addressOf(part, connection, store);
  const at = videoChatAt(connection, capabilities, address !== null);
  if (at.kind !== 'available' || !namesAddress(at.dialect.variant)) return { at, signedUrl: null };
  // The SAS that is kept may be for another container.
  return address === null ? { at: { kind: 'no-sas' }, signedUrl: null } : { at, signedUrl: address };
}

/** Said here, where it can be said in time: the service would only say that it could not open the video. */
export function refuseExpired(signedUrl: string | null, nowMs: number): void {
  if (signedUrl === null || !URL.canParse(signedUrl)) return;
  const { origin, searchParams } = new URL(signedUrl);
  const endsAtMs = Date.parse(searchParams.get('se') ?? '');
  if (endsAtMs <= nowMs) throw new FailureError({ kind: 'sas-expired', origin, detail: '' });
}

/** The resource that has the index, where the request names it and its key. */
export async function videoResource(
  variant: VideoVariant,
  connection: Connection,
  services: Pick<Services, 'connections' | 'store'>,
): Promise<VisionResource | null> {
  if (!namesResource(variant)) return null;
  const access = await visionAccess(connection, services);
  // A token opens this resource; the request has a place for a key only.
  if (access?.credential.kind !== 'api-key') throw new FailureError({ kind: 'vision-missing', detail: '' });
  return { endpoint: access.endpoint, key: access.credential.value };
}

function newestOf(branch: readonly Message[]): VideoDocumentPart | undefined {
  return branch
    .flatMap((message) => (message.role === 'user' ? message.parts : []))
    .findLast((part) => part.kind === 'video-document');
}

/**
 * A video's own SAS goes where the connection asks that it was entered for, and nowhere else; a container's belongs to
 * one connection in any case.
 */
async function addressOf(
  { videoId }: VideoDocumentPart,
  connection: Connection,
  store: Services['store'],
): Promise<string | null> {
  const video = (await store.listVideos()).find(({ id }) => id === videoId);
  if (!video) return null;
  const own = video.connectionId === connection.id ? await store.readVideoAddress(videoId) : null;
  if (own !== null) return own;
  const containerSas = await store.readSecret(connection.id, 'blobSas');
  return video.blobUrl === null || containerSas === null ? null : signed(video.blobUrl, containerSas);
}

function signed(blobUrl: string, containerSas: string): string | null {
  if (!URL.canParse(containerSas.trim())) return null;
  const { origin, pathname, search } = new URL(containerSas.trim());
  const isInside = blobUrl.startsWith(`${origin}${pathname.replace(/\/+$/, '')}/`);
  return isInside ? `${blobUrl}${search}` : null;
}
