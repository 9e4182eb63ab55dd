import { createFormat } from '../format.ts';

const { percent, plural } = createFormat('en-US');
const figures = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

export const bill = {
  heading: 'Check against your bill',
  lead: 'See what Sightline counted beside what Azure charged, by day and meter. The bill is read in this browser and sent nowhere.',
  how: 'In the Azure portal, open Cost Management > Cost analysis, choose Daily and Group by: Meter, then Download > CSV. A file from Cost Management > Exports tells more: it has the token counts, too.',

  text: 'Bill CSV',
  textPlaceholder: 'Paste the rows here, with the line of column names above them',
  open: 'Open CSV file',
  fileInput: 'CSV file of the bill',
  compare: 'Compare',
  stop: 'Stop',
  pasted: 'Pasted text',
  source: (name: string, size: string) => `${name} (${size})`,
  remove: (name: string) => `Remove ${name}`,
  working: { bill: 'Reading the bill', ledger: 'Reading the ledger' },
  failed: 'The bill could not be compared.',

  problems: {
    empty: 'There is nothing to compare. Paste the bill or open its file.',
    notCsv: {
      'web-page':
        'This is a web page, not a CSV file. Perhaps you were signed out during the download: download the file again.',
      json: 'This is JSON, not CSV. Download the bill as CSV.',
      workbook: 'This is an Excel workbook. Save it as CSV, or download the bill as CSV.',
      parquet: 'This is a Parquet file. Choose CSV as the format of the export.',
      other: 'This is not a CSV file with columns.',
    },
    tooLarge: (size: string, limit: string) =>
      `The file is too large: ${size}, at most ${limit}. Export fewer days, or filter by service.`,
    columnsMissing: (missing: string, found: string) =>
      `No column with ${missing} was found. The columns are: ${found}.`,
    missing: { day: 'a day', meter: 'a meter', cost: 'a cost' },
    remedy: {
      day: 'In Cost analysis, choose Granularity: Daily.',
      meter: 'In Cost analysis, choose Group by: Meter.',
      cost: 'Download costs, not usage alone.',
    },
    noRows: 'The file has column names, but no costs under them.',
    unreadable: {
      day: (found: string) => `No day could be read. The first one is “${found}”.`,
      cost: (found: string) => `No cost could be read. The first one is “${found}”.`,
    },
    currency: (codes: string) =>
      `The bill is in ${codes} and has no column in US dollars, in which Sightline counts. A download from Cost analysis has one (CostUSD).`,
  },

  summary: 'Totals',
  bill: 'Bill',
  ours: 'Sightline',
  difference: 'Difference',
  unknownPrice: (calls: number) =>
    plural(calls, { one: '# call of unknown price', other: '# calls of unknown price' }),
  withUnknown: (amount: string, unknown: string) => `${amount} + ${unknown}`,
  days: (first: string, last: string) => (first === last ? `${first} (UTC)` : `${first} to ${last} (UTC)`),
  more: (amount: string, share: string | null) => (share ? `+${amount} (+${share})` : `+${amount}`),
  less: (amount: string, share: string | null) => (share ? `−${amount} (−${share})` : `−${amount}`),
  counts: {
    equal: (count: number) => plural(count, { one: '# line agrees', other: '# lines agree' }),
    differ: (count: number) => plural(count, { one: '# line differs', other: '# lines differ' }),
    onlyOnBill: (count: number) =>
      plural(count, { one: '# line only on the bill', other: '# lines only on the bill' }),
    onlyHere: (count: number) =>
      plural(count, { one: '# line only in Sightline', other: '# lines only in Sightline' }),
    unknown: (count: number) =>
      plural(count, { one: '# line of unknown price', other: '# lines of unknown price' }),
  },
  notes: {
    leftOut: (rows: number, amount: string) =>
      plural(rows, {
        one: `# row of another service was left out (${amount}).`,
        other: `# rows of other services were left out (${amount}).`,
      }),
    unreadable: (rows: number) =>
      plural(rows, {
        one: '# row could not be read and is in no sum.',
        other: '# rows could not be read and are in no sum.',
      }),
    dollarColumn: (currency: string) =>
      currency === ''
        ? 'The column in US dollars was compared.'
        : `You are billed in ${currency}; the column in US dollars was compared.`,
    pricingColumn: (currency: string) =>
      `You are billed in ${currency}; the cost in pricing currency, US dollars, was compared.`,
    assumedDollars: 'The file names no currency; US dollars are assumed.',
    hourly: (calls: number) =>
      plural(calls, {
        one: '# call of a provisioned deployment is paid by the hour and was not compared.',
        other: '# calls of provisioned deployments are paid by the hour and were not compared.',
      }),
    late: 'Azure shows usage after 8 to 24 hours as a rule, and closes a month up to 72 hours after its end. Costs are before credits and taxes. Simulated answers are not compared.',
  },

  table: 'Bill comparison',
  onlyDifferences: 'Only differences',
  showMore: (count: number) => plural(count, { one: 'Show # more line', other: 'Show # more lines' }),
  nothing: 'On these days, neither the bill nor Sightline has anything.',
  allEqual: 'Every line agrees.',
  columns: {
    day: 'Day (UTC)',
    meter: 'Meter',
    bill: 'Bill',
    ours: 'Sightline',
    difference: 'Difference',
  },
  absent: 'nothing',
  bought: {
    input: 'input',
    cached: 'cached input',
    'cache-write': 'cache writes',
    output: 'output',
    'image-analysis-group-1': 'Image Analysis, group 1',
    'image-analysis-group-2': 'Image Analysis, group 2 (OCR, captions)',
    'video-ingestion': 'Video indexing',
    'video-query': 'Video queries',
    transcription: 'Transcription',
    other: 'other',
  },
  deployments: {
    global: 'Global',
    'data-zone': 'Data Zone',
    regional: 'Regional',
    provisioned: 'Provisioned',
    'global-batch': 'Global Batch',
    'data-zone-batch': 'Data Zone Batch',
  },
  quantity: {
    tokens: (count: number) => plural(count, { one: '# token', other: '# tokens' }),
    transactions: (count: number) => plural(count, { one: '# transaction', other: '# transactions' }),
    minutes: (minutes: number) => `${figures.format(minutes)} min`,
  },

  differences: {
    equal: 'Agrees',
    onlyOnBill: 'Only on the bill',
    onlyOnBillWhy:
      'Used outside of Sightline: by another app or person on the same subscription, or in another browser.',
    hourlyWhy: 'Capacity that is paid by the hour, not by the call.',
    onlyHere: 'Only in Sightline',
    onlyHereWhy: 'Not in this file: another subscription or resource, or left out by a filter.',
    notYetWhy:
      'Perhaps not billed yet: usage can arrive up to 72 hours late. Or another subscription or resource.',
    unknownPrice: 'Price unknown here',
    unknownPriceWhy: (calls: number) =>
      plural(calls, {
        one: 'Sightline has no price for # call of this line.',
        other: 'Sightline has no price for # calls of this line.',
      }),
    billMore: (amount: string) => `Bill is ${amount} more`,
    billLess: (amount: string) => `Bill is ${amount} less`,
    estimatedWhy: (calls: number) =>
      plural(calls, {
        one: '# answer ended early and reported no tokens: Sightline estimated them.',
        other: '# answers ended early and reported no tokens: Sightline estimated them.',
      }),
    deploymentWhy: (billed: string, ours: string) => `Billed as ${billed}; the connection says ${ours}.`,
    tierWhy: {
      priority: 'Billed as priority processing, which Sightline does not ask for.',
      flex: 'Billed as flex processing, which Sightline does not ask for.',
    },
    longContextWhy: 'Billed at the price of long requests.',
    countsMoreWhy: (share: string) =>
      `The bill counts ${share} more, at the same price: others may use the same model.`,
    countsLessWhy: (share: string) =>
      `The bill counts ${share} less, at the same price: some usage may not be billed yet.`,
    priceWhy: (times: string) => `The same amount, at ${times} times the price.`,
    bothWhy: (counts: string, times: string) =>
      `The bill counts ${counts} times as much, at ${times} times the price.`,
    costWhy: (times: string) => `${times} times the cost; this file tells no amounts.`,
    likely: {
      'zone-or-region': 'A Data Zone or regional price?',
      batch: 'A Batch price?',
      'double-rate': 'Long requests or priority processing?',
      discount: (share: string) => `A discount of ${share}?`,
    },
  },
  ratio: (value: number) => figures.format(value),
  share: (value: number) => percent(value),
};
