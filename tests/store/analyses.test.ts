import { describe, expect, test, vi } from 'vitest';
import { toFindings, type Findings } from '#domain/findings.ts';
import { defaultReading } from '#domain/settings.ts';
import { analysisId, emptyAnalysis, type KeptAnalysis } from '#domain/picture-analysis.ts';
import { polygonOf } from '#domain/places.ts';
import type { ExpectedCost, Store } from '#store';
import {
  aConversation,
  aDraft,
  aFirstPrompt,
  anAnswer,
  anAttachment,
  anEntry,
  aPicturePart,
  aPrompt,
  aReply,
  freshName,
  open,
  readAll,
} from './fixtures.ts';

const day = 24 * 60 * 60 * 1000;
const polygon = polygonOf({ left: 0.1, top: 0.1, width: 0.5, height: 0.2 });
const line = (text: string) => ({ text, polygon, words: [{ text, polygon, confidence: 0.9 }] });

function anAnalysis(changes: Partial<KeptAnalysis> = {}): KeptAnalysis {
  const picture = changes.picture ?? 'aa';
  return {
    id: analysisId(picture, 'en', false),
    picture,
    features: ['text'],
    language: 'en',
    analysis: { ...emptyAnalysis, lines: [line('Hello')] },
    simulated: false,
    createdAt: 0,
    ...changes,
  };
}

function someFindings(analysisId: string): Findings {
  return toFindings(
    [{ partIndex: 0, analysisId, sizePx: { widthPx: 10, heightPx: 10 }, analysis: anAnalysis().analysis }],
    { firstNumber: 1, budgetTokens: defaultReading.budgetTokens, tokensOf: (text) => text.length },
  );
}

const idsIn = async (store: Store, ...ids: string[]): Promise<string[]> => [
  ...(await store.readAnalyses(ids)).keys(),
];

test('what is found is kept, and what is found later is added; two tabs that add at once keep both', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  expect(await here.keepAnalysis(anAnalysis())).toEqual(anAnalysis());
  const objects = [{ name: 'dog', polygon, confidence: 0.8 }];
  const tags = [{ name: 'outdoor', confidence: 0.9 }];
  const sized = {
    ...emptyAnalysis,
    analysedSize: { widthPx: 640, heightPx: 480 },
    modelVersion: '2023-10-01',
  };
  await Promise.all([
    here.keepAnalysis(anAnalysis({ features: ['objects'], analysis: { ...sized, objects }, createdAt: 5 })),
    there.keepAnalysis(anAnalysis({ features: ['tags'], analysis: { ...sized, tags }, createdAt: 5 })),
  ]);
  const expected = anAnalysis({
    features: expect.arrayContaining(['text', 'objects', 'tags']) as never,
    analysis: { ...sized, lines: [line('Hello')], objects, tags },
    createdAt: 5,
  });
  expect(await here.readAnalyses(['aa/en', 'none/en'])).toEqual(new Map([['aa/en', expected]]));
  // Found anew, and nothing this time: that is what is known now.
  const again = await here.keepAnalysis(anAnalysis({ analysis: sized }));
  expect(again.analysis).toEqual({ ...sized, objects, tags });
  expect(again.features).toHaveLength(3);
});

test('one that the browser cannot read any more is left out, and is written over when it is found again', async () => {
  const store = await open();
  await store.keepAnalysis(anAnalysis());
  await store.keepAnalysis(anAnalysis({ picture: 'bb' }));
  const get = IDBObjectStore.prototype.get;
  const lost = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (
    this: IDBObjectStore,
    key,
  ) {
    if (key === 'aa/en') throw new DOMException('Failed to read large IndexedDB value', 'DataError');
    return get.call(this, key);
  });
  try {
    expect(await idsIn(store, 'aa/en', 'bb/en')).toEqual(['bb/en']);
    const tags = anAnalysis({ features: ['tags'] });
    expect(await store.keepAnalysis(tags)).toEqual(tags);
  } finally {
    lost.mockRestore();
  }
  expect((await store.readAnalyses(['aa/en'])).get('aa/en')?.features).toEqual(['tags']);
});

