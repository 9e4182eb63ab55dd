import { expect, test, vi } from 'vitest';
import { FailureError } from '#domain/failure.ts';
import { BillCheck } from '#state/bill-check.svelte.ts';
import { limitBytes } from '#state/bill-file.ts';
import { aLedgerEntry, withLedger } from './bill-fixtures.ts';
import enterprise from '../fixtures/bills/enterprise-agreement.csv?raw';
import german from '../fixtures/bills/spreadsheet-german.csv?raw';

const header =
  'Date,MeterName,MeterCategory,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrencyCode';

const asFile = (content: BlobPart, name = 'bill.csv'): File =>
  new File([content], name, { type: 'text/csv' });

async function finished(check: BillCheck) {
  await expect.poll(() => check.state.kind).not.toBe('working');
  if (check.state.kind !== 'done') throw new Error(JSON.stringify(check.state));
  return check.state;
}

async function packed(text: string): Promise<Blob> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).blob();
}

function utf16(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 + text.length * 2);
  bytes.set([0xff, 0xfe]);
  for (let at = 0; at < text.length; at += 1) {
    bytes[2 + at * 2] = text.charCodeAt(at) & 0xff;
    bytes[3 + at * 2] = text.charCodeAt(at) >> 8;
  }
  return bytes;
}

test('what is typed is compared with the ledger of its days, and stays', async () => {
  const services = await withLedger(
    aLedgerEntry('2026-10-31T23:59:59.999Z', { inputTokens: 5 }),
    aLedgerEntry('2026-11-01T00:00:00Z', {
      inputTokens: 1_352_400,
      cachedTokens: 102_400,
      outputTokens: 300_000,
    }),
    aLedgerEntry('2026-11-03T23:59:59.999Z', { inputTokens: 7_000_000 }),
    aLedgerEntry('2026-11-04T00:00:00Z', { inputTokens: 5 }),
  );
  const check = new BillCheck(services);
  expect(check.canCompare).toBe(false);
  check.text = enterprise;
  expect(check.canCompare).toBe(true);
  await check.compare();
  const { bill, comparison } = await finished(check);
  expect(bill).toMatchObject({ firstDay: '2026-11-01', lastDay: '2026-11-03', costNanos: 8_351_200_000 });
  expect(comparison.ours).toEqual({ costNanos: 18_951_200_000, unknownCalls: 0, hourlyCalls: 0 });
  expect(comparison.counts).toMatchObject({ equal: 3, 'only-here': 1, 'only-on-bill': 5 });
  expect(check.text).toBe(enterprise);
});

test('a ledger of many pages is read whole', async () => {
  const noon = Date.parse('2026-11-02T12:00:00Z');
  const many = Array.from({ length: 2_500 }, (_, at) =>
    aLedgerEntry(new Date(noon + at).toISOString(), { inputTokens: 1000 }, { simulated: at % 5 === 0 }),
  );
  const check = new BillCheck(await withLedger(...many));
  await check.open(enterprise);
  expect((await finished(check)).comparison.ours.costNanos).toBe(2_000 * 2_000_000);
});

test.each<[string, () => Promise<BlobPart>]>([
  ['with the mark of UTF-8', async () => enterprise],
  ['with semicolons and decimal commas', async () => german],
  ['packed with gzip, as exports may be', () => packed(enterprise)],
  ['in UTF-16, as spreadsheets save text', async () => utf16(german.replace(/^\ufeff/, ''))],
])('a file %s', async (_, content) => {
  const check = new BillCheck(await withLedger());
  await check.open(asFile(await content()));
  expect(check.source).toMatchObject({ name: 'bill.csv' });
  expect((await finished(check)).bill.costNanos).toBe(8_351_200_000);
});

test.each<[string, BlobPart, object]>([
  ['an empty file', '', { kind: 'empty' }],
  ['a web page', '<!doctype html>\n<p>Sign in, please</p>', { kind: 'not-csv', what: 'web-page' }],
  ['a workbook', new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]), { kind: 'not-csv', what: 'workbook' }],
  ['a Parquet file', 'PAR1\u0015\u0004', { kind: 'not-csv', what: 'parquet' }],
  ['noise', new Uint8Array([0, 1, 2, 255, 254]), { kind: 'not-csv', what: 'other' }],
  [
    'no column with a cost',
    'Date,MeterName\n2026-11-01,gpt 4.1 Inp glbl Tokens',
    { kind: 'columns-missing', missing: ['cost'], found: ['Date', 'MeterName'] },
  ],
])('%s is refused, and what was typed stays', async (_, content, problem) => {
  const check = new BillCheck(await withLedger());
  check.text = 'typed';
  await check.open(asFile(content));
  expect(check.state).toEqual({ kind: 'refused', problem });
  check.close();
  expect(check).toMatchObject({ text: 'typed', source: null, state: { kind: 'idle' } });
});

