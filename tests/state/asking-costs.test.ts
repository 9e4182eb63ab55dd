import { describe, expect, test } from 'vitest';
import type { AssistantMessage } from '#domain/conversation.ts';
import { noBudget, noBudgets } from '#domain/budget.ts';
import type { Chat } from '#state/chat.svelte.ts';
import { connect, createWorld, drawPicture, openChat, settled, type World } from './desk-fixtures.ts';

const reply = (chat: Chat) => (chat.branch.at(-1) as AssistantMessage).reply;

async function counted(chat: Chat, isMeant: (tokens: number) => boolean = () => true): Promise<number> {
  await expect
    .poll(() => chat.estimate.current?.exact === true && isMeant(chat.estimate.current.inputTokens), {
      timeout: 15_000,
    })
    .toBe(true);
  return chat.estimate.current!.inputTokens;
}

/** Of the pictures in the last request. */
async function sentSizes(world: World): Promise<readonly string[]> {
  const body = await world.requests.at(-1)!.text();
  const urls = [...body.matchAll(/data:image\/\w+;base64,[\w+/=]+/g)].map(([url]) => url);
  return Promise.all(
    urls.map(async (url) => {
      const { width, height } = await createImageBitmap(await (await fetch(url)).blob());
      return `${width} × ${height}`;
    }),
  );
}

async function ask(world: World, chat: Chat, text: string): Promise<void> {
  chat.draft.setText(text);
  await chat.send('Untitled');
  await settled(world);
}

describe('before and after', () => {
  test.each([
    ['gpt-4.1', 'gpt-4.1@2025-04-14'],
    ['gpt-4o-mini', 'gpt-4o-mini@2024-07-18'],
    ['gpt-5.2', 'gpt-5.2@2025-12-11'],
    ['gpt-4-vision-preview', 'gpt-4@vision-preview'],
  ])('%s: the estimate is what is billed, history, system prompt and pictures included', async (name, id) => {
    const world = await createWorld();
    const model = { kind: 'catalog', id } as const;
    const chat = await openChat(world, await connect(world, name, { model }));
    await chat.setSettings({ systemPrompt: 'Answer in one short sentence. 请简短。' });
    await chat.draft.addFiles([await drawPicture(1024, 1024), await drawPicture(640, 480, 'small.png')]);
    await ask(world, chat, 'What is in these two pictures, and which is the larger one?');

    await chat.draft.addFiles([await drawPicture(3000, 1000, 'wide.png')]);
    const first = chat.draft.attachments[0]!;
    chat.draft.setDetail(first.key, 'low');
    chat.draft.setText('And this one? Compare it with the first — “carefully”, 仔细比较。');
    const figure = await counted(chat, (tokens) => tokens > 700);
    const { pictureTokens, sources } = chat.estimate.current!;
    expect(sources.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(figure);
    await chat.send('Untitled');
    await settled(world);
    const billed = reply(chat).usage!.inputTokens;
    expect(figure - pictureTokens).toBeGreaterThan(0);
    expect(Math.abs(figure - billed)).toBeLessThanOrEqual(0.02 * (billed - pictureTokens));
  });

  test('each answer teaches how near the estimate was', async () => {
    const world = await createWorld();
    const connection = await connect(world, 'gpt-4.1');
    const chat = await openChat(world, connection);
    await ask(world, chat, 'Good morning');
    await ask(world, chat, 'And good night');
    const accuracy = await world.store.readAccuracy(connection.id, 'gpt-4.1');
    expect(accuracy!.samples).toHaveLength(2);
    chat.draft.setText('Once more');
    await counted(chat);
    await expect.poll(() => chat.estimate.accuracy?.samples).toBe(2);
    expect(chat.estimate.accuracy!.deviation).toBeLessThan(0.02);
  });

  test('a model whose rule nobody published is estimated by what its pictures cost before', async () => {
    // Bills 1,601 tokens for the picture that it counts by no rule of ours.
    const world = await createWorld({
      fetch: async (input, init) => {
        const response = await world.simulated(input, init);
        const text = (await response.text()).replace(
          /"prompt_tokens":(\d+)/g,
          (_, tokens: string) => `"prompt_tokens":${Number(tokens) + 1601}`,
        );
        return new Response(text, response);
      },
    });
    const llama = { kind: 'catalog', id: 'Llama-4-Maverick-17B-128E-Instruct-FP8@1' } as const;
    const connection = await connect(world, 'Llama-4-Maverick-17B-128E-Instruct-FP8', { model: llama });
    const chat = await openChat(world, connection);
    await chat.draft.addFiles([await drawPicture(300, 300)]);
    await expect.poll(() => chat.estimate.current?.unknownPictures).toBe(1);
    await ask(world, chat, 'What is it?');
    await chat.draft.addFiles([await drawPicture(400, 300, 'next.png')]);
    await expect.poll(() => chat.estimate.current?.calibrated).toBe(true);
    expect(chat.estimate.current!.unknownPictures).toBe(0);
    expect(chat.estimate.current!.exact).toBe(false);
    // Two pictures: the one in the history, and the new one.
    expect(Math.abs(chat.estimate.current!.pictureTokens - 2 * 1601)).toBeLessThan(60);
  });
});

describe('pictures of the history', () => {
  test('the plan counts for one request, and asking again keeps to it; the history does not change', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    await chat.draft.addFiles([await drawPicture(1024, 1024)]);
    await ask(world, chat, 'What is it?');
    const before = chat.branch[0]!;

    chat.draft.setText('And without it?');
    await counted(chat, (tokens) => tokens > 765);
    const [planned] = chat.estimate.planned;
    chat.setPlan({ [planned!.id]: { kind: 'left-out' } });
    const without = await counted(chat, (tokens) => tokens < 765);
    await chat.send('Untitled');
    await settled(world);
    expect(reply(chat).usage!.inputTokens).toBeLessThanOrEqual(without * 1.02);
    expect(chat.branch.at(-1)).toMatchObject({ omittedPictures: 1 });
    expect(chat.branch[0]).toEqual(before);
    expect(chat.draft.plan).toEqual({});

    await chat.regenerate(chat.branch.at(-1)!.id);
    await settled(world);
    expect(chat.branch.at(-1)).toMatchObject({ omittedPictures: 1 });
    await ask(world, chat, 'And now?');
    expect(chat.branch.at(-1)).toMatchObject({ omittedPictures: 0 });
  });

  test('a crop is sent as a picture of its own size', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    await chat.draft.addFiles([await drawPicture(1000, 800)]);
    await ask(world, chat, 'What is it?');
    chat.draft.setText('What is in the corner?');
    await counted(chat, (tokens) => tokens > 765);
    const { id } = chat.estimate.planned[0]!;
    chat.setPlan({ [id]: { kind: 'crop', area: { left: 0.5, top: 0.25, width: 0.5, height: 0.5 } } });
    const figure = await counted(chat, (tokens) => tokens < 600);
    await chat.send('Untitled');
    await settled(world);
    expect(await sentSizes(world)).toEqual(['500 × 400']);
    expect(Math.abs(reply(chat).usage!.inputTokens - figure)).toBeLessThan(figure * 0.02);
  });

  test('the rule of a conversation sends older pictures at low', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    await chat.setSettings({ keepNewestFull: 1 });
    await chat.draft.addFiles([await drawPicture(1024, 1024)]);
    await ask(world, chat, 'What is it?');
    chat.draft.setText('Once more?');
    await counted(chat, (tokens) => tokens > 765);
    await chat.draft.addFiles([await drawPicture(1024, 1024, 'second.png')]);
    await counted(chat, (tokens) => tokens > 765 + 85);
    await chat.send('Untitled');
    await settled(world);
    const body = (await world.requests.at(-1)!.json()) as { messages: { content: unknown }[] };
    const details = [...JSON.stringify(body.messages).matchAll(/"detail":"(\w+)"/g)].map(
      ([, detail]) => detail,
    );
    expect(details).toEqual(['low', 'auto']);
  });
});

