import type { Connection } from './connection.ts';
import {
  branchTo,
  nextSeq,
  noTotals,
  titleOf,
  type AssistantMessage,
  type Conversation,
  type Message,
  type Part,
  type UserMessage,
} from './conversation.ts';
import { emptyReply } from './reply.ts';
import type { PicturePlan } from './picture-plan.ts';
import type { RequestSettings } from './settings.ts';

/** A prompt and its pending answer, as they are saved before the network is touched. */
export interface Turn {
  readonly conversation: Conversation;
  /** Null: an earlier prompt is answered once more. */
  readonly prompt: UserMessage | null;
  readonly answer: AssistantMessage;
  /** What is sent, ending with the prompt. */
  readonly branch: readonly Message[];
}

export interface Asking {
  /** Null: the first turn makes the conversation. */
  readonly conversation: Conversation | null;
  /** The whole tree. */
  readonly messages: readonly Message[];
  /** What the prompt follows; without a prompt, what is answered once more. */
  readonly parentId: string | null;
  readonly parts: readonly Part[] | null;
  readonly connection: Pick<Connection, 'id' | 'deployment'>;
  readonly settings: RequestSettings;
  /** What the person chose for the pictures of this request alone. */
  readonly plan: PicturePlan;
  /** Its pictures are not read first, whatever the settings say. */
  readonly skipsReading?: boolean;
  /** Title of a conversation that begins without a word. */
  readonly fallbackTitle: string;
  readonly ids: { readonly conversation: string; readonly prompt: string; readonly answer: string };
  /** Epoch milliseconds. */
  readonly now: number;
}

export function beginTurn(asking: Asking): Turn {
  const { conversation, messages, parentId, parts, connection, plan, ids, now } = asking;
  const base = { conversationId: conversation?.id ?? ids.conversation, createdAt: now, rev: 0 };
  const seq = nextSeq(messages);
  const prompt: UserMessage | null = parts && {
    ...base,
    role: 'user',
    id: ids.prompt,
    parentId,
    seq,
    parts,
    ...(asking.skipsReading ? { skipsReading: true } : {}),
  };
  const answer: AssistantMessage = {
    ...base,
    role: 'assistant',
    id: ids.answer,
    parentId: prompt?.id ?? parentId,
    seq: prompt ? seq + 1 : seq,
    connectionId: connection.id,
    deployment: connection.deployment,
    reply: emptyReply,
    omittedPictures: 0,
    ...(Object.keys(plan).length > 0 ? { plan } : {}),
  };
  return {
    conversation: { ...(conversation ?? newConversation(asking)), ...inView(asking, answer.id) },
    prompt,
    answer,
    branch: [...branchTo(messages, parentId), ...(prompt ? [prompt] : [])],
  };
}

function inView({ connection, settings, now }: Asking, leafId: string): Partial<Conversation> {
  return { connectionId: connection.id, settings, leafId, updatedAt: now };
}

function newConversation({ ids, parts, settings, fallbackTitle, connection, now }: Asking): Conversation {
  const words = (parts ?? []).flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join(' ');
  return {
    id: ids.conversation,
    title: titleOf(words, fallbackTitle),
    titledBy: 'prompt',
    connectionId: connection.id,
    settings,
    leafId: null,
    totals: noTotals,
    messageCount: 0,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    rev: 0,
  };
}
