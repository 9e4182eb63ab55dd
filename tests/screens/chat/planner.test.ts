import '../../../src/app.css';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { AnyPicturePart } from '#domain/conversation.ts';
import type { PicturePlan, PictureRule } from '#domain/picture-plan.ts';
import { defaultSettings } from '#domain/settings.ts';
import { speak } from '#language';
import type { PictureSources } from '#screens/chat/chat-views.ts';
import Composer from '#screens/chat/Composer.svelte';
import HistoryPlanner from '#screens/chat/HistoryPlanner.svelte';
import { DraftInMemory, noPictures } from './draft.svelte.ts';
import { drawnPictures, estimateOf, everything, plannedOf, tileModel } from './planning.ts';
import { connection, expectAccessible, picture, prompt, speakWhole } from './records.ts';

let drawn: PictureSources;
beforeAll(async () => {
  await speakWhole('en');
  drawn = await drawnPictures();
});

const verbs = { onplan: vi.fn(), onrule: vi.fn(), onclose: vi.fn() };
beforeEach(() => void vi.clearAllMocks());

const remote: AnyPicturePart = { kind: 'picture-url', url: 'https://x.test/map.png', detail: 'low' };
const three = [picture('house.jpg'), picture('door.jpg', { widthPx: 1200, heightPx: 1600 }), remote];

/** The planner as the state keeps it: what is chosen comes back planned and estimated. */
function show(
  parts: readonly AnyPicturePart[] = three,
  change: { rule?: PictureRule; draftPictures?: number } = {},
) {
  let { rule = everything } = change;
  let plan: PicturePlan = {};
  const propsNow = () => {
    const planned = plannedOf(parts, rule, plan);
    const sent = planned.filter(({ choice }) => choice.kind !== 'left-out').length;
    return { planned, rule, estimate: estimateOf(planned), requestBytes: sent * 1_000_000 };
  };
  const screen = render(HistoryPlanner, {
    ...propsNow(),
    maxPictures: 50,
    draftPictures: change.draftPictures ?? 0,
    capabilities: tileModel,
    pictures: drawn,
    onplan: (next: PicturePlan) => {
      verbs.onplan(next);
      plan = next;
      void screen.rerender(propsNow());
    },
    onrule: (next: PictureRule) => {
      verbs.onrule(next);
      rule = next;
      void screen.rerender(propsNow());
    },
    onclose: verbs.onclose,
  });
  return { dialog: page.getByRole('dialog', { name: 'History planner' }), parts };
}

const choiceFor = (name: string) =>
  page.getByRole('combobox', { name: `${name}: next request`, exact: true });
const summary = (row: string) => page.getByRole('row', { name: new RegExp(`^${row}`) });
/** What a row says: before, now. */
const figures = (row: string) =>
  [...summary(row).element().querySelectorAll('td')].map((cell) => cell.textContent);

