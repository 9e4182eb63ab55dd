import { isFrom, type Asked, type Call } from './asked.ts';
import { blockedFilters, filterFailed, fourHarms, promptFilters, protectedTextFound } from './filters.ts';
import type { Reply } from './reply.ts';
import type { Pace } from './scenarios.ts';
import type { Surroundings } from './surroundings.ts';
import { splitIntoPieces } from './tokens.ts';
import {
  enhancementsOf,
  finishOf,
  hasDetails,
  isBareAnswer,
  isOfExtensions,
  toUsage,
  type Envelope,
} from './wire.ts';

/** Where a stream breaks as a network does; becomes an error of the body. */
export class ConnectionReset extends Error {
  override readonly name = 'ConnectionReset';
}

/** Tokens that arrive together: the default filter holds text back and lets it go in bursts (CSTREAM). */
const BURST = 8;
/** A stream that is meant to break does so half way, unless this little is left: then it may finish. */
const TOO_SHORT_TO_BREAK = 16;

/** The events of a streamed answer, as text; several where they come together. Breaks where the scenario says so. */
export async function* streamReply(
  call: Call,
  asked: Asked,
  reply: Reply,
  envelope: Envelope,
  around: Surroundings,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const shapes = shapesFor(call, asked, reply, envelope, around);
  const { fault } = call.scenario;
  const { reasoningTokens } = reply.usage;
  const waitFor = async (before: 'reasoning' | 'text', tokens: number) => {
    const ms = around.delayMs({ before, tokens, usualMs: usualPauseMs(reply.pace, before, tokens) });
    if (ms > 0) await around.sleep(ms, signal);
  };

  yield shapes.prompt() + shapes.role();
  if (reasoningTokens > 0) await waitFor('reasoning', reasoningTokens);
  if (reply.refusal !== null) yield shapes.refusal(reply.refusal);

  const pieces = splitIntoPieces(reply.text);
  const breaksAt = breaks(fault) && pieces.length > TOO_SHORT_TO_BREAK ? pieces.length >> 1 : Infinity;
  for (let at = 0; at < pieces.length && at < breaksAt; at += BURST) {
    const burst = pieces.slice(at, Math.min(at + BURST, breaksAt));
    await waitFor('text', burst.length);
    yield burst.map(shapes.text).join('');
  }
  if (breaksAt !== Infinity) {
    yield* breakOff(call, shapes, reply, around, signal);
    return;
  }
  yield* finish(call, asked, shapes, reply);
}

/** Nobody learns anything from waiting for thoughts that are not there. */
const LONGEST_REASONING_MS = 3000;

export function usualPauseMs(pace: Pace, before: 'reasoning' | 'text', tokens: number): number {
  const ms = (1000 * tokens) / pace.tokensPerSecond;
  return before === 'reasoning' ? Math.min(ms, LONGEST_REASONING_MS) : ms;
}

type Shapes = ReturnType<typeof shapesFor>;

function breaks(fault: Call['scenario']['fault']): boolean {
  return ['cut', 'reset', 'stalled', 'error-mid-stream', 'filtered-midway'].includes(fault ?? '');
}

async function* breakOff(
  call: Call,
  shapes: Shapes,
  reply: Reply,
  around: Surroundings,
  signal: AbortSignal,
): AsyncGenerator<string> {
  switch (call.scenario.fault) {
    case 'reset':
      throw new ConnectionReset('The connection was reset.');
    case 'stalled':
      await around.sleep(Infinity, signal);
      return;
    case 'error-mid-stream':
      yield event({
        error: {
          message: 'The server had an error while processing your request. Sorry about that!',
          type: 'server_error',
          param: null,
          code: null,
        },
      });
      return;
    case 'filtered-midway':
      yield (
        shapes.annotation(fourHarms, null, reply) +
        shapes.annotation(protectedTextFound, 'content_filter', reply)
      );
      yield DONE;
      return;
    default:
      return;
  }
}

