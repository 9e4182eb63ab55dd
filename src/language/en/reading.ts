import { createFormat } from '../format.ts';

const format = createFormat('en-US');

const pictures = (count: number): string => format.plural(count, { one: '# picture', other: '# pictures' });

/** What looks at the pictures beside the model: the enhancements, and Image Analysis before a question. */
export const reading = {
  enhancements: {
    title: 'Enhancements',
    ocr: 'OCR enhancement',
    ocrHint: 'The service reads the text in the picture for the model.',
    grounding: 'Grounding enhancement',
    groundingHint: 'The service says where in the picture the things are that the answer names.',
    billed: 'One picture per request; each switch is billed as one transaction, beside the tokens.',
    notThisModel: 'This model never had them: only GPT-4 Turbo with Vision (vision-preview) did.',
    notV1:
      'The v1 API never had them: only API versions 2023-12-01-preview, 2024-02-15-preview and 2024-03-01-preview do.',
    notThisVersion: (version: string) =>
      `API version ${version} does not have them: only 2023-12-01-preview, 2024-02-15-preview and 2024-03-01-preview do.`,
    noVision: 'They need a Computer Vision resource, and this connection names none.',
    instead: 'Use “Read text and find objects first” below: it works with every model that takes pictures.',
    openSettings: 'Open Settings',
  },

  first: {
    title: 'Read text and find objects first',
    hint: 'Azure AI Image Analysis looks at each picture of a question first. What it finds goes with the question as numbered lines, which the answer can cite. No picture is paid for twice.',
    noVision: 'Needs a Computer Vision resource, and this connection names none.',
    openSettings: 'Open Settings',
    features: 'What is looked for',
    perPicture: '1 transaction per picture',
    names: {
      text: 'Text',
      objects: 'Objects',
      people: 'People',
      tags: 'Tags',
      caption: 'Caption',
      'dense-captions': 'Dense captions',
    },
    hints: {
      text: 'Lines and words, with their places',
      objects: 'Things, with their places',
      people: 'Where people are; nobody is recognised',
      tags: 'Words for the whole picture',
      caption: 'One sentence for the whole picture',
      'dense-captions': 'Sentences for up to ten parts',
    },
    captionRegions:
      'Captions are to be had only in East US, West US, France Central, North Europe, West Europe, Southeast Asia, East Asia and Korea Central.',
    nothing: 'Nothing is chosen, so nothing is looked for.',
    language: 'Language of what is found',
    languageHint:
      'Of tags only: objects and captions are named in English. Text is read in whatever language it is in.',
    languages: { en: 'English', es: 'Spanish', ja: 'Japanese', pt: 'Portuguese', zh: 'Chinese' },
    budget: 'Token budget for what is found',
    budgetHint: 'With each question at most; lines that are over it are left out.',
    budgetRange: (from: number, to: number) =>
      `Enter a whole number from ${format.number(from)} to ${format.number(to)}.`,
  },

  line: {
    label: 'Reading first',
    read: (count: number) =>
      format.plural(count, { one: '# picture is read first', other: '# pictures are read first' }),
    known: (count: number) =>
      format.plural(count, { one: '# picture is read already', other: '# pictures are read already' }),
    someKnown: (count: number) =>
      format.plural(count, { one: '# of them is read already', other: '# of them are read already' }),
    transactions: (count: number, cost: string) =>
      `${format.plural(count, { one: '# transaction', other: '# transactions' })}, ${cost}`,
    unknownCost: 'cost unknown',
    nothingToPay: 'nothing to pay',
    upTo: (tokens: number) => `up to ${format.plural(tokens, { one: '# token', other: '# tokens' })}`,
    skipped: (count: number) =>
      format.plural(count, {
        one: '# picture goes unread with this question',
        other: '# pictures go unread with this question',
      }),
    thisTime: 'Read this time',
  },

  findings: {
    summary: (found: string) => `Found in the pictures: ${found}`,
    nothing: 'nothing',
    counts: {
      text: (count: number) => format.plural(count, { one: '# line of text', other: '# lines of text' }),
      object: (count: number) => format.plural(count, { one: '# object', other: '# objects' }),
      person: (count: number) => format.plural(count, { one: '# person', other: '# people' }),
      caption: (count: number) => format.plural(count, { one: '# caption', other: '# captions' }),
    },
    label: 'What was found in the pictures',
    sent: 'This text goes before the question:',
    notSent: 'This text is not sent:',
    leftOut: (count: number) =>
      format.plural(count, {
        one: '# more line was found and left out, because it is over the token budget.',
        other: '# more lines were found and left out, because they are over the token budget.',
      }),
    send: 'Send with the question',
    sendHint: 'Counts for the next requests; answers that are there stay as they are.',
    off: 'not sent',
  },

  onePicture: {
    title: 'The enhancements look at one picture per request.',
    several: (count: number) => `This request would send ${pictures(count)}.`,
    keep: (name: string) => `Keep only ${name}`,
    again: (name: string, place: number) => `${name} (${format.number(place)})`,
    leaveOut: (count: number) =>
      format.plural(count, { one: 'Leave out the earlier picture', other: 'Leave out earlier pictures' }),
    off: 'Turn enhancements off',
  },

  progress: (place: number, total: number) =>
    `Reading picture ${format.number(place)} of ${format.number(total)}…`,

  source: {
    found: 'Found in the pictures',
    atMost: 'What is found in the pictures, at most',
  },

  failure: {
    withoutReading: 'Send without reading',
    withoutCaptions: 'Without captions',
  },
};
