import type { ModelCapabilities } from './connection.ts';
import { isPicture, type Message, type Part, type PicturePart, type VideoPart } from './conversation.ts';
import type { Enhancements } from './enhancements.ts';
import type { Failure } from './failure.ts';
import { findingsText, type Findings } from './findings.ts';
import { frameNote, transcriptNote, videoIntroduction } from './frame-plan.ts';
import type { Detail } from './image-tokens.ts';
import {
  pictureId,
  planPictures,
  ruleOf,
  toSent,
  type Area,
  type PicturePlan,
  type PlannedPicture,
  type SentPicture,
} from './picture-plan.ts';
import type { RequestSettings } from './settings.ts';
import { between } from './transcript.ts';
import { videoNotHere, videoOf, videoProblem, type SentVideo, type VideoChatAt } from './video-chat.ts';

/** A chat request in our words; `azure/` turns it into the wire's. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly maxTokensParam: 'max_tokens' | 'max_completion_tokens';
  readonly stream: boolean;
  /** Ask for usage in a stream; only where the API version takes it. Decided by `azure/` from the API version. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly responseFormat?: 'json';
  readonly reasoningEffort?: string;
  /** Only where the connection has them; the second resource's key is added by `azure/`. */
  readonly enhancements?: Enhancements;
  /** The index of the video that one of the messages names. */
  readonly video?: { readonly indexName: string };
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly ChatPart[];
}

export type ChatPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `picture` names an entry of the data-URL map that goes with the request. */
  | { readonly kind: 'picture'; readonly picture: string; readonly detail: Detail }
  | { readonly kind: 'picture-url'; readonly url: string; readonly detail: Detail }
  /** A document of the index that goes with the request. */
  | { readonly kind: 'video-document'; readonly documentId: string };

export type Composed =
  | {
      readonly ok: true;
      readonly request: ChatRequest;
      /** What is sent of each picture, in order. */
      readonly pictures: readonly SentPicture[];
      readonly omittedPictures: number;
    }
  | { readonly ok: false; readonly failure: Failure };

export interface Composing {
  /** Absent: the connection has none, whatever the settings say. */
  readonly enhancements?: Enhancements | undefined;
  /** Whether the connection can be asked about a video of an index; absent: it cannot. */
  readonly video?: VideoChatAt | undefined;
  /** The branch to answer, ending with the person's message, or with the answer to go on from. */
  readonly branch: readonly Message[];
  readonly settings: RequestSettings;
  /** For this request alone; lies over the rule in the settings. */
  readonly plan: PicturePlan;
  readonly capabilities: ModelCapabilities;
  /** The parameter name this deployment was found to want. */
  readonly learned?: 'max_tokens' | 'max_completion_tokens' | undefined;
  /** Name of a picture's entry in the data-URL map. */
  readonly pictureKey: (part: PicturePart & { readonly crop?: Area }) => string;
}

/**
 * The request for a branch, or the limit it breaks. Settings that the model refuses are left out here, so that
 * a conversation can be carried from one model to another.
 */
export function toChatRequest(composing: Composing): Composed {
  const { branch, settings, capabilities, plan } = composing;
  const planned = planPictures(branch, ruleOf(settings), plan);
  const video = sentVideo(composing, planned);
  // Beside a video no picture may go: those of earlier prompts are left out.
  const sent = new Map(planned.map((picture) => [picture.id, video ? null : toSent(picture)]));
  const pictures = [...sent.values()].filter((picture) => picture !== null);
  const kept = pictures.length;
  const refused =
    refuseVideo(composing) ??
    refuse(kept, capabilities) ??
    refuseForEnhancements(kept, composing.enhancements);
  if (refused) return { ok: false, failure: refused };

  return {
    ok: true,
    pictures,
    omittedPictures: planned.length - kept,
    request: {
      messages: toMessages(composing, sent, video),
      maxTokens: capTokens(settings.maxTokens, capabilities.maxOutputTokens),
      maxTokensParam: maxTokensParam(composing),
      stream: settings.stream && capabilities.streams,
      ...sampling(settings, capabilities),
      ...(wantsJson(settings, capabilities, kept > 0 || video !== null)
        ? { responseFormat: 'json' as const }
        : {}),
      ...(settings.reasoningEffort !== null &&
      capabilities.reasoningEfforts.includes(settings.reasoningEffort)
        ? { reasoningEffort: settings.reasoningEffort }
        : {}),
      ...(composing.enhancements && kept > 0 ? { enhancements: composing.enhancements } : {}),
      ...(video ? { video: { indexName: video.part.indexName } } : {}),
    },
  };
}

/** Whether JSON mode may be asked for: some models refuse it, some only together with pictures. */
export function takesJson(capabilities: ModelCapabilities, withPictures: boolean): boolean {
  return withPictures ? capabilities.jsonModeWithPictures : capabilities.jsonMode;
}

