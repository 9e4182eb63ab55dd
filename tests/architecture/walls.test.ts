import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lazyFromEachOther, lazyRooms, mayEnter, porch, rooms } from './walls.js';

interface Import {
  readonly from: string;
  readonly to: string;
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const source = join(import.meta.dirname, '../../src');

function readSources(folder = source): SourceFile[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return readSources(path);
    return /\.(ts|svelte)$/.test(name)
      ? [{ path: relative(source, path).split('\\').join('/'), text: readFileSync(path, 'utf8') }]
      : [];
  });
}

const importPattern =
  /(?:^|[\s;}])(?:(?<kind>import|export)\s+(?<type>type\s)?(?:[^'"();]*?\sfrom\s*)?|(?<call>import)\s*\(\s*(?:\/\*.*?\*\/\s*)?)['"](?<target>[#.][^'"]+)['"]/g;

function importsOf({ path, text }: SourceFile): Import[] {
  return [...text.matchAll(importPattern)].map(({ groups }) => ({
    from: path,
    to: resolveTarget(path, groups!['target']!),
    dynamic: groups!['call'] !== undefined || /[?&](url|worker)\b/.test(groups!['target']!),
    typeOnly: groups!['type'] !== undefined,
  }));
}

/** `#azure` → `azure/index.ts`; `#ui/Button.svelte` → `ui/Button.svelte`; relative paths as they are. */
function resolveTarget(from: string, target: string): string {
  const bare = target.replace(/\?.*$/, '');
  if (!bare.startsWith('#')) return posix.normalize(posix.join(posix.dirname(from), bare));
  const path = bare.slice(1);
  return path.includes('/') ? path : `${path}/index.ts`;
}

const roomOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

/** Every broken wall, in words. Pure, so that the test below can plant violations. */
function findBreaches(files: readonly SourceFile[]): string[] {
  const imports = files.flatMap(importsOf);
  return [
    ...files.filter(({ path }) => !isOnThePlan(path)).map(({ path }) => `${path}: not on the plan`),
    ...imports.filter(crossesAWall).map(({ from, to }) => `${from}: may not enter ${to}`),
    ...imports.filter(avoidsTheDoor).map(({ from, to }) => `${from}: goes past the door to ${to}`),
    ...imports.filter(loadsALazyRoom).map(({ from, to }) => `${from}: enter ${to} by import()`),
    ...files.filter(isImpure).map(({ path }) => `${path}: time, chance and console are arguments here`),
    ...files
      .filter(({ path, text }) => path.endsWith('.svelte') && text.includes('{@html'))
      .map(({ path }) => `${path}: no {@html}`),
    ...findCircles(imports).map((circle) => `circle: ${circle}`),
  ];
}

function isOnThePlan(path: string): boolean {
  const room = roomOf(path);
  return room === '' ? porch.includes(path) : room in rooms;
}

function crossesAWall({ from, to }: Import): boolean {
  const room = roomOf(from);
  return room !== '' && !mayEnter(room, roomOf(to));
}

function avoidsTheDoor({ from, to }: Import): boolean {
  const room = roomOf(to);
  return roomOf(from) !== room && rooms[room]?.door === 'closed' && to !== `${room}/index.ts`;
}

function loadsALazyRoom({ from, to, dynamic, typeOnly }: Import): boolean {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (dynamic || typeOnly || here === there || !lazyRooms.includes(there)) return false;
  return !lazyFromEachOther.some(([a, b]) => a === here && b === there);
}

function isImpure({ path, text }: SourceFile): boolean {
  return /^(domain|catalog)\//.test(path) && /\bDate\.now\b|\bMath\.random\b|\bconsole\./.test(text);
}

function findCircles(imports: readonly Import[]): string[] {
  const graph = new Map<string, string[]>();
  for (const { from, to, dynamic, typeOnly } of imports) {
    // A type is gone at run time, and two records of one room may name each other.
    if (dynamic || typeOnly || from === to) continue;
    graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      circles.push([...trail.slice(at), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

describe('the walls of the house', () => {
  test('stand', () => {
    expect(findBreaches(readSources())).toEqual([]);
  });

  test('every room on the plan exists', () => {
    const there = readdirSync(source).filter((name) => statSync(join(source, name)).isDirectory());
    expect(there.sort()).toEqual(Object.keys(rooms).sort());
  });

  test.each<[string, SourceFile, RegExp]>([
    [
      'a screen in the store',
      file('screens/chat/X.svelte', `import { openStore } from '#store';`),
      /may not enter/,
    ],
    [
      'ui that knows the domain',
      file('ui/X.svelte', `import type { Reply } from '#domain/reply.ts';`),
      /may not enter/,
    ],
    ['a type is a wall too', file('media/x.ts', `import type { Store } from '#store';`), /may not enter/],
    ['a re-export', file('azure/x.ts', `export { openStore } from '../store/index.ts';`), /may not enter/],
    ['past the door', file('state/x.ts', `import { parse } from '../azure/sse.ts';`), /past the door/],
    ['a lazy room at start', file('state/x.ts', `import { models } from '#catalog';`), /by import\(\)/],
    ['a folder of leftovers', file('utils/x.ts', ``), /not on the plan/],
    ['the clock in the domain', file('domain/x.ts', `export const now = () => Date.now();`), /time, chance/],
    ['markup from text', file('ui/X.svelte', `{@html text}`), /no \{@html\}/],
  ])('a planted violation is seen: %s', (_name, planted, said) => {
    const breaches = findBreaches([planted]);
    expect(breaches).toHaveLength(1);
    expect(breaches[0]).toMatch(said);
  });

  test('a planted circle is seen', () => {
    const breaches = findBreaches([
      file('state/a.ts', `import { b } from './b.ts';`),
      file('state/b.ts', `import { a } from './a.ts';`),
    ]);
    expect(breaches).toEqual([expect.stringContaining('circle: state/a.ts → state/b.ts → state/a.ts')]);
  });

  test('what is allowed passes', () => {
    const breaches = findBreaches([
      file('state/x.ts', `import type { Models } from '#catalog';\nconst c = () => import('#catalog');`),
      file('simulator/x.ts', `import { models } from '#catalog';`),
      file(
        'screens/chat/X.svelte',
        `import { m } from '#language';\nimport Button from '#ui/Button.svelte';`,
      ),
    ]);
    expect(breaches).toEqual([]);
  });
});

function file(path: string, text: string): SourceFile {
  return { path, text };
}
