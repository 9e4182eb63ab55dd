import { listDeployments, type Credential, type Deployment } from '#azure';
import type { Endpoint } from '#domain/connection.ts';

/** Where to ask, and with what; `key` changes when either does. */
export interface ListingSource {
  readonly key: string;
  readonly endpoint: Endpoint;
  readonly fetch: typeof fetch;
  credential(): Promise<Credential | null>;
}

/** Long enough that a key typed by hand is not tried letter by letter. */
const quietMs = 600;

/** Deployments that a resource lists, if it still does; silent otherwise. */
export class DeploymentSuggestions {
  #found = $state.raw<readonly Deployment[]>([]);
  #key: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  get found(): readonly Deployment[] {
    return this.#found;
  }

  /** Asks a little later, once for the same source; null: there is nothing to ask, and what was found is gone. */
  look(source: ListingSource | null): void {
    if (source?.key === this.#key) return;
    this.stop();
    this.#key = source?.key ?? null;
    this.#found = [];
    if (source) this.#timer = setTimeout(() => void this.#ask(source), quietMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#key = null;
  }

  async #ask(source: ListingSource): Promise<void> {
    const asking = (this.#asking = new AbortController());
    try {
      const credential = await source.credential();
      if (!credential || asking.signal.aborted) return;
      const found = await listDeployments(source.endpoint, credential, {
        fetch: source.fetch,
        signal: asking.signal,
      });
      if (!asking.signal.aborted) this.#found = found;
    } catch {
      // A convenience: a store that cannot be read says so when it matters.
    }
  }
}