/** Whether temperature and its like are accepted with these settings. */
export function takesSampling(settings: RequestSettings, capabilities: ModelCapabilities): boolean {
  if (capabilities.takesSampling === 'effort-none-only') return settings.reasoningEffort === 'none';
  return capabilities.takesSampling;
}

function refuse(pictures: number, capabilities: ModelCapabilities): Failure | null {
  if (pictures > 0 && !capabilities.takesPictures) return { kind: 'pictures-not-supported', detail: '' };
  if (pictures > capabilities.maxPictures) {
    return { kind: 'too-many-pictures', actual: pictures, limit: capabilities.maxPictures, detail: '' };
  }
  return null;
}

/** "Only one image" a request (Learn, "GPT-4 Turbo with Vision concepts"). */
function refuseForEnhancements(pictures: number, enhancements: Enhancements | undefined): Failure | null {
  return enhancements && pictures > 1
    ? { kind: 'enhancements-one-picture', actual: pictures, limit: 1, detail: '' }
    : null;
}

/** An earlier video is left out where the connection has none, so that a conversation can change its model. */
function sentVideo({ branch, video }: Composing, planned: readonly PlannedPicture[]): SentVideo | null {
  if (video?.kind !== 'available') return null;
  const pictured = planned.filter((picture) => toSent(picture) !== null);
  return videoOf(branch, new Set(pictured.map(({ messageId }) => messageId)));
}

function refuseVideo({ branch, video }: Composing): Failure | null {
  const prompt = branch.findLast((message) => message.role === 'user');
  if (!prompt?.parts.some(({ kind }) => kind === 'video-document')) return null;
  const problem = videoProblem(prompt.parts);
  if (problem) return problem;
  if (video?.kind !== 'available') return videoNotHere(video ?? { kind: 'not-this-model' });
  const hasWords = prompt.parts.some((part) => part.kind === 'text' && part.text.trim() !== '');
  return hasWords ? null : { kind: 'video-without-words', detail: '' };
}

function toMessages(
  composing: Composing,
  sent: ReadonlyMap<string, SentPicture | null>,
  video: SentVideo | null,
): readonly ChatMessage[] {
  const { branch, settings } = composing;
  const messages: ChatMessage[] = [];
  const systemPrompt = settings.systemPrompt.trim();
  if (systemPrompt !== '') messages.push({ role: 'system', parts: [{ kind: 'text', text: systemPrompt }] });

  for (const message of branch) {
    if (message.role === 'assistant') {
      const text = message.reply.withdrawn ? '' : message.reply.text || message.reply.refusal;
      if (text !== '') messages.push({ role: 'assistant', parts: [{ kind: 'text', text }] });
      continue;
    }
    const parts = message.parts.flatMap((part, at): readonly ChatPart[] => {
      if (part.kind === 'text') return [part];
      if (part.kind === 'video-document') {
        return part === video?.part
          ? [{ kind: 'video-document', documentId: part.documentId }]
          : [{ kind: 'text', text: videoLeftOutNote(part.name) }];
      }
      if (part.kind === 'video') return [{ kind: 'text', text: introductionOf(part, message.parts) }];
      const picture = sent.get(pictureId(message.id, at));
      if (!picture) return [{ kind: 'text', text: leftOutNote }];
      const note = partNote(part, message.parts) ?? frameNotes(part, message.parts);
      const shown = toChatPart(picture, composing.pictureKey);
      return note === null ? [shown] : [{ kind: 'text', text: note }, shown];
    });
    messages.push({ role: 'user', parts: videoFirst(withFindings(parts, message.findings)) });
  }
  if (branch.at(-1)?.role === 'assistant') {
    messages.push({ role: 'user', parts: [{ kind: 'text', text: goOn }] });
  }
  return messages;
}

/** The model is told, so that it does not answer about a picture it cannot see. */
export const leftOutNote = '[A picture sent earlier is left out of this request.]';
/** The name, so that the model can put what was said of it in its place. */
export function videoLeftOutNote(name: string): string {
  return `[A video sent earlier, "${name}", is left out of this request.]`;
}

export const goOn =
  'Continue your last message exactly where it stops. Do not repeat anything and do not comment on this.';

/**
 * Where a part of a picture is, in words: said before it, so that the model can put both together. Null for a whole
 * picture.
 */
