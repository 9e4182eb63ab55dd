import { describe, expect, test } from 'vitest';
import {
  CHECKED_ON,
  capabilitiesOf,
  findModel,
  findModelByReportedName,
  guessModelFromDeployment,
  imageAnalysisGroup,
  limits,
  meters,
  models,
  priceOf,
  pricesOf,
  retirementOf,
  routerFee,
  schemes,
  statusOf,
  type CatalogModel,
} from '#catalog';

const today = Date.parse('2026-11-22T12:00:00Z');
/** A year, a month or a day. */
const isoDate = /^20\d\d(-(0[1-9]|1[0-2])(-([0-2]\d|3[01]))?)?$/;

describe('the tables', () => {
  test('each model has an id of its own, sources and dates', () => {
    expect(new Set(models.map((model) => model.id)).size).toBe(models.length);
    for (const model of models) {
      expect(model.id).toBe(`${model.model}@${model.version}`);
      expect(model.sources.length, model.id).toBeGreaterThan(0);
      for (const { source, asOf } of [...model.sources, model.retirement.from]) {
        expect(source, model.id).not.toBe('');
        expect(asOf, model.id).toMatch(isoDate);
        expect(asOf.localeCompare(CHECKED_ON), model.id).toBeLessThanOrEqual(0);
      }
      expect(findModel(model.id)).toBe(model);
    }
    expect(findModel('gpt-4o')).toBeNull();
  });

  test('each scheme exists, has sources, and is used', () => {
    const used = new Set(models.map((model) => model.imageTokens));
    for (const id of used) {
      if (id !== null && id !== 'routed') expect(schemes[id].scheme.id).toBe(id);
    }
    for (const [id, { scheme, sources }] of Object.entries(schemes)) {
      expect(scheme.id).toBe(id);
      expect(used, id).toContain(scheme.id);
      expect(sources.length, id).toBeGreaterThan(0);
      for (const { asOf } of sources) expect(asOf).toMatch(isoDate);
    }
  });

  test('no two prices of a model hold on one day, and each has source, date and sane figures', () => {
    const priced = models.filter((model) => pricesOf(model).length > 0);
    expect(priced.length).toBeGreaterThan(50);
    for (const model of priced) {
      const [id, rows] = [model.id, pricesOf(model)];
      for (const { price } of rows) {
        expect(price.source, id).not.toBe('');
        expect(price.asOf, id).toMatch(isoDate);
        expect(price.inputPerMillion, id).toBeGreaterThan(0);
        expect(price.outputPerMillion, id).toBeGreaterThanOrEqual(price.inputPerMillion);
        expect(price.cachedInputPerMillion ?? 0, id).toBeLessThan(price.inputPerMillion);
        // Twice the input and its cache, one and a half times the output (models.md d).
        if (price.longContext) {
          expect(price.longContext.inputPerMillion, id).toBeCloseTo(price.inputPerMillion * 2, 9);
          expect(price.longContext.outputPerMillion, id).toBeCloseTo(price.outputPerMillion * 1.5, 9);
          expect(price.longContext.cachedInputPerMillion ?? 0, id).toBeCloseTo(
            (price.cachedInputPerMillion ?? 0) * 2,
            9,
          );
          expect(price.longContext.cacheWritePerMillion ?? 0, id).toBeCloseTo(
            (price.cacheWritePerMillion ?? 0) * 2,
            9,
          );
        }
      }
      for (const [at, row] of rows.entries()) {
        if (row.from !== null && row.until !== null) expect(row.from <= row.until, id).toBe(true);
        const next = rows[at + 1];
        if (next) expect(row.until !== null && next.from !== null && row.until < next.from, id).toBe(true);
      }
    }
  });

  test('retirement dates are days, and what is over is marked so', () => {
    for (const model of models) {
      const { date, checkedOn } = retirementOf(model);
      expect(checkedOn).toMatch(isoDate);
      if (date === null) continue;
      expect(date, model.id).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(model.status === 'retired', model.id).toBe(date <= CHECKED_ON);
    }
  });

  test('only models of today take 50 pictures; gpt-4 with vision takes 10', () => {
    for (const model of models) {
      const most = model.model === 'gpt-4' ? limits.picturesPerRequestOfGpt4 : limits.picturesPerRequest;
      expect(capabilitiesOf(model).maxPictures, model.id).toBe(most.value);
      expect(capabilitiesOf(model).maxPictureBytes).toBe(20_971_520);
    }
    expect(limits.bodyBytes.value).toBeNull();
  });
});

