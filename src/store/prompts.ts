import { fromStored, putConversation } from './conversations.ts';
import { countWrite } from './mark.ts';
import { putMessage, type Prompt, type PromptOutcome, type SavedPrompt } from './messages.ts';
import { isStale, type Room } from './room.ts';
import type { RunningAnswer, WriteTransaction } from './schema.ts';
import { judgeRequest } from './spending.ts';

/**
 * Everything of a prompt, in the transaction given (`MessageVerbs.savePrompt`). `answer` null: it is running elsewhere.
 * Fetched with the first question.
 */
export async function writePrompt(
  room: Room,
  tx: WriteTransaction,
  afterwards: (effect: () => void) => void,
  { conversation, userMessage, assistantMessage, draftId, window, approved }: Prompt,
  answer: RunningAnswer | null,
): Promise<PromptOutcome> {
  const messages = tx.objectStore('messages');
  const stored = await tx.objectStore('conversations').get(conversation.id);
  const storedPrompt = userMessage ? await messages.get(userMessage.id) : undefined;
  const storedAnswer = await messages.get(assistantMessage.id);
  const stale =
    isStale(stored, conversation) ||
    isStale(storedAnswer, assistantMessage) ||
    (userMessage !== null && isStale(storedPrompt, userMessage));
  if (answer === null || stale) return { kind: 'stale', current: stored ? fromStored(stored) : null };
  if (window && answer.expected) {
    const verdict = await judgeRequest(tx, answer.expected, window);
    if (verdict.kind === 'block' || (verdict.kind === 'ask' && !approved))
      return { kind: 'over-budget', verdict };
  }

  const newMessages = (userMessage && !storedPrompt ? 1 : 0) + (storedAnswer ? 0 : 1);
  const record: SavedPrompt = {
    conversation: await putConversation(tx, conversation, stored, newMessages),
    userMessage: userMessage && (await putMessage(tx, userMessage)),
    assistantMessage: await putMessage(tx, assistantMessage),
  };
  await tx.objectStore('outbox').put(answer);
  if (draftId !== null) await tx.objectStore('drafts').delete(draftId);
  const tally = await countWrite(tx, stored ? 0 : 1);
  afterwards(() => {
    room.mark.note(tally);
    const conversationId = conversation.id;
    room.announce({ kind: 'conversation', id: conversationId, conversationId });
    if (userMessage) room.announce({ kind: 'message', id: userMessage.id, conversationId });
    room.announce({ kind: 'message', id: assistantMessage.id, conversationId });
    if (draftId !== null) room.announce({ kind: 'draft', id: draftId });
  });
  return { kind: 'saved', record };
}
