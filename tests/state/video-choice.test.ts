import { describe, expect, onTestFinished, test } from 'vitest';
import type { PicturePart, VideoPart } from '#domain/conversation.ts';
import { toWebVtt } from '#domain/transcript.ts';
import { noBudgets } from '#domain/budget.ts';
import type { Chat } from '#state/chat.svelte.ts';
import { VideoChoice } from '#state/video-choice.svelte.ts';
import { colourAt, makeVideo } from '../media/made-video.ts';
import { connect, createWorld, drawPicture, openChat, settled, type World } from './desk-fixtures.ts';

/** Twenty seconds, in four scenes of five. */
const twenty = makeVideo({
  seconds: 20,
  keyEvery: 1,
  spoken: [
    [2, 6],
    [12, 15],
  ],
});
const silent = makeVideo({ seconds: 8 });

async function openVideoChat(fetch?: typeof globalThis.fetch) {
  const world = await createWorld(fetch ? { fetch } : {});
  const connection = await connect(world, 'gpt-4.1');
  const chat = await openChat(world, connection);
  await expect.poll(() => chat.capabilities).not.toBeNull();
  return { world, chat, connection };
}

async function choose(
  world: World,
  chat: Chat,
  file: File | null,
  edited: { part: VideoPart; frames: readonly PicturePart[] } | null = null,
): Promise<VideoChoice> {
  const choice = new VideoChoice({ services: world.services, chat, file, edited });
  onTestFinished(() => choice.dispose());
  await choice.open();
  return choice;
}

const videoOf = (chat: Chat) => {
  const found = chat.draft.attachments.find((one) => one.kind === 'video');
  if (found?.kind !== 'video' || found.part.kind !== 'video') throw new Error('no video');
  return { key: found.key, part: found.part, frames: found.frames };
};

/** The colour in the middle of a picture of the store. */
async function colourOf(world: World, part: PicturePart): Promise<readonly number[]> {
  const bitmap = await createImageBitmap((await world.store.readAttachment(part.attachmentId))!);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return [...context.getImageData(bitmap.width >> 1, bitmap.height >> 1, 1, 1).data].slice(0, 3);
}

const near = (found: readonly number[], wanted: readonly number[]): boolean =>
  found.every((value, at) => Math.abs(value - wanted[at]!) < 24);

