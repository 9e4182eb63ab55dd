import '../../../src/app.css';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Videos } from '#media';
import VideoDialog from '#screens/video/VideoDialog.svelte';
import { connect, createWorld, openChat } from '../../state/desk-fixtures.ts';
import { makeVideo } from '../../media/made-video.ts';
import { expectAccessible, speakWhole } from '../chat/records.ts';
import { filmDay } from './filmed.ts';

const film = filmDay(24, 'hills.webm');
const verbs = { onadded: vi.fn(), onclose: vi.fn() };
beforeAll(() => speakWhole('en'));
beforeEach(() => void vi.clearAllMocks());

const add = () => page.getByRole('button', { name: 'Add to message' });
const cancel = () => page.getByRole('button', { name: 'Cancel' });
const moments = () => page.getByRole('button', { name: /^Moment at/ });
const slider = () => page.getByRole('slider', { name: 'Frames' });
const cost = () => page.getByRole('group', { name: 'Input cost' });

async function openWorld(fetch?: typeof globalThis.fetch) {
  const world = await createWorld(fetch ? { fetch } : {});
  const connection = await connect(world, 'gpt-4.1');
  const chat = await openChat(world, connection);
  await expect.poll(() => chat.capabilities).not.toBeNull();
  return { world, chat };
}

async function open(file: File, changed: { loadVideos?: () => Promise<Videos>; fetch?: typeof fetch } = {}) {
  const { world, chat } = await openWorld(changed.fetch);
  const services = { ...world.services, ...(changed.loadVideos ? { loadVideos: changed.loadVideos } : {}) };
  const { unmount } = render(VideoDialog, { file, services, chat, ...verbs });
  const dialog = page.getByRole('dialog', { name: `Ask about ${file.name}` });
  await expect.element(dialog).toBeVisible();
  return { world, chat, dialog, unmount };
}

