import { FailureError, type FailureKind, type FilterResult } from '#domain/failure.ts';
import type { FinishReason, ReplyEvent } from '#domain/reply.ts';
import type { Usage } from '#domain/usage.ts';
import { filtersOf } from './content-filter.ts';
import { groundingIn } from './grounding-answer.ts';
import { EventTooLarge, readServerEvents } from './server-events.ts';
import { readServiceError, toFailureInAnswer, toFailureOfTool } from './service-failure.ts';
import { readTextUpTo } from './transport.ts';
import { countIn, listIn, objectIn, parseJson, textIn, type WireObject } from './wire.ts';

export interface Reading {
  readonly origin: string;
  readonly signal?: AbortSignal;
  readonly onBytes?: () => void;
}

/** A whole answer is text; this is far beyond the longest output of any model. */
const maxAnswerBytes = 16 * 1024 * 1024;
/** What is kept of an answer that turned out to be a web page or an error. */
const maxForeignChars = 64 * 1024;

/** Whether the service answers in a stream, whatever it was asked for. */
export function isStreamed(response: Response): boolean {
  return mimeTypeOf(response) === 'text/event-stream';
}

/**
 * The events of a chat answer, streamed or whole (api.md 2.1 to 2.6). It ends without throwing only on proof of
 * completeness: a finish reason, `[DONE]`, or a whole JSON document.
 * @throws FailureError `cut-off`, `not-a-chat-answer`, `service-error`, `prompt-blocked`; not masked.
 */
export async function* readChatAnswer(
  response: Response,
  reading: Reading,
): AsyncGenerator<ReplyEvent, void, undefined> {
  if (isStreamed(response)) yield* readStream(response, reading);
  else yield* await readWhole(response, reading);
}

async function* readStream(
  response: Response,
  reading: Reading,
): AsyncGenerator<ReplyEvent, void, undefined> {
  const { origin, signal } = reading;
  const mapping = createMapping(origin, true);
  let anyBytes = false;
  const onBytes = () => {
    anyBytes = true;
    reading.onBytes?.();
  };
  try {
    const stream = response.body ?? new Blob([]).stream();
    for await (const event of readServerEvents(stream, { ...(signal ? { signal } : {}), onBytes })) {
      if (event.name === 'error') throw namedError(event.data, origin);
      if (event.name !== null && event.name !== 'message') continue;
      if (event.data === '[DONE]') {
        if (!mapping.anyChunk) throw foreign(origin, 'empty-answer');
        yield { type: 'done' };
        return;
      }
      const body = parseJson(event.data);
      // The words of a broken event are not repeated: they may be anything.
      if (body === undefined) throw foreign(origin, 'malformed-event');
      yield* mapping.events(body);
    }
  } catch (thrown) {
    if (signal?.aborted || thrown instanceof FailureError) throw thrown;
    if (thrown instanceof EventTooLarge) throw foreign(origin, 'event-too-large');
    // A stream that breaks after its finish reason lacks at most the usage.
    if (mapping.finished) return;
    const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : '';
    throw new FailureError({ kind: 'cut-off', origin, detail });
  }
  if (mapping.finished) return;
  throw anyBytes
    ? new FailureError({ kind: 'cut-off', origin, detail: '' })
    : foreign(origin, 'empty-answer');
}

async function readWhole(response: Response, reading: Reading): Promise<readonly ReplyEvent[]> {
  const { origin, signal } = reading;
  const text = await readTextUpTo(response, maxAnswerBytes, signal);
  if (text !== '') reading.onBytes?.();
  const body = parseJson(text);
  if (body === undefined) {
    // JSON that breaks off half way is a chat answer cut short, not a foreign one.
    const cut = mimeTypeOf(response) === 'application/json' && text.trimStart().startsWith('{');
    throw cut
      ? new FailureError({ kind: 'cut-off', origin, detail: '' })
      : foreign(origin, text.trim() === '' ? 'empty-answer' : 'not-json', text.slice(0, maxForeignChars));
  }
  const mapping = createMapping(origin, false);
  const events = mapping.events(body);
  if (!mapping.anyChoice) throw foreign(origin, 'not-chat', text.slice(0, maxForeignChars));
  return [...events, { type: 'done' }];
}

interface Mapping {
  /** The events in one chunk, or in the whole answer; unknown kinds of JSON have none. */
  events(body: unknown): readonly ReplyEvent[];
  readonly anyChunk: boolean;
  readonly anyChoice: boolean;
  readonly finished: boolean;
}

/** Remembers what has been said of an answer, so that "started" comes once and the end is known. */
function createMapping(origin: string, streamed: boolean): Mapping {
  let started = false;
  let anyChunk = false;
  let anyChoice = false;
  let finished = false;

  function events(body: unknown): readonly ReplyEvent[] {
    const chunk = objectIn(body);
    if (!chunk) return [];
    refuseErrors(chunk, origin);
    if (!Array.isArray(chunk['choices'])) return [];
    anyChunk = true;

    const found: ReplyEvent[] = [];
    const promptFilters = promptFiltersIn(chunk);
    if (promptFilters.length > 0) found.push({ type: 'prompt-filters', filters: promptFilters });
    // We never ask for a second choice.
    for (const choice of chunk['choices'].map(objectIn)) {
      if (!choice || (countIn(choice['index']) ?? 0) !== 0) continue;
      anyChoice = true;
      found.push(...choiceEvents(choice, origin, streamed));
    }
    const usage = usageIn(chunk['usage']);
    if (usage) found.push({ type: 'usage', usage });
    finished ||= found.some((event) => event.type === 'finish');
    return [...startedEvents(chunk, found), ...found];
  }

  /** The first chunk of a stream has an empty model and id: wait for the one that names them. */
  function startedEvents(chunk: WireObject, found: readonly ReplyEvent[]): readonly ReplyEvent[] {
    if (started) return [];
    const model = textIn(chunk['model']);
    const id = textIn(chunk['id']);
    const begins = found.some((event) => event.type === 'text' || event.type === 'refusal');
    if (model === null && id === null && !begins) return [];
    started = true;
    return [{ type: 'started', model, id }];
  }

  return {
    events,
    get anyChunk() {
      return anyChunk;
    },
    get anyChoice() {
      return anyChoice;
    },
    get finished() {
      return finished;
    },
  };
}

