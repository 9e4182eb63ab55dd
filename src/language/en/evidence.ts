import { createFormat } from '../format.ts';

const format = createFormat('en-US');

/** The evidence of an answer: its pictures, and the places in them. */
export const evidence = {
  title: 'Evidence',
  close: 'Close evidence',
  resize: 'Width of the evidence',
  simulatedWhy: 'A simulator looked at this picture. It reads the letters of our own test pictures only.',
  trouble: (status: string) => `The grounding enhancement ended with “${status}”: places may be missing.`,
  pictures: 'Pictures',
  remote: 'This picture is on another site. It is loaded only if you ask for it.',
  show: 'Show',
  leastConfidence: 'At least as sure as',
  regions: 'Regions',
  filter: 'Find in the regions',
  nothing: 'Nothing was found in this picture.',
  noMatch: 'No region matches. Show more layers, or look for something else.',
  ask: 'Ask about this',
  copyText: 'Copy text',
  copied: 'Copied',
  saved: 'Saved',
  saving: 'Preparing the file…',
  unpin: 'Let go',
  numbered: (number: number, name: string) => `[${format.number(number)}] ${name}`,
  /** Names of the layers, as a choice. */
  layers: {
    line: 'Text lines',
    word: 'Words',
    object: 'Objects',
    person: 'People',
    caption: 'Captions',
    cited: 'Cited',
    asked: 'Asked about',
  },
  /** One of them. */
  layer: {
    line: 'text',
    word: 'word',
    object: 'object',
    person: 'person',
    caption: 'caption',
    cited: 'cited',
    asked: 'asked about',
  },
  /** Rows from the top, each from the left. */
  places: [
    ['top left', 'top', 'top right'],
    ['left', 'middle', 'right'],
    ['bottom left', 'bottom', 'bottom right'],
  ] as const,
  stage: {
    stage: 'Picture with its regions. Plus and minus zoom, arrows move, 0 fits, 1 shows actual size.',
    missing: 'The picture is not in this browser any more. What was found in it is listed below.',
  },
  save: {
    menu: 'Save evidence',
    text: 'Copy all text',
    png: 'Annotated picture (PNG)',
    report: 'Report (HTML)',
    json: 'Evidence (JSON)',
    coco: 'Objects (COCO)',
  },
};
