import axe from 'axe-core';
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../../src/app.css';
import { speak, withWords } from '#language';
import BillCheck from '#screens/costs/BillCheck.svelte';
import { aLedgerEntry, withLedger } from '../../state/bill-fixtures.ts';
import { settle } from '../chat/records.ts';
import agreement from '../../fixtures/bills/customer-agreement.csv?raw';
import enterprise from '../../fixtures/bills/enterprise-agreement.csv?raw';

beforeEach(async () => {
  await speak('en');
  await withWords(Promise.resolve());
  await page.viewport(1280, 800);
});

const field = () => page.getByRole('textbox', { name: 'Bill CSV', exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const table = () => page.getByRole('table', { name: 'Bill comparison', exact: true });
const fileInput = () => page.getByLabelText('CSV file of the bill');

const asFile = (text: string, name: string): File => new File([text], name, { type: 'text/csv' });

async function seriousFaults(): Promise<readonly string[]> {
  await settle();
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id);
}

/** Cells of every row, as words without the hidden ones. */
function rows(): readonly string[][] {
  return [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim()),
  );
}

const november = [
  aLedgerEntry('2026-11-01T10:00:00Z', {
    inputTokens: 1_352_400,
    cachedTokens: 102_400,
    outputTokens: 200_000,
  }),
  aLedgerEntry(
    '2026-11-02T10:00:00Z',
    { inputTokens: 2_000_000, outputTokens: 500_000 },
    {
      model: 'gpt-5.6-luna-2026-07-09',
      price: { inputPerMillion: 0.2, outputPerMillion: 1.2, source: 'test', asOf: '2026-11-22' },
    },
  ),
  aLedgerEntry(
    '2026-11-03T10:00:00Z',
    { inputTokens: 500 },
    { model: 'grok-9', price: null, costNanos: null },
  ),
];

test('a pasted bill is shown beside the ledger, with its differences named', async () => {
  render(BillCheck, { services: await withLedger(...november) });
  await expect.element(page.getByRole('heading', { name: 'Check against your bill' })).toBeVisible();
  await expect.element(button('Compare')).toBeDisabled();
  expect(await seriousFaults()).toEqual([]);

  await field().fill(enterprise);
  await button('Compare').click();
  await expect.element(table()).toBeVisible();
  expect(rows()).toEqual([
    [
      'Nov 1, 2026',
      'gpt-4.1-2025-04-14 · input · Global gpt 4.1 Inp glbl Tokens',
      '$2.50 1,250,000 tokens',
      '$2.50 1,250,000 tokens',
      'Agrees',
    ],
    [
      'Nov 1, 2026',
      'gpt-4.1-2025-04-14 · output · Global gpt 4.1 Outp glbl Tokens',
      '$2.40 300,000 tokens',
      '$1.60 200,000 tokens',
      'Bill is $0.80 more The bill counts 50% more, at the same price: others may use the same model.',
    ],
    [
      'Nov 1, 2026',
      'gpt-4.1-2025-04-14 · cached input · Global gpt 4.1 cached Inp glbl Tokens',
      '$0.0512 102,400 tokens',
      '$0.0512 102,400 tokens',
      'Agrees',
    ],
    expect.arrayContaining(['gpt-5 · input · Global GPT 5 Rsng Inpt Glbl 1M Tokens', 'nothing']),
    expect.arrayContaining(['gpt-5 · output · Global GPT 5 Rsng outpt Glbl 1M Tokens', 'nothing']),
    [
      'Nov 2, 2026',
      'gpt-5.6-luna-2026-07-09 · output · Data Zone 5.6 luna ShortCo Opt Std DZ 1M Tokens',
      '$0.66 500,000 tokens',
      '$0.60 500,000 tokens',
      'Bill is $0.06 more Billed as Data Zone; the connection says Global.',
    ],
    expect.arrayContaining(['Bill is $0.04 more Billed as Data Zone; the connection says Global.']),
    expect.arrayContaining(['$0.30 200 transactions', 'nothing']),
    [
      'Nov 3, 2026',
      'grok-9 · input · Global',
      'nothing',
      '1 call of unknown price 500 tokens',
      'Price unknown here Sightline has no price for 1 call of this line.',
    ],
  ]);
  const totals = page.getByRole('status');
  await expect.element(totals.getByText('Nov 1, 2026 to Nov 3, 2026 (UTC)')).toBeVisible();
  await expect.element(totals.getByText('$8.35')).toBeVisible();
  await expect.element(totals.getByText('$5.15 + 1 call of unknown price')).toBeVisible();
  await expect.element(totals.getByText('+$3.20 (+62.1%)')).toBeVisible();
  await expect
    .element(
      totals.getByText('2 lines agree · 3 lines differ · 3 lines only on the bill · 1 line of unknown price'),
    )
    .toBeVisible();
  await expect.element(page.getByText('2 rows of other services were left out ($0.25).')).toBeVisible();
  await expect.element(field()).toHaveValue(enterprise.replaceAll('\r\n', '\n'));
  expect(await seriousFaults()).toEqual([]);

  await page.getByRole('switch', { name: 'Only differences' }).click();
  expect(rows()).toHaveLength(7);
});

