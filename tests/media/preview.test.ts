import { expect, test } from 'vitest';
import { encoded, openPictures } from './files.ts';

const url = 'https://pictures.example/a%20b/cat%C3%A9.png?size=large';

/** Answers as a host would, and remembers how it was asked. */
function hostThat(answer: () => Response | Promise<Response>) {
  const asked: [string, RequestInit][] = [];
  const fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    asked.push([String(input), init]);
    return answer();
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}

test('a picture is fetched without credentials or referrer, and read by its bytes', async () => {
  const file = await encoded('image/png', 120, 80);
  const { fetch, asked } = hostThat(() => new Response(file, { headers: { 'content-type': 'text/plain' } }));
  const preview = await openPictures().fetchPreview(url, { fetch, maxBytes: 1_000_000 });
  expect(preview).toMatchObject({
    ok: true,
    picture: { widthPx: 120, heightPx: 80, mimeType: 'image/png', name: 'caté.png', bytes: file.size },
  });
  expect(asked[0][0]).toBe(url);
  expect(asked[0][1]).toMatchObject({
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'follow',
  });
  expect(asked[0][1].headers).toBeUndefined();
});

test('what a host may answer instead', async () => {
  const pictures = openPictures();
  const preview = (answer: () => Response | Promise<Response>, maxBytes = 1000) => {
    return pictures.fetchPreview(url, { fetch: hostThat(answer).fetch, maxBytes });
  };
  expect(await preview(() => Promise.reject(new TypeError('Failed to fetch')))).toEqual({
    ok: false,
    reason: 'blocked',
  });
  expect(await preview(() => new Response('gone', { status: 404 }))).toEqual({
    ok: false,
    reason: 'http-error',
    status: 404,
  });
  expect(await preview(() => new Response('<!doctype html><p>'))).toMatchObject({
    reason: 'not-a-picture',
    refusal: { reason: 'html' },
  });
  expect(await preview(() => new Response(null, { status: 204 }))).toMatchObject({
    reason: 'not-a-picture',
    refusal: { reason: 'empty' },
  });
  expect(await preview(() => new Response(new Uint8Array(1001)))).toEqual({
    ok: false,
    reason: 'too-large',
    limitBytes: 1000,
  });
});

test('a body without end is cut at the limit', async () => {
  let sent = 0;
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 1000;
      controller.enqueue(new Uint8Array(1000));
    },
    cancel: () => void (isCancelled = true),
  });
  const { fetch } = hostThat(() => new Response(endless));
  expect(await openPictures().fetchPreview(url, { fetch, maxBytes: 10_000 })).toMatchObject({
    reason: 'too-large',
  });
  expect(isCancelled).toBe(true);
  expect(sent).toBeLessThan(20_000);
});

test('an abort rejects with its reason', async () => {
  const abort = new AbortController();
  const fetch = ((_: string, { signal }: RequestInit) => {
    abort.abort(new DOMException('closed', 'AbortError'));
    return Promise.reject(signal!.reason);
  }) as typeof globalThis.fetch;
  const preview = openPictures().fetchPreview(url, { fetch, signal: abort.signal, maxBytes: 1000 });
  await expect(preview).rejects.toThrow('closed');
});
