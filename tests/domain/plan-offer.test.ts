import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelCapabilities } from '#domain/connection.ts';
import type { PicturePart } from '#domain/conversation.ts';
import { estimateRequest, type Estimate } from '#domain/estimate.ts';
import type { ImageTokenScheme } from '#domain/image-tokens.ts';
import type { ModelPrice } from '#domain/money.ts';
import {
  countSent,
  replan,
  toSent,
  type PictureChoice,
  type PictureRule,
  type PlannedPicture,
} from '#domain/picture-plan.ts';
import { planOffer, type PlanOffer, type Situation } from '#domain/plan-offer.ts';

const tiles: ImageTokenScheme = { kind: 'tile', id: 'tile-85-170', base: 85, perTile: 170 };
/** Low is as dear as high here. */
const patches: ImageTokenScheme = {
  kind: 'patch',
  id: 'patch-4.1-mini',
  multiplier: 1.62,
  levels: {
    low: { maxSidePx: 2048, budget: 6144 },
    high: { maxSidePx: 2048, budget: 6144 },
    original: null,
  },
  autoAs: 'high',
  maxPatches: 30_000,
};

const capabilities: ModelCapabilities = {
  takesPictures: true,
  maxTokensParam: 'either',
  takesSampling: true,
  reasoningEfforts: [],
  streams: true,
  jsonMode: true,
  jsonModeWithPictures: true,
  structuredOutputs: true,
  chatCompletions: true,
  visionEnhancements: false,
  maxPictures: 50,
  maxPictureBytes: 20_000_000,
  contextTokens: 128_000,
  maxOutputTokens: 4096,
  encoding: 'o200k_base',
  imageTokens: tiles,
  imageTokensBy: 'azure',
};

/** Long requests are dearer, every token of them. */
const price: ModelPrice = {
  inputPerMillion: 2.5,
  outputPerMillion: 10,
  longContext: { aboveInputTokens: 15_000, inputPerMillion: 5, outputPerMillion: 15 },
  source: 'own',
  asOf: '2026-11-22',
};

const photo: PicturePart = {
  kind: 'picture',
  attachmentId: 'a',
  name: 'a.jpg',
  mimeType: 'image/jpeg',
  bytes: 10,
  widthPx: 2048,
  heightPx: 2048,
  detail: 'auto',
  size: 'fit',
  stripMetadata: false,
  animated: false,
  converted: false,
};
const everything: PictureRule = { newestFull: null, newestSent: null };
/** As the tokenizer counts the words that stand in for a picture. */
const noteTokens = 12;

interface Making {
  readonly pictures: number;
  readonly draftPictures?: number;
  readonly textTokens?: number;
  readonly rule?: PictureRule;
  readonly choices?: Readonly<Record<number, PictureChoice>>;
  readonly capabilities?: Partial<ModelCapabilities>;
  readonly ceilingNanos?: number | null;
  readonly part?: Partial<PicturePart>;
}

function situationOf(making: Making): Situation {
  const { pictures, draftPictures = 0, rule = everything, choices = {}, ceilingNanos = null } = making;
  const known = { ...capabilities, ...making.capabilities };
  const plan = Object.fromEntries(Object.entries(choices).map(([at, choice]) => [`m${at}/0`, choice]));
  const bare = Array.from({ length: pictures }, (_, at): PlannedPicture => {
    const part = { ...photo, ...making.part };
    return { id: `m${at}/0`, messageId: `m${at}`, part, choice: { kind: 'full' }, chosen: false };
  });
  const planned = replan(bare, rule, plan, draftPictures);
  const estimate = estimateOf(planned, making.textTokens ?? 100, draftPictures, rule, known);
  return { planned, draftPictures, rule, estimate, capabilities: known, ceilingNanos };
}

