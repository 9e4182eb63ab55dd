import type { FilterResult } from '#domain/failure.ts';
import { listIn, objectIn, textIn, type WireObject } from './wire.ts';

/**
 * What a content filter said, category by category. Unknown categories pass through; `{}` gives none. Takes the
 * list and the object shape of `custom_blocklists`, and the filter's own error (api.md 2.5).
 */
export function fromFilters(holder: unknown): readonly FilterResult[] {
  const categories = objectIn(holder);
  if (!categories) return [];
  return Object.entries(categories).flatMap(([name, value]) =>
    fromCategory(name.replaceAll('-', '_'), value),
  );
}

/** The filter block of a choice, a prompt or an error, under either of its spellings. */
export function filtersOf(owner: WireObject): readonly FilterResult[] {
  return fromFilters(owner['content_filter_results'] ?? owner['content_filter_result']);
}

function fromCategory(category: string, value: unknown): readonly FilterResult[] {
  if (Array.isArray(value)) return fromLists(category, value);
  const found = objectIn(value);
  if (!found) return [];
  if (category === 'error') {
    const note = [found['code'], found['message']].filter((part) => part != null && part !== '').join(': ');
    return [{ category, filtered: false, ...(note ? { note } : {}) }];
  }
  const severity = severityIn(found['severity']);
  const note = noteIn(found);
  return [
    {
      category,
      filtered: found['filtered'] === true,
      ...(severity ? { severity } : {}),
      ...(typeof found['detected'] === 'boolean' ? { detected: found['detected'] } : {}),
      ...(note ? { note } : {}),
    },
  ];
}

/** `custom_blocklists` up to 2024-05: a list of `{filtered, id}`. */
function fromLists(category: string, lists: readonly unknown[]): readonly FilterResult[] {
  if (lists.length === 0) return [];
  const filtered = lists.some((list) => objectIn(list)?.['filtered'] === true);
  const note = hitNames(lists);
  return [{ category, filtered, ...(note ? { note } : {}) }];
}

function noteIn(found: WireObject): string {
  const citation = objectIn(found['citation']);
  if (citation) {
    const url = textIn(citation['URL']) ?? textIn(citation['url']) ?? '';
    const license = textIn(citation['license']);
    return license ? `${url} (${license})` : url;
  }
  return hitNames([...listIn(found['details']), ...listIn(found['sub_categories'])]);
}

/** Names of the lists, topics or sub-categories that hit. */
function hitNames(hits: readonly unknown[]): string {
  return hits
    .map(objectIn)
    .filter((hit) => hit?.['filtered'] === true || hit?.['detected'] === true)
    .map((hit) => textIn(hit?.['id']) ?? textIn(hit?.['sub_category']) ?? '')
    .filter((name) => name !== '')
    .join(', ');
}

function severityIn(value: unknown): FilterResult['severity'] {
  return value === 'safe' || value === 'low' || value === 'medium' || value === 'high' ? value : undefined;
}
