import { capabilitiesOf, findModel, priceOf, type CatalogModel } from '#catalog';
import { findOut, toJson, toMarkdown, wordsFor } from './answer.ts';
import { citeLines } from './cited-lines.ts';
import { sayWhatIsSeen, toGroundingBlock } from './grounding.ts';
import { joinPassages, plain, slicePassage, type Passage } from './passages.ts';
import { questionIn } from './question.ts';
import { look } from './sight.ts';
import { textOf, type Asked, type AskedMessage, type Call } from './asked.ts';
import { instanceOf } from './json-schema.ts';
import { longMarkdown, tokensPerSecondWanted, tokensWanted } from './long-answer.ts';
import { markdownTour } from './markdown-tour.ts';
import type { Memory } from './memory.ts';
import { invalidRequest } from './refusal.ts';
import { usualPace, type Pace } from './scenarios.ts';
import type { Surroundings } from './surroundings.ts';
import { framedVideosOf, sayAboutFrames, sayAboutIndexed } from './video-answer.ts';
import {
  countPrompt,
  cutToTokens,
  keepsPrompts,
  billedCounter,
  textCounter,
  type CountedPrompt,
  type CountText,
} from './tokens.ts';

/** What a deployment answers, before it is put on the wire. */
export interface Reply {
  /** The model that answered. */
  readonly model: CatalogModel;
  readonly text: string;
  readonly refusal: string | null;
  readonly finish: 'stop' | 'length' | 'content_filter';
  readonly usage: ReplyUsage;
  readonly pace: Pace;
  /** An enhancement was on: the answer has the older form of SEED's sample. */
  readonly isEnhanced: boolean;
  /** About a video of an index: an ordinary completion without filter results, as in its sample. */
  readonly isAboutVideo: boolean;
  /** The grounding enhancement's block, as it stands on the wire; null: it was not asked for. */
  readonly grounding: object | null;
}

export interface ReplyUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  readonly cachedTokens: number;
  /** Null where the model's service does not report them. */
  readonly cacheWriteTokens: number | null;
  readonly imageTokens: number | null;
}

/** Throws a refusal when the prompt is longer than the model's context. */
export async function composeReply(
  call: Call,
  asked: Asked,
  around: Surroundings,
  memory: Memory,
): Promise<Reply> {
  const model = (call.scenario.routesTo && findModel(call.scenario.routesTo)) || call.model;
  const capabilities = capabilitiesOf(model);
  const count = textCounter(capabilities, around);
  const texts = asked.messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])),
  );
  const prompt = countPrompt(asked.messages, capabilities, await billedCounter(texts, capabilities, around));
  refuseTooLong(call, prompt);
  const cachedTokens = keepsPrompts(model)
    ? memory.cachedTokens(call.scenario.name, asked.messages, prompt)
    : 0;
  const said = await say(call, asked, prompt, { count, decode: around.decode });
  const reasoningTokens = Math.min(reasoningFor(call, asked, model), asked.maxTokens);
  const { answer: passage, refusal, finish } = limit(said, asked, reasoningTokens, count);
  const answer = refusal ?? passage.text;
  const countAnswer = await billedCounter([answer], capabilities, around);
  return {
    model,
    text: passage.text,
    refusal,
    finish,
    isEnhanced: asked.enhancements !== null,
    isAboutVideo: asked.video !== null,
    grounding: asked.enhancements?.grounding ? toGroundingBlock(passage, call.scenario) : null,
    pace: paceOf(call, asked),
    usage: {
      promptTokens: prompt.promptTokens,
      completionTokens: reasoningTokens + countAnswer(answer),
      reasoningTokens,
      cachedTokens,
      ...reportedByNewest(model, prompt, cachedTokens, around.now()),
    },
  };
}

interface Means {
  readonly count: CountText;
  readonly decode: Surroundings['decode'];
}

interface Said {
  readonly answer: Passage;
  readonly refusal: string | null;
  readonly finish: Reply['finish'];
}

function refuseTooLong({ capabilities }: Call, { promptTokens }: CountedPrompt): void {
  const most = capabilities.contextTokens;
  if (most === null || promptTokens <= most) return;
  throw invalidRequest(
    `This model's maximum context length is ${most} tokens. However, your messages resulted in ${promptTokens} tokens. Please reduce the length of the messages.`,
    'messages',
    'context_length_exceeded',
  );
}

const CUT_SHORT_TOKENS = 20;

async function say(call: Call, asked: Asked, prompt: CountedPrompt, means: Means): Promise<Said> {
  const question = questionOf(asked.messages);
  switch (call.scenario.says) {
    case 'refusal':
      return { answer: plain(''), refusal: wordsFor(question).refusal, finish: 'stop' };
    case 'blocked':
      return { answer: plain(''), refusal: null, finish: 'content_filter' };
    case 'nothing':
    case 'reasoning-only':
      return {
        answer: plain(''),
        refusal: null,
        finish: call.scenario.says === 'nothing' ? 'stop' : 'length',
      };
    case 'cut-short': {
      const whole = await sayAll(call, asked, prompt, means);
      const { length } = cutToTokens(whole.text, CUT_SHORT_TOKENS, means.count);
      const isCut = length < whole.text.length;
      return { answer: slicePassage(whole, 0, length), refusal: null, finish: isCut ? 'length' : 'stop' };
    }
    default:
      return { answer: await sayAll(call, asked, prompt, means), refusal: null, finish: 'stop' };
  }
}

