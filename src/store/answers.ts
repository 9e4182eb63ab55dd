import type { AssistantMessage, Conversation } from '#domain/conversation.ts';
import type { AccuracySample } from '#domain/accuracy.ts';
import { isRunning, type Reply } from '#domain/reply.ts';
import { addEntry, removeEntry } from '#domain/totals.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import { addSample } from './accuracy.ts';
import type { AnswerLocks } from './answer-locks.ts';
import { fromStored, toStored } from './conversations.ts';
import { countWrite } from './mark.ts';
import { fromStoredMessage, putMessage } from './messages.ts';
import type { Room } from './room.ts';
import type { RunningAnswer, WriteTransaction } from './schema.ts';
import { countSpending } from './spending.ts';

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

const scope = ['messages', 'conversations', 'ledger', 'spending', 'outbox', 'meta'] as const;

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

    async commitAnswer({ message, ledgerEntries, sample }) {
      const committed = await database.write(
        [...scope, 'accuracy'],
        async (tx, afterwards) => {
          const running = await tx.objectStore('outbox').get(message.id);
          const adopted = running ? [] : await adoptedEntries(tx, message);
          const ending = await writeEnding(tx, message, ledgerEntries, adopted, room.now());
          if (sample) await addSample(tx, message, sample);
          const tally = await countWrite(tx, 0);
          afterwards(() => {
            room.mark.note(tally);
            announceEnding(room, message, ledgerEntries);
          });
          return ending;
        },
        'strict',
      );
      await locks.release(message.id);
      return committed;
    },

    async adoptInterrupted() {
      const adopted: AssistantMessage[] = [];
      const running = await listRunning();
      if (running.length === 0) return adopted;
      // Where it cannot be fetched, nobody is adopted this time; the start must not fail for it.
      const adoption = await import('./adoption.ts').catch(() => null);
      if (!adoption) return adopted;
      for (const { messageId } of running) {
        const message = await locks.ifDead(messageId, () => adopt(room, messageId, adoption));
        if (message) adopted.push(message);
      }
      return adopted;
    },
  };
}

/** The same in adoption.ts, which is fetched only when somebody is adopted. */
const adoptedPrefix = 'left-running:';

/** Under the answer's lock. Null where it had its ending already, or its conversation is gone. */
function adopt(
  room: Room,
  messageId: string,
  { interrupt, toAdoptedEntries }: typeof import('./adoption.ts'),
): Promise<AssistantMessage | null> {
  return room.database.write(
    [...scope, 'connections'],
    async (tx, afterwards) => {
      const running = await tx.objectStore('outbox').get(messageId);
      if (!running) return null;
      const stored = await tx.objectStore('messages').get(messageId);
      const message = stored && fromStoredMessage(stored);
      if (message?.role !== 'assistant' || !isRunning(message.reply)) {
        await tx.objectStore('outbox').delete(messageId);
        return null;
      }
      const interrupted = interrupt(message, running);
      const connection = await tx.objectStore('connections').get(message.connectionId);
      const prompt = await tx.objectStore('messages').get(message.parentId ?? '');
      const name = connection?.name ?? message.deployment;
      const entries = toAdoptedEntries(interrupted, running, name, prompt);
      const { message: record } = await writeEnding(tx, interrupted, entries, [], null);
      const tally = await countWrite(tx, 0);
      afterwards(() => {
        room.mark.note(tally);
        announceEnding(room, record, entries);
      });
      return record;
    },
    'strict',
  );
}

/** The rows that stand for this answer's newest call because its tab was thought gone. */
async function adoptedEntries(
  tx: WriteTransaction,
  message: AssistantMessage,
): Promise<readonly LedgerEntry[]> {
  const stored = await tx.objectStore('messages').get(message.id);
  if (stored?.role !== 'assistant' || stored.reply.failure?.kind !== 'left-running') return [];
  const range = IDBKeyRange.bound([message.conversationId, -Infinity], [message.conversationId, Infinity]);
  const entries = await tx.objectStore('ledger').index('conversation').getAll(range);
  const prefix = `${adoptedPrefix}${message.id}:`;
  const adopted = entries.filter((entry) => entry.id.startsWith(prefix));
  return adopted.filter(({ at }) => at === adopted.at(-1)?.at);
}

/** `endedAt` null: the conversation keeps its place in the list. */
async function writeEnding(
  tx: WriteTransaction,
  message: AssistantMessage,
  entries: readonly LedgerEntry[],
  replaced: readonly LedgerEntry[],
  endedAt: number | null,
): Promise<CommittedAnswer> {
  const ledger = tx.objectStore('ledger');
  await tx.objectStore('outbox').delete(message.id);
  const added: LedgerEntry[] = [];
  for (const entry of entries) {
    if ((await ledger.getKey(entry.id)) !== undefined) continue;
    await ledger.put(entry);
    await countSpending(tx, entry, 1);
    added.push(entry);
  }
  for (const entry of replaced) {
    await ledger.delete(entry.id);
    await countSpending(tx, entry, -1);
  }

  const conversations = tx.objectStore('conversations');
  const stored = await conversations.get(message.conversationId);
  // Deleted while it was answering: what was paid stays in the ledger, nothing comes back into the list.
  if (!stored) return { message, conversation: null };
  const before = await tx.objectStore('messages').get(message.id);
  const record = await putMessage(tx, { ...message, rev: before?.rev ?? message.rev });
  const conversation: Conversation = {
    ...fromStored(stored),
    totals: added.reduce(addEntry, replaced.reduce(removeEntry, stored.totals)),
    messageCount: stored.messageCount + (before ? 0 : 1),
    updatedAt: Math.max(stored.updatedAt, endedAt ?? 0),
    rev: stored.rev + 1,
  };
  await conversations.put(toStored(conversation));
  return { message: record, conversation };
}

function announceEnding(
  room: Room,
  { id, conversationId }: AssistantMessage,
  entries: readonly LedgerEntry[],
): void {
  room.announce({ kind: 'message', id, conversationId });
  room.announce({ kind: 'conversation', id: conversationId, conversationId });
  for (const entry of entries) room.announce({ kind: 'ledger', id: entry.id, conversationId });
}
