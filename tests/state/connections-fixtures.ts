import { onTestFinished } from 'vitest';
import type { Clock } from '#state/clock.ts';
import type { Connection } from '#domain/connection.ts';
import { createSimulator } from '#simulator';
import { openStore, type Store } from '#store';
import { Connections } from '#state/connections.svelte.ts';
import { Prices } from '#state/prices.svelte.ts';

export const nowMs = Date.parse('2026-11-22T12:00:00Z');

export interface Sent {
  readonly url: string;
  readonly key: string | null;
  readonly token: string | null;
}

export interface Bench {
  readonly store: Store;
  readonly connections: Connections;
  readonly prices: Prices;
  readonly clock: Clock;
  newId(): string;
  /** Every request that left, in order. */
  readonly sent: readonly Sent[];
}

/** A store of its own, and a network on which the simulator answers at every origin. */
export async function bench(
  options: { simulatorOrigin?: string | null; answer?: (request: Request) => Promise<Response> } = {},
): Promise<Bench> {
  const store = await openStore({ name: `connections-${crypto.randomUUID()}`, now: () => nowMs });
  onTestFinished(() => store.close());
  const sent: Sent[] = [];
  const answer = options.answer ?? createSimulator({ delayMs: () => 0, now: () => nowMs });
  let ids = 0;
  const newId = (): string => `id-${(ids += 1)}`;
  const clock = {
    now: () => nowMs,
    onFrame: (draw: () => void) => draw(),
    breathe: () => Promise.resolve(),
    wasHiddenSince: () => false,
  };
  const prices = new Prices(store);
  const connections = new Connections({
    store,
    clock,
    newId,
    simulatorOrigin: options.simulatorOrigin ?? null,
    priceBook: () => prices.book,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      const token = request.headers.get('authorization');
      sent.push({ url: request.url, key: request.headers.get('api-key'), token });
      return answer(request);
    },
  });
  await Promise.all([connections.load(), prices.load()]);
  return { store, connections, prices, clock, newId, sent };
}

export function aConnection(changes: Partial<Connection> = {}): Connection {
  return {
    id: 'contoso',
    name: 'Contoso',
    endpoint: { base: 'https://contoso.openai.azure.com', api: 'v1' },
    authentication: 'api-key',
    deployment: 'gpt-4.1',
    model: { kind: 'catalog', id: 'gpt-4.1@2025-04-14' },
    apiVersion: null,
    visionEndpoint: null,
    secrets: [],
    learned: {},
    createdAt: 1000,
    updatedAt: 1000,
    rev: 0,
    ...changes,
  };
}