test('a file that is too large is refused before it is read', async () => {
  const check = new BillCheck(await withLedger());
  const file = asFile('x');
  Object.defineProperty(file, 'size', { value: limitBytes + 1 });
  await check.open(file);
  expect(check.state).toMatchObject({ kind: 'refused', problem: { kind: 'too-large', limitBytes } });
});

test('a file that is gone, a broken archive and a ledger that cannot be read are said', async () => {
  const services = await withLedger();
  const check = new BillCheck(services);
  await check.open(asFile(new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3])));
  expect(check.state.kind).toBe('failed');
  (await services.loadLedgerReader()).page = () =>
    Promise.reject(new FailureError({ kind: 'storage-failed', detail: 'gone' }));
  await check.open(enterprise);
  expect(check.state).toMatchObject({ kind: 'failed', failure: { kind: 'storage-failed' } });
});

test('50,000 rows of many columns add up, piece by piece', async () => {
  const more = Array.from({ length: 20 }, (_, at) => `Column${at}`);
  const filler = more.map((name) => `"value of ${name}, quoted"`).join(',');
  const rows = Array.from({ length: 50_000 }, (_, at) => {
    const day = String((at % 28) + 1).padStart(2, '0');
    const meter =
      at % 10 === 0
        ? 'D2 v3/D2s v3,Virtual Machines'
        : `gpt 4.1 ${at % 2 ? 'Inp' : 'Outp'} glbl Tokens,Foundry Models`;
    return `11/${day}/2026,${meter},1,1K,0.002,USD,${filler}`;
  });
  const text = `${header},${more.join(',')}\n${rows.join('\n')}\n`;
  const services = await withLedger();
  const shares: number[] = [];
  const check = new BillCheck(services);
  const opened = check.open(text);
  while (check.state.kind === 'working') {
    if (check.state.share !== null) shares.push(check.state.share);
    await services.clock.breathe();
  }
  await opened;
  const { bill } = await finished(check);
  expect(bill).toMatchObject({
    costNanos: 90_000_000_000,
    leftOut: { rows: 5_000, costNanos: 10_000_000_000 },
    unreadableRows: 0,
  });
  expect(bill.lines).toHaveLength(28);
  // The page had its turn after every piece.
  expect(shares.length).toBeGreaterThan(50);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

test('line breaks, separators and quotes inside of cells are no ends of rows, wherever the text is cut', async () => {
  const tags = '"team: ""vision"",\r\nowner; ""Ada"""';
  const row = `11/01/2026,gpt 4.1 Inp glbl Tokens,Foundry Models,1,1K,0.002,USD,${tags}`;
  for (const end of ['\r\n', '\n']) {
    const check = new BillCheck(await withLedger());
    await check.open([`${header},Tags`, ...Array.from({ length: 9_000 }, () => row)].join(end));
    const { bill } = await finished(check);
    expect(bill).toMatchObject({ costNanos: 18_000_000_000, unreadableRows: 0 });
  }
});

test('a quote that is never closed spoils its own row, not the sum of the rest', async () => {
  const row = '11/01/2026,gpt 4.1 Inp glbl Tokens,Foundry Models,1,1K,0.002,USD';
  const many = Array.from({ length: 5_000 }, () => row);
  const check = new BillCheck(await withLedger());
  await check.open([`${header},Note`, ...many, `${row},a 5" disk`, ...many].join('\n'));
  expect((await finished(check)).bill.costNanos).toBe(20_002_000_000);
});

test('a comparison can be stopped, and another one takes its place', async () => {
  const services = await withLedger();
  const check = new BillCheck(services);
  const first = check.open(
    `${header}\n${'2026-11-01,gpt 4.1 Inp glbl Tokens,Foundry Models,1,1K,0.002,USD\n'.repeat(20_000)}`,
  );
  await vi.waitFor(() => expect(check.state).toMatchObject({ kind: 'working', share: expect.any(Number) }));
  check.cancel();
  expect(check.state.kind).toBe('idle');
  await first;
  expect(check.state.kind).toBe('idle');

  const slow = check.compare();
  const quick = check.open(enterprise);
  await Promise.all([slow, quick]);
  expect((await finished(check)).bill.costNanos).toBe(8_351_200_000);
});
