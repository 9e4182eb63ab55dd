import { beforeAll, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../../src/app.css';
import type { Budgets } from '#domain/budget.ts';
import BudgetsSection from '#screens/costs/BudgetsSection.svelte';
import { aConnection, bench, nowMs, type Bench } from '../../state/connections-fixtures.ts';
import { anEntry } from '../../store/fixtures.ts';
import { expectAccessible, speakWhole } from '../chat/records.ts';

beforeAll(() => speakWhole('en'));

const dollars = (amount: number): number => Math.round(amount * 1e9);
const field = (name: string) => page.getByRole('spinbutton', { name, exact: true });
const choice = (name: string) => page.getByRole('combobox', { name, exact: true });
const meter = (name: string) => page.getByRole('meter', { name: `${name}: used`, exact: true });
const status = () => page.getByRole('status');
const none = { monthlyNanos: null, dailyNanos: null, atLimit: 'ask' } as const;

async function show(budgets?: Partial<Budgets>, change: Partial<Bench> = {}) {
  const on = await bench();
  await on.connections.save(aConnection());
  if (budgets)
    await on.store.changeBudgets(() => ({
      overall: none,
      connections: {},
      perRequestNanos: null,
      ...budgets,
    }));
  const screen = render(BudgetsSection, { services: { ...on, ...change } });
  await expect.element(field('Monthly budget (USD)')).toBeEnabled();
  return { ...on, screen };
}

async function leave(): Promise<void> {
  await userEvent.tab();
}

test('limits are entered by their names in the contract, to the last of nine decimals, and kept', async () => {
  const { store, screen } = await show();
  await expect.element(field('Monthly budget (USD)')).toHaveAttribute('placeholder', 'No limit');
  await field('Monthly budget (USD)').fill('123456.123456789');
  await leave();
  await expect.element(status()).toHaveTextContent('Saved');
  await field('Daily budget (USD)').fill('.5');
  await leave();
  await expect.element(field('Daily budget (USD)')).toHaveValue(0.5);
  await choice('At the limit').selectOptions('Block requests');
  await field('Ask me above (USD per request)').fill('0.10');
  await leave();
  await expect
    .poll(() => store.readBudgets())
    .toEqual({
      overall: { monthlyNanos: 123_456_123_456_789, dailyNanos: dollars(0.5), atLimit: 'block' },
      connections: {},
      perRequestNanos: dollars(0.1),
    });
  await expectAccessible(screen.container);
});

test('what was typed is kept without leaving the field, and when the screen goes at once', async () => {
  const { store, screen } = await show();
  await field('Monthly budget (USD)').fill('5');
  await expect.poll(async () => (await store.readBudgets()).overall.monthlyNanos).toBe(dollars(5));
  await expect.element(field('Monthly budget (USD)')).toHaveFocus();
  await field('Monthly budget (USD)').fill('7.25');
  screen.unmount();
  await expect.poll(async () => (await store.readBudgets()).overall.monthlyNanos).toBe(dollars(7.25));
});

test('an emptied field is no limit any more', async () => {
  const { store } = await show({ overall: { ...none, monthlyNanos: dollars(5) } });
  await expect.element(field('Monthly budget (USD)')).toHaveValue(5);
  await field('Monthly budget (USD)').clear();
  await leave();
  await expect.poll(async () => (await store.readBudgets()).overall.monthlyNanos).toBeNull();
  await expect.element(meter('Monthly budget (USD)')).not.toBeInTheDocument();
});

test('what is no limit is marked and said once the person leaves, and nothing of it is kept', async () => {
  const { store, screen } = await show({ overall: { ...none, monthlyNanos: dollars(5) } });
  const monthly = field('Monthly budget (USD)');
  for (const [typed, said] of [
    ['-3', 'A limit cannot be negative.'],
    ['0.0000000001', 'At most 9 decimals count.'],
    ['2000000', 'At most $1,000,000.00.'],
  ] as const) {
    await monthly.fill(typed);
    await leave();
    await expect.element(page.getByText(said)).toBeVisible();
    await expect.element(monthly).toHaveAttribute('aria-invalid', 'true');
    await expect.element(monthly).toHaveAccessibleDescription(expect.stringContaining(said));
  }
  await monthly.clear();
  await userEvent.type(monthly, '1e');
  await leave();
  await expect.element(page.getByText('Enter an amount in dollars, such as 5 or 0.25.')).toBeVisible();
  await expectAccessible(screen.container);
  expect((await store.readBudgets()).overall.monthlyNanos).toBe(dollars(5));
  await expect.element(status()).toHaveTextContent('');

  await monthly.fill('6');
  await expect.element(monthly).not.toHaveAttribute('aria-invalid');
  await leave();
  await expect.element(status()).toHaveTextContent('Saved');
});

test('a bar shows how much is used, with the warning colour from 80 % and danger from 100 %', async () => {
  const { store, screen } = await show({
    overall: { ...none, monthlyNanos: dollars(5), dailyNanos: dollars(4) },
  });
  await store.addLedgerEntry(anEntry({ id: 'a', at: nowMs, costNanos: dollars(3.2), simulated: true }));
  await expect
    .element(meter('Monthly budget (USD)'))
    .toHaveAttribute('aria-valuetext', '$3.20 of $5.00 (64%)');
  await expect.element(meter('Monthly budget (USD)')).toHaveAttribute('aria-valuenow', '64');
  await expect.element(page.getByText('$3.20 of $4.00 (80%)')).toBeVisible();
  const colour = (text: string) => getComputedStyle(page.getByText(text).element()).color;
  const fine = colour('$3.20 of $5.00 (64%)');
  const near = colour('$3.20 of $4.00 (80%)');
  await store.addLedgerEntry(anEntry({ id: 'b', at: nowMs, costNanos: dollars(0.9) }));
  await expect.element(page.getByText('$4.10 of $4.00 (102%)')).toBeVisible();
  const over = colour('$4.10 of $4.00 (102%)');
  expect(new Set([fine, near, over]).size).toBe(3);
  expect(colour('$4.10 of $5.00 (82%)')).toBe(near);
  await expect.element(meter('Daily budget (USD)')).toHaveAttribute('aria-valuenow', '100');
  await expectAccessible(screen.container);
});

test('each connection has its own limits, beside the overall ones', async () => {
  const { store, screen } = await show();
  await page.getByText('Budgets for single connections').click();
  await field('Daily budget for Contoso (USD)').fill('2');
  await leave();
  await choice('At the limit for Contoso').selectOptions('Block requests');
  await expect
    .poll(() => store.readBudgets())
    .toEqual({
      overall: none,
      connections: { contoso: { monthlyNanos: null, dailyNanos: dollars(2), atLimit: 'block' } },
      perRequestNanos: null,
    });
  await store.addLedgerEntry(anEntry({ connectionId: 'contoso', at: nowMs, costNanos: dollars(1) }));
  await expect
    .element(meter('Daily budget for Contoso (USD)'))
    .toHaveAttribute('aria-valuetext', '$1.00 of $2.00 (50%)');
  await expect.element(page.getByText('Budgets for single connections (1 set)')).toBeVisible();
  await expectAccessible(screen.container);
});

test('the limits of connections are in view at once where there are some', async () => {
  await show({ connections: { contoso: { ...none, monthlyNanos: dollars(1) } } });
  await expect.element(field('Monthly budget for Contoso (USD)')).toBeVisible();
});

test('what another tab sets comes into view, but not under the hands of who is typing', async () => {
  const { store } = await show();
  await field('Monthly budget (USD)').fill('5');
  await store.changeBudgets(() => ({
    overall: { monthlyNanos: dollars(9), dailyNanos: dollars(3), atLimit: 'ask' },
    connections: {},
    perRequestNanos: null,
  }));
  await expect.element(field('Daily budget (USD)')).toHaveValue(3);
  await expect.element(field('Monthly budget (USD)')).toHaveValue(5);
  await leave();
  await expect
    .poll(async () => (await store.readBudgets()).overall)
    .toMatchObject({ monthlyNanos: dollars(5), dailyNanos: dollars(3) });
});

test('what could not be kept is said, stays in the field, and is tried again', async () => {
  const on = await bench();
  let broken = true;
  const store = {
    ...on.store,
    changeBudgets: (toNext: (stored: Budgets) => Budgets) =>
      broken ? Promise.reject(new Error('no room')) : on.store.changeBudgets(toNext),
  };
  await show({}, { store });
  await field('Monthly budget (USD)').fill('5');
  await leave();
  await expect.element(page.getByRole('alert')).toHaveTextContent(/what held before still holds/);
  await expect.element(field('Monthly budget (USD)')).toHaveValue(5);
  await choice('At the limit').selectOptions('Block requests');
  await expect.element(choice('At the limit')).toHaveValue('ask');

  broken = false;
  await field('Monthly budget (USD)').fill('6');
  await leave();
  await expect.element(status()).toHaveTextContent('Saved');
  await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  expect((await on.store.readBudgets()).overall.monthlyNanos).toBe(dollars(6));
});

test('what a budget counts is said in both languages', async () => {
  await show();
  await expect.element(page.getByText(/Answers of the simulator count too/)).toBeVisible();
  await expect.element(page.getByText(/Days and months are those of your own clock/)).toBeVisible();
  await expect.element(page.getByText(/A blocked request is not sent; your message is kept/)).toBeVisible();
  await expect.element(page.getByText(/no known price cannot be counted/)).toBeVisible();
  await speakWhole('zh');
  await expect.element(page.getByText('模拟器的回答也按其本应产生的价格计入。')).toBeVisible();
  await expect.element(field('每月预算（美元）')).toBeVisible();
  await speakWhole('en');
});
