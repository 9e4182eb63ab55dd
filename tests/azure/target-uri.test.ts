import { describe, expect, test } from 'vitest';
import { readTargetUri } from '#azure';

interface Wanted {
  readonly base: string;
  readonly api: 'classic' | 'v1';
  readonly deployment?: string;
  readonly apiVersion?: string;
  readonly hostKind: string;
  readonly notes?: readonly string[];
}

const contoso = 'https://contoso.openai.azure.com';
const foundry = 'https://contoso.services.ai.azure.com';
const openai = { base: contoso, hostKind: 'azure-openai' } as const;
const assumed = { ...openai, api: 'v1', notes: ['api-assumed-v1'] } as const;
const full = { ...openai, api: 'classic', deployment: 'eyes', apiVersion: '2024-10-21' } as const;
const fullUri = `${contoso}/openai/deployments/eyes/chat/completions?api-version=2024-10-21`;

const understood: readonly (readonly [string, Wanted])[] = [
  // bare bases
  [contoso, assumed],
  [`${contoso}/`, assumed],
  [`${contoso}//`, assumed],
  [`${contoso}/openai`, assumed],
  [`${contoso}/openai/`, assumed],
  ['HTTPS://Contoso.OpenAI.Azure.Com/', assumed],
  [`  "${contoso}/"  `, assumed],
  [`‘${contoso}’`, assumed],
  [`<${contoso}/>`, assumed],
  [`${contoso}/,`, assumed],
  [`\u200b${contoso}/\ufeff`, assumed],
  [`${contoso}/#overview`, assumed],
  ['contoso.openai.azure.com', { ...assumed, notes: ['scheme-added', 'api-assumed-v1'] }],
  ['//contoso.openai.azure.com/', { ...assumed, notes: ['scheme-added', 'api-assumed-v1'] }],
  [`AZURE_OPENAI_ENDPOINT="${contoso}/"`, { ...assumed, notes: ['picked-from-text', 'api-assumed-v1'] }],
  [`${contoso}?api-version=2024-10-21`, { ...openai, api: 'classic', apiVersion: '2024-10-21' }],
  [`${contoso}/openai?api-version=preview`, { ...assumed, notes: ['api-assumed-v1', 'api-version-dropped'] }],
  // classic
  [fullUri, full],
  [fullUri.replace('https://', ''), { ...full, notes: ['scheme-added'] }],
  [`curl -X POST "${fullUri}" -H "api-key: 123"`, { ...full, notes: ['picked-from-text'] }],
  [
    `${contoso}/openai/deployments/my%20eyes/chat/completions?api-version=2024-10-21`,
    { ...full, deployment: 'my eyes' },
  ],
  [`${contoso}/OpenAI/Deployments/eyes/chat/completions?API-Version=2024-10-21`, full],
  [
    `${contoso}/openai/deployments/eyes`,
    { ...openai, api: 'classic', deployment: 'eyes', notes: ['api-version-missing'] },
  ],
  [
    `${contoso}/openai/deployments/eyes/chat/completions?api-version=latest`,
    { ...openai, api: 'classic', deployment: 'eyes', notes: ['api-version-not-understood'] },
  ],
  [
    `${contoso}/openai/deployments/eyes/extensions/chat/completions?api-version=2023-12-01-preview`,
    { ...full, apiVersion: '2023-12-01-preview' },
  ],
  [
    `${contoso}/openai/deployments/eyes/audio/transcriptions?api-version=2024-10-21`,
    { ...full, notes: ['operation-replaced'] },
  ],
  [
    `${contoso}/openai/deployments/{deployment-id}/chat/completions?api-version=2024-10-21`,
    { ...openai, api: 'classic', apiVersion: '2024-10-21', notes: ['deployment-placeholder'] },
  ],
  [`${fullUri}&api-key=s3cret&x=1`, { ...full, notes: ['secret-removed', 'query-removed'] }],
  [
    `${contoso}/openai/responses?api-version=2025-04-01-preview`,
    { ...openai, api: 'classic', apiVersion: '2025-04-01-preview', notes: ['operation-replaced'] },
  ],
  // v1
  [`${contoso}/openai/v1`, { ...openai, api: 'v1' }],
  [`${contoso}/openai/v1/`, { ...openai, api: 'v1' }],
  [`${contoso}/openai/v1/chat/completions`, { ...openai, api: 'v1' }],
  [`${contoso}/openai/v1/responses`, { ...openai, api: 'v1', notes: ['operation-replaced'] }],
  [`${contoso}/openai/v1/models`, { ...openai, api: 'v1', notes: ['operation-replaced'] }],
  [
    `${contoso}/openai/v1/chat/completions?api-version=2024-10-21`,
    { ...openai, api: 'v1', notes: ['api-version-dropped'] },
  ],
  // other Azure hosts and clouds
  [`${foundry}/`, { base: foundry, api: 'v1', hostKind: 'foundry', notes: ['api-assumed-v1'] }],
  [`${foundry}/openai/v1/chat/completions`, { base: foundry, api: 'v1', hostKind: 'foundry' }],
  [`${foundry}/models`, { base: foundry, api: 'v1', hostKind: 'foundry', notes: ['operation-replaced'] }],
  [
    `${foundry}/models/chat/completions?api-version=2024-05-01-preview`,
    { base: foundry, api: 'v1', hostKind: 'foundry', notes: ['operation-replaced', 'api-version-dropped'] },
  ],
  [
    `${foundry}/api/projects/spring`,
    {
      base: foundry,
      api: 'v1',
      hostKind: 'foundry-project',
      notes: ['api-assumed-v1', 'project-path-left-out'],
    },
  ],
  [
    `${foundry}/api/projects/spring/openai/v1/responses`,
    {
      base: foundry,
      api: 'v1',
      hostKind: 'foundry-project',
      notes: ['project-path-left-out', 'operation-replaced'],
    },
  ],
  [
    'https://contoso.cognitiveservices.azure.com/openai/deployments/eyes/chat/completions?api-version=2024-10-21',
    { ...full, base: 'https://contoso.cognitiveservices.azure.com', hostKind: 'cognitive-services' },
  ],
  [
    'https://contoso.cognitiveservices.azure.com/computervision',
    {
      base: 'https://contoso.cognitiveservices.azure.com',
      api: 'v1',
      hostKind: 'cognitive-services',
      notes: ['api-assumed-v1', 'path-dropped'],
    },
  ],
  [
    'https://eastus.api.cognitive.microsoft.com/',
    {
      base: 'https://eastus.api.cognitive.microsoft.com',
      api: 'v1',
      hostKind: 'cognitive-services',
      notes: ['api-assumed-v1'],
    },
  ],
  [
    'https://contoso.openai.azure.us/openai/v1',
    { base: 'https://contoso.openai.azure.us', api: 'v1', hostKind: 'azure-openai' },
  ],
  [
    'https://contoso.openai.azure.cn/openai/deployments/eyes/chat/completions?api-version=2024-10-21',
    { ...full, base: 'https://contoso.openai.azure.cn' },
  ],
  [
    'https://contoso.cognitiveservices.azure.cn/openai/v1',
    { base: 'https://contoso.cognitiveservices.azure.cn', api: 'v1', hostKind: 'cognitive-services' },
  ],
  // gateways
  [
    'https://apim.azure-api.net/team-a/openai/deployments/eyes/chat/completions?api-version=2024-10-21&subscription-key=s3cret',
    { ...full, base: 'https://apim.azure-api.net/team-a', hostKind: 'gateway', notes: ['secret-removed'] },
  ],
  [
    'https://gw.example/a/b/',
    { base: 'https://gw.example/a/b', api: 'v1', hostKind: 'gateway', notes: ['api-assumed-v1'] },
  ],
  ['https://gw.example:8443/openai/v1', { base: 'https://gw.example:8443', api: 'v1', hostKind: 'gateway' }],
  ['https://gateway/openai/v1', { base: 'https://gateway', api: 'v1', hostKind: 'gateway' }],
  // this machine
  [
    'http://localhost:8080',
    { base: 'http://localhost:8080', api: 'v1', hostKind: 'loopback', notes: ['api-assumed-v1'] },
  ],
  [
    'localhost:8080/openai/v1',
    { base: 'http://localhost:8080', api: 'v1', hostKind: 'loopback', notes: ['scheme-added'] },
  ],
  [
    'http://127.0.0.1:5000/openai/deployments/eyes/chat/completions?api-version=2024-10-21',
    { ...full, base: 'http://127.0.0.1:5000', hostKind: 'loopback' },
  ],
  [
    '127.0.0.1:5000/openai/v1',
    { base: 'http://127.0.0.1:5000', api: 'v1', hostKind: 'loopback', notes: ['scheme-added'] },
  ],
  [
    'http://[::1]:5000/openai/v1',
    { base: 'http://localhost:5000', api: 'v1', hostKind: 'loopback', notes: ['loopback-renamed'] },
  ],
  [
    '[::1]:5000/openai/v1',
    {
      base: 'http://localhost:5000',
      api: 'v1',
      hostKind: 'loopback',
      notes: ['scheme-added', 'loopback-renamed'],
    },
  ],
  ['https://[::1]:5000/openai/v1', { base: 'https://[::1]:5000', api: 'v1', hostKind: 'loopback' }],
  [
    'https://simulator.invalid/openai/v1',
    { base: 'https://simulator.invalid', api: 'v1', hostKind: 'simulator' },
  ],
];

