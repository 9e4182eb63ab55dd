import { expect, test } from 'vitest';
import { findModel } from '#catalog';
import { connect, createWorld, openChat, settled } from './desk-fixtures.ts';

/**
 * US dollars a million tokens from the collected price list of 2026-11-22, and not from our table: input, output, cached
 * input, cache write (null: billed as input).
 */
const published: readonly (readonly [
  id: string,
  input: number,
  output: number,
  cachedInput: number | null,
  cacheWrite: number | null,
])[] = [
  ['gpt-4@vision-preview', 10, 30, null, null],
  ['gpt-4@turbo-2024-04-09', 10, 30, null, null],
  ['gpt-4o@2024-05-13', 5, 15, null, null],
  ['gpt-4o@2024-08-06', 2.5, 10, 1.25, null],
  ['gpt-4o@2024-11-20', 2.5, 10, 1.25, null],
  ['gpt-4o-mini@2024-07-18', 0.15, 0.6, 0.075, null],
  ['gpt-4.1@2025-04-14', 2, 8, 0.5, null],
  ['gpt-4.1-mini@2025-04-14', 0.4, 1.6, 0.1, null],
  ['gpt-4.1-nano@2025-04-14', 0.1, 0.4, 0.025, null],
  ['gpt-4.5-preview@2025-02-27', 75, 150, 37.5, null],
  ['o1@2024-12-17', 15, 60, 7.5, null],
  ['o3@2025-04-16', 2, 8, 0.5, null],
  ['o4-mini@2025-04-16', 1.1, 4.4, 0.275, null],
  ['gpt-5@2025-08-07', 1.25, 10, 0.125, null],
  ['gpt-5-mini@2025-08-07', 0.25, 2, 0.025, null],
  ['gpt-5-nano@2025-08-07', 0.05, 0.4, 0.005, null],
  ['gpt-5-chat@2025-08-07', 1.25, 10, 0.125, null],
  ['gpt-5.1@2025-11-13', 1.25, 10, 0.125, null],
  ['gpt-5.2@2025-12-11', 1.75, 14, 0.175, null],
  ['gpt-5.4@2026-03-05', 2.5, 15, 0.25, null],
  ['gpt-5.4-mini@2026-03-17', 0.75, 4.5, 0.075, null],
  ['gpt-5.4-nano@2026-03-17', 0.2, 1.25, 0.02, null],
  ['gpt-5.5@2026-04-24', 5, 30, 0.5, null],
  ['gpt-5.6-sol@2026-07-09', 4, 20, 0.4, 5],
  ['gpt-5.6-terra@2026-07-09', 2, 12, 0.2, 2.5],
  ['gpt-5.6-luna@2026-07-09', 0.2, 1.2, 0.02, 0.25],
  ['gpt-6-astra@2026-09-03', 10, 50, 1, 12.5],
  ['gpt-6-sol@2026-09-22', 2, 10, 0.2, 2.5],
  ['gpt-6-luna@2026-09-22', 0.1, 0.5, 0.01, 0.125],
  ['gpt-6.1-sol@2026-09-29', 2, 10, 0.1, null],
  ['gpt-6.2-astra@unknown', 8, 40, null, null],
  ['gpt-6.2-sol@unknown', 2, 10, null, null],
  ['Llama-4-Maverick-17B-128E-Instruct-FP8@1', 0.25, 1, null, null],
  ['Llama-4-Scout-17B-16E-Instruct@1', 0.2, 0.78, null, null],
  ['Phi-4-multimodal-instruct@1', 0.08, 0.32, null, null],
  ['mistral-medium-2505@1', 0.4, 2, null, null],
  ['mistral-small-2503@1', 0.1, 0.3, null, null],
  ['mistral-medium-3-5@1', 1.5, 7.5, null, null],
  ['Mistral-Large-3@1', 0.5, 1.5, null, null],
  ['Kimi-K2.5@1', 0.6, 3, null, null],
  ['Kimi-K2.6@1', 0.95, 4, null, null],
  ['Kimi-K2.7-Code@1', 0.95, 4, 0.19, null],
];

/** In whole pico-dollars a token, so that nothing is rounded before the end. */
const picos = (dollarsPerMillion: number): bigint => BigInt(Math.round(dollarsPerMillion * 1e6));

test('an exchange with each of them costs what the list says', { timeout: 120_000 }, async () => {
  const world = await createWorld();
  // Asked twice: the second time the beginning comes from the cache, where the model has one.
  const text = `Tell me about ${'a long and winding road, '.repeat(300)}please.`;
  for (const [id, input, output, cached, write] of published) {
    const { model, version } = findModel(id)!;
    const connection = await connect(world, `${model}-${version}`, { model: { kind: 'catalog', id } });
    world.desk.show('#/settings');
    const chat = await openChat(world, connection);
    for (let time = 0; time < 2; time += 1) {
      chat.draft.setText(text);
      await chat.send('Untitled');
      await settled(world);
    }
    const rows = await world.store.listLedger({ conversationId: chat.conversation!.id });
    expect(rows, id).toHaveLength(2);
    for (const { usage, costNanos, estimated } of rows) {
      const { inputTokens, outputTokens, cachedTokens, cacheWriteTokens } = usage!;
      const cost =
        BigInt(inputTokens - cachedTokens - cacheWriteTokens) * picos(input) +
        BigInt(cachedTokens) * picos(cached ?? input) +
        BigInt(cacheWriteTokens) * picos(write ?? input) +
        BigInt(outputTokens) * picos(output);
      expect(costNanos, id).toBe(Number((cost + 500n) / 1000n));
      expect(estimated, id).toBe(false);
      expect(inputTokens, id).toBeGreaterThan(1024);
    }
  }
});
