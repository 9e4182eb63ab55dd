import type { AnyPicturePart, Message } from '#domain/conversation.ts';
import { textOf } from '#domain/conversation.ts';
import type { TokenSource } from '#domain/estimate.ts';
import type { Area, SentPicture } from '#domain/picture-plan.ts';
import { videoPrompt } from '#domain/video-chat.ts';
import { m } from '#language';
import { countsOf } from './findings-words.ts';
import { pictureName } from './planner-words.ts';

/** A part of the request as the table shows it. */
export interface SourceView {
  /** Its place in the order in which the request is sent. */
  readonly at: number;
  readonly kind: TokenSource['kind'];
  readonly author: string;
  /** First words of a message; a picture's name and what is done with it. */
  readonly words: string;
  readonly tokens: number;
  readonly picture: AnyPicturePart | null;
  readonly crop: Area | null;
}

interface Texts {
  readonly messages: readonly Message[];
  readonly systemPrompt: string;
  readonly draftText: string;
}

export function sourceViews(
  sources: readonly TokenSource[],
  { messages, systemPrompt, draftText }: Texts,
): readonly SourceView[] {
  const words = m().planner.sources;
  const byId = new Map(messages.map((message) => [message.id, message]));
  return sources.map((source, at): SourceView => {
    const common = { at, kind: source.kind, tokens: source.tokens, picture: null, crop: null };
    switch (source.kind) {
      case 'system':
        return { ...common, author: words.system, words: firstWords(systemPrompt) };
      case 'text': {
        const { messageId, role } = source;
        if (messageId === null) return { ...common, author: words.draft, words: firstWords(draftText) };
        const author = role === 'user' ? words.you : words.assistant;
        return { ...common, author, words: firstWords(spoken(byId.get(messageId))) };
      }
      case 'picture': {
        const sent: SentPicture = source.picture;
        return {
          ...common,
          author: words.picture,
          words: [pictureName(sent), ...notesOn(sent, source.known)].join(' · '),
          picture: wholeOf(sent),
          crop: sent.crop ?? null,
        };
      }
      case 'findings': {
        const found = m().reading.source;
        if (source.upTo) return { ...common, author: found.atMost, words: '' };
        const message = source.messageId === null ? undefined : byId.get(source.messageId);
        const findings = message?.role === 'user' ? message.findings : undefined;
        return { ...common, author: found.found, words: findings ? countsOf(findings) : '' };
      }
      case 'video': {
        const { textTokens, frames, frameTokens } = videoPrompt;
        const { video, why } = m().videoChat.source;
        return {
          ...common,
          author: video,
          words: [source.name, why(textTokens, frames, frameTokens)].join(' · '),
        };
      }
      case 'framing':
        return { ...common, author: words.framing, words: words.framingWhy };
    }
  });
}

/** The uncut picture in the same proportions. */
function wholeOf(sent: SentPicture): AnyPicturePart {
  if (sent.kind !== 'picture' || !sent.crop) return sent;
  return { ...sent, widthPx: sent.widthPx / sent.crop.width, heightPx: sent.heightPx / sent.crop.height };
}

function notesOn(sent: SentPicture, isKnown: boolean): readonly string[] {
  const words = m().planner.sources;
  return [...(sent.detail === 'low' ? [words.lowDetail] : []), ...(isKnown ? [] : [words.unknown])];
}

function spoken(message: Message | undefined): string {
  if (!message) return '';
  return message.role === 'user' ? textOf(message) : message.reply.text || message.reply.refusal;
}

/** As many characters as a line holds; a megabyte of text is not looked through for them. */
function firstWords(text: string): string {
  const line = text.slice(0, 400).replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length > 120 ? `${characters.slice(0, 120).join('')}…` : line;
}