test.each(understood)('%s', (text, { base, api, deployment, apiVersion, hostKind, notes }) => {
  const found = readTargetUri(text);
  expect(found).toMatchObject({
    ok: true,
    endpoint: { base, api },
    origin: new URL(base).origin,
    deployment: deployment ?? null,
    apiVersion: apiVersion ?? null,
    hostKind,
  });
  expect(found.ok && found.notes.map((note) => note.code)).toEqual(notes ?? []);
  expect(JSON.stringify(found)).not.toContain('s3cret');
});

const refused: readonly (readonly [string, string])[] = [
  ['', 'empty'],
  ['  ""  ', 'empty'],
  ['hello', 'not-a-url'],
  ['hello world', 'not-a-url'],
  ['https://', 'not-a-url'],
  ['https://contoso openai.azure.com', 'not-a-url'],
  ['javascript:alert(1)', 'not-a-url'],
  ['data:text/html,hi', 'not-a-url'],
  ['C:\\keys.txt', 'not-a-url'],
  ['0123456789abcdef0123456789abcdef', 'looks-like-a-key'],
  ['https://{resource}.openai.azure.com', 'placeholder'],
  ['https://<your-resource>.openai.azure.com/', 'placeholder'],
  ['https://YOUR_RESOURCE_NAME.openai.azure.com/openai/v1', 'placeholder'],
  ['$AZURE_OPENAI_ENDPOINT/openai/v1', 'placeholder'],
  ['http://contoso.openai.azure.com', 'plain-http'],
  ['http://192.168.1.5:8080', 'plain-http'],
  ['http://localhost.evil.example', 'plain-http'],
  ['http://127.0.0.1.evil.example', 'plain-http'],
  ['ftp://contoso.openai.azure.com', 'not-http'],
  ['wss://contoso.openai.azure.com/openai/realtime', 'not-http'],
  ['https://user:pass@contoso.openai.azure.com', 'has-credentials'],
  ['https://contoso.openai.azure.com@evil.example/', 'has-credentials'],
  ['https://portal.azure.com/#@tenant/resource/subscriptions/1', 'portal-link'],
  ['https://ai.azure.com/build/overview?wsid=1', 'portal-link'],
  ['https://oai.azure.com/portal', 'portal-link'],
  ['https://learn.microsoft.com/azure/ai-services/openai/', 'portal-link'],
  ['https://contoso.blob.core.windows.net/videos?sig=abc', 'storage-link'],
  ['https://openai.azure.com/', 'resource-missing'],
];

