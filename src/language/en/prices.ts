import { createFormat } from '../format.ts';

const { number, plural } = createFormat('en-US');
const dollars = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  currencyDisplay: 'narrowSymbol',
  maximumFractionDigits: 6,
});

export const prices = {
  heading: 'Prices',
  about: (checkedOn: string) =>
    `In US dollars per million tokens. The published prices were checked on ${checkedOn}; Microsoft may have changed them since. Your own go before them.`,
  notLoaded: 'The published prices could not be loaded. Reload the page to see them.',
  loading: 'Loading prices',
  /** All digits that count. */
  dollars: (amount: number) => dollars.format(amount),

  show: 'Prices for',
  typeNotes: {
    dearer: (type: string, percent: string) =>
      `Microsoft publishes Global prices for every model. Those for ${type} are worked out from them: ${percent} dearer is typical, some regions differ.`,
    cheaper: (type: string, percent: string) =>
      `Microsoft publishes Global prices for every model. Those for ${type} are worked out from them: ${percent} less is typical.`,
    hourly: 'Provisioned capacity is paid by the hour, whatever passes through it: tokens cost nothing.',
  },
  discounts: 'A connection’s discount is taken off what is shown here.',
  filter: 'Filter models',
  showAll: (count: number) => `Show all models (${number(count)})`,
  showFewer: 'Show fewer models',
  noneFound: 'No model is called that.',
  noneUsed: 'No connection uses a model with a price yet.',

  table: 'Prices',
  columns: {
    model: 'Model',
    input: 'Input',
    cachedInput: 'Cached input',
    cacheWrite: 'Cache write',
    output: 'Output',
    source: 'Source',
    action: 'Change',
  },
  /** Beside each amount where there is no room for columns. */
  labels: { input: 'Input', cachedInput: 'Cached', cacheWrite: 'Cache write', output: 'Output' },
  above: (tokens: string) => `above ${tokens} tokens`,
  asInput: 'as input',
  unknown: 'unknown',
  hourly: 'paid by the hour',
  routed: (fee: string) => `as the model that answers, plus ${fee} for input`,
  usedBy: (names: string) => `Used by ${names}`,
  retired: 'retired',
  ownModel: 'your model',
  unknownModel: 'not in the table',
  inConnection: 'Entered in the connection',
  own: 'Yours',
  from: (day: string) => `from ${day}`,
  until: (day: string) => `until ${day}`,
  uncertain: 'uncertain',
  sourceOf: (place: string) => `source ${place}`,
  sources: (count: number) => `Sources (${number(count)})`,
  allTypes: 'All deployment types',
  edit: 'Edit',
  editOf: (name: string) => `Edit price of ${name}`,
  editModel: 'Edit model',
  editModelOf: (name: string) => `Edit model ${name}`,
  addModel: 'Add model',
  import: 'Import prices',
  export: 'Export prices',
  file: 'File with prices',

  said: {
    saved: (model: string) => `Price of ${model} saved.`,
    removed: (model: string) => `Your price of ${model} is removed.`,
    modelSaved: (model: string) => `${model} saved.`,
    modelRemoved: (model: string) => `${model} and its prices are removed.`,
    imported: 'Prices imported.',
    undone: 'Undone.',
  },
  undo: 'Undo',
  dismiss: 'Dismiss',
  notSaved: 'This was not saved; what held before still holds.',

  dialog: {
    title: (model: string) => `Price of ${model}`,
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save price',
    usePublished: 'Use published price',
    remove: 'Remove price',
    published: 'Published',
    publishedLine: (input: string, output: string) => `${input} in, ${output} out`,
    notPublished: 'No price is published for this model.',
    fields: {
      input: 'Input',
      cachedInput: 'Cached input',
      cacheWrite: 'Cache write',
      output: 'Output',
    },
    perMillion: 'US dollars per million tokens',
    longContext: (tokens: string) => `Above ${tokens} prompt tokens`,
    longContextMore: 'The whole request then costs these prices. Leave empty where the price stays the same.',
    longFields: {
      input: 'Input, long',
      cachedInput: 'Cached input, long',
      cacheWrite: 'Cache write, long',
      output: 'Output, long',
    },
    asInput: 'as input',
    deploymentType: 'Deployment type',
    deploymentTypeHint: 'A price for one type goes before one for all.',
    from: 'Valid from',
    fromHint: 'Leave empty for always.',
    keepToo: (which: string) => `Keep my price for ${which} as well`,
  },
  problems: {
    missing: 'Enter a price.',
    'not-a-number': 'Enter a number, such as 2.5.',
    negative: 'A price is 0 or more.',
    'too-fine': 'At most 6 decimals count.',
    'too-much': 'That is more than a dollar a token.',
    'not-a-day': 'Choose a day.',
    taken: 'You have a price for this deployment type from this day already.',
  },

  model: {
    addTitle: 'Add model',
    editTitle: (name: string) => `Edit ${name}`,
    about: 'It appears as a choice in every connection, under “Your models”.',
    template: 'Copy abilities from',
    templateHint: 'Takes over how tokens and pictures are counted, too.',
    noTemplate: 'No model',
    nameMissing: 'Enter a name.',
    save: 'Save model',
    remove: 'Delete model',
    inUse: (names: string) => `It cannot be deleted while a connection uses it: ${names}.`,
  },

  meters: {
    heading: 'Prices of other services',
    about: 'What is billed by the call or by the minute instead of by tokens.',
    service: 'Service',
    price: 'Price',
    names: {
      'ocr-enhancement': 'OCR enhancement',
      'grounding-enhancement': 'Grounding enhancement',
      'image-analysis-group-1': 'Image Analysis: tags, objects, people, smart crops',
      'image-analysis-group-2': 'Image Analysis: text, captions',
      'video-ingestion': 'Video ingestion',
      'video-query': 'Video queries',
      transcription: 'Transcription',
    },
    per: {
      transaction: (price: string, per: number) => `${price} per ${count(per, 'transaction')}`,
      query: (price: string, per: number) => `${price} per ${per === 1 ? 'query' : `${number(per)} queries`}`,
      minute: (price: string, per: number) => `${price} per ${count(per, 'minute')}`,
    },
    fromMonthly: (price: string, quantity: number) => `${price} from ${number(quantity)} a month on`,
    label: {
      transaction: (per: number) => `US dollars per ${count(per, 'transaction')}`,
      query: (per: number) => `US dollars per ${per === 1 ? 'query' : `${number(per)} queries`}`,
      minute: (per: number) => `US dollars per ${count(per, 'minute')}`,
    },
    ownHint: 'Your price holds from the first one on, whatever the quantity.',
    notPublished: 'No price was found for this service.',
  },

  taking: {
    title: 'Import prices',
    counts: (prices: number, models: number) =>
      [
        plural(prices, { one: '# price', other: '# prices' }),
        ...(models === 0 ? [] : [plural(models, { one: '# model', other: '# models' })]),
      ].join(', '),
    replacing: (count: number) =>
      count === 0
        ? 'none replaces yours'
        : plural(count, { one: '# replaces yours', other: '# replace yours' }),
    preview: (counts: string, replacing: string) => `${counts}; ${replacing}.`,
    strangers: (count: number) =>
      plural(count, {
        one: '# price is for something the table does not know. It is kept, and does nothing until a model has that name.',
        other:
          '# prices are for something the table does not know. They are kept, and do nothing until a model has that name.',
      }),
    empty: 'The file holds no price and no model.',
    mergeAbout: 'Merge keeps what you have and adds what is in the file.',
    replaceAbout: (what: string) => `Replace also removes what the file does not have: ${what}.`,
    replaceUsed: (names: string) => `A connection uses a model that would be removed: ${names}.`,
    merge: 'Merge',
    replace: 'Replace all of mine',
    cancel: 'Cancel',
    close: 'Close',
    refused: (name: string) => `${name} cannot be imported. Nothing was changed.`,
    moreProblems: (count: number) => `and ${number(count)} more`,
    whole: 'File',
    reasons: {
      unreadable: 'could not be read.',
      'too-large': 'is larger than 1 MB.',
      'not-json': 'is not JSON.',
      'unknown-format': 'is not a file of prices: it does not say "format": "sightline-prices".',
      'unknown-version': 'is of a version that this Sightline does not know.',
      'not-a-record': 'is not an object.',
      'not-a-list': 'is not a list.',
      missing: 'is missing.',
      'unknown-field': 'is not a known field.',
      'not-a-number': 'is not a number.',
      negative: 'is negative.',
      'too-fine': 'has more than 6 decimals.',
      'too-much': 'is more than a dollar a token.',
      'not-a-count': 'is not a whole number that fits.',
      'not-a-text': 'is not a text of a sensible length.',
      'not-a-flag': 'is neither true nor false.',
      'not-a-choice': 'is not one of the possible values.',
      'not-a-day': 'is not a day such as 2026-11-22.',
      'unknown-deployment-type': 'is not a deployment type.',
      'not-an-own-id': 'is not an id that begins with own: and a name.',
      'unknown-model': 'names a model of your own that the file does not hold.',
      duplicate: 'is there twice.',
    },
  },
};

function count(per: number, unit: 'transaction' | 'minute'): string {
  return per === 1 ? unit : `${number(per)} ${unit}s`;
}