test('findings are set while the answer runs, whatever revision is known elsewhere, and other tabs hear of it', async () => {
  const name = freshName();
  const [here, there] = [await open({ name }), await open({ name })];
  const parts = [aPicturePart('aa')];
  const saved = await here.savePrompt(aFirstPrompt({ userMessage: aPrompt({ parts }) }));
  if (saved.kind !== 'saved') throw new Error(saved.kind);
  const heard = vi.fn();
  there.onChange(({ kind, id }) => heard(kind, id));
  const findings = someFindings('aa/en');
  expect(await here.setFindings('prompt-1', { findings })).toEqual(aPrompt({ parts, findings, rev: 2 }));
  await expect.poll(() => heard.mock.calls.at(-1)).toEqual(['message', 'prompt-1']);
  await there.setFindings('prompt-1', { findings: { ...findings, isSent: false } });

  const { assistantMessage } = saved.record;
  await here.savePartial('answer-1', aReply('A d', 'streaming'));
  const ended = { message: { ...assistantMessage, reply: aReply('A dog.') }, ledgerEntries: [anEntry()] };
  expect(await here.commitAnswer(ended)).toMatchObject({ conversation: { rev: 2, messageCount: 2 } });
  expect(await here.listMessages('conversation-1')).toMatchObject([
    { parts, findings: { isSent: false, lines: [{ number: 1, text: 'Hello' }] } },
    { reply: { text: 'A dog.' } },
  ]);
  expect(await here.setFindings('prompt-1', { skipsReading: true })).toMatchObject({
    skipsReading: true,
    findings: { isSent: false },
    rev: 4,
  });
});

test('there are no findings of an answer, nor of a message that is gone', async () => {
  const store = await open();
  await store.savePrompt(aFirstPrompt());
  expect(await store.setFindings('answer-1', { skipsReading: true })).toBeNull();
  expect(await store.setFindings('none', { skipsReading: true })).toBeNull();
  expect(await store.listMessages('conversation-1')).toEqual([aPrompt({ rev: 1 }), anAnswer({ rev: 1 })]);
});

test('emptying the bin takes what was found in a picture along with it, and spares what is still meant', async () => {
  let now = 0;
  const store = await open({ now: () => now });
  for (const id of ['own', 'cut', 'drafted']) await store.saveAttachment(anAttachment(id, 100));
  const [byUrl, meantByUrl] = ['https://contoso.example/a.png', 'https://contoso.example/b.png'];
  for (const picture of ['own', 'cut', 'drafted', byUrl, meantByUrl])
    await store.keepAnalysis(anAnalysis({ picture }));
  await store.keepAnalysis({ ...anAnalysis({ picture: 'own' }), id: analysisId('own', 'ja', true) });

  const crop = { left: 0.2, top: 0.2, width: 0.1, height: 0.1 };
  const url = { kind: 'picture-url', url: byUrl, detail: 'auto' } as const;
  const gone = aPrompt({ parts: [aPicturePart('own'), url], findings: someFindings(`${byUrl}/en`) });
  await store.savePrompt(aFirstPrompt({ userMessage: gone }));
  await store.commitAnswer({ message: anAnswer({ rev: 1 }), ledgerEntries: [] });
  await store.saveConversation(aConversation({ id: 'kept' }));
  await store.saveMessage(
    aPrompt({
      id: 'kept-1',
      conversationId: 'kept',
      parts: [
        { ...aPicturePart('cut'), crop },
        { ...url, url: meantByUrl },
      ],
      findings: someFindings(`${meantByUrl}/en`),
    }),
  );
  await store.saveDraft(aDraft({ pictures: [{ ...aPicturePart('drafted'), crop }] }));

  now = day;
  await store.binConversation('conversation-1');
  now = 3 * day;
  await store.keepAnalysis(anAnalysis({ picture: 'https://contoso.example/new.png', createdAt: now }));
  expect(await store.emptyBin(day)).toEqual({ conversations: 1, attachments: 1 });
  const left = ['cut', 'drafted', meantByUrl, 'https://contoso.example/new.png'];
  const all = [...left, 'own', byUrl].map((picture) => `${picture}/en`);
  expect(await idsIn(store, ...all, 'own/ja/simulated')).toEqual(left.map((picture) => `${picture}/en`));
  for (const id of ['cut', 'drafted']) expect(await store.hasAttachment(id)).toBe(true);
});

