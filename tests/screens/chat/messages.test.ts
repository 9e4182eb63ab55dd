import '../../../src/app.css';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { alternatives, type Message } from '#domain/conversation.ts';
import { emptyReply, type Reply } from '#domain/reply.ts';
import type { LiveAnswer } from '#screens/chat/chat-views.ts';
import { noPictures } from './draft.svelte.ts';
import MessagesInFrame from './MessagesInFrame.svelte';
import { LiveInMemory } from './live.svelte.ts';
import { answer, expectAccessible, longBranch, picture, prompt, speakWhole } from './records.ts';

beforeAll(() => speakWhole('en'));

const verbs = {
  onregenerate: vi.fn(),
  onretry: vi.fn(),
  onedit: vi.fn(),
  oncontinue: vi.fn(),
  onraise: vi.fn(),
  onswitch: vi.fn(),
  onkeepnewest: vi.fn(),
  onevidence: vi.fn(),
  onlight: vi.fn(),
  onwithoutreading: vi.fn(),
  onwithoutcaptions: vi.fn(),
  onfindings: vi.fn(),
  onask: vi.fn(),
};
beforeEach(() => void vi.clearAllMocks());

function show(messages: readonly Message[], change: Record<string, unknown> = {}) {
  return render(MessagesInFrame, {
    messages,
    systemPrompt: '',
    live: null as LiveAnswer | null,
    alternatives: alternatives(messages),
    pictures: noPictures,
    busy: false,
    maxOutputTokens: 16_384,
    ...verbs,
    ...change,
  });
}

const log = () => page.getByRole('log', { name: 'Messages' });
const frames = (count: number) =>
  new Promise<void>((done) => {
    const next = (left: number): void =>
      void requestAnimationFrame(() => (left === 0 ? done() : next(left - 1)));
    next(count);
  });

test('each message is an article named by who speaks, the system prompt among them', async () => {
  const screen = show([prompt('p1', 'What is this?'), answer('a1', { text: 'A cat.' })], {
    systemPrompt: 'Be brief.',
  });
  await expect.element(log().getByRole('article', { name: 'You' })).toHaveTextContent('What is this?');
  await expect.element(log().getByRole('article', { name: 'Assistant' })).toHaveTextContent('A cat.');
  await expect.element(log().getByRole('article', { name: 'System' })).toHaveTextContent('Be brief.');
  await expectAccessible(screen.container);
});

test('an answer is drawn as Markdown, plain text only until that is loaded', async () => {
  show([prompt('p1', 'Hi'), answer('a1', { text: '## Result\n\n| a | b |\n|---|---|\n| 1 | 2 |' })]);
  await expect.element(page.getByRole('heading', { name: 'Result' })).toBeVisible();
  await expect.element(page.getByRole('table')).toBeVisible();
});

test('a long conversation opens at its end; earlier messages come while scrolling, and nothing jumps', async () => {
  show(longBranch(60));
  await expect.element(page.getByText('Answer 59')).toBeVisible();
  const scroller = log().element();
  await frames(3);
  expect(scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop).toBeLessThan(2);
  expect(scroller.querySelectorAll('article').length).toBe(20);

  scroller.scrollTop = 100;
  const landmark = page.getByText('Question 50').element();
  const before = landmark.getBoundingClientRect().top;
  await vi.waitFor(() => expect(scroller.querySelectorAll('article').length).toBeGreaterThan(24));
  await frames(3);
  expect(Math.abs(landmark.getBoundingClientRect().top - before)).toBeLessThan(2);
});

test('the view follows a growing answer only while the reader is at the end', async () => {
  const messages = [...longBranch(5), prompt('p', 'Go'), answer('a', { ...emptyReply })];
  const live = new LiveInMemory('a');
  show(messages, { live, busy: true });
  const scroller = log().element();
  const distance = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  live.say('one line\n\n'.repeat(60));
  await vi.waitFor(() => expect(scroller.scrollHeight).toBeGreaterThan(1200));
  await frames(3);
  expect(distance()).toBeLessThan(2);

  scroller.scrollTop -= 300;
  await frames(3);
  const reading = scroller.scrollTop;
  live.say('more\n\n'.repeat(60));
  await vi.waitFor(() => expect(distance()).toBeGreaterThan(600));
  await frames(3);
  expect(scroller.scrollTop).toBe(reading);

  await page.getByRole('button', { name: 'Jump to the end' }).click();
  live.say('the end\n\n');
  await frames(4);
  expect(distance()).toBeLessThan(2);
});

test('the actions carry the names of the contract', async () => {
  show([prompt('p1', 'Hi'), answer('a1', {})]);
  const mine = page.getByRole('article', { name: 'You' });
  const theirs = page.getByRole('article', { name: 'Assistant' });
  await mine.getByRole('button', { name: 'Edit' }).click();
  expect(verbs.onedit).toHaveBeenCalledWith('p1');
  await theirs.getByRole('button', { name: 'Regenerate' }).click();
  expect(verbs.onregenerate).toHaveBeenCalledWith('a1');
  await expect.element(mine.getByRole('button', { name: 'Copy' })).toBeVisible();
  await expect.element(theirs.getByRole('button', { name: 'Copy' })).toBeVisible();
});

