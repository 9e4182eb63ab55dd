import { describe, expect, test } from 'vitest';
import {
  ask,
  chunk,
  corpus,
  cuts,
  fakeFetch,
  finishes,
  fixture,
  fromBase64,
  joined,
  json,
  question,
  says,
  sse,
  stream,
} from './support.ts';

const done = 'data: [DONE]\n\n';

describe('streams as Microsoft documents them', () => {
  const streams = [
    {
      name: 'stream.async-filter.passes.sse',
      reply: { text: 'Color is a', finish: 'stop', withdrawn: false, model: 'gpt-35-turbo' },
    },
    {
      name: 'stream.async-filter.blocked.sse',
      reply: { text: 'Hey Jude better', finish: 'content-filter', withdrawn: true, model: 'gpt-35-turbo' },
    },
    {
      name: 'stream.include_usage.tail.sse',
      reply: {
        text: '?',
        finish: 'stop',
        withdrawn: false,
        model: 'gpt-4o-2024-11-20',
        usage: {
          inputTokens: 96,
          outputTokens: 10,
          cachedTokens: 0,
          cacheWriteTokens: 0,
          reasoningTokens: 0,
          imageTokens: null,
        },
      },
    },
  ];

  test.each(streams)('$name, in every split of its bytes', async ({ name, reply }) => {
    const bytes = new TextEncoder().encode(fixture(name));
    const whole = await ask(fakeFetch(() => stream([bytes])).fetch);
    expect(whole.failure).toBeNull();
    expect(whole.reply).toMatchObject(reply);
    for (const pieces of cuts(bytes)) {
      const split = await ask(fakeFetch(() => stream(pieces)).fetch);
      expect(split.events).toEqual(whole.events);
    }
  });

  test('both names of the first chunk carry what the filter found in the prompt', async () => {
    for (const name of ['stream.async-filter.passes.sse', 'stream.async-filter.blocked.sse']) {
      const { reply } = await ask(fakeFetch(() => stream([fixture(name)])).fetch);
      expect(reply.promptFilters.map((filter) => filter.category)).toEqual([
        'hate',
        'self_harm',
        'sexual',
        'violence',
      ]);
    }
  });
});

interface StreamCase {
  readonly id: string;
  readonly status: number;
  readonly content_type: string;
  readonly wire_base64: string;
  readonly ending: string;
  readonly expect: {
    readonly text: string;
    readonly state: 'complete' | 'interrupted' | 'error';
    readonly message?: string;
    readonly must_not_log?: string;
    readonly status?: number;
  };
}

