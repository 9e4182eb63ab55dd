import type { Credential } from '#azure';
import type { Connection } from '#domain/connection.ts';
import type { Services } from './services.ts';
import { originOf } from './connections.svelte.ts';

/** The Computer Vision resource of a connection, and what opens it. */
export interface VisionAccess {
  /** Base of the resource; `/computervision/…` follows. */
  readonly endpoint: string;
  readonly credential: Credential;
  /** It is the very resource that answers chats: its key need not be named again. */
  readonly isSame: boolean;
}

/** Whether a connection names one at all; its key may be missing all the same. */
export function hasVision({ visionEndpoint, visionSource }: Connection): boolean {
  return visionEndpoint !== null || visionSource === 'same';
}

/** Whether it is a simulator that reads: what it finds is kept apart from what Azure finds. */
export function isVisionSimulated(
  { endpoint, visionEndpoint, visionSource }: Connection,
  connections: Services['connections'],
): boolean {
  const base = visionSource === 'same' ? endpoint.base : (visionEndpoint ?? endpoint.base);
  return connections.isSimulated({ endpoint: { ...endpoint, base } });
}

/**
 * Null: none is named, or its key is not kept, or it was entered for another origin than this record's (another tab
 * may have changed the connection since it was read).
 */
export async function visionAccess(
  connection: Connection,
  { connections, store }: Pick<Services, 'connections' | 'store'>,
): Promise<VisionAccess | null> {
  if (connection.visionSource === 'same') {
    const credential = await connections.credentialFor(connection);
    return credential && { endpoint: connection.endpoint.base, credential, isSame: true };
  }
  const endpoint = connection.visionEndpoint;
  if (endpoint === null) return null;
  const value = await store.readSecret(connection.id, 'visionKey');
  // Read after the secret, so that a record changed in between is seen.
  const stored = (await store.listConnections()).find(({ id }) => id === connection.id);
  const isFor = stored !== undefined && originOf(stored.visionEndpoint) === originOf(endpoint);
  return value !== null && isFor ? { endpoint, credential: { kind: 'api-key', value }, isSame: false } : null;
}