test('Enter pressed twice asks once', async () => {
  const world = await createWorld();
  const chat = await openChat(world, await connect(world, 'gpt-4.1'));
  chat.draft.setText('Hello');
  await Promise.all([chat.send('Untitled'), chat.send('Untitled')]);
  await settled(world);
  expect(world.requests).toHaveLength(1);
  expect((await world.store.listConversations({ limit: 5 })).conversations).toHaveLength(1);
});

describe('budgets', () => {
  const blocking = { ...noBudgets, overall: { ...noBudget, monthlyNanos: 1, atLimit: 'block' } } as const;

  test('one that asks keeps the draft until the person has decided', async () => {
    const world = await createWorld();
    await world.store.changeBudgets(() => ({ ...noBudgets, perRequestNanos: 1_000_000 }));
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    await ask(world, chat, 'Hello');
    expect(chat.question).toMatchObject({ kind: 'ask', ceilingNanos: 1_000_000 });
    expect(world.requests).toHaveLength(0);
    expect(chat.draft.text).toBe('Hello');
    chat.dismissQuestion();
    expect(chat.question).toBeNull();
    expect(chat.draft.text).toBe('Hello');

    await chat.send('Untitled');
    await chat.sendAnyway();
    await settled(world);
    expect(reply(chat).status).toBe('complete');
    expect(chat.draft.text).toBe('');
    expect(world.requests).toHaveLength(1);
  });

  test('one that blocks sends nothing, however often it is asked', async () => {
    const world = await createWorld();
    await world.store.changeBudgets(() => blocking);
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    await ask(world, chat, 'Hello');
    expect(chat.question?.kind).toBe('block');
    await chat.sendAnyway();
    expect(chat.question?.kind).toBe('block');
    expect(world.requests).toHaveLength(0);
    expect(chat.draft.text).toBe('Hello');
    expect(chat.conversation).toBeNull();
  });
});

describe('prices', () => {
  test.each([
    [{ deploymentType: 'data-zone' }, 2200, 8800],
    [{ deploymentType: 'provisioned' }, 0, 0],
    [{ discountPercent: 25 }, 1500, 6000],
    [{ deploymentType: 'regional', discountPercent: 50 }, 1100, 4400],
  ] as const)('%o', async (change, input, output) => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1', change));
    await ask(world, chat, 'Hello');
    const { usage, cost } = reply(chat);
    expect(cost!.nanos).toBe(usage!.inputTokens * input + usage!.outputTokens * output);
    const [row] = await world.store.listLedger({ since: 0 });
    expect(row).toMatchObject({
      deploymentType: 'deploymentType' in change ? change.deploymentType : 'global',
    });
  });

  test('the person’s own price goes before the published one', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    const price = { inputPerMillion: 1, outputPerMillion: 3, source: 'own', asOf: '2026-11-22' };
    const own = { modelId: 'gpt-4.1@2025-04-14', deploymentType: null, price, from: null };
    await world.services.prices.save({ prices: [own], meters: [], models: [] });
    await ask(world, chat, 'Hello');
    const { usage, cost } = reply(chat);
    expect(cost!.nanos).toBe(usage!.inputTokens * 1000 + usage!.outputTokens * 3000);
  });
});
