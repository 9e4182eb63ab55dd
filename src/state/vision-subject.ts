import type { Credential } from '#azure';
import type { Connection } from '#domain/connection.ts';
import type { VisionSubject } from './connection-test.svelte.ts';
import { meterPriceFor } from './meter-price.ts';
import type { Services } from './services.ts';
import { isVisionSimulated, visionAccess } from './vision-access.ts';

/**
 * The Computer Vision resource of a connection that is being tested; null: it names none.
 * @param typedKey what stands in the form; empty: the kept key is meant, where one is kept for this very origin.
 * @param credential of the connection itself.
 */
export async function visionSubject(
  connection: Connection,
  typedKey: string,
  credential: Credential | null,
  services: Pick<Services, 'connections' | 'store' | 'prices'>,
): Promise<VisionSubject | null> {
  const { connections, prices } = services;
  const { visionEndpoint, visionSource, endpoint } = connection;
  const isSame = visionSource === 'same';
  const base = isSame ? endpoint.base : visionEndpoint;
  if (base === null) return null;
  const key = typedKey.trim();
  const typed: Credential | null = key === '' ? null : { kind: 'api-key', value: key };
  return {
    endpoint: base,
    credential: isSame
      ? credential
      : (typed ?? (await visionAccess(connection, services))?.credential ?? null),
    fetch: connections.fetchFor({ endpoint: { base, api: 'v1' } }),
    simulated: isVisionSimulated(connection, connections),
    async units() {
      const meter = 'image-analysis-group-1';
      const pricing = { catalog: await connections.catalog(), book: prices.book };
      return { meter, quantity: 1, price: meterPriceFor(meter, connection, pricing) };
    },
  };
}
