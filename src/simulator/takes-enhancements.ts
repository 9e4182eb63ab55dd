import type { Call } from './asked.ts';

/** The two that took them on the plain path; 2023-12-01-preview did on `/extensions` (api.md 3.1). */
const PLAIN_VERSIONS = new Set(['2024-02-15-preview', '2024-03-01-preview']);

/** Whether a model, a version and a path know the enhancements, and the parts that name a video of an index. */
export function takesEnhancements({ api, model }: Pick<Call, 'api' | 'model'>): boolean {
  if (!model.visionEnhancements) return false;
  return api.family === 'extensions'
    ? api.apiVersion === '2023-12-01-preview'
    : api.family === 'classic' && PLAIN_VERSIONS.has(api.apiVersion);
}
