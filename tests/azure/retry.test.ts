import { describe, expect, test } from 'vitest';
import type { MaxTokensParam, RetryWait } from '#azure';
import { ask, fakeFetch, finishes, json, question, says, sse, stream } from './support.ts';

const answer = () => stream([sse(says('a'), finishes('stop'))]);
const busy = (seconds: number | null, status = 429) =>
  json(
    {
      error: {
        code: String(status),
        message: seconds === null ? 'no' : `Please retry after ${seconds} seconds.`,
      },
    },
    status,
  );

/** Remembers the waits and takes no time for them. */
function patience() {
  const waits: Omit<RetryWait, 'skip' | 'failure'>[] = [];
  const slept: number[] = [];
  return {
    waits,
    slept,
    onWait: ({ attempt, waitMs }: RetryWait) => waits.push({ attempt, waitMs }),
    sleep: (ms: number) => {
      slept.push(ms);
      return Promise.resolve();
    },
  };
}

test.each([408, 429, 500, 502, 503, 504])('%i is tried twice again, and then given up', async (status) => {
  const { fetch, sent } = fakeFetch(busy(null, status));
  const { waits, slept, onWait, sleep } = patience();
  const { failure } = await ask(fetch, { options: { onWait }, deps: { sleep, random: () => 0 } });
  expect(sent).toHaveLength(3);
  expect(waits).toEqual([
    { attempt: 1, waitMs: 500 },
    { attempt: 2, waitMs: 1000 },
  ]);
  expect(slept).toEqual([500, 1000]);
  expect(failure?.status).toBe(status);
});

test.each([400, 401, 403, 404, 410, 413, 431, 501])('%i is final', async (status) => {
  const { fetch, sent } = fakeFetch(busy(1, status));
  await ask(fetch);
  expect(sent).toHaveLength(1);
});

test('no network is not retried: nobody knows whether the question arrived', async () => {
  const { fetch, sent } = fakeFetch(new TypeError('Failed to fetch'));
  await ask(fetch);
  expect(sent).toHaveLength(1);
});

test('the wait is what the body asks for, and the same question goes out again', async () => {
  const { fetch, sent } = fakeFetch(busy(33), answer);
  const { waits, onWait, sleep } = patience();
  const { reply, failure } = await ask(fetch, { options: { onWait }, deps: { sleep } });
  expect([reply.text, failure]).toEqual(['a', null]);
  expect(waits).toEqual([{ attempt: 1, waitMs: 33_000 }]);
  expect(sent[1]?.body).toBe(sent[0]?.body);
});

test('without a word the wait grows, with some chance in it', async () => {
  const waited = async (random: number) => {
    const { waits, onWait, sleep } = patience();
    await ask(fakeFetch(busy(null, 503)).fetch, {
      options: { onWait },
      deps: { sleep, random: () => random },
    });
    return waits.map(({ waitMs }) => waitMs);
  };
  expect(await waited(0)).toEqual([500, 1000]);
  expect(await waited(1)).toEqual([1000, 2000]);
});

test.each([
  [60, 3],
  [61, 1],
  [86_400, 1],
])(
  'a wait of %i s leads to %i requests; longer than a minute is told, not waited',
  async (seconds, requests) => {
    const { fetch, sent } = fakeFetch(busy(seconds));
    const { failure } = await ask(fetch);
    expect(sent).toHaveLength(requests);
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterMs: seconds * 1000 });
  },
);

describe('a tab in the background', () => {
  test('does not wait when it may not act at once', async () => {
    const { fetch, sent } = fakeFetch(busy(1), answer);
    const { waits, onWait, sleep } = patience();
    const options = { onWait, canRetry: () => false };
    expect((await ask(fetch, { options, deps: { sleep } })).failure?.kind).toBe('rate-limited');
    expect([sent.length, waits.length]).toEqual([1, 0]);
  });

  test('sends nothing after a wait during which it was hidden', async () => {
    const { fetch, sent } = fakeFetch(busy(1), answer);
    let visible = true;
    const sleep = () => {
      visible = false;
      return Promise.resolve();
    };
    const { failure } = await ask(fetch, { options: { canRetry: () => visible }, deps: { sleep } });
    expect([sent.length, failure?.kind]).toEqual([1, 'rate-limited']);
  });

  test('sends nothing when its timer comes much too late: it was frozen', async () => {
    const { fetch, sent } = fakeFetch(busy(1), answer);
    let nowMs = 0;
    const sleep = () => {
      nowMs += 3_600_000;
      return Promise.resolve();
    };
    const { failure } = await ask(fetch, { deps: { sleep, now: () => nowMs } });
    expect([sent.length, failure?.kind]).toEqual([1, 'rate-limited']);
  });
});

