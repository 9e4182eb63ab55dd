import type { Failure, FilterResult } from './failure.ts';
import type { Usage } from './usage.ts';

/** What a chat service says, one step at a time, in our words. Both the streamed and the whole answer come so. */
export type ReplyEvent =
  | { readonly type: 'started'; readonly model: string | null; readonly id: string | null }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'prompt-filters'; readonly filters: readonly FilterResult[] }
  | { readonly type: 'reply-filters'; readonly filters: readonly FilterResult[] }
  | { readonly type: 'finish'; readonly reason: FinishReason }
  | { readonly type: 'usage'; readonly usage: Usage }
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
  readonly maxTokens: number | null;
  readonly startedAt: number | null;
  readonly firstTextMs: number | null;
  readonly durationMs: number | null;
  readonly simulated: boolean;
}

/** `complete` only on proof (finish reason or [DONE]); everything else keeps its text and says what happened. */
export type ReplyStatus = 'waiting' | 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';

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
