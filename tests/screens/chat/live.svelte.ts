import { vi } from 'vitest';
import { emptyReply, type Reply } from '#domain/reply.ts';
import type { LiveAnswer, RetryWaitView } from '#screens/chat/chat-views.ts';

/** An answer under way, told by the test what to say. */
export class LiveInMemory implements LiveAnswer {
  reply = $state.raw<Reply>({ ...emptyReply, startedAt: Date.now() });
  wait = $state.raw<RetryWaitView | null>(null);
  stalled = $state(false);
  readonly stop = vi.fn();
  readonly keepWaiting = vi.fn();
  readonly messageId: string;

  constructor(messageId: string) {
    this.messageId = messageId;
  }

  say(text: string): void {
    this.reply = { ...this.reply, status: 'streaming', text: this.reply.text + text };
  }
}
