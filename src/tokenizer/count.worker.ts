import type { Encoding } from '#domain/text-tokens.ts';
import { chunksOf } from './chunks.ts';
import type { Order, Report } from './messages.ts';

/** One count runs at a time, so one number is enough. */
let droppedId: number | null = null;

addEventListener('message', ({ data: order }: MessageEvent<Order>) => {
  if (order.kind === 'drop') droppedId = order.id;
  else void count(order);
});

async function count({ id, text, encoding }: Extract<Order, { kind: 'count' }>): Promise<void> {
  try {
    const tokens = await countChunks(id, text, await countersOf(encoding));
    report(tokens === null ? { kind: 'dropped', id } : { kind: 'counted', id, tokens });
  } catch {
    report({ kind: 'failed', id });
  }
}

type CountTokens = (text: string, options: { disallowedSpecial: Set<string> }) => number;

/** `<|endoftext|>` in a person's text is text; by default the tokenizer throws on it. */
const asText = { disallowedSpecial: new Set<string>() };

/** About a hundredth of a second of work; between two of these a `drop` is heard. */
const CHUNKS_AT_ONCE = 64;

/** Null: dropped on the way. */
async function countChunks(id: number, text: string, countTokens: CountTokens): Promise<number | null> {
  let tokens = 0;
  let chunks = 0;
  for (const chunk of chunksOf(text)) {
    if (chunks > 0 && chunks % CHUNKS_AT_ONCE === 0) await messagesHeard();
    if (droppedId === id) return null;
    tokens += countTokens(chunk, asText);
    chunks += 1;
  }
  return tokens;
}

async function countersOf(encoding: Encoding): Promise<CountTokens> {
  switch (encoding) {
    case 'cl100k_base':
      return (await import('gpt-tokenizer/encoding/cl100k_base')).countTokens;
    case 'o200k_base':
      return (await import('gpt-tokenizer/encoding/o200k_base')).countTokens;
  }
}

function messagesHeard(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function report(message: Report): void {
  postMessage(message);
}