describe('what models can do', () => {
  test('gpt-4 vision-preview: max_tokens, enhancements, no JSON mode', () => {
    expect(capabilities('gpt-4@vision-preview')).toMatchObject({
      takesPictures: true,
      chatCompletions: true,
      maxTokensParam: 'max_tokens',
      takesSampling: true,
      jsonMode: false,
      jsonModeWithPictures: false,
      visionEnhancements: true,
      maxPictures: 10,
      maxOutputTokens: 4096,
      encoding: 'cl100k_base',
      imageTokens: { kind: 'tile', base: 85, perTile: 170 },
    });
  });

  test('gpt-4 turbo-2024-04-09: JSON mode for text alone, no enhancements', () => {
    expect(capabilities('gpt-4@turbo-2024-04-09')).toMatchObject({
      jsonMode: true,
      jsonModeWithPictures: false,
      visionEnhancements: false,
      maxTokensParam: 'max_tokens',
    });
  });

  test('gpt-4o to 4.1: either token name, sampling, JSON mode also with pictures', () => {
    for (const id of ['gpt-4o@2024-11-20', 'gpt-4o-mini@2024-07-18', 'gpt-4.1@2025-04-14']) {
      expect(capabilities(id), id).toMatchObject({
        maxTokensParam: 'either',
        takesSampling: true,
        jsonModeWithPictures: true,
        structuredOutputs: true,
        encoding: 'o200k_base',
      });
    }
  });

  test.each(['o1@2024-12-17', 'o3@2025-04-16', 'o4-mini@2025-04-16', 'gpt-5@2025-08-07'])(
    '%s: max_completion_tokens, no sampling, efforts',
    (id) => {
      expect(capabilities(id)).toMatchObject({
        maxTokensParam: 'max_completion_tokens',
        takesSampling: false,
      });
      expect(capabilities(id).reasoningEfforts).toContain('high');
    },
  );

  test('o1 does not stream, o3 not for everyone, o4-mini does', () => {
    expect(capabilities('o1@2024-12-17').streams).toBe(false);
    expect(capabilities('o3@2025-04-16').streams).toBe(false);
    expect(capabilities('o4-mini@2025-04-16').streams).toBe(true);
  });

  test('from gpt-5.1 on sampling goes with effort none', () => {
    expect(capabilities('gpt-5.6-terra@2026-07-09')).toMatchObject({
      takesSampling: 'effort-none-only',
      reasoningEfforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
    });
    expect(capabilities('gpt-6-astra@2026-09-03').reasoningEfforts).toEqual([
      'low',
      'medium',
      'high',
      'xhigh',
    ]);
  });

  test('what is not on Chat Completions says so', () => {
    for (const name of ['o1-pro', 'o3-pro', 'gpt-5-pro', 'gpt-5.4-pro', 'gpt-5.2-codex', 'claude-opus-5']) {
      const model = findModelByReportedName(name);
      expect(model && capabilitiesOf(model).chatCompletions, name).toBe(false);
    }
  });

  test('grok-4 is text only on Azure; where Azure says nothing pictures stay possible', () => {
    expect(capabilities('grok-4@1').takesPictures).toBe(false);
    expect(findModel('gpt-chat-latest@2026-08-06')?.vision).toBeNull();
    expect(capabilities('gpt-chat-latest@2026-08-06').takesPictures).toBe(true);
  });

  test('no token rule where none is published, though an estimate is in the table', () => {
    expect(findModel('mistral-medium-2505@1')?.imageTokens).toBe('mistral-28px');
    for (const id of ['mistral-medium-2505@1', 'Kimi-K2.6@1', 'grok-4.7@1', 'model-router@2025-11-18']) {
      expect(capabilities(id).imageTokens, id).toBeNull();
    }
  });
});

