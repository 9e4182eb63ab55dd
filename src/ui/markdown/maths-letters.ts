/**
 * Starts of the alphabets in Mathematical Alphanumeric Symbols (https://www.unicode.org/charts/PDF/U1D400.pdf): capital
 * A, small a, digit zero. MathML Core knows no `mathvariant` but "normal", so the letters themselves are chosen.
 */
const alphabets: Readonly<Record<string, readonly [upper: number, lower: number, digit: number | null]>> = {
  bold: [0x1d400, 0x1d41a, 0x1d7ce],
  italic: [0x1d434, 0x1d44e, null],
  'bold-italic': [0x1d468, 0x1d482, null],
  script: [0x1d49c, 0x1d4b6, null],
  fraktur: [0x1d504, 0x1d51e, null],
  'double-struck': [0x1d538, 0x1d552, 0x1d7d8],
  'bold-fraktur': [0x1d56c, 0x1d586, null],
  'sans-serif': [0x1d5a0, 0x1d5ba, 0x1d7e2],
  'bold-sans-serif': [0x1d5d4, 0x1d5ee, 0x1d7ec],
  'sans-serif-italic': [0x1d608, 0x1d622, null],
  monospace: [0x1d670, 0x1d68a, 0x1d7f6],
};

/** Letters that had a place of their own in Unicode before. */
const exceptions: Readonly<Record<string, string>> = {
  'italic h': 'ℎ',
  'script B': 'ℬ',
  'script E': 'ℰ',
  'script F': 'ℱ',
  'script H': 'ℋ',
  'script I': 'ℐ',
  'script L': 'ℒ',
  'script M': 'ℳ',
  'script R': 'ℛ',
  'script e': 'ℯ',
  'script g': 'ℊ',
  'script o': 'ℴ',
  'fraktur C': 'ℭ',
  'fraktur H': 'ℌ',
  'fraktur I': 'ℑ',
  'fraktur R': 'ℜ',
  'fraktur Z': 'ℨ',
  'double-struck C': 'ℂ',
  'double-struck H': 'ℍ',
  'double-struck N': 'ℕ',
  'double-struck P': 'ℙ',
  'double-struck Q': 'ℚ',
  'double-struck R': 'ℝ',
  'double-struck Z': 'ℤ',
};

const greekAlphabets: Readonly<Record<string, readonly [upper: number, lower: number]>> = {
  bold: [0x1d6a8, 0x1d6c2],
  italic: [0x1d6e2, 0x1d6fc],
  'bold-italic': [0x1d71c, 0x1d736],
};

/** The same letters of another alphabet; what it has not stays as it is. */
export function inVariant(text: string, variant: string): string {
  return Array.from(text, (letter) => exceptions[`${variant} ${letter}`] ?? shift(letter, variant)).join('');
}

function shift(letter: string, variant: string): string {
  const code = letter.codePointAt(0)!;
  const latin = alphabets[variant];
  const greek = greekAlphabets[variant];
  if (latin && letter >= 'A' && letter <= 'Z') return String.fromCodePoint(latin[0] + code - 65);
  if (latin && letter >= 'a' && letter <= 'z') return String.fromCodePoint(latin[1] + code - 97);
  if (latin?.[2] && letter >= '0' && letter <= '9') return String.fromCodePoint(latin[2] + code - 48);
  if (greek && letter >= 'Α' && letter <= 'Ω') return String.fromCodePoint(greek[0] + code - 0x391);
  if (greek && letter >= 'α' && letter <= 'ω') return String.fromCodePoint(greek[1] + code - 0x3b1);
  return letter;
}
