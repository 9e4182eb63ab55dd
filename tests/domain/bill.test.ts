import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { compareBill, type BillComparison, type ComparedLine } from '#domain/bill-comparison.ts';
import { createLedgerTally } from '#domain/bill-ledger.ts';
import { secondsIn, readMeter, readModelName, unitsIn, type MeterReading } from '#domain/bill-meters.ts';
import { decideOrder, toBillionths, toDay } from '#domain/bill-values.ts';
import { parseBill, type Bill, type BillProblem } from '#domain/bill.ts';
import type { LedgerEntry } from '#domain/ledger.ts';
import { costOf, scalePrice, type ModelPrice } from '#domain/money.ts';
import type { Usage } from '#domain/usage.ts';

const folder = join(import.meta.dirname, '../fixtures/bills');

/** As a browser reads a file: the mark of UTF-8 is still there. */
function records(text: string): string[][] {
  return Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' }).data;
}

function billOf(text: string): Bill {
  const reading = parseBill(records(text));
  if (!reading.ok) throw new Error(JSON.stringify(reading.problem));
  return reading.bill;
}

function problemOf(text: string): BillProblem | null {
  const reading = parseBill(records(text));
  return reading.ok ? null : reading.problem;
}

const fixture = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('the same month in every form that Azure exports', () => {
  test.each<[string, Bill['currency']]>([
    ['enterprise-agreement.csv', { billed: 'USD', from: 'billed-cost' }],
    ['customer-agreement.csv', { billed: 'EUR', from: 'dollar-column' }],
    ['pay-as-you-go.csv', { billed: 'USD', from: 'billed-cost' }],
    ['focus.csv', { billed: 'USD', from: 'billed-cost' }],
    ['cost-analysis.csv', { billed: 'SEK', from: 'dollar-column' }],
    ['spreadsheet-german.csv', { billed: 'USD', from: 'billed-cost' }],
  ])('%s', (name, currency) => {
    const bill = billOf(fixture(name));
    expect(bill).toMatchObject({
      firstDay: '2026-11-01',
      lastDay: '2026-11-03',
      costNanos: 8_351_200_000,
      currency,
      leftOut: { rows: 2, costNanos: 249_640_000 },
      unreadableRows: 0,
    });
    const told = name !== 'cost-analysis.csv';
    expect(
      bill.lines.map(({ day, reading, costNanos, quantity }) => [
        day,
        reading.model,
        reading.bought,
        costNanos,
        quantity,
      ]),
    ).toEqual(
      [
        ['2026-11-01', 'gpt-4.1', 'input', 2_500_000_000, 1_250_000],
        ['2026-11-01', 'gpt-4.1', 'output', 2_400_000_000, 300_000],
        ['2026-11-01', 'gpt-4.1', 'cached', 51_200_000, 102_400],
        ['2026-11-02', 'gpt-5.6-luna', 'input', 440_000_000, 2_000_000],
        ['2026-11-02', 'gpt-5.6-luna', 'output', 660_000_000, 500_000],
        ['2026-11-02', 'gpt-5', 'input', 1_000_000_000, 800_000],
        ['2026-11-02', 'gpt-5', 'output', 1_000_000_000, 100_000],
        ['2026-11-03', '', 'image-analysis-group-2', 300_000_000, 200],
      ].map((line) => (told ? line : [...line.slice(0, 4), null])),
    );
  });
});

