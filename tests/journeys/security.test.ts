import { createServer } from 'node:http';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listen } from '../support/serve-site.ts';
import { answersOf, ask, attach, composerOf, endedAnswer, startWith, streamOf } from './steps.ts';
import { createWorld, type World } from './world.ts';

/** Differs in clear, URL-encoded and base64. */
const key = 'k3y/With+Odd=Chars&9876543210~abcdefXYZ';

let world: World;
let elsewhere: Awaited<ReturnType<typeof startElsewhere>>;
const sample = readFileSync('public/sample.jpg');

beforeAll(async () => {
  world = await createWorld();
  elsewhere = await startElsewhere();
});
afterEach(() => world.simulator.respondWith(null));
afterAll(async () => {
  await world.close();
  await elsewhere.close();
});

test('a key is in nothing that is stored, shown, logged or sent anywhere but to its endpoint', async () => {
  const visit = await world.open({ expected: [/status of 401/] });
  const { page } = visit;
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  const sent = watchRequests(visit.context);
  const before = world.simulator.requests.length;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o', key });

  world.simulator.respondWith((request) => (request.method === 'POST' ? echoOf(key) : null));
  await ask(page, 'What do you see?');
  const refused = await endedAnswer(page);
  await refused.getByText('Details', { exact: true }).click();
  expect(await refused.innerText()).toContain('Azure did not accept the credentials');
  expect(await refused.innerText()).toContain('•••');

  world.simulator.respondWith(null);
  await ask(page, 'And now?');
  expect(await (await endedAnswer(page)).innerText()).toContain('simulated answer');
  const onChat = await everythingKept(page);

  // The form of a connection that is saved does not know its key.
  await page.evaluate(() => (location.hash = '#/settings'));
  await page.getByRole('button', { name: 'Edit gpt-4o' }).click();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByText('Everything passed').waitFor();
  const onSettings = await everythingKept(page);

  expect(onChat).toContain('What do you see?');
  for (const form of formsOf(key)) {
    expect(onChat).not.toContain(form);
    expect(onSettings).not.toContain(form);
    expect(lines.join('\n')).not.toContain(form);
    expect(sent.urls.join('\n')).not.toContain(form);
  }
  const calls = world.simulator.requests.slice(before);
  expect(calls.some(({ headers }) => headers['api-key'] === key)).toBe(true);
  for (const { headers, ...rest } of calls) {
    const { 'api-key': credential, ...others } = headers;
    expect(credential ?? key).toBe(key);
    for (const form of formsOf(key)) expect(JSON.stringify({ ...rest, others })).not.toContain(form);
  }
  expect(sent.keyed).toEqual(new Set([world.simulator.origin]));
  visit.expectQuiet();

  await visit.close();
  // A text that must be there shows that the search finds what there is.
  expect(filesHolding(visit.profile, 'What do you see?')).not.toEqual([]);
  expect(filesHolding(visit.profile, key)).toEqual([]);
});

test('a redirect is not followed, whatever its status: the other server hears nothing', async () => {
  const visit = await world.open({ expected: [/net::ERR_FAILED|CORS policy|ERR_INVALID_REDIRECT/] });
  const { page } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o', key });
  for (const status of [301, 302, 303, 307, 308]) {
    const before = elsewhere.requests.length;
    world.simulator.respondWith((request) =>
      request.method === 'POST'
        ? new Response(null, {
            status,
            headers: { location: `${elsewhere.origin}/stolen`, 'access-control-allow-origin': '*' },
          })
        : null,
    );
    await ask(page, `Prompt ${status}`);
    const refused = await endedAnswer(page);
    expect(await refused.innerText()).toContain(`No answer from ${world.simulator.origin}`);
    expect(await refused.innerText()).toContain('redirects to another address');
    expect(elsewhere.requests.slice(before)).toEqual([]);
  }
  visit.expectQuiet();
});

test('no link can bring an endpoint or a key, or send anything', async () => {
  const visit = await world.open();
  const { page } = visit;
  const sent = watchRequests(visit.context);
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o', key });
  const before = world.simulator.requests.length;
  const parameters = `endpoint=${encodeURIComponent(elsewhere.origin)}&key=stolen&deployment=x&prompt=hello&send=1`;
  for (const address of [
    `#/?${parameters}`,
    `#/settings?${parameters}`,
    `?${parameters}#/`,
    `#/?${parameters}#`,
  ]) {
    await page.goto(world.site.url + address);
    await page.reload();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    if (address.includes('settings')) {
      await page.getByRole('button', { name: 'Edit gpt-4o' }).waitFor();
      expect(await page.getByRole('button', { name: /^Edit / }).count()).toBe(1);
    } else {
      await page.getByLabel('Connection', { exact: true }).waitFor();
      expect(await page.getByLabel('Connection', { exact: true }).locator('option').allInnerTexts()).toEqual([
        'gpt-4o',
      ]);
      expect(await composerOf(page).inputValue()).toBe('');
    }
  }
  expect(world.simulator.requests.slice(before)).toEqual([]);
  expect(elsewhere.requests).toEqual([]);
  expect([...sent.origins]).toEqual([world.site.origin]);
  visit.expectQuiet();
});

