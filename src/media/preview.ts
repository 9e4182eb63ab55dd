import type { Picture, PictureRead, PictureRefusal } from './picture.ts';

export interface PreviewOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
  readonly maxBytes: number;
}

export type PreviewRead =
  | { readonly ok: true; readonly picture: Picture }
  /** The browser does not tell apart a host that is away, refuses other origins (CORS), or is barred by the CSP. */
  | { readonly ok: false; readonly reason: 'blocked' }
  | { readonly ok: false; readonly reason: 'http-error'; readonly status: number }
  | { readonly ok: false; readonly reason: 'too-large'; readonly limitBytes: number }
  | { readonly ok: false; readonly reason: 'timeout' }
  /** The answer is no picture, or one that cannot be shown; `refusal` says why. */
  | { readonly ok: false; readonly reason: 'not-a-picture'; readonly refusal: PictureRefusal };

/** A host that has not sent a whole picture by now is not worth a preview; the service fetches for itself anyway. */
const previewMs = 20_000;

/**
 * Fetches and reads a picture without credentials, referrer or any header of ours. Never more than `maxBytes` are
 * taken, whatever the host claims. Rejects only with the signal's reason.
 */
export async function fetchPreview(
  url: string,
  readPicture: (file: Blob, signal?: AbortSignal) => Promise<PictureRead>,
  { fetch, signal, maxBytes }: PreviewOptions,
): Promise<PreviewRead> {
  const deadline = AbortSignal.timeout(previewMs);
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  let body: Blob | null;
  try {
    // No key travels with a picture's address, so a redirect may be followed; the CSP holds for its target too.
    const response = await fetch(url, {
      credentials: 'omit',
      mode: 'cors',
      redirect: 'follow',
      referrerPolicy: 'no-referrer',
      signal: either,
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { ok: false, reason: 'http-error', status: response.status };
    }
    body = await readUpTo(response, maxBytes);
  } catch {
    signal?.throwIfAborted();
    return { ok: false, reason: deadline.aborted ? 'timeout' : 'blocked' };
  }
  if (!body) return { ok: false, reason: 'too-large', limitBytes: maxBytes };
  const read = await readPicture(Object.assign(body, { name: fileNameOf(url) }), signal);
  return read.ok ? { ok: true, picture: read } : { ok: false, reason: 'not-a-picture', refusal: read };
}

async function readUpTo(response: Response, maxBytes: number): Promise<Blob | null> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const step = await reader?.read();
    if (!step || step.done) return new Blob(parts);
    bytes += step.value.length;
    if (bytes > maxBytes) {
      await reader?.cancel();
      return null;
    }
    parts.push(step.value);
  }
}

function fileNameOf(url: string): string {
  const last = URL.parse(url)?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
