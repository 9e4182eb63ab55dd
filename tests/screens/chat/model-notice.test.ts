import { beforeAll, expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import '../../../src/app.css';
import ModelNotice from '#screens/chat/ModelNotice.svelte';
import { bench } from '../../state/connections-fixtures.ts';
import { expectAccessible, speakWhole } from './records.ts';

beforeAll(() => speakWhole('en'));

test('the composer warns of a model that has ended or will soon, and of no other', async () => {
  const { connections } = await bench();
  const models = await connections.models();
  const optionOf = (id: string) => models.find((option) => option.id === id)!;
  const screen = render(ModelNotice, { option: optionOf('o3@2025-04-16') });
  await expect
    .element(screen.getByText(/^o3 \(2025-04-16\): Microsoft retired this version on Nov 19, 2026\./))
    .toHaveTextContent(/names gpt-5\.6-sol as its successor\. \(Table of Oct 5, 2026\.\)$/);
  await expectAccessible(screen.container);
  await screen.rerender({ option: optionOf('gpt-4o@2024-05-13') });
  await expect.element(screen.getByText(/retires this version on Dec 9, 2026/)).toBeVisible();
  await screen.rerender({ option: optionOf('gpt-5.5@2026-04-24') });
  expect(screen.container.textContent).toBe('');
});

test('each model that ends says when, what comes after it, and which table says so', async () => {
  const { connections } = await bench();
  const ending = (await connections.models()).filter(
    ({ group }) => group === 'retired' || group === 'retiring',
  );
  expect(ending.length).toBeGreaterThan(25);
  const screen = render(ModelNotice, { option: ending[0]! });
  for (const option of ending) {
    await screen.rerender({ option });
    const said = screen.container.textContent;
    expect(said, option.id).toMatch(/\(Table of \w{3} \d+, 202[56]\.\)$/);
    expect(said, option.id).toContain(
      option.replacement === null ? 'No successor is named.' : `names ${option.replacement} as its successor`,
    );
    expect(said, option.id).toMatch(
      option.group === 'retired' ? /retired this version/ : /retires this|is retiring/,
    );
  }
});
