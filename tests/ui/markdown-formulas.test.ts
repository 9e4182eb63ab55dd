import { expect, test } from 'vitest';
import { toMathml } from '#ui/markdown/mathml.ts';

/** The letters as they are drawn, without the source that is kept for copying. */
function letters(tex: string): string {
  const math = toMathml(tex, false)!;
  math.querySelector('annotation')!.remove();
  return math.textContent;
}

test.each([
  ['\\mathbb{R}', 'ℝ'],
  ['\\mathbb{A}', '𝔸'],
  ['\\mathbf{v1}', '𝐯𝟏'],
  ['\\mathcal{L}', 'ℒ'],
  ['\\mathfrak{g}', '𝔤'],
  ['\\mathtt{x}', '𝚡'],
  ['\\boldsymbol{\\alpha}', '𝜶'],
  ['\\mathrm{d}x', 'dx'],
  ['\\mathsf{Z}', '𝖹'],
])('%s has letters of its own, which no browser would choose by mathvariant', (tex, expected) => {
  expect(letters(tex)).toBe(expected);
});

test('the columns of aligned lines meet at their signs', () => {
  const math = toMathml('\\begin{aligned} a + b &= c \\\\ d &= e + f \\end{aligned}', true)!;
  const cells = [...math.querySelectorAll('mtr')].map((row) =>
    [...row.children].map((cell) => (cell as MathMLElement).style.textAlign),
  );
  expect(cells).toEqual([
    ['right', 'left'],
    ['right', 'left'],
  ]);
});

test.each([
  '\\href{javascript:alert(1)}{x}',
  '\\includegraphics{https://attacker.test/p.png}',
  '\\htmlStyle{color:red}{x}',
])('%s links, loads and styles nothing', (tex) => {
  const math = toMathml(tex, false);
  expect(math?.querySelector('[href], [src], [style], img, mglyph') ?? null).toBeNull();
});

test('what does not end, or cannot be read, is no formula', () => {
  expect(toMathml('\\def\\a{\\a\\a}\\a', false)).toBeNull();
  expect(toMathml('\\frac{', false)).toBeNull();
});
