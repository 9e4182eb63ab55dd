import type { AssistantMessage, Message } from '#domain/conversation.ts';
import { describe, expect, test } from 'vitest';
import { connect, createWorld, drawPicture, openChat, settled, type World } from './desk-fixtures.ts';

const last = (messages: readonly Message[]): AssistantMessage => messages.at(-1) as AssistantMessage;

async function ask(world: World, deployment: string, text: string) {
  const chat = await openChat(world, await connect(world, deployment));
  chat.draft.setText(text);
  await chat.send('Untitled');
  return chat;
}

describe('asking', () => {
  test('an answer, its usage and the right dollars, all of it on disk', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    chat.draft.setText('What colour is this?');
    await chat.draft.addFiles([await drawPicture(1024, 1024)]);
    await chat.send('Untitled');
    await settled(world);

    const { reply } = last(chat.branch);
    expect(reply).toMatchObject({ status: 'complete', finish: 'stop', failure: null });
    expect(reply.text).toContain('768 × 768');
    // gpt-4.1: $2.00 in, $8.00 out for a million; the picture is 765 of the tokens by the published rule.
    const { usage } = reply;
    expect(usage!.inputTokens).toBeGreaterThan(765);
    expect(reply.cost).toEqual({
      nanos: usage!.inputTokens * 2000 + usage!.outputTokens * 8000,
      estimated: false,
    });

    const [entry] = await world.store.listLedger({ conversationId: chat.conversation!.id });
    expect(entry).toMatchObject({
      outcome: 'complete',
      costNanos: reply.cost!.nanos,
      model: 'gpt-4.1-2025-04-14',
    });
    const stored = await world.store.readConversation(chat.conversation!.id);
    expect(stored).toMatchObject({ title: 'What colour is this?', messageCount: 2 });
    expect(stored!.totals.costNanos).toBe(reply.cost!.nanos);
    expect(world.hashes).toEqual([`#/c/${chat.conversation!.id}`]);
    expect(chat.draft.isEmpty).toBe(true);
  });

  test('the prompt is on disk before the network is touched', async () => {
    let storedAtRequest: Promise<readonly Message[]> | null = null;
    const world: World = await createWorld({
      fetch: async (input, init) => {
        const id = world.desk.chat!.conversation!.id;
        storedAtRequest = world.store.listMessages(id);
        return world.simulated(input, init);
      },
    });
    const chat = await ask(world, 'gpt-4.1', 'Hello there');
    await settled(world);
    const stored = await storedAtRequest!;
    expect(stored.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(chat.branch).toHaveLength(2);
  });

  test('a limit that is broken keeps the draft, and says which', async () => {
    const world = await createWorld();
    const chat = await openChat(
      world,
      await connect(world, 'gpt-4-vision-preview', {
        model: { kind: 'catalog', id: 'gpt-4@vision-preview' },
      }),
    );
    chat.draft.setText('Compare');
    for (let picture = 0; picture < 11; picture += 1) chat.draft.addUrl(`https://example.com/${picture}.png`);
    await chat.send('Untitled');
    expect(chat.problem).toMatchObject({ kind: 'too-many-pictures', actual: 11, limit: 10 });
    expect(chat.draft.text).toBe('Compare');
    expect(world.requests).toHaveLength(0);

    await chat.setSettings({ keepNewestPictures: 10 });
    await chat.send('Untitled');
    await settled(world);
    expect(chat.problem).toBeNull();
    expect(last(chat.branch)).toMatchObject({
      omittedPictures: 1,
      reply: { failure: null, status: 'complete' },
    });
  });

  test('a picture over the limit of 20 MB is refused before anything is saved, and stays attached', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    // The bytes after a PNG's end are nothing to a decoder, and all the same sent.
    const drawn = await drawPicture(20, 10);
    const large = new File([drawn, new Uint8Array(21 * 1024 * 1024)], 'large.png');
    await chat.draft.addFiles([large]);
    await chat.send('Untitled');
    expect(chat.problem).toMatchObject({ kind: 'picture-too-large', detail: 'large.png' });
    expect(chat.draft.pictures).toHaveLength(1);
    expect(chat.conversation).toBeNull();
  });

  test('two conversations answer at once', async () => {
    const world = await createWorld();
    const first = await ask(world, 'slow', 'One');
    world.desk.show('#/');
    const second = await ask(world, 'gpt-4.1', 'Two');
    expect(world.desk.answering.conversations.size).toBeGreaterThan(0);
    await expect.poll(() => world.desk.answering.conversations.size, { timeout: 20_000 }).toBe(0);
    for (const chat of [first, second]) {
      const messages = await world.store.listMessages(chat.conversation!.id);
      expect(last(messages).reply.status).toBe('complete');
    }
  });

  test('a parameter name that the service refuses is learned', async () => {
    const world = await createWorld();
    const wrongly = { kind: 'catalog', id: 'gpt-4.1@2025-04-14' } as const;
    const connection = await connect(world, 'gpt-5', { model: wrongly });
    const chat = await openChat(world, connection);
    chat.draft.setText('Hello');
    await chat.send('Untitled');
    await settled(world);
    expect(last(chat.branch).reply.status).toBe('complete');
    await expect
      .poll(() => world.connections.find(connection.id)!.learned.maxTokensParam)
      .toBe('max_completion_tokens');
  });
});

