import { describe, expect, test } from 'vitest';
import { createFormat } from '../../src/language/format.ts';

const en = createFormat('en-US');
const zh = createFormat('zh-CN');

describe('money has its currency and enough digits to be true', () => {
  test.each([
    [0, '$0.00'],
    [9_600_000, '$0.0096'],
    [3_825_150, '$0.00383'],
    [370_000, '$0.00037'],
    [1, '$0.000000001'],
    [110_880_000, '$0.111'],
    [10_000_000, '$0.01'],
    [1_200_000_000, '$1.20'],
    [12_345_678_000_000, '$12,345.68'],
  ])('%d nano-dollars: %s', (nanos, text) => {
    expect(en.money(nanos)).toBe(text);
  });

  test('in Chinese, too', () => {
    expect(zh.money(9_600_000)).toBe('$0.0096');
  });
});

describe('other figures', () => {
  test.each([
    [en.number(1940), '1,940'],
    [en.bytes(123_400), '123.4 kB'],
    [en.bytes(20_971_520), '21 MB'],
    [en.duration(850), '850 ms'],
    [en.duration(12_340), '12.3 sec'],
    [en.duration(125_000), '2 min 5 sec'],
    [en.duration(86_400_000), '24 hr'],
    [en.duration(5_399_900), '1 hr 30 min'],
    [en.plural(1, { one: '# picture', other: '# pictures' }), '1 picture'],
    [en.plural(1200, { one: '# picture', other: '# pictures' }), '1,200 pictures'],
    [zh.plural(1, { one: '不用', other: '# 张图片' }), '1 张图片'],
    [en.percent(0.0213), '2.1%'],
    [en.list(['a', 'b', 'c']), 'a, b, and c'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });

  test('a time is as precise as it is near', () => {
    const now = new Date(2026, 10, 22, 15, 0).getTime();
    expect(en.when(new Date(2026, 10, 22, 9, 5).getTime(), now)).toMatch(/^9:05/);
    expect(en.when(new Date(2026, 10, 20, 9, 5).getTime(), now)).toBe('Fri');
    expect(en.when(new Date(2026, 2, 3).getTime(), now)).toBe('Mar 3');
    expect(en.when(new Date(2024, 2, 3).getTime(), now)).toBe('Mar 3, 2024');
  });
});
