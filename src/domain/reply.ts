import type { Failure, FilterResult } from './failure.ts';
import type { Grounding } from './grounding.ts';
import type { LedgerKind } from './ledger.ts';
import type { Usage } from './usage.ts';

/** What a chat service says, one step at a time, in our words. Both the streamed and the whole answer come so. */
export type ReplyEvent =
  | { readonly type: 'started'; readonly model: string | null; readonly id: string | null }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'prompt-filters'; readonly filters: readonly FilterResult[] }
  /** `asynchronous`: an annotation that came apart from the text, so what it flags was already shown. */
  | {
      readonly type: 'reply-filters';
      readonly filters: readonly FilterResult[];
      readonly asynchronous?: true;
    }
  | { readonly type: 'finish'; readonly reason: FinishReason }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** What the grounding enhancement found; comes with the text or after it. */
  | { readonly type: 'grounding'; readonly grounding: Grounding }
  /** `[DONE]`, or the end of a whole JSON answer. */
  | { readonly type: 'done' };

export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'unknown';

/** An answer, whole or under way: `events.reduce(fold, emptyReply)`. */
export interface Reply {
  readonly status: ReplyStatus;
  readonly text: string;
  readonly refusal: string;
  readonly finish: FinishReason | null;
  readonly promptFilters: readonly FilterResult[];
  readonly replyFilters: readonly FilterResult[];
  /** Text was withdrawn by a filter that spoke after it was shown. */
  readonly withdrawn: boolean;
  readonly usage: Usage | null;
  /** The model as the service names it, not the deployment. */
  readonly model: string | null;
  readonly failure: Failure | null;
  readonly cost: ReplyCost | null;
  /** What was bought beside the tokens: enhancements, Image Analysis. Absent: nothing. */
  readonly extras?: readonly ReplyExtra[];
  readonly grounding?: Grounding;
  readonly maxTokens: number | null;
  readonly startedAt: number | null;
  readonly firstTextMs: number | null;
  readonly durationMs: number | null;
  readonly simulated: boolean;
}

/** `complete` only on proof (finish reason or [DONE]); everything else keeps its text and says what happened. */
export type ReplyStatus = 'waiting' | 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';

/** A ledger row in short. */
export interface ReplyExtra {
  readonly kind: LedgerKind;
  /** Transactions. */
  readonly quantity: number;
  /** Null: the price is not known. */
  readonly nanos: number | null;
}

export interface ReplyCost {
  /** Null: the price is not known. */
  readonly nanos: number | null;
  readonly estimated: boolean;
}

export const emptyReply: Reply = {
  status: 'waiting',
  text: '',
  refusal: '',
  finish: null,
  promptFilters: [],
  replyFilters: [],
  withdrawn: false,
  usage: null,
  model: null,
  failure: null,
  cost: null,
  maxTokens: null,
  startedAt: null,
  firstTextMs: null,
  durationMs: null,
  simulated: false,
};

/** One step of an answer. Content-filter endings stick: a filter may speak after "stop". */
export function fold(reply: Reply, event: ReplyEvent): Reply {
  switch (event.type) {
    case 'started':
      return { ...reply, status: 'streaming', model: event.model ?? reply.model };
    case 'text':
      return { ...reply, status: 'streaming', text: reply.text + event.text };
    case 'refusal':
      return { ...reply, status: 'streaming', refusal: reply.refusal + event.text };
    case 'prompt-filters':
      return { ...reply, promptFilters: mergeFilters(reply.promptFilters, event.filters) };
    case 'reply-filters': {
      const flagged = event.asynchronous === true && event.filters.some((filter) => filter.filtered);
      return {
        ...reply,
        replyFilters: mergeFilters(reply.replyFilters, event.filters),
        withdrawn: reply.withdrawn || (flagged && reply.text !== ''),
      };
    }
    case 'finish': {
      const late = event.reason === 'content-filter' && reply.finish !== null && reply.text !== '';
      return {
        ...reply,
        finish: reply.finish === 'content-filter' ? reply.finish : event.reason,
        withdrawn: reply.withdrawn || late,
      };
    }
    case 'usage':
      return { ...reply, usage: event.usage };
    case 'grounding':
      return { ...reply, grounding: event.grounding };
    case 'done':
      return reply;
  }
}

