import axe from 'axe-core';
import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../src/app.css';
import PictureViewer from '#ui/PictureViewer.svelte';

const labels = {
  close: 'Close',
  previous: 'Previous picture',
  next: 'Next picture',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit to window',
  actualSize: 'Actual size',
  missing: 'The bytes are gone.',
  position: (place: number, count: number) => `${place} of ${count}`,
};

const urls: string[] = [];
let opener: HTMLButtonElement;

afterEach(() => {
  opener.remove();
  document.documentElement.removeAttribute('data-theme');
  for (const url of urls.splice(0)) URL.revokeObjectURL(url);
});

/** Larger than any test window, so that it is made smaller to fit. */
async function drawPicture(widthPx = 4_000, heightPx = 3_000): Promise<string> {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#3a7';
  context.fillRect(0, 0, widthPx, heightPx);
  const url = URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg' }));
  urls.push(url);
  return url;
}

async function open(count = 3) {
  opener = document.createElement('button');
  opener.textContent = 'Open';
  document.body.append(opener);
  opener.focus();
  const src = await drawPicture();
  const pictures = [
    { src, name: 'Beach', widthPx: 4_000, heightPx: 3_000 },
    { src: null, name: 'Gone' },
    { src: await drawPicture(60, 40), name: 'Small', widthPx: 60, heightPx: 40 },
  ].slice(0, count);
  let closed = 0;
  render(PictureViewer, {
    open: true,
    index: 0,
    pictures,
    labels,
    onclose: () => (closed += 1),
  });
  await expect.poll(() => scale()).toBeGreaterThan(0);
  await expect.poll(() => document.querySelector('img')?.naturalWidth ?? 0).toBeGreaterThan(0);
  await expect.poll(() => scale()).toBeLessThan(1);
  return { closedTimes: () => closed };
}

const dialog = (): HTMLDialogElement | null => document.querySelector('dialog');
const scale = (): number => Number(/scale\(([\d.]+)\)/.exec(transform())?.[1] ?? 0) && shownScale();
const transform = (): string => document.querySelector('img')?.style.transform ?? '';
const zoom = (): number => Number(/scale\(([\d.]+)\)/.exec(transform())?.[1]);
const offset = (): number[] => [...transform().matchAll(/(-?[\d.]+)px/g)].map(([, px]) => Number(px));
/** As the viewer says it, in percent. */
const shownScale = (): number =>
  Number(document.querySelector('.scale')?.textContent.replace(/[^\d]/g, '') ?? 0) / 100;

test('a modal dialog named by its picture; Escape closes it and gives the focus back', async () => {
  const { closedTimes } = await open();
  expect(dialog()!.matches(':modal')).toBe(true);
  await expect.element(page.getByRole('dialog', { name: 'Beach' })).toBeVisible();
  expect(dialog()!.contains(document.activeElement)).toBe(true);
  await userEvent.keyboard('{Escape}');
  expect(dialog()).toBeNull();
  expect(document.activeElement).toBe(opener);
  expect(closedTimes()).toBe(1);
});

test('it covers the whole window, and the picture is wholly visible', async () => {
  await open();
  const { width, height } = dialog()!.getBoundingClientRect();
  expect([width, height]).toEqual([innerWidth, innerHeight]);
  const stage = document.querySelector('.stage')!.getBoundingClientRect();
  expect(shownScale()).toBeCloseTo(Math.min(stage.width / 4_000, stage.height / 3_000), 2);
});

test('keys zoom, fit, and show the actual size', async () => {
  await open();
  await userEvent.keyboard('+');
  expect(zoom()).toBeCloseTo(1.25);
  await userEvent.keyboard('+');
  await userEvent.keyboard('-');
  expect(zoom()).toBeCloseTo(1.25);
  await userEvent.keyboard('1');
  expect(shownScale()).toBe(1);
  await userEvent.keyboard('0');
  expect(zoom()).toBe(1);
  expect(offset()).toEqual([0, 0]);
  await userEvent.keyboard('-');
  expect(zoom()).toBe(1);
});

test('arrows go to the next picture when it is fitted, and move the picture when it is enlarged', async () => {
  await open();
  await userEvent.keyboard('1');
  await userEvent.keyboard('{ArrowRight}{ArrowDown}');
  expect(dialog()!.getAttribute('aria-label')).toBe('Beach');
  expect(offset()).toEqual([-60, -60]);
  await userEvent.keyboard('0{ArrowRight}');
  await expect.element(page.getByRole('dialog', { name: 'Gone' })).toBeVisible();
  await expect.element(page.getByText(labels.missing)).toBeVisible();
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  await expect.element(page.getByRole('dialog', { name: 'Beach' })).toBeVisible();
});

