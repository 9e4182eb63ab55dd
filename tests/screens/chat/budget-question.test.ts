import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../../src/app.css';
import type { BudgetLine as Line } from '#domain/budget.ts';
import BudgetLine from '#screens/chat/BudgetLine.svelte';
import BudgetQuestion from '#screens/chat/BudgetQuestion.svelte';
import { expectAccessible, speakWhole } from './records.ts';

beforeAll(() => speakWhole('en'));

const dollars = (amount: number): number => Math.round(amount * 1e9);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const connectionName = (id: string): string => (id === 'contoso' ? 'Contoso' : id);
const verbs = { onsend: vi.fn(), onclose: vi.fn() };
beforeEach(() => void vi.clearAllMocks());

function line(change: Partial<Line> = {}): Line {
  return {
    limit: 'monthly',
    connectionId: null,
    limitNanos: dollars(5),
    usedNanos: dollars(4.9),
    reservedNanos: 0,
    atLimit: 'ask',
    ...change,
  };
}

function ask(change: Partial<Parameters<typeof render<typeof BudgetQuestion>>[1]> & object = {}) {
  return render(BudgetQuestion, {
    verdict: { kind: 'ask', upperNanos: dollars(0.14), lines: [line()], ceilingNanos: null },
    connectionName,
    ...verbs,
    ...change,
  });
}

const cells = () =>
  page
    .getByRole('row')
    .elements()
    .slice(1)
    .map((row) => [...row.children].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()));

test('a request that may go over a budget is asked about, with the numbers, and the safe choice first', async () => {
  const { container } = ask();
  await expect.element(page.getByRole('dialog', { name: 'This request may go over a budget' })).toBeVisible();
  expect(cells()).toEqual([['This month', '$4.90', '$0.14', '$5.00']]);
  await expect.element(button('Do not send')).toHaveFocus();
  await expect
    .element(page.getByRole('link', { name: 'Budgets', exact: true }))
    .toHaveAttribute('href', '#/costs');
  await expectAccessible(container);
  await userEvent.keyboard('{Enter}');
  expect(verbs.onclose).toHaveBeenCalledOnce();
  expect(verbs.onsend).not.toHaveBeenCalled();
});

test('it is sent only when the person says so; Escape does not', async () => {
  ask();
  await button('Send anyway').click();
  expect(verbs.onsend).toHaveBeenCalledOnce();
  await userEvent.keyboard('{Escape}');
  expect(verbs.onclose).toHaveBeenCalledOnce();
  expect(verbs.onsend).toHaveBeenCalledOnce();
});

test('every limit in the way is named, with its connection and what is under way', async () => {
  ask({
    verdict: {
      kind: 'ask',
      upperNanos: 1_234_000,
      ceilingNanos: null,
      lines: [
        line({ usedNanos: dollars(5.2), reservedNanos: dollars(0.4) }),
        line({
          limit: 'daily',
          connectionId: 'contoso',
          limitNanos: dollars(1),
          usedNanos: dollars(1),
        }),
      ],
    },
  });
  await expect.element(page.getByRole('dialog', { name: 'A budget is used up' })).toBeVisible();
  expect(cells()).toEqual([
    ['This month', '$5.20 up to $0.40 under way', '$0.00123', '$5.00'],
    ['Today, Contoso', '$1.00', '$0.00123', '$1.00'],
  ]);
});

test('a single dear request is asked about by its ceiling', async () => {
  const { container } = ask({
    verdict: { kind: 'ask', upperNanos: dollars(0.14), lines: [], ceilingNanos: dollars(0.1) },
  });
  await expect
    .element(page.getByRole('dialog', { name: 'This request may cost more than $0.10' }))
    .toBeVisible();
  await expect
    .element(page.getByText('This request may cost up to $0.14; you asked to be asked above $0.10.'))
    .toBeVisible();
  await expect.element(page.getByRole('table')).not.toBeInTheDocument();
  await expectAccessible(container);
});

test('an unknown price is said to be unknown', async () => {
  ask({
    verdict: {
      kind: 'ask',
      upperNanos: null,
      lines: [line({ usedNanos: dollars(5) })],
      ceilingNanos: null,
    },
  });
  await expect.element(page.getByRole('dialog')).toBeVisible();
  expect(cells()).toEqual([['This month', '$5.00', 'unknown', '$5.00']]);
  await expect.element(page.getByText('The price of this request is not known.')).toBeVisible();
});

test('a blocked request cannot be sent; what lets it pass is said', async () => {
  const block = line({ atLimit: 'block' });
  const { container, rerender } = ask({
    verdict: { kind: 'block', upperNanos: dollars(0.14), lines: [block], ceilingNanos: null },
  });
  await expect
    .element(page.getByRole('dialog', { name: 'Not sent: this request may go over a budget' }))
    .toBeVisible();
  await expect.element(button('Send anyway')).not.toBeInTheDocument();
  await expect.element(button('Do not send')).toHaveFocus();
  await expect.element(page.getByText(/Your message is kept/)).toHaveTextContent(/first of the month/);
  await expect.element(page.getByText(/A smaller request may still pass/)).toBeVisible();
  await expectAccessible(container);

  const daily = line({ limit: 'daily', usedNanos: dollars(5), atLimit: 'block' });
  await rerender({
    verdict: { kind: 'block', upperNanos: dollars(0.14), lines: [daily], ceilingNanos: null },
  });
  await expect.element(page.getByRole('dialog', { name: 'Not sent: a budget is used up' })).toBeVisible();
  await expect.element(page.getByText(/Your message is kept/)).toHaveTextContent(/at midnight/);
  await expect.element(page.getByText(/A smaller request/)).not.toBeInTheDocument();

  const running = { ...daily, reservedNanos: dollars(1) };
  await rerender({
    verdict: { kind: 'block', upperNanos: dollars(0.14), lines: [running], ceilingNanos: null },
  });
  await expect.element(page.getByText(/Your message is kept/)).toHaveTextContent(/requests under way/);

  // No wait helps a request that is dearer than the limit.
  await rerender({
    verdict: { kind: 'block', upperNanos: dollars(6), lines: [daily], ceilingNanos: null },
  });
  await expect.element(page.getByText(/Your message is kept/)).not.toHaveTextContent(/Or wait/);
});

test('above the composer nothing is said below 80 %', async () => {
  const { container } = render(BudgetLine, { lines: [line({ usedNanos: dollars(3.9) })], connectionName });
  expect(container).toHaveTextContent('');
});

test('from 80 % on one sentence says how much is used; at 100 % what will happen', async () => {
  const near = line({ usedNanos: dollars(4.2) });
  const { container, rerender } = render(BudgetLine, { lines: [near], connectionName });
  const said = () => page.getByRole('status');
  await expect.element(said()).toHaveTextContent('84% of this month’s budget is used ($4.20 of $5.00).');
  await expectAccessible(container);
  await rerender({ lines: [near, line({ limit: 'daily', connectionId: 'contoso' })] });
  await expect
    .element(said())
    .toHaveTextContent('98% of today’s budget for Contoso is used ($4.90 of $5.00).');
  const over = line({ usedNanos: dollars(5.02) });
  await rerender({ lines: [near, over] });
  await expect
    .element(said())
    .toHaveTextContent('This month’s budget is used up ($5.02 of $5.00). You are asked before each request.');
  await rerender({ lines: [over, line({ usedNanos: dollars(5), limit: 'daily', atLimit: 'block' })] });
  await expect
    .element(said())
    .toHaveTextContent('Today’s budget is used up ($5.00 of $5.00). Requests are not sent.');
  await expectAccessible(container);
});
