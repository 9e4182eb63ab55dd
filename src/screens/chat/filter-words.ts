import type { FilterResult } from '#domain/failure.ts';
import { f, m } from '#language';

/** A category in words; one that Azure has added since is shown as it writes it. */
export function categoryName(category: string): string {
  return m().conversation.filter.categories[category] ?? category.replaceAll('_', ' ');
}

/** Severity, or whether something was detected, and whether it was blocked for it. */
export function filterState(result: FilterResult): string {
  const words = m().conversation.filter;
  if (result.category === 'error') return words.notRun;
  const found =
    result.severity !== undefined
      ? words.severities[result.severity]
      : result.detected === true
        ? words.detected
        : words.notDetected;
  if (!result.filtered) return found;
  return result.severity === undefined && result.detected === undefined
    ? words.filtered
    : f().list([found, words.filtered]);
}

/** Whether a result is worth a person's eye. */
export function isFinding(result: FilterResult): boolean {
  if (result.filtered || result.detected === true || result.category === 'error') return true;
  return result.severity !== undefined && result.severity !== 'safe';
}

/** The categories that a filter acted on, for a sentence. */
export function blockedCategories(results: readonly FilterResult[]): string {
  const blocked = results.filter((result) => result.filtered);
  return f().list(blocked.map((result) => `${categoryName(result.category)} (${filterState(result)})`));
}
