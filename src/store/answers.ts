import type { AssistantMessage, Conversation } from '#domain/conversation.ts';
import type { AccuracySample } from '#domain/accuracy.ts';
import type { Reply } from '#domain/reply.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import type { AnswerLocks } from './answer-locks.ts';
import { refuse } from './failures.ts';
import type { Room } from './room.ts';
import type { RunningAnswer } from './schema.ts';

export interface AnswerVerbs {
  /**
   * What has come so far, for an answer that this tab began by `savePrompt`; nothing happens for any other, or once
   * it is committed. Touches one small record and asks no strictness: made for every second and for `pagehide`.
   */
  savePartial(messageId: string, reply: Reply): Promise<void>;
  /** Answers under way in any tab, with their partial texts. */
  listRunning(): Promise<readonly RunningAnswer[]>;
  /**
   * The ending of an answer, whatever it is, in one strict transaction: message, ledger rows (one for each thing that
   * was bought), the conversation's totals and place in the list, what the bill taught about our estimates, and the
   * answer is no longer running. Doing it twice counts once. A row that `adoptInterrupted` wrote meanwhile is replaced.
   */
  commitAnswer(ending: AnswerEnding): Promise<CommittedAnswer>;
  /**
   * Gives every answer that was left running by a tab that is gone its ending: interrupted, with the text that was
   * saved, and ledger rows of what it was expected to buy, as far as it had come. Answers of living tabs, frozen ones too, are not touched.
   */
  adoptInterrupted(): Promise<readonly AssistantMessage[]>;
}

export interface AnswerEnding {
  readonly message: AssistantMessage;
  readonly ledgerEntries: readonly LedgerEntry[];
  /** Absent: nothing was billed that could be compared. */
  readonly sample?: AccuracySample | null;
}

export interface CommittedAnswer {
  readonly message: AssistantMessage;
  /** Null where it was deleted meanwhile. */
  readonly conversation: Conversation | null;
}

export function answerVerbs(room: Room, locks: AnswerLocks): AnswerVerbs {
  const { database } = room;
  const listRunning = (): Promise<readonly RunningAnswer[]> =>
    database.read(['outbox'], (tx) => tx.objectStore('outbox').getAll());

  return {
    async savePartial(messageId, reply) {
      const answer = locks.held(messageId);
      if (!answer) return;
      await database.write(['outbox'], async (tx, afterwards) => {
        // Known without reading: one request, committed at once, has the best chance in a page that is going away.
        const put = tx.objectStore('outbox').put({ ...answer, reply });
        tx.commit();
        await put;
        afterwards(() =>
          room.announce({ kind: 'partial', id: messageId, conversationId: answer.conversationId }),
        );
      });
    },

    listRunning,

    async commitAnswer(ending) {
      const { commitAnswer } = await import('./answer-endings.ts').catch(refuse);
      const committed = await commitAnswer(room, ending);
      await locks.release(ending.message.id);
      return committed;
    },

    async adoptInterrupted() {
      const adopted: AssistantMessage[] = [];
      const running = await listRunning();
      if (running.length === 0) return adopted;
      // Where it cannot be fetched, nobody is adopted this time; the start must not fail for it.
      const endings = await import('./answer-endings.ts').catch(() => null);
      if (!endings) return adopted;
      for (const { messageId } of running) {
        const message = await locks.ifDead(messageId, () => endings.adopt(room, messageId));
        if (message) adopted.push(message);
      }
      return adopted;
    },
  };
}