/** The estimate as the state makes it. */
function estimateOf(
  planned: readonly PlannedPicture[],
  textTokens: number,
  draftPictures: number,
  rule: PictureRule,
  known: ModelCapabilities,
): Estimate {
  const messages = planned.map((picture) => {
    const sent = toSent(picture);
    return {
      messageId: picture.messageId,
      role: 'user' as const,
      textTokens: sent ? 0 : noteTokens,
      pictures: sent ? [{ id: picture.id, picture: sent }] : [],
    };
  });
  const drafted = Math.min(draftPictures, rule.newestSent ?? draftPictures);
  const draft = {
    messageId: null,
    role: 'user' as const,
    textTokens,
    pictures: Array.from({ length: drafted }, (_, at) => ({ id: `draft/${at}`, picture: photo })),
  };
  return estimateRequest({
    messages: [...messages, draft],
    textExact: true,
    capabilities: known,
    price,
    maxTokens: 800,
    accuracy: null,
  });
}

/** The request once the offer is taken. */
function taken(situation: Situation, { suggestion, plan }: PlanOffer, textTokens: number): Situation {
  const { planned, draftPictures } = situation;
  const next = replan(planned, suggestion, plan, draftPictures);
  const estimate = estimateOf(next, textTokens, draftPictures, suggestion, situation.capabilities!);
  return { ...situation, planned: next, rule: suggestion, estimate };
}

describe('the limit of pictures', () => {
  test.each([
    [39, null],
    [40, { isOver: false, now: 40 }],
    [50, { isOver: false, now: 50 }],
    [51, { isOver: true, now: 51, after: 50 }],
  ])('%i of 50', (pictures, expected) => {
    const offer = planOffer(situationOf({ pictures, capabilities: { contextTokens: null } }));
    if (expected === null) expect(offer).toBeNull();
    else {
      expect(offer).toMatchObject({
        ...expected,
        reason: 'pictures',
        limit: 50,
        suggestion: { newestFull: null, newestSent: 50 },
      });
    }
  });

  test('pictures that were just attached count, and are said to be too many only when they are', () => {
    expect(planOffer(situationOf({ pictures: 0, draftPictures: 45 }))).toBeNull();
    expect(planOffer(situationOf({ pictures: 0, draftPictures: 60 }))).toMatchObject({
      isOver: true,
      now: 60,
    });
    expect(planOffer(situationOf({ pictures: 30, draftPictures: 21 }))).toMatchObject({ isOver: true });
  });

  test('a rule that keeps under it settles it', () => {
    const rule = { newestFull: null, newestSent: 50 };
    expect(planOffer(situationOf({ pictures: 80, rule, capabilities: { contextTokens: null } }))).toBeNull();
  });

  test('own choices that outdo every rule go with the suggestion', () => {
    const choices = Object.fromEntries(Array.from({ length: 55 }, (_, at) => [at, { kind: 'low' as const }]));
    const offer = planOffer(situationOf({ pictures: 55, choices }));
    expect(offer).toMatchObject({ reason: 'pictures', isOver: true, after: 50, plan: {} });
  });

  test('a model without pictures is no matter of a plan', () => {
    expect(planOffer(situationOf({ pictures: 5, capabilities: { takesPictures: false } }))).toBeNull();
  });
});

describe('what the model reads at once', () => {
  // A picture is 765 tokens, and 85 at low.
  test('older at low, and no more of them than needed', () => {
    const offer = planOffer(situationOf({ pictures: 10, capabilities: { contextTokens: 8000 } }));
    expect(offer).toMatchObject({ reason: 'context', isOver: false, limit: 8000 });
    expect(offer!.suggestion).toEqual({ newestFull: 7, newestSent: null });
    expect(offer!.after).toBeLessThan(6400);
  });

  test('five stay as attached while older ones can be left out', () => {
    const offer = planOffer(situationOf({ pictures: 40, capabilities: { contextTokens: 8000 } }));
    expect(offer).toMatchObject({ isOver: true });
    expect(offer!.suggestion.newestFull).toBe(5);
    expect(offer!.suggestion.newestSent).toBeLessThan(40);
  });

  test('where low saves nothing, it is not offered', () => {
    const offer = planOffer(
      situationOf({
        pictures: 20,
        capabilities: { imageTokens: patches, contextTokens: 128_000 },
      }),
    );
    expect(offer!.suggestion.newestFull).toBeNull();
    expect(offer!.suggestion.newestSent).toBeGreaterThan(5);
  });

  test('text alone is no matter of pictures', () => {
    expect(
      planOffer(situationOf({ pictures: 2, textTokens: 9000, capabilities: { contextTokens: 8000 } })),
    ).toBeNull();
    expect(
      planOffer(situationOf({ pictures: 0, textTokens: 9000, capabilities: { contextTokens: 8000 } })),
    ).toBeNull();
  });
});

