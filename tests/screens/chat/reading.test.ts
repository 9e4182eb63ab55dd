import '../../../src/app.css';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { findingsText, type Findings } from '#domain/findings.ts';
import { defaultReading } from '#domain/settings.ts';
import { unitPoint } from '#domain/places.ts';
import { defaultSettings } from '#domain/settings.ts';
import AnswerProgress from '#screens/chat/AnswerProgress.svelte';
import FindingsNote from '#screens/chat/FindingsNote.svelte';
import OnePictureNotice from '#screens/chat/OnePictureNotice.svelte';
import ReadingLine from '#screens/chat/ReadingLine.svelte';
import RequestSettingsDialog from '#screens/chat/RequestSettingsDialog.svelte';
import UserMessage from '#screens/chat/UserMessage.svelte';
import { noPictures } from './draft.svelte.ts';
import { LiveInMemory } from './live.svelte.ts';
import { capabilities, connection, expectAccessible, prompt, speakWhole } from './records.ts';

beforeAll(() => speakWhole('en'));

const onchange = vi.fn();
beforeEach(() => void vi.clearAllMocks());

const toggle = (name: string) => page.getByRole('switch', { name, exact: true });
const seed = { ...capabilities, visionEnhancements: true };
const classic = { ...connection.endpoint, api: 'classic' } as const;
const withVision = { ...connection, visionEndpoint: 'https://eyes.cognitiveservices.azure.com' };
const preview = { ...withVision, endpoint: classic, apiVersion: '2024-02-15-preview' };

function open(change: Record<string, unknown> = {}) {
  return render(RequestSettingsDialog, {
    settings: defaultSettings,
    connection: withVision,
    capabilities,
    withPictures: true,
    onchange,
    onclose: vi.fn(),
    ...change,
  });
}

describe('enhancements in the request settings', () => {
  test('where a service has them, both can be switched on', async () => {
    open({ connection: preview, capabilities: seed });
    await toggle('OCR enhancement').click();
    expect(onchange).toHaveBeenLastCalledWith({ ocrEnhancement: true });
    await toggle('Grounding enhancement').click();
    expect(onchange).toHaveBeenLastCalledWith({ groundingEnhancement: true });
    await expect.element(page.getByText('billed as one transaction, beside the tokens')).toBeVisible();
  });

  test.for([
    ['a model without them', preview, capabilities, 'This model never had them', true],
    ['the v1 API', withVision, seed, 'The v1 API never had them', true],
    [
      'another version',
      { ...preview, apiVersion: '2024-10-21' },
      seed,
      'API version 2024-10-21 does not have them',
      true,
    ],
    ['no resource', { ...preview, visionEndpoint: null }, seed, 'this connection names none', false],
  ] as const)('%s: off, and why', async ([, at, model, reason, isOffered]) => {
    const settings = { ...defaultSettings, ocrEnhancement: true, groundingEnhancement: true };
    open({ connection: at, capabilities: model, settings });
    for (const name of ['OCR enhancement', 'Grounding enhancement']) {
      await expect.element(toggle(name)).toBeDisabled();
      await expect.element(toggle(name)).not.toBeChecked();
    }
    const group = page.getByRole('group', { name: 'Enhancements' });
    await expect.element(group).toHaveAccessibleDescription(new RegExp(reason));
    if (isOffered) {
      await expect.element(group).toHaveAccessibleDescription(/“Read text and find objects first” below/);
    } else {
      const link = group.getByRole('link', { name: 'Open Settings' });
      await expect.element(link).toHaveAttribute('href', '#/settings');
    }
  });
});