test('answers of every kind from the corpus, in every split of their bytes', async (context) => {
  const found = corpus('sse/openai-stream-cases.json') as { readonly cases: readonly StreamCase[] } | null;
  if (!found) return context.skip('no corpora on this machine: set CORPORA_DIR');
  expect(found.cases.length).toBeGreaterThan(15);
  for (const row of found.cases) {
    for (const pieces of cuts(fromBase64(row.wire_base64))) {
      const answer = () => {
        const { body } = stream(pieces, { breaks: row.ending === 'reset' });
        return new Response(body, { status: row.status, headers: { 'content-type': row.content_type } });
      };
      const { reply, failure } = await ask(fakeFetch(answer).fetch);
      expect(reply.text, row.id).toBe(row.expect.text);
      expect(stateOf(failure?.kind), row.id).toBe(row.expect.state);
      if (row.expect.message !== undefined) expect(failure?.detail, row.id).toBe(row.expect.message);
      if (row.expect.status !== undefined) expect(failure?.status, row.id).toBe(row.expect.status);
      if (row.expect.must_not_log !== undefined) {
        expect(JSON.stringify(failure), row.id).not.toContain(row.expect.must_not_log);
      }
    }
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();

  function stateOf(kind: string | undefined): string {
    if (kind === undefined) return 'complete';
    return kind === 'cut-off' ? 'interrupted' : 'error';
  }
});

describe('a stream', () => {
  const filters = {
    hate: { filtered: false, severity: 'safe' },
    'self-harm': { filtered: false, severity: 'low' },
  };

  test('as today: prompt filters first, then the model, text, finish and usage', async () => {
    const wire = sse(
      {
        choices: [],
        created: 0,
        id: '',
        model: '',
        object: '',
        prompt_filter_results: [
          {
            prompt_index: 0,
            content_filter_results: { ...filters, jailbreak: { detected: false, filtered: false } },
          },
        ],
      },
      chunk({ content_filter_results: {}, delta: { content: '', refusal: null, role: 'assistant' } }),
      chunk(
        { content_filter_results: filters, delta: { content: 'Why' } },
        { usage: null, obfuscation: 'x' },
      ),
      chunk({ delta: {}, finish_reason: 'stop' }, { usage: null }),
      chunk(null, {
        usage: {
          prompt_tokens: 900,
          completion_tokens: 30,
          prompt_tokens_details: { cached_tokens: 512, cache_write_tokens: 4, image_tokens: 765 },
          completion_tokens_details: { reasoning_tokens: 20 },
        },
      }),
    );
    const { events, failure } = await ask(fakeFetch(() => stream([wire, done])).fetch);
    expect(failure).toBeNull();
    expect(events).toEqual([
      {
        type: 'prompt-filters',
        filters: [
          { category: 'hate', filtered: false, severity: 'safe' },
          { category: 'self_harm', filtered: false, severity: 'low' },
          { category: 'jailbreak', filtered: false, detected: false },
        ],
      },
      { type: 'started', model: 'gpt-4o-2024-11-20', id: 'chatcmpl-1' },
      {
        type: 'reply-filters',
        filters: [
          { category: 'hate', filtered: false, severity: 'safe' },
          { category: 'self_harm', filtered: false, severity: 'low' },
        ],
      },
      { type: 'text', text: 'Why' },
      { type: 'finish', reason: 'stop' },
      {
        type: 'usage',
        usage: {
          inputTokens: 900,
          outputTokens: 30,
          cachedTokens: 512,
          cacheWriteTokens: 4,
          reasoningTokens: 20,
          imageTokens: 765,
        },
      },
      { type: 'done' },
    ]);
  });

  test.each([
    ['finish_reason', 'stop', 'stop'],
    ['finish_reason', 'length', 'length'],
    ['finish_reason', 'content_filter', 'content-filter'],
    ['finish_reason', 'tool_calls', 'tool-calls'],
    ['finish_reason', 'function_call', 'tool-calls'],
    ['finish_reason', 'something_new', 'unknown'],
    ['finish_reason', { type: 'stop', stop: '<|fim_suffix|>' }, 'stop'],
    ['finish_details', { type: 'stop', stop: '<|fim_suffix|>' }, 'stop'],
    ['finish_details', { type: 'max_tokens' }, 'length'],
  ])('that ends with %s %j finishes with %s', async (name, value, reason) => {
    const last = { id: 'c', choices: [{ index: 0, delta: {}, [name]: value }] };
    const { reply, failure } = await ask(fakeFetch(() => stream([sse(says('a'), last)])).fetch);
    expect(failure).toBeNull();
    expect(reply.finish).toBe(reason);
  });

  test('takes filter results of every shape', async () => {
    const shapes = {
      custom_blocklists: [
        { filtered: true, id: 'names' },
        { filtered: false, id: 'other' },
      ],
      custom_topics: { filtered: true, details: [{ detected: true, id: 'medicine' }] },
      protected_material_code: {
        filtered: false,
        detected: true,
        citation: { URL: 'https://example.com/repo', license: 'MIT' },
      },
      purview: { filtered: true },
      error: { code: 'content_filter_error', message: 'The contents are not filtered' },
    };
    const wire = sse(chunk({ delta: { content: 'a' }, content_filter_result: shapes }), finishes('stop'));
    const { reply } = await ask(fakeFetch(() => stream([wire])).fetch);
    expect(reply.replyFilters).toEqual([
      { category: 'custom_blocklists', filtered: true, note: 'names' },
      { category: 'custom_topics', filtered: true, note: 'medicine' },
      {
        category: 'protected_material_code',
        filtered: false,
        detected: true,
        note: 'https://example.com/repo (MIT)',
      },
      { category: 'purview', filtered: true },
      {
        category: 'error',
        filtered: false,
        note: 'content_filter_error: The contents are not filtered',
      },
    ]);
    const objects = { custom_blocklists: { filtered: true, details: [{ filtered: true, id: 'names' }] } };
    const later = sse(chunk({ delta: { content: 'a' }, content_filter_results: objects }), finishes('stop'));
    const again = await ask(fakeFetch(() => stream([later])).fetch);
    expect(again.reply.replyFilters).toEqual([
      { category: 'custom_blocklists', filtered: true, note: 'names' },
    ]);
  });

  test('that a filter speaks against after "stop" is withdrawn', async () => {
    const late = {
      id: '',
      model: '',
      choices: [
        {
          index: 0,
          finish_reason: 'content_filter',
          content_filter_results: { violence: { filtered: true, severity: 'high' } },
          content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
        },
      ],
    };
    const wire = sse(says('shown'), finishes('stop'), late);
    const { reply, failure } = await ask(fakeFetch(() => stream([wire, done])).fetch);
    expect(failure).toBeNull();
    expect(reply).toMatchObject({ text: 'shown', finish: 'content-filter', withdrawn: true });
  });

  test('that the default filter ends keeps the text it let pass', async () => {
    const last = chunk({
      delta: {},
      finish_reason: 'content_filter',
      content_filter_results: { hate: { filtered: true, severity: 'medium' } },
    });
    const { reply } = await ask(fakeFetch(() => stream([sse(says('fine'), last), done])).fetch);
    expect(reply).toMatchObject({ text: 'fine', finish: 'content-filter', withdrawn: false });
  });

  test('tells a refusal from text, and joins content that comes as parts or not at all', async () => {
    const wire = sse(
      chunk({ delta: { content: null, refusal: 'I cannot ' } }),
      chunk({ delta: { refusal: 'help with that.' } }),
      chunk({
        delta: {
          content: [
            { type: 'text', text: 'But: ' },
            { type: 'text', text: 'hello' },
          ],
        },
      }),
      chunk({ delta: null }),
      chunk({ index: 1, delta: { content: 'a second choice' } }),
      finishes('stop'),
    );
    const { reply } = await ask(fakeFetch(() => stream([wire])).fetch);
    expect(reply).toMatchObject({ refusal: 'I cannot help with that.', text: 'But: hello' });
  });

  test('ignores events and JSON it does not know', async () => {
    const wire = `event: ping\ndata: not json\n\n${sse({ type: 'keepalive' }, 'null', '7', says('a'), finishes('stop'))}`;
    const { reply, failure } = await ask(fakeFetch(() => stream([wire])).fetch);
    expect([reply.text, failure]).toEqual(['a', null]);
  });

  test('that breaks after its finish reason is complete, before it cut off', async () => {
    const after = await ask(
      fakeFetch(() => stream([sse(says('a'), finishes('stop'))], { breaks: true })).fetch,
    );
    expect([after.reply.text, after.failure]).toEqual(['a', null]);
    const before = await ask(fakeFetch(() => stream([sse(says('a'))], { breaks: true })).fetch);
    expect(before.reply.text).toBe('a');
    expect(before.failure?.kind).toBe('cut-off');
  });

  test.each([
    ['no bytes', ''],
    ['[DONE] and nothing else', done],
    ['words instead of JSON', sse('Internal server error')],
  ])('of %s is not a chat answer', async (_name, wire) => {
    const { failure } = await ask(fakeFetch(() => stream([wire])).fetch);
    expect(failure?.kind).toBe('not-a-chat-answer');
  });

  test('with an error in it says so, with the wait it asks for', async () => {
    const error = { error: { code: '429', message: 'Rate limit is exceeded. Try again in 2 seconds.' } };
    const { reply, failure } = await ask(fakeFetch(() => stream([sse(says('a'), error)])).fetch);
    expect(reply.text).toBe('a');
    expect(failure).toMatchObject({ kind: 'service-error', code: '429', retryAfterMs: 2000 });
  });

  test('never leads to a second request once its bytes have come', async () => {
    const { fetch, sent } = fakeFetch(() => stream([sse(says('a'))], { breaks: true }));
    await ask(fetch);
    expect(sent).toHaveLength(1);
  });

  test('that is stopped throws what the signal says, and asks nothing more', async () => {
    const stop = new AbortController();
    const { fetch, sent } = fakeFetch(() => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(sse(says('kept')))),
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    });
    const stopping = ask(fetch, {
      options: { signal: stop.signal, onBytes: () => setTimeout(() => stop.abort()) },
    });
    const { reply, thrown } = await stopping;
    expect(reply.text).toBe('kept');
    expect(thrown).toMatchObject({ name: 'AbortError' });
    expect(sent).toHaveLength(1);
  });
});

