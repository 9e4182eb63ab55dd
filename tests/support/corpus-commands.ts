import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import process from 'node:process';
import type { BrowserCommand } from 'vitest/node';

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** Paths of all files under a folder of the corpora, sorted; null where the corpora are absent. */
    listCorpus(folder: string): Promise<string[] | null>;
    /** A file of the corpora, base64. */
    readCorpus(path: string): Promise<string>;
  }
}

/** Test data lives outside the repository (its licences and size); tests in a browser reach it by these commands. */
export const listCorpus: BrowserCommand<[string]> = async ({ project }, folder) => {
  const root = corporaOf(project.config.root);
  const entries = await readdir(within(root, folder), { recursive: true, withFileTypes: true }).catch(
    () => null,
  );
  const files = entries?.filter((entry) => entry.isFile()) ?? null;
  return (
    files?.map((file) => relative(root, join(file.parentPath, file.name)).replaceAll(sep, '/')).sort() ?? null
  );
};

export const readCorpus: BrowserCommand<[string]> = ({ project }, path) => {
  return readFile(within(corporaOf(project.config.root), path), 'base64');
};

function corporaOf(root: string): string {
  return resolve(root, process.env['CORPORA_DIR'] ?? '../shared/corpora');
}

function within(root: string, path: string): string {
  const full = resolve(root, path);
  if (!full.startsWith(root + sep)) throw new Error(`${path} is outside the corpora`);
  return full;
}
