import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMarkdownStream, type Section } from '#ui/markdown/stream.ts';
import { lexMarkdown, type Links } from '#ui/markdown/lex.ts';
import { readJson, type SpecExample } from './corpora.ts';

const none = Object.create(null) as Links;
const tokensOf = (sections: readonly Section[]) =>
  sections.flatMap(({ blocks }) => blocks.map(({ token }) => token));
const atOnce = (text: string) => tokensOf(createMarkdownStream().update(text, true));

function arriving(text: string, stepLength: number) {
  const stream = createMarkdownStream();
  for (let end = 0; end < text.length; end += stepLength) stream.update(text.slice(0, end), false);
  return { tokens: tokensOf(stream.update(text, true)), lexedLength: stream.lexedLength };
}

describe('the blocks of a finished text do not depend on how it arrived', () => {
  const pieces = [
    '# Title\n',
    'A paragraph.\nIts second line.\n',
    '- one\n',
    '- two\n\n',
    '  more of two\n',
    '1. a\n',
    '2. b\n\n',
    '   - c\n',
    '2\n',
    '```js\nlet a;\n\n',
    '```\n',
    '~~~\n',
    '> quote\n',
    '> - in it\n',
    'lazy\n',
    '| a | b |\n',
    '|---|:-:|\n',
    '| 1 | 2 |\n',
    '$$\n',
    'a + b\n',
    '- c = d\n',
    '\\[ x\n',
    '\\]\n',
    '    code\n',
    '\n',
    '\n\n',
    '---\n',
    '===\n',
    '***\n',
    '<div>\n',
    '</div>\n',
    '<!-- \n',
    '-->\n',
    '<a>',
    '[x]',
    '[x]: https://a.test\n',
    '"title"\n',
    '[x][y]\n',
    '[Y]: <https://b.test>\n',
    '$5 and $10 ',
    '$a_1$ ',
    '**bold',
    '** ',
    '`code',
    '` ',
    '\r\n',
    '\r',
    '  ',
    '\t',
    '&amp;',
    '\\*',
    'word ',
    '中文',
    '👩‍👩‍👧‍👦',
  ];
  test('for random mixtures of constructs, cut at random places', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        (parts, stepLength) => {
          const text = parts.join('');
          expect(arriving(text, stepLength).tokens).toEqual(atOnce(text));
        },
      ),
      { numRuns: 3_000 },
    );
  }, 120_000);

  test('for the examples of both specifications, one after another', async (context) => {
    for (const name of ['commonmark-0.31.2-spec.json', 'gfm-spec.json']) {
      const examples = await readJson<SpecExample[]>('markdown', name);
      if (!examples) return context.skip('The corpora are absent.');
      for (const { example, markdown } of examples) {
        expect(arriving(markdown, 1).tokens, `${name} ${example}`).toEqual(atOnce(markdown));
        const between = `Before.\n\n${markdown}\n\nAfter.\n`;
        expect(arriving(between, 3).tokens, `${name} ${example}`).toEqual(atOnce(between));
      }
    }
  }, 120_000);

  test('and are those of the whole text read in one piece', () => {
    const text = mixed(40);
    const whole = lexMarkdown(text, none, false).filter(({ type }) => type !== 'space' && type !== 'def');
    const words = (tokens: readonly { type: string; raw: string }[]) =>
      tokens.map(({ type, raw }) => [type, raw.trim()]);
    expect(words(arriving(text, 7).tokens)).toEqual(words(whole));
  });
});

describe('work grows with the length', () => {
  const perCharacter = (text: string) => arriving(text, 4).lexedLength / text.length;

  test('for many blocks', () => {
    expect(perCharacter(mixed(400))).toBeLessThan(40);
    expect(perCharacter(mixed(400)) / perCharacter(mixed(100))).toBeLessThan(1.1);
  });
  test('for one huge code block, which is hardly read at all', () => {
    const code = `\`\`\`python\n${'print("a line of a long program")\n'.repeat(2_000)}`;
    expect(perCharacter(code)).toBeLessThan(1.5);
    expect(perCharacter(`${code}\`\`\`\n\nDone.`)).toBeLessThan(3);
  });
  test('for one huge list, which is cut between items and keeps its numbers', () => {
    const lists = atOnce('1. An item with some **words** in it.\n'.repeat(200));
    expect(lists.map((token) => token.type === 'list' && [token.start, token.items.length])).toEqual([
      [1, 79],
      [80, 79],
      [159, 42],
    ]);
    const list = (items: number) => '1. An item with some **words** in it.\n'.repeat(items);
    expect(perCharacter(list(800)) / perCharacter(list(400))).toBeLessThan(1.2);
  });
});

