import { expect, test } from 'vitest';
import { indexNameProblem, isOver, toIngestionState } from '#domain/video.ts';

test.each([
  ['my-video-index', null],
  ['a', null],
  ['a'.repeat(24), null],
  ['a'.repeat(25), 'too-long'],
  ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', null],
  ['3f2504e0-4f89-11d3-9a0c-0305e82c330', 'too-long'],
  ['', 'empty'],
  ['my index', 'characters'],
  ['My-index', 'upper-case'],
  ['-index', 'start'],
  ['my--index', 'hyphens'],
  ['index-', 'hyphens'],
])('index name %j: %j', (name, problem) => {
  expect(indexNameProblem(name)).toBe(problem);
});

test.each([
  ['Running', 'running', false],
  ['notStarted', 'not-started', false],
  ['COMPLETED', 'completed', true],
  ['PartiallySucceeded', 'partially-succeeded', true],
  ['failed', 'failed', true],
  ['Resting', 'unknown', false],
] as const)('state %j', (word, state, over) => {
  expect(toIngestionState(word)).toBe(state);
  expect(isOver(state)).toBe(over);
});