describe('choosing frames', () => {
  test('evenly spaced: each is kept with its time, and the video goes before them', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await twenty);
    expect(choice.facts).toMatchObject({ widthPx: 320, heightPx: 180, sound: { isDecodable: true } });
    choice.setCount(4);
    choice.setDetail('low');
    expect(choice.moments).toEqual([2.5, 7.5, 12.5, 17.5]);
    expect(await choice.take()).toBe(true);

    const { part, frames } = videoOf(chat);
    expect(part).toMatchObject({ name: 'made.webm', transcript: null });
    expect(frames).toHaveLength(4);
    for (const [at, frame] of frames.entries()) {
      expect(frame.frame!.videoId).toBe(part.videoId);
      expect(Math.abs(frame.frame!.atSeconds - (2.5 + 5 * at))).toBeLessThan(1.2);
      expect(frame).toMatchObject({ detail: 'low', mimeType: 'image/jpeg', widthPx: 320, heightPx: 180 });
      expect(near(await colourOf(world, frame), colourAt(frame.frame!.atSeconds + 0.01))).toBe(true);
      expect((await world.store.readThumbnail(frame.attachmentId))!.size).toBeGreaterThan(0);
    }
    expect(chat.draft.toParts().map(({ kind }) => kind)).toEqual([
      'video',
      ...Array<string>(4).fill('picture'),
    ]);
    await expect.poll(() => world.store.readVideoFile(part.fingerprint)).not.toBeNull();
  });

  test('a question about them names each frame’s time, in order', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await silent);
    choice.setCount(2);
    await choice.take();
    chat.draft.setText('What colour comes last?');
    await chat.send('Untitled');
    await settled(world);
    const body = (await world.requests.find(({ url }) => /chat\/completions/.test(url))!.json()) as {
      messages: { content: { type: string; text?: string }[] }[];
    };
    const { content } = body.messages.at(-1)!;
    expect(content.map(({ type }) => type)).toEqual([
      'text',
      'text',
      'image_url',
      'text',
      'image_url',
      'text',
    ]);
    expect(content[0]!.text).toContain('frames of the video "made.webm" (00:08 long)');
    expect(content[1]!.text).toMatch(/^\[00:0\d\.\d\]$/);
  });

  test('scene changes: found at once when they are wanted, and counted as found', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await twenty);
    choice.setCount(10);
    choice.setWay('scenes');
    await expect.poll(() => choice.hasScenes, { timeout: 15_000 }).toBe(true);
    // The colour changes every second a little, and every five seconds much.
    expect(choice.moments.length).toBeLessThan(10);
    choice.setCount(4);
    expect(choice.moments.map((at) => Math.floor(at / 5))).toEqual([0, 1, 2, 3]);
    expect(await choice.take()).toBe(true);
    expect(videoOf(chat).frames.map(({ frame }) => Math.floor(frame!.atSeconds / 5))).toEqual([0, 1, 2, 3]);
  });

  test('around moments that are picked on the strip', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await twenty);
    await expect.poll(() => choice.strip.length, { timeout: 15_000 }).toBeGreaterThan(15);
    choice.setWay('moments');
    expect(choice.canTake).toBe(false);
    const at = choice.strip[10]!.atSeconds;
    choice.setCount(3);
    choice.pick(at);
    expect(choice.moments).toEqual([at - 2, at, at + 2]);
    choice.pick(at);
    expect(choice.canTake).toBe(false);
    choice.pick(at);
    expect(await choice.take()).toBe(true);
    const times = videoOf(chat).frames.map(({ frame }) => frame!.atSeconds);
    expect(times).toHaveLength(3);
    expect(times).toContain(at);
  });

  test('cancelled at once, nothing is in the message', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await twenty);
    choice.setCount(200);
    const taking = choice.take();
    await expect.poll(() => choice.work?.kind).toBe('frames');
    const cancelledAt = performance.now();
    choice.cancel();
    expect(await taking).toBe(false);
    expect(performance.now() - cancelledAt).toBeLessThan(500);
    expect(choice.failure).toBeNull();
    expect(choice.work).toBeNull();
    expect(chat.draft.isEmpty).toBe(true);
    choice.setCount(1);
    expect(await choice.take()).toBe(true);
  });

  test('what is no video, or not the same one, is refused', async () => {
    const { world, chat } = await openVideoChat();
    const text = await choose(world, chat, new File(['not a video at all'], 'a.mp4', { type: 'video/mp4' }));
    expect(text.state).toMatchObject({ kind: 'refused', refusal: { reason: 'not-a-video' } });
    expect(await text.take()).toBe(false);
    const part: VideoPart = {
      kind: 'video',
      videoId: 'v1',
      name: 'made.webm',
      durationSeconds: 20,
      transcript: null,
      fingerprint: 'of another',
    };
    const edited = await choose(world, chat, null, { part, frames: [] });
    expect(edited.state.kind).toBe('needs-file');
    await edited.takeFile(await silent);
    expect(edited.state.kind).toBe('other-file');
  });

  test('edited: the kept file, the same frames, the same video', async () => {
    const { world, chat } = await openVideoChat();
    const first = await choose(world, chat, await twenty);
    first.setCount(3);
    first.setSide(512);
    first.setDetail('high');
    await first.take();
    const before = videoOf(chat);
    await expect.poll(() => world.store.readVideoFile(before.part.fingerprint)).not.toBeNull();

    const again = await choose(world, chat, null, before);
    expect(again.state.kind).toBe('ready');
    expect(again.detail).toBe('high');
    expect(await again.take()).toBe(true);
    const after = videoOf(chat);
    expect(chat.draft.attachments).toHaveLength(1);
    expect([after.key, after.part.videoId]).toEqual([before.key, before.part.videoId]);
    expect(after.frames.map(({ frame }) => frame)).toEqual(before.frames.map(({ frame }) => frame));
    expect(after.frames.map(({ attachmentId }) => attachmentId)).toEqual(
      before.frames.map(({ attachmentId }) => attachmentId),
    );
  });
});

