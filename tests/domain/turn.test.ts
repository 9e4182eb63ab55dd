import { describe, expect, test } from 'vitest';
import { beginTurn, type Asking } from '#domain/turn.ts';
import { defaultSettings } from '#domain/settings.ts';

const asking: Asking = {
  conversation: null,
  messages: [],
  parentId: null,
  parts: [{ kind: 'text', text: 'What is in  here?' }],
  connection: { id: 'k', deployment: 'vision' },
  settings: defaultSettings,
  plan: {},
  fallbackTitle: 'About a picture',
  ids: { conversation: 'c', prompt: 'p', answer: 'a' },
  now: 1000,
};

describe('a turn', () => {
  test('the first one makes the conversation, with the prompt as its title', () => {
    const { conversation, prompt, answer, branch } = beginTurn(asking);
    expect(conversation).toMatchObject({
      id: 'c',
      title: 'What is in here?',
      leafId: 'a',
      messageCount: 0,
      rev: 0,
    });
    expect(prompt).toMatchObject({ id: 'p', conversationId: 'c', parentId: null, seq: 1 });
    expect(answer).toMatchObject({
      id: 'a',
      conversationId: 'c',
      parentId: 'p',
      seq: 2,
      deployment: 'vision',
    });
    expect(branch).toEqual([prompt]);
  });

  test('without a word the title falls back', () => {
    const parts = [{ kind: 'picture-url', url: 'https://example.com/a.png', detail: 'auto' }] as const;
    expect(beginTurn({ ...asking, parts }).conversation.title).toBe('About a picture');
  });

  test('a further one follows its parent, and sends the branch above it', () => {
    const first = beginTurn(asking);
    const messages = [first.prompt!, first.answer];
    const ids = { conversation: 'x', prompt: 'p2', answer: 'a2' };
    const next = beginTurn({ ...asking, ...first, messages, parentId: 'a', ids, now: 2000 });
    expect(next.conversation).toMatchObject({
      id: 'c',
      title: 'What is in here?',
      leafId: 'a2',
      updatedAt: 2000,
    });
    expect(next.prompt).toMatchObject({ parentId: 'a', seq: 3 });
    expect(next.branch.map(({ id }) => id)).toEqual(['p', 'a', 'p2']);
  });

  test('a prompt that is answered once more gets a second answer and no second prompt', () => {
    const first = beginTurn(asking);
    const messages = [first.prompt!, first.answer];
    const ids = { conversation: 'x', prompt: 'unused', answer: 'a2' };
    const again = beginTurn({ ...asking, ...first, messages, parts: null, parentId: 'p', ids });
    expect(again.prompt).toBeNull();
    expect(again.answer).toMatchObject({ id: 'a2', parentId: 'p', seq: 3 });
    expect(again.branch.map(({ id }) => id)).toEqual(['p']);
  });
});
