import { describe, expect, test } from 'vitest';
import { checkBlobSas, checkVisionEndpoint, knownApiVersions, readBearerToken } from '#azure';

const claims = (body: object) =>
  btoa(JSON.stringify(body)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');
const jwt = `${claims({ alg: 'RS256', typ: 'JWT' })}.${claims({ aud: 'x', exp: 1_800_000_000 })}.c2lnbmF0dXJl`;
const opaque = 'an-opaque-token-of-some-length';

describe('a bearer token is found in', () => {
  test.each([
    ['the token alone', jwt, jwt, 1_800_000_000_000],
    ['quotes and blanks', `  "${jwt}" \n`, jwt, 1_800_000_000_000],
    ['a header line', `Authorization: Bearer ${jwt}`, jwt, 1_800_000_000_000],
    ['a token broken by a terminal', `${jwt.slice(0, 30)}\r\n${jwt.slice(30)}`, jwt, 1_800_000_000_000],
    [
      'what az prints (seconds, which know no time zone, count before local time)',
      JSON.stringify({
        accessToken: opaque,
        expiresOn: '2026-11-22 10:11:12.000000',
        expires_on: 1_790_000_000,
        tokenType: 'Bearer',
      }),
      opaque,
      1_790_000_000_000,
    ],
    [
      'what an older az prints, in local time',
      JSON.stringify({ accessToken: opaque, expiresOn: '2026-11-22 10:11:12.345678' }),
      opaque,
      new Date(2026, 10, 22, 10, 11, 12, 345).getTime(),
    ],
    [
      'what azd prints',
      JSON.stringify({ token: opaque, expiresOn: '2026-11-22T10:11:12Z' }),
      opaque,
      Date.UTC(2026, 10, 22, 10, 11, 12),
    ],
    [
      'a token endpoint’s answer',
      JSON.stringify({ access_token: jwt, token_type: 'Bearer' }),
      jwt,
      1_800_000_000_000,
    ],
    ['an opaque token', opaque, opaque, null],
    ['a token whose claims are damaged', `eyJhbGciOi.%%%.x${opaque}`, `eyJhbGciOi.%%%.x${opaque}`, null],
  ])('%s', (_name, text, token, expiresAtMs) => {
    expect(readBearerToken(text)).toEqual({ token, expiresAtMs });
  });

  test.each([
    '',
    'hello',
    'ERROR: Please run "az login" to setup account.',
    '{"error":"x"}',
    '{"accessToken":"a b"}',
    'ключ-ключ-ключ-ключ',
  ])('not in %j', (text) => {
    expect(readBearerToken(text)).toBeNull();
  });
});

describe('a container SAS', () => {
  const nowMs = Date.UTC(2026, 10, 22);
  const good =
    'https://acct.blob.core.windows.net/videos?sp=rcwl&st=2026-11-01T00:00:00Z&se=2026-12-01T00:00:00Z&sv=2024-11-04&sr=c&sig=s3cret%3D';
  const codes = (text: string) => checkBlobSas(text, nowMs).problems.map((problem) => problem.code);

  test('that is fit for uploads has no problems and tells nothing of its signature', () => {
    const check = checkBlobSas(` ${good} `, nowMs);
    expect(check).toEqual({
      problems: [],
      origin: 'https://acct.blob.core.windows.net',
      container: 'videos',
      expiresAtMs: Date.UTC(2026, 11, 1),
    });
  });

  test.each([
    ['', ['not-an-address']],
    [good.replace('https', 'http'), ['not-an-address']],
    [good.replace(/&sig=.*/, ''), ['no-signature']],
    [good.replace('sr=c', 'sr=b').replace('/videos', '/videos/a.mp4'), ['not-a-container']],
    [good.replace('sr=c', 'ss=b&srt=sco'), ['not-a-container']],
    [good.replace('/videos', ''), ['not-a-container']],
    [good.replace('sp=rcwl', 'sp=cwl'), ['cannot-read']],
    [good.replace('sp=rcwl', 'sp=rl'), ['cannot-write']],
    [good.replace('sp=rcwl', 'sp=rc'), []],
    [good.replace('sp=rcwl', 'sp=rw'), []],
    [good.replace('se=2026-12-01T00:00:00Z&', ''), ['no-expiry']],
    [good.replace('se=2026-12-01', 'se=2026-11-21'), ['expired']],
    [good.replace('st=2026-11-01', 'st=2026-11-23'), ['not-yet-valid']],
    ['https://acct.blob.core.windows.net/videos?si=policy&sr=c&sig=x', []],
    ['http://127.0.0.1:10000/devstoreaccount1/videos?sp=rcwl&se=2026-12-01&sr=c&sig=x', []],
  ])('%s: %j', (text, problems) => {
    expect(codes(text)).toEqual(problems);
  });

  test('says when it ran out', () => {
    expect(checkBlobSas(good, Date.UTC(2027, 0, 1)).problems).toEqual([
      { code: 'expired', atMs: Date.UTC(2026, 11, 1) },
    ]);
  });
});

test.each([
  ['https://eyes.cognitiveservices.azure.com/', 'https://eyes.cognitiveservices.azure.com', false],
  [
    'https://eyes.cognitiveservices.azure.com/computervision/imageanalysis:analyze?api-version=2024-02-01',
    'https://eyes.cognitiveservices.azure.com',
    false,
  ],
  ['eyes.cognitiveservices.azure.com', 'https://eyes.cognitiveservices.azure.com', false],
  ['https://eyes.services.ai.azure.com/api/projects/p', 'https://eyes.services.ai.azure.com', false],
  ['https://contoso.openai.azure.com', 'https://contoso.openai.azure.com', true],
  ['https://gw.example/vision-team/computervision/', 'https://gw.example/vision-team', false],
  ['http://localhost:9000', 'http://localhost:9000', false],
])('the Computer Vision endpoint in %s is %s', (text, endpoint, openaiHost) => {
  expect(checkVisionEndpoint(text)).toEqual({ ok: true, endpoint, openaiHost, secretsRemoved: [] });
});

test('a Computer Vision endpoint drops a key and refuses what is none', () => {
  expect(checkVisionEndpoint('https://eyes.cognitiveservices.azure.com/?subscription-key=abc')).toEqual({
    ok: true,
    endpoint: 'https://eyes.cognitiveservices.azure.com',
    openaiHost: false,
    secretsRemoved: ['subscription-key'],
  });
  expect(checkVisionEndpoint('http://eyes.example')).toEqual({ ok: false, reason: 'plain-http' });
});

test('the API versions offered are dated, newest first, each with a source', () => {
  const versions = knownApiVersions.map(({ version }) => version);
  expect(versions).toEqual([...versions].sort().reverse());
  for (const { version, stable, source } of knownApiVersions) {
    expect(version).toMatch(/^\d{4}-\d{2}-\d{2}(-preview)?$/);
    expect(stable).toBe(!version.endsWith('-preview'));
    expect(source).not.toBe('');
  }
});
