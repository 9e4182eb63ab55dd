import { describe, expect, test } from 'vitest';
import type { AssistantMessage, UserMessage } from '#domain/conversation.ts';
import { toEvidence } from '#domain/evidence.ts';
import { defaultReading } from '#domain/settings.ts';
import { asStored, boundsOf, unitPoint, type Orientation } from '#domain/places.ts';
import type { Chat } from '#state/chat.svelte.ts';
import { askWithoutReading, setFindingsSent } from '#state/reading-verbs.ts';
import { bytesIn, exifSegment, withSegments } from '../media/files.ts';
import { connect, createWorld, drawPicture, openChat, settled, type World } from './desk-fixtures.ts';

const answerOf = (chat: Chat) => chat.branch.at(-1) as AssistantMessage;
const promptOf = (chat: Chat) => chat.branch.findLast(({ role }) => role === 'user') as UserMessage;

/** The page that the app offers as a sample: its text is drawn in letters that the simulator can read. */
async function samplePage(name = 'invoice.png'): Promise<File> {
  const response = await fetch('/sample-page.png');
  return new File([await response.blob()], name, { type: 'image/png' });
}

async function openReader(world: World, change: object = {}) {
  const connection = await connect(world, 'gpt-4.1', { visionSource: 'same', ...change });
  const chat = await openChat(world, connection);
  await chat.setSettings({ reading: { ...defaultReading, features: ['text', 'objects', 'caption'] } });
  return { connection, chat };
}

async function ask(world: World, chat: Chat, text: string): Promise<void> {
  chat.draft.setText(text);
  await chat.send('Untitled');
  await settled(world);
}

const callsOf = (world: World, what: RegExp): readonly Request[] =>
  world.requests.filter(({ url }) => what.test(url));

async function ledgerOf(world: World) {
  const rows = await world.store.listLedger({ since: 0 });
  return rows.map(({ kind, units, costNanos, outcome }) => ({ kind, units, costNanos, outcome }));
}

