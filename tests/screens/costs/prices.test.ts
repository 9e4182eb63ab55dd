import { beforeAll, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../../src/app.css';
import { emptyPriceBook, type PriceBook } from '#domain/price-book.ts';
import PricesSection from '#screens/costs/PricesSection.svelte';
import { Prices } from '#state/prices.svelte.ts';
import { aModel, ownPrice } from '../../domain/price-books.ts';
import { aConnection, bench } from '../../state/connections-fixtures.ts';
import { expectAccessible, speakWhole } from '../chat/records.ts';

const gpt41 = 'gpt-4.1@2025-04-14';

beforeAll(() => page.viewport(1280, 900));
beforeEach(() => speakWhole('en'));

const button = (name: string) => page.getByRole('button', { name, exact: true });
const amount = (name: string) => page.getByRole('spinbutton', { name, exact: true });
const choice = (name: string) => page.getByRole('combobox', { name, exact: true });
const table = (name = 'Prices') => page.getByRole('table', { name, exact: true });
const row = (name: RegExp | string) => table().getByRole('row', { name });
const status = () => page.getByRole('status');
const dialog = () => page.getByRole('dialog');

async function show(book: PriceBook = emptyPriceBook) {
  const on = await bench();
  await on.connections.save(aConnection());
  await on.prices.save(book);
  const screen = render(PricesSection, { services: on });
  await expect.element(table()).toBeVisible();
  return { ...on, screen };
}

const bookNow = ({ store }: Awaited<ReturnType<typeof show>>) => store.readPriceBook();
const file = (content: unknown, name = 'team.json') => new File([JSON.stringify(content)], name);
const format = { format: 'sightline-prices', version: 1 };

async function open(chosen: File): Promise<void> {
  await userEvent.upload(page.getByLabelText('File with prices'), chosen);
  await expect.element(dialog()).toBeVisible();
}

test('models of one’s connections come first, the others when asked for or searched', async () => {
  const { screen } = await show();
  await expect.element(page.getByText(/were checked on Nov 22, 2026/)).toBeVisible();
  await expect
    .element(row(/gpt-4\.1 \(2025-04-14\)/))
    .toHaveTextContent(/Used by Contoso.*\$2\.00.*\$0\.50.*as input.*\$8\.00.*Aug 5, 2026/);
  expect(table().getByRole('row').elements()).toHaveLength(2);
  await page.getByRole('searchbox', { name: 'Filter models' }).fill('gpt-5.4 ');
  await expect.element(row(/gpt-5\.4 \(2026-03-05\) \$2\.50/)).toBeVisible();
  await expect
    .element(row(/gpt-5\.4 \(2026-03-05\), above 272,000 tokens/))
    .toHaveTextContent(/\$5\.00.*\$0\.50.*as input.*\$22\.50/);
  await page.getByRole('searchbox', { name: 'Filter models' }).fill('no such model');
  await expect.element(page.getByText('No model is called that.')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter models' }).clear();
  await page.getByRole('button', { name: /^Show all models/ }).click();
  await expect.element(row(/claude-opus-5/)).toHaveTextContent('unknown');
  await expect.element(row(/claude-opus-5/)).not.toHaveTextContent('$0');
  await expect.element(row(/gpt-5\.6-sol/).first()).toHaveTextContent('until Nov 30, 2026');
  await expect
    .element(row(/model-router/))
    .toHaveTextContent('as the model that answers, plus $0.14 for input');
  await page
    .getByText(/^Sources/)
    .first()
    .click();
  await expect.element(page.getByText(/^Azure Retail Prices API/).first()).toBeVisible();
  await expectAccessible(screen.container);
  await button('Show fewer models').click();
  expect(table().getByRole('row').elements()).toHaveLength(2);
});

test('prices of each deployment type are shown, and said to be worked out', async () => {
  await show({
    ...emptyPriceBook,
    prices: [ownPrice('gpt-5@2025-08-07', 1, { deploymentType: 'data-zone' })],
  });
  await choice('Prices for').selectOptions('Data Zone Standard');
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent('$2.20');
  await expect.element(row(/gpt-5/)).toHaveTextContent(/\$1\.00.*Yours/);
  await expect.element(page.getByText(/10% dearer is typical/)).toBeVisible();
  await choice('Prices for').selectOptions('Global Batch');
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent('$1.00');
  await expect.element(page.getByText(/50% less is typical/)).toBeVisible();
  await choice('Prices for').selectOptions('Provisioned');
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent('paid by the hour');
});

test('an own price goes over the published one, is billed, and is dropped again', async () => {
  const on = await show();
  await button('Edit price of gpt-4.1 (2025-04-14)').click();
  await expect.element(page.getByRole('dialog', { name: 'Price of gpt-4.1 (2025-04-14)' })).toBeVisible();
  await expect.element(amount('Input')).toHaveValue(2);
  await expect.element(amount('Cached input')).toHaveValue(0.5);
  await amount('Input').clear();
  // Letter by letter: a point that is typed must not be taken away.
  await userEvent.type(amount('Input'), '1.050607');
  await expect.element(amount('Input')).toHaveValue(1.050607);
  await amount('Cached input').clear();
  await expectAccessible(dialog().element());
  await button('Save price').click();
  await expect.element(status()).toHaveTextContent('Price of gpt-4.1 (2025-04-14) saved.');
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent(/\$1\.050607.*as input.*Yours/);
  await expect.element(button('Edit price of gpt-4.1 (2025-04-14)')).toHaveFocus();
  expect((await bookNow(on)).prices).toEqual([
    {
      modelId: gpt41,
      deploymentType: null,
      from: null,
      price: { inputPerMillion: 1.050607, outputPerMillion: 8, source: 'own', asOf: '2026-11-22' },
    },
  ]);
  expect((await on.connections.price(aConnection()))?.inputPerMillion).toBe(1.050607);

  await button('Edit price of gpt-4.1 (2025-04-14)').click();
  await button('Use published price').click();
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent(/\$2\.00/);
  expect(await bookNow(on)).toEqual(emptyPriceBook);
  await button('Undo').click();
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent(/\$1\.050607/);
});

test('a price from a later day stands beside the present one, or in its place', async () => {
  const on = await show({ ...emptyPriceBook, prices: [ownPrice(gpt41, 1)] });
  await button('Edit price of gpt-4.1 (2025-04-14)').click();
  await page.getByLabelText('Valid from').fill('2027-01-01');
  await choice('Deployment type').selectOptions('Data Zone Standard');
  await expect
    .element(page.getByRole('switch', { name: 'Keep my price for All deployment types as well' }))
    .toBeChecked();
  await amount('Input').fill('0.75');
  await button('Save price').click();
  await expect
    .element(row(/gpt-4\.1 \(2025-04-14\), Data Zone Standard, from Jan 1, 2027/))
    .toHaveTextContent('$0.75');
  expect((await bookNow(on)).prices).toHaveLength(2);

  await button('Edit price of gpt-4.1 (2025-04-14), Data Zone Standard, from Jan 1, 2027').click();
  await choice('Deployment type').selectOptions('All deployment types');
  await page.getByRole('switch', { name: /^Keep my price/ }).click();
  await page.getByLabelText('Valid from').fill('');
  await expect.element(page.getByText(/You have a price for this deployment type/)).toBeVisible();
  await button('Save price').click();
  expect((await bookNow(on)).prices).toHaveLength(2);
  await page.getByLabelText('Valid from').fill('2027-02-01');
  await button('Save price').click();
  await expect
    .poll(async () => (await bookNow(on)).prices.map(({ from }) => from))
    .toEqual([null, '2027-02-01']);
});

test('what is no price is said at its field, which gets the focus', async () => {
  const on = await show();
  await button('Edit price of gpt-4.1 (2025-04-14)').click();
  for (const [typed, problem] of [
    ['-1', 'A price is 0 or more.'],
    ['0.1234567', 'At most 6 decimals count.'],
    ['9999999', 'That is more than a dollar a token.'],
    ['', 'Enter a price.'],
  ] as const) {
    await amount('Output').fill(typed);
    await button('Save price').click();
    await expect.element(amount('Output')).toHaveFocus();
    await expect.element(amount('Output')).toHaveAccessibleDescription(problem);
  }
  await userEvent.type(amount('Output'), '1e');
  await button('Save price').click();
  await expect.element(amount('Output')).toHaveAccessibleDescription('Enter a number, such as 2.5.');
  await amount('Output').fill('8');
  await page.getByText('Above 272,000 prompt tokens').click();
  await amount('Cached input, long').fill('1');
  await button('Save price').click();
  await expect.element(amount('Input, long')).toHaveFocus();
  expect(await bookNow(on)).toEqual(emptyPriceBook);
  await amount('Input, long').fill('4');
  await amount('Output, long').fill('12');
  await userEvent.keyboard('{Enter}');
  await expect
    .poll(async () => (await bookNow(on)).prices[0]?.price.longContext)
    .toEqual({
      aboveInputTokens: 272_000,
      inputPerMillion: 4,
      cachedInputPerMillion: 1,
      outputPerMillion: 12,
    });
});

test('what could not be kept is said in the dialog, with what was typed still there', async () => {
  const on = await bench();
  await on.connections.save(aConnection());
  let broken = true;
  const prices = new Prices({
    ...on.store,
    savePriceBook: (book) => (broken ? Promise.reject(new Error('no room')) : on.store.savePriceBook(book)),
  });
  render(PricesSection, { services: { ...on, prices } });
  await button('Edit price of gpt-4.1 (2025-04-14)').click();
  await amount('Input').fill('1.5');
  await button('Save price').click();
  await expect.element(dialog().getByRole('alert')).toHaveTextContent(/what held before still holds/);
  await expect.element(amount('Input')).toHaveValue(1.5);
  broken = false;
  await button('Save price').click();
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent(/\$1\.50.*Yours/);
});

test('a model is added with the abilities of another, priced, renamed and deleted', async () => {
  const on = await show();
  await button('Add model').click();
  await button('Save model').click();
  await expect.element(page.getByText('Enter a name.')).toBeVisible();
  await expect.element(page.getByRole('textbox', { name: 'Model name' })).toHaveFocus();
  await page.getByRole('textbox', { name: 'Model name' }).fill('gpt-6.3 preview');
  await amount('Input price').fill('3');
  await amount('Output price').fill('12');
  await choice('Copy abilities from').selectOptions('gpt-5.4 (2026-03-05)');
  await expect.element(page.getByRole('textbox', { name: 'Model name' })).toHaveValue('gpt-6.3 preview');
  await expectAccessible(dialog().element());
  await button('Save model').click();
  await expect.element(row(/gpt-6\.3 preview/)).toHaveTextContent(/your model.*\$3\.00.*\$12\.00.*Yours/);
  const [model] = (await bookNow(on)).models;
  expect(model).toMatchObject({
    id: 'own:gpt-6.3-preview',
    capabilities: { encoding: 'o200k_base', imageTokens: { kind: 'patch' }, structuredOutputs: true },
  });
  expect((await on.connections.models())[0]).toMatchObject({ id: 'own:gpt-6.3-preview', group: 'own' });

  await button('Edit model gpt-6.3 preview').click();
  await page.getByRole('textbox', { name: 'Model name' }).fill('gpt-6.3');
  await expect.element(amount('Input price')).not.toBeInTheDocument();
  await button('Save model').click();
  await expect.element(button('Edit model gpt-6.3')).toHaveFocus();
  expect((await bookNow(on)).models[0]?.capabilities).toEqual(model?.capabilities);

  await on.connections.save(
    aConnection({ id: 'b', name: 'Fabrikam', model: { kind: 'catalog', id: 'own:gpt-6.3-preview' } }),
  );
  await button('Edit model gpt-6.3').click();
  await expect.element(button('Delete model')).toBeDisabled();
  await expect.element(page.getByText(/while a connection uses it: Fabrikam/)).toBeVisible();
  await button('Cancel').click();
  await on.connections.remove('b');
  await button('Edit model gpt-6.3').click();
  await button('Delete model').click();
  await expect.element(status()).toHaveTextContent('gpt-6.3 and its prices are removed.');
  await expect.element(button('Add model')).toHaveFocus();
  expect(await bookNow(on)).toEqual(emptyPriceBook);
});

test('meters have prices, also one’s own; what has none is unknown', async () => {
  const on = await show();
  const meter = (name: RegExp) => table('Prices of other services').getByRole('row', { name });
  await expect.element(meter(/OCR enhancement/)).toHaveTextContent('$1.50 per 1,000 transactions');
  await expect.element(meter(/tags, objects/)).toHaveTextContent('$0.65 from 1,000,000 a month on');
  await expect.element(meter(/Video ingestion/)).toHaveTextContent('$0.05 per minute');
  await expect.element(meter(/Transcription/)).toHaveTextContent('unknown');
  await button('Edit price of Transcription').click();
  await expect.element(page.getByText('No price was found for this service.')).toBeVisible();
  await button('Save price').click();
  await expect.element(page.getByText('Enter a price.')).toBeVisible();
  await amount('US dollars per minute').fill('0.006');
  await button('Save price').click();
  await expect.element(meter(/Transcription/)).toHaveTextContent(/\$0\.006 per minute.*Yours/);
  expect((await bookNow(on)).meters).toEqual([
    {
      meter: 'transcription',
      price: { dollars: 0.006, per: 1, unit: 'minute', source: 'own', asOf: '2026-11-22' },
    },
  ]);
  await button('Edit price of Transcription').click();
  await button('Remove price').click();
  await expect.element(meter(/Transcription/)).toHaveTextContent('unknown');
});

test('an import is shown before it is applied, then merged or put in place', async () => {
  const on = await show({
    ...emptyPriceBook,
    prices: [ownPrice(gpt41, 1), ownPrice('gpt-5@2025-08-07', 1)],
    models: [aModel('own:mine', 'Mine')],
  });
  const team = {
    ...format,
    prices: [
      { modelId: gpt41, price: { inputPerMillion: 1.9, outputPerMillion: 7 } },
      { modelId: 'own:theirs', price: { inputPerMillion: 3, outputPerMillion: 9 } },
      { modelId: 'gpt-99', price: { inputPerMillion: 3, outputPerMillion: 9 } },
    ],
    models: [{ id: 'own:theirs', name: 'Theirs', capabilities: {} }],
  };
  await open(file(team));
  await expect.element(dialog()).toHaveTextContent('3 prices, 1 model; 1 replaces yours.');
  await expect.element(dialog()).toHaveTextContent('1 price is for something the table does not know.');
  await expect.element(dialog()).toHaveTextContent('what the file does not have: 1 price, 1 model.');
  await expectAccessible(dialog().element());
  await button('Cancel').click();
  expect((await bookNow(on)).prices).toHaveLength(2);

  await open(file(team));
  await button('Merge').click();
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent('$1.90');
  await expect.element(row(/gpt-99/)).toHaveTextContent('not in the table');
  const merged = await bookNow(on);
  expect([merged.prices.length, merged.models.length]).toEqual([4, 2]);

  await open(file(team));
  await expect.element(dialog()).toHaveTextContent('none replaces yours');
  await button('Replace all of mine').click();
  await expect.poll(async () => (await bookNow(on)).models.map(({ name }) => name)).toEqual(['Theirs']);
  await button('Undo').click();
  await expect.poll(() => bookNow(on)).toEqual(merged);
});

test('a model in use that an import would remove is named', async () => {
  const on = await show({ ...emptyPriceBook, models: [aModel('own:mine', 'Mine')] });
  await on.connections.save(aConnection({ model: { kind: 'catalog', id: 'own:mine' } }));
  await open(
    file({ ...format, prices: [{ modelId: gpt41, price: { inputPerMillion: 1, outputPerMillion: 2 } }] }),
  );
  await expect
    .element(dialog())
    .toHaveTextContent('A connection uses a model that would be removed: Contoso.');
});

test('a file that cannot be taken in says where and why, and changes nothing', async () => {
  const on = await show({ ...emptyPriceBook, prices: [ownPrice(gpt41, 1)] });
  await open(
    file({ ...format, prices: [{ modelId: gpt41, price: { inputPerMillion: -1, outputPerMilion: 2 } }] }),
  );
  await expect.element(dialog().getByRole('alert')).toHaveTextContent('team.json cannot be imported.');
  await expect.element(dialog()).toHaveTextContent('prices[0].price.inputPerMillion is negative.');
  await expect.element(dialog()).toHaveTextContent('prices[0].price.outputPerMilion is not a known field.');
  await expect.element(button('Merge')).not.toBeInTheDocument();
  await dialog().getByText('Close', { exact: true }).click();
  await open(new File(['x'.repeat(1_000_001)], 'big.json'));
  await expect.element(dialog()).toHaveTextContent('File is larger than 1 MB.');
  await dialog().getByText('Close', { exact: true }).click();
  await open(file({ ...format, prices: Array.from({ length: 40 }, () => null) }));
  await expect.element(dialog()).toHaveTextContent('and 30 more');
  await dialog().getByText('Close', { exact: true }).click();
  await open(file(format));
  await expect.element(dialog()).toHaveTextContent('The file holds no price and no model.');
  expect((await bookNow(on)).prices).toEqual([ownPrice(gpt41, 1)]);
});

test('what is exported is what is there', async () => {
  const book = { ...emptyPriceBook, prices: [ownPrice(gpt41, 1.25)] };
  await show(book);
  const saved = new Promise<{ readonly name: string; readonly text: string }>((done) => {
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      HTMLAnchorElement.prototype.click = click;
      void fetch(this.href)
        .then((answer) => answer.text())
        .then((text) => done({ name: this.download, text }));
    };
  });
  await button('Export prices').click();
  const { name, text } = await saved;
  expect(name).toBe('sightline-prices-2026-11-22.json');
  expect(JSON.parse(text)).toEqual({ ...format, ...book });
});

test('what another tab saves comes into view', async () => {
  const { store } = await show();
  await new Prices(store).save({ ...emptyPriceBook, prices: [ownPrice(gpt41, 0.123456)] });
  await expect.element(row(/gpt-4\.1/)).toHaveTextContent('$0.123456');
});

test('on a phone each amount is labelled, nothing is cut off, and all of it is in Chinese', async () => {
  await page.viewport(390, 844);
  await speakWhole('zh');
  const on = await bench();
  await on.connections.save(aConnection({ discountPercent: 10 }));
  await on.prices.save({
    ...emptyPriceBook,
    prices: [ownPrice('gpt-5.5@2026-04-24', 16.493824, { from: '2026-01-01' })],
    models: [aModel('own:mine', '我的模型')],
  });
  const screen = render(PricesSection, { services: on });
  await expect.element(button('编辑 gpt-4.1 (2025-04-14) 的价格')).toBeVisible();
  await page.getByRole('button', { name: /^显示所有模型/ }).click();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  await expect.element(page.getByText('连接的折扣会从此处显示的价格中扣除。')).toBeVisible();
  expect(screen.container.textContent).not.toMatch(/undefined|NaN|Used by|Yours/);
  await expectAccessible(screen.container);
  await button('编辑 gpt-5.5 (2026-04-24) 的价格').click();
  await expectAccessible(dialog().element());
  await page.viewport(1280, 900);
});