test('a picture by URL is fetched when the person asks to see it, and not before', async () => {
  // The simulator loads no picture, and says so with a 400.
  const visit = await world.open({ expected: [/status of 400/] });
  const { page } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o' });
  await page.getByRole('button', { name: 'Add image by URL' }).click();
  await page.getByLabel('Image URL').fill(`${elsewhere.origin}/picture.jpg`);
  await page.getByRole('button', { name: 'Add image', exact: true }).click();
  await page.getByRole('list', { name: 'Attachments' }).getByRole('listitem').waitFor();
  await ask(page, 'What is there?');
  await endedAnswer(page);
  await page.reload();
  const preview = page
    .getByRole('article', { name: 'You' })
    .getByRole('button', { name: /^Preview picture/ });
  await preview.waitFor();
  expect(elsewhere.requests).toEqual([]);

  await preview.click();
  await page.getByRole('img', { name: /^Picture from/ }).waitFor();
  expect(elsewhere.requests.map(({ url }) => url)).toEqual(['/picture.jpg']);
  const [{ headers }] = elsewhere.requests as [(typeof elsewhere.requests)[number]];
  expect(headers).not.toHaveProperty('referer');
  expect(headers).not.toHaveProperty('cookie');
  expect(headers).not.toHaveProperty('api-key');
  elsewhere.requests.length = 0;
  visit.expectQuiet();
});

test(
  'attacks in prompts, answers, titles, names and errors stay text',
  { timeout: 120_000 },
  async (context) => {
    const attacks = readAttacks();
    if (!attacks) return context.skip('The corpora are not here; CORPORA_DIR says where.');
    const visit = await world.open({ expected: [/status of (400|404)/] });
    const { page } = visit;
    const sent = watchRequests(visit.context);
    const name = attacks.names.slice(0, 4).join(' ');
    await startWith(page, {
      endpoint: world.simulator.origin,
      deployment: '<img src=x onerror=window.__pwned=1>',
      name: `${name} <img src=x onerror=window.__pwned=1>`,
    });
    const harmless = async (): Promise<void> => {
      expect(await page.evaluate(inspect)).toEqual({ pwned: false, links: [], loads: [], elements: [] });
      expect([...sent.origins].filter((origin) => !isOurs(origin))).toEqual([]);
    };
    await harmless();

    for (const batch of inBatches(attacks.texts, 8)) {
      const text = batch.join('\n\n');
      world.simulator.respondWith((request) =>
        request.method === 'POST' ? streamOf(text, batch[0] ?? '') : null,
      );
      await ask(page, text);
      const answer = await endedAnswer(page);
      const prompt = await page.getByRole('article', { name: 'You' }).last().innerText();
      const answered = squeeze(await answer.innerText());
      for (const attack of batch) {
        expect(squeeze(prompt)).toContain(squeeze(attack));
        if (attack.startsWith('<') && !attack.includes('\n'))
          expect(answered).toContain(squeeze(attack).slice(0, 12));
      }
      await harmless();
    }

    // Titles: at most 200 characters each.
    for (const title of packed(attacks.texts.map(squeeze), 200)) {
      await page.getByRole('button', { name: 'Rename conversation' }).click();
      await page.getByRole('textbox', { name: 'Title' }).fill(title);
      await page.getByRole('textbox', { name: 'Title' }).press('Enter');
      await expect.poll(() => page.locator('main h1').innerText()).toBe(title.replace(/\s+/g, ' '));
    }
    await harmless();

    world.simulator.respondWith(null);
    await attach(
      page,
      attacks.names.map((fileName) => ({ name: fileName, mimeType: 'image/jpeg', buffer: sample })),
    );
    await expect
      .poll(() => page.getByRole('list', { name: 'Attachments' }).getByRole('listitem').count())
      .toBe(attacks.names.length);
    await expect
      .poll(() => page.getByRole('combobox', { name: /^Detail for/ }).count())
      .toBe(attacks.names.length);
    await harmless();

    const message = attacks.texts.join('\n');
    world.simulator.respondWith((request) =>
      request.method === 'POST'
        ? Response.json(
            {
              error: {
                message,
                code: '<img src=x onerror=window.__pwned=1>',
                param: '<svg onload=window.__pwned=1>',
              },
            },
            { status: 400, headers: { 'access-control-allow-origin': '*' } },
          )
        : null,
    );
    await ask(page, 'Refuse this');
    const refused = await endedAnswer(page);
    await refused.getByText('Details', { exact: true }).click();
    expect(await refused.innerText()).toContain('<img src=x onerror=window.__pwned=1>');
    await harmless();

    await page.reload();
    await answersOf(page).last().waitFor();
    await page.getByRole('searchbox').fill('__pwned');
    await harmless();

    world.simulator.respondWith((request) =>
      request.method === 'GET'
        ? Response.json(
            { data: attacks.texts.map((id) => ({ id, model: id, status: 'succeeded' })) },
            { headers: { 'access-control-allow-origin': '*' } },
          )
        : null,
    );
    await page.evaluate(() => (location.hash = '#/settings'));
    await page.getByRole('button', { name: /^Edit / }).click();
    await page.getByRole('textbox', { name: 'API key' }).fill(key);
    await page.getByRole('textbox', { name: 'Deployment', exact: true }).click();
    await page.getByText('Found on this resource:').waitFor();
    await harmless();
    expect(elsewhere.requests).toEqual([]);
    visit.expectQuiet();
  },
);

