import '../../../src/app.css';
import { beforeAll, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import VideoDialog from '#screens/video/VideoDialog.svelte';
import VideoTile from '#screens/video/VideoTile.svelte';
import VideoPlayer from '#screens/video/VideoPlayer.svelte';
import UserMessage from '#screens/chat/UserMessage.svelte';
import AssistantMessage from '#screens/chat/AssistantMessage.svelte';
import { connect, createWorld, openChat } from '../../state/desk-fixtures.ts';
import { answer, prompt, speakWhole } from '../chat/records.ts';
import { filmDay } from './filmed.ts';

beforeAll(() => speakWhole('en'));
const sizes = [
  [1440, 900],
  [390, 844],
] as const;

test('look', async () => {
  const file = await filmDay();
  const world = await createWorld();
  const connection = await connect(world, 'gpt-4.1');
  const chat = await openChat(world, connection);
  await expect.poll(() => chat.capabilities).not.toBeNull();
  const verbs = { onadded: () => undefined, onclose: () => undefined };
  const shoot = async (name: string) => {
    for (const theme of ['light', 'dark'] as const)
      for (const [width, height] of sizes) {
        document.documentElement.dataset['theme'] = theme;
        document.body.style.background = 'var(--surface)';
        await page.viewport(width, height);
        await new Promise((done) => setTimeout(done, 200));
        await page.screenshot({ path: `../../../.look-frames/${name}-${theme}-${width}.png` });
      }
  };
  {
    const screen = render(VideoDialog, { file, services: world.services, chat, ...verbs });
    await expect.element(page.getByRole('button', { name: 'Add to message' })).toBeEnabled();
    await expect
      .poll(() => page.getByRole('button', { name: /^Moment at/ }).elements().length, { timeout: 20000 })
      .toBe(24);
    await new Promise((done) => setTimeout(done, 1500));
    await shoot('dialog-even');
    await page
      .getByRole('button', { name: /^Moment at/ })
      .nth(3)
      .click();
    await page
      .getByRole('button', { name: /^Moment at/ })
      .nth(15)
      .click();
    await page.getByRole('radio', { name: 'Subtitles' }).click();
    await page
      .getByRole('textbox', { name: 'Words with their times' })
      .fill(
        'WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nThe sun rises.\n\n00:00:12.000 --> 00:00:15.000\nNoon.',
      );
    await new Promise((done) => setTimeout(done, 800));
    await shoot('dialog-moments');
    await page.getByRole('button', { name: 'Add to message' }).click();
    await expect.poll(() => chat.draft.attachments.length, { timeout: 20000 }).toBe(1);
    screen.unmount();
  }
  const video = chat.draft.attachments[0]!;
  if (video.kind !== 'video' || video.part.kind !== 'video') throw new Error('no video');
  const pictures = {
    thumbnail: (id: string) => world.desk.thumbnails.small(id),
    full: (id: string) => world.desk.thumbnails.full(id),
    part: () => Promise.resolve(null),
    preview: () => Promise.resolve({ ok: false, reason: 'blocked' } as const),
  };
  {
    const one = render(VideoTile, {
      attachment: video,
      pictures,
      onedit: () => undefined,
      onplay: () => undefined,
      onremove: () => undefined,
    });
    const two = render(UserMessage, {
      message: prompt('p1', '', {
        parts: [video.part, ...video.frames, { kind: 'text', text: 'When does the sun stand highest?' }],
      }),
      alternatives: ['p1'],
      pictures,
      onopen: () => undefined,
      onedit: () => undefined,
      onswitch: () => undefined,
      times: new Map([
        [
          video.part.videoId,
          [
            {
              start: 0,
              end: 1,
              fromSeconds: video.frames[5]!.frame!.atSeconds,
              toSeconds: video.frames[5]!.frame!.atSeconds,
            },
          ],
        ],
      ]),
      onplay: () => undefined,
    });
    const three = render(AssistantMessage, {
      message: answer('a1', {
        text: 'The sun rises from [00:01] on and stands highest at [00:12.1]. It is down at [00:23]; [09:00] is beyond the end.',
      }),
      live: null,
      alternatives: ['a1'],
      busy: false,
      maxOutputTokens: null,
      onregenerate: () => undefined,
      onretry: () => undefined,
      oncontinue: () => undefined,
      onraise: () => undefined,
      onswitch: () => undefined,
      onedit: () => undefined,
      onkeepnewest: () => undefined,
      videos: [video.part],
      onplay: () => undefined,
    });
    await new Promise((done) => setTimeout(done, 1000));
    await shoot('messages');
    one.unmount();
    two.unmount();
    three.unmount();
  }
  {
    const screen = render(VideoPlayer, {
      services: world.services,
      video: video.part,
      atSeconds: 12,
      onclose: () => undefined,
    });
    await expect.poll(() => document.querySelector('video')?.currentTime ?? 0).toBeGreaterThan(11);
    document.querySelector('video')!.pause();
    await shoot('player');
    screen.unmount();
    const other = render(VideoPlayer, {
      services: world.services,
      video: { ...video.part, fingerprint: 'other' },
      atSeconds: 12,
      onclose: () => undefined,
    });
    await expect.element(page.getByText('not in this browser')).toBeVisible();
    await shoot('player-missing');
    other.unmount();
  }
  {
    const screen = render(VideoDialog, {
      file: new File(['nothing'], 'x.mp4'),
      services: world.services,
      chat,
      ...verbs,
    });
    await expect.element(page.getByRole('alert')).toBeVisible();
    await shoot('dialog-refused');
    screen.unmount();
  }
}, 120_000);