describe('what cannot be compared says why', () => {
  test.each<[string, string, BillProblem]>([
    ['nothing', '', { kind: 'empty' }],
    ['blank lines', '\n \n', { kind: 'empty' }],
    [
      'a web page',
      '<!DOCTYPE html>\n<html><body>Sign in</body></html>',
      { kind: 'not-csv', what: 'web-page' },
    ],
    ['JSON', '{"properties": {"rows": []}}', { kind: 'not-csv', what: 'json' }],
    ['a sentence', 'hello world', { kind: 'not-csv', what: 'other' }],
    [
      'no costs',
      'Date,MeterName,Quantity\n2026-11-01,gpt 4.1 Inp glbl Tokens,3',
      { kind: 'columns-missing', missing: ['cost'], found: ['Date', 'MeterName', 'Quantity'] },
    ],
    [
      'Cost analysis without meters',
      'UsageDate,CostUSD,Cost,ForecastCost,Currency\n10/5/2026,0.05,0.47,,SEK',
      {
        kind: 'columns-missing',
        missing: ['meter'],
        found: ['UsageDate', 'CostUSD', 'Cost', 'ForecastCost', 'Currency'],
      },
    ],
    [
      'Cost analysis by month',
      'BillingMonth,Meter,CostUSD,Cost,Currency\n2026-11-01T00:00:00,x,1,1,USD',
      {
        kind: 'columns-missing',
        missing: ['day'],
        found: ['BillingMonth', 'Meter', 'CostUSD', 'Cost', 'Currency'],
      },
    ],
    [
      'another table',
      'name,age\nAda,36',
      { kind: 'columns-missing', missing: ['day', 'meter', 'cost'], found: ['name', 'age'] },
    ],
    ['only a header', 'Date,MeterName,Cost', { kind: 'no-rows' }],
    [
      'days of another calendar',
      'Date,MeterName,Cost\n46327,gpt 4.1 Inp glbl Tokens,1.5',
      { kind: 'unreadable', column: 'day', found: '46327' },
    ],
    [
      'costs in words',
      'Date,MeterName,Cost\n2026-11-01,gpt 4.1 Inp glbl Tokens,free',
      { kind: 'unreadable', column: 'cost', found: 'free' },
    ],
    [
      'euros alone',
      'Date,MeterName,CostInBillingCurrency,BillingCurrencyCode\n2026-11-01,gpt 4.1 Inp glbl Tokens,1.5,EUR',
      { kind: 'currency', codes: ['EUR'] },
    ],
  ])('%s', (_, text, problem) => {
    expect(problemOf(text)).toEqual(problem);
  });

  test('a workbook and a Parquet file are told by their first bytes', () => {
    expect(parseBill([['PK\u0003\u0004\u0014']])).toEqual({
      ok: false,
      problem: { kind: 'not-csv', what: 'workbook' },
    });
    expect(parseBill([['PAR1\u0015\u0004']])).toEqual({
      ok: false,
      problem: { kind: 'not-csv', what: 'parquet' },
    });
  });
});

describe('odd files', () => {
  test('columns in any order and spelling, below lines of the portal', () => {
    const bill = billOf(
      [
        'Usage Data Extract,,,',
        'Generated,2026-11-22,,',
        'Meter Name,COST,Usage Date,Meter Category',
        'gpt 4.1 Inp glbl Tokens,0.25,2026/11/01,Azure OpenAI',
      ].join('\n'),
    );
    expect(bill).toMatchObject({ costNanos: 250_000_000, currency: { billed: '', from: 'billed-cost' } });
  });

  test('dollars in pricing currency serve where nothing else is in dollars', () => {
    const header =
      'date,meterName,meterCategory,costInBillingCurrency,billingCurrency,costInPricingCurrency,';
    const text = `${header}pricingCurrency\n11/13/2026,gpt 4.1 Inp glbl Tokens,Azure OpenAI,9.2,EUR,10,USD`;
    expect(billOf(text)).toMatchObject({
      costNanos: 10_000_000_000,
      currency: { billed: 'EUR', from: 'pricing-column' },
    });
  });

  test('a column in dollars is preferred where the currency is not told', () => {
    const text = 'UsageDate,Meter,Cost,CostUSD\n2026-11-01,gpt 4.1 Inp glbl Tokens,9.2,10';
    expect(billOf(text)).toMatchObject({ costNanos: 10_000_000_000, currency: { from: 'dollar-column' } });
  });

  test('forecasts are no bill; rows that cannot be read are counted, the rest is compared', () => {
    const bill = billOf(
      [
        'UsageDate,Meter,Cost,ForecastCost,Currency',
        '2026-11-01,gpt 4.1 Inp glbl Tokens,1,,USD',
        '2026-11-02,gpt 4.1 Inp glbl Tokens,,1.1,USD',
        'Total,,1,,USD',
        '2026-02-30,gpt 4.1 Inp glbl Tokens,1,,USD',
      ].join('\n'),
    );
    expect(bill).toMatchObject({ costNanos: 1_000_000_000, unreadableRows: 2, lastDay: '2026-11-01' });
  });

  test('without a column of services, the meter decides', () => {
    const bill = billOf(
      [
        'UsageDate,Meter,CostUSD',
        '2026-11-01,gpt 4.1 Inp glbl Tokens,1',
        '2026-11-01,Image Analysis Group 1 Transactions,0.5',
        '2026-11-01,D2 v3/D2s v3,2',
        '2026-11-04,Standard Data Transfer Out,0.25',
      ].join('\n'),
    );
    expect(bill).toMatchObject({
      costNanos: 1_500_000_000,
      leftOut: { rows: 2, costNanos: 2_250_000_000 },
      lastDay: '2026-11-04',
    });
  });

  test('rows of one day and meter are one line, whatever resource they are of', () => {
    const row = '2026-11-01,gpt 4.1 Inp glbl Tokens,Azure OpenAI,0.1,50,1K';
    const bill = billOf(`Date,MeterName,MeterCategory,Cost,Quantity,UnitOfMeasure\n${`${row}\n`.repeat(30)}`);
    expect(bill.lines).toMatchObject([{ costNanos: 3_000_000_000, quantity: 1_500_000 }]);
  });

  test('a search service is not one of ours', () => {
    const text =
      'Date,MeterName,MeterCategory,ConsumedService,Cost\n' +
      '2026-11-01,Basic Unit,Azure Cognitive Search,Microsoft.Search,2\n' +
      '2026-11-01,S1 Speech To Text,,Microsoft.CognitiveServices,1';
    expect(billOf(text)).toMatchObject({ costNanos: 1_000_000_000, leftOut: { rows: 1 } });
  });
});

