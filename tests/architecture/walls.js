/**
 * The floor plan as data: which room may enter which. ESLint and the wall test both read it, so that an editor
 * and CI say the same. `src/README.md` draws it for people.
 * @type {Readonly<Record<string, { enters: readonly string[], door: 'closed' | 'open', lazy?: true }>>}
 */
export const rooms = {
  domain: { enters: [], door: 'open' },
  catalog: { enters: ['domain'], door: 'closed', lazy: true },
  tokenizer: { enters: ['domain'], door: 'closed' },
  azure: { enters: ['domain'], door: 'closed' },
  store: { enters: ['domain'], door: 'closed' },
  media: { enters: ['domain'], door: 'closed' },
  simulator: { enters: ['domain', 'catalog'], door: 'closed', lazy: true },
  language: { enters: ['domain'], door: 'closed' },
  ui: { enters: [], door: 'open' },
  state: { enters: ['domain', 'catalog', 'tokenizer', 'azure', 'store', 'media', 'simulator'], door: 'open' },
  screens: { enters: ['domain', 'language', 'ui', 'state'], door: 'open' },
};

/** The files that stand in no room. They may enter every one. */
export const porch = [
  'main.ts',
  'boot.svelte.ts',
  'first-paint.ts',
  'prefetch.ts',
  'start-worker.ts',
  'App.svelte',
  'TroubleNotice.svelte',
];

/** Rooms that no room but `language` itself may load at start: entered by `import()` or `import type`. */
export const lazyRooms = Object.entries(rooms)
  .filter(([, room]) => room.lazy)
  .map(([name]) => name);

/** A simulator is loaded lazily as a whole, so it may reach the catalogue directly. */
export const lazyFromEachOther = [['simulator', 'catalog']];

/** @param {string} from @param {string} to */
export function mayEnter(from, to) {
  return from === to || (rooms[from]?.enters.includes(to) ?? false);
}
