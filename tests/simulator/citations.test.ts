import { describe, expect, test } from 'vitest';
import { findCitations } from '#domain/citations.ts';
import { findingsText, type FindingLine } from '#domain/findings.ts';
import { unitPoint } from '#domain/places.ts';
import { askJson, picture, quickSimulator, withPictures } from './ask.ts';
import { dataUrl, png } from './pictures.ts';

const simulator = quickSimulator();
const shown = picture(dataUrl(png(80, 80, [[200, 0, 0]])), 'low');

function line(
  number: number,
  kind: FindingLine['kind'],
  text: string,
  left: number,
  top: number,
): FindingLine {
  const polygon = [
    unitPoint(left, top),
    unitPoint(left + 0.2, top),
    unitPoint(left + 0.2, top + 0.02),
    unitPoint(left, top + 0.02),
  ];
  return { number, partIndex: 0, kind, text, polygon, confidence: null };
}

const findings = findingsText({
  isSent: true,
  pictures: [
    {
      partIndex: 0,
      analysisId: 'a',
      sizePx: { widthPx: 1000, heightPx: 1300 },
      about: 'tags text, document.',
    },
  ],
  lines: [
    line(4, 'object', 'red area', 0.1, 0.7),
    line(5, 'text', 'INVOICE', 0.1, 0.2),
    line(6, 'text', 'Total', 0.6, 0.8),
    line(7, 'text', '1,065.36 "net" [3]', 0.8, 0.8),
    line(8, 'text', 'Thank you', 0.1, 0.9),
    line(9, 'text', '合计 总额', 0.1, 0.95),
  ],
  leftOut: 0,
});

/** As the page sends it: the picture, the findings, the question. */
function messages(question: string): object[] {
  const content = [shown, { type: 'text', text: findings }, { type: 'text', text: question }];
  return [{ role: 'user', content }];
}

async function answer(asked: object[], deployment = 'gpt-4.1'): Promise<string> {
  const { body } = await askJson(simulator, { deployment, body: { messages: asked } });
  return body.choices[0].message.content;
}

const numbersIn = (text: string) => findCitations(text).flatMap(({ numbers }) => numbers);

describe('numbered lines', () => {
  test('those that share words with the question, and what stands beside them', async () => {
    const text = await answer(messages('What is the total?'));
    expect(text).toContain('The picture says “Total” [6]. The picture says “1,065.36 "net" 3” [7].');
    expect(numbersIn(text)).toEqual([6, 7]);
    expect(text).toContain('asked, in 4 words: “What is the total?”');
  });

  test('else the first few, things among them', async () => {
    const text = await answer(messages('Describe it'));
    expect(text).toContain('It shows red area [4].');
    expect(numbersIn(text)).toEqual([4, 5, 6]);
  });

  test('in Chinese', async () => {
    const text = await answer(messages('总额是多少？'));
    expect(text).toMatch(/^这是模拟回答/);
    expect(text).toContain('图片中写着“合计 总额” [9]。');
  });

  test('of an earlier question', async () => {
    const earlier = [...messages('What is this?'), { role: 'assistant', content: 'An invoice [5].' }];
    const text = await answer([...earlier, { role: 'user', content: 'And whom does it thank? Thank them.' }]);
    expect(numbersIn(text)).toEqual([8]);
  });

  test('none without findings', async () => {
    expect(numbersIn(await answer(withPictures('What is the total?', shown)))).toEqual([]);
  });

  test('wrong-citations cites one that does not exist', async () => {
    const numbers = numbersIn(await answer(messages('What is the total?'), 'wrong-citations'));
    expect(numbers).toEqual([6, 7, 99]);
    expect(numbersIn(await answer(withPictures('Hello', shown), 'wrong-citations'))).toEqual([99]);
  });
});
