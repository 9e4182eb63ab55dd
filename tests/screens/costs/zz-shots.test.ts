import { beforeAll, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../../src/app.css';
import PricesSection from '#screens/costs/PricesSection.svelte';
import SettingsScreen from '#screens/settings/SettingsScreen.svelte';
import { Preferences } from '#state/preferences.svelte.ts';
import { emptyPriceBook } from '#domain/price-book.ts';
import { aConnection, bench } from '../../state/connections-fixtures.ts';
import { aModel, ownPrice, price } from '../../domain/price-books.ts';
import { speakWhole } from '../chat/records.ts';

const sizes = { desktop: [1440, 900], phone: [390, 844] } as const;
const themes = ['light', 'dark'] as const;
async function on() {
  const made = await bench();
  await made.connections.save(aConnection({ name: 'Contoso', discountPercent: 12.5, deploymentType: 'data-zone' }), { apiKey: 'x'.repeat(32) });
  await made.connections.save(aConnection({ id: 'b', name: 'Fabrikam', model: { kind: 'catalog', id: 'gpt-5.6-sol@2026-07-09' } }), { apiKey: 'x'.repeat(32) });
  await made.connections.save(aConnection({ id: 'c', name: 'Router', model: { kind: 'catalog', id: 'model-router@2025-11-18' } }), { apiKey: 'x'.repeat(32) });
  await made.connections.save(aConnection({ id: 'd', name: 'Old', model: { kind: 'catalog', id: 'o3@2025-04-16' } }), { apiKey: 'x'.repeat(32) });
  await made.prices.save({ ...emptyPriceBook, prices: [
    ownPrice('gpt-5.5@2026-04-24', 4.123456),
    ownPrice('gpt-5.5@2026-04-24', 4.5, { deploymentType: 'data-zone', from: '2027-01-01' }),
    ownPrice('own:llama-guard', 0.2, { price: price(0.2) })],
    models: [aModel('own:llama-guard', 'Llama Guard'), aModel('own:new', 'A model without any price')] });
  return made;
}
function frame(theme: string) {
  document.documentElement.dataset['theme'] = theme;
  document.body.innerHTML = '';
}
for (const [size, [w, h]] of Object.entries(sizes)) for (const theme of themes) {
  test(`${size} ${theme}`, async () => {
    await page.viewport(w, h);
    await speakWhole(theme === 'dark' && size === 'phone' ? 'zh' : 'en');
    frame(theme);
    const services = await on();
    const target = document.createElement('div');
    target.style.cssText = 'max-width:1160px;margin:auto;padding:24px';
    document.body.append(target);
    const screen = render(PricesSection, { target, props: { services } });
    await expect.poll(() => document.querySelectorAll('[role=row]').length).toBeGreaterThan(5);
    const shot = async (name: string) => { await new Promise((r) => setTimeout(r, 200)); await page.screenshot({ path: `/work/main/node_modules/.prices-shots/${name}-${size}-${theme}.png`}); };
    await shot('section');
    await page.screenshot({ path: `/work/main/node_modules/.prices-shots/meters-${size}-${theme}.png`, element: document.querySelector('.meters')! }); await page.screenshot({ path: `/work/main/node_modules/.prices-shots/table-${size}-${theme}.png`, element: document.querySelector('[role=table]')! });
    const edit = [...document.querySelectorAll('[role=row] button')].find((b) => /gpt-5\.5.*|Edit price of gpt-5.5/.test(b.getAttribute('aria-label') ?? '')) as HTMLElement;
    edit.click();
    await shot('dialog');
    (document.querySelector('dialog header button') as HTMLElement).click();
    (document.querySelector('section header button') as HTMLElement).click();
    await shot('model');
    (document.querySelector('dialog header button') as HTMLElement).click();
    const bad = new File([JSON.stringify({ format: 'sightline-prices', version: 1, prices: [{ modelId: 'x', price: { inputPerMillion: -1, outputPerMillion: '2' } }] })], 'team-prices.json');
    const good = new File([JSON.stringify({ format: 'sightline-prices', version: 1, prices: [{ modelId: 'gpt-5.5@2026-04-24', price: { inputPerMillion: 3, outputPerMillion: 2 } }, { modelId: 'x', price: { inputPerMillion: 3, outputPerMillion: 2 } }] })], 'team-prices.json');
    for (const [name, file] of [['refused', bad], ['import', good]] as const) {
      await userEvent.upload(document.querySelector('input[type=file]')!, file);
      await shot(name);
      (document.querySelector('dialog header button') as HTMLElement).click();
    }
    screen.unmount();
    const other = document.createElement('div'); other.style.height='100vh'; document.body.append(other);
    const settings = render(SettingsScreen, { target: other, props: { services: { ...services, preferences: new Preferences(services.store, 'en') }, version: '1', onuse: () => {} } });
    await new Promise((r) => setTimeout(r, 400));
    await shot('cards');
    ([...document.querySelectorAll('article button')][1] as HTMLElement).click();
    await new Promise((r) => setTimeout(r, 600));
    document.querySelectorAll('select')[1]?.scrollIntoView({ block: 'start' });
    await shot('form');
    settings.unmount();
  });
}
