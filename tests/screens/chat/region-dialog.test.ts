import '../../../src/app.css';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { ModelCapabilities } from '#domain/connection.ts';
import type { PicturePart } from '#domain/conversation.ts';
import { modelSize } from '#domain/image-tokens.ts';
import type { Area } from '#domain/picture-plan.ts';
import type { PanelDeployment } from '#domain/picture-view.ts';
import AttachmentList from '#screens/chat/AttachmentList.svelte';
import type { PictureSources } from '#screens/chat/chat-views.ts';
import PictureDialog from '#screens/chat/PictureDialog.svelte';
import RegionDialog from '#screens/chat/RegionDialog.svelte';
import UserMessage from '#screens/chat/UserMessage.svelte';
import { DraftInMemory, noPictures } from './draft.svelte.ts';
import { drawnPictures, tileModel } from './planning.ts';
import { capabilities, expectAccessible, picture, prompt, speakWhole } from './records.ts';

const scan = picture('scan.png', { mimeType: 'image/png', widthPx: 2048, heightPx: 4096 });
const price = { inputPerMillion: 2, outputPerMillion: 8, source: 'own', asOf: '2026-11-22' };
const work: PanelDeployment = {
  id: 'c1',
  name: 'Work',
  modelName: 'GPT-4.1',
  capabilities: tileModel,
  price,
  chosen: true,
};
const column: Area = { left: 0.25, top: 0.5, width: 0.5, height: 0.25 };

let drawn: PictureSources;
beforeAll(async () => {
  await speakWhole('en');
  drawn = await drawnPictures();
});
const verbs = { onuse: vi.fn(), onclose: vi.fn() };
const loadDeployments = vi.fn(() => Promise.resolve<readonly PanelDeployment[]>([work]));
beforeEach(() => void vi.clearAllMocks());

const askButton = () => page.getByRole('button', { name: 'Ask about this part' });
const selection = () => page.getByRole('group', { name: 'Part to ask about' });
const percent = (side: string) => page.getByRole('spinbutton', { name: `${side} (%)` });
const shown = () =>
  ['Left', 'Top', 'Width', 'Height'].map((side) =>
    Math.round(Number((percent(side).element() as HTMLInputElement).value)),
  );
const rows = () =>
  page
    .getByRole('table', { name: 'Two ways to ask about this part' })
    .getByRole('row')
    .elements()
    .slice(1)
    .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim()));

async function open(
  change: { part?: PicturePart; area?: Area | null; capabilities?: ModelCapabilities | null } = {},
  sources: PictureSources = drawn,
) {
  const screen = render(RegionDialog, {
    part: scan,
    name: 'scan.png',
    area: null,
    capabilities: tileModel,
    loadDeployments,
    full: sources.full,
    thumbnail: sources.thumbnail,
    ...verbs,
    ...change,
  });
  const dialog = page.getByRole('dialog', { name: 'Ask about a part of scan.png' });
  await expect.element(dialog).toBeVisible();
  return { dialog, screen };
}

async function stageOf(): Promise<HTMLElement> {
  await expect.element(selection()).toBeVisible();
  return selection().element().parentElement!;
}

/** Fingers that no device moves; they cannot be captured. */
function finger(stage: HTMLElement, pointerId: number) {
  stage.setPointerCapture = () => undefined;
  return (type: 'down' | 'move' | 'up', x: number, y: number): void => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    const at = { clientX: left + x * width, clientY: top + y * height };
    const target = type === 'down' ? document.elementFromPoint(at.clientX, at.clientY)! : stage;
    target.dispatchEvent(
      new PointerEvent(`pointer${type}`, {
        ...at,
        bubbles: true,
        cancelable: true,
        pointerType: 'touch',
        pointerId,
        button: type === 'move' ? -1 : 0,
      }),
    );
  };
}

