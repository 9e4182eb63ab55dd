import { expect, test } from 'vitest';
import { readServerEvents } from '#azure';
import { corpus, cuts, fromBase64, stream } from './support.ts';

interface Expected {
  readonly type: string;
  readonly data: string;
}

interface EventCase {
  readonly title: string;
  readonly bytes_base64?: string;
  readonly chunks_base64?: readonly string[];
  readonly expected: readonly Expected[] | 'connection-error';
}

async function eventsOf(pieces: readonly Uint8Array[]): Promise<readonly Expected[]> {
  const body = stream(pieces).body;
  const events: Expected[] = [];
  if (!body) return events;
  for await (const { name, data } of readServerEvents(body)) events.push({ type: name ?? 'message', data });
  return events;
}

test.for(['sse/wpt-eventsource.json', 'sse/chunked-cases.json'])(
  '%s gives the same events in every split of its bytes',
  async (name, context) => {
    const found = corpus(name) as { readonly cases: readonly EventCase[] } | null;
    if (!found) return context.skip('no corpora on this machine: set CORPORA_DIR');
    let checked = 0;
    for (const { title, bytes_base64, chunks_base64, expected } of found.cases) {
      // These rows are about the content type, which the chat client checks.
      if (expected === 'connection-error') continue;
      // A POST stream is never resumed, so ids are not read.
      const wanted = expected.map(({ type, data }) => ({ type, data }));
      const chunks = (chunks_base64 ?? [bytes_base64 ?? '']).map(fromBase64);
      const whole = new Uint8Array(chunks.flatMap((part) => [...part]));
      for (const pieces of [chunks, ...cuts(whole)]) {
        expect(await eventsOf(pieces), title).toEqual(wanted);
      }
      checked += 1;
    }
    expect(checked).toBeGreaterThan(25);
  },
);

test('an endless line is given up, not gathered without end', async () => {
  const line = 'x'.repeat(1024 * 1024);
  const body = stream(['data: ', ...Array.from({ length: 20 }, () => line)]).body!;
  const read = async () => {
    for await (const event of readServerEvents(body)) expect(event).toBeUndefined();
  };
  await expect(read()).rejects.toThrow(/longer than/);
});

test('an abort ends the reading of a stream that knows nothing of signals', async () => {
  const stop = new AbortController();
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
    cancel: () => void (cancelled = true),
  });
  const read = async () => {
    for await (const event of readServerEvents(body, { signal: stop.signal })) {
      expect(event.data).toBe('1');
      queueMicrotask(() => stop.abort());
    }
  };
  await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
  expect(cancelled).toBe(true);
});

test('leaving early closes the stream', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
    cancel: () => void (cancelled = true),
  });
  for await (const event of readServerEvents(body)) {
    expect(event.data).toBe('1');
    break;
  }
  expect(cancelled).toBe(true);
});

test('a comment counts as a sign of life, but is no event', async () => {
  let reads = 0;
  const body = stream([': alive\n\n', 'data: 1\n\n']).body!;
  const events: string[] = [];
  for await (const { data } of readServerEvents(body, { onBytes: () => (reads += 1) })) events.push(data);
  expect({ reads, events }).toEqual({ reads: 2, events: ['1'] });
});
