import { deviation, type Accuracy } from '#domain/accuracy.ts';
import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { Message, Part } from '#domain/conversation.ts';
import { estimateRequest, type EstimatedMessage, type Estimating } from '#domain/estimate.ts';
import { planPictures, ruleOf, type PicturePlan, type PlannedPicture } from '#domain/picture-plan.ts';
import type { RequestSettings } from '#domain/settings.ts';
import type { TokenCounter } from '#tokenizer';
import { encodedBytes } from './picture-encoding.ts';
import { countables, countRequest, countRoughly, toDraftMessage, type Countable } from './text-counts.ts';

export { countRoughly, estimateRequest };

/** What an estimate is made of. */
export interface EstimateSubject {
  readonly branch: readonly Message[];
  readonly draft: readonly Part[];
  readonly plan: PicturePlan;
  readonly settings: RequestSettings;
  readonly capabilities: ModelCapabilities | null;
  readonly connection: Connection | null;
}

/** A request as it would be sent; the last message is what is being written. */
export interface PlannedRequest {
  readonly subject: EstimateSubject;
  /** Pictures of earlier messages. */
  readonly planned: readonly PlannedPicture[];
  readonly messages: readonly Countable[];
}

/** How our figures for a deployment compared with its bills. */
export interface LearnedAccuracy {
  readonly samples: number;
  /** The largest deviation among them, as a ratio: 0.02 is 2 %. */
  readonly deviation: number;
}

/** The messages before the draft, counted: typing counts only what is typed. */
export interface CountedHistory {
  readonly of: EstimateSubject;
  readonly counted: { readonly messages: readonly EstimatedMessage[]; readonly textExact: boolean };
}

export function toRequest(subject: EstimateSubject): PlannedRequest {
  const { branch, draft, settings, plan } = subject;
  const message = toDraftMessage(draft);
  const planned = planPictures([...branch, message], ruleOf(settings), plan);
  return {
    subject,
    planned: planned.filter(({ messageId }) => messageId !== message.id),
    messages: countables([...branch, message], settings, planned),
  };
}

/** About how large the body of a request is. */
export function requestBytes({ messages }: PlannedRequest, capabilities: ModelCapabilities): number {
  const stored = messages.flatMap(({ pictures }) =>
    pictures.flatMap(({ picture }) => (picture.kind === 'picture' ? [picture] : [])),
  );
  return messages.reduce((sum, { text }) => sum + text.length, encodedBytes(stored, capabilities));
}

/** Counts a request; of what was counted before only the draft. */
export async function countPlanned(
  { messages, subject }: PlannedRequest,
  capabilities: ModelCapabilities,
  known: CountedHistory | null,
  counter: TokenCounter,
): Promise<Pick<Estimating, 'messages' | 'textExact'> & { readonly history: CountedHistory | null }> {
  const [history, draft] = await Promise.all([
    known && isSame(known.of, subject)
      ? known.counted
      : countRequest(messages.slice(0, -1), capabilities, counter),
    countRequest(messages.slice(-1), capabilities, counter),
  ]);
  return {
    messages: [...history.messages, ...draft.messages],
    textExact: history.textExact && draft.textExact,
    history: history.textExact ? { of: subject, counted: history } : null,
  };
}

export function learnedFrom(accuracy: Accuracy | null): LearnedAccuracy | null {
  const largest = accuracy && deviation(accuracy);
  return accuracy && largest !== null ? { samples: accuracy.samples.length, deviation: largest } : null;
}

/** Records never change, so what is the same object says the same. Pictures of the draft move the rule for earlier ones. */
function isSame(a: EstimateSubject, b: EstimateSubject): boolean {
  return (
    a.branch.length === b.branch.length &&
    a.branch.every((message, at) => message === b.branch[at]) &&
    a.settings === b.settings &&
    a.plan === b.plan &&
    a.capabilities === b.capabilities &&
    picturesIn(a) === picturesIn(b)
  );
}

function picturesIn({ draft }: EstimateSubject): number {
  return draft.filter(({ kind }) => kind !== 'text').length;
}
