import '../../../src/app.css';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import RecordDialog from '#screens/video/RecordDialog.svelte';
import { createWorld } from '../../state/desk-fixtures.ts';
import { expectAccessible, speakWhole } from '../chat/records.ts';

beforeAll(() => speakWhole('en'));
afterEach(() => void vi.restoreAllMocks());

/** A screen that is really drawn: a clock hand that goes round. */
function drawnScreen(): MediaStream {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 180];
  const context = canvas.getContext('2d')!;
  let turn = 0;
  const timer = setInterval(() => {
    context.fillStyle = '#204060';
    context.fillRect(0, 0, 320, 180);
    context.fillStyle = '#ffd75e';
    context.fillRect(150 + 60 * Math.cos((turn += 0.2)), 80 + 60 * Math.sin(turn), 20, 20);
  }, 40);
  const stream = canvas.captureStream(25);
  stream.getVideoTracks()[0]!.addEventListener('ended', () => clearInterval(timer));
  return stream;
}

async function open(source: 'screen' | 'camera') {
  const world = await createWorld();
  const verbs = { onrecorded: vi.fn<(file: File) => void>(), onclose: vi.fn() };
  const { unmount } = render(RecordDialog, { services: world.services, source, ...verbs });
  return { world, ...verbs, unmount };
}

describe('recording', () => {
  test('a screen is seen while it is recorded, and becomes a video', async () => {
    const stream = drawnScreen();
    vi.spyOn(navigator.mediaDevices, 'getDisplayMedia').mockResolvedValue(stream);
    const { world, onrecorded, onclose } = await open('screen');
    const dialog = page.getByRole('dialog', { name: 'Record the screen' });
    await expectAccessible(dialog.element());
    await dialog.getByRole('button', { name: 'Choose what to record' }).click();
    await expect.element(dialog.getByLabelText('Live preview')).toBeVisible();
    await expect.element(dialog.getByRole('timer')).toHaveTextContent('00:02');
    await expectAccessible(dialog.element());
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => onrecorded.mock.calls.length, { timeout: 15_000 }).toBe(1);
    expect(onclose).toHaveBeenCalledTimes(1);
    const [file] = onrecorded.mock.lastCall!;
    expect(file.name).toMatch(/^Screen recording \d{4}-\d\d-\d\d \d\d\.\d\d\.(mp4|webm)$/);
    const read = await (await world.services.loadVideos()).readVideo(file);
    expect(read).toMatchObject({ ok: true, widthPx: 320, heightPx: 180 });
    expect(read.ok && read.durationSeconds).toBeGreaterThan(1);
    expect(stream.active).toBe(false);
  });

  test('ended by the browser’s own button, it is kept', async () => {
    const stream = drawnScreen();
    vi.spyOn(navigator.mediaDevices, 'getDisplayMedia').mockResolvedValue(stream);
    const { onrecorded } = await open('screen');
    await page.getByRole('button', { name: 'Choose what to record' }).click();
    await expect.element(page.getByRole('timer')).toHaveTextContent('00:01');
    for (const track of stream.getTracks()) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    await expect.poll(() => onrecorded.mock.calls.length, { timeout: 15_000 }).toBe(1);
  });

  test('cancelled, nothing is kept and the camera is off', async () => {
    const stream = drawnScreen();
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(stream);
    const { onrecorded, onclose, unmount } = await open('camera');
    await page.getByRole('button', { name: 'Turn on the camera' }).click();
    await expect.element(page.getByLabelText('Live preview')).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(onclose).toHaveBeenCalledTimes(1);
    unmount();
    await expect.poll(() => stream.active).toBe(false);
    expect(onrecorded).not.toHaveBeenCalled();
  });

  test.each([
    ['NotAllowedError', 'screen', 'was not allowed to record'],
    ['NotFoundError', 'camera', 'No camera was found'],
    ['NotReadableError', 'camera', 'in use by another program'],
  ] as const)('%s is said, and can be tried again', async (name, source, words) => {
    const refuse = () => Promise.reject(new DOMException('no', name));
    vi.spyOn(navigator.mediaDevices, 'getDisplayMedia').mockImplementation(refuse);
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(refuse);
    await open(source);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /Choose what|Turn on/ }).click();
    await expect.element(dialog.getByRole('alert').getByText(words)).toBeVisible();
    await expect.element(dialog.getByRole('button', { name: 'Try again' })).toBeVisible();
    await expectAccessible(dialog.element());
  });

  test('a camera without a microphone is recorded all the same', async () => {
    const stream = drawnScreen();
    const ask = vi
      .spyOn(navigator.mediaDevices, 'getUserMedia')
      .mockRejectedValueOnce(new DOMException('no microphone', 'NotFoundError'))
      .mockResolvedValueOnce(stream);
    await open('camera');
    await page.getByRole('button', { name: 'Turn on the camera' }).click();
    await expect.element(page.getByLabelText('Live preview')).toBeVisible();
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
