import type { Findings } from '#domain/findings.ts';
import { f, m } from '#language';

/** `23 lines of text, 4 objects`; what was looked for and not found is not named. */
export function countsOf({ lines }: Findings): string {
  const { counts, nothing } = m().reading.findings;
  const kinds = ['text', 'object', 'person', 'caption'] as const;
  const found = kinds.flatMap((kind) => {
    const count = lines.filter((line) => line.kind === kind).length;
    return count === 0 ? [] : [counts[kind](count)];
  });
  return found.length === 0 ? nothing : f().list(found);
}
