import { capabilitiesOf, findModel } from '#catalog';
import type { Api, Asked, Call } from './asked.ts';
import type { Memory } from './memory.ts';
import { isRecord, missing } from './read-messages.ts';
import { readAsked } from './read-parameters.ts';
import type { VideoResource } from './read-video.ts';
import { findHearing, operationNotSupported } from './hearing.ts';
import { deploymentNotFound, invalidRequest } from './refusal.ts';
import { composeReply, type Reply } from './reply.ts';
import { findScenario, type Scenario } from './scenarios.ts';
import { frameOddly } from './odd-framing.ts';
import { ConnectionReset, streamReply, usualPauseMs } from './stream.ts';
import type { Surroundings } from './surroundings.ts';
import { toCompletion, toEnvelope, type Envelope } from './wire.ts';

/** Answers one chat completion; `deployment` is null on v1, where the body names it. */
export async function answerChat(
  request: Request,
  api: Api,
  deployment: string | null,
  around: Surroundings,
  memory: Memory,
  resource: Omit<VideoResource, 'nowMs'>,
): Promise<Response> {
  // On a classic path the deployment is judged before the body, as the gateway does.
  const named = deployment === null ? null : scenarioNamed(deployment);
  const body = await readBody(request);
  const scenario = named ?? scenarioNamed(modelIn(body));
  const refused = scenario.refuse?.({ request, api, scenario, memory, nowMs: around.now() });
  if (refused) return refused;
  if (scenario.fault === 'silent') await around.sleep(Infinity, request.signal);

  const call = toCall(request, api, scenario, body);
  const asked = readAsked(call, { ...resource, nowMs: around.now() });
  const reply = await composeReply(call, asked, around, memory);
  const usualMs = reply.pace.firstByteMs;
  const firstByteMs = around.delayMs({ before: 'first-byte', tokens: 1, usualMs });
  if (firstByteMs > 0) await around.sleep(firstByteMs, request.signal);
  const response =
    asked.stream && scenario.fault !== 'json-when-stream'
      ? streamed(call, asked, reply, around)
      : await whole(call, reply, around);
  return withAzureHeaders(response, call, around);
}

function scenarioNamed(deployment: string): Scenario {
  const scenario = findScenario(deployment);
  const hearing = findHearing(deployment);
  if (!scenario && hearing) throw operationNotSupported('chatCompletion', hearing.model);
  if (!scenario) throw deploymentNotFound();
  return scenario;
}

function modelIn(body: Readonly<Record<string, unknown>>): string {
  if (typeof body['model'] !== 'string' || body['model'] === '') throw missing('model');
  return body['model'];
}

async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) return body;
  } catch {
    // Refused below like JSON that is no object.
  }
  throw invalidRequest('We could not parse the JSON body of your request.');
}

function toCall(request: Request, api: Api, scenario: Scenario, body: Call['body']): Call {
  const model = findModel(scenario.model);
  if (!model) throw new Error(`The catalogue has no ${scenario.model}.`);
  if (!model.chatCompletions) throw operationNotSupported('chatCompletion', model.model);
  const capabilities = capabilitiesOf(model);
  return {
    request,
    api,
    scenario,
    model,
    body,
    capabilities: scenario.textOnly ? { ...capabilities, takesPictures: false } : capabilities,
  };
}

function streamed(call: Call, asked: Asked, reply: Reply, around: Surroundings): Response {
  const envelope = toEnvelope(reply, around);
  const body = toBody(call.request.signal, (signal) => {
    const events = streamReply(call, asked, reply, envelope, around, signal);
    return call.scenario.fault === 'odd-framing' ? frameOddly(events, around.random) : encode(events);
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
}

async function whole(call: Call, reply: Reply, around: Surroundings): Promise<Response> {
  const envelope = toEnvelope(reply, around);
  const { signal } = call.request;
  const { completionTokens, reasoningTokens } = reply.usage;
  for (const [before, tokens] of [
    ['reasoning', reasoningTokens],
    ['text', completionTokens - reasoningTokens],
  ] as const) {
    const ms = around.delayMs({ before, tokens, usualMs: usualPauseMs(reply.pace, before, tokens) });
    if (tokens > 0 && ms > 0) await around.sleep(ms, signal);
  }
  const body = toBody(signal, (stop) => encode(wholeBody(call, reply, envelope, around, stop)));
  return new Response(body, { headers: { 'content-type': 'application/json; charset=utf-8' } });
}

/** The faults of streams, on a whole answer: half of its JSON, and then what the scenario says. */
async function* wholeBody(
  call: Call,
  reply: Reply,
  envelope: Envelope,
  around: Surroundings,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const text = JSON.stringify(toCompletion(call, reply, envelope));
  switch (call.scenario.fault) {
    case 'cut':
      yield text.slice(0, text.length >> 1);
      return;
    case 'reset':
      yield text.slice(0, text.length >> 1);
      throw new ConnectionReset('The connection was reset.');
    case 'stalled':
      yield text.slice(0, text.length >> 1);
      await around.sleep(Infinity, signal);
      return;
    case 'error-mid-stream':
      yield JSON.stringify({
        error: {
          message: 'The server had an error while processing your request. Sorry about that!',
          type: 'server_error',
          param: null,
          code: null,
        },
      });
      return;
    default:
      yield text;
  }
}

async function* encode(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for await (const text of texts) if (text !== '') yield encoder.encode(text);
}

/** A body that is made only as fast as it is read, and stops when the request or the reading is given up. */
function toBody(
  requested: AbortSignal,
  start: (signal: AbortSignal) => AsyncGenerator<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const cancelled = new AbortController();
  const signal = AbortSignal.any([requested, cancelled.signal]);
  const pieces = start(signal);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          signal.throwIfAborted();
          const { done, value } = await pieces.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          controller.error(error);
        }
      },
      cancel(reason) {
        cancelled.abort(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** REC 2026-03. None of them is exposed to a page. */
function withAzureHeaders(response: Response, call: Call, around: Surroundings): Response {
  const headers: Readonly<Record<string, string>> = {
    'apim-request-id': around.newId('', 32).toLowerCase(),
    'x-ms-region': 'Sweden Central',
    'x-ms-deployment-name': call.scenario.name,
    'x-ms-rai-invoked': 'true',
    'x-ratelimit-limit-requests': '120',
    'x-ratelimit-limit-tokens': '120000',
    'x-ratelimit-remaining-requests': '119',
  };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