test('"try now" ends the wait, for a hidden tab too: it was asked for', async () => {
  const { fetch, sent } = fakeFetch(busy(50), answer);
  let visible = true;
  const { reply } = await ask(fetch, {
    options: {
      canRetry: () => visible,
      onWait: (wait) => {
        visible = false;
        wait.skip();
      },
    },
    deps: { sleep: () => new Promise(() => undefined) },
  });
  expect([reply.text, sent.length]).toEqual(['a', 2]);
});

test('a wait that was cut short leaves no timer behind', async () => {
  const ended: boolean[] = [];
  const sleep = (_ms: number, signal: AbortSignal) =>
    new Promise<void>(() => signal.addEventListener('abort', () => ended.push(true)));
  await ask(fakeFetch(busy(50), answer).fetch, {
    options: { onWait: (wait) => wait.skip() },
    deps: { sleep },
  });
  expect(ended).toEqual([true]);
});

test('stop during the wait sends nothing more and throws the stop', async () => {
  const { fetch, sent } = fakeFetch(busy(50), answer);
  const stop = new AbortController();
  const { thrown } = await ask(fetch, {
    options: { signal: stop.signal, onWait: () => queueMicrotask(() => stop.abort()) },
    deps: { sleep: waitForAbort },
  });
  expect(thrown).toBe(stop.signal.reason);
  expect(sent).toHaveLength(1);

  function waitForAbort(_ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error)),
    );
  }
});

test('the clock of the house waits, and is left when the wait is skipped or stopped', async () => {
  const { fetch, sent } = fakeFetch(busy(0), answer);
  const waited = await ask(fetch, { deps: { sleep: undefined } });
  expect([waited.reply.text, sent.length]).toEqual(['a', 2]);
  const skipped = await ask(fakeFetch(busy(50), answer).fetch, {
    options: { onWait: (wait) => wait.skip() },
    deps: { sleep: undefined },
  });
  expect(skipped.reply.text).toBe('a');
  const stop = new AbortController();
  const stopped = await ask(fakeFetch(busy(50), answer).fetch, {
    options: { signal: stop.signal, onWait: () => queueMicrotask(() => stop.abort()) },
    deps: { sleep: undefined },
  });
  expect(stopped.thrown).toBe(stop.signal.reason);
});

describe('the other token parameter', () => {
  const refusal = (param: string, other: string) =>
    json(
      {
        error: {
          message: `Unsupported parameter: '${param}' is not supported with this model. Use '${other}' instead.`,
          param,
          code: 'unsupported_parameter',
        },
      },
      400,
    );
  const old = json(
    { error: { message: 'Unrecognized request argument supplied: max_completion_tokens' } },
    400,
  );
  const ancient = json(
    {
      error: {
        message:
          '1 validation error for Request\nbody -> max_completion_tokens\n  extra fields not permitted',
      },
    },
    400,
  );

  test.each([
    ['max_tokens', 'max_completion_tokens', refusal('max_tokens', 'max_completion_tokens')],
    ['max_completion_tokens', 'max_tokens', refusal('max_completion_tokens', 'max_tokens')],
    ['max_completion_tokens', 'max_tokens', old],
    ['max_completion_tokens', 'max_tokens', ancient],
  ] as const)('%s refused: %s is tried once, and learned', async (param, other, refused) => {
    const { fetch, sent } = fakeFetch(refused, answer);
    const learned: MaxTokensParam[] = [];
    const { reply } = await ask(fetch, {
      request: { ...question, maxTokensParam: param },
      options: { onLearned: (name) => learned.push(name), canRetry: () => false },
    });
    expect(reply.text).toBe('a');
    expect(learned).toEqual([other]);
    expect(sent.map(({ body }) => Object.keys(JSON.parse(body) as object)[0])).toEqual([param, other]);
  });

  test('nothing is learned, and nothing tried a third time, when it is refused too', async () => {
    const { fetch, sent } = fakeFetch(
      refusal('max_tokens', 'max_completion_tokens'),
      refusal('max_completion_tokens', 'max_tokens'),
    );
    const learned: MaxTokensParam[] = [];
    const { failure } = await ask(fetch, { options: { onLearned: (name) => learned.push(name) } });
    expect([sent.length, learned, failure?.kind]).toEqual([2, [], 'parameter-refused']);
  });

  test.each([
    { error: { message: 'max_tokens is too large: 5000.', param: 'max_tokens', code: 'invalid_value' } },
    {
      error: {
        message: "Unsupported parameter: 'temperature'",
        param: 'temperature',
        code: 'unsupported_parameter',
      },
    },
  ])('another complaint is no reason to try it', async (body) => {
    const { fetch, sent } = fakeFetch(json(body, 400), answer);
    await ask(fetch);
    expect(sent).toHaveLength(1);
  });
});
