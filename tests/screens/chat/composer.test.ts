import '../../../src/app.css';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultSettings } from '#domain/settings.ts';
import { speak } from '#language';
import Composer from '#screens/chat/Composer.svelte';
import { DraftInMemory, noPictures } from './draft.svelte.ts';
import { capabilities, connection, expectAccessible, picture } from './records.ts';

beforeAll(() => speak('en'));

const verbs = {
  onsend: vi.fn(),
  onstop: vi.fn(),
  onconnection: vi.fn(),
  onsettings: vi.fn(),
  ondismissproblem: vi.fn(),
};
beforeEach(() => void vi.clearAllMocks());

function show(change: Record<string, unknown> = {}, draft = new DraftInMemory()) {
  const props = {
    draft,
    connections: [connection],
    connectionId: 'c1',
    capabilities,
    settings: defaultSettings,
    estimate: null,
    pictureCount: 0,
    answering: false,
    problem: null,
    pictures: noPictures,
    sentSize: () => null,
    loadDeployments: () => Promise.resolve([]),
    ...verbs,
    ...change,
  };
  return { draft, screen: render(Composer, props), field: page.getByRole('textbox', { name: 'Message' }) };
}

/** A paste or a drop as the browser tells of it. */
function carrying(files: readonly File[], texts: Record<string, string> = {}): DataTransfer {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  for (const [type, text] of Object.entries(texts)) transfer.setData(type, text);
  return transfer;
}

function paste(clipboardData: DataTransfer): ClipboardEvent {
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  page.getByRole('textbox', { name: 'Message' }).element().dispatchEvent(event);
  return event;
}

const png = (name: string): File => new File(['x'], name, { type: 'image/png' });

test('Enter sends, Shift+Enter breaks the line', async () => {
  const { draft, field } = show();
  await field.click();
  await expect.element(field).toHaveFocus();
  await userEvent.keyboard('one{Shift>}{Enter}{/Shift}two');
  expect(draft.text).toBe('one\ntwo');
  expect(verbs.onsend).not.toHaveBeenCalled();
  await userEvent.keyboard('{Enter}');
  expect(verbs.onsend).toHaveBeenCalledTimes(1);
  expect(draft.text).toBe('one\ntwo');
});

test.for([
  ['isComposing, as Chromium and Firefox tell it', { isComposing: true }],
  ['key code 229, as Safari tells it', { keyCode: 229 }],
] as const)('Enter that accepts a word of an input method sends nothing: %s', ([, how]) => {
  const { draft, field } = show();
  draft.setText('你好');
  const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...how });
  field.element().dispatchEvent(event);
  expect(verbs.onsend).not.toHaveBeenCalled();
  expect(event.defaultPrevented).toBe(false);
});

test('Send is disabled while there is nothing to send, and while a file is read', async () => {
  const { draft } = show();
  const send = page.getByRole('button', { name: 'Send' });
  await expect.element(send).toBeDisabled();
  draft.attach(picture('cat.jpg'));
  await expect.element(send).toBeEnabled();
  draft.isReading = true;
  await expect.element(send).toBeDisabled();
});

test('while an answer comes, Send is Stop, and Enter keeps what is written', async () => {
  const { draft, field } = show({ answering: true });
  draft.setText('next');
  await expect.element(page.getByRole('button', { name: 'Send' })).not.toBeInTheDocument();
  await field.click();
  await userEvent.keyboard('{Enter}');
  expect(verbs.onsend).not.toHaveBeenCalled();
  await page.getByRole('button', { name: 'Stop' }).click();
  expect(verbs.onstop).toHaveBeenCalledTimes(1);
});

test('without a connection nothing can be sent', async () => {
  const { draft } = show({ connectionId: null });
  draft.setText('hello');
  await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled();
});

test('several pasted files are attached', () => {
  const { draft } = show();
  const event = paste(carrying([png('a.png'), png('b.png')]));
  expect(draft.asked).toEqual(['files a.png, b.png']);
  expect(event.defaultPrevented).toBe(true);
});

