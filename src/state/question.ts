import type { Connection } from '#domain/connection.ts';
import type { AssistantMessage, Conversation, Message, UserMessage } from '#domain/conversation.ts';
import type { Reply } from '#domain/reply.ts';
import type { AnswerEnding, SavedPrompt } from '#store';

/** What is asked, of whom, and under which message the answer is kept. */
export interface Question {
  readonly conversation: Conversation;
  readonly connection: Connection;
  /** The messages that are sent, ending with the prompt, or with the answer to go on from. */
  readonly branch: readonly Message[];
  readonly message: AssistantMessage;
  /** The answer that is continued, or null. */
  readonly before: Reply | null;
  readonly userMessage?: UserMessage | null;
  /** Draft that the prompt came from; forgotten in the transaction that saves the prompt. */
  readonly draftId?: string | null;
  /** A budget asked about this request, and the person agreed. */
  readonly approved?: boolean;
  onSaved?(saved: SavedPrompt): void;
}

/** An answer as it is to be kept. */
export type Ending = AnswerEnding;