describe('reading first, in the request settings', () => {
  test('is switched on as it is most often wanted, and off again', async () => {
    const screen = open();
    await toggle('Read text and find objects first').click();
    expect(onchange).toHaveBeenLastCalledWith({ reading: defaultReading });
    const reading = { ...defaultReading, language: 'ja' as const };
    await screen.rerender({ settings: { ...defaultSettings, reading } });
    await toggle('Read text and find objects first').click();
    expect(onchange).toHaveBeenLastCalledWith({ reading: null });
    await screen.rerender({ settings: defaultSettings });
    await toggle('Read text and find objects first').click();
    expect(onchange).toHaveBeenLastCalledWith({ reading });
  });

  test('features, each with what it is billed as, language and budget', async () => {
    const screen = open({ settings: { ...defaultSettings, reading: defaultReading } });
    const box = (name: string) => page.getByRole('checkbox', { name, exact: true });
    await expect.element(box('Text')).toBeChecked();
    for (const name of ['Text', 'Objects', 'People', 'Tags', 'Caption', 'Dense captions']) {
      await expect.element(box(name)).toHaveAccessibleDescription(/1 transaction per picture/);
    }
    await box('Caption').click();
    const features = ['text', 'objects', 'caption'] as const;
    expect(onchange).toHaveBeenLastCalledWith({ reading: { ...defaultReading, features } });
    await screen.rerender({ settings: { ...defaultSettings, reading: { ...defaultReading, features } } });
    await expect.element(page.getByText(/only in East US, West US, France Central/)).toBeVisible();

    await page.getByRole('combobox', { name: 'Language of what is found' }).selectOptions('Chinese');
    expect(onchange).toHaveBeenLastCalledWith({ reading: { ...defaultReading, features, language: 'zh' } });

    const budget = page.getByRole('spinbutton', { name: 'Token budget for what is found' });
    await userEvent.fill(budget, '50');
    await expect.element(budget).toHaveAccessibleDescription('Enter a whole number from 100 to 20,000.');
    expect(onchange).not.toHaveBeenCalledWith({ reading: expect.objectContaining({ budgetTokens: 50 }) });
    await userEvent.fill(budget, '500');
    expect(onchange).toHaveBeenLastCalledWith({
      reading: expect.objectContaining({ budgetTokens: 500 }),
    });
    await expectAccessible(screen.container.ownerDocument.querySelector('dialog')!);
  });

  test('where nothing can read, it is off and leads to the settings', async () => {
    open({ connection, settings: { ...defaultSettings, reading: defaultReading } });
    const all = toggle('Read text and find objects first');
    await expect.element(all).toBeDisabled();
    await expect.element(all).not.toBeChecked();
    await expect.element(page.getByText('Needs a Computer Vision resource')).toBeVisible();
  });

  test('a resource that opens Computer Vision with its own key is enough', async () => {
    open({ connection: { ...connection, visionSource: 'same' } });
    await expect.element(toggle('Read text and find objects first')).toBeEnabled();
  });
});

describe('the line above the attachments', () => {
  const onskip = vi.fn();
  const reads = { pictures: 2, transactions: 4, costNanos: 5_000_000, budgetTokens: 2_000, known: 0 };
  const line = () => page.getByRole('group', { name: 'Reading first' });

  test('says what is bought, and can be left out this time', async () => {
    const screen = render(ReadingLine, { ...reads, skips: false, onskip });
    await expect
      .element(line())
      .toHaveTextContent('2 pictures are read first · 4 transactions, $0.005 · up to 2,000 tokens');
    await expect.element(toggle('Read this time')).toBeChecked();
    await toggle('Read this time').click();
    expect(onskip).toHaveBeenLastCalledWith(true);
    await screen.rerender({ skips: true });
    await expect.element(line()).toHaveTextContent('2 pictures go unread with this question');
    await toggle('Read this time').click();
    expect(onskip).toHaveBeenLastCalledWith(false);
    await expectAccessible(screen.container);
  });

  test('says what is known already, and that a price is not', async () => {
    const screen = render(ReadingLine, { ...reads, known: 1, costNanos: null, skips: false, onskip });
    await expect
      .element(line())
      .toHaveTextContent('1 of them is read already · 4 transactions, cost unknown');
    await screen.rerender({ known: 2, transactions: 0, costNanos: 0 });
    await expect.element(line()).toHaveTextContent('2 pictures are read already · nothing to pay');
  });
});

const square = [unitPoint(0, 0), unitPoint(0.5, 0), unitPoint(0.5, 0.5)];
const findings: Findings = {
  isSent: true,
  pictures: [{ partIndex: 0, analysisId: 'x/en', sizePx: { widthPx: 800, heightPx: 600 }, about: '' }],
  lines: [
    { number: 1, partIndex: 0, kind: 'object', text: 'cat', polygon: square, confidence: 0.9 },
    { number: 2, partIndex: 0, kind: 'text', text: 'Total <b>', polygon: square, confidence: null },
    { number: 3, partIndex: 0, kind: 'text', text: 'Invoice', polygon: square, confidence: null },
  ],
  leftOut: 12,
};

