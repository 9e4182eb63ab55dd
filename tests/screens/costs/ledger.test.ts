import '../../../src/app.css';
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import CostsView from '#screens/costs/CostsView.svelte';
import { expectAccessible, speakWhole } from '../chat/records.ts';
import { busyCosts, now, type FakeCosts } from './fake-costs.svelte.ts';

beforeEach(async () => {
  await speakWhole('en');
  await page.viewport(1440, 900);
});

const ledger = () => page.getByRole('table', { name: 'Ledger', exact: true });
const scroller = (): HTMLElement =>
  page.getByRole('region', { name: 'Rows of the ledger' }).element() as HTMLElement;
const rows = (): NodeListOf<HTMLElement> => document.querySelectorAll('[data-index]');
const lastIndex = (): number => Number([...rows()].at(-1)!.dataset['index']);

async function show(rowCount: number, change: Partial<FakeCosts> = {}): Promise<FakeCosts> {
  const costs = Object.assign(busyCosts(), { rowCount, ...change });
  render(CostsView, { costs, now: () => now, onretry: () => undefined });
  await expect.element(ledger()).toBeVisible();
  return costs;
}

test('a hundred thousand rows are few in the page, and each is reached', async () => {
  const costs = await show(100_000);
  await expect.element(ledger()).toHaveAttribute('aria-rowcount', '100001');
  await expect.poll(() => ledger().getByText('1,200', { exact: true }).query()).not.toBeNull();
  expect(rows().length).toBeLessThan(60);
  expect(rows()[0]).toHaveAttribute('aria-rowindex', '2');
  expect(scroller().scrollHeight).toBeGreaterThan(100_000 * 36);

  scroller().scrollTop = 50_000 * 36;
  await expect.poll(lastIndex).toBeGreaterThan(50_000);
  expect(rows().length).toBeLessThan(60);
  await expect.poll(() => ledger().getByText('51,205', { exact: true }).query()).not.toBeNull();
  const row = document.querySelector('[data-index="50005"]')!.getBoundingClientRect();
  expect(row.top).toBeGreaterThan(scroller().getBoundingClientRect().top);
  expect(row.bottom).toBeLessThan(scroller().getBoundingClientRect().bottom);

  scroller().scrollTop = scroller().scrollHeight;
  await expect.poll(lastIndex).toBe(99_999);
  // A hundred at a time, and only around what was seen.
  expect(costs.asked.filter((one) => Array.isArray(one) && one[0] === 'rows').length).toBeLessThan(8);
});

test('a row leads to its conversation and names what it was', async () => {
  await show(40);
  await expect.poll(() => ledger().getByText('1,200', { exact: true }).query()).not.toBeNull();
  const row = (index: number): string =>
    document.querySelector(`[data-index="${String(index)}"]`)!.textContent;
  expect(document.querySelector('[data-index="0"] a')).toHaveAttribute('href', '#/c/v0');
  expect(row(0)).toContain('Complete, simulated');
  expect(row(3)).toContain('unknown');
  expect(row(4)).toContain('2.5 min');
  expect(row(4)).toContain('Interrupted, estimated');
  expect(row(4)).toMatch(/≈ \$0\.00384/);
  scroller().scrollTop = 10 * 36;
  await expect.poll(lastIndex).toBeGreaterThan(22);
  expect(row(22)).toContain('Deleted conversation');
});

test('the heads of the columns sort, and say how', async () => {
  const costs = await show(500);
  const head = (name: string) => ledger().getByRole('columnheader', { name, exact: true });
  await expect.element(head('Time')).toHaveAttribute('aria-sort', 'descending');
  scroller().scrollTop = 4_000;
  await head('Cost').getByRole('button').click();
  expect(costs.asked).toContainEqual(['sort', { by: 'cost', descending: true }]);
  await expect.element(head('Cost')).toHaveAttribute('aria-sort', 'descending');
  await expect.element(head('Time')).not.toHaveAttribute('aria-sort');
  await expect.poll(() => scroller().scrollTop).toBe(0);
  await head('Cost').getByRole('button').click();
  await head('Model').getByRole('button').click();
  expect(costs.asked).toContainEqual(['sort', { by: 'cost', descending: false }]);
  expect(costs.asked).toContainEqual(['sort', { by: 'model', descending: false }]);
  // What was sorted is read anew.
  await expect.poll(() => costs.asked.at(-1)).toEqual(['rows', 0, 100]);
});