describe('values', () => {
  test.each<[string, '.' | ',', bigint | null]>([
    ['1234.5', '.', 1_234_500_000_000n],
    ['1,234.5', '.', 1_234_500_000_000n],
    ['1.234,5', ',', 1_234_500_000_000n],
    ['0.000000001', '.', 1n],
    ['0.0000000005', '.', 1n],
    ['0.00000000049', '.', 0n],
    ['-0.0000000005', '.', -1n],
    ['1.2E-05', '.', 12_000n],
    ['8e-07', '.', 800n],
    ['1.5e3', '.', 1_500_000_000_000n],
    ['$ 4.20', '.', 4_200_000_000n],
    ['(0.5)', '.', -500_000_000n],
    ['\u22123', '.', -3_000_000_000n],
    ['1 234,5', ',', 1_234_500_000_000n],
    ['.5', '.', 500_000_000n],
    ['12345678901234567890.1', '.', 12_345_678_901_234_567_890_100_000_000n],
    ['1,23', '.', null],
    ['0.5', ',', null],
    ['1e999', '.', null],
    ['', '.', null],
    ['.', '.', null],
    ['1.2.3', '.', null],
    ['NaN', '.', null],
    ['(1', '.', null],
  ])('%s with %s', (text, mark, nanos) => {
    expect(toBillionths(text, mark)).toBe(nanos);
  });

  test('every sum of nanos survives being written and read, without a float in between', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.boolean(), (nanos, comma) => {
        const size = nanos < 0n ? -nanos : nanos;
        const digits = size.toString().padStart(10, '0');
        const text = `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}${comma ? ',' : '.'}${digits.slice(-9)}`;
        expect(toBillionths(text, comma ? ',' : '.')).toBe(nanos);
      }),
    );
  });

  test.each<[string, string | null]>([
    ['2026-11-01', '2026-11-01'],
    ['2026-11-01T00:00:00Z', '2026-11-01'],
    ['2026-11-01T00:00Z', '2026-11-01'],
    ['2026-11-01 00:00:00', '2026-11-01'],
    ['20261101', '2026-11-01'],
    ['11/01/2026', '2026-11-01'],
    ['11/1/2026 12:00:00 AM', '2026-11-01'],
    ['11/1/26', '2026-11-01'],
    ['01.11.2026', '2026-11-01'],
    ['2026-02-29', null],
    ['2028-02-29', '2028-02-29'],
    ['13/13/2026', null],
    ['November', null],
    ['', null],
  ])('the day %s', (text, day) => {
    expect(toDay(text, 'month-first')).toBe(day);
  });

  test('months are told from days by the file as a whole', () => {
    const order = (firsts: number[], seconds: number[]) => decideOrder(new Set(firsts), new Set(seconds));
    expect(order([11], [1, 2, 3])).toBe('month-first');
    expect(order([1, 2, 3], [11])).toBe('day-first');
    expect(order([30, 31, 1], [10, 11])).toBe('day-first');
    expect(order([10, 11], [30, 31, 1])).toBe('month-first');
    expect(order([11], [11])).toBe('month-first');
    const text =
      'Date,MeterName,Cost\n1/11/2026,gpt 4.1 Inp glbl Tokens,1\n2/11/2026,gpt 4.1 Inp glbl Tokens,1';
    expect(billOf(text)).toMatchObject({ firstDay: '2026-11-01', lastDay: '2026-11-02' });
  });

  test.each<[string, string, number]>([
    ['one comma decides for all', '0,5;1,234', 1_734_000_000],
    ['a comma with a dot behind it groups', '1,234.5;1,234', 2_468_500_000_000],
    ['a lone comma is a decimal: Azure never groups', '1,234', 1_234_000_000],
    ['beside a surely decimal dot it groups', '0.5;1,234', 1_234_500_000_000],
    ['a lone dot is a decimal', '1.234', 1_234_000_000],
  ])('%s', (_, costs, nanos) => {
    const rows = costs.split(';').map((cost) => ['2026-11-01', 'gpt 4.1 Inp glbl Tokens', cost]);
    const reading = parseBill([['Date', 'MeterName', 'Cost'], ...rows]);
    expect(reading).toMatchObject({ ok: true, bill: { costNanos: nanos } });
  });

  test('measures', () => {
    expect(
      ['1K', '1M', '1000', '1000000 ', '1K Tokens', '10K', 'Units', 'Tokens', '1,000'].map(unitsIn),
    ).toEqual([1000, 1e6, 1000, 1e6, 1000, 10_000, 1, 1, 1000]);
    expect(['1 Hour', '1/Month', '1 GB', '1.5', '', '0'].map(unitsIn)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(['1 Hour', '100 Minutes', '1K'].map(secondsIn)).toEqual([3600, 6000, null]);
  });
});

