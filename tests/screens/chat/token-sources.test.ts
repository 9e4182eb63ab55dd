import '../../../src/app.css';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Estimate, TokenSource } from '#domain/estimate.ts';
import { defaultSettings } from '#domain/settings.ts';
import { speak } from '#language';
import Composer from '#screens/chat/Composer.svelte';
import TokenSources from '#screens/chat/TokenSources.svelte';
import { DraftInMemory, noPictures } from './draft.svelte.ts';
import { estimateOf, plannedOf } from './planning.ts';
import {
  answer,
  capabilities,
  connection,
  expectAccessible,
  picture,
  prompt,
  speakWhole,
} from './records.ts';

beforeAll(() => speakWhole('en'));

const onclose = vi.fn();
beforeEach(() => void vi.clearAllMocks());

const cat = picture('cat.jpg');
const sources: readonly TokenSource[] = [
  { kind: 'system', tokens: 30 },
  { kind: 'picture', id: 'p1/0', messageId: 'p1', picture: cat, tokens: 765, known: true },
  { kind: 'text', messageId: 'p1', role: 'user', tokens: 5 },
  { kind: 'text', messageId: 'a1', role: 'assistant', tokens: 180 },
  {
    kind: 'picture',
    id: 'p2/0',
    messageId: 'p2',
    picture: { ...cat, name: 'dog.jpg', detail: 'low' },
    tokens: 85,
    known: true,
  },
  { kind: 'text', messageId: null, role: 'user', tokens: 10 },
  { kind: 'framing', tokens: 25 },
];

function estimateWith(list: readonly TokenSource[], change: Partial<Estimate> = {}): Estimate {
  const inputTokens = list.reduce((sum, { tokens }) => sum + tokens, 0);
  return { ...estimateOf([]), inputTokens, pictureTokens: 850, sources: list, ...change };
}

function show(list: readonly TokenSource[] = sources, change: Record<string, unknown> = {}) {
  render(TokenSources, {
    estimate: estimateWith(list),
    messages: [prompt('p1', 'What is   on\nthis picture?'), answer('a1', { text: 'A cat on a mat.' })],
    systemPrompt: 'Be brief.',
    draftText: 'And the dog?',
    accuracy: null,
    pictures: noPictures,
    onclose,
    ...change,
  });
  return page.getByRole('dialog', { name: 'Where the tokens come from' });
}

/** The table as it is read out: one text a row. */
const rows = (): readonly string[] =>
  page
    .getByRole('row')
    .elements()
    .slice(1)
    .map((row) =>
      [...row.querySelectorAll('.name, .rest th, td')].map((cell) => cell.textContent.trim()).join(' | '),
    );

