import type { CatalogModel } from '#catalog';
import type { OwnModel } from '#domain/price-book.ts';

/** A model of the catalogue, or of the person's own, as a list offers it. */
export interface ModelOption {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly group: ModelGroup;
  /** ISO date; null: not published. */
  readonly retiresOn: string | null;
  /** What Microsoft names instead; null: nothing. */
  readonly replacement: string | null;
  /** Date of the table that says so; null: a model that no table knows. */
  readonly checkedOn: string | null;
  /** Preview models may be changed or withdrawn at short notice. */
  readonly isPreview: boolean;
  readonly takesPictures: boolean | null;
  /** False: reachable only through another API than the one questions use. */
  readonly chatCompletions: boolean;
}

/** In the order they are offered. */
export const modelGroups = ['own', 'current', 'retiring', 'retired', 'other'] as const;
export type ModelGroup = (typeof modelGroups)[number];

/** An end this near is said where a model is chosen: time to try its successor. */
const soonMs = 180 * 24 * 60 * 60 * 1000;

/** The catalogue as a list, newest first in each group, and the person's own. `nowMs` decides what is retired. */
export function toModelOptions(
  catalog: typeof import('#catalog'),
  nowMs: number,
  ownModels: readonly OwnModel[] = [],
): readonly ModelOption[] {
  return [
    ...ownModels.map(toOwnOption),
    ...catalog.models.map((model) => toModelOption(catalog, model, nowMs)).toReversed(),
  ];
}

function toOwnOption({ id, name, capabilities }: OwnModel): ModelOption {
  return {
    id,
    name,
    version: '',
    group: 'own',
    retiresOn: null,
    replacement: null,
    checkedOn: null,
    isPreview: false,
    takesPictures: capabilities.takesPictures,
    chatCompletions: capabilities.chatCompletions,
  };
}

function toModelOption(catalog: typeof import('#catalog'), model: CatalogModel, nowMs: number): ModelOption {
  const { date, replacement, checkedOn } = catalog.retirementOf(model);
  return {
    id: model.id,
    name: model.model,
    version: model.version,
    group: groupOf(catalog, model, nowMs),
    retiresOn: date,
    replacement,
    checkedOn,
    isPreview: catalog.statusOf(model, nowMs) === 'preview',
    takesPictures: model.vision,
    chatCompletions: model.chatCompletions,
  };
}

function groupOf(
  { retirementOf, statusOf }: typeof import('#catalog'),
  model: CatalogModel,
  nowMs: number,
): ModelGroup {
  const status = statusOf(model, nowMs);
  if (status === 'retired') return 'retired';
  const { date, lifecycle } = retirementOf(model);
  const endsSoon = date !== null && Date.parse(date) - nowMs <= soonMs;
  if (status === 'retiring' || lifecycle === 'deprecated' || endsSoon) return 'retiring';
  return model.provider === 'azure-openai' ? 'current' : 'other';
}
