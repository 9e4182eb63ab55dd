import { describe, expect, test } from 'vitest';
import type { FilterResult } from '#domain/failure.ts';
import {
  canContinue,
  emptyReply,
  end,
  fold,
  joinReplies,
  type Reply,
  type ReplyEvent,
} from '#domain/reply.ts';

const safe: FilterResult = { category: 'hate', filtered: false, severity: 'safe' };
const flagged: FilterResult = { category: 'violence', filtered: true, severity: 'high' };
const usage = {
  inputTokens: 100,
  outputTokens: 10,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 4,
  imageTokens: null,
};

const after = (...events: readonly ReplyEvent[]): Reply => events.reduce(fold, emptyReply);
const text = (words: string): ReplyEvent => ({ type: 'text', text: words });

describe('an answer is the sum of its events', () => {
  test('text, finish and usage, in the order in which Azure sends them', () => {
    const reply = after(
      { type: 'prompt-filters', filters: [safe] },
      { type: 'started', model: 'gpt-4.1-2025-04-14', id: 'x' },
      text('Two '),
      text('cats.'),
      { type: 'finish', reason: 'stop' },
      { type: 'usage', usage },
      { type: 'done' },
    );
    expect(reply).toMatchObject({
      status: 'streaming',
      text: 'Two cats.',
      finish: 'stop',
      model: 'gpt-4.1-2025-04-14',
      usage,
      promptFilters: [safe],
    });
    expect(end(reply, { kind: 'complete' }, 1200)).toMatchObject({ status: 'complete', durationMs: 1200 });
  });

  test('the same filter results with every chunk are one result, and no new array', () => {
    const once = after({ type: 'reply-filters', filters: [safe] });
    const twice = fold(once, { type: 'reply-filters', filters: [{ ...safe }] });
    expect(twice.replyFilters).toBe(once.replyFilters);
  });

  test('a category that was filtered once stays filtered', () => {
    const reply = after(
      { type: 'reply-filters', filters: [flagged] },
      { type: 'reply-filters', filters: [{ ...flagged, filtered: false, severity: 'safe' }] },
    );
    expect(reply.replyFilters).toEqual([flagged]);
  });
});

describe('the content filter', () => {
  test('speaking after "stop" withdraws what was shown', () => {
    const reply = after(
      text('Bad'),
      { type: 'finish', reason: 'stop' },
      { type: 'finish', reason: 'content-filter' },
    );
    expect(reply).toMatchObject({ finish: 'content-filter', withdrawn: true });
  });

  test('an asynchronous annotation withdraws what was shown', () => {
    const reply = after(text('Bad'), { type: 'reply-filters', filters: [flagged], asynchronous: true });
    expect(reply.withdrawn).toBe(true);
  });

  test('ending a buffered answer leaves the text that had passed', () => {
    const reply = after(
      text('Good so far'),
      { type: 'reply-filters', filters: [flagged] },
      {
        type: 'finish',
        reason: 'content-filter',
      },
    );
    expect(reply).toMatchObject({ finish: 'content-filter', withdrawn: false, text: 'Good so far' });
  });

  test('its verdict is not overruled by a later "stop"', () => {
    const reply = after({ type: 'finish', reason: 'content-filter' }, { type: 'finish', reason: 'stop' });
    expect(reply.finish).toBe('content-filter');
  });
});

describe('an ending', () => {
  test.each([
    ['a failure before the first word fails', after(), 'server-error', 'failed'],
    ['a failure after it interrupts, and the text stays', after(text('So')), 'server-error', 'interrupted'],
    ['no proof of completion interrupts even without text', after(), 'cut-off', 'interrupted'],
  ] as const)('%s', (_name, reply, kind, status) => {
    const ended = end(reply, { kind: 'failed', failure: { kind, detail: '' } }, 5);
    expect(ended).toMatchObject({ status, text: reply.text, failure: { kind } });
  });

  test('a blocked prompt keeps what the filter found', () => {
    const failure = { kind: 'prompt-blocked', filters: [flagged], detail: '' } as const;
    expect(end(emptyReply, { kind: 'failed', failure }, 5).promptFilters).toEqual([flagged]);
  });
});

describe('going on', () => {
  test.each([
    ['cut off at max tokens', { ...after(text('a')), status: 'complete', finish: 'length' }, true],
    ['interrupted', { ...after(text('a')), status: 'interrupted' }, true],
    ['complete', { ...after(text('a')), status: 'complete', finish: 'stop' }, false],
    ['nothing came', { ...after(), status: 'interrupted' }, false],
    ['withdrawn', { ...after(text('a')), status: 'interrupted', withdrawn: true }, false],
  ] as const)('%s', (_name, reply, can) => {
    expect(canContinue(reply)).toBe(can);
  });

  test('makes one text, and adds the tokens and the dollars of both calls', () => {
    const before: Reply = {
      ...after(text('One, ')),
      usage,
      cost: { nanos: 100, estimated: false },
      durationMs: 10,
    };
    const next: Reply = {
      ...after(text('two.')),
      usage,
      cost: { nanos: 50, estimated: true },
      durationMs: 5,
    };
    expect(joinReplies(before, next)).toMatchObject({
      text: 'One, two.',
      usage: { inputTokens: 200, outputTokens: 20, reasoningTokens: 8, imageTokens: null },
      cost: { nanos: 150, estimated: true },
      durationMs: 15,
    });
  });

  test('an unknown price on either side stays unknown', () => {
    const before: Reply = { ...emptyReply, cost: { nanos: null, estimated: false } };
    const next: Reply = { ...emptyReply, cost: { nanos: 50, estimated: false } };
    expect(joinReplies(before, next).cost).toEqual({ nanos: null, estimated: false });
  });
});
