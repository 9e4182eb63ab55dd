/** How OpenAI's models cut text into tokens. Other providers do not publish theirs for Azure. */
export type Encoding = 'cl100k_base' | 'o200k_base';

/** A message whose parts were counted: text by a tokenizer, pictures by their scheme. */
export interface CountedMessage {
  /** Text and picture tokens together. */
  readonly contentTokens: number;
  /** Tokens of the role's word; 1 for system, user and assistant in both encodings. */
  readonly roleTokens?: number;
  /** Tokens of the author's name, where one is sent. */
  readonly nameTokens?: number;
}

/**
 * Prompt tokens of a chat request. Source: openai-cookbook@06d9feb5, "How to count tokens with tiktoken", checked
 * there against the API. Reasoning models may differ by a few tokens.
 */
export function promptTokens(messages: readonly CountedMessage[]): number {
  let tokens = REPLY_PRIMER_TOKENS;
  for (const { contentTokens, roleTokens = 1, nameTokens } of messages) {
    tokens += MESSAGE_FRAME_TOKENS + roleTokens + contentTokens;
    if (nameTokens !== undefined) tokens += nameTokens + 1;
  }
  return tokens;
}

/**
 * A rough count, to show until an exact one is there: a quarter token for a Latin letter or a space, less than
 * one for a digit or a sign, one for a Chinese, Japanese or Korean character. Linear in the length, allocates nothing.
 */
export function roughTokens(text: string): number {
  let twelfths = 0;
  for (let at = 0; at < text.length; at += 1) twelfths += twelfthsOf(text.charCodeAt(at));
  return Math.ceil(twelfths / 12);
}

const REPLY_PRIMER_TOKENS = 3;
const MESSAGE_FRAME_TOKENS = 3;

function twelfthsOf(codeUnit: number): number {
  if (codeUnit < 0x80) return twelfthsOfAscii(codeUnit);
  // Latin with accents, Greek, Cyrillic, Hebrew, Arabic, the scripts of India: shorter tokens than English.
  if (codeUnit < 0x1100) return 5;
  // Kana, ideographs, Hangul, full-width forms; a surrogate is half of a character that costs about two.
  if (codeUnit >= 0x2e80) return 12;
  return 6;
}

function twelfthsOfAscii(codeUnit: number): number {
  const isDigit = codeUnit >= 0x30 && codeUnit <= 0x39;
  if (isDigit) return 5;
  const isLetter = (codeUnit | 0x20) >= 0x61 && (codeUnit | 0x20) <= 0x7a;
  return isLetter || codeUnit <= 0x20 ? 3 : 8;
}
