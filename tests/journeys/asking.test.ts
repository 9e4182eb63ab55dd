import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answersOf, ask, attach, composerOf, dollarsOf, endedAnswer, pngOf, startWith } from './steps.ts';
import { createWorld, type Visit, type World } from './world.ts';

let world: World;
let visit: Visit;
let page: Page;

const png = (name: string, colour: readonly [number, number, number] = [0, 0, 200], sidePx = 64) => ({
  name,
  mimeType: 'image/png',
  buffer: pngOf(sidePx, sidePx, colour),
});

beforeAll(async () => {
  world = await createWorld();
  visit = await world.open();
  page = visit.page;
});
afterEach(() => visit.expectQuiet());
afterAll(() => world.close());

describe('a question about a picture', () => {
  test.each([
    { model: 'gpt-4.1', api: 'v1', stream: true, prices: [2, 8] },
    { model: 'gpt-4.1', api: 'classic', stream: false, prices: [2, 8] },
    { model: 'gpt-4o', api: 'classic', stream: true, prices: [2.5, 10] },
    { model: 'gpt-4o', api: 'v1', stream: false, prices: [2.5, 10] },
  ] as const)('$model, $api, stream: $stream', async ({ model, api, stream, prices }) => {
    const { origin } = world.simulator;
    await startWith(page, {
      name: `${model} ${api}`,
      endpoint:
        api === 'v1'
          ? `${origin}/openai/v1/`
          : `${origin}/openai/deployments/${model}/chat/completions?api-version=2024-10-21`,
      deployment: model,
      key: 'the-key',
      model: model === 'gpt-4o' ? 'gpt-4o@2024-11-20' : 'gpt-4.1@2025-04-14',
    });
    if (!stream) await inSettings(() => page.getByRole('switch', { name: 'Stream' }).uncheck());
    await attach(page, [png('blue.png')]);
    await page.getByLabel('Detail for blue.png').selectOption('low');
    await composerOf(page).fill('Which colour is this?');
    await expect.poll(estimatedTokens, { timeout: 15_000 }).toBeGreaterThan(80);
    await page.getByLabel('Estimate').getByText('rough').waitFor({ state: 'detached' });
    const estimated = await estimatedTokens();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const answer = await endedAnswer(page);

    expect(await answer.innerText()).toMatch(/64 × 64 PNG.*detail low[^]*Mostly blue/);
    const [, input = '', output = '', dollars] = /([\d,]+) input\s+([\d,]+) output\s+\$([\d.]+)/.exec(
      await usageOf(answer),
    )!;
    expect(Number(dollars)).toBe(dollarsOf({ input, output }, prices));
    expect(estimated).toBe(Number(input));

    const { path, body, headers } = posts().at(-1)!;
    const asked = JSON.parse(body) as Record<string, unknown>;
    expect(path).toBe(
      api === 'v1'
        ? '/openai/v1/chat/completions'
        : `/openai/deployments/${model}/chat/completions?api-version=2024-10-21`,
    );
    expect(asked['model']).toBe(api === 'v1' ? model : undefined);
    expect(asked['stream']).toBe(stream);
    expect(['max_tokens', 'max_completion_tokens'].filter((name) => name in asked)).toHaveLength(1);
    expect(asked['messages']).toEqual([
      {
        role: 'user',
        content: expect.arrayContaining([
          { type: 'text', text: 'Which colour is this?' },
          {
            type: 'image_url',
            image_url: { url: `data:image/png;base64,${png('').buffer.toString('base64')}`, detail: 'low' },
          },
        ]) as unknown,
      },
    ]);
    expect(ownHeaders(headers)).toEqual(['api-key', 'content-type']);
    expect(headers['api-key']).toBe('the-key');
  });

  test('the system prompt goes first, and stands first in the conversation', async () => {
    await newConversation();
    await inSettings(() => page.getByLabel('System prompt').fill('Answer like a pirate.'));
    await ask(page, 'Who are you?');
    const answer = await endedAnswer(page);
    expect(await answer.innerText()).toContain('A system prompt of 4 words was sent along.');
    const { messages } = JSON.parse(posts().at(-1)!.body) as { messages: object[] };
    expect(messages[0]).toEqual({ role: 'system', content: 'Answer like a pirate.' });
    const system = page.getByRole('article', { name: 'System' });
    await system.getByText('System', { exact: true }).click();
    await system.getByText('Answer like a pirate.').waitFor();
  });

  test('what the content filter found is told for prompt and answer', async () => {
    const filter = answersOf(page).last().getByRole('group', { name: 'Content filter' });
    await filter.getByText('Content filter: nothing found').click();
    expect(await filter.getByRole('table').count()).toBe(2);
    expect(await filter.innerText()).toMatch(/Violence\s+safe/);
  });
});

