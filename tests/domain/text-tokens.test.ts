import { expect, test } from 'vitest';
import { promptTokens, roughTokens } from '#domain/text-tokens.ts';

test('every message has a frame, and the answer a primer', () => {
  expect(promptTokens([])).toBe(3);
  // "You are a helpful assistant." is 6 tokens, "Describe this picture:" 4 (models.md b: 21 in both encodings).
  expect(promptTokens([{ contentTokens: 6 }, { contentTokens: 4 }])).toBe(21);
});

test('a name costs its tokens and one more; a role may be longer than one token', () => {
  expect(promptTokens([{ contentTokens: 10, nameTokens: 2 }])).toBe(3 + 3 + 1 + 10 + 2 + 1);
  expect(promptTokens([{ contentTokens: 10, roleTokens: 2 }])).toBe(3 + 3 + 2 + 10);
});

// Exact counts: gpt-tokenizer 4.0.0, o200k_base.
test.each<[string, string, number]>([
  ['nothing', '', 0],
  ['a letter', 'a', 1],
  ['English', 'Describe what you see in this picture, and say what is in the foreground.', 16],
  ['Chinese', '你是一个有帮助的助手。请描述这张图片。', 14],
  ['Japanese', 'お誕生日おめでとう', 8],
  ['Russian', 'Опиши подробно, что ты видишь на этой картинке.', 14],
  ['numbers', '2026-11-22 23:11:37', 12],
])('the rough figure for %s is within two fifths of the exact one', (_, text, exact) => {
  expect(Math.abs(roughTokens(text) - exact)).toBeLessThanOrEqual(exact * 0.4);
});

test('the rough figure never shrinks when text is added', () => {
  const text = 'A picture 画像 imagen картина 🖼️ 12345\n'.repeat(20);
  for (let end = 1; end <= text.length; end += 1) {
    expect(roughTokens(text.slice(0, end))).toBeGreaterThanOrEqual(roughTokens(text.slice(0, end - 1)));
  }
});
