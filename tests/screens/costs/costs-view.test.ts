import '../../../src/app.css';
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import CostsView from '#screens/costs/CostsView.svelte';
import { expectAccessible, speakWhole } from '../chat/records.ts';
import { aPeriod, aSum, busyCosts, FakeCosts, now, type Busy } from './fake-costs.svelte.ts';

const parts = [
  'input',
  'cached',
  'cache-write',
  'output',
  'enhancements',
  'image-analysis',
  'video',
  'transcription',
] as const;

beforeEach(async () => {
  await speakWhole('en');
  await page.viewport(1440, 900);
});

function show(costs: FakeCosts) {
  return render(CostsView, { costs, now: () => now, onretry: () => void costs.open() });
}

const table = (name: string) => page.getByRole('table', { name, exact: true });
const chart = () => page.getByRole('listbox', { name: 'Chart of costs by day' });
const nameOfBar = () => activeBar()?.getAttribute('aria-label');
const activeBar = (): Element | null => document.querySelector('[role=option][aria-selected=true]');

test('every table has its name, and the screen is accessible', async () => {
  const { container } = show(busyCosts());
  for (const name of ['day', 'model', 'connection', 'conversation', 'kind']) {
    await expect.element(table(`Costs by ${name}`)).toBeVisible();
  }
  await expect.element(table('Ledger')).toBeVisible();
  await expect.element(page.getByRole('heading', { name: 'Costs', level: 1 })).toBeVisible();
  await expectAccessible(container);
});

test('the first table follows the grouping', async () => {
  const costs = busyCosts();
  show(costs);
  await page.getByRole('radio', { name: 'Week' }).click();
  expect(costs.asked).toContainEqual(['period', 'week']);
  await expect.element(table('Costs by week')).toBeVisible();
  await page.getByRole('radio', { name: 'Month' }).click();
  await expect.element(table('Costs by month')).toBeVisible();
});

test('a sum with unknown prices names them, and unknown alone is no zero', async () => {
  const costs = busyCosts();
  costs.overview = {
    today: aSum(1_200_000_000, { unknownCalls: 3 }),
    month: aSum(0, { unknownCalls: 2 }),
    forecastNanos: null,
  };
  show(costs);
  const amounts = [...document.querySelectorAll('dl .amount')].map((one) =>
    one.textContent.trim().replace(/\s+/g, ' '),
  );
  expect(amounts).toEqual(['$1.20 + 3 of unknown price', '2 of unknown price', 'Nothing to go by yet']);
  const row = table('Costs by model').getByRole('row', { name: /our-finetuned-model/ });
  await expect.element(row.getByRole('cell').last()).toHaveTextContent(/^3 of unknown price$/);
  const contoso = table('Costs by connection').getByRole('row', { name: /Contoso/ });
  await expect
    .element(contoso.getByRole('cell').last())
    .toHaveTextContent(/^\$[\d.]+ \+ 3 of unknown price$/);
});

test('the chart is one stop, and each bar is reached and read by the keyboard', async () => {
  const costs = busyCosts();
  const start = (day: number): number => new Date(2026, 10, day).getTime();
  costs.summary = {
    ...costs.summary!,
    periods: [
      aPeriod(start(10), { input: 800_000_000, output: 440_000_000 }),
      aPeriod(start(11), {}),
      aPeriod(start(12), { input: 1_000_000 }, { unknownCalls: 1, estimatedCalls: 1 }),
    ],
  };
  costs.until = start(13);
  show(costs);
  await expect.element(chart()).toBeVisible();
  expect(chart().getByRole('option').elements()).toHaveLength(3);
  (chart().element() as HTMLElement).focus();
  await expect.poll(nameOfBar).toBe('Nov 12: ≈ $0.001 + 1 of unknown price, Input $0.001');
  await userEvent.keyboard('{ArrowLeft}');
  await expect.poll(nameOfBar).toBe('Nov 11: nothing');
  await userEvent.keyboard('{Home}');
  await expect.poll(nameOfBar).toBe('Nov 10: $1.24, Input $0.80, Output $0.44');
  expect(chart().element().getAttribute('aria-activedescendant')).toBe(activeBar()!.id);
  // What is said is seen, too.
  const readout = document.querySelector('.readout')!;
  expect(readout.textContent).toMatch(/Nov 10.*\$1\.24/s);
  await userEvent.keyboard('{ArrowLeft}{End}{ArrowRight}');
  await expect.poll(nameOfBar).toMatch(/^Nov 12/);
  await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
  expect(chart().element().contains(document.activeElement)).toBe(false);
  await expect.poll(() => readout.textContent).toMatch(/Nov 10 – 12, 2026/);
});

