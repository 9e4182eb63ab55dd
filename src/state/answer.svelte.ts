import {
  end,
  fold,
  isRunning,
  joinReplies,
  type Ending,
  type Reply,
  type ReplyEvent,
} from '#domain/reply.ts';
import { toFailure } from '#domain/failure.ts';
import type { Failure } from '#domain/failure.ts';
import type { Clock } from './clock.ts';

/** A wait before the request is sent once more; shown as a countdown. */
export interface RetryWait {
  readonly failure: Failure;
  readonly attempt: number;
  /** Epoch milliseconds at which it is sent again. */
  readonly until: number;
  skip(): void;
}

/** What comes before the request itself. */
export interface AnswerStage {
  readonly kind: 'reading';
  /** Pictures read, of all. */
  readonly done: number;
  readonly total: number;
}

export interface AnswerHooks {
  onWait(wait: RetryWait | null): void;
  onBytes(): void;
  onStage(stage: AnswerStage | null): void;
}

/** What an answer needs from outside; `stream` sends the request, once. */
export interface AnswerSource {
  stream(signal: AbortSignal, hooks: AnswerHooks): AsyncIterable<ReplyEvent>;
  /** Keeps what has come so far; called at most once a second, and when the page may go away. */
  savePartial(reply: Reply): Promise<void>;
}

/** Seconds without a byte until the person is asked (issue 2, section 4). */
const stallNoticeMs = 30_000;
/** A reasoning model may think for minutes before its first word; after this long nothing will come. */
const stallDeadlineMs = 10 * 60_000;
/** A timer that is late by this much was frozen with its tab: the clock starts again. */
const frozenMs = 5_000;
const savePartialMs = 1_000;
/** Work between two breaths: leaves a frame time to draw in. */
const sliceMs = 8;

/** One answer under way: what has come, what it waits for, and how to stop it. */
export class Answer {
  readonly conversationId: string;
  readonly messageId: string;
  #reply = $state.raw<Reply>() as Reply;
  #wait = $state.raw<RetryWait | null>(null);
  #stage = $state.raw<AnswerStage | null>(null);
  #stalled = $state(false);
  #over = $state(false);
  readonly #before: Reply | null;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #stopped = false;
  #latest: Reply;
  #frameAsked = false;
  #lastByteAt: number;
  #noticeFrom: number;
  #savedAt = 0;
  #saving: Promise<void> = Promise.resolve();
  #source: AnswerSource | null = null;

  constructor(
    ids: { conversationId: string; messageId: string },
    start: Reply,
    before: Reply | null,
    clock: Clock,
  ) {
    this.conversationId = ids.conversationId;
    this.messageId = ids.messageId;
    this.#before = before;
    this.#clock = clock;
    this.#latest = start;
    this.#reply = this.#whole(start);
    this.#lastByteAt = this.#noticeFrom = clock.now();
  }

  /** The answer so far, text before a continuation included. Changes at most once a frame. */
  get reply(): Reply {
    return this.#reply;
  }

  get isOver(): boolean {
    return this.#over;
  }

  get wait(): RetryWait | null {
    return this.#wait;
  }

  /** What is done before the question is asked; null: it is asked. */
  get stage(): AnswerStage | null {
    return this.#stage;
  }

  /** No byte has come for 30 s; the person may stop or wait. */
  get stalled(): boolean {
    return this.#stalled;
  }

  /** Ends the answer and keeps what came. */
  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
  }

  keepWaiting(): void {
    this.#stalled = false;
    this.#noticeFrom = this.#clock.now();
  }

  /** Writes down what has come, now. */
  async flush(): Promise<void> {
    if (!this.#source || !isRunning(this.#latest)) return;
    this.#savedAt = this.#clock.now();
    this.#saving = this.#source.savePartial(this.#whole(this.#latest)).catch(() => undefined);
    await this.#saving;
  }

  /** Runs to the end, however it comes, and gives this call's part. Never rejects: a failure is part of the reply. */
  async run(source: AnswerSource): Promise<Reply> {
    this.#source = source;
    const startedAt = this.#clock.now();
    const watch = this.#watch();
    let ending: Ending;
    try {
      const hooks: AnswerHooks = {
        onWait: (wait) => {
          this.#wait = wait;
          this.#heard();
        },
        onBytes: () => this.#heard(),
        onStage: (stage) => {
          this.#stage = stage;
          this.#heard();
        },
      };
      let breathedAt = this.#clock.now();
      for await (const event of source.stream(this.#abort.signal, hooks)) {
        this.#take(event, startedAt);
        // A burst that lies ready would otherwise be read to its end in one task.
        if (this.#clock.now() - breathedAt >= sliceMs) {
          await this.#clock.breathe();
          breathedAt = this.#clock.now();
        }
      }
      ending = { kind: 'complete' };
    } catch (thrown) {
      ending = this.#stopped ? { kind: 'stopped' } : { kind: 'failed', failure: this.#failureOf(thrown) };
    } finally {
      clearInterval(watch);
    }
    this.#wait = null;
    this.#stage = null;
    this.#stalled = false;
    await this.#saving;
    this.#latest = end(this.#latest, ending, this.#clock.now() - startedAt);
    return this.#latest;
  }

  /** Shows the ended reply, and gives it whole: with the text, tokens and cost from before a continuation. */
  settle(call: Reply): Reply {
    this.#over = true;
    this.#latest = call;
    this.#reply = this.#whole(call);
    return this.#reply;
  }

  #take(event: ReplyEvent, startedAt: number): void {
    const next = fold(this.#latest, event);
    const first = next.firstTextMs === null && (event.type === 'text' || event.type === 'refusal');
    this.#latest = first ? { ...next, firstTextMs: this.#clock.now() - startedAt } : next;
    this.#wait = null;
    this.#draw();
    if (this.#clock.now() - this.#savedAt >= savePartialMs) void this.flush();
  }

  #draw(): void {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    this.#clock.onFrame(() => {
      this.#frameAsked = false;
      if (isRunning(this.#latest)) this.#reply = this.#whole(this.#latest);
    });
  }

  #whole(reply: Reply): Reply {
    return this.#before ? joinReplies(this.#before, reply) : reply;
  }

  #heard(): void {
    this.#lastByteAt = this.#noticeFrom = this.#clock.now();
    this.#stalled = false;
  }

  #watch(): ReturnType<typeof setInterval> {
    let lastTick = this.#clock.now();
    return setInterval(() => {
      const now = this.#clock.now();
      if (now - lastTick > frozenMs) this.#heard();
      lastTick = now;
      if (this.#wait) return;
      if (now - this.#lastByteAt > stallDeadlineMs) this.#abort.abort(stalled);
      else if (now - this.#noticeFrom > stallNoticeMs) this.#stalled = true;
    }, 1_000);
  }

  #failureOf(thrown: unknown): Failure {
    if (this.#abort.signal.reason === stalled) return { kind: 'stalled', detail: '' };
    // An abort that nobody here asked for: the browser gave the connection up, for example in the background.
    if ((thrown as { name?: unknown } | null)?.name === 'AbortError') return { kind: 'cut-off', detail: '' };
    return toFailure(thrown);
  }
}

const stalled = Symbol('stalled');
