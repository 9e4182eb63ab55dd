import type { VideoRetrievalClient } from '#azure';
import type { Connection } from '#domain/connection.ts';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import { isOver, type Video } from '#domain/video.ts';
import type { Services } from './services.ts';
import { changeVideo, ingestionRowId, minutesOf, openRetrieval, writeDownVideo } from './video-service.ts';

/** Asked again after so long, and a half longer each time. */
const firstWaitMs = 2_000;
const longestWaitMs = 30_000;

export interface IngestionHooks {
  onFailure(failure: Failure): void;
}

/**
 * Follows ingestions until they are over, over reloads as well: which they are stands in the videos' records. Of all
 * tabs one asks the service; the others hear of it by the store.
 */
export class Ingestions {
  readonly #services: Services;
  readonly #hooks: IngestionHooks;
  readonly #closed = new AbortController();
  readonly #followed = new Set<string>();

  constructor(services: Services, hooks: IngestionHooks) {
    this.#services = services;
    this.#hooks = hooks;
  }

  close(): void {
    this.#closed.abort();
  }

  /** Asks now and then for each that is not over; those that are followed already stay so. */
  follow(videos: readonly Video[]): void {
    for (const { connectionId, indexName, ingestion } of videos) {
      if (!ingestion || indexName === null || isOver(ingestion.state)) continue;
      const key = `${connectionId}/${indexName}/${ingestion.name}`;
      if (this.#followed.has(key)) continue;
      this.#followed.add(key);
      void this.#followOne(connectionId, indexName, ingestion.name).finally(() => this.#followed.delete(key));
    }
  }

  async #followOne(connectionId: string, indexName: string, name: string): Promise<void> {
    const { signal } = this.#closed;
    try {
      await navigator.locks.request(`sightline:ingestion:${indexName}/${name}`, { signal }, async () => {
        const connection = this.#services.connections.find(connectionId);
        if (!connection) return;
        const client = await openRetrieval(connection, this.#services);
        for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 1.5)) {
          await pause(waitMs, signal);
          if (await this.#ask(client, connection, indexName, name)) return;
        }
      });
    } catch (thrown) {
      if (!signal.aborted) this.#hooks.onFailure(toFailure(thrown));
    }
  }

  /** Whether it is over. What the network hides for a while is asked again. */
  async #ask(
    client: VideoRetrievalClient,
    connection: Connection,
    indexName: string,
    name: string,
  ): Promise<boolean> {
    const { store } = this.#services;
    const { signal } = this.#closed;
    const videos = (await store.listVideos()).filter(
      (one) =>
        one.connectionId === connection.id && one.indexName === indexName && one.ingestion?.name === name,
    );
    if (videos.every(({ ingestion }) => ingestion && isOver(ingestion.state))) return true;
    const found = await client.readIngestion(indexName, name, { signal }).catch((thrown: unknown) => {
      if (thrown instanceof FailureError && isPassing(thrown.failure)) return null;
      // Never begun, or its index is gone: nobody will ever say more.
      if (thrown instanceof FailureError && thrown.failure.kind === 'index-not-found') return undefined;
      throw thrown;
    });
    if (found === null) return false;
    for (const video of videos) {
      if (!video.ingestion) continue;
      if (found === undefined) {
        // A removal that nobody has heard of took nothing out: the document may still be there.
        const isIn = video.ingestion.mode === 'remove';
        const ingestion = isIn ? { ...video.ingestion, state: 'failed' as const } : null;
        await this.#end(video, isIn ? { ingestion } : { indexName: null, ingestion });
        continue;
      }
      const file = found.files.find(({ documentId }) => documentId === video.documentId);
      const hasFailed = file?.succeeded === false || file?.problem != null;
      const state = isOver(found.state) && hasFailed ? 'failed' : found.state;
      const isDone = isOver(state) && state !== 'failed';
      if (isDone && video.ingestion.mode === 'remove') {
        await this.#end(video, { indexName: null, ingestion: null });
        continue;
      }
      // The row comes first: written twice it is one, left out it would be lost.
      if (isDone)
        await writeDownVideo(
          {
            id: ingestionRowId(video.id, name),
            kind: 'video-ingestion',
            quantity: video.durationSeconds === null ? null : minutesOf(video.durationSeconds),
          },
          connection,
          this.#services,
        );
      const problem = file?.problem ?? null;
      if (state !== video.ingestion.state || problem?.message !== video.ingestion.problem?.message)
        await this.#end(video, { ingestion: { ...video.ingestion, state, problem } });
    }
    return found === undefined || isOver(found.state);
  }

  async #end(video: Video, change: Partial<Video>): Promise<void> {
    await changeVideo(video, change, this.#services);
  }
}

/** Worth asking again later. */
function isPassing({ kind, status = 0 }: Failure): boolean {
  return kind === 'unreachable' || kind === 'offline' || kind === 'rate-limited' || status >= 500;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