const perCall = { dollars: 1, per: 1000, unit: 'transaction', source: 'test', asOf: '2026-11-01' } as const;
const reading = [{ meter: 'image-analysis-read', quantity: 2, price: perCall }] as const;
const expected: ExpectedCost = {
  connectionId: 'connection-1',
  deploymentType: 'global',
  model: 'gpt-4.1',
  inputTokens: 100,
  pictureTokens: 85,
  price: null,
  upperNanos: null,
  reading,
};

async function leave(findings: boolean): Promise<string> {
  const name = freshName();
  const gone = await open({ name });
  const outbox = { startedAt: 1000, tabId: 'tab-1', expected };
  await gone.savePrompt(aFirstPrompt({ outbox, userMessage: aPrompt({ parts: [aPicturePart('aa')] }) }));
  if (findings) await gone.setFindings('prompt-1', { findings: someFindings('aa/en') });
  gone.close();
  return name;
}

test('of an answer whose tab went while it read pictures, the reading is in the ledger and no question', async () => {
  const name = await leave(false);
  const store = await open({ name });
  expect(await store.adoptInterrupted()).toMatchObject([
    { reply: { status: 'interrupted', text: '', failure: { kind: 'left-running' } } },
  ]);
  expect(await store.listLedger({ since: 0 })).toMatchObject([
    {
      kind: 'image-analysis',
      units: reading[0],
      costNanos: 2_000_000,
      outcome: 'interrupted',
      estimated: true,
    },
  ]);
  const conversation = await store.readConversation('conversation-1');
  expect(conversation?.totals).toMatchObject({ costNanos: 2_000_000, unknownCosts: 0, inputTokens: 0 });
});

test('once its pictures were read, the question counts too; all rows go when the tab wakes up', async () => {
  const name = await leave(true);
  const store = await open({ name });
  await store.adoptInterrupted();
  const rows = await store.listLedger({ since: 0 });
  expect(rows).toMatchObject([
    { kind: 'chat', outcome: 'interrupted', estimated: true, costNanos: null },
    { kind: 'image-analysis', outcome: 'complete', estimated: false, costNanos: 2_000_000 },
  ]);
  expect(rows[0]!.usage!.inputTokens).toBeGreaterThan(100);

  const message = anAnswer({ reply: aReply('A dog.') });
  const { conversation } = await store.commitAnswer({ message, ledgerEntries: [anEntry()] });
  expect(await readAll(name, 'ledger')).toEqual([anEntry()]);
  expect(conversation!.totals).toMatchObject({ costNanos: 2_760_000, unknownCosts: 0, inputTokens: 900 });
});

describe('reading one picture', () => {
  test('is done once at a time, here and in another tab', async () => {
    const name = freshName();
    const [one, other] = await Promise.all([open({ name }), open({ name })]);
    const { signal } = new AbortController();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<number> => {
      most = Math.max(most, (inside += 1));
      await new Promise((done) => setTimeout(done, 20));
      return (inside -= 1);
    };
    const all = [one, other, one, other].map((store) => store.whileReading('a/en', signal, work));
    expect(await Promise.all(all)).toEqual([0, 0, 0, 0]);
    expect(most).toBe(1);

    const stop = new AbortController();
    const held = one.whileReading('a/en', signal, () => new Promise((done) => setTimeout(done, 50)));
    const waiting = other.whileReading('a/en', stop.signal, work);
    stop.abort(new DOMException('enough', 'AbortError'));
    await expect(waiting).rejects.toThrow('enough');
    await held;
  });
});