describe('prices', () => {
  test('the promotional price of gpt-5.6-sol ends with 2026-11-30; what follows is unknown', () => {
    const sol = known('gpt-5.6-sol@2026-07-09');
    const inputAt = (at: string) => priceOf(sol, Date.parse(at))?.inputPerMillion ?? null;
    expect(inputAt('2026-07-08T23:59:59Z')).toBeNull();
    expect(inputAt('2026-08-31T23:59:59Z')).toBe(5);
    expect(inputAt('2026-09-01T00:00:00Z')).toBe(4);
    expect(inputAt('2026-11-30T23:59:59.999Z')).toBe(4);
    expect(inputAt('2026-12-01T00:00:00Z')).toBeNull();
    expect(pricesOf(sol).map((row) => row.promotional)).toEqual([false, true]);
  });

  test('unknown is null, never 0', () => {
    for (const id of ['grok-4.7@1', 'grok-4.3@1', 'gpt-chat-latest@2026-08-06', 'model-router@2025-11-18']) {
      expect(priceOf(known(id), today), id).toBeNull();
    }
    expect(routerFee).toMatchObject({ inputPerMillion: 0.14, confidence: 'low' });
    expect(routerFee.asOf).toMatch(isoDate);
  });

  test('cached input has no price of its own on the first gpt-4o', () => {
    expect(priceOf(known('gpt-4o@2024-05-13'), today)).not.toHaveProperty('cachedInputPerMillion');
    expect(priceOf(known('gpt-4o@2024-08-06'), today)).toMatchObject({ cachedInputPerMillion: 1.25 });
  });
});

describe('finding a model', () => {
  test.each([
    ['gpt-4.1-mini-2025-04-14', 'gpt-4.1-mini@2025-04-14'],
    ['gpt-4o-2024-08-06', 'gpt-4o@2024-08-06'],
    ['gpt-4o-2024-11-20', 'gpt-4o@2024-11-20'],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini@2024-07-18'],
    ['gpt-4-vision-preview', 'gpt-4@vision-preview'],
    ['gpt-4-1106-vision-preview', 'gpt-4@vision-preview'],
    ['gpt-4-turbo-2024-04-09', 'gpt-4@turbo-2024-04-09'],
    ['o1-2024-12-17', 'o1@2024-12-17'],
    ['gpt-5.6-sol', 'gpt-5.6-sol@2026-07-09'],
    ['gpt-6-astra-2026-09-03', 'gpt-6-astra@2026-09-03'],
    ['Kimi-K2.5', 'Kimi-K2.5@1'],
    ['grok-4.1-fast-reasoning', 'grok-4-1-fast-reasoning@1'],
  ])('an answer from %s', (name, id) => {
    expect(findModelByReportedName(name)?.id).toBe(id);
  });

  test.each(['gpt-4', 'gpt-4o', 'gpt-5.2-chat', 'gpt-35-turbo', 'gpt-4o-2030-01-01', 'my-deployment', ''])(
    'no model for an answer from "%s": it could be several, or none',
    (name) => {
      expect(findModelByReportedName(name)).toBeNull();
    },
  );

  test.each([
    ['gpt-4o', 'gpt-4o@2024-11-20'],
    ['my-gpt-4o-prod', 'gpt-4o@2024-11-20'],
    ['gpt4o-mini', 'gpt-4o-mini@2024-07-18'],
    ['GPT_4-1_MINI', 'gpt-4.1-mini@2025-04-14'],
    ['gpt-4o-2024-05-13-eu', 'gpt-4o@2024-05-13'],
    ['gpt-4-vision', 'gpt-4@vision-preview'],
    ['gpt4v', 'gpt-4@vision-preview'],
    ['team-gpt-5.6-terra', 'gpt-5.6-terra@2026-07-09'],
    ['gpt-5-codex', 'gpt-5-codex@2025-09-15'],
    ['mistral-small-2503', 'mistral-small-2503@1'],
    ['model-router', 'model-router@2025-11-18'],
  ])('a deployment called %s may be %s', (name, id) => {
    expect(guessModelFromDeployment(name)?.id).toBe(id);
  });

  test.each(['gpt-4', 'demo1', 'gpt-4-1106-preview', 'gpt-4o-realtime', 'gpt-4ocr', 'vision', ''])(
    'a deployment called "%s" says nothing',
    (name) => {
      expect(guessModelFromDeployment(name)).toBeNull();
    },
  );

  test('the base model counts for more than the name of the deployment', () => {
    expect(guessModelFromDeployment('gpt-4o', 'gpt-4.1-mini')?.id).toBe('gpt-4.1-mini@2025-04-14');
    expect(guessModelFromDeployment('gpt-4o', 'gpt-35-turbo')).toBeNull();
    expect(guessModelFromDeployment('gpt-4o', '')?.id).toBe('gpt-4o@2024-11-20');
  });
});

