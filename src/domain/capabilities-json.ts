import { unknownModel, type ModelCapabilities } from './connection.ts';
import type { GridScheme, ImageTokenScheme, PatchScheme, TileScheme } from './image-tokens.ts';
import {
  asAmount,
  asChoice,
  asCount,
  asFlag,
  asListOf,
  asNullOr,
  asPositiveCount,
  asRecord,
  asText,
  isRecord,
  refuse,
  type Reader,
} from './json-reading.ts';

/** What a model can do, as a file says it; what the file leaves out is as with a model that nobody knows. */
export const asCapabilities: Reader<ModelCapabilities> = (value, at) => {
  const read = readCapabilities(value, at);
  return read && { ...unknownModel, ...read };
};

const tile: Reader<TileScheme> = asRecord(
  { kind: asChoice(['tile']), id: asText(100), base: asCount, perTile: asCount },
  {},
);

const level = asNullOr(asRecord({ maxSidePx: asPositiveCount, budget: asNullOr(asPositiveCount) }, {}));

const patch: Reader<PatchScheme> = asRecord(
  {
    kind: asChoice(['patch']),
    id: asText(100),
    multiplier: asAmount,
    levels: asRecord(
      // What a level that is missing falls back on.
      {
        low: level,
        high: asRecord({ maxSidePx: asPositiveCount, budget: asNullOr(asPositiveCount) }, {}),
        original: level,
      },
      {},
    ),
    autoAs: asChoice(['low', 'high', 'original']),
    maxPatches: asPositiveCount,
  },
  {},
);

const grid: Reader<GridScheme> = asRecord(
  { kind: asChoice(['grid']), id: asText(100), maxSidePx: asPositiveCount, cellPx: asPositiveCount },
  {},
);

const imageTokens: Reader<ImageTokenScheme> = (value, at) => {
  const kind = isRecord(value) ? value['kind'] : undefined;
  if (kind === 'patch') return patch(value, at);
  if (kind === 'grid') return grid(value, at);
  return kind === 'tile' ? tile(value, at) : refuse(at, 'not-a-choice');
};

const readCapabilities = asRecord(
  {},
  {
    takesPictures: asFlag,
    maxTokensParam: asChoice(['max_tokens', 'max_completion_tokens', 'either']),
    takesSampling: asChoice([true, false, 'effort-none-only']),
    reasoningEfforts: asListOf(asText(40)),
    streams: asFlag,
    jsonMode: asFlag,
    jsonModeWithPictures: asFlag,
    structuredOutputs: asFlag,
    chatCompletions: asFlag,
    visionEnhancements: asFlag,
    maxPictures: asCount,
    maxPictureBytes: asPositiveCount,
    contextTokens: asNullOr(asPositiveCount),
    maxOutputTokens: asNullOr(asPositiveCount),
    encoding: asNullOr(asChoice(['cl100k_base', 'o200k_base'])),
    imageTokens: asNullOr(imageTokens),
    imageTokensBy: asNullOr(asChoice(['azure', 'openai'])),
  },
);
