import type { AssistantMessage, Conversation } from '#domain/conversation.ts';
import { isRunning } from '#domain/reply.ts';
import { addEntry, removeEntry } from '#domain/totals.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import { addSample } from './accuracy.ts';
import { adoptedPrefix, interrupt, toAdoptedEntries } from './adoption.ts';
import type { AnswerEnding, CommittedAnswer } from './answers.ts';
import { fromStored, toStored } from './conversations.ts';
import { countWrite } from './mark.ts';
import { fromStoredMessage, putMessage } from './messages.ts';
import type { Room } from './room.ts';
import type { WriteTransaction } from './schema.ts';
import { countSpending } from './spending.ts';

const scope = ['messages', 'conversations', 'ledger', 'spending', 'outbox', 'meta'] as const;

/** The ending of an answer in one strict transaction (`AnswerVerbs.commitAnswer`). Fetched with the first question. */
export function commitAnswer(
  room: Room,
  { message, ledgerEntries, sample }: AnswerEnding,
): Promise<CommittedAnswer> {
  return room.database.write(
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
}

/**
 * Gives an answer that was left running its ending, under its lock. Null where it had its ending already, or its conversation is gone.
 */
export function adopt(room: Room, messageId: string): Promise<AssistantMessage | null> {
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
