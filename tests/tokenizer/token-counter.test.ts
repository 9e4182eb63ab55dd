import { afterEach, describe, expect, test } from 'vitest';
import { createTokenCounter, type TokenCounter } from '#tokenizer';
import { promptTokens, roughTokens, type Encoding } from '#domain/text-tokens.ts';

let counter: TokenCounter | null = null;

afterEach(() => {
  counter?.dispose();
  counter = null;
});

const encodings: readonly Encoding[] = ['cl100k_base', 'o200k_base'];

describe('published vectors (models.md b)', () => {
  test.each<[string, number, number]>([
    ['antidisestablishmentarianism', 6, 6],
    ['2 + 2 = 4', 7, 7],
    ['お誕生日おめでとう', 9, 8],
    ['system', 1, 1],
    ['user', 1, 1],
    ['assistant', 1, 1],
  ])('%s', async (text, ...tokens) => {
    counter = realCounter();
    for (const [at, encoding] of encodings.entries()) {
      expect(await counter.count(text, encoding)).toEqual({ tokens: tokens[at], exact: true });
    }
  });

  test.each<[string, readonly Message[], number, number]>([
    ['cookbook example with names', cookbookExample(), 129, 124],
    [
      'English',
      [
        { role: 'system', content: 'You are a helpful assistant.' },
        { role: 'user', content: 'Describe this picture:' },
      ],
      21,
      21,
    ],
    [
      'Chinese',
      [
        { role: 'system', content: '你是一个有帮助的助手。' },
        { role: 'user', content: '请描述这张图片。' },
      ],
      30,
      25,
    ],
  ])('%s, as messages', async (_, messages, ...tokens) => {
    counter = realCounter();
    for (const [at, encoding] of encodings.entries()) {
      expect(await promptOf(counter, messages, encoding)).toBe(tokens[at]);
    }
  });
});

describe('any text', () => {
  test('special tokens in a person’s text are text', async () => {
    counter = realCounter();
    const counted = await counter.count('a <|endoftext|> b <|im_start|>', 'o200k_base');
    expect(counted.exact).toBe(true);
    expect(counted.tokens).toBeGreaterThan(6);
  });

  test.each(encodings)('long text in %s: the chunks add up to the whole', async (encoding) => {
    const whole = await reference(encoding);
    counter = realCounter();
    for (const text of longTexts()) {
      expect(text.length).toBeGreaterThan(4000);
      expect(await counter.count(text, encoding)).toEqual({ tokens: whole(text), exact: true });
    }
  });

  test('20,000 letters without a place to cut: within one in a hundred', async () => {
    const whole = await reference('o200k_base');
    counter = realCounter();
    for (const text of ['a'.repeat(20_000), '图片描述'.repeat(5000), '-=+*'.repeat(5000)]) {
      const exact = whole(text);
      const { tokens } = await counter.count(text, 'o200k_base');
      expect(Math.abs(tokens - exact)).toBeLessThanOrEqual(exact / 100);
    }
  });

  test('a megabyte without a space is counted, and never cuts a character in half', async () => {
    counter = realCounter();
    const faces = '🙂'.repeat(262_144);
    const { tokens, exact } = await counter.count(faces, 'o200k_base');
    const one = (await counter.count('🙂'.repeat(512), 'o200k_base')).tokens;
    expect(exact).toBe(true);
    expect(Math.abs(tokens - one * 512)).toBeLessThanOrEqual((one * 512) / 100);
  }, 60_000);

  test('the page stays free while a megabyte is counted', async () => {
    counter = realCounter();
    await counter.count('warm up', 'o200k_base');
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 0);
    const counting = counter.count(manyWords(1_000_000), 'o200k_base');
    const turnsBefore = turns;
    await counting;
    clearInterval(ticking);
    expect(turns - turnsBefore).toBeGreaterThan(10);
  }, 60_000);

  test('nothing has no tokens; another maker’s encoding has only a rough figure', async () => {
    counter = realCounter();
    expect(await counter.count('', 'o200k_base')).toEqual({ tokens: 0, exact: true });
    expect(await counter.count('some text', null)).toEqual({
      tokens: roughTokens('some text'),
      exact: false,
    });
  });
});

