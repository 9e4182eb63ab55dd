import { createParser } from 'eventsource-parser';

export interface ServerEvent {
  /** Null for an event without a name. */
  readonly name: string | null;
  readonly data: string;
}

/** One event may carry a whole picture; more than this is a fault or an attack (reliability.md 5.2). */
const maxEventChars = 16 * 1024 * 1024;

export class EventTooLarge extends Error {
  constructor() {
    super(`An event of the stream is longer than ${maxEventChars} characters.`);
    this.name = 'EventTooLarge';
  }
}

/**
 * Server-sent events from bytes, however they are split: BOM, CR, LF, CRLF and comments as the HTML standard
 * says; an event that the stream does not finish is dropped. `onBytes` is called for every read, comments
 * included. Leaving the loop early, or an abort, cancels the stream.
 * @throws EventTooLarge, the stream's own error, or the signal's reason.
 */
export async function* readServerEvents(
  stream: ReadableStream<Uint8Array>,
  options: { readonly signal?: AbortSignal; readonly onBytes?: () => void } = {},
): AsyncGenerator<ServerEvent, void, undefined> {
  let ready: ServerEvent[] = [];
  let tooLarge = false;
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({ event, data }) => ready.push({ name: event ?? null, data }),
    onError: (error) => {
      tooLarge ||= error.type === 'max-buffer-size-exceeded';
    },
  });

  // The decoder removes one leading BOM and keeps characters that are split over two reads.
  const decoder = new TextDecoder();
  let endsWithCr = false;
  for await (const bytes of readChunks(stream, options)) {
    const text = decoder.decode(bytes, { stream: true });
    if (text === '') continue;
    endsWithCr = text.endsWith('\r');
    parser.feed(text);
    const batch = ready;
    ready = [];
    yield* batch;
    if (tooLarge) throw new EventTooLarge();
  }
  // The parser holds back a last CR, because it could be half a CRLF. It was not.
  if (endsWithCr) parser.feed('\n');
  yield* ready;
}

/** Bytes as they come. Works with streams that know nothing of the signal, such as the simulator's. */
export async function* readChunks(
  stream: ReadableStream<Uint8Array>,
  options: { readonly signal?: AbortSignal; readonly onBytes?: () => void } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, onBytes } = options;
  signal?.throwIfAborted();
  const reader = stream.getReader();
  const cancel = () => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return;
      if (value.length === 0) continue;
      onBytes?.();
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}
