import { CHECKED_ON } from './source.ts';
import type { CatalogModel } from './model.ts';
import { models } from './models.ts';
import { statusOf } from './retirement.ts';

/** The model with this id (`gpt-4.1@2025-04-14`), or null. */
export function findModel(id: string): CatalogModel | null {
  return byId.get(id) ?? null;
}

/**
 * The model that an answer names, such as `gpt-4.1-mini-2025-04-14`. Null where the name leaves open which version
 * answered (`gpt-4o`, whose versions cost differently) or where the catalogue does not know it: never a guess,
 * because prices hang on it.
 */
export function findModelByReportedName(name: string): CatalogModel | null {
  return byReportedName.get(name.trim().toLowerCase()) ?? null;
}

/**
 * Which model a deployment may hold, told from its name and, where the service lists it, from the name of its base
 * model. Only a suggestion: people name deployments as they like.
 */
export function guessModelFromDeployment(name: string, baseModel?: string): CatalogModel | null {
  if (baseModel !== undefined && baseModel.trim() !== '') {
    return findModelByReportedName(baseModel) ?? newestNamed(baseModel);
  }
  return findModelByReportedName(name) ?? newestNamed(name);
}

const byId: ReadonlyMap<string, CatalogModel> = new Map(models.map((model) => [model.id, model]));
const byReportedName = indexReportedNames();

/** A bare name counts only where one version has it. */
function indexReportedNames(): ReadonlyMap<string, CatalogModel> {
  const names = new Map<string, CatalogModel | null>();
  for (const model of models) {
    const bare = model.model.toLowerCase();
    names.set(bare, names.has(bare) ? null : model);
  }
  // Bare gpt-4 is what the service says for its vision versions and for the text model that is not listed here.
  names.set('gpt-4', null);
  for (const model of models) {
    for (const name of [`${model.model}-${model.version}`.toLowerCase(), ...model.alsoNamed]) {
      names.set(name, model);
    }
  }
  return new Map([...names].filter((entry): entry is [string, CatalogModel] => entry[1] !== null));
}

/** Models of the same family that take no pictures, or none through chat. */
const otherKinds = /realtime|audio|transcribe|tts|embedding|search|image-\d|sora|whisper/;

/** The longest name found wins; of its versions the one named, else the newest that is not retired. */
function newestNamed(text: string): CatalogModel | null {
  const name = text.toLowerCase();
  if (otherKinds.test(name)) return null;
  let found: { length: number; versions: readonly CatalogModel[] } | null = null;
  for (const { spelling, length, versions } of spellings) {
    if ((found === null || length > found.length) && spelling.test(name)) found = { length, versions };
  }
  if (found === null) return null;
  const named = found.versions.find(({ version }) => version.length > 4 && name.includes(version));
  return named ?? found.versions.find(isAlive) ?? found.versions[0] ?? null;
}

interface Spelling {
  readonly spelling: RegExp;
  readonly length: number;
  /** Newest first. */
  readonly versions: readonly CatalogModel[];
}

const spellings = spellingsOfModels();

function spellingsOfModels(): readonly Spelling[] {
  const versionsByName = new Map<string, CatalogModel[]>();
  for (const model of models) {
    // A deployment called gpt-4 may hold the text model; only its vision names say more.
    const names = model.model === 'gpt-4' ? model.alsoNamed : [model.model.toLowerCase(), ...model.alsoNamed];
    for (const name of names) versionsByName.set(name, [model, ...(versionsByName.get(name) ?? [])]);
  }
  return [...versionsByName].map(([name, versions]) => ({
    spelling: spellingOf(name),
    length: name.length,
    versions,
  }));
}

/** `gpt-4.1-mini` also as `gpt41mini` and `GPT_4-1_mini`, but not inside a longer word or number. */
function spellingOf(name: string): RegExp {
  const parts = name.match(/[a-z]+|\d+/g) ?? [];
  return new RegExp(`(?<![a-z0-9])${parts.join('[-_. ]?')}(?![a-z0-9])`);
}

function isAlive(model: CatalogModel): boolean {
  return statusOf(model, Date.parse(CHECKED_ON)) !== 'retired';
}
