import { exposedBy, isReadable } from './cors.ts';
import type { Simulator } from './simulator.ts';

/** Response headers that a page may read from another origin that exposes none (Fetch standard). */
const READABLE = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);

/**
 * A simulator for the page it runs in, which shows no more than a browser shows of Azure: redirects and unreadable
 * answers reject with a `TypeError`, as `fetch` does, and headers that are not exposed are missing.
 */
export function asSeenByPage(simulator: Simulator): Simulator {
  return async (request) => {
    const answered = await simulator(request);
    const isRedirect = answered.status >= 300 && answered.status < 400;
    if (isRedirect || !isReadable(answered)) {
      await answered.body?.cancel();
      throw new TypeError('Failed to fetch');
    }
    const { status, statusText } = answered;
    const exposed = new Set(exposedBy(answered));
    const headers = [...answered.headers].filter(([name]) => READABLE.has(name) || exposed.has(name));
    return new Response(answered.body, { status, statusText, headers });
  };
}