describe('the history planner', () => {
  test('a choice counts for the next request, and what it saves is seen at once', async () => {
    const { dialog } = show();
    await expect.element(dialog.getByText('The conversation itself never changes')).toBeVisible();
    expect(figures('Pictures')).toEqual(['3 of 50', '3 of 50']);
    expect(figures('Input tokens')).toEqual(['≈ 1,684', '≈ 1,684']);

    await choiceFor('house.jpg').selectOptions('low');
    expect(verbs.onplan).toHaveBeenLastCalledWith({ 'p0/0': { kind: 'low' } });
    await choiceFor('door.jpg').selectOptions('left-out');
    expect(verbs.onplan).toHaveBeenLastCalledWith({ 'p0/0': { kind: 'low' }, 'p1/0': { kind: 'left-out' } });

    await expect.poll(() => figures('Pictures')).toEqual(['3 of 50', '2 of 50']);
    await expect.poll(() => figures('Input tokens')).toEqual(['≈ 1,684', '≈ 239']);
    await expect.poll(() => figures('Input cost')).toEqual(['≈ $0.00421', '≈ $0.000598']);
    await expect.poll(() => figures('Request size')).toEqual(['≈ 3 MB', '≈ 2 MB']);
    await expectAccessible(dialog.element());

    await dialog.getByRole('button', { name: 'Use the rule' }).click();
    expect(verbs.onplan).toHaveBeenLastCalledWith({});
    await expect.element(choiceFor('house.jpg')).toHaveValue('full');
    await expect.element(dialog.getByRole('button', { name: 'Use the rule' })).toBeDisabled();
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(verbs.onclose).toHaveBeenCalledTimes(1);
    await expect.element(dialog).not.toBeInTheDocument();
  });

  test('what a choice costs is said before it is made', async () => {
    show();
    await expect.element(choiceFor('house.jpg')).toHaveTextContent('As attached, 765 tokens');
    await expect.element(choiceFor('house.jpg')).toHaveTextContent('Low, 85 tokens');
  });

  test('a picture by URL has no bytes here to crop', () => {
    show();
    const offered = [...(choiceFor('map.png').element() as HTMLSelectElement).options];
    expect(offered.map(({ value }) => value)).toEqual(['full', 'low', 'left-out']);
  });

  test('the rule of the conversation: newest as attached, older at low, none past', async () => {
    const { dialog } = show();
    await dialog.getByRole('spinbutton', { name: 'Newest as attached' }).fill('1');
    expect(verbs.onrule).toHaveBeenLastCalledWith({ newestFull: 1, newestSent: null });
    await dialog.getByRole('spinbutton', { name: 'None past' }).fill('2');
    expect(verbs.onrule).toHaveBeenLastCalledWith({ newestFull: 1, newestSent: 2 });
    await expect.element(choiceFor('map.png')).toHaveValue('full');
    await expect.element(choiceFor('door.jpg')).toHaveValue('low');
    await expect.element(choiceFor('house.jpg')).toHaveValue('left-out');
    await expect.poll(() => figures('Pictures').at(-1)).toBe('2 of 50');
    await dialog.getByRole('spinbutton', { name: 'Newest as attached' }).fill('');
    expect(verbs.onrule).toHaveBeenLastCalledWith({ newestFull: null, newestSent: 2 });
    expect(verbs.onplan).not.toHaveBeenCalled();
  });

  test('an own choice goes before the rule', async () => {
    const { dialog } = show(three, { rule: { newestFull: null, newestSent: 1 } });
    await choiceFor('house.jpg').selectOptions('low');
    await expect.poll(() => figures('Pictures').at(-1)).toBe('2 of 50');
    await expect.element(dialog.getByText('your choice')).toBeVisible();
  });

  test('one choice for all older ones, counted with what is being written', async () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => picture(`${name}.jpg`));
    const { dialog } = show(five, { draftPictures: 1 });
    await dialog.getByRole('spinbutton', { name: 'Older than the newest' }).fill('3');
    await dialog.getByRole('combobox', { name: 'Choice for older pictures' }).selectOptions('left-out');
    await dialog.getByRole('button', { name: 'Choose' }).click();
    expect(Object.keys(verbs.onplan.mock.lastCall![0] as PicturePlan)).toEqual(['p0/0', 'p1/0', 'p2/0']);
    await expect.element(dialog.getByText('Chosen for 3 pictures.')).toBeInTheDocument();
    await expect.poll(() => figures('Pictures').at(-1)).toBe('3 of 50');
  });

  test('pictures of one name have choices of their own', async () => {
    show([picture(''), picture(''), picture('')]);
    await choiceFor('Pasted picture (2)').selectOptions('low');
    expect(verbs.onplan).toHaveBeenLastCalledWith({ 'p1/0': { kind: 'low' } });
    await expect.element(choiceFor('Pasted picture')).toBeVisible();
  });

  test('of hundreds, the newest are shown, and more when asked for', async () => {
    const { dialog } = show(Array.from({ length: 200 }, (_, at) => picture(`${String(at + 1)}.jpg`)));
    const list = dialog.getByRole('list', { name: 'Choices for the next request' });
    expect(list.getByRole('listitem').elements()).toHaveLength(30);
    await expect.element(choiceFor('200.jpg')).toBeVisible();
    await dialog.getByRole('button', { name: 'Show 60 older pictures' }).click();
    expect(list.getByRole('listitem').elements()).toHaveLength(90);
    expect(figures('Pictures')).toEqual(['200 of 50', '200 of 50']);
  });
});