describe('which counts are made', () => {
  test('of counts with one key the newest is finished, earlier ones end roughly', async () => {
    const seen = spied();
    counter = createTokenCounter(seen);
    const long = manyWords(400_000);
    const results = await Promise.all([
      counter.count(long, 'o200k_base', 'draft'),
      counter.count(`${long} more`, 'o200k_base', 'draft'),
      counter.count('history', 'o200k_base'),
      counter.count('the last words', 'o200k_base', 'draft'),
    ]);
    expect(results.map((result) => result.exact)).toEqual([false, false, true, true]);
    expect(results[0]?.tokens).toBe(roughTokens(long));
    expect(results[3]?.tokens).toBe(3);
    expect(seen.orders).toEqual(['count', 'drop', 'drop', 'count', 'count']);
  });

  test('a dropped count leaves the worker before it is through', async () => {
    const seen = spied();
    counter = createTokenCounter(seen);
    const first = counter.count(manyWords(1_000_000), 'o200k_base', 'draft');
    const second = counter.count('short', 'o200k_base', 'draft');
    expect((await first).exact).toBe(false);
    expect(await second).toEqual({ tokens: 1, exact: true });
    expect(seen.reports).toEqual(['dropped', 'counted']);
  });

  test('the same text is not counted twice', async () => {
    const seen = spied();
    counter = createTokenCounter(seen);
    const once = await counter.count('Describe this picture:', 'o200k_base');
    expect(await counter.count('Describe this picture:', 'o200k_base')).toEqual(once);
    expect(await counter.count('Describe this picture:', 'cl100k_base')).toEqual(once);
    expect(seen.orders).toEqual(['count', 'count']);
  });

  test('what was not asked about for two million characters is forgotten', async () => {
    const seen = spied();
    counter = createTokenCounter(seen);
    await counter.count('first', 'o200k_base');
    await counter.count('kept in use', 'o200k_base');
    for (let at = 0; at < 21; at += 1) {
      await counter.count(`${at} ${'word '.repeat(20_000)}`, 'o200k_base');
      await counter.count('kept in use', 'o200k_base');
    }
    const before = seen.orders.length;
    await counter.count('kept in use', 'o200k_base');
    expect(seen.orders.length).toBe(before);
    await counter.count('first', 'o200k_base');
    expect(seen.orders.length).toBe(before + 1);
  }, 60_000);
});

describe('without a tokenizer', () => {
  test('a worker that may not start gives rough figures', async () => {
    let starts = 0;
    counter = createTokenCounter({
      startWorker: () => {
        starts += 1;
        throw new TypeError('refused by Trusted Types');
      },
    });
    for (let at = 0; at < 5; at += 1) {
      expect(await counter.count('some text', 'o200k_base')).toEqual({
        tokens: roughTokens('some text'),
        exact: false,
      });
    }
    expect(starts).toBe(3);
  });

  test('a worker that does not load ends every open count roughly', async () => {
    counter = createTokenCounter({ startWorker: () => new Worker('/no-such-worker.js', { type: 'module' }) });
    const results = await Promise.all([
      counter.count('one', 'o200k_base'),
      counter.count('two', 'o200k_base'),
    ]);
    expect(results.map((result) => result.exact)).toEqual([false, false]);
  });

  test('an encoding that does not load: rough now, a new worker for the next count', async () => {
    const failing = new Blob(["onmessage = ({ data }) => postMessage({ kind: 'failed', id: data.id });"], {
      type: 'text/javascript',
    });
    const failingUrl = URL.createObjectURL(failing);
    let starts = 0;
    counter = createTokenCounter({
      startWorker: (url) => {
        starts += 1;
        return new Worker(starts === 1 ? failingUrl : url, { type: 'module' });
      },
    });
    expect((await counter.count('one', 'o200k_base')).exact).toBe(false);
    expect(await counter.count('one', 'o200k_base')).toEqual({ tokens: 1, exact: true });
    URL.revokeObjectURL(failingUrl);
  });

  test('dispose ends open counts, and later ones are rough', async () => {
    const disposed = realCounter();
    const open = disposed.count('open', 'o200k_base');
    disposed.dispose();
    expect((await open).exact).toBe(false);
    expect((await disposed.count('later', 'o200k_base')).exact).toBe(false);
  });
});

function startWorker(url: string): Worker {
  return new Worker(url, { type: 'module' });
}

function realCounter(): TokenCounter {
  return createTokenCounter({ startWorker });
}

/** A real worker, and what was said to it and by it. */
function spied() {
  const orders: string[] = [];
  const reports: string[] = [];
  return {
    orders,
    reports,
    startWorker: (url: string) => {
      const worker = startWorker(url);
      worker.addEventListener('message', ({ data }) => reports.push(data.kind));
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message: { kind: string }) => {
        orders.push(message.kind);
        post(message);
      };
      return worker;
    },
  };
}