describe('attaching', () => {
  test('several pictures are put in order, one is removed, and they are sent as they stand', async () => {
    await newConversation();
    await attach(page, [png('red.png', [200, 0, 0]), png('green.png', [0, 160, 0]), png('blue.png')]);
    await page.getByRole('button', { name: 'Move blue.png earlier' }).click();
    await page.getByText('blue.png is now 2 of 3').waitFor();
    await page.getByRole('button', { name: 'Move blue.png earlier' }).click();
    await page.getByRole('button', { name: 'Remove green.png' }).click();
    await page.getByLabel('Detail for red.png').selectOption('high');
    expect(await attachedNames()).toEqual(['blue.png', 'red.png']);
    await ask(page, 'Compare them.');
    const text = await (await endedAnswer(page)).innerText();
    expect(text).toMatch(/You sent 2 pictures[^]*detail auto[^]*Mostly blue[^]*detail high[^]*Mostly red/);
  });

  test('a picture by URL is sent as it is', async () => {
    await newConversation();
    await page.getByRole('button', { name: 'Add image by URL' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add image by URL' });
    await dialog.getByLabel('Image URL').fill('cats.example/a.jpg');
    await dialog.getByRole('button', { name: 'Add image' }).click();
    await dialog.getByText('Enter a full URL that starts with https:// or http://.').waitFor();
    await dialog.getByLabel('Image URL').fill('https://cats.example/a.jpg');
    await dialog.getByRole('button', { name: 'Add image' }).click();
    await dialog.waitFor({ state: 'detached' });
    await ask(page, 'What is there?');
    expect(await (await endedAnswer(page)).innerText()).toContain('A picture at cats.example, detail auto.');
    expect(posts().at(-1)!.body).toContain(
      '{"type":"image_url","image_url":{"url":"https://cats.example/a.jpg","detail":"auto"}}',
    );
  });

  test.each(['paste', 'drop'] as const)('a picture comes by %s', async (way) => {
    await newConversation();
    await composerOf(page).focus();
    await composerOf(page).evaluate(
      (field, { way, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], 'handed.png', { type: 'image/png' }));
        const init = { bubbles: true, cancelable: true };
        if (way === 'paste') {
          field.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
          return;
        }
        for (const type of ['dragenter', 'dragover', 'drop'])
          field.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
      },
      { way, base64: png('').buffer.toString('base64') },
    );
    await expect.poll(attachedNames).toEqual(['handed.png']);
    await page.getByRole('button', { name: 'Remove handed.png' }).click();
  });

  test('an animated GIF says that its first frame is sent; a BMP says that it is converted', async () => {
    await newConversation();
    await attach(page, [
      { name: 'moving.gif', mimeType: 'image/gif', buffer: gifOfTwoFrames() },
      { name: 'old.bmp', mimeType: 'image/bmp', buffer: bmp() },
    ]);
    await tileOf('moving.gif')
      .getByText(/GIF: first frame only/)
      .waitFor();
    await tileOf('old.bmp')
      .getByText(/Converted from BMP to PNG or JPEG when sent/)
      .waitFor();
    await ask(page, 'What are these?');
    expect(await (await endedAnswer(page)).innerText()).toContain('You sent 2 pictures');
    const kinds = [
      ...posts()
        .at(-1)!
        .body.matchAll(/data:(image\/\w+);base64/g),
    ].map(([, type]) => type);
    expect(kinds[1]).toMatch(/^image\/(png|jpeg)$/);
  });

  test('files that are no pictures say why; the text and the good picture stay and are sent', async () => {
    await newConversation();
    await composerOf(page).fill('Only the good one, please.');
    const good = png('good.png');
    await attach(page, [
      good,
      { name: 'phone.heic', mimeType: 'image/heic', buffer: Buffer.from('no picture at all, just junk') },
      { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) },
      {
        name: 'drawing.png',
        mimeType: 'image/png',
        buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      },
      { name: 'torn.png', mimeType: 'image/png', buffer: good.buffer.subarray(0, 45) },
    ]);
    await tileOf('phone.heic').getByText('This is not a picture.').waitFor();
    await tileOf('empty.png').getByText('The file is empty.').waitFor();
    await tileOf('drawing.png')
      .getByText(/^SVG is a drawing/)
      .waitFor();
    await tileOf('torn.png').getByText('The file is damaged or incomplete.').waitFor();
    expect(await page.getByRole('list', { name: 'Attachments' }).getByRole('alert').count()).toBe(4);
    expect(await composerOf(page).inputValue()).toBe('Only the good one, please.');
    await page.screenshot({ path: '.cache/screens/attachments-refused.png' });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    expect(await (await endedAnswer(page)).innerText()).toContain('You sent 1 picture and asked');
  });

  test('more pictures than the model takes: one click keeps the newest', async () => {
    await startWith(page, {
      endpoint: world.simulator.origin,
      deployment: 'gpt-4-vision-preview',
      model: 'gpt-4@vision-preview',
    });
    await attach(
      page,
      Array.from({ length: 11 }, (_, at) => png(`${at + 1}.png`, [at * 20, 0, 0], 16)),
    );
    await page.getByText('11 pictures, this model takes 10.').waitFor();
    await composerOf(page).fill('Too many?');
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Keep only the newest 10 pictures' }).click();
    await page.getByText(/^Only the newest 10 pictures will be sent; 1 earlier one is left out/).waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const answer = await endedAnswer(page);
    expect(await answer.innerText()).toContain('You sent 10 pictures');
    expect(await answer.innerText()).toContain('1 earlier picture was left out of this request');
    expect(
      posts()
        .at(-1)!
        .body.match(/"image_url":\{/g),
    ).toHaveLength(10);
  });
});

