import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../src/app.css';
import Components from './Components.svelte';

afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

test.each(['light', 'dark'])('axe finds nothing wrong with any component, %s', async (theme) => {
  document.documentElement.dataset['theme'] = theme;
  render(Components);
  const { violations } = await axe.run(document.querySelector('main')!);
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
});

describe('names and roles', () => {
  test.each([
    ['combobox', 'API version'],
    ['textbox', 'Words'],
    ['spinbutton', 'Max tokens'],
    ['combobox', 'Model'],
    ['switch', 'Stream'],
    ['progressbar', 'Uploading'],
    ['link', 'A link'],
  ] as const)('%s "%s"', async (role, name) => {
    render(Components);
    await expect.element(page.getByRole(role, { name, exact: true })).toBeInTheDocument();
  });

  test('an error is part of its field', async () => {
    render(Components);
    const field = page.getByRole('textbox', { name: 'Wrong' });
    await expect.element(field).toHaveAccessibleDescription('This is not an address');
    await expect.element(field).toHaveAttribute('aria-invalid', 'true');
  });

  test('a number field that is emptied gives null, not zero', async () => {
    const onnumber = vi.fn();
    render(Components, { onnumber });
    await page.getByRole('spinbutton', { name: 'Max tokens' }).fill('');
    expect(onnumber).toHaveBeenLastCalledWith(null);
  });
});

describe('a menu', () => {
  test('opens, moves and chooses by the keyboard, and gives the focus back', async () => {
    const onselect = vi.fn();
    render(Components, { onselect });
    const button = page.getByRole('button', { name: 'Actions' });
    (button.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(page.getByRole('menuitem', { name: 'Rename' })).toHaveFocus();
    await userEvent.keyboard('{ArrowUp}');
    await expect.element(page.getByRole('menuitem', { name: 'Delete' })).toHaveFocus();
    await userEvent.keyboard('{Home}{ArrowDown}{Enter}');
    expect(onselect).toHaveBeenCalledExactlyOnceWith('Move');
    await expect.element(button).toHaveFocus();
    expect(page.getByRole('menu').query()).toBeNull();
  });

  test('Escape and a press elsewhere close it', async () => {
    render(Components);
    const button = page.getByRole('button', { name: 'Actions' });
    await button.click();
    await userEvent.keyboard('{Escape}');
    expect(page.getByRole('menu').query()).toBeNull();
    await button.click();
    await page.getByRole('heading', { name: 'Components' }).click();
    await expect.poll(() => page.getByRole('menu').query()).toBeNull();
  });
});

describe('a dialog', () => {
  test('is named, closes on Escape and by its button, and gives the focus back', async () => {
    render(Components);
    const opener = page.getByRole('button', { name: 'Open dialog' });
    const dialog = page.getByRole('dialog', { name: 'A question' });
    for (const close of ['Escape', 'Close', 'Done']) {
      await opener.click();
      await expect.element(dialog).toBeVisible();
      if (close === 'Escape') await userEvent.keyboard('{Escape}');
      else await dialog.getByRole('button', { name: close }).click();
      await expect.poll(() => dialog.query()).toBeNull();
      await expect.element(opener).toHaveFocus();
    }
  });
});

test('a switch turns by the keyboard', async () => {
  render(Components);
  const toggle = page.getByRole('switch', { name: 'Stream' });
  (toggle.element() as HTMLElement).focus();
  await userEvent.keyboard(' ');
  await expect.element(toggle).toBeChecked();
});
