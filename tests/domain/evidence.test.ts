import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AssistantMessage, PicturePart, UserMessage } from '#domain/conversation.ts';
import { enhancementsAt } from '#domain/enhancements.ts';
import { hasEvidence, standUpright, toEvidence } from '#domain/evidence.ts';
import { toCoco, toEvidenceJson, type EvidenceSubject } from '#domain/evidence-export.ts';
import { toReportHtml } from '#domain/evidence-report.ts';
import { toFindings } from '#domain/findings.ts';
import { unknownModel } from '#domain/connection.ts';
import { emptyAnalysis, type PictureAnalysis } from '#domain/picture-analysis.ts';
import { polygonOf, unitPoint } from '#domain/places.ts';
import { inReadingOrder } from '#domain/reading-order.ts';
import { emptyReply } from '#domain/reply.ts';

const base = { conversationId: 'c', createdAt: 1, rev: 1 };
const part: PicturePart = {
  kind: 'picture',
  attachmentId: 'f'.repeat(64),
  name: 'scan.png',
  mimeType: 'image/png',
  bytes: 10,
  widthPx: 1000,
  heightPx: 500,
  detail: 'auto',
  size: 'fit',
  stripMetadata: false,
  animated: false,
  converted: false,
};
const analysis: PictureAnalysis = {
  ...emptyAnalysis,
  analysedSize: { widthPx: 1000, heightPx: 500 },
  lines: [
    {
      text: 'Total $120',
      polygon: polygonOf({ left: 0.1, top: 0.2, width: 0.3, height: 0.1 }),
      words: [
        {
          text: 'Total',
          polygon: polygonOf({ left: 0.1, top: 0.2, width: 0.1, height: 0.1 }),
          confidence: 0.9,
        },
      ],
    },
  ],
  objects: [
    { name: 'chair', polygon: polygonOf({ left: 0.5, top: 0, width: 0.25, height: 0.5 }), confidence: 0.9 },
    { name: 'cup', polygon: polygonOf({ left: 0.5, top: 0, width: 0.1, height: 0.1 }), confidence: 0.2 },
  ],
};
const findings = toFindings(
  [{ partIndex: 0, analysisId: 'a', sizePx: { widthPx: 1000, heightPx: 500 }, analysis }],
  { firstNumber: 1, budgetTokens: Infinity, tokensOf: () => 1 },
);
const unread: UserMessage = {
  ...base,
  id: 'p',
  parentId: null,
  seq: 1,
  role: 'user',
  parts: [part, { kind: 'text', text: 'What?' }],
};
const prompt: UserMessage = { ...unread, findings };

function answer(text: string, change: object = {}): AssistantMessage {
  return {
    ...base,
    id: 'a',
    parentId: 'p',
    seq: 2,
    role: 'assistant',
    connectionId: 'x',
    deployment: 'eyes',
    omittedPictures: 0,
    reply: { ...emptyReply, status: 'complete', text, ...change },
  };
}

const analyses = new Map([['a', analysis]]);

describe('the evidence of an answer', () => {
  test('leads from each number to its place, and shows one that does not exist', () => {
    const message = answer('It is $120 [2], on a chair [1], and more [7].');
    const { marks, pictures } = toEvidence(message, [prompt], analyses);
    expect(marks.map(({ regionIds }) => regionIds)).toEqual([['p/0/2'], ['p/0/1'], []]);
    expect(pictures).toHaveLength(1);
    const regions = pictures[0]!.regions;
    expect(regions.find(({ id }) => id === 'p/0/2')).toMatchObject({
      layer: 'line',
      text: 'Total $120',
      number: 2,
    });
    expect(new Set(regions.map(({ id }) => id)).size).toBe(regions.length);
    expect(regions.map(({ layer, text }) => `${layer} ${text}`).sort()).toEqual([
      'line Total $120',
      'object chair',
      'object cup',
      'word Total',
    ]);
  });

  test('needs no analysis for what is cited, and nothing of what was switched off', () => {
    const message = answer('It is $120 [2].');
    expect(toEvidence(message, [prompt], new Map()).marks[0]!.regionIds).toEqual(['p/0/2']);
    const off: UserMessage = { ...prompt, findings: { ...findings, isSent: false } };
    expect(toEvidence(message, [off], analyses)).toMatchObject({ marks: [], pictures: [] });
    expect(hasEvidence(message, [off])).toBe(false);
  });

  test('of the enhancement is put on the newest picture, with what went wrong', () => {
    const grounding = {
      status: 'Partial',
      lines: [
        {
          text: 'A chair.',
          spans: [
            {
              text: 'chair',
              offset: 2,
              length: 5,
              polygon: polygonOf({ left: 0, top: 0, width: 1, height: 1 }),
            },
          ],
        },
      ],
    };
    const { marks, pictures, trouble } = toEvidence(answer('A chair.', { grounding }), [unread], new Map());
    expect(marks).toEqual([{ start: 2, end: 7, kind: 'span', regionIds: ['p/0/cited/0'] }]);
    expect(pictures[0]!.regions[0]).toMatchObject({ layer: 'cited', text: 'chair' });
    expect(trouble).toBe('Partial');
  });

  test('marks are sorted and apart', () => {
    const grounding = {
      status: 'Success',
      lines: [
        {
          text: '',
          spans: [
            {
              text: 'chair [1]',
              offset: 2,
              length: 9,
              polygon: polygonOf({ left: 0, top: 0, width: 1, height: 1 }),
            },
          ],
        },
      ],
    };
    const { marks } = toEvidence(answer('A chair [1].', { grounding }), [prompt], analyses);
    expect(marks.map(({ start, end }) => [start, end])).toEqual([[2, 11]]);
  });

  test('a part that was asked about is drawn on the whole', () => {
    const crop = { left: 0.1, top: 0.1, width: 0.2, height: 0.2 };
    const asked = { ...unread, parts: [part, { ...part, crop }] };
    expect(toEvidence(answer(''), [asked], new Map()).pictures[0]!.regions).toMatchObject([
      { layer: 'asked', polygon: polygonOf(crop) },
    ]);
  });

  test('regions of a picture that the service saw lying are stood up', () => {
    const region = {
      id: 'r',
      layer: 'line',
      text: '',
      polygon: [unitPoint(0, 0), unitPoint(0.5, 0), unitPoint(0.5, 1)],
      confidence: null,
      number: null,
    } as const;
    const shown = { orientation: 6, storedSize: { widthPx: 200, heightPx: 100 } } as const;
    expect(standUpright([region], { widthPx: 200, heightPx: 100 }, shown)[0]!.polygon).toEqual([
      { x: 1, y: 0 },
      { x: 1, y: 0.5 },
      { x: 0, y: 0.5 },
    ]);
    expect(standUpright([region], { widthPx: 100, heightPx: 200 }, shown)).toEqual([region]);
    expect(standUpright([region], null, shown)).toEqual([region]);
  });
});

