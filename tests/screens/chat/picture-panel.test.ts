import '../../../src/app.css';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { ModelCapabilities } from '#domain/connection.ts';
import type { AnyPicturePart } from '#domain/conversation.ts';
import { modelSize, type PatchScheme } from '#domain/image-tokens.ts';
import type { PanelDeployment } from '#domain/picture-view.ts';
import { defaultSettings } from '#domain/settings.ts';
import { speak } from '#language';
import AttachmentList from '#screens/chat/AttachmentList.svelte';
import type { PictureSources } from '#screens/chat/chat-views.ts';
import Composer from '#screens/chat/Composer.svelte';
import { DraftInMemory, noPictures } from './draft.svelte.ts';
import { drawnPictures, tileModel } from './planning.ts';
import { capabilities, connection, expectAccessible, picture, speakWhole } from './records.ts';

const photo = { widthPx: 4032, heightPx: 3024 };
const price = { inputPerMillion: 2, outputPerMillion: 8, source: 'own', asOf: '2026-11-22' };
const patches: PatchScheme = {
  kind: 'patch',
  id: 'patch-6',
  multiplier: 1.2,
  levels: {
    low: { maxSidePx: 512, budget: null },
    high: { maxSidePx: 65_535, budget: 2500 },
    original: { maxSidePx: 65_535, budget: null },
  },
  autoAs: 'original',
  maxPatches: 30_000,
};
const patchModel: ModelCapabilities = { ...capabilities, imageTokens: patches, imageTokensBy: 'openai' };

const deployment = (
  name: string,
  model: ModelCapabilities,
  change: Partial<PanelDeployment> = {},
): PanelDeployment => ({
  id: name,
  name,
  modelName: `model of ${name}`,
  capabilities: model,
  price,
  chosen: false,
  ...change,
});
const work = deployment('Work', tileModel, { chosen: true });
const others = [
  deployment('Newest', patchModel),
  deployment('Unpriced', { ...tileModel, imageTokensBy: 'azure' }, { price: null }),
  deployment('Llama', capabilities),
  deployment('Text only', { ...tileModel, takesPictures: false }),
];

let drawn: PictureSources;
beforeAll(async () => {
  await speakWhole('en');
  drawn = await drawnPictures();
});

const loadDeployments = vi.fn(() => Promise.resolve<readonly PanelDeployment[]>([work, ...others]));
beforeEach(() => {
  vi.clearAllMocks();
  loadDeployments.mockImplementation(() => Promise.resolve([work, ...others]));
});

function show(
  part: AnyPicturePart = picture('house.jpg', photo),
  model: ModelCapabilities | null = tileModel,
) {
  const draft = new DraftInMemory();
  draft.attach(part);
  const screen = render(AttachmentList, {
    draft,
    pictures: drawn,
    capabilities: model,
    loadDeployments,
    sentSize: (stored) =>
      model?.imageTokens && stored.size === 'fit'
        ? modelSize(model.imageTokens, stored.widthPx, stored.heightPx, stored.detail)
        : null,
  });
  return { draft, screen };
}

const opener = (name = 'house.jpg') => page.getByRole('button', { name: `What the model sees: ${name}` });
const radio = (name: string) => page.getByRole('radio', { name, exact: true });
const figures = (table: string): readonly (readonly string[])[] =>
  [...page.getByRole('table', { name: table }).element().querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim()),
  );
const ofHouse = () => figures('Tokens of house.jpg');

/** Lines across and down, as the path has them. */
function lines(): { across: number; down: number } {
  const path = document.querySelector('svg .light')?.getAttribute('d') ?? '';
  return { across: path.match(/H/g)?.length ?? 0, down: path.match(/V/g)?.length ?? 0 };
}

