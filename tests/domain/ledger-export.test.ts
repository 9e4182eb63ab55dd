import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { summarize } from '#domain/costs.ts';
import { ledgerColumns, toCsv, toDollarText, toLedgerRecord } from '#domain/ledger-export.ts';
import { aPrice, aRow } from './ledger-rows.ts';

describe('an exported ledger', () => {
  test('has a field for every column', () => {
    const record = toLedgerRecord(
      aRow({ at: Date.UTC(2026, 10, 23, 1, 2, 3), price: aPrice, costNanos: null }),
    );
    expect(record).toHaveLength(ledgerColumns.length);
    const named = Object.fromEntries(ledgerColumns.map((column, at) => [column, record[at]]));
    expect(named).toMatchObject({
      time: '2026-11-23T01:02:03.000Z',
      'cost (USD)': 'unknown',
      'price source': 'test',
      'input tokens': '',
    });
  });

  test('names meter, quantity and unit of what is not counted in tokens', () => {
    const price = { dollars: 1.5, per: 1000, unit: 'transaction', source: 's', asOf: '2024' } as const;
    const record = toLedgerRecord(aRow({ units: { meter: 'ocr-enhancement', quantity: 1, price } }));
    expect(record).toEqual(expect.arrayContaining(['ocr-enhancement', '1', 'transaction', 's', '2024']));
  });

  test.each([
    [0, '0.000000000'],
    [1, '0.000000001'],
    [9_550_000, '0.009550000'],
    [1_234_567_890_123, '1234.567890123'],
    [9_007_199_254_740_991, '9007199.254740991'],
  ])('%d nano-dollars are %s', (nanos, text) => expect(toDollarText(nanos)).toBe(text));

  test('comes to the sum of its rows when others add it up, unknown costs apart', () => {
    const costs = [...fc.sample(fc.nat(4_000_000_000), { numRuns: 1000, seed: 3 }), null];
    const rows = costs.map((costNanos, at) => aRow({ id: `row-${at}`, at, costNanos }));
    const { data } = Papa.parse<Record<string, string>>(toCsv([ledgerColumns, ...rows.map(toLedgerRecord)]), {
      header: true,
      skipEmptyLines: true,
    });
    const texts = data.map((record) => record['cost (USD)']!);
    const known = texts.filter((text) => text !== 'unknown');
    const { total } = summarize(rows, [0], rows.length);
    expect(known.reduce((sum, text) => sum + BigInt(text.replace('.', '')), 0n)).toBe(
      BigInt(total.costNanos),
    );
    expect(texts.length - known.length).toBe(total.unknownCalls);
  });

  test('is read back by others as it was, whatever the names hold; and is no formula in any of them', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('=1+1', '+cmd', '-2', '@SUM(A1)', '\t=1', 'a"b', 'a,b', 'line\r\nbreak', '\r', ''),
    );
    fc.assert(
      fc.property(fc.array(fc.array(nasty, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (records) => {
        const read = Papa.parse<string[]>(toCsv(records), { newline: '\r\n', delimiter: ',' }).data.slice(
          0,
          -1,
        );
        expect(read).toHaveLength(records.length);
        records.forEach((record, row) =>
          record.forEach((text, column) => {
            const found = read[row]![column]!;
            expect(found.replace(/^'(?=[=+\-@\t\r\n])/u, '')).toBe(text);
            expect(found).not.toMatch(/^[=+\-@\t\r]/u);
          }),
        );
      }),
      { numRuns: 300 },
    );
  });
});
