import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordClip, type Clip } from './clip.ts';
import { ask, attach, composerOf, endedAnswer, startWith } from './steps.ts';
import { createWorld, type Visit, type World } from './world.ts';

let world: World;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  visit = await world.open({ expected: [/Failed to load resource/] });
  page = visit.page;
});
afterEach(async () => {
  world.simulator.respondWith(null);
  visit.expectQuiet();
  await visit.close();
});
afterAll(() => world.close());

interface Body {
  readonly messages: readonly {
    readonly role: string;
    readonly content: readonly { readonly type: string; readonly text?: string }[];
  }[];
}

/** The newest chat request, as the simulator got it. */
function lastRequest(): Body {
  const sent = world.simulator.requests.filter(({ path }) => path.includes('/chat/completions'));
  return JSON.parse(sent.at(-1)!.body) as Body;
}

const dialog = (): Locator => page.getByRole('dialog');

async function startOnV1(): Promise<void> {
  await startWith(page, {
    endpoint: `${world.simulator.origin}/openai/v1`,
    deployment: 'gpt-4.1',
    model: 'gpt-4.1@2025-04-14',
  });
}

/** Opens the choice of frames, and takes so many. */
async function chooseFrames(clip: Clip, count: number): Promise<void> {
  await attach(page, [clip]);
  await dialog().getByRole('spinbutton', { name: 'Frames' }).fill(String(count));
}

async function addToMessage(): Promise<void> {
  await dialog().getByRole('button', { name: 'Add to message' }).click();
  await dialog().waitFor({ state: 'detached' });
}

describe('any video, any model', () => {
  test(
    'frames and words go with their times, and the times of the answer play',
    { timeout: 120_000 },
    async () => {
      await startOnV1();
      const clip = await recordClip(page, 6);
      await chooseFrames(clip, 6);
      await dialog().getByRole('radio', { name: 'Transcribe the sound' }).check();
      await dialog().getByRole('combobox', { name: 'Transcription deployment' }).fill('whisper');
      await dialog().getByRole('button', { name: 'Transcribe', exact: true }).click();
      const words = dialog().getByRole('textbox', { name: 'Words with their times' });
      await expect.poll(() => words.inputValue()).toContain('-->');
      await addToMessage();

      await ask(page, 'What happens, and when?');
      const answer = await endedAnswer(page);
      const [system, prompt] =
        lastRequest().messages.length === 1 ? [null, lastRequest().messages[0]!] : lastRequest().messages;
      expect(system?.role ?? 'system').toBe('system');
      const kinds = prompt!.content.map(({ type }) => type);
      expect(kinds.filter((kind) => kind === 'image_url')).toHaveLength(6);
      const texts = prompt!.content.flatMap(({ text }) => (text === undefined ? [] : [text]));
      expect(texts[0]).toContain(`frames of the video "${clip.name}"`);
      const times = texts.flatMap((text) => /^\[(\d\d:\d\d\.\d)\]/.exec(text)?.[1] ?? []);
      expect(times).toHaveLength(6);
      expect([...times].sort()).toEqual(times);
      expect(texts.at(-1)).toBe('What happens, and when?');
      expect(texts.join('\n')).toMatch(/\(00:0\d\) .*[Ss]imulated speech/);

      const link = answer.getByRole('button', { name: /^Play at/ }).last();
      const said = /(\d\d):(\d\d(?:\.\d)?)/.exec((await link.textContent())!)!;
      const seconds = Number(said[1]) * 60 + Number(said[2]);
      await link.click();
      const player = page.getByRole('dialog', { name: `Video: ${clip.name}` });
      const atSeconds = (): Promise<number> =>
        player.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
      await expect.poll(atSeconds).toBeGreaterThanOrEqual(seconds - 0.05);
      expect(await player.locator('video').evaluate((video: HTMLVideoElement) => video.error)).toBeNull();
      await page.keyboard.press('Escape');

      // The frames that the answer names are marked in what was sent.
      const strip = page.getByRole('region', { name: `Video ${clip.name}` });
      await expect
        .poll(() => strip.getByRole('button', { name: /named in the answer/ }).count())
        .toBeGreaterThan(0);

      await page.evaluate(() => (location.hash = '#/costs'));
      const ledger = page.getByRole('table', { name: 'Ledger' });
      await expect.poll(() => ledger.innerText()).toContain('Transcription');

      // Kept by its fingerprint: it plays after a reload, too.
      await page.goBack();
      await page.reload();
      await (
        await endedAnswer(page)
      )
        .getByRole('button', { name: /^Play at/ })
        .first()
        .click();
      await expect
        .poll(() => player.locator('video').evaluate((video: HTMLVideoElement) => video.readyState))
        .toBeGreaterThanOrEqual(1);
    },
  );

  test('subtitles go instead of transcribed words; editing and a reload keep the video', async () => {
    await startOnV1();
    const clip = await recordClip(page, 3);
    await chooseFrames(clip, 3);
    await dialog().getByRole('radio', { name: 'Subtitles' }).check();
    await dialog()
      .getByRole('textbox', { name: 'Words with their times' })
      .fill('1\n00:00:01,000 --> 00:00:02,000\nThe kettle whistles.\n');
    await addToMessage();
    const tile = page.getByRole('list', { name: 'Attachments' }).getByText(clip.name, { exact: true });
    await tile.waitFor();
    await expect.poll(() => composerOf(page).inputValue()).toBe('');
    await page.waitForTimeout(500);
    await page.reload();
    await tile.waitFor();
    await page.getByRole('button', { name: `Edit frames of ${clip.name}` }).click();
    await dialog().getByRole('spinbutton', { name: 'Frames' }).fill('2');
    await dialog().getByRole('button', { name: 'Change in message' }).click();
    await dialog().waitFor({ state: 'detached' });
    await ask(page, 'What is heard?');
    await endedAnswer(page);
    const texts = lastRequest()
      .messages.at(-1)!
      .content.flatMap(({ text }) => text ?? []);
    expect(texts.join('\n')).toContain('(00:01) The kettle whistles.');
    expect(
      lastRequest()
        .messages.at(-1)!
        .content.filter(({ type }) => type === 'image_url'),
    ).toHaveLength(2);
  });

  test('what cannot be decoded says why and what to do, and another file can be chosen', async () => {
    await startOnV1();
    const clip = await recordClip(page, 2);
    const broken = { ...clip, name: 'broken.mp4', buffer: clip.buffer.subarray(0, 2000) };
    await attach(page, [broken]);
    expect(await dialog().getByRole('alert').innerText()).toMatch(/damaged or was cut off/);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    const send = page.getByRole('button', { name: 'Send', exact: true });
    await composerOf(page).fill('Still here');
    expect(await send.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove broken.mp4' }).click();
    expect(await send.isEnabled()).toBe(true);
  });
});
