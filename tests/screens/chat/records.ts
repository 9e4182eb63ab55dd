import axe from 'axe-core';
import { expect } from 'vitest';
import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { AssistantMessage, Message, PicturePart, UserMessage } from '#domain/conversation.ts';
import { emptyReply, type Reply } from '#domain/reply.ts';
import { speak, withWords, type Language } from '#language';

export const capabilities: ModelCapabilities = {
  takesPictures: true,
  maxTokensParam: 'max_tokens',
  takesSampling: true,
  reasoningEfforts: [],
  streams: true,
  jsonMode: true,
  jsonModeWithPictures: true,
  structuredOutputs: true,
  chatCompletions: true,
  visionEnhancements: false,
  maxPictures: 10,
  maxPictureBytes: 20_000_000,
  contextTokens: 128_000,
  maxOutputTokens: 16_384,
  encoding: 'o200k_base',
  imageTokens: null,
  imageTokensBy: null,
};

export const connection: Connection = {
  id: 'c1',
  name: 'Work',
  endpoint: { base: 'https://contoso.openai.azure.com', api: 'v1' },
  authentication: 'api-key',
  deployment: 'gpt-4.1',
  model: { kind: 'catalog', id: 'gpt-4.1@2025-04-14' },
  apiVersion: null,
  visionEndpoint: null,
  secrets: ['apiKey'],
  learned: {},
  createdAt: 1,
  updatedAt: 1,
  rev: 1,
};

export function picture(name: string, change: Partial<PicturePart> = {}): PicturePart {
  return {
    kind: 'picture',
    attachmentId: name,
    name,
    mimeType: 'image/jpeg',
    bytes: 2_500_000,
    widthPx: 4000,
    heightPx: 3000,
    detail: 'auto',
    size: 'fit',
    stripMetadata: false,
    animated: false,
    converted: false,
    ...change,
  };
}

export function prompt(id: string, text: string, change: Partial<UserMessage> = {}): UserMessage {
  return {
    role: 'user',
    id,
    conversationId: 'v1',
    parentId: null,
    seq: 1,
    createdAt: 1,
    rev: 1,
    parts: [{ kind: 'text', text }],
    ...change,
  };
}

export function answer(
  id: string,
  reply: Partial<Reply>,
  change: Partial<AssistantMessage> = {},
): AssistantMessage {
  return {
    role: 'assistant',
    id,
    conversationId: 'v1',
    parentId: 'p1',
    seq: 2,
    createdAt: 1,
    rev: 1,
    connectionId: 'c1',
    deployment: 'gpt-4.1',
    omittedPictures: 0,
    reply: { ...emptyReply, status: 'complete', finish: 'stop', text: 'An answer.', ...reply },
    ...change,
  };
}

/** `turns` prompts, each with its answer. */
export function longBranch(turns: number): readonly Message[] {
  const messages: Message[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const parentId = messages.at(-1)?.id ?? null;
    messages.push(prompt(`p${String(turn)}`, `Question ${String(turn)}`, { parentId }));
    messages.push(
      answer(`a${String(turn)}`, { text: `Answer ${String(turn)}` }, { parentId: `p${String(turn)}` }),
    );
  }
  return messages;
}

/** Every word of a language, those of the lazy parts among them. */
export async function speakWhole(language: Language): Promise<void> {
  await speak(language);
  await withWords(Promise.resolve());
}

/** Fails with what axe finds wrong, of any weight. */
export async function expectAccessible(element: Element): Promise<void> {
  await settle();
  const { violations } = await axe.run(element, {
    // A component alone is no page: landmarks and headings are judged where the page is whole.
    rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual(
    [],
  );
}

/** Half way between two colours nothing has enough contrast. What turns for ever is not waited for. */
export async function settle(): Promise<void> {
  for (;;) {
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    const ending = document
      .getAnimations()
      .filter(
        ({ effect, playState }) =>
          playState !== 'finished' && effect?.getComputedTiming().endTime !== Infinity,
      );
    if (ending.length === 0) return;
    await Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
  }
}