test('an answer that nests without end does not stop the page', async () => {
  const visit = await world.open();
  const { page } = visit;
  await startWith(page, { endpoint: world.simulator.origin, deployment: 'gpt-4o' });
  const nesting = `${'['.repeat(20_000)}\n\n${'> '.repeat(2_000)}deep\n\n${'*a_ '.repeat(5_000)}`;
  world.simulator.respondWith((request) => (request.method === 'POST' ? streamOf(nesting, 'gpt-4o') : null));
  await ask(page, 'Nest');
  expect(await (await endedAnswer(page, 30_000)).innerText()).toContain('[[[[');
  await ask(page, 'Still there?');
  await endedAnswer(page);
  visit.expectQuiet();
});

test('the policy is the first thing the page says, and nothing is inline', () => {
  const html = readFileSync(resolve(process.env['SITE_FOLDER'] ?? 'dist', 'index.html'), 'utf8');
  const head = /<head>\s*(<[^>]+>)\s*(<meta[^>]*?http-equiv="Content-Security-Policy"[^>]*>)/i.exec(html);
  expect(head?.[1]).toMatch(/^<meta charset="?utf-8"?\s*\/?>$/i);
  const policy = new Map(
    (/content="([^"]+)"/.exec(head?.[2] ?? '')?.[1] ?? '').split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(/\s+/);
      return [name, values.join(' ')];
    }),
  );
  expect(Object.fromEntries(policy)).toEqual({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' blob:",
    'media-src': "'self' blob:",
    'font-src': "'self'",
    'connect-src': "'self' https: http://localhost:* http://127.0.0.1:*",
    'worker-src': "'self'",
    'manifest-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'object-src': "'none'",
    'frame-src': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': 'svelte-trusted-html app-url',
  });
  expect(html.match(/<script(?![^>]*\bsrc=)[^>]*>/gi)).toBeNull();
  expect(html.match(/<style\b|\sstyle=|\son\w+=|javascript:/gi)).toBeNull();
  expect(html.match(/(?:src|href)="(?:[a-z]+:)?\/\//gi)).toBeNull();
});

/** Another server: what it hears, it should not have heard. */
async function startElsewhere() {
  const requests: { method: string; url: string; headers: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    response.writeHead(200, { 'content-type': 'image/jpeg', 'access-control-allow-origin': '*' }).end(sample);
  });
  const origin = await listen(server, 0);
  return {
    origin,
    requests,
    close: () => new Promise<void>((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
}

function isOurs(origin: string): boolean {
  return origin === world.site.origin || origin === world.simulator.origin;
}

/** Every request of every tab and worker: where it went, and which origins were given a key. */
function watchRequests(context: BrowserContext) {
  const urls: string[] = [];
  const origins = new Set<string>();
  const keyed = new Set<string>();
  context.on('request', (request) => {
    const url = request.url();
    urls.push(url);
    if (url.startsWith('blob:') || url.startsWith('data:')) return;
    origins.add(new URL(url).origin);
    if (request.headers()['api-key'] !== undefined) keyed.add(new URL(url).origin);
  });
  return { urls, origins, keyed };
}

/** A 401 as a careless gateway words it: with the key in it, three ways. */
function echoOf(secret: string): Response {
  const url = encodeURIComponent(secret);
  const base64 = Buffer.from(secret).toString('base64');
  return Response.json(
    { error: { code: '401', message: `Key ${secret} in /x?api-key=${url} (Basic ${base64}) is not valid.` } },
    { status: 401, headers: { 'access-control-allow-origin': '*' } },
  );
}

/** How a secret may be written; the base64 forms leave off what neighbouring bytes may change. */
function formsOf(secret: string): string[] {
  const base64 = (padding: number): string =>
    Buffer.from(' '.repeat(padding) + secret)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(padding === 0 ? 0 : padding + 1, -2);
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
    base64(1),
    base64(2),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret, 'utf16le').toString('latin1'),
  ];
}

