import type { CatalogModel } from '#catalog';
import type { ModelCapabilities } from '#domain/connection.ts';
import { imageTokens } from '#domain/image-tokens.ts';
import { promptTokens, type CountedMessage } from '#domain/text-tokens.ts';
import { isPicturePart, type AskedMessage, type AskedPicturePart } from './asked.ts';
import type { Surroundings } from './surroundings.ts';

export type CountText = (text: string) => number;

/** Counts as the model's encoding cuts; models of other makers are counted as the newest of OpenAI's. */
export function textCounter(capabilities: ModelCapabilities, around: Surroundings): CountText {
  const encoding = capabilities.encoding ?? 'o200k_base';
  return (text) => around.countTokens(text, encoding);
}

/** The same, but exact for the given texts, which are billed. */
export async function billedCounter(
  texts: readonly string[],
  capabilities: ModelCapabilities,
  around: Surroundings,
): Promise<CountText> {
  const encoding = capabilities.encoding ?? 'o200k_base';
  const counts = await around.countBilled(texts, encoding);
  const exact = new Map(texts.map((text, at) => [text, counts[at] ?? 0]));
  return (text) => exact.get(text) ?? around.countTokens(text, encoding);
}

export interface CountedPrompt {
  readonly promptTokens: number;
  readonly imageTokens: number;
  /** Tokens of each picture part, in the order of the messages; null: unknown to us. */
  readonly pictures: readonly (number | null)[];
  readonly messages: readonly CountedMessage[];
}

/**
 * Tokens of a prompt by the published rules (domain). A picture sent by URL is not fetched, so its size is not
 * known: it counts as one of 1024 × 1024.
 */
export function countPrompt(
  messages: readonly AskedMessage[],
  capabilities: ModelCapabilities,
  count: CountText,
): CountedPrompt {
  const pictures: (number | null)[] = [];
  const counted = messages.map((message): CountedMessage => {
    let contentTokens = 0;
    for (const part of message.parts) {
      if (!isPicturePart(part)) {
        contentTokens += part.kind === 'text' ? count(part.text) : VIDEO_TOKENS;
        continue;
      }
      const tokens = pictureTokens(part, capabilities);
      pictures.push(tokens);
      contentTokens += tokens ?? 0;
    }
    return { contentTokens, ...(message.name === null ? {} : { nameTokens: count(message.name) }) };
  });
  return {
    promptTokens: promptTokens(counted),
    imageTokens: pictures.reduce<number>((sum, tokens) => sum + (tokens ?? 0), 0),
    pictures,
    messages: counted,
  };
}

const ASSUMED_SIDE_PX = 1024;
/** "About 700 tokens", and twenty frames at low detail (Learn, concepts, "Price" of video prompts). */
const VIDEO_TOKENS = 700 + 20 * 85;

function pictureTokens(part: AskedPicturePart, { imageTokens: scheme }: ModelCapabilities): number | null {
  if (!scheme) return null;
  return part.kind === 'picture'
    ? imageTokens(scheme, part.widthPx, part.heightPx, part.detail)
    : imageTokens(scheme, ASSUMED_SIDE_PX, ASSUMED_SIDE_PX, part.detail);
}

/** As a service would emit it: words and their space before them, at most twelve letters, one ideograph. */
export function splitIntoPieces(text: string): readonly string[] {
  return text.match(PIECE) ?? [];
}

const PIECE =
  /\s*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\s*(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}_]){1,12}|\s*[^\s]|\s+/gu;

/** The longest beginning, in whole pieces, that has no more than `most` tokens. */
export function cutToTokens(text: string, most: number, count: CountText): string {
  if (count(text) <= most) return text;
  const pieces = splitIntoPieces(text);
  let fits = 0;
  let tooMany = pieces.length;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (count(pieces.slice(0, middle).join('')) <= most) fits = middle;
    else tooMany = middle;
  }
  return pieces.slice(0, fits).join('');
}

/** gpt-4o and later keep prompts (prompt caching page, 2026-03-19). */
export function keepsPrompts(model: CatalogModel): boolean {
  return model.encoding === 'o200k_base';
}
