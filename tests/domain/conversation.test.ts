import { describe, expect, test } from 'vitest';
import {
  alternatives,
  branchTo,
  leafUnder,
  nextSeq,
  titleOf,
  type AssistantMessage,
  type Message,
  type UserMessage,
} from '#domain/conversation.ts';
import { emptyReply } from '#domain/reply.ts';

let seq = 0;
const base = (id: string, parentId: string | null) => ({
  id,
  conversationId: 'c',
  parentId,
  seq: ++seq,
  createdAt: 0,
  rev: 0,
});
const you = (id: string, parentId: string | null): UserMessage => ({
  ...base(id, parentId),
  role: 'user',
  parts: [],
});
const model = (id: string, parentId: string): AssistantMessage => ({
  ...base(id, parentId),
  role: 'assistant',
  connectionId: 'x',
  deployment: 'd',
  reply: emptyReply,
  omittedPictures: 0,
});

/** q1 → a1 | a2; a2 → q2 → a3; q1 was edited to q1b → a4. */
const tree: readonly Message[] = [
  you('q1', null),
  model('a1', 'q1'),
  model('a2', 'q1'),
  you('q2', 'a2'),
  model('a3', 'q2'),
  you('q1b', null),
  model('a4', 'q1b'),
];

describe('messages form a tree', () => {
  test('a branch runs from the first message to its leaf', () => {
    expect(branchTo(tree, 'a3').map(({ id }) => id)).toEqual(['q1', 'a2', 'q2', 'a3']);
    expect(branchTo(tree, null)).toEqual([]);
    expect(branchTo(tree, 'gone')).toEqual([]);
  });

  test('a damaged record that is its own ancestor ends', () => {
    const circle = [
      { ...you('x', 'y'), id: 'x' },
      { ...you('y', 'x'), id: 'y' },
    ];
    expect(branchTo(circle, 'x').map(({ id }) => id)).toEqual(['y', 'x']);
  });

  test('alternatives share a parent and a role, oldest first', () => {
    const families = alternatives(tree);
    expect(families.get('a2')).toEqual(['a1', 'a2']);
    expect(families.get('q1b')).toEqual(['q1', 'q1b']);
    expect(families.get('q2')).toEqual(['q2']);
  });

  test('switching follows the newest messages below', () => {
    expect(leafUnder(tree, 'q1')).toBe('a3');
    expect(leafUnder(tree, 'a1')).toBe('a1');
    expect(leafUnder(tree, 'q1b')).toBe('a4');
  });

  test('the next place comes after the highest', () => {
    expect(nextSeq([])).toBe(1);
    expect(nextSeq(tree)).toBe(tree.length + 1);
  });
});

describe('a title', () => {
  test.each([
    ['  What is\n\nin here? ', 'What is in here?'],
    ['', 'Picture'],
    ['word '.repeat(30), `${'word '.repeat(12).trim().slice(0, 59)}…`],
    ['图'.repeat(80), `${'图'.repeat(60)}…`],
    ['👩‍🔬 in a lab', '👩‍🔬 in a lab'],
  ])('of %j', (text, title) => {
    expect(titleOf(text, 'Picture')).toBe(title);
  });
});