describe('what was found in a question’s pictures', () => {
  test('unfolds to the very text that was added, and can be switched off', async () => {
    const onfindings = vi.fn();
    const screen = render(UserMessage, {
      message: prompt('p1', 'What is the total?', { findings }),
      alternatives: ['p1'],
      pictures: noPictures,
      onopen: vi.fn(),
      onedit: vi.fn(),
      onswitch: vi.fn(),
      onfindings,
    });
    await page.getByText('Found in the pictures: 2 lines of text and 1 object').click();
    const text = page.getByRole('region', { name: 'What was found in the pictures' });
    await expect.poll(() => text.element().textContent).toBe(findingsText(findings));
    await expect.element(page.getByText(/^12 more lines were found and left out/)).toBeVisible();
    await expectAccessible(screen.container);
    await toggle('Send with the question').click();
    expect(onfindings).toHaveBeenLastCalledWith(false);
    await screen.rerender({ message: prompt('p1', '', { findings: { ...findings, isSent: false } }) });
    await expect.element(page.getByText('not sent', { exact: true })).toBeVisible();
    // It can still be read, so that it can be judged.
    expect(text.element().textContent).toBe(findingsText(findings));
  });

  test('nothing found is said too', async () => {
    render(FindingsNote, { findings: { ...findings, lines: [], leftOut: 0 } });
    await expect.element(page.getByText('Found in the pictures: nothing')).toBeVisible();
  });
});

describe('more than one picture for the enhancements', () => {
  const verbs = { onkeep: vi.fn(), onleaveout: vi.fn(), onoff: vi.fn() };
  const named = (name: string) => page.getByRole('button', { name, exact: true });

  test('one of the draft is kept', async () => {
    const draftPictures = ['cat.jpg', 'Pasted picture', 'Pasted picture'].map((name, at) => ({
      key: `k${String(at)}`,
      name,
    }));
    const screen = render(OnePictureNotice, { draftPictures, earlierPictures: 1, ...verbs });
    await expect.element(page.getByText('This request would send 4 pictures.')).toBeVisible();
    await named('Keep only cat.jpg').click();
    await named('Keep only Pasted picture (3)').click();
    expect(verbs.onkeep.mock.calls).toEqual([['k0'], ['k2']]);
    await expectAccessible(screen.container);
  });

  test('earlier ones are left out, or the enhancements are', async () => {
    const draftPictures = [{ key: 'k', name: 'cat.jpg' }];
    render(OnePictureNotice, { draftPictures, earlierPictures: 2, ...verbs });
    await named('Leave out earlier pictures').click();
    expect(verbs.onleaveout).toHaveBeenCalledTimes(1);
    await named('Turn enhancements off').click();
    expect(verbs.onoff).toHaveBeenCalledTimes(1);
  });
});

describe('while pictures are read', () => {
  class Reading extends LiveInMemory {
    readonly stage = { kind: 'reading', done: 1, total: 3 } as const;
  }

  test('says which, and how far', async () => {
    render(AnswerProgress, { live: new Reading('a1'), startedAt: Date.now(), waiting: true });
    await expect.element(page.getByRole('status')).toHaveTextContent('Reading picture 2 of 3…');
    const bar = page.getByRole('progressbar', { name: 'Reading picture 2 of 3…' });
    expect((bar.element() as HTMLProgressElement).value).toBeCloseTo(1 / 3);
  });

  test('a limit is that of Computer Vision, and is waited for', async () => {
    const live = new Reading('a1');
    const failure = { kind: 'rate-limited', detail: '', retryAfterMs: 5_000 } as const;
    live.wait = { failure, attempt: 1, until: Date.now() + 5_000, skip: vi.fn() };
    render(AnswerProgress, { live, startedAt: Date.now(), waiting: true });
    await expect
      .element(page.getByRole('status'))
      .toHaveTextContent('The rate limit of Computer Vision is reached');
    await page.getByRole('button', { name: 'Try now' }).click();
    expect(live.wait.skip).toHaveBeenCalledTimes(1);
  });
});