test('a pointer reads a bar', async () => {
  show(busyCosts());
  await expect.element(chart()).toBeVisible();
  const bars = chart().getByRole('option').elements();
  const { left, top, width, height } = bars[4]!.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true };
  chart()
    .element()
    .dispatchEvent(new PointerEvent('pointermove', { ...at, pointerType: 'mouse' }));
  await expect.poll(activeBar).toBe(bars[4]);
  chart()
    .element()
    .dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }));
  await expect.poll(activeBar).toBeNull();
});

test.each<[string, Partial<Busy>, number, number]>([
  ['a year of days', { count: 366, parts }, 1440, 366],
  ['a year of days on a phone', { count: 366, parts }, 390, 366],
  ['thirty days on a phone', { count: 30, parts }, 390, 30],
  ['one day', { count: 1, parts }, 390, 1],
])('%s: labels never overlap and nothing is wider than the screen', async (_name, change, width, bars) => {
  await page.viewport(width, 900);
  show(busyCosts(change));
  await expect.poll(() => document.querySelectorAll('[role=option]').length).toBe(bars);
  const labels = [...document.querySelectorAll('text.label')].map((label) => label.getBoundingClientRect());
  expect(labels.length).toBeGreaterThan(0);
  const plot = document.querySelector('.chart')!.getBoundingClientRect();
  labels.forEach((box, at) => {
    expect(box.right).toBeLessThanOrEqual(plot.right);
    if (at > 0) expect(box.left).toBeGreaterThan(labels[at - 1]!.right + 4);
  });
  const marks = [...document.querySelectorAll('text.mark')].map((mark) => mark.getBoundingClientRect());
  marks.forEach((box) => expect(box.left).toBeGreaterThanOrEqual(plot.left));
  expect(document.querySelector('.chart svg')!.querySelectorAll('*').length).toBeLessThan(120);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
});

test('a title leads to its conversation; a deleted one says so; ten rows come first', async () => {
  show(busyCosts());
  const byConversation = table('Costs by conversation');
  await expect
    .element(byConversation.getByRole('link', { name: 'Which plants are these?' }))
    .toHaveAttribute('href', '#/c/v0');
  await expect
    .element(byConversation.getByRole('link', { name: 'Untitled' }))
    .toHaveAttribute('href', '#/c/v3');
  expect(byConversation.getByRole('row').elements()).toHaveLength(11);
  await page.getByRole('button', { name: 'Costs by conversation: Show all (24)' }).click();
  await expect.poll(() => byConversation.getByRole('row').elements()).toHaveLength(25);
  await expect.element(byConversation.getByText('Deleted conversation')).toBeVisible();
  await expect.element(byConversation.getByText('Outside conversations')).toBeVisible();
});

