import { createCostFormat } from '../cost-format.ts';
import { createFormat } from '../format.ts';

const { plural } = createFormat('en-US');

export const costs = {
  title: 'Costs',
  format: createCostFormat('en-US'),
  loading: 'Adding up costs',
  retry: 'Try again',
  comma: ', ',
  failed: {
    title: 'The costs could not be read.',
    remedy: 'Try again. If it happens again, reload the page or restart the browser.',
  },

  /** A sum that holds calls whose price is not known is never shown without them. */
  sum: {
    about: (amount: string) => `≈ ${amount}`,
    withUnknown: (amount: string, calls: number) => `${amount} + ${unknown(calls)}`,
    unknown,
    plusUnknown: (calls: number) => `+ ${unknown(calls)}`,
    unknownCost: 'unknown',
  },

  tiles: {
    label: 'At a glance',
    today: 'Today',
    month: 'This month',
    forecast: 'Forecast for this month',
    tooEarly: 'Nothing to go by yet',
    calls: (count: number) => plural(count, { one: '# call', other: '# calls' }),
    forecastWhy: (lastDay: string) => `By ${lastDay}, if the last two weeks go on`,
    tooEarlyWhy: 'No costs in the last two weeks',
    simulated: (amount: string) => `of which ${amount} simulated`,
  },

  range: {
    label: 'Range',
    presets: {
      today: 'Today',
      '7-days': '7 days',
      '30-days': '30 days',
      'this-month': 'This month',
      'last-month': 'Last month',
      '12-months': '12 months',
      all: 'All',
      custom: 'Custom',
    },
    from: 'From',
    to: 'To',
    backwards: 'The last day comes before the first.',
    groupBy: 'Group by',
    periods: { day: 'Day', week: 'Week', month: 'Month' },
    simulated: 'Include simulated',
  },

  notes: {
    simulated: (amount: string) =>
      `${amount} of this is simulated: what Azure would have charged. Nobody is billed for it.`,
    estimated: (calls: number) =>
      plural(calls, {
        one: '# call ended before its usage was reported; its cost is an estimate.',
        other: '# calls ended before their usage was reported; their cost is an estimate.',
      }),
    unknown: (calls: number) =>
      plural(calls, {
        one: 'The price of # call is not known, so it is in no amount. You can enter prices under “Prices”.',
        other:
          'The prices of # calls are not known, so they are in no amount. You can enter prices under “Prices”.',
      }),
  },

  chart: {
    heading: 'Spending',
    labels: {
      day: 'Chart of costs by day',
      week: 'Chart of costs by week',
      month: 'Chart of costs by month',
    },
    keys: 'Left and right arrow keys, Home and End move from bar to bar.',
    bar: (period: string, total: string, parts: string) =>
      parts === '' ? `${period}: ${total}` : `${period}: ${total}, ${parts}`,
    part: (name: string, amount: string) => `${name} ${amount}`,
    nothing: 'nothing',
    unknown: 'Unknown price',
    legend: 'What was bought',
  },

  parts: {
    input: 'Input',
    cached: 'Cached input',
    'cache-write': 'Cache writes',
    output: 'Output',
    enhancements: 'Enhancements',
    'image-analysis': 'Image Analysis',
    video: 'Video',
    transcription: 'Transcription',
  },

  tables: {
    period: { day: 'Costs by day', week: 'Costs by week', month: 'Costs by month' },
    model: 'Costs by model',
    connection: 'Costs by connection',
    conversation: 'Costs by conversation',
    kind: 'Costs by kind',
    names: {
      day: 'Day',
      week: 'Week',
      month: 'Month',
      model: 'Model',
      connection: 'Connection',
      conversation: 'Conversation',
      kind: 'Kind',
    },
    calls: 'Calls',
    input: 'Input tokens',
    output: 'Output tokens',
    cost: 'Cost',
    total: 'Total',
    all: (count: string) => `Show all (${count})`,
    more: (count: string, of: string) => `Show ${count} more of ${of}`,
    allOf: (table: string, button: string) => `${table}: ${button}`,
    none: 'No calls in this range.',
    deleted: 'Deleted conversation',
    outside: 'Outside conversations',
    unnamed: 'Unknown',
  },

  kinds: {
    chat: 'Chat',
    'connection-test': 'Connection test',
    batch: 'Batch',
    'ocr-enhancement': 'OCR enhancement',
    'grounding-enhancement': 'Grounding enhancement',
    'image-analysis': 'Image Analysis',
    'video-ingestion': 'Video ingestion',
    'video-query': 'Video query',
    transcription: 'Transcription',
  },

  ledger: {
    heading: 'Ledger',
    scroller: 'Rows of the ledger',
    columns: {
      at: 'Time',
      kind: 'Kind',
      connection: 'Connection',
      model: 'Model',
      conversation: 'Conversation',
      input: 'Input',
      output: 'Output',
      outcome: 'Outcome',
      cost: 'Cost',
    },
    allConnections: 'All connections',
    allKinds: 'All kinds',
    search: 'Search ledger',
    searchPlaceholder: 'Model, deployment or connection',
    rows: (count: number) => plural(count, { one: '# call', other: '# calls' }),
    none: 'No call matches this search.',
    clear: 'Clear search and filters',
    loading: 'Loading',
    outcomes: {
      complete: 'Complete',
      interrupted: 'Interrupted',
      stopped: 'Stopped',
      failed: 'Failed',
      blocked: 'Blocked',
    },
    estimated: 'estimated',
    simulated: 'simulated',
    units: {
      transaction: (count: number) => plural(count, { one: '# transaction', other: '# transactions' }),
      query: (count: number) => plural(count, { one: '# query', other: '# queries' }),
      minute: (minutes: string) => `${minutes} min`,
      unknown: (count: number) => plural(count, { one: '# unit', other: '# units' }),
    },
    tokens: (input: string, output: string) => `${input} in, ${output} out`,
    noTokens: 'no tokens',
    exportCsv: 'Export ledger CSV',
    exportJson: 'Export ledger JSON',
    exportNote: 'Exports hold the calls listed here, in this order.',
    notExported: 'The ledger was not exported.',
    notExportedRemedy: 'Try again, or choose a shorter range.',
    notRead: 'These rows could not be read.',
    dismiss: 'Dismiss',
  },

  empty: {
    title: 'Nothing was asked yet',
    text: 'Every call to Azure, and what it cost, is added up here. Failed and blocked calls are listed, too.',
    rangeTitle: 'Nothing was asked in this time',
    rangeText: 'Choose a longer range to see earlier calls.',
    simulatedTitle: 'Nothing but simulated calls in this time',
    simulatedText: 'Answers of the simulator cost nothing. You can include what Azure would have charged.',
    ask: 'Ask about a picture',
    include: 'Include simulated',
    showAll: 'Show all time',
  },
};

function unknown(calls: number): string {
  return plural(calls, { other: '# of unknown price' });
}