/** The whole text; when asked to go on, what follows the part that was already said. */
async function sayAll(call: Call, asked: Asked, prompt: CountedPrompt, means: Means): Promise<Passage> {
  const begun = begunAnswer(asked.messages);
  if (begun === null) return compute(call, asked, prompt, means);
  const before: Asked = { ...asked, messages: asked.messages.slice(0, begun.at) };
  const whole = await compute(call, before, prompt, means);
  return whole.text.startsWith(begun.text)
    ? slicePassage(whole, begun.text.length)
    : compute(call, asked, prompt, means);
}

async function compute(call: Call, asked: Asked, prompt: CountedPrompt, means: Means): Promise<Passage> {
  if (asked.format.kind === 'schema') return plain(JSON.stringify(instanceOf(asked.format.schema), null, 2));
  if (call.scenario.says === 'long-answer') {
    return plain(longMarkdown(tokensWanted(questionOf(asked.messages)), means.count));
  }
  if (call.scenario.says === 'markdown-tour') return plain(markdownTour);
  const findings = await findOut(asked, prompt.pictures, means.decode);
  if (asked.format.kind === 'json') return plain(toJson(findings));
  const { question } = findings;
  const cited = citeLines(
    asked.messages,
    question,
    wordsFor(question),
    call.scenario.says === 'wrong-citations',
  );
  const seen = await seeOnlyPicture(call, asked, question, means);
  const watched = await tellOfVideo(call, asked, question, means);
  return toMarkdown(findings, joinPassages([seen, plain(watched), plain(cited)], '\n\n'));
}

async function tellOfVideo(
  call: Call,
  { messages, video }: Asked,
  question: string,
  { decode }: Means,
): Promise<string> {
  const words = wordsFor(question);
  if (video) return sayAboutIndexed(video, question, words);
  const citesWrongly = call.scenario.says === 'wrong-citations';
  return sayAboutFrames(framedVideosOf(messages), question, words, citesWrongly, decode);
}

/** With enhancements there is one picture; nothing is said of one that was sent as an address. */
async function seeOnlyPicture(
  call: Call,
  { messages, enhancements }: Asked,
  question: string,
  { decode }: Means,
): Promise<Passage> {
  const picture = messages.flatMap(({ parts }) => parts).find((part) => part.kind === 'picture');
  if (!enhancements || picture?.kind !== 'picture') return plain('');
  const sight = await look(picture.bytes, picture.format, decode);
  if (!sight) return plain('');
  return sayWhatIsSeen(sight, enhancements, question, wordsFor(question), call.scenario);
}

/** Several answers of one text, each ended and followed by a request to go on, count as one. */
function begunAnswer(messages: readonly AskedMessage[]): { at: number; text: string } | null {
  let at = messages.length;
  let text = '';
  while (at >= 2 && asksToGoOn(messages[at - 1]!) && messages[at - 2]!.role === 'assistant') {
    text = textOf(messages[at - 2]!) + text;
    at -= 2;
  }
  return text === '' ? null : { at, text };
}

function asksToGoOn(message: AskedMessage): boolean {
  return message.role === 'user' && /^(continue|go on\b|继续)/i.test(textOf(message).trim());
}

function questionOf(messages: readonly AskedMessage[]): string {
  const last = messages.findLast((message) => message.role === 'user' && !asksToGoOn(message));
  return last ? questionIn(last) : '';
}

/** Stop sequences first, then the limit, which counts reasoning as well. */
function limit(said: Said, asked: Asked, reasoningTokens: number, count: CountText): Said {
  if (said.refusal !== null) return said;
  const { text } = said.answer;
  const stopsAt = Math.min(
    text.length,
    ...asked.stop
      .filter((stop) => stop !== '')
      .map((stop) => text.indexOf(stop))
      .filter((at) => at >= 0),
  );
  const left = asked.maxTokens - reasoningTokens;
  const length = left <= 0 ? 0 : cutToTokens(text.slice(0, stopsAt), left, count).length;
  const finish = left <= 0 || length < stopsAt ? 'length' : stopsAt < text.length ? 'stop' : said.finish;
  return { ...said, answer: slicePassage(said.answer, 0, length), finish };
}

const REASONING_TOKENS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 0,
  low: 64,
  medium: 128,
  high: 320,
  xhigh: 640,
  max: 1280,
};

/** Made up, but in the order of the efforts; without a word the service's default is medium. */
function reasoningFor(call: Call, asked: Asked, model: CatalogModel): number {
  if (call.scenario.says === 'reasoning-only') return Infinity;
  if (model.reasoningEfforts.length === 0) return 0;
  return REASONING_TOKENS[asked.reasoningEffort ?? 'medium'] ?? 128;
}

/** Cache writes are billed from gpt-5.6 on, and picture tokens are in OpenAI's newest specification. */
function reportedByNewest(
  model: CatalogModel,
  prompt: CountedPrompt,
  cachedTokens: number,
  nowMs: number,
): Pick<ReplyUsage, 'cacheWriteTokens' | 'imageTokens'> {
  if (priceOf(model, nowMs)?.cacheWritePerMillion === undefined) {
    return { cacheWriteTokens: null, imageTokens: null };
  }
  const kept = prompt.promptTokens < 1024 ? 0 : Math.floor(prompt.promptTokens / 128) * 128;
  return { cacheWriteTokens: Math.max(0, kept - cachedTokens), imageTokens: prompt.imageTokens };
}

function paceOf(call: Call, asked: Asked): Pace {
  const pace = call.scenario.pace ?? usualPace;
  if (call.scenario.says !== 'long-answer') return pace;
  return {
    ...pace,
    tokensPerSecond: tokensPerSecondWanted(questionOf(asked.messages)) ?? pace.tokensPerSecond,
  };
}
