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
  visit = await world.open({ expected: [/Failed to load resource/, /blocked by CORS policy/] });
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

describe('video retrieval', () => {
  const sas = (changes: Readonly<Record<string, string>> = {}, account = 'devstoreaccount1'): string => {
    const query = new URLSearchParams({
      ...{ sv: '2024-11-04', sr: 'c', sp: 'rcwl', se: '2099-01-01T00:00:00Z', sig: 'c2lnbmVk' },
      ...changes,
    });
    return `${world.simulator.origin}/${account}/videos?${query.toString()}`;
  };

  /** GPT-4 Turbo with Vision, a Computer Vision resource and a container. */
  async function connectSeed(containerSas = sas()): Promise<void> {
    await startWith(page, {
      endpoint: `${world.simulator.origin}/openai/deployments/gpt-4-vision-preview/chat/completions?api-version=2024-02-15-preview`,
      deployment: 'gpt-4-vision-preview',
      name: 'Seed',
      model: 'gpt-4@vision-preview',
    });
    await page.evaluate(() => (location.hash = '#/settings'));
    await page.getByRole('button', { name: 'Edit Seed' }).click();
    await page.getByText('Computer Vision · optional').click();
    await page.getByLabel('Computer Vision endpoint').fill(world.simulator.origin);
    await page.getByLabel('Computer Vision key').fill('a-vision-key');
    await page.getByText('Video storage · optional').click();
    await page.getByLabel('Blob container SAS URL').fill(containerSas);
    await page.getByRole('button', { name: 'Save connection' }).click();
    await page.getByLabel('Endpoint or target URI').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Videos' }).click();
    await page.getByRole('heading', { name: 'Videos', level: 1 }).waitFor();
  }

  const blocksSent = () =>
    world.simulator.requests.filter(({ method, path }) => method === 'PUT' && path.includes('comp=block&'));

  const table = (): Locator => page.getByRole('table', { name: 'Videos' });

  async function upload(clip: Clip): Promise<void> {
    await page.getByRole('button', { name: 'Add video' }).click();
    await dialog().getByLabel('Video file').setInputFiles([clip]);
    await dialog().getByRole('button', { name: 'Upload' }).click();
    await dialog().waitFor({ state: 'detached' });
  }

  async function createIndex(name: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Index name' }).fill(name);
    await page.getByRole('button', { name: 'Create index' }).click();
    await page.getByRole('button', { name: `Delete index ${name}` }).waitFor();
  }

  async function ingest(clip: Clip, index: string): Promise<void> {
    await page.getByRole('button', { name: `Actions for ${clip.name}` }).click();
    await page.getByRole('menuitem', { name: 'Add to an index' }).click();
    await dialog().getByRole('combobox', { name: 'Index' }).selectOption(index);
    await dialog().getByRole('button', { name: 'Begin' }).click();
    await dialog().waitFor({ state: 'detached' });
  }

  /** Larger than a block, so that an upload can be broken off: what stands behind a film's end is not looked at. */
  async function longClip(megabytes: number): Promise<Clip> {
    const clip = await recordClip(page, 2, 'walk');
    return { ...clip, buffer: Buffer.concat([clip.buffer, Buffer.alloc(megabytes * 1024 * 1024)]) };
  }

  test('upload, index, ingest, search, ask: each as documented', { timeout: 120_000 }, async () => {
    await connectSeed();
    const clip = await longClip(9);
    await upload(clip);
    await expect.poll(() => table().innerText()).toContain('Not in an index');
    await createIndex('walks');
    await ingest(clip, 'walks');
    await page.getByRole('progressbar', { name: `Ingesting ${clip.name}` }).waitFor();
    const askAbout = table().getByRole('button', { name: `Ask about ${clip.name}` });
    await expect.poll(() => askAbout.isEnabled(), { timeout: 30_000 }).toBe(true);
    await expect.poll(() => table().innerText()).toContain('$0.00');

    await page.getByRole('searchbox', { name: 'Words to look for' }).fill('walk');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page
      .getByRole('button', { name: `Play ${clip.name}`, exact: false })
      .first()
      .waitFor();

    await askAbout.click();
    await composerOf(page).waitFor();
    await page.getByRole('list', { name: 'Attachments' }).getByText('Index walks').waitFor();
    await ask(page, 'What happens in the video?');
    const answer = await endedAnswer(page);
    expect(await answer.innerText()).toMatch(/simulated answer/i);
    const body = lastRequest() as unknown as Record<string, unknown>;
    expect(body['enhancements']).toEqual({ video: { enabled: true } });
    const [source] = (body['data_sources'] ?? body['dataSources']) as readonly {
      readonly type: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    }[];
    expect(source!.type).toBe('AzureComputerVisionVideoIndex');
    expect(JSON.stringify(source!.parameters)).toContain('walks');
    expect(
      lastRequest()
        .messages.at(-1)!
        .content.map(({ type }) => type),
    ).toEqual(['acv_document_id', 'text']);
  });

  test('a reload in the middle of upload and of ingestion loses nothing', { timeout: 120_000 }, async () => {
    await connectSeed();
    const clip = await longClip(24);
    let blocks = 0;
    // The network dies after two blocks: what was sent whole stays with the service.
    world.simulator.respondWith((request) => {
      if (request.method !== 'PUT' || !request.url.includes('comp=block&')) return null;
      blocks += 1;
      return blocks > 2 ? new Promise<Response>(() => undefined) : null;
    });
    await upload(clip);
    await page.getByRole('progressbar', { name: `Uploading ${clip.name}` }).waitFor();
    await expect.poll(() => blocks).toBeGreaterThan(2);
    await page.waitForTimeout(300);
    world.simulator.respondWith(null);
    await page.reload();
    const again = table().getByLabel(`The file of ${clip.name}`);
    await again.waitFor({ state: 'attached' });
    const other = await recordClip(page, 1, 'other');
    await again.setInputFiles([other]);
    await table().getByText('That is another file.').waitFor();
    const before = blocksSent().length;
    await again.setInputFiles([clip]);
    await expect.poll(() => table().innerText(), { timeout: 20_000 }).toContain('Not in an index');
    const sent = blocksSent().slice(before);
    // Six blocks of 4 MiB and a rest, of which two were there already.
    expect(sent).toHaveLength(5);
    expect(new Set(sent.map(({ path }) => /blockid=([^&]+)/.exec(path)![1])).size).toBe(5);

    await createIndex('reloads');
    await ingest(clip, 'reloads');
    await page.getByRole('progressbar', { name: `Ingesting ${clip.name}` }).waitFor();
    await page.reload();
    await expect
      .poll(
        () =>
          table()
            .getByRole('button', { name: `Ask about ${clip.name}` })
            .isEnabled(),
        { timeout: 30_000 },
      )
      .toBe(true);
    const row = await page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('sightline');
          opening.onsuccess = () => {
            const all = opening.result.transaction('ledger').objectStore('ledger').getAll();
            all.onsuccess = () => {
              const rows = all.result as { kind: string }[];
              opening.result.close();
              resolve(rows.filter(({ kind }) => kind === 'video-ingestion').length);
            };
          };
          opening.onerror = () => reject(new Error('no database'));
        }),
    );
    expect(row).toBe(1);
  });

  test('an account without a CORS rule: the command that mends it', async () => {
    await connectSeed(sas({}, 'nocors'));
    await upload(await longClip(1));
    await page.getByText('az storage cors add').waitFor({ timeout: 20_000 });
    expect(
      await page
        .getByRole('region', { name: 'Let this page upload to the storage account' })
        .locator('pre')
        .innerText(),
    ).toContain(`--origins ${new URL(page.url()).origin}`);
    await page.getByRole('button', { name: 'Copy command' }).click();
  });

  test('bad names and a broken file are told; an index is deleted after a question', async () => {
    await connectSeed();
    const name = page.getByRole('textbox', { name: 'Index name' });
    await name.fill('a-name-that-is-far-too-long');
    await page.getByText('At most 24 characters, unless it is a GUID.').waitFor();
    await name.fill('Upper');
    await page.getByText('Lower-case letters only.').waitFor();
    await createIndex('films');
    const clip = { ...(await longClip(1)), name: 'broken.mp4' };
    await upload(clip);
    await expect.poll(() => table().innerText()).toContain('Not in an index');
    await ingest(clip, 'films');
    await expect.poll(() => table().innerText(), { timeout: 30_000 }).toContain('Ingestion failed');
    await page.getByRole('button', { name: 'Delete index films' }).click();
    expect(await dialog().innerText()).toContain('is lost');
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete index films' }).waitFor({ state: 'detached' });
    await expect.poll(() => table().innerText()).toContain('Not in an index');
  });
});
