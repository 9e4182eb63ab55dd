import { f, m } from '#language';
import type { ModelOption } from '#state/model-options.ts';
import type { Option, OptionGroup } from '#ui/SelectField.svelte';
import { modelGroups } from '#state/model-options.ts';
import { otherModelId } from '#state/connection-fields.ts';

/** `gpt-4.1 (2025-04-14)`; makers that do not date their versions are named without one. */
export function modelTitle({ name, version }: Pick<ModelOption, 'name' | 'version'>): string {
  return /\d{4}|preview/.test(version) ? `${name} (${version})` : name;
}

/** Whether a model has ended, or will before long: worth a word wherever it is chosen. */
export function endsSoon({ group }: Pick<ModelOption, 'group'>): boolean {
  return group === 'retired' || group === 'retiring';
}

/** When a model ends, what Microsoft names instead and which table says so; null: no table knows the model. */
export function endingWords(model: ModelOption): string | null {
  const words = m().connections.models;
  const { group, retiresOn, replacement, checkedOn } = model;
  if (checkedOn === null) return null;
  const day = retiresOn === null ? null : dateText(retiresOn);
  const end =
    group === 'retired'
      ? day === null
        ? words.retiredUndated
        : words.retired(day)
      : day !== null
        ? words.retires(day)
        : group === 'retiring'
          ? words.retiringUndated
          : words.noDate;
  const successor = replacement === null ? words.noSuccessor : words.successor(replacement);
  return [end, ...(endsSoon(model) ? [successor] : []), words.tableOf(dateText(checkedOn))].join(
    words.between,
  );
}

/** A date of the tables: a day, or no more than a month or a year. */
export function dateText(date: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(date) ? f().day(date) : date;
}

/** The catalogue as a select shows it, and "Other model" at its end. */
export function modelSelectOptions(models: readonly ModelOption[]): (Option | OptionGroup)[] {
  const words = m().connections;
  return [
    { value: '', label: words.fields.chooseModel, disabled: true },
    ...modelGroups
      .map((group) => ({
        group: words.models.groups[group],
        options: models.filter((model) => model.group === group).map(toOption),
      }))
      .filter(({ options }) => options.length > 0),
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