function choiceEvents(choice: WireObject, origin: string, streamed: boolean): readonly ReplyEvent[] {
  refuseToolErrors(choice, origin);
  const delta = objectIn(choice['delta']) ?? objectIn(choice['message']);
  const events: ReplyEvent[] = [];

  const filters = filtersOf(choice);
  if (filters.length > 0) events.push({ type: 'reply-filters', filters, ...asynchronous(choice, streamed) });
  const text = contentIn(delta?.['content']);
  if (text !== '') events.push({ type: 'text', text });
  const refusal = textIn(delta?.['refusal']);
  if (refusal !== null) events.push({ type: 'refusal', text: refusal });
  const grounding = groundingIn(choice);
  if (grounding) events.push({ type: 'grounding', grounding });
  const reason = finishReasonIn(choice);
  if (reason) events.push({ type: 'finish', reason });
  return events;
}

/** An annotation about text that was shown before: no delta, or (an older form) offsets beside one (api.md 2.3). */
function asynchronous(choice: WireObject, streamed: boolean): { readonly asynchronous?: true } {
  const apart = !('delta' in choice) && !('message' in choice);
  return streamed && (apart || objectIn(choice['content_filter_offsets'])) ? { asynchronous: true } : {};
}

function contentIn(content: unknown): string {
  if (typeof content === 'string') return content;
  return listIn(content)
    .map((part) => textIn(objectIn(part)?.['text']) ?? '')
    .join('');
}

/** `finish_reason` as text or object, or the `finish_details` of the vision previews (api.md 2.4). */
function finishReasonIn(choice: WireObject): FinishReason | null {
  const given = choice['finish_reason'] ?? choice['finish_details'];
  const reason = textIn(given) ?? textIn(objectIn(given)?.['type']);
  switch (reason) {
    case null:
      return null;
    case 'stop':
      return 'stop';
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'content_filter':
      return 'content-filter';
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls';
    default:
      return 'unknown';
  }
}

function promptFiltersIn(chunk: WireObject): readonly FilterResult[] {
  return listIn(chunk['prompt_filter_results'] ?? chunk['prompt_annotations'])
    .map(objectIn)
    .flatMap((prompt) => (prompt ? filtersOf(prompt) : []));
}

/** Tokens as billed; names from the OpenAI specification of 2026-08-21 (models.md 5). */
function usageIn(value: unknown): Usage | null {
  const usage = objectIn(value);
  const inputTokens = countIn(usage?.['prompt_tokens']);
  const outputTokens = countIn(usage?.['completion_tokens']);
  if (inputTokens === null && outputTokens === null) return null;
  const input = objectIn(usage?.['prompt_tokens_details']);
  const output = objectIn(usage?.['completion_tokens_details']);
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    cachedTokens: countIn(input?.['cached_tokens']) ?? 0,
    cacheWriteTokens: countIn(input?.['cache_write_tokens']) ?? 0,
    reasoningTokens: countIn(output?.['reasoning_tokens']) ?? 0,
    imageTokens: countIn(input?.['image_tokens']),
  };
}

function refuseErrors(chunk: WireObject, origin: string): void {
  // Gateways add `"error": null` to good answers.
  const given = chunk['error'] != null && chunk['error'] !== '';
  const flat = !('choices' in chunk) && ('message' in chunk || 'statusCode' in chunk);
  if (!given && !flat) return;
  const error = readServiceError(chunk);
  if (error) throw new FailureError(toFailureInAnswer(error, origin));
}

/** The `extensions` backends report a failure as the words of a tool, inside a 200 (azureai-samples#114). */
function refuseToolErrors(choice: WireObject, origin: string): void {
  for (const step of listIn(choice['messages']).map(objectIn)) {
    const delta = objectIn(step?.['delta']);
    const content = contentIn(delta?.['content']);
    if (delta?.['role'] !== 'tool' || !content.includes('ErrorMessage')) continue;
    // The inner text is not valid JSON.
    const message = /"?ErrorMessage"?\s*:\s*"?(.*?)"?\s*,\s*"?ErrorCode/.exec(content)?.[1] ?? content;
    const code = /"?ErrorCode"?\s*:\s*"?(\w+)/.exec(content)?.[1] ?? null;
    throw new FailureError(toFailureOfTool(message, code, origin));
  }
}

function namedError(data: string, origin: string): FailureError {
  const error = readServiceError(parseJson(data));
  return new FailureError(
    error ? toFailureInAnswer(error, origin) : { kind: 'service-error', origin, detail: '' },
  );
}

function foreign(origin: string, code: string, detail = ''): FailureError {
  const kind: FailureKind = 'not-a-chat-answer';
  return new FailureError({ kind, origin, code, detail });
}

function mimeTypeOf(response: Response): string {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase();
}