describe('the ceiling of a request', () => {
  test('is near from 80 % of it on, by the cost of the input', () => {
    const making = { pictures: 10, capabilities: { contextTokens: null } };
    const costs = situationOf(making).estimate!.inputNanos!;
    expect(planOffer(situationOf({ ...making, ceilingNanos: costs * 1.26 }))).toBeNull();
    const near = planOffer(situationOf({ ...making, ceilingNanos: costs * 1.2 }));
    expect(near).toMatchObject({ reason: 'ceiling', isOver: false, now: costs });
    expect(planOffer(situationOf({ ...making, ceilingNanos: costs / 2 }))).toMatchObject({ isOver: true });
  });

  test('an unknown price is compared with nothing', () => {
    const situation = situationOf({ pictures: 10, ceilingNanos: 1 });
    const estimate = { ...situation.estimate!, inputNanos: null };
    expect(planOffer({ ...situation, estimate })).toBeNull();
  });
});

test('what is passed comes before what is near', () => {
  const offer = planOffer(situationOf({ pictures: 45, capabilities: { contextTokens: 20_000 } }));
  expect(offer).toMatchObject({ reason: 'context', isOver: true });
});

test('without an estimate only the number of pictures speaks', () => {
  const situation = { ...situationOf({ pictures: 51 }), estimate: null };
  expect(planOffer(situation)).toMatchObject({ reason: 'pictures' });
  expect(planOffer({ ...situation, capabilities: null })).toBeNull();
});

const someRule = fc.record<PictureRule>({
  newestFull: fc.option(fc.nat(70)),
  newestSent: fc.option(fc.nat(70)),
});
const someChoice = fc.constantFrom<PictureChoice>(
  { kind: 'full' },
  { kind: 'low' },
  { kind: 'left-out' },
  { kind: 'crop', area: { left: 0, top: 0, width: 0.2, height: 0.2 } },
);
const someMaking = fc.record({
  pictures: fc.nat(70),
  draftPictures: fc.nat(8),
  textTokens: fc.nat(9000),
  rule: someRule,
  choices: fc.dictionary(fc.nat(69).map(String), someChoice),
  capabilities: fc.record({
    imageTokens: fc.constantFrom(tiles, patches, null),
    contextTokens: fc.option(fc.integer({ min: 1000, max: 40_000 })),
    maxPictures: fc.constantFrom(10, 50),
  }),
  ceilingNanos: fc.option(fc.integer({ min: 1_000_000, max: 100_000_000 })),
  part: fc.record({
    widthPx: fc.integer({ min: 1, max: 5000 }),
    heightPx: fc.integer({ min: 1, max: 5000 }),
  }),
});

test('an offer that is taken really brings the request under its limit', () => {
  let offered = 0;
  fc.assert(
    fc.property(someMaking, (making) => {
      const situation = situationOf(making);
      const offer = planOffer(situation);
      if (!offer) return;
      offered += 1;
      const after = taken(situation, offer, making.textTokens);
      const sent = countSent(after.planned, after.rule, after.draftPictures);
      const now = {
        pictures: sent,
        context: after.estimate!.inputTokens,
        ceiling: after.estimate!.inputNanos!,
      };
      expect(now[offer.reason]).toBeLessThanOrEqual(offer.limit);
      expect(offer.after).toBeLessThanOrEqual(offer.limit);
      // Never more than before, of anything.
      expect(sent).toBeLessThanOrEqual(countSent(situation.planned, situation.rule, situation.draftPictures));
      // The same is not offered twice.
      expect(planOffer(after)).not.toEqual(offer);
    }),
    { numRuns: 500 },
  );
  expect(offered).toBeGreaterThan(50);
});
