import '../../../src/app.css';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Failure, FailureKind } from '#domain/failure.ts';
import FailureNotice from '#screens/chat/FailureNotice.svelte';
import { factsOf, wordsFor } from '#screens/chat/failure-words.ts';
import { expectAccessible, speakWhole } from './records.ts';

/** Every kind; the compiler says when one is missing. */
const kinds = Object.keys({
  unreachable: 0,
  offline: 0,
  redirected: 0,
  'credentials-refused': 0,
  'token-expired': 0,
  'key-authentication-disabled': 0,
  'network-rules': 0,
  forbidden: 0,
  'deployment-not-found': 0,
  'resource-not-found': 0,
  'model-retired': 0,
  'request-timeout': 0,
  'body-too-large': 0,
  'rate-limited': 0,
  'too-many-headers': 0,
  'server-error': 0,
  'prompt-blocked': 0,
  'picture-refused': 0,
  'picture-url-unreadable': 0,
  'pictures-not-supported': 0,
  'parameter-refused': 0,
  'bad-request': 0,
  'not-a-chat-answer': 0,
  'service-error': 0,
  'cut-off': 0,
  stalled: 0,
  'left-running': 0,
  'too-many-pictures': 0,
  'picture-too-large': 0,
  'request-too-large': 0,
  'connection-incomplete': 0,
  'enhancements-one-picture': 0,
  'enhancements-not-here': 0,
  'vision-missing': 0,
  'vision-wrong-key': 0,
  'vision-region': 0,
  'vision-picture-too-small': 0,
  'vision-picture-too-large': 0,
  'vision-refused': 0,
  'blob-unreachable': 0,
  'blob-not-found': 0,
  'sas-expired': 0,
  'sas-lacks-permission': 0,
  'sas-refused': 0,
  'index-not-found': 0,
  'index-exists': 0,
  'video-unreadable': 0,
  'video-one-only': 0,
  'video-with-pictures': 0,
  'video-without-words': 0,
  'video-not-here': 0,
  'data-source-refused': 0,
  'changed-elsewhere': 0,
  'storage-full': 0,
  'storage-failed': 0,
  'picture-missing': 0,
  'picture-unreadable': 0,
  unexpected: 0,
} satisfies Record<FailureKind, 0>) as FailureKind[];

const facts = { status: 500, code: 'X', param: 'seed', retryAfterMs: 12_000, actual: 12, limit: 10 };