describe('an answer that ends badly', () => {
  test('cut off without proof: kept, marked, its cost estimated, and it can go on', async () => {
    const world = await createWorld();
    const chat = await ask(world, 'cut-stream', 'Tell me a lot');
    await settled(world);
    const cut = last(chat.branch);
    expect(cut.reply).toMatchObject({ status: 'interrupted', failure: { kind: 'cut-off' } });
    expect(cut.reply.text).not.toBe('');
    expect(cut.reply.cost).toMatchObject({ estimated: true });
    expect(cut.reply.cost!.nanos).toBeGreaterThan(0);

    await chat.continueAnswer(cut.id);
    await settled(world);
    const further = last(chat.branch);
    expect(further.id).toBe(cut.id);
    expect(further.reply.text.startsWith(cut.reply.text)).toBe(true);
    expect(further.reply.text.length).toBeGreaterThan(cut.reply.text.length);
    expect(await world.store.listLedger({ conversationId: chat.conversation!.id })).toHaveLength(2);
  });

  test('refused before the first word: Retry asks again in its place', async () => {
    let broken = true;
    const world: World = await createWorld({
      fetch: async (input, init) =>
        broken
          ? new Response('{"error":{"code":"401","message":"Access denied"}}', { status: 401 })
          : world.simulated(input, init),
    });
    const chat = await ask(world, 'gpt-4.1', 'Hello');
    await settled(world);
    const failed = last(chat.branch);
    expect(failed.reply).toMatchObject({
      status: 'failed',
      failure: { kind: 'credentials-refused', status: 401 },
    });
    broken = false;
    await chat.retry(failed.id);
    await settled(world);
    expect(last(chat.branch)).toMatchObject({ id: failed.id, reply: { status: 'complete', failure: null } });
    expect(chat.branch).toHaveLength(2);
  });

  test('Stop keeps what came', async () => {
    const world = await createWorld();
    const chat = await ask(world, 'stalled', 'Go');
    await expect.poll(() => chat.answer?.reply.text, { timeout: 10_000 }).toBeTruthy();
    chat.stop();
    await settled(world);
    expect(last(chat.branch).reply).toMatchObject({ status: 'stopped', failure: null });
    expect(last(chat.branch).reply.text).not.toBe('');
  });

  test('a blocked prompt is billed, and says what the filter found', async () => {
    const world = await createWorld();
    const chat = await ask(world, 'blocked-prompt', 'Something');
    await settled(world);
    const { reply } = last(chat.branch);
    expect(reply).toMatchObject({ status: 'failed', failure: { kind: 'prompt-blocked' } });
    expect(reply.promptFilters.some(({ filtered }) => filtered)).toBe(true);
    const [entry] = await world.store.listLedger({ conversationId: chat.conversation!.id });
    expect(entry).toMatchObject({ outcome: 'blocked', estimated: true });
  });
});

