import { crc32, deflateSync } from 'node:zlib';
import type { Locator, Page } from 'playwright';
import { expect } from 'vitest';

/** Shorthand for what journeys do again and again, by the names a person finds things by. */

export interface NewConnection {
  /** Base endpoint, or anything the field takes. */
  readonly endpoint: string;
  readonly deployment: string;
  readonly name?: string;
  readonly key?: string;
  /** Id of a row of the catalogue; for deployments whose name does not suggest it. */
  readonly model?: string;
}

/** Through the form, as a person does it; ends where saving leads. */
export async function addConnection(page: Page, connection: NewConnection): Promise<void> {
  await page.evaluate(() => (location.hash = '#/settings'));
  // The first screen has a button of that name, too.
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Add connection' }).click();
  if (connection.name) await page.getByLabel('Connection name').fill(connection.name);
  await page.getByLabel('Endpoint or target URI').fill(connection.endpoint);
  await page
    .getByLabel('API key', { exact: true })
    .and(page.getByRole('textbox'))
    .fill(connection.key ?? 'a-key');
  await page.getByLabel('Deployment', { exact: true }).fill(connection.deployment);
  const model = page.getByLabel('Model', { exact: true });
  await expect.poll(() => model.isEnabled()).toBe(true);
  await model.selectOption(connection.model ?? 'gpt-4o@2024-11-20');
  await page.getByRole('button', { name: 'Save connection' }).click();
  await page.getByLabel('Endpoint or target URI').waitFor({ state: 'detached' });
}

/** A conversation with a connection of its own: the composer is empty and ready. */
export async function startWith(page: Page, connection: NewConnection): Promise<void> {
  await addConnection(page, { name: connection.deployment, ...connection });
  await page.evaluate(() => (location.hash = '#/'));
  await page.getByLabel('Message', { exact: true }).waitFor();
  await page
    .getByLabel('Connection', { exact: true })
    .selectOption({ label: connection.name ?? connection.deployment });
}

export const composerOf = (page: Page): Locator =>
  page.getByRole('textbox', { name: 'Message', exact: true });

/** Sends a prompt; over once it is safe on disk and its answer is the newest message. */
export async function ask(page: Page, prompt: string): Promise<void> {
  await composerOf(page).fill(prompt);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(() => composerOf(page).inputValue()).toBe('');
}

export const answersOf = (page: Page): Locator => page.getByRole('article', { name: 'Assistant' });

/** The newest answer, once it has ended in whatever way. */
export async function endedAnswer(page: Page, timeoutMs = 20_000): Promise<Locator> {
  const last = answersOf(page).last();
  await last.waitFor({ timeout: timeoutMs });
  await expect.poll(() => last.getAttribute('aria-busy'), { timeout: timeoutMs }).toBe('false');
  return last;
}

/** Attaches files through the input that the button stands for. */
export async function attach(
  page: Page,
  files: readonly { name: string; mimeType: string; buffer: Buffer }[],
): Promise<void> {
  await page.getByLabel('Files to attach').setInputFiles([...files]);
}

/**
 * Dollars by hand from tokens as shown (`1,131`) and prices per million for input and output, rounded as money under
 * a dollar is shown: to three significant digits.
 */
export function dollarsOf(
  tokens: { input: string; output: string },
  [inputPrice, outputPrice]: readonly [number, number],
): number {
  const count = (shown: string): number => Number(shown.replaceAll(',', ''));
  const nanos = Math.round(
    count(tokens.input) * inputPrice * 1000 + count(tokens.output) * outputPrice * 1000,
  );
  const place = 10 ** Math.max(0, String(nanos).length - 3);
  return Number(((Math.round(nanos / place) * place) / 1e9).toFixed(9));
}

/** An answer as the service streams it, in bytes that break anywhere. */
export function streamOf(text: string, model = 'gpt-4o-2024-11-20'): Response {
  const chunk = (choice: object | null, more: object = {}): string =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model,
      choices: choice ? [{ index: 0, finish_reason: null, content_filter_results: {}, ...choice }] : [],
      ...more,
    })}\n\n`;
  const pieces = text.match(/[\s\S]{1,40}/g) ?? [];
  const wire = [
    chunk({ delta: { role: 'assistant', content: '' } }),
    ...pieces.map((content) => chunk({ delta: { content } })),
    chunk({
      delta: {},
      finish_reason: 'stop',
      content_filter_results: { [model]: { filtered: false, severity: 'high' } },
    }),
    chunk(null, { usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 } }),
    'data: [DONE]\n\n',
  ].join('');
  const bytes = new TextEncoder().encode(wire);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, (at += 997)));
      if (at % 10 === 0) await new Promise((done) => setTimeout(done, 1));
    },
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' },
  });
}

/** A PNG of one colour, made here so that its size and its tokens are known. */
export function pngOf(
  widthPx: number,
  heightPx: number,
  [red, green, blue]: readonly [number, number, number],
): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(widthPx * 3, Buffer.from([red, green, blue]))]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: heightPx }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
