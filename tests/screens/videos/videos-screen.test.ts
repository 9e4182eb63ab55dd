import '../../../src/app.css';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Connection } from '#domain/connection.ts';
import VideosScreen from '#screens/videos/VideosScreen.svelte';
import { createSimulator } from '#simulator';
import { newDraftId } from '#state/chat.svelte.ts';
import { VideoLibrary } from '#state/video-library.svelte.ts';
import { makeVideo } from '../../media/made-video.ts';
import { connect, createWorld } from '../../state/desk-fixtures.ts';
import { expectAccessible, speakWhole } from '../chat/records.ts';

/** An account of an emulator has its name in the path. */
const base = 'http://127.0.0.1:10000';
const sasOf = (query = 'sp=rcw&se=2099-01-01T00:00:00Z', account = 'devstoreaccount1'): string =>
  `${base}/${account}/videos?sv=2024-11-04&sr=c&${query}&sig=topsecret`;
const film = async (name: string, restBytes = 0): Promise<File> => {
  const made = await makeVideo({ seconds: 3, widthPx: 64, heightPx: 48 });
  return new File([made, new Uint8Array(restBytes)], name, { type: 'video/webm' });
};

interface Opened {
  readonly sas?: string | null;
  readonly change?: Partial<Connection>;
  /** Answers instead of the simulator, where it is not null. */
  readonly answer?: (request: Request) => Promise<Response> | null;
}

