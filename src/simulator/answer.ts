import { quotable } from './about.ts';
import type { Asked, AskedMessage, AskedPicturePart } from './asked.ts';
import { isPicturePart, textOf } from './asked.ts';
import { framedVideosIn } from './asked-frames.ts';
import { readColours, type ColourShare } from './colours.ts';
import { joinPassages, plain, type Passage } from './passages.ts';
import { questionIn } from './question.ts';
import type { SimulatorOptions } from './surroundings.ts';
import { chinese, english, type Words } from './words.ts';

/** What can be told about a request without a model. Everything in an answer comes from here. */
export interface Findings {
  readonly question: string;
  readonly questionWords: number;
  readonly pictures: readonly Finding[];
  /** Pictures that came with the question, frames of videos among them, which are not in `pictures`. */
  readonly sentPictures: number;
  readonly isAboutVideo: boolean;
  readonly earlierPictures: number;
  readonly earlierMessages: number;
  readonly systemWords: number;
}

export type Finding =
  | {
      readonly kind: 'picture';
      readonly format: string;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly bytes: number;
      readonly detail: string;
      readonly tokens: number | null;
      readonly colours: readonly ColourShare[] | null;
    }
  | { readonly kind: 'picture-url'; readonly host: string; readonly detail: string };

/** Reads the request; `tokens` are those of all its pictures in order. */
export async function findOut(
  asked: Asked,
  tokens: readonly (number | null)[],
  decode: SimulatorOptions['decode'],
): Promise<Findings> {
  const { messages } = asked;
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const allPictures = messages.flatMap(picturesOf);
  const ownPictures = last < 0 ? [] : picturesOf(messages[last]!);
  const after = messages.slice(last + 1).flatMap(picturesOf).length;
  const firstOwn = allPictures.length - after - ownPictures.length;
  const question = last < 0 ? '' : questionIn(messages[last]!);
  const instructions = messages.filter(isInstruction);
  const framed = messages.flatMap((message) => framedVideosIn(message).flatMap(({ frames }) => frames));
  const frames = new Set(framed.map(({ picture }) => picture));
  const pictures: Finding[] = [];
  for (const [at, part] of ownPictures.entries())
    if (!frames.has(part)) pictures.push(await find(part, tokens[firstOwn + at] ?? null, decode));
  return {
    question,
    questionWords: countWords(question),
    pictures,
    sentPictures: ownPictures.length,
    isAboutVideo: asked.video !== null || frames.size > 0,
    earlierPictures: firstOwn,
    earlierMessages: messages.slice(0, Math.max(0, last)).filter((message) => !isInstruction(message)).length,
    systemWords: instructions.reduce((sum, message) => sum + countWords(textOf(message)), 0),
  };
}

/** The answer in Markdown; in Chinese where the question mostly is. What was seen comes first. */
export function toMarkdown(findings: Findings, seen: Passage): Passage {
  const words = wordsFor(findings.question);
  const { pictures, sentPictures, question } = findings;
  const { simulatedPicture, simulatedText, simulatedVideo } = words;
  const hasPictures = pictures.length + findings.earlierPictures > 0;
  return joinPassages(
    [
      plain(findings.isAboutVideo ? simulatedVideo : hasPictures ? simulatedPicture : simulatedText),
      seen,
      ...[
        question === ''
          ? words.nothingAsked(sentPictures)
          : words.asked(sentPictures, findings.questionWords, quotable(question)),
        pictures.map((picture, at) => `${at + 1}. ${describe(picture, words)}`).join('\n'),
        findings.earlierPictures > 0 ? words.earlierPictures(findings.earlierPictures) : '',
        findings.earlierMessages > 0 ? words.earlierMessages(findings.earlierMessages) : '',
        findings.systemWords > 0 ? words.systemPrompt(findings.systemWords) : '',
      ].map(plain),
    ],
    '\n\n',
  );
}

/** The same as one JSON object, for JSON mode. */
export function toJson(findings: Findings): string {
  const { pictures, question, questionWords, systemWords } = findings;
  return JSON.stringify({ simulated: true, question, questionWords, systemWords, pictures }, null, 2);
}

export function wordsFor(question: string): Words {
  return isMostlyChinese(question) ? chinese : english;
}

function describe(finding: Finding, words: Words): string {
  if (finding.kind === 'picture-url') return words.pictureUrl(finding.host, finding.detail);
  const { colours } = finding;
  const seen = colours === null ? words.coloursUnread : words.colours(colours);
  return `${words.picture(finding)} ${seen}`;
}

async function find(
  part: AskedPicturePart,
  tokens: number | null,
  decode: SimulatorOptions['decode'],
): Promise<Finding> {
  if (part.kind === 'picture-url') {
    return { kind: 'picture-url', host: new URL(part.url).host, detail: part.detail };
  }
  const { format, widthPx, heightPx, detail, bytes } = part;
  const colours = await readColours(bytes, format, decode);
  return { kind: 'picture', format, widthPx, heightPx, bytes: bytes.length, detail, tokens, colours };
}

function picturesOf(message: AskedMessage): readonly AskedPicturePart[] {
  return message.parts.filter(isPicturePart);
}

function isInstruction({ role }: AskedMessage): boolean {
  return role === 'system' || role === 'developer';
}

const IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

function isMostlyChinese(text: string): boolean {
  const ideographs = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return ideographs * 2 > letters;
}

/** Words between spaces; each ideograph is one, as word processors count. */
function countWords(text: string): number {
  const ideographs = text.match(IDEOGRAPH)?.length ?? 0;
  const others = text.replace(IDEOGRAPH, ' ').match(/[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu)?.length ?? 0;
  return ideographs + others;
}