describe('what it costs', () => {
  test('tokens of the frames and of the words about them, in dollars', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await twenty);
    choice.setCount(10);
    await expect.poll(() => choice.isPriceKnown).toBe(true);
    // 320 × 180 is one tile.
    expect(choice.cost).toMatchObject({ perFrame: { kind: 'known' }, frames: 10, frameTokens: 2550 });
    await expect.poll(() => choice.cost.isTextExact, { timeout: 15_000 }).toBe(true);
    const { textTokens, nanos } = choice.cost;
    expect(textTokens).toBeGreaterThan(60);
    expect(nanos).toBe((2550 + textTokens) * 2000);
    choice.setDetail('low');
    expect(choice.cost.frameTokens).toBe(850);

    // What was foretold is what the estimate of the request says.
    await choice.take();
    chat.draft.setText('x');
    await expect.poll(() => chat.estimate.current?.pictureTokens).toBe(850);
    const textOf = () => chat.estimate.current?.sources.find(({ kind }) => kind === 'text')?.tokens ?? 0;
    await expect.poll(() => Math.abs(textOf() - textTokens), { timeout: 15_000 }).toBeLessThan(4);
  });

  test('pictures that are attached already count against the model’s limit', async () => {
    const { world, chat } = await openVideoChat();
    const most = chat.capabilities!.maxPictures;
    const choice = await choose(world, chat, await silent);
    expect(choice.limit).toEqual({ frames: most, by: 'model' });
    await chat.draft.addFiles([await drawPicture(40, 40)]);
    expect(choice.maxFrames).toBe(most - 1);
    choice.setCount(most);
    expect(choice.count).toBe(most - 1);
  });

  test('the context’s room counts as well', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await silent);
    const { capabilities } = chat;
    const small = { ...capabilities!, contextTokens: 10_000 };
    const narrow = new VideoChoice({
      services: world.services,
      chat: {
        connection: chat.connection,
        capabilities: small,
        conversation: null,
        settings: chat.settings,
        draft: chat.draft,
        estimate: { current: null },
      },
      file: await silent,
      edited: null,
    });
    onTestFinished(() => narrow.dispose());
    await narrow.open();
    expect(choice.limit!.by).toBe('model');
    const { limit } = narrow;
    expect(limit!.by).toBe('context');
    expect(limit!.frames * 255).toBeLessThanOrEqual(10_000 - chat.settings.maxTokens);
    expect((limit!.frames + 1) * 263).toBeGreaterThan(10_000 - chat.settings.maxTokens);
  });
});

