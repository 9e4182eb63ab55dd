import type { BlobClient, BlobSasCheck, VideoRetrievalClient } from '#azure';
import type { Connection } from '#domain/connection.ts';
import { FailureError, type FailureKind } from '#domain/failure.ts';
import { serviceOf, type LedgerEntry, type Units } from '#domain/ledger.ts';
import type { Video } from '#domain/video.ts';
import { costOfMeter, meterPriceFor } from './meter-price.ts';
import type { Services } from './services.ts';
import { isVisionSimulated, visionAccess } from './vision-access.ts';

type Rooms = Pick<Services, 'store' | 'connections' | 'prices' | 'clock' | 'newId'>;

/** The indexes of a connection's Computer Vision resource. @throws FailureError `vision-missing` where it names none. */
export async function openRetrieval(connection: Connection, rooms: Rooms): Promise<VideoRetrievalClient> {
  const access = await visionAccess(connection, rooms);
  if (!access) throw new FailureError({ kind: 'vision-missing', detail: '' });
  const { createVideoRetrievalClient } = await import('#azure');
  return createVideoRetrievalClient(access.endpoint, access.credential, {
    fetch: rooms.connections.fetchFor({ endpoint: { base: access.endpoint, api: 'v1' } }),
  });
}

/** What the connection's container SAS allows; null: it has none. It holds nothing of the signature. */
export async function readContainer(connection: Connection, rooms: Rooms): Promise<BlobSasCheck | null> {
  const sas = await rooms.store.readSecret(connection.id, 'blobSas');
  if (sas === null) return null;
  const { checkBlobSas } = await import('#azure');
  return checkBlobSas(sas, rooms.clock.now());
}

/** The container, once its SAS has been checked. @throws FailureError that says what the SAS lacks. */
export async function openContainer(connection: Connection, rooms: Rooms): Promise<BlobClient> {
  const sas = await rooms.store.readSecret(connection.id, 'blobSas');
  if (sas === null) throw new FailureError({ kind: 'sas-lacks-permission', detail: '' });
  const { checkBlobSas, createBlobClient } = await import('#azure');
  const { problems, origin } = checkBlobSas(sas, rooms.clock.now());
  const [problem] = problems;
  if (problem) throw new FailureError({ kind: failureOf(problem.code), detail: '' });
  const fetch = rooms.connections.fetchFor({ endpoint: { base: origin ?? '', api: 'v1' } });
  return createBlobClient(sas, { fetch, now: () => rooms.clock.now() });
}

function failureOf(code: BlobSasCheck['problems'][number]['code']): FailureKind {
  switch (code) {
    case 'expired':
    case 'not-yet-valid':
      return 'sas-expired';
    case 'cannot-read':
    case 'cannot-write':
    case 'not-a-container':
      return 'sas-lacks-permission';
    default:
      return 'sas-refused';
  }
}

/** The video's address with a SAS: its own, or the container's. Null where neither opens it. */
export async function signedAddress(video: Video, rooms: Pick<Rooms, 'store'>): Promise<string | null> {
  const own = await rooms.store.readVideoAddress(video.id);
  if (own !== null) return own;
  const sas = (await rooms.store.readSecret(video.connectionId, 'blobSas'))?.trim();
  if (video.blobUrl === null || !sas || !URL.canParse(sas)) return null;
  const { origin, pathname, search } = new URL(sas);
  return video.blobUrl.startsWith(`${origin}${pathname.replace(/\/+$/, '')}/`)
    ? video.blobUrl + search
    : null;
}

/** Minutes or queries, at the price that holds. */
export async function videoUnits(
  meter: 'video-ingestion' | 'video-query',
  quantity: number,
  connection: Connection,
  { connections, prices }: Pick<Rooms, 'connections' | 'prices'>,
): Promise<Units> {
  const pricing = { catalog: await connections.catalog(), book: prices.book };
  return { meter, quantity, price: meterPriceFor(meter, connection, pricing) };
}

/**
 * Writes down what video retrieval did outside of a conversation. The same id twice is one row.
 * @param quantity minutes or queries; null: nobody knows, and so the cost is not known.
 */
export async function writeDownVideo(
  { id, kind, quantity }: { id: string; kind: 'video-ingestion' | 'video-query'; quantity: number | null },
  connection: Connection,
  rooms: Rooms,
): Promise<void> {
  const units = await videoUnits(kind, quantity ?? 0, connection, rooms);
  const entry: LedgerEntry = {
    id,
    at: rooms.clock.now(),
    kind,
    connectionId: connection.id,
    connectionName: connection.name,
    deployment: connection.deployment,
    deploymentType: null,
    model: serviceOf(kind),
    conversationId: null,
    messageId: null,
    outcome: 'complete',
    usage: null,
    units: quantity === null ? null : units,
    estimated: false,
    price: null,
    costNanos: quantity === null ? null : costOfMeter(units),
    simulated: isVisionSimulated(connection, rooms.connections),
  };
  await rooms.store.addLedgerEntry(entry);
}

/** Minutes as they are billed here: to a thousandth. */
export function minutesOf(seconds: number): number {
  return Math.round((seconds / 60) * 1000) / 1000;
}

/** Of the row that an ingestion of a video makes, whichever tab or day writes it. */
export function ingestionRowId(videoId: string, ingestionName: string): string {
  return `${ingestionPrefix}${videoId}:${ingestionName}`;
}

/** Of every row of an ingestion. */
export const ingestionPrefix = 'ingestion:';

/** Changes a record as it stands now, whatever another tab did to it meanwhile; null: it is gone. */
export async function changeVideo(
  video: Video,
  change: Partial<Video>,
  { store, clock }: Pick<Rooms, 'store' | 'clock'>,
): Promise<Video | null> {
  let current: Video | null = video;
  while (current) {
    const saved = await store.saveVideo({ ...current, ...change, updatedAt: clock.now() });
    if (saved.kind === 'saved') return saved.record;
    current = saved.current;
  }
  return null;
}