function* finish(call: Call, asked: Asked, shapes: Shapes, reply: Reply): Generator<string> {
  const { fault } = call.scenario;
  yield shapes.finish();
  if (fault === 'asynchronous-filter') yield shapes.annotation(fourHarms, null, reply);
  if (fault === 'filtered-late') yield shapes.annotation(protectedTextFound, 'content_filter', reply);
  if (asked.includeUsage && fault !== 'no-usage') yield shapes.usage(reply);
  if (fault !== 'no-done') yield DONE;
}

const DONE = 'data: [DONE]\n\n';

function event(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** The chunks in Azure's shapes (REC; the asynchronous ones by CSTREAM's samples). */
function shapesFor(call: Call, asked: Asked, reply: Reply, envelope: Envelope, around: Surroundings) {
  const { fault } = call.scenario;
  const isAsynchronous =
    fault === 'asynchronous-filter' || fault === 'filtered-midway' || fault === 'filtered-late';
  const isExtension = isOfExtensions(call, reply);
  const isBare = isBareAnswer(call, reply);
  const isFiltered = !isAsynchronous && !isBare && fault !== 'no-filters';
  const usage = asked.includeUsage || isAsynchronous ? { usage: null } : {};
  const head = {
    created: envelope.createdSeconds,
    id: envelope.id,
    model: envelope.model,
    object: isExtension ? 'extensions.chat.completion.chunk' : 'chat.completion.chunk',
    ...(isAsynchronous || isBare ? {} : { system_fingerprint: envelope.fingerprint }),
  };
  const nameless = { id: '', object: '', created: 0, model: '' };
  // Padding against guessing text from the length of chunks; seen from 2025 on.
  const padding = (): object =>
    isFrom(call.api, '2025-01-01')
      ? { obfuscation: around.newId('', 1 + Math.floor(around.random() * 16)) }
      : {};
  const chunk = (choice: object, filters: object): string =>
    event({
      choices: [{ ...(isFiltered ? { content_filter_results: filters } : {}), index: 0, ...choice }],
      ...head,
      ...usage,
      ...padding(),
    });
  const going = { finish_reason: null, logprobs: null };
  const running = fault === 'filter-failed' ? filterFailed : fourHarms;

  return {
    prompt: (): string =>
      isBare || fault === 'no-filters'
        ? ''
        : event({
            choices: [],
            ...nameless,
            // The name it had in 2023, which CSTREAM's sample of a passing filter shows.
            [fault === 'asynchronous-filter' ? 'prompt_annotations' : 'prompt_filter_results']: [
              { prompt_index: 0, content_filter_results: isAsynchronous ? fourHarms : promptFilters },
            ],
            ...usage,
          }),
    role: (): string =>
      chunk(
        {
          delta: { content: '', ...(hasDetails(call) ? { refusal: null } : {}), role: 'assistant' },
          ...going,
        },
        {},
      ),
    text: (piece: string): string => chunk({ delta: { content: piece }, ...going }, running),
    refusal: (text: string): string => chunk({ delta: { refusal: text }, ...going }, running),
    /** Where the enhancements would come in a stream is not documented: here on the last chunk that has a choice. */
    finish: (): string =>
      chunk(
        { delta: {}, logprobs: null, ...finishOf(call, reply, reply.finish), ...enhancementsOf(reply) },
        reply.finish === 'content_filter' ? blockedFilters : {},
      ),
    /** A judgement that comes apart from the text: no `delta`, offsets counted from the start of the prompt. */
    annotation: (filters: object, finishReason: string | null, reply: Reply): string =>
      event({
        ...nameless,
        choices: [
          {
            index: 0,
            finish_reason: finishReason,
            content_filter_results: filters,
            content_filter_offsets: {
              check_offset: 44,
              start_offset: 44,
              end_offset: 44 + [...reply.text].length,
            },
          },
        ],
        usage: null,
      }),
    usage: (reply: Reply): string => event({ choices: [], ...head, usage: toUsage(call, reply.usage) }),
  };
}