test.each(refused)('%j is refused: %s', (text, reason) => {
  expect(readTargetUri(text)).toEqual({ ok: false, reason });
});

describe('notes carry what they are about', () => {
  test.each([
    [
      `${contoso}/openai/v1?api-version=2024-10-21`,
      { code: 'api-version-dropped', apiVersion: '2024-10-21' },
    ],
    [`${foundry}/api/projects/spring`, { code: 'project-path-left-out', project: 'spring' }],
    [`${contoso}/openai/v1/responses`, { code: 'operation-replaced', operation: 'responses' }],
    [`${contoso}/openai/v1?code=s3cret`, { code: 'secret-removed', param: 'code' }],
    [`${contoso}/openai/v1?a=1&b=2`, { code: 'query-removed', params: ['a', 'b'] }],
    [`${contoso}/speech/x`, { code: 'path-dropped', path: '/speech/x' }],
  ])('%s', (text, note) => {
    const found = readTargetUri(text);
    expect(found.ok && found.notes).toContainEqual(note);
  });
});

describe('a gateway without the /openai folder', () => {
  test.each([
    ['https://gw.example/v1/chat/completions', 'https://gw.example', 'v1', null],
    ['https://gw.example/team/v1', 'https://gw.example/team', 'v1', null],
    ['http://localhost:4000/v1', 'http://localhost:4000', 'v1', null],
    [
      'https://gw.example/aoai/deployments/eyes/chat/completions?api-version=2024-10-21',
      'https://gw.example/aoai',
      'classic',
      'eyes',
    ],
  ])('%s', (text, base, api, deployment) => {
    expect(readTargetUri(text)).toMatchObject({
      ok: true,
      endpoint: { base, api, withoutOpenaiFolder: true },
      deployment,
      notes: [],
    });
  });

  test('reads its own base again: what it made is understood the same', () => {
    for (const [text] of understood) {
      const found = readTargetUri(text);
      if (!found.ok) throw new Error(text);
      const { base, api } = found.endpoint;
      expect(readTargetUri(`${base}/openai${api === 'v1' ? '/v1' : ''}`)).toMatchObject({
        endpoint: { base },
      });
    }
  });
});