describe('reading pictures first', () => {
  test('what is found goes with the question, is cited, and leads back to its place', async () => {
    const world = await createWorld();
    const { chat } = await openReader(world);
    await chat.draft.addFiles([await samplePage()]);
    await expect.poll(() => chat.estimate.reading?.transactions).toBe(3);
    await ask(world, chat, 'What is the total of this invoice?');

    const { findings } = promptOf(chat);
    expect(findings!.lines.length).toBeGreaterThan(10);
    expect(callsOf(world, /imageanalysis:analyze/)).toHaveLength(1);
    const body = (await callsOf(world, /chat\/completions/)[0]!.json()) as {
      messages: { content: { type: string; text?: string }[] }[];
    };
    const { content } = body.messages.at(-1)!;
    expect(content.map(({ type }) => type)).toEqual(['image_url', 'text', 'text']);
    expect(content[1]!.text).toContain(`[${findings!.lines[0]!.number}]`);
    expect(content[2]!.text).toBe('What is the total of this invoice?');

    const evidence = toEvidence(answerOf(chat), chat.branch.slice(0, -1), new Map());
    expect(evidence.marks.length).toBeGreaterThan(0);
    const known = new Set(evidence.pictures.flatMap(({ regions }) => regions.map(({ id }) => id)));
    for (const { regionIds } of evidence.marks) for (const id of regionIds) expect(known.has(id)).toBe(true);
  });

  test('costs a row for each meter, once for each picture however often it is asked about', async () => {
    const world = await createWorld();
    const { chat } = await openReader(world);
    await chat.draft.addFiles([await samplePage(), await samplePage('again.png')]);
    await ask(world, chat, 'What is this?');
    const rows = (await ledgerOf(world)).filter(({ kind }) => kind === 'image-analysis');
    expect(rows.map(({ units }) => [units!.meter, units!.quantity]).sort()).toEqual([
      ['image-analysis-group-1', 1],
      ['image-analysis-group-2', 2],
    ]);
    expect(rows.reduce((sum, { costNanos }) => sum + costNanos!, 0)).toBe(4_000_000);
    expect(answerOf(chat).reply.extras!.reduce((sum, { nanos }) => sum + nanos!, 0)).toBe(4_000_000);

    await chat.draft.addFiles([await samplePage('third.png')]);
    await expect.poll(() => chat.estimate.reading?.known).toBe(1);
    expect(chat.estimate.reading!.costNanos).toBe(0);
    await ask(world, chat, 'And this?');
    expect(callsOf(world, /imageanalysis:analyze/)).toHaveLength(1);
    const [first, second] = chat.branch.filter(({ role }) => role === 'user') as UserMessage[];
    const numbers = [...first!.findings!.lines, ...second!.findings!.lines].map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('a question whose pictures cannot be read waits, and can be asked without', async () => {
    const world = await createWorld();
    const connection = await connect(world, 'gpt-4.1', {
      visionEndpoint: 'https://contoso.cognitiveservices.azure.com',
    });
    await world.connections.save(connection, { visionKey: 'a key of kind openai'.replaceAll(' ', '-') });
    const chat = await openChat(world, world.connections.find(connection.id)!);
    await chat.setSettings({ reading: defaultReading });
    await chat.draft.addFiles([await samplePage()]);
    await ask(world, chat, 'What is this?');
    const failed = answerOf(chat).reply;
    expect(failed).toMatchObject({
      status: 'failed',
      failure: { kind: 'vision-wrong-key', stage: 'reading' },
    });
    expect(callsOf(world, /chat\/completions/)).toHaveLength(0);
    expect(await ledgerOf(world)).toEqual([]);

    await askWithoutReading(chat, world.services, answerOf(chat).id);
    await settled(world);
    expect(answerOf(chat).reply.status).toBe('complete');
    expect(promptOf(chat).findings).toBeUndefined();
    expect(chat.branch).toHaveLength(2);
  });

  test('what was found can be switched off for later requests, and on again', async () => {
    const world = await createWorld();
    const { chat } = await openReader(world);
    await chat.draft.addFiles([await samplePage()]);
    await ask(world, chat, 'What is this?');
    const lastText = async (): Promise<string> =>
      JSON.stringify(((await world.requests.at(-1)!.json()) as { messages: unknown }).messages);
    await setFindingsSent(chat, world.services, promptOf(chat).id, false);
    await ask(world, chat, 'Go through it again');
    expect(await lastText()).not.toContain('Found in the pictures');
    const first = chat.branch.find(({ role }) => role === 'user')!;
    await setFindingsSent(chat, world.services, first.id, true);
    await ask(world, chat, 'And once more');
    expect(await lastText()).toContain('Found in the pictures');
  });

  test('the budget holds, and the estimate knows it', async () => {
    const world = await createWorld();
    const { chat } = await openReader(world);
    await chat.setSettings({ reading: { ...defaultReading, features: ['text'], budgetTokens: 300 } });
    await chat.draft.addFiles([await samplePage()]);
    chat.draft.setText('What is the total?');
    await expect
      .poll(() => chat.estimate.current?.sources.find(({ kind }) => kind === 'findings')?.tokens)
      .toBe(300);
    await chat.send('Untitled');
    await settled(world);
    const { findings } = promptOf(chat);
    expect(findings!.leftOut).toBeGreaterThan(0);
    chat.draft.setText('And?');
    await expect.poll(() => chat.estimate.current?.exact, { timeout: 15_000 }).toBe(true);
    const counted = chat.estimate.current!.sources.find(({ kind }) => kind === 'findings')!.tokens;
    expect(counted).toBeLessThanOrEqual(300);
    expect(counted).toBeGreaterThan(200);
  });

  test('a picture that is too small is said before anything is paid', async () => {
    const world = await createWorld();
    const { chat } = await openReader(world);
    await chat.draft.addFiles([await drawPicture(40, 40)]);
    await ask(world, chat, 'What is this?');
    expect(answerOf(chat).reply.failure).toMatchObject({
      kind: 'vision-picture-too-small',
      stage: 'reading',
    });
    expect(callsOf(world, /imageanalysis/)).toHaveLength(0);
  });
});

/** The sample page as a camera stores it that was held some other way: the pixels turned, and EXIF saying so. */
async function turnedPage(orientation: Orientation): Promise<File> {
  const page = await createImageBitmap(await samplePage());
  const { width, height } = page;
  const [storedWidth, storedHeight] = orientation > 4 ? [height, width] : [width, height];
  const canvas = new OffscreenCanvas(storedWidth, storedHeight);
  const context = canvas.getContext('2d')!;
  // Where three corners of the upright page lie among the stored pixels says the whole turn.
  const [origin, right, down] = [unitPoint(0, 0), unitPoint(1, 0), unitPoint(0, 1)].map((corner) => {
    const { x, y } = asStored(corner, orientation);
    return [x * storedWidth, y * storedHeight] as const;
  }) as [Pair, Pair, Pair];
  context.setTransform(
    (right[0] - origin[0]) / width,
    (right[1] - origin[1]) / width,
    (down[0] - origin[0]) / height,
    (down[1] - origin[1]) / height,
    ...origin,
  );
  context.drawImage(page, 0, 0);
  const jpeg = await bytesIn(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 }));
  return new File([withSegments(jpeg, exifSegment({ orientation }))], `page-${orientation}.jpg`, {
    type: 'image/jpeg',
  });
}

type Pair = readonly [number, number];

