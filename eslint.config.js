import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { lazyFromEachOther, lazyRooms, rooms } from './tests/architecture/walls.js';

const insteadOf =
  'Pass what you need as an argument, or let src/state bring the two together (src/README.md).';

/** One block a room, made from the floor plan. */
const walls = Object.entries(rooms).map(([room, { enters }]) => {
  const forbidden = Object.keys(rooms).filter((other) => other !== room && !enters.includes(other));
  const lazy = lazyRooms.filter(
    (other) =>
      enters.includes(other) && !lazyFromEachOther.some(([from, to]) => from === room && to === other),
  );
  return {
    files: [`src/${room}/**/*.{ts,svelte}`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            ...forbidden.map((other) => ({
              regex: `^(#${other}(/|$)|(\\.\\./)+${other}/)`,
              message: `${room} may not enter ${other}. ${insteadOf}`,
            })),
            ...lazy.map((other) => ({
              regex: `^#${other}$`,
              allowTypeImports: true,
              message: `${other} is a lazy room: enter it by import().`,
            })),
          ],
        },
      ],
    },
  };
});

export default ts.config(
  { ignores: ['dist/', 'node_modules/', '.cache/', '.vitest-attachments/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      'svelte/no-at-html-tags': 'error',
      'svelte/no-navigation-without-resolve': 'off',
      // Counts `x ??= y` as no use; TypeScript's own check of unused locals stands.
      'no-unused-private-class-members': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"]',
          message: 'The CSP refuses a literal style attribute: use a class or a style: directive.',
        },
      ],
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
  },
  {
    files: ['src/**/*.{ts,svelte}'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'sessionStorage', message: 'Copied to duplicated tabs; the store remembers.' },
      ],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Nothing that a model wrote may become markup: draw components.' },
      ],
      'no-console': 'error',
    },
  },
  {
    // A promise that nobody waits for is a write that nobody knows failed.
    files: ['src/**/*.ts'],
    ignores: ['src/domain/**'],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: { '@typescript-eslint/no-floating-promises': 'error' },
  },
  {
    files: ['src/domain/**/*.ts', 'src/catalog/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name="Date"][property.name="now"]',
          message: 'Time is an argument here.',
        },
        {
          selector: 'MemberExpression[object.name="Math"][property.name="random"]',
          message: 'Chance is an argument here.',
        },
      ],
    },
  },
  ...walls,
  {
    files: ['tests/**', '*.config.*', 'public/**', '.ci/**'],
    languageOptions: { globals: { ...globals.node } },
    rules: { 'no-console': 'off' },
  },
);