export function partNote(part: Part, among: readonly Part[]): string | null {
  if (part.kind !== 'picture' || !part.crop) return null;
  const pictures = among.filter(isPicture);
  const whole = pictures.findIndex(
    (other) => other.kind === 'picture' && !other.crop && other.attachmentId === part.attachmentId,
  );
  const { left, top, width, height } = part.crop;
  const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
  const of =
    whole < 0 ? 'a larger picture' : pictures.length === 2 ? 'the other picture' : `picture ${whole + 1}`;
  return `[The next picture is a part of ${of}, enlarged: ${percent(left)} to ${percent(left + width)} of its width from the left, ${percent(top)} to ${percent(top + height)} of its height from the top.]`;
}

function introductionOf(video: VideoPart, among: readonly Part[]): string {
  const frames = framesOf(video.videoId, among);
  const { segments = [] } = video.transcript ?? {};
  const before = between(segments, 0, frames[0]?.frame.atSeconds ?? Infinity);
  const introduction = videoIntroduction(
    video.name,
    video.durationSeconds,
    frames.length,
    segments.length > 0,
  );
  return before.length > 0 ? `${introduction}\n${transcriptNote(before)}` : introduction;
}

/** All that is said of the videos of a message beside its frames: it is billed as text. */
export function videoNotes(parts: readonly Part[], isSent: (place: number) => boolean): readonly string[] {
  if (!parts.some(({ kind }) => kind === 'video')) return [];
  return parts.flatMap((part, place) => {
    if (part.kind === 'video') return [introductionOf(part, parts)];
    return isSent(place) ? (frameNotes(part, parts) ?? []) : [];
  });
}

/** A frame's time stands before it. Its words, until the next frame, stand there too: pictures carry none. */
function frameNotes(part: Part, among: readonly Part[]): string | null {
  if (part.kind !== 'picture' || !part.frame) return null;
  const { videoId, atSeconds } = part.frame;
  const video = among.find((one) => one.kind === 'video' && one.videoId === videoId);
  const next = framesOf(videoId, among).find(({ frame }) => frame.atSeconds > atSeconds);
  const segments = video?.kind === 'video' ? (video.transcript?.segments ?? []) : [];
  const spoken = between(segments, atSeconds, next?.frame.atSeconds ?? Infinity);
  return [frameNote(atSeconds), ...(spoken.length > 0 ? [transcriptNote(spoken)] : [])].join('\n');
}

function framesOf(videoId: string, among: readonly Part[]) {
  return among.flatMap((part) =>
    part.kind === 'picture' && part.frame?.videoId === videoId ? [{ ...part, frame: part.frame }] : [],
  );
}

/** The video's id first and one text second: in any other order "unexpected behaviour" is to be expected (Learn). */
function videoFirst(parts: readonly ChatPart[]): readonly ChatPart[] {
  const video = parts.filter(({ kind }) => kind === 'video-document');
  if (video.length === 0) return parts;
  const text = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');
  return [...video, { kind: 'text', text }];
}

/** Before the question, so that the question is what was read last. */
function withFindings(parts: readonly ChatPart[], findings: Findings | undefined): readonly ChatPart[] {
  const text = findings ? findingsText(findings) : '';
  if (text === '') return parts;
  const afterPictures = parts.findLastIndex(({ kind }) => kind !== 'text') + 1;
  return [...parts.slice(0, afterPictures), { kind: 'text', text }, ...parts.slice(afterPictures)];
}

function toChatPart(picture: SentPicture, pictureKey: Composing['pictureKey']): ChatPart {
  return picture.kind === 'picture'
    ? { kind: 'picture', picture: pictureKey(picture), detail: picture.detail }
    : { kind: 'picture-url', url: picture.url, detail: picture.detail };
}

function maxTokensParam({ capabilities, learned }: Composing): 'max_tokens' | 'max_completion_tokens' {
  if (learned) return learned;
  return capabilities.maxTokensParam === 'max_completion_tokens' ? 'max_completion_tokens' : 'max_tokens';
}

function capTokens(wanted: number, most: number | null): number {
  return Math.max(1, most === null ? wanted : Math.min(wanted, most));
}

function sampling(settings: RequestSettings, capabilities: ModelCapabilities): Partial<ChatRequest> {
  if (!takesSampling(settings, capabilities)) return {};
  return {
    ...(settings.temperature !== null ? { temperature: settings.temperature } : {}),
    ...(settings.topP !== null ? { topP: settings.topP } : {}),
    ...(settings.stop.length > 0 ? { stop: settings.stop } : {}),
    ...(settings.seed !== null ? { seed: settings.seed } : {}),
    ...(settings.presencePenalty !== null ? { presencePenalty: settings.presencePenalty } : {}),
    ...(settings.frequencyPenalty !== null ? { frequencyPenalty: settings.frequencyPenalty } : {}),
  };
}

function wantsJson(
  settings: RequestSettings,
  capabilities: ModelCapabilities,
  withPictures: boolean,
): boolean {
  return settings.responseFormat === 'json' && takesJson(capabilities, withPictures);
}