test('alternatives: place, previous and next', async () => {
  const first = answer('a1', { text: 'First' });
  const all = [
    prompt('p1', 'Hi'),
    first,
    answer('a2', { text: 'Second' }, { seq: 3 }),
    answer('a3', {}, { seq: 4 }),
  ];
  show([all[0]!, all[2]!], { alternatives: alternatives(all) });
  await expect.element(page.getByText('2 of 3')).toBeVisible();
  await page.getByRole('button', { name: 'Previous answer' }).click();
  await page.getByRole('button', { name: 'Next answer' }).click();
  expect(verbs.onswitch.mock.calls).toEqual([['a1'], ['a3']]);
});

test('cut off by its limit: says at how many tokens, and offers to go on or to raise it', async () => {
  show([prompt('p1', 'Hi'), answer('a1', { finish: 'length', maxTokens: 800 })]);
  await expect.element(page.getByText('Cut off at 800 tokens.')).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Raise max tokens' }).click();
  expect(verbs.oncontinue).toHaveBeenCalledWith('a1');
  expect(verbs.onraise).toHaveBeenCalledWith('a1', 1600);
});

test('a limit that is the model’s own is not offered to be raised', async () => {
  show([prompt('p1', 'Hi'), answer('a1', { finish: 'length', maxTokens: 16_384 })]);
  await expect.element(page.getByRole('button', { name: 'Continue' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Raise max tokens' })).not.toBeInTheDocument();
});

const endings: readonly (readonly [string, Partial<Reply>, string, readonly string[]])[] = [
  ['stopped', { status: 'stopped', finish: null }, 'Stopped.', ['Continue', 'Retry']],
  [
    'interrupted',
    { status: 'interrupted', finish: null, failure: { kind: 'cut-off', detail: '' } },
    'The answer broke off',
    ['Continue', 'Retry'],
  ],
  [
    'failed',
    { status: 'failed', finish: null, text: '', failure: { kind: 'server-error', status: 500, detail: '' } },
    'The service had an internal error (500)',
    ['Retry'],
  ],
  [
    'all reasoning',
    { finish: 'length', text: '', maxTokens: 256 },
    'All 256 tokens went into reasoning',
    ['Raise max tokens'],
  ],
  ['empty', { text: '' }, 'The answer is empty.', []],
  ['refusal', { text: '', refusal: 'I cannot help with that.' }, 'The model declined to answer', []],
];

test.for(endings)('%s is said in words, with what to do', async ([, reply, sentence, actions]) => {
  show([prompt('p1', 'Hi'), answer('a1', reply)]);
  await expect.element(page.getByText(sentence)).toBeVisible();
  for (const name of actions)
    await expect.element(page.getByRole('button', { name, exact: true })).toBeVisible();
  expect(page.getByRole('alert').elements()).toEqual([]);
});

test('text that a filter withdrew is gone, and the filter says which category and how severe', async () => {
  show([
    prompt('p1', 'Hi'),
    answer('a1', {
      text: 'shown before',
      withdrawn: true,
      finish: 'content-filter',
      promptFilters: [{ category: 'hate', filtered: false, severity: 'safe' }],
      replyFilters: [{ category: 'violence', filtered: true, severity: 'medium' }],
    }),
  ]);
  await expect
    .element(page.getByText('withdrew this answer'))
    .toHaveTextContent('Violence (medium and blocked)');
  expect(page.getByText('shown before').elements()).toEqual([]);
  const filter = page.getByRole('group', { name: 'Content filter' });
  await filter.getByText('Content filter: Violence').click();
  await expect.element(filter.getByRole('row', { name: 'Violence' })).toHaveTextContent('medium and blocked');
  await expect.element(filter.getByRole('row', { name: 'Hate' })).toHaveTextContent('safe');
});

test('a wait before another attempt counts down, and can be cut short or stopped', async () => {
  const live = new LiveInMemory('a1');
  show([prompt('p1', 'Hi'), answer('a1', emptyReply)], { live, busy: true });
  await expect.element(page.getByText('Waiting for the first word')).toBeVisible();
  const skip = vi.fn();
  live.wait = { failure: { kind: 'rate-limited', detail: '' }, attempt: 1, until: Date.now() + 30_500, skip };
  await expect.element(page.getByRole('timer')).toHaveTextContent(/Attempt 2 in (30|31) sec/);
  await page.getByRole('button', { name: 'Try now' }).click();
  expect(skip).toHaveBeenCalledTimes(1);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  expect(live.stop).toHaveBeenCalledTimes(1);
});

test('a stalled answer asks whether to wait', async () => {
  const live = new LiveInMemory('a1');
  show([prompt('p1', 'Hi'), answer('a1', emptyReply)], { live, busy: true });
  live.stalled = true;
  await expect.element(page.getByText('Nothing has arrived for 30 seconds.')).toBeVisible();
  await page.getByRole('button', { name: 'Wait', exact: true }).click();
  expect(live.keepWaiting).toHaveBeenCalledTimes(1);
});

test('an answer that fails before one’s eyes is announced', async () => {
  const live = new LiveInMemory('a1');
  const messages = [prompt('p1', 'Hi'), answer('a1', emptyReply)];
  const screen = show(messages, { live, busy: true });
  await expect.element(page.getByText('Waiting for the first word')).toBeVisible();
  const failed = answer('a1', {
    ...emptyReply,
    status: 'failed',
    failure: { kind: 'rate-limited', detail: '' },
  });
  await screen.rerender({ messages: [messages[0]!, failed], live: null, busy: false });
  await expect
    .element(page.getByRole('alert'))
    .toHaveTextContent('The rate limit of this deployment is reached');
  await page.getByRole('button', { name: 'Retry' }).click();
  expect(verbs.onretry).toHaveBeenCalledWith('a1');
});

test('usage under an answer: tokens, true dollars and times', async () => {
  show([
    prompt('p1', 'Hi'),
    answer('a1', {
      usage: {
        inputTokens: 1940,
        cachedTokens: 1024,
        outputTokens: 210,
        reasoningTokens: 64,
        cacheWriteTokens: 0,
        imageTokens: null,
      },
      cost: { nanos: 9_600_000, estimated: false },
      firstTextMs: 850,
      durationMs: 12_340,
      simulated: true,
    }),
  ]);
  const usage = page.getByRole('group', { name: 'Usage' });
  for (const figure of [
    '1,940 input',
    '1,024 cached',
    '210 output',
    '64 reasoning',
    '$0.0096',
    '850 ms',
    '12.3 sec',
  ]) {
    await expect.element(usage).toHaveTextContent(figure);
  }
  await expect.element(usage).not.toHaveTextContent('≈');
  await expect.element(page.getByText('Simulated')).toBeVisible();
});

test('a cost that is not known is not shown as nothing, and an estimate is marked', async () => {
  const usage = {
    inputTokens: 10,
    cachedTokens: 0,
    outputTokens: 5,
    reasoningTokens: 0,
    cacheWriteTokens: 0,
    imageTokens: null,
  };
  show([
    prompt('p1', 'Hi'),
    answer('a1', { usage, cost: { nanos: null, estimated: false } }),
    answer('a2', { usage, cost: { nanos: 2_000, estimated: true }, status: 'stopped' }),
  ]);
  const lines = page.getByRole('group', { name: 'Usage' });
  await expect.element(lines.nth(0)).toHaveTextContent('cost unknown');
  await expect.element(lines.nth(0)).not.toHaveTextContent('cached');
  await expect.element(lines.nth(1)).toHaveTextContent('≈ $0.000002');
  await expect.element(lines.nth(1)).toHaveTextContent('≈ 10 input');
});

test('a lost picture is a tile that says so; a picture by URL is loaded only when asked for', async () => {
  const preview = vi.fn(() =>
    Promise.resolve({ ok: false as const, reason: 'http-error' as const, status: 404 }),
  );
  show(
    [
      prompt('p1', '', {
        parts: [
          picture('cat.jpg'),
          { kind: 'picture-url', url: 'https://example.com/dog.png', detail: 'auto' },
        ],
      }),
    ],
    { pictures: { ...noPictures, preview } },
  );
  await expect.element(page.getByText('Picture missing')).toBeVisible();
  expect(preview).not.toHaveBeenCalled();
  await expect.element(page.getByText('example.com', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Preview picture from example.com' }).click();
  await expect.element(page.getByText('The host answered with 404.')).toBeVisible();
  await expect
    .element(page.getByRole('link', { name: 'Open example.com in a new tab' }))
    .toHaveAttribute('rel', expect.stringContaining('noopener'));
});

test('a picture opens in the viewer, and Escape leads back to it', async () => {
  const url = URL.createObjectURL(
    new Blob(['<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"/>'], { type: 'image/svg+xml' }),
  );
  const full = vi.fn(() => Promise.resolve(url));
  show([prompt('p1', '', { parts: [picture('cat.jpg')] })], {
    pictures: { ...noPictures, thumbnail: () => Promise.resolve(url), full },
  });
  const thumbnail = page.getByRole('button', { name: 'Open cat.jpg' });
  await thumbnail.click();
  await expect.element(page.getByRole('dialog')).toBeVisible();
  expect(full).toHaveBeenCalledWith('cat.jpg');
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  await expect.element(thumbnail).toHaveFocus();
});

test('what a model or a person wrote is never markup', async () => {
  const attack = '<img src=x onerror="document.title=1"> **bold**';
  const screen = show([prompt('p1', attack), answer('a1', { text: attack, refusal: attack })]);
  await expect.element(page.getByText('bold').first()).toBeVisible();
  expect(screen.container.querySelector('img')).toBeNull();
});
