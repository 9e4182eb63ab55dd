import type { AskedMessage } from './asked.ts';
import type { CountedPrompt } from './tokens.ts';

/** What a simulator remembers between two calls: how often it refused, and which prompts it has seen. */
export interface Memory {
  /** Which call to this deployment it is within the minute, from 1. */
  readonly countCall: (deployment: string, nowMs: number) => number;
  /** Tokens at the beginning of a prompt that were asked before, as prompt caching reports them; keeps the prompt. */
  readonly cachedTokens: (
    deployment: string,
    messages: readonly AskedMessage[],
    counted: CountedPrompt,
  ) => number;
}

const MINUTE_MS = 60_000;
const PROMPTS_KEPT = 32;
/** Azure's prompt caching page: from 1,024 tokens on, in steps of 128. */
const CACHED_FROM_TOKENS = 1024;
const CACHE_STEP_TOKENS = 128;

export function createMemory(): Memory {
  const minutes = new Map<string, { startedMs: number; calls: number }>();
  const prompts: { deployment: string; keys: readonly string[] }[] = [];
  return {
    countCall(deployment, nowMs) {
      const known = minutes.get(deployment);
      const minute = known && nowMs - known.startedMs < MINUTE_MS ? known : { startedMs: nowMs, calls: 0 };
      minute.calls += 1;
      minutes.set(deployment, minute);
      return minute.calls;
    },
    cachedTokens(deployment, messages, counted) {
      const keys = messages.map(keyOf);
      const shared = Math.max(
        0,
        ...prompts
          .filter((prompt) => prompt.deployment === deployment)
          .map((prompt) => sharedStart(prompt.keys, keys)),
      );
      prompts.unshift({ deployment, keys });
      prompts.length = Math.min(prompts.length, PROMPTS_KEPT);
      const tokens = counted.messages
        .slice(0, shared)
        .reduce((sum, { contentTokens, nameTokens = 0 }) => sum + contentTokens + nameTokens + 4, 0);
      return tokens < CACHED_FROM_TOKENS ? 0 : Math.floor(tokens / CACHE_STEP_TOKENS) * CACHE_STEP_TOKENS;
    },
  };
}

function sharedStart(a: readonly string[], b: readonly string[]): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** A message in a few characters: its pictures are megabytes. */
function keyOf({ role, name, parts }: AskedMessage): string {
  const keys = parts.map((part) => {
    switch (part.kind) {
      case 'text':
        return `t${part.text}`;
      case 'video':
        return `v${part.documentId}`;
      case 'picture-url':
        return `u${part.detail} ${part.url}`;
      case 'picture':
        return `p${part.detail} ${part.bytes.length} ${checksum(part.bytes)}`;
    }
  });
  return JSON.stringify([role, name, ...keys]);
}

/** FNV-1a: told apart is enough, nobody attacks a simulator's cache. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
