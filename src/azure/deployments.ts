import type { Endpoint } from '#domain/connection.ts';
import { rootOf } from './chat-url.ts';
import type { Credential } from './secrets.ts';
import { createTransport, readTextUpTo, type Outside } from './transport.ts';
import { listIn, objectIn, parseJson, textIn } from './wire.ts';

export interface Deployment {
  readonly name: string;
  /** The model behind it, as the service names it; null where it does not say. */
  readonly model: string | null;
}

/** The versions that still answer the old listing route where any does (browser.md 3). */
const listingVersions = ['2023-03-15-preview', '2022-12-01'] as const;
const maxListBytes = 1024 * 1024;

/**
 * Deployments that can be asked, by name; a convenience. The route left the documents in 2023, so whatever goes
 * wrong, abort included, gives an empty list and no word.
 */
export async function listDeployments(
  endpoint: Endpoint,
  credential: Credential | null,
  { signal, ...outside }: Outside & { readonly signal?: AbortSignal },
): Promise<readonly Deployment[]> {
  for (const version of listingVersions) {
    try {
      const transport = createTransport(endpoint.base, credential, outside);
      const url = `${rootOf(endpoint)}/deployments?api-version=${version}`;
      const response = await transport.send({ url, method: 'GET', ...(signal ? { signal } : {}) });
      const found = fromListing(await readTextUpTo(response, maxListBytes, signal));
      if (found.length > 0) return found;
    } catch {
      if (signal?.aborted) return [];
    }
  }
  return [];
}

function fromListing(text: string): readonly Deployment[] {
  return listIn(objectIn(parseJson(text))?.['data'])
    .map(objectIn)
    .flatMap((row) => {
      const name = textIn(row?.['id']);
      const status = textIn(row?.['status']);
      if (name === null || (status !== null && status !== 'succeeded')) return [];
      return [{ name, model: textIn(row?.['model']) }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
