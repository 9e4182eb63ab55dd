/// <reference types="vitest/config" />
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type Plugin } from 'vite';
import { azuriteCommands } from './tests/support/azurite-commands.ts';
import { listCorpus, readCorpus } from './tests/support/corpus-commands.ts';

const chromium = process.env['CHROME_PATH'];

/** Hot reload puts styles into the page and listens on a socket; the built site allows neither. */
const looserCspForHotReload: Plugin = {
  name: 'looser-csp-for-hot-reload',
  apply: 'serve',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html
        .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        .replace("connect-src 'self'", "connect-src 'self' ws:")
        .replace(/ require-trusted-types-for[^"]*/, ''),
  },
};

export default defineConfig({
  // Relative, so that one build runs under any path, in any fork.
  base: './',
  plugins: [looserCspForHotReload, svelte({ compilerOptions: { runes: true } })],
  worker: { format: 'es' },
  // Found by workers only, in the middle of a test run: named here, nothing reloads then.
  optimizeDeps: {
    include: [
      'gpt-tokenizer/encoding/o200k_base',
      'gpt-tokenizer/encoding/cl100k_base',
      'fast-check',
      'axe-core',
      'marked',
      'katex',
      'lowlight',
      'd3-scale',
      'd3-shape',
      'papaparse',
    ],
  },
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // What the first screen needs is one file: each small one would cost a round trip.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Generous: a loaded machine is no reason to fail, and nothing here asserts time.
          testTimeout: 30_000,
          environment: 'node',
          include: ['tests/{domain,catalog,azure,simulator,architecture,language}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          testTimeout: 30_000,
          include: ['tests/{store,media,tokenizer,state,screens,ui}/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chromium ? { executablePath: chromium } : {}),
                args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
              },
            }),
            instances: [{ browser: 'chromium' }],
            commands: { listCorpus, readCorpus, ...azuriteCommands },
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          environment: 'node',
          include: ['tests/journeys/**/*.test.ts'],
          globalSetup: ['tests/journeys/setup.ts'],
          // Each file runs a browser, which waits more than it works: two cores carry two of them.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