async function open({ sas = sasOf(), change = {}, answer = () => null }: Opened = {}) {
  let aheadMs = 0;
  const simulator = createSimulator({ delayMs: () => 0, now: () => Date.now() + aheadMs });
  const world = await createWorld({
    fetch: (input, init) => {
      const request = new Request(input, init);
      return answer(request) ?? simulator(request);
    },
  });
  const made = await connect(world, 'gpt-4.1', { name: 'Contoso', visionEndpoint: base, ...change });
  await world.connections.save(made, {
    visionKey: 'a-vision-key',
    ...(sas === null ? {} : { blobSas: sas }),
  });
  const library = new VideoLibrary(world.services);
  onTestFinished(() => library.close());
  await library.open();
  const onask = vi.fn();
  const { container } = render(VideosScreen, { services: world.services, library, onask });
  return { world, library, onask, container, letIngestionsEnd: () => void (aheadMs += 60_000) };
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const dialog = () => page.getByRole('dialog');
const table = () => page.getByRole('table', { name: 'Videos' });
const stageOf = ({ library }: { library: VideoLibrary }): string =>
  library.videos[0] ? library.stageOf(library.videos[0]).kind : 'none';

async function createIndex(name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Index name' }).fill(name);
  await button('Create index').click();
  await expect.element(button(`Delete index ${name}`)).toBeVisible();
}

async function upload(file: File): Promise<void> {
  await button('Add video').click();
  await userEvent.upload(dialog().getByLabelText('Video file'), file);
  await dialog().getByRole('button', { name: 'Upload' }).click();
  await expect.element(dialog()).not.toBeInTheDocument();
}

beforeEach(async () => {
  await page.viewport(1280, 900);
  await speakWhole('en');
});

describe('nothing yet', () => {
  test('no connection for it: says what is needed, where, and what works today', async () => {
    const world = await createWorld();
    const { container } = render(VideosScreen, { services: world.services, onask: vi.fn() });
    await expect.element(page.getByText('No connection for videos yet')).toBeVisible();
    await expect.element(page.getByText(/retired on 30 June 2025/)).toBeVisible();
    await expect
      .element(page.getByRole('link', { name: 'Open Settings' }))
      .toHaveAttribute('href', '#/settings');
    await expectAccessible(container);
    await button('Try it on the simulator').click();
    await expect.element(page.getByText('No videos yet')).toBeVisible();
    await expect.element(page.getByRole('region', { name: 'Indexes' })).toBeVisible();
  });

  test('no container: says so, and offers an address instead of a file', async () => {
    const { container } = await open({ sas: null });
    await expect.element(page.getByText(/To upload, enter a container SAS URL/)).toBeVisible();
    await expectAccessible(container);
    await button('Add video').click();
    await expect.element(page.getByLabelText('SAS URL of a video', { exact: true })).toBeVisible();
    await expect.element(dialog().getByRole('radio', { name: 'A file to upload' })).toBeDisabled();
  });

  test('no Computer Vision resource: uploading is all there is', async () => {
    await open({ change: { visionEndpoint: null } });
    await expect.element(page.getByText(/To index and search, enter a Computer Vision/)).toBeVisible();
    await expect.element(page.getByRole('region', { name: 'Indexes' })).not.toBeInTheDocument();
  });

  test('a SAS that has expired is told before anything is tried, and is not shown', async () => {
    const { container } = await open({ sas: sasOf('sp=rcw&se=2020-01-01T00:00:00Z') });
    await expect.element(page.getByText(/cannot be used as it is/)).toBeVisible();
    expect(container.innerHTML).not.toContain('topsecret');
  });
});

describe('adding a video', () => {
  test('by its address: what is wrong with it is said at the field', async () => {
    const { container } = await open();
    await button('Add video').click();
    await dialog().getByRole('radio', { name: 'A SAS URL' }).click();
    const url = page.getByLabelText('SAS URL of a video', { exact: true });
    await url.fill('https://films.blob.core.windows.net/out/lobby.mp4?sp=r&sr=b');
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await expect.element(dialog().getByText(/no signature/)).toBeVisible();
    const soon = new Date(Date.now() + 60_000).toISOString();
    await url.fill(`https://films.blob.core.windows.net/out/lobby.mp4?sp=r&sr=b&se=${soon}&sig=mine`);
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await expect.element(dialog().getByText(/ends too soon/)).toBeVisible();
    await url.fill(
      'https://films.blob.core.windows.net/out/lobby.mp4?sp=r&sr=b&se=2099-01-01T00:00:00Z&sig=mine',
    );
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await expect.element(dialog()).not.toBeInTheDocument();
    await expect.element(table().getByText('lobby.mp4')).toBeVisible();
    expect(container.innerHTML).not.toContain('sig=');
  });

  test('a document id is checked, and no two are one', async () => {
    await open();
    await upload(await film('a walk.webm'));
    await button('Add video').click();
    await userEvent.upload(dialog().getByLabelText('Video file'), await film('a walk.webm', 10));
    const id = page.getByRole('textbox', { name: 'Document id' });
    await expect.element(id).toHaveValue('a-walk-2');
    await id.fill('a-walk');
    await expect.element(dialog().getByText('Another video has this id.')).toBeVisible();
    await id.fill('a walk?');
    await expect.element(dialog().getByText(/Letters, digits, hyphens/)).toBeVisible();
    await expectAccessible(document.querySelector('dialog')!);
  });
});

describe('an upload', () => {
  test('shows bytes, pauses, goes on, and is cancelled after a question', async () => {
    let isStuck = true;
    const opened = await open({
      answer: (request) =>
        isStuck && request.method === 'PUT' && request.url.includes('comp=block&')
          ? new Promise((_, reject) =>
              request.signal.addEventListener('abort', () => reject(request.signal.reason as Error)),
            )
          : null,
    });
    await upload(await film('walk.webm', 9 * 1024 * 1024));
    await expect.element(page.getByRole('progressbar', { name: 'Uploading walk.webm' })).toBeVisible();
    await expect.element(table().getByText(/0 B of 9\.\d MB/)).toBeVisible();
    await expectAccessible(opened.container);
    await button('Pause walk.webm').click();
    await expect.element(table().getByText('Paused')).toBeVisible();
    await button('Cancel walk.webm').click();
    await expect.element(dialog().getByText(/vanish from the container by themselves/)).toBeVisible();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    isStuck = false;
    await button('Continue walk.webm').click();
    await expect.element(table().getByText('Not in an index')).toBeVisible();
    await button('Actions for walk.webm').click();
    await page.getByRole('menuitem', { name: 'Remove from this list' }).click();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await expect.element(page.getByText('No videos yet')).toBeVisible();
    expect(await opened.world.store.listVideos()).toEqual([]);
  });

  test('to an account without a CORS rule: the command for this page, to be copied', async () => {
    const { container } = await open({
      sas: sasOf().replace(base, 'https://films.blob.core.windows.net').replace('/devstoreaccount1', ''),
      answer: ({ url }) =>
        url.includes('films.blob') ? Promise.reject(new TypeError('Failed to fetch')) : null,
    });
    await upload(await film('walk.webm'));
    const section = page.getByRole('region', { name: 'Let this page upload to the storage account' });
    await expect.element(section, { timeout: 10_000 }).toBeVisible();
    await expect.element(section).toHaveTextContent('az storage cors add');
    await expect.element(section).toHaveTextContent(`--origins ${location.origin}`);
    await expect.element(section).toHaveTextContent('--account-name films');
    await expect.element(section.getByRole('button', { name: 'Copy command' })).toBeVisible();
    expect(container.innerHTML).not.toContain('topsecret');
    await expectAccessible(container);
  });
});

describe('indexes', () => {
  test('a name is checked while it is typed', async () => {
    await open();
    const name = page.getByRole('textbox', { name: 'Index name' });
    await name.fill('a-name-that-is-far-too-long');
    await expect.element(page.getByText('At most 24 characters, unless it is a GUID.')).toBeVisible();
    await name.fill('1f3a2b7c-1111-4222-8333-444455556666');
    await expect
      .element(page.getByText('At most 24 characters, unless it is a GUID.'))
      .not.toBeInTheDocument();
    await name.fill('walks');
    await button('Create index').click();
    await expect.element(button('Delete index walks')).toBeVisible();
    await name.fill('walks');
    await expect.element(page.getByText('There is an index of this name.')).toBeVisible();
  });

  test('has fields, which a video then fills in; deleting it asks, and says what is lost', async () => {
    const { container, library } = await open();
    await page.getByText('Metadata fields').click();
    await button('Add field').click();
    await page.getByRole('textbox', { name: 'Field name' }).fill('camera 1');
    await expect.element(page.getByText('Letters and digits, each name once.')).toBeVisible();
    await page.getByRole('textbox', { name: 'Field name' }).fill('camera');
    await expectAccessible(container);
    await createIndex('walks');
    expect(library.indexes[0]!.fields).toMatchObject([{ name: 'camera', type: 'string' }]);
    await upload(await film('walk.webm'));
    await expect.element(table().getByText('Not in an index')).toBeVisible();
    await button('Actions for walk.webm').click();
    await page.getByRole('menuitem', { name: 'Add to an index' }).click();
    await expect.element(page.getByRole('textbox', { name: 'camera' })).toBeVisible();
    await expectAccessible(document.querySelector('dialog')!);
    await dialog().getByRole('button', { name: 'Cancel' }).click();

    await button('Delete index walks').click();
    await expect.element(dialog().getByText(/is lost/)).toBeVisible();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await expect.element(button('Delete index walks')).not.toBeInTheDocument();
    expect(library.indexes).toEqual([]);
  });

  test('that cannot be read: the failure is told', async () => {
    const { container } = await open({
      answer: ({ url }) =>
        url.includes('/retrieval/indexes')
          ? Promise.resolve(
              Response.json({ error: { code: '401', message: 'Access denied' } }, { status: 401 }),
            )
          : null,
    });
    await expect.element(page.getByRole('alert')).toBeVisible();
    await expectAccessible(container);
  });
});

describe('ingestion, search and asking', () => {
  test('what it costs is said before; then it can be searched and asked about', async () => {
    const opened = await open();
    await createIndex('walks');
    await upload(await film('walk.webm'));
    await expect.element(table().getByText('Not in an index')).toBeVisible();
    await expect.element(button('Ask about walk.webm')).toBeDisabled();
    await page.getByRole('checkbox', { name: 'Select walk.webm' }).click();
    await button('Add selected to an index').click();
    // Three seconds at $0.05 a minute.
    await expect.element(dialog().getByText('00:03 to ingest: $0.0025')).toBeVisible();
    await dialog().getByRole('button', { name: 'Begin' }).click();
    await expect.element(page.getByRole('progressbar', { name: 'Ingesting walk.webm' })).toBeVisible();
    await expectAccessible(opened.container);
    opened.letIngestionsEnd();
    await expect.poll(() => stageOf(opened), { timeout: 15_000 }).toBe('ready');
    await expect.element(table().getByText('$0.0025')).toBeVisible();

    await page.getByRole('searchbox', { name: 'Words to look for' }).fill('walk');
    await button('Search').click();
    await expect.element(button(/^Play walk.webm at/).first()).toBeVisible();
    await expectAccessible(opened.container);
    await page
      .getByRole('button', { name: /^Ask about walk.webm at/ })
      .first()
      .click();
    await expect.poll(() => opened.onask.mock.calls.length).toBe(1);
    expect(await opened.world.store.readDraft(newDraftId)).toMatchObject({
      text: expect.stringMatching(/^Between \[\d\d:\d\d\] and \[\d\d:\d\d\]: $/) as unknown,
      videos: [{ kind: 'video-document', name: 'walk.webm', indexName: 'walks' }],
    });
    await button('Ask about walk.webm').click();
    await expect.poll(() => opened.onask.mock.calls.length).toBe(2);
  });

  test('a file that failed says why, in its row', async () => {
    const opened = await open();
    await createIndex('walks');
    await upload(await film('broken.webm'));
    await expect.element(table().getByText('Not in an index')).toBeVisible();
    await button('Actions for broken.webm').click();
    await page.getByRole('menuitem', { name: 'Add to an index' }).click();
    await dialog().getByRole('button', { name: 'Begin' }).click();
    opened.letIngestionsEnd();
    await expect.poll(() => stageOf(opened), { timeout: 15_000 }).toBe('failed');
    await expect.element(table().getByText(/MediaDecodingFailed: /)).toBeVisible();
    await expectAccessible(opened.container);
  });
});

test('on a phone: nothing is wider than the screen, and every row is still a row', async () => {
  await page.viewport(390, 844);
  const { container, library } = await open();
  await upload(await film('a film with a name that is a good deal longer than a phone is wide.webm'));
  await expect.poll(() => stageOf({ library })).toBe('uploaded');
  await expect.element(table()).toBeVisible();
  for (const element of container.querySelectorAll('*')) {
    const { right, width } = element.getBoundingClientRect();
    if (width > 1) expect(right, element.className).toBeLessThanOrEqual(390);
  }
  await expect.element(table().getByRole('row').nth(1)).toBeVisible();
  await expectAccessible(container);
});

test('in Chinese', async () => {
  await speakWhole('zh');
  const { container } = await open();
  await expect.element(page.getByRole('heading', { name: '视频', level: 1 })).toBeVisible();
  await expect.element(button('添加视频')).toBeVisible();
  await expectAccessible(container);
});