describe('names of meters', () => {
  const read = (meter: string): string => {
    const { model, version, bought, deployment, longContext, tier } = readMeter(meter);
    const more = [version, longContext ? 'long' : null, tier].filter(Boolean);
    return [model, bought, deployment ?? '-', ...more].join(' ');
  };

  test.each([
    ['GPT 5 Rsng cchd Inpt Glbl 1M Tokens', 'gpt-5 cached global'],
    ['GPT 5 Mini Batch Inpt cchd Dzone 1M Tokens', 'gpt-5-mini cached data-zone-batch'],
    ['GPT 5 Nano outpt DZone 1M Tokens', 'gpt-5-nano output data-zone'],
    ['GPT 5 Chat Inpt Glbl 1M Tokens - Preview', 'gpt-5-chat input global'],
    ['GPT 5.1 cd inp Gl 1M Tokens', 'gpt-5.1 cached global'],
    ['5.3 codex opt Gl 1M Tokens', 'gpt-5.3-codex output global'],
    ['5.4 longco inp Gl 1M Tokens', 'gpt-5.4 input global long'],
    ['5.4 mini pp Opt Dz 1M Tokens', 'gpt-5.4-mini output data-zone priority'],
    ['5.6 luna ShortCo Cd Inp Std DZ', 'gpt-5.6-luna cached data-zone'],
    ['5.6 sol ShortCo Cd Wr Std Gl 1M Tokens', 'gpt-5.6-sol cache-write global'],
    ['5.6 terra LongCo Opt Std Gl 1M Tokens', 'gpt-5.6-terra output global long'],
    ['56sol ShCo Opt Fl Gl 1M Tokens', 'gpt-5.6-sol output global flex'],
    ['6-astra ShortCo Inp Std Gl 1M Tokens', 'gpt-6-astra input global'],
    ['gpt 4.1 mini cached Inp DZone Tokens', 'gpt-4.1-mini cached data-zone'],
    ['gpt 4.1 nano Batch Outp glbl Tokens', 'gpt-4.1-nano output global-batch'],
    ['gpt 4.1 Inp Data Zone Tokens', 'gpt-4.1 input data-zone'],
    ['gpt-4o-0806-Outp-regnl Tokens', 'gpt-4o output regional 0806'],
    ['gpt 4o 0513 Input global Tokens', 'gpt-4o input global 0513'],
    ['gpt 4o mini0718 BatchOutp DataZone Tokens', 'gpt-4o-mini output data-zone-batch 0718'],
    ['gpt-4-turbo-Vision-128K Input-regional Tokens', 'gpt-4-turbo input regional'],
    ['gpt-4-turbo128K Outp-glbl Tokens', 'gpt-4-turbo output global'],
    ['gpt-35-turbo16K-0125 Inp-glbl Tokens', 'gpt-3.5-turbo input global 0125'],
    ['gpt 4.5 0227 cached Inp glbl Tokens', 'gpt-4.5 cached global 0227'],
    ['o1 mini cached input regnl Tokens', 'o1-mini cached regional'],
    ['o4-mini 0416 Inp Data Zone Tokens', 'o4-mini input data-zone 0416'],
    ['Llama 4 Maverick 17B Outp Dzone Tokens', 'llama-4-maverick-17b output data-zone'],
    ['Grok-3 Mini Inp regnl Tokens', 'grok-3-mini input regional'],
    ['gpt-oss-120B Inp glbl Tokens', 'gpt-oss-120b input global'],
    // what this app does not buy, or not by the token
    ['gpt-4.1-mini-ft cached input regnl Tokens', ' other regional'],
    ['gpt-4o-0806-FT-Hstng-glbl Unit', ' other global'],
    ['gpt-4.1-dev-ft opt glbl Tokens', ' other global'],
    ['o3-ft mdl grdr cchd inpt Tokens', ' other -'],
    ['gpt-4o-rt-aud-1217 cchd Inp DZn Tokens', ' other data-zone'],
    ['gpt-image-1-inp-cached-img-rgnl Tokens', ' other regional'],
    ['text-embedding-3-large-glbl Tokens', ' other global'],
    ['Provisioned Managed Data Zone Unit', ' other provisioned'],
    ['gpt-4o-mini-transcribe-aud-inp-glbl Tokens', ' transcription global'],
    ['Speech-to-Text-Batch-Whisper-glbl Unit', ' transcription global-batch'],
    ['Image Analysis Group 1 Transactions', ' image-analysis-group-1 -'],
    ['Image Analysis Group 2 Transactions', ' image-analysis-group-2 -'],
    ['Video Retrieval - Query Transactions', ' video-query -'],
    ['Video Retrieval and Description - Ingestion Vision', ' video-ingestion -'],
    ['S1 Unit', ' other -'],
    ['', ' other -'],
  ])('%s', (meter, told) => {
    expect(read(meter)).toBe(told);
  });

  test('reads of a vision resource are told by its product', () => {
    expect(readMeter('S1 Read Transactions', 'Computer Vision').bought).toBe('image-analysis-group-2');
    expect(readMeter('P1 Unit', 'Computer Vision').bought).toBe('other');
  });

  test.each([
    ['gpt-4.1-2025-04-14', 'gpt-4.1', '0414'],
    ['gpt-4o-2024-08-06', 'gpt-4o', '0806'],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini', '0718'],
    ['gpt-4o', 'gpt-4o', null],
    ['gpt-5.6-luna-2026-07-09', 'gpt-5.6-luna', '0709'],
    ['gpt-5-mini', 'gpt-5-mini', null],
    ['gpt-4-1106-vision-preview', 'gpt-4-turbo', '1106'],
    ['gpt-4-turbo-2024-04-09', 'gpt-4-turbo', '0409'],
    ['gpt-4.5-preview-2025-02-27', 'gpt-4.5', '0227'],
    ['o3-mini-2025-01-31', 'o3-mini', '0131'],
    ['gpt-6-astra-2026-09-03', 'gpt-6-astra', '0903'],
    ['Llama-4-Maverick-17B-128E-Instruct-FP8', 'llama-4-maverick-17b', null],
    ['grok-4.1-fast-reasoning', 'grok-4.1-fast-reasoning', null],
  ])('the model %s', (reported, model, version) => {
    expect(readModelName(reported)).toEqual({ model, version });
  });

  test('any text is read without throwing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (meter, product) => {
        const reading: MeterReading = readMeter(meter, product);
        expect(reading.bought).toBeTypeOf('string');
      }),
    );
  });
});

