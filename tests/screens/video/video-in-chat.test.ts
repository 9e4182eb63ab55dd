import '../../../src/app.css';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { PicturePart, VideoDocumentPart, VideoPart } from '#domain/conversation.ts';
import AssistantMessage from '#screens/chat/AssistantMessage.svelte';
import MessageList from '#screens/chat/MessageList.svelte';
import type { PictureSources } from '#screens/chat/chat-views.ts';
import VideoTile from '#screens/video/VideoTile.svelte';
import { drawnPictures } from '../chat/planning.ts';
import { answer, expectAccessible, picture, prompt, speakWhole } from '../chat/records.ts';

const video: VideoPart = {
  kind: 'video',
  videoId: 'v1',
  name: 'hills.webm',
  durationSeconds: 90,
  transcript: {
    from: 'file',
    language: null,
    segments: [
      { startSeconds: 2, endSeconds: 4, text: 'The sun rises.' },
      { startSeconds: 61, endSeconds: 64, text: 'Noon.' },
    ],
  },
  fingerprint: 'f',
};
const frame = (atSeconds: number): PicturePart =>
  picture(`hills.webm ${String(atSeconds)}`, {
    widthPx: 640,
    heightPx: 360,
    frame: { videoId: 'v1', atSeconds },
  });
const frames = [0, 15, 30.4, 45, 60, 75].map(frame);
const indexed: VideoDocumentPart = {
  kind: 'video-document',
  videoId: 'v2',
  name: 'lobby.mp4',
  documentId: 'lobby-1',
  indexName: 'cameras',
};

let pictures: PictureSources;
beforeAll(async () => {
  await speakWhole('en');
  pictures = await drawnPictures();
});
const onplay = vi.fn();
beforeEach(() => void vi.clearAllMocks());

describe('a video in the composer', () => {
  const verbs = { onplay, onedit: vi.fn(), onremove: vi.fn(), onmove: vi.fn() };

  test('says what goes along, plays, is edited and removed', async () => {
    const attachment = { key: 'k', kind: 'video', part: video, frames } as const;
    const { container } = render(VideoTile, { attachment, pictures, ...verbs });
    await expect.element(page.getByText('01:30 · 6 frames · with words')).toBeVisible();
    await page.getByRole('button', { name: 'Play at 00:30.4' }).click();
    expect(onplay).toHaveBeenCalledWith(30.4);
    await page.getByRole('button', { name: 'Edit frames of hills.webm' }).click();
    expect(verbs.onedit).toHaveBeenCalledTimes(1);
    await page.getByRole('button', { name: 'Remove hills.webm' }).click();
    expect(verbs.onremove).toHaveBeenCalledTimes(1);
    await expectAccessible(container);
  });

  test('of an index: its document; there is nothing to edit', async () => {
    const attachment = { key: 'k', kind: 'video', part: indexed, frames: [] } as const;
    const { container } = render(VideoTile, { attachment, pictures, ...verbs });
    await expect.element(page.getByText('Index cameras · document lobby-1')).toBeVisible();
    await expect.element(page.getByRole('button', { name: /Edit/ })).not.toBeInTheDocument();
    await expect.element(page.getByRole('button', { name: 'Remove lobby.mp4' })).toBeVisible();
    await expectAccessible(container);
  });

  test('not chosen from yet: asks for it', async () => {
    const file = new File(['abc'], 'raw.mp4', { type: 'video/mp4' });
    const { container } = render(VideoTile, {
      attachment: { key: 'k', kind: 'video-file', name: 'raw.mp4', file },
      pictures,
      ...verbs,
    });
    await page.getByRole('button', { name: 'Choose frames of raw.mp4' }).click();
    expect(verbs.onedit).toHaveBeenCalledTimes(1);
    await expectAccessible(container);
  });
});

