import '../../../src/app.css';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { noTotals, type Conversation } from '#domain/conversation.ts';
import { defaultSettings } from '#domain/settings.ts';
import { speak } from '#language';
import FrameWithText from './FrameWithText.svelte';
import { expectAccessible } from './records.ts';

const now = Date.UTC(2026, 10, 22, 12);

const verbs = {
  onquery: vi.fn(),
  onmore: vi.fn(),
  onrename: vi.fn(),
  ondelete: vi.fn(),
  onundo: vi.fn(),
  ondismissundo: vi.fn(),
};

beforeAll(() => speak('en'));
beforeEach(async () => {
  vi.clearAllMocks();
  await page.viewport(1200, 800);
});

function conversation(id: string, title: string): Conversation {
  return {
    id,
    title,
    titledBy: 'prompt',
    connectionId: null,
    settings: defaultSettings,
    leafId: null,
    totals: noTotals,
    messageCount: 0,
    createdAt: now,
    updatedAt: now - 3_600_000,
    deletedAt: null,
    rev: 1,
  };
}

const two = [conversation('v2', 'Second'), conversation('v1', 'First')];

function show(change: Record<string, unknown> = {}) {
  return render(FrameWithText, {
    conversations: two,
    running: new Set<string>(),
    currentId: 'v1',
    page: 'chat',
    query: '',
    hasMore: false,
    loaded: true,
    now,
    justDeleted: null,
    ...verbs,
    ...change,
  });
}

test('the frame carries the names of the contract', async () => {
  const screen = show({ running: new Set(['v2']) });
  const main = page.getByRole('navigation', { name: 'Main' });
  await expect.element(main.getByRole('link', { name: 'New conversation' })).toHaveAttribute('href', '#/');
  await expect.element(main.getByRole('link', { name: 'Settings' })).toHaveAttribute('href', '#/settings');
  await expect.element(main.getByRole('searchbox', { name: 'Search conversations' })).toBeVisible();
  const links = main.getByRole('list', { name: 'Conversations' }).getByRole('link');
  expect(links.elements().map((link) => link.textContent.trim())).toEqual(['Second', 'First']);
  await expect.element(links.nth(1)).toHaveAttribute('href', '#/c/v1');
  await expect.element(links.nth(1)).toHaveAttribute('aria-current', 'page');
  expect(main.getByRole('img', { name: 'Answering' }).elements()).toHaveLength(1);
  await expect.element(page.getByRole('button', { name: 'Menu' })).not.toBeInTheDocument();
  await expectAccessible(screen.container);
});

test('rename by the menu and the keyboard alone; Escape gives it up', async () => {
  show();
  page.getByRole('button', { name: 'Actions for First' }).element().focus();
  await userEvent.keyboard('{Enter}');
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const title = page.getByRole('textbox', { name: 'Title' });
  await expect.element(title).toHaveFocus();
  await userEvent.keyboard('Renamed{Enter}');
  expect(verbs.onrename.mock.calls).toEqual([['v1', 'Renamed']]);
  await expect.element(page.getByRole('link', { name: 'First' })).toHaveFocus();

  await page.getByRole('button', { name: 'Actions for First' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await userEvent.keyboard('Never{Escape}');
  expect(verbs.onrename).toHaveBeenCalledTimes(1);
});

test('a name accepted in an input method does not end the renaming', async () => {
  show();
  await page.getByRole('button', { name: 'Actions for First' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const title = page.getByRole('textbox', { name: 'Title' });
  await title.fill('猫');
  title
    .element()
    .dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }));
  expect(verbs.onrename).not.toHaveBeenCalled();
  await expect.element(title).toBeVisible();
});

test('delete says what is gone and offers to undo it', async () => {
  const screen = show();
  await page.getByRole('button', { name: 'Actions for Second' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  expect(verbs.ondelete.mock.calls).toEqual([['v2']]);
  await screen.rerender({ conversations: [two[1]], justDeleted: two[0] });
  await expect.element(page.getByRole('status').getByText('Deleted “Second”.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  expect(verbs.onundo).toHaveBeenCalledTimes(1);
});

test('searching, and finding nothing', async () => {
  const screen = show();
  await page.getByRole('searchbox', { name: 'Search conversations' }).fill('zebra');
  expect(verbs.onquery).toHaveBeenLastCalledWith('zebra');
  await screen.rerender({ query: 'zebra', conversations: [] });
  await expect.element(page.getByText('Nothing found for “zebra”.')).toBeVisible();
  await page.getByRole('searchbox').click();
  await userEvent.keyboard('{Escape}');
  expect(verbs.onquery).toHaveBeenLastCalledWith('');
});

test('an empty list says so only once it has been read', async () => {
  const screen = show({ conversations: [], loaded: false });
  expect(page.getByText('No conversations yet').elements()).toEqual([]);
  await screen.rerender({ loaded: true });
  await expect.element(page.getByText('No conversations yet')).toBeVisible();
});

test('the next page is asked for before the end is reached', async () => {
  show({
    conversations: Array.from({ length: 100 }, (_, at) =>
      conversation(`v${String(at)}`, `Title ${String(at)}`),
    ),
    hasMore: true,
  });
  expect(verbs.onmore).not.toHaveBeenCalled();
  page.getByRole('link', { name: 'Title 95' }).element().scrollIntoView();
  await vi.waitFor(() => expect(verbs.onmore).toHaveBeenCalled());
});

test('on a narrow screen the sidebar is a drawer behind the button Menu', async () => {
  await page.viewport(390, 800);
  const screen = show();
  const nav = page.getByRole('navigation', { name: 'Main' });
  expect(nav.elements()).toEqual([]);
  const menu = page.getByRole('button', { name: 'Menu' });
  await menu.click();
  await expect.element(nav).toBeVisible();
  await expect.element(nav.getByRole('link', { name: 'New conversation' })).toHaveFocus();
  await expectAccessible(screen.container);
  await userEvent.keyboard('{Escape}');
  expect(nav.elements()).toEqual([]);
  await expect.element(menu).toHaveFocus();

  await menu.click();
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  await vi.waitFor(() => expect(nav.elements()).toEqual([]));
});