const gpt41: ModelPrice = {
  inputPerMillion: 2,
  cachedInputPerMillion: 0.5,
  outputPerMillion: 8,
  source: 'test',
  asOf: '2026-11-22',
};
const luna: ModelPrice = {
  ...gpt41,
  inputPerMillion: 0.2,
  cachedInputPerMillion: 0.02,
  outputPerMillion: 1.2,
};

let ids = 0;

function entry(day: string, change: Partial<LedgerEntry> & { tokens?: Partial<Usage> } = {}): LedgerEntry {
  const { tokens, ...rest } = change;
  const usage: Usage | null = tokens
    ? {
        inputTokens: 0,
        outputTokens: 0,
        cachedTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
        imageTokens: null,
        ...tokens,
      }
    : null;
  const price = rest.price === undefined ? gpt41 : rest.price;
  return {
    id: String((ids += 1)),
    at: Date.parse(`${day}T12:00:00Z`),
    kind: 'chat',
    connectionId: 'c',
    connectionName: 'Contoso',
    deployment: 'vision',
    deploymentType: 'global',
    model: 'gpt-4.1-2025-04-14',
    conversationId: null,
    messageId: null,
    outcome: 'complete',
    usage,
    units: null,
    estimated: false,
    costNanos: usage && price ? costOf(usage, price) : null,
    simulated: false,
    ...rest,
    price,
  };
}

function compare(bill: Bill, entries: readonly LedgerEntry[]): BillComparison {
  const tally = createLedgerTally();
  for (const one of entries) tally.add(one);
  return compareBill(bill, tally.lines(), tally.totals());
}

function billOfRows(...rows: readonly string[]): Bill {
  return billOf(['Date,MeterName,MeterCategory,Quantity,UnitOfMeasure,Cost', ...rows].join('\n'));
}

const differences = ({ lines }: BillComparison): readonly ComparedLine['difference'][] =>
  lines.map(({ difference }) => difference);

