import process from 'node:process';
import { parseArgs } from 'node:util';
import { build, runnerImport } from 'vite';

/**
 * `npm run bench`: builds the app and holds it to its bars. Exit code 1 when one is missed or
 * could not be measured. Options, after `--`:
 *   --only bytes,start,stream,open,estimate,costs,pictures,evidence,video   some of the measurements
 *   --runs 5                                  how many samples a median is taken of
 *   --strict                                  stop at the first miss
 *   --profile                                 one run each, and traces for DevTools' Performance panel in .cache/bench
 *   --no-build                                measure what the last bench built
 */
const { values } = parseArgs({
  allowNegative: true,
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    strict: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    build: { type: 'boolean', default: true },
  },
});

// A folder of its own: a test run that builds meanwhile must not change what is being measured.
const siteFolder = '.cache/bench/site';
if (values.build) await build({ logLevel: 'warn', build: { outDir: siteFolder, emptyOutDir: true } });

const { module } = await runnerImport('./tests/bench/bench.ts');
const isMet = await module.bench({
  siteFolder,
  only: values.only?.split(','),
  runs: values.profile ? 1 : Number(values.runs),
  isStrict: values.strict,
  keepsTraces: values.profile,
});
process.exit(isMet ? 0 : 1);