test('text copied from an office program stays text, though a drawing of it comes along', () => {
  const { draft } = show();
  const event = paste(
    carrying([png('drawing.png')], {
      'text/html': '<html><style>p{color:red}</style><body><p>Totals</p></body></html>',
      'text/plain': 'Totals',
    }),
  );
  expect(draft.asked).toEqual([]);
  expect(event.defaultPrevented).toBe(false);
});

test('a picture copied from a web page comes by its file, or else by its URL', () => {
  const { draft } = show();
  const html = '<meta charset="utf-8"><img alt="a cat" src="https://example.com/c.png?a=1&amp;b=2">';
  paste(carrying([png('c.png')], { 'text/html': html }));
  paste(carrying([], { 'text/html': html }));
  expect(draft.asked).toEqual(['files c.png', 'url https://example.com/c.png?a=1&b=2']);
});

test('a pasted picture with a dangerous address is left alone', () => {
  const { draft } = show();
  paste(carrying([], { 'text/html': '<img src="javascript:alert(1)">' }));
  expect(draft.asked).toEqual([]);
});

test('files chosen by the dialog are attached, and can be chosen again', async () => {
  const { draft } = show();
  const input = page.getByLabelText('Files to attach');
  await userEvent.upload(input, [png('a.png'), png('b.png')]);
  expect(draft.asked).toEqual(['files a.png, b.png']);
  expect((input.element() as HTMLInputElement).value).toBe('');
  await expect.element(page.getByRole('button', { name: 'Attach files' })).toBeVisible();
});

