import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import jpeg from 'jpeg-js';
import { createSimulator, type SimulatorOptions } from '#simulator';
import { listen } from './serve-site.ts';

export interface SimulatorServer {
  /** `http://127.0.0.1:…`, without a trailing slash. */
  readonly origin: string;
  /** The newest calls, oldest first; bodies of the latest 64 MB only. */
  readonly requests: readonly RecordedRequest[];
  /** What answers instead of the simulator from now on; null: the simulator again. */
  respondWith(hook: Hook | null): void;
  close(): Promise<void>;
}

export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As text; empty for what is uploaded to the storage, which is none. */
  readonly body: string;
  readonly bodyBytes: number;
  /** Whether the client went away before the answer was whole. */
  readonly aborted: boolean;
}

/**
 * Answers a call in the simulator's place: a `Response`, null to let the simulator answer after all, or `'handled'`
 * when it wrote to the socket itself (raw bytes: a status line, half a chunk, a reset).
 */
export type Hook = (request: Request, socket: Socket) => HookAnswer | Promise<HookAnswer>;
export type HookAnswer = Response | 'handled' | null;

export interface SimulatorServerOptions {
  /** 0, or one that is taken: any free one. */
  readonly port?: number;
  readonly simulator?: SimulatorOptions;
}

/**
 * The simulator on a loopback origin of its own, so that CORS, streaming, broken connections and uploads are real: its
 * storage is at `/devstoreaccount1/…`, as Azurite's. Counts
 * text exactly; answers under `/gateway` (an API Management gateway) and `/api/projects/sample` (Foundry), too.
 */
export async function startSimulatorServer(options: SimulatorServerOptions = {}): Promise<SimulatorServer> {
  const simulator = createSimulator({
    countTokens: (text, encoding) =>
      (encoding === 'cl100k_base' ? countCl100k : countO200k)(text, { disallowedSpecial: new Set() }),
    decode: (bytes, format) => (format === 'JPEG' ? decodeJpeg(bytes) : null),
    prefixes: ['/gateway', '/api/projects/sample'],
    ...options.simulator,
  });
  const requests: MutableRecord[] = [];
  let hook: Hook | null = null;

  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing);
  });
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse) {
    const gone = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) gone.abort(new DOMException('The client went away.', 'AbortError'));
    });
    try {
      const body = await readBody(incoming);
      const recorded = record(requests, incoming, body);
      gone.signal.addEventListener('abort', () => (recorded.aborted = true));
      const request = toRequest(incoming, body, gone.signal);
      const response = (hook && (await hook(request, incoming.socket))) ?? (await simulator(request));
      if (response !== 'handled') await send(response, outgoing, gone.signal);
    } catch {
      // A client that went away, or a body that breaks off: either way the connection ends here, for real, once what
      // was said has had time to be read (a client drops what it has not yet read when the connection breaks).
      setTimeout(() => incoming.socket.destroy(), gone.signal.aborted ? 0 : READING_TIME_MS);
    }
  }
  const origin = await listen(server, options.port ?? 0);

  return {
    origin,
    requests,
    respondWith: (next) => void (hook = next),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const READING_TIME_MS = 50;

type MutableRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

async function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function toRequest(incoming: IncomingMessage, body: Buffer<ArrayBuffer>, signal: AbortSignal): Request {
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD' && body.length > 0;
  return new Request(`http://${incoming.headers.host ?? '127.0.0.1'}${incoming.url ?? '/'}`, {
    method: incoming.method ?? 'GET',
    headers: toHeaders(incoming),
    signal,
    ...(hasBody ? { body } : {}),
  });
}

/** Node's `Request` keeps `origin` and the preflight's headers, which a browser's would drop. */
function toHeaders(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}

/** A block, or a whole blob: lists of blocks are text. */
function isUpload({ method, url = '/' }: IncomingMessage): boolean {
  return method === 'PUT' && /^\/(devstoreaccount1|nocors)\//.test(url) && !/[?&]comp=blocklist/.test(url);
}

const MOST_RECORDS = 500;
const MOST_BODY_CHARACTERS = 64 * 1024 * 1024;

function record(requests: MutableRecord[], incoming: IncomingMessage, body: Buffer): MutableRecord {
  const recorded: MutableRecord = {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: Object.fromEntries(toHeaders(incoming)),
    body: isUpload(incoming) ? '' : body.toString('utf8'),
    bodyBytes: body.length,
    aborted: false,
  };
  requests.push(recorded);
  if (requests.length > MOST_RECORDS) requests.shift();
  let characters = 0;
  for (const request of [...requests].reverse()) {
    characters += request.body.length;
    if (characters > MOST_BODY_CHARACTERS && request !== recorded) request.body = '';
  }
  return recorded;
}

async function send(response: Response, outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (!response.body) return void outgoing.end();
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  const stop = () => void reader.cancel(gone.reason).catch(() => undefined);
  gone.addEventListener('abort', stop, { once: true });
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    if (!outgoing.write(step.value)) await once(outgoing, 'drain', { signal: gone });
  }
  gone.removeEventListener('abort', stop);
  outgoing.end();
}

/** All pixels; null for a JPEG that this small decoder cannot read. */
export function decodeJpeg(
  bytes: Uint8Array,
): { widthPx: number; heightPx: number; rgba: Uint8Array } | null {
  try {
    const { width, height, data } = jpeg.decode(bytes, { maxResolutionInMP: 100, maxMemoryUsageInMB: 1024 });
    return { widthPx: width, heightPx: height, rgba: data };
  } catch {
    return null;
  }
}
