import axe from 'axe-core';
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../../src/app.css';
import { speak, withWords } from '#language';
import SettingsScreen from '#screens/settings/SettingsScreen.svelte';
import { Preferences } from '#state/preferences.svelte.ts';
import { aModel } from '../../domain/price-books.ts';
import { aConnection, bench, type Bench } from '../../state/connections-fixtures.ts';

const key = 'a-key-of-thirty-two-characters-00';

interface Shown extends Bench {
  readonly preferences: Preferences;
  readonly used: string[];
}

beforeEach(async () => {
  await speak('en');
  await withWords(Promise.resolve());
});

async function show(on: Bench): Promise<Shown> {
  const preferences = new Preferences(on.store, 'en');
  const used: string[] = [];
  render(SettingsScreen, {
    services: { ...on, preferences },
    version: '1.2.3',
    onuse: (id: string) => used.push(id),
  });
  return { ...on, preferences, used };
}

const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const choice = (name: string) => page.getByRole('combobox', { name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });

async function seriousFaults(): Promise<readonly string[]> {
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id);
}

test('a new person reaches the simulator in one click', async () => {
  const { connections, used } = await show(await bench());
  await expect.element(page.getByRole('heading', { name: 'Connect to Azure' })).toBeVisible();
  expect(await seriousFaults()).toEqual([]);
  await button('Use the simulator').click();
  await expect.poll(() => used).toHaveLength(1);
  expect(connections.find(used[0])?.name).toBe('Simulator');
});

