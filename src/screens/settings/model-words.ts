import { m } from '#language';
import type { ModelOption } from '#state/model-options.ts';
import type { Option, OptionGroup } from '#ui/SelectField.svelte';
import { modelGroups } from '#state/model-options.ts';
import { otherModelId } from '#state/connection-fields.ts';

/** `gpt-4.1 (2025-04-14)`; makers that do not date their versions are named without one. */
export function modelTitle({ name, version }: Pick<ModelOption, 'name' | 'version'>): string {
  return /\d{4}|preview/.test(version) ? `${name} (${version})` : name;
}

/** The catalogue as a select shows it, and "Other model" at its end. */
export function modelSelectOptions(models: readonly ModelOption[]): (Option | OptionGroup)[] {
  const words = m().connections;
  return [
    { value: '', label: words.fields.chooseModel, disabled: true },
    ...modelGroups.map((group) => ({
      group: words.models.groups[group],
      options: models.filter((model) => model.group === group).map(toOption),
    })),
    { value: otherModelId, label: words.models.otherModel },
  ];
}

function toOption(model: ModelOption): Option {
  const title = modelTitle(model);
  return {
    value: model.id,
    label: model.isPreview ? `${title} · ${m().connections.models.preview}` : title,
  };
}