describe('the ledger by day and by what was bought', () => {
  test('days are UTC; the parts of a call are apart; simulated calls are not there', () => {
    const tally = createLedgerTally();
    const tokens = { inputTokens: 1000, cachedTokens: 600, cacheWriteTokens: 100, outputTokens: 50 };
    tally.add(entry('2026-11-01', { tokens, at: Date.parse('2026-11-01T23:59:59.999Z') }));
    tally.add(entry('2026-11-02', { tokens, at: Date.parse('2026-11-02T00:00:00Z') }));
    tally.add(entry('2026-11-02', { tokens, simulated: true }));
    expect(
      tally.lines().map(({ day, bought, quantity, costNanos }) => [day, bought, quantity, costNanos]),
    ).toEqual(
      ['2026-11-01', '2026-11-02'].flatMap((day) => [
        [day, 'input', 300, 600_000],
        [day, 'cached', 600, 300_000],
        [day, 'cache-write', 100, 200_000],
        [day, 'output', 50, 400_000],
      ]),
    );
    expect(tally.totals()).toEqual({ costNanos: 3_000_000, unknownCalls: 0, hourlyCalls: 0 });
  });

  test('the lines add up to the ledger to the nano, whatever is in it', () => {
    const count = fc.nat({ max: 2_000_000 });
    const tokens = fc.record({
      inputTokens: count,
      outputTokens: count,
      cachedTokens: count,
      cacheWriteTokens: count,
    });
    const known = fc.record({
      tokens,
      day: fc.constantFrom('2026-11-01', '2026-11-02'),
      model: fc.constantFrom('gpt-4.1', 'gpt-4o-2024-08-06', 'gpt-5'),
      costNanos: fc.option(fc.nat({ max: 10 ** 12 })),
      price: fc.option(fc.constantFrom(gpt41, luna)),
    });
    fc.assert(
      fc.property(fc.array(known, { maxLength: 30 }), (calls) => {
        const tally = createLedgerTally();
        for (const { day, ...call } of calls) tally.add(entry(day, call));
        const sum = tally.lines().reduce((total, { costNanos }) => total + costNanos, 0);
        expect(sum).toBe(calls.reduce((total, { costNanos }) => total + (costNanos ?? 0), 0));
        expect(tally.totals().costNanos).toBe(sum);
      }),
    );
  });

  test('enhancements and Image Analysis are counted by their group', () => {
    const tally = createLedgerTally();
    const units = (meter: string) => ({ meter, quantity: 2, price: null });
    tally.add(
      entry('2026-11-01', { kind: 'ocr-enhancement', units: units('ocr-enhancement'), costNanos: 3_000_000 }),
    );
    tally.add(
      entry('2026-11-01', {
        kind: 'image-analysis',
        units: units('image-analysis-group-1'),
        costNanos: 2_000_000,
      }),
    );
    tally.add(
      entry('2026-11-01', { kind: 'image-analysis', units: units('image-analysis-read'), costNanos: 1 }),
    );
    expect(tally.lines().map(({ bought, quantity }) => [bought, quantity])).toEqual([
      ['image-analysis-group-2', 4],
      ['image-analysis-group-1', 2],
    ]);
  });
});