describe('drawing a part', () => {
  test('with the mouse: seen, compared, and asked about', async () => {
    const { dialog } = await open();
    await expect.element(dialog.getByText('Draw a rectangle around')).toBeVisible();
    await expect.element(askButton()).toBeDisabled();
    const stage = await stageOf();
    const { width, height } = stage.getBoundingClientRect();
    await userEvent.dragAndDrop(stage, stage, {
      sourcePosition: { x: 0.25 * width, y: 0.5 * height },
      targetPosition: { x: 0.75 * width, y: 0.75 * height },
    });
    await expect.poll(shown).toEqual([25, 50, 50, 25]);
    // Whoever uses the part may put the focus where the question is written.
    verbs.onuse.mockImplementationOnce(() => expect(dialog.query()).toBeNull());
    await askButton().click();
    expect(verbs.onuse).toHaveBeenCalledTimes(1);
    const { left, top } = verbs.onuse.mock.lastCall![0] as Area;
    expect([left, top]).toEqual([expect.closeTo(0.25, 1), expect.closeTo(0.5, 1)]);
    expect(verbs.onclose).toHaveBeenCalledTimes(1);
    await expect.element(dialog).not.toBeInTheDocument();
  });

  test('with a finger; a second one moves the picture and draws nothing', async () => {
    await open();
    const stage = await stageOf();
    const [first, second] = [finger(stage, 1), finger(stage, 2)];
    first('down', 0.2, 0.2);
    first('move', 0.6, 0.4);
    first('up', 0.6, 0.4);
    await expect.poll(shown).toEqual([20, 20, 40, 20]);

    const before = stage.getBoundingClientRect().width;
    first('down', 0.7, 0.7);
    first('move', 0.8, 0.8);
    second('down', 0.3, 0.3);
    await expect.poll(shown).toEqual([20, 20, 40, 20]);
    second('move', 0.05, 0.05);
    first('up', 0.8, 0.8);
    second('up', 0.05, 0.05);
    expect(stage.getBoundingClientRect().width).toBeGreaterThan(before * 1.2);
    expect(shown()).toEqual([20, 20, 40, 20]);
  });

  test('with keys, from the middle; Enter in a field asks, and sends no form around it', async () => {
    await open();
    await stageOf();
    (selection().element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.poll(shown).toEqual([25, 25, 50, 50]);
    await userEvent.keyboard('{ArrowRight}{ArrowDown}{ArrowDown}{Shift>}{ArrowLeft}{ArrowUp}{/Shift}');
    await expect.poll(shown).toEqual([26, 27, 49, 49]);
    await percent('Width').fill('20');
    await userEvent.keyboard('{Enter}');
    expect(verbs.onuse).toHaveBeenCalledWith({ left: 0.26, top: 0.27, width: 0.2, height: 0.49 });
  });

  test('zoomed in, a pixel is a smaller share of the picture', async () => {
    const { dialog } = await open({ area: column });
    const stage = await stageOf();
    const { width } = stage.getBoundingClientRect();
    for (let times = 0; times < 3; times += 1) await dialog.getByRole('button', { name: 'Zoom in' }).click();
    expect(stage.getBoundingClientRect().width / width).toBeCloseTo(1.5 ** 3, 1);
    await dialog.getByRole('button', { name: 'Show the whole picture' }).click();
    expect(stage.getBoundingClientRect().width).toBeCloseTo(width, 0);
  });
});

describe('what it takes', () => {
  test('tokens, dollars and pixels of both ways', async () => {
    const { dialog } = await open({ area: column });
    await expect.element(dialog.getByText('1,024 × 1,024 pixels, cut out of the original')).toBeVisible();
    await expect.poll(rows).toEqual([
      ['850', '$0.0017', '768 × 768'],
      ['1,105', '$0.00221', '384 × 384'],
    ]);
    await expect.element(dialog.getByText('sees 4 times as many pixels of this part')).toBeVisible();
    await expectAccessible(dialog.element());
  });

  test('a price or a rule that is not known stays unknown', async () => {
    loadDeployments.mockImplementationOnce(() => Promise.resolve([{ ...work, price: null }]));
    const { screen } = await open({ area: column });
    await expect.poll(() => rows().map((row) => row[1])).toEqual(['unknown', 'unknown']);
    await screen.rerender({ capabilities });
    await expect.poll(() => rows()[0]).toEqual(['unknown', 'unknown', 'unknown']);
    await expect.element(page.getByText('How this model counts pictures is not published')).toBeVisible();
    await screen.rerender({ capabilities: null });
    await expect.element(page.getByText('Choose a connection')).toBeVisible();
    await expect.element(askButton()).toBeEnabled();
  });

  test('prices that do not load are said, and a picture whose bytes are lost has no parts', async () => {
    loadDeployments.mockImplementationOnce(() => Promise.reject(new Error('offline')));
    await open({ area: column }, noPictures);
    await expect.element(page.getByText('The prices could not be loaded.')).toBeVisible();
    await expect.element(page.getByText('no longer in this browser')).toBeVisible();
    await expect.element(askButton()).toBeDisabled();
  });
});

describe('parts among the attachments', () => {
  function attach(...parts: readonly PicturePart[]): DraftInMemory {
    const draft = new DraftInMemory();
    draft.attach(...parts);
    render(AttachmentList, {
      draft,
      pictures: drawn,
      capabilities: tileModel,
      loadDeployments,
      sentSize: (part) => {
        const seen = modelSize(tileModel.imageTokens!, part.widthPx, part.heightPx, part.detail);
        return part.size === 'fit' && seen.widthPx < part.widthPx ? seen : null;
      },
    });
    return draft;
  }

  test('a part is drawn from the tile, and has a tile and names of its own', async () => {
    const draft = attach(scan);
    const opener = page.getByRole('button', { name: 'Ask about a part of scan.png' });
    for (const width of ['20', '30']) {
      await opener.click();
      await percent('Width').fill(width);
      await askButton().click();
      await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    }
    expect(draft.partOf('k1')).toMatchObject({ crop: { left: 0, top: 0, width: 0.2, height: 1 } });
    for (const name of ['scan.png', 'Part of scan.png', 'Part of scan.png (2)']) {
      await expect.element(page.getByRole('button', { name: `Remove ${name}`, exact: true })).toBeVisible();
      await expect
        .element(page.getByRole('combobox', { name: `Detail for ${name}`, exact: true }))
        .toBeVisible();
    }
    // A part of a part would be a part of the whole.
    expect(opener.elements()).toHaveLength(1);
  });

  test('its sizes are its own: as cut, as sent, and as the model sees it', async () => {
    const draft = attach(scan, { ...scan, crop: column, detail: 'high' });
    const list = page.getByRole('list', { name: 'Attachments' });
    await expect
      .element(list.getByText('1,024 × 1,024 of 2,048 × 4,096 · Metadata is removed'))
      .toBeVisible();
    const size = page.getByRole('combobox', { name: 'Size for Part of scan.png' });
    await expect.element(size).toHaveTextContent('Fit to what the model sees (768 × 768)');
    await page.getByRole('combobox', { name: 'Detail for Part of scan.png' }).selectOptions('low');
    expect(draft.partOf('k1')?.detail).toBe('low');
    await page.getByRole('button', { name: 'What the model sees: Part of scan.png' }).click();
    await expect.element(page.getByText('1,024 × 1,024 → 512 × 512')).toBeVisible();
    await expectAccessible(list.element());
  });

  test('the cut is shown, and where on the whole it lies', async () => {
    attach({ ...scan, crop: column });
    const cut = await vi.waitUntil(() => document.querySelector<HTMLImageElement>('.cut img'));
    await cut.decode();
    // The photo that stands for every picture is 400 × 300.
    expect([cut.naturalWidth, cut.naturalHeight]).toEqual([200, 75]);
    const [whole, part] = [...document.querySelectorAll('.cut rect')].map((rect) =>
      rect.getBoundingClientRect(),
    );
    expect(part!.left - whole!.left).toBeCloseTo(0.25 * whole!.width, 0);
    expect(part!.top - whole!.top).toBeCloseTo(0.5 * whole!.height, 0);
  });
});

describe('parts in messages', () => {
  test('a part is named as one and opens', async () => {
    const part = { ...scan, crop: column };
    const onopen = vi.fn();
    render(UserMessage, {
      message: prompt('p1', 'What is this?', { parts: [{ ...scan, detail: 'low' }, part] }),
      alternatives: ['p1'],
      pictures: drawn,
      onopen,
      onedit: vi.fn(),
      onfindings: vi.fn(),
      onswitch: vi.fn(),
    });
    await page.getByRole('button', { name: 'Open Part of scan.png' }).click();
    expect(onopen).toHaveBeenCalledWith(part);
  });

  test('the viewer shows the cut, and asks about the whole again', async () => {
    const onask = vi.fn();
    render(PictureDialog, {
      pictures: [scan, { ...scan, crop: column }],
      at: 1,
      full: drawn.full,
      onask,
      onclose: vi.fn(),
    });
    const viewer = page.getByRole('dialog', { name: 'Part of scan.png' });
    await expect.element(viewer.getByText('1024 × 1024')).toBeVisible();
    const image = viewer.getByRole('img', { name: 'Part of scan.png' });
    await expect.poll(() => (image.element() as HTMLImageElement).naturalWidth).toBe(200);
    await viewer.getByRole('button', { name: 'Ask about a part' }).click();
    expect(onask).toHaveBeenCalledWith(scan, column);
  });
});
