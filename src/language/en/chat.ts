import { createFormat } from '../format.ts';

const format = createFormat('en-US');

export const chat = {
  /** Title of a conversation whose first prompt has no words. */
  untitled: 'About a picture',
  samplePrompt: 'What is in this picture? Describe it, and name the dominant colours.',
  pagePrompt: 'What is the total of this invoice, and who is it from?',
  connection: 'Connection',
  noConnection: 'No connection',

  empty: {
    title: 'Ask about a picture or a video',
    text: 'Drop pictures here, paste them, or attach files. What you send goes straight to your Azure resource.',
    sample: 'Try the sample picture',
    page: 'Try a scanned page',
    ready: 'Your prompt is ready. Press Enter to ask.',
  },

  drop: {
    title: 'Drop to attach',
    text: 'Pictures, or an image from a web page',
  },

  composer: {
    message: 'Message',
    placeholder: 'Ask about a picture or a video',
    send: 'Send',
    sendKeys: 'Send (Enter)',
    stop: 'Stop',
    stopKeys: 'Stop the answer and keep what came',
    attachFiles: 'Attach files',
    filesToAttach: 'Files to attach',
    addImageByUrl: 'Add image by URL',
    recordVideo: 'Record a video',
    requestSettings: 'Request settings',
    editing: 'Editing an earlier prompt. Sending it starts a new branch; the old one stays.',
    cancelEditing: 'Cancel',
  },

  estimate: {
    label: 'Estimate',
    tokensIn: (tokens: string) => `≈ ${tokens} tokens in,`,
    cost: (input: string, output: string) => `≈ ${input} + up to ${output} out`,
    unknownPrice: 'unknown price',
    rough: 'rough',
    roughWhy: 'A rough figure: the text is still being counted, or the rule of a picture is not known.',
    unknownPictures: (count: number) =>
      `${format.plural(count, { one: '# picture', other: '# pictures' })} of unknown size or rule`,
    overContext: (limit: string) => `Over the ${limit} tokens this model reads at once`,
    of: (pictureTokens: string) => `${pictureTokens} of them for pictures`,
  },
};
