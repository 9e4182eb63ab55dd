import { createFormat } from '../format.ts';

const format = createFormat('en-US');
const decimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** Asking about a part of a picture. */
export const regions = {
  ask: 'Ask about a part',
  askAbout: (name: string) => `Ask about a part of ${name}`,
  partOf: (name: string) => `Part of ${name}`,
  /** Parts of the same picture are told apart. */
  again: (name: string, place: number) => `${name} (${format.number(place)})`,
  sizeOf: (part: string, whole: string) => `${part} of ${whole}`,

  zoom: { in: 'Zoom in', out: 'Zoom out', fit: 'Show the whole picture' },

  dialog: {
    close: 'Close',
    selection: 'Part to ask about',
    missing: 'The bytes of this picture are no longer in this browser, so no part of it can be sent.',
    result: (size: string) => `${size} pixels, cut out of the original`,
    nothing: 'Draw a rectangle around what you want to ask about.',
    comparison: 'Two ways to ask about this part',
    way: 'What is sent',
    tokens: 'Tokens',
    cost: 'Input cost',
    seen: 'Seen of it',
    part: 'Part, and whole at low detail',
    whole: 'Whole at high detail',
    none: '–',
    pending: '…',
    unknown: 'unknown',
    more: (times: number) =>
      `The first way, the model sees ${figure(times)} times as many pixels of this part.`,
    same: 'The model sees this part equally well in the whole at high detail.',
    fewer: 'The model sees more of this part in the whole at high detail.',
    noPrices: 'The prices could not be loaded.',
    cancel: 'Cancel',
    use: 'Ask about this part',
  },
};

/** 1.5, 12 */
function figure(ratio: number): string {
  return decimal.format(ratio < 9.95 ? ratio : Math.round(ratio));
}