describe('bill and ledger side by side', () => {
  const input = '2026-11-01,gpt 4.1 Inp glbl Tokens,Azure OpenAI';

  test('the fixture, as the ledger would have it', () => {
    const bill = billOf(fixture('enterprise-agreement.csv'));
    const lunaZone = scalePrice(luna, 1.1, 'Data Zone');
    const gpt5 = { ...gpt41, inputPerMillion: 1.25, outputPerMillion: 10 };
    const result = compare(bill, [
      entry('2026-11-01', {
        tokens: { inputTokens: 1_352_400, cachedTokens: 102_400, outputTokens: 300_000 },
      }),
      entry('2026-11-02', {
        model: 'gpt-5.6-luna-2026-07-09',
        deploymentType: 'data-zone',
        price: lunaZone,
        tokens: { inputTokens: 2_000_000, outputTokens: 500_000 },
      }),
      entry('2026-11-02', {
        model: 'gpt-5-2025-08-07',
        price: gpt5,
        tokens: { inputTokens: 800_000, outputTokens: 100_000 },
      }),
      entry('2026-11-03', {
        kind: 'image-analysis',
        deploymentType: null,
        price: null,
        units: { meter: 'image-analysis-read', quantity: 200, price: null },
        costNanos: 300_000_000,
      }),
    ]);
    expect(differences(result)).toEqual(Array.from({ length: 8 }, () => ({ kind: 'equal' })));
    expect(result).toMatchObject({
      billNanos: 8_351_200_000,
      ours: { costNanos: 8_351_200_000, unknownCalls: 0 },
      differenceNanos: 0,
      counts: { equal: 8 },
    });
  });

  test('a cent, or a hundredth, is no difference', () => {
    const bill = billOfRows(`${input},1000,1K,2.019`);
    expect(differences(compare(bill, [entry('2026-11-01', { tokens: { inputTokens: 1e6 } })]))).toEqual([
      { kind: 'equal' },
    ]);
    const small = billOfRows(`${input},1,1K,0.012`);
    expect(differences(compare(small, [entry('2026-11-01', { tokens: { inputTokens: 1000 } })]))).toEqual([
      { kind: 'equal' },
    ]);
  });

  test('what stands on one side alone stays visible', () => {
    const bill = billOfRows(
      '2026-11-01,gpt 4.1 mini Inp glbl Tokens,Azure OpenAI,10,1K,0.5',
      '2026-11-01,Provisioned Managed Global Unit,Azure OpenAI,15,1/Hour,15',
      '2026-11-20,gpt 4.1 Inp glbl Tokens,Azure OpenAI,1000,1K,2',
    );
    const result = compare(bill, [
      entry('2026-11-01', { tokens: { inputTokens: 1e6 } }),
      entry('2026-11-18', { tokens: { inputTokens: 2e6 } }),
      entry('2026-11-20', { tokens: { inputTokens: 1e6 } }),
    ]);
    expect(
      result.lines.map(({ day, meters, model, difference }) => [day, meters[0] ?? model, difference]),
    ).toEqual([
      ['2026-11-01', 'Provisioned Managed Global Unit', { kind: 'only-on-bill', hourly: true }],
      ['2026-11-01', 'gpt-4.1-2025-04-14', { kind: 'only-here', late: false }],
      ['2026-11-01', 'gpt 4.1 mini Inp glbl Tokens', { kind: 'only-on-bill', hourly: false }],
      ['2026-11-18', 'gpt-4.1-2025-04-14', { kind: 'only-here', late: true }],
      ['2026-11-20', 'gpt 4.1 Inp glbl Tokens', { kind: 'equal' }],
    ]);
    expect(result.differenceNanos).toBe(17_500_000_000 - 8_000_000_000);
  });

  test.each<[string, string, Partial<LedgerEntry>, ComparedLine['difference']]>([
    [
      'a tenth above on the same tokens: a Data Zone or a region',
      `${input},1000,1K,2.2`,
      {},
      { kind: 'dearer', nanos: 200_000_000, reason: { kind: 'price', ratio: 1.1, likely: 'zone-or-region' } },
    ],
    [
      'half: Batch',
      `${input},1000,1K,1`,
      {},
      { kind: 'cheaper', nanos: 1_000_000_000, reason: { kind: 'price', ratio: 0.5, likely: 'batch' } },
    ],
    [
      'a discount',
      `${input},1000,1K,1.6`,
      {},
      { kind: 'cheaper', nanos: 400_000_000, reason: { kind: 'price', ratio: 0.8, likely: 'discount' } },
    ],
    [
      'the tokens differ, the price does not',
      `${input},1500,1K,3`,
      {},
      { kind: 'dearer', nanos: 1_000_000_000, reason: { kind: 'quantity', ratio: 1.5 } },
    ],
    [
      'both differ',
      `${input},1500,1K,6`,
      {},
      { kind: 'dearer', nanos: 4_000_000_000, reason: { kind: 'both', quantityRatio: 1.5, priceRatio: 2 } },
    ],
    [
      'the meter names another type of deployment',
      '2026-11-01,gpt 4.1 Inp Data Zone Tokens,Azure OpenAI,1000,1K,2.2',
      {},
      {
        kind: 'dearer',
        nanos: 200_000_000,
        reason: { kind: 'deployment', billed: 'data-zone', ours: 'global' },
      },
    ],
    [
      'the meter names priority processing',
      '2026-11-01,gpt 4.1 pp Inp glbl Tokens,Azure OpenAI,1000,1K,4',
      {},
      { kind: 'dearer', nanos: 2_000_000_000, reason: { kind: 'tier', tier: 'priority' } },
    ],
    [
      'the meter names long context',
      '2026-11-01,gpt 4.1 LongCo Inp glbl Tokens,Azure OpenAI,1000,1K,4',
      {},
      { kind: 'dearer', nanos: 2_000_000_000, reason: { kind: 'long-context' } },
    ],
    [
      'no quantity on the bill',
      `${input},,,3`,
      {},
      { kind: 'dearer', nanos: 1_000_000_000, reason: { kind: 'cost', ratio: 1.5 } },
    ],
    [
      'estimated here',
      `${input},1500,1K,3`,
      { estimated: true },
      { kind: 'estimated', nanos: 1_000_000_000, calls: 1 },
    ],
    [
      'without a price here',
      `${input},1500,1K,3`,
      { price: null, costNanos: null },
      { kind: 'unknown-price', calls: 1 },
    ],
    [
      'free here',
      `${input},1000,1K,3`,
      { costNanos: 0, price: { ...gpt41, inputPerMillion: 0 } },
      { kind: 'dearer', nanos: 3_000_000_000, reason: null },
    ],
  ])('%s', (_, row, change, difference) => {
    const ours = entry('2026-11-01', { tokens: { inputTokens: 1e6 }, ...change });
    expect(differences(compare(billOfRows(row), [ours]))).toEqual([difference]);
  });

  test('unknown prices and provisioned calls are counted beside the totals, never as 0', () => {
    const bill = billOfRows(`${input},1000,1K,2`);
    const result = compare(bill, [
      entry('2026-11-01', { tokens: { inputTokens: 1e6 } }),
      entry('2026-11-01', { model: 'grok-9', price: null, tokens: { inputTokens: 5, outputTokens: 5 } }),
      entry('2026-11-01', { price: null }),
      entry('2026-11-01', { deploymentType: 'provisioned', costNanos: 0, tokens: { inputTokens: 5 } }),
    ]);
    expect(result.ours).toEqual({ costNanos: 2_000_000_000, unknownCalls: 2, hourlyCalls: 1 });
    expect(result.counts['unknown-price']).toBe(3);
  });

  test('two meters of one thing are one line; two deployments and two versions are two', () => {
    const bill = billOfRows(
      '2026-11-01,GPT 5 Inpt Glbl 1M Tokens,Foundry Models,0.5,1M,0.625',
      '2026-11-01,GPT 5 Rsng Inpt Glbl 1M Tokens,Foundry Models,0.5,1M,0.625',
      '2026-11-01,gpt 4.1 Inp glbl Tokens,Foundry Models,1000,1K,2',
      '2026-11-01,gpt 4.1 Inp Data Zone Tokens,Foundry Models,1000,1K,2.2',
      '2026-11-01,gpt-4o-0806-Inp-glbl Tokens,Foundry Models,1000,1K,2.5',
      '2026-11-01,gpt 4o 1120 Inp glbl Tokens,Foundry Models,2000,1K,5',
    );
    const price = (inputPerMillion: number): ModelPrice => ({ ...gpt41, inputPerMillion });
    const call = (model: string, inputPerMillion: number, inputTokens: number): LedgerEntry =>
      entry('2026-11-01', { model, price: price(inputPerMillion), tokens: { inputTokens } });
    const result = compare(bill, [
      call('gpt-5', 1.25, 1e6),
      entry('2026-11-01', { tokens: { inputTokens: 1e6 } }),
      entry('2026-11-01', { price: price(2.2), deploymentType: 'data-zone', tokens: { inputTokens: 1e6 } }),
      call('gpt-4o-2024-11-20', 2.5, 2e6),
      call('gpt-4o-2024-08-06', 2.5, 1e6),
    ]);
    expect(result.counts).toMatchObject({ equal: 5, 'only-on-bill': 0, 'only-here': 0 });
    expect(result.lines.find(({ model }) => model === 'gpt-5')?.meters).toHaveLength(2);
  });

  test('long requests have meters of their own', () => {
    const long: ModelPrice = {
      ...gpt41,
      longContext: { aboveInputTokens: 272_000, inputPerMillion: 4, outputPerMillion: 12 },
    };
    const call = (inputTokens: number): LedgerEntry =>
      entry('2026-11-01', { model: 'gpt-5.4', price: long, tokens: { inputTokens } });
    const bill = billOfRows(
      '2026-11-01,5.4 longco inp Gl 1M Tokens,Foundry Models,0.3,1M,1.2',
      '2026-11-01,5.4 inp Gl 1M Tokens,Foundry Models,0.2,1M,0.4',
    );
    expect(differences(compare(bill, [call(300_000), call(200_000)]))).toEqual([
      { kind: 'equal' },
      { kind: 'equal' },
    ]);
  });

  test('hours of video are compared in minutes', () => {
    const meter = 'Video Retrieval and Description - Ingestion Vision';
    const bill = billOfRows(`2026-11-01,${meter},Cognitive Services,0.5,1 Hour,3`);
    const ours = entry('2026-11-01', {
      kind: 'video-ingestion',
      deploymentType: null,
      price: null,
      units: { meter: 'video-ingestion', quantity: 30, price: null },
      costNanos: 1_500_000_000,
    });
    expect(compare(bill, [ours]).lines).toMatchObject([
      {
        bill: { quantity: 30 },
        ours: { quantity: 30 },
        difference: { kind: 'dearer', reason: { kind: 'price', likely: 'double-rate' } },
      },
    ]);
  });

  test('50,000 rows add up', () => {
    const rows = Array.from(
      { length: 50_000 },
      (_, at) =>
        `2026-11-${String((at % 28) + 1).padStart(2, '0')},gpt 4.1 Inp glbl Tokens,Azure OpenAI,1,1K,0.002`,
    );
    const bill = billOfRows(...rows);
    expect(bill).toMatchObject({ costNanos: 100_000_000_000, lines: { length: 28 } });
  });
});