test('a picture is never drawn larger than itself when it is fitted', async () => {
  await open();
  await userEvent.keyboard('{ArrowRight}{ArrowRight}');
  await expect.element(page.getByText('3 of 3')).toBeVisible();
  await expect.poll(() => shownScale()).toBe(1);
  await expect.element(page.getByRole('button', { name: labels.next })).toBeDisabled();
});

test('the keys go on where the button that was pressed is disabled', async () => {
  await open();
  const next = page.getByRole('button', { name: labels.next });
  await next.click();
  await next.click();
  await expect.element(next).toBeDisabled();
  await userEvent.keyboard('{ArrowLeft}');
  await expect.element(page.getByText('2 of 3')).toBeVisible();
});

test('another picture begins fitted', async () => {
  await open();
  await userEvent.keyboard('1');
  await page.getByRole('button', { name: labels.next }).click();
  await page.getByRole('button', { name: labels.previous }).click();
  expect(zoom()).toBe(1);
});

test('the wheel zooms about the pointer', async () => {
  await open();
  const stage = document.querySelector('.stage')!;
  const { left, top, width, height } = stage.getBoundingClientRect();
  const wheel = { deltaY: -500, clientX: left + width / 2, clientY: top + height / 2, cancelable: true };
  const event = new WheelEvent('wheel', wheel);
  stage.dispatchEvent(event);
  flushSync();
  expect(event.defaultPrevented).toBe(true);
  expect(zoom()).toBeCloseTo(Math.E, 2);
  for (const px of offset()) expect(Math.abs(px)).toBeLessThan(2);
  const before = offset()[0]!;
  stage.dispatchEvent(new WheelEvent('wheel', { ...wheel, clientX: left + width / 2 + 50 }));
  flushSync();
  // What is 50 px beside the middle moves away from it by the same factor, and back under the pointer.
  expect(offset()[0]! - before * Math.E).toBeCloseTo(50 - 50 * Math.E, -1);
});

test('dragging moves an enlarged picture, up to its edge', async () => {
  await open();
  await userEvent.keyboard('1');
  const stage = document.querySelector<HTMLElement>('.stage')!;
  // Events made by a script have no pointer that could be captured.
  stage.setPointerCapture = () => undefined;
  const at = (type: string, clientX: number, clientY: number, pointerId = 1) =>
    stage.dispatchEvent(new PointerEvent(type, { pointerId, clientX, clientY, button: 0, bubbles: true }));
  at('pointerdown', 100, 100);
  at('pointermove', 130, 80);
  flushSync();
  expect(offset()).toEqual([30, -20]);
  at('pointermove', 20_000, 80);
  flushSync();
  const { left } = document.querySelector('img')!.getBoundingClientRect();
  expect(offset()[0]).toBeCloseTo((4_000 - stage.clientWidth) / 2, 0);
  expect(left).toBeLessThanOrEqual(stage.getBoundingClientRect().left);
  at('pointerup', 130, 80);
  const before = offset();
  at('pointermove', 300, 300);
  flushSync();
  expect(offset()).toEqual(before);
});

test('two fingers pinch', async () => {
  await open();
  const stage = document.querySelector<HTMLElement>('.stage')!;
  stage.setPointerCapture = () => undefined;
  const { left, top, width, height } = stage.getBoundingClientRect();
  const x = left + width / 2;
  const clientY = top + height / 2;
  const at = (type: string, pointerId: number, clientX: number) =>
    stage.dispatchEvent(new PointerEvent(type, { pointerId, clientX, clientY, button: 0, bubbles: true }));
  at('pointerdown', 1, x - 20);
  at('pointerdown', 2, x + 20);
  at('pointermove', 1, x - 60);
  at('pointermove', 2, x + 60);
  flushSync();
  expect(zoom()).toBeCloseTo(3, 1);
});

test('a double click toggles between fitted and enlarged', async () => {
  await open();
  await userEvent.dblClick(document.querySelector('.stage')!);
  expect(shownScale()).toBe(1);
  await userEvent.dblClick(document.querySelector('.stage')!);
  expect(zoom()).toBe(1);
});

test('a single picture has no way on, and no place to tell', async () => {
  await open(1);
  expect(page.getByRole('button', { name: labels.next }).query()).toBeNull();
  expect(dialog()!.textContent).not.toContain('of 1');
});

test.each(['light', 'dark'])('axe finds nothing in the %s theme', async (theme) => {
  document.documentElement.dataset['theme'] = theme;
  await open();
  const { violations } = await axe.run(dialog()!);
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});
