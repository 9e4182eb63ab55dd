import { cutToTokens, type CountText } from './tokens.ts';

const USUAL_TOKENS = 8000;
const MOST_TOKENS = 100_000;

/** How many tokens a prompt asks for: "write 16,000 tokens"; 8,000 where it says nothing. */
export function tokensWanted(question: string): number {
  const said = /(\d[\d,]*)\s*(?:个\s*)?tokens?\b(?!\s*(?:\/|per|a|each)\s*s)/i.exec(question)?.[1];
  const tokens = said === undefined ? USUAL_TOKENS : Number(said.replaceAll(',', ''));
  return Math.min(Math.max(1, tokens), MOST_TOKENS);
}

/** The speed a prompt asks for: "at 200 tokens per second", "50 tokens/s"; null where it says nothing. */
export function tokensPerSecondWanted(question: string): number | null {
  const said = /(\d[\d,]*)\s*tokens?\s*(?:\/|per|a|each)\s*s(?:ec(?:ond)?)?\b/i.exec(question)?.[1];
  return said === undefined ? null : Math.max(1, Number(said.replaceAll(',', '')));
}

/** Mixed Markdown of exactly so many tokens, or the few less that whole words leave. The same every time. */
export function longMarkdown(tokens: number, count: CountText): string {
  const sections: string[] = [];
  for (let counted = 0, at = 0; counted < tokens; at += 1) {
    const section = sectionAt(at);
    sections.push(section);
    counted += count(`${section}\n\n`);
  }
  const last = sections.pop() ?? '';
  const whole = sections.map((section) => `${section}\n\n`).join('');
  return whole + cutToTokens(last, tokens - count(whole), count);
}

function sectionAt(at: number): string {
  const kind = kinds[at % kinds.length] ?? paragraph;
  return kind(at + 1);
}

const kinds: readonly ((at: number) => string)[] = [
  (at) => `## Part ${at}: what a long answer is made of\n\n${paragraph(at)}`,
  (at) =>
    `- The first point of part ${at} is **short**.\n- The second one has *two* halves, and \`inline code\` between them.\n  - It also has a point below it.\n- The third ends the list.`,
  paragraph,
  (at) =>
    `| Row | Width | Height | Tokens |\n| --- | ---: | ---: | ---: |\n` +
    Array.from(
      { length: 5 },
      (_, row) =>
        `| Picture ${at}.${row + 1} | ${512 * (row + 1)} | ${384 * (row + 1)} | ${85 + 170 * (row + 1)} |`,
    ).join('\n'),
  (at) =>
    `\`\`\`ts\n/** Step ${at} of a sum that has no end. */\nexport function step${at}(value: number): number {\n  const doubled = value * 2;\n  return doubled > ${at * 100} ? doubled % ${at * 7} : doubled + ${at};\n}\n\`\`\``,
  (at) =>
    `> A quotation in part ${at}, which runs over more than one line so that it wraps on a narrow screen.\n>\n> It has a second paragraph, too.`,
  (at) =>
    `The area under the curve is\n\n$$\n\\int_0^{${at}} x^2 \\, dx = \\frac{${at}^3}{3}\n$$\n\nand $${at}^2 = ${at * at}$.`,
  (at) =>
    `1. Measure part ${at}.\n2. Compare it with part ${at + 1}.\n3. Write down what is different.\n\n${paragraph(at)}`,
];

const sentences = [
  'Every sentence here was written before you asked, and none of them looks at your picture.',
  'A long answer is the best test of a page that draws while it reads.',
  'Words arrive in small groups, as they do from a service that filters what it says.',
  'The lines are of different lengths, some short, some rather longer than the column in which they stand.',
  'Numbers such as 1,024 and 3.1416 appear between the words, and so do names like `max_tokens`.',
  'When the last word has come, nothing that was drawn before should move.',
];

function paragraph(at: number): string {
  return Array.from({ length: 4 }, (_, step) => sentences[(at + step) % sentences.length]).join(' ');
}
