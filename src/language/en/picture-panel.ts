import type { Detail } from '#domain/image-tokens.ts';
import type { AutoMeaning } from '#domain/picture-view.ts';
import { createFormat } from '../format.ts';

const format = createFormat('en-US');
const decimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

const tokens = (count: number): string => format.plural(count, { one: '# token', other: '# tokens' });
const patches = (count: number): string => format.plural(count, { one: '# patch', other: '# patches' });
const tiles = (count: number): string => format.plural(count, { one: '# tile', other: '# tiles' });

const square = (side: number): string => `${format.number(side)} × ${format.number(side)}`;

/** A detail within a sentence. */
const named: Readonly<Record<Detail, string>> = { low: 'low', high: 'high', auto: 'auto' };
/** A detail at a sentence's beginning, and by itself. */
const titled: Readonly<Record<Detail, string>> = { low: 'Low', high: 'High', auto: 'Auto' };
const counted: Readonly<Record<AutoMeaning, string>> = {
  low: 'as low',
  high: 'as high',
  original: 'original size',
  any: 'any is the same',
};

/** What a model makes of one picture, and what that costs. */
export const picturePanel = {
  open: 'What the model sees',
  openFor: (name: string) => `What the model sees: ${name}`,
  loading: 'Loading',

  drawing: (name: string, facts: string) => `${name} as the model sees it: ${facts}`,
  resized: (from: string, to: string) => `${from} → ${to}`,
  seen: (size: string, cells: string) => `${size}, ${cells}`,
  asItIs: (size: string) => `${size}, not resized`,
  cells: {
    tile: (columns: number, rows: number) =>
      `${format.number(columns)} × ${format.number(rows)} ${columns * rows === 1 ? 'tile' : 'tiles'}`,
    patch: (columns: number, rows: number) =>
      `${format.number(columns)} × ${format.number(rows)} ${columns * rows === 1 ? 'patch' : 'patches'}`,
    cell: (columns: number, rows: number) =>
      `${format.number(columns)} × ${format.number(rows)} ${columns * rows === 1 ? 'cell' : 'cells'}`,
  },
  sides: {
    tile: (sidePx: number) => `A tile is ${square(sidePx)} pixels.`,
    patch: (sidePx: number) => `A patch is ${square(sidePx)} pixels.`,
    cell: (sidePx: number) => `A cell is ${square(sidePx)} pixels.`,
  },
  whole: 'one picture, no tiles',
  grouped: (side: string, cells: number) => `${side} One square in the drawing is ${square(cells)} of them.`,
  sums: {
    flat: (base: number) => `${tokens(base)}, whatever its size`,
    tiles: (base: number, count: number, perTile: number, total: number) =>
      `${format.number(base)} + ${tiles(count)} × ${format.number(perTile)} = ${tokens(total)}`,
    patches: (count: number, multiplier: number, total: number) => {
      if (multiplier === 1) return `${patches(count)}, ${tokens(total)}`;
      const product = `${patches(count)} × ${decimal.format(multiplier)} = ${tokens(total)}`;
      const isWhole = Math.abs(count * multiplier - total) < 1e-6;
      return isWhole ? product : `${product}, rounded up`;
    },
    rows: (cells: number, rows: number, total: number) =>
      `${format.number(cells)} + ${format.plural(rows, { one: '# row', other: '# rows' })} = ${tokens(total)}`,
  },

  details: titled,
  tokensOf: (name: string) => `Tokens of ${name}`,
  detailOf: (name: string) => `Detail of ${name}`,
  detail: 'Detail',
  tokens: 'Tokens',
  cost: 'Input cost',
  sameAs: (detail: Detail) => `same as ${named[detail]}`,
  autoAs: counted,
  range: (from: string, to: string) => `${from} – ${to}`,
  about: (figure: string) => `≈ ${figure}`,
  unknown: 'unknown',
  rejected: 'refused',
  noPictures: 'takes no pictures',
  pending: '…',

  saving: (detail: Detail, cheaper: readonly { readonly detail: Detail; readonly times: number }[]) =>
    `${titled[detail]} costs ${format.list(cheaper.map((one) => `${times(one.times)} times ${named[one.detail]}`))} here.`,
  rejectedWhy: (mostPatches: number) =>
    `The service would refuse this picture at this detail: it takes no more than ${patches(mostPatches)}.`,
  rules: {
    azure: 'By the rule that Azure publishes.',
    openai:
      'By the rule that OpenAI publishes; Azure publishes none for this model, and its bill may differ.',
    own: 'By the rule entered for this model.',
  },
  unknownRule: 'How this model counts pictures is not published. The bill will tell.',
  noPicturesHere: 'This model takes no pictures. Choose another connection.',
  noModel: 'Choose a connection to see what its model makes of this picture.',
  unknownSize: (from: string, to: string) =>
    `The size of this picture is not known here: ${from} to ${to} tokens. Preview it to know.`,
  unknownSizeFlat: 'The size of this picture is not known here. At this detail it makes no difference.',

  size: 'Size sent',
  sizeOf: (name: string) => `Size of ${name} as sent`,
  fit: 'Fit',
  original: 'Original',
  sizeWhy: 'Fit uploads fewer bytes. The tokens are the same.',

  others: (detail: Detail) => `On your other deployments, at ${named[detail]}`,
  deployment: 'Deployment',
  failed: 'The prices could not be loaded.',
  retry: 'Try again',
};

/** 4.9 times, 13 times. */
function times(ratio: number): string {
  return decimal.format(ratio < 9.95 ? Math.round(ratio * 10) / 10 : Math.round(ratio));
}