/** All that the page keeps or shows, as one text: databases byte by byte, storage, caches, address, DOM and fields. */
function everythingKept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: string[] = [];
    const seen = new Set<unknown>();
    async function note(value: unknown): Promise<void> {
      if (typeof value === 'string') found.push(value);
      else if (value instanceof Blob) await note(await value.arrayBuffer());
      else if (value instanceof ArrayBuffer) found.push(new TextDecoder('latin1').decode(value));
      else if (ArrayBuffer.isView(value)) {
        found.push(new TextDecoder('latin1').decode(value.buffer as ArrayBuffer));
      } else if (typeof value === 'object' && value !== null && !seen.has(value)) {
        seen.add(value);
        for (const [name, inner] of Object.entries(value)) {
          found.push(name);
          await note(inner);
        }
      }
    }
    const settled = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error ?? new Error('request'));
      });
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([settled(objects.getAllKeys()), settled(objects.getAll())]);
        found.push(`store ${store}: ${values.length}`);
        await note(keys);
        await note(values);
      }
      database.close();
    }
    await note({ ...localStorage });
    await note({ ...sessionStorage });
    for (const cache of await caches.keys()) {
      for (const request of await (await caches.open(cache)).keys()) found.push(request.url);
    }
    found.push(location.href, JSON.stringify(history.state), document.title, document.cookie, window.name);
    found.push(document.documentElement.outerHTML, document.body.innerText);
    for (const field of document.querySelectorAll<HTMLInputElement>('input, textarea, select')) {
      found.push(field.value);
    }
    const text = found.join('\n');
    if (!/store secrets: [1-9]/.test(text))
      throw new Error('The dump misses the secrets: it proves nothing.');
    return text;
  });
}

/** Files of a browser profile that hold a text in clear. */
function filesHolding(folder: string, text: string): string[] {
  const wanted = [Buffer.from(text), Buffer.from(text, 'utf16le')];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .filter((file) => {
      const bytes = readFileSync(file);
      return wanted.some((form) => bytes.includes(form));
    });
}

interface Attacks {
  readonly texts: readonly string[];
  readonly names: readonly string[];
}

function readAttacks(): Attacks | null {
  const file = resolve(process.env['CORPORA_DIR'] ?? '../shared/corpora', 'xss/chat-attacks.json');
  if (!statSync(file, { throwIfNoEntry: false })) return null;
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: { kind: string; input: string }[] };
  const of = (...kinds: string[]): string[] =>
    cases.filter(({ kind }) => kinds.includes(kind)).map(({ input }) => input);
  return {
    texts: of('xss', 'exfiltration', 'link', 'hidden text', 'import').filter(({ length }) => length < 2_000),
    names: of('file name'),
  };
}

/** Runs in the page: what an attack would have brought about. */
function inspect() {
  const foreign = (url: string): boolean =>
    !/^(blob:|#)/.test(url) && new URL(url, document.baseURI).origin !== location.origin;
  const all = <T extends Element>(selector: string): T[] => [...document.querySelectorAll<T>(selector)];
  return {
    pwned: (window as { __pwned?: unknown }).__pwned !== undefined,
    links: all<HTMLAnchorElement>('a[href]')
      .filter(
        (link) =>
          !/^(https?|mailto):$/.test(link.protocol) ||
          (foreign(link.href) && !(link.relList.contains('noopener') && link.relList.contains('noreferrer'))),
      )
      .map(({ outerHTML }) => outerHTML),
    loads: all<HTMLElement>('[src], [srcset], [poster], [background], link[href], [style*="url("]')
      .filter(
        (one) =>
          one.hasAttribute('srcset') || foreign(one.getAttribute('src') ?? one.getAttribute('href') ?? '#'),
      )
      .map(({ outerHTML }) => outerHTML),
    elements: all(
      'iframe, object, embed, base, video, audio, template, noscript p, main style, main script, main meta, [onerror], [onload], [ontoggle], [onmouseover], math [href], svg a',
    ).map(({ outerHTML }) => outerHTML),
  };
}

function squeeze(text: string): string {
  // eslint-disable-next-line no-control-regex -- a field and a title drop them, and so does the eye
  return text.replace(/[\u0000-\u001f\s]+/g, ' ').trim();
}

function inBatches<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}

/** Joined as far as they fit into one line of a length; longer ones are cut. */
function packed(texts: readonly string[], length: number): string[] {
  return texts.reduce<string[]>((lines, text) => {
    const last = lines.at(-1);
    const joined = `${last ?? ''} ${text}`.trim();
    if (last !== undefined && joined.length <= length) lines[lines.length - 1] = joined;
    else lines.push(text.slice(0, length).trim());
    return lines;
  }, []);
}
