import { deviation, type Accuracy } from '#domain/accuracy.ts';
import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { Message, Part } from '#domain/conversation.ts';
import { enhancementsAt } from '#domain/enhancements.ts';
import {
  estimateRequest,
  type EstimatedMessage,
  type Estimating,
  type FindingsTokens,
} from '#domain/estimate.ts';
import { findingsText } from '#domain/findings.ts';
import { planPictures, ruleOf, type PicturePlan, type PlannedPicture } from '#domain/picture-plan.ts';
import type { RequestSettings } from '#domain/settings.ts';
import type { TokenCounter } from '#tokenizer';
import { costOfMeter, meterPriceFor } from './meter-price.ts';
import { encodedBytes } from './picture-encoding.ts';
import { planReading, readingOf, type ReadingPlan } from './reading-plan.ts';
import type { Services } from './services.ts';
import {
  countables,
  countRequest,
  countRoughly,
  plannedVideo,
  toDraftMessage,
  type Countable,
} from './text-counts.ts';

export { countRoughly, estimateRequest };

/** What an estimate is made of. */
export interface EstimateSubject {
  readonly branch: readonly Message[];
  readonly draft: readonly Part[];
  readonly plan: PicturePlan;
  readonly settings: RequestSettings;
  readonly capabilities: ModelCapabilities | null;
  readonly connection: Connection | null;
  readonly skipsReading: boolean;
}

/** A request as it would be sent; the last message is what is being written. */
export interface PlannedRequest {
  readonly subject: EstimateSubject;
  /** Pictures of earlier messages. */
  readonly planned: readonly PlannedPicture[];
  readonly messages: readonly Countable[];
  /** It goes with a video of an index. */
  readonly hasVideo: boolean;
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
  const { branch, draft, settings, plan, connection, capabilities } = subject;
  const message = toDraftMessage(draft);
  const whole = [...branch, message];
  const planned = planPictures(whole, ruleOf(settings), plan);
  const video = plannedVideo(whole, planned, connection, capabilities);
  return {
    subject,
    planned: planned.filter(({ messageId }) => messageId !== message.id),
    messages: countables(whole, settings, planned, video),
    hasVideo: video !== null,
  };
}

/** What reading the pictures of the draft would take; null: they are not read. */
export async function draftReading(
  subject: EstimateSubject,
  services: Services,
): Promise<ReadingPlan | null> {
  const { draft, settings, connection, skipsReading } = subject;
  if (!connection) return null;
  const prompt = { parts: draft, ...(skipsReading ? { skipsReading } : {}) };
  const reading = readingOf(prompt, settings, connection);
  return reading && planReading(draft, reading, connection, services);
}

/** What reading the draft's pictures takes. */
export interface DraftReading {
  readonly pictures: number;
  /** Of them, those that need not be paid for again. */
  readonly known: number;
  readonly transactions: number;
  /** Null: the price is not known. */
  readonly costNanos: number | null;
}

export function inShort({ pictures, units, costNanos }: ReadingPlan): DraftReading {
  return {
    pictures: pictures.length,
    known: pictures.filter(({ missing }) => missing.length === 0).length,
    transactions: units.reduce((sum, { quantity }) => sum + quantity, 0),
    costNanos,
  };
}

/** What is known of the pictures already is counted; what is yet to be read is at most its budget. */
export async function expectedFindings(
  plan: ReadingPlan,
  { branch }: EstimateSubject,
  capabilities: ModelCapabilities,
  services: Services,
): Promise<FindingsTokens> {
  const { budgetTokens } = plan.settings;
  if (plan.pictures.some(({ missing }) => missing.length > 0)) return { tokens: budgetTokens, upTo: true };
  const { findingsOf } = await import('./picture-reading.ts');
  const readings = plan.pictures.flatMap(({ id, partIndex, part, known }) =>
    known
      ? [
          {
            partIndex,
            analysisId: id,
            analysis: known.analysis,
            sizePx: {
              widthPx: part.widthPx ?? known.analysis.analysedSize.widthPx,
              heightPx: part.heightPx ?? known.analysis.analysedSize.heightPx,
            },
          },
        ]
      : [],
  );
  const encoding = capabilities.encoding ?? 'o200k_base';
  const findings = await findingsOf(readings, branch, budgetTokens, encoding, services);
  const counter = await services.loadCounter();
  const { tokens } = await counter.count(findingsText(findings), encoding);
  return { tokens, upTo: false };
}

/** Enhancements, Image Analysis and a video's index; null: a price is not known. */
export async function extraNanos(
  { subject, hasVideo }: PlannedRequest,
  capabilities: ModelCapabilities,
  reading: ReadingPlan | null,
  { connections, prices }: Services,
): Promise<number | null> {
  const { connection, settings } = subject;
  const { ocrEnhancement, groundingEnhancement } = settings;
  const isAsked = connection && !hasVideo && enhancementsAt(connection, capabilities).kind === 'available';
  const meters = [
    ...(isAsked && ocrEnhancement ? (['ocr-enhancement'] as const) : []),
    ...(isAsked && groundingEnhancement ? (['grounding-enhancement'] as const) : []),
    ...(hasVideo ? (['video-query'] as const) : []),
  ];
  if (!connection || meters.length === 0) return reading ? reading.costNanos : 0;
  const pricing = { catalog: await connections.catalog(), book: prices.book };
  const costs = meters.map((meter) =>
    costOfMeter({ quantity: 1, price: meterPriceFor(meter, connection, pricing) }),
  );
  const all = [...costs, reading ? reading.costNanos : 0];
  return all.includes(null) ? null : all.reduce<number>((sum, nanos) => sum + (nanos ?? 0), 0);
}

/** Gives what is expected to be found to the message that is being written. */
export function withExpected<Counted extends Pick<Estimating, 'messages' | 'textExact'>>(
  counted: Counted,
  findings: FindingsTokens | null,
): Counted {
  const last = counted.messages.at(-1);
  if (!findings || !last) return counted;
  return { ...counted, messages: [...counted.messages.slice(0, -1), { ...last, findings }] };
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
    a.connection === b.connection &&
    picturesIn(a) === picturesIn(b)
  );
}

function picturesIn({ draft }: EstimateSubject): number {
  return draft.filter(({ kind }) => kind !== 'text').length;
}