test('a custom range is two days, both of them inside', async () => {
  const costs = busyCosts();
  show(costs);
  await page.getByRole('combobox', { name: 'Range' }).selectOptions('Custom');
  await page.getByLabelText('From').fill('2026-11-01');
  await userEvent.tab();
  expect(costs.asked.at(-1)).toEqual([
    'range',
    'custom',
    { from: new Date(2026, 10, 1).getTime(), until: costs.until },
  ]);
  const asked = costs.asked.length;
  await page.getByLabelText('To', { exact: true }).fill('2026-10-20');
  await expect.element(page.getByText('The last day comes before the first.')).toBeVisible();
  expect(costs.asked).toHaveLength(asked);
  await page.getByLabelText('To', { exact: true }).fill('2026-11-20');
  await userEvent.tab();
  await expect.element(page.getByText('The last day comes before the first.')).not.toBeInTheDocument();
  expect(costs.asked.at(-1)).toEqual([
    'range',
    'custom',
    { from: new Date(2026, 10, 1).getTime(), until: new Date(2026, 10, 21).getTime() },
  ]);
  await expect.element(page.getByLabelText('To', { exact: true })).toHaveValue('2026-11-20');
});

test('what is simulated says so, and is left out at will', async () => {
  const costs = busyCosts({ change: { simulatedNanos: 230_000_000 } });
  show(costs);
  await expect.element(page.getByRole('switch', { name: 'Include simulated' })).not.toBeInTheDocument();
  await expect.element(page.getByText(/^\$0\.23 of this is simulated/)).toBeVisible();
  costs.hasSimulated = true;
  await page.getByRole('switch', { name: 'Include simulated' }).click();
  expect(costs.asked).toContainEqual(['simulated', false]);
});

test('empty says what will stand here, and leads on', async () => {
  const costs = busyCosts();
  const quiet = { ...costs.summary!, total: aSum(0, { calls: 0 }) };
  costs.summary = quiet;
  const { container } = show(costs);
  await expect.element(page.getByRole('heading', { name: 'Nothing was asked in this time' })).toBeVisible();
  await expectAccessible(container);
  await page.getByRole('button', { name: 'Show all time' }).click();
  expect(costs.asked).toContainEqual(['range', 'all']);
  await expect.element(page.getByRole('heading', { name: 'Nothing was asked yet' })).toBeVisible();
  await expect.element(page.getByRole('link', { name: 'Ask about a picture' })).toHaveAttribute('href', '#/');
  costs.hasSimulated = true;
  costs.withSimulated = false;
  await page.getByRole('button', { name: 'Include simulated' }).click();
  expect(costs.asked).toContainEqual(['simulated', true]);
});

test('a failure says what to do, and is tried again', async () => {
  const costs = new FakeCosts();
  costs.problem = { kind: 'storage-failed', detail: 'UnknownError' };
  const { container } = show(costs);
  await expect.element(page.getByRole('alert')).toBeVisible();
  await expectAccessible(container);
  await page.getByRole('button', { name: 'Try again' }).click();
  expect(costs.asked).toEqual(['open']);
});

test('in Chinese nothing is said in English', async () => {
  await speakWhole('zh');
  const { container } = show(busyCosts({ parts, change: { simulatedNanos: 5, estimatedCalls: 2 } }));
  await expect.element(table('每日费用')).toBeVisible();
  await expect.element(table('明细账')).toBeVisible();
  expect(englishIn(container)).toEqual([]);
});

/** Names of models, connections and conversations are as they are. */
function englishIn(container: Element): string[] {
  const names =
    /gpt-[\w.-]+|our-finetuned-model|Contoso production|Fabrikam gateway \(Sweden Central\)|Simulator|video-retrieval|Shelf photo.*|Which plants are these\?|Invoice.*|Harbour at night|Azure|OCR|CSV|JSON|Home|End/g;
  const texts = [...container.querySelectorAll('*')].flatMap((element) => [
    ...[...element.childNodes]
      .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent ?? ''),
    element.getAttribute('aria-label') ?? '',
    element.getAttribute('title') ?? '',
    element.getAttribute('placeholder') ?? '',
  ]);
  return texts.filter((text) => /[A-Za-z]{2,}/.test(text.replace(names, '')));
}