/** The whole text in one piece. */
async function reference(encoding: Encoding): Promise<(text: string) => number> {
  const { countTokens } =
    encoding === 'cl100k_base'
      ? await import('gpt-tokenizer/encoding/cl100k_base')
      : await import('gpt-tokenizer/encoding/o200k_base');
  return (text) => countTokens(text, { disallowedSpecial: new Set() });
}

function longTexts(): readonly string[] {
  return [
    ...mixtures(),
    manyWords(20_000),
    "It's what they'd've said: don't, WE'LL see.\n\n\tif (a !== b) { return `${x}`; } // naïve café\r\n".repeat(
      120,
    ),
    '图片里有一只猫，它坐在窗台上。请描述它的颜色、大小和周围的环境！\n'.repeat(200),
    'Zm9vYmFyMTIzNDU2Nzg5MA/aGVsbG8gd29ybGQh+QUJDREVG'.repeat(150),
    '| a | 1.5 |\n|---|---:|\n  \n \n\n/path/to/file.\n/other\n1234567 89 '.repeat(150),
    'Привет, мир! ¿Qué ves? हिन्दी में लिखा हुआ पाठ। 🙂👩‍👩‍👧 안녕하세요 '.repeat(120),
  ];
}

/** Everything the encodings treat apart, in any order; the same on every run. */
function mixtures(): readonly string[] {
  const atoms = [
    ...[
      'foo',
      "don't",
      "WE'LL",
      'Über',
      'e\u0301',
      '\u0301',
      '12345',
      '7',
      '１２',
      '½',
      '图片',
      '你好',
      'हिन्दी',
      '안녕',
    ],
    ...[
      ' ',
      '  ',
      '\n',
      '\r\n',
      '\t',
      ' \n ',
      '\u00a0',
      '\u3000',
      '/',
      '//',
      '.\n',
      './',
      '...',
      '，',
      '。',
      '{',
      '}',
    ],
    ...['_', '-', "'", '’s', "'s", '🙂', '👩‍👩‍👧', 'Привет'],
  ];
  let state = 7;
  return Array.from({ length: 60 }, () => {
    let text = '';
    while (text.length <= 4000) {
      state = (state * 48_271) % 2_147_483_647;
      text += atoms[state % atoms.length];
    }
    return text;
  });
}

/** Words of many lengths, the same on every run. */
function manyWords(length: number): string {
  const letters = 'etaoinshrdlucmfwypvbgkjqxz';
  let state = 1;
  let text = '';
  while (text.length < length) {
    state = (state * 48_271) % 2_147_483_647;
    const wordLength = 1 + (state % 11);
    for (let at = 0; at < wordLength; at += 1) {
      state = (state * 48_271) % 2_147_483_647;
      text += letters.charAt(state % 26);
    }
    text += state % 9 === 0 ? ', ' : state % 31 === 0 ? '.\n' : ' ';
  }
  return text;
}

interface Message {
  readonly role: string;
  readonly name?: string;
  readonly content: string;
}

async function promptOf(by: TokenCounter, messages: readonly Message[], encoding: Encoding): Promise<number> {
  const tokensOf = async (text: string) => (await by.count(text, encoding)).tokens;
  return promptTokens(
    await Promise.all(
      messages.map(async ({ role, name, content }) => ({
        roleTokens: await tokensOf(role),
        contentTokens: await tokensOf(content),
        ...(name === undefined ? {} : { nameTokens: await tokensOf(name) }),
      })),
    ),
  );
}

/** openai-cookbook@06d9feb5, How_to_count_tokens_with_tiktoken.ipynb, section 6. */
function cookbookExample(): readonly Message[] {
  return [
    {
      role: 'system',
      content:
        'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
    },
    { role: 'system', name: 'example_user', content: 'New synergies will help drive top-line growth.' },
    {
      role: 'system',
      name: 'example_assistant',
      content: 'Things working well together will increase revenue.',
    },
    {
      role: 'system',
      name: 'example_user',
      content:
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    },
    {
      role: 'system',
      name: 'example_assistant',
      content: "Let's talk later when we're less busy about how to do better.",
    },
    {
      role: 'user',
      content: "This late pivot means we don't have time to boil the ocean for the client deliverable.",
    },
  ];
}