describe('the table', () => {
  test('each part in sending order: who, what, tokens and share; they add up', async () => {
    const dialog = show();
    await expect.element(dialog.getByText('≈ 1,100 tokens in this request')).toBeVisible();
    expect(rows().map((row) => row.replace(/\s+/g, ' '))).toEqual([
      'System prompt Be brief. | 30 | 2.7%',
      'Picture cat.jpg | 765 | 69.5%',
      'You What is on this picture? | 5 | 0.5%',
      'Assistant A cat on a mat. | 180 | 16.4%',
      'Picture dog.jpg · low detail | 85 | 7.7%',
      'You, being written And the dog? | 10 | 0.9%',
      'Framing What marks where each message begins, and corrections | 25 | 2.3%',
    ]);
    await expectAccessible(dialog.element());
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    expect(onclose).toHaveBeenCalledTimes(1);
  });

  test('what is found in pictures, and the most it may be where it is yet to come', async () => {
    const findings = {
      isSent: true,
      pictures: [],
      lines: [{ number: 1, partIndex: 0, kind: 'text', text: 'x', polygon: [], confidence: null }],
      leftOut: 0,
    } as const;
    show(
      [
        { kind: 'findings', messageId: 'p1', tokens: 90, upTo: false },
        { kind: 'findings', messageId: null, tokens: 2_000, upTo: true },
      ],
      { messages: [prompt('p1', 'What?', { findings })] },
    );
    await expect
      .poll(() => rows().map((row) => row.replace(/\s+/g, ' ')))
      .toEqual([
        'Found in the pictures 1 line of text | 90 | 4.3%',
        'What is found in the pictures, at most | 2,000 | 95.7%',
      ]);
  });

  test('largest first, when asked for', async () => {
    const dialog = show();
    await dialog.getByRole('switch', { name: 'Largest first' }).click();
    await expect
      .poll(() => rows().map((row) => row.split(' | ')[1]))
      .toEqual(['765', '180', '85', '30', '25', '10', '5']);
  });

  test('how well earlier estimates did', async () => {
    const dialog = show(sources, { accuracy: { samples: 20, deviation: 0.0187 } });
    await expect.element(dialog.getByText('last 20: within 1.9%')).toBeVisible();
  });

  test('of a thousand parts the largest are shown, the rest as one, and all when asked for', async () => {
    const many = Array.from({ length: 1000 }, (_, at): TokenSource => ({
      kind: 'text',
      messageId: `m${String(at)}`,
      role: at % 2 === 0 ? 'user' : 'assistant',
      tokens: 100 + at,
    }));
    const dialog = show(many);
    await expect.poll(() => rows().length).toBe(31);
    // In sending order all the same; what is summed up is the smaller part.
    expect(rows()[0]).toContain('1,070');
    expect(rows()[30]).toContain('970 smaller sources');
    const restTokens = many.slice(0, 970).reduce((sum, { tokens }) => sum + tokens, 0);
    expect(rows()[30]).toContain(restTokens.toLocaleString('en-US'));

    await dialog.getByRole('button', { name: 'Show all 1,000' }).click();
    const drawn = (): number => document.querySelectorAll('tbody tr').length;
    await expect.poll(drawn, { timeout: 10_000 }).toBe(1000);
    expect(rows()[0]).toContain('100');
  });
});

describe('asked for from the estimate', () => {
  function compose(estimate: Estimate | null, change: Record<string, unknown> = {}) {
    return render(Composer, {
      draft: new DraftInMemory(),
      connections: [connection],
      connectionId: 'c1',
      capabilities,
      settings: defaultSettings,
      estimate,
      pictureCount: 0,
      answering: false,
      problem: null,
      pictures: noPictures,
      sentSize: () => null,
      loadDeployments: () => Promise.resolve([]),
      onsend: vi.fn(),
      onstop: vi.fn(),
      onconnection: vi.fn(),
      onsettings: vi.fn(),
      ondismissproblem: vi.fn(),
      ...change,
    });
  }
  const why = () => page.getByRole('button', { name: 'Why so many tokens?' });
  const group = () => page.getByRole('group', { name: 'Estimate' });

  test('opens the table, and gives the focus back', async () => {
    await speak('en');
    compose(estimateOf(plannedOf([cat])), { messages: [prompt('p0', 'Look here')] });
    await why().click();
    const dialog = page.getByRole('dialog', { name: 'Where the tokens come from' });
    await expect.element(dialog.getByText('cat.jpg')).toBeVisible();
    await expect.element(dialog.getByText('Look here')).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(why()).toHaveFocus();
  });

  test('a short prompt without pictures is asked nothing', async () => {
    const screen = compose(estimateOf([], 500));
    await expect.element(group()).toHaveTextContent('tokens in');
    await expect.element(why()).not.toBeInTheDocument();
    await screen.rerender({ estimate: estimateOf([], 1_200) });
    await expect.element(why()).toBeVisible();
  });

  test('a figure that learned from the bills says so, and how well earlier ones did', async () => {
    const estimate = estimateOf(plannedOf([cat]));
    compose({ ...estimate, calibrated: true, exact: false }, { accuracy: { samples: 20, deviation: 0.02 } });
    await expect.element(group()).toHaveTextContent('calibrated');
    await expect.element(group()).not.toHaveTextContent('rough');
    expect(why().element().getAttribute('title')).toBe('last 20: within 2%');
  });
});
