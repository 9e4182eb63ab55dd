export {
  f,
  language,
  m,
  preferredLanguage,
  speak,
  withWords,
  type Language,
  type Messages,
} from './language.svelte.ts';
export type { Format } from './format.ts';
