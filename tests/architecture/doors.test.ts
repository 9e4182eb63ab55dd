import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { afterEach, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const planted: string[] = [];
afterEach(() => planted.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A file in a room, for the length of one test; in a folder of its own so that nothing else can pick it up. */
function plant(room: string, text: string): string {
  const folder = mkdtempSync(join(root, 'src', room, 'planted-'));
  planted.push(folder);
  const path = join(folder, 'planted.ts');
  writeFileSync(path, text);
  return path;
}

function typeErrors(config: string, path: string): string[] {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    join(root, config),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    },
  )!;
  const program = ts.createProgram([path], parsed.options);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('planted violations', () => {
  test('a closed door: what is behind #azure is a type error', () => {
    const path = plant(
      'state',
      `import { readTargetUri } from '#azure/target-uri.ts';\nexport { readTargetUri };\n`,
    );
    expect(typeErrors('tsconfig.json', path)).toEqual([expect.stringContaining(`'#azure/target-uri.ts'`)]);
  }, 60_000);

  test('the open door of #azure compiles', () => {
    const path = plant('state', `import { readTargetUri } from '#azure';\nexport { readTargetUri };\n`);
    expect(typeErrors('tsconfig.json', path)).toEqual([]);
  }, 60_000);

  test.each(['document', 'fetch', 'indexedDB', 'process'])(
    'the domain compiles without a browser: %s',
    (name) => {
      const path = plant('domain', `export const reached: unknown = ${name};\n`);
      expect(typeErrors('src/domain/tsconfig.json', path)).toEqual([expect.stringContaining(`'${name}'`)]);
    },
    60_000,
  );

  test('ESLint refuses a room that may not be entered, and says what to do instead', async () => {
    // On disk: in CI typescript-eslint reads the file, not the text it is given.
    const path = plant('media', `import { openStore } from '#store';\nvoid openStore();\n`);
    const [result] = await new ESLint({ cwd: root }).lintFiles([path]);
    expect(result!.messages.map(({ message }) => message).join('\n')).toMatch(
      /media may not enter store.*state/s,
    );
  }, 60_000);
});
