import type { OverBudget } from '#domain/budget.ts';
import type { AssistantMessage, Conversation, Message, UserMessage } from '#domain/conversation.ts';
import { fromStored, putConversation } from './conversations.ts';
import { isStale, type Room, type Saved } from './room.ts';
import { refuse } from './failures.ts';
import type { SpendingWindow } from './spending.ts';
import type { AnswerLocks } from './answer-locks.ts';
import type { RunningAnswer, StoredMessage, WriteTransaction } from './schema.ts';

export interface MessageVerbs {
  /** The whole tree of one conversation, in the order of `seq`. */
  listMessages(conversationId: string): Promise<readonly Message[]>;
  /**
   * Everything of a prompt in one strict transaction, before the network is touched: conversation (made where it is
   * new), prompt (null when an answer is made again), pending answer, the record that it is running; the draft it
   * came from is cleared. From here until `commitAnswer` this tab holds the answer's lock, by which other tabs see
   * that it lives. `stale`: the conversation or a message was changed elsewhere, or the answer is running elsewhere;
   * nothing was written. `over-budget`: nor was it, because a budget speaks against it (tabs cannot overrun one
   * together: this is decided in the same transaction).
   */
  savePrompt(prompt: Prompt): Promise<PromptOutcome>;
  /** Any other change of a message; a new one is counted in its conversation. */
  saveMessage(message: Message): Promise<Saved<Message>>;
}

export interface Prompt {
  /** With its new leaf; `totals` and `messageCount` are the store's own. */
  readonly conversation: Conversation;
  readonly userMessage: UserMessage | null;
  /** Waiting. When a cut-off answer goes on, it is that message with its text. */
  readonly assistantMessage: AssistantMessage;
  readonly outbox: Pick<RunningAnswer, 'startedAt' | 'tabId' | 'expected'>;
  /** What the budgets count from; absent: they are not asked. */
  readonly window?: SpendingWindow;
  /** The person was asked and agreed: only a budget that blocks still speaks. */
  readonly approved?: boolean;
  /** `new`, or the conversation's id; null leaves drafts alone. */
  readonly draftId: string | null;
}

export interface SavedPrompt {
  readonly conversation: Conversation;
  readonly userMessage: UserMessage | null;
  readonly assistantMessage: AssistantMessage;
}

export function messageVerbs(room: Room, locks: AnswerLocks): MessageVerbs {
  const { database } = room;
  return {
    async listMessages(conversationId) {
      const stored = await database.read(['messages'], (tx) =>
        tx.objectStore('messages').index('conversation').getAll(messagesOf(conversationId)),
      );
      return stored.map(fromStoredMessage);
    },

    async savePrompt(prompt) {
      // The answer's ending will be written by it: fetched while there is a network.
      void import('./answer-endings.ts').catch(() => undefined);
      const answer: RunningAnswer = {
        ...prompt.outbox,
        messageId: prompt.assistantMessage.id,
        conversationId: prompt.conversation.id,
      };
      const { writePrompt } = await import('./prompts.ts').catch(refuse);
      const held = await locks.hold(answer);
      try {
        const saved = await database.write(
          ['conversations', 'messages', 'outbox', 'drafts', 'meta', 'spending'],
          (tx, afterwards) => writePrompt(room, tx, afterwards, prompt, held ? answer : null),
          'strict',
        );
        if (saved.kind !== 'saved' && held) await locks.release(answer.messageId);
        return saved;
      } catch (error) {
        if (held) await locks.release(answer.messageId);
        throw error;
      }
    },

    saveMessage: (message) =>
      database.write<Saved<Message>>(['conversations', 'messages'], async (tx, afterwards) => {
        const stored = await tx.objectStore('messages').get(message.id);
        if (isStale(stored, message))
          return { kind: 'stale', current: stored ? fromStoredMessage(stored) : null };
        const record = await putMessage(tx, message);
        const conversation = await tx.objectStore('conversations').get(message.conversationId);
        const isNew = !stored && conversation !== undefined;
        if (isNew) await putConversation(tx, fromStored(conversation), conversation, 1);
        afterwards(() => {
          const { id, conversationId } = record;
          room.announce({ kind: 'message', id, conversationId });
          if (isNew) room.announce({ kind: 'conversation', id: conversationId, conversationId });
        });
        return { kind: 'saved', record };
      }),
  };
}

export type PromptOutcome =
  Saved<SavedPrompt, Conversation> | { readonly kind: 'over-budget'; readonly verdict: OverBudget };

/** Puts with the next `rev`. */
export async function putMessage<M extends Message>(tx: WriteTransaction, message: M): Promise<M> {
  const record = { ...message, rev: message.rev + 1 };
  await tx.objectStore('messages').put({ ...record, attachmentIds: attachmentsOf(record) });
  return record;
}

export function fromStoredMessage(stored: StoredMessage): Message {
  const message: Message & { attachmentIds?: readonly string[] } = { ...stored };
  delete message.attachmentIds;
  return message;
}

export function messagesOf(conversationId: string): IDBKeyRange {
  return IDBKeyRange.bound([conversationId, -Infinity], [conversationId, Infinity]);
}

function attachmentsOf(message: Message): readonly string[] {
  if (message.role === 'assistant') return [];
  const ids = message.parts.flatMap((part) => (part.kind === 'picture' ? [part.attachmentId] : []));
  const files = message.parts.flatMap((part) => (part.kind === 'video' ? [part.fingerprint] : []));
  const analysisIds = message.findings?.pictures.map(({ analysisId }) => analysisId) ?? [];
  return [...new Set([...ids, ...files, ...analysisIds])];
}
