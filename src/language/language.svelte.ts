import { untrack } from 'svelte';
import type { first } from './en/index.ts';
import type { rest } from './en/rest.ts';
import type { Translation } from './translation.ts';
import { createFormat, type Format } from './format.ts';

export type Language = 'en' | 'zh';

type FirstMessages = Translation<typeof first>;
type RestMessages = Translation<typeof rest>;
export type Messages = FirstMessages & RestMessages;

interface Spoken {
  readonly language: Language;
  readonly messages: FirstMessages & Partial<RestMessages>;
  readonly format: Format;
}

let spoken = $state.raw<Spoken | null>(null);

/**
 * Every visible text, in the language in use. Reading it in a template follows a change of language. What is shown
 * only in `rest` (connections, failures, settings) is drawn by components that were loaded `withWords`.
 */
export function m(): Messages {
  return now().messages as Messages;
}

/** Numbers, money, dates and plurals of the language in use. */
export function f(): Format {
  return now().format;
}

export function language(): Language {
  return now().language;
}

/** Loads the words of one language, and only those; resolves once those of the first screen are in use. */
export async function speak(language: Language): Promise<void> {
  const { first } = await (language === 'zh' ? import('./zh/index.ts') : import('./en/index.ts'));
  const format = createFormat(language === 'zh' ? 'zh-CN' : 'en-US');
  // A change of language takes all words along: something that needs the rest may be on screen.
  const rest = spoken?.messages.failures ? await loadRest(language) : {};
  spoken = { language, messages: { ...first, ...rest }, format };
}

/**
 * A lazy part of the screen, once all words that it may show are there. One that cannot be fetched never comes: the
 * porch hears of it by `vite:preloadError` and says so, and the screen around it stays as it is.
 */
export function withWords<Part>(part: Promise<Part>): Promise<Part> {
  // Whichever of the two fails first, the other's failure is no news either.
  part.catch(() => undefined);
  return new Promise((done) => void loadWithWords(part).then(done, () => undefined));
}

async function loadWithWords<Part>(part: Promise<Part>): Promise<Part> {
  // Untracked: the words that arrive must not make a template load its part once more.
  const { language, messages, format } = untrack(now);
  if (!messages.failures) {
    const rest = await loadRest(language);
    // Another language may have been chosen while these were under way.
    if (spoken?.language === language) spoken = { language, messages: { ...messages, ...rest }, format };
    else return loadWithWords(part);
  }
  return part;
}

async function loadRest(language: Language): Promise<RestMessages> {
  return (await (language === 'zh' ? import('./zh/rest.ts') : import('./en/rest.ts'))).rest;
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