describe('cropping', () => {
  async function openCrop() {
    show();
    (choiceFor('house.jpg').element() as HTMLElement).focus();
    await choiceFor('house.jpg').selectOptions('crop');
    const dialog = page.getByRole('dialog', { name: 'Crop house.jpg' });
    await expect.element(dialog.getByRole('img', { name: 'house.jpg' })).toBeVisible();
    return dialog;
  }
  const percent = (side: string) => page.getByRole('spinbutton', { name: `${side} (%)` });
  const sides = ['Left', 'Top', 'Width', 'Height'];
  const shown = () => sides.map((side) => Number((percent(side).element() as HTMLInputElement).value));

  test('by numbers: the size and the tokens of the part are seen, and it is chosen', async () => {
    const dialog = await openCrop();
    for (const [side, value] of [
      ['Left', '10'],
      ['Top', '20'],
      ['Width', '12.8'],
      ['Height', '50'],
    ] as const)
      await percent(side).fill(value);
    await expect.element(dialog.getByText('512 × 1,500 pixels, ≈ 595 tokens')).toBeVisible();
    await expect.element(dialog.getByText('of 4,000 × 3,000 pixels, ≈ 765 tokens')).toBeVisible();
    await expectAccessible(dialog.element());
    await dialog.getByRole('button', { name: 'Use this part' }).click();
    const area = { left: 0.1, top: 0.2, width: 0.128, height: 0.5 };
    expect(verbs.onplan).toHaveBeenLastCalledWith({ 'p0/0': { kind: 'crop', area } });
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(choiceFor('house.jpg')).toHaveTextContent('Crop, 595 tokens');
    await expect.element(choiceFor('house.jpg')).toHaveFocus();

    await page.getByRole('button', { name: 'Change crop of house.jpg' }).click();
    await expect.element(percent('Width')).toHaveValue(12.8);
  });

  test('by keys: arrows move the part, with Shift they change its size', async () => {
    const dialog = await openCrop();
    await expect.element(dialog.getByRole('button', { name: 'Use this part' })).toBeDisabled();
    const part = page.getByRole('group', { name: 'Part that is sent' });
    (part.element() as HTMLElement).focus();
    await userEvent.keyboard(
      '{Shift>}{ArrowLeft}{ArrowLeft}{ArrowUp}{/Shift}{ArrowRight}{ArrowDown}{ArrowDown}',
    );
    expect(shown()).toEqual([1, 1, 98, 99]);
  });

  test('by pointer: a rectangle is drawn, moved, and pulled at a corner', async () => {
    const dialog = await openCrop();
    const stage = dialog.getByRole('img', { name: 'house.jpg' }).element().parentElement!;
    const { left, top, width, height } = stage.getBoundingClientRect();
    const drag = (from: readonly [number, number], to: readonly [number, number]): void => {
      const send = (type: string, [x, y]: readonly [number, number]): void => {
        const at = { clientX: left + x * width, clientY: top + y * height };
        const target = type === 'pointerdown' ? document.elementFromPoint(at.clientX, at.clientY)! : stage;
        target.dispatchEvent(
          new PointerEvent(type, { ...at, bubbles: true, cancelable: true, pointerId: 1, button: 0 }),
        );
      };
      // A pointer that no device moves cannot be captured.
      stage.setPointerCapture = () => undefined;
      send('pointerdown', from);
      send('pointermove', to);
      send('pointerup', to);
    };
    const near = (expected: readonly number[]) =>
      expect.poll(() => shown().map(Math.round)).toEqual(expected);

    drag([0.2, 0.2], [0.4, 0.6]);
    await near([20, 20, 20, 40]);
    drag([0.9, 0.9], [0.5, 0.1]);
    await near([50, 10, 40, 80]);
    drag([0.7, 0.5], [0.5, 0.6]);
    await near([30, 20, 40, 80]);
    drag([0.3, 0.2], [0.1, 0.4]);
    await near([10, 40, 60, 60]);
    // A press is no rectangle.
    drag([0.02, 0.02], [0.02, 0.02]);
    await near([10, 40, 60, 60]);
  });

  test('given up, it leaves the choice as it was', async () => {
    const dialog = await openCrop();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(choiceFor('house.jpg')).toHaveValue('full');
    expect(verbs.onplan).not.toHaveBeenCalled();
  });

  test('a picture whose bytes are lost says so', async () => {
    render(HistoryPlanner, {
      planned: plannedOf(three),
      rule: everything,
      estimate: null,
      requestBytes: null,
      maxPictures: 50,
      draftPictures: 0,
      capabilities: tileModel,
      pictures: noPictures,
      ...verbs,
    });
    await expect.element(summary('Input tokens')).toBeVisible();
    expect(figures('Input tokens')).toEqual(['unknown', 'unknown']);
    await choiceFor('house.jpg').selectOptions('crop');
    await expect.element(page.getByText('no longer in this browser')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Use this part' })).toBeDisabled();
  });
});

describe('offered above the composer', () => {
  const composerVerbs = { onsettings: vi.fn(), onplan: vi.fn() };
  beforeEach(() => void vi.clearAllMocks());

  function compose(pictures: number, change: Record<string, unknown> = {}) {
    const parts = Array.from({ length: pictures }, (_, at) => picture(`${String(at + 1)}.jpg`));
    const planned = plannedOf(parts);
    const draft = new DraftInMemory();
    draft.setText('And now?');
    const screen = render(Composer, {
      draft,
      connections: [connection],
      connectionId: 'c1',
      capabilities: tileModel,
      settings: defaultSettings,
      estimate: estimateOf(planned),
      pictureCount: pictures,
      planned,
      messages: parts.map((part, at) => prompt(`p${String(at)}`, 'Look', { parts: [part] })),
      requestBytes: 1_000_000,
      answering: false,
      problem: null,
      pictures: noPictures,
      sentSize: () => null,
      loadDeployments: () => Promise.resolve([]),
      onsend: vi.fn(),
      onstop: vi.fn(),
      onconnection: vi.fn(),
      ondismissproblem: vi.fn(),
      ...composerVerbs,
      ...change,
    });
    return { screen, parts };
  }

  test('with a few earlier pictures nothing is said, and the planner is at hand', async () => {
    await speak('en');
    compose(2);
    await page.getByRole('button', { name: 'Plan pictures' }).click();
    await choiceFor('1.jpg').selectOptions('low');
    expect(composerVerbs.onplan).toHaveBeenLastCalledWith({ 'p0/0': { kind: 'low' } });
    await page.getByRole('spinbutton', { name: 'None past' }).fill('1');
    expect(composerVerbs.onsettings).toHaveBeenLastCalledWith({
      keepNewestFull: null,
      keepNewestPictures: 1,
    });
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('button', { name: 'Plan pictures' })).toHaveFocus();
  });

  test('near the limit of pictures: said quietly, and one click sets a bound', async () => {
    const { screen } = compose(46);
    await expect.element(page.getByText('46 of 50 pictures')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Send' })).toBeEnabled();
    expect(page.getByRole('button', { name: 'Plan pictures' }).elements()).toHaveLength(1);
    await expectAccessible(screen.container);
    await page.getByRole('button', { name: 'Keep only the newest 50 pictures' }).click();
    expect(composerVerbs.onsettings).toHaveBeenCalledWith({ keepNewestPictures: 50 });
    await expect.element(page.getByRole('textbox', { name: 'Message' })).toHaveFocus();
    await screen.rerender({ settings: { ...defaultSettings, keepNewestPictures: 50 } });
    await expect.element(page.getByText('46 of 50 pictures')).not.toBeInTheDocument();
  });

  test('near what the model reads at once: older at low, and what that comes to', async () => {
    compose(10, { capabilities: { ...tileModel, contextTokens: 9_000 } });
    await expect.element(page.getByText('of 9,000 tokens that this model reads at once')).toBeVisible();
    await page.getByRole('button', { name: 'Older at low' }).click();
    const { keepNewestFull } = composerVerbs.onsettings.mock.lastCall![0] as { keepNewestFull: number };
    expect(keepNewestFull).toBeGreaterThanOrEqual(5);
    expect(composerVerbs.onplan).not.toHaveBeenCalled();
  });

  test('over the ceiling: how much the input alone costs', async () => {
    compose(10, { ceilingNanos: 15_000_000 });
    await expect.element(page.getByText('more than your ceiling of $0.015')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Older at low' })).toBeVisible();
  });

  test('own choices count at once, are said, and can be taken back', async () => {
    const { screen, parts } = compose(51);
    await expect.element(page.getByText('51 pictures, this model takes 50.')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled();
    const plan: PicturePlan = { 'p0/0': { kind: 'left-out' }, 'p1/0': { kind: 'low' } };
    await screen.rerender({
      planned: plannedOf(parts, everything, plan),
      capabilities: { ...tileModel, maxPictures: 80 },
    });
    await expect.element(page.getByRole('button', { name: 'Send' })).toBeEnabled();
    await expect
      .element(page.getByText('Chosen for the next request: 1 at low detail and 1 left out.'))
      .toBeVisible();
    await page.getByRole('button', { name: 'Use the rule' }).click();
    expect(composerVerbs.onplan).toHaveBeenLastCalledWith({});
  });

  test('a model without pictures says so', async () => {
    compose(1, { capabilities: { ...tileModel, takesPictures: false } });
    await expect.element(page.getByText('This model does not take pictures.')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled();
  });
});