describe('words', () => {
  interface Heard {
    readonly url: string;
    readonly form: FormData;
  }

  function transcribing(answer: (heard: Heard) => Response | Promise<Response>) {
    const calls: Heard[] = [];
    const send: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      const { url } = request;
      if (!/audio\/transcriptions/.test(url)) return new Response('{"data":[]}', { status: 200 });
      const call = { url, form: await request.formData() };
      calls.push(call);
      return answer(call);
    };
    return { calls, send };
  }

  const said = () =>
    Response.json({
      text: 'Good morning. Good night.',
      language: 'english',
      duration: 20,
      segments: [
        { start: 2, end: 6, text: ' Good morning.' },
        { start: 12, end: 15, text: ' Good night.' },
      ],
    });

  const rowsOf = async (world: World) =>
    (await world.store.listLedger({ since: 0 })).filter(({ kind }) => kind === 'transcription');

  test('by a deployment of the same resource, with a row in the ledger', async () => {
    const { calls, send } = transcribing(said);
    const { world, chat, connection } = await openVideoChat(send);
    const choice = await choose(world, chat, await twenty);
    choice.setSpeech('service');
    expect(choice.canTake).toBe(false);
    choice.setDeployment(' my-whisper ');
    choice.setCount(2);
    expect(await choice.take()).toBe(true);

    expect(calls).toHaveLength(1);
    expect(calls[0]!.url).toBe('https://contoso.openai.azure.com/openai/v1/audio/transcriptions');
    expect(calls[0]!.form.get('model')).toBe('my-whisper');
    const sound = calls[0]!.form.get('file') as File;
    expect(sound.size).toBeGreaterThan(1000);
    expect(videoOf(chat).part.transcript).toEqual({
      from: 'service',
      language: null,
      segments: [
        { startSeconds: 2, endSeconds: 6, text: 'Good morning.' },
        { startSeconds: 12, endSeconds: 15, text: 'Good night.' },
      ],
    });
    expect(await rowsOf(world)).toMatchObject([
      {
        connectionId: connection.id,
        deployment: 'my-whisper',
        outcome: 'complete',
        units: { meter: 'transcription', quantity: 0.333, price: null },
        costNanos: null,
      },
    ]);

    const next = await choose(world, chat, await twenty);
    await expect.poll(() => next.deployment).toBe('my-whisper');
  });

  test('by the simulator, which hears as long as there is sound', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await twenty);
    choice.setSpeech('service');
    choice.setDeployment('whisper');
    await choice.transcribe();
    expect(choice.failure).toBeNull();
    const { segments } = choice.transcript!;
    expect(segments.length).toBeGreaterThan(0);
    expect(segments.at(-1)!.endSeconds).toBeLessThan(20.5);
    expect(world.requests.filter(({ url }) => /audio\/transcriptions/.test(url))).toHaveLength(1);
    expect(await rowsOf(world)).toMatchObject([{ outcome: 'complete', deployment: 'whisper' }]);
  });

  test('at the person’s own price; corrected before it is taken', async () => {
    const { send } = transcribing(said);
    const { world, chat } = await openVideoChat(send);
    const price = { dollars: 0.006, per: 1, unit: 'minute', source: 'own', asOf: '2026-11-23' } as const;
    await world.services.prices.save({
      ...world.services.prices.book,
      meters: [{ meter: 'transcription', price }],
    });
    const choice = await choose(world, chat, await twenty);
    await expect.poll(() => choice.speechNanos).toBe(1_998_000);
    choice.setSpeech('service');
    choice.setDeployment('w');
    await choice.transcribe();
    expect(choice.subtitles).toContain('00:00:02.000 --> 00:00:06.000\nGood morning.');
    choice.setSubtitles(choice.subtitles.replace('morning', 'evening'));
    expect(choice.transcript!.from).toBe('typed');
    choice.setCount(1);
    await choice.take();
    expect(videoOf(chat).part.transcript!.segments[0]!.text).toBe('Good evening.');
    expect(await rowsOf(world)).toMatchObject([{ costNanos: 1_998_000 }]);
  });

  test('a text without times is one segment of its piece', async () => {
    const { send } = transcribing(() => Response.json({ text: 'All in one.' }));
    const { world, chat } = await openVideoChat(send);
    const choice = await choose(world, chat, await twenty);
    choice.setSpeech('service');
    choice.setDeployment('w');
    await choice.transcribe();
    const { segments } = choice.transcript!;
    expect(segments).toHaveLength(1);
    expect(segments[0]).toMatchObject({ startSeconds: 0, text: 'All in one.' });
    expect(segments[0]!.endSeconds).toBeCloseTo(20, 0);
  });

  test('cancelled while the service listens: what it cost is unknown, and written down', async () => {
    const { calls, send } = transcribing(() => new Promise(() => undefined));
    const abortable: typeof fetch = (input, init) =>
      Promise.race([
        send(input, init),
        new Promise<Response>((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(init.signal!.reason as Error)),
        ),
      ]);
    const { world, chat } = await openVideoChat(abortable);
    const choice = await choose(world, chat, await twenty);
    choice.setSpeech('service');
    choice.setDeployment('w');
    const transcribed = choice.transcribe();
    await expect.poll(() => calls.length, { timeout: 15_000 }).toBe(1);
    expect(choice.work).toMatchObject({ kind: 'words' });
    choice.cancel();
    await transcribed;
    expect(choice.failure).toBeNull();
    expect(choice.transcript).toBeNull();
    expect(await rowsOf(world)).toMatchObject([{ outcome: 'stopped', units: null, costNanos: null }]);
  });

  test('what the service turns away is said and costs nothing', async () => {
    const { send } = transcribing(() =>
      Response.json(
        { error: { code: 'DeploymentNotFound', message: 'No such deployment.' } },
        { status: 404 },
      ),
    );
    const { world, chat } = await openVideoChat(send);
    const choice = await choose(world, chat, await twenty);
    choice.setSpeech('service');
    choice.setDeployment('w');
    expect(await choice.take()).toBe(false);
    expect(choice.failure).toMatchObject({ kind: 'deployment-not-found', status: 404 });
    expect(await rowsOf(world)).toEqual([]);
    expect(chat.draft.isEmpty).toBe(true);
  });

  test('a budget that is used up is asked about first', async () => {
    const { calls, send } = transcribing(said);
    const { world, chat, connection } = await openVideoChat(send);
    await world.store.changeBudgets(() => ({
      ...noBudgets,
      overall: { monthlyNanos: 0, dailyNanos: null, atLimit: 'ask' },
    }));
    const choice = await choose(world, chat, await twenty);
    choice.setSpeech('service');
    choice.setDeployment('w');
    expect(await choice.take()).toBe(false);
    expect(choice.question).toMatchObject({ kind: 'ask' });
    expect(calls).toHaveLength(0);
    await choice.transcribe({ approved: true });
    expect(calls).toHaveLength(1);
    expect(choice.question).toBeNull();

    await world.store.changeBudgets((budgets) => ({
      ...budgets,
      overall: { ...budgets.overall, atLimit: 'block' },
    }));
    await choice.transcribe({ approved: true });
    expect(choice.question).toMatchObject({ kind: 'block' });
    expect(calls).toHaveLength(1);
    expect(connection.id).toBeTruthy();
  });

  test('pasted or opened subtitles go along; what has no times does not', async () => {
    const { world, chat } = await openVideoChat();
    const choice = await choose(world, chat, await silent);
    choice.setSpeech('file');
    expect(choice.canTake).toBe(false);
    choice.setSubtitles('just words');
    expect(choice.subtitleProblem).toBe('no-times');
    expect(choice.canTake).toBe(false);
    await choice.openSubtitles(new File(['1\n00:00:01,000 --> 00:00:02,500\nHello\n'], 'a.srt'));
    expect(choice.subtitleProblem).toBeNull();
    const rough = choice.cost.textTokens;
    choice.setSpeech('none');
    expect(choice.cost.textTokens).toBeLessThan(rough);
    choice.setSpeech('file');
    choice.setCount(1);
    await choice.take();
    const { transcript } = videoOf(chat).part;
    expect(transcript).toEqual({
      from: 'file',
      language: null,
      segments: [{ startSeconds: 1, endSeconds: 2.5, text: 'Hello' }],
    });
    const again = await choose(world, chat, await silent, videoOf(chat));
    expect(again.speech).toBe('file');
    expect(again.subtitles).toBe(toWebVtt(transcript!.segments));
  });
});
