import type { Messages } from './en/index.ts';
import { createFormat, type Format } from './format.ts';

export type Language = 'en' | 'zh';

interface Spoken {
  readonly language: Language;
  readonly messages: Messages;
  readonly format: Format;
}

let spoken = $state.raw<Spoken | null>(null);

/** Every visible text, in the language in use. Reading it in a template follows a change of language. */
export function m(): Messages {
  return now().messages;
}

/** Numbers, money, dates and plurals of the language in use. */
export function f(): Format {
  return now().format;
}

export function language(): Language {
  return now().language;
}

/** Loads the words of one language, and only those; resolves once they are in use. */
export async function speak(language: Language): Promise<void> {
  const messages =
    language === 'zh' ? (await import('./zh/index.ts')).messages : (await import('./en/index.ts')).messages;
  spoken = { language, messages, format: createFormat(language === 'zh' ? 'zh-CN' : 'en-US') };
}

/** The first of the browser's languages that we speak; English otherwise. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return 'zh';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}

function now(): Spoken {
  if (!spoken) throw new Error('speak() comes before the first text');
  return spoken;
}