export type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The answer as it is kept: whatever had come stays, and the status says how it ended. */
export function end(reply: Reply, ending: Ending, durationMs: number | null): Reply {
  switch (ending.kind) {
    case 'complete':
      return { ...reply, status: 'complete', durationMs };
    case 'stopped':
      return { ...reply, status: 'stopped', durationMs };
    case 'failed': {
      const { failure } = ending;
      const began = reply.text !== '' || reply.refusal !== '';
      const cut = failure.kind === 'cut-off' || failure.kind === 'stalled' || failure.kind === 'left-running';
      return {
        ...reply,
        status: began || cut ? 'interrupted' : 'failed',
        failure,
        promptFilters: mergeFilters(reply.promptFilters, failure.filters ?? []),
        durationMs,
      };
    }
  }
}

/** An answer that went on after it was cut off: one text, the tokens and the dollars of both calls. */
export function joinReplies(before: Reply, next: Reply): Reply {
  return {
    ...next,
    text: before.text + next.text,
    refusal: before.refusal + next.refusal,
    promptFilters: mergeFilters(before.promptFilters, next.promptFilters),
    replyFilters: mergeFilters(before.replyFilters, next.replyFilters),
    usage: addUsage(before.usage, next.usage),
    cost: addCost(before.cost, next.cost),
    ...(before.extras || next.extras ? { extras: [...(before.extras ?? []), ...(next.extras ?? [])] } : {}),
    model: next.model ?? before.model,
    startedAt: before.startedAt,
    firstTextMs: before.firstTextMs ?? next.firstTextMs,
    durationMs: (before.durationMs ?? 0) + (next.durationMs ?? 0),
  };
}

/** Whether the model could go on from here: text came, and it ended before its end. */
export function canContinue(reply: Reply): boolean {
  if (reply.text === '' || reply.withdrawn) return false;
  return reply.finish === 'length' || reply.status === 'interrupted' || reply.status === 'stopped';
}

export function isRunning(reply: Reply): boolean {
  return reply.status === 'waiting' || reply.status === 'streaming';
}

function mergeFilters(
  known: readonly FilterResult[],
  more: readonly FilterResult[],
): readonly FilterResult[] {
  if (more.length === 0) return known;
  const byCategory = new Map(known.map((filter) => [filter.category, filter]));
  for (const filter of more) {
    const earlier = byCategory.get(filter.category);
    if (!earlier || !earlier.filtered || filter.filtered) byCategory.set(filter.category, filter);
  }
  const merged = [...byCategory.values()];
  // A stream repeats the same results with every chunk: no change, no new array to draw.
  return merged.length === known.length && merged.every((filter, at) => sameFilter(filter, known[at]))
    ? known
    : merged;
}

function sameFilter(a: FilterResult, b: FilterResult | undefined): boolean {
  return (
    b !== undefined &&
    a.category === b.category &&
    a.filtered === b.filtered &&
    a.severity === b.severity &&
    a.detected === b.detected &&
    a.note === b.note
  );
}

function addUsage(a: Usage | null, b: Usage | null): Usage | null {
  if (!a || !b) return a ?? b;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    imageTokens: a.imageTokens === null || b.imageTokens === null ? null : a.imageTokens + b.imageTokens,
  };
}

function addCost(a: ReplyCost | null, b: ReplyCost | null): ReplyCost | null {
  if (!a || !b) return a ?? b;
  return {
    nanos: a.nanos === null || b.nanos === null ? null : a.nanos + b.nanos,
    estimated: a.estimated || b.estimated,
  };
}