test('a connection is entered by its names in the contract, tested, saved and used', async () => {
  const { connections, store, used } = await show(await bench());
  await button('Add connection').click();
  await field('Connection name').fill('Contoso');
  await field('Endpoint or target URI').fill(
    'https://contoso.openai.azure.com/openai/deployments/gpt-4.1/chat/completions?api-version=2024-10-21',
  );
  await expect.element(choice('API version')).toHaveValue('2024-10-21');
  await expect.element(field('Deployment')).toHaveValue('gpt-4.1');
  await expect.element(choice('Model')).toHaveValue('gpt-4.1@2025-04-14');
  await expect.element(page.getByText('Suggested by the name of the deployment')).toBeVisible();
  await field('API key').fill(key);
  await expect.element(field('API key')).toHaveAttribute('type', 'password');
  await button('Show API key').click();
  await expect.element(field('API key')).toHaveAttribute('type', 'text');

  await button('Test connection').click();
  const result = page.getByRole('region', { name: 'Test', exact: true });
  await expect.element(result.getByText('Everything passed')).toBeVisible();
  await expect.element(result.getByText(/This test cost \$0\.000\d+ \(\d+ input tokens/)).toBeVisible();
  expect(await seriousFaults()).toEqual([]);

  await button('Save connection').click();
  await expect.poll(() => used).toHaveLength(1);
  const [saved] = connections.list;
  expect(saved).toMatchObject({ name: 'Contoso', apiVersion: '2024-10-21', secrets: ['apiKey'] });
  expect(await store.readSecret(saved!.id, 'apiKey')).toBe(key);
});

test('a v1 address has no API version', async () => {
  await show(await bench());
  await button('Add connection').click();
  await field('Endpoint or target URI').fill('https://contoso.openai.azure.com/openai/v1/');
  await expect.element(page.getByText('Azure OpenAI resource')).toBeVisible();
  await expect.element(choice('API version')).not.toBeInTheDocument();
});

test('a kept key is said to be kept and never comes back into the page', async () => {
  const on = await bench();
  await on.connections.save(aConnection(), { apiKey: key });
  await show(on);
  await button('Edit Contoso').click();
  await expect.element(field('API key')).toHaveAttribute('placeholder', 'Key saved');
  await button('Show API key').click();
  await expect.element(field('API key')).toHaveValue('');
  expect(document.documentElement.outerHTML).not.toContain(key);
  const values = [...document.querySelectorAll('input')].map(({ value }) => value);
  expect(values).not.toContain(key);
});

test('changing the origin empties the key field and says why', async () => {
  await show(await bench());
  await button('Add connection').click();
  await field('Endpoint or target URI').fill('https://contoso.openai.azure.com');
  await field('API key').fill(key);
  await field('Endpoint or target URI').fill('https://fabrikam.openai.azure.com');
  await expect.element(field('API key')).toHaveValue('');
  await expect.element(page.getByText(/never sent to an address it was not entered for/)).toBeVisible();
});

test('what is missing is marked, said, and gets the focus', async () => {
  await show(await bench());
  await button('Add connection').click();
  await button('Save connection').click();
  await expect.element(page.getByRole('alert')).toBeVisible();
  await expect.element(field('Endpoint or target URI')).toHaveAttribute('aria-invalid', 'true');
  await expect.element(field('Endpoint or target URI')).toHaveFocus();
  await field('Endpoint or target URI').fill('http://contoso.openai.azure.com');
  await expect.element(page.getByText(/Plain http would send the key readable/)).toBeVisible();
  expect(await seriousFaults()).toEqual([]);
});

test('an unreachable service lists causes in order, and a check outside the browser', async () => {
  const on = await bench({
    answer: async () => {
      throw new TypeError('Failed to fetch');
    },
  });
  await on.connections.save(aConnection(), { apiKey: key });
  await show(on);
  await button('Edit Contoso').click();
  await button('Test connection').click();
  const result = page.getByRole('region', { name: 'Test', exact: true });
  await expect.element(result.getByText('The test found a problem')).toBeVisible();
  await expect.poll(() => result.getByText('Not reached').elements()).toHaveLength(5);
  const causes = [...document.querySelectorAll('ol li')].map((cause) => cause.textContent);
  expect(causes[0]).toContain('host name');
  expect(causes[1]).toContain('private endpoint');
  await expect
    .element(result.getByText(/^curl -i -X OPTIONS/))
    .toHaveTextContent(
      `curl -i -X OPTIONS "https://contoso.openai.azure.com/openai/v1/chat/completions" -H "Origin: ${location.origin}" -H "Access-Control-Request-Method: POST" -H "Access-Control-Request-Headers: api-key,content-type"`,
    );
  await expect.element(button('Copy command')).toBeVisible();
  expect(await seriousFaults()).toEqual([]);
});

test('a resource that opens Computer Vision itself hides the fields of another', async () => {
  const on = await bench();
  await on.connections.save(aConnection(), { apiKey: key });
  await show(on);
  await button('Edit Contoso').click();
  await page.getByText('Computer Vision · Optional').click();
  await expect.element(field('Computer Vision endpoint')).toBeVisible();
  await page.getByRole('switch', { name: /its own key opens Computer Vision$/ }).click();
  await expect.element(field('Computer Vision endpoint')).not.toBeInTheDocument();
  await expect.element(field('Computer Vision key')).not.toBeInTheDocument();
  await expect.element(page.getByText('whose key does not open Computer Vision')).toBeVisible();
  await page.getByText('Spelling of enhancements').click();
  await choice('Endpoint path').selectOptions('/extensions/chat/completions');
  await choice('Data sources field').selectOptions('data_sources');
  expect(await seriousFaults()).toEqual([]);
  await button('Save connection').click();
  await expect
    .poll(() => on.connections.find('contoso'))
    .toMatchObject({
      visionSource: 'same',
      enhancements: { path: 'extensions', sources: 'data_sources' },
    });
});

test('deleting can be undone, duplicating names the copy', async () => {
  const on = await bench();
  await on.connections.save(aConnection(), { apiKey: key });
  await show(on);
  await button('Duplicate Contoso').click();
  await expect.element(page.getByRole('heading', { name: 'Contoso (copy)' })).toBeVisible();
  await button('Delete Contoso').click();
  await expect.element(page.getByRole('heading', { name: 'Contoso', exact: true })).not.toBeInTheDocument();
  await button('Undo').click();
  await expect.element(page.getByRole('heading', { name: 'Contoso', exact: true })).toBeVisible();
  expect(on.connections.find('contoso')?.secrets).toEqual(['apiKey']);
  expect(await seriousFaults()).toEqual([]);
});

test('leaving a changed form asks first; the focus goes back to where it came from', async () => {
  const on = await bench();
  await on.connections.save(aConnection(), { apiKey: key });
  await show(on);
  await button('Edit Contoso').click();
  await button('Cancel').click();
  await expect.element(button('Use Contoso')).toHaveFocus();
  await button('Edit Contoso').click();
  await field('Connection name').fill('Something else');
  await button('Cancel').click();
  await expect.element(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible();
  await button('Leave without saving').click();
  await expect.element(page.getByRole('heading', { name: 'Contoso', exact: true })).toBeVisible();
});

test('another model has abilities and prices to fill in', async () => {
  const on = await bench();
  await on.connections.save(aConnection(), { apiKey: key });
  await show(on);
  await button('Edit Contoso').click();
  await choice('Model').selectOptions('Other model');
  await page.getByRole('spinbutton', { name: 'Input price', exact: true }).fill('1.5');
  await button('Save connection').click();
  await expect.element(page.getByText('Enter both the input and the output price')).toBeVisible();
  await page.getByRole('spinbutton', { name: 'Output price' }).fill('6');
  await page.getByRole('switch', { name: 'Takes JSON mode' }).click();
  await button('Save connection').click();
  await expect
    .poll(() => on.connections.find('contoso')?.model)
    .toMatchObject({
      kind: 'other',
      capabilities: { jsonMode: false, takesPictures: true },
      price: { inputPerMillion: 1.5, outputPerMillion: 6 },
    });
});

test('deployment type and discount are entered under the model, and said on the card', async () => {
  const on = await bench();
  await on.connections.save(aConnection(), { apiKey: key });
  await show(on);
  await expect.element(page.getByText('Pricing')).not.toBeInTheDocument();
  await button('Edit Contoso').click();
  await expect.element(choice('Deployment type')).toHaveValue('global');
  const discount = page.getByRole('spinbutton', { name: 'Discount (%)', exact: true });
  await expect.element(discount).toHaveAccessibleDescription(/Taken off every price of this connection/);
  expect([...choice('Deployment type').element().children].map(({ textContent }) => textContent)).toEqual([
    'Global Standard',
    'Data Zone Standard',
    'Standard (regional)',
    'Provisioned',
  ]);
  await choice('Deployment type').selectOptions('Provisioned');
  await expect.element(page.getByText(/answers cost nothing by the token/)).toBeVisible();
  await choice('Deployment type').selectOptions('Data Zone Standard');
  await userEvent.type(discount, '120');
  await button('Save connection').click();
  await expect.element(discount).toHaveFocus();
  await expect.element(discount).toHaveAccessibleDescription('A discount is between 0 and 100.');
  expect(await seriousFaults()).toEqual([]);
  await userEvent.clear(discount);
  await userEvent.type(discount, '12.5');
  await button('Save connection').click();
  await expect.element(page.getByText('Data Zone Standard · 12.5% off')).toBeVisible();
  expect(on.connections.find('contoso')).toMatchObject({
    deploymentType: 'data-zone',
    discountPercent: 12.5,
  });
});

test('a model that ends is said to, where it is chosen and on the card, with its successor', async () => {
  const on = await bench();
  await on.connections.save(aConnection({ model: { kind: 'catalog', id: 'gpt-4o@2024-05-13' } }), {
    apiKey: key,
  });
  await show(on);
  const soon =
    'Microsoft retires this version on Dec 9, 2026. Microsoft names gpt-5.6-sol as its successor. (Table of Oct 5, 2026.)';
  await expect.element(page.getByRole('article').getByText(soon)).toBeVisible();
  await button('Edit Contoso').click();
  await expect.element(page.getByText(soon)).toBeVisible();
  await choice('Model').selectOptions('o1 (2024-12-17)');
  await expect.element(page.getByText(/retired this version on Nov 19, 2026\./)).toBeVisible();
  await choice('Model').selectOptions('gpt-5 (2025-08-07)');
  await expect
    .element(page.getByText(/retires this version on Feb 9, 2027\. No successor is named\./))
    .toBeVisible();
  await choice('Model').selectOptions('gpt-5.5 (2026-04-24)');
  await expect
    .element(page.getByText('Microsoft retires this version on Oct 26, 2027. (Table of Oct 5, 2026.)'))
    .toBeVisible();
  await choice('Model').selectOptions('grok-4');
  await expect
    .element(page.getByText(/^No retirement date is published for this version\. \(/))
    .toBeVisible();
});

test('models of one’s own are offered in a group of their own', async () => {
  const on = await bench();
  await on.prices.save({ prices: [], meters: [], models: [aModel('own:mine', 'My model')] });
  await on.connections.save(aConnection({ model: { kind: 'catalog', id: 'own:mine' } }), { apiKey: key });
  await show(on);
  await expect.element(page.getByRole('article').getByText('My model')).toBeVisible();
  await button('Edit Contoso').click();
  await expect.element(choice('Model')).toHaveValue('own:mine');
  const group = choice('Model').element().querySelector('optgroup');
  expect([group?.label, group?.textContent?.trim()]).toEqual(['Your models', 'My model']);
  await expect.element(page.getByText(/retirement date|Table of/)).not.toBeInTheDocument();
});

test('theme, language and metadata are preferences', async () => {
  const { preferences } = await show(await bench());
  await choice('Theme').selectOptions('Dark');
  await choice('Language').selectOptions('简体中文');
  await page.getByRole('switch', { name: 'Always remove picture metadata' }).click();
  await expect
    .poll(() => [preferences.theme, preferences.language, preferences.stripMetadata])
    .toEqual(['dark', 'zh', true]);
});

test('the screen speaks Chinese, and the form works from the keyboard alone', async () => {
  await speak('zh');
  await show(await bench());
  await expect.element(page.getByRole('heading', { name: '连接到 Azure' })).toBeVisible();
  (button('添加连接').element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(field('连接名称')).toHaveFocus();
  await userEvent.keyboard('生产环境{Tab}https://contoso.openai.azure.com{Tab}');
  await expect.element(page.getByText('地址中没有指明 API，因此使用 v1。')).toBeVisible();
  expect(await seriousFaults()).toEqual([]);
});
