import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createChatClient,
  type AnswerOptions,
  type ChatClientDeps,
  type ChatTarget,
  type Credential,
} from '#azure';
import type { ChatRequest } from '#domain/chat-request.ts';
import { toFailure, type Failure } from '#domain/failure.ts';
import { emptyReply, fold, type Reply, type ReplyEvent } from '#domain/reply.ts';

export const classic = {
  endpoint: { base: 'https://contoso.openai.azure.com', api: 'classic' },
  deployment: 'eyes',
  apiVersion: '2024-10-21',
} as const;

export const v1 = {
  endpoint: { base: 'https://contoso.services.ai.azure.com', api: 'v1' },
  deployment: 'eyes',
  apiVersion: null,
} as const;

export const apiKey: Credential = { kind: 'api-key', value: 'k3y+with/signs=0123456789' };

export const question: ChatRequest = {
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'What is this?' }] }],
  maxTokens: 100,
  maxTokensParam: 'max_tokens',
  stream: true,
};

export interface Sent {
  readonly url: string;
  readonly init: RequestInit;
  readonly body: string;
}

export type Answer = Response | Error | (() => Response | Promise<Response>);

/** A `fetch` that answers from a list and remembers what it was asked. A function is called, an Error thrown. */
export function fakeFetch(...answers: readonly Answer[]): {
  readonly fetch: typeof fetch;
  readonly sent: Sent[];
} {
  const sent: Sent[] = [];
  const respond = async (url: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const body = init.body instanceof Blob ? await init.body.text() : '';
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push({ url: String(url), init, body });
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new Error('no answer was prepared');
    return typeof answer === 'function' ? answer() : answer.clone();
  };
  return { fetch: respond as typeof fetch, sent };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}

/** A stream of the given pieces, one network read each; `breaks` ends it as a reset connection would. */
export function stream(
  pieces: readonly (string | Uint8Array)[],
  { contentType = 'text/event-stream; charset=utf-8', breaks = false } = {},
): Response {
  const encoder = new TextEncoder();
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
      else if (breaks) controller.error(new TypeError('network error'));
      else controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': contentType } });
}

/** `data:` lines of chunks as Azure writes them. */
export function sse(...chunks: readonly unknown[]): string {
  return chunks
    .map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`)
    .join('');
}

export function chunk(choice: Record<string, unknown> | null, more: Record<string, unknown> = {}): unknown {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-4o-2024-11-20',
    choices: choice === null ? [] : [{ index: 0, finish_reason: null, ...choice }],
    ...more,
  };
}

export const says = (content: string): unknown => chunk({ delta: { content } });
export const finishes = (reason: string): unknown => chunk({ delta: {}, finish_reason: reason });

export interface Outcome {
  readonly events: readonly ReplyEvent[];
  readonly reply: Reply;
  readonly failure: Failure | null;
  /** What was thrown, when it was. */
  readonly thrown: unknown;
}

export interface Asking {
  readonly target?: ChatTarget;
  readonly request?: ChatRequest;
  readonly credential?: Credential | null;
  readonly pictures?: ReadonlyMap<string, Blob>;
  readonly options?: Partial<AnswerOptions>;
  readonly deps?: Partial<ChatClientDeps>;
}

/** Asks through the door and collects all that came, up to the end or the failure. */
export async function ask(fetch: typeof globalThis.fetch, asking: Asking = {}): Promise<Outcome> {
  const client = createChatClient(asking.target ?? classic, asking.credential ?? apiKey, {
    fetch,
    random: () => 0.5,
    sleep: () => Promise.resolve(),
    now: () => 0,
    ...asking.deps,
  });
  const events: ReplyEvent[] = [];
  const options = { signal: new AbortController().signal, ...asking.options };
  try {
    for await (const event of client.answer(
      asking.request ?? question,
      asking.pictures ?? new Map(),
      options,
    )) {
      events.push(event);
    }
    return { events, reply: events.reduce(fold, emptyReply), failure: null, thrown: null };
  } catch (thrown) {
    return { events, reply: events.reduce(fold, emptyReply), failure: toFailure(thrown), thrown };
  }
}

/** Events without regard to how text was cut into pieces. */
export function joined(events: readonly ReplyEvent[]): readonly ReplyEvent[] {
  return events.reduce<ReplyEvent[]>((known, event) => {
    const last = known.at(-1);
    if (last?.type === 'text' && event.type === 'text') {
      return [...known.slice(0, -1), { type: 'text', text: last.text + event.text }];
    }
    return [...known, event];
  }, []);
}

export function fixture(name: string): string {
  return readFileSync(join('tests/fixtures/azure', name), 'utf8');
}

/** A file of the corpora, or null with nothing thrown where they are not on this machine. */
export function corpus(name: string): unknown {
  try {
    const text = readFileSync(join(process.env['CORPORA_DIR'] ?? '../shared/corpora', name), 'utf8');
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ENOENT') return null;
    throw thrown;
  }
}

/** Cuts of the same bytes: whole, byte by byte, and at places that follow from a seed. */
export function cuts(bytes: Uint8Array): readonly (readonly Uint8Array[])[] {
  const single = Array.from(bytes, (_, at) => bytes.slice(at, at + 1));
  return [[bytes], single, ...[1, 2, 3, 4, 5].map((seed) => randomCuts(bytes, seed))];
}

function randomCuts(bytes: Uint8Array, seed: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let state = seed * 2_654_435_761;
  for (let at = 0; at < bytes.length;) {
    // A linear congruential generator: the same cuts on every run (Numerical Recipes).
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const length = 1 + (state % 23);
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
