import type { CatalogModel } from '#catalog';

/** A model of the catalogue as a list offers it. */
export interface ModelOption {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly group: ModelGroup;
  /** ISO date; null: not published. */
  readonly retiresOn: string | null;
  readonly replacement: string | null;
  /** Preview models may be changed or withdrawn at short notice. */
  readonly isPreview: boolean;
  readonly takesPictures: boolean | null;
  /** False: reachable only through another API than the one questions use. */
  readonly chatCompletions: boolean;
}

/** In the order they are offered. */
export const modelGroups = ['current', 'retiring', 'retired', 'other'] as const;
export type ModelGroup = (typeof modelGroups)[number];

/** The catalogue as a list, newest first in each group. `nowMs` decides what is retired. */
export function toModelOptions(catalog: typeof import('#catalog'), nowMs: number): readonly ModelOption[] {
  return catalog.models.map((model) => toModelOption(catalog, model, nowMs)).toReversed();
}

function toModelOption(
  { retirementOf, statusOf }: typeof import('#catalog'),
  model: CatalogModel,
  nowMs: number,
): ModelOption {
  const status = statusOf(model, nowMs);
  const { date, replacement } = retirementOf(model);
  return {
    id: model.id,
    name: model.model,
    version: model.version,
    group: groupOf(model, status),
    retiresOn: date,
    replacement,
    isPreview: status === 'preview',
    takesPictures: model.vision,
    chatCompletions: model.chatCompletions,
  };
}

function groupOf(model: CatalogModel, status: CatalogModel['status']): ModelGroup {
  if (status === 'retired' || status === 'retiring') return status;
  return model.provider === 'azure-openai' ? 'current' : 'other';
}
