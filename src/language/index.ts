export { m, f, language, speak, preferredLanguage, type Language } from './language.svelte.ts';
export type { Messages } from './en/index.ts';
export type { Format } from './format.ts';