describe('choosing what is shown of a video', () => {
  test('frames with their price beside the slider, live, and into the message', async () => {
    const { chat, dialog } = await open(await film);
    await expect.element(dialog.getByText('00:24 · 640 × 360')).toBeVisible();
    await expect.poll(() => moments().elements().length, { timeout: 15_000 }).toBe(24);
    // Two tiles of 170 and 85: 20 of them, and what is said of them.
    await expect.element(cost().getByText(/425 × 20 frames \+ \d+ of text · each 640 × 360/)).toBeVisible();
    await expect.element(cost().getByText(/^8,\d{3} tokens · \$0\.01\d+$/)).toBeVisible();
    (slider().element() as HTMLElement).focus();
    await userEvent.keyboard('{Home}{ArrowRight}{ArrowRight}');
    await expect.element(cost().getByText(/425 × 3 frames/)).toBeVisible();
    await dialog.getByRole('combobox', { name: 'Detail' }).selectOptions('low');
    await expect.element(cost().getByText(/85 × 3 frames/)).toBeVisible();
    await dialog.getByRole('combobox', { name: 'Size' }).selectOptions('512');
    await expect.element(cost().getByText(/each 512 × 288/)).toBeVisible();
    await expect
      .element(dialog.getByRole('img', { name: '3 frames over the length of the video' }))
      .toBeInTheDocument();

    // Whoever adds the video may put the focus where the question is written.
    verbs.onadded.mockImplementationOnce(() => expect(dialog.query()).toBeNull());
    await add().click();
    await expect.poll(() => verbs.onadded.mock.calls.length, { timeout: 15_000 }).toBe(1);
    expect(verbs.onclose).toHaveBeenCalledTimes(1);
    const [video] = chat.draft.attachments;
    expect(video).toMatchObject({ kind: 'video', part: { name: 'hills.webm' } });
    expect(chat.draft.pictures).toHaveLength(3);
    expect(chat.draft.pictures[0]).toMatchObject({ detail: 'low', widthPx: 512, heightPx: 288 });
  });

  test('moments are picked on the strip by keyboard, and taken back', async () => {
    const { dialog, chat } = await open(await film);
    await expect.poll(() => moments().elements().length, { timeout: 15_000 }).toBe(24);
    await dialog.getByRole('radio', { name: 'Moments' }).click();
    await expect.element(dialog.getByText('Pick at least one moment')).toBeVisible();
    await expect.element(add()).toBeDisabled();
    (moments().nth(4).element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard('{Tab}{Tab} ');
    await expect.element(moments().nth(4)).toHaveAttribute('aria-pressed', 'true');
    const picked = dialog.getByRole('list', { name: 'Picked moments' });
    expect(picked.getByRole('listitem').elements()).toHaveLength(2);
    await picked.getByRole('button').first().click();
    await expect.element(moments().nth(4)).toHaveAttribute('aria-pressed', 'false');
    await dialog.getByRole('spinbutton', { name: 'Frames' }).fill('1');
    await userEvent.keyboard('{Tab}');
    await add().click();
    await expect.poll(() => chat.draft.pictures.length, { timeout: 15_000 }).toBe(1);
    const [frame] = chat.draft.pictures;
    const at = frame?.kind === 'picture' ? frame.frame!.atSeconds : 0;
    expect(moments().nth(6).query()).toBeNull();
    expect(at).toBeCloseTo(6, 0);
  });

  test('one press on the strip is enough to want moments', async () => {
    const { dialog } = await open(await film);
    await moments().nth(0).click();
    await expect.element(dialog.getByRole('radio', { name: 'Moments' })).toBeChecked();
    await expect.element(moments().nth(0)).toHaveAttribute('aria-pressed', 'true');
  });

  test('scenes are looked for with progress, which can be stopped; Cancel closes', async () => {
    const { world } = await openWorld();
    const real = await world.services.loadVideos();
    const stopped = vi.fn();
    const loadVideos = () =>
      Promise.resolve<Videos>({
        ...real,
        // As slow as a film of many hours.
        async *scenes(file, sought, tolerance, signal) {
          for await (const sample of real.scenes(file, sought, tolerance, signal)) {
            yield sample;
            await new Promise((_, reject) =>
              signal!.addEventListener('abort', () => {
                stopped();
                reject(signal!.reason as Error);
              }),
            );
          }
        },
      });
    const { dialog } = await open(await film, { loadVideos });
    await dialog.getByRole('radio', { name: 'Scene changes' }).click();
    await expect
      .element(dialog.getByRole('progressbar', { name: 'Looking for scenes: 1 of 24' }))
      .toBeVisible();
    await expect.element(add()).toBeDisabled();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    expect(stopped).toHaveBeenCalledTimes(1);
    await expect.element(dialog.getByRole('progressbar')).not.toBeInTheDocument();
    await expect.element(add()).toBeEnabled();
    expect(verbs.onclose).not.toHaveBeenCalled();
    await cancel().click();
    expect(verbs.onclose).toHaveBeenCalledTimes(1);
  });

  test('a codec that is not decoded is named, with what to do; another file is taken instead', async () => {
    const { world } = await openWorld();
    const real = await world.services.loadVideos();
    const hevc = new File(['x'], 'phone.mov', { type: 'video/quicktime' });
    const loadVideos = () =>
      Promise.resolve<Videos>({
        ...real,
        readVideo: (file, signal) =>
          file === hevc
            ? Promise.resolve({ ok: false, reason: 'codec', codec: 'hvc1.1.6.L120' })
            : real.readVideo(file, signal),
      });
    const { dialog } = await open(hevc, { loadVideos });
    const alert = dialog.getByRole('alert');
    await expect.element(alert.getByText('This browser cannot decode the video.')).toBeVisible();
    await expect.element(alert.getByText('hvc1.1.6.L120')).toBeVisible();
    await expect.element(alert.getByText('Convert it to MP4 with H.264')).toBeVisible();
    await expect.element(add()).toBeDisabled();
    await expectAccessible(dialog.element());
    await page.getByLabelText('Video file').upload(await film);
    await expect.element(add()).toBeEnabled();
  });

  test.each(['light', 'dark'])('axe finds nothing in the %s theme', async (theme) => {
    document.documentElement.dataset['theme'] = theme;
    const { dialog } = await open(await film);
    await moments().nth(2).click();
    await dialog.getByRole('radio', { name: 'Subtitles' }).click();
    await expectAccessible(dialog.element());
    delete document.documentElement.dataset['theme'];
  });
});

describe('the words of a video', () => {
  test('no sound, no transcription; subtitles can be opened, and what is wrong with them is said', async () => {
    const { dialog, chat } = await open(await film);
    await expect.element(dialog.getByText('This video has no sound.')).toBeVisible();
    await expect.element(dialog.getByRole('radio', { name: 'Transcribe the sound' })).toBeDisabled();
    await dialog.getByRole('radio', { name: 'Subtitles' }).click();
    await expect.element(add()).toBeDisabled();
    const text = dialog.getByRole('textbox', { name: 'Words with their times' });
    await text.fill('No times here');
    await expect.element(dialog.getByText('No times were found in it.')).toBeVisible();
    await page
      .getByLabelText('Subtitle file')
      .upload(new File(['1\n00:00:02,000 --> 00:00:03,000\nGood morning\n'], 'a.srt'));
    await expect.element(dialog.getByText('1 line')).toBeVisible();
    await add().click();
    await expect.poll(() => chat.draft.videos.length, { timeout: 15_000 }).toBe(1);
    expect(chat.draft.videos[0]).toMatchObject({ transcript: { segments: [{ text: 'Good morning' }] } });
  });

  test('transcribed by a deployment, seen, corrected and taken', async () => {
    const heard = { text: 'Good mourning', segments: [{ start: 1, end: 2, text: 'Good mourning' }] };
    const send: typeof fetch = (input) => {
      const url = input instanceof Request ? input.url : String(input);
      return Promise.resolve(/transcriptions/.test(url) ? Response.json(heard) : Response.json({ data: [] }));
    };
    const spoken = await makeVideo({ seconds: 5, spoken: [[1, 2]] });
    const { dialog, chat } = await open(spoken, { fetch: send });
    await dialog.getByRole('radio', { name: 'Transcribe the sound' }).click();
    await expect.element(dialog.getByText('1 minute, price unknown')).toBeVisible();
    await dialog.getByRole('combobox', { name: 'Transcription deployment' }).fill('whisper');
    await dialog.getByRole('button', { name: 'Transcribe', exact: true }).click();
    const text = dialog.getByRole('textbox', { name: 'Words with their times' });
    await expect.element(text).toHaveValue(expect.stringContaining('Good mourning') as string);
    await text.fill('WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood morning');
    await expectAccessible(dialog.element());
    await add().click();
    await expect.poll(() => chat.draft.videos.length, { timeout: 15_000 }).toBe(1);
    expect(chat.draft.videos[0]).toMatchObject({
      transcript: { from: 'typed', segments: [{ startSeconds: 1, text: 'Good morning' }] },
    });
  });

  test('a budget that speaks against it is asked about, and then the video is added all the same', async () => {
    const send: typeof fetch = (input) => {
      const url = input instanceof Request ? input.url : String(input);
      return Promise.resolve(
        /transcriptions/.test(url) ? Response.json({ text: 'Hello' }) : Response.json({ data: [] }),
      );
    };
    const { dialog, chat, world } = await open(await makeVideo({ seconds: 5, spoken: [[1, 2]] }), {
      fetch: send,
    });
    await world.store.changeBudgets((budgets) => ({
      ...budgets,
      overall: { monthlyNanos: 0, dailyNanos: null, atLimit: 'ask' },
    }));
    await dialog.getByRole('radio', { name: 'Transcribe the sound' }).click();
    await dialog.getByRole('combobox', { name: 'Transcription deployment' }).fill('whisper');
    await add().click();
    await page.getByRole('button', { name: 'Send anyway' }).click();
    await expect.poll(() => chat.draft.videos.length, { timeout: 15_000 }).toBe(1);
    expect(verbs.onadded).toHaveBeenCalledTimes(1);
  });

  test('what the service says no to is shown, and the dialog stays', async () => {
    const send: typeof fetch = (input) => {
      const url = input instanceof Request ? input.url : String(input);
      const refusal = { error: { code: 'DeploymentNotFound', message: 'No such deployment' } };
      return Promise.resolve(
        /transcriptions/.test(url) ? Response.json(refusal, { status: 404 }) : Response.json({ data: [] }),
      );
    };
    const { dialog } = await open(await makeVideo({ seconds: 5, spoken: [[1, 2]] }), { fetch: send });
    await dialog.getByRole('radio', { name: 'Transcribe the sound' }).click();
    await dialog.getByRole('combobox', { name: 'Transcription deployment' }).fill('wisper');
    await add().click();
    const alert = dialog.getByRole('alert');
    await expect
      .element(alert.getByText('There is no deployment “wisper” that transcribes on this resource.'))
      .toBeVisible();
    expect(verbs.onadded).not.toHaveBeenCalled();
    await expect.element(add()).toBeEnabled();
  });
});
