import { beforeEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../../src/app.css';
import { speak, withWords, type Language } from '#language';
import ResourceFields from '#screens/settings/ResourceFields.svelte';
import { ConnectionForm } from '#state/connection-form.svelte.ts';
import { aConnection, bench } from '../../state/connections-fixtures.ts';
import { expectAccessible } from '../chat/records.ts';

async function say(language: Language): Promise<void> {
  await speak(language);
  await withWords(Promise.resolve());
}

beforeEach(() => say('en'));

async function open(change: object = {}) {
  const on = await bench();
  const saved = await on.connections.save(
    { ...aConnection(), ...change },
    { apiKey: 'a-key-of-some-length' },
  );
  const form = new ConnectionForm(on, saved);
  await form.load();
  return { form, screen: render(ResourceFields, { form }) };
}

const choice = (name: string) => page.getByRole('combobox', { name, exact: true });
const identity = page.getByRole('switch', { name: /managed identity/ });

describe('how a connection is asked about videos', () => {
  test('can be chosen, and taken back', async () => {
    const { form, screen } = await open({ visionEndpoint: 'https://eyes.cognitiveservices.azure.com' });
    await page.getByText('Questions about videos').click();
    await choice('Parameters of the video index').selectOptions('E · endpoint and key, in snake case');
    await choice('Endpoint path for videos').selectOptions('/extensions/chat/completions');
    await choice('Data sources field for videos').selectOptions('data_sources');
    expect(form.fields).toMatchObject({
      videoVariant: 'E',
      videoPath: 'extensions',
      videoSources: 'data_sources',
    });
    await expectAccessible(screen.container);
    await choice('Parameters of the video index').selectOptions('By API version and resource');
    await choice('Endpoint path for videos').selectOptions('By API version');
    expect(form.fields).toMatchObject({ videoVariant: null, videoPath: null });
  });

  test('what was chosen before stands open', async () => {
    await open({ visionSource: 'same', video: { variant: 'D', managedIdentity: true } });
    await expect.element(choice('Parameters of the video index')).toHaveValue('D');
    await expect.element(identity).toBeChecked();
  });
});

describe('a managed identity', () => {
  test('says what is to be done in Azure', async () => {
    const { form, screen } = await open({ visionSource: 'same', video: { managedIdentity: true } });
    await expect.element(page.getByText('Storage Blob Data Reader')).toBeVisible();
    await expect.element(page.getByText(/Identity. Set the status/)).toBeVisible();
    await expectAccessible(screen.container);
    await identity.click();
    expect(form.fields.managedIdentity).toBe(false);
    await expect.element(page.getByText('Storage Blob Data Reader')).not.toBeInTheDocument();
  });

  test('is only for a resource that is one and the same', async () => {
    await open({ visionEndpoint: 'https://eyes.cognitiveservices.azure.com' });
    await page.getByText(/^Video storage/).click();
    await expect.element(page.getByRole('textbox', { name: 'Blob container SAS URL' })).toBeVisible();
    await expect.element(identity).not.toBeInTheDocument();
  });

  test('in Chinese', async () => {
    await say('zh');
    await open({ visionSource: 'same', video: { managedIdentity: true } });
    await expect.element(page.getByText(/存储 Blob 数据读取者/)).toBeVisible();
  });
});