describe('branches', () => {
  test('regenerate and edit make alternatives, and the old ones stay reachable', async () => {
    const world = await createWorld();
    const chat = await ask(world, 'gpt-4.1', 'First question');
    await settled(world);
    const [prompt, answer] = chat.branch;
    await chat.regenerate(answer!.id);
    await settled(world);
    const again = last(chat.branch);
    expect(chat.alternatives.get(again.id)).toEqual([answer!.id, again.id]);

    chat.draft.setText('half written');
    chat.edit(prompt!.id);
    expect(chat.draft.text).toBe('First question');
    chat.draft.setText('Better question');
    await chat.send('Untitled');
    await settled(world);
    expect(chat.draft.text).toBe('half written');
    expect(chat.alternatives.get(chat.branch[0]!.id)).toHaveLength(2);

    await chat.switchTo(prompt!.id);
    expect(chat.branch.map(({ id }) => id)).toEqual([prompt!.id, again.id]);
    const stored = await world.store.readConversation(chat.conversation!.id);
    expect(stored!.leafId).toBe(again.id);
  });
});

describe('what survives', () => {
  test('a draft written once more while its prompt is saved does not come back in the next conversation', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    const { store } = world;
    Object.assign(world.services, {
      store: {
        ...store,
        savePrompt: async (prompt: Parameters<typeof store.savePrompt>[0]) => {
          const saved = await store.savePrompt(prompt);
          await chat.draft.flush();
          return saved;
        },
      },
    });
    chat.draft.setText('Sent once');
    await chat.send('Untitled');
    await settled(world);
    await chat.draft.flush();
    expect(await store.readDraft('new')).toBeNull();
    expect(await store.readDraft(chat.conversation!.id)).toBeNull();
  });

  test('a draft with its pictures, in another start', async () => {
    const world = await createWorld();
    const connection = await connect(world, 'gpt-4.1');
    const chat = await openChat(world, connection);
    chat.draft.setText('Not sent yet');
    await chat.draft.addFiles([await drawPicture(64, 48, 'kept.png')]);
    chat.draft.addUrl('https://example.com/a.png');
    const [first] = chat.draft.attachments;
    chat.draft.setDetail(first!.key, 'low');
    chat.draft.move(first!.key, 1);
    await world.desk.flush();
    world.close();

    const next = await createWorld({ name: world.name });
    const restored = await openChat(next, next.connections.find(connection.id)!);
    expect(restored.draft.text).toBe('Not sent yet');
    expect(restored.draft.pictures).toMatchObject([
      { kind: 'picture-url', url: 'https://example.com/a.png' },
      { kind: 'picture', name: 'kept.png', widthPx: 64, heightPx: 48, detail: 'low' },
    ]);
    expect(
      await next.desk.thumbnails.small((restored.draft.pictures[1] as { attachmentId: string }).attachmentId),
    ).toMatch(/^blob:/);
  });

  test('a refused file disturbs neither the text nor the other pictures', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    chat.draft.setText('Look');
    await chat.draft.addFiles([
      new File(['<svg/>'], 'photo.png'),
      await drawPicture(10, 10),
      new File([], 'empty.jpg'),
    ]);
    expect(
      chat.draft.attachments.map((one) => (one.kind === 'refused' ? one.refusal.reason : one.kind)),
    ).toEqual(['svg', 'picture', 'empty']);
    expect(chat.draft.text).toBe('Look');
  });
});

describe('before sending', () => {
  test('the estimate counts pictures by the published rule and text by the tokenizer', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    chat.draft.setText('Describe this picture:');
    await chat.draft.addFiles([await drawPicture(1024, 1024)]);
    // 3 to prime the answer, 3 for the message, 1 for its role, 4 of text, 765 of picture.
    await expect
      .poll(() => chat.estimate.current, { timeout: 15_000 })
      .toMatchObject({ inputTokens: 776, pictureTokens: 765, exact: true, inputNanos: 776 * 2000 });
  });

  test('what is sent is what the model would see', async () => {
    const world = await createWorld();
    const chat = await openChat(world, await connect(world, 'gpt-4.1'));
    chat.draft.setText('Size?');
    await chat.draft.addFiles([await drawPicture(3000, 1500)]);
    await chat.send('Untitled');
    await settled(world);
    const body = JSON.parse(await world.requests.at(-1)!.text()) as {
      messages: { content: { type: string; image_url?: { url: string } }[] }[];
    };
    const url = body.messages.at(-1)!.content.find((part) => part.type === 'image_url')!.image_url!.url;
    const sent = await createImageBitmap(await (await fetch(url)).blob());
    // Tiles of 512: fitted into 2048, then the short side to 768.
    expect([sent.width, sent.height]).toEqual([1536, 768]);
  });
});
