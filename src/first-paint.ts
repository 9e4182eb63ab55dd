import type { Language } from '#language';

/**
 * Theme and language live in the store; a copy of both in localStorage is there before the store is open, so that the
 * first paint is right. `public/early.js` reads the theme.
 */
export function rememberedLanguage(): Language | null {
  const language = read('sightline:language');
  return language === 'en' || language === 'zh' ? language : null;
}

/** Puts theme and language on the document, and keeps the copy for the next start. */
export function applyToDocument(theme: 'system' | 'light' | 'dark', language: Language): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  root.lang = language === 'zh' ? 'zh-CN' : 'en';
  write('sightline:theme', theme);
  write('sightline:language', language);
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage denied: the next start looks at the system's choice once more.
  }
}
