import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright';

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Path of a Chrome or Chromium: CHROME_PATH, an installed one, Playwright's own; else installs one.
 * @returns {string}
 * @throws {Error} that says exactly what to do, when none can be had
 */
export function findBrowser() {
  const chosen = process.env['CHROME_PATH'];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROME_PATH names ${chosen}, and there is no such file.`);
  }
  return installed() ?? playwrights() ?? install();
}

function installed() {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [...places, ...folders.flatMap((folder) => names.map((name) => join(folder, name)))];
  return candidates.find((path) => existsSync(path)) ?? null;
}

function playwrights() {
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

function install() {
  console.log('No Chrome or Chromium found: installing one …');
  if (run('npx', ['playwright', 'install', 'chromium']) && playwrights()) return playwrights();
  if (process.platform === 'linux' && process.getuid?.() === 0 && has('apt-get')) {
    run('apt-get', ['update']);
    if (run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']) && installed())
      return installed();
  }
  throw new Error(
    [
      'The tests need a Chrome or Chromium, none was found, and none could be installed. Do one of these:',
      '  - install Google Chrome or Chromium (Debian: sudo apt-get install chromium)',
      '  - npx playwright install chromium',
      '  - set CHROME_PATH to the browser you have',
    ].join('\n'),
  );
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  return spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0;
}

/** @param {string} command */
function has(command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
