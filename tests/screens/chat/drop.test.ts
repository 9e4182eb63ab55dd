import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { createRawSnippet } from 'svelte';
import { render } from 'vitest-browser-svelte';
import { speak } from '#language';
import DropArea from '#screens/chat/DropArea.svelte';

const onfiles = vi.fn();
const onurl = vi.fn();

beforeAll(() => speak('en'));
beforeEach(() => {
  vi.clearAllMocks();
  render(DropArea, { onfiles, onurl, children: createRawSnippet(() => ({ render: () => '<p>Chat</p>' })) });
});

function drag(type: string, dataTransfer: DataTransfer): DragEvent {
  const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
  page.getByText('Chat').element().dispatchEvent(event);
  return event;
}

function carrying(files: readonly File[], texts: Record<string, string> = {}): DataTransfer {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  for (const [type, text] of Object.entries(texts)) transfer.setData(type, text);
  return transfer;
}

const overlay = () => page.getByText('Drop to attach');

test('files can be dropped anywhere, and the place shows it', async () => {
  const cat = new File(['x'], 'cat.png', { type: 'image/png' });
  const dropped = carrying([cat], { 'text/uri-list': 'https://example.com/cat.png' });
  drag('dragenter', dropped);
  await expect.element(overlay()).toBeVisible();
  expect(drag('dragover', dropped).defaultPrevented).toBe(true);
  drag('drop', dropped);
  expect(onfiles).toHaveBeenCalledWith([cat]);
  expect(onurl).not.toHaveBeenCalled();
  await expect.element(overlay()).not.toBeInTheDocument();
});

test('of a picture that is a link, the picture is taken and not where it leads', () => {
  const html = '<a href="https://example.com/page"><img src="https://example.com/cat.png"></a>';
  drag('drop', carrying([], { 'text/uri-list': 'https://example.com/page', 'text/html': html }));
  drag('drop', carrying([], { 'text/uri-list': '# a comment\r\nhttps://example.com/dog.png' }));
  expect(onurl.mock.calls).toEqual([['https://example.com/cat.png'], ['https://example.com/dog.png']]);
});

test('addresses that are not of the web are refused', () => {
  drag('drop', carrying([], { 'text/uri-list': 'javascript:alert(1)' }));
  drag('drop', carrying([], { 'text/uri-list': 'file:///etc/passwd' }));
  expect(onurl).not.toHaveBeenCalled();
});

test('text that is dragged, and a drag that began in the page, are left to the page', () => {
  expect(drag('dragenter', carrying([], { 'text/plain': 'words' })).defaultPrevented).toBe(false);
  drag('dragstart', carrying([]));
  const own = carrying([], { 'text/uri-list': 'https://example.com/cat.png' });
  expect(drag('drop', own).defaultPrevented).toBe(false);
  drag('dragend', own);
  expect(onurl).not.toHaveBeenCalled();
});

test('leaving puts the overlay away', async () => {
  const dragged = carrying([new File(['x'], 'cat.png')]);
  drag('dragenter', dragged);
  await expect.element(overlay()).toBeVisible();
  drag('dragleave', dragged);
  await expect.element(overlay()).not.toBeInTheDocument();
});