test('what is finished stays the same object while more arrives', () => {
  const stream = createMarkdownStream();
  const text = mixed(30);
  const half = text.length / 2;
  const before = stream.update(text.slice(0, half), false).flatMap(({ blocks }) => blocks);
  const after = stream.update(text.slice(0, half + 400), false).flatMap(({ blocks }) => blocks);
  before.slice(0, -3).forEach((block, index) => expect(after[index]).toBe(block));
  expect(after.filter(({ open }) => open)).toHaveLength(1);
  expect(after.at(-1)!.open).toBe(true);
});

test('a definition below its use applies at the end, and only that block is read again', () => {
  const stream = createMarkdownStream();
  const text = `${'Plain words.\n\n'.repeat(20)}See [this][ref].\n\n${'More words.\n\n'.repeat(20)}`;
  const before = stream.update(text, false).flatMap(({ blocks }) => blocks);
  const after = stream.update(`${text}[ref]: https://example.com\n`, true).flatMap(({ blocks }) => blocks);
  expect(JSON.stringify(after[20]!.token)).toContain('https://example.com');
  expect(after.filter((block, index) => block.token !== before[index]!.token)).toHaveLength(1);
});

test('another text begins anew, and a finished text can grow again', () => {
  const stream = createMarkdownStream();
  stream.update('# One\n\ntext', true);
  expect(tokensOf(stream.update('# One\n\ntext that goes on', false))[1]!.raw).toBe('text that goes on');
  expect(tokensOf(stream.update('Two', true)).map(({ raw }) => raw)).toEqual(['Two']);
  expect(stream.update('', true)).toEqual([]);
});

describe('maths and money', () => {
  const formulas = (text: string) =>
    [...JSON.stringify(atOnce(text)).matchAll(/"type":"maths".*?"source":"(.*?)","display":(\w+)/g)].map(
      ([, source, display]) => [JSON.parse(`"${source}"`), display === 'true'],
    );
  test.each([
    'It costs $5 and $10.',
    'From $5-$10, or $3,000.',
    'US$5 against A$7',
    '$5, or 10$ in words',
    'a \\$5 note and $ 5 $',
    'costs $1/month vs $2',
    '`$a$`',
    '$a\n\nb$',
  ])('no maths: %s', (text) => expect(formulas(text)).toEqual([]));
  test.each([
    ['$x$', 'x', false],
    ['so $a_1 + b_2$, and', 'a_1 + b_2', false],
    ['$5$', '5', false],
    ['$2 \\times 3$', '2 \\times 3', false],
    ['\\(x < y\\)', 'x < y', false],
    ['\\[x\\]', 'x', true],
    ['inline $$x^2$$ there', 'x^2', true],
    ['$$\na\n- b\n$$', '\na\n- b\n', true],
    ['Words\n$$\nx\n$$\nwords', '\nx\n', true],
  ])('maths: %s', (text, source, display) => expect(formulas(text)).toEqual([[source, display]]));
});

test.each([
  ['quotations', '>'.repeat(20_000)],
  ['lists', Array.from({ length: 400 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')],
  ['emphasis', `${'*'.repeat(20_000)}a${'*'.repeat(20_000)}`],
  ['brackets', '['.repeat(30_000)],
  ['a line without end', 'a_'.repeat(40_000)],
])('hostile depth of %s is drawn as text, not as an error', (_, text) => {
  expect(
    atOnce(text)
      .map(({ raw }) => raw)
      .join('').length,
  ).toBeGreaterThanOrEqual(text.length);
});

function mixed(rounds: number): string {
  return Array.from(
    { length: rounds },
    (_, round) =>
      `## Part ${round}\n\nSome **bold** words with \`code\` and a [link](https://example.com/${round}).\n\n` +
      `- one\n- two\n  - inner\n\n| a | b |\n| - | - |\n| ${round} | 2 |\n\n` +
      '```ts\nconst a = 1;\n```\n\n> A quotation.\n\n$$\nx^2\n$$\n\n',
  ).join('');
}
