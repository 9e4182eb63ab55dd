import './app.css';
import { mount } from 'svelte';
import { preferredLanguage, speak } from '#language';
import App from './App.svelte';
import { Boot } from './boot.svelte.ts';
import { prefetchWhenIdle } from './prefetch.ts';
import { rememberedLanguage } from './first-paint.ts';

const language = rememberedLanguage() ?? preferredLanguage(navigator.languages);
const simulator = document.querySelector<HTMLMetaElement>('meta[name="sightline-simulator"]');

const boot = new Boot();
// Before anything is waited for: an address that changes while the page starts is not missed.
addEventListener('hashchange', () => boot.desk?.show(location.hash));
void start();

/** No `await` at the top level: the words' chunk imports this one, and would wait for it for ever. */
async function start(): Promise<void> {
  const opened = boot.open(language, simulator?.content ?? null);
  await speak(language);
  mount(App, { target: document.getElementById('app')!, props: { boot } });
  await opened;
  if (boot.desk) prefetchWhenIdle(boot.desk);
}