test('a retirement that has come since counts', () => {
  const model = known('gpt-4o@2024-05-13');
  expect(statusOf(model, today)).toBe('retiring');
  expect(statusOf(model, Date.parse('2026-12-08T23:59:59Z'))).toBe('retiring');
  expect(statusOf(model, Date.parse('2026-12-09T00:00:00Z'))).toBe('retired');
  expect(retirementOf(model)).toEqual({
    date: '2026-12-09',
    lifecycle: 'deprecated',
    replacement: 'gpt-5.6-sol',
    checkedOn: '2026-10-05',
  });
});

function known(id: string): CatalogModel {
  const model = findModel(id);
  if (!model) throw new Error(`No model ${id}`);
  return model;
}

function capabilities(id: string) {
  return capabilitiesOf(known(id));
}

describe('what is not counted in tokens', () => {
  test('each meter has an id of its own, a unit, sources and steps that become cheaper', () => {
    expect(new Set(meters.map(({ id }) => id)).size).toBe(meters.length);
    for (const { id, unit, steps } of meters) {
      for (const [at, { from, price }] of steps.entries()) {
        expect(price.source, id).not.toBe('');
        expect(price.asOf, id).toMatch(isoDate);
        expect(price.unit, id).toBe(unit);
        expect(price.dollars, id).toBeGreaterThan(0);
        const before = steps[at - 1];
        if (!before) expect(from, id).toBe(0);
        else {
          expect(from, id).toBeGreaterThan(before.from);
          expect(price.dollars / price.per, id).toBeLessThan(before.price.dollars / before.price.per);
        }
      }
    }
    for (const meter of Object.values(imageAnalysisGroup))
      expect(meters.map(({ id }) => id)).toContain(meter);
  });
});

test.each([
  ['global', 2, 0.5, 8],
  ['data-zone', 2.2, 0.55, 8.8],
  ['regional', 2.2, 0.55, 8.8],
  ['provisioned', 0, 0, 0],
  ['global-batch', 1, 0.25, 4],
  ['data-zone-batch', 1.1, 0.275, 4.4],
] as const)('gpt-4.1 on a %s deployment', (type, input, cached, output) => {
  expect(priceOf(findModel('gpt-4.1@2025-04-14')!, today, type)).toMatchObject({
    inputPerMillion: input,
    cachedInputPerMillion: cached,
    outputPerMillion: output,
  });
});
