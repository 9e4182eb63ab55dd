import { foundryModels } from './models-foundry.ts';
import type { CatalogModel } from './model.ts';
import { openAiModels } from './models-openai.ts';

/** Every model: Azure OpenAI's first, then those of other makers, each oldest to newest. */
export const models: readonly CatalogModel[] = [...openAiModels, ...foundryModels];