describe('a whole answer', () => {
  const whole = JSON.parse(fixture('chat-image.response.json')) as Record<string, unknown>;

  test('gives what the same answer would give as a stream', async () => {
    const asked = { ...question, stream: false };
    const { events, reply, failure } = await ask(fakeFetch(json(whole)).fetch, { request: asked });
    expect(failure).toBeNull();
    expect(events.map((event) => event.type)).toEqual([
      'started',
      'prompt-filters',
      'reply-filters',
      'text',
      'finish',
      'usage',
      'done',
    ]);
    expect(reply).toMatchObject({
      text: 'The picture shows an individual dressed in formal attire, ...',
      model: 'gpt-4',
      finish: 'stop',
      usage: { inputTokens: 1156, outputTokens: 80 },
    });
  });

  test('where a stream was asked for is taken as it is', async () => {
    let streamed: boolean | null = null;
    const { reply } = await ask(fakeFetch(json(whole)).fetch, {
      options: { onAnswer: (inStream) => (streamed = inStream) },
    });
    expect([reply.finish, streamed]).toEqual(['stop', false]);
  });

  test('of the vision preview ends by its finish_details', async () => {
    const { reply } = await ask(
      fakeFetch(json(JSON.parse(fixture('enhancements-image.response.json')))).fetch,
    );
    expect(reply.finish).toBe('stop');
    expect(reply.text).toMatch(/^The image shows a close-up/);
  });

  test.each([
    ['no message', {}],
    ['no content', { message: { role: 'assistant' } }],
    ['null content', { message: { role: 'assistant', content: null } }],
  ])('that was blocked, with %s, keeps the reason', async (_name, choice) => {
    const blocked = {
      id: 'c',
      model: 'gpt-4o',
      choices: [
        {
          index: 0,
          finish_reason: 'content_filter',
          content_filter_results: { hate: { filtered: true, severity: 'high' } },
          ...choice,
        },
      ],
    };
    const { reply, failure } = await ask(fakeFetch(json(blocked)).fetch);
    expect(failure).toBeNull();
    expect(reply).toMatchObject({
      text: '',
      finish: 'content-filter',
      withdrawn: false,
      replyFilters: [{ category: 'hate', filtered: true, severity: 'high' }],
    });
  });

  test('that hides an error in the words of a tool is a failure', async () => {
    const { failure } = await ask(
      fakeFetch(json(JSON.parse(fixture('video-chat.error-in-200-body.json')))).fetch,
    );
    expect(failure).toMatchObject({
      kind: 'data-source-refused',
      code: '400',
      detail: "The 'video' enhancement requires a data source of type 'AzureComputerVisionVideoIndex'.",
    });
  });

  test('with an error inside a 200 is a failure, a blocked prompt among them', async () => {
    const plain = await ask(fakeFetch(json({ error: { code: 'InternalError', message: 'sorry' } })).fetch);
    expect(plain.failure).toMatchObject({ kind: 'service-error', code: 'InternalError', detail: 'sorry' });
    const blocked = await ask(
      fakeFetch(
        json({
          error: {
            code: 'content_filter',
            message: 'filtered',
            innererror: { content_filter_result: { hate: { filtered: true, severity: 'high' } } },
          },
        }),
      ).fetch,
    );
    expect(blocked.failure).toMatchObject({
      kind: 'prompt-blocked',
      filters: [{ category: 'hate', filtered: true, severity: 'high' }],
    });
  });

  test.each([
    ['HTML', '<!doctype html><title>Sign in</title>', 'text/html', 'not-a-chat-answer'],
    ['nothing', '', 'application/json', 'not-a-chat-answer'],
    ['JSON of another kind', '{"value":[]}', 'application/json', 'not-a-chat-answer'],
    ['an answer without a choice', '{"choices":[]}', 'application/json', 'not-a-chat-answer'],
    ['JSON cut in half', '{"choices":[{"message":{"content":"Hel', 'application/json', 'cut-off'],
    ['a stream under a wrong type', sse(says('a'), finishes('stop')), 'text/plain', 'not-a-chat-answer'],
  ])('of %s is refused', async (_name, body, type, kind) => {
    const { fetch } = fakeFetch(new Response(body, { headers: { 'content-type': type } }));
    const { reply, failure } = await ask(fetch);
    expect([reply.text, failure?.kind]).toEqual(['', kind]);
  });
});

test('a whole answer and the same text in pieces fold to the same reply', async () => {
  const text = 'One picture, two words: 日本 😀.';
  const streamed = await ask(
    fakeFetch(() =>
      stream(cuts(new TextEncoder().encode(sse(...Array.from(text, says), finishes('stop')) + done))[1]),
    ).fetch,
  );
  const message = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } };
  const whole = await ask(
    fakeFetch(json({ id: 'chatcmpl-1', model: 'gpt-4o-2024-11-20', choices: [message] })).fetch,
  );
  expect(joined(streamed.events)).toEqual(joined(whole.events));
});