describe('taking it away', () => {
  const message = answer('It is $120 [2] <b>now</b> [7].');
  const subject: EvidenceSubject = {
    message,
    before: [prompt],
    evidence: toEvidence(message, [prompt], analyses),
    names: new Map([['p/0', 'scan.png']]),
    simulated: true,
    now: Date.UTC(2026, 10, 23),
  };

  test('JSON is as its schema says', () => {
    const schema = JSON.parse(readFileSync('public/schemas/evidence-1.json', 'utf8')) as Schema;
    const value: unknown = JSON.parse(toEvidenceJson(subject));
    expect(problemsOf(value, schema, schema, '')).toEqual([]);
    expect(value).toMatchObject({
      format: 'sightline-evidence',
      question: 'What?',
      marks: [
        { text: '[2]', regions: ['p/0/2'] },
        { text: '[7]', regions: [] },
      ],
      pictures: [{ sha256: part.attachmentId, widthPx: 1000 }],
    });
    expect(problemsOf({ format: 'other' }, schema, schema, '')).not.toEqual([]);
  });

  test('COCO has the objects in pixels', () => {
    const coco = JSON.parse(toCoco(subject)) as { annotations: object[]; categories: { name: string }[] };
    expect(coco.categories.map(({ name }) => name)).toEqual(['chair', 'cup']);
    expect(coco.annotations[0]).toMatchObject({
      image_id: 1,
      category_id: 1,
      bbox: [500, 0, 250, 250],
      area: 62_500,
      iscrowd: 0,
      score: 0.9,
    });
  });

  test('a report holds text as text, and no script', () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const html = toReportHtml({
      language: 'en',
      title: hostile,
      question: hostile,
      answer: message.reply.text,
      marks: subject.evidence.marks,
      facts: [hostile],
      pictures: [
        {
          name: hostile,
          dataUrl: 'data:image/png;base64,AAAA" onload="alert(1)',
          sizePx: { widthPx: 10, heightPx: 10 },
          regions: [{ ...subject.evidence.pictures[0]!.regions[0]!, id: hostile, text: hostile }],
        },
        {
          name: 'b',
          dataUrl: 'data:image/png;base64,AAAA',
          sizePx: { widthPx: 10, heightPx: 10 },
          regions: subject.evidence.pictures[0]!.regions,
        },
      ],
      words: {
        question: 'Q',
        answer: 'A',
        evidence: 'E',
        noPicture: 'None',
        simulated: null,
        missing: 'none',
        confidence: (percent) => `${percent} %`,
        layers: { line: 'l', word: 'w', object: 'o', person: 'p', caption: 'c', asked: 'a', cited: 'x' },
      },
    });
    expect(html).not.toMatch(/<script|<img src=x|onload=|onerror=alert\(1\)>/);
    expect(html).toContain('&lt;b&gt;now&lt;/b&gt;');
    expect(html).toContain('<a href="#region-p-0-2">[2]</a>');
    expect(html).toContain('<s title="none">[7]</s>');
    expect(html).toContain("default-src 'none'");
  });
});

