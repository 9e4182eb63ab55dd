import { SIMULATOR_ORIGIN, type Connection } from '#domain/connection.ts';
import { createPictures, createVideos } from '#media';
import { createSimulator } from '#simulator';
import { Connections } from '#state/connections.svelte.ts';
import { Desk } from '#state/desk.svelte.ts';
import { Prices } from '#state/prices.svelte.ts';
import { Preferences } from '#state/preferences.svelte.ts';
import type { Services } from '#state/services.ts';
import { loadLedgerReader, openStore } from '#store';
import { createTokenCounter } from '#tokenizer';
import { expect, onTestFinished } from 'vitest';

export type World = Awaited<ReturnType<typeof createWorld>>;

/** Real store, workers and chat client; the simulator answers at once instead of Azure. */
export async function createWorld(options: { name?: string; fetch?: typeof fetch } = {}) {
  const name = options.name ?? `test-${crypto.randomUUID()}`;
  const store = await openStore({ name });
  const startWorker = (url: string) => new Worker(url, { type: 'module' });
  const counter = createTokenCounter({ startWorker });
  const simulator = createSimulator({
    delayMs: () => 0,
    countBilled: async (texts, encoding) => {
      const counts = await Promise.all(texts.map((text) => counter.count(text, encoding)));
      return counts.map(({ tokens }) => tokens);
    },
  });
  const requests: Request[] = [];
  const simulated: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    requests.push(request.clone());
    return simulator(request);
  };
  const clock = {
    now: () => Date.now(),
    breathe: () => Promise.resolve(),
    wasHiddenSince: () => false,
    onFrame: (draw: () => void) => void setTimeout(draw),
  };
  const newId = () => crypto.randomUUID();
  const prices = new Prices(store);
  const connections = new Connections({
    store,
    clock,
    newId,
    simulatorOrigin: null,
    fetch: options.fetch ?? simulated,
    priceBook: () => prices.book,
  });
  const pictures = createPictures({ startWorker });
  const videos = createVideos({ startWorker });
  const preferences = new Preferences(store, 'en');
  await Promise.all([preferences.load(), prices.load(), connections.load(), store.adoptInterrupted()]);
  const services: Services = {
    store,
    preferences,
    connections,
    clock,
    newId,
    tabId: newId(),
    prices,
    loadPictures: async () => pictures,
    loadVideos: async () => videos,
    loadLedgerReader: () => loadLedgerReader({ startWorker, name }),
    loadCounter: async () => counter,
  };
  const hashes: string[] = [];
  const desk = new Desk(services, (hash) => hashes.push(hash));
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    pictures.dispose();
    videos.dispose();
    counter.dispose();
    store.close();
  };
  onTestFinished(close);
  return { name, store, requests, services, desk, hashes, connections, close, simulated };
}

/** A connection to one of the simulator's deployments, over an origin that `fetch` of the test answers. */
export async function connect(world: World, deployment: string, change: Partial<Connection> = {}) {
  return world.connections.save(
    {
      id: crypto.randomUUID(),
      name: deployment,
      endpoint: { base: 'https://contoso.openai.azure.com', api: 'v1' },
      authentication: 'api-key',
      deployment,
      model: { kind: 'catalog', id: 'gpt-4.1@2025-04-14' },
      apiVersion: null,
      visionEndpoint: null,
      secrets: [],
      learned: {},
      createdAt: 0,
      updatedAt: 0,
      rev: 0,
      ...change,
    },
    { apiKey: 'a-key' },
  );
}

export async function openChat(world: World, connection: Connection, hash = '#/') {
  world.desk.show(hash);
  const chat = world.desk.chat!;
  await expect.poll(() => chat.state).not.toBe('loading');
  if (chat.connection?.id !== connection.id) await chat.useConnection(connection.id);
  return chat;
}

/** Resolves when the answer under way has ended and is on disk. */
export async function settled(world: World): Promise<void> {
  await expect.poll(() => world.desk.answering.conversations.size, { timeout: 10_000 }).toBe(0);
  await expect.poll(() => world.desk.chat?.answer ?? null, { timeout: 10_000 }).toBeNull();
}

export async function drawPicture(widthPx: number, heightPx: number, name = 'drawn.png'): Promise<File> {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#c03020';
  context.fillRect(0, 0, widthPx, heightPx);
  return new File([await canvas.convertToBlob()], name, { type: 'image/png' });
}

export { SIMULATOR_ORIGIN };
