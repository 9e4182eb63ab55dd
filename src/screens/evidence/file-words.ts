import type { AssistantMessage } from '#domain/conversation.ts';
import type { Layer, Region } from '#domain/evidence.ts';
import { f, language, m } from '#language';
import type { FileWords } from '#state/evidence-files.ts';

/** The evidence colours of `app.css`, where no style sheet reaches. */
export const layerColours: Readonly<Record<Layer, string>> = {
  line: '#0072b2',
  word: '#56b4e9',
  object: '#d55e00',
  person: '#cc79a7',
  caption: '#009e73',
  asked: '#e69f00',
  cited: '#e69f00',
};

/** What files say of an answer's evidence, in the language in use. */
export function fileWords(message: AssistantMessage | null): FileWords {
  const words = m().takeaway;
  const { layers } = m().conversation.marks;
  const { deployment = '', reply } = message ?? {};
  return {
    language: language(),
    unnamed: m().conversation.attachments.unnamed,
    facts: [
      deployment,
      ...(reply?.model ? [reply.model] : []),
      ...(reply?.startedAt ? [f().dateTime(reply.startedAt)] : []),
    ],
    label: ({ layer, text, number }: Region) => {
      const name = text === '' ? layers[layer] : text;
      return number === null ? name : `${number} ${name}`;
    },
    colours: layerColours,
    report: {
      ...words.report,
      layers,
      simulated: reply?.simulated === true ? words.report.simulated : null,
      confidence: (percent) => f().percent(percent / 100),
    },
  };
}
