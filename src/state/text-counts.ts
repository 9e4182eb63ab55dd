import type { ModelCapabilities } from '#domain/connection.ts';
import { isPicture, picturesOf, textOf, type Message, type Part } from '#domain/conversation.ts';
import { estimateRequest } from '#domain/estimate.ts';
import type { RequestSettings } from '#domain/settings.ts';
import { roughTokens, type CountedMessage } from '#domain/text-tokens.ts';
import type { TokenCounter } from '#tokenizer';

export { estimateRequest };

/** The texts of a request, one a message, in the order in which they are sent. */
export function textsOf(
  branch: readonly Message[],
  settings: RequestSettings,
  draft?: readonly Part[],
): string[] {
  const system = settings.systemPrompt.trim();
  return [
    ...(system === '' ? [] : [system]),
    ...branch.map((message) =>
      message.role === 'user' ? textOf(message) : message.reply.text || message.reply.refusal,
    ),
    ...(draft ? [draft.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')] : []),
  ];
}

/** The pictures that would be sent: the newest, where the person keeps only some. */
export function sentPictures(
  branch: readonly Message[],
  settings: RequestSettings,
  draft: readonly Part[] = [],
) {
  const all = [...picturesOf(branch), ...draft.filter(isPicture)];
  const keep = settings.keepNewestPictures;
  return keep === null ? all : all.slice(Math.max(0, all.length - keep));
}

/** Input tokens of a branch as it would be sent, counted by the model's own encoding. */
export async function countBranch(
  branch: readonly Message[],
  settings: RequestSettings,
  capabilities: ModelCapabilities,
  counter: TokenCounter,
): Promise<{ readonly inputTokens: number; readonly pictureTokens: number }> {
  const encoding = capabilities.encoding ?? 'o200k_base';
  const counts = await Promise.all(textsOf(branch, settings).map((text) => counter.count(text, encoding)));
  return estimateRequest({
    messages: counts.map(({ tokens }) => ({ contentTokens: tokens })),
    textExact: counts.every(({ exact }) => exact),
    pictures: sentPictures(branch, settings),
    capabilities,
    price: null,
    maxTokens: settings.maxTokens,
  });
}

/** Rough figures, at once. */
export function roughCounts(texts: readonly string[]): CountedMessage[] {
  return texts.map((text) => ({ contentTokens: roughTokens(text) }));
}