test('an image URL is checked before it is added', async () => {
  const { draft } = show();
  await page.getByRole('button', { name: 'Add image by URL' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add image by URL' });
  const url = dialog.getByRole('textbox', { name: 'Image URL' });
  await url.fill('ftp://example.com/a.png');
  await dialog.getByRole('button', { name: 'Add image' }).click();
  expect(draft.asked).toEqual([]);
  await expect.element(dialog.getByText('http and https')).toBeVisible();
  await url.fill('https://example.com/a.png');
  await dialog.getByRole('button', { name: 'Add image' }).click();
  expect(draft.asked).toEqual(['url https://example.com/a.png']);
  await expect.element(dialog).not.toBeInTheDocument();
});

test('each attachment has its detail, its size, its place and its end', async () => {
  const draft = new DraftInMemory();
  draft.attach(picture('cat.jpg'), picture('dog.gif', { mimeType: 'image/gif', animated: true }));
  const { screen } = show({ sentSize: () => ({ widthPx: 1024, heightPx: 768 }) }, draft);
  const list = page.getByRole('list', { name: 'Attachments' });
  await expect.element(list.getByText('GIF: first frame only')).toBeVisible();

  // What is encoded anew loses its metadata anyway: there is nothing to choose.
  await expect.element(list.getByText('Metadata is removed').first()).toBeVisible();
  expect(page.getByRole('switch').elements()).toEqual([]);

  await page.getByRole('combobox', { name: 'Detail for cat.jpg' }).selectOptions('low');
  await page.getByRole('combobox', { name: 'Size for cat.jpg' }).selectOptions('original');
  expect(draft.partOf('k0')).toMatchObject({ detail: 'low', size: 'original' });
  await page.getByRole('switch', { name: 'Remove metadata' }).click();
  expect(draft.partOf('k0')).toMatchObject({ stripMetadata: true });

  await page.getByRole('button', { name: 'Move cat.jpg later' }).click();
  expect(draft.attachments.map(({ key }) => key)).toEqual(['k1', 'k0']);
  await expect.element(page.getByRole('button', { name: 'Move cat.jpg later' })).toBeDisabled();
  await expectAccessible(screen.container);

  await page.getByRole('button', { name: 'Remove cat.jpg' }).click();
  expect(draft.attachments.map(({ key }) => key)).toEqual(['k1']);
});

test('a refused file says why, and can be tried again or removed', async () => {
  const draft = new DraftInMemory();
  const refusal = { reason: 'heic' as const, bytes: 9, limitPixels: 100_000_000, limitBytes: 200_000_000 };
  draft.attachments = [{ key: 'k0', kind: 'refused', name: 'photo.heic', refusal }];
  show({}, draft);
  await expect.element(page.getByRole('alert')).toHaveTextContent('cannot read HEIC');
  await page.getByRole('button', { name: 'Try photo.heic again' }).click();
  expect(draft.asked).toEqual(['retry k0']);
  await page.getByRole('button', { name: 'Remove photo.heic' }).click();
  expect(draft.attachments).toEqual([]);
});

test('too many pictures: says so, holds Send back, and one click keeps the newest', async () => {
  const draft = new DraftInMemory();
  draft.setText('compare');
  const { screen } = show({ pictureCount: 12 }, draft);
  await expect.element(page.getByText('12 pictures, this model takes 10.')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled();
  await page.getByRole('button', { name: 'Keep only the newest 10 pictures' }).click();
  expect(verbs.onsettings).toHaveBeenCalledWith({ keepNewestPictures: 10 });
  await screen.rerender({ settings: { ...defaultSettings, keepNewestPictures: 10 } });
  await expect.element(page.getByRole('button', { name: 'Send' })).toBeEnabled();
  await expect.element(page.getByText('2 earlier ones are left out')).toBeVisible();
});

test('the estimate shows tokens and dollars, and marks what it does not know', async () => {
  const estimate = {
    inputTokens: 1940,
    pictureTokens: 765,
    exact: true,
    unknownPictures: 0,
    inputNanos: 4_850_000,
    outputNanosUpTo: 8_000_000,
    extraNanos: 0,
    maxTokens: 800,
    calibrated: false,
    sources: [],
  };
  const { screen } = show({ estimate });
  const group = page.getByRole('group', { name: 'Estimate' });
  await expect.element(group).toHaveTextContent('≈ 1,940 tokens in');
  await expect.element(group).toHaveTextContent('≈ $0.00485 + up to $0.008 out');
  await expect.element(group).not.toHaveTextContent('rough');
  await screen.rerender({
    estimate: { ...estimate, exact: false, inputNanos: null, outputNanosUpTo: null },
  });
  await expect.element(group).toHaveTextContent('unknown price');
  await expect.element(group).toHaveTextContent('rough');
});

test('editing an earlier prompt is said, and can be given up', async () => {
  const draft = new DraftInMemory();
  draft.editing = 'p1';
  show({}, draft);
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(draft.editing).toBeNull();
  await expect.element(page.getByRole('textbox', { name: 'Message' })).toHaveFocus();
});

test('request settings offer what the model takes, with the names of the contract', async () => {
  show({
    capabilities: {
      ...capabilities,
      takesSampling: false,
      jsonModeWithPictures: false,
      reasoningEfforts: ['low', 'high'],
    },
    pictureCount: 1,
  });
  await page.getByRole('button', { name: 'Request settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Request settings' });
  await expect.element(dialog.getByRole('spinbutton', { name: 'Temperature' })).toBeDisabled();
  await expect.element(dialog.getByText('This model takes no temperature')).toBeVisible();
  await expect.element(dialog.getByRole('combobox', { name: 'Response format' })).toBeDisabled();
  await expect.element(dialog.getByText('Azure refuses JSON mode with pictures')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
  expect(verbs.onsettings).toHaveBeenLastCalledWith({ systemPrompt: 'Be brief.' });
  await dialog.getByRole('spinbutton', { name: 'Max tokens' }).fill('800');
  expect(verbs.onsettings).toHaveBeenLastCalledWith({ maxTokens: 800 });
  await dialog.getByRole('combobox', { name: 'Reasoning effort' }).selectOptions('high');
  expect(verbs.onsettings).toHaveBeenLastCalledWith({ reasoningEffort: 'high' });
  await dialog.getByRole('switch', { name: 'Stream' }).click();
  expect(verbs.onsettings).toHaveBeenLastCalledWith({ stream: false });
  await expectAccessible(dialog.element());

  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect.element(dialog).not.toBeInTheDocument();
  await page.getByRole('button', { name: 'Request settings' }).click();
  await expect.element(dialog).toBeVisible();
});

test('what stopped a prompt is announced, and can be put away', async () => {
  show({ problem: { kind: 'storage-full', detail: '' } });
  await expect.element(page.getByRole('alert')).toHaveTextContent('There is no space left to save');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  expect(verbs.ondismissproblem).toHaveBeenCalledTimes(1);
});