test('a file is opened, named, and taken away again; its currency is said', async () => {
  render(BillCheck, { services: await withLedger() });
  await field().fill('typed before');
  await userEvent.upload(fileInput(), asFile(agreement, 'november.csv'));
  await expect.element(table()).toBeVisible();
  await expect.element(page.getByText('november.csv (8.2 kB)')).toBeVisible();
  await expect
    .element(page.getByText('You are billed in EUR; the column in US dollars was compared.'))
    .toBeVisible();
  await button('Remove november.csv').click();
  await expect.element(field()).toHaveValue('typed before');
  await expect.element(field()).toHaveFocus();
  expect(document.querySelector('table')).toBeNull();
});

test('a wrong file says what is missing and what to do; the next one is taken', async () => {
  render(BillCheck, { services: await withLedger() });
  const alert = page.getByRole('alert');
  await field().fill('UsageDate,CostUSD,Cost,ForecastCost,Currency\n2026-11-01,1,1,,USD');
  await button('Compare').click();
  await expect
    .element(alert)
    .toHaveTextContent(
      'No column with a meter was found. The columns are: UsageDate, CostUSD, Cost, ForecastCost, Currency. In Cost analysis, choose Group by: Meter.',
    );
  await userEvent.upload(fileInput(), asFile('<!doctype html><title>Sign in</title>', 'bill.csv'));
  await expect.element(alert).toHaveTextContent('This is a web page, not a CSV file.');
  await userEvent.upload(fileInput(), asFile('', 'empty.csv'));
  await expect.element(alert).toHaveTextContent('There is nothing to compare.');
  await userEvent.upload(fileInput(), asFile('PK\u0003\u0004', 'bill.xlsx.csv'));
  await expect.element(alert).toHaveTextContent('This is an Excel workbook.');
  expect(await seriousFaults()).toEqual([]);
  await userEvent.upload(fileInput(), asFile(enterprise, 'bill.csv'));
  await expect.element(table()).toBeVisible();
  expect(document.querySelector('[role=alert]')).toBeNull();
});

test('a long paste stands beside the field, and is compared at once', async () => {
  render(BillCheck, { services: await withLedger() });
  const row = '\n2026-11-01,gpt 4.1 Inp glbl Tokens,Foundry Models,0.002,USD';
  const text = `Date,MeterName,MeterCategory,Cost,Currency${row.repeat(3000)}`;
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const element = field().element();
  element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  await expect.element(page.getByText(/^Pasted text \(\d+ kB\)$/)).toBeVisible();
  await expect.element(table()).toBeVisible();
  expect(rows()).toMatchObject([
    [expect.any(String), expect.any(String), '$6.00', 'nothing', expect.any(String)],
  ]);
});

test('a year of lines is drawn a hundred at a time, and the focus goes on with it', async () => {
  render(BillCheck, { services: await withLedger() });
  const day = (at: number): string => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
  const lines = Array.from({ length: 150 }, (_, at) => `${day(at)},gpt 4.1 Inp glbl Tokens,1`);
  await field().fill(['Date,Meter,CostUSD', ...lines].join('\n'));
  await button('Compare').click();
  await expect.element(button('Show 50 more lines')).toBeVisible();
  expect(rows()).toHaveLength(100);
  await button('Show 50 more lines').click();
  await expect.poll(() => rows().length).toBe(150);
  expect(document.activeElement?.textContent).toContain('Apr 11, 2026');
});

test('in Chinese, and on a phone, it is the same table', async () => {
  await speak('zh');
  await withWords(Promise.resolve());
  await page.viewport(390, 844);
  render(BillCheck, { services: await withLedger(...november) });
  await page.getByRole('textbox', { name: '账单 CSV' }).fill(enterprise);
  await button('比较').click();
  const zhTable = page.getByRole('table', { name: '账单比较' });
  await expect.element(zhTable).toBeVisible();
  await expect.element(zhTable.getByRole('row').nth(2)).toHaveTextContent('账单多');
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  expect(await seriousFaults()).toEqual([]);
});
