import type { Page } from 'playwright';

/** What a person does before something can be measured, by the names that the app promises. */

export interface NewConnection {
  /** Also the connection's name. */
  readonly deployment: string;
  readonly endpoint: string;
  /** Id of a row of the catalogue. */
  readonly model: string;
}

/** Opens the app at a hash; over once the composer is there. */
export async function openApp(page: Page, url: string, hash = '#/'): Promise<void> {
  await page.goto(url + hash);
  await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
}

export async function addConnection(
  page: Page,
  { deployment, endpoint, model }: NewConnection,
): Promise<void> {
  await page.evaluate(() => (location.hash = '#/settings'));
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Add connection' }).click();
  await page.getByLabel('Connection name').fill(deployment);
  await page.getByLabel('Endpoint or target URI').fill(endpoint);
  await page.getByRole('textbox', { name: 'API key', exact: true }).fill('a-key');
  await page.getByLabel('Deployment', { exact: true }).fill(deployment);
  // Enabled once the catalogue is there.
  await page.locator('select:enabled', { has: page.locator(`option[value="${model}"]`) }).selectOption(model);
  await page.getByRole('button', { name: 'Save connection' }).click();
  await page.getByLabel('Endpoint or target URI').waitFor({ state: 'detached' });
}

export async function chooseConnection(page: Page, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Connection', exact: true }).selectOption({ label: name });
}

export async function setMaxTokens(page: Page, maxTokens: number): Promise<void> {
  await page.getByRole('button', { name: 'Request settings' }).click();
  await page.getByRole('spinbutton', { name: 'Max tokens' }).fill(String(maxTokens));
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Waits until nothing has happened for a while: what came before must not be measured. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
}