test.each([1, 2, 3, 4, 5, 6, 7, 8] as const)(
  'a page that a camera turned by EXIF %i has its lines where they are on the upright page',
  async (orientation) => {
    const world = await createWorld();
    const { chat } = await openReader(world);
    await chat.setSettings({ reading: { ...defaultReading, features: ['text'] } });
    await chat.draft.addFiles([await samplePage()]);
    await ask(world, chat, 'What is this?');
    const plain = promptOf(chat).findings!.lines;
    await chat.draft.addFiles([await turnedPage(orientation)]);
    await ask(world, chat, 'And this?');
    const turned = promptOf(chat).findings!.lines;
    const [first] = turned;
    expect(turned.map(({ text }) => text)).toEqual(plain.map(({ text }) => text));
    expect(first!.number).toBe(plain.at(-1)!.number + 1);
    for (const [at, { polygon }] of turned.entries()) {
      const [a, b] = [boundsOf(polygon), boundsOf(plain[at]!.polygon)];
      for (const side of ['left', 'top', 'width', 'height'] as const)
        expect(Math.abs(a[side] - b[side]), `${turned[at]!.text} ${side}`).toBeLessThan(0.004);
    }
  },
);

describe('the enhancements', () => {
  const seed = { model: { kind: 'catalog', id: 'gpt-4@vision-preview' } } as const;

  async function openSeed(world: World, apiVersion: string) {
    const connection = await connect(world, 'gpt-4-vision-preview', {
      ...seed,
      endpoint: { base: 'https://contoso.openai.azure.com', api: 'classic' },
      apiVersion,
      visionEndpoint: 'https://contoso-vision.cognitiveservices.azure.com',
    });
    await world.connections.save(connection, { visionKey: 'the-vision-key' });
    const chat = await openChat(world, world.connections.find(connection.id)!);
    await chat.setSettings({ ocrEnhancement: true, groundingEnhancement: true });
    return chat;
  }

  test.each([
    ['2023-12-01-preview', '/extensions/chat/completions', false],
    ['2024-02-15-preview', '/chat/completions', true],
    ['2024-03-01-preview', '/chat/completions', true],
  ])('%s: are asked for as documented, and their places are kept', async (apiVersion, path, stream) => {
    const world = await createWorld();
    const chat = await openSeed(world, apiVersion);
    await chat.setSettings({ stream });
    await chat.draft.addFiles([await samplePage()]);
    await ask(world, chat, 'Describe this picture:');
    const [request] = callsOf(world, /chat\/completions/);
    expect(new URL(request!.url).pathname).toBe(`/openai/deployments/gpt-4-vision-preview${path}`);
    expect(await request!.json()).toMatchObject({
      enhancements: { ocr: { enabled: true }, grounding: { enabled: true } },
      dataSources: [
        {
          type: 'AzureComputerVision',
          parameters: {
            endpoint: 'https://contoso-vision.cognitiveservices.azure.com',
            key: 'the-vision-key',
          },
        },
      ],
    });
    const { reply } = answerOf(chat);
    expect(reply.status).toBe('complete');
    const evidence = toEvidence(answerOf(chat), chat.branch.slice(0, -1), new Map());
    expect(evidence.marks.filter(({ kind }) => kind === 'span').length).toBeGreaterThan(0);
    expect((await ledgerOf(world)).map(({ kind, costNanos }) => [kind, costNanos])).toEqual(
      expect.arrayContaining([
        ['ocr-enhancement', 1_500_000],
        ['grounding-enhancement', 1_500_000],
      ]),
    );
  });

  test('more than one picture is refused before anything is written or sent', async () => {
    const world = await createWorld();
    const chat = await openSeed(world, '2024-02-15-preview');
    await chat.draft.addFiles([await samplePage(), await drawPicture(300, 300)]);
    await ask(world, chat, 'Compare');
    expect(chat.problem).toMatchObject({ kind: 'enhancements-one-picture', actual: 2, limit: 1 });
    expect(world.requests).toEqual([]);
    expect(chat.draft.text).toBe('Compare');
  });
});

describe('a part of a picture', () => {
  test('is cut from the original and goes with the whole at low detail', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    await chat.draft.addFiles([await drawPicture(2000, 1000, 'wide.png')]);
    const [whole] = chat.draft.pictures;
    if (whole?.kind !== 'picture') throw new Error('no picture');
    chat.draft.addRegion(whole, { left: 0.5, top: 0.25, width: 0.25, height: 0.5 });
    expect(chat.draft.pictures.map(({ detail }) => detail)).toEqual(['low', 'high']);
    await ask(world, chat, 'What is there?');
    const body = (await world.requests.at(-1)!.json()) as {
      messages: {
        content: { type: string; text?: string; image_url?: { url: string; detail?: string } }[];
      }[];
    };
    const { content } = body.messages.at(-1)!;
    expect(content.map(({ type }) => type)).toEqual(['image_url', 'text', 'image_url', 'text']);
    expect(content[1]!.text).toMatch(/50 % to 75 % of its width.*25 % to 75 % of its height/);
    const cut = await createImageBitmap(await (await fetch(content[2]!.image_url!.url)).blob());
    expect([cut.width, cut.height]).toEqual([500, 500]);
    const saved = (await world.store.listMessages(chat.conversation!.id))[0] as UserMessage;
    expect(saved.parts[1]).toMatchObject({ crop: { left: 0.5, top: 0.25, width: 0.25, height: 0.5 } });
  });
});