describe.for(['en', 'zh'] as const)('in %s', (language) => {
  test('each kind says what happened, why and what to do, with and without facts', async () => {
    await speakWhole(language);
    const titles = new Set<string>();
    for (const kind of kinds) {
      const bare = wordsFor({ kind, detail: '' });
      const full = wordsFor({
        kind,
        detail: 'cat.jpg',
        origin: 'https://contoso.openai.azure.com',
        ...facts,
      });
      const reading = wordsFor({ kind, stage: 'reading', detail: '', ...facts });
      for (const words of [bare, full, reading]) {
        for (const text of [words.title, words.why, words.remedy]) {
          expect(text, kind).toMatch(language === 'zh' ? /\p{Script=Han}/u : /[a-z]/);
          expect(text, kind).not.toMatch(/undefined|null|NaN|\[object|!|！/);
        }
      }
      titles.add(bare.title);
    }
    // Two of the limits are found on either side of the wire and read alike.
    expect(titles.size).toBeGreaterThanOrEqual(kinds.length - 1);
  });

  test('what a browser cannot tell apart is listed, likeliest first', async () => {
    await speakWhole(language);
    const { causes } = wordsFor({ kind: 'unreachable', detail: '' });
    expect(causes).toHaveLength(6);
    expect(causes[2]).toContain('CORS');
    expect(causes[2]).toContain('api-key');
    expect(wordsFor({ kind: 'offline', detail: '' }).causes).toEqual([]);
  });
});

test('a kind that a newer version wrote down is shown all the same', async () => {
  await speakWhole('en');
  const newer = { kind: 'of-tomorrow', detail: 'x' } as unknown as Failure;
  expect(wordsFor(newer).title).toBe('Something went wrong in Sightline');
});

describe('the notice', () => {
  afterEach(() => speakWhole('en'));

  test('is an alert only while it is news', async () => {
    await speakWhole('en');
    const screen = render(FailureNotice, {
      failure: { kind: 'rate-limited', detail: '', retryAfterMs: 45_000 },
    });
    await expect.element(page.getByText('Azure asks to wait 45')).toBeVisible();
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
    await screen.rerender({ live: true });
    await expect.element(page.getByRole('alert')).toBeVisible();
    await expectAccessible(screen.container);
  });

  test.for([
    ['credentials-refused', 'link', 'Open Settings'],
    ['vision-missing', 'link', 'Open Settings'],
    ['prompt-blocked', 'button', 'Edit prompt'],
    ['too-many-pictures', 'button', 'Keep only the newest 10 pictures'],
    ['server-error', 'button', 'Retry'],
  ] as const)('%s has its one next action: the %s “%s”', async ([kind, role, name]) => {
    await speakWhole('en');
    const verbs = { onretry: vi.fn(), onedit: vi.fn(), onkeepnewest: vi.fn() };
    render(FailureNotice, { failure: { kind, detail: '', limit: 10, actual: 12 }, live: true, ...verbs });
    const control = page.getByRole(role, { name });
    if (role === 'link') {
      await expect.element(control).toHaveAttribute('href', '#/settings');
      return;
    }
    await control.click();
    const called = Object.entries(verbs).filter(([, verb]) => verb.mock.calls.length > 0);
    const expected = {
      'prompt-blocked': 'onedit',
      'too-many-pictures': 'onkeepnewest',
      'server-error': 'onretry',
    };
    expect(called.map(([verb]) => verb)).toEqual([expected[kind as keyof typeof expected]]);
  });

  test.for([
    ['rate-limited', 'The rate limit of Computer Vision is reached'],
    ['unreachable', 'While reading the pictures: No answer from the endpoint'],
    ['vision-picture-too-small', 'A picture is too small to be read'],
  ] as const)('%s while pictures are read says so, and the question goes without', async ([kind, title]) => {
    await speakWhole('en');
    const verbs = { onwithoutreading: vi.fn(), onwithoutcaptions: vi.fn(), onretry: vi.fn() };
    const screen = render(FailureNotice, { failure: { kind, stage: 'reading', detail: '' }, ...verbs });
    await expect.element(page.getByText(title, { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Send without reading' }).click();
    expect(verbs.onwithoutreading).toHaveBeenCalledTimes(1);
    await expect.element(page.getByRole('button', { name: 'Retry' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Without captions' })).not.toBeInTheDocument();
    await screen.rerender({ failure: { kind: 'rate-limited', detail: '' } });
    await expect.element(page.getByRole('button', { name: 'Send without reading' })).not.toBeInTheDocument();
  });

  test('a region without captions can be asked for the rest', async () => {
    await speakWhole('en');
    const onwithoutcaptions = vi.fn();
    const failure: Failure = { kind: 'vision-region', stage: 'reading', detail: '' };
    render(FailureNotice, { failure, onwithoutcaptions });
    await page.getByRole('button', { name: 'Without captions' }).click();
    expect(onwithoutcaptions).toHaveBeenCalledTimes(1);
  });

  test('the technical facts fold out, as text', async () => {
    await speakWhole('en');
    const detail = '<img src=x onerror=alert(1)> Access denied';
    const failure: Failure = { kind: 'credentials-refused', status: 401, code: '401', detail };
    const screen = render(FailureNotice, { failure });
    await page.getByText('Details', { exact: true }).click();
    await expect.element(page.getByText('Status: 401')).toBeVisible();
    expect(screen.container.querySelector('img')).toBeNull();
    expect(factsOf(failure)).toContain(`Message: ${detail}`);
    await expect.element(page.getByRole('button', { name: 'Copy details' })).toBeVisible();
  });
});