describe('what the model sees', () => {
  test('opens beneath the tile, and loads nothing before', async () => {
    const { screen } = show();
    await expect.element(opener()).toHaveAttribute('aria-expanded', 'false');
    expect(loadDeployments).not.toHaveBeenCalled();
    await opener().click();
    await expect.element(opener()).toHaveAttribute('aria-expanded', 'true');
    await expect.element(page.getByText('4,032 × 3,024 → 1,024 × 768, 2 × 2 tiles')).toBeVisible();
    await expect.element(page.getByText('85 + 4 tiles × 170 = 765 tokens')).toBeVisible();
    const drawing = page.getByRole('img', { name: /^house.jpg as the model sees it: .*2 × 2 tiles$/ });
    await expect.element(drawing).toBeVisible();
    const { width, height } = drawing.element().getBoundingClientRect();
    expect(width / height).toBeCloseTo(4 / 3, 1);
    await expect.poll(lines).toEqual({ across: 1, down: 1 });
    await expect.poll(ofHouse).toEqual([
      ['85', '$0.00017'],
      ['765', '$0.00153'],
      ['765', '$0.00153'],
    ]);
    await expect.element(radio('Auto')).toHaveAccessibleDescription('as high');
    expect(loadDeployments).toHaveBeenCalledTimes(1);
    await expectAccessible(screen.container);

    await opener().click();
    await expect.element(drawing).not.toBeInTheDocument();
  });

  test('choosing a detail here is choosing it in the tile, and the drawing follows', async () => {
    const { draft } = show();
    const setDetail = vi.spyOn(draft, 'setDetail');
    await opener().click();
    await radio('Low').click();
    expect(setDetail).toHaveBeenCalledExactlyOnceWith('k0', 'low');
    await expect.element(page.getByRole('combobox', { name: 'Detail for house.jpg' })).toHaveValue('low');
    await expect.element(page.getByText('4,032 × 3,024 → 512 × 384, one picture, no tiles')).toBeVisible();
    await expect.element(page.getByText('85 tokens, whatever its size')).toBeVisible();
    expect(lines()).toEqual({ across: 0, down: 0 });

    await page.getByRole('combobox', { name: 'Detail for house.jpg' }).selectOptions('high');
    await expect.element(radio('High')).toBeChecked();
    await expect.poll(lines).toEqual({ across: 1, down: 1 });
  });

  test('the size that is sent is chosen here, too', async () => {
    const { draft } = show();
    await opener().click();
    const group = page.getByRole('group', { name: 'Size of house.jpg as sent' });
    await expect.element(group.getByRole('radio', { name: 'Fit 1,024 × 768' })).toBeChecked();
    await group.getByRole('radio', { name: 'Original 4,032 × 3,024' }).click();
    expect(draft.partOf('k0')).toMatchObject({ size: 'original' });
  });

  test('patches: thousands are one path, and few enough lines to see the picture', async () => {
    const { screen } = show(picture('house.jpg', photo), patchModel);
    loadDeployments.mockImplementation(() => Promise.resolve([{ ...others[0]!, chosen: true }, work]));
    await opener().click();
    await expect.element(page.getByText('4,032 × 3,024, not resized, 126 × 95 patches')).toBeVisible();
    await expect.element(page.getByText('11,970 patches × 1.2 = 14,364 tokens')).toBeVisible();
    await expect.element(page.getByText(/One square in the drawing is (\d) × \1 of them/)).toBeVisible();
    expect(document.querySelectorAll('svg .light')).toHaveLength(1);
    const stage = page.getByRole('img', { name: /as the model sees it/ }).element();
    expect(lines().down).toBeGreaterThan(20);
    expect(stage.clientWidth / lines().down).toBeGreaterThan(4);
    await expect.poll(ofHouse).toEqual([
      ['≈ 231', '≈ $0.000462'],
      ['≈ 2,942', '≈ $0.00588'],
      ['≈ 14,364', '≈ $0.0287'],
    ]);
    await expect.element(page.getByText('Auto costs 4.9 times high and 62 times low here.')).toBeVisible();
    await expectAccessible(screen.container);
    await radio('High').click();
    await expect.element(page.getByText('2,451 patches × 1.2 = 2,942 tokens, rounded up')).toBeVisible();
  });

  test('by keys: opened, chosen by arrows, closed', async () => {
    const { draft } = show();
    (opener().element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(radio('Auto')).toBeVisible();
    await expect.element(opener()).toHaveFocus();
    await userEvent.keyboard('{Tab}');
    while (document.activeElement !== radio('Auto').element()) await userEvent.keyboard('{Tab}');
    await userEvent.keyboard('{ArrowUp}');
    expect(draft.partOf('k0')).toMatchObject({ detail: 'high' });
    await userEvent.keyboard('{ArrowUp}');
    expect(draft.partOf('k0')).toMatchObject({ detail: 'low' });
    await expect.element(radio('Low')).toHaveFocus();
    while (document.activeElement !== opener().element()) await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
    await userEvent.keyboard(' ');
    await expect.element(radio('Low')).not.toBeInTheDocument();
  });
});

describe('on other deployments', () => {
  test('each says tokens and dollars at the chosen detail, or what is not known', async () => {
    show();
    await opener().click();
    await expect
      .poll(() => figures('On your other deployments, at auto'))
      .toEqual([
        ['≈ 14,364', '≈ $0.0287'],
        ['765', 'unknown'],
        ['unknown', 'unknown'],
        ['takes no pictures', ''],
      ]);
    await expect.element(page.getByText('model of Newest · 126 × 95 patches')).toBeVisible();
    await radio('Low').click();
    await expect
      .poll(() => figures('On your other deployments, at low')[0])
      .toEqual(['≈ 231', '≈ $0.000462']);
    expect(loadDeployments).toHaveBeenCalledTimes(1);
  });

  test('without others there is no such table', async () => {
    loadDeployments.mockImplementation(() => Promise.resolve([work]));
    show();
    await opener().click();
    await expect.poll(ofHouse).toContainEqual(['85', '$0.00017']);
    expect(page.getByRole('table').elements()).toHaveLength(1);
  });

  test('another connection, other figures, of which none is left from before', async () => {
    const { screen } = show();
    await opener().click();
    await expect.poll(ofHouse).toContainEqual(['85', '$0.00017']);
    loadDeployments.mockImplementation(() =>
      Promise.resolve([
        { ...work, chosen: false },
        { ...others[0]!, chosen: true },
      ]),
    );
    await screen.rerender({ capabilities: patchModel });
    await expect.poll(ofHouse).toContainEqual(['≈ 231', '≈ $0.000462']);
    await expect.poll(() => figures('On your other deployments, at auto')).toEqual([['765', '$0.00153']]);
  });

  test('prices that cannot be loaded are asked for again', async () => {
    loadDeployments.mockImplementation(() => Promise.reject(new Error('offline')));
    show();
    await opener().click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('The prices could not be loaded.');
    expect(ofHouse()).toContainEqual(['85', 'unknown']);
    loadDeployments.mockImplementation(() => Promise.resolve([work]));
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(ofHouse).toContainEqual(['85', '$0.00017']);
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  });
});

describe('what is not known', () => {
  test('a rule nobody publishes: the picture is shown, and unknown stays unknown', async () => {
    loadDeployments.mockImplementation(() =>
      Promise.resolve([deployment('Llama', capabilities, { chosen: true })]),
    );
    const { screen } = show(picture('house.jpg', photo), capabilities);
    await opener().click();
    await expect.element(page.getByText('How this model counts pictures is not published')).toBeVisible();
    await expect.element(page.getByRole('img', { name: 'house.jpg', exact: true })).toBeVisible();
    expect(lines()).toEqual({ across: 0, down: 0 });
    await expect.poll(ofHouse).toEqual(Array(3).fill(['unknown', 'unknown']));
    await expectAccessible(screen.container);
  });

  test('a picture by URL of unknown size has a range', async () => {
    const url: AnyPicturePart = { kind: 'picture-url', url: 'https://x.test/map.png', detail: 'auto' };
    const { draft } = show(url);
    await opener('map.png').click();
    await expect.element(page.getByText('255 to 1,445 tokens. Preview it to know.')).toBeVisible();
    await expect
      .poll(() => figures('Tokens of map.png'))
      .toEqual([
        ['85', '$0.00017'],
        ['255 – 1,445', '$0.00051 – $0.00289'],
        ['255 – 1,445', '$0.00051 – $0.00289'],
      ]);
    await radio('Low').click();
    await expect.element(page.getByText('At this detail it makes no difference.')).toBeVisible();
    draft.attach({ ...url, widthPx: 1024, heightPx: 1024 });
    await expect.element(page.getByText('1,024 × 1,024 → 768 × 768, 2 × 2 tiles')).toBeVisible();
  });

  test('a model that takes no pictures, or none chosen', async () => {
    const { screen } = show(picture('house.jpg'), { ...tileModel, takesPictures: false });
    await opener().click();
    await expect.element(page.getByText('This model takes no pictures.')).toBeVisible();
    await screen.rerender({ capabilities: null });
    await expect.element(page.getByText('Choose a connection')).toBeVisible();
  });

  test('a format that the browser cannot draw stays with its small version', async () => {
    const draft = new DraftInMemory();
    draft.attach(picture('house.jpg', photo));
    const unreadable = URL.createObjectURL(new Blob(['no picture']));
    render(AttachmentList, {
      draft,
      pictures: { ...drawn, full: () => Promise.resolve(unreadable) },
      capabilities: tileModel,
      loadDeployments,
      sentSize: () => null,
    });
    await opener().click();
    const shown = () =>
      [
        ...page
          .getByRole('img', { name: /as the model sees it/ })
          .element()
          .querySelectorAll('img'),
      ].map(({ src }) => src);
    const small = await drawn.thumbnail('house.jpg');
    await expect.poll(shown).toEqual([small]);
  });

  test('lost bytes leave the grid', async () => {
    const draft = new DraftInMemory();
    draft.attach(picture('house.jpg', photo));
    render(AttachmentList, {
      draft,
      pictures: noPictures,
      capabilities: tileModel,
      loadDeployments,
      sentSize: () => null,
    });
    await opener().click();
    await expect.poll(lines).toEqual({ across: 1, down: 1 });
  });
});

describe('the closed tile', () => {
  test('hints only where it saves something real', async () => {
    const { draft } = show(picture('house.jpg', { widthPx: 2048, heightPx: 4096, detail: 'high' }));
    const hint = page.getByText('High costs 13 times low here.');
    await expect.element(hint).toBeVisible();
    draft.setDetail('k0', 'low');
    await expect.element(hint).not.toBeInTheDocument();
    expect(page.getByText(/costs .* times/).elements()).toEqual([]);
    draft.attach(picture('house.jpg', { widthPx: 500, heightPx: 500, detail: 'high' }));
    expect(page.getByText(/costs .* times/).elements()).toEqual([]);
  });

  test('warns of a picture that the service would refuse', async () => {
    const { draft } = show(picture('house.jpg', { widthPx: 8000, heightPx: 8000 }), patchModel);
    const warning = page.getByText('it takes no more than 30,000 patches');
    await expect.element(warning).toBeVisible();
    await opener().click();
    await expect.poll(() => ofHouse().at(-1)).toEqual(['refused', '']);
    await expect.element(warning).toBeVisible();
    draft.setDetail('k0', 'high');
    await expect.element(warning).not.toBeInTheDocument();
  });
});

test('within the composer Enter on a choice sends nothing', async () => {
  const draft = new DraftInMemory();
  draft.attach(picture('house.jpg', photo));
  const onsend = vi.fn();
  render(Composer, {
    draft,
    connections: [connection],
    connectionId: 'c1',
    capabilities: tileModel,
    settings: defaultSettings,
    estimate: null,
    pictureCount: 1,
    answering: false,
    problem: null,
    pictures: drawn,
    sentSize: () => ({ widthPx: 1024, heightPx: 768 }),
    loadDeployments,
    onsend,
    onstop: vi.fn(),
    onconnection: vi.fn(),
    onsettings: vi.fn(),
    ondismissproblem: vi.fn(),
  });
  await opener().click();
  await expect.element(radio('Auto')).toBeVisible();
  for (const choice of ['Auto', 'Fit 1,024 × 768']) {
    (radio(choice).element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
  }
  expect(onsend).not.toHaveBeenCalled();
});

test('in Chinese', async () => {
  await speak('zh');
  try {
    show();
    await page.getByRole('button', { name: '模型看到的画面：house.jpg' }).click();
    await expect.element(page.getByText('4,032 × 3,024 → 1,024 × 768，2 × 2 个图块')).toBeVisible();
    await expect.element(page.getByText('此处“自动”的费用是“低”的 9 倍。')).toBeVisible();
  } finally {
    await speak('en');
  }
});