describe('a video in a conversation', () => {
  const question = prompt('p1', 'When is noon?', {
    parts: [video, ...frames, { kind: 'text', text: 'When is noon?' }],
  });
  const noVerbs = {
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
  const list = (text: string) => ({
    messages: [question, answer('a1', { text })],
    systemPrompt: '',
    live: null,
    alternatives: new Map(),
    pictures,
    busy: false,
    maxOutputTokens: null,
    onplay,
    ...noVerbs,
  });

  test('its frames are a strip, those that the answer names are marked, and each plays', async () => {
    const { container } = render(MessageList, list('The sun rises at [00:15]; noon is [01:00–01:20].'));
    const strip = page.getByRole('list', { name: 'Frames of hills.webm' });
    await expect.element(strip).toBeVisible();
    expect(strip.getByRole('button').elements()).toHaveLength(6);
    const cited = strip.getByRole('button', { name: /named in the answer/ });
    expect(cited.elements().map((one) => one.getAttribute('aria-label'))).toEqual([
      'Play at 00:15.0, named in the answer',
      'Play at 01:00.0, named in the answer',
      'Play at 01:15.0, named in the answer',
    ]);
    await strip.getByRole('button', { name: 'Play at 00:30.4' }).click();
    expect(onplay).toHaveBeenLastCalledWith(video, 30.4);
    // Frames are no pictures of their own.
    await expect.element(page.getByRole('button', { name: /^Open / })).not.toBeInTheDocument();
    await page.getByText('Words · 2 lines').click();
    await page.getByRole('button', { name: 'Play at 01:01' }).click();
    expect(onplay).toHaveBeenLastCalledWith(video, 61);
    await expectAccessible(container);
  });

  test('times in the answer play there, by mouse and by keyboard; those beyond the end are words', async () => {
    const { container } = render(
      MessageList,
      list('Noon is [01:00], see also [00:15 - 00:20]. Never at [09:00], nor [12].'),
    );
    const times = page.getByRole('log').getByRole('button', { name: /^Play at \d\d:\d\d( - \d\d:\d\d)?$/ });
    await expect
      .poll(() => times.elements().map((one) => one.textContent))
      .toEqual(['[01:00]', '[00:15 - 00:20]']);
    await times.first().click();
    expect(onplay).toHaveBeenLastCalledWith(video, 60);
    (times.nth(1).element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    expect(onplay).toHaveBeenLastCalledWith(video, 15);
    await expectAccessible(container);
  });

  test('while an answer is written, only what is new is drawn', async () => {
    const text = 'A moment [00:15] and **more** [00:30].\n\n'.repeat(40);
    const props = {
      message: answer('a1', { text, status: 'streaming' }),
      live: null,
      alternatives: ['a1'],
      busy: true,
      maxOutputTokens: null,
      videos: [video],
      onplay,
      onregenerate: vi.fn(),
      onretry: vi.fn(),
      oncontinue: vi.fn(),
      onraise: vi.fn(),
      onswitch: vi.fn(),
      onedit: vi.fn(),
      onkeepnewest: vi.fn(),
    };
    const { container, rerender } = render(AssistantMessage, props);
    await expect.poll(() => container.querySelectorAll('[data-mark]').length).toBe(80);
    const changed = vi.fn();
    const observer = new MutationObserver(changed);
    for (const one of [...container.querySelectorAll('p')].slice(0, 30))
      observer.observe(one, { subtree: true, childList: true, characterData: true, attributes: true });
    await rerender({ ...props, message: answer('a1', { text: `${text}And [01:00]`, status: 'streaming' }) });
    await expect.poll(() => container.querySelectorAll('[data-mark]').length).toBe(81);
    observer.disconnect();
    expect(changed).not.toHaveBeenCalled();
  });

  test('without a video a time is a word', async () => {
    const text = 'The meeting is at [01:00].';
    render(MessageList, { ...list(text), messages: [prompt('p1', 'When?'), answer('a1', { text })] });
    await expect.element(page.getByText('[01:00]')).toBeVisible();
    await expect.element(page.getByRole('button', { name: /Play at/ })).not.toBeInTheDocument();
  });
});
