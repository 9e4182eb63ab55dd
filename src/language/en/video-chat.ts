import { createFormat } from '../format.ts';

const format = createFormat('en-US');

const pictures = (count: number): string => format.plural(count, { one: '# picture', other: '# pictures' });

/** Questions about a video of an index: what is said before sending, and how a connection spells them. */
export const videoChat = {
  notice: {
    oneTitle: 'A question takes one video of an index.',
    several: (count: number) =>
      `This prompt has ${format.plural(count, { one: '# video', other: '# videos' })}.`,
    picturesTitle: 'A question about a video of an index takes no pictures.',
    withPictures: (count: number) => `This prompt has ${pictures(count)} beside the video.`,
    keep: (name: string) => `Keep only ${name}`,
    again: (name: string, place: number) => `${name} (${format.number(place)})`,
    removePictures: (count: number) =>
      format.plural(count, { one: 'Remove the picture', other: 'Remove the pictures' }),
    removeVideo: 'Remove the video',
    openSettings: 'Open Settings',
  },

  source: {
    video: 'Video',
    why: (textTokens: number, frames: number, frameTokens: number) =>
      `about ${format.number(textTokens)} of text and ${format.number(frames)} frames of ${format.number(frameTokens)}`,
  },

  form: {
    spelling: 'Questions about videos',
    spellingHint:
      'Where a gateway or a newer finding differs from what the API version says. With path and field chosen they are offered under any dated version.',
    variant: 'Parameters of the video index',
    byResource: 'By API version and resource',
    variants: {
      A: 'A · computerVisionBaseUrl and key',
      B: 'B · endpoint and key',
      C: 'C · this resource, with SAS URL',
      D: 'D · this resource, with managed identity',
      E: 'E · endpoint and key, in snake case',
    },
    path: 'Endpoint path for videos',
    sources: 'Data sources field for videos',
    managedIdentity: 'The resource reads the storage account with its managed identity',
    managedIdentityHint:
      'Then no SAS URL goes with a question. Uploading from this page takes the SAS URL all the same.',
    stepsTitle: 'What has to be done in Azure once:',
    steps: [
      'In the Azure portal, open the Azure AI services resource, then Identity. Set the status of the system-assigned identity to On and save, or add a user-assigned one.',
      'Open the storage account, then Access Control (IAM), then Add role assignment.',
      'Choose the role Storage Blob Data Reader, and as the member the managed identity of the Azure AI services resource.',
      'Wait a few minutes: a new role takes effect only then.',
    ],
  },
};