test('connection, kind and words narrow it down, and are cleared again', async () => {
  const costs = await show(500);
  const filters = page.getByRole('search');
  await filters.getByRole('combobox', { name: 'Connection' }).selectOptions('Contoso production');
  await filters.getByRole('combobox', { name: 'Kind' }).selectOptions('Video ingestion');
  await filters.getByRole('searchbox', { name: 'Search ledger' }).fill('gpt');
  await expect
    .poll(() => costs.filter)
    .toEqual({ connectionId: 'c1', kind: 'video-ingestion', words: 'gpt' });
  costs.rowCount = 0;
  await expect.element(page.getByText('No call matches this search.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear search and filters' }).click();
  expect(costs.filter).toEqual({ connectionId: null, kind: null, words: '' });
  await expect.element(filters.getByRole('searchbox')).toHaveValue('');
});

test('the focus stays with its row, and goes to the rows where that leaves the view', async () => {
  await show(5_000);
  const link = (index: number) => document.querySelector<HTMLElement>(`[data-index="${String(index)}"] a`);
  await expect.poll(() => link(12)).not.toBeNull();
  const focused = link(12)!;
  focused.focus();
  scroller().scrollTop = 14 * 36;
  await expect.poll(lastIndex).toBeGreaterThan(30);
  expect(document.activeElement).toBe(focused);
  expect(link(12)).toBe(focused);
  scroller().scrollTop = 2_500 * 36;
  await expect.poll(lastIndex).toBeGreaterThan(2_500);
  await expect.poll(() => document.activeElement).toBe(scroller());
  expect(scroller().scrollTop).toBe(2_500 * 36);
});

test('rows that cannot be read are said to be so, and are read again', async () => {
  const costs = await show(300, { fails: true } as Partial<FakeCosts>);
  await expect.element(page.getByText('These rows could not be read.')).toBeVisible();
  costs.fails = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByText('These rows could not be read.')).not.toBeInTheDocument();
  await expect.poll(() => ledger().getByText('1,200', { exact: true }).query()).not.toBeNull();
});

test('on a phone three columns say it all, and nothing is wider than the screen', async () => {
  await page.viewport(390, 844);
  await show(1_000);
  await expect.poll(() => document.querySelector('[data-index="1"] a')).not.toBeNull();
  expect(
    ledger()
      .getByRole('columnheader')
      .elements()
      .map((head) => head.textContent.trim()),
  ).toEqual(['Time', 'Model', 'Cost']);
  expect(scroller().scrollWidth).toBeLessThanOrEqual(scroller().clientWidth);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  await expectAccessible(document.body);
});

test.each(['csv', 'json'] as const)('an export is a file of the day: %s', async (format) => {
  const costs = await show(3);
  const names: string[] = [];
  const stop = (event: MouseEvent): void => {
    const link = event.target as HTMLAnchorElement;
    if (link.tagName !== 'A' || !link.download) return;
    event.preventDefault();
    names.push(link.download);
  };
  // The link is in no document, so its click is caught where it is made.
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    this.addEventListener('click', stop);
    click.call(this);
  };
  try {
    await page.getByRole('button', { name: `Export ledger ${format.toUpperCase()}` }).click();
    await expect.poll(() => names).toEqual([`sightline-ledger-2026-11-22.${format}`]);
    expect(costs.asked).toContainEqual(['export', format]);
  } finally {
    HTMLAnchorElement.prototype.click = click;
  }
});

test('the ledger is read by the keyboard alone', async () => {
  await show(2_000);
  await expect.poll(() => document.querySelector('[data-index="1"] a')).not.toBeNull();
  scroller().focus();
  await userEvent.keyboard('{End}');
  await expect.poll(lastIndex).toBe(1_999);
  await userEvent.keyboard('{Home}');
  await expect.poll(() => rows()[0]?.dataset['index']).toBe('0');
});