describe('reading order', () => {
  const line = (text: string, left: number, top: number, width = 0.3) => ({
    text,
    polygon: polygonOf({ left, top, width, height: 0.02 }),
  });

  test('two columns are read one after the other', () => {
    const lines = [0, 1, 2, 3].flatMap((at) => [
      line(`right ${at} of a column that is long`, 0.55, 0.2 + at * 0.03, 0.4),
      line(`left ${at} of a column that is long`, 0.05, 0.2 + at * 0.03, 0.4),
    ]);
    const text = inReadingOrder([line('A title over both', 0.05, 0.05, 0.9), ...lines]);
    expect(text.replace(/ of a column that is long/g, '').split(/\n+/)).toEqual([
      'A title over both',
      'left 0',
      'left 1',
      'left 2',
      'left 3',
      'right 0',
      'right 1',
      'right 2',
      'right 3',
    ]);
  });

  test('rows of a table stay rows, and gaps are kept', () => {
    const rows = [
      ['Paper', '40', '260.00'],
      ['Ink', '12', '94.80'],
      ['Van', '1', '18.00'],
      ['Total', '', '372.80'],
    ];
    const lines = rows.flatMap((cells, at) =>
      cells.flatMap((text, column) =>
        text === '' ? [] : [line(text, 0.05 + column * 0.35, 0.1 + at * 0.04, 0.1)],
      ),
    );
    expect(inReadingOrder([...lines, line('Thank you', 0.05, 0.5)])).toBe(
      'Paper 40 260.00\nInk 12 94.80\nVan 1 18.00\nTotal 372.80\n\nThank you',
    );
  });

  test('text that runs down the page is read in its own direction', () => {
    const down = (text: string, right: number) => ({
      text,
      polygon: [
        unitPoint(right, 0.1),
        unitPoint(right, 0.4),
        unitPoint(right - 0.02, 0.4),
        unitPoint(right - 0.02, 0.1),
      ],
    });
    expect(inReadingOrder([down('second', 0.5), down('first', 0.53)])).toBe('first\nsecond');
  });
});

describe('where enhancements are to be had', () => {
  const seed = { ...unknownModel, visionEnhancements: true };
  const connection = {
    endpoint: { base: 'https://contoso.openai.azure.com', api: 'classic' },
    apiVersion: '2024-02-15-preview',
    visionEndpoint: 'https://contoso.cognitiveservices.azure.com',
  } as const;
  test.each([
    [connection, seed, { kind: 'available', dialect: { path: 'plain', sources: 'dataSources' } }],
    [
      { ...connection, apiVersion: '2023-12-01-preview' },
      seed,
      { kind: 'available', dialect: { path: 'extensions', sources: 'dataSources' } },
    ],
    [
      { ...connection, enhancements: { sources: 'data_sources' } },
      seed,
      { kind: 'available', dialect: { path: 'plain', sources: 'data_sources' } },
    ],
    [
      { ...connection, apiVersion: '2024-10-21', enhancements: { path: 'plain', sources: 'dataSources' } },
      seed,
      { kind: 'available' },
    ],
    [{ ...connection, visionEndpoint: null, visionSource: 'same' }, seed, { kind: 'available' }],
    [{ ...connection, visionEndpoint: null }, seed, { kind: 'no-vision-resource' }],
    [
      { ...connection, apiVersion: '2024-04-01-preview' },
      seed,
      { kind: 'not-this-version', apiVersion: '2024-04-01-preview' },
    ],
    [
      { ...connection, endpoint: { base: connection.endpoint.base, api: 'v1' } },
      seed,
      { kind: 'not-this-version', apiVersion: null },
    ],
    [connection, unknownModel, { kind: 'not-this-model' }],
  ] as const)('%#', (at, model, expected) => {
    expect(enhancementsAt(at, model)).toMatchObject(expected);
  });
});

interface Schema {
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** As much of JSON Schema as ours uses. */
function problemsOf(value: unknown, schema: Schema, root: Schema, path: string): readonly string[] {
  if (schema.$ref) return problemsOf(value, root.$defs![schema.$ref.replace('#/$defs/', '')]!, root, path);
  if (schema.anyOf)
    return schema.anyOf.some((one) => problemsOf(value, one, root, path).length === 0) ? [] : [path];
  if ('const' in schema && value !== schema.const) return [path];
  if (schema.enum && !schema.enum.includes(value)) return [path];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const type =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'array'
        : Number.isInteger(value)
          ? 'integer'
          : typeof value;
  if (types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number')))
    return [`${path}: ${type}`];
  if (Array.isArray(value))
    return value.flatMap((one, at) => problemsOf(one, schema.items ?? {}, root, `${path}[${String(at)}]`));
  if (type !== 'object') return [];
  const record = value as Record<string, unknown>;
  return [
    ...(schema.required ?? [])
      .filter((name) => !(name in record))
      .map((name) => `${path}.${name} is missing`),
    ...Object.entries(record).flatMap(([name, one]) =>
      schema.properties?.[name]
        ? problemsOf(one, schema.properties[name], root, `${path}.${name}`)
        : [`${path}.${name} is not known`],
    ),
  ];
}
