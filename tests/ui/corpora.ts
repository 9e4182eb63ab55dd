import { commands } from 'vitest/browser';

/** A JSON file of the corpora; null where they are absent. */
export async function readJson<T>(folder: string, name: string): Promise<T | null> {
  const files = await commands.listCorpus(folder);
  if (!files?.includes(`${folder}/${name}`)) return null;
  const bytes = Uint8Array.from(atob(await commands.readCorpus(`${folder}/${name}`)), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}

export interface SpecExample {
  readonly example: number;
  readonly section: string;
  readonly markdown: string;
  readonly html: string;
}
