import { createTestPage, type Rgb, type TestPage } from './test-page.ts';

const paper: Rgb = [252, 251, 247];
const ink: Rgb = [38, 42, 51];
const faint: Rgb = [98, 104, 116];
const rule: Rgb = [206, 208, 206];
const teal: Rgb = [18, 108, 116];
const sand: Rgb = [226, 150, 62];
const stampRed: Rgb = [190, 44, 52];

const LEFT = 72;
const RIGHT = 928;
const AMOUNT = RIGHT - 16;

/** The invoice that a new person tries: `public/sample-page.png` holds the same pixels. */
export function samplePage(): TestPage {
  const page = createTestPage(1000, 1300, paper);
  letterhead(page);
  parties(page);
  const afterTable = table(page, 560);
  totals(page, afterTable + 30);
  stamp(page, 250, afterTable + 128);
  footer(page);
  return page;
}

function letterhead(page: TestPage): void {
  // A harbour: a sun behind a wave's crest.
  page.rectangle({ left: LEFT, top: 64, right: LEFT + 96, bottom: 160 }, teal);
  page.ellipse({ left: LEFT + 28, top: 84, right: LEFT + 68, bottom: 124 }, sand);
  page.rectangle({ left: LEFT + 12, top: 110, right: LEFT + 84, bottom: 130 }, teal);
  page.rectangle({ left: LEFT + 16, top: 116, right: LEFT + 80, bottom: 122 }, paper);
  page.rectangle({ left: LEFT + 28, top: 132, right: LEFT + 68, bottom: 138 }, paper);
  page.text('Harbour Paper Co.', LEFT + 124, 74, { scale: 5, colour: teal });
  page.text('14 Quay Street, Port Ellen', LEFT + 124, 130, { scale: 3, colour: faint });
  page.rectangle({ left: LEFT, top: 192, right: RIGHT, bottom: 196 }, teal);
}

function parties(page: TestPage): void {
  page.text('INVOICE', LEFT, 238, { scale: 7, colour: ink });
  page.text('Bill to', LEFT, 336, { scale: 3, colour: faint });
  for (const [at, line] of ['Lighthouse Books', 'Anna Berg', '3 Market Lane', 'Port Ellen'].entries())
    page.text(line, LEFT, 376 + at * 36, { scale: 3, colour: ink });
  const facts = [
    ['Invoice', '2024-117'],
    ['Date', '12 March 2024'],
    ['Due', '11 April 2024'],
    ['Order', 'LB-0452'],
  ] as const;
  for (const [at, [name, value]] of facts.entries()) {
    page.text(name, 560, 376 + at * 36, { scale: 3, colour: faint });
    page.text(value, RIGHT, 376 + at * 36, { scale: 3, colour: ink, align: 'right' });
  }
}

const items = [
  ['Writing paper A4, cream', '40', '6.50', '260.00'],
  ['Envelopes C5, box', '25', '9.20', '230.00'],
  ['Notebook, ruled', '60', '4.75', '285.00'],
  ['Blue ink, 50 ml', '12', '7.90', '94.80'],
  ['Delivery by van', '1', '18.00', '18.00'],
] as const;

const QUANTITY = 610;
const PRICE = 752;

function table(page: TestPage, top: number): number {
  page.rectangle({ left: LEFT, top, right: RIGHT, bottom: top + 52 }, teal);
  const heading = { scale: 3, colour: paper };
  page.text('Item', LEFT + 16, top + 16, heading);
  page.text('Qty', QUANTITY, top + 16, { ...heading, align: 'right' });
  page.text('Price', PRICE, top + 16, { ...heading, align: 'right' });
  page.text('Amount', AMOUNT, top + 16, { ...heading, align: 'right' });
  let y = top + 52;
  for (const [name, quantity, price, amount] of items) {
    const style = { scale: 3, colour: ink };
    page.text(name, LEFT + 16, y + 18, style);
    page.text(quantity, QUANTITY, y + 18, { ...style, align: 'right' });
    page.text(price, PRICE, y + 18, { ...style, align: 'right' });
    page.text(amount, AMOUNT, y + 18, { ...style, align: 'right' });
    y += 56;
    page.rectangle({ left: LEFT, top: y, right: RIGHT, bottom: y + 2 }, rule);
  }
  return y;
}

function totals(page: TestPage, top: number): void {
  const rows = [
    ['Subtotal', '887.80'],
    ['VAT 20 %', '177.56'],
  ] as const;
  for (const [at, [name, amount]] of rows.entries()) {
    page.text(name, 560, top + at * 40, { scale: 3, colour: faint });
    page.text(amount, AMOUNT, top + at * 40, { scale: 3, colour: ink, align: 'right' });
  }
  page.rectangle({ left: 560, top: top + 84, right: RIGHT, bottom: top + 87 }, ink);
  page.text('Total', 560, top + 110, { scale: 4, colour: ink });
  page.text('1,065.36', AMOUNT, top + 110, { scale: 4, colour: ink, align: 'right' });
  page.text('All amounts in EUR', AMOUNT, top + 160, { scale: 2, colour: faint, align: 'right' });
}

/** Its middle is given. */
function stamp(page: TestPage, x: number, y: number): void {
  const oval = (width: number, height: number, colour: Rgb) =>
    page.ellipse({ left: x - width, top: y - height, right: x + width, bottom: y + height }, colour);
  oval(150, 84, stampRed);
  oval(142, 76, paper);
  oval(136, 70, stampRed);
  oval(132, 66, paper);
  page.text('PAID', x, y - 46, { scale: 7, colour: stampRed, align: 'centre' });
  page.text('2 April 2024', x, y + 30, { scale: 2, colour: stampRed, align: 'centre' });
}

function footer(page: TestPage): void {
  page.rectangle({ left: LEFT, top: 1186, right: RIGHT, bottom: 1188 }, rule);
  page.text('Thank you. Please pay within 30 days.', LEFT, 1206, { scale: 3, colour: ink });
  page.text('IBAN GB29 HARB 6016 1331 9268 19', LEFT, 1244, { scale: 2, colour: faint });
  page.text('hello@harbourpaper.example', RIGHT, 1244, { scale: 2, colour: faint, align: 'right' });
}