describe('answers', () => {
  test('Regenerate keeps both answers, Edit keeps both prompts', async () => {
    await newConversation();
    await ask(page, 'First wording');
    await (await endedAnswer(page)).getByRole('button', { name: 'Regenerate' }).click();
    await page.getByText('2 of 2').waitFor();
    await endedAnswer(page);
    await page.getByRole('button', { name: 'Previous answer' }).click();
    await page.getByText('1 of 2').waitFor();

    await page.getByRole('article', { name: 'You' }).getByRole('button', { name: 'Edit' }).click();
    expect(await composerOf(page).inputValue()).toBe('First wording');
    await ask(page, 'Second wording');
    const answer = await endedAnswer(page);
    expect(await answer.innerText()).toContain('“Second wording”');
    expect(await page.getByRole('article', { name: 'You' }).allInnerTexts()).toHaveLength(1);
    await page.getByRole('button', { name: 'Previous prompt' }).click();
    await page.getByRole('article', { name: 'You' }).getByText('First wording').waitFor();
    await page.reload();
    await page.getByRole('article', { name: 'You' }).getByText('First wording').waitFor();
  });

  test('a conversation is renamed, deleted and brought back', async () => {
    await page.getByRole('button', { name: 'Rename conversation' }).click();
    await page.getByLabel('Title', { exact: true }).fill('Two wordings');
    await page.keyboard.press('Enter');
    const listed = page
      .getByRole('list', { name: 'Conversations' })
      .getByRole('link', { name: 'Two wordings' });
    await listed.waitFor();
    await page.getByRole('button', { name: 'Actions for Two wordings' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await listed.waitFor({ state: 'detached' });
    await page.getByText('Deleted “Two wordings”.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await listed.click();
    await answersOf(page).last().waitFor();
  });

  test('an answer that was cut off goes on, or gets more tokens', async () => {
    await newConversation();
    await inSettings(() => page.getByLabel('Max tokens').fill('12'));
    await ask(page, 'Tell me everything about the sea.');
    const answer = await endedAnswer(page);
    await answer.getByText('Cut off at 12 tokens.').waitFor();
    const first = await answer.locator('.body').innerText();
    await answer.getByRole('button', { name: 'Continue' }).click();
    await expect
      .poll(async () => (await answer.locator('.body').innerText()).length)
      .toBeGreaterThan(first.length);
    await endedAnswer(page);
    await answer.getByRole('button', { name: 'Raise max tokens' }).click();
    await expect
      .poll(() => JSON.parse(posts().at(-1)!.body) as object)
      .toMatchObject({
        max_tokens: 24,
      });
    await endedAnswer(page);
    const text = await answer.locator('.body').innerText();
    expect(text).toMatch(/^This is a simulated answer: no model read your question/);
    expect(await answersOf(page).count()).toBe(1);
  });

  test('Stop keeps what came', async () => {
    await startWith(page, {
      endpoint: world.simulator.origin,
      deployment: 'long-answer',
      model: 'gpt-4.1@2025-04-14',
    });
    await ask(page, 'Write 2000 tokens at 100 tokens per second');
    const answer = answersOf(page).last();
    await expect.poll(async () => (await answer.locator('.body').innerText()).length).toBeGreaterThan(200);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await answer.getByText('Stopped. What had arrived is kept.').waitFor();
    const kept = await answer.locator('.body').innerText();
    expect(kept.length).toBeGreaterThan(200);
    await expect.poll(() => posts().at(-1)!.aborted).toBe(true);
    await page.reload();
    await answersOf(page).last().getByText('Stopped. What had arrived is kept.').waitFor();
    expect((await answersOf(page).last().locator('.body').innerText()).slice(0, 200)).toBe(
      kept.slice(0, 200),
    );
  });

  test('two conversations are answered at once, and the sidebar shows both', async () => {
    for (const name of ['One', 'Two']) {
      await newConversation('long-answer');
      await ask(page, `${name}: write 600 tokens at 100 tokens per second`);
    }
    const list = page.getByRole('list', { name: 'Conversations' });
    await expect.poll(() => list.getByRole('img', { name: 'Answering' }).count()).toBe(2);
    expect(await page.title()).toMatch(/^● /);
    await endedAnswer(page);
    await list.getByRole('link', { name: /^One/ }).click();
    await page.getByRole('article', { name: 'You' }).getByText(/^One/).waitFor();
    await endedAnswer(page);
    await expect.poll(() => list.getByRole('img', { name: 'Answering' }).count()).toBe(0);
    expect(await usageOf(answersOf(page).last())).toMatch(/600 output|5\d\d output|6\d\d output/);
  });
});

const posts = () => world.simulator.requests.filter(({ method }) => method === 'POST');
const usageOf = (answer: ReturnType<typeof answersOf>) =>
  answer.getByRole('group', { name: 'Usage' }).innerText();
const tileOf = (name: string) =>
  page
    .getByRole('list', { name: 'Attachments' })
    .locator(':scope > li')
    .filter({ has: page.getByRole('button', { name: `Remove ${name}` }) });

async function estimatedTokens(): Promise<number> {
  const shown = await page.getByRole('group', { name: 'Estimate' }).innerText();
  return Number(/≈ ([\d,]+) tokens in/.exec(shown)?.[1]?.replaceAll(',', ''));
}

async function attachedNames(): Promise<string[]> {
  const buttons = page.getByRole('list', { name: 'Attachments' }).getByRole('button', { name: /^Remove / });
  const labels = await buttons.evaluateAll((all) =>
    all.map((button) => button.getAttribute('aria-label') ?? ''),
  );
  return labels.map((label) => label.replace('Remove ', ''));
}

/** With the first connection of this file, which answers plainly. */
async function newConversation(connection = 'gpt-4.1 v1'): Promise<void> {
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.getByRole('article').first().waitFor({ state: 'detached' });
  await page.getByLabel('Connection', { exact: true }).selectOption({ label: connection });
}

async function inSettings(change: () => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: 'Request settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Request settings' });
  await dialog.waitFor();
  await change();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

/** What the page added to what a browser sends by itself. */
function ownHeaders(headers: Readonly<Record<string, string>>): string[] {
  const browsers =
    /^(accept(-encoding|-language)?|connection|content-length|host|origin|referer|user-agent|sec-.*|dnt|priority|pragma|cache-control)$/;
  return Object.keys(headers)
    .filter((name) => !browsers.test(name))
    .sort();
}

/** 2 × 2 pixels, a red frame and a blue one. */
function gifOfTwoFrames(): Buffer {
  const frame = (colour: number): number[] => [
    ...[0x21, 0xf9, 4, 0, 10, 0, 0, 0],
    ...[0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0],
    // Codes of three bits: clear, four pixels with a clear after two, end.
    ...lzwOfFour(colour),
  ];
  return Buffer.from([
    ...Buffer.from('GIF89a', 'latin1'),
    ...[2, 0, 2, 0, 0x81, 0, 0],
    ...[255, 0, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255],
    ...[0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0', 'latin1'), 3, 1, 0, 0, 0],
    ...frame(0),
    ...frame(1),
    0x3b,
  ]);
}

function lzwOfFour(colour: number): number[] {
  const clear = 4;
  const end = 5;
  const codes = [clear, colour, colour, clear, colour, colour, end];
  const bits = codes.reduce((sum, code, at) => sum | (BigInt(code) << BigInt(3 * at)), 0n);
  return [2, 3, Number(bits & 255n), Number((bits >> 8n) & 255n), Number((bits >> 16n) & 255n), 0];
}

/** 2 × 2 pixels of 24 bits. */
function bmp(): Buffer {
  const file = Buffer.alloc(70, 120);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(70, 2);
  file.writeUInt32LE(0, 6);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(2, 18);
  file.writeInt32LE(2, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  file.fill(0, 30, 54);
  file.writeUInt32LE(16, 34);
  return file;
}
