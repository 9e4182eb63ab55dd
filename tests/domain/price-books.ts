import type { ModelCapabilities } from '#domain/connection.ts';
import type { ModelPrice, UnitPrice } from '#domain/money.ts';
import type { OwnModel, OwnPrice } from '#domain/price-book.ts';

export function price(inputPerMillion: number, change: Partial<ModelPrice> = {}): ModelPrice {
  return {
    inputPerMillion,
    outputPerMillion: inputPerMillion * 4,
    source: 'own',
    asOf: '2026-11-22',
    ...change,
  };
}

export function ownPrice(modelId: string, inputPerMillion: number, change: Partial<OwnPrice> = {}): OwnPrice {
  return { modelId, deploymentType: null, from: null, price: price(inputPerMillion), ...change };
}

export function aUnitPrice(dollars: number, change: Partial<UnitPrice> = {}): UnitPrice {
  return { dollars, per: 1000, unit: 'query', source: 'own', asOf: '2026-11-22', ...change };
}

export const capabilities: ModelCapabilities = {
  takesPictures: true,
  maxTokensParam: 'max_completion_tokens',
  takesSampling: 'effort-none-only',
  reasoningEfforts: ['none', 'low', 'high'],
  streams: true,
  jsonMode: true,
  jsonModeWithPictures: false,
  structuredOutputs: true,
  chatCompletions: true,
  visionEnhancements: false,
  maxPictures: 50,
  maxPictureBytes: 20 * 1024 * 1024,
  contextTokens: 400_000,
  maxOutputTokens: 128_000,
  encoding: 'o200k_base',
  imageTokens: {
    kind: 'patch',
    id: 'mine',
    multiplier: 1.62,
    levels: {
      low: null,
      high: { maxSidePx: 2048, budget: 1536 },
      original: { maxSidePx: 8192, budget: null },
    },
    autoAs: 'high',
    maxPatches: 100_000,
  },
  imageTokensBy: null,
};

export function aModel(id: string, name: string, change: Partial<ModelCapabilities> = {}): OwnModel {
  return { id, name, capabilities: { ...capabilities, ...change } };
}
