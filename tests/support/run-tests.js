import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import { findBrowser } from './find-browser.js';

/** `npm test`: everything that must hold, cheapest first. `npm test -- unit browser` runs only those steps. */
const reports = '.cache/reports';
const steps = [
  ['format', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', ['eslint', '--max-warnings', '0', '.']],
  ['types', ['svelte-check', '--fail-on-warnings', '--tsconfig', './tsconfig.json']],
  ['domain', ['tsc', '-p', 'src/domain']],
  ['test-types', ['svelte-check', '--fail-on-warnings', '--tsconfig', './tests/tsconfig.json']],
  ['unit', vitest('unit')],
  ['browser', vitest('browser')],
  ['journeys', vitest('journeys')],
];

/** @param {string} project */
function vitest(project) {
  const report = `--outputFile.json=${reports}/${project}.json`;
  return ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', report];
}

const wanted = process.argv.slice(2);
const chosen = steps.filter(([name]) => wanted.length === 0 || wanted.includes(String(name)));
const needsBrowser = chosen.some(([name]) => name === 'browser' || name === 'journeys');
const env = { ...process.env };

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
if (needsBrowser) env['CHROME_PATH'] = findBrowser();

const failed = [];
for (const [name, [command, ...args]] of chosen) {
  console.log(`\n── ${name}`);
  const started = Date.now();
  const { status } = spawnSync('npx', ['--no-install', command, ...args], {
    stdio: 'inherit',
    env,
    shell: process.platform === 'win32',
  });
  console.log(
    `── ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) failed.push(name);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name] of chosen) {
  try {
    const report = JSON.parse(readFileSync(`${reports}/${name}.json`, 'utf8'));
    counts.passed += report.numPassedTests;
    counts.failed += report.numFailedTests;
    counts.skipped += report.numPendingTests;
  } catch {
    // Steps that are no test run leave no report.
  }
}
if (failed.length > 0) console.log(`\nFailed steps: ${failed.join(', ')}`);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(failed.length > 0 ? 1 : 0);
